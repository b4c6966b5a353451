#include "quarantine/guard.h"

#include "base/ascii.h"
#include "base/escape.h"
#include "base/mem.h"
#include "base/rfc3339.h"
#include "lib/address.h"
#include "lib/record.h"

#include <stdlib.h>

enum {
    SLICES = 12,        /* in which a rule's time is cut, to count the seen */
    SEEN_LEAST = 20,    /* fewer than that of a domain do not matter to a later run */
    SEEN_MOST = 500000, /* counts that are kept in memory */
    DEAD_MOST = 200000, /* addresses that are kept in memory */
    PRUNE_EACH = 4096,
};

static const char *const kinds[] = {"domain", "receiver"};
static const char *const types[] = {"any", "hard", "soft", "ignored"};

static bool is_on(const struct guard_rule *r)
{
    return r->given && r->addresses != QUARANTINE_NEVER;
}

bool guard_is_on(const struct guard *g)
{
    return is_on(&g->rules->guards[GUARD_DOMAIN]) || is_on(&g->rules->guards[GUARD_RECEIVER]);
}

int64_t guard_within(const struct guard *g)
{
    int64_t domain_s = g->rules->guards[GUARD_DOMAIN].within_s;
    int64_t receiver_s = g->rules->guards[GUARD_RECEIVER].within_s;
    return domain_s > receiver_s ? domain_s : receiver_s;
}

static struct span name_of(const struct guard_dead *d, enum guard_kind kind)
{
    return kind == GUARD_DOMAIN ? address_domain(span_of(d->address)) : span_of(d->receiver);
}

/* The start of the slice of time. */
static int64_t slice_of(const struct guard *g, enum guard_kind kind, int64_t time_s)
{
    int64_t width_s = g->rules->guards[kind].within_s / SLICES;
    int64_t past = time_s % width_s;
    return time_s - (past < 0 ? past + width_s : past);
}

static void make_key(struct buf *key, enum guard_kind kind, struct span name, int64_t slice_s)
{
    /* This runs for each row, so that it does without buf_format(). */
    buf_empty(key);
    buf_add_string(key, kinds[kind]);
    buf_add_char(key, '\t');
    buf_add_span(key, name);
    buf_add_string(key, slice_s < 0 ? "\t-" : "\t");
    buf_add_number(key, slice_s < 0 ? 0 - (uintmax_t)slice_s : (uintmax_t)slice_s, 10);
}

void guard_start(struct guard *g)
{
    g->earliest_s = INT64_MAX;
}

static void note_time(struct guard *g, int64_t time_s)
{
    g->earliest_s = time_s < g->earliest_s ? time_s : g->earliest_s;
}

/* The time before which nothing matters. */
static int64_t oldest_time(const struct guard *g)
{
    return g->earliest_s == INT64_MAX ? INT64_MIN : g->earliest_s - 2 * guard_within(g);
}

void guard_add_seen(struct guard *g, struct span address, struct span receiver, int64_t time_s)
{
    for (enum guard_kind k = GUARD_DOMAIN; k < GUARD_KINDS; k++) {
        if (!is_on(&g->rules->guards[k]))
            continue;
        make_key(&g->key, k, k == GUARD_DOMAIN ? address_domain(address) : receiver,
                 slice_of(g, k, time_s));
        tally_add(&g->unsaved, buf_span(&g->key), 1);
    }
    note_time(g, time_s);
}

struct guard_dead *guard_find(const struct guard *g, struct span address)
{
    uintptr_t index = (uintptr_t)table_get(&g->by_address, address);
    return index > 0 ? &g->dead[index - 1] : NULL;
}

static void free_dead(struct guard_dead *d)
{
    free(d->address);
    free(d->receiver);
}

static void set_index(struct guard *g, size_t i)
{
    table_set(&g->by_address, span_of(g->dead[i].address),
              (void *)(uintptr_t)(i + 1)); /* NOLINT: an index in place of a pointer */
}

