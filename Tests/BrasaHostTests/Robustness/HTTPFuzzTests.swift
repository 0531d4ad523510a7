import BlockingTests
import BrasaTesting
import Testing

/// What arrives at the gateway, cut up and spoilt.
@Suite(.blocking, .serialized, .timeLimit(.minutes(5)))
struct HTTPFuzzTests {
    /// Numbers that look random and are the same in each run.
    ///
    /// Source: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators" (2014).
    private struct Noise: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            self.state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = self.state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }

    /// A request whose answer holds `token`.
    private static func request(_ token: String, _ noise: inout Noise) -> [UInt8] {
        let body = token + String(repeating: "x", count: Int.random(in: 0...2_000, using: &noise))
        var text = "POST /neighbour?n=\(UInt8.random(in: 0...99, using: &noise)) HTTP/1.1\r\nHost: brasa\r\n"
        for number in 0..<Int.random(in: 0...5, using: &noise) { text += "x-\(number): \(noise.next())\r\n" }
        guard Bool.random(using: &noise) else {
            return Array((text + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8)
        }
        text += "Transfer-Encoding: chunked\r\n\r\n"
        var rest = Array(body.utf8)[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...600, using: &noise))
            rest = rest.dropFirst(piece.count)
            text += "\(String(piece.count, radix: 16))\r\n\(String(decoding: piece, as: UTF8.self))\r\n"
        }
        return Array((text + "0\r\n\r\n").utf8)
    }

    @Test func answersPipelinedRequestsInTurnHoweverTheyAreCut() throws {
        try withHost(HostSetup()) { host in
            var noise = Noise(state: 1)
            for round in 0..<60 {
                let tokens = (0..<Int.random(in: 1...8, using: &noise)).map { "token-\(round)-\($0)-" }
                var bytes = tokens.flatMap { Self.request($0, &noise) }[...]
                let connection = try host.gateway.connect()
                while !bytes.isEmpty {
                    let isFine = Int.random(in: 0..<4, using: &noise) == 0
                    let piece = bytes.prefix(Int.random(in: 1...(isFine ? 8 : 1_500), using: &noise))
                    bytes = bytes.dropFirst(piece.count)
                    try connection.send(Array(piece))
                }
                for token in tokens {
                    let reply = try connection.receive()
                    #expect(reply.status == 200)
                    #expect(reply.text.contains(token), "round \(round): \(reply.text.prefix(200))")
                }
            }
        }
    }

    @Test func endsConnectionsThatCarryGarbage() throws {
        try withHost(HostSetup()) { host in
            var noise = Noise(state: 2)
            var refused = 0
            for round in 0..<200 {
                var bytes = (0..<3).flatMap { Self.request("token-\($0)", &noise) }
                for _ in 0..<Int.random(in: 1...6, using: &noise) {
                    let place = Int.random(in: 0..<bytes.count, using: &noise)
                    switch Int.random(in: 0..<5, using: &noise) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &noise)
                    case 1: bytes.remove(at: place)
                    case 2: bytes.insert(UInt8.random(in: 0...255, using: &noise), at: place)
                    case 3: bytes.removeLast(min(bytes.count - 1, Int.random(in: 0...40, using: &noise)))
                    default: bytes.replaceSubrange(place..<min(bytes.count, place + 9), with: Array("\r\n\r\n".utf8))
                    }
                }
                let connection = try host.gateway.connect()
                // Refused in the middle, the rest is not taken any more.
                try? connection.send(bytes)
                connection.finishSending()
                let answer = String(decoding: try connection.receiveToEnd(), as: UTF8.self)
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 "), "round \(round): \(answer.prefix(100))")
                if answer.contains("HTTP/1.1 400 ") { refused += 1 }
            }
            #expect(refused > 20)
        }
    }

    @Test(arguments: [
        "POST /neighbour HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "POST /neighbour HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /neighbour HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        "POST /neighbour HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        "POST /neighbour HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /neighbour HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "GET /neighbour HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET /neighbour HTTP/1.1\r\n folded: a\r\n\r\n",
        "GET /neighbour\u{0}x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://else.where/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}\u{fc}\u{3}\u{3}",
    ])
    func refusesRequestsThatTwoReadersWouldTakeForDifferentOnes(request: String) throws {
        try withHost(HostSetup()) { host in
            let connection = try host.gateway.connect()
            try connection.send(request + "GET /neighbour?smuggled HTTP/1.1\r\nHost: a\r\n\r\n")

            let answer = String(decoding: try connection.receiveToEnd(), as: UTF8.self)

            #expect(["400", "413"].contains(answer.dropFirst(9).prefix(3)), "\(answer)")
            #expect(answer.split(separator: "HTTP/1.1 ").count == 1, "\(answer)")
        }
    }
}
