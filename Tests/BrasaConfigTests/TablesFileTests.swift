import BrasaConfig
import BrasaModel
import Foundation
import Testing

/// `resources` of `serverless.yml`.
@Suite struct TablesFileTests {
    /// A file with one table.
    private static func file(_ properties: String) -> String {
        """
        resources:
          Resources:
            UsersTable:
              Type: AWS::DynamoDB::Table
              Properties:
                \(properties.split(separator: "\n").joined(separator: "\n        "))
        """
    }

    private static let key = """
        KeySchema: [{AttributeName: id, KeyType: HASH}]
        AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
        """

    @Test func readsATableAsTheServerlessFrameworkHasIt() throws {
        let (configuration, problems) = try loadServerless(
            """
            provider: {stage: "${opt:stage, 'dev'}"}
            resources:
              Description: Tables
              Resources:
                UsersTable:
                  Type: AWS::DynamoDB::Table
                  DeletionPolicy: Retain
                  Properties:
                    TableName: users-${self:provider.stage}
                    BillingMode: PAY_PER_REQUEST
                    AttributeDefinitions:
                      - AttributeName: id
                        AttributeType: S
                      - {AttributeName: name, AttributeType: S}
                    KeySchema:
                      - AttributeName: id
                        KeyType: HASH
                    GlobalSecondaryIndexes:
                      - IndexName: byName
                        KeySchema: [{AttributeName: name, KeyType: HASH}, {AttributeName: id, KeyType: RANGE}]
                        Projection: {ProjectionType: INCLUDE, NonKeyAttributes: [email]}
                    StreamSpecification:
                      StreamViewType: NEW_AND_OLD_IMAGES
                    TimeToLiveSpecification: {AttributeName: expires, Enabled: true}
                    DeletionProtectionEnabled: true
                    Tags: [{Key: team, Value: 7}]
            """, options: ["stage": "prod"])

        #expect(problems == [])
        let table = try #require(configuration?.tables.first)
        #expect(configuration?.tables.count == 1)
        #expect(table.logicalID == "UsersTable")
        #expect(table.name == "users-prod")
        #expect(table.timeToLiveAttribute == "expires")
        #expect(table.location.line == 5)
        #expect(
            table.creation
                == #"{"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"},"#
                + #"{"AttributeName":"name","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST","#
                + #""DeletionProtectionEnabled":true,"GlobalSecondaryIndexes":[{"IndexName":"byName","KeySchema":"#
                + #"[{"AttributeName":"name","KeyType":"HASH"},{"AttributeName":"id","KeyType":"RANGE"}],"#
                + #""Projection":{"NonKeyAttributes":["email"],"ProjectionType":"INCLUDE"}}],"#
                + #""KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"#
                + #""StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"},"#
                + #""TableName":"users-prod","Tags":[{"Key":"team","Value":"7"}]}"#)
    }

    @Test func callsATableWithoutANameByItsLogicalName() throws {
        let (configuration, problems) = try loadServerless(
            Self.file("BillingMode: PAY_PER_REQUEST\nTimeToLiveSpecification: {Enabled: false}\n" + Self.key))

        #expect(problems == [])
        #expect(configuration?.tables.first?.name == "UsersTable")
        #expect(configuration?.tables.first?.timeToLiveAttribute == nil)
    }

