/* Closed-loop load from one thread: cheap enough that the server stays the bottleneck on two CPUs. */
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

/* BUCKETS: microseconds; slower answers count as that slow. Where a mark stands, a request has eight digits: of
 * its number below the modulus, or of its number as it is. */
enum { BUFFER_BYTES = 64 << 10, BUCKETS = 2000000, WARM_UP_MS = 200, MARKS = 16, DIGITS = 8, PATIENCE_MS = 20000 };
static const char MARK[] = "########", WHOLE_MARK[] = "@@@@@@@@";

struct connection {
    int socket;
    size_t used, expected; /* expected: bytes of the whole answer; 0: its head is not complete */
    uint64_t sent_at;
    char buffer[BUFFER_BYTES];
};

/* What is spoken: how long an answer is, once that can be told, and whether it is a good one. */
struct protocol {
    size_t (*length)(const char *answer, size_t used);
    int (*is_good)(const char *answer);
    /* Whether the server closes the connection after an answer; NULL: it never does. */
    int (*is_last)(const char *answer, size_t used);
};

static uint32_t histogram[BUCKETS];
static char request[16 << 10];
static size_t request_bytes;
static struct { size_t at[MARKS], count; } marks, whole_marks;
static uint64_t next_number, modulus = 1;

static int is_open(struct connection *connection, int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int one = 1;
    return connection->socket >= 0 &&
           connect(connection->socket, (struct sockaddr *)&address, sizeof address) == 0 &&
           setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) == 0;
}

static void write_number(const size_t *places, size_t count, uint64_t number) {
    char digits[DIGITS + 1];
    snprintf(digits, sizeof digits, "%08llu", (unsigned long long)(number % 100000000));
    for (size_t i = 0; i < count; i++) memcpy(request + places[i], digits, DIGITS);
}

static int ask(struct connection *connection) {
    write_number(marks.at, marks.count, next_number % modulus);
    write_number(whole_marks.at, whole_marks.count, next_number++);
    connection->used = connection->expected = 0;
    connection->sent_at = now_ns();
    return send(connection->socket, request, request_bytes, MSG_NOSIGNAL) == (ssize_t)request_bytes ? 0 : -1;
}

static size_t http_length(const char *answer, size_t used) {
    const char *end = memmem(answer, used, "\r\n\r\n", 4);
    if (!end) return 0;
    size_t head = (size_t)(end - answer) + 4, body = 0;
    for (const char *line = answer; line < end;) {
        const char *next = memchr(line, '\n', head - (size_t)(line - answer));
        if (strncasecmp(line, "content-length:", 15) == 0) body = strtoul(line + 15, NULL, 10);
        if (!next) break;
        line = next + 1;
    }
    return head + body;
}

static int http_is_good(const char *answer) { return memcmp(answer, "HTTP/1.1 200", 12) == 0; }

static int http_is_last(const char *answer, size_t used) {
    const char *end = memmem(answer, used, "\r\n\r\n", 4);
    return end && memmem(answer, (size_t)(end - answer), "\nConnection: close", 18) != NULL;
}

/* One line, and after "$<bytes>" those and the end of another. */
static size_t redis_length(const char *answer, size_t used) {
    const char *end = memchr(answer, '\n', used);
    if (!end) return 0;
    size_t line = (size_t)(end - answer) + 1;
    long bytes = answer[0] == '$' ? strtol(answer + 1, NULL, 10) : -1;
    return bytes < 0 ? line : line + (size_t)bytes + 2;
}

static int redis_is_good(const char *answer) { return answer[0] != '-' && memcmp(answer, "$-1", 3) != 0; }

static const struct protocol http = {http_length, http_is_good, http_is_last},
                             redis = {redis_length, redis_is_good, NULL};

