/*
 * session: one SMTP dialogue (RFC 5321) as a state machine: it is fed replies, and says what to
 * send and what has happened. No I/O. One session carries several messages, one after the other.
 * Owns its output buffer; envelope and body are borrowed while a message is under way.
 */
#ifndef MXSEND_SESSION_H
#define MXSEND_SESSION_H

#include "mxsend/body.h"
#include "mxsend/reply.h"

#include <stdint.h>

enum session_state {
    SESSION_BANNER, /* waits for the greeting */
    SESSION_EHLO,
    SESSION_HELO,
    SESSION_IDLE, /* ready for a message */
    SESSION_RSET,
    SESSION_MAIL,
    SESSION_RCPT,
    SESSION_DATA,
    SESSION_DOT,
    SESSION_QUIT,
    SESSION_OVER,
};

enum session_event {
    SESSION_GO_ON,     /* send what stands in `out` and read the next reply */
    SESSION_READY,     /* idle: session_begin() or session_quit() */
    SESSION_ANSWERED,  /* the reply decides about the message; idle again unless over */
    SESSION_UNWELCOME, /* the host wants none of us: banner, EHLO and HELO failed */
    SESSION_CLOSED,    /* QUIT was answered */
};

struct envelope {
    struct span sender; /* empty: the null sender */
    struct span recipient;
    const struct body *body;
};

struct session {
    enum session_state state;
    const char *helo;
    struct buf out;          /* to be sent; the caller clears it */
    const struct body *body; /* to be sent behind `out`, or NULL; the caller sets it to NULL */
    struct envelope envelope;
    bool eight_bit, utf8, size; /* offered by EHLO: 8BITMIME, SMTPUTF8, SIZE */
    uint64_t size_limit;        /* 0: none said */
    bool dirty;                 /* a transaction was broken off: RSET comes first */
    bool closing;               /* 421 was said */
    char refusal[160]; /* why we did not even try, after SESSION_ANSWERED of session_begin() */
};

void session_init(struct session *s, const char *helo);

/* A reply has come. */
enum session_event session_feed(struct session *s, const struct reply *r);

/* The next message; SESSION_ANSWERED if this server cannot take it (s->refusal says why, with a
 * code before it). */
enum session_event session_begin(struct session *s, const struct envelope *e);
void session_quit(struct session *s);

/* Is a message between its first command and its last reply? */
bool session_is_busy(const struct session *s);

/* Has the whole message been given out, so that it may have been delivered? */
bool session_is_past_data(const struct session *s);

/* What we wait for: "the greeting", "the reply to RCPT". */
const char *session_waits_for(const struct session *s);
void session_clear(struct session *s);

#endif
