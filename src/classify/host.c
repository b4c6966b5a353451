#include "classify/host.h"

#include "base/ascii.h"

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

/* The words before the host in the texts of MTAs, Gmail, Exchange and KumoMTA. */
static const char *const leads[] = {
    "host ",
    "while talking to ",
    "relay=",
    "relay=\"",
    "H=",
    "Server at ",
    "connect to ",
    "connection with ",
    "conversation with ",
    "Connected to ",
    "LastAttemptedServerName=",
    "{\"name\":\"",
};

/* The words before a host that is not the receiver's. */
static const char *const others[] = {"client", "from", "your",   "sending",    "sender",
                                     "helo",   "ehlo", "source", "connecting", "originating"};

/* Returns the length of the lead that `before` ends with, or 0. */
static size_t lead_length(struct span before)
{
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        size_t n = strlen(leads[i]);
        if (before.n >= n && before.p[before.n - 2] == leads[i][n - 2] &&
            strncasecmp(before.p + before.n - n, leads[i], n) == 0 &&
            (before.n == n || !ascii_is_alnum(before.p[before.n - n - 1])))
            return n;
    }
    return 0;
}

/* True if the last word of `before` says that somebody else's host follows. */
static bool leads_to_other(struct span before)
{
    while (before.n > 0 && strchr(" =:", before.p[before.n - 1]) != NULL)
        before.n--;
    size_t start = before.n;
    while (start > 0 && ascii_is_letter(before.p[start - 1]))
        start--;
    struct span word = span_make(before.p + start, before.n - start);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (span_is_caseless(word, others[i]))
            return true;
    return false;
}

/* `NAME[IP]`, `NAME (IP)`, `NAME. [IP]`: MTAs write the host that they talked to like this. */
static bool address_follows(struct span s)
{
    size_t i = 0;
    while (i < 2 && (span_at(s, i) == ' ' || span_at(s, i) == '.'))
        i++;
    return (span_at(s, i) == '[' || (i > 0 && span_at(s, i) == '(')) &&
           ascii_is_digit(span_at(s, i + 1));
}

/* True if the host of `n` bytes at `i` is the receiver's. PowerMTA has it in a field of its own,
 * after the one with the reply. */
static bool is_receiver(struct span text, size_t i, size_t n, size_t reply)
{
    static const char *const likes = " does not like";
    struct span before = span_make(text.p, i);
    struct span after = span_make(text.p + i + n, text.n - i - n);
    size_t lead = lead_length(before);
    if (leads_to_other(span_make(text.p, i - lead)))
        return false;
    return lead > 0 || (address_follows(after) && (i < reply || span_at(text, i - 1) == ',')) ||
           (i == 0 && after.n >= strlen(likes) && memcmp(after.p, likes, strlen(likes)) == 0);
}

/* Returns the name in `IP (NAME)`, as OpenSMTPD writes a host; else the host itself. */
static struct span named(struct span host, struct span after)
{
    if (!ascii_is_digit(host.p[host.n - 1]) || span_at(after, 0) != ' ' || span_at(after, 1) != '(')
        return host;
    struct span name = span_make(after.p + 2, after.n - 2);
    name.n = host_length(name);
    return name.n > 0 ? name : host;
}

struct span host_find(struct span text, size_t reply)
{
    for (size_t i = 0; i < text.n; i++) {
        char before = i > 0 ? text.p[i - 1] : ' ';
        if (!ascii_is_alnum(text.p[i]) || ascii_is_alnum(before) || strchr(" =,\"", before) == NULL)
            continue;
        size_t n = host_length(span_make(text.p + i, text.n - i));
        if (n > 0 && is_receiver(text, i, n, reply))
            return named(span_make(text.p + i, n), span_make(text.p + i + n, text.n - i - n));
    }
    return span_make(NULL, 0);
}
