#include "mxsend/delivery.h"

#include "base/clock.h"
#include "base/mem.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    BAD_PATH_MS = 5 * 60 * 1000, /* how long a path is not used after a failed connection */
    IDLE_MS = 5000,              /* how long a connection waits for its next message */
    STOP_MS = 10000,             /* how long a message in progress may take after a signal */
};

struct delivery {
    struct delivery_options options;
    struct paths paths;
    struct connection **connections;
    struct pollfd *polled;
    size_t connection_count;
    struct job_queue done;
    size_t jobs;
    bool last, stopped;
};

struct delivery *delivery_new(const struct delivery_options *options)
{
    struct delivery *d = mem_new(1, sizeof *d);
    d->options = *options;
    d->connections = mem_new(options->connections, sizeof(struct connection *));
    d->polled = mem_new(options->connections + 1, sizeof *d->polled);
    return d;
}

static void finish(struct delivery *d, struct job *j)
{
    queue_push(&d->done, j);
}

/* The row passes through unchanged. */
static void give_back(struct delivery *d, struct job *j)
{
    j->outcome.result = RESULT_NONE;
    finish(d, j);
}

static void copy_outcome(struct outcome *to, const struct outcome *from)
{
    struct buf text = to->text;
    *to = *from;
    to->text = text;
    buf_empty(&to->text);
    buf_add_span(&to->text, buf_span(&from->text));
}

/*
 * The job cannot use this hop, for the reason in `o`, and goes on to the next one. A deferral
 * outweighs a refusal by another host: while one of the hosts may work later, the message is
 * deferred (RFC 5321 5.1).
 */
static void note_refusal(struct job *j, const struct outcome *o)
{
    if (j->outcome.result != RESULT_DEFERRED || o->result == RESULT_DEFERRED)
        copy_outcome(&j->outcome, o);
    j->hop++;
}

/* Puts the job on the path of its next hop; it is done if no hop is left. */
static void route_job(struct delivery *d, struct job *j)
{
    int64_t now_ms = clock_monotonic_ms();
    for (; j->hop < j->route.count && !d->stopped;) {
        struct path *p = path_find(&d->paths, &j->route.hops[j->hop], d->options.rules);
        if (p->bad_until_ms <= now_ms) {
            queue_push(&p->queue, j);
            return;
        }
        note_refusal(j, &p->refusal);
    }
    if (d->stopped && j->hop < j->route.count)
        give_back(d, j);
    else
        finish(d, j);
}

/* The path accepts no connection: all jobs that wait for it go on to their next hop. */
static void give_path_up(struct delivery *d, struct path *p)
{
    struct job_queue waiting = p->queue;
    struct job *j;
    p->queue = (struct job_queue){0};
    p->bad_until_ms = clock_monotonic_ms() + BAD_PATH_MS;
    while ((j = queue_pop(&waiting)) != NULL) {
        note_refusal(j, &p->refusal);
        route_job(d, j);
    }
}

static void set_place(struct outcome *o, const struct connection *c)
{
    snprintf(o->host, sizeof o->host, "%s", c->host);
    snprintf(o->ip, sizeof o->ip, "%s", c->path->ip);
    snprintf(o->source, sizeof o->source, "%s", c->source);
}

/* If a reply ended the connection, that reply is the outcome; else the trouble is, with the text of
 * a line that was not a reply. */
static void describe_failure(const struct connection *c, struct outcome *o)
{
    if (c->trouble[0] == '\0')
        outcome_set(o, c->reply.digits, c->reply.status, buf_span(&c->reply.text));
    else if (c->reply.text.n > 0 && c->reply.code == 0)
        outcome_defer(o, "%s: %.*s", c->trouble,
                      (int)(c->reply.text.n < 500 ? c->reply.text.n : 500), c->reply.text.p);
    else
        outcome_defer(o, "%s", c->trouble);
    set_place(o, c);
}

static void remove_connection(struct delivery *d, size_t i)
{
    connection_close(d->connections[i]);
    d->connections[i] = d->connections[--d->connection_count];
}

/* The connection failed before it was ready for a message. If others to this address are open, we
 * have reached the limit of the host. */
static void fail_start(struct delivery *d, struct connection *c)
{
    struct path *p = c->path;
    p->starting--;
    if (p->connections > 1) {
        p->most = p->connections - 1;
        return;
    }
    if (c->reply.code == 421 && !d->stopped && path_rest(p, clock_monotonic_ms()))
        return;
    describe_failure(c, &p->refusal);
    give_path_up(d, p);
}

