import BrasaModel
import FoundationEssentials

/// One version of a function as it is stored.
struct VersionRecord: Codable, Hashable {
    /// Where code and settings came from; it decides what a failed start means.
    enum Source: String, Codable, Hashable {
        /// As on AWS, a version whose `init` fails takes over and fails its invocations.
        case api
        /// Somebody saved a file: one whose `init` fails leaves the earlier version serving.
        case folder
    }

    /// `$LATEST` or a number.
    var version: String
    var source: Source
    var codeSHA256: String
    var codeSizeBytes: Int
    /// Name of the library's blob.
    var fileName: String
    /// Path of a library of the system, which has no blob; nil: it has one.
    var systemPath: String?
    /// The uploaded archive; nil when there was none.
    var archiveSHA256: String?
    var archiveSizeBytes: Int?
    var settings: FunctionSettings
    var labels: VersionLabels
    var lastModifiedMilliseconds: Int64
    var revisionID: String
    var state = FunctionDescription.State.pending
    var updateStatus = FunctionDescription.UpdateStatus.successful
    var updateStatusReason: String?
    /// Identity of what `$LATEST` was when this was published; nil in `$LATEST` itself.
    var publishedFrom: String?

    /// What makes two versions the same to somebody who publishes: code, settings and labels.
    var contentSHA256: String {
        struct Content: Encodable {
            var code: String
            var package: String?
            var settings: FunctionSettings
            var labels: VersionLabels
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let content = Content(
            code: self.codeSHA256, package: self.archiveSHA256, settings: self.settings, labels: self.labels)
        // Encoding plain strings and integers cannot fail; were it to, every publish would make a new version.
        return SHA256.hexadecimal((try? encoder.encode(content)) ?? Data(self.revisionID.utf8))
    }

    /// SHA-256 of what was uploaded.
    var packageSHA256: String { self.archiveSHA256 ?? self.codeSHA256 }

    /// What the pool runs.
    func runnable(function: String, blobs: BlobStore) -> FunctionVersion {
        FunctionVersion(
            key: VersionKey(function: function, version: self.version), codeSHA256: self.codeSHA256,
            codeSizeBytes: self.codeSizeBytes,
            libraryPath: self.libraryPath(blobs), settings: self.settings)
    }

    /// Where the library lies.
    func libraryPath(_ blobs: BlobStore) -> String {
        self.systemPath ?? blobs.path(sha256: self.codeSHA256, fileName: self.fileName)
    }
}
