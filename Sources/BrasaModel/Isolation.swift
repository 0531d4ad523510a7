/// How the instances of a function are kept apart from each other and from the host.
package enum Isolation: String, Sendable, Hashable, CaseIterable, Codable {
    /// Forked from a zygote that has loaded and initialised the library.
    case process
    /// A fresh process that loads and initialises the library itself: for modules that start threads in `init`.
    case exec
    /// A thread of the host, which loads the library into itself: for trusted code alone.
    case inprocess

    /// What does not hold in this isolation, for those who deploy to it; nil: all limits do.
    package var caveat: String? {
        guard self == .inprocess else { return nil }
        return "runs inside the host: a crash ends the host, memory is not capped, and a timeout answers the caller but"
            + " cannot end the function"
    }
}
