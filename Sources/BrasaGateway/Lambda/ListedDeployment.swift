import BrasaModel

/// One function of the answer to `POST /_brasa/deploy`.
struct ListedDeployment: Encodable {
    let name: String
    /// Digest of the library in the folder.
    let codeSHA256: String?
    /// Digest of the library that answers.
    let servingSHA256: String?
    /// Why the library in the folder does not answer; nil: it does.
    let problem: String?
    /// Part of an instance's life in which it failed.
    let phase: String?

    init(_ deployment: Deployment) {
        self.name = deployment.function
        self.codeSHA256 = deployment.codeSHA256
        self.servingSHA256 = deployment.servingSHA256
        self.problem = deployment.problem
        self.phase = deployment.phase?.rawValue
    }
}
