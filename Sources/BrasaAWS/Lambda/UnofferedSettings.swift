/// The settings of a request that this version does not offer.
///
/// A setting that is silently dropped is found out in production, so what says something other than the default is refused.
package struct UnofferedSettings: Decodable, Sendable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) {
            self.stringValue = stringValue
        }

        init?(intValue: Int) { nil }
    }

    private static let names = [
        "VpcConfig", "DeadLetterConfig", "KMSKeyArn", "Layers", "FileSystemConfigs", "ImageConfig",
        "CodeSigningConfigArn", "SnapStart", "TracingConfig", "EphemeralStorage", "LoggingConfig",
        "CapacityProviderConfig", "DurableConfig", "TenancyConfig", "PublishTo", "SourceKMSKeyArn",
    ]

    /// The values that mean what happens anyway.
    private static let defaults: [String: [JSONValue]] = [
        "SnapStart": [.object(["ApplyOn": .string("None")])],
        "TracingConfig": [.object(["Mode": .string("PassThrough")])],
        "EphemeralStorage": [.object(["Size": .number(512)])],
        "LoggingConfig": [.object(["LogFormat": .string("Text")])],
    ]

    /// Names of the settings given, in the service's order.
    package let given: [String]

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self.given = try Self.names.filter { name in
            guard let value = try container.decodeIfPresent(JSONValue.self, forKey: Key(stringValue: name)) else {
                return false
            }
            return !value.isEmpty && Self.defaults[name]?.contains(value) != true
        }
    }

    /// Throws `InvalidParameterValueException` when any was given.
    package func refuse() throws {
        guard !self.given.isEmpty else { return }
        throw LambdaError.invalidParameter(
            "\(self.given.joined(separator: ", ")): not offered by this version of Brasa. Leave it out, or at its default."
        )
    }
}