/* 1: a whole answer is there, 0: not yet, -1: the connection is useless. */
static int receive(struct connection *connection, const struct protocol *protocol) {
    ssize_t got = recv(
        connection->socket, connection->buffer + connection->used, BUFFER_BYTES - connection->used, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (got <= 0) return -1;
    connection->used += (size_t)got;
    if (connection->expected == 0) connection->expected = protocol->length(connection->buffer, connection->used);
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

/* Opens a connection and sends the first request over it. */
static int begin_asking(struct connection *connection, int poll, int port) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    if (is_open(connection, port) && epoll_ctl(poll, EPOLL_CTL_ADD, connection->socket, &event) == 0 &&
        ask(connection) == 0)
        return 0;
    fprintf(stderr, "cannot use a connection to 127.0.0.1:%d: %s\n", port, strerror(errno));
    return -1;
}

static int run(int port, const struct protocol *protocol, int count, int milliseconds) {
    struct connection *connections = calloc((size_t)count, sizeof *connections);
    int poll = epoll_create1(EPOLL_CLOEXEC);
    if (!connections || poll < 0) return 1;
    for (int i = 0; i < count; i++)
        if (begin_asking(&connections[i], poll, port) != 0) return 1;
    uint64_t answers = 0, failures = 0;
    uint64_t begin = now_ns() + (uint64_t)WARM_UP_MS * 1000000, end = begin + (uint64_t)milliseconds * 1000000;
    struct epoll_event events[64];
    uint64_t now = now_ns(), longest = end + (uint64_t)PATIENCE_MS * 1000000;
    /* Whoever is slower than the time given is waited for until there is a figure. */
    for (; now < end || (answers == 0 && now < longest); now = now_ns()) {
        int ready = epoll_wait(poll, events, 64, 100);
        for (int i = 0; i < ready; i++) {
            struct connection *connection = events[i].data.ptr;
            int state = receive(connection, protocol);
            if (state == 0) continue;
            if (state < 0) {
                fprintf(stderr, "the server closed a connection\n");
                return 1;
            }
            uint64_t done = now_ns();
            if (done >= begin && (done < end || answers == 0)) {
                uint64_t microseconds = (done - connection->sent_at) / 1000;
                answers += 1;
                failures += !protocol->is_good(connection->buffer);
                histogram[microseconds < BUCKETS ? microseconds : BUCKETS - 1] += 1;
            }
            int is_last = protocol->is_last && protocol->is_last(connection->buffer, connection->used);
            if (is_last) close(connection->socket);
            if ((is_last ? begin_asking(connection, poll, port) : ask(connection)) != 0) return 1;
        }
    }
    printf(
        "%llu %llu %llu %llu %llu\n", (unsigned long long)answers, (unsigned long long)failures,
        (unsigned long long)(now - begin), (unsigned long long)percentile(answers, 0.5),
        (unsigned long long)percentile(answers, 0.99));
    return 0;
}

int load_run(int port, const char *path, int count, int milliseconds) {
    request_bytes =
        (size_t)snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n", path, port);
    return request_bytes < sizeof request ? run(port, &http, count, milliseconds) : 1;
}

static size_t find(const char *mark, size_t *places) {
    size_t count = 0;
    const char *at = request, *end = request + request_bytes;
    for (; count < MARKS && (at = memmem(at, (size_t)(end - at), mark, DIGITS)); at += DIGITS)
        places[count++] = (size_t)(at - request);
    return count;
}

int load_file_run(int port, const char *protocol, const char *path, int count, int milliseconds, int numbers) {
    FILE *file = fopen(path, "r");
    if (!file) {
        fprintf(stderr, "cannot read %s: %s\n", path, strerror(errno));
        return 1;
    }
    request_bytes = fread(request, 1, sizeof request, file);
    fclose(file);
    if (request_bytes == 0 || request_bytes == sizeof request || numbers < 1) return 1;
    modulus = (uint64_t)numbers;
    /* Not what another run has written already. */
    next_number = now_ns() / 1000;
    marks.count = find(MARK, marks.at);
    whole_marks.count = find(WHOLE_MARK, whole_marks.at);
    return run(port, strcmp(protocol, "redis") == 0 ? &redis : &http, count, milliseconds);
}
