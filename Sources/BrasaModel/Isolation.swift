/// How the instances of a function are kept apart from each other and from the host.
package enum Isolation: String, Sendable, Hashable, CaseIterable, Codable {
    /// Forked from a zygote that has loaded and initialised the library.
    case process
    /// A fresh process that loads and initialises the library itself: for modules that start threads in `init`.
    case exec
}
