// swift-tools-version: 6.0
import PackageDescription

// What a function's own package depends on: the same targets as in the package above, without the host and so without
// any dependency to fetch. `brasa new --lang swift` points here.
let swiftSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "brasa-function",
    products: [
        .library(name: "BrasaFunction", targets: ["BrasaFunction"]),
        .library(name: "BrasaFunctionJSON", targets: ["BrasaFunctionJSON"]),
    ],
    targets: [
        .target(name: "CBrasa", path: "CBrasa"),
        .target(
            name: "BrasaFunction", dependencies: ["CBrasa"], path: "BrasaFunction", swiftSettings: swiftSettings),
        .target(
            name: "BrasaFunctionJSON", dependencies: ["BrasaFunction"], path: "BrasaFunctionJSON",
            swiftSettings: swiftSettings),
    ],
    cLanguageStandard: .gnu17
)