static void put_dead(struct guard *g, const struct guard_dead *dead)
{
    struct guard_dead *d = guard_find(g, span_of(dead->address));
    if (d != NULL && dead->time_s < d->time_s)
        return;
    /* The table borrows the address, which therefore stays. */
    char *address = d != NULL ? d->address : mem_copy(dead->address, strlen(dead->address));
    if (d != NULL) {
        free(d->receiver);
    } else {
        g->dead = mem_grow(g->dead, &g->capacity, g->count + 1, sizeof *g->dead);
        d = &g->dead[g->count++];
    }
    *d = *dead;
    d->address = address;
    d->receiver = mem_copy(dead->receiver, strlen(dead->receiver));
    set_index(g, (size_t)(d - g->dead));
}

void guard_add_dead(struct guard *g, const struct guard_dead *dead)
{
    put_dead(g, dead);
    note_time(g, dead->time_s);
}

/* Keeps those for which `keep` is true. */
static void keep_dead(struct guard *g, bool (*keep)(const struct guard_dead *d, const void *with),
                      const void *with)
{
    size_t kept = 0;
    table_empty(&g->by_address);
    for (size_t i = 0; i < g->count; i++) {
        if (!keep(&g->dead[i], with)) {
            free_dead(&g->dead[i]);
            continue;
        }
        g->dead[kept] = g->dead[i];
        set_index(g, kept++);
    }
    g->count = kept;
}

void guard_forget(struct guard *g, struct span address)
{
    struct guard_dead *d = guard_find(g, address);
    if (d != NULL)
        d->is_forgotten = true;
}

/* Judging: the dead of each domain or receiver, in the order of time. */

struct order {
    struct guard_dead *dead;
    struct span name;
};

static int compare(const void *a, const void *b)
{
    const struct order *x = a, *y = b;
    int order = span_compare(x->name, y->name);
    int64_t earlier = x->dead->time_s, later = y->dead->time_s;
    return order != 0 ? order : earlier < later ? -1 : earlier > later;
}

/* How many others were seen from `from_s` to `to_s`, both included. */
static uint64_t count_seen(const struct guard *g, enum guard_kind kind, struct span name,
                           int64_t from_s, int64_t to_s)
{
    struct buf key = {0};
    uint64_t seen = 0;
    int64_t width_s = g->rules->guards[kind].within_s / SLICES;
    for (int64_t s = slice_of(g, kind, from_s); s <= to_s; s += width_s) {
        make_key(&key, kind, name, s);
        const struct tally_count *c = table_get(&g->seen.counts, buf_span(&key));
        const struct tally_count *more = table_get(&g->unsaved.counts, buf_span(&key));
        seen += (c != NULL ? c->times : 0) + (more != NULL ? more->times : 0);
    }
    buf_clear(&key);
    return seen;
}

/* Judges the dead of one name in one window of time. */
static void judge_window(struct guard *g, enum guard_kind kind, const struct order *first,
                         size_t count, int64_t from_s, int64_t to_s)
{
    const struct guard_rule *rule = &g->rules->guards[kind];
    if ((int64_t)count <= rule->addresses)
        return;
    uint64_t all = count + count_seen(g, kind, first->name, from_s, to_s);
    for (size_t i = 0; i < count; i++)
        all -= first[i].dead->is_seen && all > count;
    if (count * 100 <= (uint64_t)rule->share * all)
        return;
    struct buf key = {0};
    for (size_t i = 0; i < count; i++)
        first[i].dead->judged = true;
    buf_format(&key, "%s\t%.*s", kinds[kind], (int)first->name.n, first->name.p);
    if (!tally_has(&g->tripped, buf_span(&key)))
        tally_add(&g->tripped, buf_span(&key), count);
    buf_clear(&key);
}

/* Any hour counts; those that begin or end with a dead address are enough to try. */
static void judge_name(struct guard *g, enum guard_kind kind, const struct order *all, size_t count)
{
    int64_t within_s = g->rules->guards[kind].within_s;
    size_t oldest = 0, next = 0;
    if ((int64_t)count <= g->rules->guards[kind].addresses)
        return;
    for (size_t i = 0; i < count; i++) {
        int64_t time_s = all[i].dead->time_s;
        while (all[oldest].dead->time_s <= time_s - within_s)
            oldest++;
        while (next < count && all[next].dead->time_s < time_s + within_s)
            next++;
        judge_window(g, kind, &all[i], next - i, time_s, time_s + within_s - 1);
        size_t end = i + 1;
        while (end < count && all[end].dead->time_s == time_s)
            end++;
        judge_window(g, kind, &all[oldest], end - oldest, time_s - within_s + 1, time_s);
        i = end - 1;
    }
}

