#include "quarantine/selection.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/escape.h"
#include "base/timestamp.h"
#include "lib/address.h"

#include <sysexits.h>

static const char *by_state, *by_reason, *by_domain, *by_since, *by_until, *by_text;

const struct option_entry selection_option_table[] = {
    {0, "only", OPTION_TEXT, &by_state, "STATE",
     "choose erroneous, quarantined, allowed or denied ones", 0, 0},
    {0, "reason", OPTION_TEXT, &by_reason, "REASON", "choose addresses with this reason", 0, 0},
    {0, "domain", OPTION_TEXT, &by_domain, "MASK",
     "choose addresses whose domain matches MASK (* and ?)", 0, 0},
    {0, "since", OPTION_TEXT, &by_since, "TIME",
     "choose by the state's start, or last error: from TIME on", 0, 0},
    {0, "until", OPTION_TEXT, &by_until, "TIME",
     "choose by the state's start, or last error: before TIME", 0, 0},
    {0, "text", OPTION_TEXT, &by_text, "REGEX",
     "choose by the latest error's text (PCRE2, caseless)", 0, 0},
    {0},
};

static int read_time(const char *option, const char *text, int64_t *time_s)
{
    if (text == NULL || timestamp_parse(span_of(text), clock_now(), time_s))
        return 0;
    err_say("%s is \"%s\"; use a time such as 2026-11-23T10:00:00Z, or a day", option, text);
    return EX_USAGE;
}

static int compile_text(struct selection *s)
{
    size_t offset;
    char why[PATTERN_WHY];
    s->text = pattern_compile(span_of(by_text), true, &offset, why);
    if (s->text == NULL) {
        err_say("--text: character %zu of the pattern: %s", offset + 1, why);
        return EX_USAGE;
    }
    s->matcher = matcher_new();
    return 0;
}

int selection_init(struct selection *s)
{
    *s = (struct selection){
        .by_state = by_state != NULL, .since_s = INT64_MIN, .until_s = INT64_MAX};
    if (s->by_state && !entry_state_find(span_of(by_state), &s->state)) {
        err_say("--only is \"%s\"; use erroneous, quarantined, allowed or denied", by_state);
        return EX_USAGE;
    }
    int status = read_time("--since", by_since, &s->since_s);
    if (status == 0)
        status = read_time("--until", by_until, &s->until_s);
    return status != 0 || by_text == NULL ? status : compile_text(s);
}

bool selection_is_given(void)
{
    return by_state != NULL || by_reason != NULL || by_domain != NULL || by_since != NULL ||
           by_until != NULL || by_text != NULL;
}

static bool is_complaint(const struct entry *e)
{
    const struct counter *latest = entry_latest(e);
    if (e->state == ENTRY_ERRONEOUS)
        return latest != NULL && strcmp(latest->name, "refused/complaint") == 0;
    return strcmp(e->reason, "refused") == 0 && strcmp(e->detail, "complaint") == 0;
}

/* Complaints are refused with the detail complaint; `complaint` alone finds them too. */
static bool reason_matches(const struct entry *e)
{
    if (by_reason == NULL)
        return true;
    if (strcasecmp(by_reason, "complaint") == 0)
        return is_complaint(e);
    return span_is_caseless(entry_why(e), by_reason);
}

/* A match that reaches a limit counts as no match, so that release touches only what surely
 * matches. The text is matched as it is shown, so that it is UTF-8 whatever a server has sent. */
static bool text_matches(struct selection *s, const struct entry *e)
{
    if (s->text == NULL)
        return true;
    buf_empty(&s->readable);
    escape_text(&s->readable, entry_text(e));
    return pattern_match(s->text, s->matcher, buf_span(&s->readable)) == PATTERN_YES;
}

bool selection_matches(struct selection *s, struct span address, const struct entry *e,
                       int64_t now_s)
{
    enum entry_state state = entry_state_at(e, now_s);
    int64_t time_s = entry_began(e);
    return state != ENTRY_OK && (!s->by_state || state == s->state) && time_s >= s->since_s &&
           time_s < s->until_s && reason_matches(e) &&
           (by_domain == NULL || rule_mask_match(span_of(by_domain), address_domain(address))) &&
           text_matches(s, e);
}

void selection_clear(struct selection *s)
{
    if (s->text == NULL)
        return;
    pattern_free(s->text);
    matcher_free(s->matcher);
    buf_clear(&s->readable);
}
