import BrasaAWS
import BrasaModel
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// What the host's own tools ask, under `/_brasa/`: `functions`, `logs/{function}`, `code/{function}/{version}`, and
/// `deploy` or `deploy/{function}` to take the functions folder over at once.
struct BrasaAPI: Sendable {
    let control: any FunctionControl
    let logs: any LogSource
    let deployer: any LibraryDeployer

    private enum Target: Sendable {
        case functions, logs, code, deploy
    }

    private static let router = PathRouter<Target>([
        (.GET, "/_brasa/functions", .functions),
        (.GET, "/_brasa/logs/{function}", .logs),
        (.GET, "/_brasa/code/{function}/{version}", .code),
        (.POST, "/_brasa/deploy", .deploy),
        (.POST, "/_brasa/deploy/{function}", .deploy),
    ])

    func response(to request: HTTPRequest) async -> ControlResponse {
        do {
            guard let match = Self.router.match(request.method, path: request.path) else {
                throw LambdaError(
                    "UnknownOperationException", status: 404,
                    message: "\(request.method.rawValue) \(request.path) is nothing Brasa answers: there are GET "
                        + "/_brasa/functions, /_brasa/logs/{function} and /_brasa/code/{function}/{version}, and POST "
                        + "/_brasa/deploy and /_brasa/deploy/{function}.")
            }
            let function = match.parameters["function"] ?? ""
            switch match.target {
            case .functions:
                return try ControlResponse(
                    json: ListedFunctions(
                        functions: await self.control.running().map(ListedFunction.init),
                        refused: await self.deployer.refusals().map(ListedDeployment.init)))
            case .deploy: return try await self.deploy(match.parameters["function"])
            case .logs:
                return try await self.lines(of: function, QueryText.parameters(request.query))
            case .code:
                let version = match.parameters["version"] ?? VersionKey.latest
                let code = try await self.control.code(function: function, qualifier: version)
                return ControlResponse(
                    file: code.bytes, contentType: code.isArchive ? "application/zip" : "application/octet-stream",
                    name: code.isArchive ? "\(function).zip" : "\(function).so")
            }
        } catch let error as CatalogError {
            return ControlResponse(LambdaError(error))
        } catch let error as LambdaError {
            return ControlResponse(error)
        } catch {
            return ControlResponse(LambdaError.service("\(error)"))
        }
    }

    private func deploy(_ function: String?) async throws -> ControlResponse {
        let deployments = await self.deployer.deploy(function: function)
        if let function, deployments.isEmpty {
            throw LambdaError(
                "ResourceNotFoundException", status: 404,
                message: "The functions folder has no library for a function \"\(function)\".")
        }
        return try ControlResponse(json: ["functions": deployments.map(ListedDeployment.init)])
    }

    private func lines(
        of function: String, _ query: [(name: String, value: String)]
    ) async throws -> ControlResponse {
        let after = try Self.number(query, "after", 0...Int.max, default: 0)
        let limit = try Self.number(query, "limit", 1...10_000, default: 1_000)
        let wait = try Self.number(query, "wait", 0...60, default: 0)
        var lines = await self.logs.lines(function: function, after: UInt64(after), limit: limit)
        if lines.isEmpty {
            // Only now: the lines of a function that is gone can still be read.
            _ = try await self.control.describe(function: function, qualifier: nil)
            if wait > 0 {
                await self.logs.waitForLines(function: function, after: UInt64(after), seconds: Double(wait))
                lines = await self.logs.lines(function: function, after: UInt64(after), limit: limit)
            }
        }
        return try ControlResponse(json: ["lines": lines.map(ListedLine.init)])
    }

    private static func number(
        _ query: [(name: String, value: String)], _ name: String, _ range: ClosedRange<Int>, default value: Int
    ) throws -> Int {
        guard let text = query.first(where: { $0.name == name })?.value else { return value }
        guard let number = Int(text), range.contains(number) else {
            throw LambdaError.invalidParameter(
                "\"\(text)\" is not allowed for \(name): give a whole number from \(range.lowerBound) to "
                    + "\(range.upperBound).")
        }
        return number
    }
}

/// The answer to `/_brasa/functions`.
struct ListedFunctions: Encodable {
    let functions: [ListedFunction]
    /// What of the functions folder does not answer.
    let refused: [ListedDeployment]
}

/// One function of `/_brasa/functions`.
struct ListedFunction: Encodable {
    let name: String
    let state: String
    let updateStatus: String
    /// Why the last update failed, or the latest version cannot start.
    let failure: String?
    let version: String
    let publishedVersions: [String]
    /// nil until the version has started.
    let isolation: String?
    /// Why it does not run in the isolation asked for.
    let note: String?
    let instances: [String: Int]
    let memoryMegabytes: Int
    let timeoutMilliseconds: Int
    let reservedConcurrency: Int?
    let codeSHA256: String
    let codeSizeBytes: Int
    let lastModified: String

    init(_ function: RunningFunction) {
        let description = function.description
        self.name = description.name
        self.state = description.state.rawValue
        self.updateStatus = description.updateStatus.rawValue
        var failure = description.updateStatusReason
        var isolation: Isolation?
        var note: String?
        switch function.status?.readiness {
        case .ready(let actual, _, let why):
            isolation = actual
            note = why
        case .failed(let reason): failure = failure ?? reason.message
        case nil: break
        }
        self.failure = failure
        self.version = description.version
        self.publishedVersions = function.publishedVersions
        self.isolation = isolation?.rawValue
        self.note = note
        self.instances = [
            "starting": function.status?.startingInstances ?? 0, "idle": function.status?.idleInstances ?? 0,
            "busy": function.status?.busyInstances ?? 0,
        ]
        self.memoryMegabytes = description.settings.memoryMegabytes
        self.timeoutMilliseconds = description.settings.timeoutMilliseconds
        self.reservedConcurrency = description.reservedConcurrency
        self.codeSHA256 = description.codeSHA256
        self.codeSizeBytes = description.packageSizeBytes
        self.lastModified = AWSTimestamp.lastModified(milliseconds: description.lastModifiedMilliseconds)
    }
}

/// One line of `/_brasa/logs/{function}`.
struct ListedLine: Encodable {
    let sequence: UInt64
    let timestampMilliseconds: Int64
    let version: String
    let requestID: String?
    let source: String
    let level: String?
    let message: String

    init(_ line: LogLine) {
        self.sequence = line.sequence
        self.timestampMilliseconds = line.timestampMilliseconds
        self.version = line.version
        self.requestID = line.requestID?.description
        self.source = line.source.rawValue
        self.level = line.level
        self.message = line.message
    }
}
