import BrasaModel

/// `handler: LIBRARY#SYMBOL` with `brasa.signature` -> `SymbolSettings`.
struct SymbolReader {
    let problems: ProblemCollector

    /// nil when the function has no signature, or when something is wrong, which is then reported.
    ///
    /// - Parameters:
    ///   - library: what stands before `#` in the handler.
    ///   - name: what stands behind it; nil: nothing.
    func settings(_ section: Section, library: String, name: String?) -> SymbolSettings? {
        let brasa = section.section("brasa")
        guard let setting = brasa["signature"], let text = brasa.text("signature") else {
            for key in ["error", "owner"] where !self.problems.hasError(key: "\(brasa.path).signature") {
                guard let setting = brasa[key] else { continue }
                self.problems.error(
                    at: setting.location, key: setting.path,
                    "\(setting.path) is for plain C functions, which have a signature; \(brasa.path).signature is missing."
                )
            }
            return nil
        }
        guard let signature = self.signature(setting, text) else { return nil }
        if let isolation = brasa["isolation"], brasa.choice("isolation") == Isolation.inprocess {
            self.problems.error(
                at: isolation.location, key: isolation.path,
                "\(isolation.path) is 'inprocess', but plain C functions are only ever called in a worker process;"
                    + " allowed with a signature is auto, process or exec.", found: "inprocess",
                allowed: "auto, process or exec")
            return nil
        }
        let convention = self.convention(brasa, signature)
        guard let owner = self.owner(brasa, setting, signature),
            let name = self.symbol(section, library: library, name: name), let convention
        else { return nil }
        let call = SymbolCall(
            name: name, text: text, signature: signature, convention: convention, release: owner.release)
        return SymbolSettings(library: library, name: name, signature: text, release: owner.release, call: call.json)
    }

    private func signature(_ setting: Setting, _ text: String) -> SymbolSignature? {
        do {
            let signature = try SignatureParser.parse(text)
            try SignatureRules.check(signature)
            return signature
        } catch let error {
            self.problems.error(
                at: setting.location, key: setting.path,
                "\(setting.path) is '\(text)'; at character \(error.offset + 1), \(error.message).", found: text,
                suggestion: error.suggestion)
            return nil
        }
    }

    private func convention(_ brasa: Section, _ signature: SymbolSignature) -> SignatureRules.Convention? {
        guard let setting = brasa["error"], let text = brasa.text("error"),
            let convention = SignatureRules.Convention(rawValue: text)
        else { return SignatureRules.Convention.none }
        guard let needed = SignatureRules.problem(convention, signature) else { return convention }
        self.problems.error(
            at: setting.location, key: setting.path, "\(setting.path) is '\(text)', which needs \(needed).", found: text
        )
        return nil
    }

    private func owner(_ brasa: Section, _ place: Setting, _ signature: SymbolSignature) -> SignatureRules.Owner? {
        let allowed = TextRule.owner.allowed
        guard signature.result.isBuffer else {
            guard let setting = brasa["owner"] else { return .static }
            self.problems.error(
                at: setting.location, key: setting.path,
                "\(setting.path) is for functions that return a pointer (cstr or bytes); leave it out.")
            return nil
        }
        guard let text = brasa.text("owner") else {
            guard !self.problems.hasError(key: "\(brasa.path).owner") else { return nil }
            self.problems.error(
                at: place.location, key: "\(brasa.path).owner",
                "\(brasa.path).owner is missing: the function returns a pointer, and somebody owns what it points to."
                    + " Allowed is \(allowed).", allowed: allowed)
            return nil
        }
        return SignatureRules.Owner(text)
    }

    private func symbol(_ section: Section, library: String, name: String?) -> String? {
        guard let handler = section["handler"] else { return nil }
        let allowed =
            "LIBRARY#FUNCTION, with the library as a file in the functions folder, a name the system's loader"
            + " knows, or an absolute path, such as libz.so.1#crc32"
        guard let name, !library.contains("/") || library.hasPrefix("/") else {
            let text = section.text("handler") ?? ""
            self.problems.error(
                at: handler.location, key: handler.path,
                "\(handler.path) is '\(text)'; of a function with a signature, allowed is \(allowed).", found: text,
                allowed: allowed)
            return nil
        }
        return name
    }
}
