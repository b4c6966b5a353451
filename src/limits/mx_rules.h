/*
 * mxrules: mx.rules as values: what each receiver bears, at six levels of throughput (mx.rules(5)).
 */
#ifndef LIMITS_MX_RULES_H
#define LIMITS_MX_RULES_H

#include "base/status.h"
#include "lib/rulefile.h"

#include <stdint.h>

enum level { LEVEL_SLOW, LEVEL_NORMAL, LEVEL_FAST, LEVEL_VERY_FAST, LEVEL_BOOST, LEVEL_CUSTOM };

/* Over what the limits count. */
enum scope { SCOPE_PATH, SCOPE_SOURCE, SCOPE_ALL };

enum { MX_NO_LIMIT = -1, MX_LEVELS = 5 };

struct mx_limits {
    int64_t connections; /* at once */
    int64_t messages;    /* on one connection */
    int64_t hourly;      /* messages an hour */
};

struct mx_rule {
    struct span masks; /* of MX host names, blank-separated */
    enum scope scope;
    int64_t connect_s, data_s, other_s; /* how long to wait */
    struct mx_limits limits;            /* at the level that was asked for */
};

struct mx_rules {
    struct rulefile files[2];
    size_t file_count;
    struct mx_rule *rules;
    size_t count;
};

MUST_CHECK bool level_find(struct span name, enum level *level);

/* Loads mx.rules, or custom.rules at LEVEL_CUSTOM: 0 or an exit status, said. */
MUST_CHECK int mx_rules_load(struct mx_rules *r, enum level level);

/* Adds the blocks of a parsed file; false with *problem set. */
MUST_CHECK bool mx_rules_add(struct mx_rules *r, const struct rulefile *file, enum level level,
                             struct rule_problem *problem);

/* The first rule whose mask matches the host; a built-in, careful one where none does. */
const struct mx_rule *mx_rules_find(const struct mx_rules *r, struct span host);
void mx_rules_clear(struct mx_rules *r);

#endif
