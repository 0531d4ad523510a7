/// What a module says about itself once its entry point has run: the worker sends it as JSON, `brasa inspect` prints it.
package struct ModuleDescription: Sendable, Hashable, Codable {
    /// One function of the module.
    package struct Function: Sendable, Hashable, Codable {
        /// 1 to 64 of A-Z a-z 0-9 - _.
        package var name: String
        /// nil when the author gave none.
        package var description: String?
        /// Memory the author asks for, in MiB; 0: the host's default.
        package var memoryMegabytes: Int
        /// Time the author asks for, in milliseconds; 0: the host's default.
        package var timeoutMilliseconds: Int

        package init(name: String, description: String? = nil, memoryMegabytes: Int = 0, timeoutMilliseconds: Int = 0) {
            self.name = name
            self.description = description
            self.memoryMegabytes = memoryMegabytes
            self.timeoutMilliseconds = timeoutMilliseconds
        }
    }

    /// The bit of `flags` that asks for a fresh process for each instance (`BRASA_MODULE_NO_FORK`).
    package static let noForkFlag: UInt32 = 1

    package var name: String
    /// The module's own version; nil when it has none.
    package var version: String?
    /// What built it, in the author's words; nil when not said.
    package var toolchain: String?
    /// The version of `brasa.h` it was built with.
    package var abiMajor: Int
    package var abiMinor: Int
    /// Size of its descriptor; 88 for ABI 1.0.
    package var structSizeBytes: Int
    package var flags: UInt32
    /// 1 to 1,024 functions, in the module's order; the first answers when configuration names none.
    package var functions: [Function]

    package init(
        name: String, version: String? = nil, toolchain: String? = nil, abiMajor: Int, abiMinor: Int,
        structSizeBytes: Int, flags: UInt32 = 0, functions: [Function]
    ) {
        self.name = name
        self.version = version
        self.toolchain = toolchain
        self.abiMajor = abiMajor
        self.abiMinor = abiMinor
        self.structSizeBytes = structSizeBytes
        self.flags = flags
        self.functions = functions
    }
}
