/*
 * Threads that work on batches: the first batch is not done before the second one is, and still
 * they are finished in the order of the input.
 */
#include "bounceclass/workers.h"

#include "tap.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { ROWS = 20000, MOST = 100 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool second_done, waits;
static size_t workers, ended, batches, rows, wrong;

static void *start(void *shared)
{
    (void)shared;
    workers++;
    return &workers;
}

static void end(void *shared, void *worker)
{
    (void)shared;
    ended += worker == &workers;
}

static bool is_first(const struct batch *b)
{
    return b->count > 0 && span_is(batch_line(b, 0), "row 0");
}

/* The work on the first batch ends 50 ms after that on another one: long enough for the other to be
 * finished first if nothing kept it from that. */
static void work(void *worker, struct batch *b)
{
    (void)worker;
    pthread_mutex_lock(&lock);
    while (waits && is_first(b) && !second_done)
        pthread_cond_wait(&changed, &lock);
    bool late = waits && is_first(b);
    second_done = second_done || !is_first(b);
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    if (late)
        nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
}

static void finish(void *shared, struct batch *b)
{
    (void)shared;
    batches++;
    for (size_t i = 0; i < b->count; i++) {
        char expected[32];
        snprintf(expected, sizeof expected, "row %zu", rows++);
        wrong += !span_is(batch_line(b, i), expected);
    }
}

static const struct workers_calls calls = {start, work, finish, end};

/* Runs over the file; returns the status of the stream. */
static int run(char *file, size_t count)
{
    static const struct stream_spec spec = {.key = &key_text, .own_output = true};
    char *files[] = {file, NULL};
    int status = 0;
    workers = ended = batches = rows = wrong = 0;
    second_done = false;
    waits = count > 1;
    struct stream *s = stream_open(&spec, files, &status);
    if (s == NULL)
        return status;
    workers_run(s, count, &calls, NULL);
    fflush(stdout);
    int kept = dup(STDOUT_FILENO); /* stream_close() closes it */
    status = stream_close(s);
    return kept >= 0 && dup2(kept, STDOUT_FILENO) >= 0 && close(kept) == 0 ? status : -1;
}

int main(void)
{
    char path[] = "/tmp/mxkit-workers.XXXXXX";
    int fd = mkstemp(path);
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!ok(f != NULL, "a temporary file is made"))
        return done();
    fputs("text\n", f);
    for (int i = 0; i < ROWS; i++)
        fprintf(f, "row %d\n", i);
    fclose(f);
    ok(run(path, 1) == 0 && rows == ROWS && wrong == 0 && workers == 1 && ended == 1,
       "one worker finishes all rows");
    ok(run(path, 3) == 0 && rows == ROWS && wrong == 0,
       "three workers finish all rows in order, although the first batch takes the longest "
       "(%zu rows, %zu wrong)",
       rows, wrong);
    ok(batches > 3 && workers == 3 && ended == 3, "each worker is started and ended once");
    unlink(path);
    return done();
}
