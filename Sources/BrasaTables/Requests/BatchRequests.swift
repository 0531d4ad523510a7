/// What BatchGetItem asks for.
package struct BatchGetRequest: Sendable, Hashable {
    /// What it asks of one table.
    package struct Part: Sendable, Hashable {
        package let tableName: String
        package let keys: [AttributeMap]
        package let projection: Projection?
        package let isConsistent: Bool
    }

    /// Most items of a request.
    package static let maximumItems = 100

    package let parts: [Part]
    package let returnConsumedCapacity: ReturnConsumedCapacity

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ body: UnsafeRawBufferPointer) throws(TableError) {
        var tables: [(name: String, keys: [AttributeMap]?, fault: String?, members: RequestMembers)]?
        var capacity: String?
        try RequestBody.read(body) { json throws(TableError) in
            while let name = try json.nextKey() {
                if try json.takeNull() { continue }
                switch name {
                case "RequestItems": tables = try Self.tables(&json)
                case "ReturnConsumedCapacity": capacity = try json.text()
                default: try json.skip()
                }
            }
        }
        var faults = ConstraintFaults()
        let returned = faults.word(capacity, "returnConsumedCapacity", as: ReturnConsumedCapacity.self)
        faults.require(tables != nil, "requestItems")
        if let tables {
            faults.length(tables.count, "{}", "requestItems", 1...Int.max)
            for table in tables {
                let member = "requestItems.\(table.name).member.keys"
                faults.require(table.keys != nil, member)
                if let keys = table.keys { faults.length(keys.count, "[]", member, 1...Self.maximumItems) }
            }
        }
        try faults.check()

        var parts: [Part] = []
        for table in tables ?? [] {
            try table.members.checkLegacy("BatchGetItem")
            try table.members.checkExpressionUse(valuesIn: [.projection])
            var binding = try table.members.binding()
            let projection = try table.members.projection(&binding)
            try binding.checkAllUsed()
            if let fault = table.fault { throw TableError.validation(fault) }
            let part = Part(
                tableName: table.name, keys: table.keys ?? [], projection: projection,
                isConsistent: table.members.isConsistent ?? false)
            guard Set(part.keys).count == part.keys.count else {
                throw TableError.validation("Provided list of item keys contains duplicates")
            }
            parts.append(part)
        }
        guard parts.reduce(0, { $0 + $1.keys.count }) <= Self.maximumItems else {
            throw TableError.validation("Too many items requested for the BatchGetItem call")
        }
        self.parts = parts
        self.returnConsumedCapacity = returned ?? .none
    }

    private static func tables(
        _ json: inout JSONReader
    ) throws(TableError) -> [(name: String, keys: [AttributeMap]?, fault: String?, members: RequestMembers)] {
        try json.beginMap(of: "KeysAndAttributes")
        var tables: [(name: String, keys: [AttributeMap]?, fault: String?, members: RequestMembers)] = []
        while let name = try json.nextKey() {
            try json.beginElement("KeysAndAttributes")
            var keys: [AttributeMap]?
            var reader = ValueReader()
            var members = RequestMembers()
            while let member = try json.nextKey() {
                if try json.takeNull() { continue }
                guard member == "Keys" else {
                    try members.read(member.string, &json)
                    continue
                }
                try json.beginList()
                var list: [AttributeMap] = []
                while try json.nextElement() { list.append(try reader.map(&json)) }
                keys = list
            }
            tables.append((name.string, keys, reader.fault, members))
        }
        return tables
    }
}

/// What BatchWriteItem asks for.
package struct BatchWriteRequest: Sendable, Hashable {
    /// Most puts and deletes of a request.
    package static let maximumItems = 25

    /// Puts and deletes without conditions, in the order of the request.
    package let writes: [WriteRequest]
    package let returnConsumedCapacity: ReturnConsumedCapacity
    package let returnItemCollectionMetrics: ReturnItemCollectionMetrics

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ body: UnsafeRawBufferPointer) throws(TableError) {
        var tables: [(name: String, requests: [[(WriteRequest.Operation, RequestMembers)]])]?
        var members = RequestMembers()
        try RequestBody.read(body) { json throws(TableError) in
            while let name = try json.nextKey() {
                if try json.takeNull() { continue }
                if name == "RequestItems" {
                    tables = try Self.tables(&json)
                } else {
                    try members.read(name.string, &json)
                }
            }
        }
        var faults = ConstraintFaults()
        let capacity = faults.word(
            members.returnConsumedCapacity, "returnConsumedCapacity", as: ReturnConsumedCapacity.self)
        let metrics = faults.word(
            members.returnItemCollectionMetrics, "returnItemCollectionMetrics", as: ReturnItemCollectionMetrics.self)
        faults.require(tables != nil, "requestItems")
        if let tables {
            faults.length(tables.count, "{}", "requestItems", 1...Int.max)
            for table in tables where !(1...Self.maximumItems).contains(table.requests.count) {
                faults.mapValueLength(
                    "{\(table.name)=[\(table.requests.count) requests]}", "requestItems", 1...Self.maximumItems)
            }
        }
        try faults.check()

        var writes: [WriteRequest] = []
        for table in tables ?? [] {
            for (place, request) in table.requests.enumerated() {
                guard let (operation, members) = request.first, request.count == 1 else {
                    throw TableError.validation(
                        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
                    )
                }
                var named = members
                named.tableName = table.name
                let kind = operation == .put ? "putRequest" : "deleteRequest"
                writes.append(
                    try WriteRequest(
                        operation, named, at: "requestItems.\(table.name).member.\(place + 1).member.\(kind)."))
            }
        }
        guard writes.count <= Self.maximumItems else {
            throw TableError.validation("Too many items requested for the BatchWriteItem call")
        }
        self.writes = writes
        self.returnConsumedCapacity = capacity ?? .none
        self.returnItemCollectionMetrics = metrics ?? .none
    }

    private static func tables(
        _ json: inout JSONReader
    ) throws(TableError) -> [(name: String, requests: [[(WriteRequest.Operation, RequestMembers)]])] {
        try json.beginMap(of: "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>")
        var tables: [(name: String, requests: [[(WriteRequest.Operation, RequestMembers)]])] = []
        while let name = try json.nextKey() {
            try json.beginList()
            var requests: [[(WriteRequest.Operation, RequestMembers)]] = []
            while try json.nextElement() { requests.append(try Self.request(&json)) }
            tables.append((name.string, requests))
        }
        return tables
    }

    private static func request(
        _ json: inout JSONReader
    ) throws(TableError) -> [(WriteRequest.Operation, RequestMembers)] {
        try json.beginElement("WriteRequest")
        var request: [(WriteRequest.Operation, RequestMembers)] = []
        while let kind = try json.nextKey() {
            if try json.takeNull() { continue }
            guard kind == "PutRequest" || kind == "DeleteRequest" else {
                try json.skip()
                continue
            }
            try json.beginStructure(kind.string)
            var members = RequestMembers()
            try members.read(&json)
            request.append((kind == "PutRequest" ? .put : .delete, members))
        }
        return request
    }
}
