/// What `resources` of `serverless.yml` may say: CloudFormation, as far as its resources are made here.
///
/// Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
extension KeyTable {
    static let resources = KeyTable(
        [
            KnownKey(
                "Resources",
                .map(
                    names: .logicalID,
                    .typed(
                        [(type: TableReader.type, table: .table)],
                        summary: "What is to be made: \(TableReader.type).")),
                "What the host makes at its start if it is not there, each under its logical name.")
        ],
        notServed: [("extensions", "write what belongs to a resource where it stands")],
        ignored: [
            "AWSTemplateFormatVersion", "Conditions", "Description", "Mappings", "Metadata", "Outputs", "Parameters",
            "Rules", "Transform",
        ])

    private static let table = KeyTable(
        [
            KnownKey("Type", .text(.any), isRequired: true, "\(TableReader.type)."),
            KnownKey("Properties", .section(.tableProperties), isRequired: true, "What the table is like."),
        ],
        notServed: [("Condition", "conditions are not evaluated and the table is made")],
        ignored: ["CreationPolicy", "DeletionPolicy", "DependsOn", "Metadata", "UpdatePolicy", "UpdateReplacePolicy"])

    private static let tableProperties = KeyTable(
        [
            KnownKey("TableName", .text(.tableName), "Name of the table; its logical name when absent."),
            KnownKey(
                "KeySchema", .list(.section(.keySchema)), isRequired: true, "Partition key, and sort key if it has one."
            ),
            KnownKey(
                "AttributeDefinitions", .list(.section(.attributeDefinition)), isRequired: true,
                "The attributes that keys of the table and its indexes are made of."),
            KnownKey(
                "BillingMode", .choice(["PAY_PER_REQUEST", "PROVISIONED"]), default: "PROVISIONED",
                "How it would be paid for; recorded, nothing is throttled by it."),
            KnownKey("ProvisionedThroughput", .section(.throughput), "Required when it is provisioned."),
            KnownKey(
                "GlobalSecondaryIndexes", .list(.section(.globalIndex)), "Indexes with a partition key of their own."),
            KnownKey(
                "LocalSecondaryIndexes", .list(.section(.localIndex)), "Indexes with another sort key."),
            KnownKey("StreamSpecification", .section(.stream), "Switches the stream of changes on."),
            KnownKey("TimeToLiveSpecification", .section(.timeToLive), "Lets items expire."),
            KnownKey("Tags", .list(.section(.tag)), "Tags of the table; 50 at most."),
            KnownKey(
                "DeletionProtectionEnabled", .boolean, default: "false", "Whether DeleteTable is refused."),
        ],
        notServed: [
            ("ImportSourceSpecification", "tables begin empty"),
            ("KinesisStreamSpecification", "there are no Kinesis streams"),
            ("PointInTimeRecoverySpecification", "brasa state snapshot copies the state"),
            ("ResourcePolicy", "nobody is held to policies"),
            ("SSESpecification", "tables are not encrypted"),
        ],
        ignored: ["ContributorInsightsSpecification", "OnDemandThroughput", "TableClass", "WarmThroughput"])

    private static let keySchema = KeyTable([
        KnownKey("AttributeName", .text(.attributeName), isRequired: true, "Name of the attribute."),
        KnownKey("KeyType", .choice(["HASH", "RANGE"]), isRequired: true, "HASH: partition key. RANGE: sort key."),
    ])

    private static let attributeDefinition = KeyTable([
        KnownKey("AttributeName", .text(.attributeName), isRequired: true, "Name of the attribute."),
        KnownKey("AttributeType", .choice(["S", "N", "B"]), isRequired: true, "S: text. N: number. B: binary."),
    ])

    private static let throughput = KeyTable([
        KnownKey("ReadCapacityUnits", .integer(1...1_000_000_000_000), isRequired: true, "Reads a second."),
        KnownKey("WriteCapacityUnits", .integer(1...1_000_000_000_000), isRequired: true, "Writes a second."),
    ])

    private static let localIndexKeys = [
        KnownKey("IndexName", .text(.tableName), isRequired: true, "Name of the index."),
        KnownKey("KeySchema", .list(.section(.keySchema)), isRequired: true, "Its partition key and sort key."),
        KnownKey("Projection", .section(.projection), isRequired: true, "What it shows of items."),
    ]

    private static let localIndex = KeyTable(KeyTable.localIndexKeys)

    private static let globalIndex = KeyTable(
        KeyTable.localIndexKeys + [
            KnownKey("ProvisionedThroughput", .section(.throughput), "Required when the table is provisioned.")
        ],
        ignored: ["ContributorInsightsSpecification", "OnDemandThroughput", "WarmThroughput"])

    private static let projection = KeyTable([
        KnownKey(
            "ProjectionType", .choice(["ALL", "INCLUDE", "KEYS_ONLY"]), isRequired: true, "Which attributes it shows."),
        KnownKey("NonKeyAttributes", .list(.text(.attributeName)), "The attributes beside the keys, of INCLUDE."),
    ])

    private static let stream = KeyTable(
        [
            KnownKey(
                "StreamViewType", .choice(["KEYS_ONLY", "NEW_AND_OLD_IMAGES", "NEW_IMAGE", "OLD_IMAGE"]),
                isRequired: true, "What records show of a changed item.")
        ],
        ignored: ["ResourcePolicy"])

    private static let timeToLive = KeyTable([
        KnownKey(
            "AttributeName", .text(.attributeName), "Attribute with the seconds since 1970 when the item expires."),
        KnownKey("Enabled", .boolean, isRequired: true, "Whether items expire."),
    ])

    private static let tag = KeyTable([
        KnownKey("Key", .text(.tagKey), isRequired: true, "Name of the tag."),
        KnownKey("Value", .text(.tagValue), isRequired: true, "Value of the tag."),
    ])
}

extension TextRule {
    static let logicalID = TextRule(
        pattern: "[A-Za-z0-9]{1,255}", lengths: 1...255, allowed: "letters and digits, such as UsersTable")
    static let tableName = TextRule(
        pattern: "[A-Za-z0-9_.-]{3,255}", lengths: 3...255,
        allowed: "3 to 255 of the characters A-Z a-z 0-9 _ . -")
    static let attributeName = TextRule(lengths: 1...255, allowed: "a text of 1 to 255 characters")
}