    @Test func readsAProvisionedTableWithALocalIndex() throws {
        let (configuration, problems) = try loadServerless(
            Self.file(
                """
                KeySchema: [{AttributeName: id, KeyType: HASH}, {AttributeName: at, KeyType: RANGE}]
                AttributeDefinitions: [{AttributeName: id, AttributeType: S}, {AttributeName: at, AttributeType: N}, {AttributeName: x, AttributeType: B}]
                ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 6}
                LocalSecondaryIndexes: [{IndexName: byX, KeySchema: [{AttributeName: id, KeyType: HASH}, {AttributeName: x, KeyType: RANGE}], Projection: {ProjectionType: ALL}}]
                """))

        #expect(problems == [])
        #expect(
            configuration?.tables.first?.creation.contains(
                #""ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":6}"#) == true)
    }

    /// Properties, and what is said about them, without the place that all have in common.
    static let mistakes: [(properties: String, says: [String])] = [
        (
            "TableName: us\n" + Self.key,
            [
                "6:20: error: resources.Resources.UsersTable.Properties.TableName is 'us'; allowed is 3 to 255 of the"
                    + " characters A-Z a-z 0-9 _ . -."
            ]
        ),
        (
            "TableName: !Sub 'users-${AWS::Region}'\n" + Self.key,
            [
                "6:20: error: resources.Resources.UsersTable.Properties.TableName is !Sub with 'users-${AWS::Region}';"
                    + " allowed is 3 to 255 of the characters A-Z a-z 0-9 _ . -."
            ]
        ),
        (
            "TableNam: users\n" + Self.key,
            [
                "6:9: error: resources.Resources.UsersTable.Properties.TableNam is not a known key; did you mean TableName?"
                    + " Known keys: TableName, KeySchema, AttributeDefinitions, BillingMode, ProvisionedThroughput,"
                    + " GlobalSecondaryIndexes, LocalSecondaryIndexes, StreamSpecification, TimeToLiveSpecification, Tags,"
                    + " DeletionProtectionEnabled."
            ]
        ),
        (
            "BillingMode: PAY_PER_REQUEST",
            [
                "6:9: error: resources.Resources.UsersTable.Properties.AttributeDefinitions is missing; it is a list.",
                "6:9: error: resources.Resources.UsersTable.Properties.KeySchema is missing; it is a list.",
            ]
        ),
        (
            "BillingMode: PAY_PER_REQEST\n" + Self.key,
            [
                "6:22: error: resources.Resources.UsersTable.Properties.BillingMode is 'PAY_PER_REQEST'; did you mean"
                    + " PAY_PER_REQUEST? Allowed is PAY_PER_REQUEST or PROVISIONED."
            ]
        ),
        (
            "BillingMode: PAY_PER_REQUEST\nKeySchema: [{AttributeName: id, KeyType: HASH}]\n"
                + "AttributeDefinitions: [{AttributeName: id, AttributeType: SS}]",
            [
                "8:67: error: resources.Resources.UsersTable.Properties.AttributeDefinitions[0].AttributeType is 'SS';"
                    + " allowed is S, N or B."
            ]
        ),
        (
            "BillingMode: PAY_PER_REQUEST\nDeletionProtectionEnabled: yes\n" + Self.key,
            [
                "7:36: error: resources.Resources.UsersTable.Properties.DeletionProtectionEnabled is 'yes'; allowed is true"
                    + " or false."
            ]
        ),
        // The rules of CreateTable itself.
        (
            Self.key,
            [
                "6:9: error: resources.Resources.UsersTable.Properties is no table that can be made. ValidationException: One"
                    + " or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be"
                    + " specified when BillingMode is PROVISIONED"
            ]
        ),
        (
            "BillingMode: PAY_PER_REQUEST\nKeySchema: [{AttributeName: no, KeyType: HASH}]\n"
                + "AttributeDefinitions: [{AttributeName: id, AttributeType: S}]",
            [
                "6:9: error: resources.Resources.UsersTable.Properties is no table that can be made. ValidationException: One"
                    + " or more parameter values were invalid: Some index key attributes are not defined in"
                    + " AttributeDefinitions. Keys: [no], AttributeDefinitions: [id]"
            ]
        ),
        (
            "BillingMode: PAY_PER_REQUEST\nTimeToLiveSpecification: {Enabled: true}\n" + Self.key,
            [
                "7:34: error: resources.Resources.UsersTable.Properties.TimeToLiveSpecification.AttributeName is missing; it"
                    + " is a text of 1 to 255 characters."
            ]
        ),
    ]

    @Test(arguments: Self.mistakes)
    func saysWhatIsWrongWithATable(properties: String, says: [String]) throws {
        let (configuration, problems) = try loadServerless(Self.file(properties))

        #expect(problems == says.map { "config/serverless.yml:\($0)" })
        #expect(configuration == nil)
    }

    @Test func warnsOfPropertiesWithoutEffect() throws {
        let (configuration, problems) = try loadServerless(
            Self.file(
                "BillingMode: PAY_PER_REQUEST\nPointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}\n"
                    + "TableClass: STANDARD\n" + Self.key))

        #expect(
            problems == [
                "config/serverless.yml:7:9: warning: resources.Resources.UsersTable.Properties.PointInTimeRecoverySpecification"
                    + " is not served by this version: brasa state snapshot copies the state."
            ])
        #expect(configuration?.tables.count == 1)
    }

