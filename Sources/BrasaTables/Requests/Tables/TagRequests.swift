/// A label of a table.
package struct Tag: Sendable, Hashable {
    package let key: String
    package let value: String

    /// Most tags of a table.
    static let maximumCount = 50

    static func list(_ json: inout JSONReader) throws(TableError) -> [Tag] {
        try json.list { json throws(TableError) in
            try json.beginElement("Tag")
            var key: String?
            var value: String?
            try json.members { json, name throws(TableError) in
                switch name.string {
                case "Key": key = try json.text()
                case "Value": value = try json.text()
                default: try json.skip()
                }
            }
            return Tag(key: key ?? "", value: value ?? "")
        }
    }

    /// Refuses more tags than a table may have.
    package static func checkCount(_ tags: [String: String]) throws(TableError) {
        guard tags.count <= Self.maximumCount else {
            throw TableError.validation("Number of Tags exceed the current limit for the provided ResourceArn")
        }
    }

    /// Tags by their keys, which have to be of a length, and not twice the same.
    static func dictionary(_ tags: [Tag]) throws(TableError) -> [String: String] {
        for tag in tags {
            guard (1...128).contains(tag.key.utf16.count) else {
                throw TableError.validation("The Tag Key provided is invalid, Key: \(tag.key)")
            }
            guard tag.value.utf16.count <= 256 else {
                throw TableError.validation("The Tag Value provided is invalid, Value: \(tag.value)")
            }
            guard !tag.key.lowercased().hasPrefix("aws:") else {
                throw TableError.validation("Tag Key cannot be prefixed with aws:, Key: \(tag.key)")
            }
        }
        var dictionary: [String: String] = [:]
        for tag in tags {
            guard dictionary.updateValue(tag.value, forKey: tag.key) == nil else {
                throw TableError.validation(
                    "Duplicate Tag Keys provided as input: Duplicate Tag Key found \(tag.key)")
            }
        }
        try Self.checkCount(dictionary)
        return dictionary
    }
}

/// What TagResource, UntagResource and ListTagsOfResource ask for.
package struct TagRequest: Sendable, Hashable {
    /// The three operations.
    package enum Operation: String, Sendable, Hashable {
        case tag = "TagResource"
        case untag = "UntagResource"
        case list = "ListTagsOfResource"
    }

    package let resourceARN: String
    /// Tags to set, of TagResource.
    package let tags: [String: String]
    /// Keys to take away, of UntagResource.
    package let keys: [String]

    /// The table's name: what the ARN ends in.
    package var tableName: String { String(self.resourceARN.split(separator: "/").last ?? "") }

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ operation: Operation, _ body: UnsafeRawBufferPointer) throws(TableError) {
        var arn: String?
        var tags: [Tag]?
        var keys: [String]?
        try RequestBody.read(body) { json throws(TableError) in
            try json.members { json, name throws(TableError) in
                switch name.string {
                case "ResourceArn": arn = try json.text()
                case "Tags": tags = try Tag.list(&json)
                case "TagKeys": keys = try json.list { json throws(TableError) in try json.text() }
                default: try json.skip()
                }
            }
        }
        guard let arn else { throw TableError.validation("Invalid TableArn") }
        var faults = ConstraintFaults()
        if operation == .tag { faults.require(tags != nil, "tags") }
        if operation == .untag { faults.require(keys != nil, "tagKeys") }
        try faults.check()
        guard TableARN.isOne(arn) else {
            throw TableError.validation("Invalid TableArn: Invalid ResourceArn provided as input \(arn)")
        }
        if operation == .tag && tags?.isEmpty ?? true {
            throw TableError.validation("Atleast one Tag needs to be provided as Input.")
        }
        if operation == .untag && keys?.isEmpty ?? true {
            throw TableError.validation("Atleast one Tag Key needs to be provided as Input.")
        }
        self.resourceARN = arn
        self.tags = try Tag.dictionary(tags ?? [])
        self.keys = keys ?? []
    }
}
