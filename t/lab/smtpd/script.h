/*
 * script: how the responder answers (t/lab/README.md): the recipient's local part asks for an
 * answer, and a script file sets the behaviour of each listening address. An answer owns its text.
 * No I/O except in script_load(), which alone can fail.
 */
#ifndef LAB_SCRIPT_H
#define LAB_SCRIPT_H

#include "base/buf.h"

enum action {
    ACTION_REPLY,    /* the text is the reply */
    ACTION_GREYLIST, /* the reply the first time, then the usual one */
    ACTION_DROP,     /* closes the connection without a reply */
    ACTION_RESET,    /* closes it with a TCP reset */
    ACTION_STALL,    /* sends nothing until the client goes away */
    ACTION_SLOW,     /* the reply, byte by byte, 50 ms apart */
    ACTION_ENDLESS,  /* continuation lines, up to 64 MiB */
};

enum stage {
    STAGE_BANNER,
    STAGE_EHLO,
    STAGE_HELO,
    STAGE_MAIL,
    STAGE_RCPT,
    STAGE_DATA,
    STAGE_DOT,
    STAGE_NONE
};

struct answer {
    enum stage stage; /* of the dialogue at which it is given */
    enum action action;
    struct buf text; /* a reply without its last CRLF; owned */
};

enum starttls { STARTTLS_NONE, STARTTLS_OFFER, STARTTLS_REFUSE, STARTTLS_GARBAGE, STARTTLS_CLOSE };

/* The behaviour of one listening address. */
struct behaviour {
    char address[48];
    struct answer answers[STAGE_NONE];
    bool answered[STAGE_NONE]; /* true if the script sets the answer of the stage */
    enum starttls starttls;
    int sessions; /* at once; 0: no limit */
    int messages; /* on one connection; 0: no limit */
};

struct script {
    struct behaviour behaviours[64];
    size_t count;
};

/* Adds the blocks of a script file to a zeroed script, at most 64 of them. Returns false if the
 * file is missing or wrong (reported). */
bool script_load(struct script *s, const char *path);

/* Returns the behaviour of an address, borrowed from the script, or NULL. */
const struct behaviour *script_find(const struct script *s, const char *address);

/* Sets *a to the answer that a recipient asks for. Its stage is STAGE_NONE if the recipient asks
 * for none. The buffer of a->text is used again; the caller clears it. */
void script_recipient(struct span address, struct answer *a);

#endif
