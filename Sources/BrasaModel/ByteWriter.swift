/// Bytes written front to back into memory that grows and is used again.
///
/// What a `ByteBuffer` does, without its checks for every piece: the event of an HTTP request has some sixty (figures in
/// docs/decisions/hot-path.md). For one thread. Public, because the compiler inlines public code alone into other modules.
public struct ByteWriter: ~Copyable {
    @usableFromInline var memory: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    /// Bytes written since `clear`.
    @usableFromInline var count = 0

    /// - Parameter capacity: bytes to begin with; at least 1.
    public init(capacity: Int = 1_024) {
        self.memory = .allocate(byteCount: capacity, alignment: 16)
        self.capacity = capacity
    }

    deinit { self.memory.deallocate() }

    /// Forgets what was written, and gives memory back that an unusually large content has taken.
    public mutating func clear() {
        self.count = 0
        guard self.capacity > 1 << 20 else { return }
        self.memory.deallocate()
        self.capacity = 65_536
        self.memory = .allocate(byteCount: self.capacity, alignment: 16)
    }

    /// Makes room for `more` bytes and lets `body` fill them; it returns how many it has written.
    @inlinable @inline(__always)
    public mutating func write(atMost more: Int, _ body: (UnsafeMutableRawPointer) -> Int) {
        if self.capacity - self.count < more { self.grow(by: more) }
        self.count += body(self.memory + self.count)
    }

    @usableFromInline
    mutating func grow(by more: Int) {
        let capacity = max(self.capacity * 2, self.count + more)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        memory.copyMemory(from: self.memory, byteCount: self.count)
        self.memory.deallocate()
        self.memory = memory
        self.capacity = capacity
    }

    /// Appends bytes.
    @inlinable @inline(__always)
    public mutating func bytes(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        self.write(atMost: bytes.count) {
            $0.copyMemory(from: start, byteCount: bytes.count)
            return bytes.count
        }
    }

    /// Appends one byte.
    @inlinable @inline(__always)
    public mutating func byte(_ byte: UInt8) {
        self.write(atMost: 1) {
            $0.storeBytes(of: byte, as: UInt8.self)
            return 1
        }
    }

    /// Appends text known at compile time.
    @inlinable @inline(__always)
    public mutating func literal(_ text: StaticString) {
        self.bytes(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends text.
    @inlinable @inline(__always)
    public mutating func text(_ text: String) {
        Self.withUTF8(text) { self.bytes($0) }
    }

    /// Appends a number in decimal digits.
    public mutating func decimal(_ number: Int64) {
        self.write(atMost: 20) { out in
            var magnitude = number.magnitude
            var digits = 1
            var rest = magnitude
            while rest >= 10 {
                rest /= 10
                digits += 1
            }
            let length = digits + (number < 0 ? 1 : 0)
            if number < 0 { out.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self) }
            for place in stride(from: length - 1, to: length - digits - 1, by: -1) {
                out.storeBytes(of: UInt8(ascii: "0") + UInt8(magnitude % 10), toByteOffset: place, as: UInt8.self)
                magnitude /= 10
            }
            return length
        }
    }

    /// Appends a number as it lies in memory.
    @inlinable @inline(__always)
    public mutating func native(_ number: UInt32) {
        self.write(atMost: 4) {
            $0.storeBytes(of: number, as: UInt32.self)
            return 4
        }
    }

    /// What was written; valid inside `body`.
    @inlinable @inline(__always)
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(start: self.memory, count: self.count))
    }

    /// Lends a string's bytes; strings that came from Foundation in another form are copied first.
    @inlinable @inline(__always)
    public static func withUTF8<Result>(_ text: String, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        if let result = text.utf8.withContiguousStorageIfAvailable({ body(UnsafeRawBufferPointer($0)) }) {
            return result
        }
        return Array(text.utf8).withUnsafeBytes(body)
    }
}
