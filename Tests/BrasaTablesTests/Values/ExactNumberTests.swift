import BrasaTesting
import Testing

@testable import BrasaTables

@Suite struct ExactNumberTests {
    @Test(arguments: [
        ("0", "0"), ("-0", "0"), ("0.000", "0"), ("0e125", "0"), ("0e-130", "0"), ("1", "1"), ("+3", "3"),
        ("0001.23", "1.23"), (".123", "0.123"), ("5.", "5"), ("-7.1234", "-7.1234"), ("1e+5", "100000"),
        ("-17.4E37", "-174000000000000000000000000000000000000"), ("100", "100"), ("1.50", "1.5"),
        ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
        ("3.1415926535897932384626433832795028841", "3.1415926535897932384626433832795028841"),
        ("0.001", "0.001"), ("-0.1", "-0.1"),
        ("1000000000000000000000000000000000000000000", "1" + String(repeating: "0", count: 42)),
        ("1e-130", "0." + String(repeating: "0", count: 129) + "1"),
        ("1e125", "1" + String(repeating: "0", count: 125)),
        ("0.1e126", "1" + String(repeating: "0", count: 125)),
        (
            "9.9999999999999999999999999999999999999E+125",
            String(repeating: "9", count: 38) + String(repeating: "0", count: 88)
        ),
    ])
    func printsNumbersWithoutExponentAndWithoutSuperfluousZeros(text: String, printed: String) throws {
        #expect(try ExactNumber(text).text == printed)
    }

    @Test(arguments: [
        "NaN", "Infinity", "-Infinity", "dog", "-dog", " 1", "1 ", "", "-", "+", ".", "1e", "1e+", "e5", "1.2.3", "--1",
        "0x10",
        "1,5", "1e5.0", "1e9223372036854775808", "1e-9223372036854775808", "1_000", "١",
    ])
    func refusesWhatIsNoNumber(text: String) {
        let fault: NumberFault = text.isEmpty ? .empty : .malformed
        #expect(throws: fault) { try ExactNumber(text) }
    }

    @Test(arguments: [
        ("1e126", NumberFault.overflow), ("11e125", .overflow), ("-1e126", .overflow), ("1.0e100000000", .overflow),
        ("1e99999999999", .overflow), ("-1e9223372036854775807", .overflow), ("1e-99999999999", .underflow),
        ("0e126", .overflow), ("0e-131", .underflow), ("1e-131", .underflow), ("0.9e-130", .underflow),
        ("-1e-200", .underflow),
        ("3.14159265358979323846264338327950288419", .tooManyDigits),
        ("314159265358979323846264338327950288419e30", .tooManyDigits),
        ("100000000000000000000000000000000000001", .tooManyDigits),
        // The range is looked at first.
        ("314159265358979323846264338327950288419e130", .overflow),
    ])
    func refusesNumbersOutOfRange(text: String, fault: NumberFault) {
        #expect(throws: fault) { try ExactNumber(text) }
    }

    @Test func saysWhyANumberIsRefusedInTheWordsOfTheService() {
        #expect(NumberFault.empty.message(of: "") == "The parameter cannot be converted to a numeric value")
        #expect(NumberFault.malformed.message(of: "b") == "The parameter cannot be converted to a numeric value: b")
        #expect(
            NumberFault.tooManyDigits.message(of: "")
                == "Attempting to store more than 38 significant digits in a Number")
    }

    @Test(arguments: [
        ("1", "10000000000000000000000", "10000000000000000000001"), ("0.1", "0.2", "0.3"), ("5", "-5", "0"),
        ("-1", "10000000000000000000000", "9999999999999999999999"),
        ("9e125", "9e124", "99" + String(repeating: "0", count: 124)),
        // A part of 39 digits, and a sum of 38.
        ("1e38", "-1", String(repeating: "9", count: 38)),
        ("99999999999999999999999999999999999999", "1", "1" + String(repeating: "0", count: 38)),
    ])
    func addsExactly(left: String, right: String, sum: String) throws {
        #expect(try ExactNumber(left).adding(ExactNumber(right)).text == sum)
        #expect(try ExactNumber(right).adding(ExactNumber(left)).text == sum)
    }

    @Test(arguments: [
        ("9e125", "9e125", NumberFault.overflow), ("1e50", "1", .overflow), ("1e50", "-1", .overflow),
        ("2e38", "-1", .overflow), ("1e125", "1e-130", .overflow),
        ("1.1e-130", "-1e-130", .underflow),
    ])
    func refusesSumsThatDoNotFit(left: String, right: String, fault: NumberFault) {
        #expect(throws: fault) { try ExactNumber(left).adding(ExactNumber(right)) }
    }

    @Test func agreesWithArithmeticOnPaper() throws {
        var random = SeededRandom(seed: 38)
        var sums = 0
        for _ in 0..<20_000 {
            let (a, b) = (Self.text(&random), Self.text(&random))
            let (left, right) = (try ExactNumber(a), try ExactNumber(b))
            let (modelLeft, modelRight) = (BigDecimal(a), BigDecimal(b))
            #expect(BigDecimal(left.text) == modelLeft, "\(a)")
            #expect((left < right) == (modelLeft < modelRight), "\(a) < \(b)")
            #expect((left == right) == (modelLeft == modelRight), "\(a) == \(b)")

            let sum = modelLeft + modelRight
            let fits = sum.isZero || (sum.significantDigits <= 38 && sum.magnitude <= 125 && sum.magnitude >= -130)
            do throws(NumberFault) {
                let result = try left.adding(right)
                #expect(fits && BigDecimal(result.text) == sum, "\(a) + \(b)")
                #expect(try result.subtracting(right) == left)
                sums += 1
            } catch {
                #expect(!fits || (try? left.adding(right)) == nil && !fits, "\(a) + \(b): \(error)")
            }
        }
        // Most pairs have to be close enough to each other for the test to mean something.
        #expect(sums > 5_000)
    }

    /// A number in one of many ways to write it: many pairs near each other, some at the ends of the range.
    static func text(_ random: inout SeededRandom) -> String {
        let digits = Int.random(in: 1...Int.random(in: 1...38, using: &random), using: &random)
        var mantissa = (0..<digits).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
        let point = Int.random(in: 0...digits, using: &random)
        if Bool.random(using: &random) {
            mantissa.insert(".", at: mantissa.index(mantissa.startIndex, offsetBy: point))
        }
        let exponent =
            switch Int.random(in: 0..<4, using: &random) {
            case 0: Int.random(in: -90...87, using: &random)
            default: Int.random(in: -6...6, using: &random)
            }
        let sign = ["", "-", "+"].randomElement(using: &random)!
        return "\(sign)\(mantissa)e\(exponent)"
    }
}
