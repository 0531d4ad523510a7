extension ExactNumber {
    /// Reads a number: digits with an optional sign, decimal point and exponent, and nothing around them.
    package init(_ text: String) throws(NumberFault) {
        let result = ByteText(text).withBytes { bytes in
            Result<ExactNumber, NumberFault> { () throws(NumberFault) in try ExactNumber(utf8: bytes) }
        }
        self = try result.get()
    }

    /// Reads a number from its characters.
    package init(utf8 text: UnsafeRawBufferPointer) throws(NumberFault) {
        guard !text.isEmpty else { throw .empty }
        var scan = NumberScan()
        try scan.read(text)
        guard scan.coefficient != 0 else {
            // Zero is in range as far as its exponent is.
            guard scan.exponent <= Self.maximumMagnitude else { throw .overflow }
            guard scan.exponent >= Self.minimumMagnitude else { throw .underflow }
            self = .zero
            return
        }
        // Before digits are counted, as the service does.
        let magnitude = scan.wholeDigits - scan.firstSignificant + scan.exponent
        guard magnitude <= Self.maximumMagnitude else { throw .overflow }
        guard magnitude >= Self.minimumMagnitude else { throw .underflow }
        guard scan.lastSignificant - scan.firstSignificant < Self.maximumDigits else { throw .tooManyDigits }
        try self.init(
            coefficient: scan.coefficient, exponent: scan.wholeDigits - scan.lastSignificant + scan.exponent,
            isNegative: scan.isNegative)
    }

    /// The number without an exponent, as the service prints it; at most 170 characters.
    package var text: String {
        String(unsafeUninitializedCapacity: 192) { out in
            self.write(to: UnsafeMutableRawPointer(out.baseAddress!))
        }
    }

    /// Room that `write` may need.
    package static let maximumTextBytes = 192

    /// Writes `text` and returns its length.
    package func write(to out: UnsafeMutableRawPointer) -> Int {
        var length = 0
        func put(_ byte: UInt8) {
            out.storeBytes(of: byte, toByteOffset: length, as: UInt8.self)
            length += 1
        }
        guard !self.isZero else {
            put(UInt8(ascii: "0"))
            return length
        }
        if self.isNegative { put(UInt8(ascii: "-")) }
        let digits = Int(self.digitCount)
        let whole = self.magnitude + 1
        if whole <= 0 {
            put(UInt8(ascii: "0"))
            put(UInt8(ascii: "."))
            for _ in 0..<(-whole) { put(UInt8(ascii: "0")) }
        }
        // Digits come from the right; the point, if one stands among them, shifts those after it by one.
        let start = length
        let hasInnerPoint = whole > 0 && whole < digits
        var rest = self.coefficient
        for place in stride(from: digits - 1, through: 0, by: -1) {
            let digit: UInt8
            if rest >> 64 == 0 {
                let small = UInt64(truncatingIfNeeded: rest)
                digit = UInt8(small % 10)
                rest = UInt128(small / 10)
            } else {
                digit = UInt8(rest % 10)
                rest /= 10
            }
            let offset = start + place + (hasInnerPoint && place >= whole ? 1 : 0)
            out.storeBytes(of: UInt8(ascii: "0") + digit, toByteOffset: offset, as: UInt8.self)
        }
        length += digits
        if hasInnerPoint {
            out.storeBytes(of: UInt8(ascii: "."), toByteOffset: start + whole, as: UInt8.self)
            length += 1
        }
        if whole > digits { for _ in digits..<whole { put(UInt8(ascii: "0")) } }
        return length
    }
}

extension ExactNumber: CustomStringConvertible {
    package var description: String { self.text }
}

/// What reading the characters of a number has found; digits are counted from 1, from the left, also zeros.
private struct NumberScan {
    var isNegative = false
    /// The digits from the first to the last significant one; meaningless above 38 of them.
    var coefficient: UInt128 = 0
    /// Digits before the decimal point.
    var wholeDigits = 0
    var firstSignificant = 0
    var lastSignificant = 0
    var exponent = 0

    mutating func read(_ text: UnsafeRawBufferPointer) throws(NumberFault) {
        var index = 0
        if text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            self.isNegative = text[0] == UInt8(ascii: "-")
            index = 1
        }
        var digits = 0
        var hasPoint = false
        scan: while index < text.count {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                if !hasPoint { self.wholeDigits += 1 }
                if byte != UInt8(ascii: "0") { self.significant(byte - UInt8(ascii: "0"), at: digits) }
            case UInt8(ascii: "."):
                guard !hasPoint else { throw .malformed }
                hasPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                break scan
            default: throw .malformed
            }
            index += 1
        }
        guard digits > 0 else { throw .malformed }
        if index < text.count { self.exponent = try Self.exponent(text, from: index + 1) }
    }

    private mutating func significant(_ digit: UInt8, at place: Int) {
        if self.firstSignificant == 0 {
            self.firstSignificant = place
            self.coefficient = UInt128(digit)
        } else if place - self.firstSignificant < ExactNumber.maximumDigits {
            self.coefficient =
                self.coefficient * PowerOfTen.value(place - self.lastSignificant) + UInt128(digit)
        }
        self.lastSignificant = place
    }

    /// An exponent that needs more than 64 bits is no number to the service; others are far out of range at most.
    private static func exponent(_ text: UnsafeRawBufferPointer, from start: Int) throws(NumberFault) -> Int {
        var index = start
        var isNegative = false
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            isNegative = text[index] == UInt8(ascii: "-")
            index += 1
        }
        guard index < text.count else { throw .malformed }
        var value = 0
        while index < text.count {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[index]) else { throw .malformed }
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isBeyond) = tens.addingReportingOverflow(Int(text[index] - UInt8(ascii: "0")))
            guard !isTooLarge && !isBeyond else { throw .malformed }
            value = sum
            index += 1
        }
        // Far out of range, and far from what cannot be added to.
        value = min(value, Int(Int32.max))
        return isNegative ? -value : value
    }
}
