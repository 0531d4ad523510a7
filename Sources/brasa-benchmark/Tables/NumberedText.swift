import NIOCore

/// A text with eight digits of a number in places that are known: made anew for each request in a fraction of a microsecond.
struct NumberedText: Sendable {
    private static let digits = TableRequest.mark.utf8.count

    private let text: ByteBuffer
    private let places: [Int]
    private let wholePlaces: [Int]

    /// A number to begin with that no earlier run in this process or another has come to, most likely.
    static var firstNumber: Int { Int(monotonicNanoseconds() / 1_000) % 50_000_000 }

    init(_ template: String) {
        self.text = ByteBuffer(string: template)
        self.places = Self.places(of: TableRequest.mark, in: template)
        self.wholePlaces = Self.places(of: TableRequest.wholeMark, in: template)
    }

    /// The text of one number.
    func bytes(_ number: Int) -> ByteBuffer {
        self.bytes(number % TableRequest.modulus, whole: number)
    }

    /// The text with a number at each kind of mark.
    func bytes(_ number: Int, whole: Int) -> ByteBuffer {
        var text = self.text
        for place in self.places { Self.write(number, to: &text, at: place) }
        for place in self.wholePlaces { Self.write(whole, to: &text, at: place) }
        return text
    }

    private static func write(_ number: Int, to text: inout ByteBuffer, at place: Int) {
        var rest = number
        for digit in (0..<Self.digits).reversed() {
            text.setInteger(UInt8(ascii: "0") + UInt8(rest % 10), at: place + digit)
            rest /= 10
        }
    }

    private static func places(of mark: String, in template: String) -> [Int] {
        var places: [Int] = []
        var rest = template.utf8[...]
        while let range = rest.firstRange(of: Array(mark.utf8)) {
            places.append(template.utf8.distance(from: template.startIndex, to: range.lowerBound))
            rest = rest[range.upperBound...]
        }
        return places
    }
}
