// swift-tools-version: 6.0
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
// Modules on the way of an invocation. Overlapping accesses to memory are looked for in debug builds, so in all tests; in
// release the checks were a sixth of the instructions of a request (docs/decisions/hot-path.md).
let hotSwiftSettings =
    swiftSettings + [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]
let cSettings: [CSetting] = [.define("_GNU_SOURCE"), .unsafeFlags(["-Wall", "-Wextra", "-Werror"])]

func nio(_ names: String...) -> [Target.Dependency] {
    names.map { .product(name: $0, package: "swift-nio") }
}
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

// A function library shows its entry point alone, and brings its own Swift runtime when it is written in Swift.
let exportsLinkerFlags = [
    "-static-stdlib", "-Xlinker", "--version-script=\(Context.packageDirectory)/Plugins/exports.map",
]
// lld, part of every toolchain, hides protocol records that gold keeps, and has no complaint about Foundation's mktemp.
let swiftFunctionLinkerSettings: [LinkerSetting] = [.unsafeFlags(exportsLinkerFlags + ["-use-ld=lld"])]
// SwiftPM links the Swift runtime into C libraries too; swiftc reads -nostartfiles as "without it".
let cFunctionLinkerSettings: [LinkerSetting] = [
    .unsafeFlags(exportsLinkerFlags + ["-nostartfiles", "-Xclang-linker", "-Wl,--as-needed"])
]
// What static FoundationEssentials needs and SwiftPM does not find by itself.
let foundationLinkerSettings: [LinkerSetting] = ["_FoundationCollections", "_FoundationCShims", "swiftSynchronization"]
    .map { .linkedLibrary($0) }

