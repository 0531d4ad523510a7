/// Powers of ten that fit into 128 bits: 10^0 to 10^38.
enum PowerOfTen {
    private static let powers: [UInt128] = {
        var powers: [UInt128] = [1]
        while powers.count <= 38 { powers.append(powers[powers.count - 1] * 10) }
        return powers
    }()

    /// 10 to the power of 0...38.
    static func value(_ exponent: Int) -> UInt128 { self.powers[exponent] }

    /// Decimal digits of a number; 0 for 0.
    static func digitCount(_ number: UInt128) -> Int {
        let bits = 128 - number.leadingZeroBitCount
        // log10(2) is a little more than 1233/4096, so the guess is right or one too small.
        let guess = (bits * 1_233) >> 12
        guard guess < self.powers.count else { return guess }
        return number >= self.powers[guess] ? guess + 1 : guess
    }
}
