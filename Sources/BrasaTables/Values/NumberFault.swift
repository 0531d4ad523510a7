/// Why a text is not a number that tables keep, or a sum none.
package enum NumberFault: Error, Sendable, Hashable {
    /// The text is empty.
    case empty
    /// The text does not follow the syntax of numbers.
    case malformed
    /// The magnitude is 1E+126 or more.
    case overflow
    /// The magnitude is less than 1E-130, and not zero.
    case underflow
    /// More than 38 significant digits.
    case tooManyDigits

    /// What the service says when it finds this in `text`.
    package func message(of text: String) -> String {
        switch self {
        case .empty: "The parameter cannot be converted to a numeric value"
        case .malformed: "The parameter cannot be converted to a numeric value: \(text)"
        case .overflow: "Number overflow. Attempting to store a number with magnitude larger than supported range"
        case .underflow: "Number underflow. Attempting to store a number with magnitude smaller than supported range"
        case .tooManyDigits: "Attempting to store more than 38 significant digits in a Number"
        }
    }
}
