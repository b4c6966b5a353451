#include "bounceclass/workers.h"

#include "base/err.h"

#include <pthread.h>
#include <string.h>

struct workers {
    struct stream *stream;
    const struct workers_calls *calls;
    void *shared;
    pthread_mutex_t reading, finishing;
    pthread_cond_t turned;
    uint64_t read;     /* batches read */
    uint64_t finished; /* batches finished, which is the number of the next one to finish */
    bool ended;        /* the stream has ended */
};

struct member {
    struct workers *workers;
    void *worker;
    pthread_t thread;
};

/* Reads the next batch and sets its number; false at the end. The thread that reads keeps the lock
 * while it waits for input. */
static bool read_batch(struct workers *w, struct batch *b, uint64_t *number)
{
    pthread_mutex_lock(&w->reading);
    bool more = !w->ended;
    if (more) {
        *number = w->read++;
        batch_fill(b, w->stream);
        w->ended = b->event >= STREAM_END;
    }
    pthread_mutex_unlock(&w->reading);
    return more;
}

static void finish(struct workers *w, struct batch *b, uint64_t number)
{
    pthread_mutex_lock(&w->finishing);
    while (w->finished != number)
        pthread_cond_wait(&w->turned, &w->finishing);
    w->calls->finish(w->shared, b);
    w->finished++;
    pthread_cond_broadcast(&w->turned);
    pthread_mutex_unlock(&w->finishing);
}

static void *run(void *argument)
{
    struct member *m = argument;
    struct batch b = {0};
    uint64_t number;
    while (read_batch(m->workers, &b, &number)) {
        m->workers->calls->work(m->worker, &b);
        finish(m->workers, &b, number);
    }
    batch_free(&b);
    return NULL;
}

/* Starts all members but the first, which is the calling thread. Returns how many there are with
 * the first: fewer than `count` if the system has no thread left. */
static size_t start_others(struct member *members, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        int failed = pthread_create(&members[i].thread, NULL, run, &members[i]);
        if (failed == 0)
            continue;
        err_say("only %zu threads could be started: %s; the run takes longer", i, strerror(failed));
        return i;
    }
    return count;
}

void workers_run(struct stream *s, size_t count, const struct workers_calls *calls, void *shared)
{
    struct workers w = {.stream = s,
                        .calls = calls,
                        .shared = shared,
                        .reading = PTHREAD_MUTEX_INITIALIZER,
                        .finishing = PTHREAD_MUTEX_INITIALIZER,
                        .turned = PTHREAD_COND_INITIALIZER};
    struct member members[WORKERS_MOST];
    for (size_t i = 0; i < count; i++)
        members[i] = (struct member){.workers = &w, .worker = calls->start(shared)};
    size_t started = start_others(members, count);
    run(&members[0]);
    for (size_t i = 1; i < started; i++)
        pthread_join(members[i].thread, NULL);
    for (size_t i = 0; i < count; i++)
        calls->end(shared, members[i].worker);
}
