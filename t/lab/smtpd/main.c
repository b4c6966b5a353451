/*
 * smtpd: the SMTP responder of the lab. It answers as the recipient's local part asks, and records
 * what it receives (t/lab/README.md). Each session is a thread. smtpd exits at the end of its
 * stdin, so that it never outlives the process that started it.
 */
#include "base/err.h"
#include "base/mem.h"
#include "base/options.h"
#include "log.h"
#include "session.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

enum { ADDRESSES = 64 };

static const char *addresses = "127.0.0.1", *folder, *script_file, *certificate, *key;
static int64_t port;

static const struct option_entry own_table[] = {
    {'a', "addresses", OPTION_TEXT, &addresses, "A,B",
     "listen on these loopback addresses; the default is 127.0.0.1", 0, 0},
    {'p', "port", OPTION_NUMBER, &port, "N", "listen on port N; the default is 0, any free one", 0,
     65535},
    {'d', "records", OPTION_TEXT, &folder, "DIR", "record commands and messages in DIR", 0, 0},
    {'s', "script", OPTION_TEXT, &script_file, "FILE",
     "read the behaviour of each address from FILE", 0, 0},
    {0, "cert", OPTION_TEXT, &certificate, "PEM", "use this certificate for STARTTLS", 0, 0},
    {0, "key", OPTION_TEXT, &key, "PEM", "use this private key of the certificate", 0, 0},
    {0},
};
static const struct option_usage usage = {"[options] </dev/tty",
                                          "Answer SMTP on loopback by a script, until stdin ends.",
                                          (const struct option_entry *const[]){own_table, NULL}};

struct listener {
    int fd;
    char address[48];
};

static struct listener listeners[ADDRESSES];
static size_t listener_count;
static struct script script;
static SSL_CTX *tls_context;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int running[ADDRESSES]; /* sessions on each listener */

static int listen_on(const char *address)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    socklen_t size = sizeof to;
    if (inet_pton(AF_INET, address, &to.sin_addr) != 1 || ntohl(to.sin_addr.s_addr) >> 24 != 127) {
        err_say("%s is not a loopback address; name one of 127.0.0.0/8", address);
        exit(EX_USAGE);
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&to, sizeof to) != 0 || listen(fd, 512) != 0) {
        err_errno("cannot listen on %s", address);
        exit(EX_UNAVAILABLE);
    }
    getsockname(fd, (struct sockaddr *)&to, &size);
    port = ntohs(to.sin_port); /* all addresses use the port of the first one */
    return fd;
}

static void listen_on_all(void)
{
    const char *rest = addresses;
    while (*rest != '\0' && listener_count < ADDRESSES) {
        struct listener *l = &listeners[listener_count++];
        size_t n = strcspn(rest, ",");
        snprintf(l->address, sizeof l->address, "%.*s", (int)(n < 47 ? n : 47), rest);
        l->fd = listen_on(l->address);
        rest += n + (rest[n] == ',');
    }
}

struct start {
    struct session session;
    size_t listener;
};

static void *run(void *start)
{
    struct start *s = start;
    session_run(&s->session);
    pthread_mutex_lock(&mutex);
    running[s->listener]--;
    pthread_mutex_unlock(&mutex);
    free(s);
    return NULL;
}

static void accept_one(size_t i)
{
    static int count;
    pthread_t thread;
    int fd = accept4(listeners[i].fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    struct start *s = mem_new(1, sizeof *s);
    s->listener = i;
    s->session.number = ++count;
    s->session.wire.fd = fd;
    s->session.tls_context = tls_context;
    s->session.behaviour = script_find(&script, listeners[i].address);
    snprintf(s->session.local, sizeof s->session.local, "%s", listeners[i].address);
    pthread_mutex_lock(&mutex);
    s->session.sessions = ++running[i];
    pthread_mutex_unlock(&mutex);
    if (pthread_create(&thread, NULL, run, s) == 0)
        pthread_detach(thread);
}

/* Accepts connections until stdin ends. */
static void serve(void)
{
    struct pollfd polled[ADDRESSES + 1];
    char byte;
    for (size_t i = 0; i < listener_count; i++)
        polled[i] = (struct pollfd){.fd = listeners[i].fd, .events = POLLIN};
    polled[listener_count] = (struct pollfd){.fd = STDIN_FILENO, .events = POLLIN};
    while (poll(polled, listener_count + 1, -1) > 0) {
        if (polled[listener_count].revents != 0 && read(STDIN_FILENO, &byte, 1) <= 0)
            return;
        for (size_t i = 0; i < listener_count; i++)
            if (polled[i].revents != 0)
                accept_one(i);
    }
}

static bool load_certificate(void)
{
    if (certificate == NULL || key == NULL)
        return true;
    tls_context = SSL_CTX_new(TLS_server_method());
    bool good = SSL_CTX_use_certificate_chain_file(tls_context, certificate) == 1 &&
                SSL_CTX_use_PrivateKey_file(tls_context, key, SSL_FILETYPE_PEM) == 1;
    if (!good)
        err_say("cannot use the certificate %s with the key %s", certificate, key);
    return good;
}

int main(int argc, char **argv)
{
    int operands;
    int status = options_parse("smtpd", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    signal(SIGPIPE, SIG_IGN);
    if (!log_open(folder) || !load_certificate() ||
        (script_file != NULL && !script_load(&script, script_file)))
        return EX_CONFIG;
    listen_on_all();
    printf("ready %d\n", (int)port);
    fflush(stdout);
    serve();
    _exit(0); /* ends the sessions that still run */
}
