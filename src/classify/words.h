/*
 * words: the vocabulary of a verdict (mxkit(7)): types, reasons and details.
 * All strings that the functions return are static. Pure; a word that is not in the vocabulary is
 * false or NULL, and nothing is reported.
 */
#ifndef CLASSIFY_WORDS_H
#define CLASSIFY_WORDS_H

#include "base/span.h"
#include "base/status.h"

/* What a reason means for the address. */
enum type { TYPE_HARD, TYPE_SOFT, TYPE_IGNORED };

enum reason {
    REASON_USER_UNKNOWN,
    REASON_ACCOUNT_DISABLED,
    REASON_INACTIVE_USER,
    REASON_MAILBOX_FULL,
    REASON_INVALID_DOMAIN,
    REASON_REFUSED,
    REASON_UNREACHABLE,
    REASON_AUTO_REPLY,
    REASON_NOT_DEFINED,
};

const char *type_name(enum type type);
MUST_CHECK bool type_find(struct span name, enum type *type);

const char *reason_name(enum reason reason);
MUST_CHECK bool reason_find(struct span name, enum reason *reason);

/* The type that a reason has unless a rule defines another. */
enum type reason_type(enum reason reason);

/* Returns the static string equal to `name` if that is a detail of `reason`, else NULL. */
const char *detail_find(enum reason reason, struct span name);

#endif
