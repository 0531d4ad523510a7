/// The cap where no control group can be had: `RLIMIT_DATA` in the instance, and the host watching the resident size.
///
/// `RLIMIT_DATA` refuses allocations instead of killing, and does not see shared memory; the watch catches that, late by
/// one look.
package struct DataLimit: MemoryCap {
    package var name: String { "rlimit" }

    package init() {}

    package func makeLeaf(name: String, limitBytes: Int) -> any MemoryLeaf {
        DataLimitLeaf(dataLimitBytes: limitBytes)
    }

    package func tearDown() {}
}

/// One instance under `DataLimit`.
final class DataLimitLeaf: MemoryLeaf {
    let dataLimitBytes: Int
    var joinDescriptor: Int32 { -1 }
    var needsWatching: Bool { true }

    init(dataLimitBytes: Int) {
        self.dataLimitBytes = dataLimitBytes
    }

    /// Nothing is counted here: what a zygote's own limit refuses is its own.
    func lift() {}

    /// The kernel does not say; the host judges by what it saw.
    func wasOutOfMemory() -> Bool { false }

    func remove() {}
}
