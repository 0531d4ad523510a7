import BrasaConfig
import BrasaModel
import Testing

@Suite struct HostFileTests {
    /// A broken `host.yml` and exactly what is said about it.
    static let mistakes: [(file: String, says: [String])] = [
        (
            "gatway:\n  port: 80\n",
            [
                "config/host.yml:1:1: error: gatway is not a known key; did you mean gateway? Known keys: gateway, control,"
                    + " functions, state, region, account, limits, defaults, log."
            ]
        ),
        (
            "gateway:\n  port: 65536\n",
            ["config/host.yml:2:9: error: gateway.port is 65536; allowed is a whole number from 0 to 65535."]
        ),
        (
            "gateway: 8080\n",
            ["config/host.yml:1:10: error: gateway is 8080; allowed is a mapping with the keys host, port."]
        ),
        (
            "gateway:\n  host: 'a b'\n",
            [
                "config/host.yml:2:9: error: gateway.host is 'a b'; allowed is an IP address or a host name, such as"
                    + " 127.0.0.1."
            ]
        ),
        (
            "account: 12345\n",
            ["config/host.yml:1:10: error: account is 12345; allowed is 12 digits."]
        ),
        (
            "region: Frankfurt\n",
            ["config/host.yml:1:9: error: region is 'Frankfurt'; allowed is the name of a region, such as us-east-1."]
        ),
        (
            "functions: [a, b]\n",
            ["config/host.yml:1:12: error: functions is a list; allowed is the path of a folder."]
        ),
        (
            "limits:\n  profile: awz\n",
            ["config/host.yml:2:12: error: limits.profile is 'awz'; did you mean aws? Allowed is brasa or aws."]
        ),
        (
            "limits:\n  memoryBackend: cgroup3\n",
            [
                "config/host.yml:2:18: error: limits.memoryBackend is 'cgroup3'; did you mean cgroup2? Allowed is auto,"
                    + " cgroup2, cgroup1 or rlimit."
            ]
        ),
        (
            "limits:\n  payloadSize: 6 elephants\n",
            [
                "config/host.yml:2:16: error: limits.payloadSize is '6 elephants'; allowed is a size from 1KiB to 6MiB, as"
                    + " bytes (4096) or with a unit (KB, MB, GB, KiB, MiB, GiB)."
            ]
        ),
        (
            "limits:\n  idleTimeout: 2 weeks\n",
            [
                "config/host.yml:2:16: error: limits.idleTimeout is '2 weeks'; allowed is a time from 100ms to 1h, as"
                    + " seconds (10) or with a unit (500ms, 10s, 2m, 1h, 1d)."
            ]
        ),
        (
            "limits:\n  queue:\n    deph: 1\n",
            [
                "config/host.yml:3:5: error: limits.queue.deph is not a known key; did you mean depth? Known keys: depth,"
                    + " wait."
            ]
        ),
        (
            "limits:\n  unreservedFloor: 20\n  accountConcurrency: 10\n",
            [
                "config/host.yml:2:20: error: limits.unreservedFloor is 20; allowed is at most limits.accountConcurrency,"
                    + " which is 10."
            ]
        ),
        (
            "depth: 5\n",
            [
                "config/host.yml:1:1: error: depth is not a known key. Known keys: gateway, control, functions, state,"
                    + " region, account, limits, defaults, log."
            ]
        ),
        (
            "profile: aws\n",
            [
                "config/host.yml:1:1: error: profile is not a known key; did you mean limits.profile? Known keys: gateway,"
                    + " control, functions, state, region, account, limits, defaults, log."
            ]
        ),
        (
            "defaults:\n  memorySize: 8\n",
            ["config/host.yml:2:15: error: defaults.memorySize is 8; allowed is a whole number from 16 to 10240."]
        ),
        (
            "control:\n  port: 8080\n",
            [
                "config/host.yml:2:9: error: control.port is 8080, which is also the gateway's on 127.0.0.1; allowed is"
                    + " another port, or 0 for a free one."
            ]
        ),
        (
            "control:\n  host: 0.0.0.0\n",
            [
                "config/host.yml:2:9: warning: control.host is 0.0.0.0: whoever reaches it can run code here, because the"
                    + " AWS APIs are served without authentication; 127.0.0.1 keeps them to this machine."
            ]
        ),
        (
            "gateway:\n  port: ${env:PORT}\n",
            [
                "config/host.yml:2:9: error: gateway.port is ${env:PORT}, but the environment variable PORT is not set; add a"
                    + " fallback, such as ${env:PORT, 'text'}."
            ]
        ),
        (
            "gateway:\n  port: ${env:WORD}\n",
            [
                "config/host.yml:2:9: error: gateway.port is 'word' (from ${env:WORD}); allowed is a whole number from 0 to"
                    + " 65535."
            ]
        ),
        (
            """
            limits:
              profile: aws
              asyncPayloadSize: 2MiB
              unreservedFloor: 0
            defaults:
              memorySize: 64
              timeout: 500ms
            """,
            [
                "config/host.yml:3:21: error: limits.asyncPayloadSize is 2097152 bytes; allowed is at most 1048576 bytes, because"
                    + " limits.profile is aws.",
                "config/host.yml:4:20: error: limits.unreservedFloor is 0; allowed is at least 100, because limits.profile is"
                    + " aws.",
                "config/host.yml:6:15: error: defaults.memorySize is 64; allowed is a whole number from 128 to 10240, because"
                    + " limits.profile is aws.",
                "config/host.yml:7:12: error: defaults.timeout is 500ms; allowed is a time from 1s to 15m in whole seconds,"
                    + " because limits.profile is aws.",
            ]
        ),
    ]

