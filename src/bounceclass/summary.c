#include "summary.h"

#include "escape.h"
#include "mem.h"

#include <ctype.h>
#include <stdlib.h>

enum { BAR = 40, RECEIVERS_SHOWN = 20, NAME_WIDTH = 34 };

enum column { TYPE, REASON, DETAIL, RECEIVER, COLUMNS };
static const char *const column_names[] = {"type", "reason", "detail", "receiver"};

/* A combination of words; its key is their line of TSV. */
struct count {
    uint64_t rows;
    size_t n;
    char key[];
};

static struct span key_of(const struct count *c)
{
    return span_make(c->key, c->n);
}

static void format_key(struct buf *key, const struct verdict *v, struct span receiver)
{
    buf_clear(key);
    if (v != NULL)
        buf_format(key, "%s\t%s\t%s\t", type_name(v->type), reason_name(v->reason),
                   v->detail != NULL ? v->detail : "-");
    else
        buf_add_string(key, "-\t-\t-\t");
    size_t start = key->n;
    escape_field(key, receiver);
    for (size_t i = start; i < key->n; i++)
        key->p[i] = (char)tolower((unsigned char)key->p[i]);
}

static void add(struct table *t, struct span key, uint64_t rows)
{
    struct count *c = table_get(t, key);
    if (c == NULL) {
        c = mem_new(1, sizeof *c + key.n);
        memcpy(c->key, key.p, key.n);
        c->n = key.n;
        table_set(t, key_of(c), c);
    }
    c->rows += rows;
}

void summary_count(struct summary *s, const struct verdict *v, struct span receiver)
{
    format_key(&s->key, v, receiver);
    if (s->counts.count >= SUMMARY_LIMIT && table_get(&s->counts, buf_span(&s->key)) == NULL)
        format_key(&s->key, v, span_of("(others)"));
    add(&s->counts, buf_span(&s->key), 1);
    s->rows++;
}

/* Most frequent first, then by name, so that the order is always one. */
static int by_rows(const void *a, const void *b)
{
    const struct count *x = *(struct count *const *)a, *y = *(struct count *const *)b;
    if (x->rows != y->rows)
        return x->rows > y->rows ? -1 : 1;
    size_t n = x->n < y->n ? x->n : y->n;
    int order = memcmp(x->key, y->key, n);
    return order != 0 ? order : x->n < y->n ? -1 : x->n > y->n;
}

/* The counts of a table in order, in an array that the caller frees. */
static struct count **sort(const struct table *t)
{
    struct count **sorted = mem_new(t->count, sizeof(struct count *));
    size_t n = 0;
    for (size_t i = 0; i < t->capacity; i++)
        if (t->slots[i].value != NULL)
            sorted[n++] = t->slots[i].value;
    qsort(sorted, n, sizeof(struct count *), by_rows);
    return sorted;
}

void summary_write_tsv(const struct summary *s, struct writer *out, bool header)
{
    struct count **sorted = sort(&s->counts);
    if (header) {
        buf_add_string(writer_line(out), "count\ttype\treason\tdetail\treceiver");
        writer_end_line(out);
    }
    for (size_t i = 0; i < s->counts.count; i++) {
        buf_format(writer_line(out), "%llu\t%.*s", (unsigned long long)sorted[i]->rows,
                   (int)sorted[i]->n, sorted[i]->key);
        writer_end_line(out);
    }
    free(sorted);
}

static void free_counts(struct table *t)
{
    for (size_t i = 0; i < t->capacity; i++)
        free(t->slots[i].value);
    table_free(t);
}

/* The field of a key; a detail is shown with its reason. */
static struct span field_of(struct span key, enum column column)
{
    const char *p = key.p;
    for (size_t i = 0; i < (column == DETAIL ? REASON : column); i++)
        p = (const char *)memchr(p, '\t', (size_t)(key.p + key.n - p)) + 1;
    const char *end = p;
    for (int tabs = column == DETAIL ? 2 : 1; end < key.p + key.n; end++)
        if (*end == '\t' && --tabs == 0)
            break;
    return span_make(p, (size_t)(end - p));
}

static void write_bar(struct writer *out, const struct count *c, uint64_t all)
{
    struct buf *line = writer_line(out);
    size_t start = line->n, length = (size_t)(c->rows * BAR / all);
    buf_format(line, "  %.*s", (int)c->n, c->key);
    for (size_t i = start; i < line->n; i++)
        if (line->p[i] == '\t')
            line->p[i] = ' ';
    buf_format(line, "%*s",
               line->n - start < NAME_WIDTH ? (int)(NAME_WIDTH - (line->n - start)) : 1, "");
    buf_format(line, "%10llu  %5.1f %%  ", (unsigned long long)c->rows,
               100.0 * (double)c->rows / (double)all);
    for (size_t i = 0; i < (length > 0 ? length : 1); i++)
        buf_add_char(line, '#');
    writer_end_line(out);
}

static void write_column(const struct summary *s, struct writer *out, enum column column)
{
    struct table sums = {0};
    for (size_t i = 0; i < s->counts.capacity; i++) {
        const struct count *c = s->counts.slots[i].value;
        if (c != NULL)
            add(&sums, field_of(key_of(c), column), c->rows);
    }
    struct count **sorted = sort(&sums);
    size_t shown =
        column == RECEIVER && sums.count > RECEIVERS_SHOWN ? RECEIVERS_SHOWN : sums.count;
    buf_format(writer_line(out), "%s%s", column > 0 ? "\n" : "", column_names[column]);
    if (shown < sums.count)
        buf_format(writer_line(out), " (the first %zu of %zu)", shown, sums.count);
    writer_end_line(out);
    for (size_t i = 0; i < shown; i++)
        write_bar(out, sorted[i], s->rows);
    free(sorted);
    free_counts(&sums);
}

void summary_write_bars(const struct summary *s, struct writer *out)
{
    for (enum column c = TYPE; c < COLUMNS && s->rows > 0; c++)
        write_column(s, out, c);
    buf_format(writer_line(out), "%s%llu rows; - was delivered, or is not known",
               s->rows > 0 ? "\n" : "", (unsigned long long)s->rows);
    writer_end_line(out);
}

void summary_free(struct summary *s)
{
    free_counts(&s->counts);
    buf_free(&s->key);
}
