/// A function as its processes are at one moment; what `brasa list` prints.
package struct RunningFunction: Sendable, Hashable {
    package var description: FunctionDescription
    /// nil when its latest version was never started.
    package var status: VersionStatus?
    /// Numbers of its published versions, ascending.
    package var publishedVersions: [String]

    package init(description: FunctionDescription, status: VersionStatus?, publishedVersions: [String]) {
        self.description = description
        self.status = status
        self.publishedVersions = publishedVersions
    }
}
