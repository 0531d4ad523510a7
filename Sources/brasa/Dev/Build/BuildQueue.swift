/// Which library is built next: one at a time, each at most once in line, in the order in which they changed.
struct BuildQueue: Sendable {
    /// What is being built.
    private(set) var running: String?
    /// What is built after that; may contain `running`, whose sources have changed meanwhile.
    private(set) var waiting: [String] = []

    /// The sources of a library have changed.
    mutating func add(_ library: String) {
        if !self.waiting.contains(library) { self.waiting.append(library) }
    }

    /// What to build now; nil while something is built, or when there is nothing to do.
    mutating func next() -> String? {
        guard self.running == nil, !self.waiting.isEmpty else { return nil }
        self.running = self.waiting.removeFirst()
        return self.running
    }

    /// The build that `next` gave is over, however.
    mutating func finished() { self.running = nil }

    /// Forgets what is no longer to be built.
    mutating func keep(_ libraries: Set<String>) { self.waiting.removeAll { !libraries.contains($0) } }
}
