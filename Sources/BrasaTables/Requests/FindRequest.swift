/// What Query and Scan ask for.
package struct FindRequest: Sendable, Hashable {
    /// One part of a table that is scanned by several.
    package struct Segment: Sendable, Hashable {
        package let index: Int
        package let total: Int
    }

    package let tableName: String
    package let indexName: String?
    /// Nil for scans.
    package let keyCondition: KeyCondition?
    package let filter: Condition?
    package let projection: Projection?
    package let select: Select?
    /// Most items that are looked at.
    package let limit: Int?
    package let isForward: Bool
    package let isConsistent: Bool
    package let segment: Segment?
    package let exclusiveStartKey: AttributeMap?
    package let returnConsumedCapacity: ReturnConsumedCapacity

    /// The two operations.
    package enum Operation: String, Sendable, Hashable {
        case query = "Query"
        case scan = "Scan"
    }

    /// Reads the body of a request.
    ///
    /// - Throws: the refusal in the service's words.
    package init(_ operation: Operation, _ body: UnsafeRawBufferPointer) throws(TableError) {
        self = try RequestBody.read(body) { json throws(TableError) in
            var members = RequestMembers()
            try members.read(&json)
            return try FindRequest(operation, members)
        }
    }

    init(_ operation: Operation, _ members: RequestMembers) throws(TableError) {
        var faults = ConstraintFaults()
        let select = faults.word(members.select, "select", as: Select.self)
        faults.name(members.indexName, "indexName", isRequired: false)
        if operation == .scan { faults.atLeast(1, members.totalSegments, "totalSegments", atMost: 1_000_000) }
        let capacity = faults.word(
            members.returnConsumedCapacity, "returnConsumedCapacity", as: ReturnConsumedCapacity.self)
        faults.tableName(members.tableName)
        if operation == .scan { faults.atLeast(0, members.segment, "segment", atMost: 999_999) }
        faults.atLeast(1, members.limit, "limit")
        try faults.check()
        guard let tableName = members.tableName else { preconditionFailure("checked above") }

        try members.checkLegacy(operation.rawValue)
        try members.checkExpressionUse(valuesIn: operation == .query ? [.filter, .keyCondition] : [.filter])
        try Self.checkStartKey(members)
        let segment = operation == .scan ? try Self.segment(members) : nil
        if operation == .query && members.expressions[.keyCondition] == nil {
            throw TableError.validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
        }

        var binding = try members.binding()
        var asked: Condition?
        if operation == .query { asked = try members.condition(.keyCondition, &binding) }
        let filter = try members.condition(.filter, &binding)
        let projection = try members.projection(&binding)
        try binding.checkAllUsed()
        var keyCondition: KeyCondition?
        if let asked { keyCondition = try KeyCondition(asked) }
        if let count = keyCondition?.predicates.count, count > 2 {
            throw TableError.validation("Conditions can be of length 1 or 2 only")
        }
        try Self.checkSelect(select, hasProjection: projection != nil, hasIndex: members.indexName != nil)

        self.tableName = tableName
        self.indexName = members.indexName
        self.keyCondition = keyCondition
        self.filter = filter
        self.projection = projection
        self.select = select
        self.limit = members.limit
        self.isForward = members.isForward ?? true
        self.isConsistent = members.isConsistent ?? false
        self.segment = segment
        self.exclusiveStartKey = members.exclusiveStartKey
        self.returnConsumedCapacity = capacity ?? .none
    }

    private static func checkStartKey(_ members: RequestMembers) throws(TableError) {
        guard let fault = members.startKeyFault else { return }
        // Some faults have the introduction, some not.
        let plain = [
            "contains duplicates", "number set", "numeric value", "significant digits", "number with magnitude",
        ]
        let isPlain = plain.contains { fault.contains($0) }
        throw TableError.validation(isPlain ? fault : "The provided starting key is invalid: \(fault)")
    }

    private static func segment(_ members: RequestMembers) throws(TableError) -> Segment? {
        switch (members.segment, members.totalSegments) {
        case (nil, nil): return nil
        case (.some, nil):
            throw TableError.validation(
                "The TotalSegments parameter is required but was not present in the request when Segment parameter is present"
            )
        case (nil, .some):
            throw TableError.validation(
                "The Segment parameter is required but was not present in the request when parameter TotalSegments is present"
            )
        case (let index?, let total?):
            guard index < total else {
                throw TableError.validation(
                    "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
                        + "Segment: \(index) is not less than TotalSegments: \(total)")
            }
            return Segment(index: index, total: total)
        }
    }

    private static func checkSelect(_ select: Select?, hasProjection: Bool, hasIndex: Bool) throws(TableError) {
        switch select {
        case .specificAttributes where !hasProjection:
            throw TableError.validation(
                "One or more parameter values were invalid: Must specify the AttributesToGet or ProjectionExpression "
                    + "when choosing to get SPECIFIC_ATTRIBUTES")
        case .allAttributes where hasProjection, .count where hasProjection,
            .allProjectedAttributes where hasProjection:
            throw TableError.invalidParameter(
                "Cannot specify the ProjectionExpression when choosing to get "
                    + (select == .count ? "only the Count" : select?.rawValue ?? ""))
        case .allProjectedAttributes where !hasIndex:
            throw TableError.invalidParameter(
                "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
        default: break
        }
    }
}
