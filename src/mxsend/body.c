#include "mxsend/body.h"

#include "base/err.h"
#include "base/read_file.h"

#include <sysexits.h>

static size_t line_length(struct span s)
{
    size_t n = 0;
    while (n < s.n && s.p[n] != '\r' && s.p[n] != '\n')
        n++;
    return n;
}

static bool has_eight_bit(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return true;
    return false;
}

void body_init(struct body *b, struct span message)
{
    size_t dots = 0;
    *b = (struct body){.eight_bit = has_eight_bit(message)};
    while (message.n > 0) {
        size_t n = line_length(message);
        bool crlf = n + 1 < message.n && message.p[n] == '\r' && message.p[n + 1] == '\n';
        if (n > 0 && message.p[0] == '.') {
            buf_add_char(&b->wire, '.');
            dots++;
        }
        buf_add(&b->wire, message.p, n);
        buf_add_string(&b->wire, "\r\n");
        n += n == message.n ? 0 : crlf ? 2 : 1;
        message = span_make(message.p + n, message.n - n);
    }
    b->size = b->wire.n - dots;
    buf_add_string(&b->wire, ".\r\n");
    b->message_id = message_id_find(buf_span(&b->wire));
}

int body_load(struct body *b, const char *path)
{
    struct buf bytes = {0};
    int status = read_file(path, "the message", BODY_LIMIT, &bytes);
    if (status == EX_NOINPUT)
        err_say("there is no message file %s", path);
    if (status == 0)
        body_init(b, buf_span(&bytes));
    buf_clear(&bytes);
    return status;
}

void body_clear(struct body *b)
{
    buf_clear(&b->wire);
}
