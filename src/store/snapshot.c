#include "store/snapshot.h"

#include "base/crc32c.h"
#include "base/err.h"
#include "base/task.h"
#include "lib/record.h"

#include <fcntl.h>
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

static int map_file(struct snapshot *s, int fd)
{
    struct stat st;
    bool known = fstat(fd, &st) == 0;
    if (known && st.st_size == 0) {
        err_say("%s/%s: is empty; restore it from a backup, or run quarantine check --repair to "
                "save what the other files have",
                s->dir->path, s->name);
        return EX_DATAERR;
    }
    void *map = known ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0) : MAP_FAILED;
    if (map == MAP_FAILED) {
        err_errno("cannot map %s/%s", s->dir->path, s->name);
        return EX_IOERR;
    }
    s->map = span_make(map, (size_t)st.st_size);
    s->device = st.st_dev;
    s->inode = st.st_ino;
    return 0;
}

/* A file that is cut at the end of a line has only sound lines. Its stamp shows what is missing. */
static int check_length(const struct snapshot *s)
{
    if (s->stamp.length == 0 || s->stamp.length == s->map.n)
        return 0;
    err_say("%s/%s: has %zu bytes instead of %ju, so that entries are lost; restore it from a "
            "backup, or run quarantine check --repair to save what is left",
            s->dir->path, s->name, s->map.n, (uintmax_t)s->stamp.length);
    return EX_DATAERR;
}

int snapshot_open(struct snapshot *s, const struct safedir *d, const char *name)
{
    int fd;
    *s = (struct snapshot){.dir = d, .name = name};
    int status = safedir_open_file(d, name, O_RDONLY, &fd);
    if (status != 0 || fd < 0)
        return status;
    status = map_file(s, fd);
    close(fd);
    if (status != 0)
        return status;
    struct span header = line_at(s->map, 0);
    char what[STAMP_WHAT];
    snapshot_what(name, what);
    status = stamp_read(header, what, name, &s->stamp);
    if (status != 0)
        return status;
    s->first = header.n + 1 < s->map.n ? header.n + 1 : s->map.n;
    index_init(&s->index, s->map, s->first);
    return check_length(s);
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

/* Checks the line that begins at `line`; NULL, which is not a line, passes. */
static int check_at(const struct snapshot *s, const char *line)
{
    struct span address, entry, bad;
    if (line == NULL)
        return 0;
    bad = line_at(s->map, (size_t)(line - s->map.p));
    return snapshot_split_line(bad, &address, &entry) ? 0 : snapshot_say_damage(s, bad);
}

/* A search for the line of one address in the part of a page that is left. */
struct search {
    struct request *request;    /* NULL: none is under way */
    const char *low, *high;     /* whole lines */
    const char *end;            /* of the page */
    const char *before, *after; /* the lines next to what is left; NULL: not read yet */
};

/* The bytes that the next step will read are fetched into the caches now, so that many searches
 * wait for memory at the same time, and not one after the other. */
static void prefetch_middle(const struct search *search)
{
    enum { CACHE_LINE = 64 };
    const char *middle = search->low + (search->high - search->low) / 2;
    __builtin_prefetch(middle - 2 * CACHE_LINE);
    __builtin_prefetch(middle - CACHE_LINE);
    __builtin_prefetch(middle);
    __builtin_prefetch(middle + CACHE_LINE);
}

static void search_begin(struct search *search, struct request *request, struct span page)
{
    *search = (struct search){request, page.p, page.p + page.n, page.p + page.n, NULL, NULL};
    prefetch_middle(search);
}

/*
 * Ends a search that has found nothing: the two lines between which the address would be are
 * checked. That is enough: a damaged address that leads the search astray is in one of these two.
 */
static int search_end(const struct snapshot *s, struct search *search)
{
    int status = check_at(s, search->before);
    search->request = NULL;
    return status != 0 ? status : check_at(s, search->after);
}

static int search_found(const struct snapshot *s, struct search *search, const char *line)
{
    struct request *request = search->request;
    search->request = NULL;
    request->line = line_at(s->map, (size_t)(line - s->map.p));
    int status = check_at(s, line);
    if (status == 0 && s->summarise != NULL)
        request->summary = s->summarise(snapshot_entry(request->line));
    return status;
}

/* Halves what is left. */
static int search_step(const struct snapshot *s, struct search *search)
{
    if (search->low >= search->high)
        return search_end(s, search);
    const char *middle = search->low + (search->high - search->low) / 2;
    const char *lf = memrchr(search->low, '\n', (size_t)(middle - search->low));
    const char *line = lf != NULL ? lf + 1 : search->low;
    int order = compare_at(search->request->key, line, search->end);
    if (order == 0)
        return search_found(s, search, line);
    if (order < 0) {
        search->high = search->after = line;
    } else {
        search->before = line;
        lf = memchr(middle, '\n', (size_t)(search->high - middle));
        search->low = lf != NULL ? lf + 1 : search->high;
    }
    prefetch_middle(search);
    return 0;
}

/* The next request that has no line yet; NULL after the last one. */
static struct request *next_request(struct request *const **next, struct request *const *end)
{
    while (*next < end && (**next)->line.n > 0)
        (*next)++;
    return *next < end ? *(*next)++ : NULL;
}

/* Begins to search for the request, from *page on, which becomes the page that may have it. */
static int search_start(struct snapshot *s, struct search *search, struct request *request,
                        struct page *page)
{
    struct span bad;
    if (!index_find(&s->index, request->key, page, &bad))
        return snapshot_say_damage(s, bad);
    search_begin(search, request, page->lines);
    return 0;
}

/* The searches go forward in turns, a step each. */
static int find_part(struct snapshot *s, struct request *const *requests, size_t count)
{
    enum { SEARCHES = 16 };
    struct search searches[SEARCHES] = {{0}};
    struct page page = {0};
    struct request *const *end = requests + count;
    struct request *request;
    size_t busy;
    int status = 0;
    do {
        busy = 0;
        for (size_t i = 0; status == 0 && i < SEARCHES; i++) {
            struct search *search = &searches[i];
            if (search->request != NULL)
                status = search_step(s, search);
            else if ((request = next_request(&requests, end)) != NULL)
                status = search_start(s, search, request, &page);
            busy += search->request != NULL;
        }
    } while (status == 0 && (busy > 0 || requests < end));
    return status;
}

/* A part of the requests, for one thread. */
struct part {
    struct snapshot *snapshot;
    struct request *const *requests;
    size_t count;
    struct task task;
};

static int run_part(void *part)
{
    struct part *p = part;
    return find_part(p->snapshot, p->requests, p->count);
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
        list[i] = (struct part){.snapshot = s, .requests = requests + from, .count = to - from};
        task_start(&list[i].task, run_part, &list[i], i + 1 < parts);
    }
    for (size_t i = 0; i < parts; i++)
        status = first_failure(status, task_wait(&list[i].task));
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
