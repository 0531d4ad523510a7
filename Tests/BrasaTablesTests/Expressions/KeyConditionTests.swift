import Testing

@testable import BrasaTables

@Suite struct KeyConditionTests {
    @Test(arguments: [
        ("", "Invalid KeyConditionExpression: The expression can not be empty;"),
        ("a > 4", #"Invalid KeyConditionExpression: Syntax error; token: "4", near: "> 4""#),
        (
            "attribute_type(a, b)",
            "Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
        ),
        ("attribute_type(a, :N)", "Invalid operator used in KeyConditionExpression: attribute_type"),
        ("a > b and size(b) > c or a > c", "Invalid operator used in KeyConditionExpression: OR"),
        ("a in (b, size(c), d)", "Invalid operator used in KeyConditionExpression: IN"),
        ("attribute_exists(a)", "Invalid operator used in KeyConditionExpression: attribute_exists"),
        ("attribute_not_exists(a)", "Invalid operator used in KeyConditionExpression: attribute_not_exists"),
        ("contains(a.d, b)", "Invalid operator used in KeyConditionExpression: contains"),
        ("not a > b", "Invalid operator used in KeyConditionExpression: NOT"),
        ("a <> b", "Invalid operator used in KeyConditionExpression: <>"),
        (
            ":s between size(b) and size(a) and b > :y",
            "Invalid condition in KeyConditionExpression: BETWEEN operator must have the key attribute as its first operand"
        ),
        (
            "begins_with(:s, b) and a > :y",
            "Invalid condition in KeyConditionExpression: begins_with operator must have the key attribute as its first operand"
        ),
        ("size(b) > a AND a.b > b AND b > c", "KeyConditionExpressions cannot contain nested operations"),
        ("a > size(b.d)", "KeyConditionExpressions cannot contain nested operations"),
        ("a between size(b) and size(a)", "KeyConditionExpressions cannot contain nested operations"),
        ("b > a.b", "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"),
        (
            "a between b and size(a)",
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"
        ),
        (
            "begins_with(a, b)",
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"
        ),
        ("b.d > a AND c.d > e.f", "KeyConditionExpressions cannot have conditions on nested attributes"),
        ("b[0] > a", "KeyConditionExpressions cannot have conditions on nested attributes"),
        (":y > :s AND a < :y", "Invalid condition in KeyConditionExpression: No key attribute specified"),
        (
            "b > :s AND b < :s and c = :s and d = :s",
            "KeyConditionExpressions must only contain one condition per key"
        ),
    ])
    func refusesWhatKeysCannotAnswer(text: String, message: String) {
        #expect(keyConditionFault(text) == message)
    }

    @Test(arguments: [
        ("a = :s", KeyCondition.Predicate.equal(.string("a"))), (":s = a", .equal(.string("a"))),
        ("a < :s", .less(.string("a"))),
        (":s < a", .greater(.string("a"))), (":s <= a", .greaterOrEqual(.string("a"))),
        (":s >= a", .lessOrEqual(.string("a"))),
        ("(a between :s and :y)", .between(.string("a"), .string("b"))),
        ("begins_with(a, :s)", .beginsWith(.string("a"))),
    ])
    func readsWhatIsAskedOfEachKey(text: String, predicate: KeyCondition.Predicate) throws {
        var binding = ExpressionBinding(names: testNames, values: testValues)
        #expect(try KeyCondition(text, &binding).predicates == ["a": predicate])
        #expect(
            try KeyCondition("b = :n and \(text)", &binding).predicates == [
                "a": predicate, "b": .equal(.number(ExactNumber(1))),
            ])
    }
}
