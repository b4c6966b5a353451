/*
 * mx_rules: mx.rules(5) as values: what each receiver allows at a level of throughput.
 * A struct mx_rules owns the files that it loaded and its rules; the rules borrow their masks from
 * the files. mx_rules_load() reports its errors on stderr, mx_rules_add() hands them to the caller.
 */
#ifndef LIMITS_MX_RULES_H
#define LIMITS_MX_RULES_H

#include "base/status.h"
#include "lib/rulefile.h"

#include <stdint.h>

enum level { LEVEL_SLOW, LEVEL_NORMAL, LEVEL_FAST, LEVEL_VERY_FAST, LEVEL_BOOST, LEVEL_CUSTOM };

/* What the limits are counted over: each pair of our IP address and theirs; each of our addresses;
 * everything together. */
enum scope { SCOPE_PATH, SCOPE_SOURCE, SCOPE_ALL };

enum { MX_NO_LIMIT = -1, MX_LEVELS = 5 };

/* Each is at least 1, or MX_NO_LIMIT. */
struct mx_limits {
    int64_t connections; /* open at once */
    int64_t messages;    /* on one connection */
    int64_t hourly;      /* messages in an hour */
};

struct mx_rule {
    struct span masks; /* of MX host names, blank-separated; borrowed from the file */
    enum scope scope;
    /* Seconds to wait for a connection, for the reply to a message, for any other reply. */
    int64_t connect_s, data_s, other_s;
    struct mx_limits limits; /* at the level that was loaded */
};

struct mx_rules {
    struct rulefile files[2];
    size_t file_count;
    struct mx_rule *rules;
    size_t count;
};

/* Finds the level called `name`, such as "very-fast"; false if the name is unknown. */
MUST_CHECK bool level_find(struct span name, enum level *level);

/* Loads local.mx.rules and mx.rules, or those of custom.rules for LEVEL_CUSTOM. Returns 0;
 * EX_CONFIG if a file is missing or wrong, EX_IOERR (reported). *r is empty then. */
MUST_CHECK int mx_rules_load(struct mx_rules *r, enum level level);

/* Adds the blocks of a parsed file, which the caller owns and which must outlive *r. Returns false
 * with *problem set at the first wrong block; those before it are added. */
MUST_CHECK bool mx_rules_add(struct mx_rules *r, const struct rulefile *file, enum level level,
                             struct rule_problem *problem);

/* Returns the first rule with a mask that matches the host, borrowed until mx_rules_clear(); a
 * built-in, careful rule if none does. */
const struct mx_rule *mx_rules_find(const struct mx_rules *r, struct span host);

/* Frees the files and the rules. */
void mx_rules_clear(struct mx_rules *r);

#endif
