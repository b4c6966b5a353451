/*
 * session: the responder's side of one SMTP dialogue, in a thread of its own.
 */
#ifndef LAB_SESSION_H
#define LAB_SESSION_H

#include "script.h"
#include "wire.h"

struct session {
    int number;
    char local[48];                    /* the address that the client came to */
    const struct behaviour *behaviour; /* or NULL */
    SSL_CTX *tls_context;              /* or NULL: no STARTTLS */
    struct wire wire;
    int sessions; /* of all clients on this address when it began */
};

/* Runs the dialogue to its end and closes the connection. */
void session_run(struct session *s);

#endif
