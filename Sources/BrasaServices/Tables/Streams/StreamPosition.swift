/// Where reading a change stream goes on.
package enum StreamPosition: Sendable, Hashable {
    /// At the oldest record that is there then.
    case oldest
    /// Behind the record with this sequence number, which may not be there yet.
    case after(Int64)
}

/// Records of a change stream that follow each other.
package struct StreamPage: Sendable, Hashable {
    /// The bounds of a page.
    package struct Limit: Sendable, Hashable {
        package var records: Int
        /// Bytes of records as the service counts them; the first record is there however large it is.
        package var bytes: Int

        package init(records: Int = 1_000, bytes: Int = 1 << 20) {
            self.records = records
            self.bytes = bytes
        }
    }

    /// The stream as it was when it was read.
    package let stream: TableStream
    /// Oldest first; none does not mean that the stream has ended.
    package let records: [ChangeRecord]
    /// Where the next page begins; nil: the stream is off, and this was its last page.
    package let next: StreamPosition?
}
