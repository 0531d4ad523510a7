// A function's file imports one module and sees the contract's types too.
@_exported public import CBrasa

/// The table of what the host offers, as the host hands it to the exported entry point.
public typealias Host = UnsafePointer<brasa_host>

/// The description of a module, as the exported entry point returns it.
public typealias ExportedModule = UnsafePointer<brasa_module>
