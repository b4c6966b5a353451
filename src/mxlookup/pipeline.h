/*
 * pipeline: the run of mxlookup: reads rows, sends queries, receives answers and writes rows, with
 * bounds on what waits between them. Owns the rows that wait, and borrows all that its pointers
 * point to: the caller opens and closes it. The stream reports its own failures.
 */
#ifndef MXLOOKUP_PIPELINE_H
#define MXLOOKUP_PIPELINE_H

#include "mxlookup/lookup.h"
#include "mxlookup/output.h"
#include "mxlookup/row_queue.h"
#include "mxlookup/transport.h"

#include <signal.h>

/* The caller sets the pointers, output.stream, output.list, output.secure and rows.unordered; the
 * rest is zero. */
struct pipeline {
    struct stream *stream;
    struct engine *engine;
    struct transport *transport;
    struct lookup *lookup;
    struct output output;
    struct row_queue rows;
    volatile sig_atomic_t *stop; /* not 0: the run is to end early */
    struct buf name;             /* the name that is being looked up */
    bool reading;                /* the input may have a row now */
    bool ended;                  /* the input has ended */
    bool failed;                 /* stdout or an input has failed, which was reported */
};

/* Runs until all rows are written, p->failed or *p->stop; then drops the rows that wait, which hold
 * their domains back from memo_each(). */
void pipeline_run(struct pipeline *p);

/* Frees the name and the output's buffers. */
void pipeline_clear(struct pipeline *p);

#endif
