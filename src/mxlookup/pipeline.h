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

/* The caller sets the pointers, output.stream, output.list, output.secure and rows.unordered; the
 * rest is zero. */
struct pipeline {
    struct stream *stream;
    struct engine *engine;
    struct transport *transport;
    struct lookup *lookup;
    struct output output;
    struct row_queue rows;
    struct buf name; /* the name that is being looked up */
    bool reading;    /* the input may have a row now */
    bool ended;      /* the input has ended */
    bool failed;     /* stdout or an input has failed, which was reported */
};

/* Runs until all rows are written, or p->failed. */
void pipeline_run(struct pipeline *p);

/* Frees the name, the output's buffers and the rows that wait in order. */
void pipeline_clear(struct pipeline *p);

#endif
