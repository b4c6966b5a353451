/*
 * pipeline: the run of mxlookup: rows in, questions out, answers in, rows out, with bounds on what
 * waits between them.
 */
#ifndef MXLOOKUP_PIPELINE_H
#define MXLOOKUP_PIPELINE_H

#include "mxlookup/lookup.h"
#include "mxlookup/output.h"
#include "mxlookup/row_queue.h"
#include "mxlookup/transport.h"

struct pipeline {
    struct stream *stream;
    struct engine *engine;
    struct transport *transport;
    struct lookup *lookup;
    struct output output;
    struct row_queue rows;
    struct buf name;
    bool reading; /* the input may have a row now */
    bool ended, failed;
};

/* To the end of the input, or till stdout fails. */
void pipeline_run(struct pipeline *p);
void pipeline_clear(struct pipeline *p);

#endif
