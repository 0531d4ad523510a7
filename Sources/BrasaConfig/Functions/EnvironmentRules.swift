/// Merges a function's variables with those of the provider and holds them to AWS's rules.
///
/// No message shows a value: it may be a secret.
struct EnvironmentRules {
    static let maximumBytes = 4_096

    /// Names the runtime sets itself.
    ///
    /// Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
    static let reserved: Set<String> = [
        "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT",
    ]

    let problems: ProblemCollector

    /// The variables a function sees.
    func environment(_ section: Section, provider: Section) -> [String: String] {
        let merged = provider.environment("environment").merging(section.environment("environment")) { $1 }
        let environment = merged.compactMapValues { $0 }
        let bytes = Self.bytes(environment)
        if bytes > Self.maximumBytes, let setting = section["environment"] ?? provider["environment"] {
            let largest = environment.max { ($0.value.utf8.count, $1.key) < ($1.value.utf8.count, $0.key) }
            self.problems.error(
                at: setting.location, key: section.path.appending(key: "environment"),
                "\(section.path).environment is \(bytes) bytes as JSON, with that of the provider; allowed is at most"
                    + " \(Self.maximumBytes) (the largest is \(largest?.key ?? "")). Lambda was unable to configure your"
                    + " environment variables because the environment variables you have provided exceeded the 4KB limit.",
                found: "\(bytes) bytes", allowed: "at most \(Self.maximumBytes) bytes")
        }
        return environment
    }

    /// Measured as AWS does: as compact JSON.
    static func bytes(_ environment: [String: String]) -> Int {
        let pairs = environment.reduce(0) { $0 + Self.bytes($1.key) + Self.bytes($1.value) + 6 }
        return 2 + pairs - (environment.isEmpty ? 0 : 1)
    }

    private static func bytes(_ text: String) -> Int {
        text.utf8.reduce(0) { sum, byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x08, 0x09, 0x0A, 0x0C, 0x0D: sum + 2
            case 0..<0x20: sum + 6
            default: sum + 1
            }
        }
    }
}
