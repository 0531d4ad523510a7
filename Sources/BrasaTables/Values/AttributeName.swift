/// Rules for names of attributes.
package enum AttributeName {
    /// Most bytes of a name that is no part of a key.
    package static let maximumBytes = 65_535

    /// What the service says of a name without a letter.
    package static let empty = "Empty attribute name"

    /// What the service says of a longer name.
    package static let tooLong =
        "1 validation error detected: Attribute name is too large, must be less than 65536 bytes"
}

extension AttributeValue {
    /// What the service says of a value with more than `maximumDepth` levels.
    package static let tooDeep =
        "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit"
}
