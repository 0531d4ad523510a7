import CBrasaTransport
import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// Says when a folder has changed: by inotify where the kernel tells, by looking again every few seconds where it does not
/// (network file systems, overlays, a folder that did not exist yet).
final class FolderWatch: Sendable {
    /// One element for each time something may have changed; those that nobody has taken yet are one.
    let changes: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation
    private let change = Mutex(FolderChange())

    init() {
        (self.changes, self.continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// What has happened since the last call.
    func take() -> FolderChange {
        self.change.withLock { change in
            defer { change = FolderChange() }
            return change
        }
    }

    /// Has the folder looked at again after some time.
    func lookAgain(milliseconds: Int64, loop: any EventLoop) {
        loop.scheduleTask(in: .milliseconds(milliseconds)) { [continuation] in _ = continuation.yield() }
    }

    /// Watches until the task is cancelled.
    ///
    /// - Parameter sweepSeconds: how often it says "maybe" without having been told.
    func run(folder: String, loop: any EventLoop, sweepSeconds: Int64 = 5) async {
        while !Task.isCancelled {
            let watch = brasa_watch_folder(folder)
            if watch >= 0 {
                await self.listen(watch, loop: loop, sweepSeconds: sweepSeconds)
            } else {
                try? await Task.sleep(for: .seconds(sweepSeconds))
            }
            // Whatever happened while nobody watched.
            self.continuation.yield()
        }
        self.continuation.finish()
    }

    /// Listens on one watch until its folder is gone or the task is cancelled.
    private func listen(_ watch: Int32, loop: any EventLoop, sweepSeconds: Int64) async {
        // NIO owns a copy and only tells that something can be read; it does so by reading, which is all there is to do.
        let gone = loop.makePromise(of: Void.self)
        do {
            let channel = try await NIOPipeBootstrap(group: loop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            WatchHandler(onChange: { self.changed($0) }, onGone: { gone.succeed() }))
                    }
                }
                .takingOwnershipOfDescriptor(input: watch).get()
            let continuation = self.continuation
            await withTaskGroup(of: Void.self) { group in
                group.addTask { try? await gone.futureResult.get() }
                group.addTask {
                    while !Task.isCancelled {
                        try? await Task.sleep(for: .seconds(sweepSeconds))
                        continuation.yield()
                    }
                }
                await withTaskCancellationHandler {
                    await group.next()
                } onCancel: {
                    gone.succeed()
                }
                group.cancelAll()
            }
            try? await channel.close().get()
        } catch {
            gone.succeed()
            close(watch)
        }
    }

    private func changed(_ change: FolderChange) {
        self.change.withLock { $0.formUnion(change) }
        self.continuation.yield()
    }
}

/// Reads inotify's events off a pipe channel.
private final class WatchHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    // IN_CLOSE_WRITE, IN_MOVED_TO: inotify(7). A file that was only created may still be written to.
    private static let completeMask: UInt32 = 0x8 | 0x80
    // IN_DELETE_SELF, IN_MOVE_SELF, IN_IGNORED.
    private static let goneMask: UInt32 = 0x400 | 0x800 | 0x8000

    private let onChange: (FolderChange) -> Void
    private let onGone: () -> Void

    init(onChange: @escaping (FolderChange) -> Void, onGone: @escaping () -> Void) {
        self.onChange = onChange
        self.onGone = onGone
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = self.unwrapInboundIn(data)
        var isGone = false
        var change = FolderChange()
        let now = NIODeadline.now().uptimeNanoseconds
        // struct inotify_event: watch, mask, cookie, length, then the name. When the kernel's queue has overflowed there is
        // no name: the folder is looked at nevertheless, and what cannot be known to be complete is looked at twice.
        while let (_, mask, _, length) = buffer.readMultipleIntegers(
            endianness: .host, as: (Int32, UInt32, UInt32, UInt32).self)
        {
            let name = buffer.readBytes(length: min(Int(length), buffer.readableBytes)) ?? []
            if mask & Self.completeMask != 0 {
                change.complete[String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)] = now
            }
            if mask & Self.goneMask != 0 { isGone = true }
        }
        self.onChange(change)
        if isGone { self.onGone() }
    }

    func channelInactive(context: ChannelHandlerContext) { self.onGone() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { self.onGone() }
}
