#include "mxqueue/listing.h"

#include "base/err.h"
#include "base/read_file.h"
#include "mxqueue/message.h"

#include <stdio.h>
#include <sysexits.h>

enum { MESSAGE_LIMIT = 64 * 1024 * 1024, LEAST_DIGITS = 4 };

static const char *message;

const struct option_entry listing_option_table[] = {
    {0, "message", OPTION_TEXT, &message, "M",
     "choose rows of the message in the file M, or whose id begins with M", 0, 0},
    {0},
};

int listing_hash(char hash[ROW_HASH + 1])
{
    struct buf content = {0};
    *hash = '\0';
    if (message == NULL)
        return 0;
    size_t n = strlen(message);
    if (n >= LEAST_DIGITS && n <= ROW_HASH && strspn(message, "0123456789abcdef") == n) {
        snprintf(hash, ROW_HASH + 1, "%s", message);
        return 0;
    }
    int status = read_file(message, "the message", MESSAGE_LIMIT, &content);
    if (status == EX_NOINPUT)
        err_say("--message is \"%s\"; use a message file, or the first digits of an id", message);
    if (status == 0)
        message_hash(buf_span(&content), hash);
    buf_clear(&content);
    return status;
}

const char *listing_state(struct queue *q, const struct row *r)
{
    return row_has_ended(r) ? "ended" : leases_cover(&q->leases, r) != NULL ? "leased" : "waiting";
}

struct span listing_time(int64_t time_s, char text[RFC3339_LENGTH + 1])
{
    if (time_s == ROW_NO_TIME)
        return span_make(NULL, 0);
    rfc3339_format(time_s, text);
    return span_make(text, RFC3339_LENGTH);
}
