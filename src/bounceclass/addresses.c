#include "bounceclass/addresses.h"

static bool is_letter(char c)
{
    return ascii_is_letter(c) || (unsigned char)c >= 0x80;
}

static bool is_host_byte(char c)
{
    return is_letter(c) || ascii_is_digit(c) || c == '-' || c == '_';
}

/* True if a host name begins at `i`, in any script: a label, a dot, and two bytes of another label,
 * of which the first is a letter. */
static bool host_begins(struct span s, size_t i)
{
    for (size_t at = i; is_host_byte(span_at(s, at)); at++)
        if (span_at(s, at + 1) == '.') {
            at++;
            if (is_letter(span_at(s, at + 1)) && is_host_byte(span_at(s, at + 2)))
                return true;
        }
    return false;
}

/* True if a sign can begin with the byte. Most bytes are letters and blanks. */
static inline bool can_be_sign(char c)
{
    return c != ' ' && !ascii_is_alnum(c) && strchr("@\xef%=&\\([", c) != NULL;
}

/* Returns the length of what is an at sign at `i`, or of what is in place of one, or 0: a VERP or
 * SRS address has `=`, a relayed one can have `%`, and some programs encode the sign. */
static size_t sign_length(struct span s, size_t i)
{
    static const char *const signs[] = {"@",       "\xef\xbc\xa0", "\xef\xb9\xab", "%40",
                                        "%2540",   "&#64;",        "&#x40;",       "&commat;",
                                        "\\u0040", "\\x40",        "(at)",         "[at]"};
    char c = s.p[i];
    for (size_t k = 0; k < sizeof signs / sizeof *signs; k++) {
        size_t n = strlen(signs[k]);
        if (s.n - i >= n && strncasecmp(s.p + i, signs[k], n) == 0)
            return n;
    }
    return (c == '=' || c == '%') && host_begins(s, i + 1);
}

/* Returns where the quoted string or comment begins that ends before `end`; or `end` if it begins
 * before `from`. */
static size_t opening(struct span s, size_t from, size_t end)
{
    char close = s.p[end - 1], open = close == ')' ? '(' : close;
    size_t depth = 1, i = end - 1;
    while (i > from && depth > 0) {
        i--;
        if (i > from && s.p[i - 1] == '\\')
            i--;
        else if (s.p[i] == open)
            depth--;
        else if (s.p[i] == close)
            depth++;
    }
    return depth == 0 ? i : end;
}

/* Returns where the blanks and comments begin that can be before an at sign at `end`. */
static size_t before_comments(struct span s, size_t from, size_t end)
{
    while (end > from && (s.p[end - 1] == ' ' || s.p[end - 1] == ')')) {
        size_t start = s.p[end - 1] == ' ' ? end - 1 : opening(s, from, end);
        if (start == end)
            break;
        end = start;
    }
    return end;
}

/* Returns where the quoted string or the word begins that ends before `end`. Directly before the
 * sign, the last byte of a word can be a bracket or a quote that nothing opened. */
static size_t before_word(struct span s, size_t from, size_t end, size_t sign)
{
    size_t start = end;
    if (end > from && s.p[end - 1] == '"')
        start = opening(s, from, end);
    if (start < end)
        return start;
    while (start > from &&
           (strchr(start == sign ? " <([,;" : " <>()[],;\"", s.p[start - 1]) == NULL ||
            (start - 1 > from && s.p[start - 2] == '\\')))
        start--;
    return start;
}

/* Returns where the local part begins that ends before the sign at `sign`: words and quoted strings
 * with dots between, and comments. */
static size_t local_start(struct span s, size_t from, size_t sign)
{
    size_t start = sign, end;
    do {
        end = before_comments(s, from, start);
        start = before_word(s, from, end, sign);
    } while (start < end && start > from && (s.p[start] == '.' || s.p[start - 1] == '.'));
    return start;
}

/* Returns where the address begins in `<alice smith@example.org>`, which lacks quotes: after the
 * bracket; or `start`. */
static size_t bracket_start(struct span s, size_t from, size_t start)
{
    size_t i = start;
    while (i > from && s.p[i - 1] != '<' && s.p[i - 1] != '>')
        i--;
    return i > from && s.p[i - 1] == '<' ? i : start;
}

/* Returns where the domain, or what else is in the word after the sign, ends. */
static size_t domain_end(struct span s, size_t from)
{
    size_t i = from + (span_at(s, from) == ' ' && host_begins(s, from + 1));
    bool literal = span_at(s, i) == '[';
    while (literal && i < s.n && s.p[i] != ' ')
        literal = s.p[i++] != ']';
    while (i < s.n &&
           (!addresses_ends_word(s.p[i]) || (s.p[i] == '\'' && ascii_is_alnum(span_at(s, i + 1)))))
        i++;
    return addresses_trim(s, from, i);
}

struct found_address addresses_next(struct span text, size_t from)
{
    size_t sign = from, length = 0;
    while (sign < text.n && (!can_be_sign(text.p[sign]) || (length = sign_length(text, sign)) == 0))
        sign++;
    if (sign == text.n)
        return (struct found_address){text.n, text.n, false};
    struct found_address a = {.end = domain_end(text, sign + length)};
    for (size_t i = sign; i < a.end; i++)
        a.sure = a.sure || (text.p[i] != '=' && can_be_sign(text.p[i]) && sign_length(text, i) > 0);
    a.start = local_start(text, from, sign);
    if (span_at(text, a.end) == '>')
        a.start = bracket_start(text, from, a.start);
    if (text.p[a.start] == '\'' && a.start < sign)
        a.start++; /* a quotation mark */
    return a;
}

size_t addresses_trim(struct span text, size_t from, size_t end)
{
    while (end > from && !ascii_is_alnum(text.p[end - 1]) &&
           strchr(".:!?=", text.p[end - 1]) != NULL)
        end--;
    return end;
}
