/// What `brasa list` prints for people.
enum FunctionTable {
    /// A table, and below it what is wrong with functions and libraries or worth knowing.
    static func render(_ list: HostedFunctions, style: Style) -> String {
        let refused = (list.refused ?? []).map { library in
            "\(style.red(library.name)): the library in the folder is not taken: \(library.problem ?? "no reason is given")\n"
        }.joined()
        let functions = list.functions
        guard !functions.isEmpty else { return "The host has no functions.\n" + refused }
        var table = Table([
            .init("NAME"), .init("STATE"), .init("VERSION"), .init("BUSY", isNumber: true),
            .init("IDLE", isNumber: true), .init("STARTING", isNumber: true), .init("MEMORY", isNumber: true),
            .init("TIMEOUT", isNumber: true), .init("ISOLATION"), .init("MODIFIED"),
        ])
        for function in functions {
            func instances(_ kind: String) -> String { "\(function.instances?[kind] ?? 0)" }
            table.add([
                function.name, function.state ?? "-", function.version ?? "-", instances("busy"), instances("idle"),
                instances("starting"), function.memoryMegabytes.map { "\($0) MB" } ?? "-",
                function.timeoutMilliseconds.map(ShortDuration.text) ?? "-", function.isolation ?? "-",
                function.lastModified ?? "-",
            ])
        }
        var text = table.render(style: style)
        for function in functions {
            if let failure = function.failure { text += "\(style.red(function.name)): \(failure)\n" }
            if let note = function.note { text += "\(style.yellow(function.name)): \(note)\n" }
        }
        return text + refused
    }
}

/// Durations as people write them in the configuration.
enum ShortDuration {
    /// `1500 ms`, `3 s`, `15 min`: the largest unit that gives a whole number.
    static func text(milliseconds: Int) -> String {
        if milliseconds == 0 || milliseconds % 1_000 != 0 { return "\(milliseconds) ms" }
        let seconds = milliseconds / 1_000
        return seconds % 60 == 0 ? "\(seconds / 60) min" : "\(seconds) s"
    }
}