/* The connection failed with a message in progress. The next host gets the message, unless this one
 * may have accepted it. */
static void fail_job(struct delivery *d, struct connection *c)
{
    struct job *j = c->job;
    struct outcome o = {0};
    bool may_be_accepted = session_is_past_data(&c->session);
    c->job = NULL;
    describe_failure(c, &o);
    if (may_be_accepted) {
        copy_outcome(&j->outcome, &o);
        finish(d, j);
    } else {
        note_refusal(j, &o);
        route_job(d, j);
    }
    buf_clear(&o.text);
}

static bool is_started(const struct connection *c)
{
    return !c->connecting && c->session.state >= SESSION_IDLE;
}

static void fail_connection(struct delivery *d, size_t i)
{
    struct connection *c = d->connections[i];
    if (!is_started(c))
        fail_start(d, c);
    else if (c->job != NULL)
        fail_job(d, c);
    remove_connection(d, i);
}

/* The connection is idle: it gets the next message, waits for one, or is closed with QUIT. */
static void give_work(struct delivery *d, struct connection *c)
{
    struct path *p = c->path;
    int64_t now_ms = clock_monotonic_ms();
    while (p->queue.count > 0 && !d->stopped && path_may_send(p, c->messages, now_ms)) {
        struct job *j = queue_pop(&p->queue);
        struct envelope e = {buf_span(&j->sender), buf_span(&j->recipient), j->body};
        c->messages++;
        c->job = j;
        c->reply.text.n = 0;
        if (session_begin(&c->session, &e) == SESSION_GO_ON) {
            connection_set_deadline(c, now_ms);
            return;
        }
        char code[4], status[12] = "";
        sscanf(c->session.refusal, "%3s %11s", code, status);
        outcome_set(&j->outcome, code, status, span_of(c->session.refusal));
        set_place(&j->outcome, c);
        c->job = NULL;
        finish(d, j);
    }
    if (p->queue.count > 0 || d->last || d->stopped)
        session_quit(&c->session);
    else
        c->deadline_ms = now_ms + IDLE_MS;
}

/* True for a 421 on a connection that has had a message before: the connection has reached its
 * limit, and the message gets another one. */
static bool is_connection_limit(const struct connection *c)
{
    return c->session.closing && c->messages > 1 && c->reply.code == 421;
}

static void handle_answer(struct delivery *d, struct connection *c)
{
    struct job *j = c->job;
    c->job = NULL;
    if (is_connection_limit(c) && !d->stopped) {
        c->path->most_messages = c->messages - 1;
        queue_push_front(&c->path->queue, j);
        return;
    }
    outcome_set(&j->outcome, c->reply.digits, c->reply.status, buf_span(&c->reply.text));
    set_place(&j->outcome, c);
    finish(d, j);
}

/* Returns false if the connection has been removed. */
static bool handle_event(struct delivery *d, size_t i, enum session_event event)
{
    struct connection *c = d->connections[i];
    switch (event) {
    case SESSION_GO_ON:
    case SESSION_UNEXPECTED: /* never comes: the connection is broken */
        break;
    case SESSION_READY:
        c->path->starting--;
        c->path->welcomed = true;
        c->path->rests = 0;
        give_work(d, c);
        break;
    case SESSION_ANSWERED:
        handle_answer(d, c);
        if (c->session.state == SESSION_OVER) {
            remove_connection(d, i);
            return false;
        }
        give_work(d, c);
        break;
    case SESSION_UNWELCOME:
        fail_start(d, c);
        remove_connection(d, i);
        return false;
    case SESSION_CLOSED:
        remove_connection(d, i);
        return false;
    }
    reply_reset(&c->reply);
    return true;
}

static void run_connection(struct delivery *d, size_t i, short revents)
{
    enum session_event event;
    struct connection *c = d->connections[i];
    switch (connection_run(c, revents, clock_monotonic_ms(), &event)) {
    case CONNECTION_NOTHING:
        break;
    case CONNECTION_SESSION:
        handle_event(d, i, event);
        break;
    case CONNECTION_BROKEN:
        if (c->session.state == SESSION_IDLE && c->trouble[0] != '\0' && revents == 0 &&
            c->fd >= 0) {
            /* It has been idle for IDLE_MS. */
            c->trouble[0] = '\0';
            session_quit(&c->session);
            connection_set_deadline(c, clock_monotonic_ms());
        } else {
            fail_connection(d, i);
        }
    }
}

