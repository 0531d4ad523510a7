/// How asynchronous events of a function, version or alias are retried.
package struct EventInvokeDescription: Sendable, Hashable {
    package var function: String
    package var qualifier: String
    /// 0 to 2; nil: not set, 2 counts.
    package var maximumRetryAttempts: Int?
    /// 60 to 21,600; nil: not set, 21,600 counts.
    package var maximumEventAgeSeconds: Int?
    /// Milliseconds since 1970.
    package var lastModifiedMilliseconds: Int64

    package init(
        function: String, qualifier: String, maximumRetryAttempts: Int?, maximumEventAgeSeconds: Int?,
        lastModifiedMilliseconds: Int64
    ) {
        self.function = function
        self.qualifier = qualifier
        self.maximumRetryAttempts = maximumRetryAttempts
        self.maximumEventAgeSeconds = maximumEventAgeSeconds
        self.lastModifiedMilliseconds = lastModifiedMilliseconds
    }
}
