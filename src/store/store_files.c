#include "store/store_files.h"

#include "base/err.h"
#include "base/escape.h"

#include <sysexits.h>
#include <unistd.h>

/* A reader that meets this number of compactions in a row gives up. */
enum { OPEN_TRIES = 1000 };

void store_close_files(struct store *s)
{
    overlay_clear(&s->overlay);
    snapshot_close(&s->snapshot);
    snapshot_close(&s->recent);
    journal_close(&s->journal);
}

bool store_recent_is_stale(const struct store *s)
{
    return s->recent.stamp.base < s->snapshot.stamp.generation;
}

uint64_t store_generation(const struct store *s)
{
    return store_recent_is_stale(s) ? s->snapshot.stamp.generation : s->recent.stamp.generation;
}

bool store_journal_is_stale(const struct store *s)
{
    return s->journal.fd >= 0 && s->journal.stamp.generation < store_generation(s);
}

static bool files_are_one_state(const struct store *s)
{
    return s->recent.stamp.base <= s->snapshot.stamp.generation &&
           (s->journal.fd < 0 || s->journal.stamp.generation <= store_generation(s));
}

/* The stamp that says whether the case of keys counts. */
static const struct stamp *case_stamp(const struct store *s)
{
    return s->snapshot.stamp.version > 0 ? &s->snapshot.stamp : &s->journal.stamp;
}

bool store_has_case(const struct store *s)
{
    return case_stamp(s)->version >= 3;
}

/* A new state keeps what it was asked for. */
static void read_exact_case(struct store *s)
{
    if (store_has_case(s))
        s->exact_case = case_stamp(s)->exact_case;
}

struct stamp store_stamp(const struct store *s, uint64_t generation, uint64_t base)
{
    return (struct stamp){.generation = generation, .base = base, .exact_case = s->exact_case};
}

int store_open_files(struct store *s)
{
    for (int try = 0; try < OPEN_TRIES; try++) {
        store_close_files(s);
        int status = snapshot_open(&s->snapshot, &s->dir, s->kind->snapshot);
        if (status == 0)
            status = snapshot_open(&s->recent, &s->dir, s->kind->recent);
        if (status == 0)
            status = journal_open(&s->journal, &s->dir, s->kind->journal, s->writes);
        if (status != 0)
            return status;
        s->snapshot.summarise = s->recent.summarise = s->kind->summarise;
        if (files_are_one_state(s)) {
            read_exact_case(s);
            return 0;
        }
    }
    err_say("%s: the snapshot is older than a file that adds to it; restore all files of the state "
            "from the same backup",
            s->dir.path);
    return EX_DATAERR;
}

int store_read_journal(struct store *s, bool cut)
{
    int status = store_journal_is_stale(s) ? 0 : journal_read(&s->journal, &s->overlay.lines, cut);
    overlay_note(&s->overlay, false);
    return status;
}

/* The addresses that this run has read are in the other form. */
static int say_other_case(const struct store *s)
{
    err_say(
        "%s: during this run, another one has begun the state, in which the case of local parts "
        "%s; run this again",
        s->dir.path, s->exact_case ? "counts" : "does not count");
    return EX_TEMPFAIL;
}

/* What takes the place of a file has a higher generation, and a journal is never just removed. So
 * anything else means that somebody removed the state, or put an older one in its place: what we
 * knew would be gone, and addresses that it blocks would pass. Nor does a journal lose a batch. */
static int reopen_files(struct store *s)
{
    bool exact_case = s->exact_case;
    bool new_journal = s->journal.fd >= 0 && journal_is_other(&s->journal);
    bool cut = journal_is_cut(&s->journal);
    uint64_t least = store_generation(s);
    uint64_t least_journal = new_journal ? s->journal.stamp.generation + 1 : 0;
    int status = store_open_files(s);
    bool lost = cut || store_generation(s) < least || s->journal.stamp.generation < least_journal;
    if (status == 0 && s->exact_case != exact_case)
        return say_other_case(s);
    if (status != 0 || !lost)
        return status;
    err_say("%s: the files of the state were removed, or replaced by older ones, during this run; "
            "restore them from a backup, and run this again",
            s->dir.path);
    return EX_NOINPUT;
}

int store_refresh_files(struct store *s, bool cut)
{
    bool replaced = journal_is_replaced(&s->journal) || snapshot_is_replaced(&s->snapshot) ||
                    snapshot_is_replaced(&s->recent);
    int status = replaced ? reopen_files(s) : 0;
    return status != 0 ? status : store_read_journal(s, cut);
}

/* The recent file came with version 2, so it is never older. */
bool store_is_old(const struct store *s)
{
    return (s->snapshot.map.n > 0 && s->snapshot.stamp.version < STAMP_VERSION) ||
           (s->journal.fd >= 0 && s->journal.stamp.version < STAMP_VERSION);
}

void store_unlock(struct store *s)
{
    if (s->lock >= 0)
        close(s->lock);
    s->lock = -1;
}

int store_say_bad_entry(const struct store *s, struct span key)
{
    err_say(
        "%s: the entry of \"%.*s\" is damaged; run quarantine check --repair to save the others",
        s->dir.path, (int)key.n, key.p);
    return EX_DATAERR;
}

struct span store_key(struct store *s, struct span address)
{
    buf_empty(&s->key);
    escape_text(&s->key, address);
    return buf_span(&s->key);
}
