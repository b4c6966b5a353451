#include "mxsend/session.h"

#include "base/ascii.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void session_init(struct session *s, const char *helo)
{
    *s = (struct session){.state = SESSION_BANNER, .helo = helo};
}

static bool is_positive(const struct reply *r)
{
    return r->code >= 200 && r->code <= 299;
}

/* `line` is a line of the reply to EHLO without its code: a keyword and its parameters. */
static void read_extension(struct session *s, struct span line)
{
    struct span word = span_make(line.p, 0);
    while (word.n < line.n && line.p[word.n] != ' ')
        word.n++;
    if (span_is_caseless(word, "8BITMIME"))
        s->eight_bit = true;
    else if (span_is_caseless(word, "SMTPUTF8"))
        s->utf8 = true;
    else if (span_is_caseless(word, "SIZE")) {
        char digits[24];
        s->size = true;
        snprintf(digits, sizeof digits, "%.*s", (int)(line.n - word.n < 23 ? line.n - word.n : 23),
                 line.p + word.n);
        s->size_limit = strtoull(digits, NULL, 10);
    }
}

static void read_extensions(struct session *s, struct span text)
{
    while (text.n > 0) {
        const char *lf = memchr(text.p, '\n', text.n);
        size_t n = lf != NULL ? (size_t)(lf - text.p) : text.n;
        if (n > 4)
            read_extension(s, span_make(text.p + 4, n - 4));
        text = span_make(text.p + n + (lf != NULL), text.n - n - (lf != NULL));
    }
}

static enum session_event send_hello(struct session *s, enum session_state state)
{
    s->state = state;
    buf_format(&s->out, "%s %s\r\n", state == SESSION_EHLO ? "EHLO" : "HELO", s->helo);
    return SESSION_GO_ON;
}

static void add_mail(struct session *s)
{
    const struct envelope *e = &s->envelope;
    buf_add_string(&s->out, "MAIL FROM:<");
    buf_add_span(&s->out, e->sender);
    buf_add_char(&s->out, '>');
    if (s->size)
        buf_format(&s->out, " SIZE=%zu", e->body->size);
    if (e->body->eight_bit && s->eight_bit)
        buf_add_string(&s->out, " BODY=8BITMIME");
    if (!span_is_ascii(e->sender) || !span_is_ascii(e->recipient))
        buf_add_string(&s->out, " SMTPUTF8");
    buf_add_string(&s->out, "\r\n");
    s->state = SESSION_MAIL;
}

static void add_rcpt(struct session *s)
{
    buf_add_string(&s->out, "RCPT TO:<");
    buf_add_span(&s->out, s->envelope.recipient);
    buf_add_string(&s->out, ">\r\n");
    s->state = SESSION_RCPT;
}

enum session_event session_begin(struct session *s, const struct envelope *e)
{
    s->envelope = *e;
    s->refusal[0] = '\0';
    if (!s->utf8 && !(span_is_ascii(e->sender) && span_is_ascii(e->recipient)))
        snprintf(s->refusal, sizeof s->refusal,
                 "553 5.6.7 the server does not offer SMTPUTF8, which this address needs");
    else if (s->size_limit > 0 && e->body->size > s->size_limit)
        snprintf(s->refusal, sizeof s->refusal,
                 "552 5.3.4 the message of %zu bytes is over the server's SIZE of %" PRIu64,
                 e->body->size, s->size_limit);
    if (s->refusal[0] != '\0')
        return SESSION_ANSWERED;
    if (s->dirty) {
        buf_add_string(&s->out, "RSET\r\n");
        s->state = SESSION_RSET;
    } else {
        add_mail(s);
    }
    return SESSION_GO_ON;
}

/* The reply decides about the message. With `dirty`, a transaction is left open on the server. */
static enum session_event end_message(struct session *s, bool dirty)
{
    s->dirty = dirty;
    s->state = s->closing ? SESSION_OVER : SESSION_IDLE;
    return SESSION_ANSWERED;
}

static enum session_event handle_banner(struct session *s, const struct reply *r)
{
    return is_positive(r) ? send_hello(s, SESSION_EHLO) : SESSION_UNWELCOME;
}

static enum session_event handle_hello(struct session *s, const struct reply *r)
{
    /* A server that does not know EHLO may know HELO (RFC 5321 3.2). */
    if (!is_positive(r))
        return s->state == SESSION_EHLO && r->code >= 500 && r->code <= 504
                   ? send_hello(s, SESSION_HELO)
                   : SESSION_UNWELCOME;
    if (s->state == SESSION_EHLO)
        read_extensions(s, buf_span(&r->text));
    s->state = SESSION_IDLE;
    return SESSION_READY;
}

/* RSET asks nothing about the message: a refusal must not be taken for one of the message. */
static enum session_event handle_reset(struct session *s, const struct reply *r)
{
    if (!is_positive(r))
        return s->closing ? end_message(s, true) : SESSION_UNEXPECTED;
    s->dirty = false;
    add_mail(s);
    return SESSION_GO_ON;
}

/* A 2yz reply accepts nothing: the server has not had the message. */
static enum session_event handle_data(struct session *s, const struct reply *r)
{
    if (is_positive(r))
        return SESSION_UNEXPECTED;
    if (r->code != 354)
        return end_message(s, true);
    s->body = s->envelope.body;
    s->state = SESSION_DOT;
    return SESSION_GO_ON;
}

enum session_event session_feed(struct session *s, const struct reply *r)
{
    s->closing = s->closing || r->code == 421; /* RFC 5321 3.8: the server closes */
    switch (s->state) {
    case SESSION_BANNER:
        return handle_banner(s, r);
    case SESSION_EHLO:
    case SESSION_HELO:
        return handle_hello(s, r);
    case SESSION_RSET:
        return handle_reset(s, r);
    case SESSION_MAIL:
        if (!is_positive(r))
            return end_message(s, true);
        add_rcpt(s);
        return SESSION_GO_ON;
    case SESSION_RCPT:
        if (!is_positive(r))
            return end_message(s, true);
        buf_add_string(&s->out, "DATA\r\n");
        s->state = SESSION_DATA;
        return SESSION_GO_ON;
    case SESSION_DATA:
        return handle_data(s, r);
    case SESSION_DOT:
        return end_message(s, false);
    case SESSION_IDLE:
    case SESSION_QUIT:
    case SESSION_OVER:
        break;
    }
    s->state = SESSION_OVER;
    return SESSION_CLOSED;
}

void session_quit(struct session *s)
{
    buf_add_string(&s->out, "QUIT\r\n");
    s->state = SESSION_QUIT;
}

bool session_is_past_data(const struct session *s)
{
    return s->state == SESSION_DOT;
}

const char *session_waits_for(const struct session *s)
{
    static const char *const names[] = {
        [SESSION_BANNER] = "the greeting",
        [SESSION_EHLO] = "the reply to EHLO",
        [SESSION_HELO] = "the reply to HELO",
        [SESSION_IDLE] = "nothing",
        [SESSION_RSET] = "the reply to RSET",
        [SESSION_MAIL] = "the reply to MAIL",
        [SESSION_RCPT] = "the reply to RCPT",
        [SESSION_DATA] = "the reply to DATA",
        [SESSION_DOT] = "the reply to the message",
        [SESSION_QUIT] = "the reply to QUIT",
        [SESSION_OVER] = "nothing",
    };
    return names[s->state];
}

void session_clear(struct session *s)
{
    buf_clear(&s->out);
}
