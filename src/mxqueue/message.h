/*
 * message: the copies of the messages, in the folder queue.messages of the state directory. A copy
 * is named by the hash of its content, and is never changed. Functions that return int report their
 * own errors and return 0 or an exit status.
 */
#ifndef MXQUEUE_MESSAGE_H
#define MXQUEUE_MESSAGE_H

#include "base/safedir.h"
#include "base/table.h"
#include "mxqueue/queue.h"

/* The folder of the copies, and the files that were read. */
struct messages {
    struct safedir dir;
    struct table files; /* of struct message, by the path that the user named */
};

struct message {
    char hash[ROW_HASH + 1];
    char *path; /* the file that the user named; owned */
    bool kept;  /* the copy was there when the lock was taken last */
};

/* Opens the folder; with `make`, makes it. EX_NOINPUT (not reported) if it does not exist. The
 * caller calls messages_close() in every case. */
MUST_CHECK int messages_open(struct messages *m, bool make);
void messages_close(struct messages *m);

/* Adds to `out` the path of a copy, which does not depend on the working directory. */
void messages_path(const struct messages *m, struct span hash, struct buf *out);

/* Reads a message file that the user names, or knows it already. *message is borrowed. EX_NOINPUT
 * if it does not exist, EX_DATAERR if it is empty or not a regular file of at most 64 MiB. */
MUST_CHECK int messages_read(struct messages *m, struct span path, struct message **message);

/* Under the queue's lock: makes a copy unless it is there. EX_DATAERR if the file has changed since
 * it was read. */
MUST_CHECK int messages_keep(struct messages *m, struct queue *q, struct message *message);

/* Forgets that copies are there: to call when the lock is given back. */
void messages_unlock(struct messages *m);

/* Checks a copy before it is given out: EX_DATAERR if it does not have the content that its name
 * says, EX_NOINPUT if it is missing. */
MUST_CHECK int messages_check(const struct messages *m, struct span hash);

/* Under the lock: removes the copies whose hashes are not in `used`, and what killed runs left. */
MUST_CHECK int messages_remove_others(const struct messages *m, const struct table *used);

/* The hash of a content, in hexadecimal digits. */
void message_hash(struct span content, char hash[ROW_HASH + 1]);

#endif
