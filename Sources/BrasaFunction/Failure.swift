/// What a thrown error says to the host.
struct Failure {
    let type: String
    let message: String
    let status: Int32

    init(_ error: any Error) {
        switch error {
        case let error as FunctionError:
            self.type = error.type
            self.message = error.message
            self.status = error.asksForRetry ? Status.retry : Status.functionError
        case let error as ReplyError:
            self.type = "ReplyError"
            self.message = error.message
            self.status = error.status
        case let error as ServiceError:
            self.type = error.type
            self.message = error.message
            self.status = error.status
        default:
            self.type = String(describing: Swift.type(of: error))
            self.message = String(describing: error)
            self.status = Status.functionError
        }
    }
}
