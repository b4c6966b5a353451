/*
 * delivery: messages on their way over many connections at once: which job goes over which path
 * when, what a failure means for the job and for the path. Jobs go in, and come out when their
 * outcome is known; in between they are its own.
 */
#ifndef MXSEND_DELIVERY_H
#define MXSEND_DELIVERY_H

#include "mxsend/connection.h"

#include <signal.h>

struct delivery;

struct delivery_options {
    struct connection_options connection;
    const struct mx_rules *rules;
    size_t connections; /* at once, in all */
};

struct delivery *delivery_new(const struct delivery_options *options);
void delivery_add(struct delivery *d, struct job *j);

/* Waits for the network, for `fd` (-1: none) to be readable (then true), or for a deadline, and
 * does what is due. A signal that is not in `blocked` ends the waiting. */
bool delivery_wait(struct delivery *d, int fd, const sigset_t *blocked);

/* The next job that is done, or NULL; the caller frees it. */
struct job *delivery_next_done(struct delivery *d);

/* Jobs inside. */
size_t delivery_count(const struct delivery *d);

/* No more jobs will come for now: idle connections say QUIT at once. */
void delivery_set_last(struct delivery *d, bool last);

/* Begins no message any more; what waits comes back untouched, what is under way gets a few
 * seconds. */
void delivery_stop(struct delivery *d);

/* Are there connections yet to be closed in order? */
bool delivery_is_closing(const struct delivery *d);
void delivery_free(struct delivery *d);

#endif
