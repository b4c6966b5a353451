#include "store/snapshot.h"

#include "base/err.h"
#include "lib/record.h"
#include "store/crc32c.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* The line that begins at `offset`, without its LF. */
static struct span line_at(struct span map, size_t offset)
{
    const char *start = map.p + offset;
    const char *lf = memchr(start, '\n', map.n - offset);
    return span_make(start, lf != NULL ? (size_t)(lf - start) : map.n - offset);
}

/* NAME.tsv is NAME; NAME.recent.tsv and NAME.journal are called by their last words. */
void snapshot_what(const char *name, char what[STAMP_WHAT])
{
    bool recent = strstr(name, ".recent.") != NULL, journal = strstr(name, ".journal") != NULL;
    const char *word = recent ? "recent" : journal ? "journal" : name;
    snprintf(what, STAMP_WHAT, "%.*s", (int)strcspn(word, "."), word);
}

static void map_file(struct snapshot *s, int fd)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || st.st_size <= 0)
        return;
    void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED)
        return;
    s->map = span_make(map, (size_t)st.st_size);
    s->device = st.st_dev;
    s->inode = st.st_ino;
}

int snapshot_open(struct snapshot *s, const struct safedir *d, const char *name)
{
    int fd;
    *s = (struct snapshot){.dir = d, .name = name};
    int status = safedir_open_file(d, name, O_RDONLY, &fd);
    if (status != 0 || fd < 0)
        return status;
    map_file(s, fd);
    close(fd);
    if (s->map.p == NULL) {
        err_say("%s/%s: is empty or cannot be mapped; restore it from a backup", d->path, name);
        return EX_IOERR;
    }
    struct span header = line_at(s->map, 0);
    s->first = header.n + 1 < s->map.n ? header.n + 1 : s->map.n;
    index_init(&s->index, s->map, s->first);
    char what[STAMP_WHAT];
    snapshot_what(name, what);
    return stamp_read(header, what, name, &s->stamp);
}

bool snapshot_is_replaced(const struct snapshot *s)
{
    struct stat there;
    bool exists = fstatat(s->dir->fd, s->name, &there, AT_SYMLINK_NOFOLLOW) == 0;
    if (s->map.p == NULL || !exists)
        return exists || s->map.p != NULL;
    return s->device != there.st_dev || s->inode != there.st_ino;
}

bool snapshot_next(const struct snapshot *s, size_t *offset, struct span *line)
{
    if (*offset < s->first)
        *offset = s->first;
    if (*offset >= s->map.n)
        return false;
    *line = line_at(s->map, *offset);
    *offset += line->n + 1;
    return true;
}

int snapshot_say_damage(const struct snapshot *s, struct span line)
{
    err_say("%s/%s: damaged at byte %zu; run quarantine check --repair to save what is sound",
            s->dir->path, s->name, (size_t)(line.p - s->map.p));
    return EX_DATAERR;
}

struct span snapshot_entry(struct span line)
{
    size_t skip = record_field(line, 0).n + 1;
    return span_make(line.p + skip, line.n - skip - CRC32C_FIELD);
}

bool snapshot_split_line(struct span line, struct span *address, struct span *entry)
{
    struct span content;
    if (!crc32c_check(line, &content))
        return false;
    *address = record_field(content, 0);
    if (address->n + 1 >= content.n)
        return false;
    *entry = snapshot_entry(line);
    return true;
}

void snapshot_add_line(struct buf *out, struct span key, struct span text)
{
    size_t start = out->n;
    buf_add_span(out, key);
    buf_add_char(out, '\t');
    buf_add_span(out, text);
    crc32c_seal(out, start);
    buf_add_char(out, '\n');
}

/* Compares an address with that of the line at `line`. The end of the latter need not be found,
 * because the TAB after it sorts before all bytes that an address can have. */
static int compare_at(struct span address, const char *line, const char *end)
{
    size_t left = (size_t)(end - line);
    int order = memcmp(address.p, line, address.n < left ? address.n : left);
    return order != 0 ? order : address.n < left && line[address.n] == '\t' ? 0 : -1;
}

/* The lines that a search will read are fetched into the caches some searches earlier, so that the
 * searches do not wait for memory one after the other. */
static void prefetch_lines(struct span lines)
{
    enum { CACHE_LINE = 64 };
    for (size_t i = 0; i < lines.n; i += CACHE_LINE)
        __builtin_prefetch(lines.p + i);
}

