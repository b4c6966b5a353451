/*
 * batch: some rows of a stream that one thread works on together: copies of the lines, and the
 * results. Owns both. A batch starts zeroed and is filled again and again. Nothing here reports an
 * error; b->event passes on how the stream fared.
 */
#ifndef BOUNCECLASS_BATCH_H
#define BOUNCECLASS_BATCH_H

#include "classify/classifier.h"
#include "lib/stream.h"

/* What the summary or the list of unknown texts counts of one row. */
struct note {
    struct verdict verdict;
    size_t start, lengths[2]; /* where the batch has the two texts; see batch_note_text() */
    int64_t at_s;             /* when it failed, in seconds since 1970; 0 in a summary */
};

/* The texts of a note. A summary has the receiver; the list of unknown texts has the masked text,
 * and second the text as it was first seen. */
enum note_text { NOTE_RECEIVER = 0, NOTE_MASKED = 0, NOTE_FIRST = 1 };

struct batch {
    struct buf lines; /* without separators */
    size_t *ends;     /* of each line, in `lines` */
    size_t count, room;
    enum stream_event event; /* what ended the batch; STREAM_ROW: it is full */
    struct buf out;          /* finished lines, which the caller writes in order */
    struct note *notes;
    size_t note_count, note_room;
    struct buf texts; /* of the notes */
    bool failed_row;  /* a row of it tells of a message that was not sent */
};

/* Empties the batch, then reads rows from the stream until it pauses or ends, or the batch is
 * full. */
void batch_fill(struct batch *b, struct stream *s);

/* Returns a line, borrowed until the next batch_fill(). */
struct span batch_line(const struct batch *b, size_t i);

/* Adds a note with copies of two texts. */
void batch_note(struct batch *b, const struct verdict *v, int64_t at_s, struct span first,
                struct span second);

/* Returns a text of a note, borrowed until the next batch_note() or batch_fill(). */
struct span batch_note_text(const struct batch *b, const struct note *note, enum note_text which);

/* Frees what the batch owns. */
void batch_free(struct batch *b);

#endif
