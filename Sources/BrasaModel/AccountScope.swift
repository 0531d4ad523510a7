/// The account and region this host presents itself as; what names of resources are built from.
package struct AccountScope: Sendable, Hashable {
    /// Twelve digits.
    package let account: String
    package let region: String

    package init(account: String = "000000000000", region: String = "us-east-1") {
        self.account = account
        self.region = region
    }

    /// The full name of a function, version or alias; nil leaves the qualifier out.
    package func functionARN(_ function: String, qualifier: String? = nil) -> String {
        let arn = "arn:aws:lambda:\(self.region):\(self.account):function:\(function)"
        return qualifier.map { "\(arn):\($0)" } ?? arn
    }
}
