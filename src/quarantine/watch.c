#include "quarantine/watch.h"

#include "base/ascii.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/escape.h"
#include "base/mem.h"
#include "lib/receiver.h"
#include "store/names.h"

#include <stdlib.h>
#include <unistd.h>

/* How long a run may wait before it saves what it has seen, if nothing has failed as dead. */
enum { SAVE_EACH_MS = 5000 };

int watch_open(struct watch *w, const struct quarantine_rules *rules)
{
    w->guard.rules = rules;
    w->on = guard_is_on(&w->guard);
    w->saved_ms = clock_monotonic_ms();
    return w->on ? guard_file_open(&w->file) : 0;
}

int watch_start(struct watch *w)
{
    table_empty(&w->batch);
    guard_start(&w->guard);
    w->held = w->taken_back = 0;
    w->has_dead = false;
    return guard_file_load(&w->file, &w->guard);
}

/* The receiver in lower case: borrowed from `words` until the next call. What is not a host name
 * counts as its address's domain. */
static const char *receiver_name(struct watch *w, struct span host, struct span key)
{
    for (size_t i = 0; i < host.n; i++)
        if (!ascii_is_alnum(host.p[i]) && host.p[i] != '.' && host.p[i] != '-')
            host.n = 0;
    struct span receiver = receiver_of(host.n < 256 ? host : span_make(NULL, 0), key);
    buf_empty(&w->words);
    for (size_t i = 0; i < receiver.n; i++)
        buf_add_char(&w->words,
                     ascii_is_space(receiver.p[i]) ? '?' : ascii_to_lower(receiver.p[i]));
    return buf_string(&w->words);
}

/* True if the address was written to within the guard's time before the event. */
static bool is_seen(const struct watch *w, const struct entry *e, const struct event *event)
{
    return e->delivered_s != ENTRY_NO_TIME && e->delivered_s <= event->time_s &&
           event->time_s - e->delivered_s < guard_within(&w->guard);
}

static void see(struct watch *w, struct span key, const char *receiver, const struct event *event,
                const struct entry *e)
{
    if (table_get(&w->batch, key) != NULL || is_seen(w, e, event))
        return;
    guard_add_seen(&w->guard, key, span_of(receiver), event->time_s);
    table_set(&w->batch, key, w);
}

void watch_event(struct watch *w, struct span key, struct span host, const struct event *event,
                 const struct quarantine_rule *rule, const struct entry *e)
{
    const char *receiver = receiver_name(w, host, key);
    if (event->delivered) {
        see(w, key, receiver, event, e);
    } else if (entry_would_die(e, event, rule)) {
        char *address = mem_copy(key.p, key.n);
        const struct guard_dead dead = {
            .address = address,
            .receiver = (char *)(uintptr_t)receiver,
            .time_s = event->time_s,
            .type = event->type,
            .is_new = true,
            .is_seen = table_get(&w->batch, key) != NULL || is_seen(w, e, event),
        };
        guard_add_dead(&w->guard, &dead);
        free(address);
        w->has_dead = true;
    } else if (rule != NULL && !entry_can_die(rule)) {
        see(w, key, receiver, event, e);
    }
}

/* Takes back the error of an earlier batch, if it is still what has quarantined the address. That
 * it was held back is no proof: a crash may have kept the state from knowing. */
static int take_back(struct watch *w, struct store *s, struct guard_dead *d)
{
    struct entry e;
    struct buf address = {0};
    struct span plain = unescape_field(span_of(d->address), &address);
    int status = store_find(s, plain, &e);
    if (status == 0 && entry_take_back(&e, d->time_s, d->type, span_of(d->receiver), w->guard.rules,
                                       clock_now())) {
        store_put_key(s, span_of(d->address), &e);
        w->taken_back++;
    }
    d->held = true;
    buf_clear(&address);
    return status;
}

int watch_judge(struct watch *w, struct store *s)
{
    int status = 0;
    if (!w->has_dead)
        return 0;
    guard_judge(&w->guard);
    for (size_t i = 0; status == 0 && i < w->guard.count; i++) {
        struct guard_dead *d = &w->guard.dead[i];
        if (d->judged && !d->is_new)
            status = take_back(w, s, d);
    }
    return status;
}

