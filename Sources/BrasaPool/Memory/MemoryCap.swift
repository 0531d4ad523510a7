/// Enforces the memory cap of instances: what works on this machine, found by trying.
///
/// Implementations are values without state of their own beyond paths, so any thread may call them.
package protocol MemoryCap: Sendable {
    /// The name shown to users: `cgroup2`, `cgroup1` or `rlimit`.
    var name: String { get }
    /// Prepares what one instance needs before it is forked.
    ///
    /// - Throws: `MemoryCapError` when the machine refuses.
    func makeLeaf(name: String, limitBytes: Int) throws -> any MemoryLeaf
    /// Gives back what the cap itself holds, once every leaf has been removed.
    func tearDown()
}

/// One instance's share of a `MemoryCap`.
package protocol MemoryLeaf: AnyObject, Sendable {
    /// Descriptor of `cgroup.procs` the instance joins through, owned by the leaf; -1: none.
    var joinDescriptor: Int32 { get }
    /// Cap of private writable memory the instance sets itself, in bytes; 0: none.
    var dataLimitBytes: Int { get }
    /// Whether the host has to watch the resident size itself.
    var needsWatching: Bool { get }
    /// Ends the cap for what is inside, which runs no foreign code from now on.
    func lift()
    /// Whether the kernel ended a process of this leaf for its memory.
    func wasOutOfMemory() -> Bool
    /// Kills whatever is left inside and gives the leaf back. Call when the instance has ended; once.
    func remove()
}

/// A memory cap that could not be set up.
package struct MemoryCapError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was tried, where, and what the system said.
    package let message: String

    package var description: String { self.message }
}
