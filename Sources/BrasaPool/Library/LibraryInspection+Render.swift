extension LibraryInspection {
    /// One line of what is printed: what it is, and its value.
    package struct Fact: Sendable, Hashable, Codable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// All that is known, in the order of reading; what the file does not say is left out.
    package var facts: [Fact] {
        var facts: [Fact] = []
        func add(_ name: String, _ value: String?) {
            if let value { facts.append(Fact(name: name, value: value)) }
        }
        add("path", self.path)
        if !self.refusals.contains(where: { $0.code == .notFound }) {
            add("size", "\(self.sizeBytes) bytes")
            add("owner", "user \(self.ownerUserID), mode \(Self.octal(self.mode))")
        }
        if let bits = self.bits, let machine = self.machine, let machineName = self.machineName {
            let order = self.isLittleEndian == true ? "little-endian" : "big-endian"
            add("machine", "\(machineName) (EM \(machine)), \(bits)-bit, \(order)")
        }
        add("build id", self.buildID)
        add("soname", self.soname)
        add("runpath", self.runpath)
        add("rpath", self.rpath)
        add("language", self.language)
        add("toolchain", self.toolchain)
        if self.bits != nil {
            add("entry", self.entry ?? "none")
            add("ABI", self.abiMajors.isEmpty ? nil : self.abiMajors.map(String.init).joined(separator: ", "))
            let functions = self.exportedFunctionCount
            let others = self.exportedSymbolCount - functions
            add("exports", "\(functions) function\(functions == 1 ? "" : "s")" + (others > 0 ? ", \(others) more" : ""))
            add("text relocations", self.hasTextRelocations ? "yes" : nil)
            add("executable stack", self.hasExecutableStack ? "yes" : nil)
            add("isolation", self.startsThreadsOnLoad ? "exec: starts threads when it is loaded" : nil)
        }
        return facts
    }

    /// The facts, the needed libraries and the verdict as lines of text, each ended.
    ///
    /// - Parameters:
    ///   - more: facts that stand behind its own.
    ///   - acceptance: the verdict on a library that can be loaded; empty: left to the caller.
    package func render(adding more: [Fact] = [], acceptance: String = "This host can load it.") -> String {
        let facts = self.facts + more
        let width = facts.map(\.name.count).max() ?? 0
        var lines = facts.map { Self.padded($0.name, to: width) + "  " + $0.value }
        if !self.neededLibraries.isEmpty {
            lines.append("needs")
            let names = self.neededLibraries.map { String(repeating: "  ", count: $0.depth) + $0.name }
            let nameWidth = names.map(\.count).max() ?? 0
            for (name, library) in zip(names, self.neededLibraries) {
                lines.append(Self.padded(name, to: nameWidth) + "  " + (library.path ?? "not found"))
            }
        }
        if self.refusals.isEmpty {
            if !acceptance.isEmpty { lines.append(acceptance) }
        } else {
            lines.append(self.refusals.count == 1 ? "refused" : "refused, for \(self.refusals.count) reasons")
            lines += self.refusals.map { "  " + $0.description }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func octal(_ mode: UInt32) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
