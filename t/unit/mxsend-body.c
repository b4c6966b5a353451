/*
 * The body on the wire: no bare CR or LF, one end of data, at the end, whatever the message holds
 * (SMTP smuggling).
 */
#include "mxsend/body.h"

#include "tap.h"

static const char alphabet[] = {'x', '.', '\r', '\n'};

/* What a receiver that ends lines at CRLF alone makes of the wire: the number of ends of data, and
 * where the first one ends. */
static int count_ends(struct span wire, size_t *first)
{
    int ends = 0;
    for (size_t i = 0; i + 3 <= wire.n; i++) {
        bool line_start = i == 0 || (i >= 2 && wire.p[i - 2] == '\r' && wire.p[i - 1] == '\n');
        if (line_start && memcmp(wire.p + i, ".\r\n", 3) == 0 && ends++ == 0)
            *first = i + 3;
    }
    return ends;
}

static bool has_bare(struct span wire)
{
    for (size_t i = 0; i < wire.n; i++) {
        bool after_cr = i > 0 && wire.p[i - 1] == '\r';
        bool before_lf = i + 1 < wire.n && wire.p[i + 1] == '\n';
        if ((wire.p[i] == '\n' && !after_cr) || (wire.p[i] == '\r' && !before_lf))
            return true;
    }
    return false;
}

/* The message that the receiver unstuffs: the lines with their dots, as they were given. */
static bool is_same(struct span wire, struct span message)
{
    struct buf expected = {0}, got = {0};
    for (size_t i = 0; i < message.n; i++) {
        bool crlf = message.p[i] == '\r' && i + 1 < message.n && message.p[i + 1] == '\n';
        if (message.p[i] == '\r' || message.p[i] == '\n')
            buf_add_char(&expected, '\n');
        else
            buf_add_char(&expected, message.p[i]);
        i += crlf;
    }
    if (expected.n > 0 && expected.p[expected.n - 1] != '\n')
        buf_add_char(&expected, '\n');
    for (size_t i = 0; i + 3 < wire.n; i++) {
        bool line_start = i == 0 || wire.p[i - 1] == '\n';
        if (wire.p[i] != '\r' && !(line_start && wire.p[i] == '.'))
            buf_add_char(&got, wire.p[i]);
    }
    bool same = span_equal(buf_span(&expected), buf_span(&got));
    buf_clear(&expected);
    buf_clear(&got);
    return same;
}

int main(void)
{
    size_t bodies = 0, bare = 0, wrong_end = 0, changed = 0;
    for (size_t length = 0; length <= 8; length++) {
        for (size_t code = 0; code < (size_t)1 << (2 * length); code++, bodies++) {
            char message[8];
            struct body b;
            size_t end = 0;
            for (size_t i = 0; i < length; i++)
                message[i] = alphabet[code >> (2 * i) & 3];
            body_init(&b, span_make(message, length));
            struct span wire = buf_span(&b.wire);
            bare += has_bare(wire);
            wrong_end += count_ends(wire, &end) != 1 || end != wire.n;
            changed += !is_same(wire, span_make(message, length));
            body_clear(&b);
        }
    }
    ok(bodies == 87381, "%zu bodies of x . CR LF up to 8 long", bodies);
    ok(bare == 0, "none has a bare CR or LF on the wire (%zu)", bare);
    ok(wrong_end == 0, "each has one end of data, at its end (%zu)", wrong_end);
    ok(changed == 0, "each comes out as it went in, line ends apart (%zu)", changed);
    return done();
}
