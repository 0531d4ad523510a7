/// The memory share of an instance that is a thread of the host: there is none.
final class NoLeaf: MemoryLeaf {
    var joinDescriptor: Int32 { -1 }
    var dataLimitBytes: Int { 0 }
    var needsWatching: Bool { false }

    func lift() {}

    func wasOutOfMemory() -> Bool { false }

    func remove() {}
}
