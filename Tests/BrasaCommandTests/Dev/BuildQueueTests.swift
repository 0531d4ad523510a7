import Testing

@testable import brasa

@Suite struct BuildQueueTests {
    @Test func buildsOneAtATimeInTheOrderOfChanges() {
        var queue = BuildQueue()
        for library in ["b.so", "a.so", "b.so", "c.so"] { queue.add(library) }

        var built: [String] = []
        while let next = queue.next() {
            #expect(queue.next() == nil)
            built.append(next)
            queue.finished()
        }

        #expect(built == ["b.so", "a.so", "c.so"])
    }

    @Test func buildsOnceMoreWhateverChangesDuringABuild() {
        var queue = BuildQueue()
        queue.add("a.so")
        #expect(queue.next() == "a.so")
        for _ in 1...5 { queue.add("a.so") }
        queue.finished()

        #expect(queue.next() == "a.so")
        queue.finished()
        #expect(queue.next() == nil)
    }

    @Test func forgetsWhatIsNoLongerBuilt() {
        var queue = BuildQueue()
        queue.add("a.so")
        queue.add("b.so")
        queue.keep(["b.so"])

        #expect(queue.next() == "b.so")
    }

    @Test func slowsDownOnlyWhatChangesDuringOneBuildAfterTheOther() {
        var loopGuard = LoopGuard()
        var delays: [Double] = []
        for _ in 1...12 {
            loopGuard.changed("a.so", duringBuild: true)
            delays.append(loopGuard.delaySeconds("a.so"))
        }

        #expect(delays == [0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30])
        #expect(loopGuard.delaySeconds("b.so") == 0)
        loopGuard.changed("a.so", duringBuild: false)
        #expect(loopGuard.delaySeconds("a.so") == 0)
    }
}
