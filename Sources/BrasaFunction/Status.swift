internal import CBrasa

/// The contract's statuses in the type its functions return; C's unnamed enumeration arrives in Swift as `Int`.
enum Status {
    static let ok = Int32(BRASA_OK)
    static let functionError = Int32(BRASA_FUNCTION_ERROR)
    static let retry = Int32(BRASA_RETRY)
    static let invalid = Int32(BRASA_INVALID)
    static let notFound = Int32(BRASA_NOT_FOUND)
    static let conflict = Int32(BRASA_CONFLICT)
    static let denied = Int32(BRASA_DENIED)
    static let limit = Int32(BRASA_LIMIT)
    static let deadline = Int32(BRASA_DEADLINE)
    static let closed = Int32(BRASA_CLOSED)
    static let `internal` = Int32(BRASA_INTERNAL)
}
