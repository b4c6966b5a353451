/*
 * job: how a reply decides a try (RFC 5321 4.2.1), and the queue that links jobs.
 */
#include "mxsend/job.h"

#include "tap.h"

static enum result result_of(const char *code)
{
    struct outcome o = {0};
    outcome_set(&o, code, "", span_of("text"));
    enum result result = o.result;
    buf_clear(&o.text);
    return result;
}

static void test_outcome(void)
{
    struct outcome o = {0};
    ok(result_of("250") == RESULT_SENT && result_of("299") == RESULT_SENT,
       "a message with a 2yz reply is sent");
    ok(result_of("500") == RESULT_FAILED && result_of("599") == RESULT_FAILED,
       "a message with a 5yz reply fails");
    ok(result_of("450") == RESULT_DEFERRED && result_of("354") == RESULT_DEFERRED &&
           result_of("600") == RESULT_DEFERRED && result_of("199") == RESULT_DEFERRED,
       "a message with a 4yz reply or an unknown code is deferred");
    outcome_set(&o, "550", "5.1.1", span_of("550 5.1.1 no such user"));
    outcome_defer(&o, "connection lost");
    ok(o.result == RESULT_DEFERRED && o.code[0] == '\0' && o.status[0] == '\0' &&
           span_is(buf_span(&o.text), "connection lost"),
       "a deferral without a reply has no code, no status and a text of ours alone");
    buf_clear(&o.text);
}

static void test_queue(void)
{
    struct job a = {0}, b = {0}, c = {0};
    struct job_queue q = {0};
    ok(queue_pop(&q) == NULL && q.count == 0, "an empty queue has no job");
    queue_push(&q, &a);
    queue_push(&q, &b);
    queue_push_front(&q, &c);
    ok(q.count == 3 && queue_pop(&q) == &c && queue_pop(&q) == &a && queue_pop(&q) == &b &&
           queue_pop(&q) == NULL && q.count == 0,
       "jobs leave the queue in their order, and first the one that was put in front");
    queue_push(&q, &b);
    ok(queue_pop(&q) == &b && queue_pop(&q) == NULL, "a queue that was emptied is used again");
    queue_push_front(&q, &a);
    queue_push(&q, &b);
    ok(q.count == 2 && queue_pop(&q) == &a && queue_pop(&q) == &b && queue_pop(&q) == NULL,
       "a job that was put in front of an empty queue is followed by the next one");
}

int main(void)
{
    test_outcome();
    test_queue();
    return done();
}
