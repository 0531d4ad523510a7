import BrasaConfig
import BrasaModel
import Testing

@Suite struct FunctionsFileTests {
    private static let functionKeys =
        "handler, name, description, memorySize, timeout, environment, tags, reservedConcurrency, provisionedConcurrency,"
        + " maximumRetryAttempts, maximumEventAge, brasa"

    /// What is wrong with one function, below `functions:` and `hello:`, and exactly what is said about it.
    static let mistakes: [(function: String, says: [String])] = [
        (
            "handler: hello.so\nmemorySiz: 256",
            [
                "config/serverless.yml:4:5: error: functions.hello.memorySiz is not a known key; did you mean memorySize?"
                    + " Known keys: \(functionKeys)."
            ]
        ),
        (
            "handler: hello.so\nisolation: exec",
            [
                "config/serverless.yml:4:5: error: functions.hello.isolation is not a known key; did you mean"
                    + " brasa.isolation? Known keys: \(functionKeys)."
            ]
        ),
        (
            "memorySize: 256",
            [
                "config/serverless.yml:3:5: error: functions.hello.handler is missing; it is the library's file name in the"
                    + " functions folder, such as users.so, or with a function inside, users.so#create."
            ]
        ),
        (
            "handlr: hello.so",
            [
                "config/serverless.yml:3:5: error: functions.hello.handlr is not a known key; did you mean handler? Known"
                    + " keys: \(functionKeys)."
            ]
        ),
        (
            "handler: users.create",
            [
                "config/serverless.yml:3:14: error: functions.hello.handler is 'users.create'; allowed is the library's file"
                    + " name in the functions folder, such as users.so, or with a function inside, users.so#create."
            ]
        ),
        (
            "handler: ../hello.so",
            [
                "config/serverless.yml:3:14: error: functions.hello.handler is '../hello.so'; allowed is the library's file"
                    + " name in the functions folder, such as users.so, or with a function inside, users.so#create."
            ]
        ),
        (
            "handler: helo.so",
            [
                "config/serverless.yml:3:14: error: functions.hello.handler names functions/helo.so, which does not exist;"
                    + " did you mean hello.so? The folder has hello.so, users.so."
            ]
        ),
        (
            "handler: hello.so\ntimeout: 1000",
            [
                "config/serverless.yml:4:14: error: functions.hello.timeout is 1000; allowed is a time from 1ms to 15m, as"
                    + " seconds (10) or with a unit (500ms, 10s, 2m, 1h, 1d)."
            ]
        ),
        (
            "handler: hello.so\ntimeout: 0",
            [
                "config/serverless.yml:4:14: error: functions.hello.timeout is 0; allowed is a time from 1ms to 15m, as"
                    + " seconds (10) or with a unit (500ms, 10s, 2m, 1h, 1d)."
            ]
        ),
        (
            "handler: hello.so\nmemorySize: lots",
            [
                "config/serverless.yml:4:17: error: functions.hello.memorySize is 'lots'; allowed is a whole number from 16"
                    + " to 10240."
            ]
        ),
        (
            "handler: hello.so\nname: he llo",
            [
                "config/serverless.yml:4:11: error: functions.hello.name is 'he llo'; allowed is 1 to 64 of the characters"
                    + " A-Z a-z 0-9 - _."
            ]
        ),
        (
            "handler: hello.so\nenvironment:\n  1ST: a\n  AWS_REGION: b\n  LIST: [c]",
            [
                "config/serverless.yml:5:7: error: The name of functions.hello.environment.1ST is '1ST'; allowed is two or"
                    + " more of A-Z a-z 0-9 _, the first a letter.",
                "config/serverless.yml:6:7: error: functions.hello.environment.AWS_REGION is set by the runtime itself;"
                    + " allowed is any name but AWS_ACCESS_KEY, AWS_ACCESS_KEY_ID, AWS_DEFAULT_REGION, AWS_EXECUTION_ENV,"
                    + " AWS_LAMBDA_FUNCTION_MEMORY_SIZE, AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_FUNCTION_VERSION,"
                    + " AWS_LAMBDA_INITIALIZATION_TYPE, AWS_LAMBDA_LOG_GROUP_NAME, AWS_LAMBDA_LOG_STREAM_NAME,"
                    + " AWS_LAMBDA_RUNTIME_API, AWS_REGION, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, LAMBDA_RUNTIME_DIR,"
                    + " LAMBDA_TASK_ROOT.",
                "config/serverless.yml:7:13: error: functions.hello.environment.LIST is a list; allowed is a text or a"
                    + " number.",
            ]
        ),
        (
            "handler: hello.so\nenvironment:\n  BIG: \(String(repeating: "x", count: 4_087))",
            [
                "config/serverless.yml:5:7: error: functions.hello.environment is 4097 bytes as JSON, with that of the"
                    + " provider; allowed is at most 4096 (the largest is BIG). Lambda was unable to configure your"
                    + " environment variables because the environment variables you have provided exceeded the 4KB limit."
            ]
        ),
        (
            "handler: hello.so\nreservedConcurrency: 1\nprovisionedConcurrency: 2",
            [
                "config/serverless.yml:4:26: error: functions.hello.reservedConcurrency is 1; allowed is at least 2, the"
                    + " most that is provisioned. ReservedConcurrentExecutions 1 should not be lower than function's total"
                    + " provisioned concurrency [2]."
            ]
        ),
        (
            "handler: hello.so\nreservedConcurrency: 901",
            [
                "config/serverless.yml:4:26: error: functions.hello.reservedConcurrency sets 901 instances apart, which"
                    + " makes 901 with the functions before it; allowed are 900 in all, limits.accountConcurrency (1000)"
                    + " less limits.unreservedFloor (100). Specified ReservedConcurrentExecutions for function decreases"
                    + " account's UnreservedConcurrentExecution below its minimum value of [100]."
            ]
        ),
        (
            "handler: hello.so\nmaximumRetryAttempts: 3\nmaximumEventAge: 59",
            [
                "config/serverless.yml:4:27: error: functions.hello.maximumRetryAttempts is 3; allowed is a whole number"
                    + " from 0 to 2.",
                "config/serverless.yml:5:22: error: functions.hello.maximumEventAge is 59; allowed is a time from 1m to 6h in"
                    + " whole seconds, as seconds (10) or with a unit (500ms, 10s, 2m, 1h, 1d).",
            ]
        ),
        (
            "handler: hello.so\nbrasa:\n  isolation: proces\n  spare: 17\n  retireAfter: 5",
            [
                "config/serverless.yml:5:18: error: functions.hello.brasa.isolation is 'proces'; did you mean process?"
                    + " Allowed is auto, process, exec or inprocess.",
                "config/serverless.yml:6:14: error: functions.hello.brasa.spare is 17; allowed is a whole number from 0 to"
                    + " 16.",
                "config/serverless.yml:7:20: error: functions.hello.brasa.retireAfter is 5; allowed is a mapping with the"
                    + " keys invocations, age.",
            ]
        ),
        (
            """
            handler: hello.so
            brasa:
              provisionedSchedules:
                - days: mon-fry
                  from: 25:00
                  until: 18:60
                  timeZone: Europe/Berln
                  concurrency: -1
                - from: 8:00
                  until: 08:00
                  concurrency: 1
                - days: mon
            """,
            [
                "config/serverless.yml:6:17: error: functions.hello.brasa.provisionedSchedules[0].days is 'mon-fry'; allowed"
                    + " is days (mon tue wed thu fri sat sun), ranges and lists of them, such as mon-fri or sat,sun, or"
                    + " daily.",
                "config/serverless.yml:7:17: error: functions.hello.brasa.provisionedSchedules[0].from is '25:00'; allowed is"
                    + " a time of day from 00:00 to 23:59.",
                "config/serverless.yml:8:18: error: functions.hello.brasa.provisionedSchedules[0].until is '18:60'; allowed"
                    + " is a time of day from 00:01 to 24:00.",
                "config/serverless.yml:9:21: error: functions.hello.brasa.provisionedSchedules[0].timeZone is"
                    + " 'Europe/Berln'; did you mean Europe/Berlin? Allowed is the IANA name of a time zone, such as UTC or"
                    + " Europe/Berlin.",
                "config/serverless.yml:10:24: error: functions.hello.brasa.provisionedSchedules[0].concurrency is -1; allowed"
                    + " is a whole number from 0 to 1000000.",
                "config/serverless.yml:12:18: error: functions.hello.brasa.provisionedSchedules[1].until is the same time as"
                    + " from, so the window is empty; a whole day is from 00:00 until 24:00.",
                "config/serverless.yml:14:11: error: functions.hello.brasa.provisionedSchedules[2].concurrency is missing; it"
                    + " is a whole number from 0 to 1000000.",
                "config/serverless.yml:14:11: error: functions.hello.brasa.provisionedSchedules[2].from is missing; it is a"
                    + " time of day from 00:00 to 23:59.",
                "config/serverless.yml:14:11: error: functions.hello.brasa.provisionedSchedules[2].until is missing; it is a"
                    + " time of day from 00:01 to 24:00.",
            ]
        ),
        (
            "handler: hello.so\nevents:\n  - httpApi: '*'\ndescription: !Ref Text",
            [
                "config/serverless.yml:4:5: warning: functions.hello.events is not served by this version: the function"
                    + " answers ANY /<name>, ANY /<name>/{proxy+} and the Lambda API only.",
                "config/serverless.yml:6:18: error: functions.hello.description is !Ref with 'Text'; allowed is a text of at"
                    + " most 256 characters.",
            ]
        ),
    ]

