/* The verdicts that are kept: found for the same failure again, and for no other one. */
#include "bounceclass/memo.h"

#include "tap.h"

#include <string.h>

static struct failure failure(const char *text, const char *code, const char *status,
                              const char *host)
{
    return (struct failure){span_of(text), span_of(code), span_of(status), span_of(host)};
}

static bool is_known(struct memo *m, struct failure f)
{
    struct verdict v;
    return memo_find(m, &f, &v);
}

static void test_columns(void)
{
    static const struct verdict full = {.type = TYPE_SOFT, .reason = REASON_MAILBOX_FULL};
    struct memo m;
    struct verdict v = {0};
    memo_init(&m);
    struct failure f = failure("full", "552", "5.2.2", "x.org");
    ok(!memo_find(&m, &f, &v), "a failure is not known at first");
    memo_keep(&m, &full);
    ok(memo_find(&m, &f, &v) && v.reason == full.reason && v.type == full.type,
       "a verdict that was kept is found");
    ok(!is_known(&m, failure("Full", "552", "5.2.2", "x.org")) &&
           !is_known(&m, failure("full", "452", "5.2.2", "x.org")) &&
           !is_known(&m, failure("full", "552", "4.2.2", "x.org")) &&
           !is_known(&m, failure("full", "552", "5.2.2", "y.org")),
       "another text, code, status or host alone makes another failure");
    ok(!is_known(&m, failure("full", "5525.2.2", "", "x.org")) &&
           !is_known(&m, failure("gfull", "552", "5.2.2", "x.or")) &&
           !is_known(&m, failure("full", "552", "", "5.2.2x.org")),
       "the same bytes in other columns make another failure");
    memo_clear(&m);
}

/* Returns the failure of number i, whose text is written to `text`. */
static struct failure numbered(char *text, size_t room, int i)
{
    snprintf(text, room, "550 5.1.1 number %d", i);
    return failure(text, "", "", "");
}

static void test_slots(void)
{
    enum { MANY = 8 * MEMO_SLOTS };
    struct memo m;
    char text[64];
    int wrong = 0, found = 0;
    memo_init(&m);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < MANY; i++) {
            struct failure f = numbered(text, sizeof text, i);
            struct verdict v = {.type = TYPE_SOFT};
            bool known = memo_find(&m, &f, &v);
            wrong += known && v.name.n != (size_t)i;
            v.name = span_make(text, (size_t)i); /* is not read, only its length */
            memo_keep(&m, &v);
        }
    ok(wrong == 0, "no failure gets the verdict of another one in the same slot");
    for (int i = 0; i < MANY; i++)
        found += is_known(&m, numbered(text, sizeof text, i));
    ok(found > MEMO_SLOTS / 2 && found <= MEMO_SLOTS, "most slots have a failure (%d)", found);
    ok(is_known(&m, numbered(text, sizeof text, MANY - 1)), "the last failure is known");
    memo_clear(&m);
}

static void test_long(void)
{
    struct memo m;
    struct verdict v = {0};
    char text[MEMO_LONGEST + 2];
    memo_init(&m);
    memset(text, 'a', sizeof text);
    text[MEMO_LONGEST + 1] = '\0';
    struct failure f = failure(text, "", "", ""), shorter = f;
    shorter.text.n--;
    memo_find(&m, &shorter, &v);
    memo_keep(&m, &v);
    ok(is_known(&m, shorter), "a failure of the greatest length is kept");
    memo_find(&m, &f, &v);
    memo_keep(&m, &v);
    ok(!is_known(&m, f), "a longer one is not kept");
    ok(is_known(&m, shorter), "and does not change those that are kept");
    memo_clear(&m);
}

int main(void)
{
    test_columns();
    test_slots();
    test_long();
    return done();
}