/* Gives waiting messages to idle connections, then opens new ones for the rest. */
static void serve_paths(struct delivery *d)
{
    int64_t now_ms = clock_monotonic_ms();
    for (size_t i = 0; i < d->connection_count; i++)
        if (d->connections[i]->session.state == SESSION_IDLE &&
            (d->connections[i]->path->queue.count > 0 || d->last))
            give_work(d, d->connections[i]);
    for (size_t i = 0; i < d->paths.count; i++) {
        struct path *p = d->paths.all[i];
        while (d->connection_count < d->options.connections && path_may_open(p, now_ms)) {
            const struct job *j = p->queue.first;
            d->connections[d->connection_count++] =
                connection_open(p, &j->route.hops[j->hop], &d->options.connection, now_ms);
        }
    }
}

/* Returns when something is due even if the network is quiet; -1 if nothing is. */
static int64_t next_deadline(const struct delivery *d, int64_t now_ms)
{
    int64_t due_ms = -1, until_ms;
    for (size_t i = 0; i < d->connection_count; i++) {
        const struct connection *c = d->connections[i];
        int64_t at_ms = c->trouble[0] != '\0' ? now_ms : c->deadline_ms;
        due_ms = due_ms < 0 || at_ms < due_ms ? at_ms : due_ms;
    }
    for (size_t i = 0; i < d->paths.count; i++)
        if (d->paths.all[i]->queue.count > 0 &&
            (path_must_wait(d->paths.all[i], now_ms, &until_ms) ||
             path_is_resting(d->paths.all[i], now_ms, &until_ms)))
            due_ms = due_ms < 0 || until_ms < due_ms ? until_ms : due_ms;
    return due_ms;
}

bool delivery_wait(struct delivery *d, int fd, const sigset_t *blocked)
{
    serve_paths(d);
    int64_t now_ms = clock_monotonic_ms(), due_ms = next_deadline(d, now_ms);
    int64_t wait_ms = d->done.count > 0 || due_ms <= now_ms ? 0 : due_ms - now_ms;
    struct timespec timeout = {.tv_sec = wait_ms / 1000, .tv_nsec = wait_ms % 1000 * 1000000};
    bool bounded = d->done.count > 0 || due_ms >= 0;
    size_t count = d->connection_count;
    d->polled[count] = (struct pollfd){.fd = fd, .events = POLLIN};
    for (size_t i = 0; i < count; i++)
        d->polled[i] = (struct pollfd){.fd = d->connections[i]->fd,
                                       .events = connection_wants(d->connections[i])};
    if (ppoll(d->polled, count + 1, bounded ? &timeout : NULL, blocked) < 0)
        return false;
    bool readable = d->polled[count].revents != 0;
    /* From the end: a connection that is removed is replaced by the last one, which has had its
     * turn. */
    for (size_t i = count; i-- > 0;)
        run_connection(d, i, d->polled[i].revents);
    serve_paths(d);
    return readable;
}

void delivery_add(struct delivery *d, struct job *j)
{
    d->jobs++;
    route_job(d, j);
}

struct job *delivery_next_done(struct delivery *d)
{
    struct job *j = queue_pop(&d->done);
    d->jobs -= j != NULL;
    return j;
}

size_t delivery_count(const struct delivery *d)
{
    return d->jobs;
}

void delivery_set_last(struct delivery *d, bool last)
{
    d->last = last;
}

void delivery_stop(struct delivery *d)
{
    int64_t until_ms = clock_monotonic_ms() + STOP_MS;
    struct job *j;
    d->stopped = d->last = true;
    for (size_t i = 0; i < d->paths.count; i++)
        while ((j = queue_pop(&d->paths.all[i]->queue)) != NULL)
            give_back(d, j);
    for (size_t i = 0; i < d->connection_count; i++) {
        struct connection *c = d->connections[i];
        c->end_ms = until_ms;
        c->deadline_ms = c->deadline_ms < until_ms ? c->deadline_ms : until_ms;
    }
}

bool delivery_is_closing(const struct delivery *d)
{
    return d->connection_count > 0;
}

void delivery_free(struct delivery *d)
{
    while (d->connection_count > 0)
        remove_connection(d, d->connection_count - 1);
    paths_clear(&d->paths);
    free(d->connections);
    free(d->polled);
    free(d);
}