static void judge_kind(struct guard *g, enum guard_kind kind)
{
    struct order *all = mem_new(g->count, sizeof *all);
    for (size_t i = 0; i < g->count; i++)
        all[i] = (struct order){&g->dead[i], name_of(&g->dead[i], kind)};
    qsort(all, g->count, sizeof *all, compare);
    for (size_t i = 0, end; i < g->count; i = end) {
        for (end = i + 1; end < g->count && span_equal(all[end].name, all[i].name); end++)
            ;
        judge_name(g, kind, &all[i], end - i);
    }
    free(all);
}

void guard_judge(struct guard *g)
{
    tally_clear(&g->tripped);
    for (enum guard_kind k = GUARD_DOMAIN; k < GUARD_KINDS; k++)
        if (is_on(&g->rules->guards[k]) && (int64_t)g->count > g->rules->guards[k].addresses)
            judge_kind(g, k);
}

static bool is_recent(const struct guard_dead *d, const void *since_s)
{
    return d->time_s >= *(const int64_t *)since_s;
}

/* The time at the end of a key of `seen`. */
static int64_t key_time(struct span key)
{
    char digits[24] = "0";
    struct span time = record_field(key, 2);
    if (time.n < sizeof digits)
        memcpy(digits, time.p, time.n), digits[time.n] = '\0';
    return strtoll(digits, NULL, 10);
}

static void prune_seen(struct tally *t, int64_t since_s, uint64_t least)
{
    struct tally kept = {0};
    for (size_t i = 0; i < t->counts.capacity; i++) {
        const struct tally_count *c = t->counts.slots[i].value;
        if (c != NULL && c->times >= least && key_time(tally_key(c)) >= since_s)
            tally_add(&kept, tally_key(c), c->times);
    }
    tally_clear(t);
    *t = kept;
}

