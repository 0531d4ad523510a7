import BrasaConfig
import Testing

/// `brasa.build` and `brasa.sources`.
@Suite struct BuildTests {
    private static let built = """
        functions:
          greet:
            handler: greet.so
            brasa:
              build: cc -shared -o "$BRASA_LIBRARY" ${self:custom.flags} greet/greet.c
              sources: [greet, include/greet.h]
        custom:
          flags: -O2

        """

    @Test func readsHowAFunctionIsBuiltAndWhatFrom() throws {
        let folder = try ConfigurationFolder(["serverless.yml": Self.built], libraries: ["greet.so"])

        let (configuration, problems) = folder.load()

        #expect(problems == [])
        #expect(
            configuration?.functions.first?.build
                == FunctionBuild(
                    command: "cc -shared -o \"$BRASA_LIBRARY\" -O2 greet/greet.c",
                    sources: ["greet", "include/greet.h"]))
    }

    @Test func toleratesALibraryThatIsYetToBeBuiltOnlyWhereItWillBe() throws {
        let folder = try ConfigurationFolder(["serverless.yml": Self.built])

        #expect(
            folder.load().problems == [
                "config/serverless.yml:3:14: error: functions.greet.handler names functions/greet.so, which has not been"
                    + " built yet; brasa dev builds it."
            ])
        #expect(folder.load(awaitsBuilds: true).problems == [])
        #expect(folder.load(awaitsBuilds: true).configuration != nil)
    }

    @Test func toleratesAMissingFunctionsFolderOnlyWhereItWillBeMade() throws {
        let folder = try ConfigurationFolder(["serverless.yml": Self.built], libraries: nil)

        #expect(
            folder.load().problems == [
                "config/serverless.yml:3:14: error: functions.greet.handler names functions/greet.so, but the functions"
                    + " folder functions does not exist. brasa dev makes and fills it."
            ])
        #expect(folder.load(awaitsBuilds: true).problems == [])
    }

    @Test func stillMissesALibraryThatNobodyBuilds() throws {
        let folder = try ConfigurationFolder(["serverless.yml": "functions: {greet: {handler: greet.so}}"])

        #expect(folder.load(awaitsBuilds: true).configuration == nil)
    }

    @Test func letsFunctionsOfOneLibraryShareItsBuild() throws {
        let yaml = """
            functions:
              create: {handler: users.so#create, brasa: {build: make users}}
              list: {handler: users.so#list}
              remove: {handler: users.so#remove, brasa: {build: make users}}
            """

        let (configuration, problems) = try ConfigurationFolder(["serverless.yml": yaml], libraries: []).load(
            awaitsBuilds: true)

        #expect(problems == [])
        #expect(configuration?.functions.map { $0.build?.command } == ["make users", nil, "make users"])
    }

    @Test func refusesTwoWaysToBuildOneLibrary() throws {
        let yaml = """
            functions:
              create: {handler: users.so#create, brasa: {build: make users}}
              list: {handler: users.so#list, brasa: {build: make all}}
            """

        #expect(
            try loadServerless(yaml).problems == [
                "config/serverless.yml:3:49: error: functions.list.brasa.build builds users.so in another way than"
                    + " functions.create on line 2; write it at one of them."
            ])
    }

    @Test func refusesSourcesOfNothing() throws {
        #expect(
            try loadServerless("functions: {hello: {handler: hello.so, brasa: {sources: [a]}}}").problems == [
                "config/serverless.yml:1:57: error: functions.hello.brasa.sources says which files"
                    + " functions.hello.brasa.build depends on, but there is no such command."
            ])
    }

    @Test func refusesToBuildWhatIsNotInTheFunctionsFolder() throws {
        let yaml = """
            functions:
              crc: {handler: "/usr/lib/libz.so#crc32", brasa: {build: make, signature: "u64(u64 crc, bytes data)"}}
            """

        #expect(
            try loadServerless(yaml).problems == [
                "config/serverless.yml:2:59: error: functions.crc.brasa.build builds a file of the functions folder, but the"
                    + " handler names /usr/lib/libz.so."
            ])
    }

    @Test(arguments: ["''", "' '", "[cc]"]) func refusesACommandThatIsNone(command: String) throws {
        let problems = try loadServerless(
            "functions: {hello: {handler: hello.so, brasa: {build: \(command), sources: [a]}}}"
        ).problems

        #expect(problems.count == 1)
        #expect(problems.first?.contains("allowed is a command line for the shell.") == true)
    }
}