/* Checks the line that begins at `line`; NULL, which is not a line, passes. */
static int check_at(const struct snapshot *s, const char *line)
{
    struct span address, entry, bad;
    if (line == NULL)
        return 0;
    bad = line_at(s->map, (size_t)(line - s->map.p));
    return snapshot_split_line(bad, &address, &entry) ? 0 : snapshot_say_damage(s, bad);
}

/*
 * Searches a page for the line of one address, and checks it. If the address is not there, the two
 * lines between which it would be are checked. That is enough: a damaged address that leads the
 * search astray is in one of these two.
 */
static int search_page(const struct snapshot *s, struct span part, struct request *request)
{
    const char *low = part.p, *high = part.p + part.n, *end = high;
    const char *before = NULL, *after = NULL;
    while (low < high) {
        const char *middle = low + (high - low) / 2;
        const char *lf = memrchr(low, '\n', (size_t)(middle - low));
        const char *line = lf != NULL ? lf + 1 : low;
        int order = compare_at(request->key, line, end);
        if (order == 0) {
            request->line = line_at(s->map, (size_t)(line - s->map.p));
            return check_at(s, line);
        }
        if (order < 0) {
            high = after = line;
        } else {
            before = line;
            lf = memchr(middle, '\n', (size_t)(high - middle));
            low = lf != NULL ? lf + 1 : high;
        }
    }
    int status = check_at(s, before);
    return status != 0 ? status : check_at(s, after);
}

/* A part of the requests, for one thread. */
struct part {
    struct snapshot *snapshot;
    struct request *const *requests;
    size_t count;
    int status;
    pthread_t thread;
    bool started;
};

static int find_part(struct snapshot *s, struct request *const *requests, size_t count)
{
    /* A ring: a request waits while the pages of the next AHEAD - 1 are found and fetched. */
    enum { AHEAD = 8 };
    struct page pages[AHEAD] = {{0}}, page = {0};
    struct request *waiting[AHEAD] = {NULL};
    struct span bad;
    int status = 0;
    for (size_t i = 0; status == 0 && i < count + AHEAD; i++) {
        size_t at = i % AHEAD;
        if (waiting[at] != NULL)
            status = search_page(s, pages[at].lines, waiting[at]);
        waiting[at] = NULL;
        if (status != 0 || i >= count || requests[i]->line.n > 0)
            continue;
        if (!index_find(&s->index, requests[i]->key, &page, &bad))
            return snapshot_say_damage(s, bad);
        prefetch_lines(page.lines);
        pages[at] = page;
        waiting[at] = requests[i];
    }
    return status;
}

static void *run_part(void *part)
{
    struct part *p = part;
    p->status = find_part(p->snapshot, p->requests, p->count);
    return NULL;
}

/* Only once the index is copied as a whole: then nothing changes any more, and threads can share
 * it. */
static int find_in_parts(struct snapshot *s, struct request *const *requests, size_t count)
{
    enum { PARTS = 4 };
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t parts = cores < 1 ? 1 : cores > PARTS ? PARTS : (size_t)cores;
    struct part list[PARTS];
    int status = 0;
    for (size_t i = 0; i < parts; i++) {
        size_t from = count * i / parts, to = count * (i + 1) / parts;
        struct part *p = &list[i];
        *p = (struct part){.snapshot = s, .requests = requests + from, .count = to - from};
        p->started = i + 1 < parts && pthread_create(&p->thread, NULL, run_part, p) == 0;
        if (!p->started)
            run_part(p);
    }
    for (size_t i = 0; i < parts; i++) {
        if (list[i].started)
            pthread_join(list[i].thread, NULL);
        status = status != 0 ? status : list[i].status;
    }
    return status;
}

int snapshot_find(struct snapshot *s, struct request *const *requests, size_t count)
{
    /* Copying the whole index is worth it for more requests than one to DENSE pages, and threads
     * are for MANY requests. */
    enum { DENSE = 16, MANY = 8192 };
    struct span bad;
    if (s->map.n == 0)
        return 0;
    if (count > s->index.count / DENSE && !index_copy_all(&s->index, &bad))
        return snapshot_say_damage(s, bad);
    return s->index.copied && count >= MANY ? find_in_parts(s, requests, count)
                                            : find_part(s, requests, count);
}

void snapshot_close(struct snapshot *s)
{
    if (s->map.p != NULL)
        munmap((void *)s->map.p, s->map.n);
    index_clear(&s->index);
    *s = (struct snapshot){.dir = s->dir, .name = s->name};
}