static int compare_times(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* Whatever the clocks of others say: memory is bounded. */
static void drop_oldest(struct guard *g)
{
    if (g->count <= DEAD_MOST)
        return;
    int64_t *times = mem_new(g->count, sizeof *times);
    for (size_t i = 0; i < g->count; i++)
        times[i] = g->dead[i].time_s;
    qsort(times, g->count, sizeof *times, compare_times);
    int64_t since_s = times[g->count - DEAD_MOST] + 1;
    free(times);
    keep_dead(g, is_recent, &since_s);
}

void guard_prune(struct guard *g)
{
    int64_t since_s = oldest_time(g);
    keep_dead(g, is_recent, &since_s);
    drop_oldest(g);
    if (g->seen.counts.count + g->unsaved.counts.count < 2 * g->kept + PRUNE_EACH)
        return;
    for (uint64_t least = 1; least == 1 || g->unsaved.counts.count > SEEN_MOST; least *= 2)
        prune_seen(&g->unsaved, since_s, least);
    for (uint64_t least = 1; least == 1 || g->seen.counts.count > SEEN_MOST; least *= 2)
        prune_seen(&g->seen, since_s, least);
    g->kept = g->seen.counts.count + g->unsaved.counts.count;
}

void guard_merge(struct guard *g)
{
    for (size_t i = 0; i < g->unsaved.counts.capacity; i++) {
        const struct tally_count *c = g->unsaved.counts.slots[i].value;
        if (c != NULL)
            tally_add(&g->seen, tally_key(c), c->times);
    }
    tally_clear(&g->unsaved);
}

/* `KIND NAME` of a key of `seen`. */
static struct span key_name(struct span key)
{
    while (key.n > 0 && key.p[key.n - 1] != '\t')
        key.n--;
    return span_make(key.p, key.n > 0 ? key.n - 1 : 0);
}

/* What could matter: the seen of a name that has dead ones or many seen. */
static void sum_names(const struct guard *g, struct tally *sums, int64_t since_s)
{
    struct buf key = {0};
    for (size_t i = 0; i < g->count; i++)
        for (enum guard_kind k = GUARD_DOMAIN; k < GUARD_KINDS; k++) {
            struct span name = name_of(&g->dead[i], k);
            buf_empty(&key);
            buf_format(&key, "%s\t%.*s", kinds[k], (int)name.n, name.p);
            tally_add(sums, buf_span(&key), SEEN_LEAST);
        }
    for (size_t i = 0; i < g->seen.counts.capacity; i++) {
        const struct tally_count *c = g->seen.counts.slots[i].value;
        if (c != NULL && key_time(tally_key(c)) >= since_s)
            tally_add(sums, key_name(tally_key(c)), c->times);
    }
    buf_clear(&key);
}

static void write_dead(const struct guard_dead *d, struct buf *out)
{
    char time[RFC3339_LENGTH + 1];
    rfc3339_format(d->time_s, time);
    buf_format(out, "dead\t%s\t%s\t%s\t%s\t%s\t%s\n", d->address, time, types[d->type],
               d->receiver[0] != '\0' ? d->receiver : "-", d->held ? "held" : "counted",
               d->is_seen ? "seen" : "-");
}

void guard_write(const struct guard *g, struct buf *out)
{
    struct tally sums = {0};
    int64_t since_s = oldest_time(g);
    sum_names(g, &sums, since_s);
    for (size_t i = 0; i < g->count; i++)
        if (!g->dead[i].is_forgotten)
            write_dead(&g->dead[i], out);
    for (size_t i = 0; i < g->seen.counts.capacity; i++) {
        const struct tally_count *c = g->seen.counts.slots[i].value;
        if (c == NULL || key_time(tally_key(c)) < since_s)
            continue;
        const struct tally_count *sum = table_get(&sums.counts, key_name(tally_key(c)));
        if (sum != NULL && sum->times >= SEEN_LEAST)
            buf_format(out, "seen\t%.*s\t%ju\n", (int)c->n, c->key, (uintmax_t)c->times);
    }
    tally_clear(&sums);
}

static bool read_dead(struct guard *g, const struct span f[7])
{
    struct guard_dead d = {.held = span_is(f[5], "held"), .is_seen = span_is(f[6], "seen")};
    while (d.type < QUARANTINE_IGNORED && !span_is(f[3], types[d.type]))
        d.type++;
    if (!rfc3339_parse(f[2], &d.time_s) || (!d.held && !span_is(f[5], "counted")) || f[1].n == 0)
        return false;
    d.address = mem_copy(f[1].p, f[1].n);
    d.receiver = span_is(f[4], "-") ? mem_copy("", 0) : mem_copy(f[4].p, f[4].n);
    put_dead(g, &d);
    free_dead(&d);
    return true;
}

static bool read_seen(struct guard *g, struct span line, struct span times)
{
    uint64_t number = 0;
    struct span key = span_make(line.p + 5, line.n - 5 - times.n - 1);
    for (size_t i = 0; i < times.n; i++) {
        if (!ascii_is_digit(times.p[i]) || i > 9)
            return false;
        number = number * 10 + (uint64_t)(times.p[i] - '0');
    }
    if (number == 0)
        return false;
    tally_add(&g->seen, key, number);
    return true;
}

bool guard_read(struct guard *g, struct span line)
{
    struct span f[7];
    size_t count = record_cut(line, f, 7);
    if (count == 7 && span_is(f[0], "dead"))
        return read_dead(g, f);
    return count == 5 && span_is(f[0], "seen") && read_seen(g, line, f[4]);
}

void guard_empty(struct guard *g)
{
    for (size_t i = 0; i < g->count; i++)
        free_dead(&g->dead[i]);
    g->count = 0;
    table_empty(&g->by_address);
    tally_clear(&g->seen);
}

void guard_clear(struct guard *g)
{
    guard_empty(g);
    tally_clear(&g->unsaved);
    buf_clear(&g->key);
    tally_clear(&g->tripped);
    table_clear(&g->by_address);
    free(g->dead);
}
