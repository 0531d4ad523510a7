import BrasaFunctionJSON

extension MemberReader {
    /// The version the client has read: from the header `If-Match`, which takes the `ETag` of a user, or from the member
    /// `version`, or the same from both.
    mutating func expectedVersion(_ request: HTTPRequest, isRequired: Bool) -> Int? {
        let isGivenInBody = self.has("version")
        let inBody = self.count("version")
        guard let header = request.headers["if-match"] else {
            if isRequired, !isGivenInBody {
                self.add(.required, "version", "It has to be there, or in If-Match: the version that was read.")
            }
            return inBody
        }
        guard let version = EntityTag.version(header) else {
            self.add(.format, "if-match", "It has to be the ETag of the user, such as \(EntityTag.text(3)).")
            return nil
        }
        if let inBody, inBody != version {
            self.add(.choice, "version", "It is \(inBody), but If-Match says \(version).")
        }
        return version
    }
}

/// A version as an entity tag (RFC 9110, section 8.8.3).
enum EntityTag {
    static func text(_ version: Int) -> String { "\"\(version)\"" }

    /// The version; nil when it is no tag of ours.
    static func version(_ text: String) -> Int? {
        guard text.count >= 3, text.first == "\"", text.last == "\"", let version = Int(text.dropFirst().dropLast()),
            version >= 1, Self.text(version) == text
        else { return nil }
        return version
    }
}
