#include "classify/sentence.h"

#include "base/ascii.h"

/* True for a dot that ends a sentence after which nobody put a blank: `unknown.Please`. */
static bool ends_sentence(struct span s, size_t i)
{
    char before = i > 0 ? s.p[i - 1] : ' ', after = span_at(s, i + 1);
    return s.p[i] == '.' && before >= 'a' && before <= 'z' && after >= 'A' && after <= 'Z';
}

/* The bytes that a name does not go beyond. */
static const bool ends_name[128] = {
    ['<'] = true, ['>'] = true, ['('] = true, [')'] = true, ['['] = true,
    [']'] = true, ['{'] = true, ['}'] = true, ['"'] = true, ['\''] = true,
    ['|'] = true, [';'] = true, [','] = true,
};

/* True for a byte that a name can have. A letter that is not ASCII cannot, because Japanese
 * puts no blank between an address and its particle. */
static bool is_name_byte(struct span s, size_t i)
{
    unsigned char c = (unsigned char)s.p[i];
    return c > ' ' && c <= '~' && !ends_name[c] && !ends_sentence(s, i);
}

/* True for the at-sign of an address, and for the dot of a host, an IP, a status or a URL. */
static bool marks_name(struct span s, size_t i)
{
    return s.p[i] == '@' || (s.p[i] == '.' && i > 0 && ascii_is_alnum(s.p[i - 1]) &&
                             ascii_is_alnum(span_at(s, i + 1)) && !ends_sentence(s, i));
}

struct span sentence_make(struct buf *out, struct span text)
{
    size_t copied = 0;
    buf_empty(out);
    for (size_t i = 0; i < text.n; i++) {
        if ((text.p[i] != '.' && text.p[i] != '@') || !marks_name(text, i))
            continue;
        size_t start = i;
        while (start > copied && is_name_byte(text, start - 1))
            start--;
        while (i < text.n && is_name_byte(text, i))
            i++;
        buf_add(out, text.p + copied, start - copied);
        buf_add_char(out, '#');
        copied = i--;
    }
    buf_add(out, text.p + copied, text.n - copied);
    return buf_span(out);
}
