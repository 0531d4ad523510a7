package import BrasaModel

/// A function that `serverless.yml` describes.
package struct ConfiguredFunction: Sendable, Hashable, Codable {
    /// What it is called by: `name:`, else its key; unique.
    package var name: String
    /// Name of its library, a file directly in the functions folder; of a plain C function also a library of the system.
    ///
    /// Several functions may share one.
    package var libraryFile: String
    package var settings: FunctionSettings
    /// How its library is built; nil: nobody knows but the user.
    package var build: FunctionBuild?
    /// Where its key stands.
    package var location: SourceLocation

    package init(name: String, libraryFile: String, settings: FunctionSettings, location: SourceLocation) {
        self.name = name
        self.libraryFile = libraryFile
        self.settings = settings
        self.location = location
    }
}
