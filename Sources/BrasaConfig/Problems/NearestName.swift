/// Finds the name somebody probably meant.
package enum NearestName {
    /// The candidate nearest to `name`; nil when none is near enough to be worth a question.
    ///
    /// Near is: the same but for case, at most a third of the letters (two at least) mistyped, or one is the beginning of the
    /// other, at least three letters of it. Of equally near ones, the first.
    package static func find(_ name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars.prefix(100))
        guard !wanted.isEmpty else { return nil }
        let limit = max(2, wanted.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates where candidate != name {
            let letters = Array(candidate.lowercased().unicodeScalars.prefix(100))
            var distance = Self.distance(wanted, letters)
            // For words of one to three letters two slips make any word of any other.
            var isNear = distance <= limit && distance < min(wanted.count, letters.count)
            if !isNear, min(wanted.count, letters.count) >= 3,
                wanted.starts(with: letters) || letters.starts(with: wanted)
            {
                isNear = true
                distance = limit + 1
            }
            if isNear, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one into the other (optimal string alignment).
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row] + [Int](repeating: 0, count: right.count)
            for column in 1...right.count {
                let isSame = left[row - 1] == right[column - 1]
                var cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    cost = min(cost, beforeLast[column - 2] + 1)
                }
                current[column] = cost
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
