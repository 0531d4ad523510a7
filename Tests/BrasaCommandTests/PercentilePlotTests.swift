import Foundation
import FoundationXML
import Testing

@testable import brasa

/// Latency by percentile as SVG.
struct PercentilePlotTests {
    /// Collects what an element of a name has for an attribute.
    private final class Reader: NSObject, XMLParserDelegate {
        var points: [[(x: Double, y: Double)]] = []
        var text = ""
        var isInvalid = false

        init(_ svg: String) {
            super.init()
            let parser = XMLParser(data: Data(svg.utf8))
            parser.delegate = self
            self.isInvalid = !parser.parse()
        }

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            guard name == "polyline", let points = attributes["points"] else { return }
            self.points.append(
                points.split(separator: " ").map { point in
                    let numbers = point.split(separator: ",").compactMap { Double($0) }
                    return (x: numbers[0], y: numbers[1])
                })
        }

        func parser(_ parser: XMLParser, foundCharacters text: String) { self.text += text }

        func parser(
            _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
        ) { self.text += "\n" }
    }

    @Test func drawsALineForEachSeriesThatRisesToTheRight() throws {
        let plot = try #require(
            PercentilePlot([
                .init(name: "a <b> & \"c\"", curve: [[0, 10], [50, 20], [90, 40], [99, 900], [100, 1_000]]),
                .init(name: "d", curve: [[0, 5], [100, 8]]), .init(name: "empty", curve: []),
            ]))
        let reader = Reader(plot.svg)

        #expect(!reader.isInvalid)
        #expect(reader.points.map(\.count) == [5, 2])
        for line in reader.points {
            #expect(line.map(\.x) == line.map(\.x).sorted())
            // Upwards, and SVG counts downwards.
            #expect(line.map(\.y) == line.map(\.y).sorted(by: >))
            #expect(line.allSatisfy { $0.x >= 0 && $0.x <= 860 && $0.y >= 0 && $0.y <= 380 })
        }
        #expect(reader.text.contains("99 %") && reader.text.contains("100 µs"))
        #expect(reader.text.contains("a <b> & \"c\": 99.0 % within 900 µs"))
    }

    @Test(arguments: [
        [[100.0, 7.0]], [[0, 7], [100, 7]], [[0, 0.01], [99.9999, 60_000_000], [100, 60_000_000]],
    ])
    func drawsWhatHardlyVariesAndWhatVariesMuch(curve: [[Double]]) throws {
        let reader = Reader(try #require(PercentilePlot([.init(name: "f", curve: curve)])).svg)

        #expect(!reader.isInvalid)
        #expect(reader.points.flatMap { $0 }.allSatisfy { $0.x.isFinite && $0.y.isFinite && $0.y >= 0 && $0.y <= 380 })
    }

    @Test func isNoneOfNothing() {
        #expect(PercentilePlot([]) == nil)
        #expect(PercentilePlot([.init(name: "f", curve: [[0, 0], [100, 0]])]) == nil)
    }
}
