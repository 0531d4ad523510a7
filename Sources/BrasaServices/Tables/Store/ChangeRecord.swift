package import NIOCore

/// One change of one item, as change streams tell it.
package struct ChangeRecord: Sendable, Hashable {
    /// What happened to the item; the raw value is what is stored.
    package enum Kind: Int, Sendable, Hashable {
        case insert = 0
        case modify = 1
        case remove = 2
    }

    /// Assigned by the store; 0 before.
    package var sequence: Int64
    package var kind: Kind
    /// Milliseconds since 1970.
    package var atMilliseconds: Int64
    /// The item's key attributes as DynamoDB JSON.
    package var keys: ByteBuffer
    /// The item before and after, as DynamoDB JSON; nil when the stream's view does not have it, or there was none.
    package var oldImage: ByteBuffer?
    package var newImage: ByteBuffer?
    /// Bytes of keys and images as the service counts them.
    package var sizeBytes: Int
    /// Whether the service itself made the change, because the item had expired.
    package var isExpiry: Bool

    package init(
        sequence: Int64 = 0, kind: Kind, atMilliseconds: Int64, keys: ByteBuffer, oldImage: ByteBuffer? = nil,
        newImage: ByteBuffer? = nil, sizeBytes: Int, isExpiry: Bool = false
    ) {
        self.sequence = sequence
        self.kind = kind
        self.atMilliseconds = atMilliseconds
        self.keys = keys
        self.oldImage = oldImage
        self.newImage = newImage
        self.sizeBytes = sizeBytes
        self.isExpiry = isExpiry
    }
}
