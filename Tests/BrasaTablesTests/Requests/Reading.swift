@testable import BrasaTables

/// Reads a request from the text of its body.
func reading<Value>(
    _ text: String, _ read: (UnsafeRawBufferPointer) throws(TableError) -> Value
) throws(TableError) -> Value {
    let bytes = Array(text.utf8)
    return try bytes.withUnsafeBytes { memory in
        Result<Value, TableError> { () throws(TableError) in try read(memory) }
    }.get()
}

/// The message that refuses a request; nil when it is taken.
func refusal<Value>(_ text: String, _ read: (UnsafeRawBufferPointer) throws(TableError) -> Value) -> String? {
    do throws(TableError) {
        _ = try reading(text, read)
        return nil
    } catch {
        return error.message
    }
}

/// A table of people by id, with an index by age for each id and one by e-mail.
let peopleSchema = TableSchema(
    name: "people",
    keys: KeySchema(
        partition: .init(name: "id", type: .string), sort: .init(name: "nr", type: .number)),
    indexes: [
        SecondaryIndex(
            name: "byAge", scope: .local,
            keys: KeySchema(partition: .init(name: "id", type: .string), sort: .init(name: "age", type: .number)),
            projection: .include(["name"])),
        SecondaryIndex(
            name: "byMail", scope: .global, keys: KeySchema(partition: .init(name: "mail", type: .string)),
            projection: .keysOnly),
    ])
