/* An open-model load generator, in the manner of wrk2: the reference for latencies.

   open_loop PORT CONNECTIONS RATE SECONDS REQUEST_FILE

   Each connection has a schedule of its own, at an equal share of the rate. A latency counts from
   the moment that the schedule has for a request, also where the connection was busy then. The
   first second is left out. It prints, as JSON, how many were answered and their percentiles. */

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1024, ROOM = 1 << 16 };

struct connection {
    int file, busy;
    double due; /* when the schedule has the request that is under way, or the next one */
    size_t size;
    char data[ROOM + 1];
};
static struct connection *connections;
static double *latencies, since;
static size_t answered;

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static int by_size(const void *one, const void *other) {
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

static double percentile(double share) {
    size_t rank = (size_t)(share * (double)answered);
    return answered ? 1e3 * latencies[rank < answered ? rank : answered - 1] : 0;
}

/* Take what has come; whether that is the whole answer. */
static int taken(struct connection *from) {
    ssize_t got = read(from->file, from->data + from->size, ROOM - from->size);
    if (got <= 0)
        fprintf(stderr, "open_loop: the server closed a connection\n"), exit(1);
    from->size += (size_t)got;
    from->data[from->size] = 0;
    char *end = strstr(from->data, "\r\n\r\n"), *length = strcasestr(from->data, "content-length:");
    if (!end || !length || from->size < (size_t)(end - from->data) + 4 + (size_t)atol(length + 15))
        return 0;
    if (strncmp(from->data, "HTTP/1.1 200", 12))
        fprintf(stderr, "open_loop: %.40s\n", from->data), exit(1);
    from->size = 0;
    return 1;
}

int main(int count, char **arguments) {
    if (count != 6)
        return fprintf(stderr, "open_loop PORT CONNECTIONS RATE SECONDS REQUEST_FILE\n"), 2;
    int many = atoi(arguments[2]), one = 1, poll = epoll_create1(0);
    double rate = atof(arguments[3]), seconds = atof(arguments[4]), every = many / rate;
    char request[8192];
    FILE *from = fopen(arguments[5], "rb");
    size_t size = from ? fread(request, 1, sizeof request, from) : 0;
    connections = calloc(MOST, sizeof *connections);
    latencies = calloc((size_t)(rate * seconds) + MOST, sizeof *latencies);
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = MOST}, ready[MOST];
    epoll_ctl(poll, EPOLL_CTL_ADD, timer, &event);
    struct sockaddr_in there = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)atoi(arguments[1])),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int each = 0; each < many; each++) {
        int file = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(file, (struct sockaddr *)&there, sizeof there))
            return perror("open_loop"), 1;
        setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        connections[each].file = file;
        event.data.u32 = (uint32_t)each;
        epoll_ctl(poll, EPOLL_CTL_ADD, file, &event);
    }
    since = now() + 0.01;
    for (int each = 0; each < many; each++)
        connections[each].due = since + every * each / many;
    for (double at = now(); at < since + seconds; at = now()) {
        double next = since + seconds;
        for (int each = 0; each < many; each++) {
            struct connection *to = connections + each;
            if (!to->busy && to->due <= at) {
                if (write(to->file, request, size) != (ssize_t)size)
                    return perror("open_loop"), 1;
                to->busy = 1;
            } else if (!to->busy && to->due < next) {
                next = to->due;
            }
        }
        struct itimerspec when = {.it_value = {(time_t)next, (long)((next - (double)(time_t)next) * 1e9)}};
        timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
        int some = epoll_wait(poll, ready, MOST, 1000);
        at = now();
        for (int each = 0; each < some; each++) {
            uint64_t rung;
            if (ready[each].data.u32 == MOST) {
                if (read(timer, &rung, sizeof rung) < 0)
                    continue;
                continue;
            }
            struct connection *of = connections + ready[each].data.u32;
            if (!taken(of))
                continue;
            if (of->due - since >= 1)
                latencies[answered++] = at - of->due;
            of->busy = 0;
            of->due += every;
        }
    }
    qsort(latencies, answered, sizeof *latencies, by_size);
    printf("{\"answered\": %zu, \"p50\": %.4f, \"p90\": %.4f, \"p99\": %.4f}\n", answered,
           percentile(0.5), percentile(0.9), percentile(0.99));
    return 0;
}
