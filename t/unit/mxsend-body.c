/*
 * body: whatever the message holds, the wire has no bare CR or LF, and one end of data, at its end
 * (no SMTP smuggling).
 */
#include "mxsend/body.h"

#include "tap.h"

static const char alphabet[] = {'x', '.', '\r', '\n'};

/* Reads the wire like a receiver that ends lines only at CRLF. Returns the number of ends of data
 * and sets *first to the offset after the first one, if there is one. */
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

static bool has_bare_cr_or_lf(struct span wire)
{
    for (size_t i = 0; i < wire.n; i++) {
        bool after_cr = i > 0 && wire.p[i - 1] == '\r';
        bool before_lf = i + 1 < wire.n && wire.p[i + 1] == '\n';
        if ((wire.p[i] == '\n' && !after_cr) || (wire.p[i] == '\r' && !before_lf))
            return true;
    }
    return false;
}

/* True if the receiver, which undoubles the dots, gets the lines of the message unchanged. */
static bool gives_back(struct span wire, struct span message)
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

/* True if the body of this message has this id. */
static bool has_id(const char *message, const char *id)
{
    struct body b;
    body_init(&b, span_of(message));
    bool same = span_is(b.message_id, id);
    body_clear(&b);
    return same;
}

/* RFC 1870: the size counts CR-LF pairs, but no doubled dots and no terminating dot. */
static bool has_size(const char *message, size_t size)
{
    struct body b;
    body_init(&b, span_of(message));
    bool same = b.size == size;
    body_clear(&b);
    return same;
}

static bool is_eight_bit(const char *message)
{
    struct body b;
    body_init(&b, span_of(message));
    bool eight_bit = b.eight_bit;
    body_clear(&b);
    return eight_bit;
}

int main(void)
{
    ok(has_size("", 0) && has_size("a\nb", 6) && has_size("a\r\nb\r\n", 6),
       "the size counts each line end as CRLF");
    ok(has_size(".a\n..b\n.", 4 + 5 + 3), "the size does not count the dots that are doubled");
    ok(!is_eight_bit("\x7f\x01 ~"), "a message of bytes up to 0x7f is not eight-bit");
    ok(is_eight_bit("a\x80") && is_eight_bit("\xff") && is_eight_bit("\xc3\xa4"),
       "a message with any byte from 0x80 on is eight-bit");
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
            bare += has_bare_cr_or_lf(wire);
            wrong_end += count_ends(wire, &end) != 1 || end != wire.n;
            changed += !gives_back(wire, span_make(message, length));
            body_clear(&b);
        }
    }
    ok(bodies == 87381, "body_init() converts all %zu messages of up to 8 bytes x . CR LF", bodies);
    ok(bare == 0, "no message has a bare CR or LF on the wire (%zu have)", bare);
    ok(wrong_end == 0, "each message has one end of data, at its end (%zu have not)", wrong_end);
    ok(changed == 0, "the receiver gets each message unchanged, except its line ends (%zu changed)",
       changed);
    ok(has_id("Message-ID:\n <1@x.org>\n\nHello\n", "<1@x.org>") &&
           has_id(".a: b\rMessage-ID:\r <1@x.org>", "<1@x.org>"),
       "a body has the Message-ID of its message, whatever the line ends of the file");
    ok(has_id("Subject: hi\r\n\r\nMessage-ID: <1@x.org>\r\n", ""),
       "a body has no Message-ID if the headers have none");
    return done();
}
