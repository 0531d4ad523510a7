import Foundation
import Synchronization

/// What the reader threads work on.
///
/// Apart from `SQLiteReaders` so that the threads keep this alive and not the readers, whose end is the threads' signal.
final class SQLiteReaderEngine: Sendable {
    private static let threads = 2
    private static let cacheKilobytes = 16_000

    let path: String
    let inbox = ReadInbox(threads: SQLiteReaderEngine.threads)

    private let cached: CachedReader
    private let ended = DispatchGroup()

    init(path: String, cached: CachedReader) {
        self.path = path
        self.cached = cached
    }

    /// Starts the threads.
    func start() {
        for number in 0..<Self.threads {
            self.ended.enter()
            let thread = Thread { self.run() }
            thread.name = "reader \(number)"
            thread.start()
        }
    }

    /// Waits until the inbox is closed and empty, and all connections of the threads are closed.
    func waitForEnd() {
        self.ended.wait()
    }

    private func run() {
        var connection: SQLConnection?
        while true {
            let jobs = self.inbox.waitForJobs()
            if jobs.isEmpty { break }
            do {
                let opened = try connection ?? SQLConnection(reading: self.path, cacheKilobytes: Self.cacheKilobytes)
                connection = opened
                Self.perform(jobs, on: opened)
            } catch {
                for job in jobs { job.refuse(error) }
            }
            self.cached.prepare()
        }
        connection = nil
        self.ended.leave()
    }

    /// Does reads in one view of the file, which is not older than any of them.
    private static func perform(_ jobs: [ReadJob], on connection: SQLConnection) {
        for job in jobs {
            do {
                // An error of the disk ends the transaction.
                if !connection.isInTransaction { try connection.run(.beginReading) }
                job.perform(connection)
            } catch {
                job.refuse(error)
            }
        }
        if connection.isInTransaction { try? connection.run(.commit) }
    }
}
