/* Addresses in every form that logs and bounces have: a masked text holds no part of one. */
#include "base/ascii.h"

#include "masks.h"
#include "tap.h"

#include <stdlib.h>
#include <time.h>

static unsigned seed = 7; /* so that each run tries the same */

enum { PARTS = 4, LENGTH = 12 };

/* Makes a part of an address that no sentence below and no form has: `Z`, and letters. */
static void random_part(char part[LENGTH])
{
    int n = 6 + rand_r(&seed) % (LENGTH - 6);
    part[0] = 'Z';
    for (int i = 1; i < n - 1; i++)
        part[i] = (char)((rand_r(&seed) % 3 > 0 ? 'a' : 'A') + rand_r(&seed) % 26);
    part[n - 1] = '\0';
}

/* F and L become parts of the local part, D and V domains, X a mark that a local part can have. */
static const char *const forms[] = {
    "FXL@D",
    "FXL=D@V",
    "FXL%D",
    "FXL=D",
    "FXL\xef\xbc\xa0"
    "D",
    "F@D",
    "F.L@D",
    "F.L=D@V",
    "b-123-F.L=D@V",
    "F+L=D@V",
    "F.L=D",
    "b+F=D",
    "\"F\"@D",
    "\"F\\\"L\"@D",
    "\"F@L\"@D",
    "\"F L\"=D@V",
    "\"F.L\".F@D",
    "F.\"L F\"@D",
    "F'L@D",
    "F'L=D@V",
    "F'L%D",
    "F(L)@D",
    "F(L(F))@D",
    "F (L) @D",
    "F @D",
    "F @ D",
    "F%D",
    "F.L%D@V",
    "\"F L\"%D",
    "F!L@D",
    "V!F@D",
    "{F|L}@D",
    "F\\ L@D",
    "F/L@D",
    "F\xef\xbc\xa0"
    "D",
    "F.L\xef\xb9\xab"
    "D",
    "\"F L\"\xef\xbc\xa0"
    "D",
    "F'L\xef\xbc\xa0"
    "D",
    "F%40D",
    "F%2540D",
    "F=40D",
    "F&#64;D",
    "F&#x40;D",
    "F&commat;D",
    "F\\u0040D",
    "F\\x40"
    "D",
    "F(at)D",
    "F [at] D",
    "SRS0=a1=ZZ=D=F@V",
    "SRS1=a1=V==b2=ZZ=D=F@V",
    "SRS0+a1=ZZ=D=F'L@V",
    "SRS0=a1=ZZ=D=F",
    "prvs=123=F@D",
    "prvs=F/123@D",
    "btv1==123==F.L@D",
    "@V,@V:F.L@D",
    "F@[192.0.2.1]",
    "mailto:F@D?cc=L@D",
    "F\xc3\xa4L@D",
    "\xe3\x83\xa6"
    "F@D",
    "=?utf-8?q?F=40D?=",
    "/G=F/S=L/@D",
    "F)@D",
    "F\"@D",
};

static const char *const sentences[] = {
    "A",
    "550 5.1.1 <A>: unknown",
    "550 A is unknown",
    "550 to=A, and more",
    "550 to=<A> and more",
    "550 'A' is bad",
    "550 \"A\" is bad",
    "550 (A) is bad",
    "550 [A] is bad",
    "550 user:A.",
    "550 no A; no A",
    "{\"rcpt\":\"A\"}",
    "A, A and A!",
    "550 = A = x",
    "550 x.y=A%",
    "550 A?A",
};

/* Replaces each letter of `names` in `pattern` by its value. */
static void fill(struct buf *out, const char *pattern, const char *names, const char *const *values)
{
    buf_empty(out);
    for (; *pattern != '\0'; pattern++) {
        const char *found = strchr(names, *pattern);
        if (found != NULL)
            buf_add_string(out, values[found - names]);
        else
            buf_add_char(out, *pattern);
    }
}

/* True if the text has one of the parts. */
static bool has_part(const char *text, char parts[PARTS][LENGTH])
{
    for (int i = 0; i < PARTS; i++)
        if (strstr(text, parts[i]) != NULL)
            return true;
    return false;
}

/* Masks a random address of this form in this sentence. Returns how many parts leaked: 0 or 1. */
static int leaks(const char *form, const char *sentence)
{
    static const char *const marks[] = {".", "!", "#", "$", "%", "&", "'", "*", "+", "-",
                                        "/", "=", "?", "^", "_", "`", "{", "|", "}", "~"};
    struct buf domains[2] = {{0}}, address = {0}, text = {0}, masked = {0};
    char parts[PARTS][LENGTH];
    for (int i = 0; i < PARTS; i++)
        random_part(parts[i]);
    for (int i = 0; i < 2; i++)
        buf_format(&domains[i], "%s.%s", parts[2 + i], rand_r(&seed) % 2 == 0 ? "de" : "x.ORG");
    fill(&address, form, "FLDVX",
         (const char *[]){parts[0], parts[1], buf_string(&domains[0]), buf_string(&domains[1]),
                          marks[rand_r(&seed) % 20]});
    fill(&text, sentence, "A", (const char *[]){buf_string(&address)});
    mask(buf_span(&text), &masked);
    bool leaked = has_part(buf_string(&masked), parts);
    if (leaked)
        printf("# %s: %s: %s\n", form, buf_string(&text), buf_string(&masked));
    buf_clear(&domains[0]);
    buf_clear(&domains[1]);
    buf_clear(&address);
    buf_clear(&text);
    buf_clear(&masked);
    return leaked;
}

