import Foundation
import Synchronization

@testable import brasa

/// Stands in for the terminal and records what a command writes.
final class TestConsole: Sendable {
    private struct Written {
        var output = Data()
        var errors = Data()
        var waiting: [(text: String, continuation: CheckedContinuation<Void, Never>)] = []

        func has(_ text: String) -> Bool {
            String(decoding: self.output, as: UTF8.self).contains(text)
                || String(decoding: self.errors, as: UTF8.self).contains(text)
        }
    }

    private let written = Mutex(Written())
    private let isTerminal: Bool
    private let input: StandardInput
    private let environment: [String: String]

    init(
        isTerminal: Bool = false, inputKind: StandardInput.Kind = .other, input: String = "",
        environment: [String: String] = [:]
    ) {
        self.isTerminal = isTerminal
        self.input = StandardInput(kind: inputKind) { _ in Data(input.utf8) }
        self.environment = environment
    }

    var console: Console {
        Console(
            isTerminal: self.isTerminal, errorsAreTerminal: self.isTerminal, input: self.input,
            environment: self.environment
        ) { [self] stream, bytes in
            let ready = self.written.withLock { written in
                switch stream {
                case .output: written.output += bytes
                case .errors: written.errors += bytes
                }
                let waiting = written.waiting
                written.waiting = waiting.filter { !written.has($0.text) }
                return waiting.filter { written.has($0.text) }
            }
            for waiter in ready { waiter.continuation.resume() }
        }
    }

    var outputBytes: Data { self.written.withLock { $0.output } }
    var output: String { String(decoding: self.outputBytes, as: UTF8.self) }
    var errors: String { String(decoding: self.written.withLock { $0.errors }, as: UTF8.self) }

    /// The output as one JSON object.
    func json() throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: self.outputBytes) as? [String: Any] ?? [:]
    }

    /// Runs the program on this console and returns its exit status.
    func run(_ arguments: String...) async -> Int32 { await self.run(arguments) }

    /// The same with a list.
    func run(_ arguments: [String]) async -> Int32 { await Program.run(arguments, console: self.console) }

    /// Returns once `text` has been written to either stream.
    func waits(for text: String) async {
        await withCheckedContinuation { continuation in
            let isThere = self.written.withLock { written in
                if written.has(text) { return true }
                written.waiting.append((text, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
