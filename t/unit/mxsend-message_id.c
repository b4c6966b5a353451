/*
 * message_id: which name a message has, from correct, careless and hostile headers.
 */
#include "mxsend/message_id.h"

#include "base/escape.h"

#include "tap.h"

/* True if the message has this id; "" stands for none. */
static bool has_id(const char *message, const char *id)
{
    return span_is(message_id_find(span_of(message)), id);
}

static void test_places(void)
{
    ok(has_id("Message-ID: <1@x.org>\r\n\r\n", "<1@x.org>"), "an id keeps its angle brackets");
    ok(has_id("From: a@b.org\r\nMESSAGE-id:<1@x.org>", "<1@x.org>"),
       "the case of the field's name does not matter, nor does its place");
    ok(has_id("Message-ID \t: <1@x.org>\r\n", "<1@x.org>"), "blanks before the colon are left out");
    ok(has_id("Message-ID:\r\n \r\n\t<1@x.org>\r\n", "<1@x.org>"), "a folded field is unfolded");
    ok(has_id("Message-ID: <1@x.org>\r\nMessage-ID: <2@x.org>\r\n", "<1@x.org>"),
       "of two fields, the first one counts");
    ok(has_id("Message-ID: none\r\nMessage-ID: <2@x.org>\r\n", ""), "also if it has no id");
    ok(has_id("Subject: a\r\n Message-ID: <1@x.org>\r\n", ""),
       "a line of another field is not a field");
    ok(has_id("X-Message-ID: <1@x.org>\r\nMessage-IDs: <2@x.org>\r\n", ""),
       "another name is another field");
    ok(has_id("From: a@b.org\r\n\r\nMessage-ID: <1@x.org>\r\n", ""),
       "the body after the empty line is not searched");
    ok(has_id("Hello\r\nMessage-ID: <1@x.org>\r\n", "") &&
           has_id("From a: b\r\nMessage-ID: <1@x.org>\r\n", "") &&
           has_id(": a\r\nMessage-ID: <1@x.org>\r\n", ""),
       "a line that is not a field ends the header section");
    ok(has_id("", "") && has_id("Message-ID", "") && has_id("Message-ID:", "") &&
           has_id("Message-ID:\r\n\r\n<1@x.org>\r\n", ""),
       "a message or a field that is empty or cut off has no id");
}

/* As has_id(), for a message whose field has this value. */
static bool reads(const char *value, const char *id)
{
    struct buf message = {0};
    buf_format(&message, "Message-ID: %s\r\nTo: <to@x.org>\r\n\r\nHello\r\n", value);
    bool same = span_is(message_id_find(buf_span(&message)), id);
    buf_clear(&message);
    return same;
}

static void test_values(void)
{
    static const char *const none[] = {"1@x.org",
                                       "<1@x.org",
                                       "1@x.org>",
                                       "<>",
                                       "<x.org>",
                                       "<@x.org>",
                                       "<1@>",
                                       "<1 @x.org>",
                                       "<1\t@x.org>",
                                       "<1\r\n @x.org>",
                                       "<1<2@x.org>",
                                       "<1@x.org>>",
                                       "<1@x.org> <2@x.org>",
                                       "<1@x.org> x",
                                       "x <1@x.org>",
                                       "(<1@x.org>",
                                       "<1@x.org> (a",
                                       "<1@x.org> )",
                                       "(a(b) <1@x.org>",
                                       "(a\\) <1@x.org>",
                                       "\\ <1@x.org>",
                                       "<1\033@x.org>",
                                       "<1@x.org\177>",
                                       "<1\302\233@x.org>",
                                       "<1\233@x.org>",
                                       "<1\342\200\256@x.org>"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct buf shown = {0};
        escape_text(&shown, span_of(none[i]));
        ok(reads(none[i], ""), "%.*s is not an id", (int)shown.n, shown.p);
        buf_clear(&shown);
    }
    ok(reads(" \t<1@x.org> \t", "<1@x.org>"), "blanks around an id are left out");
    ok(reads("(a (b) \\) <2@x.org>)\r\n <1@x.org>(c)(d)", "<1@x.org>"),
       "comments around it are left out, also nested ones");
    ok(reads("<\303\274=\\\"!@[1]>", "<\303\274=\\\"!@[1]>"),
       "an id may have UTF-8 and any visible character of ASCII but angle brackets");
    ok(message_id_find(span_make("Message-ID: <1\0@x.org>\r\n", 24)).n == 0,
       "an id does not have a NUL");
}

/* Returns the length of the id that is found if it has `n` bytes. */
static size_t found_of(size_t n)
{
    struct buf message = {0};
    buf_add_string(&message, "Message-ID: <1@");
    for (size_t i = 4; i < n; i++)
        buf_add_char(&message, 'x');
    buf_add_string(&message, ">\r\n\r\n");
    size_t found = message_id_find(buf_span(&message)).n;
    buf_clear(&message);
    return found;
}

int main(void)
{
    test_places();
    test_values();
    ok(found_of(MESSAGE_ID_LIMIT) == 998 && found_of(MESSAGE_ID_LIMIT + 1) == 0,
       "an id has at most 998 bytes");
    return done();
}
