/// A priority queue: the least element first; equal ones in any order.
struct BinaryHeap<Element: Comparable> {
    private var elements: [Element] = []

    var count: Int { self.elements.count }
    var isEmpty: Bool { self.elements.isEmpty }
    /// The least element.
    var first: Element? { self.elements.first }

    mutating func insert(_ element: Element) {
        self.elements.append(element)
        var child = self.elements.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard self.elements[child] < self.elements[parent] else { return }
            self.elements.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the least element out; nil when there is none.
    @discardableResult
    mutating func removeFirst() -> Element? {
        guard let first = self.elements.first, let last = self.elements.popLast() else { return nil }
        guard !self.elements.isEmpty else { return first }
        self.elements[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < self.elements.count else { return first }
            if child + 1 < self.elements.count, self.elements[child + 1] < self.elements[child] { child += 1 }
            guard self.elements[child] < self.elements[parent] else { return first }
            self.elements.swapAt(child, parent)
            parent = child
        }
    }
}
