#include "quarantine/event_row.h"

#include "base/ascii.h"
#include "base/hash.h"
#include "base/rfc3339.h"
#include "base/timestamp.h"
#include "classify/words.h"

const char *const event_columns[] = {"type",   "reason",     "detail", "at",   "result",
                                     "action", "message_id", "text",   "code", "host",
                                     "ip",     "mx_status",  NULL};

static bool is_one_of(struct span value, const char *const *words)
{
    for (; *words != NULL; words++)
        if (span_is_caseless(value, *words))
            return true;
    return false;
}

/* Copies a word in lower case; false if it is not one. */
static bool lower_word(char word[QUARANTINE_WORD], struct span value)
{
    size_t n = quarantine_is_word(value) ? value.n : 0;
    for (size_t i = 0; i < n; i++)
        word[i] = ascii_to_lower(value.p[i]);
    word[n] = '\0';
    return n == value.n;
}

/* True if the detail is one that the reason can have. */
static bool is_known_detail(const char *word, const char *detail,
                            const struct quarantine_rules *rules)
{
    enum reason reason;
    return (reason_find(span_of(word), &reason) && detail_find(reason, span_of(detail)) != NULL) ||
           quarantine_rules_name(rules, span_of(word), span_of(detail));
}

/* Reads the words of the verdict. A detail that is not understood matters only if a rule could
 * decide by it. */
static const char *read_words(struct event_row *e, const struct span row[EVENT_COLUMNS],
                              const struct quarantine_rules *rules)
{
    enum reason reason;
    bool word = lower_word(e->reason, row[EVENT_REASON]);
    bool detail = lower_word(e->detail, row[EVENT_DETAIL]);
    quarantine_one_spelling(e->reason, e->detail);
    if (!word || (e->reason[0] != '\0' && !reason_find(span_of(e->reason), &reason) &&
                  !quarantine_rules_name(rules, span_of(e->reason), span_of(""))))
        return "unknown reason; mxkit(7) lists the reasons, and quarantine.rules may name others";
    if (e->reason[0] == '\0' || !quarantine_rules_need_detail(rules, span_of(e->reason)))
        return NULL;
    if (!detail || (e->detail[0] != '\0' && !is_known_detail(e->reason, e->detail, rules)))
        return "unknown detail of this reason; mxkit(7) lists the details";
    return NULL;
}

/* Without a column `type`, the reason's usual type holds; a reason of the user's own is soft. */
static const char *read_type(struct event_row *e, struct span type, bool untyped)
{
    static const enum quarantine_type types[] = {
        [TYPE_HARD] = QUARANTINE_HARD,
        [TYPE_SOFT] = QUARANTINE_SOFT,
        [TYPE_IGNORED] = QUARANTINE_IGNORED,
    };
    enum reason reason;
    e->type = QUARANTINE_SOFT;
    if (untyped && reason_find(span_of(e->reason), &reason))
        e->type = types[reason_type(reason)];
    for (enum type t = TYPE_HARD; t <= TYPE_IGNORED; t++)
        if (span_is_caseless(type, type_name(t))) {
            e->type = types[t];
            return NULL;
        }
    return type.n == 0 ? NULL : "unknown type; use hard, soft or ignored";
}

/* Reads what became of the message; *final is false while it is still on its way, or if it was
 * never sent. */
static const char *read_outcome(struct event_row *e, struct span result, struct span action,
                                bool *final)
{
    /* RFC 3464 section 2.3.3 has the actions. */
    static const char *const pending[] = {"deferred", "dropped",  "delayed",
                                          "relayed",  "expanded", NULL};
    static const char *const done[] = {"sent", "delivered", "failed", "bounced", "expired", NULL};
    if ((result.n > 0 && !is_one_of(result, pending) && !is_one_of(result, done)) ||
        (action.n > 0 && !is_one_of(action, pending) && !is_one_of(action, done)))
        return "unknown result or action; use sent, failed, deferred, expired or dropped";
    *final = !is_one_of(result, pending) && !is_one_of(action, pending);
    if (is_one_of(result, (const char *const[]){"sent", "delivered", NULL}) ||
        span_is_caseless(action, "delivered"))
        e->kind = EVENT_DELIVERY;
    return NULL;
}

/* True if the text begins as the reply of a server: `450 4.4.312 ...`. */
static bool is_reply(struct span text)
{
    text = span_trim(text);
    return (span_at(text, 0) == '2' || span_at(text, 0) == '4' || span_at(text, 0) == '5') &&
           ascii_is_digit(span_at(text, 1)) && ascii_is_digit(span_at(text, 2)) &&
           !ascii_is_alnum(span_at(text, 3));
}

