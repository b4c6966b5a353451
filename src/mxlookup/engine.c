#include "engine.h"

#include "err.h"
#include "mem.h"

#include <stdlib.h>
#include <sys/random.h>
#include <sysexits.h>
#include <unistd.h>

enum { IDS = 65536, TEMPORARY_ANSWERS = 2 };

/* A question: waiting, under way, or answered. */
struct query {
    char name[NS_MAXDNAME];
    ns_type type;
    void *owner;
    uint16_t id;
    size_t server; /* of the latest try */
    int64_t tries; /* made */
    int64_t due;   /* when the latest try times out, or the next one goes out */
    int temporary; /* SERVFAIL and REFUSED so far */
    bool sent;     /* the latest try is under way */
    bool tcp;
    enum packet_status best; /* the best that was heard so far */
    struct query *next, *previous;
};

/* A list of queries, first in first out. */
struct list {
    struct query *first, *last;
};

struct engine {
    struct engine_options options;
    struct query *by_id[IDS];
    struct list waiting, active, answered;
    size_t active_count;
    size_t next_server;
    struct packet_answer answer; /* of the packet that was read last */
    struct query *given;         /* handed out by engine_next_answer(), freed at the next call */
    uint16_t random[256];
    size_t random_left;
    bool was_answered;
};

static void list_add(struct list *l, struct query *q)
{
    q->next = NULL;
    q->previous = l->last;
    if (l->last != NULL)
        l->last->next = q;
    else
        l->first = q;
    l->last = q;
}

static void list_remove(struct list *l, struct query *q)
{
    if (q->previous != NULL)
        q->previous->next = q->next;
    else
        l->first = q->next;
    if (q->next != NULL)
        q->next->previous = q->previous;
    else
        l->last = q->previous;
}

struct engine *engine_new(const struct engine_options *options)
{
    struct engine *e = mem_new(1, sizeof *e);
    e->options = *options;
    return e;
}

void engine_ask(struct engine *e, const char *name, ns_type type, void *owner)
{
    struct query *q = mem_new(1, sizeof *q);
    size_t n = strlen(name);
    memcpy(q->name, name, n < sizeof q->name ? n : sizeof q->name - 1);
    q->type = type;
    q->owner = owner;
    q->best = PACKET_TIMEOUT;
    list_add(&e->waiting, q);
}

/* An id that nobody can foretell and that is not in use. */
static uint16_t new_id(struct engine *e)
{
    for (;;) {
        if (e->random_left == 0) {
            if (getrandom(e->random, sizeof e->random, 0) != (ssize_t)sizeof e->random) {
                err_errno("no random numbers, without which answers could be forged");
                _exit(EX_OSERR);
            }
            e->random_left = sizeof e->random / sizeof *e->random;
        }
        uint16_t id = e->random[--e->random_left];
        if (e->by_id[id] == NULL)
            return id;
    }
}

/* The question is answered, with what stands in e->answer if that is from a packet. */
static void finish(struct engine *e, struct query *q, bool with_answer)
{
    e->by_id[q->id] = NULL;
    list_remove(&e->active, q);
    e->active_count--;
    if (!with_answer)
        e->answer = (struct packet_answer){.status = q->best};
    list_add(&e->answered, q);
}

/* The next try, at another server if there is one. */
static void send_try(struct engine *e, struct query *q, int64_t now, struct engine_packet *out)
{
    q->server = (q->tries == 0 ? e->next_server++ : q->server + 1) % e->options.servers;
    e->by_id[q->id] = NULL;
    q->id = new_id(e);
    e->by_id[q->id] = q;
    q->tries++;
    q->sent = true;
    q->due = now + e->options.timeout_ms;
    out->server = q->server;
    out->tcp = q->tcp;
    out->n = packet_query(q->name, q->type, q->id, out->bytes);
    list_remove(&e->active, q); /* the list stays in the order of deadlines */
    list_add(&e->active, q);
}

static void activate(struct engine *e, struct query *q, int64_t now)
{
    list_remove(&e->waiting, q);
    list_add(&e->active, q);
    e->active_count++;
    q->due = now;
    q->id = new_id(e);
    e->by_id[q->id] = q;
}

bool engine_next_packet(struct engine *e, int64_t now, struct engine_packet *out)
{
    while (e->active.first != NULL && e->active.first->due <= now && e->answered.first == NULL) {
        struct query *q = e->active.first;
        if (q->tries >= e->options.tries)
            finish(e, q, false);
        else {
            send_try(e, q, now, out);
            return true;
        }
    }
    if (e->waiting.first == NULL || e->active_count >= e->options.window ||
        e->answered.first != NULL)
        return false;
    struct query *q = e->waiting.first;
    activate(e, q, now);
    send_try(e, q, now, out);
    return true;
}

/* Puts a query to the front, so that its next try goes out at once. */
static void try_again(struct engine *e, struct query *q)
{
    q->sent = false;
    q->due = 0;
    list_remove(&e->active, q);
    q->previous = NULL;
    q->next = e->active.first;
    if (e->active.first != NULL)
        e->active.first->previous = q;
    else
        e->active.last = q;
    e->active.first = q;
}

/* SERVFAIL and REFUSED may be one server's trouble: asked again twice at most. */
static bool is_temporary(enum packet_status status)
{
    return status == PACKET_SERVFAIL || status == PACKET_REFUSED;
}

void engine_receive(struct engine *e, size_t server, bool tcp, const unsigned char *bytes, size_t n)
{
    if (n < 12)
        return;
    struct query *q = e->by_id[packet_id(bytes)];
    if (q == NULL || !q->sent || q->server != server || q->tcp != tcp ||
        !packet_read(bytes, n, q->name, q->type, &e->answer))
        return;
    e->was_answered = true;
    if (e->answer.truncated && !tcp) {
        q->tcp = true;
        q->tries--; /* the question over TCP belongs to the same try */
        try_again(e, q);
    } else if (is_temporary(e->answer.status) && q->temporary < TEMPORARY_ANSWERS &&
               q->tries < e->options.tries) {
        q->temporary++;
        q->best = e->answer.status;
        q->tcp = false;
        try_again(e, q);
    } else {
        finish(e, q, true);
    }
}

void *engine_next_answer(struct engine *e, ns_type *type, const struct packet_answer **answer)
{
    free(e->given);
    e->given = e->answered.first;
    if (e->given == NULL)
        return NULL;
    list_remove(&e->answered, e->given);
    *type = e->given->type;
    *answer = &e->answer;
    return e->given->owner;
}

int64_t engine_deadline(const struct engine *e)
{
    return e->active.first != NULL ? e->active.first->due : -1;
}

bool engine_was_answered(const struct engine *e)
{
    return e->was_answered;
}

static void free_list(struct list *l)
{
    while (l->first != NULL) {
        struct query *q = l->first;
        list_remove(l, q);
        free(q);
    }
}

void engine_free(struct engine *e)
{
    free(e->given);
    free_list(&e->waiting);
    free_list(&e->active);
    free_list(&e->answered);
    free(e);
}
