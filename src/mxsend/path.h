/*
 * path: one source IP and one remote IP, the messages that wait for it and the limits that hold on
 * it (mx.rules(5)). Pure but for memory: times are given, in milliseconds of a clock that never
 * jumps. Limits are counted in this process.
 */
#ifndef MXSEND_PATH_H
#define MXSEND_PATH_H

#include "base/table.h"
#include "limits/mx_rules.h"
#include "mxsend/job.h"

/* What is counted over a path, or over all paths of a rule (scope). */
struct budget {
    int64_t connections; /* open now */
    int64_t period;      /* the present one of 5 minutes */
    int64_t sent;        /* messages begun in it */
};

struct path {
    char *ip;
    const struct mx_rule *rule;
    struct budget own, *budget; /* budget: &own, or its rule's */
    struct job_queue queue;
    int64_t connections;    /* open ones of this path */
    int64_t starting;       /* of these, not ready for a message yet */
    int64_t most;           /* connections that the host was seen to bear, or MX_NO_LIMIT */
    int64_t most_messages;  /* on one connection, learnt from a 421, or MX_NO_LIMIT */
    int64_t bad_until_ms;   /* it took no connection: not tried again before */
    int64_t rest_until_ms;  /* no new connection before: see path_rest() */
    int64_t rests;          /* since it took one last */
    bool welcomed;          /* it took one */
    struct outcome refusal; /* how that was said */
};

struct paths {
    struct table by_ip;
    struct path **all;
    size_t count, room;
    struct table rule_budgets; /* by the rule's masks */
};

/* The path to an address, made where there is none; its limits are those of the host's rule. */
struct path *path_find(struct paths *p, const struct hop *hop, const struct mx_rules *rules);

/* May another connection be opened for what waits? */
bool path_may_open(const struct path *p, int64_t now_ms);

/* May a connection that carried `sent` messages take another one now? Counts it if so. */
bool path_may_send(struct path *p, int64_t sent, int64_t now_ms);

/* Is this period's share of the hour used up? *until is when the next one begins. */
bool path_must_wait(const struct path *p, int64_t now_ms, int64_t *until_ms);

/*
 * A host that has taken connections says 421 to a new one while we have no other: it may not have
 * seen our last one close yet. The path rests for a moment, longer each time; false where it did so
 * often enough.
 */
bool path_rest(struct path *p, int64_t now_ms);

/* Is it resting? *until is when it ends. */
bool path_is_resting(const struct path *p, int64_t now_ms, int64_t *until_ms);
void paths_clear(struct paths *p);

#endif
