/* Counts by type, reason, detail and receiver: which are joined, and what happens at the limit. */
#include "bounceclass/summary.h"

#include "tap.h"

#include <stdlib.h>

static const struct verdict full = {.type = TYPE_SOFT, .reason = REASON_MAILBOX_FULL};
static const struct verdict spam = {.type = TYPE_SOFT, .reason = REASON_REFUSED, .detail = "spam"};

static void count(struct summary *s, const struct verdict *v, const char *receiver)
{
    summary_count(s, v, span_of(receiver));
}

static uint64_t times(const struct summary *s, const char *key)
{
    const struct tally_count *c = table_get(&s->tally.counts, span_of(key));
    return c != NULL ? c->times : 0;
}

static void test_keys(void)
{
    struct summary s = {0};
    count(&s, &full, "x.org");
    count(&s, &full, "X.Org");
    count(&s, &spam, "x.org");
    count(&s, NULL, "x.org");
    count(&s, &full, "");
    count(&s, &full, "a\tb");
    ok(times(&s, "soft\tmailbox-full\t-\tx.org") == 2, "a receiver is counted in any case");
    ok(times(&s, "soft\trefused\tspam\tx.org") == 1 && times(&s, "-\t-\t-\tx.org") == 1,
       "reasons are counted apart, and so are rows without a verdict");
    ok(times(&s, "soft\tmailbox-full\t-\t-") == 1, "an unknown receiver is -");
    ok(times(&s, "soft\tmailbox-full\t-\ta\\tb") == 1, "a TAB in a receiver is escaped");
    ok(s.rows == 6, "all rows are counted");
    summary_clear(&s);
}

static void test_limit(void)
{
    struct summary s = {0};
    char receiver[32];
    for (int i = 0; i < SUMMARY_LIMIT + 10; i++) {
        snprintf(receiver, sizeof receiver, "r%d.org", i);
        count(&s, &full, receiver);
    }
    ok(times(&s, "soft\tmailbox-full\t-\t(others)") == 10,
       "receivers beyond the limit are counted together");
    count(&s, &full, "r7.org");
    ok(times(&s, "soft\tmailbox-full\t-\tr7.org") == 2,
       "a receiver that is known is counted by itself, also at the limit");
    count(&s, &spam, "r7.org");
    ok(times(&s, "soft\trefused\tspam\t(others)") == 1,
       "another reason of a known receiver is counted with the others at the limit");
    ok(s.rows == SUMMARY_LIMIT + 12 && s.tally.counts.count == SUMMARY_LIMIT + 2,
       "all rows are counted at the limit too");
    summary_clear(&s);
}

int main(void)
{
    test_keys();
    test_limit();
    return done();
}