static void test_leaks(void)
{
    int leaked = 0, tried = 0;
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
        for (size_t s = 0; s < sizeof sentences / sizeof *sentences; s++)
            for (int i = 0; i < 20; i++, tried++)
                leaked += leaks(forms[f], sentences[s]);
    ok(leaked == 0 && tried > 10000, "of %d random addresses no part is in a masked text", tried);
}

/* The text is cut inside the address, before its at sign. */
static void test_cut(void)
{
    struct buf text = {0}, masked = {0};
    while (text.n < DIAGNOSIS_LIMIT - 2)
        buf_add_string(&text, "1 ");
    buf_add_string(&text, "smith@x.org");
    mask(buf_span(&text), &masked);
    ok(span_is(span_trim(buf_span(&masked)), "#"),
       "the start of an address that was cut is not shown");
    buf_clear(&text);
    buf_clear(&masked);
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Returns the least CPU time of several runs that mask 2,000 bytes of this, and as many before an
 * at sign. */
static double time_of(const char *repeated)
{
    struct buf text = {0}, masked = {0};
    double least = 1e9;
    while (text.n < 2000)
        buf_add_string(&text, repeated);
    buf_add_char(&text, ' ');
    while (text.n < 4000)
        buf_add_string(&text, repeated);
    buf_add_char(&text, '@');
    for (int i = 0; i < 10; i++) {
        double start = seconds();
        mask(buf_span(&text), &masked);
        double taken = seconds() - start;
        least = taken < least ? taken : least;
    }
    buf_clear(&text);
    buf_clear(&masked);
    return least;
}

/* Measured: 10 times at most; 100 times if the rest of a run is read again for each of its marks.
 */
static void test_time(void)
{
    static const char *const hostile[] = {
        "!",     ".",   ":",    "?",  "=",  ".:!?=", "@",   "a@",   "@!",   "=a.b", "%a.b",
        "%",     "\"",  "\\\"", "(",  ")",  ").",    "\".", ").@",  "\".@", "(@",   "<a @",
        "a b>@", "a @", "'",    "a'", "@[", "#,",    "1,",  "mon,", "%40",  "[at]", "\xef\xbc\xa0",
        "a.",
    };
    double ordinary = time_of("the quick brown fox jumps ");
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        double ratio = time_of(hostile[i]) / ordinary;
        printf("# %.1f times\n", ratio);
        ok(ratio < 30, "to mask a run of `%s` takes less than 30 times as long as a sentence",
           hostile[i]);
    }
}

int main(void)
{
    ok(masks("550 F.L=x.org@v.org is bad", "550 * is bad") && masks("to F=x.org, no", "to #, no") &&
           masks("SRS0=a=b=x.org=F@v.org: no", "*: no"),
       "an address in the local part of another one is masked with it");
    ok(masks("550 no \"F L\"@x.org here", "550 no * here") &&
           masks("550 <\"F L\"@x.org>: no", "550 <*>: no") &&
           masks("550 F.\"a \\\" b\".L@x.org: no", "550 *: no") &&
           masks("he said \"no\" to F@x.org", "he said \"no\" to *"),
       "a quoted local part is part of the address, another quoted text is not");
    ok(masks("550 no F(work)@x.org", "550 no *") &&
           masks("550 no F (at (work)) @x.org", "550 no *") &&
           masks("550 (no) F@x.org", "550 (no) *"),
       "a comment in an address is part of it, another one is not");
    ok(masks("550 o'brien@x.org", "550 *") && masks("550 'brien@x.org' no", "550 '*' no"),
       "an apostrophe in a local part is part of it, a quotation mark is not");
    ok(masks("550 F%x.org no", "550 * no") && masks("ab% full, cd%.", "ab% full, cd%."),
       "a percent sign before a host is an at sign, another one is not");
    ok(masks("550 F\xef\xbc\xa0x.org no", "550 * no") &&
           masks("550 F\xef\xb9\xabx.org no", "550 * no") && masks("550 F%40x.org no", "550 * no"),
       "a wide, a small and an encoded at sign are at signs");
    ok(masks("550 user ZmxAeC5vcmc= no", "550 user *= no") &&
           masks("550 user ZmxreC5vcmc no", "550 user # no") &&
           masks("550 word Zmxvdxxu no", "550 word Zmxvdxxu no"),
       "an address in base64 is masked");
    ok(masks("550 <F L@x.org>: no", "550 <*>: no") && masks("a <b F@x.org c>", "a <b * c>"),
       "blanks in angle brackets are part of the address that ends there");
    ok(masks("550 F@[192.0.2.1]: no", "550 *: no"), "an address literal is part of the address");
    ok(masks("no!!! F@x.org!!! no...", "no!!! *!!! no..."), "punctuation stays");
    test_leaks();
    test_cut();
    test_time();
    return done();
}
