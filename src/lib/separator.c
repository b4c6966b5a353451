#include "lib/separator.h"

#include "base/ascii.h"

static bool can_separate(char c)
{
    return c == '\t' || (c >= ' ' && c < 0x7f && c != '"' && !ascii_is_alnum(c));
}

bool separator_parse(struct span text, char *separator)
{
    *separator = span_is(text, "\\t") ? '\t' : span_at(text, 0);
    return (text.n == 1 || span_is(text, "\\t")) && can_separate(*separator);
}

enum separator_line separator_read_line(struct span line, char *separator)
{
    if (line.n > 2 && line.p[0] == '"' && line.p[line.n - 1] == '"')
        line = span_make(line.p + 1, line.n - 2);
    if (line.n < 4 || strncasecmp(line.p, "sep=", 4) != 0 || line.n > 5)
        return SEPARATOR_NONE;
    *separator = span_at(line, 4);
    return can_separate(*separator) ? SEPARATOR_GIVEN : SEPARATOR_INVALID;
}

bool separator_is_semicolon(struct span line)
{
    bool quoted = false, semicolon = false;
    for (size_t i = 0; i < line.n; i++) {
        quoted ^= line.p[i] == '"';
        if (!quoted && line.p[i] == ',')
            return false;
        semicolon = semicolon || (!quoted && line.p[i] == ';');
    }
    return semicolon;
}

/* Takes what comes before the separator off the front of *rest; false at the end. */
static bool next_part(struct span *rest, char separator, struct span *part)
{
    if (rest->p == NULL)
        return false;
    const char *at = memchr(rest->p, separator, rest->n);
    *part = span_make(rest->p, at != NULL ? (size_t)(at - rest->p) : rest->n);
    *rest = at != NULL ? span_make(at + 1, rest->n - part->n - 1) : span_make(NULL, 0);
    *part = span_trim(*part);
    if (part->n > 1 && part->p[0] == '"' && part->p[part->n - 1] == '"')
        *part = span_make(part->p + 1, part->n - 2);
    return true;
}

static bool part_names_key(struct span line, char separator, const struct key_kind *kind)
{
    struct span part;
    while (next_part(&line, separator, &part)) {
        struct record one = {.line = part, .fields = &part, .count = 1};
        if (key_names_find(kind, &one) != KEY_NONE)
            return true;
    }
    return false;
}

char separator_guess(const struct record *first, bool csv, const struct key_kind *kind,
                     bool *names_key)
{
    static const char in_csv[] = ";|", in_tsv[] = ",;|";
    char found = '\0';
    *names_key = false;
    if (first->count != 1 || first->line.n == 0)
        return found;
    for (const char *c = csv ? in_csv : in_tsv; *c != '\0' && !*names_key; c++) {
        if (memchr(first->line.p, *c, first->line.n) == NULL)
            continue;
        *names_key = part_names_key(first->line, *c, kind);
        found = found == '\0' || *names_key ? *c : found;
    }
    return found;
}

const char *separator_advice(char separator, bool csv)
{
    if (separator == ',')
        return "; if it is CSV, read it with -C";
    if (separator == ';')
        return csv ? "; if its fields are separated by semicolons, use --separator ';'"
                   : "; if it is CSV with semicolons, read it with -C --separator ';'";
    return separator == '|' ? "; if its fields are separated by bars, use --separator '|'" : "";
}
