#include "bounceclass/report.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/rfc3339.h"
#include "base/status.h"
#include "bounceclass/explain.h"
#include "bounceclass/mask.h"
#include "bounceclass/memo.h"
#include "bounceclass/summary.h"
#include "bounceclass/unknown.h"
#include "bounceclass/workers.h"
#include "lib/receiver.h"

#include <stdlib.h>
#include <unistd.h>

enum column {
    COLUMN_CODE,
    COLUMN_STATUS,
    COLUMN_HOST,
    COLUMN_RESULT,
    COLUMN_ADDRESS,
    COLUMN_AT,
    COLUMNS
};

static const char *const reads[] = {"code", "status", "host", "result", "address", "at", NULL};
static const char *const adds[] = {"type", "reason", "detail", "rule", NULL};
static const char *const adds_masked[] = {"type", "reason", "detail", "rule", "masked", NULL};

enum { ADDS = 5 };

struct report {
    const struct report_options *options;
    const struct ruleset *set;
    struct stream *stream;
    struct summary summary;
    struct unknown unknown;
    uint64_t limits; /* matches that hit a limit */
    int status;      /* of the list of unknown texts, or of a flush */
};

struct worker {
    struct report *report;
    struct classifier classifier;
    struct memo memo;
    struct failure failure; /* of the present row */
    bool is_read;           /* the classifier has read it */
    struct buf text, scratch[COLUMNS], masked;
};

static void *start_worker(void *shared)
{
    struct report *r = shared;
    struct worker *w = mem_new(1, sizeof *w);
    w->report = r;
    classifier_init(&w->classifier, r->set);
    memo_init(&w->memo);
    return w;
}

static void end_worker(void *shared, void *worker)
{
    struct report *r = shared;
    struct worker *w = worker;
    r->limits += w->classifier.limits;
    classifier_clear(&w->classifier);
    memo_clear(&w->memo);
    buf_clear(&w->text);
    buf_clear(&w->masked);
    for (size_t i = 0; i < COLUMNS; i++)
        buf_clear(&w->scratch[i]);
    free(w);
}

static struct span get(struct worker *w, struct span line, enum column column)
{
    return stream_get_from(w->report->stream, line, column, &w->scratch[column]);
}

/* Returns when the message failed: the column `at`, or else now. */
static int64_t time_of(struct worker *w, struct span line)
{
    int64_t at;
    return rfc3339_parse(get(w, line, COLUMN_AT), &at) ? at : clock_now();
}

/* Adds the row with its verdict; NULL if the message was delivered. */
static void add_row(struct worker *w, struct batch *b, struct span line, const struct verdict *v)
{
    struct span values[ADDS] = {{0}};
    if (v != NULL) {
        values[0] = span_of(type_name(v->type));
        values[1] = span_of(reason_name(v->reason));
        values[2] = span_of(v->detail != NULL ? v->detail : "");
        values[3] = v->name;
        values[4] = buf_span(&w->masked);
    }
    stream_format(w->report->stream, &b->out, line, values);
}

/* Returns the diagnosis of the present row, which is read at the first call only. */
static struct diagnosis *diagnosis_of(struct worker *w)
{
    struct diagnosis *d = &w->classifier.diagnosis;
    const struct failure *f = &w->failure;
    if (!w->is_read)
        diagnosis_read(d, f->text, f->code, f->status, f->host);
    w->is_read = true;
    return d;
}

/* Returns the verdict of the present row. One that a limit may have changed is not kept, so that
 * the number of limits does not depend on which thread has the row. */
static struct verdict decide(struct worker *w)
{
    struct verdict v;
    uint64_t limits = w->classifier.limits;
    if (memo_find(&w->memo, &w->failure, &v))
        return v;
    diagnosis_of(w);
    v = classifier_decide(&w->classifier);
    if (w->classifier.limits == limits)
        memo_keep(&w->memo, &v);
    return v;
}

static void note(struct worker *w, struct batch *b, struct span line, const struct verdict *v)
{
    const struct report_options *o = w->report->options;
    if (o->kind == REPORT_SUMMARY) {
        struct span host = diagnosis_host(diagnosis_of(w));
        struct span receiver = receiver_of(host, get(w, line, COLUMN_ADDRESS));
        batch_note(b, v, 0, receiver, span_make(NULL, 0));
    } else if (o->unknown != NULL && v->rule == NULL) {
        batch_note(b, v, time_of(w, line), buf_span(&w->masked), diagnosis_of(w)->text);
    }
}

