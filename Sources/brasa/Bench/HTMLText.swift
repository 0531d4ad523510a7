/// Text inside HTML and SVG.
enum HTMLText {
    /// `text` without anything that HTML would take for its own, in content and in quoted attributes.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
