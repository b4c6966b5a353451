/*
 * diagnosis: what a failure says of itself: the text, and the reply code, enhanced status code and
 * host found in columns or in the text. No I/O. A diagnosis borrows from the text that it was read
 * from, or from its own cleaned copy of it.
 */
#ifndef CLASSIFY_DIAGNOSIS_H
#define CLASSIFY_DIAGNOSIS_H

#include "base/buf.h"

enum {
    DIAGNOSIS_LIMIT = 4096, /* bytes of text that rules look at */
};

struct diagnosis {
    struct span text;   /* one line (oneline.h) of UTF-8, at most DIAGNOSIS_LIMIT bytes */
    struct span code;   /* three digits, or empty */
    struct span status; /* RFC 3463, "5.1.1", or empty */
    struct span host;   /* of a column; diagnosis_host() finds it in the text too */
    struct span lines;  /* the text before it was made one line */
    bool host_sought;
    bool cut;           /* the text was longer */
    struct buf cleaned; /* owned: the text where it was no UTF-8 */
    struct buf joined;  /* owned: the text where it was no such line */
};

/*
 * Reads `text` into *d, which is reused from row to row; code, status and host are the columns,
 * empty if there are none. A column counts more than the text, but a status x.0.0 (RFC 3463:
 * nothing known) less.
 */
void diagnosis_read(struct diagnosis *d, struct span text, struct span code, struct span status,
                    struct span host);
/* Who said it, or empty. Found when it is first asked for: most rules do not want to know. */
struct span diagnosis_host(struct diagnosis *d);

/* Did a reply 4yz, or else a status 4.y.z, say that it may work later? */
bool diagnosis_is_temporary(const struct diagnosis *d);
void diagnosis_clear(struct diagnosis *d);

/* The first reply code (RFC 5321 4.2) of a text, where one would stand: at its start, behind a
 * colon, a bracket or a quote, or in front of an enhanced status code. */
struct span diagnosis_find_code(struct span text);

/* The first enhanced status code of a text. */
struct span diagnosis_find_status(struct span text);

/* The host in the log text of an MTA: `host NAME[IP] said`, `relay=NAME`, `while talking to NAME`,
 * `NAME (IP)`. */
struct span diagnosis_find_host(struct span text);

#endif