    @Test(arguments: [
        ("X: {}", "3:8: error: resources.Resources.X.Type is missing; it is AWS::DynamoDB::Table."),
        ("X:", "3:5: error: resources.Resources.X.Type is missing; it is AWS::DynamoDB::Table."),
        ("X: {Type: [a]}", "3:15: error: resources.Resources.X.Type is a list; allowed is AWS::DynamoDB::Table."),
        ("X: table", "3:8: error: resources.Resources.X is 'table'; allowed is a mapping with a key Type."),
        (
            "X-1: {Type: a}",
            "3:5: error: The name of resources.Resources.X-1 is 'X-1'; allowed is letters and digits, such as UsersTable."
        ),
        (
            "X: {Type: 'AWS::DynamoDB::Table'}",
            "3:8: error: resources.Resources.X.Properties is missing; it is a mapping with the keys TableName, KeySchema,"
                + " AttributeDefinitions, BillingMode, ProvisionedThroughput, GlobalSecondaryIndexes, LocalSecondaryIndexes,"
                + " StreamSpecification, TimeToLiveSpecification, Tags, DeletionProtectionEnabled."
        ),
    ])
    func saysWhatIsWrongWithAResource(resource: String, says: String) throws {
        let (configuration, problems) = try loadServerless("resources:\n  Resources:\n    \(resource)\n")

        #expect(problems == ["config/serverless.yml:\(says)"])
        #expect(configuration == nil)
    }

    @Test func refusesTwoTablesOfOneName() throws {
        let table =
            "{Type: 'AWS::DynamoDB::Table', Properties: {TableName: users, BillingMode: PAY_PER_REQUEST,"
            + " KeySchema: [{AttributeName: id, KeyType: HASH}], AttributeDefinitions: [{AttributeName: id, AttributeType: S}]}}"

        let (_, problems) = try loadServerless("resources:\n  Resources:\n    A: \(table)\n    B: \(table)\n")

        #expect(
            problems == [
                "config/serverless.yml:4:5: error: resources.Resources.B is the table users, which is also that of A on line 3;"
                    + " names are unique."
            ])
    }

    @Test func putsNamesOfTablesIntoVariables() throws {
        let (configuration, problems) = try loadServerless(
            """
            provider: {region: eu-west-1}
            functions:
              a:
                handler: hello.so
                environment:
                  BY_REF: !Ref UsersTable
                  BY_LONG_REF: {Ref: UsersTable}
                  ARN: !GetAtt UsersTable.Arn
                  LONG_ARN: {Fn::GetAtt: [Other, Arn]}
            resources:
              Resources:
                UsersTable: {Type: 'AWS::DynamoDB::Table', Properties: {TableName: "users-${sls:stage}", \(Self.inline)}}
                Other: {Type: 'AWS::DynamoDB::Table', Properties: {\(Self.inline)}}
            """)

        #expect(problems == [])
        #expect(
            configuration?.functions.first?.settings.environment == [
                "BY_REF": "users-dev", "BY_LONG_REF": "users-dev",
                "ARN": "arn:aws:dynamodb:eu-west-1:000000000000:table/users-dev",
                "LONG_ARN": "arn:aws:dynamodb:eu-west-1:000000000000:table/Other",
            ])
    }

    private static let inline =
        "BillingMode: PAY_PER_REQUEST, \(Self.key.split(separator: "\n").joined(separator: ", "))"
}
