#include "mxsend/reply.h"

#include "base/ascii.h"

#include <stdlib.h>

/* What a line has beyond this is dropped. */
enum { LINE_LIMIT = 8192 };

void reply_reset(struct reply *r)
{
    buf_empty(&r->text);
    buf_empty(&r->line);
    r->code = 0;
    r->digits[0] = r->status[0] = '\0';
    r->length = 0;
}

/* Returns the length of an enhanced status code (RFC 3463 2) at the start of `s`, or 0. */
static size_t status_length(struct span s)
{
    size_t i = 0;
    for (int part = 0; part < 3; part++) {
        size_t start = i, most = part == 0 ? 1 : 3;
        while (i < s.n && i - start < most && ascii_is_digit(s.p[i]))
            i++;
        if (i == start || (part < 2 && (i >= s.n || s.p[i++] != '.')))
            return 0;
    }
    return i == s.n || s.p[i] == ' ' ? i : 0;
}

static void find_status(struct reply *r, struct span text)
{
    size_t n = status_length(text);
    if (n < 5 || n >= sizeof r->status || strchr("245", text.p[0]) == NULL)
        n = 0;
    memcpy(r->status, text.p, n);
    r->status[n] = '\0';
}

static void keep_text(struct reply *r, struct span line)
{
    if (r->text.n >= REPLY_TEXT_LIMIT)
        return;
    size_t room = REPLY_TEXT_LIMIT - r->text.n;
    if (r->text.n > 0)
        buf_add_char(&r->text, '\n');
    buf_add(&r->text, line.p, line.n < room ? line.n : room);
}

/* Parses `550-text`, `550 text` or `550`, without the line end. */
static enum reply_event read_line(struct reply *r, struct span line)
{
    keep_text(r, line);
    bool good = line.n >= 3 && ascii_is_digit(line.p[0]) && ascii_is_digit(line.p[1]) &&
                ascii_is_digit(line.p[2]) && (line.n == 3 || line.p[3] == ' ' || line.p[3] == '-');
    if (!good)
        return REPLY_BAD;
    memcpy(r->digits, line.p, 3);
    r->digits[3] = '\0';
    r->code = (line.p[0] - '0') * 100 + (line.p[1] - '0') * 10 + (line.p[2] - '0');
    if (line.n > 4)
        find_status(r, span_make(line.p + 4, line.n - 4));
    return line.n > 3 && line.p[3] == '-' ? REPLY_MORE : REPLY_DONE;
}

static struct span without_cr(struct span s)
{
    return s.n > 0 && s.p[s.n - 1] == '\r' ? span_make(s.p, s.n - 1) : s;
}

enum reply_event reply_feed(struct reply *r, struct span bytes, size_t *used)
{
    *used = 0;
    while (*used < bytes.n) {
        struct span rest = span_make(bytes.p + *used, bytes.n - *used);
        const char *lf = memchr(rest.p, '\n', rest.n);
        size_t n = lf != NULL ? (size_t)(lf - rest.p) : rest.n;
        size_t room = r->line.n < LINE_LIMIT ? LINE_LIMIT - r->line.n : 0;
        buf_add(&r->line, rest.p, n < room ? n : room);
        *used += n + (lf != NULL);
        r->length += n + 1;
        if (r->length > REPLY_LIMIT)
            return REPLY_BAD;
        if (lf == NULL)
            break;
        enum reply_event event = read_line(r, without_cr(buf_span(&r->line)));
        buf_empty(&r->line);
        if (event != REPLY_MORE)
            return event;
    }
    return REPLY_MORE;
}

void reply_clear(struct reply *r)
{
    buf_clear(&r->text);
    buf_clear(&r->line);
}
