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

    init(_ function: FolderFunction) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.codeSHA256 = function.codeSHA256
        self.settingsSHA256 = SHA256.hexadecimal(try encoder.encode(function.settings))
    }
}
