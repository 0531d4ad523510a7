/// A name and its value that travel beside a body, such as an HTTP header.
package struct MetadataPair: Hashable, Sendable, Codable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
