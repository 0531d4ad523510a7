/// The `brasa-worker` program that was built together with the tests.
package enum WorkerProgram {
    /// Its path, beside the running program.
    package static let path = BuiltProgram.path("brasa-worker")
}
