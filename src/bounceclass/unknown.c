#include "bounceclass/unknown.h"

#include "base/err.h"
#include "base/escape.h"
#include "base/mem.h"
#include "base/read_file.h"
#include "base/replace.h"
#include "base/rfc3339.h"
#include "base/safedir.h"
#include "lib/record.h"

#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

enum { TEXT_LIMIT = 500, FILE_LIMIT = 64 << 20 };

static const char header[] = "count\tfirst\tlast\tmasked\ttext";

enum column { COUNT, FIRST, LAST, MASKED, TEXT, COLUMNS };

struct entry {
    uint64_t count;
    int64_t first_s, last_s;
    struct span masked;
    struct span text;
    char bytes[]; /* of both texts */
};

/* Makes an entry with copies of both texts. A long text is cut at a character. */
static struct entry *new_entry(struct span masked, struct span text)
{
    if (text.n > TEXT_LIMIT)
        text.n = escape_text_prefix(span_make(text.p, TEXT_LIMIT));
    struct entry *e = mem_new(1, sizeof *e + masked.n + text.n);
    if (masked.n > 0)
        memcpy(e->bytes, masked.p, masked.n);
    if (text.n > 0)
        memcpy(e->bytes + masked.n, text.p, text.n);
    e->masked = span_make(e->bytes, masked.n);
    e->text = span_make(e->bytes + masked.n, text.n);
    return e;
}

/* Adds the counts of a text. The entry keeps the text that was seen first. */
static void add(struct unknown *u, const struct entry *seen)
{
    struct entry *e = table_get(&u->entries, seen->masked);
    if (e != NULL && seen->first_s >= e->first_s) {
        e->count += seen->count;
        e->last_s = seen->last_s > e->last_s ? seen->last_s : e->last_s;
        return;
    }
    struct entry *earlier = new_entry(seen->masked, seen->text);
    earlier->count = seen->count + (e != NULL ? e->count : 0);
    earlier->first_s = seen->first_s;
    earlier->last_s = e != NULL && e->last_s > seen->last_s ? e->last_s : seen->last_s;
    table_set(&u->entries, earlier->masked, earlier);
    free(e);
}

void unknown_note(struct unknown *u, struct span masked, struct span text, int64_t at_s)
{
    const struct entry seen = {
        .count = 1, .first_s = at_s, .last_s = at_s, .masked = masked, .text = text};
    add(u, &seen);
}

bool unknown_is_full(const struct unknown *u)
{
    return u->entries.count >= UNKNOWN_BATCH;
}

static bool parse_count(struct span field, uint64_t *count)
{
    *count = 0;
    for (size_t i = 0; i < field.n; i++) {
        if (field.p[i] < '0' || field.p[i] > '9' || *count > UINT64_MAX / 20)
            return false;
        *count = *count * 10 + (uint64_t)(field.p[i] - '0');
    }
    return field.n > 0;
}

static bool parse_entry(struct unknown *u, struct span line)
{
    struct record r = {0};
    struct entry seen = {0};
    struct buf masked = {0}, text = {0};
    record_split(&r, line);
    bool good = r.count == COLUMNS && parse_count(r.fields[COUNT], &seen.count) &&
                rfc3339_parse(r.fields[FIRST], &seen.first_s) &&
                rfc3339_parse(r.fields[LAST], &seen.last_s);
    if (good) {
        seen.masked = unescape_field(r.fields[MASKED], &masked);
        seen.text = unescape_field(r.fields[TEXT], &text);
        add(u, &seen);
    }
    record_clear(&r);
    buf_clear(&masked);
    buf_clear(&text);
    return good;
}

/* Adds the entries of the file, if it exists. A malformed line is an error, because to replace the
 * file without that line would lose it. */
