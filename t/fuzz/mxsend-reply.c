/*
 * Feeds any bytes, in pieces, to a reply, and each complete reply to a session.
 */
#include "mxsend/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reply r = {0};
    struct session s;
    struct body body;
    struct envelope e = {span_of("s@x.org"), span_of("r@y.org"), &body};
    struct span rest = span_make((const char *)data, size);
    body_init(&body, span_of("x"));
    session_init(&s, "me.org");
    reply_reset(&r);
    while (rest.n > 0) {
        size_t used = 0, piece = rest.n < 7 ? rest.n : 7;
        enum reply_event event = reply_feed(&r, span_make(rest.p, piece), &used);
        rest = span_make(rest.p + used, rest.n - used);
        if (event == REPLY_BAD)
            break;
        if (event == REPLY_DONE) {
            session_feed(&s, &r);
            reply_reset(&r);
            if (s.state == SESSION_IDLE)
                session_begin(&s, &e);
        }
    }
    reply_clear(&r);
    session_clear(&s);
    body_clear(&body);
    return 0;
}
