/// What a table is like: as CreateTable asks for it, and as DescribeTable tells it.
struct TableShape: Decodable {
    struct Attribute: Decodable {
        let AttributeName: String
        let AttributeType: String
    }

    struct Key: Decodable {
        let AttributeName: String
    }

    struct Projection: Decodable {
        let ProjectionType: String
        let NonKeyAttributes: [String]?
    }

    struct Index: Decodable {
        let IndexName: String
        let KeySchema: [Key]
        let Projection: Projection
    }

    struct Stream: Decodable {
        let StreamViewType: String?
    }

    struct Billing: Decodable {
        let BillingMode: String
    }

    struct Throughput: Decodable {
        let ReadCapacityUnits: Int
        let WriteCapacityUnits: Int
    }

    let AttributeDefinitions: [Attribute]
    let KeySchema: [Key]
    /// What CreateTable says.
    let BillingMode: String?
    /// What DescribeTable tells.
    let BillingModeSummary: Billing?
    let ProvisionedThroughput: Throughput?
    let GlobalSecondaryIndexes: [Index]?
    let LocalSecondaryIndexes: [Index]?
    let StreamSpecification: Stream?
    let DeletionProtectionEnabled: Bool?

    /// A sentence for each thing that `found` has otherwise.
    func differences(from found: TableShape) -> [String] {
        zip(self.aspects, found.aspects).filter { $0.text != $1.text }.map { wanted, found in
            "\(wanted.name) is \(found.text), and serverless.yml says \(wanted.text)."
        }
    }

    /// What is compared, as people read it; always the same names in the same order.
    private var aspects: [(name: String, text: String)] {
        [
            ("KeySchema", self.text(self.KeySchema)),
            ("BillingMode", self.billing),
            ("GlobalSecondaryIndexes", self.text(self.GlobalSecondaryIndexes)),
            ("LocalSecondaryIndexes", self.text(self.LocalSecondaryIndexes)),
            ("StreamSpecification", self.StreamSpecification?.StreamViewType ?? "none"),
            ("DeletionProtectionEnabled", self.DeletionProtectionEnabled == true ? "true" : "false"),
        ]
    }

    private var billing: String {
        let mode = self.BillingMode ?? self.BillingModeSummary?.BillingMode
        if mode == "PAY_PER_REQUEST" { return "PAY_PER_REQUEST" }
        let units = self.ProvisionedThroughput
        return "PROVISIONED (\(units?.ReadCapacityUnits ?? 0), \(units?.WriteCapacityUnits ?? 0))"
    }

    private func text(_ keys: [Key]) -> String {
        let parts = keys.map { key in
            let type = self.AttributeDefinitions.first { $0.AttributeName == key.AttributeName }?.AttributeType
            return "\(key.AttributeName) \(type ?? "?")"
        }
        return "(\(parts.joined(separator: ", ")))"
    }

    private func text(_ indexes: [Index]?) -> String {
        guard let indexes, !indexes.isEmpty else { return "none" }
        return indexes.sorted { $0.IndexName < $1.IndexName }.map { index in
            let others = (index.Projection.NonKeyAttributes ?? []).sorted()
            return ([index.IndexName, self.text(index.KeySchema), index.Projection.ProjectionType] + others)
                .joined(separator: " ")
        }.joined(separator: ", ")
    }
}
