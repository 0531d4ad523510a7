/// Puts names and values into an update, and finds what the service refuses in one that follows the syntax.
///
/// The service looks for one kind of fault in the whole expression before it looks for the next: reserved words, unknown
/// functions, sections, names, values, overlapping paths, conflicting paths, operands of ADD and DELETE, operands of functions.
struct UpdateBinder {
    private var binding: ExpressionBinding
    /// The first fault of each kind.
    private var faults: [ExpressionFault.Kind: ExpressionFault] = [:]

    /// The update that `text` is in a request with these names and values.
    static func bind(_ text: String, _ binding: inout ExpressionBinding) throws(TableError) -> Update {
        let syntax = try UpdateParser.parse(text)
        var binder = UpdateBinder(binding: binding)
        let update = binder.update(syntax)
        for kind: ExpressionFault.Kind in [
            .reserved, .unknownFunction, .section, .path, .nameReference, .valueReference, .overlap, .operandType,
            .operandCount,
        ] {
            if let fault = binder.faults[kind] { throw ExpressionKind.update.invalid(fault.message) }
        }
        binding = binder.binding
        return update
    }

    private init(binding: ExpressionBinding) {
        self.binding = binding
    }

    private mutating func note(_ fault: ExpressionFault) {
        if self.faults[fault.kind] == nil { self.faults[fault.kind] = fault }
    }

    private mutating func update(_ syntax: UpdateSyntax) -> Update {
        var seen: Set<UpdateKeyword> = []
        var actions: [Update.Action] = []
        for section in syntax.sections {
            if !seen.insert(section.keyword).inserted {
                let name = section.keyword.rawValue
                self.note(
                    ExpressionFault(
                        .section, "The \"\(name)\" section can only be used once in an update expression;"))
            }
            actions += section.actions.map { self.action($0) }
        }
        // A path that could not be bound stands for others; the expression is refused before this matters.
        if self.faults.isEmpty || Set(self.faults.keys).isDisjoint(with: [.path, .nameReference]),
            let overlap = DocumentPath.fault(in: actions.map(\.path))
        {
            self.note(ExpressionFault(.overlap, overlap))
        }
        return Update(actions: actions)
    }

    private mutating func action(_ syntax: UpdateSyntax.Action) -> Update.Action {
        switch syntax {
        case .set(let path, let value):
            let path = self.path(path)
            return .set(path, self.value(value))
        case .remove(let path): return .remove(self.path(path))
        case .add(let path, let reference):
            let path = self.path(path)
            let value = self.value(reference)
            if value.map({ ![.number, .stringSet, .numberSet, .binarySet].contains($0.type) }) ?? false {
                self.noteOperand("ADD", value)
            }
            return .add(path, value ?? .null)
        case .delete(let path, let reference):
            let path = self.path(path)
            let value = self.value(reference)
            if value.map({ ![.stringSet, .numberSet, .binarySet].contains($0.type) }) ?? false {
                self.noteOperand("DELETE", value)
            }
            return .delete(path, value ?? .null)
        }
    }

    private mutating func noteOperand(_ keyword: String, _ value: AttributeValue?) {
        guard let value else { return }
        self.note(
            ExpressionFault(
                .operandType,
                "Incorrect operand type for operator or function; operator: \(keyword), "
                    + "operand type: \(value.type.longName)"))
    }

    private mutating func path(_ syntax: PathSyntax) -> DocumentPath {
        if let fault = ExpressionFault.reserved(in: [syntax]) { self.note(fault) }
        do throws(ExpressionFault) {
            return try self.binding.path(syntax)
        } catch {
            self.note(error)
            return DocumentPath("")
        }
    }

    /// Nil when there is no such value, which is noted.
    private mutating func value(_ reference: String) -> AttributeValue? {
        do throws(ExpressionFault) {
            return try self.binding.value(reference)
        } catch {
            self.note(error)
            return nil
        }
    }

    private mutating func value(_ syntax: UpdateValueSyntax) -> Update.Value {
        switch syntax {
        case .operand(let operand): return self.operand(operand)
        case .sum(let left, let right):
            let operands = self.arithmetic("+", left, right)
            return .sum(operands.0, operands.1)
        case .difference(let left, let right):
            let operands = self.arithmetic("-", left, right)
            return .difference(operands.0, operands.1)
        }
    }

    private mutating func arithmetic(
        _ name: String, _ left: OperandSyntax, _ right: OperandSyntax
    ) -> (Update.Value, Update.Value) {
        let operands = [self.operand(left), self.operand(right)]
        self.check(operands, of: name, are: .number)
        return (operands[0], operands[1])
    }

    /// Values that stand there as they are have to be of a type; others show theirs when the update is applied.
    private mutating func check(_ operands: [Update.Value], of name: String, are type: AttributeType) {
        for operand in operands {
            guard case .value(let value) = operand, value.type != type else { continue }
            self.note(ExpressionFault(.operandCount, FunctionFault.type(name, value.type.rawValue)))
        }
    }

    private mutating func operand(_ syntax: OperandSyntax) -> Update.Value {
        switch syntax {
        case .path(let path): return .path(self.path(path))
        case .value(let reference):
            // A value that is not defined has no type that could be wrong.
            return self.value(reference).map { .value($0) } ?? .path(DocumentPath(""))
        case .function(let function): return self.function(function)
        }
    }

    private mutating func function(_ function: FunctionSyntax) -> Update.Value {
        let operands = function.operands.map { self.operand($0) }
        guard ["if_not_exists", "list_append"].contains(function.name) else {
            self.note(
                ExpressionFault(
                    .unknownFunction,
                    Self.conditionFunctions.contains(function.name)
                        ? FunctionFault.misused(function.name) : FunctionFault.unknown(function.name)))
            return .value(.null)
        }
        guard operands.count == 2 else {
            self.note(ExpressionFault(.operandCount, FunctionFault.count(function.name, operands.count)))
            return .value(.null)
        }
        if function.name == "list_append" {
            self.check(operands, of: function.name, are: .list)
            return .listAppend(operands[0], operands[1])
        }
        guard case .path(let path) = operands[0] else {
            self.note(ExpressionFault(.operandCount, FunctionFault.path(function.name)))
            return .value(.null)
        }
        return .ifNotExists(path, operands[1])
    }

    /// Functions of conditions are known here too, and allowed nowhere.
    private static let conditionFunctions: Set<String> = [
        "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size",
    ]
}
