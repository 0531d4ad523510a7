import Foundation

/// Who may attach a debugger on this machine.
///
/// Source: https://docs.kernel.org/admin-guide/LSM/Yama.html
enum PtraceScope {
    /// The setting; nil where the kernel has none.
    static var current: Int? {
        guard let text = try? String(contentsOfFile: "/proc/sys/kernel/yama/ptrace_scope", encoding: .utf8) else {
            return nil
        }
        return Int(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// What has to be done before gdb can attach, a full sentence; nil: nothing.
    ///
    /// With 1 only a parent may attach, unless the process allows others, which one that is debugged does.
    static func advice(_ scope: Int?) -> String? {
        switch scope {
        case nil, 0, 1: nil
        case 2: "Run gdb as root: kernel.yama.ptrace_scope is 2."
        default: "No debugger can attach on this machine: kernel.yama.ptrace_scope is 3, until it is started anew."
        }
    }
}
