/// A type of C as signatures write it.
indirect enum SymbolType: Sendable, Hashable {
    /// Integers, floats and bool.
    enum Scalar: String, Sendable, Hashable, CaseIterable {
        case bool, i8, i16, i32, i64, u8, u16, u32, u64, isize, usize, f32, f64
    }

    /// A member of a struct.
    struct Field: Sendable, Hashable {
        let name: String
        let type: SymbolType
    }

    /// No result.
    case void
    case scalar(Scalar)
    /// A text that ends with a zero byte.
    case cstr
    case bytes
    /// A pointer that is always NULL.
    case null
    /// By value, fields in order.
    case structure([Field])

    /// Whether it is a pointer to bytes.
    var isBuffer: Bool { self == .cstr || self == .bytes }

    var scalar: Scalar? {
        guard case .scalar(let scalar) = self else { return nil }
        return scalar
    }
}

extension SymbolType.Scalar {
    var isInteger: Bool { self != .bool && !self.isFloat }
    var isFloat: Bool { self == .f32 || self == .f64 }
    var isSigned: Bool { self.rawValue.hasPrefix("i") }
    /// What C passes as something wider behind `...`; nil: it passes it as it is.
    var promoted: Self? {
        switch self {
        case .bool, .i8, .i16: .i32
        case .u8, .u16: .u32
        case .f32: .f64
        default: nil
        }
    }

    /// Whether `text`, digits with a sign at most, is a number of this type.
    func holds(_ text: String) -> Bool {
        switch self {
        case .bool: text == "true" || text == "false"
        case .i8: Int8(text) != nil
        case .i16: Int16(text) != nil
        case .i32: Int32(text) != nil
        case .i64, .isize: Int64(text) != nil
        case .u8: UInt8(text) != nil
        case .u16: UInt16(text) != nil
        case .u32: UInt32(text) != nil
        case .u64, .usize: UInt64(text) != nil
        case .f32: Float(text)?.isFinite == true
        case .f64: Double(text)?.isFinite == true
        }
    }

    /// Completes "allowed is".
    var allowed: String {
        switch self {
        case .bool: "true or false"
        case .f32, .f64: "a number (\(self.rawValue))"
        default: "a whole number that \(self.rawValue) holds"
        }
    }
}
