#include "classify/codes.h"

#include "base/ascii.h"

static size_t digits_at(struct span s, size_t i)
{
    size_t n = 0;
    while (ascii_is_digit(span_at(s, i + n)))
        n++;
    return n;
}

/* Returns the length of a status code x.y.z at `i` that is not part of a longer word, or 0. The
 * subjects of the registry are 0 to 7. */
static size_t status_at(struct span s, size_t i)
{
    char before = i > 0 ? s.p[i - 1] : ' ';
    char class = span_at(s, i);
    if ((class != '2' && class != '4' && class != '5') || ascii_is_alnum(before) || before == '.' ||
        span_at(s, i + 1) != '.')
        return 0;
    if (span_at(s, i + 2) < '0' || span_at(s, i + 2) > '7' || span_at(s, i + 3) != '.')
        return 0;
    size_t detail = digits_at(s, i + 4);
    char after = span_at(s, i + 4 + detail);
    bool more = after == '.' && ascii_is_digit(span_at(s, i + 5 + detail));
    return detail >= 1 && detail <= 3 && !ascii_is_alnum(after) && !more ? 4 + detail : 0;
}

static bool is_code(struct span s, size_t i)
{
    char first = span_at(s, i), second = span_at(s, i + 1);
    return first >= '2' && first <= '5' && second >= '0' && second <= '7' && digits_at(s, i) == 3 &&
           !ascii_is_alnum(span_at(s, i + 3)) && span_at(s, i + 3) != '.' &&
           (i == 0 || !ascii_is_alnum(s.p[i - 1]));
}

/* Returns where a status begins that follows the reply code at `i`; or 0. */
static size_t status_after_code(struct span s, size_t i)
{
    size_t next = i + 3;
    while (next < i + 6 && next < s.n && strchr(" -#:(_", s.p[next]) != NULL)
        next++;
    return next > i + 3 && status_at(s, next) > 0 ? next : 0;
}

/* What MTAs and their logs write before a reply, but for the blanks and quotes between. A word and
 * a colon is no proof: `Recipient limit: 450 per hour`. */
static const char *const leads[] = {
    "said:",     "says:",    "was:",   "to me:", "reply:", "response:", "returned:", "returned",
    "rejected:", "error",    "error:", "code",   "code:",  "code :",    "code\":",   "code=",
    "status",    "status:",  "dsn=",   "stat=",  "reply=", "response=", "reject=",   "error=",
    "reason=",   "message=", "<<<",    "smtp;",  "lmtp;",  "]:",        ">:",
};

static bool ends_with_lead(struct span before)
{
    char last = ascii_to_lower(before.p[before.n - 1]); /* tells most leads apart */
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        size_t n = strlen(leads[i]);
        if (before.n >= n && leads[i][n - 1] == last &&
            strncasecmp(before.p + before.n - n, leads[i], n) == 0)
            return true;
    }
    return false;
}

/* True if a reply must begin at `i`: a line or what a log puts before a reply ends there. qmail
 * writes each blank as `_`. A port follows the colon of `[192.0.2.1]:465` without a blank. */
static bool must_begin(struct span s, size_t i)
{
    size_t end = i;
    while (end > 0 && strchr(" _#'\"([{", s.p[end - 1]) != NULL)
        end--;
    bool port = end == i && i >= 2 && s.p[i - 2] == ']';
    return end == 0 || s.p[end - 1] == '\n' || (!port && ends_with_lead(span_make(s.p, end)));
}

/* True if the colon directly before `i` follows a whole word, as in `smtp:550`. Those of IPv6
 * addresses, ports and times do not. */
static bool follows_word(struct span s, size_t i)
{
    size_t start = i - 1;
    while (start > 0 && (ascii_is_letter(s.p[start - 1]) || (unsigned char)s.p[start - 1] >= 0x80))
        start--;
    return start < i - 1 && (start == 0 || s.p[start - 1] == ' ');
}

/* True if the number before `after` counts something: `450 per hour`, `(512 KB)`, `512,`. */
static bool counts(struct span after)
{
    static const char *const units[] = {
        "per", "of",  "B",   "KB",      "kB",      "MB",    "KiB",      "MiB",        "bytes",
        "s",   "sec", "min", "seconds", "minutes", "hours", "messages", "recipients", "connections",
    };
    if (span_at(after, 0) == ',' || span_at(after, 0) == '/' || span_at(after, 0) == '%')
        return true;
    size_t start = span_at(after, 0) == ' ', end = start;
    while (ascii_is_letter(span_at(after, end)))
        end++;
    struct span word = span_make(after.p + start, end - start);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (span_is(word, units[i]))
            return true;
    return false;
}

/* True if a reply may begin at `i`, should no better place for one be in the text. */
static bool may_begin(struct span s, size_t i)
{
    size_t back = i;
    while (back > 0 && (s.p[back - 1] == ' ' || s.p[back - 1] == '#' || s.p[back - 1] == '_'))
        back--;
    char before = s.p[back - 1];
    bool place = before == ';' || (before == ':' && (back < i || follows_word(s, i))) ||
                 (back == i && strchr("(<'\"", before) != NULL);
    return place && !counts(span_make(s.p + i + 3, s.n - i - 3));
}

/* Returns where the first reply begins that reports a failure, or the end of the text. */
static size_t find_reply(struct span s)
{
    size_t perhaps = s.n;
    for (size_t i = 0; i + 3 <= s.n; i++) {
        if ((s.p[i] != '4' && s.p[i] != '5') || !is_code(s, i))
            continue;
        if (must_begin(s, i) || status_after_code(s, i) > 0)
            return i;
        if (perhaps == s.n && may_begin(s, i))
            perhaps = i;
    }
    return perhaps;
}

/* True if the status of `n` bytes at `i` can be a date as well, 4.5.26, and no mark or word before
 * it shows that it is a status. */
static bool is_date(struct span s, size_t i, size_t n)
{
    return n == strlen("4.5.26") && !must_begin(s, i) && s.p[i - 1] != '#' && s.p[i - 1] != '(';
}

/* Returns the first status of a failure that begins in the text from `i` on, or the empty span. */
static struct span find_status(struct span s, size_t i)
{
    for (; i + 5 <= s.n; i++) {
        size_t n = s.p[i] == '4' || s.p[i] == '5' ? status_at(s, i) : 0;
        if (n > 0 && !is_date(s, i, n))
            return span_make(s.p + i, n);
    }
    return span_make(NULL, 0);
}

struct codes codes_find(struct span text)
{
    struct codes found = {.at = find_reply(text)};
    size_t status = 0;
    if (found.at < text.n) {
        found.code = span_make(text.p + found.at, 3);
        status = status_after_code(text, found.at);
    }
    if (status > 0)
        found.status = span_make(text.p + status, status_at(text, status));
    else
        found.status = find_status(text, found.at);
    if (found.status.n == 0)
        found.status = find_status(span_make(text.p, found.at), 0);
    return found;
}

bool codes_is_code(struct span s)
{
    return s.n == 3 && is_code(s, 0);
}

bool codes_is_status(struct span s)
{
    return s.n > 0 && status_at(s, 0) == s.n;
}
