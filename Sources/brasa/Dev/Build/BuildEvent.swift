/// What the builder tells.
enum BuildEvent: Sendable, Hashable {
    /// A command has been started; `reason` is a sentence's end, such as `greet/greet.c has changed`.
    case started(BuildUnit, reason: String)
    /// It wrote a line.
    case output(BuildUnit, String)
    /// It has ended.
    case finished(BuildUnit, BuildOutcome, seconds: Double)
    /// Something is not as it should be, in a full sentence.
    case remark(BuildUnit, String)
}

/// How a build ended.
enum BuildOutcome: Sendable, Hashable {
    /// There is a new library in the functions folder.
    case built
    /// The library is what it was.
    case unchanged
    /// What answered before goes on; the reason is a sentence's end, such as `exit status 1`.
    case failed(String)
    /// It was cut off because nobody wants it any more.
    case cancelled
}
