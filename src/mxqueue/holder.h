/*
 * holder: who holds a lease: the process group of the pipeline that `mxqueue due` is a part of. It
 * has gone once no process of the group is left.
 *
 * The kernel gives a group's number to no other process while the group has a member, so the number
 * and the start of the process of that number tell a group from a later one of the same number.
 *
 * A shell without job control runs its pipelines one after another in its own group, which outlives
 * them. If the rows went into a pipe that the shell does not read, and the same shell has clearly
 * later started a pipeline with another `due`, then that one does not count the shell, nor what the
 * shell started from then on: only what is left of the earlier pipeline holds the lease.
 *
 * Pure but for holder_set() and holder_has_gone(). A struct owns nothing.
 */
#ifndef MXQUEUE_HOLDER_H
#define MXQUEUE_HOLDER_H

#include "base/buf.h"
#include "mxqueue/process.h"

enum { HOLDER_BOOT = 36, HOLDER_PATH = 32 };

/* One process for as long as the machine runs. */
struct holder_process {
    int64_t id;
    uint64_t start;
};

struct holder {
    char boot[HOLDER_BOOT + 1]; /* names the time since the machine started */
    uint64_t space;             /* the PID namespace, such as that of a container */
    int64_t group;
    uint64_t leader_start; /* of the process whose id is the group's; 0: it has ended */
    bool piped;            /* the rows went into a pipe that no process of path and group reads */
    /* The process that took the lease, its parent, and so on. */
    struct holder_process path[HOLDER_PATH];
    size_t path_count;
};

enum holder_state {
    HOLDER_GONE,
    HOLDER_UNSEEN, /* no process of the group is in the list, not even a dead one */
    HOLDER_ALIVE,
};

/* The text of a holder: words with a blank between them. */
void holder_write(const struct holder *h, struct buf *out);
MUST_CHECK bool holder_read(struct holder *h, struct span text);

/* Makes it the holder that a lease of this process has. EX_UNAVAILABLE (reported) if /proc does not
 * tell. */
MUST_CHECK int holder_set(struct holder *h, const struct processes *list);

/* What has become of a holder, as the process `self` sees it. */
enum holder_state holder_state(const struct holder *h, const struct holder *self,
                               const struct processes *list);

/* True if it has gone. A process that we may not see counts, too. */
bool holder_has_gone(const struct holder *h, const struct holder *self,
                     const struct processes *list);

#endif
