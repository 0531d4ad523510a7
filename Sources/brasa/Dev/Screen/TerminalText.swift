/// Text of others, made fit for a screen that is drawn.
enum TerminalText {
    /// Without anything that would command the terminal but colours; tabs become spaces.
    ///
    /// Of a line that overwrites itself by carriage returns, what is seen in the end.
    static func harmless(_ text: String) -> String {
        var text = text[...]
        if text.last == "\r" { text = text.dropLast() }
        if let last = text.lastIndex(of: "\r") { text = text[text.index(after: last)...] }
        var result = ""
        var scalars = text.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            if scalar == "\u{1b}" {
                result += Self.colour(&scalars)
            } else if scalar == "\t" {
                result += "    "
            } else if scalar.properties.generalCategory != .control {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Without colours too.
    static func plain(_ text: String) -> String {
        var result = ""
        var scalars = text.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            if scalar == "\u{1b}" {
                _ = Self.colour(&scalars)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Takes the rest of an escape sequence; gives it back when it is a colour, `ESC [ … m`.
    static func colour(_ scalars: inout Substring.UnicodeScalarView) -> String {
        guard let kind = scalars.popFirst() else { return "" }
        guard kind == "[" else {
            // ESC ] … BEL or ESC \ : titles and links.
            guard kind == "]" else { return "" }
            while let next = scalars.popFirst(), next != "\u{7}" {
                if next == "\u{1b}" {
                    _ = scalars.popFirst()
                    break
                }
            }
            return ""
        }
        var body = ""
        while let next = scalars.popFirst() {
            if ("@"..."~").contains(next) { return next == "m" ? "\u{1b}[\(body)m" : "" }
            body.unicodeScalars.append(next)
        }
        return ""
    }
}

/// How many columns of a terminal text takes.
enum DisplayWidth {
    /// Colours take none, wide characters of East Asia and emoji two.
    static func of(_ text: String) -> Int {
        var width = 0
        var scalars = text.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            if scalar == "\u{1b}" {
                _ = TerminalText.colour(&scalars)
            } else {
                width += Self.of(scalar)
            }
        }
        return width
    }

    /// The beginning of a text that takes at most `columns`; colours that are on at its end are switched off.
    static func cut(_ text: String, to columns: Int) -> String {
        guard text.utf8.count > columns else { return text }
        var result = ""
        var width = 0
        var isColoured = false
        var scalars = text.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            if scalar == "\u{1b}" {
                let colour = TerminalText.colour(&scalars)
                result += colour
                isColoured = !colour.isEmpty && colour != "\u{1b}[0m" && colour != "\u{1b}[m"
                continue
            }
            let next = Self.of(scalar)
            guard width + next <= columns else { break }
            width += next
            result.unicodeScalars.append(scalar)
        }
        return isColoured ? result + "\u{1b}[0m" : result
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        // Source: https://www.unicode.org/reports/tr11/ (the wide blocks, roughly)
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
