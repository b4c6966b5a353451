/*
 * Reads any lines, with good checksums or not, as files of the state. What is read once must be the
 * same for a reader, for a writer and after a compaction.
 */
#include "store/store.h"

#include "base/crc32c.h"
#include "base/err.h"
#include "base/escape.h"
#include "base/status.h"
#include "store/names.h"
#include "store/stamp.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Bits of the input's first byte: lines get a checksum; files get a stamp. */
enum { SEALED = 1, STAMPED = 2 };

static char dir[64];

static void remove_dir(void)
{
    static const char *const names[] = {SNAPSHOT_NAME, RECENT_NAME, JOURNAL_NAME, LOCK_NAME};
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        unlink(path);
    }
    rmdir(dir);
}

static void make_dir(void)
{
    snprintf(dir, sizeof dir, "/dev/shm/mxkit-fuzz.XXXXXX");
    if (mkdtemp(dir) == NULL)
        abort();
    atexit(remove_dir);
    setenv("MXKIT_STATE", dir, 1);
}

static void write_file(const char *name, struct span bytes)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, bytes.p, bytes.n) != (ssize_t)bytes.n)
        abort();
    close(fd);
}

/* Makes one of the files from the lines of `text`. */
static void make_file(const char *name, const char *what, struct span text, int how)
{
    struct buf out = {0};
    if ((how & STAMPED) != 0)
        stamp_add(&out, what, &(struct stamp){.generation = 1});
    while (text.n > 0) {
        const char *lf = memchr(text.p, '\n', text.n);
        size_t length = lf != NULL ? (size_t)(lf - text.p) : text.n, start = out.n;
        buf_add(&out, text.p, length);
        if ((how & SEALED) != 0 && length > 0)
            crc32c_seal(&out, start);
        buf_add_char(&out, '\n');
        length += lf != NULL;
        text = span_make(text.p + length, text.n - length);
    }
    write_file(name, buf_span(&out));
    buf_clear(&out);
}

/* Counts the addresses that have an entry, and looks each up. */
struct count {
    struct store *store;
    size_t entries;
};

static bool visit(void *context, struct span address, struct entry *e)
{
    static struct entry again;
    struct count *c = context;
    c->entries += !entry_is_empty(e);
    bool written_by_us = escape_plain_prefix(address) == address.n;
    if (c->store != NULL && written_by_us && store_find(c->store, address, &again) == 0 &&
        entry_errors_at(e, 0) != entry_errors_at(&again, 0))
        abort();
    return false;
}

static int read_all(bool change, size_t *entries)
{
    struct store *s = NULL, *other = NULL;
    struct count c = {0};
    int status = store_open(&s, change ? STORE_CHANGE : STORE_READ);
    if (status == 0 && change)
        status = store_lock(s);
    else if (status == 0)
        status = store_open(&other, STORE_READ);
    c.store = other;
    if (status == 0)
        status = store_each(s, visit, &c, change);
    if (status == 0 && change)
        status = store_commit(s);
    if (other != NULL)
        status = first_failure(status, store_close(other));
    if (s != NULL)
        status = first_failure(status, store_close(s));
    *entries = c.entries;
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t before, during, after;
    if (dir[0] == '\0')
        make_dir();
    if (size == 0)
        return 0;
    struct span text = span_make((const char *)data + 1, size - 1);
    const char *cut = text.n > 0 ? memchr(text.p, '\1', text.n) : NULL;
    size_t first = cut != NULL ? (size_t)(cut - text.p) : text.n;
    make_file(SNAPSHOT_NAME, "quarantine", span_make(text.p, first), data[0]);
    make_file(JOURNAL_NAME, "journal",
              cut != NULL ? span_make(cut + 1, text.n - first - 1) : span_make("", 0), data[0]);
    if (read_all(false, &before) != 0 || read_all(true, &during) != 0)
        return 0;
    int status = read_all(false, &after);
    if (status != 0 || before != during || during != after) {
        err_say("status %d: %zu entries at first, %zu while compacting, %zu after that", status,
                before, during, after);
        abort();
    }
    return 0;
}
