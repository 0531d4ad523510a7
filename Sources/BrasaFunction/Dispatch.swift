internal import CBrasa

/// The entry points of a module's functions.
///
/// The contract gives `invoke` nothing that says which function is meant, because each C function has a pointer of its own. A
/// Swift closure cannot become a C pointer when it captures anything, so the pointers are laid out ahead, by index.
enum Dispatch {
    typealias Entry = @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<brasa_invocation>?) -> Int32

    /// Functions a Swift module can have.
    static let limit = 64

    private static func run(
        _ index: Int, _ state: UnsafeMutableRawPointer?, _ invocation: UnsafeMutablePointer<brasa_invocation>?
    ) -> Int32 {
        guard let instance = AnyInstance.at(state), let invocation else { return Status.invalid }
        return instance.invoke(index, invocation)
    }

    static let entries: [Entry] = [
        { run(0, $0, $1) }, { run(1, $0, $1) }, { run(2, $0, $1) }, { run(3, $0, $1) },
        { run(4, $0, $1) }, { run(5, $0, $1) }, { run(6, $0, $1) }, { run(7, $0, $1) },
        { run(8, $0, $1) }, { run(9, $0, $1) }, { run(10, $0, $1) }, { run(11, $0, $1) },
        { run(12, $0, $1) }, { run(13, $0, $1) }, { run(14, $0, $1) }, { run(15, $0, $1) },
        { run(16, $0, $1) }, { run(17, $0, $1) }, { run(18, $0, $1) }, { run(19, $0, $1) },
        { run(20, $0, $1) }, { run(21, $0, $1) }, { run(22, $0, $1) }, { run(23, $0, $1) },
        { run(24, $0, $1) }, { run(25, $0, $1) }, { run(26, $0, $1) }, { run(27, $0, $1) },
        { run(28, $0, $1) }, { run(29, $0, $1) }, { run(30, $0, $1) }, { run(31, $0, $1) },
        { run(32, $0, $1) }, { run(33, $0, $1) }, { run(34, $0, $1) }, { run(35, $0, $1) },
        { run(36, $0, $1) }, { run(37, $0, $1) }, { run(38, $0, $1) }, { run(39, $0, $1) },
        { run(40, $0, $1) }, { run(41, $0, $1) }, { run(42, $0, $1) }, { run(43, $0, $1) },
        { run(44, $0, $1) }, { run(45, $0, $1) }, { run(46, $0, $1) }, { run(47, $0, $1) },
        { run(48, $0, $1) }, { run(49, $0, $1) }, { run(50, $0, $1) }, { run(51, $0, $1) },
        { run(52, $0, $1) }, { run(53, $0, $1) }, { run(54, $0, $1) }, { run(55, $0, $1) },
        { run(56, $0, $1) }, { run(57, $0, $1) }, { run(58, $0, $1) }, { run(59, $0, $1) },
        { run(60, $0, $1) }, { run(61, $0, $1) }, { run(62, $0, $1) }, { run(63, $0, $1) },
    ]
}