    @Test(arguments: mistakes) func saysWhatIsWrongWithTheHostFile(file: String, says: [String]) throws {
        let (configuration, problems) = try loadHost(file, environment: ["WORD": "word"])

        #expect(problems == says)
        #expect((configuration == nil) == says.contains { $0.contains(" error: ") })
    }

    @Test func takesOverEveryKey() throws {
        let (configuration, problems) = try loadHost(
            """
            gateway: {host: 0.0.0.0, port: 80}
            control: {host: "::1", port: 0}
            state: /var/lib/brasa
            region: eu-central-1
            account: 123456789012
            limits:
              profile: aws
              accountConcurrency: 2000
              unreservedFloor: 200
              payloadSize: 1MB
              asyncPayloadSize: 64KiB
              replySize: 2048
              headerSize: 8KiB
              headerCount: 50
              requestHeadTimeout: 1.5
              requestBodyTimeout: 2m
              idleTimeout: 500ms
              maxConnections: 5
              queue: {depth: 0, wait: 0}
              concurrencyWait: 100ms
              drainTimeout: 1m
              memoryBackend: rlimit
            defaults: {memorySize: 256, timeout: 6, initTimeout: 20s}
            log: {level: debug}
            """)

        var expected = HostSettings()
        expected.gateway = .init(host: "0.0.0.0", port: 80)
        expected.control = .init(host: "::1", port: 0)
        expected.stateFolder = "/var/lib/brasa"
        expected.region = "eu-central-1"
        expected.account = "123456789012"
        expected.limits.profile = .aws
        expected.limits.accountConcurrency = 2_000
        expected.limits.unreservedFloor = 200
        expected.limits.payloadBytes = 1_000_000
        expected.limits.asyncPayloadBytes = 65_536
        expected.limits.replyBytes = 2_048
        expected.limits.headerBytes = 8_192
        expected.limits.headerCount = 50
        expected.limits.requestHeadTimeoutMilliseconds = 1_500
        expected.limits.requestBodyTimeoutMilliseconds = 120_000
        expected.limits.idleTimeoutMilliseconds = 500
        expected.limits.maximumConnections = 5
        expected.limits.queue.depth = 0
        expected.limits.queue.waitMilliseconds = 0
        expected.limits.concurrencyWaitMilliseconds = 100
        expected.limits.drainTimeoutMilliseconds = 60_000
        expected.limits.memoryBackend = .rlimit
        expected.defaults.memoryMegabytes = 256
        expected.defaults.timeoutMilliseconds = 6_000
        expected.defaults.initTimeoutMilliseconds = 20_000
        expected.logLevel = .debug
        #expect(problems == [])
        var host = try #require(configuration?.host)
        host.functionsFolder = expected.functionsFolder
        #expect(host == expected)
    }

    @Test func fillsInTheEnvironment() throws {
        let (configuration, _) = try loadHost("gateway: {port: '${env:PORT, 81}'}", environment: ["PORT": "82"])

        #expect(configuration?.host.gateway.port == 82)
    }

    @Test func givesUnconfiguredLibrariesTheDefaultsOfTheHostFile() throws {
        let (configuration, _) = try loadHost("defaults: {memorySize: 512}")

        #expect(configuration?.unconfiguredSettings.memoryMegabytes == 512)
        #expect(configuration?.unconfiguredSettings.timeoutMilliseconds == 3_000)
    }

    @Test func reportsProblemsAsJSON() throws {
        let folder = try ConfigurationFolder(["host.yml": "limits: {profile: awz}"])
        let problem = try #require(Configuration.load(directory: folder.path + "/config").problems.first)

        #expect(problem.severity == .error)
        #expect(problem.line == 1)
        #expect(problem.column == 19)
        #expect(problem.key == "limits.profile")
        #expect(problem.found == "'awz'")
        #expect(problem.allowed == "brasa or aws")
        #expect(problem.suggestion == "aws")
    }
}