let package = Package(
    name: "brasa",
    products: [
        .executable(name: "brasa", targets: ["brasa"]),
        .executable(name: "brasa-worker", targets: ["brasa-worker"]),
        .executable(name: "brasa-benchmark", targets: ["brasa-benchmark"]),
        .executable(name: "brasa-floor", targets: ["brasa-floor"]),
        .library(name: "BrasaFunction", targets: ["BrasaFunction"]),
        .library(name: "BrasaFunctionJSON", targets: ["BrasaFunctionJSON"]),
        .library(name: "BrasaTesting", targets: ["BrasaTesting"]),
        .library(name: "hello-c", type: .dynamic, targets: ["HelloC"]),
        .library(name: "hello-cpp", type: .dynamic, targets: ["HelloCpp"]),
        .library(name: "hello-swift", type: .dynamic, targets: ["HelloSwift"]),
        .library(name: "users", type: .dynamic, targets: ["Users"]),
        // A function for tests alone: tools/build leaves fixtures where they are.
        .library(name: "table-fixture", type: .dynamic, targets: ["TableFunction"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.0.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    ],
    targets: [
        // The contract with functions, and the C that isolates them.
        .target(name: "CBrasa"),
        .target(name: "CBrasaTransport", cSettings: cSettings),
        .target(name: "CBrasaLoader", dependencies: ["CBrasa"], cSettings: cSettings),
        // Apart from the loader, so that libffi is in the worker and never in the host.
        .target(
            name: "CBrasaSymbol", dependencies: ["CBrasa", "CBrasaLoader"], cSettings: cSettings,
            // The archive: one more shared library would be mapped by every worker, for the few that call plain C.
            linkerSettings: [.unsafeFlags(["-Xlinker", "-l:libffi.a"])]),
        // An instance, in a worker or as a thread of the host: what the ABI's host table does.
        .target(
            name: "CBrasaInstance", dependencies: ["CBrasa", "CBrasaTransport", "CBrasaLoader"], cSettings: cSettings),
        .executableTarget(
            name: "brasa-worker",
            dependencies: ["CBrasa", "CBrasaTransport", "CBrasaLoader", "CBrasaSymbol", "CBrasaInstance"],
            cSettings: cSettings,
            // SwiftPM links the Swift runtime into every executable; these two flags leave it out.
            // Libraries have to see its __gmon_start__ (module.c).
            linkerSettings: [
                .unsafeFlags([
                    "-static-stdlib", "-nostartfiles", "-Xlinker", "--export-dynamic-symbol=__gmon_start__",
                ])
            ]),

        // What function authors import.
        // Two products: whoever links the JSON layer links Foundation's essentials with it (docs/decisions/swift-functions.md).
        .target(name: "BrasaFunction", dependencies: ["CBrasa"], swiftSettings: swiftSettings),
        .target(name: "BrasaFunctionJSON", dependencies: ["BrasaFunction"], swiftSettings: swiftSettings),

        // The host, in the order an event flows through it.
        .target(
            name: "BrasaModel", dependencies: ["CBrasaCrypto"] + nio("NIOCore"), swiftSettings: hotSwiftSettings),
        .systemLibrary(
            name: "CBrasaZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(
            name: "CBrasaCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(
            name: "BrasaAWS", dependencies: ["BrasaModel", "CBrasaZip", "CBrasaCrypto"] + nio("NIOCore"),
            swiftSettings: swiftSettings),
        .target(
            name: "BrasaGateway",
            dependencies: [
                "BrasaAWS", "BrasaModel", logging, .product(name: "DequeModule", package: "swift-collections"),
            ] + nio("NIOCore", "NIOPosix", "NIOHTTP1"),
            swiftSettings: hotSwiftSettings),
        .target(
            name: "BrasaRouter", dependencies: ["BrasaModel", logging] + nio("NIOCore"),
            swiftSettings: hotSwiftSettings),
        .target(
            name: "BrasaPool",
            dependencies: [
                "BrasaModel", "CBrasaTransport", "CBrasaLoader", "CBrasaInstance", logging,
                .product(name: "DequeModule", package: "swift-collections"),
            ] + nio("NIOCore", "NIOPosix"),
            swiftSettings: hotSwiftSettings),
        // What functions and SDKs may ask of the host.
        .target(
            name: "BrasaServices", dependencies: ["BrasaModel", "BrasaTables", logging] + nio("NIOCore"),
            swiftSettings: hotSwiftSettings),
        // The data model of tables: values, expressions and requests, without storage and without I/O.
        .target(name: "BrasaTables", dependencies: ["BrasaModel"], swiftSettings: hotSwiftSettings),
        .target(
            name: "BrasaSQLite",
            dependencies: [
                "BrasaModel", "BrasaServices", "CBrasaTransport", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "DequeModule", package: "swift-collections"),
            ] + nio("NIOCore"),
            swiftSettings: hotSwiftSettings),
        .target(
            name: "BrasaConfig",
            // Of the tables, what makes a table: serverless.yml is checked by the rules of CreateTable.
            dependencies: ["BrasaModel", "BrasaTables", .product(name: "Yams", package: "Yams")],
            swiftSettings: swiftSettings),
        // Load and what it measures: the host applies it to its pools, the command line over HTTP.
        .target(
            name: "BrasaBench",
            dependencies: ["BrasaModel", .product(name: "Histogram", package: "hdrhistogram-swift")] + nio("NIOCore"),
            swiftSettings: swiftSettings),
        .target(
            name: "BrasaHost",
            dependencies: [
                "BrasaModel", "BrasaPool", "BrasaRouter", "BrasaGateway", "BrasaAWS", "BrasaServices", "BrasaSQLite",
                "BrasaConfig", "BrasaBench", "CBrasaTransport", logging,
            ] + nio("NIOCore", "NIOPosix", "NIOHTTP1"),
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "brasa",
            dependencies: [
                "BrasaHost", "BrasaConfig", "BrasaModel", "BrasaPool", "BrasaBench", "CBrasaCrypto", "CBrasaTransport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"), logging,
            ] + nio("NIOCore", "NIOPosix", "NIOHTTP1"),
            swiftSettings: swiftSettings),
        .target(
            name: "BrasaTesting", dependencies: ["BrasaModel"],
            swiftSettings: swiftSettings),

        // tools/benchmark: Brasa against what the machine itself can do.
        .executableTarget(
            name: "brasa-floor",
            dependencies: ["CBrasa", "CBrasaTransport", "CBrasaLoader", "CBrasaSymbol", "CBrasaInstance"],
            cSettings: cSettings,
            // As brasa-worker: a floor under it has to be the same kind of program.
            linkerSettings: [.unsafeFlags(["-static-stdlib", "-nostartfiles"])]),
        .executableTarget(
            name: "brasa-benchmark",
            dependencies: [
                "BrasaModel", "BrasaPool", "BrasaRouter", "BrasaGateway", "BrasaHost", "BrasaConfig", "BrasaServices",
                "BrasaSQLite", "BrasaTables", "BrasaTesting", "CBrasaTransport", logging,
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ] + nio("NIOCore", "NIOPosix"),
            swiftSettings: swiftSettings),

        // The shipped functions.
        .target(
            name: "HelloC", dependencies: ["CBrasa"], path: "Plugins/HelloC", exclude: ["README.md"],
            publicHeadersPath: ".", cSettings: cSettings, linkerSettings: cFunctionLinkerSettings),
        .target(
            name: "HelloCpp", dependencies: ["CBrasa"], path: "Plugins/HelloCpp", exclude: ["README.md"],
            publicHeadersPath: ".",
            // C++20 would turn brasa.h, which Swift imports as a module, into a C++ module that nobody builds.
            cxxSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror", "-fno-cxx-modules"])],
            linkerSettings: cFunctionLinkerSettings),
        .target(
            name: "HelloSwift", dependencies: ["BrasaFunctionJSON"], path: "Plugins/HelloSwift",
            exclude: ["README.md"], swiftSettings: swiftSettings,
            linkerSettings: swiftFunctionLinkerSettings + foundationLinkerSettings),
        // Apart from its entry point, so that tests link the service without a function library's linker settings.
        .target(
            name: "UserService", dependencies: ["BrasaFunctionJSON"], path: "Plugins/Users/Service",
            swiftSettings: swiftSettings),
        .target(
            name: "Users", dependencies: ["UserService", "BrasaFunctionJSON"], path: "Plugins/Users/Module",
            swiftSettings: swiftSettings, linkerSettings: swiftFunctionLinkerSettings + foundationLinkerSettings),

        // Tests.
        // Apart from BrasaTesting, so that the benchmark does not load the testing library.
        .target(
            name: "BlockingTests", dependencies: ["BrasaTesting"], path: "Tests/BlockingTests",
            swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaCommandTests",
            dependencies: [
                "brasa", "BrasaConfig", "BrasaBench", "BrasaGateway", "BrasaHost", "BrasaModel", "BrasaTesting",
                "BlockingTests",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ] + nio("NIOCore", "NIOHTTP1", "NIOPosix"),
            swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaBenchTests", dependencies: ["BrasaBench", "BrasaModel"] + nio("NIOCore", "NIOEmbedded"),
            swiftSettings: swiftSettings),
        .testTarget(name: "FunctionTemplateTests", dependencies: ["brasa"], swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaFunctionTests", dependencies: ["BrasaFunction", "BrasaFunctionJSON", "CBrasa"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "UserServiceTests", dependencies: ["UserService", "BrasaFunction", "BrasaFunctionJSON", "CBrasa"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaModelTests", dependencies: ["BrasaModel"] + nio("NIOCore"), swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaConfigTests", dependencies: ["BrasaConfig", "BrasaModel"], swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaTablesTests", dependencies: ["BrasaTables", "BrasaModel", "BrasaTesting"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaSQLiteTests",
            dependencies: [
                "BrasaSQLite", "BrasaServices", "BrasaModel", "CBrasaTransport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ] + nio("NIOCore"),
            swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaServicesTests",
            dependencies: [
                "BrasaServices", "BrasaSQLite", "BrasaTables", "BrasaModel", "BrasaTesting", logging,
                .product(name: "GRDB", package: "GRDB.swift"),
            ] + nio("NIOCore"),
            swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaRouterTests",
            dependencies: ["BrasaRouter", "BrasaModel", "BrasaSQLite", "ControlFixtures", logging]
                + nio("NIOCore", "NIOEmbedded", "NIOPosix"),
            swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaPoolTests",
            dependencies: [
                "BrasaPool", "BrasaModel", "BrasaTesting", "BlockingTests", "CBrasaLoader", "CBrasaTransport",
                logging, .product(name: "DequeModule", package: "swift-collections"),
            ] + nio("NIOCore", "NIOPosix"),
            swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaHostTests", dependencies: ["BrasaTesting", "BrasaModel", "BlockingTests"],
            swiftSettings: swiftSettings),
        .target(
            name: "TableFunction", dependencies: ["BrasaFunctionJSON"], path: "Tests/TableFunction",
            swiftSettings: swiftSettings, linkerSettings: swiftFunctionLinkerSettings + foundationLinkerSettings),
        .testTarget(
            name: "CBrasaSymbolTests", dependencies: ["CBrasaSymbol", "BrasaTesting", "BlockingTests"],
            swiftSettings: swiftSettings),
        .target(
            name: "ControlFixtures", dependencies: ["BrasaModel", "BrasaRouter", logging],
            path: "Tests/ControlFixtures", swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaAWSTests", dependencies: ["BrasaAWS", "BrasaModel", "CBrasaZip"] + nio("NIOCore"),
            swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaGatewayTests",
            dependencies: ["BrasaGateway", "BrasaRouter", "BrasaAWS", "BrasaModel", "ControlFixtures", logging]
                + nio("NIOCore", "NIOPosix", "NIOHTTP1"),
            swiftSettings: swiftSettings),
    ],
    cLanguageStandard: .gnu17,
    cxxLanguageStandard: .gnucxx20
)
