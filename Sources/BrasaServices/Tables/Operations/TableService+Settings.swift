import BrasaModel
import BrasaTables
import Foundation
import NIOCore

/// Tags, expiry, and what is told about the service itself.
extension TableService {
    private struct Tag: Encodable {
        let key: String
        let value: String
    }
    private struct Tags: Encodable { let tags: [Tag] }
    private struct TimeToLive: Encodable {
        struct Description: Encodable {
            let timeToLiveStatus: String
            let attributeName: String?
        }
        let timeToLiveDescription: Description
    }
    private struct ChangedTimeToLive: Encodable {
        struct Specification: Encodable {
            let attributeName: String
            let enabled: Bool
        }
        let timeToLiveSpecification: Specification
    }
    private struct Limits: Encodable {
        let accountMaxReadCapacityUnits = 80_000
        let accountMaxWriteCapacityUnits = 80_000
        let tableMaxReadCapacityUnits = 40_000
        let tableMaxWriteCapacityUnits = 40_000
    }
    private struct Endpoints: Encodable {
        struct Endpoint: Encodable {
            let address: String
            let cachePeriodInMinutes = 1_440
        }
        let endpoints: [Endpoint]
    }
    private struct Backups: Encodable {
        struct Recovery: Encodable { let pointInTimeRecoveryStatus = "DISABLED" }
        struct Description: Encodable {
            let continuousBackupsStatus = "DISABLED"
            let pointInTimeRecoveryDescription = Recovery()
        }
        let continuousBackupsDescription = Description()
    }

    func tag(_ request: TagRequest, _ completion: @escaping Completion) throws {
        self.changeTags(request, completion) { tags in
            tags.merge(request.tags) { $1 }
            try BrasaTables.Tag.checkCount(tags)
        }
    }

    func untag(_ request: TagRequest, _ completion: @escaping Completion) throws {
        self.changeTags(request, completion) { tags in
            for key in request.keys { tags[key] = nil }
        }
    }

    private func changeTags(
        _ request: TagRequest, _ completion: @escaping Completion,
        _ change: @escaping @Sendable (inout [String: String]) throws -> Void
    ) {
        guard self.taggedTable(request) != nil else { return completion(.failure(ServiceFailure(.noTagged(request)))) }
        self.changeTable(
            request.tableName, completion, { document, _, _ in try change(&document.tags) },
            answer: { _, _ in ByteBuffer() })
    }

    func listTags(_ request: TagRequest, _ completion: @escaping Completion) throws {
        guard let table = self.taggedTable(request) else { throw TableError.noTagged(request) }
        let tags = table.document.tags.sorted { $0.key < $1.key }.map { Tag(key: $0.key, value: $0.value) }
        completion(.success(ServiceResponse(result: try TableAnswer.json(Tags(tags: tags)))))
    }

    private func taggedTable(_ request: TagRequest) -> Table? {
        guard request.resourceARN == self.scope.tableARN(request.tableName) else { return nil }
        return self.catalog.table(named: request.tableName)
    }

    func describeTimeToLive(_ request: TableNameRequest, _ completion: @escaping Completion) throws {
        guard let table = self.catalog.table(named: request.tableName) else {
            throw self.noTable(request.tableName)
        }
        let name = table.document.timeToLive
        completion(
            .success(
                ServiceResponse(
                    result: try TableAnswer.json(
                        TimeToLive(
                            timeToLiveDescription: .init(
                                timeToLiveStatus: name == nil ? "DISABLED" : "ENABLED", attributeName: name))))))
    }

    func updateTimeToLive(_ request: UpdateTimeToLiveRequest, _ completion: @escaping Completion) throws {
        self.changeTable(
            request.tableName,
            { result in
                if case .success = result, let table = self.catalog.table(named: request.tableName) {
                    self.noteExpiries(of: table)
                }
                completion(result)
            },
            { document, table, _ in
                document.timeToLive = try request.applied(to: table.timeToLive)?.string
                document.expiryNoting = UUID().uuidString
            },
            answer: { _, _ in
                try TableAnswer.json(
                    ChangedTimeToLive(
                        timeToLiveSpecification: .init(
                            attributeName: request.attribute.string, enabled: request.isEnabled)))
            })
    }

    func describeLimits(_ completion: @escaping Completion) {
        self.answer(Limits(), completion)
    }

    /// Tells where this host is, so that clients that look for endpoints stay with it.
    ///
    /// - Parameter endpoint: where the caller found it; nil: it is no client of a port.
    func describeEndpoints(_ endpoint: String?, _ completion: @escaping Completion) {
        let address = endpoint ?? self.endpoint() ?? "dynamodb.\(self.scope.region).amazonaws.com"
        self.answer(Endpoints(endpoints: [.init(address: address)]), completion)
    }

    func describeContinuousBackups(_ request: TableNameRequest, _ completion: @escaping Completion) throws {
        guard self.catalog.table(named: request.tableName) != nil else {
            throw self.foreign(request.tableName)
                ?? TableError(.tableNotFound, "Table not found: \(self.catalog.plainName(request.tableName))")
        }
        self.answer(Backups(), completion)
    }

    private func answer(_ value: some Encodable, _ completion: Completion) {
        completion(Result { ServiceResponse(result: try TableAnswer.json(value)) }.mapError { self.failure(of: $0) })
    }
}

extension TableError {
    /// A resource to be labelled that is none of this host's tables.
    fileprivate static func noTagged(_ request: TagRequest) -> TableError {
        TableError(
            .resourceNotFound, "Requested resource not found: ResourceArn: \(request.resourceARN) not found")
    }
}
