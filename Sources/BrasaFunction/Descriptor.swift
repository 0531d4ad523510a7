internal import CBrasa

/// Makes the contract's tables of a module.
enum Descriptor {
    /// How the library's one module makes its instances, for `init`, which the contract gives nothing to find it by.
    ///
    /// Written once, by the entry point, before the host can call `init`, and on the same thread.
    nonisolated(unsafe) private static var makeInstance: ((Host, brasa_bytes) throws -> AnyInstance)?

    /// Returns the module's description; it is never freed.
    static func make<State>(_ module: Module<State>, host: Host) -> ExportedModule {
        precondition(
            (1...Dispatch.limit).contains(module.functions.count),
            "Module \(module.name) has \(module.functions.count) functions; 1 to \(Dispatch.limit) are allowed.")
        self.makeInstance = { try Instance(module, host: $0, config: $1) }

        let functions = UnsafeMutableBufferPointer<brasa_function>.allocate(capacity: module.functions.count)
        let list = UnsafeMutableBufferPointer<UnsafePointer<brasa_function>?>.allocate(capacity: functions.count)
        for (index, function) in module.functions.enumerated() {
            functions.initializeElement(
                at: index,
                to: brasa_function(
                    struct_size: UInt32(MemoryLayout<brasa_function>.size),
                    name: permanentCString(function.name),
                    description: function.description.map(permanentCString),
                    memory_mb: function.memoryMegabytes,
                    timeout_ms: function.timeoutMilliseconds,
                    invoke: Dispatch.entries[index]))
            list.initializeElement(at: index, to: functions.baseAddress.map { UnsafePointer($0 + index) })
        }

        let exported = UnsafeMutablePointer<brasa_module>.allocate(capacity: 1)
        exported.initialize(
            to: brasa_module(
                struct_size: UInt32(MemoryLayout<brasa_module>.size),
                abi_major: UInt16(BRASA_ABI_MAJOR),
                abi_minor: UInt16(BRASA_ABI_MINOR),
                flags: module.startsThreads ? UInt32(BRASA_MODULE_NO_FORK) : 0,
                name: permanentCString(module.name),
                version: module.version.map(permanentCString),
                toolchain: self.toolchain,
                functions: UnsafePointer(list.baseAddress),
                function_count: UInt32(functions.count),
                init: { Descriptor.start($0, $1, $2, $3) },
                freeze: { AnyInstance.at($0)?.freeze() ?? Status.internal },
                thaw: { AnyInstance.at($0)?.thaw(Thaw(reason: $1, entropy: $2)) ?? Status.internal },
                shutdown: { AnyInstance.at($0)?.shutdown() }))
        return UnsafePointer(exported)
    }

    /// The contract's `init`.
    private static func start(
        _ host: Host?, _ config: brasa_bytes, _ state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?,
        _ why: UnsafeMutablePointer<brasa_bytes>?
    ) -> Int32 {
        guard let host, let state, let makeInstance = self.makeInstance else { return Status.invalid }
        do {
            // Kept until the process ends: the host holds the only reference, and never gives it back.
            state.pointee = try Unmanaged.passRetained(makeInstance(host, config)).toOpaque()
            return Status.ok
        } catch {
            let failure = Failure(error)
            let reason = permanentCString("\(failure.type): \(failure.message)")
            why?.pointee = brasa_bytes(UnsafeRawBufferPointer(start: reason, count: self.length(of: reason)))
            return failure.status
        }
    }

    private static func length(of text: UnsafePointer<CChar>) -> Int {
        var end = text
        while end.pointee != 0 { end += 1 }
        return end - text
    }

    private static var toolchain: UnsafePointer<CChar>? {
        #if compiler(>=6.3)
            let name: StaticString = "Swift 6.3 or newer"
        #else
            let name: StaticString = "Swift 6"
        #endif
        return UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}

extension Thaw {
    /// - Parameters:
    ///   - reason: `BRASA_THAW_FORKED` or `BRASA_THAW_RESUMED`.
    ///   - entropy: 32 bytes.
    fileprivate init(reason: UInt32, entropy: brasa_bytes) {
        self.init(reason: reason == UInt32(BRASA_THAW_RESUMED) ? .resumed : .forked, entropy: Array(entropy.buffer))
    }
}
