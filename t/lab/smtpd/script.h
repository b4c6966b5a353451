/*
 * script: what the responder does to whom (t/lab/README.md): by the recipient's local part, and by
 * the listening address from a script file. Pure but for script_load().
 */
#ifndef LAB_SCRIPT_H
#define LAB_SCRIPT_H

#include "base/buf.h"

enum action {
    ACTION_REPLY,    /* the text is the reply */
    ACTION_GREYLIST, /* the reply the first time, then 250 */
    ACTION_DROP,     /* closes the connection without a word */
    ACTION_RESET,    /* the same by a TCP reset */
    ACTION_STALL,    /* says nothing until the client goes away */
    ACTION_SLOW,     /* the reply, byte by byte, 50 ms apart */
    ACTION_ENDLESS,  /* continuation lines without end, 64 MiB at the most */
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
    enum stage stage; /* when it is given */
    enum action action;
    struct buf text; /* a reply without its last CRLF; owned */
};

enum starttls { STARTTLS_NONE, STARTTLS_OFFER, STARTTLS_REFUSE, STARTTLS_GARBAGE, STARTTLS_CLOSE };

/* What holds for one listening address. */
struct behaviour {
    char address[48];
    struct answer answers[STAGE_NONE]; /* one a stage, if its text or action is set */
    bool answered[STAGE_NONE];
    enum starttls starttls;
    int sessions; /* at once, 0: any */
    int messages; /* on one connection, 0: any */
};

struct script {
    struct behaviour behaviours[64];
    size_t count;
};

/* Reads a script file; false (said) where it is wrong. */
bool script_load(struct script *s, const char *path);

/* What holds for an address, or NULL. */
const struct behaviour *script_find(const struct script *s, const char *address);

/* What a recipient asks for; STAGE_NONE if it is an ordinary one. */
void script_recipient(struct span address, struct answer *a);

#endif
