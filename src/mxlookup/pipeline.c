#include "mxlookup/pipeline.h"

#include "base/clock.h"
#include "mxlookup/target.h"

/*
 * No row is read while this many queries are not answered, or not sent. Few are unsent, so that the
 * memory in use stays in the processor's cache: measured together with kept hashes and shared row
 * tails, 10 million rows took a third of the time.
 */
enum { PENDING = 8192, UNSENT = 256 };

/* A row that can be written at once, with no row waiting before it, is not copied. */
static void start_row(struct pipeline *p)
{
    struct span line = stream_line(p->stream);
    struct domain *d = NULL;
    if (target_read(stream_key(p->stream), &p->name))
        d = lookup_domain(p->lookup, buf_span(&p->name));
    bool ready = d == NULL || d->done;
    if (ready && (p->rows.unordered || p->rows.count == 0))
        output_row(&p->output, line, d);
    else
        row_queue_push(&p->rows, line, d);
}

static bool has_room(const struct pipeline *p)
{
    return !row_queue_is_full(&p->rows) && engine_pending(p->engine) < PENDING &&
           engine_unsent(p->engine) < UNSENT;
}

static void read_rows(struct pipeline *p)
{
    while (p->reading && *p->stop == 0 && has_room(p)) {
        switch (stream_next(p->stream)) {
        case STREAM_ROW:
            start_row(p);
            break;
        case STREAM_PAUSE:
            p->reading = false;
            break;
        case STREAM_FAIL:
            p->failed = true;
            p->reading = false;
            return;
        case STREAM_END:
            p->ended = true;
            p->reading = false;
        }
    }
}

/* True if there were any. */
static bool handle_answers(struct pipeline *p)
{
    const struct packet_answer *answer;
    ns_type type;
    void *owner;
    bool any = false;
    while ((owner = engine_next_answer(p->engine, &type, &answer)) != NULL) {
        lookup_answer(p->lookup, owner, type, answer, clock_now());
        any = true;
    }
    return any;
}

static void receive_packets(struct pipeline *p)
{
    const unsigned char *bytes;
    struct channel from;
    uint16_t id;
    size_t n;
    int64_t now_ms = clock_monotonic_ms();
    while ((n = transport_receive(p->transport, &from, &bytes)) > 0) {
        engine_receive(p->engine, now_ms, from, bytes, n);
        handle_answers(p);
    }
    while (transport_next_ended(p->transport, &from, &id)) {
        engine_connection_ended(p->engine, now_ms, from, id);
        handle_answers(p);
    }
}

/* A query that has timed out ends here too, and may lead to new queries: hence the loop. */
static void send_packets(struct pipeline *p)
{
    struct engine_packet packet;
    int64_t now_ms = clock_monotonic_ms();
    bool sent;
    do {
        sent = engine_next_packet(p->engine, now_ms, &packet);
        if (sent)
            transport_send(p->transport, &packet);
    } while (handle_answers(p) || sent);
    transport_flush(p->transport);
}

static void write_rows_of(struct pipeline *p, struct domain *done)
{
    struct row *row;
    while ((row = row_queue_pop(&p->rows, done)) != NULL) {
        output_row(&p->output, span_make(row->line, row->length), row->domain);
        row_queue_free_row(&p->rows, row);
    }
}

static void write_ready(struct pipeline *p)
{
    struct domain *d;
    while ((d = lookup_next_done(p->lookup)) != NULL)
        if (p->rows.unordered)
            write_rows_of(p, d);
    if (!p->rows.unordered)
        write_rows_of(p, NULL);
}

/* Waits for the network, and for the input if there is room for a row. */
static void wait_for_more(struct pipeline *p)
{
    bool want_rows = !p->ended && has_room(p);
    int64_t now_ms = clock_monotonic_ms(), deadline_ms = engine_deadline(p->engine), timeout = -1;
    if (p->reading && want_rows)
        timeout = 0;
    else if (deadline_ms >= 0)
        timeout = deadline_ms > now_ms ? deadline_ms - now_ms : 0;
    if (timeout != 0 && stream_flush(p->stream) != 0)
        p->failed = true;
    if (transport_wait(p->transport, want_rows && !p->reading ? stream_fd(p->stream) : -1, timeout))
        p->reading = true;
}

static bool is_running(const struct pipeline *p)
{
    return !p->failed && *p->stop == 0 && (!p->ended || p->rows.count > 0);
}

static void drop_rows(struct pipeline *p)
{
    struct row *row;
    while ((row = p->rows.first) != NULL) {
        p->rows.first = row->next;
        row_queue_free_row(&p->rows, row);
    }
}

void pipeline_run(struct pipeline *p)
{
    p->reading = true;
    while (is_running(p)) {
        read_rows(p);
        send_packets(p);
        write_ready(p);
        if (!is_running(p))
            break;
        wait_for_more(p);
        receive_packets(p);
        write_ready(p);
    }
    drop_rows(p);
}

void pipeline_clear(struct pipeline *p)
{
    output_clear(&p->output);
    buf_clear(&p->name);
}
