#include "store/text_store.h"

#include "base/err.h"
#include "base/mem.h"
#include "lib/statedir.h"
#include "store/compaction.h"
#include "store/lock_wait.h"
#include "store/store_files.h"

#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

static bool no_wait;

const struct option_entry store_option_table[] = {
    {0, "no-wait", OPTION_FLAG, &no_wait, NULL, "exit with 75 if another run holds the lock", 0, 0},
    {0},
};

static int say_missing(const struct store *s)
{
    if (!statedir_is_given())
        return 0;
    err_say(
        "the state directory %s does not exist; check -s and MXKIT_STATE, and which user runs this",
        s->dir.path);
    return EX_NOINPUT;
}

static int open_state(struct store *s)
{
    bool make = s->mode == STORE_BEGIN || (s->mode == STORE_CHANGE && !statedir_is_given());
    int status = statedir_open(&s->dir, make);
    s->exists = status == 0;
    if (status == EX_NOINPUT)
        return say_missing(s);
    if (status == 0)
        status = store_open_files(s);
    return status != 0 || s->writes ? status : store_read_journal(s, false);
}

int store_refresh(struct store *s)
{
    /* The directory may exist by now. */
    if (!s->exists) {
        safedir_close(&s->dir);
        return open_state(s);
    }
    return store_refresh_files(s, false);
}

int text_store_open(struct store **store, const struct store_kind *kind, enum store_mode mode)
{
    struct store *s = mem_new(1, sizeof *s);
    *s = (struct store){
        .kind = kind, .lock = -1, .journal.fd = -1, .mode = mode, .writes = mode != STORE_READ};
    *store = s;
    return open_state(s);
}

static int start_journal(struct store *s)
{
    struct stamp stamp = store_stamp(s, store_generation(s), 0);
    return journal_reset(&s->journal, &stamp);
}

int store_lock(struct store *s)
{
    if (s->lock >= 0)
        return 0;
    int status = no_wait ? safedir_lock(&s->dir, s->kind->lock, true, &s->lock)
                         : lock_wait(&s->dir, s->kind->lock, &s->told, &s->lock);
    if (status == 0)
        status = store_refresh_files(s, true);
    if (status == 0 && (s->journal.fd < 0 || store_journal_is_stale(s)))
        status = start_journal(s);
    if (status == 0 && store_is_old(s))
        status = s->kind->migrate(s);
    return status;
}

void text_store_put(struct store *s, struct span key, struct span text)
{
    snapshot_add_line(&s->overlay.lines, key, text);
    overlay_note(&s->overlay, true);
}

int text_store_find(struct store *s, struct span key, struct span *text)
{
    struct request request = {.key = key};
    int status = store_look_up(s, &request, 1);
    *text = status == 0 ? store_found_text(s, &request) : span_make(NULL, 0);
    return status;
}

static int append_pending(struct store *s)
{
    buf_empty(&s->batch);
    overlay_settle(&s->overlay, &s->batch);
    return s->batch.n > 0 ? journal_append(&s->journal, buf_span(&s->batch)) : 0;
}

int store_commit(struct store *s)
{
    if (s->lock < 0)
        return 0;
    int status = append_pending(s);
    /* After a failure, memory has what the state does not: forget it. */
    if (status != 0)
        store_close_files(s);
    else if (s->compaction_status == 0)
        s->compaction_status = compaction_if_due(s);
    store_unlock(s);
    return status;
}

int store_room(const struct store *s, uint64_t *used, uint64_t *free)
{
    *used = s->snapshot.map.n + s->recent.map.n + s->journal.end;
    *free = 0;
    return s->exists ? safedir_room(&s->dir, free) : 0;
}

int store_close(struct store *s)
{
    store_unlock(s);
    int status = s->compaction_status != 0 ? s->compaction_status : compaction_at_end(s);
    store_close_files(s);
    safedir_close(&s->dir);
    buf_clear(&s->key);
    buf_clear(&s->text);
    buf_clear(&s->batch);
    free(s);
    return status;
}
