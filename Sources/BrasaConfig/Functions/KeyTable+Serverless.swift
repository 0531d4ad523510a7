import BrasaModel

/// What `serverless.yml` may say: the vocabulary of the Serverless Framework, and `brasa:` for what only Brasa has.
///
/// Source: https://www.serverless.com/framework/docs/providers/aws/guide/serverless.yml
extension KeyTable {
    static let serverless = KeyTable(
        [
            KnownKey("service", .text(.stage), "Name of the service, for ${self:service}."),
            KnownKey("frameworkVersion", .ignored, "Version of the Serverless Framework; without effect."),
            KnownKey("provider", .section(.provider), "What all functions have in common."),
            KnownKey("custom", .ignored, "Values of your own, for ${self:custom.…}."),
            KnownKey("functions", .map(names: .name, .section(.function)), "The functions, each under its name."),
            KnownKey(
                "resources", .section(.resources), "What functions work with: tables, as CloudFormation has them."),
        ],
        notServed: [
            ("package", "functions are the libraries in the functions folder"),
            ("plugins", "plugins of the Serverless Framework do not run here"),
            ("params", "write ${opt:NAME, 'text'} or ${self:custom.NAME} instead"),
            ("layers", "a library brings what it needs, or the system has it"),
            ("stages", "write ${opt:stage, 'dev'} where stages differ"),
            ("build", "libraries are built before they are put into the functions folder"),
        ],
        ignored: [
            "app", "org", "console", "dashboard", "configValidationMode", "deprecationNotificationMode",
            "disabledDeprecations",
            "enableLocalInstallationFallback", "licenseKey", "projectDir", "state",
            "unresolvedVariablesNotificationMode",
            "useDotenv", "variablesResolutionMode",
        ])

    static let provider: KeyTable = {
        let settings = HostSettings()
        return KeyTable(
            [
                KnownKey("name", .ignored, "aws; without effect."),
                KnownKey("stage", .text(.stage), default: "dev", "Stage, for ${self:provider.stage} and ${sls:stage}."),
                KnownKey("region", .text(.region), default: settings.region, "Region, where host.yml does not say."),
                KnownKey(
                    "memorySize", .memory, default: "\(settings.defaults.memoryMegabytes)",
                    "Memory cap of an instance in MiB, of functions that do not say."),
                KnownKey(
                    "timeout", .timeout, default: .duration(settings.defaults.timeoutMilliseconds),
                    "Time one invocation may take, of functions that do not say; a number is seconds."),
                KnownKey("environment", .environment, "Variables of all functions."),
                KnownKey("tags", .map(names: .tagKey, .text(.tagValue)), "Tags of all functions."),
                KnownKey("runtime", .ignored, "Without effect: a library is native code."),
                KnownKey("architecture", .ignored, "Without effect: a library is checked against this machine."),
                KnownKey(
                    "versionFunctions", .ignored, "Without effect: versions are published through the Lambda API."),
            ],
            notServed: [
                ("logRetentionInDays", "how long logs are kept cannot be set"),
                ("iam", "functions are not held to roles"),
                ("role", "functions are not held to roles"),
                ("iamRoleStatements", "functions are not held to roles"),
                ("httpApi", "every function answers ANY /<name> and ANY /<name>/{proxy+}"),
                ("apiGateway", "every function answers ANY /<name> and ANY /<name>/{proxy+}"),
                ("tracing", "traces are passed on in X-Amzn-Trace-Id and not recorded"),
                ("logs", "every function's log is read with brasa logs"),
                ("vpc", "functions use the machine's network"),
                ("layers", "a library brings what it needs, or the system has it"),
                ("ephemeralStorageSize", "the scratch directory of an instance has no size limit"),
                ("eventBridge", "there is no event bus"), ("s3", "there are no buckets"),
                ("alb", "there is no load balancer"),
                ("cloudFront", "there is no edge"), ("websocketsApiName", "there are no WebSocket APIs"),
                ("kmsKeyArn", "variables are not encrypted"),
                ("snapStart", "instances are forked from a process that is initialised already"),
                ("logDataProtectionPolicy", "logs are not masked"), ("ecr", "functions are libraries and not images"),
            ],
            ignored: [
                "apiKeys", "apiName", "cfnRole", "deploymentBucket", "deploymentMethod", "deploymentPrefix",
                "disableRollback",
                "endpointType", "lambdaHashingVersion", "notificationArns", "profile", "resourcePolicy",
                "rollbackConfiguration", "rolePermissionsBoundary", "runtimeManagement", "stackName", "stackParameters",
                "stackPolicy", "stackTags", "usagePlan", "vpcEndpointIds", "websocketsApiRouteSelectionExpression",
                "websocketsDescription", "build", "buildOptions", "domain", "observability",
            ])
    }()

