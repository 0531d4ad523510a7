import CBrasaLoader

/// One reason not to load a library.
package struct LibraryRefusal: Error, Sendable, Hashable, Codable, CustomStringConvertible {
    /// What is wrong, in words that scripts can match, such as `wrong-machine`.
    package struct Code: Sendable, Hashable, Codable, CustomStringConvertible {
        private enum Name: String, Codable {
            case notFound = "not-found"
            case unreadable
            case notRegular = "not-regular"
            case empty
            case notELF = "not-elf"
            case wrongClass = "wrong-class"
            case wrongEndianness = "wrong-endianness"
            case wrongMachine = "wrong-machine"
            case wrongSystem = "wrong-system"
            case notSharedObject = "not-shared-object"
            case truncated
            case malformed
            case changed
            case noEntry = "no-entry"
            case otherABI = "other-abi"
            case entryNotFunction = "entry-not-function"
            case missingLibrary = "missing-library"
            case tooManyLibraries = "too-many-libraries"
            case textRelocations = "text-relocations"
            case executableStack = "executable-stack"
            case foreignOwner = "foreign-owner"
            case worldWritable = "world-writable"
            case noMemory = "no-memory"
        }

        /// There is no such file.
        package static let notFound = Code(.notFound)
        /// Opening or reading it failed.
        package static let unreadable = Code(.unreadable)
        /// A directory, device, socket or pipe.
        package static let notRegular = Code(.notRegular)
        /// 0 bytes.
        package static let empty = Code(.empty)
        /// Another format than ELF.
        package static let notELF = Code(.notELF)
        /// 32-bit code.
        package static let wrongClass = Code(.wrongClass)
        /// Code for a big-endian processor.
        package static let wrongEndianness = Code(.wrongEndianness)
        /// Code for another processor.
        package static let wrongMachine = Code(.wrongMachine)
        /// Code for another operating system.
        package static let wrongSystem = Code(.wrongSystem)
        /// An executable, an object file or a core dump.
        package static let notSharedObject = Code(.notSharedObject)
        /// Parts of it lie past the file's end: half an upload.
        package static let truncated = Code(.truncated)
        /// It contradicts itself.
        package static let malformed = Code(.malformed)
        /// It became shorter while being read: still being written.
        package static let changed = Code(.changed)
        /// It exports no entry point.
        package static let noEntry = Code(.noEntry)
        /// It has entry points of other major versions of the ABI only.
        package static let otherABI = Code(.otherABI)
        /// Its entry point is data, or only referred to.
        package static let entryNotFunction = Code(.entryNotFunction)
        /// A library it needs is nowhere.
        package static let missingLibrary = Code(.missingLibrary)
        /// It needs over 511 libraries, or goes over 32 deep.
        package static let tooManyLibraries = Code(.tooManyLibraries)
        /// Its code would have to be writable.
        package static let textRelocations = Code(.textRelocations)
        /// It asks for an executable stack.
        package static let executableStack = Code(.executableStack)
        /// It is owned by neither root nor the host's user.
        package static let foreignOwner = Code(.foreignOwner)
        /// Anybody may write it.
        package static let worldWritable = Code(.worldWritable)
        /// The host has no memory left to look at it.
        package static let noMemory = Code(.noMemory)

        private let name: Name

        private init(_ name: Name) {
            self.name = name
        }

        init(number: Int32) {
            guard let name = Name(rawValue: String(cString: brasa_elf_refusal_name(number))) else {
                preconditionFailure("brasa_elf.h has a refusal \(number) that LibraryRefusal.Code lacks")
            }
            self.name = name
        }

        package init(from decoder: any Decoder) throws {
            self.name = try decoder.singleValueContainer().decode(Name.self)
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(self.name)
        }

        package var description: String { self.name.rawValue }
    }

    package let code: Code
    /// A full sentence that names the file and both sides.
    package let message: String

    package init(code: Code, message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { "\(self.code): \(self.message)" }
}
