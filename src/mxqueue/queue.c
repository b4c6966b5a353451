#include "mxqueue/queue.h"

#include "base/clock.h"
#include "base/err.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#define RECORD "queue"
#define SCHEMA "schema:"

static int64_t keep_s = 30 * 86400;
static int64_t forget_before_s = ROW_NO_TIME;

const struct option_entry queue_keep_option_table[] = {
    {0, "keep", OPTION_DURATION, &keep_s, "TIME",
     "keep rows for TIME after they have ended; the default is 30d", 0, 0},
    {0},
};

/* A record that was emptied, or a row that ended long ago. */
static bool is_empty(struct span text)
{
    struct row r;
    return span_is(text, "-") ||
           (forget_before_s != ROW_NO_TIME && row_read(&r, text) && row_has_ended(&r) &&
            r.ended_s != ROW_NO_TIME && r.ended_s < forget_before_s);
}

static int migrate(struct store *s)
{
    return text_store_each(s, NULL, NULL, true);
}

static const struct store_kind kind = {
    .snapshot = "queue.tsv",
    .recent = "queue.recent.tsv",
    .journal = "queue.journal",
    .lock = "queue.lock",
    .is_empty = is_empty,
    .migrate = migrate,
};

static int say_damage(const char *what, struct span key)
{
    err_say("the queue's %s \"%.*s\" is damaged; restore the queue.* files from a backup", what,
            (int)key.n, key.p);
    return EX_DATAERR;
}

/* Reads the record: the number of the latest change, and the leases. */
static bool parse_record(struct queue *q, struct span text)
{
    char *end, digits[24];
    struct span number = record_field(text, 0);
    snprintf(digits, sizeof digits, "%.*s", (int)number.n, number.p);
    q->change = strtoull(digits, &end, 10);
    if (*end != '\0' || number.n == 0 || number.n >= sizeof digits)
        return false;
    while (number.p + number.n < text.p + text.n) {
        text = span_make(number.p + number.n + 1, text.n - number.n - 1);
        number = record_field(text, 0);
        if (!leases_read(&q->leases, number))
            return false;
    }
    return true;
}

static int read_record(struct queue *q)
{
    struct span text;
    int status = text_store_find(q->store, span_of(RECORD), &text);
    leases_clear(&q->leases);
    q->change = 0;
    if (status != 0 || text.p == NULL || parse_record(q, text))
        return status;
    return say_damage("record", span_of(RECORD));
}

int queue_open(struct queue *q, enum store_mode mode, bool forget)
{
    *q = (struct queue){0};
    forget_before_s = forget ? clock_now() - keep_s : ROW_NO_TIME;
    int status = text_store_open(&q->store, &kind, mode);
    return status == 0 && mode == STORE_READ ? read_record(q) : status;
}

int queue_close(struct queue *q)
{
    for (size_t i = 0; i < q->schemas.capacity; i++)
        if (q->schemas.slots[i].value != NULL)
            schema_free(q->schemas.slots[i].value);
    table_clear(&q->schemas);
    leases_clear(&q->leases);
    processes_clear(&q->processes);
    buf_clear(&q->key);
    buf_clear(&q->record);
    buf_clear(&q->row);
    return store_close(q->store);
}

int queue_lock(struct queue *q)
{
    if (q->locked)
        return 0;
    int status = store_lock(q->store);
    q->locked = status == 0;
    return status == 0 ? read_record(q) : status;
}

int queue_commit(struct queue *q)
{
    q->changes = q->locked = false;
    return store_commit(q->store);
}

/* The record comes first in the batch: if the rest of it is lost, no number is used twice. */
uint64_t queue_change(struct queue *q)
{
    if (!q->changes) {
        q->changes = true;
        q->change++;
        queue_put_leases(q);
    }
    return q->change;
}

void queue_put_leases(struct queue *q)
{
    buf_empty(&q->record);
    buf_add_number(&q->record, q->change, 10);
    leases_write(&q->leases, &q->record);
    text_store_put(q->store, span_of(RECORD), buf_span(&q->record));
}

int queue_look_at_leases(struct queue *q)
{
    processes_clear(&q->processes);
    int status = processes_load(&q->processes);
    if (status == 0)
        status = holder_set(&q->self, &q->processes);
    for (size_t i = 0; status == 0 && i < q->leases.count; i++) {
        struct lease *lease = &q->leases.list[i];
        lease->held = !holder_has_gone(&lease->holder, &q->self, &q->processes);
    }
    return status;
}

int queue_read_row(struct queue *q, struct span key, struct span text, struct row *r)
{
    (void)q;
    return row_read(r, text) ? 0 : say_damage("row", key);
}

void queue_put_row(struct queue *q, struct span key, struct row *r)
{
    r->change = q->changes ? q->change : q->change + 1;
    buf_empty(&q->row);
    row_write(r, &q->row);
    queue_change(q);
    text_store_put(q->store, key, buf_span(&q->row));
}

static struct span schema_key(struct queue *q, struct span name)
{
    buf_empty(&q->key);
    buf_add_string(&q->key, SCHEMA);
    buf_add_span(&q->key, name);
    return buf_span(&q->key);
}

static struct schema *remember_schema(struct queue *q, struct span name, struct span header)
{
    struct schema *s = schema_new(name, header);
    table_set(&q->schemas, span_of(s->name), s);
    return s;
}

int queue_find_schema(struct queue *q, struct span name, struct schema **schema)
{
    struct span header;
    *schema = table_get(&q->schemas, name);
    if (*schema != NULL)
        return 0;
    int status = text_store_find(q->store, schema_key(q, name), &header);
    if (status == 0 && header.p == NULL)
        status = say_damage("header", name);
    if (status == 0)
        *schema = remember_schema(q, name, header);
    return status;
}

int queue_keep_schema(struct queue *q, struct span header, struct schema **schema)
{
    char name[ROW_SCHEMA + 1];
    struct span there;
    schema_name(header, name);
    int status = text_store_find(q->store, schema_key(q, span_of(name)), &there);
    if (status != 0)
        return status;
    if (there.p != NULL && !span_equal(there, header)) {
        err_say("the queue has other columns under the name of this header; rename a column");
        return EX_DATAERR;
    }
    if (there.p == NULL) {
        queue_change(q);
        text_store_put(q->store, schema_key(q, span_of(name)), header);
    }
    *schema = table_get(&q->schemas, span_of(name));
    if (*schema == NULL)
        *schema = remember_schema(q, span_of(name), header);
    return 0;
}

struct walk {
    struct queue *queue;
    queue_visit *visit;
    void *context;
};

static int visit_text(void *context, struct span key, struct span text, struct buf *changed)
{
    struct walk *w = context;
    struct span hash, address;
    struct row row;
    (void)changed;
    if (!row_split_key(key, &hash, &address))
        return 0;
    int status = queue_read_row(w->queue, key, text, &row);
    return status == 0 ? w->visit(w->context, key, hash, address, &row) : status;
}

int queue_each(struct queue *q, queue_visit *visit, void *context)
{
    struct walk w = {q, visit, context};
    return text_store_each(q->store, visit_text, &w, false);
}
