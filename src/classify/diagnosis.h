/*
 * diagnosis: the text of a failure, with the reply code, the enhanced status code and the host that
 * columns give or that the text holds. A diagnosis borrows from what it was read from, or from its
 * own cleaned copies of it. No I/O, and nothing fails: what cannot be found is an empty span.
 */
#ifndef CLASSIFY_DIAGNOSIS_H
#define CLASSIFY_DIAGNOSIS_H

#include "base/buf.h"

enum {
    DIAGNOSIS_LIMIT = 4096, /* bytes of text that rules see */
};

struct diagnosis {
    struct span text;   /* one line (oneline.h) of UTF-8, at most DIAGNOSIS_LIMIT bytes */
    struct span code;   /* a reply code (RFC 5321 4.2), three digits; or empty */
    struct span status; /* an enhanced status code (RFC 3463) such as "5.1.1"; or empty */
    struct span host;   /* from a column; call diagnosis_host(), which searches the text too */
    struct span lines;  /* the text before it became one line */
    size_t reply;       /* where the reply begins in `lines`: at its code; or their end */
    bool host_sought;
    bool cut;           /* the text was longer than DIAGNOSIS_LIMIT */
    struct buf cleaned; /* owned: the text, if it held bytes that are not text */
    struct buf joined;  /* owned: the text, if it had to be made one line */
};

/*
 * Reads `text` into *d, which starts zeroed and can be used again for each row. `code`, `status`
 * and `host` are the columns, or empty. All four are borrowed until the next call. A well-formed
 * column outweighs the text, but a status x.0.0 (RFC 3463 3.1: other or undefined) gives way to one
 * in the text.
 */
void diagnosis_read(struct diagnosis *d, struct span text, struct span code, struct span status,
                    struct span host);

/* Returns the host that sent the failure, or the empty span. The text is searched on the first call
 * only, because most rules do not ask. */
struct span diagnosis_host(struct diagnosis *d);

/* True if the reply code is 4yz or, without a code, if the status is 4.y.z. */
bool diagnosis_is_temporary(const struct diagnosis *d);

/* Frees the copies. */
void diagnosis_clear(struct diagnosis *d);

#endif
