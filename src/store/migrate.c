#include "store/migrate.h"

#include "base/escape.h"
#include "base/mem.h"
#include "store/canonical.h"
#include "store/entry_join.h"
#include "store/entry_text.h"
#include "store/overlay.h"
#include "store/snapshot_writer.h"
#include "store/store_files.h"
#include "store/store_walk.h"

#include <stdlib.h>

struct migration {
    struct store *store;
    struct overlay lines; /* of this version */
    struct buf address, canonical, key, text;
    struct entry entry, other; /* the one at hand, and what the same address has already */
};

static int migrate_entry(void *context, struct span key, struct span text, struct buf *unchanged)
{
    struct migration *m = context;
    struct span there;
    (void)unchanged;
    if (!entry_read(&m->entry, text))
        return store_say_bad_entry(m->store, key);
    struct span address = unescape_field(key, &m->address);
    buf_empty(&m->key);
    if (canonical_key(address, &m->canonical))
        address = buf_span(&m->canonical);
    escape_text(&m->key, address);
    if (overlay_find(&m->lines, buf_span(&m->key), &there) &&
        entry_read(&m->other, snapshot_entry(there)))
        entry_join(&m->entry, &m->other);
    buf_empty(&m->text);
    entry_write(&m->entry, &m->text);
    snapshot_add_line(&m->lines.lines, buf_span(&m->key), buf_span(&m->text));
    overlay_note(&m->lines, false);
    return 0;
}

static int write_snapshot(struct migration *m)
{
    struct store *s = m->store;
    struct snapshot_writer writer;
    uint32_t *places = overlay_sort(&m->lines);
    struct stamp stamp = store_stamp(s, store_generation(s) + 1, 0);
    int status = snapshot_writer_open(&writer, &s->dir, s->kind->snapshot, &stamp);
    for (size_t i = 0; status == 0 && i < m->lines.count; i++)
        status = snapshot_writer_add_line(&writer, overlay_line(&m->lines, places[i]));
    free(places);
    status = snapshot_writer_close(&writer, status);
    return status == 0 ? store_start_anew(s, true, stamp.generation) : status;
}

int migrate_state(struct store *s)
{
    struct migration *m = mem_new(1, sizeof *m);
    m->store = s;
    int status = text_store_each(s, migrate_entry, m, false);
    if (status == 0)
        status = write_snapshot(m);
    overlay_clear(&m->lines);
    buf_clear(&m->address);
    buf_clear(&m->canonical);
    buf_clear(&m->key);
    buf_clear(&m->text);
    free(m);
    return status;
}
