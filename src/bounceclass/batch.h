/*
 * batch: some rows of a stream that are worked on together, by one thread: copies of the lines, and
 * what came of them. A batch is used again and again.
 */
#ifndef BOUNCECLASS_BATCH_H
#define BOUNCECLASS_BATCH_H

#include "classify/classifier.h"
#include "lib/stream.h"

/* What is counted of a row in the end; its texts stand in the batch. */
struct note {
    struct verdict verdict;
    size_t start, lengths[2]; /* place of the two texts, which note_text() gives */
    int64_t at_s;
};

enum note_text { NOTE_RECEIVER = 0, NOTE_MASKED = 0, NOTE_FIRST = 1 };

struct batch {
    struct buf lines; /* side by side */
    size_t *ends;     /* of each line */
    size_t count, room;
    enum stream_event event; /* what ended it; STREAM_ROW: it was full */
    struct buf out;          /* finished lines, to be written in order */
    struct note *notes;
    size_t note_count, note_room;
    struct buf texts; /* of the notes */
    bool failed_row;  /* a row of it was a failure */
};

/* Takes rows from the stream until there is a pause, the end, or enough of them. */
void batch_fill(struct batch *b, struct stream *s);
struct span batch_line(const struct batch *b, size_t i);

/* Adds a note with two texts, which are copied. */
void batch_note(struct batch *b, const struct verdict *v, int64_t at_s, struct span first,
                struct span second);
struct span batch_note_text(const struct batch *b, const struct note *note, enum note_text which);
void batch_free(struct batch *b);

#endif
