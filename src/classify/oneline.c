#include "classify/oneline.h"

#include "base/ascii.h"

#include <ctype.h>

struct folding {
    struct span text, code, status;
    struct buf *out;
    size_t copied; /* how much of the text was copied to `out`, or left out */
    bool changed;
    bool several; /* `550-` was seen, so further lines follow */
};

/* Returns the length of a line end before a code that a log has as a backslash and letters, as in
 * `\r\n550`; or 0. */
static size_t lettered_line_end(struct span s, size_t i)
{
    size_t n = 0;
    while (span_at(s, i + n) == '\\' &&
           (span_at(s, i + n + 1) == 'r' || span_at(s, i + n + 1) == 'n'))
        n += 2;
    bool code = (span_at(s, i + n) == '4' || span_at(s, i + n) == '5') &&
                ascii_is_digit(span_at(s, i + n + 1)) && ascii_is_digit(span_at(s, i + n + 2)) &&
                !ascii_is_digit(span_at(s, i + n + 3));
    return code ? n : 0;
}

static bool code_is_at(const struct folding *f, size_t i)
{
    return f->code.n == 3 && f->text.n - i >= 4 && memcmp(f->text.p + i, f->code.p, 3) == 0;
}

/* Returns how many bytes at `i` only repeat the code and status of the reply's first line. */
static size_t repeated_length(const struct folding *f, size_t i)
{
    struct span s = f->text;
    if (!f->several || i >= s.n || !code_is_at(f, i) || (s.p[i + 3] != '-' && s.p[i + 3] != ' '))
        return 0;
    size_t n = 4, status = f->status.n;
    if (status > 0 && s.n - i - n > status && memcmp(s.p + i + n, f->status.p, status) == 0 &&
        ascii_is_space(s.p[i + n + status]))
        n += status + 1;
    return n;
}

/* Replaces the bytes from `from` up to `to` by `instead`. */
static void replace(struct folding *f, size_t from, size_t to, const char *instead)
{
    buf_add(f->out, f->text.p + f->copied, from - f->copied);
    buf_add_string(f->out, instead);
    f->copied = to;
    f->changed = true;
}

/* Folds the blanks at `i`, the first of which has `first` bytes. Returns where the text goes on. */
static size_t fold_blanks(struct folding *f, size_t i, size_t first)
{
    size_t next = i + first;
    while (next < f->text.n && ascii_is_space(f->text.p[next]))
        next++;
    next += repeated_length(f, next);
    bool inside = i > 0 && next < f->text.n;
    if (!inside || next - i != 1 || f->text.p[i] != ' ')
        replace(f, i, next, inside ? " " : "");
    return next;
}

/* Hides the local part of an address after the `<` at `i`. Returns where the text goes on. */
static size_t fold_address(struct folding *f, size_t i)
{
    size_t end = ++i;
    while (end < f->text.n && !ascii_is_space(f->text.p[end]) &&
           strchr("<>@", f->text.p[end]) == NULL)
        end++;
    if (end > i && span_at(f->text, end) == '@')
        replace(f, i, end, "*");
    return end;
}

/* True if the hyphen is the one of `550-` at the start of a word: the reply has several lines. */
static bool starts_several(const struct folding *f, size_t hyphen)
{
    return hyphen >= 3 && code_is_at(f, hyphen - 3) &&
           (hyphen == 3 || !ascii_is_alnum(f->text.p[hyphen - 4]));
}

/* True for bytes that never need a change. They are most of a text, so they are tested first. */
static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c > '<' && c != '\\') || (c >= '.' && c < '<');
}

struct span oneline_make(struct buf *out, struct span text, struct span code, struct span status)
{
    struct folding f = {.text = text, .code = code, .status = status, .out = out};
    buf_empty(out);
    for (size_t i = 0; i < text.n;) {
        char c = text.p[i];
        if (is_plain(c) ||
            (c == ' ' && !f.several && i > 0 && i + 1 < text.n && is_plain(text.p[i + 1]))) {
            i++;
            continue;
        }
        size_t letters = c == '\\' ? lettered_line_end(text, i) : 0;
        f.several = f.several || (c == '-' && starts_several(&f, i));
        if (letters > 0 || ascii_is_space(c))
            i = fold_blanks(&f, i, letters > 0 ? letters : 1);
        else if (c == '<')
            i = fold_address(&f, i);
        else
            i++;
    }
    if (!f.changed)
        return text;
    buf_add(out, text.p + f.copied, text.n - f.copied);
    return buf_span(out);
}
