/*
 * job: the message of one row: where it goes, which hosts are left to try, and how it ended. A job
 * owns its line, the strings of its envelope and route, the text of its outcome, and its own body
 * if the row names one. Nothing here fails.
 */
#ifndef MXSEND_JOB_H
#define MXSEND_JOB_H

#include "mxsend/route.h"
#include "mxsend/session.h"

enum result { RESULT_NONE, RESULT_SENT, RESULT_FAILED, RESULT_DEFERRED, RESULT_EXPIRED };

/* How a try ended: the values of the row's columns. Strings that are not known are "". */
struct outcome {
    enum result result; /* RESULT_NONE: the row passes through unchanged */
    char host[256];
    char ip[64];
    char source[64]; /* our IP address */
    char code[4];    /* of the reply: "550" */
    char status[12]; /* enhanced status code (RFC 3463): "5.1.1" */
    struct buf text; /* owned */
};

struct job {
    char *line; /* the row, `length` bytes */
    size_t length;
    struct buf mx, sender, recipient;
    struct route route;      /* its spans point into `mx` */
    size_t hop;              /* the next hop of the route to try */
    const struct body *body; /* borrowed, or &own_body */
    struct body own_body;    /* used if the row names a message of its own */
    int64_t attempts;        /* tries before this one */
    struct outcome outcome;
    struct job *next; /* in a queue */
};

/* Returns a job with a copy of `line`, all else zero. The caller frees it with job_free(). */
struct job *job_new(struct span line);
void job_free(struct job *j);

/*
 * Sets how a try ended from a reply: a code 2yz is RESULT_SENT, 5yz RESULT_FAILED and any other
 * code RESULT_DEFERRED (RFC 5321 4.2.1). `code` and `status` may be "". `text` is copied. The
 * caller sets host, ip and source.
 */
void outcome_set(struct outcome *o, const char *code, const char *status, struct span text);

/* Sets RESULT_DEFERRED with a text of our own and no code. */
void outcome_defer(struct outcome *o, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Returns the value of the column `result`: a static string, "" for RESULT_NONE. */
const char *result_name(enum result result);

/* A queue, first in, first out. It links the jobs and does not own them. A zeroed one is empty. */
struct job_queue {
    struct job *first, *last;
    size_t count;
};

void queue_push(struct job_queue *q, struct job *j);
void queue_push_front(struct job_queue *q, struct job *j);

/* Takes out the first job; NULL if the queue is empty. */
struct job *queue_pop(struct job_queue *q);

#endif
