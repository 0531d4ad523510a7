import CBrasaTransport
import Glibc
import Synchronization

/// A thread of our own, for loops that sleep in the kernel.
enum Thread {
    private final class Body {
        let name: String
        let run: @Sendable () -> Void

        init(_ name: String, _ run: @escaping @Sendable () -> Void) {
            self.name = name
            self.run = run
        }
    }

    /// Starts a detached thread.
    ///
    /// Bodies must end by themselves.
    static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        let argument = Unmanaged.passRetained(Body(name, body)).toOpaque()
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                brasa_process_name_thread(body.name)
                body.run()
                return nil
            }, argument)
        precondition(status == 0, "pthread_create: \(String(cString: strerror(status)))")
        pthread_detach(thread)
    }
}

/// Lets one thread wait for another's end.
final class Finished: @unchecked Sendable {
    // A POSIX semaphore is made for use from several threads; its address is stable for the life of this object.
    private let semaphore: UnsafeMutablePointer<sem_t>

    init() {
        self.semaphore = .allocate(capacity: 1)
        sem_init(self.semaphore, 0, 0)
    }

    deinit {
        sem_destroy(self.semaphore)
        self.semaphore.deallocate()
    }

    func signal() { sem_post(self.semaphore) }

    func wait() {
        while sem_wait(self.semaphore) != 0 && errno == EINTR {}
    }
}
