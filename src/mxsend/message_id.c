#include "mxsend/message_id.h"

#include "base/ascii.h"
#include "base/escape.h"

static struct span after(struct span s, size_t n)
{
    return span_make(s.p + n, s.n - n);
}

/* Moves a field from the front of *rest to *field, with all lines that it is folded into: each of
 * them begins with a blank (RFC 5322 2.2.3). False if *rest was empty. */
static bool next_field(struct span *rest, struct span *field)
{
    size_t n = 0;
    while (n < rest->n) {
        const char *end = memchr(rest->p + n, '\n', rest->n - n);
        n = end != NULL ? (size_t)(end + 1 - rest->p) : rest->n;
        if (span_at(*rest, n) != ' ' && span_at(*rest, n) != '\t')
            break;
    }
    *field = span_make(rest->p, n);
    *rest = after(*rest, n);
    return n > 0;
}

/* Splits a field at its colon. False if it has no name before one. The syntax of old allows blanks
 * there (RFC 5322 4.5). */
static bool split_field(struct span field, struct span *name, struct span *value)
{
    size_t n = 0;
    while (span_at(field, n) > ' ' && field.p[n] < 0x7f && field.p[n] != ':')
        n++;
    *name = span_make(field.p, n);
    while (span_at(field, n) == ' ' || span_at(field, n) == '\t')
        n++;
    if (name->n == 0 || span_at(field, n) != ':')
        return false;
    *value = after(field, n + 1);
    return true;
}

/* Returns what follows the white space and the comments, which may be nested, at the front (RFC
 * 5322 3.2.2); all of it if a comment does not end. */
static struct span skip_cfws(struct span s)
{
    size_t depth = 0, i = 0;
    for (; i < s.n; i++) {
        if (s.p[i] == '(')
            depth++;
        else if (depth == 0 && !ascii_is_space(s.p[i]))
            break;
        else if (s.p[i] == ')')
            depth--;
        else if (s.p[i] == '\\')
            i++;
    }
    return depth == 0 ? after(s, i) : s;
}

/* True if the text, which ends in its only `>`, is `<LEFT@RIGHT>`. LEFT and RIGHT are not parsed
 * any further, because many programs write ids that RFC 5322 does not allow, and such an id tells
 * messages apart as well as any other. */
static bool is_msg_id(struct span text)
{
    const char *at = memchr(text.p, '@', text.n);
    if (text.n > MESSAGE_ID_LIMIT || text.p[0] != '<' || at == NULL || at == text.p + 1 ||
        at == text.p + text.n - 2)
        return false;
    for (size_t i = 1; i < text.n; i++)
        if (ascii_is_space(text.p[i]) || text.p[i] == '<')
            return false;
    return escape_text_prefix(text) == text.n;
}

/* Returns the msg-id if the value of the field has one and nothing else. */
static struct span only_msg_id(struct span value)
{
    struct span id = skip_cfws(value);
    const char *end = id.n > 0 ? memchr(id.p, '>', id.n) : NULL;
    if (end == NULL)
        return span_make(NULL, 0);
    struct span rest = skip_cfws(span_make(end + 1, id.n - (size_t)(end + 1 - id.p)));
    id.n = (size_t)(end + 1 - id.p);
    return rest.n == 0 && is_msg_id(id) ? id : span_make(NULL, 0);
}

struct span message_id_find(struct span message)
{
    struct span field, name, value;
    while (next_field(&message, &field) && split_field(field, &name, &value))
        if (span_is_caseless(name, "Message-ID"))
            return only_msg_id(value);
    return span_make(NULL, 0);
}
