/// What an invocation cost: the content of a `REPORT` log line.
package struct InvocationReport: Sendable, Hashable {
    /// Time inside the function, from dispatch to the end of the answer.
    package var durationNanoseconds: Int64
    /// Time to make the instance ready, when this invocation waited for that (a cold start); else nil.
    package var initNanoseconds: Int64?
    package var memoryLimitBytes: Int
    /// Largest resident memory of the instance during this invocation; 0 when it could not be read.
    package var peakMemoryBytes: Int
    /// CPU time of the instance during this invocation.
    package var cpuNanoseconds: Int64
    /// Pages the instance had to be given during this invocation; 0 when it did not live to tell.
    package var pageFaults: Int
    /// Where the time of a cold start went; nil when it was warm or did not come that far.
    package var coldStart: ColdStartPhases?

    package init(
        durationNanoseconds: Int64, initNanoseconds: Int64?, memoryLimitBytes: Int, peakMemoryBytes: Int,
        cpuNanoseconds: Int64, pageFaults: Int = 0, coldStart: ColdStartPhases? = nil
    ) {
        self.durationNanoseconds = durationNanoseconds
        self.initNanoseconds = initNanoseconds
        self.memoryLimitBytes = memoryLimitBytes
        self.peakMemoryBytes = peakMemoryBytes
        self.cpuNanoseconds = cpuNanoseconds
        self.pageFaults = pageFaults
        self.coldStart = coldStart
    }

    /// The duration rounded up to whole milliseconds, as AWS bills it.
    package var billedMilliseconds: Int64 { (self.durationNanoseconds + 999_999) / 1_000_000 }
}
