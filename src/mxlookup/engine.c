#include "mxlookup/engine.h"

#include "base/err.h"
#include "base/mem.h"
#include "mxlookup/pace.h"
#include "mxlookup/server.h"
#include "mxlookup/timers.h"

#include <stdlib.h>
#include <sys/random.h>
#include <sysexits.h>
#include <unistd.h>

enum {
    IDS = 65536,
    TRIES_KEPT = 4,        /* the latest tries of a query, whose answers count */
    TEMPORARY_ANSWERS = 2, /* how often a query is sent again after SERVFAIL or REFUSED */
    TEMPORARY_WAIT = 300,  /* ms before that if there is one server; twice that before the second */
    STEADY_TRIES = 3,      /* tries before the waits double */
    MOST_ALIASES = 8       /* followed by queries of our own, if servers do not follow them */
};

/* A try that was sent. */
struct sent_try {
    struct sent_try *next; /* of those with this id */
    struct query *query;
    struct channel channel;
    uint16_t id;
    uint64_t capitals; /* packet_query() */
    int64_t sent_ms;
};

enum query_state {
    QUERY_LISTED,   /* in e->waiting, again_list() or e->answered */
    QUERY_UNDERWAY, /* in flight: its timer is its time-out */
    QUERY_PARKED,   /* its timer is its next try */
};

struct query {
    /* Must be first: a timer is cast to its query. */
    struct timer timer;
    struct query *next, *previous;
    const char *name;
    void *owner;
    ns_type type;
    enum query_state state;
    struct sent_try tries[TRIES_KEPT]; /* the latest ones, in turn */
    size_t sent;                       /* tries since the last forget_tries() */
    int64_t tried;
    int temporary;      /* how often it was sent again after SERVFAIL or REFUSED */
    bool tcp, plain;    /* sent by TCP; without EDNS0 */
    char *alias;        /* what `name` is an alias of, which is asked for instead; or NULL; owned */
    int aliases;        /* followed so far */
    bool insecure;      /* an alias was not validated */
    uint32_t alias_ttl; /* the shortest of the aliases */
    bool answered;      /* by e->answer */
    enum packet_status best; /* of the answers so far */
};

/* A list of queries, first in first out. */
struct list {
    struct query *first, *last;
};

/* The UDP sockets of a server. */
struct sockets {
    unsigned *open; /* the tries of each that count */
    size_t current;
    unsigned left; /* of the current one's turn */
};

