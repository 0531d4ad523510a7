/// The files of a new function, and the one command that builds it into the functions folder.
///
/// Pure: writes nothing. Paths are relative to the folder in which the function's own folder is to appear, which is also
/// where the command is to run.
struct FunctionTemplate {
    /// A language that functions can be started in.
    enum Language: String, CaseIterable, Sendable {
        case c, cpp, swift
    }

    /// One file to write.
    struct File: Hashable, Sendable {
        /// Relative, starting with the function's name.
        let path: String
        let contents: String
    }

    let language: Language
    /// 1 to 64 of `A-Z a-z 0-9 - _`, not starting with `-`.
    let name: String
    /// The folder with Brasa's sources for authors, which holds `Package.swift` and `CBrasa/include`.
    ///
    /// In a checkout that is `Sources`. Absolute, as it is written into files.
    let sources: String

    /// - Throws: `FunctionTemplateError` when the name cannot be a function's.
    init(language: Language, name: String, sources: String) throws(FunctionTemplateError) {
        if let problem = Self.problem(with: name) { throw FunctionTemplateError(name: name, problem: problem) }
        self.language = language
        self.name = name
        self.sources = sources
    }

    /// What the function consists of, in the order to show.
    var files: [File] {
        switch self.language {
        case .c: self.cFiles
        case .cpp: self.cppFiles
        case .swift: self.swiftFiles
        }
    }

    /// The shell command that builds the library and puts it into `functions`.
    func buildCommand(functions: String = "functions") -> String {
        let command = self.command(library: Self.quoted("\(functions)/\(self.name).so"))
        return self.language == .swift ? command : "mkdir -p \(Self.quoted(functions)) && \(command)"
    }

    /// The function's entry below `functions:` in `serverless.yml`, with the command for `brasa dev`.
    var serverlessEntry: String {
        """
          \(self.name):
            handler: \(self.name).so
            brasa:
              build: \(self.command(library: #""$BRASA_LIBRARY""#))

        """
    }

    /// - Parameter library: a word of the shell.
    private func command(library: String) -> String {
        switch self.language {
        case .c: "cc -std=c17 \(self.compilerFlags) -o \(library) \(self.name)/\(self.name).c"
        case .cpp: "c++ -std=c++17 \(self.compilerFlags) -o \(library) \(self.name)/\(self.name).cpp"
        case .swift:
            """
            swift build -c release --package-path \(self.name) --product \(self.name) && \
            install -D \(self.name)/.build/release/lib\(self.name).so \(library)
            """
        }
    }

    private var compilerFlags: String {
        "-O2 -Wall -Wextra -shared -fPIC -fvisibility=hidden -I \(Self.quoted(self.headers))"
    }

    /// The folder with `brasa.h` and the helpers on top of it.
    var headers: String { "\(self.sources)/CBrasa/include" }

    /// What is wrong with a name; nil when nothing is.
    private static func problem(with name: String) -> String? {
        if name.isEmpty { return "it is empty" }
        if name.utf8.count > 64 { return "it has \(name.utf8.count) characters" }
        for character in name
        where !character.isASCII || !(character.isLetter || character.isNumber || "-_".contains(character)) {
            return "it contains \"\(character)\""
        }
        // It becomes a folder's name, and on a command line that would be an option.
        if name.hasPrefix("-") { return "it starts with \"-\"" }
        return nil
    }

    /// `text` as one word of a shell command.
    static func quoted(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._-+,:@%=".utf8.contains(byte)
            }
        }
        if plain && !text.isEmpty { return text }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}
