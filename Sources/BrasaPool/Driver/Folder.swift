import CBrasaTransport

/// Removes folders with all that functions left in them.
enum Folder {
    /// Removes `path` and what is below it.
    ///
    /// What cannot be removed stays; missing is fine. Never follows links.
    static func remove(_ path: String) {
        brasa_folder_remove(path)
    }
}
