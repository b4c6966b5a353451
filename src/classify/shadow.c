#include "classify/shadow.h"

#include "base/buf.h"

#include <ctype.h>

/* True if one mask of `general` matches all that `mask` does. `mask` is matched as if it were a
 * name, so a `*` in it is matched by `*`, and by `?` too (shadow.h). */
static bool includes_mask(const struct mask_list *general, struct span mask)
{
    for (size_t i = 0; i < general->count; i++)
        if (rule_mask_match(general->masks[i], mask))
            return true;
    return false;
}

static bool covers_masks(const struct mask_list *earlier, const struct mask_list *later)
{
    if (earlier->count == 0)
        return true;
    for (size_t i = 0; i < later->count; i++)
        if (!includes_mask(earlier, later->masks[i]))
            return false;
    return later->count > 0;
}

static bool covers_codes(const struct mask_list *earlier, const struct mask_list *later)
{
    for (size_t i = 0; i < later->count; i++) {
        bool found = false;
        for (size_t j = 0; j < earlier->count; j++)
            found = found || rule_code_matches(earlier->masks[j], later->masks[i]);
        if (!found && earlier->count > 0)
            return false;
    }
    return earlier->count == 0 || later->count > 0;
}

/* True for a pattern without a metacharacter of PCRE2, which matches only itself. */
static bool is_plain(struct span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!isalnum((unsigned char)text.p[i]) && strchr(" ,:;@/<>-_'\"", text.p[i]) == NULL)
            return false;
    return true;
}

/* True if the pattern matches a plain text between letters as well as between blanks. Other
 * surroundings are not tried (shadow.h). */
static bool matches_within(struct pattern *p, struct matcher *m, struct span plain)
{
    struct buf text = {0};
    buf_format(&text, "x%.*sx", (int)plain.n, plain.p);
    bool within = pattern_match(p, m, buf_span(&text)) == PATTERN_YES;
    buf_empty(&text);
    buf_format(&text, " %.*s ", (int)plain.n, plain.p);
    within = within && pattern_match(p, m, buf_span(&text)) == PATTERN_YES;
    buf_clear(&text);
    return within;
}

static bool covers_pattern(const struct pattern_list *earlier, struct span text, struct matcher *m)
{
    for (size_t i = 0; i < earlier->count; i++)
        if (span_equal(earlier->texts[i], text) ||
            (is_plain(text) && matches_within(earlier->patterns[i], m, text)))
            return true;
    return false;
}

static bool covers_matches(const struct pattern_list *earlier, const struct pattern_list *later,
                           struct matcher *m)
{
    if (earlier->count == 0)
        return true;
    for (size_t i = 0; i < later->count; i++)
        if (!covers_pattern(earlier, later->texts[i], m))
            return false;
    return later->count > 0;
}

/* True if the later rule has each `not` of the earlier one. */
static bool covers_nots(const struct pattern_list *earlier, const struct pattern_list *later)
{
    for (size_t i = 0; i < earlier->count; i++) {
        bool found = false;
        for (size_t j = 0; j < later->count; j++)
            found = found || span_equal(earlier->texts[i], later->texts[j]);
        if (!found)
            return false;
    }
    return true;
}

static bool has_condition(const struct rule *r, const struct condition *c)
{
    for (size_t i = 0; i < r->condition_count; i++)
        if (r->conditions[i].holds == c->holds &&
            span_equal(r->conditions[i].line.value, c->line.value))
            return true;
    return false;
}

/* True if the guards let the earlier rule decide whenever they let the later one. */
static bool covers_guards(const struct rule *earlier, const struct rule *later)
{
    if (rule_is_guarded(earlier) && !rule_is_guarded(later))
        return false;
    for (size_t i = 0; i < earlier->condition_count; i++)
        if (!has_condition(later, &earlier->conditions[i]))
            return false;
    return true;
}

bool shadow_covers(const struct rule *earlier, const struct rule *rule, struct matcher *m)
{
    bool lasting = rule_holds_for_lasting_only(earlier) && !rule_holds_for_lasting_only(rule);
    return !lasting && covers_codes(&earlier->codes, &rule->codes) &&
           covers_masks(&earlier->statuses, &rule->statuses) && covers_guards(earlier, rule) &&
           covers_masks(&earlier->hosts, &rule->hosts) &&
           covers_nots(&earlier->nots, &rule->nots) &&
           covers_matches(&earlier->matches, &rule->matches, m);
}
