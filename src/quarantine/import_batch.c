#include "quarantine/import_batch.h"

#include "base/ascii.h"
#include "base/clock.h"
#include "base/mem.h"
#include "lib/record.h"
#include "store/store.h"

#include <stdlib.h>

enum {
    ROWS_MOST = 65536,
    BYTES_MOST = 8 * 1024 * 1024,
    WORTH_A_THREAD = 1024, /* rows */
};

static struct span keep(struct buf *bytes, struct span text)
{
    size_t start = bytes->n;
    buf_add_span(bytes, text);
    return span_make(bytes->p + start, text.n);
}

static struct entry_facts keep_facts(struct buf *bytes, const struct entry_facts *facts)
{
    struct entry_facts kept = *facts;
    kept.reason = keep(bytes, facts->reason);
    kept.detail = keep(bytes, facts->detail);
    kept.text = keep(bytes, facts->text);
    kept.counters = keep(bytes, facts->counters);
    return kept;
}

bool import_batch_add(struct import_batch *b, struct span address, const struct entry_facts *facts)
{
    if (!states_ask_entry(&b->asked, address))
        return false;
    if (b->bytes.n == 0)
        buf_room(&b->bytes, BYTES_MOST + 4 * RECORD_LIMIT);
    b->facts = mem_grow(b->facts, &b->facts_capacity, b->asked.count, sizeof *b->facts);
    b->facts[b->asked.count - 1] = keep_facts(&b->bytes, facts);
    return true;
}

bool import_batch_is_full(const struct import_batch *b)
{
    return b->asked.count >= ROWS_MOST || b->bytes.n >= BYTES_MOST;
}

/* Counts what was taken as what. */
static void count_taken(struct import_counts *counts, const struct entry *e)
{
    struct buf *why = &counts->why;
    buf_empty(why);
    buf_add_string(why, entry_state_name(e->state));
    buf_add_char(why, ' ');
    buf_add_span(why, entry_why(e));
    buf_add_string(why, e->detail[0] != '\0' ? "/" : "");
    buf_add_string(why, e->detail);
    tally_add(&counts->taken, span_trim(buf_span(why)), 1);
}

static int merge_row(struct import_batch *b, size_t row, struct entry *e)
{
    const struct request *request = &b->asked.requests[row];
    int status = store_found(b->store, request, e);
    if (status != 0)
        return status;
    if (!b->exact && !entry_merge(e, &b->facts[row], clock_now())) {
        b->counts->kept++;
        return 0;
    }
    if (b->exact)
        entry_restore(e, &b->facts[row], clock_now());
    count_taken(b->counts, e);
    store_put_key(b->store, request->key, e);
    return 0;
}

static int merge_rows(void *batch)
{
    struct import_batch *b = batch;
    struct entry entry;
    int status = store_lock(b->store);
    if (status == 0)
        status = states_look_up(&b->asked, b->store);
    for (size_t row = 0; status == 0 && row < b->asked.count; row++)
        status = merge_row(b, row, &entry);
    return status == 0 ? store_commit(b->store) : status;
}

void import_batch_start(struct import_batch *b, struct store *store, struct import_counts *counts)
{
    if (b->asked.count == 0)
        return;
    b->store = store;
    b->counts = counts;
    task_start(&b->merge, merge_rows, b, b->asked.count >= WORTH_A_THREAD);
}

int import_batch_wait(struct import_batch *b)
{
    int status = task_wait(&b->merge);
    states_empty(&b->asked);
    buf_empty(&b->bytes);
    return status;
}

void import_batch_clear(struct import_batch *b)
{
    states_clear(&b->asked);
    buf_clear(&b->bytes);
    free(b->facts);
}

void import_counts_clear(struct import_counts *counts)
{
    tally_clear(&counts->taken);
    buf_clear(&counts->why);
}
