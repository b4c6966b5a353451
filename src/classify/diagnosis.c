#include "classify/diagnosis.h"

#include "base/ascii.h"
#include "base/escape.h"
#include "classify/oneline.h"

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

/* True if an enhanced status code follows the reply code at `i`. */
static bool leads_to_status(struct span s, size_t i)
{
    size_t next = i + 3;
    while (next < i + 6 && strchr(" -#:(", span_at(s, next)) != NULL && span_at(s, next) != '\0')
        next++;
    return next > i + 3 && status_at(s, next) > 0;
}

/* True if a reply can begin at `i`. */
static bool begins_reply(struct span s, size_t i)
{
    size_t back = i;
    while (back > 0 && (s.p[back - 1] == ' ' || s.p[back - 1] == '#'))
        back--;
    if (back == 0 || strchr("\n:;", s.p[back - 1]) != NULL)
        return true;
    return back == i && strchr("<([{'\"=", s.p[i - 1]) != NULL;
}

struct span diagnosis_find_code(struct span text)
{
    for (size_t i = 0; i + 3 <= text.n; i++)
        if (ascii_is_digit(text.p[i]) && is_code(text, i) && text.p[i] >= '4' &&
            (begins_reply(text, i) || leads_to_status(text, i)))
            return span_make(text.p + i, 3);
    return span_make(NULL, 0);
}

struct span diagnosis_find_status(struct span text)
{
    for (size_t i = 0; i + 5 <= text.n; i++) {
        size_t length = ascii_is_digit(text.p[i]) ? status_at(text, i) : 0;
        if (length > 0)
            return span_make(text.p + i, length);
    }
    return span_make(NULL, 0);
}

static bool is_host_byte(char c)
{
    return ascii_is_alnum(c) || c == '.' || c == '-' || c == '_';
}

/* Returns the length of the host name or IPv4 address at the start of `s`, or 0. It needs a dot. */
static size_t host_length(struct span s)
{
    size_t n = 0, dots = 0;
    while (n < s.n && n < 256 && is_host_byte(s.p[n]))
        dots += s.p[n++] == '.';
    while (n > 0 && s.p[n - 1] == '.')
        dots -= s.p[--n] == '.';
    return dots > 0 ? n : 0;
}

/* The words before the host in the texts of MTAs, Gmail and Exchange. */
static const char *const host_leads[] = {
    "host ",         "while talking to ", "relay=",           "H=",
    "Server at ",    "connect to ",       "connection with ", "conversation with ",
    "Connected to ",
};

static bool leads_to_host(struct span before)
{
    for (size_t i = 0; i < sizeof host_leads / sizeof *host_leads; i++) {
        size_t n = strlen(host_leads[i]);
        if (before.n >= n && before.p[before.n - 2] == host_leads[i][n - 2] &&
            strncasecmp(before.p + before.n - n, host_leads[i], n) == 0 &&
            (before.n == n || !ascii_is_alnum(before.p[before.n - n - 1])))
            return true;
    }
    return false;
}

/* `NAME[IP]`, `NAME (IP)`, `NAME. [IP]`: MTAs write the host that they talked to like this. A reply
 * can name another host so (`Client host NAME[IP] blocked`); the first one in the text counts. */
static bool address_follows(struct span s)
{
    size_t i = 0;
    while (i < 2 && (span_at(s, i) == ' ' || span_at(s, i) == '.'))
        i++;
    return (span_at(s, i) == '[' || (i > 0 && span_at(s, i) == '(')) &&
           ascii_is_digit(span_at(s, i + 1));
}

struct span diagnosis_find_host(struct span text)
{
    static const char *const likes = " does not like";
    for (size_t i = 0; i < text.n; i++) {
        bool start = i == 0 || text.p[i - 1] == ' ' || text.p[i - 1] == '=';
        if (!start || !ascii_is_alnum(text.p[i]))
            continue;
        struct span here = span_make(text.p + i, text.n - i);
        size_t n = host_length(here);
        if (n == 0)
            continue;
        struct span after = span_make(here.p + n, here.n - n);
        if (address_follows(after) || leads_to_host(span_make(text.p, i)) ||
            (i == 0 && after.n >= strlen(likes) && memcmp(after.p, likes, strlen(likes)) == 0))
            return span_make(here.p, n);
    }
    return span_make(NULL, 0);
}

/* Returns at most DIAGNOSIS_LIMIT bytes of the text. CR and LF become LF, and each other byte that
 * is not text (escape.h) becomes `?`. */
static struct span clean(struct diagnosis *d, struct span text)
{
    d->cut = text.n > DIAGNOSIS_LIMIT;
    if (d->cut)
        text.n = DIAGNOSIS_LIMIT;
    size_t good = escape_text_prefix(text);
    if (good == text.n)
        return text;
    buf_empty(&d->cleaned);
    while (text.n > 0) {
        bool bad = good < text.n;
        buf_add(&d->cleaned, text.p, good);
        if (bad)
            buf_add_char(&d->cleaned, text.p[good] == '\n' || text.p[good] == '\r' ? '\n' : '?');
        good += bad;
        text = span_make(text.p + good, text.n - good);
        good = escape_text_prefix(text);
    }
    return buf_span(&d->cleaned);
}

static bool is_undefined(struct span status)
{
    return status.n == 0 || (status.n == 5 && memcmp(status.p + 1, ".0.0", 4) == 0);
}

bool diagnosis_is_temporary(const struct diagnosis *d)
{
    return d->code.n > 0 ? d->code.p[0] == '4' : d->status.n > 0 && d->status.p[0] == '4';
}

void diagnosis_read(struct diagnosis *d, struct span text, struct span code, struct span status,
                    struct span host)
{
    d->text = clean(d, text);
    d->code = code.n == 3 && is_code(code, 0) ? code : diagnosis_find_code(d->text);
    d->status = status_at(status, 0) == status.n ? status : span_make(NULL, 0);
    if (is_undefined(d->status)) {
        struct span found = diagnosis_find_status(d->text);
        d->status = found.n > 0 ? found : d->status;
    }
    d->host = host;
    d->host_sought = host.n > 0;
    d->lines = d->text;
    d->text = oneline_make(&d->joined, d->text, d->code, d->status);
}

struct span diagnosis_host(struct diagnosis *d)
{
    if (!d->host_sought)
        d->host = diagnosis_find_host(d->lines);
    d->host_sought = true;
    return d->host;
}

void diagnosis_clear(struct diagnosis *d)
{
    buf_clear(&d->cleaned);
    buf_clear(&d->joined);
}
