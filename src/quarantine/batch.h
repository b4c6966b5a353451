/*
 * batch: rows of the stream that are kept together, so that their addresses are looked up in one
 * pass over the state. Owns copies of the rows, and borrows the store while it looks them up.
 * Functions that return int return 0 or an exit status (reported).
 */
#ifndef QUARANTINE_BATCH_H
#define QUARANTINE_BATCH_H

#include "base/status.h"
#include "lib/stream.h"
#include "store/domain_entries.h"
#include "store/store.h"

#include <pthread.h>

struct batch_row {
    size_t line, line_length; /* in `lines` */
    size_t key, key_length;   /* in `keys`; length 0: the row has no valid address */
};

/* A zeroed struct is an empty batch. */
struct batch {
    struct buf lines, keys;
    struct batch_row *rows;
    size_t count, capacity;
    struct request *requests; /* one for each row, from batch_start() on */
    size_t request_capacity;
    bool with_domains; /* the entries of whole domains count, too; the caller sets it */
    struct domain_entries domains;
    struct buf address;  /* scratch */
    struct store *store; /* in which the addresses are looked up */
    pthread_t thread;
    bool has_thread;
    int status;
};

/* Copies the stream's current row into the batch; batch_add_address() does so only if the key is a
 * valid address, and returns false if it is not. */
void batch_add(struct batch *b, struct stream *s);
MUST_CHECK bool batch_add_address(struct batch *b, struct stream *s);

/* True if the batch should be worked on before more rows are added. */
bool batch_is_full(const struct batch *b);

/* A row as one line of TSV: borrowed until the batch changes. */
struct span batch_line(const struct batch *b, size_t row);

/* Looks up the addresses of all rows. b->requests then has what was found, as store_look_up()
 * leaves it, until the batch is emptied. */
MUST_CHECK int batch_look_up(struct batch *b, struct store *s);

/* The same in two steps: a large batch is looked up in a thread, so that the next one can be read
 * meanwhile. From batch_start() to batch_wait(), which returns the status, the only call that the
 * store allows is store_found_state() about another batch's rows. A batch that was not started has
 * nothing to wait for. */
void batch_start(struct batch *b, struct store *s);
MUST_CHECK int batch_wait(struct batch *b);

/* The state of a row's address or, with_domains, of its whole domain, at `now_s` (seconds since
 * 1970); only for a row with an address, after batch_look_up() or batch_wait(). */
MUST_CHECK int batch_state(const struct batch *b, struct store *s, size_t row, int64_t now_s,
                           enum entry_state *state);

/* True if the row has a valid address. Only after batch_look_up() or batch_wait(). */
bool batch_has_address(const struct batch *b, size_t row);

/* Drops the rows and keeps the memory. */
void batch_empty(struct batch *b);

/* Frees what the batch holds, not the batch; no look-up may be under way. */
void batch_clear(struct batch *b);

#endif
