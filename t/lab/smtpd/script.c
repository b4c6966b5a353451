#include "script.h"

#include "base/ascii.h"
#include "base/err.h"
#include "lib/rulefile.h"

#include <stdio.h>
#include <stdlib.h>

static const struct macro {
    const char *name;
    enum stage stage;
    enum action action;
    const char *text;
} macros[] = {
    {"unknown", STAGE_RCPT, ACTION_REPLY,
     "550 5.1.1 <%s>: Recipient address rejected: User unknown"},
    {"full", STAGE_RCPT, ACTION_REPLY, "552 5.2.2 <%s>: mailbox full, user over quota"},
    {"inactive", STAGE_RCPT, ACTION_REPLY,
     "550 5.7.1 <%s>: Recipient address rejected: Inactive MailBox, not poped for more than 6 "
     "months"},
    {"disabled", STAGE_RCPT, ACTION_REPLY, "550 5.2.1 <%s>: this account has been closed for good"},
    {"refused", STAGE_RCPT, ACTION_REPLY, "550 5.7.1 Message refused by local policy"},
    {"spam", STAGE_DOT, ACTION_REPLY, "554 5.7.1 Message rejected as spam by content scanning"},
    {"greylist", STAGE_RCPT, ACTION_GREYLIST, "451 4.7.1 <%s>: greylisted, please try again later"},
    {"ratelimit", STAGE_RCPT, ACTION_REPLY,
     "421 4.7.28 Our system has detected an unusual rate of mail from your IP"},
    {"complaints", STAGE_MAIL, ACTION_REPLY,
     "421 4.16.55 [TS01] Messages from x.x.x.x temporarily deferred due to excessive user "
     "complaints"},
    {"busy", STAGE_RCPT, ACTION_REPLY, "450 4.3.2 system busy, try again later"},
    {"drop", STAGE_RCPT, ACTION_DROP, ""},
    {"dropdata", STAGE_DATA, ACTION_DROP, ""},
    {"dropdot", STAGE_DOT, ACTION_DROP, ""},
    {"reset", STAGE_RCPT, ACTION_RESET, ""},
    {"stall", STAGE_RCPT, ACTION_STALL, ""},
    {"stalldot", STAGE_DOT, ACTION_STALL, ""},
    {"slow", STAGE_RCPT, ACTION_SLOW, "250 2.1.5 slowly"},
    {"endless", STAGE_RCPT, ACTION_ENDLESS, "550-5.1.1 and"},
    {"multi", STAGE_RCPT, ACTION_REPLY,
     "550-5.1.1 No such user here.\r\n550-5.1.1 Look again at\r\n550 5.1.1 <%s>"},
    {"badcode", STAGE_RCPT, ACTION_REPLY, "999 hello"},
    {"nocode", STAGE_RCPT, ACTION_REPLY, "no code at all"},
    {"silent", STAGE_RCPT, ACTION_REPLY, "550"},
};

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decodes `550-5.1.1_No_such=0Duser`: `_` is a blank, =HH any byte. */
static void decode(struct span coded, struct buf *out)
{
    for (size_t i = 0; i < coded.n; i++) {
        int high = coded.p[i] == '=' && i + 2 < coded.n ? hex(coded.p[i + 1]) : -1;
        int low = high >= 0 ? hex(coded.p[i + 2]) : -1;
        if (low >= 0) {
            buf_add_char(out, (char)(high * 16 + low));
            i += 2;
        } else {
            buf_add_char(out, coded.p[i] == '_' ? ' ' : coded.p[i]);
        }
    }
}

/* Adds the text of a macro to `out`, with the address in place of its %s. */
static void fill_in(const char *text, struct span address, struct buf *out)
{
    const char *place = strstr(text, "%s");
    if (place == NULL) {
        buf_add_string(out, text);
        return;
    }
    buf_add(out, text, (size_t)(place - text));
    buf_add_span(out, address);
    buf_add_string(out, place + 2);
}

/* Parses a local part that gives the reply itself: `x-REPLY` at RCPT, `y-REPLY` after DATA,
 * `z-REPLY` after the final dot. Returns false if it is of another form. */
