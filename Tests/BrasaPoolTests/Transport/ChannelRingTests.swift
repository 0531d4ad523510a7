import CBrasaTransport
import Glibc
import Testing

/// When an instance rings for what it writes.
struct ChannelRingTests {
    @Test func ringsForTheFirstFrameOnly() throws {
        let ends = try ChannelEnds()
        defer { ends.close() }

        #expect(ends.publish() == 0)
        #expect(ends.publish() == 0)

        #expect(ends.rings() == 1)
    }

    @Test func doesNotRingWhileTheHostLooks() throws {
        let ends = try ChannelEnds()
        defer { ends.close() }
        brasa_channel_wake_quietly(&ends.host)

        #expect(ends.publish() == 0)

        #expect(ends.rings() == 0)
        #expect(brasa_channel_look(&ends.host, 0) == 1)
    }

    @Test func ringsAgainOnceTheHostHasLooked() throws {
        let ends = try ChannelEnds()
        defer { ends.close() }
        brasa_channel_wake_quietly(&ends.host)
        #expect(brasa_channel_look(&ends.host, 0) == 0)

        #expect(ends.publish() == 0)

        #expect(ends.rings() == 1)
    }

    @Test func endsALookInVain() throws {
        let ends = try ChannelEnds()
        defer { ends.close() }
        brasa_channel_wake_quietly(&ends.host)

        #expect(brasa_channel_look(&ends.host, 1_000_000) == 0)
    }

    @Test func seesWhatWasWrittenBehindAFrameItHasTaken() throws {
        let ends = try ChannelEnds()
        defer { ends.close() }
        brasa_channel_wake_quietly(&ends.host)
        #expect(ends.publish() == 0)
        #expect(brasa_channel_look(&ends.host, 0) == 1)
        #expect(ends.take())

        #expect(ends.publish() == 0)

        #expect(ends.rings() == 1)
        #expect(ends.take())
    }
}

/// Both ends of a channel in one process.
///
/// The instance's end has no way to give its mapping back: an instance keeps it until it ends, and so does the test.
private final class ChannelEnds {
    struct Unmade: Error {}

    var host = brasa_channel()
    private var instance = brasa_port()
    private let doorbell: Int32

    init() throws {
        let descriptor = brasa_channel_create(&self.host)
        defer { Glibc.close(descriptor) }
        self.doorbell = brasa_process_eventfd()
        guard descriptor >= 0, self.doorbell >= 0, brasa_port_open(&self.instance, descriptor, self.doorbell) == 0
        else { throw Unmade() }
    }

    func publish() -> Int32 {
        guard let slot = brasa_port_slot(&self.instance, 0) else { return -1 }
        slot.pointee.kind = UInt16(BRASA_FRAME_READY.rawValue)
        return brasa_port_publish(&self.instance)
    }

    func take() -> Bool {
        var frame = brasa_incoming()
        guard brasa_channel_next(&self.host, &frame) == Int32(BRASA_CHANNEL_FRAME) else { return false }
        brasa_channel_take(&self.host)
        return true
    }

    /// How often the instance has rung since this was last asked.
    func rings() -> UInt64 {
        var count: UInt64 = 0
        return read(self.doorbell, &count, 8) == 8 ? count : 0
    }

    func close() {
        brasa_channel_destroy(&self.host)
        Glibc.close(self.doorbell)
    }
}
