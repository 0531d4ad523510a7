/* Closed-loop HTTP load from one thread: cheap enough that the server stays the bottleneck on two CPUs. */
#include "floor.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_BYTES = 64 << 10, BUCKETS = 100000, WARM_UP_MS = 200 };

struct connection {
    int socket;
    size_t used, expected; /* expected: bytes of the whole answer; 0: its head is not complete */
    uint64_t sent_at;
    char buffer[BUFFER_BYTES];
};

static uint64_t histogram[BUCKETS]; /* microseconds */
static char request[2048];
static size_t request_bytes;

static int is_open(struct connection *connection, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int one = 1;
    return connection->socket >= 0 &&
           connect(connection->socket, (struct sockaddr *)&address, sizeof address) == 0 &&
           setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0;
}

static int ask(struct connection *connection) {
    connection->used = connection->expected = 0;
    connection->sent_at = now_ns();
    return send(connection->socket, request, request_bytes, MSG_NOSIGNAL) == (ssize_t)request_bytes ? 0 : -1;
}

/* Finds out how long the answer is, once its head is there. */
static void measure(struct connection *connection) {
    char *end = memmem(connection->buffer, connection->used, "\r\n\r\n", 4);
    if (!end) return;
    size_t head = (size_t)(end - connection->buffer) + 4, body = 0;
    for (char *line = connection->buffer; line < end;) {
        char *next = memchr(line, '\n', head - (size_t)(line - connection->buffer));
        if (strncasecmp(line, "content-length:", 15) == 0) body = strtoul(line + 15, NULL, 10);
        if (!next) break;
        line = next + 1;
    }
    connection->expected = head + body;
}

/* 1: a whole answer is there, 0: not yet, -1: the connection is useless. */
static int receive(struct connection *connection) {
    ssize_t got = recv(
        connection->socket, connection->buffer + connection->used, BUFFER_BYTES - connection->used, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (got <= 0) return -1;
    connection->used += (size_t)got;
    if (connection->expected == 0) measure(connection);
    if (connection->expected > BUFFER_BYTES) return -1;
    return connection->expected > 0 && connection->used >= connection->expected;
}

static uint64_t percentile(uint64_t count, double share) {
    uint64_t seen = 0, wanted = (uint64_t)((double)count * share);
    for (int i = 0; i < BUCKETS; i++) {
        seen += histogram[i];
        if (seen > wanted) return (uint64_t)i * 1000;
    }
    return (uint64_t)BUCKETS * 1000;
}

int load_run(int port, const char *path, int count, int milliseconds) {
    request_bytes =
        (size_t)snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", path, port);
    struct connection *connections = calloc((size_t)count, sizeof *connections);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (!connections || poll < 0 || request_bytes >= sizeof request) return 1;
    for (int i = 0; i < count; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
        if (!is_open(&connections[i], port) ||
            epoll_ctl(poll, EPOLL_CTL_ADD, connections[i].socket, &event) != 0 || ask(&connections[i]) != 0) {
            fprintf(stderr, "cannot use a connection to 127.0.0.1:%d: %s\n", port, strerror(errno));
            return 1;
        }
    }
    uint64_t answers = 0, failures = 0;
    uint64_t begin = now_ns() + (uint64_t)WARM_UP_MS * 1000000, end = begin + (uint64_t)milliseconds * 1000000;
    struct epoll_event events[64];
    for (uint64_t now = now_ns(); now < end; now = now_ns()) {
        int ready = epoll_wait(poll, events, 64, 100);
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            int state = receive(connection);
            if (state == 0) continue;
            if (state < 0) {
                fprintf(stderr, "the server closed a connection\n");
                return 1;
            }
            uint64_t done = now_ns();
            if (done >= begin && done < end) {
                uint64_t microseconds = (done - connection->sent_at) / 1000;
                answers += 1;
                failures += memcmp(connection->buffer, "HTTP/1.1 200", 12) != 0;
                histogram[microseconds < BUCKETS ? microseconds : BUCKETS - 1] += 1;
            }
            if (ask(connection) != 0) return 1;
        }
    }
    printf(
        "%llu %llu %llu %llu %llu\n", (unsigned long long)answers, (unsigned long long)failures,
        (unsigned long long)(end - begin), (unsigned long long)percentile(answers, 0.5),
        (unsigned long long)percentile(answers, 0.99));
    return 0;
}
