/* A target for load benches: it answers every POST of a JSON-RPC request with about 500 bytes.

   target PORT [PAUSE_MS] [DELAY_MS]

   PAUSE_MS: it stands still for so long at the beginning of every second of the clock.
   DELAY_MS: each answer goes out so long after its request came; others are served meanwhile. */

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 4096, ROOM = 1 << 16, EVENTS = 256, LONGEST = 2048 };

static const char TEXT[] =
    "11.5 degrees, light rain from the west in the morning, clear in the afternoon, wind from the "
    "north with gusts of up to 40 km/h. The night stays clear, with a chance of fog near the river "
    "before sunrise. Tomorrow brings more of the same, and the day after it clears up again.";

/* What a client asks before it calls a tool: of 2025-11-25 the first, of 2026-07-28 the second. */
static const char INITIALIZED[] =
    "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},\"serverInfo\":"
    "{\"name\":\"target\",\"version\":\"1.0.0\"}}";
static const char DISCOVERED[] =
    "{\"resultType\":\"complete\",\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}},"
    "\"ttlMs\":0,\"cacheScope\":\"public\",\"_meta\":{\"io.modelcontextprotocol/serverInfo\":"
    "{\"name\":\"target\",\"version\":\"1.0.0\"}}}";
static const char TOOLS[] =
    "{\"resultType\":\"complete\",\"ttlMs\":0,\"cacheScope\":\"public\",\"tools\":[{\"name\":\"describe\","
    "\"inputSchema\":{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},"
    "\"required\":[\"city\"]},\"annotations\":{\"readOnlyHint\":true}}]}";

struct connection {
    char data[ROOM + 1];
    size_t size;
};
static struct connection *connections[CONNECTIONS];
static long pause_ms, delay_ms;

/* Answers that wait for their time: a ring, since all wait equally long. */
struct answer {
    double due;
    int file, size;
    char data[LONGEST];
};
static struct answer waiting[CONNECTIONS];
static size_t first, after_last;

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void stand_still(void) {
    double at = now(), since = at - (double)(int64_t)at;
    double left = (double)pause_ms / 1e3 - since;
    if (left > 0) {
        struct timespec rest = {0, (long)(left * 1e9)};
        nanosleep(&rest, NULL);
    }
}

static void send_due(void) {
    for (double at = now(); first != after_last; first++) {
        struct answer *next = waiting + first % CONNECTIONS;
        if (next->due > at)
            return;
        if (write(next->file, next->data, (size_t)next->size) != next->size)
            continue; /* nobody reads: the next read tells */
    }
}

/* Answer the request at the front, if it is whole; its size, or 0. */
static size_t answer(int file, struct connection *from) {
    from->data[from->size] = 0;
    char *end = strstr(from->data, "\r\n\r\n");
    if (!end)
        return 0;
    char *length = strcasestr(from->data, "content-length:");
    size_t head = (size_t)(end - from->data) + 4;
    size_t body = length && length < end ? (size_t)atol(length + 15) : 0;
    if (from->size < head + body)
        return 0;
    char after = from->data[head + body];
    from->data[head + body] = 0;
    char *id = strstr(from->data + head, "\"id\":");
    long number = id ? atol(id + 5) : 0;
    const char *fixed = strstr(from->data + head, "\"initialize\"")        ? INITIALIZED
                        : strstr(from->data + head, "\"server/discover\"") ? DISCOVERED
                        : strstr(from->data + head, "\"tools/list\"")      ? TOOLS
                                                                         : NULL;
    from->data[head + body] = after;
    char json[1024];
    struct answer *later = waiting + after_last++ % CONNECTIONS;
    int size = fixed ? snprintf(json, sizeof json,
                                "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"result\":%s}", number, fixed)
                     : snprintf(json, sizeof json,
                                "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"result\":{\"resultType\":"
                                "\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],"
                                "\"isError\":false}}",
                                number, TEXT);
    later->file = file;
    later->due = delay_ms ? now() + (double)delay_ms / 1e3 : 0;
    later->size = snprintf(later->data, LONGEST,
                           "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                           "%sContent-Length: %d\r\n\r\n%s",
                           fixed == INITIALIZED ? "Mcp-Session-Id: 0123456789abcdef\r\n" : "",
                           size, json);
    if (!delay_ms)
        send_due();
    return head + body;
}

static void take(int poll, int file) {
    struct connection *from = connections[file];
    ssize_t got = read(file, from->data + from->size, ROOM - from->size);
    if (got <= 0) {
        epoll_ctl(poll, EPOLL_CTL_DEL, file, NULL);
        close(file);
        free(from);
        connections[file] = NULL;
        return;
    }
    from->size += (size_t)got;
    for (size_t used; from->size && (used = answer(file, from)); from->size -= used)
        memmove(from->data, from->data + used, from->size - used);
}

int main(int count, char **arguments) {
    pause_ms = count > 2 ? atol(arguments[2]) : 0;
    delay_ms = count > 3 ? atol(arguments[3]) : 0;
    int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0), poll = epoll_create1(0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in here = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)atoi(arguments[1])),
                               .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 1024))
        return perror("target"), 1;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, ready[EVENTS];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        double left = first == after_last ? 1 : waiting[first % CONNECTIONS].due - now();
        struct timespec most = {left >= 1, left > 0 && left < 1 ? (long)(left * 1e9) : 0};
        int many = epoll_pwait2(poll, ready, EVENTS, &most, NULL);
        if (pause_ms)
            stand_still();
        send_due();
        for (int each = 0; each < many; each++) {
            int file = ready[each].data.fd;
            if (file != listener) {
                take(poll, file);
                continue;
            }
            int client = accept(listener, NULL, NULL);
            if (client < 0 || client >= CONNECTIONS) {
                close(client);
                continue;
            }
            setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            connections[client] = calloc(1, sizeof(struct connection));
            event.data.fd = client;
            epoll_ctl(poll, EPOLL_CTL_ADD, client, &event);
        }
    }
}
