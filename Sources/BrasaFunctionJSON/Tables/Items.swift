internal import BrasaFunction

/// The items that a query or scan finds, read page by page as they are needed.
///
///     for item in try users.query("team = \(team)", as: User.self) { let user = try item.get() … }
///     let everybody = try users.scan(as: User.self).all()
///
/// An element is a failure when its page could not be read, and then the last, or when the item is not of the type.
public struct Items<Item: Decodable>: Sequence {
    let operation: String
    let request: TableRequest
    let context: Context

    /// One page: its items, and where the next one begins.
    public struct Page {
        /// The items of the page.
        public let items: [Item]
        /// The key to go on `after`; nil: there is nothing more.
        public let next: [String: Attribute]?
    }

    /// All of them.
    public func all() throws -> [Item] { try self.map { try $0.get() } }

    /// The first page alone, for lists that are shown page by page.
    public func page() throws -> Page {
        let answer = try self.request.perform(self.operation, self.context)
        let items = try (answer.Items ?? []).map { try AttributeDecoder().decode(Item.self, from: $0) }
        return Page(items: items, next: answer.LastEvaluatedKey)
    }

    /// Begins anew: nothing is kept of an earlier look.
    public func makeIterator() -> Iterator {
        Iterator(operation: self.operation, request: self.request, context: self.context)
    }

    /// Reads pages.
    public struct Iterator: IteratorProtocol {
        fileprivate let operation: String
        fileprivate var request: TableRequest
        fileprivate let context: Context
        private var page: [[String: Attribute]] = []
        private var position = 0
        private var isLastPage = false

        fileprivate init(operation: String, request: TableRequest, context: Context) {
            self.operation = operation
            self.request = request
            self.context = context
        }

        /// The next item, reading a page for it where needed; nil: there is none.
        public mutating func next() -> Result<Item, any Error>? {
            // A filter may leave nothing of a page.
            while self.position == self.page.count {
                guard !self.isLastPage else { return nil }
                do {
                    let answer = try self.request.perform(self.operation, self.context)
                    self.page = answer.Items ?? []
                    self.position = 0
                    self.request.ExclusiveStartKey = answer.LastEvaluatedKey
                    self.isLastPage = answer.LastEvaluatedKey == nil
                } catch {
                    self.isLastPage = true
                    return .failure(error)
                }
            }
            let item = self.page[self.position]
            self.position += 1
            return Result { try AttributeDecoder().decode(Item.self, from: item) }
        }
    }
}
