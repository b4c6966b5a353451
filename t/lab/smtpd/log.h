/*
 * log: what the responder received, in a folder, for tests to look at: commands.tsv (every command
 * and its reply), messages.tsv (one line a recipient of an accepted message) and N.eml (what came,
 * dots unstuffed). Threads may call it at once.
 */
#ifndef LAB_LOG_H
#define LAB_LOG_H

#include "base/buf.h"

/* `folder` NULL: nothing is kept. False (said) where the files cannot be made. */
bool log_open(const char *folder);

/* A command (or event) of a session, and the reply. */
void log_command(int session, const char *address, struct span command, struct span reply);

struct message {
    int session;
    const char *address; /* on which it came in */
    bool tls;
    struct span sender;
    const struct buf *recipients; /* LF behind each */
    struct span body;
    int bare_cr, bare_lf; /* that the wire had */
};

void log_message(const struct message *m);

#endif
