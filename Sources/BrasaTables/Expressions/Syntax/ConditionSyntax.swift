/// A condition as it is written, without parentheses.
indirect enum ConditionSyntax: Hashable {
    case and(ConditionSyntax, ConditionSyntax)
    case or(ConditionSyntax, ConditionSyntax)
    case not(ConditionSyntax)
    case comparison(Comparator, OperandSyntax, OperandSyntax)
    case between(OperandSyntax, lower: OperandSyntax, upper: OperandSyntax)
    case `in`(OperandSyntax, [OperandSyntax])
    case function(FunctionSyntax)
}

/// The operators that compare two operands.
package enum Comparator: String, Sendable, Hashable, CaseIterable {
    case equal = "="
    case notEqual = "<>"
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
}
