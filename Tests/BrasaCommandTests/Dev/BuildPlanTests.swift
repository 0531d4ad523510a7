import BrasaConfig
import BrasaModel
import Testing

@testable import brasa

@Suite struct BuildPlanTests {
    private static func configuration(_ functions: [(name: String, library: String, build: FunctionBuild?)])
        -> Configuration
    {
        var configuration = Configuration()
        configuration.functions = functions.map { function in
            var configured = ConfiguredFunction(
                name: function.name, libraryFile: function.library, settings: FunctionSettings(),
                location: SourceLocation(file: "serverless.yml", line: 1, column: 1))
            configured.build = function.build
            return configured
        }
        return configuration
    }

    @Test func buildsALibraryOnceForAllItsFunctions() {
        let configuration = Self.configuration([
            ("create", "users.so", nil), ("greet", "greet.so", nil),
            ("list", "users.so", FunctionBuild(command: "make", sources: ["src", "/usr/include/x.h"])),
        ])

        let plan = BuildPlan(configuration, project: "/project", workingDirectory: "/project")

        #expect(
            plan.units == [
                BuildUnit(
                    library: "users.so", functions: ["create", "list"], command: "make",
                    sources: ["/project/src", "/usr/include/x.h"])
            ])
        #expect(plan.functionsFolder == "/project/functions")
        #expect(plan.excluded == ["/project/functions", "/project/.brasa"])
        #expect(plan.shown("/project/src/a.c") == "src/a.c")
        #expect(plan.shown("/usr/include/x.h") == "/usr/include/x.h")
    }

    @Test func expectsSourcesInTheFolderNamedLikeTheLibrary() {
        let plan = BuildPlan(
            Self.configuration([("hello", "libhello.so.1", FunctionBuild(command: "make"))]), project: "/project",
            workingDirectory: "/")

        #expect(plan.units.first?.sources == ["/project/libhello", "/project/Plugins/libhello"])
    }

    @Test(arguments: [
        ("runtime-config", "/home/ada/shop"), ("./runtime-config/", "/home/ada/shop"), (".", "/home/ada/shop"),
        ("/srv/shop/config", "/srv/shop"), ("../other/config", "/home/ada/other"), ("/home/ada/shop", "/home/ada/shop"),
    ])
    func runsCommandsInTheFolderAroundTheConfiguration(folder: String, project: String) {
        #expect(BuildPlan.project(configuration: folder, workingDirectory: "/home/ada/shop") == project)
    }
}
