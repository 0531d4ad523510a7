import Testing

@testable import BrasaTables

@Suite struct ConditionRefusalTests {
    @Test(arguments: [
        ("", "The expression can not be empty;"),
        ("whatever", #"Syntax error; token: "<EOF>", near: "whatever""#),
        ("a = 4", #"Syntax error; token: "4", near: "= 4""#),
        ("a > 4 and b = :s", #"Syntax error; token: "4", near: "> 4 and""#),
        ("attribute_exists()", #"Syntax error; token: ")", near: "()""#),
        ("a in ()", #"Syntax error; token: ")", near: "()""#),
        ("a and b = :s", #"Syntax error; token: "and", near: "a and b""#),
        ("(a and b = :s)", #"Syntax error; token: "and", near: "a and b""#),
        ("a = :s and", #"Syntax error; token: "<EOF>", near: "and""#),
        ("(a = :s", #"Syntax error; token: "<EOF>", near: ":s""#),
        ("a = :s)", #"Syntax error; token: ")", near: ":s)""#),
        ("a-b = :s", #"Syntax error; token: "-", near: "a-b""#),
        ("a[b] = :s", #"Syntax error; token: "b", near: "[b]""#),
        ("a[0 = :s", #"Syntax error; token: "=", near: "0 = :s""#),
        ("a..b = :s", #"Syntax error; token: ".", near: "..b""#),
        ("not", #"Syntax error; token: "<EOF>", near: "not""#),
        ("not a", #"Syntax error; token: "<EOF>", near: "a""#),
        ("(not a) = :s", #"Syntax error; token: ")", near: "a) =""#),
        ("(size(a))[0] > :n", #"Syntax error; token: "[", near: ")[0""#),
        ("(:s).b > :n", #"Syntax error; token: ".", near: ").b""#),
        ("(a = :s) = :s", #"Syntax error; token: "=", near: ") = :s""#),
        ("a between :s or :y", #"Syntax error; token: "or", near: ":s or :y""#),
        ("a = b = c", #"Syntax error; token: "=", near: "b = c""#),
        ("size(a = b) > :n", #"Syntax error; token: "=", near: "a = b""#),
        ("é = :s", #"Syntax error; token: "é", near: "é =""#),
        ("between = :s", #"Syntax error; token: "between", near: "between =""#),
    ])
    func saysWhereTheSyntaxBreaks(text: String, message: String) {
        #expect(conditionFault(text) == "Invalid ConditionExpression: \(message)")
    }

    @Test(arguments: [
        // One kind of fault after the other.
        ("((abort = :s)) and foo(a)", "The expression has redundant parentheses;"),
        ("abort = :s and foo(a)", "Invalid function name; function: foo"),
        ("f(f(f(a)))", "Invalid function name; function: f"),
        ("size(abort)", "The function is not allowed to be used this way in an expression; function: size"),
        ("size(a) and a = :s", "The function is not allowed to be used this way in an expression; function: size"),
        (
            "attribute_exists(a) < :n",
            "The function is not allowed to be used this way in an expression; function: attribute_exists"
        ),
        (
            "if_not_exists(a, :s) = :s",
            "The function is not allowed to be used this way in an expression; function: if_not_exists"
        ),
        (
            "contains(attribute_exists(a), :s)",
            "The function is not allowed to be used this way in an expression; function: attribute_exists"
        ),
        ("a = :x and abOrt = :s", "Attribute name is a reserved keyword; reserved keyword: abOrt"),
        ("a.b.Size = :s", "Attribute name is a reserved keyword; reserved keyword: Size"),
        (
            "a = #x and a = :x",
            "An expression attribute name used in the document path is not defined; attribute name: #x"
        ),
        (
            "a = :x and a = #x",
            "An expression attribute value used in expression is not defined; attribute value: :x"
        ),
        (
            "attribute_exists(a, b)",
            "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2"
        ),
        (
            "contains(a)",
            "Incorrect number of operands for operator or function; operator or function: contains, number of operands: 1"
        ),
        (
            "size(a, b) > :n",
            "Incorrect number of operands for operator or function; operator or function: size, number of operands: 2"
        ),
        (
            "a = #a",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: =, first operand: [a]"
        ),
        (
            "contains(a.b[1], a.b[1])",
            "The first operand must be distinct from the remaining operands for this operator or function; operator: contains, first operand: [a, b, [1]]"
        ),
        (
            "attribute_exists(:s)",
            "Operator or function requires a document path; operator or function: attribute_exists"
        ),
        (
            "begins_with(a, :n)",
            "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"
        ),
        (
            "attribute_type(a, b)",
            "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
        ),
        (
            "attribute_type(a, :n)",
            "Incorrect operand type for operator or function; operator or function: attribute_type, operand type: N"
        ),
        (
            "attribute_type(a, :dog)",
            "Invalid attribute type name found; type: DOG, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
        ),
        (
            "size(:n) > :n",
            "Incorrect operand type for operator or function; operator or function: size, operand type: N"
        ),
        (
            "size(size(a)) > :n",
            "Incorrect operand type for operator or function; operator or function: size, operand type: N"
        ),
        ("a < :l", "Incorrect operand type for operator or function; operator or function: <, operand type: L"),
        (
            "a between :s and :n",
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: AttributeValue: {S:a}, upper bound operand: AttributeValue: {N:1}"
        ),
        (
            "a between :y and :s",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}"
        ),
        ("a[4294967295] = :s", "List index is not within the allowable range; index: [4294967295]"),
        ("((a)) = :s", "The expression has redundant parentheses;"),
        ("(((a = :s)))", "The expression has redundant parentheses;"),
        ("a = ((:s))", "The expression has redundant parentheses;"),
        ("contains(((a)), :s)", "The expression has redundant parentheses;"),
    ])
    func refusesWhatFollowsTheSyntaxAndMakesNoSense(text: String, message: String) {
        #expect(conditionFault(text) == "Invalid ConditionExpression: \(message)")
    }

    @Test(arguments: [
        "a = :s", " a\n=\t:s ", "(a = :s)", "((a = :s) and b = :s)", "(a) = (:s)", "(a.b).c[1] = :s",
        "not not not a = :s",
        "NOT(a = :s)", "a = :s aNd b = :s Or not c between :s and :y", "a in (:s)", "a In (:s, b, size(c))",
        "a between b and size(c)",
        "attribute_exists(a) and attribute_not_exists(#b.c[2])", "attribute_type(a, :N)", "begins_with(a, b)",
        "begins_with(:s, a)", "contains(a, :l)", "contains(:ss, a)", "size(a) >= size(:s)", "a <> :l", "a = :m",
        "(attribute_exists(a))", "(size(a)) > :n", "_a1 = :s", "a[00] = :s", "foo = :s",
    ])
    func takesWhatTheServiceTakes(text: String) {
        #expect(conditionFault(text) == nil)
    }

    @Test func countsBytesOperatorsAndStepsOfPaths() {
        let padding = String(repeating: " ", count: 4_090)
        #expect(conditionFault("a = :s" + padding) == nil)
        #expect(
            conditionFault("a = :s " + padding)
                == "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097"
        )
        let chain = { (count: Int) in
            "a<b " + String(repeating: "or (a<b ", count: count) + String(repeating: ")", count: count)
        }
        #expect(conditionFault(chain(149)) == nil)
        #expect(
            conditionFault(chain(150))
                == "Invalid ConditionExpression: The expression contains too many operators; operator count: 301")
        let path = { (count: Int) in "a" + String(repeating: ".b", count: count) }
        #expect(conditionFault("\(path(31)) = :s") == nil)
        #expect(
            conditionFault("\(path(32)) = :s")
                == "Invalid ConditionExpression: The document path has too many nesting levels; nesting levels: 33")
        let list = { (count: Int) in "a in (" + Array(repeating: ":s", count: count).joined(separator: ",") + ")" }
        #expect(conditionFault(list(99)) == nil)
        #expect(
            conditionFault(list(100))
                == "Invalid ConditionExpression: Incorrect number of operands for operator or function; operator or function: IN, number of operands: 101"
        )
    }

    @Test(arguments: ["(", "not ", "f(", "size(", "contains(", "a.", "a[0]", "a = b and (", "a = :s or "])
    func survivesWhateverFitsIntoAnExpression(part: String) {
        let text = String(repeating: part, count: ExpressionKind.maximumBytes / part.utf8.count)
        #expect(conditionFault(text) != nil)
        #expect(updateFault(text) != nil)
        #expect(updateFault("set a = " + text.dropLast(8)) != nil)
        #expect(projectionFault(text) != nil)
    }

    @Test func theServiceReserves573Words() {
        #expect(ReservedWords.count == 573)
        #expect(ReservedWords.contains("zone") && ReservedWords.contains("ABORT") && ReservedWords.contains("Ttl"))
        #expect(!ReservedWords.contains("id") && !ReservedWords.contains(""))
    }

    @Test func refusesNamesAndValuesThatNobodyUses() throws {
        var binding = ExpressionBinding(
            names: ["#a": "a", "#b": "b", "#c": "c"], values: [":a": .null, ":b": .null])
        _ = try Condition("#a = :a or #a <> :a", &binding)
        #expect(
            throws: TableError.validation(
                "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b, #c}")
        ) { try binding.checkAllUsed() }
        _ = try Projection("#b, #c", &binding)
        #expect(
            throws: TableError.validation(
                "Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}")
        ) { try binding.checkAllUsed() }
        _ = try Update("set a = :b", &binding)
        try binding.checkAllUsed()
    }
}
