/*
 * cares: a bare c-ares client for comparison. It asks for the MX of each name on stdin, with at
 * most WINDOW queries open at once, and prints how many were answered; NODATA and NXDOMAIN are
 * answers.
 *
 *     cares IP:PORT [WINDOW]        the default is 1000
 */
#include <ares.h>
#include <arpa/nameser.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t underway, answered, failed;

static void count_answer(void *unused, int status, int timeouts, unsigned char *bytes, int n)
{
    struct ares_mx_reply *mx = NULL;
    (void)unused;
    (void)timeouts;
    underway--;
    if (status == ARES_SUCCESS)
        status = ares_parse_mx_reply(bytes, n, &mx);
    ares_free_data(mx);
    if (status == ARES_SUCCESS || status == ARES_ENODATA || status == ARES_ENOTFOUND)
        answered++;
    else
        failed++;
}

static void wait_for_answers(ares_channel channel)
{
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    struct pollfd polled[ARES_GETSOCK_MAXNUM];
    struct timeval most = {1, 0}, room, *wait = ares_timeout(channel, &most, &room);
    int bits = ares_getsock(channel, sockets, ARES_GETSOCK_MAXNUM);
    nfds_t n = 0;
    for (int i = 0; i < ARES_GETSOCK_MAXNUM; i++)
        if (ARES_GETSOCK_READABLE(bits, i) || ARES_GETSOCK_WRITABLE(bits, i))
            polled[n++] = (struct pollfd){
                .fd = sockets[i],
                .events = ARES_GETSOCK_WRITABLE(bits, i) ? POLLIN | POLLOUT : POLLIN};
    poll(polled, n, (int)(wait->tv_sec * 1000 + wait->tv_usec / 1000));
    for (nfds_t i = 0; i < n; i++)
        ares_process_fd(channel,
                        polled[i].revents & (POLLIN | POLLERR) ? polled[i].fd : ARES_SOCKET_BAD,
                        polled[i].revents & POLLOUT ? polled[i].fd : ARES_SOCKET_BAD);
    if (n == 0)
        ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
}

int main(int argc, char **argv)
{
    size_t window = argc > 2 ? strtoul(argv[2], NULL, 10) : 1000;
    struct ares_options options = {
        .timeout = 2000, .tries = 8, .socket_receive_buffer_size = 4 << 20};
    ares_channel channel;
    char name[1024];
    bool more = true;
    if (argc < 2 || ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS ||
        ares_init_options(&channel, &options,
                          ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_RCVBUF) !=
            ARES_SUCCESS ||
        ares_set_servers_ports_csv(channel, argv[1]) != ARES_SUCCESS)
        return 1;
    while (more || underway > 0) {
        while (more && underway < window && (more = fgets(name, sizeof name, stdin) != NULL)) {
            name[strcspn(name, "\n")] = '\0';
            underway++;
            ares_query(channel, name, ns_c_in, ns_t_mx, count_answer, NULL);
        }
        if (underway > 0)
            wait_for_answers(channel);
    }
    printf("answered %zu failed %zu\n", answered, failed);
    ares_destroy(channel);
    return 0;
}
