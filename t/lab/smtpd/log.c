#include "log.h"

#include "base/err.h"
#include "base/escape.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int folder = -1, commands = -1, messages = -1;
static int message_count;

static int open_log(const char *name, const char *header)
{
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
    ssize_t n = fd >= 0 ? write(fd, header, strlen(header)) : -1;
    return n < 0 ? -1 : fd;
}

bool log_open(const char *path)
{
    if (path == NULL)
        return true;
    folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    commands = open_log("commands.tsv", "session\tlocal\tcommand\treply\n");
    messages = open_log("messages.tsv",
                        "session\tlocal\ttls\tsender\trecipient\tbytes\tfile\tbare_cr\tbare_lf\n");
    if (folder < 0 || commands < 0 || messages < 0)
        err_errno("cannot create the records in %s", path);
    return folder >= 0 && commands >= 0 && messages >= 0;
}

static void write_line(int fd, struct buf *line)
{
    buf_add_char(line, '\n');
    ssize_t n = write(fd, line->p, line->n);
    (void)n;
    buf_clear(line);
}

void log_command(int session, const char *address, struct span command, struct span reply)
{
    struct buf line = {0};
    if (folder < 0)
        return;
    buf_format(&line, "%d\t%s\t", session, address);
    escape_field(&line, command);
    buf_add_char(&line, '\t');
    escape_field(&line, reply);
    write_line(commands, &line);
}

static void write_body(struct buf *name, struct span body)
{
    int fd = openat(folder, buf_string(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    while (fd >= 0 && body.n > 0) {
        ssize_t n = write(fd, body.p, body.n);
        if (n <= 0)
            break;
        body = span_make(body.p + n, body.n - (size_t)n);
    }
    if (fd >= 0)
        close(fd);
}

void log_message(const struct message *m)
{
    struct buf name = {0};
    struct span rest = buf_span(m->recipients);
    if (folder < 0)
        return;
    pthread_mutex_lock(&mutex);
    buf_format(&name, "%d.eml", ++message_count);
    write_body(&name, m->body);
    while (rest.n > 0) {
        const char *lf = memchr(rest.p, '\n', rest.n);
        size_t n = (size_t)(lf - rest.p);
        struct buf line = {0};
        buf_format(&line, "%d\t%s\t%s\t", m->session, m->address, m->tls ? "yes" : "no");
        escape_field(&line, m->sender);
        buf_add_char(&line, '\t');
        escape_field(&line, span_make(rest.p, n));
        buf_format(&line, "\t%zu\t%s\t%d\t%d", m->body.n, buf_string(&name), m->bare_cr,
                   m->bare_lf);
        write_line(messages, &line);
        rest = span_make(lf + 1, rest.n - n - 1);
    }
    pthread_mutex_unlock(&mutex);
    buf_clear(&name);
}
