// Between the contract's borrowed bytes and Swift's values.

extension brasa_bytes {
    /// The bytes where they lie; valid as long as their owner says.
    @usableFromInline
    var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: self.ptr, count: self.len) }

    /// A copy as text; what is not UTF-8 is replaced by U+FFFD.
    var text: String { String(decoding: self.buffer, as: UTF8.self) }

    init(_ buffer: UnsafeRawBufferPointer) {
        self.init(ptr: buffer.baseAddress, len: buffer.count)
    }

    /// Bytes that live until the process ends.
    init(_ text: StaticString) {
        self.init(ptr: text.utf8Start, len: text.utf8CodeUnitCount)
    }
}

/// Calls `body` with the UTF-8 of `text`, borrowed for the call.
func withBytes<Result>(of text: String, _ body: (brasa_bytes) throws -> Result) rethrows -> Result {
    var text = text
    return try text.withUTF8 { try body(brasa_bytes(UnsafeRawBufferPointer($0))) }
}

/// Calls `body` with `metadata` as the contract has it, borrowed for the call.
func withPairs<Result>(
    of metadata: [(name: String, value: String)], _ body: (UnsafePointer<brasa_pair>?, Int) throws -> Result
) rethrows -> Result {
    if metadata.isEmpty { return try body(nil, 0) }
    // One block holds all texts, so that one pointer keeps them alive.
    var texts: [UInt8] = []
    for pair in metadata {
        texts.append(contentsOf: pair.name.utf8)
        texts.append(contentsOf: pair.value.utf8)
    }
    return try texts.withUnsafeBytes { block in
        var offset = 0
        func next(_ text: String) -> brasa_bytes {
            let count = text.utf8.count
            defer { offset += count }
            return brasa_bytes(UnsafeRawBufferPointer(rebasing: block[offset..<offset + count]))
        }
        let pairs = metadata.map { brasa_pair(name: next($0.name), value: next($0.value)) }
        return try pairs.withUnsafeBufferPointer { try body($0.baseAddress, $0.count) }
    }
}

/// Copies `text` into memory that is never freed, for descriptors that outlive every call.
func permanentCString(_ text: String) -> UnsafePointer<CChar> {
    let utf8 = text.utf8CString
    let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: utf8.count)
    _ = copy.initialize(from: utf8)
    return UnsafePointer(copy.baseAddress.unsafelyUnwrapped)
}
