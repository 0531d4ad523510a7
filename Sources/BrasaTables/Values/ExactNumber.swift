/// A decimal number as tables keep it: exact, with up to 38 significant digits.
///
/// Zero, or ±1E-130 to ±9.9999999999999999999999999999999999999E+125. Each number has one representation, so the memberwise
/// `==` is equality of values: 1, 1.0 and 1e0 are the same, and -0 is 0.
package struct ExactNumber: Sendable, Hashable {
    /// Significant digits that a number can have.
    package static let maximumDigits = 38
    /// Largest power of ten of the first digit.
    package static let maximumMagnitude = 125
    /// Smallest power of ten of the first digit.
    package static let minimumMagnitude = -130

    /// The digits as an integer that does not end in 0, in two halves: a `UInt128` would align, and so pad, every value to 16.
    private let high: UInt64
    private let low: UInt64
    /// Power of ten of the last digit; 0 for zero.
    let exponent: Int16
    /// Digits of the coefficient; 0 for zero.
    let digitCount: UInt8
    package let isNegative: Bool

    /// The digits as an integer that does not end in 0; 0 for zero.
    var coefficient: UInt128 { UInt128(self.high) << 64 | UInt128(self.low) }
    package var isZero: Bool { self.digitCount == 0 }
    /// Power of ten of the first digit: 2 for 123.4, 0 for zero.
    package var magnitude: Int { self.isZero ? 0 : Int(self.exponent) + Int(self.digitCount) - 1 }

    package static let zero = ExactNumber(high: 0, low: 0, exponent: 0, digitCount: 0, isNegative: false)

    private init(high: UInt64, low: UInt64, exponent: Int16, digitCount: UInt8, isNegative: Bool) {
        self.high = high
        self.low = low
        self.exponent = exponent
        self.digitCount = digitCount
        self.isNegative = isNegative
    }

    /// The number of a coefficient and a power of ten.
    ///
    /// - Throws: `NumberFault` when it is out of range or has more digits than fit once zeros at the end are left away.
    package init(coefficient: UInt128, exponent: Int, isNegative: Bool) throws(NumberFault) {
        guard coefficient != 0 else {
            self = .zero
            return
        }
        var coefficient = coefficient
        var exponent = exponent
        while coefficient % 10 == 0 {
            coefficient /= 10
            exponent += 1
        }
        let digitCount = PowerOfTen.digitCount(coefficient)
        let magnitude = exponent + digitCount - 1
        guard magnitude <= Self.maximumMagnitude else { throw .overflow }
        guard magnitude >= Self.minimumMagnitude else { throw .underflow }
        guard digitCount <= Self.maximumDigits else { throw .tooManyDigits }
        self.init(
            high: UInt64(truncatingIfNeeded: coefficient >> 64), low: UInt64(truncatingIfNeeded: coefficient),
            exponent: Int16(exponent), digitCount: UInt8(digitCount), isNegative: isNegative)
    }

    /// A whole number.
    package init(_ integer: Int) {
        guard
            let number = try? ExactNumber(
                coefficient: UInt128(integer.magnitude), exponent: 0, isNegative: integer < 0)
        else { preconditionFailure("an integer of 64 bits has fewer than 38 digits") }
        self = number
    }

    /// The number with the other sign.
    package static prefix func - (number: ExactNumber) -> ExactNumber {
        ExactNumber(
            high: number.high, low: number.low, exponent: number.exponent, digitCount: number.digitCount,
            isNegative: !number.isNegative && !number.isZero)
    }
}