static void work_on_failure(struct worker *w, struct batch *b, struct span line, struct span text)
{
    const struct report_options *o = w->report->options;
    w->failure = (struct failure){text, get(w, line, COLUMN_CODE), get(w, line, COLUMN_STATUS),
                                  get(w, line, COLUMN_HOST)};
    w->is_read = false;
    b->failed_row = true;
    if (o->kind == REPORT_EXPLANATIONS) {
        diagnosis_of(w);
        explain_row(&w->classifier, &b->out);
        return;
    }
    struct verdict v = decide(w);
    if (o->mask || (o->unknown != NULL && v.rule == NULL))
        mask_text(&w->masked, diagnosis_of(w));
    if (o->kind == REPORT_ROWS)
        add_row(w, b, line, &v);
    note(w, b, line, &v);
}

static void work_on_delivery(struct worker *w, struct batch *b, struct span line)
{
    if (w->report->options->kind == REPORT_ROWS)
        add_row(w, b, line, NULL);
}

static void work(void *worker, struct batch *b)
{
    struct worker *w = worker;
    for (size_t i = 0; i < b->count; i++) {
        struct span line = batch_line(b, i);
        if (span_is(get(w, line, COLUMN_RESULT), "sent"))
            work_on_delivery(w, b, line);
        else
            work_on_failure(w, b, line, stream_key_from(w->report->stream, line, &w->text));
    }
}

/* Called at each pause too, because a run that waits at the end of a log may be killed. After a
 * failure it does nothing. */
static void save_unknown(struct report *r)
{
    if (r->status == 0)
        r->status = unknown_save(&r->unknown);
}

static void finish(void *shared, struct batch *b)
{
    struct report *r = shared;
    stream_write_rows(r->stream, buf_span(&b->out));
    if (b->failed_row)
        stream_mark_failed(r->stream);
    for (size_t i = 0; i < b->note_count; i++) {
        const struct note *n = &b->notes[i];
        if (r->options->kind == REPORT_SUMMARY)
            summary_count(&r->summary, &n->verdict, batch_note_text(b, n, NOTE_RECEIVER));
        else
            unknown_note(&r->unknown, batch_note_text(b, n, NOTE_MASKED),
                         batch_note_text(b, n, NOTE_FIRST), n->at_s);
    }
    if (b->event == STREAM_PAUSE)
        r->status = first_failure(r->status, stream_flush(r->stream));
    if (r->options->unknown != NULL && (b->event != STREAM_ROW || unknown_is_full(&r->unknown)))
        save_unknown(r);
}

static void write_summary(struct report *r)
{
    struct writer *out = stream_writer(r->stream);
    if (isatty(STDOUT_FILENO))
        summary_write_bars(&r->summary, out);
    else
        summary_write_tsv(&r->summary, out, stream_wants_header());
}

static int run(struct report *r)
{
    static const struct workers_calls calls = {start_worker, work, finish, end_worker};
    workers_run(r->stream, (size_t)r->options->threads, &calls, r);
    if (r->options->kind == REPORT_SUMMARY)
        write_summary(r);
    if (r->limits > 0)
        err_say("%llu matches hit a limit; each counted as a rule that does not match",
                (unsigned long long)r->limits);
    int status = stream_close(r->stream);
    return status != 0 ? status : r->status;
}

int report_run(const struct ruleset *set, char *const *files, const struct report_options *options)
{
    const struct stream_spec spec = {.key = &key_text,
                                     .reads = reads,
                                     .adds = options->mask ? adds_masked : adds,
                                     .own_output = options->kind != REPORT_ROWS};
    struct report r = {.options = options, .set = set};
    int status = 0;
    if (options->unknown != NULL)
        status = unknown_open(&r.unknown, options->unknown);
    if (status == 0)
        r.stream = stream_open(&spec, files, &status);
    if (r.stream != NULL)
        status = run(&r);
    summary_clear(&r.summary);
    unknown_close(&r.unknown);
    return status;
}
