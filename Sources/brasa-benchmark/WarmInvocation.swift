import CBrasaTransport
import Glibc

/// From an accepted event to its reply when an idle instance waits.
///
/// The floor is a thread and a process that send each other frames of the same size over the same channel, futex there and
/// eventfd back, with nobody reading, checking or recording anything. Measured twice: with pauses, so that both sides have gone to
/// sleep and every call has to wake them, as calls of a quiet function do; and back to back.
struct WarmInvocation {
    let programs: Programs
    private static let samplesPerRound = 1_000
    private static let pauseMicroseconds: UInt32 = 500
    /// hello-c's reply to `{}`.
    private static let replyBytes = 76

    func measure(rounds: Int) async throws -> [Finding] {
        [
            try await self.measure(
                rounds: rounds, isPaced: true, key: "warm_invocation",
                title: "warm invocation, event to reply, p50"),
            try await self.measure(
                rounds: rounds, isPaced: false, key: "warm_back_to_back", title: "  the same back to back"),
        ]
    }

    private func measure(rounds: Int, isPaced: Bool, key: String, title: String) async throws -> Finding {
        let bed = try await Bed.make(programs: self.programs)
        _ = try await bed.serve(self.programs.function, as: "hello-c")
        let floor = try FloorProcess(program: self.programs.floor, role: "echo:\(Self.replyBytes)")
        var channel = brasa_channel()
        let descriptor = brasa_channel_create(&channel)
        defer {
            brasa_channel_destroy(&channel)
            close(descriptor)
        }
        try Self.hand(descriptor, to: floor)
        let pause = isPaced ? Self.pauseMicroseconds : 0
        var results: [(Double, Double)] = []
        var all: [UInt64] = []
        var allFloors: [UInt64] = []
        for round in -1..<rounds {
            let ours = try await Calls.run(
                "hello-c", on: bed, count: Self.samplesPerRound, pauseMicroseconds: pause)
            let theirs = try Self.pingPong(&channel, floor, pauseMicroseconds: pause)
            if round < 0 { continue }
            results.append((Samples(nanoseconds: ours).median, Samples(nanoseconds: theirs).median))
            all += ours
            allFloors += theirs
        }
        try await bed.stop()
        return Finding(
            key: key, title: title, unit: "us", rounds: results,
            goal: Finding.Goal(subject: .ratio, direction: .atMost, value: 1.5),
            details: [
                "p99_us": Samples(nanoseconds: all).percentile(0.99),
                "floor_p99_us": Samples(nanoseconds: allFloors).percentile(0.99), "samples": Double(all.count),
            ])
    }

    private static func hand(_ descriptor: Int32, to floor: FloorProcess) throws {
        let message = UnsafeMutablePointer<brasa_control>.allocate(capacity: 1)
        defer { message.deallocate() }
        message.initialize(to: brasa_control())
        message.pointee.kind = BRASA_CONTROL_FORK.rawValue
        var descriptors = [descriptor]
        guard brasa_control_send(floor.control, message, &descriptors, 1) == 0 else {
            throw FloorProcess.StartError(description: "The floor does not take a channel.")
        }
    }

    private static func pingPong(
        _ channel: inout brasa_channel, _ floor: FloorProcess, pauseMicroseconds: UInt32
    ) throws -> [UInt64] {
        var durations: [UInt64] = []
        durations.reserveCapacity(Self.samplesPerRound)
        var text = [UInt8](repeating: 0, count: 80)
        var event = Array("{}".utf8)
        var frame = brasa_incoming()
        for number in 0..<Self.samplesPerRound {
            if pauseMicroseconds > 0 { usleep(pauseMicroseconds) }
            let begin = monotonicNanoseconds()
            _ = brasa_channel_invoke(
                &channel, UInt64(number + 1), 0, 0, 1, 0, &text, UInt32(text.count), &event, UInt32(event.count))
            brasa_channel_wake(&channel)
            try floor.waitForBell()
            guard brasa_channel_next(&channel, &frame) == Int32(BRASA_CHANNEL_FRAME) else {
                throw FloorProcess.StartError(description: "The floor rang without an answer.")
            }
            brasa_channel_take(&channel)
            durations.append(monotonicNanoseconds() - begin)
        }
        return durations
    }
}
