/// What DescribeTable, DeleteTable and DescribeTimeToLive ask for.
package struct TableNameRequest: Sendable, Hashable {
    package let tableName: String

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ body: UnsafeRawBufferPointer) throws(TableError) {
        var name: String?
        try RequestBody.read(body) { json throws(TableError) in
            try json.members { json, member throws(TableError) in
                if member == "TableName" { name = try json.text() } else { try json.skip() }
            }
        }
        try TableMembers.checkName(name)
        var faults = ConstraintFaults()
        faults.existing(name)
        try faults.check()
        self.tableName = name ?? ""
    }
}

/// What ListTables asks for.
package struct ListTablesRequest: Sendable, Hashable {
    /// Names come after this one.
    package let exclusiveStartTableName: String?
    /// Most names of the answer: 1 to 100.
    package let limit: Int

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ body: UnsafeRawBufferPointer) throws(TableError) {
        var name: String?
        var limit: Int?
        try RequestBody.read(body) { json throws(TableError) in
            try json.members { json, member throws(TableError) in
                switch member.string {
                case "ExclusiveStartTableName": name = try json.text()
                case "Limit": limit = try json.integer("Integer")
                default: try json.skip()
                }
            }
        }
        var faults = ConstraintFaults()
        faults.atLeast(1, limit, "limit", atMost: 100)
        faults.name(name, "exclusiveStartTableName", isRequired: false)
        try faults.check()
        self.exclusiveStartTableName = name
        self.limit = limit ?? 100
    }
}

/// What UpdateTimeToLive asks for.
package struct UpdateTimeToLiveRequest: Sendable, Hashable {
    package let tableName: String
    package let attribute: ByteText
    package let isEnabled: Bool

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ body: UnsafeRawBufferPointer) throws(TableError) {
        var name: String?
        var attribute: String?
        var isEnabled: Bool?
        var hasSpecification = false
        try RequestBody.read(body) { json throws(TableError) in
            try json.members { json, member throws(TableError) in
                switch member.string {
                case "TableName": name = try json.text()
                case "TimeToLiveSpecification":
                    hasSpecification = true
                    try json.beginStructure("TimeToLiveSpecification")
                    try json.members { json, member throws(TableError) in
                        switch member.string {
                        case "AttributeName": attribute = try json.text()
                        case "Enabled": isEnabled = try json.boolean()
                        default: try json.skip()
                        }
                    }
                default: try json.skip()
                }
            }
        }
        try TableMembers.checkName(name)
        var faults = ConstraintFaults()
        faults.existing(name)
        faults.require(hasSpecification, "timeToLiveSpecification")
        if hasSpecification {
            faults.require(attribute != nil, "timeToLiveSpecification.attributeName")
            if let attribute {
                faults.length(attribute.utf16.count, attribute, "timeToLiveSpecification.attributeName", 1...255)
            }
            faults.require(isEnabled != nil, "timeToLiveSpecification.enabled")
        }
        try faults.check()
        self.tableName = name ?? ""
        self.attribute = ByteText(attribute ?? "")
        self.isEnabled = isEnabled ?? false
    }

    /// The attribute by which items expire afterwards; nil: none do.
    ///
    /// - Throws: the refusal when that is so already, or another attribute is in use.
    package func applied(to current: ByteText?) throws(TableError) -> ByteText? {
        switch (current, self.isEnabled) {
        case (nil, true): return self.attribute
        case (nil, false): throw TableError.validation("TimeToLive is already disabled")
        case (let current?, true):
            throw TableError.validation(
                current == self.attribute
                    ? "TimeToLive is already enabled"
                    : "TimeToLive is active on a different AttributeName: current AttributeName is \(current)")
        case (let current?, false):
            guard current == self.attribute else {
                throw TableError.validation(
                    "TimeToLive is active on a different AttributeName: current AttributeName is \(current)")
            }
            return nil
        }
    }
}
