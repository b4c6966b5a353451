/*
 * session: the order of the SMTP commands, and that no address can put a second command on the
 * wire.
 */
#include "mxsend/session.h"

#include "lib/address.h"
#include "tap.h"

#include <stdio.h>

/* Empties the output and feeds the session a reply, `line` without its last CRLF. */
static enum session_event hear(struct session *s, const char *line)
{
    struct reply r = {0};
    struct buf text = {0};
    size_t used;
    buf_format(&text, "%s\r\n", line);
    reply_reset(&r);
    buf_empty(&s->out);
    s->body = NULL;
    reply_feed(&r, buf_span(&text), &used);
    enum session_event event = session_feed(s, &r);
    reply_clear(&r);
    buf_clear(&text);
    return event;
}

static bool sends(const struct session *s, const char *what)
{
    return span_is(buf_span(&s->out), what);
}

static void test_dialogue(const struct body *body)
{
    struct session s;
    struct envelope e = {span_of("s@x.org"), span_of("r@y.org"), body};
    session_init(&s, "me.org");
    ok(hear(&s, "220 hi") == SESSION_GO_ON && sends(&s, "EHLO me.org\r\n"),
       "the session sends EHLO after the greeting");
    ok(hear(&s, "502 what") == SESSION_GO_ON && sends(&s, "HELO me.org\r\n"),
       "the session sends HELO if the server does not know EHLO");
    ok(hear(&s, "250 fine") == SESSION_READY, "the session is ready after the reply to HELO");
    buf_empty(&s.out);
    session_begin(&s, &e);
    ok(sends(&s, "MAIL FROM:<s@x.org>\r\n"), "the first message begins with MAIL");
    ok(hear(&s, "250 ok") == SESSION_GO_ON && sends(&s, "RCPT TO:<r@y.org>\r\n"),
       "the session sends RCPT after MAIL");
    ok(hear(&s, "550 no") == SESSION_ANSWERED && s.state == SESSION_IDLE,
       "a 550 to RCPT answers the message, and the session is idle again");
    buf_empty(&s.out);
    session_begin(&s, &e);
    ok(sends(&s, "RSET\r\n"), "a message after a refused one begins with RSET");
    hear(&s, "250 ok");
    hear(&s, "250 ok");
    ok(hear(&s, "250 ok") == SESSION_GO_ON && sends(&s, "DATA\r\n"),
       "the session sends DATA after RCPT");
    ok(hear(&s, "354 go") == SESSION_GO_ON && s.body == body && session_is_past_data(&s),
       "the session sends the body after 354");
    ok(hear(&s, "250 taken") == SESSION_ANSWERED && s.state == SESSION_IDLE,
       "the reply to the body answers the message");
    buf_empty(&s.out);
    session_begin(&s, &e);
    ok(hear(&s, "421 enough") == SESSION_ANSWERED && s.state == SESSION_OVER,
       "a 421 answers the message and ends the session");
    session_clear(&s);
}

static void test_extensions(const struct body *body)
{
    struct session s;
    struct envelope e = {span_of(""), span_of("r@y.org"), body};
    session_init(&s, "me.org");
    hear(&s, "220 hi");
    hear(&s, "250-y.org\r\n250-8BITMIME\r\n250 SIZE 1000");
    buf_empty(&s.out);
    session_begin(&s, &e);
    ok(sends(&s, "MAIL FROM:<> SIZE=4 BODY=8BITMIME\r\n"),
       "MAIL has SIZE and BODY=8BITMIME if the server offers them");
    e.recipient = span_of("\xc3\xa4@y.org");
    s.state = SESSION_IDLE;
    ok(session_begin(&s, &e) == SESSION_ANSWERED,
       "the session does not send a UTF-8 address to a server without SMTPUTF8");
    s.size_limit = 3;
    e.recipient = span_of("r@y.org");
    ok(session_begin(&s, &e) == SESSION_ANSWERED,
       "the session does not send a message over the server's SIZE");
    session_clear(&s);
}

/* Lets the server greet us and answer EHLO, and begins a message. */
static enum session_event begin(struct session *s, const char *extensions, const struct envelope *e)
{
    session_init(s, "me.org");
    hear(s, "220 hi");
    hear(s, extensions);
    buf_empty(&s->out);
    return session_begin(s, e);
}

static void test_hello(void)
{
    static const char *const unknown[] = {"500 what", "501 what", "502 what", "504 what"},
                             *const refused[] = {"421 busy", "450 later", "550 no", "554 no"};
    struct session s;
    for (size_t i = 0; i < 4; i++) {
        session_init(&s, "me.org");
        hear(&s, "220 hi");
        ok(hear(&s, unknown[i]) == SESSION_GO_ON && sends(&s, "HELO me.org\r\n"),
           "the session sends HELO after the reply %s to EHLO", unknown[i]);
        session_clear(&s);
        session_init(&s, "me.org");
        hear(&s, "220 hi");
        ok(hear(&s, refused[i]) == SESSION_UNWELCOME,
           "the session is not welcome after the reply %s to EHLO", refused[i]);
        session_clear(&s);
    }
}