static int load(struct unknown *u)
{
    struct buf bytes = {0};
    int status = read_file(u->path, "the list of unknown texts", FILE_LIMIT, &bytes);
    struct span rest = buf_span(&bytes);
    for (size_t number = 1; status == 0 && rest.n > 0; number++) {
        const char *end = memchr(rest.p, '\n', rest.n);
        size_t n = end != NULL ? (size_t)(end - rest.p) : rest.n;
        struct span line = span_make(rest.p, n);
        if (number == 1 ? !span_is(line, header) : !parse_entry(u, line)) {
            err_at(u->path, number,
                   "not a line of a list of unknown texts; correct it or name another file");
            status = EX_DATAERR;
        }
        n += end != NULL;
        rest = span_make(rest.p + n, rest.n - n);
    }
    buf_clear(&bytes);
    return status == EX_NOINPUT ? 0 : status;
}

static void clear(struct unknown *u)
{
    for (size_t i = 0; i < u->entries.capacity; i++)
        free(u->entries.slots[i].value);
    table_clear(&u->entries);
}

int unknown_open(struct unknown *u, const char *path)
{
    *u = (struct unknown){.path = path};
    int status = load(u);
    clear(u);
    return status;
}

/* Most frequent first, then the latest seen, then by text, so that no two entries are equal. */
static int by_weight(const void *a, const void *b)
{
    const struct entry *x = *(struct entry *const *)a, *y = *(struct entry *const *)b;
    if (x->count != y->count)
        return x->count > y->count ? -1 : 1;
    if (x->last_s != y->last_s)
        return x->last_s > y->last_s ? -1 : 1;
    return span_compare(x->masked, y->masked);
}

static void format_entry(struct buf *out, const struct entry *e)
{
    char first[RFC3339_LENGTH + 1], last[RFC3339_LENGTH + 1];
    rfc3339_format(e->first_s, first);
    rfc3339_format(e->last_s, last);
    buf_format(out, "%llu\t%s\t%s\t", (unsigned long long)e->count, first, last);
    escape_field(out, e->masked);
    buf_add_char(out, '\t');
    escape_field(out, e->text);
    buf_add_char(out, '\n');
}

static void format(const struct unknown *u, struct buf *out)
{
    struct entry **sorted = mem_new(u->entries.count, sizeof(struct entry *));
    size_t count = 0;
    for (size_t i = 0; i < u->entries.capacity; i++)
        if (u->entries.slots[i].value != NULL)
            sorted[count++] = u->entries.slots[i].value;
    qsort(sorted, count, sizeof(struct entry *), by_weight);
    buf_format(out, "%s\n", header);
    for (size_t i = 0; i < count && i < UNKNOWN_LIMIT; i++)
        format_entry(out, sorted[i]);
    free(sorted);
}

static int replace(const struct unknown *u, const struct safedir *folder, const char *name)
{
    struct buf bytes = {0};
    int fd, status = replace_begin(folder, name, &fd);
    if (status != 0)
        return status;
    format(u, &bytes);
    status = safedir_write_all(folder, name, fd, buf_span(&bytes));
    if (status == 0)
        status = replace_end(folder, name, fd);
    else
        replace_abandon(folder, name, fd);
    buf_clear(&bytes);
    return status;
}

int unknown_save(struct unknown *u)
{
    struct safedir folder = {.fd = -1};
    struct buf lock_name = {0};
    const char *name;
    int lock = -1;
    if (u->entries.count == 0)
        return 0;
    int status = safedir_open_beside(&folder, u->path, &name);
    buf_format(&lock_name, "%s.lock", name);
    if (status == 0)
        status = safedir_lock(&folder, buf_string(&lock_name), false, &lock);
    if (status == 0)
        status = load(u);
    if (status == 0)
        status = replace(u, &folder, name);
    if (lock >= 0)
        close(lock);
    safedir_close(&folder);
    buf_clear(&lock_name);
    clear(u);
    return status;
}

void unknown_close(struct unknown *u)
{
    clear(u);
}
