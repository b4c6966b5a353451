#include "session.h"

#include "log.h"

#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { ENDLESS_LIMIT = 64 * 1024 * 1024, SLOW_US = 50000, GREY_LIMIT = 4096 };

struct dialogue {
    struct session *session;
    struct buf line, sender, recipients, body;
    struct answer held; /* what a recipient has asked for, until its stage comes */
    int messages;
    bool over, reset;
};

static pthread_mutex_t grey_mutex = PTHREAD_MUTEX_INITIALIZER;
/* What the greylists of all sessions have seen: SENDER LF COMMAND NUL, where the command names the
 * recipient. */
static struct buf grey_seen;

/* Notes the sender and the command; returns true if they were known already. */
static bool seen_before(struct span sender, struct span command)
{
    struct buf pair = {0};
    buf_add_span(&pair, sender);
    buf_add_char(&pair, '\n');
    buf_add_span(&pair, command);
    buf_add_char(&pair, '\0');
    pthread_mutex_lock(&grey_mutex);
    bool seen = grey_seen.n > 0 && memmem(grey_seen.p, grey_seen.n, pair.p, pair.n) != NULL;
    if (!seen && grey_seen.n < GREY_LIMIT * 64)
        buf_add(&grey_seen, pair.p, pair.n);
    pthread_mutex_unlock(&grey_mutex);
    buf_clear(&pair);
    return seen;
}

static void say(struct dialogue *d, struct span text)
{
    struct buf reply = {0};
    log_command(d->session->number, d->session->local, buf_span(&d->line), text);
    buf_add_span(&reply, text);
    buf_add_string(&reply, "\r\n");
    d->over = !wire_write(&d->session->wire, buf_span(&reply)) || d->over;
    buf_clear(&reply);
}

static void say_slowly(struct dialogue *d, struct span text)
{
    for (size_t i = 0; i < text.n && !d->over; i++) {
        d->over = !wire_write(&d->session->wire, span_make(text.p + i, 1));
        usleep(SLOW_US);
    }
    d->over = d->over || !wire_write(&d->session->wire, span_of("\r\n"));
}

static void say_endlessly(struct dialogue *d, struct span text)
{
    struct buf lines = {0};
    while (lines.n < 16384) {
        buf_add_span(&lines, text);
        buf_add_string(&lines, " on and on\r\n");
    }
    for (size_t sent = 0; sent < ENDLESS_LIMIT && wire_write(&d->session->wire, buf_span(&lines));)
        sent += lines.n;
    buf_clear(&lines);
    d->over = true;
}

static void stall(struct dialogue *d)
{
    while (wire_line(&d->session->wire, &d->line))
        ;
    d->over = true;
}

/* Gives an answer; `otherwise` is the usual reply at this stage. Returns true if the client may go
 * on, as after a 2yz or 3yz reply. */
static bool perform(struct dialogue *d, const struct answer *a, const char *otherwise)
{
    struct span text = buf_span(&a->text);
    switch (a->action) {
    case ACTION_GREYLIST:
        if (seen_before(buf_span(&d->sender), buf_span(&d->line))) {
            say(d, span_of(otherwise));
            return true;
        }
        say(d, text.n > 0 ? text : span_of("451 4.7.1 greylisted, please try again later"));
        return false;
    case ACTION_REPLY:
        say(d, text);
        d->over = d->over || (text.n >= 3 && memcmp(text.p, "421", 3) == 0);
        return text.n > 0 && (text.p[0] == '2' || text.p[0] == '3');
    case ACTION_SLOW:
        say_slowly(d, text);
        return text.n > 0 && text.p[0] == '2';
    case ACTION_ENDLESS:
        say_endlessly(d, text);
        return false;
    case ACTION_STALL:
        stall(d);
        return false;
    case ACTION_DROP:
    case ACTION_RESET:
        log_command(d->session->number, d->session->local, buf_span(&d->line), span_of("(closed)"));
        d->reset = a->action == ACTION_RESET;
        d->over = true;
    }
    return false;
}

/* Answers at a stage: as the recipient has asked, else as the script sets for the address, else
 * with the reply `otherwise`. Returns true if the client may go on. */
static bool answer(struct dialogue *d, enum stage stage, const char *otherwise)
{
    const struct behaviour *b = d->session->behaviour;
    if (d->held.stage == stage)
        return perform(d, &d->held, otherwise);
    if (b != NULL && b->answered[stage])
        return perform(d, &b->answers[stage], otherwise);
    say(d, span_of(otherwise));
    return true;
}

static bool verb_is(const struct dialogue *d, const char *verb)
{
    size_t n = strlen(verb);
    return d->line.n >= n && strncasecmp(d->line.p, verb, n) == 0 &&
           (d->line.n == n || !isalnum((unsigned char)d->line.p[n]));
}

/* Returns the address between < and >, or the empty span. */
static struct span path_of(const struct dialogue *d)
{
    const char *open = memchr(d->line.p, '<', d->line.n);
    const char *close = open != NULL ? memrchr(d->line.p, '>', d->line.n) : NULL;
    return close == NULL || close < open ? span_make(NULL, 0)
                                         : span_make(open + 1, (size_t)(close - open) - 1);
}

static void greet(struct dialogue *d)
{
    struct session *s = d->session;
    char event[64];
    snprintf(event, sizeof event, "CONNECT sessions=%d", s->sessions);
    buf_add_string(&d->line, event);
    if (s->behaviour != NULL && s->behaviour->sessions > 0 &&
        s->sessions > s->behaviour->sessions) {
        say(d, span_of("421 4.7.0 too many connections from your IP"));
        d->over = true;
    } else {
        d->over = !answer(d, STAGE_BANNER, "220 lab.example ESMTP") || d->over;
    }
}

