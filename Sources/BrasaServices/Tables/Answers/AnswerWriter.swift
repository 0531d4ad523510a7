import BrasaModel
import BrasaTables
import NIOCore

/// The JSON object that an operation on items answers with, member by member.
struct AnswerWriter: ~Copyable {
    private var out: ByteWriter
    private var isFirst = true

    /// - Parameter capacity: bytes that it will probably have.
    init(capacity: Int = 256) {
        self.out = ByteWriter(capacity: capacity)
        self.out.byte(UInt8(ascii: "{"))
    }

    /// Appends a member; `write` appends its value, as JSON.
    mutating func member(_ name: StaticString, _ write: (inout ByteWriter) -> Void) {
        if !self.isFirst { self.out.byte(UInt8(ascii: ",")) }
        self.isFirst = false
        self.out.byte(UInt8(ascii: "\""))
        self.out.literal(name)
        self.out.literal("\":")
        write(&self.out)
    }

    /// The same with a name that is not known before.
    mutating func member(named name: String, _ write: (inout ByteWriter) -> Void) {
        if !self.isFirst { self.out.byte(UInt8(ascii: ",")) }
        self.isFirst = false
        JSONText.write(name, to: &self.out)
        self.out.byte(UInt8(ascii: ":"))
        write(&self.out)
    }

    /// Appends a map of attributes, unless it is nil.
    mutating func attributes(_ name: StaticString, _ attributes: AttributeMap?) {
        guard let attributes else { return }
        self.member(name) { JSONText.write(attributes, to: &$0) }
    }

    /// Appends a number.
    mutating func integer(_ name: StaticString, _ value: Int) {
        self.member(name) { $0.decimal(Int64(value)) }
    }

    /// The whole object.
    consuming func finish() -> ByteBuffer {
        self.out.byte(UInt8(ascii: "}"))
        return self.out.buffer()
    }
}

extension ByteWriter {
    /// Appends a list; `write` appends one element.
    mutating func list<Element>(
        _ elements: some Sequence<Element>, _ write: (Element, inout ByteWriter) throws -> Void
    ) rethrows {
        self.byte(UInt8(ascii: "["))
        var isFirst = true
        for element in elements {
            if !isFirst { self.byte(UInt8(ascii: ",")) }
            isFirst = false
            try write(element, &self)
        }
        self.byte(UInt8(ascii: "]"))
    }

    /// Appends a map by names; `write` appends one value.
    mutating func map<Value>(
        _ members: some Sequence<(key: String, value: Value)>, _ write: (Value, inout ByteWriter) throws -> Void
    ) rethrows {
        self.byte(UInt8(ascii: "{"))
        var isFirst = true
        for member in members {
            if !isFirst { self.byte(UInt8(ascii: ",")) }
            isFirst = false
            JSONText.write(member.key, to: &self)
            self.byte(UInt8(ascii: ":"))
            try write(member.value, &self)
        }
        self.byte(UInt8(ascii: "}"))
    }

    /// Appends JSON as it is.
    mutating func json(_ buffer: ByteBuffer) {
        buffer.withUnsafeReadableBytes { self.bytes($0) }
    }
}
