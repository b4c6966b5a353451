/*
 * log: records for tests of what the responder received, in a folder: commands.tsv (each command
 * and its reply), messages.tsv (one line for each recipient of an accepted message) and N.eml (the
 * Nth accepted message, with its dots undoubled). Any thread may call it. Only log_open() reports
 * errors. All arguments are borrowed during the call.
 */
#ifndef LAB_LOG_H
#define LAB_LOG_H

#include "base/buf.h"

/* Creates the files in `folder`, which must exist; with NULL, nothing is recorded. Returns false if
 * a file cannot be created (reported). */
bool log_open(const char *folder);

/* Records a command (or an event) of a session, and the reply. `address` is the one that the client
 * connected to. */
void log_command(int session, const char *address, struct span command, struct span reply);

struct message {
    int session;
    const char *address; /* that the client connected to */
    bool tls;
    struct span sender;
    const struct buf *recipients; /* each followed by LF */
    struct span body;
    int bare_cr, bare_lf; /* how many of them the wire had */
};

void log_message(const struct message *m);

#endif