static void hello(struct dialogue *d)
{
    const struct behaviour *b = d->session->behaviour;
    bool offers = b != NULL && b->starttls != STARTTLS_NONE && d->session->wire.tls == NULL;
    if (verb_is(d, "HELO"))
        answer(d, STAGE_HELO, "250 lab.example");
    else
        answer(d, STAGE_EHLO,
               offers ? "250-lab.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
                        "250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 1000000"
                      : "250-lab.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n"
                        "250-ENHANCEDSTATUSCODES\r\n250 SIZE 1000000");
}

static void start_tls(struct dialogue *d)
{
    const struct behaviour *b = d->session->behaviour;
    enum starttls kind = b != NULL ? b->starttls : STARTTLS_NONE;
    if (kind == STARTTLS_NONE || kind == STARTTLS_REFUSE || d->session->tls_context == NULL) {
        say(d, span_of(kind == STARTTLS_NONE ? "502 5.5.1 not offered"
                                             : "454 4.7.0 TLS not available"));
        return;
    }
    say(d, span_of("220 2.0.0 go ahead"));
    if (kind == STARTTLS_GARBAGE)
        d->over = !wire_write(&d->session->wire, span_of("this is no ServerHello\r\n"));
    else if (kind == STARTTLS_CLOSE)
        d->over = true;
    else
        d->over = !wire_start_tls(&d->session->wire, d->session->tls_context);
}

static void end_transaction(struct dialogue *d)
{
    buf_empty(&d->recipients);
    buf_empty(&d->sender);
    d->held.stage = STAGE_NONE;
}

static void mail(struct dialogue *d)
{
    const struct behaviour *b = d->session->behaviour;
    end_transaction(d);
    if (b != NULL && b->messages > 0 && d->messages >= b->messages) {
        say(d, span_of("421 4.7.0 too many messages on this connection"));
        d->over = true;
        return;
    }
    buf_add_span(&d->sender, path_of(d));
    answer(d, STAGE_MAIL, "250 2.1.0 ok");
}

static void rcpt(struct dialogue *d)
{
    struct span recipient = path_of(d);
    struct answer asked = {.stage = STAGE_NONE};
    if (recipient.n == 0) {
        say(d, span_of("501 5.1.3 no address"));
        return;
    }
    script_recipient(recipient, &asked);
    buf_clear(&d->held.text);
    d->held = asked;
    /* The recipient is not known at MAIL: a reply to MAIL is given to RCPT. */
    if (asked.stage == STAGE_MAIL)
        d->held.stage = STAGE_RCPT;
    if (answer(d, STAGE_RCPT, "250 2.1.5 ok")) {
        buf_add_span(&d->recipients, recipient);
        buf_add_char(&d->recipients, '\n');
    }
    if (d->held.stage == STAGE_RCPT)
        d->held.stage = STAGE_NONE;
}

/* Reads up to the lone dot and undoubles the dots (RFC 5321 4.5.2). Returns false if the client is
 * gone. */
static bool read_body(struct dialogue *d)
{
    struct wire *w = &d->session->wire;
    buf_empty(&d->body);
    w->bare_cr = w->bare_lf = 0;
    while (wire_line(w, &d->line)) {
        size_t dot = d->line.n > 0 && d->line.p[0] == '.';
        if (dot && d->line.n == 1)
            return true;
        buf_add(&d->body, d->line.p + dot, d->line.n - dot);
        buf_add_string(&d->body, "\r\n");
    }
    return false;
}

static void data(struct dialogue *d)
{
    struct session *s = d->session;
    if (d->recipients.n == 0) {
        say(d, span_of("503 5.5.1 no valid recipients"));
        return;
    }
    if (!answer(d, STAGE_DATA, "354 go on, end with a lone dot") || d->over)
        return;
    d->over = !read_body(d);
    if (d->over || !answer(d, STAGE_DOT, "250 2.0.0 taken"))
        return;
    d->messages++;
    log_message(&(struct message){s->number, s->local, s->wire.tls != NULL, buf_span(&d->sender),
                                  &d->recipients, buf_span(&d->body), s->wire.bare_cr,
                                  s->wire.bare_lf});
    end_transaction(d);
}

static void quit(struct dialogue *d)
{
    say(d, span_of("221 2.0.0 bye"));
    d->over = true;
}

static void reset(struct dialogue *d)
{
    end_transaction(d);
    say(d, span_of("250 2.0.0 ok"));
}

static void noop(struct dialogue *d)
{
    say(d, span_of("250 2.0.0 ok"));
}

static const struct verb {
    const char *name;
    void (*run)(struct dialogue *d);
} verbs[] = {
    {"EHLO", hello}, {"HELO", hello}, {"STARTTLS", start_tls}, {"MAIL", mail}, {"RCPT", rcpt},
    {"DATA", data},  {"RSET", reset}, {"NOOP", noop},          {"QUIT", quit},
};

static void run_command(struct dialogue *d)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (verb_is(d, verbs[i].name)) {
            verbs[i].run(d);
            return;
        }
    say(d, span_of("500 5.5.2 what?"));
}

void session_run(struct session *s)
{
    struct dialogue d = {.session = s, .held.stage = STAGE_NONE};
    greet(&d);
    while (!d.over && wire_line(&s->wire, &d.line))
        run_command(&d);
    wire_close(&s->wire, d.reset);
    buf_clear(&d.line);
    buf_clear(&d.sender);
    buf_clear(&d.recipients);
    buf_clear(&d.body);
    buf_clear(&d.held.text);
}