static bool parse_given_reply(struct span local, struct answer *a)
{
    static const struct {
        char letter;
        enum stage stage;
    } letters[] = {{'x', STAGE_RCPT}, {'y', STAGE_DATA}, {'z', STAGE_DOT}};
    for (size_t i = 0; i < 3; i++)
        if (local.n > 2 && local.p[0] == letters[i].letter && local.p[1] == '-') {
            a->stage = letters[i].stage;
            a->action = ACTION_REPLY;
            decode(span_make(local.p + 2, local.n - 2), &a->text);
            return true;
        }
    return false;
}

void script_recipient(struct span address, struct answer *a)
{
    const char *at = memrchr(address.p, '@', address.n);
    struct span local = span_make(address.p, at != NULL ? (size_t)(at - address.p) : address.n);
    buf_empty(&a->text);
    a->stage = STAGE_NONE;
    if (local.n == 0 || parse_given_reply(local, a))
        return;
    size_t n = 0;
    while (n < local.n && local.p[n] != '.' && local.p[n] != '+')
        n++;
    for (size_t i = 0; i < sizeof macros / sizeof *macros; i++)
        if (span_is_caseless(span_make(local.p, n), macros[i].name)) {
            a->stage = macros[i].stage;
            a->action = macros[i].action;
            fill_in(macros[i].text, address, &a->text);
        }
}

static bool parse_starttls(struct span word, struct behaviour *b)
{
    static const char *const names[] = {"none", "offer", "refuse", "garbage", "close"};
    for (enum starttls t = STARTTLS_NONE; t <= STARTTLS_CLOSE; t++)
        if (span_is(word, names[t])) {
            b->starttls = t;
            return true;
        }
    return false;
}

static bool parse_stage(struct span name, struct span value, struct behaviour *b)
{
    static const char *const stages[] = {"banner", "ehlo", "helo", "mail", "rcpt", "data", "dot"};
    static const char *const actions[] = {"reply", "greylist", "drop",   "reset",
                                          "stall", "slow",     "endless"};
    for (enum stage s = STAGE_BANNER; s < STAGE_NONE; s++) {
        if (!span_is(name, stages[s]))
            continue;
        struct answer *a = &b->answers[s];
        struct span word, rest = value;
        *a = (struct answer){.stage = s, .action = ACTION_REPLY};
        span_next_word(&rest, &word);
        for (enum action x = ACTION_REPLY; x <= ACTION_ENDLESS; x++)
            if (span_is(word, actions[x])) {
                a->action = x;
                value = rest;
            }
        decode(value, &a->text);
        b->answered[s] = true;
        return true;
    }
    return false;
}

static bool parse_line(const struct rule_line *line, struct behaviour *b)
{
    char value[64];
    snprintf(value, sizeof value, "%.*s", (int)(line->value.n < 63 ? line->value.n : 63),
             line->value.p);
    if (span_is(line->keyword, "address"))
        snprintf(b->address, sizeof b->address, "%.47s", value);
    else if (span_is(line->keyword, "sessions"))
        b->sessions = (int)strtol(value, NULL, 10);
    else if (span_is(line->keyword, "messages"))
        b->messages = (int)strtol(value, NULL, 10);
    else if (span_is(line->keyword, "starttls"))
        return parse_starttls(line->value, b);
    else
        return parse_stage(line->keyword, line->value, b);
    return true;
}

bool script_load(struct script *s, const char *path)
{
    struct rulefile f;
    if (rulefile_load(&f, path) != 0)
        return false;
    for (size_t i = 0; i < f.block_count && s->count < 64; i++) {
        struct behaviour *b = &s->behaviours[s->count++];
        for (size_t j = 0; j < f.blocks[i].count; j++)
            if (!parse_line(&f.blocks[i].lines[j], b)) {
                err_at(path, f.blocks[i].lines[j].line,
                       "unknown keyword or value; see t/lab/README.md");
                return false;
            }
    }
    rulefile_clear(&f);
    return true;
}

const struct behaviour *script_find(const struct script *s, const char *address)
{
    for (size_t i = 0; i < s->count; i++)
        if (strcmp(s->behaviours[i].address, address) == 0)
            return &s->behaviours[i];
    return NULL;
}
