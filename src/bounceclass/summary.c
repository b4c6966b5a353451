#include "bounceclass/summary.h"

#include "base/escape.h"

#include <ctype.h>
#include <stdlib.h>

enum { BAR = 40, RECEIVERS_SHOWN = 20, NAME_WIDTH = 34 };

enum column { TYPE, REASON, DETAIL, RECEIVER, COLUMNS };
static const char *const column_names[] = {"type", "reason", "detail", "receiver"};

static void format_key(struct buf *key, const struct verdict *v, struct span receiver)
{
    buf_empty(key);
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

void summary_count(struct summary *s, const struct verdict *v, struct span receiver)
{
    format_key(&s->key, v, receiver);
    if (s->tally.counts.count >= SUMMARY_LIMIT && !tally_has(&s->tally, buf_span(&s->key)))
        format_key(&s->key, v, span_of("(others)"));
    tally_add(&s->tally, buf_span(&s->key), 1);
    s->rows++;
}

void summary_write_tsv(const struct summary *s, struct writer *out, bool header)
{
    const struct tally_count **sorted = tally_sort(&s->tally, TALLY_BY_TIMES);
    if (header) {
        buf_add_string(writer_line(out), "count\ttype\treason\tdetail\treceiver");
        writer_end_line(out);
    }
    for (size_t i = 0; i < s->tally.counts.count; i++) {
        buf_format(writer_line(out), "%llu\t%.*s", (unsigned long long)sorted[i]->times,
                   (int)sorted[i]->n, sorted[i]->key);
        writer_end_line(out);
    }
    free(sorted);
}

/* Returns the field of a key. That of a detail includes the reason before it. */
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

static void write_bar(struct writer *out, const struct tally_count *c, uint64_t all)
{
    struct buf *line = writer_line(out);
    size_t start = line->n, length = (size_t)(c->times * BAR / all);
    buf_format(line, "  %.*s", (int)c->n, c->key);
    for (size_t i = start; i < line->n; i++)
        if (line->p[i] == '\t')
            line->p[i] = ' ';
    buf_format(line, "%*s",
               line->n - start < NAME_WIDTH ? (int)(NAME_WIDTH - (line->n - start)) : 1, "");
    buf_format(line, "%10llu  %5.1f %%  ", (unsigned long long)c->times,
               100.0 * (double)c->times / (double)all);
    for (size_t i = 0; i < (length > 0 ? length : 1); i++)
        buf_add_char(line, '#');
    writer_end_line(out);
}

static void write_column(const struct summary *s, struct writer *out, enum column column)
{
    struct tally sums = {0};
    const struct table *counts = &s->tally.counts;
    for (size_t i = 0; i < counts->capacity; i++) {
        const struct tally_count *c = counts->slots[i].value;
        if (c != NULL)
            tally_add(&sums, field_of(tally_key(c), column), c->times);
    }
    const struct tally_count **sorted = tally_sort(&sums, TALLY_BY_TIMES);
    size_t count = sums.counts.count;
    size_t shown = column == RECEIVER && count > RECEIVERS_SHOWN ? RECEIVERS_SHOWN : count;
    buf_format(writer_line(out), "%s%s", column > 0 ? "\n" : "", column_names[column]);
    if (shown < count)
        buf_format(writer_line(out), " (the first %zu of %zu)", shown, count);
    writer_end_line(out);
    for (size_t i = 0; i < shown; i++)
        write_bar(out, sorted[i], s->rows);
    free(sorted);
    tally_clear(&sums);
}

void summary_write_bars(const struct summary *s, struct writer *out)
{
    for (enum column c = TYPE; c < COLUMNS && s->rows > 0; c++)
        write_column(s, out, c);
    buf_format(writer_line(out), "%s%llu rows; - was delivered, or is not known",
               s->rows > 0 ? "\n" : "", (unsigned long long)s->rows);
    writer_end_line(out);
}

void summary_clear(struct summary *s)
{
    tally_clear(&s->tally);
    buf_clear(&s->key);
}
