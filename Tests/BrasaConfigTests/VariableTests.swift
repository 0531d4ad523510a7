import BrasaConfig
import BrasaModel
import Testing

@Suite struct VariableTests {
    private static let file = """
        service: shop
        provider:
          stage: ${opt:stage, 'dev'}
        custom:
          memory: {dev: 256, prod: 1024}
          name: ${self:service}-${self:provider.stage}
          list: [zero, one]
          empty: ~
          shared: {A_: '1', B_: '${self:custom.name}'}
          a: ${self:custom.b}
          b: x${self:custom.c}
          c: ${self:custom.a}
          self: ${self:custom.self}
        functions:
          f:
            handler: hello.so

        """

    /// Loads the file with one more line in the function, and gives the function's value of the variable V_.
    private static func variable(
        _ text: String, options: [String: String] = [:], environment: [String: String] = [:]
    ) throws -> (value: String?, problems: [String]) {
        let (configuration, problems) = try loadServerless(
            Self.file + "    environment: {V_: \"\(text)\"}\n", options: options, environment: environment)
        return (configuration?.functions.first?.settings.environment["V_"], problems)
    }

    @Test(arguments: [
        ("${self:service}", "shop"),
        ("${self:custom.name}", "shop-prod"),
        ("a-${self:custom.name}-b", "a-shop-prod-b"),
        ("${opt:stage}", "prod"),
        ("${opt:nothing, 'text'}", "text"),
        ("${opt:nothing, 'a, b }'}", "a, b }"),
        ("${opt:nothing, 12}", "12"),
        ("${opt:nothing, true}", "true"),
        ("${opt:nothing, self:service}", "shop"),
        ("${opt:nothing, ${self:service}}", "shop"),
        ("${opt:nothing, env:NOTHING, self:custom.empty, 'last'}", "last"),
        ("${env:WORD}", "word"),
        ("${env:${opt:stage}_word}", "prod word"),
        ("${self:custom.memory.${self:provider.stage}}", "1024"),
        ("${self:custom.list.1}", "one"),
        ("${sls:stage}/${aws:region}/${aws:accountId}", "prod/us-east-1/000000000000"),
        ("${self:provider.region}", "us-east-1"),
        ("\\\\${env:WORD}", "${env:WORD}"),
        ("${HOME} ${AWS::Region} $x {y} ${", "${HOME} ${AWS::Region} $x {y} ${"),
        ("${env:EMPTY}", ""),
        ("${ env:WORD}", "${ env:WORD}"),
    ])
    func fillsIn(text: String, value: String) throws {
        let (result, problems) = try Self.variable(
            text, options: ["stage": "prod"], environment: ["WORD": "word", "prod_word": "prod word", "EMPTY": ""])

        #expect(problems == [])
        #expect(result == value)
    }

    @Test(arguments: [
        (
            "${env:NOTHING}",
            "is ${env:NOTHING}, but the environment variable NOTHING is not set; add a fallback, such as ${env:NOTHING,"
                + " 'text'}."
        ),
        ("${opt:who}", "is ${opt:who}, but the option who is not given; add a fallback, such as ${opt:who, 'text'}."),
        (
            "${self:custom.nme}",
            "is ${self:custom.nme}, but the file has no value for custom.nme (did you mean name?); add a fallback, such as"
                + " ${self:custom.nme, 'text'}."
        ),
        (
            "x-${opt:who, env:NOTHING}",
            "is x-${opt:who, env:NOTHING}, but the option who is not given and the environment variable NOTHING is not set;"
                + " add a fallback, such as ${env:NAME, 'text'}."
        ),
        ("${self:custom.a}", "goes round in a circle: custom.a -> custom.b -> custom.c -> custom.a."),
        ("${self:custom.self}", "goes round in a circle: custom.self -> custom.self."),
        (
            "${ssm:/path, 'x'}",
            "uses ssm in a variable, which is not served; allowed are self:KEY, opt:NAME, env:NAME, sls:stage,"
                + " aws:accountId and aws:region."
        ),
        (
            "${file(./x.yml):a}",
            "uses file in a variable, which is not served; allowed are self:KEY, opt:NAME, env:NAME, sls:stage,"
                + " aws:accountId and aws:region."
        ),
        (
            "a ${self:custom.memory}",
            "has ${self:custom.memory} inside a text, and that is a mapping; allowed is a single value."
        ),
        ("${self:custom.list}", "is a list (from ${self:custom.list}); allowed is a text or a number."),
        ("${env:A", "has a variable without its closing brace: ${env:A."),
        (
            "${opt:stage, dev}",
            "has the fallback dev in a variable, which is neither a source (self:, opt:, env:) nor a literal; a text is"
                + " written in quotes: 'dev'."
        ),
        (
            "${sls:instanceId}",
            "uses sls:instanceId in a variable, which is not served; allowed are self:KEY, opt:NAME, env:NAME, sls:stage, aws:accountId and aws:region."
        ),
        ("${self:}", "uses self: without a key; allowed is such as self:custom.name."),
    ])
    func saysWhyAVariableHasNoValue(text: String, says: String) throws {
        let (_, problems) = try Self.variable(text)

        #expect(problems == ["config/serverless.yml:17:23: error: functions.f.environment.V_ \(says)"])
    }

    @Test func fillsInNumbersAndWholeMappings() throws {
        let (configuration, problems) = try loadServerless(
            Self.file
                + "    memorySize: ${self:custom.memory.${sls:stage}}\n    environment: ${self:custom.shared}\n")

        let settings = configuration?.functions.first?.settings
        #expect(problems == [])
        #expect(settings?.memoryMegabytes == 256)
        #expect(settings?.environment == ["A_": "1", "B_": "shop-dev"])
    }

    @Test func saysWhereAWrongValueCameFrom() throws {
        let (_, problems) = try loadServerless(Self.file + "    timeout: ${self:custom.name}\n")

        #expect(
            problems == [
                "config/serverless.yml:17:14: error: functions.f.timeout is 'shop-dev' (from ${self:custom.name}); allowed is"
                    + " a time from 1ms to 15m, as seconds (10) or with a unit (500ms, 10s, 2m, 1h, 1d)."
            ])
    }

    @Test func takesTheStageFromTheOptionThenFromTheProvider() throws {
        #expect(try loadServerless(Self.file).configuration?.stage == "dev")
        #expect(try loadServerless(Self.file, options: ["stage": "prod"]).configuration?.stage == "prod")
        #expect(try loadServerless("provider: {stage: lab}").configuration?.stage == "lab")
    }

    @Test func staysBoundedWhenVariablesMultiply() throws {
        let levels = (1...40).map { "  v\($0): ${self:custom.v\($0 - 1)}${self:custom.v\($0 - 1)}\n" }.joined()
        let (_, problems) = try loadServerless(
            "custom:\n  v0: xxxxxxxxxx\n\(levels)functions: {f: {handler: hello.so, description: '${self:custom.v40}'}}\n"
        )

        #expect(problems.count == 1)
        #expect(problems[0].hasSuffix("is longer than 65536 bytes once its variables are replaced."))
    }
}