    static let function: KeyTable = {
        let settings = FunctionSettings()
        return KeyTable(
            [
                KnownKey(
                    "handler", .text(.anyHandler), isRequired: true,
                    "Library in the functions folder, users.so, and after # the function inside; without one, its first."
                        + " With brasa.signature also a library of the system and a C function in it, libz.so.1#crc32."
                ),
                KnownKey("name", .text(.name), "Name the function is called by; the key when absent."),
                KnownKey("description", .text(.description), "For people."),
                KnownKey("memorySize", .memory, "Memory cap of an instance in MiB; provider.memorySize when absent."),
                KnownKey(
                    "timeout", .timeout,
                    "Time one invocation may take; a number is seconds. provider.timeout when absent."),
                KnownKey(
                    "environment", .environment,
                    "Variables, added to provider.environment; an empty value takes one away. 4 KB in all."),
                KnownKey("tags", .map(names: .tagKey, .text(.tagValue)), "Tags, added to provider.tags; 50 at most."),
                KnownKey(
                    "reservedConcurrency", .integer(0...1_000_000),
                    "Instances set apart for this function, and its limit; 0 switches it off."),
                KnownKey(
                    "provisionedConcurrency", .integer(0...1_000_000), default: "\(settings.provisionedConcurrency)",
                    "Instances kept ready."),
                KnownKey(
                    "maximumRetryAttempts", .integer(0...2), default: "\(settings.maximumRetryAttempts)",
                    "Retries of an asynchronous event after an error of the function."),
                KnownKey(
                    "maximumEventAge", .duration(60_000...21_600_000, step: 1_000),
                    default: .duration(settings.maximumEventAgeSeconds * 1_000),
                    "Age after which an asynchronous event is given up; a number is seconds."),
                KnownKey("brasa", .section(.brasa), "What only Brasa has."),
                KnownKey("runtime", .ignored, "Without effect: a library is native code."),
                KnownKey("architecture", .ignored, "Without effect: a library is checked against this machine."),
                KnownKey("versionFunction", .ignored, "Without effect: versions are published through the Lambda API."),
            ],
            notServed: [
                ("events", "the function answers ANY /<name>, ANY /<name>/{proxy+} and the Lambda API only"),
                ("destinations", "an asynchronous event that fails for good is given up and logged"),
                ("onError", "an asynchronous event that fails for good is given up and logged"),
                ("url", "the function answers ANY /<name> and ANY /<name>/{proxy+}"),
                ("package", "the function is a library in the functions folder"),
                ("image", "functions are libraries and not images"),
                ("layers", "a library brings what it needs, or the system has it"),
                ("logRetentionInDays", "how long logs are kept cannot be set"),
                ("role", "functions are not held to roles"),
                ("iamRoleStatements", "functions are not held to roles"),
                ("tracing", "traces are passed on in X-Amzn-Trace-Id and not recorded"),
                ("vpc", "functions use the machine's network"),
                ("ephemeralStorageSize", "the scratch directory of an instance has no size limit"),
                ("fileSystemConfig", "no file systems are mounted"),
                ("kmsKeyArn", "variables are not encrypted"),
                ("snapStart", "instances are forked from a process that is initialised already"),
                ("disableLogs", "logs are always kept"), ("logs", "the log is read with brasa logs"),
                ("logDataProtectionPolicy", "logs are not masked"),
                ("tenancy", "instances are not kept apart by tenant"),
            ], ignored: ["condition", "dependsOn", "runtimeManagement", "build", "awsKmsKeyArn"])
    }()

