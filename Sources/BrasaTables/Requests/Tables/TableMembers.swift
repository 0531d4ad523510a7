/// The members of CreateTable and UpdateTable, as they are in the JSON.
struct TableMembers {
    /// An attribute with what it is there for: its type, or its part in a key.
    struct Attribute {
        var name: String?
        var role: String?
    }

    /// Units a second.
    struct Throughput {
        var read: Int?
        var write: Int?
    }

    /// What an index shows.
    struct Projection {
        var type: String?
        var attributes: [String]?
    }

    /// An index that is wanted.
    struct Index {
        var name: String?
        var keys: [Attribute]?
        var projection: Projection?
        var throughput: Throughput?
    }

    /// What is to happen to a global index; one of them.
    struct IndexUpdate {
        var create: Index?
        var update: Index?
        var delete: Index?
    }

    /// A change stream.
    struct Stream {
        var isEnabled: Bool?
        var view: String?
    }

    var tableName: String?
    var attributes: [Attribute]?
    var keys: [Attribute]?
    var billingMode: String?
    var throughput: Throughput?
    var localIndexes: [Index]?
    var globalIndexes: [Index]?
    var indexUpdates: [IndexUpdate]?
    var stream: Stream?
    var tags: [Tag]?
    var isProtected: Bool?
    var tableClass: String?
    var hasOtherChange = false

    /// Reads the members of a request whose `{` has been read.
    mutating func read(_ json: inout JSONReader) throws(TableError) {
        while let key = try json.nextKey() {
            if try json.takeNull() { continue }
            switch key.string {
            case "TableName": self.tableName = try json.text()
            case "AttributeDefinitions":
                self.attributes = try json.list { json throws(TableError) in
                    try Self.attribute(&json, "AttributeDefinition", role: "AttributeType")
                }
            case "KeySchema": self.keys = try Self.keys(&json)
            case "BillingMode": self.billingMode = try json.text()
            case "ProvisionedThroughput": self.throughput = try Self.throughput(&json)
            case "LocalSecondaryIndexes":
                self.localIndexes = try json.list { json throws(TableError) in
                    try json.beginElement("LocalSecondaryIndex")
                    return try Self.index(&json)
                }
            case "GlobalSecondaryIndexes":
                self.globalIndexes = try json.list { json throws(TableError) in
                    try json.beginElement("GlobalSecondaryIndex")
                    return try Self.index(&json)
                }
            case "GlobalSecondaryIndexUpdates":
                self.indexUpdates = try json.list { json throws(TableError) in try Self.indexUpdate(&json) }
            case "StreamSpecification": self.stream = try Self.stream(&json)
            case "Tags": self.tags = try Tag.list(&json)
            case "TableClass": self.tableClass = try json.text()
            case "DeletionProtectionEnabled": self.isProtected = try json.boolean()
            default:
                if ["SSESpecification", "ReplicaUpdates", "OnDemandThroughput", "WarmThroughput"].contains(key.string) {
                    self.hasOtherChange = true
                }
                try json.skip()
            }
        }
    }

    private static func attribute(
        _ json: inout JSONReader, _ structure: String, role: ByteText
    ) throws(TableError) -> Attribute {
        try json.beginElement(structure)
        var attribute = Attribute()
        try json.members { json, name throws(TableError) in
            if name == "AttributeName" {
                attribute.name = try json.text()
            } else if name == role {
                attribute.role = try json.text()
            } else {
                try json.skip()
            }
        }
        return attribute
    }

    private static func keys(_ json: inout JSONReader) throws(TableError) -> [Attribute] {
        try json.list { json throws(TableError) in try Self.attribute(&json, "KeySchemaElement", role: "KeyType") }
    }

    private static func throughput(_ json: inout JSONReader) throws(TableError) -> Throughput {
        try json.beginStructure("ProvisionedThroughput")
        var throughput = Throughput()
        try json.members { json, name throws(TableError) in
            switch name.string {
            case "ReadCapacityUnits": throughput.read = try json.integer("Long")
            case "WriteCapacityUnits": throughput.write = try json.integer("Long")
            default: try json.skip()
            }
        }
        return throughput
    }

    private static func index(_ json: inout JSONReader) throws(TableError) -> Index {
        var index = Index()
        try json.members { json, name throws(TableError) in
            switch name.string {
            case "IndexName": index.name = try json.text()
            case "KeySchema": index.keys = try Self.keys(&json)
            case "Projection": index.projection = try Self.projection(&json)
            case "ProvisionedThroughput": index.throughput = try Self.throughput(&json)
            default: try json.skip()
            }
        }
        return index
    }

    private static func projection(_ json: inout JSONReader) throws(TableError) -> Projection {
        try json.beginStructure("Projection")
        var projection = Projection()
        try json.members { json, name throws(TableError) in
            switch name.string {
            case "ProjectionType": projection.type = try json.text()
            case "NonKeyAttributes":
                projection.attributes = try json.list { json throws(TableError) in try json.text() }
            default: try json.skip()
            }
        }
        return projection
    }

    private static func indexUpdate(_ json: inout JSONReader) throws(TableError) -> IndexUpdate {
        try json.beginElement("GlobalSecondaryIndexUpdate")
        var update = IndexUpdate()
        try json.members { json, name throws(TableError) in
            switch name.string {
            case "Create":
                try json.beginStructure("CreateGlobalSecondaryIndexAction")
                update.create = try Self.index(&json)
            case "Update":
                try json.beginStructure("UpdateGlobalSecondaryIndexAction")
                update.update = try Self.index(&json)
            case "Delete":
                try json.beginStructure("DeleteGlobalSecondaryIndexAction")
                update.delete = try Self.index(&json)
            default: try json.skip()
            }
        }
        return update
    }

    private static func stream(_ json: inout JSONReader) throws(TableError) -> Stream {
        try json.beginStructure("StreamSpecification")
        var stream = Stream()
        try json.members { json, name throws(TableError) in
            switch name.string {
            case "StreamEnabled": stream.isEnabled = try json.boolean()
            case "StreamViewType": stream.view = try json.text()
            default: try json.skip()
            }
        }
        return stream
    }
}

extension JSONReader {
    /// Reads a list of the API.
    mutating func list<Element>(
        _ element: (inout JSONReader) throws(TableError) -> Element
    ) throws(TableError) -> [Element] {
        try self.beginList()
        var elements: [Element] = []
        while try self.nextElement() { elements.append(try element(&self)) }
        return elements
    }

    /// Hands over the members of a structure whose `{` has been read, but those that are null.
    mutating func members(_ member: (inout JSONReader, ByteText) throws(TableError) -> Void) throws(TableError) {
        while let name = try self.nextKey() {
            if try self.takeNull() { continue }
            try member(&self, name)
        }
    }
}
