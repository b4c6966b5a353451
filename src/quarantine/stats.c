/*
 * quarantine stats: counts the addresses that are not ok, by state, by state and reason, by domain
 * and by day, as TSV.
 */
#include "base/clock.h"
#include "base/escape.h"
#include "base/rfc3339.h"
#include "base/status.h"
#include "base/tally.h"
#include "base/writer.h"
#include "lib/address.h"
#include "lib/statedir.h"
#include "quarantine/command.h"
#include "store/store.h"

#include <stdlib.h>
#include <unistd.h>

/* The domains that are counted by name; all further ones count together as `(others)`. */
enum { DOMAINS = 50000 };

static bool no_header;
static int64_t top = 20;

static const struct option_entry own_table[] = {
    {0, "top", OPTION_NUMBER, &top, "N", "print N domains; the default is 20", 1, DOMAINS},
    {'N', "no-header", OPTION_FLAG, &no_header, NULL, "do not print a header line", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "stats [options]", "Count the addresses that are not ok, by state, reason, domain and day.",
    (const struct option_entry *const[]){own_table, statedir_option_table, NULL}};

enum kind { BY_STATE, BY_REASON, BY_DOMAIN, BY_DAY, KINDS };
static const char *const kind_names[] = {"state", "reason", "domain", "day"};

struct stats {
    struct tally tallies[KINDS];
    struct buf key;
};

static void add(struct stats *s, enum kind kind, struct span key)
{
    struct tally *t = &s->tallies[kind];
    if (kind == BY_DOMAIN && t->counts.count >= DOMAINS && !tally_has(t, key))
        key = span_of("(others)");
    tally_add(t, key, 1);
}

/* The day on which the state began or, if erroneous, that of the last error: the first 10 bytes. */
static void day_of(const struct entry *e, char day[RFC3339_LENGTH + 1])
{
    rfc3339_format(entry_began(e), day);
}

static bool count_entry(void *context, struct span address, struct entry *e)
{
    struct stats *s = context;
    enum entry_state state = entry_state_at(e, clock_now());
    char day[RFC3339_LENGTH + 1];
    if (state == ENTRY_OK)
        return false;
    add(s, BY_STATE, span_of(entry_state_name(state)));
    struct span reason = entry_why(e);
    buf_empty(&s->key);
    buf_format(&s->key, "%s ", entry_state_name(state));
    escape_field(&s->key, reason);
    add(s, BY_REASON, buf_span(&s->key));
    buf_empty(&s->key);
    escape_text(&s->key, address_domain(address));
    add(s, BY_DOMAIN, buf_span(&s->key));
    day_of(e, day);
    add(s, BY_DAY, span_make(day, 10));
    return false;
}

static void write_kind(const struct stats *s, enum kind kind, struct writer *out)
{
    const struct tally *t = &s->tallies[kind];
    const struct tally_count **sorted =
        tally_sort(t, kind == BY_DAY ? TALLY_BY_KEY : TALLY_BY_TIMES);
    size_t shown = t->counts.count;
    if (kind == BY_DOMAIN && shown > (size_t)top)
        shown = (size_t)top;
    for (size_t i = 0; i < shown; i++) {
        buf_format(writer_line(out), "%s\t%.*s\t%ju", kind_names[kind], (int)sorted[i]->n,
                   sorted[i]->key, (uintmax_t)sorted[i]->times);
        writer_end_line(out);
    }
    free(sorted);
}

static void free_counts(struct stats *s)
{
    for (enum kind k = BY_STATE; k < KINDS; k++)
        tally_clear(&s->tallies[k]);
    buf_clear(&s->key);
}

static int write_stats(struct stats *s)
{
    struct writer out;
    writer_init(&out, STDOUT_FILENO, "stdout");
    if (!no_header) {
        buf_add_string(writer_line(&out), "by\tvalue\taddresses");
        writer_end_line(&out);
    }
    for (enum kind k = BY_STATE; k < KINDS; k++)
        write_kind(s, k, &out);
    return writer_close(&out);
}

int command_stats(int argc, char **argv)
{
    struct stats s = {0};
    struct store *store;
    int status = command_parse("quarantine", &usage, argc, argv);
    if (status != OPTIONS_RUN)
        return status;
    status = store_open(&store, STORE_READ);
    if (status == 0)
        status = store_each(store, count_entry, &s, false);
    if (status == 0)
        status = write_stats(&s);
    free_counts(&s);
    return first_failure(status, store_close(store));
}