    static let brasa: KeyTable = {
        let settings = FunctionSettings()
        return KeyTable(
            [
                KnownKey(
                    "isolation", .choice(["auto"] + Isolation.allCases.map(\.rawValue)), default: "auto",
                    "process: forked from an initialised process. exec: a fresh process each. inprocess: a thread of the host,"
                        + " for trusted code; see docs/isolation.md. auto: process, unless the library leaves threads"
                        + " running after init."),
                KnownKey(
                    "initTimeout", .timeout,
                    "Time init may take before it is cut off and tried again inside the first invocation;"
                        + " defaults.initTimeout of host.yml when absent."),
                KnownKey(
                    "idleTimeout", .duration(100...86_400_000), default: .duration(settings.idleTimeoutMilliseconds),
                    "Time after which an unused instance ends."),
                KnownKey(
                    "spare", .integer(0...16), default: "\(settings.spareInstances)",
                    "Instances forked ahead of need once the function has been called."),
                KnownKey(
                    "record", .integer(0...10_000), default: "0",
                    "Events kept in memory with their outcomes, the last ones and at most 16 MB, for brasa replay; 0: none."
                        + " See docs/bench.md."),
                KnownKey(
                    "build", .text(.command),
                    "Command that builds the library, which brasa dev runs when its sources change. See docs/develop.md."
                ),
                KnownKey(
                    "sources", .list(.text(.sourcePath)),
                    "Files and folders whose changes run brasa.build; when absent the folder named like the library, at"
                        + " the top of the project or in Plugins."),
                KnownKey("retireAfter", .section(.retireAfter), "When an instance is replaced by a fresh one."),
                KnownKey(
                    "provisionedSchedules", .list(.section(.provisionedSchedule)),
                    "Times of the week with another provisioned concurrency; the first that fits counts."),
                KnownKey(
                    "signature", .text(.signature),
                    "Makes a plain C function of the library callable: its type, such as u64(u64 crc, bytes data)."
                        + " See docs/symbols.md."),
                KnownKey(
                    "error", .choice(SignatureRules.Convention.allCases.map(\.rawValue)), default: "none",
                    "How the plain C function tells that it failed: a negative, zero or nonzero result, NULL, or errno."
                ),
                KnownKey(
                    "owner", .text(.owner),
                    "Who owns what the plain C function returns a pointer to: static, argument, caller or caller(NAME)."
                ),
            ])
    }()

    private static let retireAfter: KeyTable = {
        let settings = FunctionSettings()
        return KeyTable([
            KnownKey(
                "invocations", .integer(0...1_000_000_000), default: "\(settings.retireAfterInvocations)",
                "Invocations after which an instance is replaced; 0: never."),
            KnownKey(
                "age", .duration(0...2_592_000_000), default: .duration(settings.retireAfterMilliseconds),
                "Age after which an instance is replaced; 0: never."),
        ])
    }()

    private static let provisionedSchedule = KeyTable([
        KnownKey("days", .weekdays, default: "daily", "Days the window begins on: mon-fri, [sat, sun], daily."),
        KnownKey("from", .timeOfDay(isEnd: false), isRequired: true, "First minute, by the clock of the time zone."),
        KnownKey(
            "until", .timeOfDay(isEnd: true), isRequired: true,
            "First minute no longer inside; earlier than from, it is of the next day."),
        KnownKey("timeZone", .timeZone, default: "UTC", "IANA name of the time zone, such as Europe/Berlin."),
        KnownKey("concurrency", .integer(0...1_000_000), isRequired: true, "Instances kept ready inside the window."),
    ])
}
