/*
 * reply: SMTP replies from correct, careless and hostile servers.
 */
#include "mxsend/reply.h"

#include "tap.h"

#include <stdio.h>

/* Feeds a reply in pieces of `piece` bytes; returns the last event. */
static enum reply_event feed(struct reply *r, const char *text, size_t n, size_t piece)
{
    enum reply_event event = REPLY_MORE;
    reply_reset(r);
    for (size_t at = 0; at < n && event == REPLY_MORE;) {
        size_t used, length = n - at < piece ? n - at : piece;
        event = reply_feed(r, span_make(text + at, length), &used);
        at += used;
    }
    return event;
}

/* True if the reply, fed in pieces of every size, has this code, status and text. */
static bool gives(struct reply *r, const char *text, int code, const char *status, const char *all)
{
    for (size_t piece = 1; piece <= strlen(text); piece++)
        if (feed(r, text, strlen(text), piece) != REPLY_DONE || r->code != code ||
            strcmp(r->status, status) != 0 || !span_is(buf_span(&r->text), all))
            return false;
    return true;
}

static void test_codes(struct reply *r)
{
    int wrong = 0;
    for (int code = 0; code <= 999; code++) {
        char text[32];
        snprintf(text, sizeof text, "%03d hello\r\n", code);
        wrong += feed(r, text, strlen(text), 99) != REPLY_DONE || r->code != code;
    }
    ok(wrong == 0, "reply_feed() accepts every code from 000 to 999");
}

static void test_bounds(struct reply *r)
{
    struct buf lines = {0};
    for (int i = 0; i < 100000; i++)
        buf_add_string(&lines, "550-on and on\r\n");
    ok(feed(r, lines.p, lines.n, 4096) == REPLY_BAD && r->text.n <= REPLY_TEXT_LIMIT + 1,
       "a reply of endless lines is refused, and little of it is kept");
    buf_empty(&lines);
    for (int i = 0; i < 100000; i++)
        buf_add_char(&lines, 'a');
    ok(feed(r, lines.p, lines.n, 1) == REPLY_BAD, "an endless line is refused");
    int wrong = 0;
    for (int i = 0; i < 10000; i++)
        wrong += feed(r, "250 2.0.0 ok, and many thanks\r\n", 31, 99) != REPLY_DONE;
    ok(wrong == 0, "each of the 10,000 replies of a connection has the whole limit");
    buf_clear(&lines);
}

int main(void)
{
    struct reply r = {0};
    ok(gives(&r, "250 2.1.0 ok\r\n", 250, "2.1.0", "250 2.1.0 ok"),
       "a reply of one line has a code, a status and a text");
    ok(gives(&r, "550-5.1.1 No\r\n550 5.1.1 such user\r\n", 550, "5.1.1",
             "550-5.1.1 No\n550 5.1.1 such user"),
       "a reply of several lines has the status of the last one");
    ok(gives(&r, "250\r\n", 250, "", "250"), "a reply may be a code alone");
    ok(gives(&r, "250 ok\n", 250, "", "250 ok"),
       "a bare LF ends a line, too, because many servers send it");
    ok(gives(&r, "554 5.7.1\r\n", 554, "5.7.1", "554 5.7.1"),
       "a reply may be a code and a status alone");
    ok(gives(&r, "554 5.7.1.2 x\r\n", 554, "", "554 5.7.1.2 x"),
       "a number of four parts is not a status");
    ok(gives(&r, "550 5.7.509 x\r\n", 550, "5.7.509", "550 5.7.509 x") &&
           gives(&r, "550 5.100.999 x\r\n", 550, "5.100.999", "550 5.100.999 x"),
       "the second and third number of a status have up to three digits (RFC 3463 2)");
    ok(gives(&r, "550 5.7.1000 x\r\n", 550, "", "550 5.7.1000 x"),
       "a number of four digits is not a part of a status");
    ok(gives(&r, "550 55.1.1 x\r\n", 550, "", "550 55.1.1 x") &&
           gives(&r, "250 25.10.11 x\r\n", 250, "", "250 25.10.11 x"),
       "the first number of a status has one digit (RFC 3463 2)");
    ok(feed(&r, "hello\r\n", 7, 9) == REPLY_BAD, "a line without a code is not a reply");
    ok(feed(&r, "5500 x\r\n", 8, 9) == REPLY_BAD,
       "a line that starts with four digits is not a reply");
    ok(feed(&r, "\r\n", 2, 9) == REPLY_BAD, "an empty line is not a reply");
    test_codes(&r);
    test_bounds(&r);
    reply_clear(&r);
    return done();
}