struct engine {
    struct engine_options options;
    struct sent_try *by_id[IDS]; /* lists of the tries that count */
    struct sockets sockets[ENGINE_SERVERS];
    struct server servers[ENGINE_SERVERS][2]; /* as it answers by UDP, and by TCP */
    struct list waiting, again, again_by_tcp, answered;
    struct timers timers;
    struct pace pace;
    int64_t pace_due_ms; /* when the pace allows the next packet; 0: none waits for it */
    size_t underway, pending, unsent;
    size_t tcp; /* those in flight by TCP */
    size_t next_server;
    struct packet_answer answer; /* in the packet that was read last */
    struct packet_answer none;   /* handed out for a query that has none */
    struct query *given;         /* handed out by engine_next_answer(), reused at the next call */
    struct query *spare;         /* a list, to be reused */
    uint16_t random[2048];
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
    q->state = QUERY_LISTED;
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

/* TCP has a list of its own, since it may have to wait while UDP goes on. */
static struct list *again_list(struct engine *e, const struct query *q)
{
    return q->tcp ? &e->again_by_tcp : &e->again;
}

struct engine *engine_new(const struct engine_options *options)
{
    struct engine *e = mem_new(1, sizeof *e);
    e->options = *options;
    pace_init(&e->pace, options->rate);
    for (size_t i = 0; i < options->servers; i++)
        e->sockets[i].open = mem_new(options->sockets, sizeof *e->sockets[i].open);
    return e;
}

void engine_ask(struct engine *e, const char *name, ns_type type, void *owner)
{
    struct query *q = e->spare;
    if (q != NULL)
        e->spare = q->next;
    else
        q = mem_new(1, sizeof *q);
    *q = (struct query){
        .name = name, .type = type, .owner = owner, .best = PACKET_TIMEOUT, .alias_ttl = INT32_MAX};
    e->pending++;
    if (!packet_can_ask(name)) {
        q->best = PACKET_NXDOMAIN;
        list_add(&e->answered, q);
        return;
    }
    list_add(&e->waiting, q);
    e->unsent++;
}

static uint16_t random_id(struct engine *e)
{
    if (e->random_left == 0) {
        if (getrandom(e->random, sizeof e->random, 0) != (ssize_t)sizeof e->random) {
            err_errno("cannot get random numbers, without which answers could be forged");
            _exit(EX_OSERR);
        }
        e->random_left = sizeof e->random / sizeof *e->random;
    }
    return e->random[--e->random_left];
}

static uint64_t random_capitals(struct engine *e)
{
    uint64_t capitals = 0;
    for (int i = 0; i < 4; i++)
        capitals = capitals << 16 | random_id(e);
    return capitals;
}

/* The tries by UDP that count on this socket; NULL for TCP, whose connections are not counted. */
static unsigned *open_tries(struct engine *e, struct channel c)
{
    return c.socket == ENGINE_SOCKETS ? NULL : &e->sockets[c.server].open[c.socket];
}

static struct sent_try *find_try(const struct engine *e, struct channel c, uint16_t id)
{
    struct sent_try *t = e->by_id[id];
    while (t != NULL && (t->channel.server != c.server || t->channel.socket != c.socket))
        t = t->next;
    return t;
}

static void forget_try(struct engine *e, const struct sent_try *t)
{
    struct sent_try **link = &e->by_id[t->id];
    unsigned *open = open_tries(e, t->channel);
    while (*link != t)
        link = &(*link)->next;
    *link = t->next;
    if (open != NULL)
        --*open;
}

static void forget_tries(struct engine *e, struct query *q)
{
    for (size_t i = 0; i < q->sent && i < TRIES_KEPT; i++)
        forget_try(e, &q->tries[i]);
    q->sent = 0;
}

/* Gives the try an id that is free on its channel and that nobody can predict (RFC 5452 9.2). */
static struct sent_try *record_try(struct engine *e, struct query *q, struct channel c,
                                   int64_t now_ms)
{
    uint16_t id = random_id(e);
    while (find_try(e, c, id) != NULL)
        id = random_id(e);
    struct sent_try *t = &q->tries[q->sent % TRIES_KEPT];
    unsigned *open = open_tries(e, c);
    if (q->sent >= TRIES_KEPT)
        forget_try(e, t);
    q->sent++;
    *t = (struct sent_try){e->by_id[id], q, c, id, 0, now_ms};
    e->by_id[id] = t;
    if (open != NULL)
        ++*open;
    return t;
}

static const char *current_name(const struct query *q)
{
    return q->alias != NULL ? q->alias : q->name;
}

/* A server may answer by UDP and not by TCP: what is known of one does not count for the other. */
static struct server *server_of(struct engine *e, struct channel c)
{
    return &e->servers[c.server][c.socket == ENGINE_SOCKETS];
}

static const struct sent_try *latest_try(const struct query *q)
{
    return &q->tries[(q->sent - 1) % TRIES_KEPT];
}

static bool is_last_try(const struct engine *e, const struct query *q)
{
    return q->tried >= e->options.tries;
}

/* The server whose turn it is. A server that cut off its answer is asked by TCP first; if it does
 * not answer there, the next one is. */
static size_t turn_of(struct engine *e, const struct query *q)
{
    if (q->sent == 0)
        return e->next_server++;
    struct channel c = latest_try(q)->channel;
    return c.server + (q->tcp && c.socket != ENGINE_SOCKETS ? 0 : 1);
}

/* Each server in turn, but for those at rest, unless all are. */
static size_t choose_server(struct engine *e, const struct query *q, int64_t now_ms)
{
    size_t first = turn_of(e, q);
    for (size_t i = 0; i < e->options.servers; i++) {
        size_t server = (first + i) % e->options.servers;
        if (server_try(&e->servers[server][q->tcp], now_ms))
            return server;
    }
    return first % e->options.servers;
}

/* How long the try that q->tried has just counted may take, in ms. */
static int64_t patience(const struct engine *e, const struct query *q, size_t server)
{
    int64_t wait_ms = server_patience(&e->servers[server][q->tcp]);
    if (is_last_try(e, q) || q->tcp)
        return e->options.timeout_ms;
    for (int64_t i = STEADY_TRIES; i < q->tried && wait_ms < e->options.timeout_ms; i++)
        wait_ms *= 2;
    return wait_ms < e->options.timeout_ms ? wait_ms : e->options.timeout_ms;
}

/* At the end of a turn another socket comes, chosen at random: one with a new port, or any if all
 * have queries open. A turn is as long as a batch of packets, so that it costs little. */
static size_t choose_socket(struct engine *e, size_t server, bool *fresh)
{
    struct sockets *s = &e->sockets[server];
    size_t count = e->options.sockets, first = random_id(e) % count, i = 0;
    *fresh = false;
    if (s->left > 0) {
        s->left--;
        return s->current;
    }
    while (i < count && s->open[(first + i) % count] > 0)
        i++;
    s->left = ENGINE_TURN - 1;
    s->current = (first + i) % count;
    *fresh = i < count;
    return s->current;
}

static void send_try(struct engine *e, struct query *q, int64_t now_ms, struct engine_packet *out)
{
    size_t server = choose_server(e, q, now_ms);
    enum packet_edns edns = q->plain            ? PACKET_PLAIN
                            : e->options.dnssec ? PACKET_DNSSEC
                                                : PACKET_EDNS;
    out->fresh = false;
    out->channel.server = server;
    out->channel.socket = q->tcp ? ENGINE_SOCKETS : choose_socket(e, server, &out->fresh);
    struct sent_try *t = record_try(e, q, out->channel, now_ms);
    bool mixed = !q->tcp && e->servers[server][false].letters != SERVER_CASE_LOST;
    t->capitals = mixed ? random_capitals(e) : 0;
    q->tried++;
    q->state = QUERY_UNDERWAY;
    e->underway++;
    e->tcp += q->tcp;
    out->n = packet_query(current_name(q), q->type, t->id, edns, t->capitals, out->bytes);
    timers_set(&e->timers, &q->timer, now_ms + patience(e, q, server));
}

/* Takes a query out of whatever it is in: its list, its timer, the count of those in flight. */
static void withdraw(struct engine *e, struct query *q)
{
    if (q->state == QUERY_LISTED)
        list_remove(again_list(e, q), q);
    e->underway -= q->state == QUERY_UNDERWAY;
    e->tcp -= q->state == QUERY_UNDERWAY && q->tcp;
    timers_remove(&e->timers, &q->timer);
}

static void finish(struct engine *e, struct query *q, bool answered)
{
    forget_tries(e, q);
    free(q->alias);
    q->alias = NULL;
    q->answered = answered;
    list_add(&e->answered, q);
}

/* A timer that is due is a try without an answer, or the end of a query's wait before it is sent
 * again. */
static void run_timers(struct engine *e, int64_t now_ms)
{
    struct timer *t;
    while ((t = timers_first(&e->timers)) != NULL && t->due_ms <= now_ms) {
        struct query *q = (struct query *)(void *)t;
        bool timed_out = q->state == QUERY_UNDERWAY;
        withdraw(e, q);
        if (timed_out) {
            server_was_silent(server_of(e, latest_try(q)->channel), now_ms);
            pace_lost(&e->pace);
        }
        if (timed_out && is_last_try(e, q))
            finish(e, q, false);
        else
            list_add(again_list(e, q), q);
    }
}

/* Queries that are sent again go before new ones, so that old ones end. */
static struct list *next_list(struct engine *e)
{
    if (e->again_by_tcp.first != NULL && e->tcp < ENGINE_STREAMS)
        return &e->again_by_tcp;
    return e->again.first != NULL ? &e->again : &e->waiting;
}

bool engine_next_packet(struct engine *e, int64_t now_ms, struct engine_packet *out)
{
    run_timers(e, now_ms);
    struct list *from = next_list(e);
    struct query *q = from->first;
    e->pace_due_ms = 0;
    if (q == NULL || e->underway >= e->options.window)
        return false;
    if (!pace_allows(&e->pace, now_ms)) {
        e->pace_due_ms = pace_next(&e->pace, now_ms);
        return false;
    }
    list_remove(from, q);
    e->unsent -= from == &e->waiting;
    send_try(e, q, now_ms, out);
    return true;
}

static bool is_temporary(enum packet_status status)
{
    return status == PACKET_SERVFAIL || status == PACKET_REFUSED;
}

/* Another server is asked at once; the same one only after a while. */
static void ask_again(struct engine *e, struct query *q, int64_t now_ms)
{
    q->temporary++;
    if (e->options.servers > 1) {
        list_add(again_list(e, q), q);
        return;
    }
    q->state = QUERY_PARKED;
    timers_set(&e->timers, &q->timer, now_ms + TEMPORARY_WAIT * q->temporary);
}

/* If the server did not follow the aliases to their end, asks for the name where it stopped. False
 * if there is nothing to follow, or too much. */
static bool ask_for_alias(struct engine *e, struct query *q)
{
    const struct packet_answer *a = &e->answer;
    if (a->next[0] == '\0' || q->aliases++ == MOST_ALIASES)
        return false;
    forget_tries(e, q);
    free(q->alias);
    q->alias = mem_copy(a->next, strlen(a->next));
    q->alias_ttl = a->ttl_s < q->alias_ttl ? a->ttl_s : q->alias_ttl;
    q->insecure = q->insecure || !a->secure;
    q->tried = 0;
    list_add(again_list(e, q), q);
    return true;
}

/* The answer takes over the worst of the aliases that led to it: the shortest TTL, and whether any
 * was not validated. */
static void join_aliases(const struct query *q, struct packet_answer *a)
{
    if (a->next[0] != '\0')
        a->status = PACKET_SERVFAIL; /* a loop */
    a->aliased = a->aliased || q->alias != NULL;
    a->ttl_s = q->alias_ttl < a->ttl_s ? q->alias_ttl : a->ttl_s;
    a->secure = a->secure && !q->insecure;
}

/* By TCP or without EDNS0, if those are set; both stay as they are else. */
static void ask_otherwise(struct engine *e, struct query *q, bool tcp, bool plain)
{
    q->tcp = q->tcp || tcp;
    q->plain = q->plain || plain;
    q->tried--; /* the second packet belongs to the same try */
    list_add(again_list(e, q), q);
}

/* Decides what e->answer means for its query, which was withdrawn. */
static void handle_answer(struct engine *e, struct query *q, bool tcp, int64_t now_ms)
{
    struct packet_answer *a = &e->answer;
    if (a->truncated && tcp)
        a->status = PACKET_SERVFAIL;
    bool again = (a->truncated && !tcp) || (a->no_edns && !q->plain);
    if (again) {
        ask_otherwise(e, q, a->truncated, a->no_edns);
        return;
    }
    if (ask_for_alias(e, q))
        return;
    join_aliases(q, a);
    q->best = a->status < q->best ? a->status : q->best;
    if (is_temporary(a->status) && q->temporary < TEMPORARY_ANSWERS && !is_last_try(e, q))
        ask_again(e, q, now_ms);
    else
        finish(e, q, !is_temporary(a->status));
}

/* An answer may be forged: only one by TCP counts from now on. */
static void doubt(struct engine *e, struct query *q)
{
    if (q->tcp)
        return;
    withdraw(e, q);
    forget_tries(e, q);
    ask_otherwise(e, q, true, false);
}

void engine_receive(struct engine *e, int64_t now_ms, struct channel c, const unsigned char *bytes,
                    size_t n)
{
    bool tcp = c.socket == ENGINE_SOCKETS;
    if (n < 12)
        return;
    const struct sent_try *t = find_try(e, c, packet_id(bytes));
    struct query *q = t != NULL ? t->query : NULL;
    if (q == NULL || !packet_read(bytes, n, current_name(q), q->type, &e->answer))
        return;
    if (!tcp && !server_spells(server_of(e, c), packet_spelling(bytes, t->capitals))) {
        doubt(e, q);
        return;
    }
    e->was_answered = true;
    e->answer.secure = e->answer.secure && e->options.dnssec;
    server_answered(server_of(e, c), now_ms - t->sent_ms);
    if (e->answer.status == PACKET_REFUSED)
        pace_refused(&e->pace);
    else
        pace_answered(&e->pace);
    withdraw(e, q);
    handle_answer(e, q, tcp, now_ms);
}

void engine_connection_ended(struct engine *e, int64_t now_ms, struct channel c, uint16_t id)
{
    const struct sent_try *t = find_try(e, c, id);
    struct query *q = t != NULL ? t->query : NULL;
    if (q == NULL || q->state != QUERY_UNDERWAY || t != latest_try(q))
        return;
    withdraw(e, q);
    server_was_silent(server_of(e, c), now_ms);
    if (is_last_try(e, q))
        finish(e, q, false);
    else
        ask_again(e, q, now_ms);
}

void *engine_next_answer(struct engine *e, ns_type *type, const struct packet_answer **answer)
{
    if (e->given != NULL) {
        e->given->next = e->spare;
        e->spare = e->given;
    }
    struct query *q = e->given = e->answered.first;
    if (q == NULL)
        return NULL;
    list_remove(&e->answered, q);
    e->pending--;
    e->none.status = q->best;
    *type = q->type;
    *answer = q->answered ? &e->answer : &e->none;
    return q->owner;
}

int64_t engine_deadline(const struct engine *e)
{
    struct timer *t = timers_first(&e->timers);
    int64_t due_ms = t != NULL ? t->due_ms : -1;
    return e->pace_due_ms > 0 && (due_ms < 0 || e->pace_due_ms < due_ms) ? e->pace_due_ms : due_ms;
}

size_t engine_pending(const struct engine *e)
{
    return e->pending;
}

size_t engine_unsent(const struct engine *e)
{
    return e->unsent;
}

bool engine_was_answered(const struct engine *e)
{
    return e->was_answered;
}

static void free_list(struct query *first)
{
    while (first != NULL) {
        struct query *q = first;
        first = q->next;
        free(q->alias);
        free(q);
    }
}

void engine_free(struct engine *e)
{
    while (timers_first(&e->timers) != NULL) {
        struct query *q = (struct query *)(void *)timers_first(&e->timers);
        timers_remove(&e->timers, &q->timer);
        free(q->alias);
        free(q);
    }
    free(e->given);
    free_list(e->spare);
    free_list(e->waiting.first);
    free_list(e->again.first);
    free_list(e->again_by_tcp.first);
    free_list(e->answered.first);
    for (size_t i = 0; i < e->options.servers; i++)
        free(e->sockets[i].open);
    timers_clear(&e->timers);
    free(e);
}