static void test_size(const struct body *body)
{
    struct session s;
    struct envelope e = {span_of("s@x.org"), span_of("r@y.org"), body};
    ok(begin(&s, "250-y.org\r\n250 SIZE", &e) == SESSION_GO_ON &&
           sends(&s, "MAIL FROM:<s@x.org> SIZE=4\r\n"),
       "a SIZE without a number names no limit (RFC 1870)");
    session_clear(&s);
    ok(begin(&s, "250-y.org\r\n250 SIZE 0", &e) == SESSION_GO_ON &&
           sends(&s, "MAIL FROM:<s@x.org> SIZE=4\r\n"),
       "a SIZE of 0 is no limit (RFC 1870)");
    session_clear(&s);
    ok(begin(&s, "250-y.org\r\n250 SIZE 4", &e) == SESSION_GO_ON,
       "a message of the very SIZE of the server is sent");
    session_clear(&s);
}

static void test_utf8(const struct body *body)
{
    struct session s;
    struct envelope e = {span_of("s@x.org"), span_of("\xc3\xa4@y.org"), body};
    begin(&s, "250-y.org\r\n250 SMTPUTF8", &e);
    ok(sends(&s, "MAIL FROM:<s@x.org> SMTPUTF8\r\n"),
       "MAIL has SMTPUTF8 if the recipient is not ASCII");
    session_clear(&s);
    e = (struct envelope){span_of("\xc3\xa4@x.org"), span_of("r@y.org"), body};
    begin(&s, "250-y.org\r\n250 SMTPUTF8", &e);
    ok(sends(&s, "MAIL FROM:<\xc3\xa4@x.org> SMTPUTF8\r\n"),
       "MAIL has SMTPUTF8 if the sender is not ASCII");
    session_clear(&s);
}

/* The server has accepted MAIL and RCPT, and its transaction is open. */
static void test_refused_data(const struct body *body)
{
    struct session s;
    struct envelope e = {span_of("s@x.org"), span_of("r@y.org"), body};
    begin(&s, "250 y.org", &e);
    hear(&s, "250 ok");
    hear(&s, "250 ok");
    ok(hear(&s, "451 not now") == SESSION_ANSWERED && s.state == SESSION_IDLE && s.body == NULL,
       "a 451 to DATA answers the message, and no body is sent");
    session_begin(&s, &e);
    ok(sends(&s, "RSET\r\n"), "the message after a refused DATA begins with RSET");
    session_clear(&s);
}

/* No mail data was sent: only 354 asks for it (RFC 5321 4.1.1.4). */
static void test_accepted_data(const struct body *body)
{
    struct session s;
    struct envelope e = {span_of("s@x.org"), span_of("r@y.org"), body};
    begin(&s, "250 y.org", &e);
    hear(&s, "250 ok");
    hear(&s, "250 ok");
    ok(hear(&s, "250 ok") == SESSION_UNEXPECTED && s.body == NULL,
       "a 250 to DATA does not answer the message, and no body is sent");
    session_clear(&s);
}

/* RSET asks nothing about a message: its one reply is 250 (RFC 5321 4.3.2). */
static void test_refused_reset(const struct body *body)
{
    struct session s;
    struct envelope e = {span_of("s@x.org"), span_of("r@y.org"), body};
    begin(&s, "250 y.org", &e);
    hear(&s, "550 no");
    session_begin(&s, &e);
    ok(hear(&s, "500 what") == SESSION_UNEXPECTED,
       "a 500 to RSET does not answer the next message");
    session_clear(&s);
    begin(&s, "250 y.org", &e);
    hear(&s, "550 no");
    session_begin(&s, &e);
    ok(hear(&s, "421 enough") == SESSION_ANSWERED && s.state == SESSION_OVER,
       "a 421 to RSET ends the session");
    session_clear(&s);
}

/* An address that address_is_safe() accepts is one argument of one command. */
static void test_injection(void)
{
    static const char alphabet[] = {'x', '.', '\r', '\n', '<', '>', ' ', '\0', '"', '@'};
    size_t dangerous = 0, safe = 0;
    for (size_t code = 0; code < 1000000; code++) {
        char address[10];
        size_t rest = code;
        for (size_t i = 0; i < 6; i++, rest /= 10)
            address[i] = alphabet[rest % 10];
        memcpy(address + 6, "@y.z", 4);
        struct span s = span_make(address, 10);
        if (!address_is_safe(s))
            continue;
        safe++;
        bool quoted = address[0] == '"';
        for (size_t i = 0; i < 6; i++)
            dangerous += address[i] == '\r' || address[i] == '\n' || address[i] == '\0' ||
                         (!quoted && (address[i] == '<' || address[i] == '>' || address[i] == ' '));
    }
    ok(safe > 0 && dangerous == 0,
       "no address of x . CR LF < > space NUL \" @ that is safe (%zu of a million) can inject",
       safe);
}

int main(void)
{
    struct body body;
    body_init(&body, span_of("\xc3\xa4"));
    test_dialogue(&body);
    test_extensions(&body);
    test_hello();
    test_size(&body);
    test_utf8(&body);
    test_refused_data(&body);
    test_accepted_data(&body);
    test_refused_reset(&body);
    test_injection();
    body_clear(&body);
    return done();
}
