/*
 * delivery: sends messages over many connections at once. It decides which job goes over which path
 * and when, and what a failure means for the job and for the path. It owns a job from
 * delivery_add() until delivery_next_done() returns it. No function fails: what went wrong with a
 * message is in its job's outcome.
 */
#ifndef MXSEND_DELIVERY_H
#define MXSEND_DELIVERY_H

#include "mxsend/connection.h"

#include <signal.h>

struct delivery;

/* The strings and the rules are borrowed until delivery_free(). */
struct delivery_options {
    struct connection_options connection;
    const struct mx_rules *rules;
    size_t connections; /* the most that are open at once, over all paths; at least 1 */
};

/* Copies *options. The caller frees the delivery with delivery_free(). */
struct delivery *delivery_new(const struct delivery_options *options);

/* Takes over the job, whose envelope, body and route must be set. */
void delivery_add(struct delivery *d, struct job *j);

/*
 * Waits until the network or `fd` is ready or a deadline has come, and does what is due; returns at
 * once if a job is done. `fd` is -1 if the caller waits for no input. Returns true if `fd` is ready
 * to be read. `blocked` is the signal mask during the wait: a signal that is not in it ends the
 * wait, and the function returns false.
 */
bool delivery_wait(struct delivery *d, int fd, const sigset_t *blocked);

/* Returns the next job that is done, or NULL. The caller frees it with job_free(). */
struct job *delivery_next_done(struct delivery *d);

/* Returns the number of jobs inside; a job that is done counts until it has been taken out. */
size_t delivery_count(const struct delivery *d);

/* With `last` true, no more jobs will come: idle connections are closed with QUIT at once. */
void delivery_set_last(struct delivery *d, bool last);

/*
 * Begins no more messages. Jobs that wait become done with RESULT_NONE; messages in progress have
 * 10 seconds to end.
 */
void delivery_stop(struct delivery *d);

/* True while connections are open: the caller goes on with delivery_wait(), so that each can end
 * with QUIT. */
bool delivery_is_closing(const struct delivery *d);

/* Closes all connections. It frees no jobs: delivery_count() must be 0. */
void delivery_free(struct delivery *d);

#endif
