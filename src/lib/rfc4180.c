#include "lib/rfc4180.h"

#include "base/escape.h"
#include "base/mem.h"

#include <csv.h>
#include <stdlib.h>

struct rfc4180 {
    struct csv_parser parser;
    struct buf line;
    size_t fields; /* of the record in progress */
    bool whole;
    char separator;
};

/* Spaces around a field are part of it (RFC 4180 section 2, 4). */
static int is_never_space(unsigned char byte)
{
    (void)byte;
    return 0;
}

static void start_parser(struct rfc4180 *c)
{
    csv_init(&c->parser, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_space_func(&c->parser, is_never_space);
    csv_set_delim(&c->parser, (unsigned char)c->separator);
    csv_set_realloc_func(&c->parser, realloc);
    buf_empty(&c->line);
    c->fields = 0;
    c->whole = false;
}

static void end_field(void *bytes, size_t length, void *parser)
{
    struct rfc4180 *c = parser;
    if (c->fields++ > 0)
        buf_add_char(&c->line, '\t');
    escape_field(&c->line, span_make(bytes, length));
}

static void end_row(int terminator, void *parser)
{
    struct rfc4180 *c = parser;
    (void)terminator;
    c->whole = true;
}

struct rfc4180 *rfc4180_new(void)
{
    struct rfc4180 *c = mem_new(1, sizeof *c);
    c->separator = ',';
    start_parser(c);
    return c;
}

/* The line of a complete record was kept for the caller until now. */
static void begin_record(struct rfc4180 *c)
{
    if (!c->whole)
        return;
    buf_empty(&c->line);
    c->fields = 0;
    c->whole = false;
}

static size_t physical_line_length(struct span bytes)
{
    for (size_t i = 0; i < bytes.n; i++)
        if (bytes.p[i] == '\n' || bytes.p[i] == '\r')
            return i + 1;
    return bytes.n;
}

enum rfc4180_event rfc4180_feed(struct rfc4180 *c, struct span bytes, size_t *taken)
{
    begin_record(c);
    *taken = physical_line_length(bytes);
    if (csv_parse(&c->parser, bytes.p, *taken, end_field, end_row, c) != *taken)
        return RFC4180_ERROR;
    return c->whole ? RFC4180_ROW : RFC4180_MORE;
}

enum rfc4180_event rfc4180_end(struct rfc4180 *c)
{
    begin_record(c);
    if (csv_fini(&c->parser, end_field, end_row, c) != 0)
        return RFC4180_ERROR;
    return c->whole ? RFC4180_ROW : RFC4180_MORE;
}

struct span rfc4180_line(const struct rfc4180 *c)
{
    return buf_span(&c->line);
}

void rfc4180_reset(struct rfc4180 *c)
{
    csv_free(&c->parser);
    start_parser(c);
}

void rfc4180_set_separator(struct rfc4180 *c, char separator)
{
    c->separator = separator;
    rfc4180_reset(c);
}

void rfc4180_free(struct rfc4180 *c)
{
    csv_free(&c->parser);
    buf_clear(&c->line);
    free(c);
}
