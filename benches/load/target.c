/* A target for load benches: it answers every POST of a JSON-RPC request with about 500 bytes.

   target PORT [PAUSE_MS] [COST_US]

   PAUSE_MS: it stands still for so long at the beginning of every second of the clock.
   COST_US:  it computes for so long before each answer. */

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

enum { CONNECTIONS = 4096, ROOM = 1 << 16, EVENTS = 256 };

static const char TEXT[] =
    "11.5 degrees, light rain from the west in the morning, clear in the afternoon, wind from the "
    "north with gusts of up to 40 km/h. The night stays clear, with a chance of fog near the river "
    "before sunrise. Tomorrow brings more of the same, and the day after it clears up again.";

/* What a client of 2026-07-28 asks before it calls a tool. */
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
static long pause_ms, cost_us;

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

static void compute(void) {
    double until = now() + (double)cost_us / 1e6;
    while (now() < until) {
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
    const char *fixed = strstr(from->data + head, "\"server/discover\"") ? DISCOVERED
                        : strstr(from->data + head, "\"tools/list\"")    ? TOOLS
                                                                       : NULL;
    from->data[head + body] = after;
    if (cost_us)
        compute();
    char json[1024], out[2048];
    int size = fixed ? snprintf(json, sizeof json,
                                "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"result\":%s}", number, fixed)
                     : snprintf(json, sizeof json,
                                "{\"jsonrpc\":\"2.0\",\"id\":%ld,\"result\":{\"resultType\":"
                                "\"complete\",\"content\":[{\"type\":\"text\",\"text\":\"%s\"}],"
                                "\"isError\":false}}",
                                number, TEXT);
    int all = snprintf(out, sizeof out,
                       "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                       "Content-Length: %d\r\n\r\n%s",
                       size, json);
    if (write(file, out, (size_t)all) != all)
        return from->size; /* nobody reads: the next read tells */
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
    cost_us = count > 3 ? atol(arguments[3]) : 0;
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
        int many = epoll_wait(poll, ready, EVENTS, -1);
        if (pause_ms)
            stand_still();
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