bool watch_holds(struct watch *w, struct span key, const struct event *event,
                 const struct quarantine_rule *rule, struct entry *e)
{
    struct guard_dead *d = w->on && w->has_dead ? guard_find(&w->guard, key) : NULL;
    if (d == NULL || !d->judged || !entry_would_die(e, event, rule))
        return false;
    entry_hold(e, event, span_of(d->receiver));
    d->held = true;
    w->held++;
    return true;
}

int watch_save(struct watch *w, bool last)
{
    for (size_t i = 0; i < w->guard.count; i++)
        w->guard.dead[i].is_new = w->guard.dead[i].judged = false;
    guard_prune(&w->guard);
    bool due = last || clock_monotonic_ms() - w->saved_ms > SAVE_EACH_MS;
    if (!w->has_dead && (!due || w->guard.unsaved.counts.count == 0))
        return 0;
    w->saved_ms = clock_monotonic_ms();
    return guard_file_save(&w->file, &w->guard);
}

/* The domains and receivers that have tripped, by name, so that one that is both counts once. True
 * if one of them was not reported yet. */
static bool has_news(struct watch *w, struct tally *names)
{
    const struct table *t = &w->guard.tripped.counts;
    bool news = false;
    for (size_t i = 0; i < t->capacity; i++) {
        const struct tally_count *c = t->slots[i].value;
        if (c == NULL)
            continue;
        struct span key = tally_key(c);
        const char *tab = memchr(key.p, '\t', key.n);
        struct span name = span_make(tab + 1, (size_t)(key.p + key.n - tab - 1));
        if (!tally_has(names, name))
            tally_add(names, name, c->times);
        news |= !tally_has(&w->said, name);
        tally_add(&w->said, name, 1);
    }
    return news;
}

/* Says what is held back, and names the domain or receiver with most of the errors. */
static void say_held(struct watch *w, const struct tally *names)
{
    struct buf line = {0};
    const struct tally_count **sorted = tally_sort(names, TALLY_BY_TIMES);
    struct span name = tally_key(sorted[0]);
    buf_format(&line, "%zu error%s held back", w->unsaid, w->unsaid == 1 ? " is" : "s are");
    if (w->taken_back > 0)
        buf_format(&line, ", %zu of which had been counted", w->taken_back);
    buf_format(&line, ": at %.*s", (int)name.n, name.p);
    if (names->counts.count > 1)
        buf_format(&line, " and %zu more", names->counts.count - 1);
    err_say("%s, most addresses failed as if they did not exist; see quarantine held",
            buf_string(&line));
    free(sorted);
    buf_clear(&line);
}

void watch_report(struct watch *w)
{
    struct tally names = {0};
    size_t held = w->held + w->taken_back;
    w->unsaid += held;
    if (w->on && held > 0 && has_news(w, &names)) {
        say_held(w, &names);
        w->unsaid = 0;
    }
    tally_clear(&names);
}

/* The last rows came before a pause. If another run has the lock, the guard does without them. */
static int save_rest(struct watch *w)
{
    int lock;
    int status = safedir_try_lock(&w->file.dir, LOCK_NAME, &lock);
    if (status != 0 || lock < 0)
        return status;
    status = guard_file_load(&w->file, &w->guard);
    if (status == 0)
        status = guard_file_save(&w->file, &w->guard);
    close(lock);
    return status;
}

int watch_close(struct watch *w, bool good)
{
    int status = 0;
    if (!w->on)
        return 0;
    if (good && w->guard.unsaved.counts.count > 0)
        status = save_rest(w);
    if (w->unsaid > 0)
        err_say("%zu more error%s held back; see quarantine held", w->unsaid,
                w->unsaid == 1 ? " is" : "s are");
    guard_file_close(&w->file);
    guard_clear(&w->guard);
    table_clear(&w->batch);
    tally_clear(&w->said);
    buf_clear(&w->words);
    return status;
}
