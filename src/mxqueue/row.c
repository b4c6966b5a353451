#include "mxqueue/row.h"

#include "base/escape.h"
#include "base/rfc3339.h"

enum field { CHANGE, RESULT, NEXT_AT, FIRST_AT, ATTEMPTS, ADDED, ENDED, SCHEMA, FIELDS };

static const char *const names[] = {"", "deferred", "sent", "failed", "expired", "dropped"};

void row_key(struct buf *out, struct span hash, struct span address)
{
    buf_add_span(out, hash);
    buf_add_char(out, ':');
    escape_text(out, address);
}

bool row_split_key(struct span key, struct span *hash, struct span *address)
{
    if (key.n <= ROW_HASH + 1 || key.p[ROW_HASH] != ':')
        return false;
    *hash = span_make(key.p, ROW_HASH);
    *address = span_make(key.p + ROW_HASH + 1, key.n - ROW_HASH - 1);
    return strspn(key.p, "0123456789abcdef") == ROW_HASH;
}

/* Cuts the fields before the line, which takes the rest. */
static bool cut_fields(struct span text, struct span fields[FIELDS], struct span *line)
{
    for (size_t i = 0; i < FIELDS; i++) {
        const char *tab = text.n > 0 ? memchr(text.p, '\t', text.n) : NULL;
        if (tab == NULL)
            return false;
        fields[i] = span_make(text.p, (size_t)(tab - text.p));
        text = span_make(tab + 1, text.n - fields[i].n - 1);
    }
    *line = text;
    return true;
}

static bool read_number(struct span text, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
        *number = *number * 10 + (uint64_t)(text.p[i] - '0');
    }
    return text.n > 0 && text.n < 19;
}

static bool read_time(struct span text, int64_t *time_s)
{
    *time_s = ROW_NO_TIME;
    return span_is(text, "-") || rfc3339_parse(text, time_s);
}

bool row_read(struct row *r, struct span text)
{
    struct span fields[FIELDS];
    uint64_t attempts;
    *r = (struct row){0};
    if (!cut_fields(text, fields, &r->line) || !read_number(fields[CHANGE], &r->change) ||
        !read_number(fields[ATTEMPTS], &attempts) || fields[SCHEMA].n != ROW_SCHEMA)
        return false;
    struct span result = fields[RESULT];
    r->attempts = (int64_t)attempts;
    r->schema = fields[SCHEMA];
    return row_find_result(span_is(result, "-") ? span_make(NULL, 0) : result, &r->result) &&
           read_time(fields[NEXT_AT], &r->next_s) && read_time(fields[FIRST_AT], &r->first_s) &&
           read_time(fields[ADDED], &r->added_s) && read_time(fields[ENDED], &r->ended_s);
}

static void add_time(struct buf *out, int64_t time_s)
{
    char text[RFC3339_LENGTH + 1] = "-";
    if (time_s != ROW_NO_TIME)
        rfc3339_format(time_s, text);
    buf_add_string(out, text);
    buf_add_char(out, '\t');
}

void row_write(const struct row *r, struct buf *out)
{
    buf_add_number(out, r->change, 10);
    buf_add_char(out, '\t');
    buf_add_string(out, r->result == ROW_UNTRIED ? "-" : names[r->result]);
    buf_add_char(out, '\t');
    add_time(out, r->next_s);
    add_time(out, r->first_s);
    buf_add_number(out, (uintmax_t)r->attempts, 10);
    buf_add_char(out, '\t');
    add_time(out, r->added_s);
    add_time(out, r->ended_s);
    buf_add_span(out, r->schema);
    buf_add_char(out, '\t');
    buf_add_span(out, r->line);
}

bool row_has_ended(const struct row *r)
{
    return r->result > ROW_DEFERRED;
}

bool row_is_due(const struct row *r, int64_t now_s)
{
    return !row_has_ended(r) && (r->next_s == ROW_NO_TIME || r->next_s <= now_s);
}

bool row_is_too_old(const struct row *r, int64_t now_s, int64_t expire_s)
{
    return !row_has_ended(r) && r->first_s != ROW_NO_TIME && r->first_s < now_s - expire_s;
}

const char *row_result_name(enum row_result result)
{
    return names[result];
}

bool row_find_result(struct span name, enum row_result *result)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_is(name, names[i])) {
            *result = (enum row_result)i;
            return true;
        }
    return false;
}
