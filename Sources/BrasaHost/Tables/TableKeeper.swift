import BrasaConfig
import BrasaModel
import Foundation
import Logging
import NIOCore

/// Makes the tables that the configuration describes, where they are not there.
///
/// A table that is there stays as it is, whatever the configuration says: it may hold what nobody wants to lose. How it differs is
/// logged.
struct TableKeeper: Sendable {
    let services: any ServicePerformer
    let logger: Logger

    /// Makes what is missing, one after the other.
    ///
    /// - Throws: `ServiceFailure` when one cannot be made; those before it are there.
    func make(_ tables: [ConfiguredTable]) async throws {
        for table in tables {
            do {
                _ = try await self.perform("CreateTable", Data(table.creation.utf8))
                self.logger.info("table made", metadata: ["table": "\(table.name)"])
            } catch let failure as ServiceFailure where failure.type == "ResourceInUseException" {
                try await self.compare(table)
            }
            // Also of a table that is there: the host may have ended between the two.
            try await self.switchTimeToLiveOn(table)
        }
    }

    /// Like ``make(_:)``, for a host that goes on in any case.
    func makeOrReport(_ tables: [ConfiguredTable]) async {
        do {
            try await self.make(tables)
        } catch {
            self.logger.error("tables cannot be made", metadata: ["error": "\(error)"])
        }
    }

    private struct Name: Encodable {
        let TableName: String
    }

    private func compare(_ table: ConfiguredTable) async throws {
        struct Described: Decodable {
            let Table: TableShape
        }
        let decoder = JSONDecoder()
        let wanted = try decoder.decode(TableShape.self, from: Data(table.creation.utf8))
        let found = try decoder.decode(
            Described.self, from: await self.perform("DescribeTable", Name(TableName: table.name)))
        let differences = wanted.differences(from: found.Table)
        guard !differences.isEmpty else { return }
        self.logger.warning(
            "table is there already and differs from serverless.yml; it stays as it is",
            metadata: ["table": "\(table.name)", "differences": "\(differences.joined(separator: " "))"])
    }

    private func switchTimeToLiveOn(_ table: ConfiguredTable) async throws {
        struct Described: Decodable {
            struct Description: Decodable {
                let TimeToLiveStatus: String
                let AttributeName: String?
            }
            let TimeToLiveDescription: Description
        }
        struct Change: Encodable {
            struct Specification: Encodable {
                let AttributeName: String
                let Enabled = true
            }
            let TableName: String
            let TimeToLiveSpecification: Specification
        }
        guard let attribute = table.timeToLiveAttribute else { return }
        let answer = try await self.perform("DescribeTimeToLive", Name(TableName: table.name))
        let found = try JSONDecoder().decode(Described.self, from: answer).TimeToLiveDescription
        if found.TimeToLiveStatus == "DISABLED" {
            _ = try await self.perform(
                "UpdateTimeToLive",
                Change(TableName: table.name, TimeToLiveSpecification: .init(AttributeName: attribute)))
        } else if let other = found.AttributeName, other != attribute {
            self.logger.warning(
                "table is there already and differs from serverless.yml; it stays as it is",
                metadata: [
                    "table": "\(table.name)",
                    "differences": "Items expire by \(other), and serverless.yml says by \(attribute).",
                ])
        }
    }

    private func perform(_ operation: String, _ parameters: some Encodable) async throws -> Data {
        try await self.perform(operation, JSONEncoder().encode(parameters))
    }

    private func perform(_ operation: String, _ parameters: Data) async throws -> Data {
        let request = ServiceRequest(
            service: "dynamodb", operation: operation, parameters: ByteBuffer(bytes: parameters), caller: .host)
        let response = try await withCheckedThrowingContinuation { continuation in
            self.services.perform(request) { continuation.resume(with: $0) }
        }
        return Data(response.result.readableBytesView)
    }
}
