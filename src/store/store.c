#include "store/store.h"

#include "base/err.h"
#include "base/escape.h"
#include "lib/record.h"
#include "store/canonical.h"
#include "store/entry_text.h"
#include "store/migrate.h"
#include "store/names.h"
#include "store/store_files.h"

#include <sysexits.h>

/* Only an entry that is ok can be empty. */
static bool is_empty(struct span text)
{
    struct entry e;
    return span_is(record_field(text, 0), "ok") && entry_read(&e, text) && entry_is_empty(&e);
}

static const struct store_kind quarantine_kind = {
    .snapshot = SNAPSHOT_NAME,
    .recent = RECENT_NAME,
    .journal = JOURNAL_NAME,
    .lock = LOCK_NAME,
    .is_empty = is_empty,
    .summarise = entry_summarise,
    .migrate = migrate_state,
};

static int refuse_case(const struct store *s, const char *why)
{
    err_say("%s: %s", s->dir.path, why);
    return EX_USAGE;
}

/* Whether the case of local parts counts is a property of the state, once it exists. */
static int settle_case(struct store *s)
{
    bool exact = canonical_is_exact(), fold = canonical_is_fold();
    if (exact && fold)
        return refuse_case(s, "--exact-case and --fold contradict each other; use one of them");
    if (!store_has_case(s)) {
        s->exact_case = exact;
        return 0;
    }
    canonical_set_exact(s->exact_case);
    if (exact && !s->exact_case)
        return refuse_case(
            s, "the state ignores the case of local parts; --exact-case begins a new state");
    if (fold && s->exact_case)
        return refuse_case(s, "in the state, the case of local parts counts; leave out --fold");
    return 0;
}

int store_open(struct store **store, enum store_mode mode)
{
    int status = text_store_open(store, &quarantine_kind, mode);
    return status == 0 ? settle_case(*store) : status;
}

int store_found(struct store *s, const struct request *request, struct entry *e)
{
    struct span text = store_found_text(s, request);
    entry_clear(e);
    return text.p == NULL || entry_read(e, text) ? 0 : store_say_bad_entry(s, request->key);
}

int store_found_state(struct store *s, const struct request *request, int64_t now_s,
                      enum entry_state *state)
{
    int64_t summary = store_found_summary(s, request);
    *state = ENTRY_OK;
    if (summary == ENTRY_UNREADABLE)
        return store_say_bad_entry(s, request->key);
    if (summary != 0)
        *state = entry_summary_state(summary, now_s);
    return 0;
}

int store_find(struct store *s, struct span address, struct entry *e)
{
    struct request request = {.key = store_key(s, address)};
    int status = store_look_up(s, &request, 1);
    entry_clear(e);
    return status == 0 ? store_found(s, &request, e) : status;
}

void store_put_key(struct store *s, struct span key, const struct entry *e)
{
    buf_empty(&s->text);
    entry_write(e, &s->text);
    text_store_put(s, key, buf_span(&s->text));
}

void store_put(struct store *s, struct span address, const struct entry *e)
{
    store_put_key(s, store_key(s, address), e);
}

struct visits {
    const struct store *store;
    store_visit *visit; /* or NULL */
    void *context;
    struct buf address; /* unescaped */
    struct entry entry; /* the one at hand; it is too large to be made for each line */
};

static int visit_entry(void *context, struct span key, struct span text, struct buf *changed)
{
    struct visits *v = context;
    if (!entry_read(&v->entry, text))
        return store_say_bad_entry(v->store, key);
    bool changes =
        v->visit != NULL && v->visit(v->context, unescape_field(key, &v->address), &v->entry);
    if (changes)
        entry_write(&v->entry, changed);
    return 0;
}

int store_each(struct store *s, store_visit *visit, void *context, bool change)
{
    struct visits v = {.store = s, .visit = visit, .context = context};
    int status = text_store_each(s, visit_entry, &v, change);
    buf_clear(&v.address);
    return status;
}
