/*
 * process: the processes of this machine, as proc(5) lists them. process_read() is pure. The caller
 * clears the list.
 */
#ifndef MXQUEUE_PROCESS_H
#define MXQUEUE_PROCESS_H

#include "base/span.h"
#include "base/status.h"

#include <stdint.h>

struct process {
    int64_t id, parent, group;
    uint64_t start; /* in ticks since the machine started: with the id, it names one process */
    bool dead;      /* only its parent has not asked for its status yet */
};

struct processes {
    struct process *list;
    size_t count, capacity;
};

/* Reads the line of /proc/ID/stat; false if it is not one. */
MUST_CHECK bool process_read(struct process *p, struct span stat);

/* Lists all processes that we may see. EX_UNAVAILABLE (reported) if /proc cannot be read. */
MUST_CHECK int processes_load(struct processes *list);

/* The process of that id, borrowed from the list, or NULL. */
const struct process *processes_find(const struct processes *list, int64_t id);

void processes_clear(struct processes *list);

#endif
