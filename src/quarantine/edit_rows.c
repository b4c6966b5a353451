#include "quarantine/edit_rows.h"

#include "store/canonical.h"

/* Rows in a batch, so that neither memory nor the time under the lock grows with the input. */
enum { BATCH = 10000 };

static int edit_row(const struct edit_rows *edit, struct stream *s, struct buf *address)
{
    struct entry e;
    if (!canonical_key(stream_key(s), address)) {
        stream_reject(s, "not a valid address; write it as user@example.org");
        return 0;
    }
    int status = store_lock(edit->store);
    if (status == 0)
        status = store_find(edit->store, buf_span(address), &e);
    if (status == 0 && edit->change(edit->context, s, buf_span(address), &e))
        store_put(edit->store, buf_span(address), &e);
    return status;
}

static int commit(const struct edit_rows *edit)
{
    int status = edit->before_commit != NULL ? edit->before_commit(edit->context) : 0;
    return status == 0 ? store_commit(edit->store) : status;
}

int edit_rows(const struct edit_rows *edit, struct stream *s)
{
    struct buf address = {0};
    int status = 0;
    size_t rows = 0;
    enum stream_event event;
    while (status == 0 && (event = stream_next(s)) < STREAM_END) {
        if (event == STREAM_ROW)
            status = edit_row(edit, s, &address);
        if (status == 0 && (event == STREAM_PAUSE || ++rows % BATCH == 0))
            status = commit(edit);
    }
    buf_clear(&address);
    return status == 0 ? commit(edit) : status;
}
