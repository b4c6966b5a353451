/*
 * path_limits: our source IP address and one remote IP address, with the messages that wait for it
 * and the limits that apply to it (mx.rules(5)). struct paths owns its paths; their queues only
 * link jobs. No I/O, and nothing fails. Times are passed in, as milliseconds of the monotonic
 * clock. Limits are counted in this process only.
 */
#ifndef MXSEND_PATH_LIMITS_H
#define MXSEND_PATH_LIMITS_H

#include "base/table.h"
#include "limits/mx_rules.h"
#include "mxsend/job.h"

/* What is counted for one path, or for all paths of a rule (its scope). */
struct budget {
    int64_t connections; /* open now */
    int64_t period;      /* the number of the period of 5 minutes that `sent` counts in */
    int64_t sent;        /* messages begun in that period */
};

struct path {
    char *ip;                   /* the remote address */
    const struct mx_rule *rule; /* borrowed from the rules */
    struct budget own;
    struct budget *budget; /* &own, or the one that all paths of the rule share */
    struct job_queue queue;
    int64_t connections;    /* open ones of this path */
    int64_t starting;       /* those of them that are not ready for a message yet */
    int64_t most;           /* connections that the host accepted at once, or MX_NO_LIMIT */
    int64_t most_messages;  /* on one connection, learned from a 421, or MX_NO_LIMIT */
    int64_t bad_until_ms;   /* a connection failed: the path is not used before this time */
    int64_t rest_until_ms;  /* no new connection before this time; see path_rest() */
    int64_t rests;          /* rests since the host last greeted us */
    bool welcomed;          /* the host has greeted us and accepted EHLO or HELO */
    struct outcome refusal; /* why the last connection failed; owns its text */
};

/* A zeroed struct is empty. */
struct paths {
    struct table by_ip;
    struct path **all;
    size_t count, room;
    struct table rule_budgets; /* by the rule's masks */
};

/*
 * Returns the path to the hop's address, a new one for a new address. Its limits are those of
 * the rule for the host name that it was first found by. `hop` is copied; `rules` must outlive the
 * paths.
 */
struct path *path_find(struct paths *p, const struct hop *hop, const struct mx_rules *rules);

/* True if messages wait that need another connection, and the limits allow one now. */
bool path_may_open(const struct path *p, int64_t now_ms);

/* True if a connection that has carried `sent` messages may carry one more now, which is then
 * counted. */
bool path_may_send(struct path *p, int64_t sent, int64_t now_ms);

/* True if the messages of this period are used up. Sets *until_ms to the start of the next one. */
bool path_must_wait(const struct path *p, int64_t now_ms, int64_t *until_ms);

/*
 * For a host that has accepted connections and now answers a new one with 421 while none is open:
 * it may not have noticed yet that we closed the last one. Lets the path rest, for 0.1 seconds at
 * first and twice as long each time. Returns false, without a rest, if the host has accepted no
 * connection yet or has had six rests since it last did.
 */
bool path_rest(struct path *p, int64_t now_ms);

/* True if the path is resting. Sets *until_ms to the end of the rest. */
bool path_is_resting(const struct path *p, int64_t now_ms, int64_t *until_ms);

/* Frees all paths. Jobs in their queues are not freed. */
void paths_clear(struct paths *p);

#endif
