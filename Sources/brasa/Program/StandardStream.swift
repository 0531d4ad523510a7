import Foundation

/// Writes to a descriptor at once, without a buffer that a signal could leave full.
enum StandardStream {
    /// Writes all of it.
    ///
    /// Ends the process when nobody reads any more, or when it cannot be written.
    static func write(_ bytes: Data, to descriptor: Int32) {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 {
                    rest = rest.dropFirst(count)
                    continue
                }
                switch errno {
                case EINTR: continue
                case EAGAIN:
                    // Standard output may be a terminal or pipe that another program has made non-blocking.
                    var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, -1)
                case EPIPE: exit(ExitStatus.ok.rawValue)  // `brasa list | head -1`
                default:
                    if descriptor == STDERR_FILENO { return }
                    let reason = String(cString: strerror(errno))
                    Self.write(Data("error: The output cannot be written: \(reason).\n".utf8), to: STDERR_FILENO)
                    exit(ExitStatus.failed.rawValue)
                }
            }
        }
    }
}
