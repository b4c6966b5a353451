/*
 * session: the responder's side of one SMTP dialogue, run in a thread of its own. The caller sets
 * up the session and frees it after session_run(). Nothing is reported: a session ends if its
 * client goes away.
 */
#ifndef LAB_SESSION_H
#define LAB_SESSION_H

#include "script.h"
#include "wire.h"

struct session {
    int number;                        /* for the records */
    char local[48];                    /* the address that the client connected to */
    const struct behaviour *behaviour; /* of that address, borrowed; or NULL */
    SSL_CTX *tls_context;              /* borrowed; NULL: no STARTTLS */
    struct wire wire;
    int sessions; /* open ones of this address when this one began, itself included */
};

/* Runs the dialogue to its end, closes the connection and frees the wire's buffers. */
void session_run(struct session *s);

#endif
