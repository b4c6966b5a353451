/* CSV as RFC 4180 has it: what is a record, what its fields are, and which quotes are wrong. */
#include "lib/rfc4180.h"

#include "tap.h"

/* Reads the text in pieces of at most `piece` bytes. Writes each record with an LF, `!` for an
 * error. */
static void read_csv(struct buf *out, const char *text, size_t piece)
{
    struct rfc4180 *c = rfc4180_new();
    struct span rest = span_of(text);
    enum rfc4180_event event;
    while (rest.n > 0) {
        size_t taken = 0, n = rest.n < piece ? rest.n : piece;
        event = rfc4180_feed(c, span_make(rest.p, n), &taken);
        if (event == RFC4180_ROW) {
            buf_add_span(out, rfc4180_line(c));
            buf_add_char(out, '\n');
        } else if (event == RFC4180_ERROR) {
            buf_add_char(out, '!');
            rfc4180_reset(c);
        }
        rest = span_make(rest.p + taken, rest.n - taken);
    }
    event = rfc4180_end(c);
    if (event == RFC4180_ROW) {
        buf_add_span(out, rfc4180_line(c));
        buf_add_string(out, " at the end");
    } else if (event == RFC4180_ERROR) {
        buf_add_char(out, '?');
    }
    rfc4180_free(c);
}

static bool reads(const char *text, const char *expected)
{
    size_t wrong = 0;
    for (size_t piece = 1; piece <= 40; piece++) {
        struct buf out = {0};
        read_csv(&out, text, piece);
        if (!span_is(buf_span(&out), expected) && wrong++ == 0)
            printf("# %s, not %s\n", buf_string(&out), expected);
        buf_clear(&out);
    }
    return wrong == 0;
}

int main(void)
{
    ok(reads("a,b\r\nc,d\n", "a\tb\nc\td\n"), "records end with CRLF or LF");
    ok(reads("a,b", "a\tb at the end"), "the last record may have no line end");
    ok(reads("a , b\n\" c \",d\n", "a \t b\n c \td\n"), "blanks are part of a field (2.4)");
    ok(reads("\"a,b\",\"c\"\"d\",\"e\nf\"\n", "a,b\tc\"d\te\\nf\n"),
       "a quoted field may have commas, line ends and doubled quotes (2.6, 2.7)");
    ok(reads("a,,\n,\n", "a\t-\t-\n-\t-\n"), "an empty field is unset");
    ok(reads("\n\r\na\n", "a\n"), "blank lines are no records");
    ok(reads("x\ty,\\\n", "x\\ty\t\\\\\n"), "a TAB and a backslash are escaped");
    ok(reads("a,\"b", "?") && reads("a,\"b\n", "?"), "a quote that is not closed is an error");
    struct rfc4180 *c = rfc4180_new();
    size_t taken;
    ok(rfc4180_feed(c, span_of("\"a\"b\n"), &taken) == RFC4180_ERROR && taken == 5,
       "a letter after a closing quote is an error, and its line is taken");
    rfc4180_reset(c);
    ok(rfc4180_feed(c, span_of("a\"b\n"), &taken) == RFC4180_ERROR && taken == 4,
       "a quote inside a field without quotes is an error");
    rfc4180_reset(c);
    ok(rfc4180_feed(c, span_of("c,d\ne"), &taken) == RFC4180_ROW && taken == 4 &&
           span_is(rfc4180_line(c), "c\td"),
       "after a reset the next byte starts a record, and no more than one is read");
    rfc4180_free(c);
    return done();
}
