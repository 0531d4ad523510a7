internal import BrasaFunction
internal import FoundationEssentials

/// The coders of one function: made once, so that instances inherit them ready.
struct JSON {
    private let decoder = JSONDecoder()
    private let encoder = JSONEncoder()

    init() {
        // Sorted, because the order of keys is otherwise another one in each process.
        self.encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    }

    /// Decodes `bytes`; none are an empty object.
    /// - Throws: ``InvalidEvent``, which says where and what.
    func decode<Value: Decodable>(_ type: Value.Type, from bytes: UnsafeRawBufferPointer) throws -> Value {
        do {
            guard let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress), !bytes.isEmpty else {
                return try self.decoder.decode(type, from: Data("{}".utf8))
            }
            // Borrowed: the coder only reads, and the value copies what it keeps.
            return try self.decoder.decode(
                type, from: Data(bytesNoCopy: start, count: bytes.count, deallocator: .none))
        } catch let error as DecodingError {
            throw InvalidEvent(error)
        }
    }

    /// Answers with `value`.
    func reply<Value: Encodable>(_ value: Value, to context: Context) throws {
        try self.encoder.encode(value).withUnsafeBytes { try context.reply($0) }
    }

    /// Decodes and encodes once, so that the first event finds the coders' types instantiated.
    func prepare<Input: Decodable>(for type: Input.Type) {
        _ = try? self.decoder.decode(type, from: Data("{}".utf8))
        _ = try? self.encoder.encode(["": ""])
    }
}
