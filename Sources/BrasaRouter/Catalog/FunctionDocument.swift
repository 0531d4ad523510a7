import BrasaModel
import FoundationEssentials

/// What the catalog stores about one function, as JSON.
///
/// `function` is nil while a function of the folder is deleted by the API: the mark alone remembers which file and settings
/// it was, so that it does not come back before one of them changes.
struct FunctionDocument: Codable, Hashable {
    /// The version of this form; a document of a higher one is refused.
    static let currentFormat = 1

    var format = FunctionDocument.currentFormat
    var name: String
    var folder: FolderMark?
    var function: FunctionRecord?

    init(name: String, folder: FolderMark? = nil, function: FunctionRecord? = nil) {
        self.name = name
        self.folder = folder
        self.function = function
    }

    /// The function, unless it is deleted or its file is gone.
    var visible: FunctionRecord? {
        self.folder.map(\.isPresent) == false ? nil : self.function
    }

    /// Whether there is nothing left to remember.
    var isForgotten: Bool { self.folder == nil && self.function == nil }

    /// The stored form.
    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }

    /// Reads the stored form.
    ///
    /// - Throws: `CatalogError` with code `storage` for what is damaged or of a newer format.
    init(decoding bytes: [UInt8], name: String) throws {
        struct Head: Decodable { var format: Int }
        do {
            let data = Data(bytes)
            let format = try JSONDecoder().decode(Head.self, from: data).format
            guard format <= Self.currentFormat else {
                throw CatalogError(
                    .storage,
                    "The stored function \"\(name)\" has format \(format); this version reads up to \(Self.currentFormat)."
                )
            }
            self = try JSONDecoder().decode(FunctionDocument.self, from: data)
        } catch let error as CatalogError {
            throw error
        } catch {
            throw CatalogError(.storage, "The stored function \"\(name)\" cannot be read: \(error).")
        }
    }
}

/// What of the functions folder a document has last taken over.
struct FolderMark: Codable, Hashable {
    var codeSHA256: String
    var settingsSHA256: String
    /// Whether the file was there the last time the folder was read.
    var isPresent = true
    /// A library with settings that was tried and is not used; nil when the last one is.
    var rejected: Rejection?

    /// Remembers what not to try again before something changes.
    struct Rejection: Codable, Hashable {
        var codeSHA256: String
        var settingsSHA256: String
        var reason: String
        /// Where in the life of the candidate it failed, as `Failure.Phase`.
        var phase: String?
    }

    init(_ function: FolderFunction) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.codeSHA256 = function.codeSHA256
        self.settingsSHA256 = SHA256.hexadecimal(try encoder.encode(function.settings))
    }

    /// Whether both are about the same code with the same settings.
    func isSame(as other: FolderMark) -> Bool {
        self.codeSHA256 == other.codeSHA256 && self.settingsSHA256 == other.settingsSHA256
    }

    /// Why `other` is not to be tried, if it was before.
    func rejection(of other: FolderMark) -> Rejection? {
        guard let rejected, rejected.codeSHA256 == other.codeSHA256, rejected.settingsSHA256 == other.settingsSHA256
        else { return nil }
        return rejected
    }

    /// Remembers that this code with these settings is not to be tried again.
    mutating func reject(_ other: FolderMark, reason: String, phase: String?) {
        self.rejected = Rejection(
            codeSHA256: other.codeSHA256, settingsSHA256: other.settingsSHA256, reason: reason, phase: phase)
    }
}
