/// The writes of one commit, and what their callers are to be told after it.
struct WriteGroup {
    private enum Member {
        case done(WriteJob.Acknowledge)
        case failed(WriteJob, any Error)
    }

    private let capacity: Int
    private var members: [Member] = []
    private var error: (any Error)?
    private var bodiesDone = 0

    init(capacity: Int) {
        self.capacity = capacity
    }

    var count: Int { self.members.count }
    var isEmpty: Bool { self.members.isEmpty }
    var isFull: Bool { self.members.count >= self.capacity }
    /// Writes that are in the commit.
    var doneCount: Int { self.error == nil ? self.bodiesDone : 0 }
    /// Writes that are not.
    var failedCount: Int { self.members.count - self.doneCount }

    mutating func add(done acknowledge: @escaping WriteJob.Acknowledge) {
        self.members.append(.done(acknowledge))
        self.bodiesDone += 1
    }

    mutating func add(failed job: WriteJob, _ error: any Error) {
        self.members.append(.failed(job, error))
    }

    /// The commit failed, and every write with it.
    mutating func fail(_ error: any Error) {
        self.error = error
    }

    /// Tells the callers in the order of their writes.
    func acknowledge() {
        for member in self.members {
            switch member {
            case .done(let acknowledge): acknowledge(self.error)
            case .failed(let job, let error): job.refuse(error)
            }
        }
    }
}
