/*
 * session: one SMTP dialogue (RFC 5321) as a state machine. Its caller feeds it replies; the
 * session says what to send and what has happened. It carries several messages, one after the
 * other. No I/O, and nothing fails. It owns its output buffer; it borrows the host name until
 * session_clear(), and envelope and body from session_begin() to SESSION_ANSWERED.
 */
#ifndef MXSEND_SESSION_H
#define MXSEND_SESSION_H

#include "mxsend/body.h"
#include "mxsend/reply.h"

#include <stdint.h>

/* From SESSION_RSET to SESSION_DOT a message is in progress. */
enum session_state {
    SESSION_BANNER, /* waits for the greeting */
    SESSION_EHLO,
    SESSION_HELO,
    SESSION_IDLE, /* ready for a message */
    SESSION_RSET,
    SESSION_MAIL,
    SESSION_RCPT,
    SESSION_DATA,
    SESSION_DOT, /* 354 has come: waits for the reply to the message */
    SESSION_QUIT,
    SESSION_OVER,
};

enum session_event {
    SESSION_GO_ON,      /* send `out`, then `body`, and feed the next reply */
    SESSION_READY,      /* idle: call session_begin() or session_quit() */
    SESSION_ANSWERED,   /* this reply settles the message; then idle, or over after a 421 */
    SESSION_UNWELCOME,  /* the host refused us in its greeting or its reply to EHLO or HELO */
    SESSION_UNEXPECTED, /* a reply that SMTP does not allow here: it settles nothing, and the state
                           is that before it */
    SESSION_CLOSED,     /* the host answered QUIT, or sent a reply that nothing had asked for */
};

struct envelope {
    struct span sender; /* empty: the null sender */
    struct span recipient;
    const struct body *body;
};

struct session {
    enum session_state state;
    const char *helo;        /* borrowed */
    struct buf out;          /* to be sent; the caller empties it */
    const struct body *body; /* to be sent after `out`, or NULL; the caller sets it to NULL */
    struct envelope envelope;
    bool eight_bit, utf8, size; /* offered by EHLO: 8BITMIME, SMTPUTF8, SIZE */
    uint64_t size_limit;        /* bytes; 0 if the server names no limit */
    bool dirty;                 /* a transaction was aborted: RSET comes first */
    bool closing;               /* the server has sent a 421 */
    char refusal[160];          /* set if session_begin() returns SESSION_ANSWERED, else "" */
};

/* Sets *s to wait for the greeting; `helo` is our host name. The old content is not freed. */
void session_init(struct session *s, const char *helo);

/* Goes on with a complete reply, which is read during this call only. */
enum session_event session_feed(struct session *s, const struct reply *r);

/*
 * Begins the next message; the session must be idle, and the addresses safe (address_is_safe()).
 * Returns SESSION_GO_ON, or SESSION_ANSWERED if this server cannot accept the message: s->refusal
 * is then "CODE STATUS TEXT", as a server would say it, and nothing is sent. *e is copied.
 */
enum session_event session_begin(struct session *s, const struct envelope *e);

/* Adds QUIT to `out`. */
void session_quit(struct session *s);

/* True if the server has asked for the message with 354 and not answered it yet: it may have
 * accepted the message. */
bool session_is_past_data(const struct session *s);

/* Returns what the session waits for, as a static string: "the greeting", "the reply to RCPT". */
const char *session_waits_for(const struct session *s);
void session_clear(struct session *s);

#endif
