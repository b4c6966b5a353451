/*
 * workers: threads that work on the batches of one stream, each on its own, and finish them in the
 * order of the input, so that the output does not depend on the number of threads.
 * The caller owns the stream and what the calls share. If a thread cannot be started, the others do
 * its work (reported).
 */
#ifndef BOUNCECLASS_WORKERS_H
#define BOUNCECLASS_WORKERS_H

#include "bounceclass/batch.h"

enum { WORKERS_MOST = 64 };

struct workers_calls {
    /* Makes a worker's own state, in the calling thread, before all work. */
    void *(*start)(void *shared);
    /* Works on a batch; several threads call it at once. */
    void (*work)(void *worker, struct batch *batch);
    /* Finishes a batch; one thread at a time calls it, in the order of the input. */
    void (*finish)(void *shared, struct batch *batch);
    /* Frees a worker's state, in the calling thread, after all work. */
    void (*end)(void *shared, void *worker);
};

/* Runs until the stream ends or fails. `count` is 1 to WORKERS_MOST; with 1 the calling thread
 * works alone. */
void workers_run(struct stream *s, size_t count, const struct workers_calls *calls, void *shared);

#endif
