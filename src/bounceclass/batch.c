#include "bounceclass/batch.h"

#include "base/mem.h"

#include <stdlib.h>

enum { ROWS = 2048, BYTES = 256 * 1024 };

void batch_fill(struct batch *b, struct stream *s)
{
    buf_empty(&b->lines);
    buf_empty(&b->out);
    buf_empty(&b->texts);
    b->count = b->note_count = 0;
    b->failed_row = false;
    b->event = STREAM_ROW;
    while (b->count < ROWS && b->lines.n < BYTES && (b->event = stream_next(s)) == STREAM_ROW) {
        b->ends = mem_grow(b->ends, &b->room, b->count + 1, sizeof *b->ends);
        buf_add_span(&b->lines, stream_line(s));
        b->ends[b->count++] = b->lines.n;
    }
}

struct span batch_line(const struct batch *b, size_t i)
{
    size_t start = i > 0 ? b->ends[i - 1] : 0;
    return span_make(b->lines.p + start, b->ends[i] - start);
}

void batch_note(struct batch *b, const struct verdict *v, int64_t at_s, struct span first,
                struct span second)
{
    b->notes = mem_grow(b->notes, &b->note_room, b->note_count + 1, sizeof *b->notes);
    b->notes[b->note_count++] = (struct note){*v, b->texts.n, {first.n, second.n}, at_s};
    buf_add_span(&b->texts, first);
    buf_add_span(&b->texts, second);
}

struct span batch_note_text(const struct batch *b, const struct note *note, enum note_text which)
{
    size_t start = note->start + (which == NOTE_FIRST ? note->lengths[0] : 0);
    return span_make(b->texts.p + start, note->lengths[which]);
}

void batch_free(struct batch *b)
{
    buf_clear(&b->lines);
    buf_clear(&b->out);
    buf_clear(&b->texts);
    free(b->ends);
    free(b->notes);
}
