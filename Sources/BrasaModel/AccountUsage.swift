/// What the account may use and uses.
package struct AccountUsage: Sendable, Hashable {
    package var concurrencyLimit: Int
    /// Concurrency that is not set apart for one function.
    package var unreservedConcurrency: Int
    package var functionCount: Int
    /// Size of all uploaded code, every version counted.
    package var codeSizeBytes: Int

    package init(concurrencyLimit: Int, unreservedConcurrency: Int, functionCount: Int, codeSizeBytes: Int) {
        self.concurrencyLimit = concurrencyLimit
        self.unreservedConcurrency = unreservedConcurrency
        self.functionCount = functionCount
        self.codeSizeBytes = codeSizeBytes
    }
}
