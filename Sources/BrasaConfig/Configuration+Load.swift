import Foundation

extension Configuration {
    /// Reads `host.yml` and `serverless.yml` of a directory and validates them together.
    ///
    /// Reads files and nothing else; blocks for that; may be called on any thread, also at once.
    ///
    /// A directory or a file that does not exist, or is empty, is not an error: the defaults hold. Every mistake is
    /// reported, not the first only.
    ///
    /// - Parameters:
    ///   - directory: such as `runtime-config`; problems name files by it.
    ///   - options: values of `${opt:NAME}`, such as `stage`.
    ///   - environment: values of `${env:NAME}`.
    ///   - awaitsBuilds: whether a library may be missing that configuration says how to build.
    ///   - functionsFolder: takes the place of `functions` in `host.yml`; libraries are looked for in it.
    /// - Returns: the configuration, nil when one of the problems is an error; and the problems by file and line.
    package static func load(
        directory: String, options: [String: String] = [:], environment: [String: String] = [:],
        functionsFolder: String? = nil, awaitsBuilds: Bool = false
    ) -> (configuration: Configuration?, problems: [ConfigurationProblem]) {
        let problems = ProblemCollector()
        let files = ConfigurationFiles(directory: directory, problems: problems)
        var configuration = Configuration()

        let hostFile = files.read("host.yml")
        let hostSources = VariableResolver.Sources(
            options: options, environment: environment, fixed: [:], selfDefaults: [:])
        let hostSection = SettingReader(
            problems: problems,
            variables: VariableResolver(root: hostFile, file: "host.yml", sources: hostSources, problems: problems)
        ).read(hostFile, table: .host)
        configuration.host = HostReader(problems: problems).settings(hostSection)
        if let functionsFolder { configuration.host.functionsFolder = functionsFolder }

        let serverlessFile = files.read("serverless.yml")
        var sources = VariableResolver.Sources(
            options: options, environment: environment,
            fixed: [
                "aws:accountId": configuration.host.account,
                "aws:region": options["region"] ?? configuration.host.region,
            ],
            selfDefaults: ["provider.stage": configuration.stage, "provider.region": configuration.host.region])
        let stage = Self.stage(of: serverlessFile, sources: sources)
        configuration.stage = stage
        sources.fixed["sls:stage"] = stage
        let serverless = SettingReader(
            problems: problems,
            variables: VariableResolver(
                root: serverlessFile, file: "serverless.yml", sources: sources, problems: problems),
            references: Self.references(
                in: serverlessFile, sources: sources, host: configuration.host,
                hasRegion: hostSection["region"] != nil)
        ).read(serverlessFile, table: .serverless)
        configuration.service = serverless.text("service")
        Self.settleRegion(&configuration.host, hostSection, serverless, problems)
        configuration.functions = FunctionReader(
            host: configuration.host, libraries: LibraryFolder(path: configuration.host.functionsFolder),
            problems: problems, awaitsBuilds: awaitsBuilds
        ).functions(serverless)
        configuration.tables = TableReader(problems: problems).tables(serverless)
        return (problems.hasErrors ? nil : configuration, problems.problems)
    }

    /// The option, else `provider.stage` with its variables replaced, else `dev`.
    ///
    /// What is wrong with it is reported when the file is read.
    private static func stage(of file: YAMLNode?, sources: VariableResolver.Sources) -> String {
        if let stage = sources.options["stage"] { return stage }
        guard let node = file?["provider"]?["stage"] else { return "dev" }
        let resolver = VariableResolver(
            root: file, file: "serverless.yml", sources: sources, problems: ProblemCollector())
        guard let resolved = resolver.resolve(node, path: "provider.stage"), !resolved.isNull,
            case .scalar(let text, _) = resolved.content
        else { return "dev" }
        return text
    }

    /// What `!Ref` and `!GetAtt` stand for; what is wrong with the tables is reported when they are read.
    private static func references(
        in file: YAMLNode?, sources: VariableResolver.Sources, host: HostSettings, hasRegion: Bool
    ) -> TableReferences {
        TableReferences(
            root: file,
            variables: VariableResolver(
                root: file, file: "serverless.yml", sources: sources, problems: ProblemCollector()),
            region: hasRegion ? host.region : nil, fallbackRegion: host.region, account: host.account)
    }

    /// One host has one region: that of `host.yml`, else that of the provider.
    private static func settleRegion(
        _ host: inout HostSettings, _ hostSection: Section, _ serverless: Section, _ problems: ProblemCollector
    ) {
        guard let setting = serverless.section("provider")["region"], case .text(let region) = setting.value,
            region != host.region
        else { return }
        guard hostSection["region"] != nil else {
            host.region = region
            return
        }
        problems.warning(
            at: setting.location, key: setting.path,
            "provider.region is \(region), but region of host.yml counts, which is \(host.region).")
    }
}
