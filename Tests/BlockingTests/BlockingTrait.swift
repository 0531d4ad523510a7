package import Testing

/// Runs each test of a suite on a thread of its own, and not more of them at once than the machine has processors.
///
/// For tests that hold their thread: they wait for compilers, processes or sockets, or compute for seconds. Swift's own threads
/// are as many as there are processors, all tests of all suites share them, and the others' time limits run while they wait.
///
/// A test waits for its thread before its time limit begins. Its cases share the thread, so a suite whose tests have many is
/// `.serialized` too: else the limit of each would hold for all of them.
package struct BlockingTrait: SuiteTrait, TestTrait, TestScoping {
    package let isRecursive = true

    /// Says that each test is meant as a whole: not the suite, which would hold its thread while no test of it runs, and not
    /// its cases, whose time limits run already.
    package func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? {
        test.isSuite || testCase != nil ? nil : self
    }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let thread = await TestThreads.shared.take()
        defer { TestThreads.shared.giveBack(thread) }
        try await withTaskExecutorPreference(thread) { try await function() }
    }
}

extension Trait where Self == BlockingTrait {
    /// See `BlockingTrait`.
    package static var blocking: Self { BlockingTrait() }
}
