#include "mxqueue/message.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/escape.h"
#include "base/mem.h"
#include "base/read_file.h"
#include "base/replace.h"
#include "base/rfc3339.h"
#include "lib/statedir.h"
#include "mxqueue/sha256.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

enum { MESSAGE_LIMIT = 64 * 1024 * 1024 };

#define SUFFIX ".eml"

int messages_open(struct messages *m, bool make)
{
    struct buf path = {0};
    *m = (struct messages){.dir.fd = -1};
    char *state = statedir_path();
    char *whole = state != NULL ? realpath(state, NULL) : NULL;
    int status = EX_NOINPUT;
    if (whole == NULL && errno == ENOMEM)
        mem_fail();
    if (whole != NULL) {
        buf_format(&path, "%s/queue.messages", whole);
        status = safedir_open(&m->dir, buf_string(&path), "folder of messages", make);
    }
    buf_clear(&path);
    free(whole);
    free(state);
    return status;
}

void messages_close(struct messages *m)
{
    for (size_t i = 0; i < m->files.capacity; i++) {
        struct message *message = m->files.slots[i].value;
        if (message != NULL)
            free(message->path);
        free(message);
    }
    table_clear(&m->files);
    safedir_close(&m->dir);
}

void messages_path(const struct messages *m, struct span hash, struct buf *out)
{
    buf_format(out, "%s/%.*s" SUFFIX, m->dir.path, (int)hash.n, hash.p);
}

/* The first 128 bits of SHA-256. */
void message_hash(struct span content, char hash[ROW_HASH + 1])
{
    unsigned char digest[SHA256_BYTES];
    sha256(content, digest);
    for (size_t i = 0; i < ROW_HASH / 2; i++)
        snprintf(hash + 2 * i, 3, "%02x", digest[i]);
}

static int read_content(const char *path, struct buf *content)
{
    int status = read_file(path, "the message", MESSAGE_LIMIT, content);
    if (status == EX_NOINPUT)
        err_say("there is no message file %s", path);
    if (status != 0 || content->n > 0)
        return status;
    err_say("the message %s is empty", path);
    return EX_DATAERR;
}

int messages_read(struct messages *m, struct span path, struct message **message)
{
    struct buf content = {0};
    *message = table_get(&m->files, path);
    if (*message != NULL)
        return 0;
    char *name = mem_copy(path.p, path.n);
    int status = read_content(name, &content);
    if (status == 0) {
        *message = mem_new(1, sizeof **message);
        message_hash(buf_span(&content), (*message)->hash);
        (*message)->path = name;
        table_set(&m->files, span_of(name), *message);
    } else {
        free(name);
    }
    buf_clear(&content);
    return status;
}

static void add_file_name(struct buf *out, struct span hash)
{
    buf_format(out, "%.*s" SUFFIX, (int)hash.n, hash.p);
}

static int write_copy(const struct messages *m, const char *name, struct span content)
{
    int fd;
    int status = replace_begin(&m->dir, name, &fd);
    if (status != 0)
        return status;
    status = safedir_write_all(&m->dir, name, fd, content);
    if (status == 0)
        return replace_end(&m->dir, name, fd);
    replace_abandon(&m->dir, name, fd);
    return status;
}

/* The record of a message: when it was added, its size, and the file that it was copied from. */
static void put_record(struct queue *q, const struct message *message, size_t size)
{
    struct buf key = {0}, text = {0};
    char now[RFC3339_LENGTH + 1];
    rfc3339_format(clock_now(), now);
    buf_format(&key, QUEUE_MESSAGE "%s", message->hash);
    buf_format(&text, "%s\t%zu\t", now, size);
    escape_field(&text, span_of(message->path));
    queue_change(q);
    text_store_put(q->store, buf_span(&key), buf_span(&text));
    buf_clear(&key);
    buf_clear(&text);
}

static int copy_message(struct messages *m, struct queue *q, const struct message *message,
                        const char *name)
{
    struct buf content = {0};
    char hash[ROW_HASH + 1];
    int status = read_content(message->path, &content);
    if (status == 0) {
        message_hash(buf_span(&content), hash);
        if (strcmp(hash, message->hash) != 0) {
            err_say("the message %s has changed meanwhile; run mxqueue add again", message->path);
            status = EX_DATAERR;
        }
    }
    if (status == 0)
        status = write_copy(m, name, buf_span(&content));
    if (status == 0)
        put_record(q, message, content.n);
    buf_clear(&content);
    return status;
}

/* 0 if the copy is there and sound, EX_NOINPUT (not reported) if it is not there. */
static int check_copy(const struct messages *m, const char *name, struct span hash)
{
    struct buf path = {0}, content = {0};
    char found[ROW_HASH + 1];
    int fd;
    int status = safedir_open_file(&m->dir, name, O_RDONLY, &fd);
    if (status != 0 || fd < 0)
        return status != 0 ? status : EX_NOINPUT;
    close(fd);
    buf_format(&path, "%s/%s", m->dir.path, name);
    status = read_file(buf_string(&path), "the copy of a message", MESSAGE_LIMIT, &content);
    if (status == 0) {
        message_hash(buf_span(&content), found);
        status = span_is(hash, found) ? 0 : EX_DATAERR;
    }
    if (status == EX_DATAERR)
        err_say("%s is not as mxqueue wrote it; add its message again to mend it", path.p);
    buf_clear(&path);
    buf_clear(&content);
    return status;
}

int messages_keep(struct messages *m, struct queue *q, struct message *message)
{
    struct buf name = {0};
    struct span hash = span_of(message->hash);
    if (message->kept)
        return 0;
    add_file_name(&name, hash);
    int status = check_copy(m, buf_string(&name), hash);
    if (status == EX_NOINPUT || status == EX_DATAERR)
        status = copy_message(m, q, message, buf_string(&name));
    message->kept = status == 0;
    buf_clear(&name);
    return status;
}

void messages_unlock(struct messages *m)
{
    for (size_t i = 0; i < m->files.capacity; i++)
        if (m->files.slots[i].value != NULL)
            ((struct message *)m->files.slots[i].value)->kept = false;
}

int messages_check(const struct messages *m, struct span hash)
{
    struct buf name = {0};
    add_file_name(&name, hash);
    int status = m->dir.fd < 0 ? EX_NOINPUT : check_copy(m, buf_string(&name), hash);
    if (status == EX_NOINPUT)
        err_say("the copy %s of a message is missing: its rows wait until you add it again",
                buf_string(&name));
    buf_clear(&name);
    return status;
}

int messages_remove_others(const struct messages *m, const struct table *used)
{
    int fd = openat(m->dir.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    const struct dirent *entry;
    if (dir == NULL) {
        err_errno("cannot read %s", m->dir.path);
        return EX_IOERR;
    }
    while ((entry = readdir(dir)) != NULL) {
        struct span name = span_of(entry->d_name);
        struct span hash = span_make(name.p, name.n < ROW_HASH ? name.n : ROW_HASH);
        const char *rest = name.p + hash.n;
        bool whole = strcmp(rest, SUFFIX) == 0, torn = strcmp(rest, SUFFIX ".new") == 0;
        if (hash.n == ROW_HASH && ((whole && table_get(used, hash) == NULL) || torn))
            unlinkat(m->dir.fd, name.p, 0);
    }
    closedir(dir);
    return 0;
}
