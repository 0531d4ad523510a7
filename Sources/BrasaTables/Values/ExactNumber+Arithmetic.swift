extension ExactNumber: Comparable {
    package static func < (left: ExactNumber, right: ExactNumber) -> Bool {
        if left.isNegative != right.isNegative { return left.isNegative }
        return left.isNegative ? right.isCloserToZero(than: left) : left.isCloserToZero(than: right)
    }

    private func isCloserToZero(than other: ExactNumber) -> Bool {
        guard !self.isZero && !other.isZero else { return self.isZero && !other.isZero }
        guard self.magnitude == other.magnitude else { return self.magnitude < other.magnitude }
        // The same magnitude: as many digits as the other has more are missing at the end.
        let missing = Int(other.digitCount) - Int(self.digitCount)
        if missing >= 0 { return self.coefficient * PowerOfTen.value(missing) < other.coefficient }
        return self.coefficient < other.coefficient * PowerOfTen.value(-missing)
    }
}

extension ExactNumber {
    /// The exact sum.
    ///
    /// - Throws: `overflow` also when the sum would need more than 38 digits, which is what the service says then.
    package func adding(_ other: ExactNumber) throws(NumberFault) -> ExactNumber {
        guard !self.isZero else { return other }
        guard !other.isZero else { return self }
        let (upper, lower) = self.exponent >= other.exponent ? (self, other) : (other, self)
        let shift = Int(upper.exponent) - Int(lower.exponent)
        // The sum ends in the last digit of `lower`, so a part of 40 digits leaves one of at least 39, whatever is taken away.
        guard Int(upper.digitCount) + shift <= Self.maximumDigits + 1 else { throw .overflow }
        let (scaled, isTooLong) = upper.coefficient.multipliedReportingOverflow(by: PowerOfTen.value(shift))
        guard !isTooLong else { throw .overflow }

        let coefficient: UInt128
        let isNegative: Bool
        if upper.isNegative == lower.isNegative {
            let (sum, isTooLarge) = scaled.addingReportingOverflow(lower.coefficient)
            guard !isTooLarge else { throw .overflow }
            (coefficient, isNegative) = (sum, upper.isNegative)
        } else if scaled >= lower.coefficient {
            (coefficient, isNegative) = (scaled - lower.coefficient, upper.isNegative)
        } else {
            (coefficient, isNegative) = (lower.coefficient - scaled, lower.isNegative)
        }
        do throws(NumberFault) {
            return try ExactNumber(coefficient: coefficient, exponent: Int(lower.exponent), isNegative: isNegative)
        } catch {
            throw error == .tooManyDigits ? .overflow : error
        }
    }

    /// The exact difference.
    ///
    /// - Throws: `overflow` also when the difference would need more than 38 digits, which is what the service says then.
    package func subtracting(_ other: ExactNumber) throws(NumberFault) -> ExactNumber {
        try self.adding(-other)
    }
}
