import BrasaModel

@testable import BrasaTables

/// Reads a map of attribute values from the text of a request.
func readMap(_ text: String) throws(TableError) -> (map: AttributeMap, fault: String?) {
    let bytes = Array(text.utf8)
    let result = bytes.withUnsafeBytes { memory in
        Result<(AttributeMap, String?), TableError> { () throws(TableError) in
            var json = JSONReader(memory)
            var reader = ValueReader()
            let map = try reader.map(&json)
            try json.end()
            return (map, reader.fault)
        }
    }
    return try result.get()
}

/// The text that a response would hold.
func writeMap(_ map: AttributeMap) -> String {
    var out = ByteWriter()
    JSONText.write(map, to: &out)
    return out.withBytes { String(decoding: $0, as: UTF8.self) }
}
