@testable import BrasaTables

/// What the expressions of these tests may refer to, whether they do or not.
let testNames: [ByteText: ByteText] = ["#a": "a", "#b": "b", "#c": "c", "#d": "[3]"]
let testValues: AttributeMap = [
    ":s": .string("a"), ":n": .number(ExactNumber(1)), ":b": .binary([97]), ":t": .bool(false), ":z": .null,
    ":ss": .stringSet(["a"]), ":ns": .numberSet([ExactNumber(1)]), ":bs": .binarySet([[97]]), ":m": .map([:]),
    ":l": .list([]), ":N": .string("N"), ":dog": .string("DOG"), ":y": .string("b"),
]

/// The message that refuses a condition; nil when it is taken.
func conditionFault(_ text: String, kind: ExpressionKind = .condition) -> String? {
    var binding = ExpressionBinding(names: testNames, values: testValues)
    do throws(TableError) {
        _ = try Condition(text, kind: kind, &binding)
        return nil
    } catch {
        return error.message
    }
}

/// The message that refuses an update; nil when it is taken.
func updateFault(_ text: String) -> String? {
    var binding = ExpressionBinding(names: testNames, values: testValues)
    do throws(TableError) {
        _ = try Update(text, &binding)
        return nil
    } catch {
        return error.message
    }
}

/// The message that refuses a projection; nil when it is taken.
func projectionFault(_ text: String) -> String? {
    var binding = ExpressionBinding(names: testNames)
    do throws(TableError) {
        _ = try Projection(text, &binding)
        return nil
    } catch {
        return error.message
    }
}

/// The message that refuses a key condition; nil when it is taken.
func keyConditionFault(_ text: String) -> String? {
    var binding = ExpressionBinding(names: testNames, values: testValues)
    do throws(TableError) {
        _ = try KeyCondition(text, &binding)
        return nil
    } catch {
        return error.message
    }
}
