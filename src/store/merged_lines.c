#include "store/merged_lines.h"

#include <stdlib.h>

/* Moves to the next line of a file, and checks it and its order. */
static int advance(struct merge_file *f)
{
    struct span before = f->address, entry;
    f->line = f->address = span_make(NULL, 0);
    if (f->file == NULL || !snapshot_next(f->file, &f->offset, &f->line))
        return 0;
    if (!snapshot_split_line(f->line, &f->address, &entry) ||
        (before.p != NULL && span_compare(before, f->address) >= 0))
        return snapshot_say_damage(f->file, f->line);
    return 0;
}

int merge_init(struct merge *m, const struct snapshot *snapshot, const struct snapshot *recent,
               const struct overlay *overlay)
{
    *m = (struct merge){.overlay = overlay, .sorted = overlay_sort(overlay)};
    m->files[0].file = snapshot;
    m->files[1].file = recent;
    int status = advance(&m->files[0]);
    return status != 0 ? status : advance(&m->files[1]);
}

/* True if there is an address, and it does not sort after `least` (unset: none was seen yet). */
static bool is_next(struct span address, struct span least)
{
    return address.p != NULL && (least.p == NULL || span_compare(address, least) <= 0);
}

int merge_next(struct merge *m, struct span *line, struct span *address)
{
    int status = 0;
    bool change_left = m->next < m->overlay->count;
    struct span changed =
        change_left ? overlay_address(m->overlay, m->sorted[m->next]) : span_make(NULL, 0);
    *line = *address = span_make(NULL, 0);
    for (size_t i = 0; i < MERGE_FILES; i++)
        if (is_next(m->files[i].address, *address)) {
            *line = m->files[i].line;
            *address = m->files[i].address;
        }
    if (is_next(changed, *address)) {
        *line = overlay_line(m->overlay, m->sorted[m->next]);
        *address = changed;
    }
    if (change_left && span_equal(changed, *address))
        m->next++;
    for (size_t i = 0; status == 0 && i < MERGE_FILES; i++)
        if (m->files[i].address.p != NULL && span_equal(m->files[i].address, *address))
            status = advance(&m->files[i]);
    return status;
}

void merge_clear(struct merge *m)
{
    free(m->sorted);
}
