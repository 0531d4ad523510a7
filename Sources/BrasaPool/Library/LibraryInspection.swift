import CBrasaLoader
import Glibc

/// What a library file says about itself, read without running any of its code; what `brasa inspect` prints.
package struct LibraryInspection: Sendable, Hashable, Codable {
    /// A library that the inspected one needs.
    package struct NeededLibrary: Sendable, Hashable, Codable {
        /// As written in DT_NEEDED.
        package let name: String
        /// Path of the library that needs it.
        package let neededBy: String
        /// Where it was found; nil: nowhere.
        package let path: String?
        /// 1 when the inspected file itself needs it.
        package let depth: Int
    }

    /// Against what a library is held; the host's own values unless a test says otherwise.
    package struct Policy: Sendable, Hashable {
        /// Number of the processor in ELF headers (`EM_X86_64` is 62, `EM_AARCH64` is 183).
        package var machine: UInt16
        /// Major version of the ABI this host speaks.
        package var abiMajor: UInt32
        /// The user this host runs as.
        package var userID: UInt32
        /// Path of the dynamic linker's configuration.
        package var linkerConfigurationPath: String = "/etc/ld.so.conf"
        /// Plain C functions the library has to export; empty: it is a module, with an entry point.
        package var symbols: [String] = []

        /// The policy of this process.
        package init() {
            let here = brasa_elf_policy_of_this_host()
            self.machine = here.machine
            self.abiMajor = here.abi_major
            self.userID = here.user
        }

        fileprivate func withRules<Value>(_ body: (inout brasa_elf_policy) -> Value) -> Value {
            let names = self.symbols.map { strdup($0) }
            defer { for name in names { free(name) } }
            let pointers = names.map { UnsafePointer($0) }
            return self.linkerConfigurationPath.withCString { configuration in
                pointers.withUnsafeBufferPointer { symbols in
                    var rules = brasa_elf_policy()
                    rules.machine = self.machine
                    rules.abi_major = self.abiMajor
                    rules.user = self.userID
                    rules.linker_configuration = configuration
                    rules.symbols = symbols.baseAddress
                    rules.symbol_count = symbols.count
                    return body(&rules)
                }
            }
        }
    }

    /// Where the dynamic linker would find a library of that name; nil: nowhere.
    ///
    /// Blocks on the disk.
    package static func find(library name: String, policy: Policy = Policy()) -> String? {
        guard let path = policy.withRules({ brasa_elf_find_library(name, &$0) }) else { return nil }
        defer { free(path) }
        return String(cString: path)
    }

    package let path: String
    package let sizeBytes: Int
    package let ownerUserID: UInt32
    /// Permission bits.
    package let mode: UInt32
    /// 64 or 32; nil when the file is not an ELF file.
    package let bits: Int?
    /// nil when the file is not an ELF file.
    package let isLittleEndian: Bool?
    /// The processor's number in ELF headers; nil when the file is not an ELF file.
    package let machine: Int?
    /// Such as `x86-64`; nil when the file is not an ELF file.
    package let machineName: String?
    /// Hexadecimal; nil when it was linked without one.
    package let buildID: String?
    package let soname: String?
    package let runpath: String?
    package let rpath: String?
    /// What the compilers left in `.comment`; nil when stripped.
    package let toolchain: String?
    /// `Go`, `Swift`, `Rust` or `C or C++`, as far as it shows; else nil.
    package let language: String?
    package let hasTextRelocations: Bool
    package let hasExecutableStack: Bool
    /// The symbol the host calls first; nil: it has none that fits.
    package let entry: String?
    /// Major versions of the ABI it has entry points for, rising.
    package let abiMajors: [Int]
    package let exportedSymbolCount: Int
    package let exportedFunctionCount: Int
    /// Nearest first; each once.
    package let neededLibraries: [NeededLibrary]
    /// Why the host does not load it; empty: it does.
    package let refusals: [LibraryRefusal]

    /// Whether nothing speaks against loading it.
    package var isAcceptable: Bool { self.refusals.isEmpty }

    /// Whether it starts threads as soon as it is loaded, so that each instance needs a fresh process (Go's runtime does).
    package let startsThreadsOnLoad: Bool

    /// Reads the file at `path`; a file that cannot be read, or is no library, is no error but a refusal.
    ///
    /// Blocks on the disk: not for an event loop. `$ORIGIN` means the folder of `path`, so a copy that is loaded from another
    /// folder has to be inspected there.
    package init(path: String, policy: Policy = Policy()) {
        let report = policy.withRules { brasa_elf_inspect(path, &$0) }
        defer { brasa_elf_report_free(report) }
        if let report {
            self.init(report.pointee)
        } else {
            let message = "There is no memory left to inspect \(path)."
            var nothing = brasa_elf_report()
            self = path.withCString { text in
                nothing.path = text
                return LibraryInspection(nothing, also: LibraryRefusal(code: .noMemory, message: message))
            }
        }
    }

    private init(_ report: brasa_elf_report, also refusal: LibraryRefusal? = nil) {
        func text(_ pointer: UnsafePointer<CChar>?) -> String? { pointer.map { String(cString: $0) } }

        let isELF = report.bits != 0
        self.path = text(report.path) ?? ""
        self.sizeBytes = Int(clamping: report.size_bytes)
        self.ownerUserID = report.owner
        self.mode = report.mode
        self.bits = isELF ? Int(report.bits) : nil
        self.isLittleEndian = isELF ? report.little_endian : nil
        self.machine = isELF ? Int(report.machine) : nil
        self.machineName = isELF ? text(report.machine_name) : nil
        self.buildID = text(report.build_id)
        self.soname = text(report.soname)
        self.runpath = text(report.runpath)
        self.rpath = text(report.rpath)
        self.toolchain = text(report.toolchain)
        self.language = text(report.language)
        self.hasTextRelocations = report.has_text_relocations
        self.hasExecutableStack = report.has_executable_stack
        self.entry = text(report.entry)
        self.abiMajors = UnsafeBufferPointer(start: report.abi_majors, count: report.abi_major_count).map { Int($0) }
        self.exportedSymbolCount = report.exported_symbol_count
        self.exportedFunctionCount = report.exported_function_count
        self.startsThreadsOnLoad = report.is_go
        self.neededLibraries = UnsafeBufferPointer(start: report.needed, count: report.needed_count).map {
            NeededLibrary(
                name: text($0.name) ?? "", neededBy: text($0.needed_by) ?? "", path: text($0.path), depth: Int($0.depth)
            )
        }
        let refusals = UnsafeBufferPointer(start: report.refusals, count: report.refusal_count).map {
            LibraryRefusal(code: LibraryRefusal.Code(number: $0.code), message: text($0.message) ?? "")
        }
        self.refusals = refusals + (refusal.map { [$0] } ?? [])
    }
}
