import ArgumentParser

/// How data is printed.
struct OutputOptions: ParsableArguments {
    @Flag(name: .customLong("json"), help: "Print JSON for programs instead of text for people.")
    var isJSON = false
}
