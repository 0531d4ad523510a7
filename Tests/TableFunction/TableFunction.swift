public import BrasaFunctionJSON
import FoundationEssentials

/// What `Tests/Fixtures/tables.c` does, with the typed client; the same events have the same replies.
struct Event: Decodable {
    var Do: String
    var Service: String?
    var Operation: String?
    var Parameters: String?
    var Table: String?
    var Times: String?
    var Bytes: String?

    /// Asks for what the event says.
    func perform(_ context: Context) throws -> [UInt8] {
        var parameters = Array((self.Parameters ?? "").utf8)
        let missing = (Int(self.Bytes ?? "") ?? 0) - parameters.count
        if missing > 0 { parameters += Array(repeating: UInt8(ascii: " "), count: missing) }
        return try context.call(self.Service ?? "dynamodb", self.Operation ?? "", parameters: parameters).result
    }
}

/// What came back from a raw call.
struct Answer: Encodable {
    var `Type` = ""
    var Message = ""
    var Result = ""
    var Kind = ""
}

struct UnknownDeed: Error {}

/// What is in an item of the scenario.
struct Person: Codable {
    struct Address: Codable {
        enum Room: Codable {
            case number(Int)
            case name(String)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                do {
                    self = .number(try container.decode(Int.self))
                } catch {
                    self = .name(try container.decode(String.self))
                }
            }

            func encode(to encoder: any Encoder) throws {
                var container = encoder.singleValueContainer()
                switch self {
                case .number(let number): try container.encode(number)
                case .name(let name): try container.encode(name)
                }
            }

            var text: String {
                switch self {
                case .number(let number): "\(number)"
                case .name(let name): name
                }
            }
        }

        var street: String
        var rooms: [Room]
    }

    var id = "u"
    var n: Int
    var name: String
    var large = Decimal(string: "12345678901234567890123456789012345678")
    var photo = Data([0, 0xff, 0x10])
    var active = true
    var tags: Set<String> = ["a", "é"]
    var sizes: Set<Double> = [1, -0.5]
    var address = Address(street: "Rua \"A\"\n", rooms: [.number(1), .name("two")])

    var line: String {
        "item \(self.n) \(self.name) \(self.large?.description ?? "") \(self.photo.count) bytes \(self.active ? 1 : 0) "
            + "\(self.address.street) \(self.address.rooms[1].text)\n"
    }
}

/// A user's life, as the typed client has it.
func scenario(_ name: String, _ context: Context) throws -> String {
    let table = context.table(name)
    var transcript = ""
    func note(_ what: String, _ body: () throws -> Void) -> ServiceError? {
        do {
            try body()
            transcript += "\(what): \n"
            return nil
        } catch {
            transcript += "\(what): \((error as? ServiceError)?.type ?? "\(error)")\n"
            return error as? ServiceError
        }
    }
    func key(_ number: Int) -> [String: Attribute] { ["id": "u", "n": .number(number)] }

    for number in 0..<7 {
        let person = Person(n: number, name: number == 3 ? "Zoë 😀" : "Ada")
        if number == 0 { _ = note("put") { try table.put(person) } } else { try table.put(person) }
    }
    let taken = note("put again") { try table.put(Person(n: 0, name: "Eve"), if: "attribute_not_exists(id)") }
    transcript += "conflict: \(taken?.isConflict ?? false ? 1 : 0)\n"
    transcript += try table.get(key(3), as: Person.self)?.line ?? "none"
    transcript += "missing: \(try table.get(key(99), as: Person.self) == nil ? 1 : 0)\n"
    transcript += try table.update(
        key(1), "SET \(name: "name") = \("Grace")", if: "active = \(true)", returning: Person.self
    ).line
    var (pages, count) = (0, 0)
    var last: [String: Attribute]?
    repeat {
        let page = try table.query("id = \("u") AND n > \(0)", as: Person.self, pageSize: 4, after: last).page()
        pages += 1
        count += page.items.count
        last = page.next
    } while last != nil
    transcript += "\(count) items in \(pages) pages\n"
    let cancelled = note("transaction") {
        try context.transact {
            try $0.delete(key(5), in: name)
            try $0.check(key(6), in: name, "attribute_not_exists(id)")
        }
    }
    for reason in cancelled?.cancellationReasons ?? [] { transcript += "reason \(reason)\n" }
    _ = note("transaction") { try context.transact { try $0.delete(key(5), in: name) } }
    transcript += try table.delete(key(6), returning: Person.self)?.line ?? "none"
    let elsewhere = note("elsewhere") { try context.table("no-such-table").delete(key(6)) }
    transcript += "not found: \(elsewhere?.isNotFound ?? false ? 1 : 0)\n"
    return transcript
}

struct Counter: Codable {
    var id = "forever"
    var n = 0
    var hits: Int?
}

func reply(_ event: Event, _ context: Context) throws -> Reply {
    let table = context.table(event.Table ?? "")
    switch event.Do {
    case "call":
        var answer = Answer()
        do {
            answer.Result = String(decoding: try event.perform(context), as: UTF8.self)
        } catch let error as ServiceError {
            answer.Type = error.type
            answer.Message = error.message
            answer.Result = String(decoding: error.details, as: UTF8.self)
            answer.Kind =
                error.isNotFound ? "notFound" : error.isConflict ? "conflict" : error.isDenied ? "denied" : "other"
        }
        return .bytes(Array(try JSONEncoder().encode(answer)))
    case "measure":
        let result = try event.perform(context)
        let digest = result.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return .bytes(Array("\"\(result.count) \(String(digest, radix: 16))\"".utf8))
    case "scenario": return .text(try scenario(event.Table ?? "", context))
    case "count":
        var hits = 0
        for _ in 0..<(Int(event.Times ?? "") ?? 1) {
            let counter = try table.update(
                ["id": "counter", "n": 0], "ADD hits \(1)", returning: Counter.self)
            hits = counter.hits ?? 0
        }
        return .bytes(Array("\(hits)".utf8))
    case "forever":
        for number in 0... {
            try table.put(Counter(n: number))
            context.log.info("put \(number)")
        }
        throw UnknownDeed()
    case "late":
        while context.timeLeft > .zero {}
        try table.put(Counter(id: "late"))
        return .text("put")
    default: throw UnknownDeed()
    }
}

/// The library's entry point.
@_cdecl("brasa_module_v1")
public func module(_ host: Host) -> ExportedModule {
    Module(
        "table-fixture",
        Function(
            "table-fixture",
            raw: { context in
                let event = try JSONDecoder().decode(Event.self, from: Data(context.event))
                return try reply(event, context)
            })
    ).export(to: host)
}
