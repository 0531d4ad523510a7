import Testing

@testable import BrasaTables

@Suite struct UpdateRefusalTests {
    @Test(arguments: [
        ("", "The expression can not be empty;"),
        ("whatever", #"Syntax error; token: "whatever", near: "whatever""#),
        ("SET", #"Syntax error; token: "<EOF>", near: "SET""#),
        ("set a", #"Syntax error; token: "<EOF>", near: "a""#),
        ("set a = b / c", #"Syntax error; token: "/", near: "b / c""#),
        ("set a[1] = 1", #"Syntax error; token: "1", near: "= 1""#),
        ("SET a = if_not_exists(a, 0)", #"Syntax error; token: "0", near: ", 0)""#),
        ("set a=set", #"Syntax error; token: "set", near: "=set""#),
        ("set a = b + c + d", #"Syntax error; token: "+", near: "c + d""#),
        ("remove a = b", #"Syntax error; token: "=", near: "a = b""#),
        ("remove :a", #"Syntax error; token: ":a", near: "remove :a""#),
        ("add a b", #"Syntax error; token: "b", near: "a b""#),
        ("add a = b", #"Syntax error; token: "=", near: "a = b""#),
        ("set (a = (b + c))", #"Syntax error; token: "(", near: "set (a""#),
        ("set a = (b.c).d + e", #"Syntax error; token: ".", near: ").d""#),
        ("set a = (b.c)[0] + e", #"Syntax error; token: "[", near: ")[0""#),
        ("set if_not_exists(a, b) = a", #"Syntax error; token: "(", near: "if_not_exists(a""#),
        ("set a = :n, ", #"Syntax error; token: "<EOF>", near: ", ""#),
        ("delete a if_not_exist(b)", #"Syntax error; token: "if_not_exist", near: "a if_not_exist(""#),
    ])
    func saysWhereTheSyntaxBreaks(text: String, message: String) {
        #expect(updateFault(text) == "Invalid UpdateExpression: \(message)")
    }

    @Test(arguments: [
        (" set #c = :c set abOrt = true ", "Attribute name is a reserved keyword; reserved keyword: abOrt"),
        (" remove Absolute ", "Attribute name is a reserved keyword; reserved keyword: Absolute"),
        ("set #c = if_not_exist(:c) set c = d", "Invalid function name; function: if_not_exist"),
        (
            "set a = size(b)",
            "The function is not allowed to be used this way in an expression; function: size"
        ),
        ("set a = #x set c = :d", "The \"SET\" section can only be used once in an update expression;"),
        ("remove #d set a = b remove e", "The \"REMOVE\" section can only be used once in an update expression;"),
        ("add #d :e set a = b add e :f", "The \"ADD\" section can only be used once in an update expression;"),
        (
            "delete #d :e set a = b delete #e :f",
            "The \"DELETE\" section can only be used once in an update expression;"
        ),
        (
            "SET #x = if_not_exists(:c)",
            "An expression attribute name used in the document path is not defined; attribute name: #x"
        ),
        (
            "SET #a = if_not_exists(:c)",
            "An expression attribute value used in expression is not defined; attribute value: :c"
        ),
        (
            "set d[1] = a, d.b = a, c[1].a = a, #c = if_not_exists(a)",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [c, [1], a], path two: [c]"
        ),
        (
            "set #c[3].#d = a, #c[3] = a",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [c, [3], [3]], path two: [c, [3]]"
        ),
        (
            "set #c[3].#d = a, #c.#d[3] = if_not_exists(a)",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [c, [3], [3]], path two: [c, [3], [3]]"
        ),
        (
            "remove a.#c set a[1] = #d",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: [a, c], path two: [a, [1]]"
        ),
        (
            "set b = list_append(:s, a), c = if_not_exists(a) add a.b :s",
            "Incorrect operand type for operator or function; operator: ADD, operand type: STRING"
        ),
        ("delete a.b :n", "Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER"),
        ("add a.b :z", "Incorrect operand type for operator or function; operator: ADD, operand type: NULL"),
        ("add a.b :t", "Incorrect operand type for operator or function; operator: ADD, operand type: BOOLEAN"),
        ("delete a.b :b", "Incorrect operand type for operator or function; operator: DELETE, operand type: BINARY"),
        ("add a.b :m", "Incorrect operand type for operator or function; operator: ADD, operand type: MAP"),
        ("delete a.b :l", "Incorrect operand type for operator or function; operator: DELETE, operand type: LIST"),
        (
            "set a = if_not_exists(c)",
            "Incorrect number of operands for operator or function; operator or function: if_not_exists, number of operands: 1"
        ),
        (
            "set a = if_not_exists(:s, c)",
            "Operator or function requires a document path; operator or function: if_not_exists"
        ),
        (
            "set a = if_not_exists(if_not_exists(a, b), c)",
            "Operator or function requires a document path; operator or function: if_not_exists"
        ),
        (
            "set a = list_append(:s, a)",
            "Incorrect operand type for operator or function; operator or function: list_append, operand type: S"
        ),
        ("set a = a + :s", "Incorrect operand type for operator or function; operator or function: +, operand type: S"),
        ("set a = :b - a", "Incorrect operand type for operator or function; operator or function: -, operand type: B"),
    ])
    func refusesWhatFollowsTheSyntaxAndMakesNoSense(text: String, message: String) {
        #expect(updateFault(text) == "Invalid UpdateExpression: \(message)")
    }

    @Test(arguments: [
        "set a = b", "SET a=:s,b.c[1]=a remove d, e[0] ADD f :n, g :ss DELETE h :ns", "set a = (b + c)",
        "set a = (b) + (c)",
        "set a = if_not_exists(a, :n) + :n", "set a = list_append(if_not_exists(a, :l), :l)",
        "set a = if_not_exists(a, if_not_exists(a, b))",
        "remove a", "set a = (b)", "set a = a - :n",
    ])
    func takesWhatTheServiceTakes(text: String) {
        #expect(updateFault(text) == nil)
    }
}
