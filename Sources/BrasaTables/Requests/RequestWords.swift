/// Which attributes a write answers with; in the order in which the service lists the words.
package enum ReturnValues: String, Sendable, Hashable, CaseIterable {
    case allNew = "ALL_NEW"
    case updatedOld = "UPDATED_OLD"
    case allOld = "ALL_OLD"
    case none = "NONE"
    case updatedNew = "UPDATED_NEW"
}

/// Whether a write that a condition stops answers with the item.
package enum ReturnValuesOnFailure: String, Sendable, Hashable, CaseIterable {
    case allOld = "ALL_OLD"
    case none = "NONE"
}

/// How much of the capacity that a request took it answers with.
package enum ReturnConsumedCapacity: String, Sendable, Hashable, CaseIterable {
    case indexes = "INDEXES"
    case total = "TOTAL"
    case none = "NONE"
}

/// Whether a write answers with the size of the item's collection.
package enum ReturnItemCollectionMetrics: String, Sendable, Hashable, CaseIterable {
    case size = "SIZE"
    case none = "NONE"
}

/// Which attributes of the items found a query or scan answers with.
package enum Select: String, Sendable, Hashable, CaseIterable {
    case specificAttributes = "SPECIFIC_ATTRIBUTES"
    case count = "COUNT"
    case allAttributes = "ALL_ATTRIBUTES"
    case allProjectedAttributes = "ALL_PROJECTED_ATTRIBUTES"
}
