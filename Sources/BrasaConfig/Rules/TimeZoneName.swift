import Foundation

/// Names of the time zone database.
enum TimeZoneName {
    /// Whether it is a name of the database.
    ///
    /// Foundation alone also takes things like `GMT+2`, which are none.
    static func exists(_ name: String) -> Bool {
        guard TimeZone(identifier: name) != nil else { return false }
        return name == "UTC" || name.contains("/") || TimeZone.knownTimeZoneIdentifiers.contains(name)
    }

    /// The name somebody probably meant; of `Berlin`, the zone that ends so.
    static func nearest(to name: String) -> String? {
        let known = TimeZone.knownTimeZoneIdentifiers
        let city = "/" + name.lowercased().replacing(" ", with: "_")
        return known.first { $0.lowercased().hasSuffix(city) } ?? NearestName.find(name, among: known)
    }
}