/* A lookup that failed here says nothing about the address: the servers for its domain or our own
 * resolver gave no answer, or no host was ever asked. A row without any of these columns does not
 * tell, and counts. */
static bool failed_here(const struct event_row *e, const struct span row[EVENT_COLUMNS], bool tells)
{
    static const char *const no_answer[] = {"timeout", "servfail", "refused", NULL};
    if (strcmp(e->reason, "unreachable") != 0 || strcmp(e->detail, "dns") != 0)
        return false;
    return is_one_of(row[EVENT_MX_STATUS], no_answer) ||
           (tells && row[EVENT_HOST].n == 0 && row[EVENT_IP].n == 0 && row[EVENT_CODE].n == 0 &&
            !is_reply(row[EVENT_TEXT]));
}

/* Reads when it happened. A clock may be a little ahead, and a time without a zone up to 14 hours.
 * An event from the far future would outdate all errors until then, or end quarantines too early.
 */
static const char *read_time(struct event_row *e, struct span at, int64_t now_s)
{
    enum { AHEAD_S = 86400 };
    if (at.n > 0 && !timestamp_parse(at, now_s, &e->time_s))
        return "the time in the column at is not understood; write it as 2026-11-23T10:31:47Z";
    if (e->time_s > now_s + AHEAD_S)
        return "the time in the column at is more than a day in the future; correct it, or the "
               "clock of this machine";
    return NULL;
}

/* A Message-ID with or without its angle brackets. */
static struct span bare_id(struct span id)
{
    id = span_trim(id);
    while (id.n > 0 && (id.p[0] == '<' || ascii_is_space(id.p[0])))
        id = span_make(id.p + 1, id.n - 1);
    while (id.n > 0 && (id.p[id.n - 1] == '>' || ascii_is_space(id.p[id.n - 1])))
        id.n--;
    return id;
}

/* Texts quote the address as it was written, so that case does not matter. */
static uint64_t hash_caseless(uint64_t hash, struct span text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = ascii_to_lower(text.p[i]);
        hash = hash_more(hash, span_make(&c, 1));
    }
    return hash;
}

/* The hash of the message id or, without one, of time and text; 0 if it has neither id nor time.
 * Deliveries do not need an identity, because they clear errors however often they are read. */
static uint64_t identity_of(const struct span row[EVENT_COLUMNS], int64_t time_s)
{
    uint64_t hash = HASH_START;
    char time[RFC3339_LENGTH + 1];
    struct span id = bare_id(row[EVENT_MESSAGE_ID]);
    rfc3339_format(time_s, time);
    if (id.n > 0)
        hash = hash_more(hash, id);
    else if (row[EVENT_AT].n > 0)
        hash = hash_caseless(hash_more(hash_more(hash, span_of(time)), span_of("\n")),
                             row[EVENT_TEXT]);
    else
        return 0;
    return hash != 0 ? hash : 1;
}

const char *event_row_read(struct event_row *e, const struct span row[EVENT_COLUMNS],
                           const bool has[EVENT_COLUMNS], const struct quarantine_rules *rules,
                           int64_t now_s)
{
    bool final = false, untyped = !has[EVENT_TYPE];
    bool tells = has[EVENT_HOST] || has[EVENT_IP] || has[EVENT_CODE] || has[EVENT_TEXT];
    *e = (struct event_row){.kind = EVENT_NOTHING, .time_s = now_s};
    const char *why = read_words(e, row, rules);
    if (why == NULL)
        why = read_type(e, row[EVENT_TYPE], untyped);
    if (why == NULL)
        why = read_outcome(e, row[EVENT_RESULT], row[EVENT_ACTION], &final);
    if (why == NULL)
        why = read_time(e, row[EVENT_AT], now_s);
    if (why != NULL || e->kind == EVENT_DELIVERY)
        return why;
    if (final && e->reason[0] != '\0' && (untyped || row[EVENT_TYPE].n > 0) &&
        !failed_here(e, row, tells))
        e->kind = EVENT_ERROR;
    e->rule = e->kind == EVENT_ERROR
                  ? quarantine_rules_find(rules, span_of(e->reason), span_of(e->detail), e->type)
                  : NULL;
    e->identity = identity_of(row, e->time_s);
    return NULL;
}

struct event event_row_event(const struct event_row *e, struct span text, int64_t now_s)
{
    return (struct event){.reason = span_of(e->reason),
                          .detail = span_of(e->detail),
                          .text = text,
                          .type = e->type,
                          .time_s = e->time_s,
                          .now_s = now_s,
                          .identity = e->identity,
                          .delivered = e->kind == EVENT_DELIVERY};
}
