extension FunctionTemplate {
    /// A function in C: one file, and the include path for editors.
    var cFiles: [File] {
        [
            File(
                path: "\(self.name)/\(self.name).c",
                contents: #"""
                    #include <brasa_c.h>

                    /* `call` is the invocation. HTTP requests and direct calls both end up here. */
                    BRASA_FUNCTION(greet, "\#(self.name)") {
                        brasa_bytes name = brasa_text("world");
                        if (brasa_is_http(call)) {
                            if (brasa_query_get(call, brasa_metadata(call, "query"), "name", &name) == BRASA_INVALID)
                                return brasa_reply_http(call, 400, "text/plain", brasa_text("The name is not UTF-8.\n"));
                        } else if (call->event.len > 0) {
                            const char *why = NULL;
                            if (brasa_json_get(call, call->event, "name", &name, &why) == BRASA_INVALID)
                                return brasa_fail(call, "InvalidEvent", "The event %s.", why);
                        }

                        brasa_log(call, BRASA_LOG_DEBUG, "greeting %zu bytes", name.len);
                        brasa_bytes quoted = brasa_json_string(call, name);
                        brasa_bytes body = brasa_format(call, "{\"hello\":%s}\n", (const char *)quoted.ptr);
                        return brasa_reply_http(call, 200, "application/json", body);
                    }

                    BRASA_MODULE("\#(self.name)", "0.1.0", greet)

                    """#),
            self.compileFlags(standard: "c17"),
        ]
    }

    /// A function in C++: one file, and the include path for editors.
    var cppFiles: [File] {
        [
            File(
                path: "\(self.name)/\(self.name).cpp",
                contents: #"""
                    #include <brasa.hpp>

                    #include <string>

                    // HTTP requests and direct calls both end up here. What is thrown becomes the invocation's error.
                    static brasa::Reply greet(brasa::Invocation &call) {
                        std::string_view name = "world";
                        if (call.trigger() == "http")
                            name = call.query("name").value_or(name);
                        else if (!call.event().empty())
                            name = call.text_member("name").value_or(name);

                        call.log("greeting", BRASA_LOG_DEBUG, {{"bytes", std::to_string(name.size())}});
                        return brasa::json("{\"hello\":" + std::string(call.json_string(name)) + "}\n");
                    }

                    BRASA_CPP_MODULE(brasa::module("\#(self.name)", "0.1.0", brasa::function<&greet>("\#(self.name)")))

                    """#),
            self.compileFlags(standard: "c++17"),
        ]
    }

    /// A function in Swift: a package with one target.
    var swiftFiles: [File] {
        [
            File(
                path: "\(self.name)/Package.swift",
                contents: #"""
                    // swift-tools-version: 6.0
                    import PackageDescription

                    let package = Package(
                        name: "\#(self.name)",
                        products: [.library(name: "\#(self.name)", type: .dynamic, targets: ["Greet"])],
                        dependencies: [.package(name: "brasa-function", path: \#(Self.swiftLiteral(self.sources)))],
                        targets: [
                            .target(
                                name: "Greet",
                                dependencies: [.product(name: "BrasaFunctionJSON", package: "brasa-function")],
                                linkerSettings: [
                                    // The library brings its own Swift runtime and shows its entry point alone.
                                    .unsafeFlags([
                                        "-static-stdlib", "-use-ld=lld", "-Xlinker",
                                        "--version-script=\(Context.packageDirectory)/exports.map",
                                    ]),
                                    // What static FoundationEssentials needs and SwiftPM does not find by itself.
                                    .linkedLibrary("_FoundationCollections"),
                                    .linkedLibrary("_FoundationCShims"),
                                    .linkedLibrary("swiftSynchronization"),
                                ])
                        ]
                    )

                    """#),
            File(
                path: "\(self.name)/Sources/Greet/Greet.swift",
                contents: #"""
                    import BrasaFunctionJSON

                    struct Guest: Decodable {
                        var name: String?
                    }

                    struct Greeting: Encodable {
                        var hello: String
                    }

                    // Direct calls come as your own types, HTTP as a request. What is thrown becomes the invocation's error.
                    @_cdecl("brasa_module_v1")
                    public func module(_ host: Host) -> ExportedModule {
                        Module(
                            "\#(self.name)",
                            Function("\#(self.name)") { (guest: Guest, context) in
                                context.log.debug("greeting", ["attempt": "\(context.attempt)"])
                                return Greeting(hello: guest.name ?? "world")
                            }
                            .onHTTP { request, context in
                                try .json(Greeting(hello: request.query("name") ?? "world"))
                            }
                        ).export(to: host)
                    }

                    """#),
            File(
                path: "\(self.name)/exports.map",
                contents: """
                    {
                        global:
                            brasa_module_v1;
                        local:
                            *;
                    };

                    """),
            File(path: "\(self.name)/.gitignore", contents: ".build/\n"),
        ]
    }

    /// One flag per line, as clangd reads it.
    private func compileFlags(standard: String) -> File {
        File(path: "\(self.name)/compile_flags.txt", contents: "-std=\(standard)\n-I\(self.headers)\n")
    }

    /// `text` as a Swift string literal.
    private static func swiftLiteral(_ text: String) -> String {
        var literal = "\""
        for character in text.unicodeScalars {
            switch character {
            case "\"": literal += "\\\""
            case "\\": literal += "\\\\"
            default: literal.unicodeScalars.append(character)
            }
        }
        return literal + "\""
    }
}