    @Test(arguments: mistakes) func saysWhatIsWrongWithAFunction(function: String, says: [String]) throws {
        let indented = function.split(separator: "\n").map { "    \($0)\n" }.joined()
        let (configuration, problems) = try loadServerless("functions:\n  hello:\n\(indented)")

        #expect(problems == says)
        #expect(configuration == nil)
    }

    @Test func reportsMistakesOfBothFilesAtOnceInTheirOrder() throws {
        let folder = try ConfigurationFolder([
            "host.yml": "port: 1\ngateway:\n  port: x\n",
            "serverless.yml": "functions:\n  a:\n    timeout: never\nservices: x\n",
        ])

        let places = folder.load().problems.map { $0.split(separator: " ")[0] }

        #expect(
            places == [
                "config/host.yml:1:1:", "config/host.yml:3:9:", "config/serverless.yml:3:5:",
                "config/serverless.yml:3:14:", "config/serverless.yml:4:1:",
            ])
    }

    @Test func takesOverEveryKeyOfAFunction() throws {
        let (configuration, problems) = try loadServerless(
            """
            service: shop
            frameworkVersion: '3'
            provider:
              name: aws
              runtime: provided.al2
              memorySize: 512
              timeout: 30
              environment: {STAGE: dev, GONE: x, OVER: a}
              tags: {team: a, cost: b}
            functions:
              create:
                handler: users.so#create
                name: users-create
                description: 42
                memorySize: 1024
                timeout: 500ms
                environment: {GONE: null, OVER: b, ZIP: 01234, FLAG: true, EMPTY: ''}
                tags: {team: c}
                reservedConcurrency: 10
                provisionedConcurrency: 2
                maximumRetryAttempts: 0
                maximumEventAge: 1h
                brasa:
                  isolation: exec
                  initTimeout: 20
                  idleTimeout: 1m
                  spare: 0
                  record: 50
                  retireAfter: {invocations: 1000, age: 1d}
                  provisionedSchedules:
                    - {days: mon-fri, from: 08:00, until: 18:00, timeZone: Europe/Berlin, concurrency: 5}
                    - {days: [sat, sun], from: 22:00, until: "00:00", concurrency: 1}
            """)

        var settings = FunctionSettings()
        settings.entry = "create"
        settings.description = "42"
        settings.memoryMegabytes = 1_024
        settings.timeoutMilliseconds = 500
        settings.environment = ["STAGE": "dev", "OVER": "b", "ZIP": "01234", "FLAG": "true", "EMPTY": ""]
        settings.tags = ["team": "c", "cost": "b"]
        settings.isolation = .exec
        settings.reservedConcurrency = 10
        settings.provisionedConcurrency = 2
        settings.maximumRetryAttempts = 0
        settings.maximumEventAgeSeconds = 3_600
        settings.initTimeoutMilliseconds = 20_000
        settings.idleTimeoutMilliseconds = 60_000
        settings.spareInstances = 0
        settings.recordedEvents = 50
        settings.retireAfterInvocations = 1_000
        settings.retireAfterMilliseconds = 86_400_000
        settings.provisionedSchedules = [
            ProvisionedSchedule(
                days: [1, 2, 3, 4, 5], fromMinute: 480, untilMinute: 1_080, timeZone: "Europe/Berlin",
                provisionedConcurrency: 5),
            ProvisionedSchedule(
                days: [6, 7], fromMinute: 1_320, untilMinute: 1_440, timeZone: "UTC", provisionedConcurrency: 1),
        ]
        #expect(problems == [])
        let function = try #require(configuration?.functions.first)
        #expect(function.name == "users-create")
        #expect(function.libraryFile == "users.so")
        #expect(function.location.line == 11)
        #expect(function.settings == settings)
        #expect(configuration?.service == "shop")
    }

    @Test func takesDefaultsFromTheProviderThenFromTheHostFile() throws {
        let folder = try ConfigurationFolder([
            "host.yml": "defaults: {memorySize: 200, timeout: 9, initTimeout: 8}",
            "serverless.yml": "provider: {timeout: 7}\nfunctions: {a: {handler: hello.so}}",
        ])

        let settings = try #require(folder.load().configuration?.functions.first?.settings)

        #expect(settings.memoryMegabytes == 200)
        #expect(settings.timeoutMilliseconds == 7_000)
        #expect(settings.initTimeoutMilliseconds == 8_000)
        #expect(settings.entry == nil)
        #expect(settings.isolation == nil)
        #expect(settings.reservedConcurrency == nil)
    }

    @Test func warnsAboutWhatIsNotServedAndLoadsTheRest() throws {
        let (configuration, problems) = try loadServerless(
            """
            plugins: [serverless-offline]
            package: {individually: true}
            provider:
              logRetentionInDays: 14
            functions:
              a:
                handler: hello.so
                environment:
                  TABLE: !Ref Missing
                  TOPIC: {Ref: Topic}
                  QUEUE: !GetAtt OrderQueue.Arn
                  STAGE: dev
            resources:
              Resources:
                OrderQueue: {Type: 'AWS::SQS::Queue', Name: '${self:nowhere}'}
            """)

        #expect(
            problems == [
                "config/serverless.yml:1:1: warning: plugins is not served by this version: plugins of the Serverless"
                    + " Framework do not run here.",
                "config/serverless.yml:2:1: warning: package is not served by this version: functions are the libraries in"
                    + " the functions folder.",
                "config/serverless.yml:4:3: warning: provider.logRetentionInDays is not served by this version: how long"
                    + " logs are kept cannot be set.",
                "config/serverless.yml:9:14: warning: functions.a.environment.TABLE is filled in by CloudFormation (!Ref),"
                    + " which this version does not do: the variable is not set.",
                "config/serverless.yml:10:14: warning: functions.a.environment.TOPIC is filled in by CloudFormation (Ref),"
                    + " which this version does not do: the variable is not set.",
                "config/serverless.yml:11:14: warning: functions.a.environment.QUEUE is filled in by CloudFormation"
                    + " (!GetAtt), which this version does not do: the variable is not set.",
                "config/serverless.yml:15:24: warning: resources.Resources.OrderQueue.Type is AWS::SQS::Queue, which is not"
                    + " served by this version: resources.Resources.OrderQueue is not made. Made are: AWS::DynamoDB::Table.",
            ])
        #expect(configuration?.functions.first?.settings.environment == ["STAGE": "dev"])
    }

    @Test func refusesTwoFunctionsOfOneName() throws {
        let (_, problems) = try loadServerless(
            "functions:\n  a: {handler: hello.so}\n  b: {handler: users.so, name: a}\n")

        #expect(
            problems == [
                "config/serverless.yml:3:32: error: functions.b.name is 'a', which is also the name of functions.a on line 2;"
                    + " names are unique."
            ])
    }

    @Test func refusesReservationsThatTogetherGoBelowTheFloor() throws {
        let folder = try ConfigurationFolder([
            "host.yml": "limits: {accountConcurrency: 20, unreservedFloor: 5}",
            "serverless.yml": """
            functions:
              a: {handler: hello.so, reservedConcurrency: 10}
              b: {handler: users.so, provisionedConcurrency: 5}
              c: {handler: users.so, provisionedConcurrency: 1}
            """,
        ])

        let problems = folder.load().problems

        #expect(problems.count == 1)
        #expect(
            problems[0].hasPrefix(
                "config/serverless.yml:4:50: error: functions.c.provisionedConcurrency sets 1 instances apart, which makes 16"
                    + " with the functions before it; allowed are 15 in all"))
    }

    @Test func holdsFunctionsToTheRangesOfTheServiceUnderTheAWSProfile() throws {
        let folder = try ConfigurationFolder([
            "host.yml": "limits: {profile: aws}",
            "serverless.yml": "functions:\n  a: {handler: hello.so, memorySize: 64, timeout: 1.5}\n",
        ])

        #expect(
            folder.load().problems == [
                "config/serverless.yml:2:38: error: functions.a.memorySize is 64; allowed is a whole number from 128 to"
                    + " 10240, because limits.profile is aws.",
                "config/serverless.yml:2:51: error: functions.a.timeout is 1500ms; allowed is a time from 1s to 15m in whole"
                    + " seconds, because limits.profile is aws.",
            ])
    }

    @Test func saysWhenThereIsNoFunctionsFolder() throws {
        let folder = try ConfigurationFolder(
            ["serverless.yml": "functions: {a: {handler: hello.so}}"], libraries: nil)

        #expect(
            folder.load().problems == [
                "config/serverless.yml:1:26: error: functions.a.handler names functions/hello.so, but the functions folder"
                    + " functions does not exist."
            ])
    }

    @Test func showsNoValueOfAVariableInMessages() throws {
        let (_, problems) = try loadServerless(
            """
            functions:
              a:
                handler: hello.so
                environment:
                  ok: \(String(repeating: "secret", count: 1_000))
                  AWS_REGION: secret
                  "9": secret
                  LIST: [secret]
            """)

        #expect(problems.count == 4)
        #expect(!problems.contains { $0.contains("secret") })
    }

    @Test func takesTheRegionOfTheProviderUnlessTheHostFileHasOne() throws {
        let serverless = "provider: {region: eu-west-1}"
        let alone = try loadServerless(serverless)
        let both = try ConfigurationFolder(["host.yml": "region: eu-central-1", "serverless.yml": serverless]).load()

        #expect(alone.configuration?.host.region == "eu-west-1")
        #expect(both.configuration?.host.region == "eu-central-1")
        #expect(
            both.problems == [
                "config/serverless.yml:1:20: warning: provider.region is eu-west-1, but region of host.yml counts, which is"
                    + " eu-central-1."
            ])
    }
}
