extension ExactNumber {
    /// The number without its fraction; nil when it has more than 64 bits.
    package var integer: Int? {
        guard self.magnitude >= 0 else { return 0 }
        guard self.magnitude < 19 else { return nil }
        var coefficient = self.coefficient
        for _ in 0..<abs(Int(self.exponent)) {
            coefficient = self.exponent < 0 ? coefficient / 10 : coefficient * 10
        }
        guard let magnitude = Int(exactly: coefficient) else { return nil }
        return self.isNegative ? -magnitude : magnitude
    }
}
