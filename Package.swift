// swift-tools-version: 6.0
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
let cSettings: [CSetting] = [.define("_GNU_SOURCE"), .unsafeFlags(["-Wall", "-Wextra", "-Werror"])]

func nio(_ names: String...) -> [Target.Dependency] {
    names.map { .product(name: $0, package: "swift-nio") }
}
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "brasa",
    products: [
        .executable(name: "brasa", targets: ["brasa"]),
        .executable(name: "brasa-worker", targets: ["brasa-worker"]),
        .library(name: "BrasaFunction", targets: ["BrasaFunction"]),
        .library(name: "BrasaTesting", targets: ["BrasaTesting"]),
        .library(name: "hello-c", type: .dynamic, targets: ["HelloC"]),
        .library(name: "hello-cpp", type: .dynamic, targets: ["HelloCpp"]),
        .library(name: "hello-swift", type: .dynamic, targets: ["HelloSwift"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.0.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
    ],
    targets: [
        // The contract with functions, and the C that isolates them.
        .target(name: "CBrasa"),
        .target(name: "CBrasaTransport", cSettings: cSettings),
        .target(name: "CBrasaLoader", dependencies: ["CBrasa"], cSettings: cSettings),
        .executableTarget(
            name: "brasa-worker",
            dependencies: ["CBrasa", "CBrasaTransport", "CBrasaLoader"],
            cSettings: cSettings,
            // SwiftPM links the Swift runtime into every executable; these two flags leave it out.
            linkerSettings: [.unsafeFlags(["-static-stdlib", "-nostartfiles"])]),

        // What function authors import.
        .target(name: "BrasaFunction", dependencies: ["CBrasa"], swiftSettings: swiftSettings),

        // The host, in the order an event flows through it.
        .target(name: "BrasaModel", dependencies: nio("NIOCore"), swiftSettings: swiftSettings),
        .systemLibrary(
            name: "CBrasaZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(
            name: "CBrasaCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(
            name: "BrasaAWS", dependencies: ["BrasaModel", "CBrasaZip", "CBrasaCrypto"] + nio("NIOCore"),
            swiftSettings: swiftSettings),
        .target(
            name: "BrasaGateway",
            dependencies: ["BrasaAWS", "BrasaModel", logging] + nio("NIOCore", "NIOPosix", "NIOHTTP1"),
            swiftSettings: swiftSettings),
        .target(
            name: "BrasaRouter", dependencies: ["BrasaModel", "CBrasaCrypto", logging] + nio("NIOCore"),
            swiftSettings: swiftSettings),
        .target(
            name: "BrasaPool",
            dependencies: ["BrasaModel", "CBrasaTransport", "CBrasaLoader", logging]
                + nio("NIOCore", "NIOPosix"),
            swiftSettings: swiftSettings),
        .target(
            name: "BrasaSQLite",
            dependencies: ["BrasaModel", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: swiftSettings),
        .target(
            name: "BrasaConfig",
            dependencies: ["BrasaModel", .product(name: "Yams", package: "Yams")],
            swiftSettings: swiftSettings),
        .target(
            name: "BrasaHost",
            dependencies: [
                "BrasaModel", "BrasaPool", "BrasaRouter", "BrasaGateway", "BrasaAWS", "BrasaSQLite",
                "BrasaConfig", "CBrasaLoader", "CBrasaCrypto", logging,
            ] + nio("NIOCore", "NIOPosix"),
            swiftSettings: swiftSettings),
        .executableTarget(
            name: "brasa",
            dependencies: [
                "BrasaHost", "BrasaConfig", "BrasaModel", "CBrasaLoader",
                .product(name: "ArgumentParser", package: "swift-argument-parser"), logging,
            ],
            swiftSettings: swiftSettings),
        .target(
            name: "BrasaTesting", dependencies: ["BrasaHost", "BrasaConfig", "BrasaModel"],
            swiftSettings: swiftSettings),

        // The shipped functions.
        .target(name: "HelloC", dependencies: ["CBrasa"], path: "Plugins/HelloC", exclude: ["README.md"], publicHeadersPath: ".", cSettings: cSettings),
        .target(name: "HelloCpp", dependencies: ["CBrasa"], path: "Plugins/HelloCpp", exclude: ["README.md"], publicHeadersPath: "."),
        .target(
            name: "HelloSwift", dependencies: ["BrasaFunction"], path: "Plugins/HelloSwift", exclude: ["README.md"],
            swiftSettings: swiftSettings, linkerSettings: [.unsafeFlags(["-static-stdlib"])]),

        // Tests.
        .target(
            name: "ControlFixtures", dependencies: ["BrasaModel", "BrasaRouter", logging],
            path: "Tests/ControlFixtures", swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaAWSTests", dependencies: ["BrasaAWS", "BrasaModel", "CBrasaZip"] + nio("NIOCore"),
            swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaRouterTests", dependencies: ["BrasaRouter", "BrasaModel", "ControlFixtures"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "BrasaGatewayTests",
            dependencies: ["BrasaGateway", "BrasaRouter", "BrasaAWS", "BrasaModel", "ControlFixtures", logging]
                + nio("NIOCore", "NIOPosix", "NIOHTTP1"),
            swiftSettings: swiftSettings),
        .testTarget(name: "BrasaPoolTests", dependencies: ["BrasaPool", "BrasaModel"], swiftSettings: swiftSettings),
    ],
    cLanguageStandard: .gnu17,
    cxxLanguageStandard: .gnucxx20
)
