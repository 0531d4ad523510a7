/// One page of what a query or scan finds, while its items are gone through.
package struct Page: Sendable {
    private let plan: FindPlan
    /// What is answered with.
    package private(set) var items: [AttributeMap] = []
    /// Items that were found, before and after the filter.
    package private(set) var scannedCount = 0
    package private(set) var count = 0
    /// Bytes of the items that were found.
    package private(set) var sizeBytes = 0
    private var last: AttributeMap?
    /// Whether the range may go on behind it.
    package private(set) var isFull = false

    package init(_ plan: FindPlan) {
        self.plan = plan
    }

    /// Takes the next item of the range, as it is in the table; false: the page is full with it.
    package mutating func add(_ item: AttributeMap) -> Bool {
        let seen = self.plan.visible(item)
        self.scannedCount += 1
        self.sizeBytes += seen.sizeBytes
        self.last = item
        if self.plan.request.filter?.holds(for: seen) ?? true {
            self.count += 1
            if self.plan.request.select != .count {
                self.items.append(self.plan.request.projection?.apply(to: seen) ?? seen)
            }
        }
        return self.hasRoom()
    }

    /// The same for a plan that takes whole items: they are answered with as they are stored, and not read for it.
    ///
    /// - Parameter sizeBytes: what `AttributeMap.sizeBytes` of the item is.
    package mutating func addWhole(sizeBytes: Int) -> Bool {
        self.scannedCount += 1
        self.sizeBytes += sizeBytes
        self.count += 1
        return self.hasRoom()
    }

    /// Takes the last of whole items, where the next page begins.
    package mutating func end(with item: AttributeMap) {
        self.last = item
    }

    private mutating func hasRoom() -> Bool {
        self.isFull =
            self.scannedCount >= self.plan.request.limit ?? Int.max || self.sizeBytes >= ItemSize.maximumPageBytes
        return !self.isFull
    }

    /// Where the next page begins; nil when the range ended before the page was full.
    ///
    /// As in the service, a range that ends just where the page is full still has a next, empty page.
    package var lastEvaluatedKey: AttributeMap? {
        guard self.isFull, let last = self.last else { return nil }
        var key = last.restricted(to: self.plan.schema.keys)
        for attribute in self.plan.index?.keys.attributes ?? [] { key[attribute.name] = last[attribute.name] }
        return key
    }

    /// Units of reading that the page took.
    package var capacityUnits: Double {
        ReadCapacity.units(bytes: self.sizeBytes, self.plan.request.isConsistent ? .consistent : .eventual)
    }
}

extension FindPlan {
    /// Whether items are answered with, or counted, just as they are in the table.
    package var takesWholeItems: Bool {
        let showsAll = self.index.map { $0.projection == .all } ?? true
        return showsAll && self.request.filter == nil && self.request.projection == nil
    }

    /// What an index shows of an item; all of it where the request may ask for all.
    func visible(_ item: AttributeMap) -> AttributeMap {
        guard let index = self.index else { return item }
        let reachesTable =
            index.scope == .local && (self.request.select == .allAttributes || self.request.projection != nil)
        return reachesTable ? item : index.projected(item, self.schema)
    }
}
