/*
 * team: several threads that work on the batches of one stream, each on its own, and finish them in
 * the order of the input, so that what comes out does not depend on their number.
 */
#ifndef BOUNCECLASS_WORKERS_H
#define BOUNCECLASS_WORKERS_H

#include "bounceclass/batch.h"

enum { WORKERS_MOST = 64 };

struct workers_calls {
    void *(*start)(void *shared);                      /* a worker's own state */
    void (*work)(void *worker, struct batch *batch);   /* by several threads at once */
    void (*finish)(void *shared, struct batch *batch); /* by one at a time, in order */
    void (*end)(void *shared, void *worker);           /* by the calling thread, after all work */
};

/* Runs until the stream's end; `count` 1 works in the calling thread alone. */
void workers_run(struct stream *s, size_t count, const struct workers_calls *calls, void *shared);

#endif
