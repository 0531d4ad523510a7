/// A decimal number of any length, slow and plain: the model that exact numbers are compared with.
///
/// Shares nothing with what it checks: digits in an array, arithmetic as on paper.
struct BigDecimal: Hashable, Comparable {
    /// Least significant first, without zeros at the top; empty for zero.
    private var digits: [Int]
    /// Power of ten of `digits[0]`.
    private var exponent: Int
    private var isNegative: Bool

    /// Reads what the test itself has written: sign, digits, point, exponent.
    init(_ text: String) {
        let parts = text.lowercased().split(separator: "e")
        var mantissa = String(parts[0])
        self.exponent = parts.count > 1 ? Int(parts[1].replacing("+", with: ""))! : 0
        self.isNegative = mantissa.hasPrefix("-")
        mantissa.removeAll { "+-".contains($0) }
        if let point = mantissa.firstIndex(of: ".") {
            self.exponent -= mantissa.distance(from: mantissa.index(after: point), to: mantissa.endIndex)
        }
        self.digits = mantissa.filter { $0 != "." }.reversed().map { $0.wholeNumberValue! }
        self.normalize()
    }

    var significantDigits: Int { self.digits.count }
    /// Power of ten of the first digit.
    var magnitude: Int { self.exponent + self.digits.count - 1 }
    var isZero: Bool { self.digits.isEmpty }

    private mutating func normalize() {
        while self.digits.last == 0 { self.digits.removeLast() }
        while self.digits.first == 0 {
            self.digits.removeFirst()
            self.exponent += 1
        }
        if self.digits.isEmpty { (self.exponent, self.isNegative) = (0, false) }
    }

    private func digits(from exponent: Int) -> [Int] {
        Array(repeating: 0, count: self.exponent - exponent) + self.digits
    }

    private static func comparePadded(_ left: [Int], _ right: [Int]) -> Int {
        for index in stride(from: max(left.count, right.count) - 1, through: 0, by: -1) {
            let (a, b) = (index < left.count ? left[index] : 0, index < right.count ? right[index] : 0)
            if a != b { return a - b }
        }
        return 0
    }

    static func + (left: BigDecimal, right: BigDecimal) -> BigDecimal {
        let exponent = min(left.exponent, right.exponent)
        let (a, b) = (left.digits(from: exponent), right.digits(from: exponent))
        var result = left
        result.exponent = exponent
        let swaps = left.isNegative != right.isNegative && comparePadded(a, b) < 0
        let (upper, lower) = swaps ? (b, a) : (a, b)
        result.isNegative = swaps ? right.isNegative : left.isNegative
        let sign = left.isNegative == right.isNegative ? 1 : -1
        var carry = 0
        result.digits = []
        for index in 0...max(upper.count, lower.count) {
            var digit =
                (index < upper.count ? upper[index] : 0) + sign * (index < lower.count ? lower[index] : 0) + carry
            carry = digit < 0 ? -1 : digit / 10
            digit = (digit + 10) % 10
            result.digits.append(digit)
        }
        result.normalize()
        return result
    }

    static prefix func - (number: BigDecimal) -> BigDecimal {
        var result = number
        if !number.isZero { result.isNegative.toggle() }
        return result
    }

    static func < (left: BigDecimal, right: BigDecimal) -> Bool {
        let difference = left + -right
        return !difference.isZero && difference.isNegative
    }
}
