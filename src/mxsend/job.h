/*
 * job: one row's message on its way: whom it goes to, which hosts are left to try, and how it
 * ended. Owns the line, the strings of its envelope and its own body, if it has one.
 */
#ifndef MXSEND_JOB_H
#define MXSEND_JOB_H

#include "mxsend/route.h"
#include "mxsend/session.h"

enum result { RESULT_NONE, RESULT_SENT, RESULT_FAILED, RESULT_DEFERRED, RESULT_EXPIRED };

/* How a try ended: what the columns of the row say. */
struct outcome {
    enum result result; /* RESULT_NONE: the row passes on untouched */
    char host[256];
    char ip[64];
    char source[64];
    char code[4];
    char status[12];
    struct buf text;
};

struct job {
    char *line; /* of the row */
    size_t length;
    struct buf mx, sender, recipient;
    struct route route; /* into mx */
    size_t hop;         /* the next one to try */
    const struct body *body;
    struct body own_body; /* where the row names its own message */
    int64_t attempts;     /* before this one */
    struct outcome outcome;
    struct job *next; /* in a queue */
};

struct job *job_new(struct span line);
void job_free(struct job *j);

/* Sets how a try ended; a code of 5yz makes it failed, any other but 2yz deferred. `code` and
 * `status` may be "". */
void outcome_set(struct outcome *o, const char *code, const char *status, struct span text);

/* As outcome_set() with a text of our own and no code: deferred. */
void outcome_defer(struct outcome *o, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

const char *result_name(enum result result);

/* First in, first out. */
struct job_queue {
    struct job *first, *last;
    size_t count;
};

void queue_push(struct job_queue *q, struct job *j);
void queue_push_front(struct job_queue *q, struct job *j);
struct job *queue_pop(struct job_queue *q);

#endif
