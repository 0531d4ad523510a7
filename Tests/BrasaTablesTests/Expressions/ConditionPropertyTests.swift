import BrasaTesting
import Testing

@testable import BrasaTables

@Suite struct ConditionPropertyTests {
    @Test func readConditionsDecideAsTheModelThatWroteThem() throws {
        var random = SeededRandom(seed: 77)
        var held = 0
        var decided = 0
        for _ in 0..<4_000 {
            let model = ConditionModel.random(&random)
            var page = ConditionModel.Page()
            let text = model.text(&page, &random)
            guard text.utf8.count <= ExpressionKind.maximumBytes else { continue }
            var binding = ExpressionBinding(names: page.names, values: page.values)
            let condition = try Condition(text, kind: .filter, &binding)
            try binding.checkAllUsed()
            for _ in 0..<5 {
                let item = RandomValues.map(&random)
                let holds = condition.holds(for: item)
                #expect(holds == model.holds(item), "\(text) on \(item)")
                held += holds ? 1 : 0
                decided += 1
            }
        }
        // Both answers have to be frequent for the test to mean something.
        #expect(held > decided / 10 && held < decided * 9 / 10)
    }
}
