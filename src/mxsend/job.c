#include "mxsend/job.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

struct job *job_new(struct span line)
{
    struct job *j = mem_new(1, sizeof *j);
    j->line = mem_copy(line.p, line.n);
    j->length = line.n;
    return j;
}

void job_free(struct job *j)
{
    free(j->line);
    buf_clear(&j->mx);
    buf_clear(&j->sender);
    buf_clear(&j->recipient);
    buf_clear(&j->outcome.text);
    body_clear(&j->own_body);
    free(j);
}

void outcome_set(struct outcome *o, const char *code, const char *status, struct span text)
{
    snprintf(o->code, sizeof o->code, "%.3s", code);
    snprintf(o->status, sizeof o->status, "%.11s", status);
    buf_empty(&o->text);
    buf_add_span(&o->text, text);
    o->result = code[0] == '2' ? RESULT_SENT : code[0] == '5' ? RESULT_FAILED : RESULT_DEFERRED;
}

void outcome_defer(struct outcome *o, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    outcome_set(o, "", "", span_make(NULL, 0));
    buf_vformat(&o->text, format, arguments);
    va_end(arguments);
}

const char *result_name(enum result result)
{
    static const char *const names[] = {"", "sent", "failed", "deferred", "expired"};
    return names[result];
}

void queue_push(struct job_queue *q, struct job *j)
{
    j->next = NULL;
    if (q->last != NULL)
        q->last->next = j;
    else
        q->first = j;
    q->last = j;
    q->count++;
}

void queue_push_front(struct job_queue *q, struct job *j)
{
    j->next = q->first;
    q->first = j;
    if (q->last == NULL)
        q->last = j;
    q->count++;
}

struct job *queue_pop(struct job_queue *q)
{
    struct job *j = q->first;
    if (j == NULL)
        return NULL;
    q->first = j->next;
    if (q->first == NULL)
        q->last = NULL;
    q->count--;
    return j;
}
