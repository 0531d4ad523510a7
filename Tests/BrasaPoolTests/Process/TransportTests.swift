import CBrasaTransport
import Glibc
import Testing

/// The host's side of what it shares with instances and zygotes.
@Suite struct TransportTests {
    @Test func cancelsOneInvocationAndNotTheOneBehindIt() throws {
        var channel = brasa_channel()
        let descriptor = brasa_channel_create(&channel)
        try #require(descriptor >= 0)
        defer {
            brasa_channel_destroy(&channel)
            close(descriptor)
        }
        var port = brasa_port()
        try #require(brasa_port_open(&port, descriptor, -1) == 0)
        port.invocation = 7
        #expect(brasa_port_is_cancelled(&port) == 0)

        brasa_channel_cancel(&channel, 7)

        #expect(brasa_port_is_cancelled(&port) == 1)
        port.invocation = 8
        #expect(brasa_port_is_cancelled(&port) == 0)
        port.invocation = 0
        #expect(brasa_port_is_cancelled(&port) == 0)
    }

    @Test func takesThreeDescriptorsAndClosesTheFourth() throws {
        var sockets: [Int32] = [-1, -1]
        try #require(brasa_process_socketpair(&sockets) == 0)
        defer { for socket in sockets { close(socket) } }
        let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(null) }
        // Control messages are padded, and a fourth descriptor fits the padding.
        try Self.send([null, null, null, null], to: sockets[0])
        let message = UnsafeMutablePointer<brasa_control>.allocate(capacity: 1)
        defer { message.deallocate() }
        let received = UnsafeMutablePointer<Int32>.allocate(capacity: 8)
        defer { received.deallocate() }
        received.update(repeating: -77, count: 8)

        #expect(brasa_control_receive(sockets[1], message, received) == 1)

        let all = (0..<8).map { received[$0] }
        let isOpen = all[0..<3].allSatisfy { $0 >= 0 && fcntl($0, F_GETFD) >= 0 }
        #expect(isOpen)
        #expect(Array(all[3...]) == [Int32](repeating: -77, count: 5))
        for descriptor in all[0..<3] { close(descriptor) }
    }

    /// Sends a PHASE message with any number of descriptors, which `brasa_control_send` would not.
    private static func send(_ descriptors: [Int32], to socket: Int32) throws {
        var message = [UInt8](repeating: 0, count: 64)
        message[0] = UInt8(BRASA_CONTROL_PHASE.rawValue)
        // Up to the text, which is empty.
        let count = try #require(MemoryLayout<brasa_control>.offset(of: \.numbers)) + 32
        var ancillary = [UInt8](repeating: 0, count: 16 + 4 * descriptors.count)
        ancillary.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: UInt64(16 + 4 * descriptors.count), toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: Int32(SOL_SOCKET), toByteOffset: 8, as: Int32.self)
            bytes.storeBytes(of: Int32(1), toByteOffset: 12, as: Int32.self)  // SCM_RIGHTS
            for (index, descriptor) in descriptors.enumerated() {
                bytes.storeBytes(of: descriptor, toByteOffset: 16 + 4 * index, as: Int32.self)
            }
        }
        let sent = message.withUnsafeMutableBytes { message in
            ancillary.withUnsafeMutableBytes { ancillary in
                var part = iovec(iov_base: message.baseAddress, iov_len: count)
                return withUnsafeMutablePointer(to: &part) { part in
                    var packet = msghdr()
                    packet.msg_iov = part
                    packet.msg_iovlen = 1
                    packet.msg_control = ancillary.baseAddress
                    packet.msg_controllen = ancillary.count
                    return sendmsg(socket, &packet, 0)
                }
            }
        }
        try #require(sent == count)
    }
}
