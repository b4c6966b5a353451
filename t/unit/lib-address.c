/*
 * Addresses as lists have them, and the one form in which they are delivered to and compared. What
 * is expected comes from RFC 5321 (4.1.2, 4.1.3, 4.5.3.1), RFC 5322 (3.2.3, 3.2.4, 3.4), RFC 6068,
 * RFC 6531 (3.3), UTS 46 and UAX 15. The A-labels were made with the command idn2 and with
 * Python's codec punycode.
 */
#include "lib/address.h"

#include "base/escape.h"
#include "tap.h"

#include <stdint.h>

#define A8               "aaaaaaaa"
#define A56              A8 A8 A8 A8 A8 A8 A8
#define L63              A56 "aaaaaaa"
#define DOMAIN_253       L63 "." L63 "." L63 "." A56 "aaaaa"
#define NBSP             "\xc2\xa0"
#define SOFT_HYPHEN      "\xc2\xad"
#define ZERO_WIDTH_SPACE "\xe2\x80\x8b"
#define NON_JOINER       "\xe2\x80\x8c"
#define BYTE_ORDER_MARK  "\xef\xbb\xbf"
#define UMLAUT           "\xcc\x88" /* U+0308, a combining mark */

struct address_case {
    const char *text;
    const char *wanted; /* NULL: it is not an address */
};

static const struct address_case plain[] = {
    {"jo@example.org", "jo@example.org"},
    {"Jo@Example.ORG", "Jo@example.org"},
    {"jo+news@example.org", "jo+news@example.org"},
    {"j.o.e@a.b.c.example", "j.o.e@a.b.c.example"},
    {"!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org"},
    {"1@2.example", "1@2.example"},
    {"-froot@example.org", "-froot@example.org"},
    {"jo@localhost", "jo@localhost"},
    {"jo@a-b.example", "jo@a-b.example"},
    {"jo@ab--cd.example", "jo@ab--cd.example"},
    {"jo@a_b.example", "jo@a_b.example"},
    {"jo@example.org.", "jo@example.org"},
    {A56 A8 "@example.org", A56 A8 "@example.org"},
    {"a@" L63 ".example", "a@" L63 ".example"},
    {"a@" DOMAIN_253, "a@" DOMAIN_253},
    {A56 A8 "@" DOMAIN_253 ".", A56 A8 "@" DOMAIN_253},
};

static const struct address_case invalid[] = {
    {"", NULL},
    {"<>", NULL},
    {"@", NULL},
    {"jo", NULL},
    {"jo@", NULL},
    {"@example.org", NULL},
    {".", NULL},
    {"jo@.", NULL},
    {"jo@@example.org", NULL},
    {"jo@a@example.org", NULL},
    {"jo@example.org:25", NULL},
    {"jo@example.org, ann@example.org", NULL},
    {"jo@example.org ann@example.org", NULL},
    {"jo@example.org;", NULL},
    {"jo@example.org,", NULL},
    {"(jo) jo@example.org", NULL},
    {"jo@example.org (jo)", NULL},
    {"jo(jo)@example.org", NULL},
    {"jo do@example.org", NULL},
    {"jo@exa mple.org", NULL},
    {"jo @example.org", NULL},
    {"jo@ example.org", NULL},
    {"jo\t@example.org", NULL},
    {"jo\r\nDATA@example.org", NULL},
    {"j\x7fo@example.org", NULL},
    {".jo@example.org", NULL},
    {"jo.@example.org", NULL},
    {"j..o@example.org", NULL},
    {"jo@.example.org", NULL},
    {"jo@example..org", NULL},
    {"jo@example.org..", NULL},
    {"jo@-example.org", NULL},
    {"jo@example-.org", NULL},
    {"jo@example.org-", NULL},
    {"jo@example.1", NULL},
    {"jo@192.0.2.1", NULL},
    {"jo@exam/ple.org", NULL},
    {"jo@example.org'", NULL},
    {"jo\\@example.org", NULL},
    {"@a.example,@b.example:jo@example.org", NULL},
    {A56 A8 "a@example.org", NULL},
    {"a@" L63 "a.example", NULL},
    {"a@a" DOMAIN_253, NULL},
    {"j\xc3o@example.org", NULL},
    {"j\xff@example.org", NULL},
    {"j\xed\xa0\x80@example.org", NULL}, /* a surrogate */
};

static const struct address_case framed[] = {
    {" jo@example.org ", "jo@example.org"},
    {"\tjo@example.org\r\n", "jo@example.org"},
    {"<Jo@example.org>", "Jo@example.org"},
    {" < jo@example.org > ", "jo@example.org"},
    {"Jo Do <Jo@example.org>", "Jo@example.org"},
    {"Jo<jo@example.org>", "jo@example.org"},
    {"Do, Jo <jo@example.org>", "jo@example.org"},
    {"\"Do, Jo\" <jo@example.org>", "jo@example.org"},
    {"\"Jo <j@d>\" <jo@example.org>", "jo@example.org"},
    {"\"Jo \\\"<j@d\" <jo@example.org>", "jo@example.org"},
    {"J\xc3\xb6 <jo@example.org.>", "jo@example.org"},
    {"jo@example.org <jo@example.org>", "jo@example.org"},
    {"Jo (work) <jo@example.org>", "jo@example.org"},
    {"Jo <\"<j> o\"@example.org>", "\"<j> o\"@example.org"},
    {"ann@example.org <jo@example.org>", NULL},
    {"ann@example.org, Jo <jo@example.org>", NULL},
    {"<ann@example.org> <jo@example.org>", NULL},
    {"Jo <jo@example.org> (jo)", NULL},
    {"Jo <jo@example.org>, Ann", NULL},
    {"Jo <jo@example.org>>", NULL},
    {"<<jo@example.org>>", NULL},
    {"Jo <jo@example.org", NULL},
    {"jo@example.org>", NULL},
    {"\"Jo <jo@example.org>", NULL},
    {"\"jo@example.org\"", NULL},
    {"Jo <>", NULL},
    {"mailto:jo@example.org", "jo@example.org"},
    {"MAILTO: Jo@example.org", "Jo@example.org"},
    {"<mailto:jo@example.org>", "jo@example.org"},
    {"mailto:jo@example.org?subject=hi&to=ann@example.org", "jo@example.org"},
    {"mailto:jo%2Bnews@example.org", "jo+news@example.org"},
    {"mailto:jo%40example.org", "jo@example.org"},
    {"mailto:gorby%25kremvax@example.com", "gorby%kremvax@example.com"},
    {"mailto:unlikely%3Faddress@example.com?blat=foop", "unlikely?address@example.com"},
    {"mailto:%22not%40me%22@example.org", "\"not@me\"@example.org"},
    {"mailto:user@%E7%B4%8D%E8%B1%86.example.org", "user@xn--99zt52a.example.org"},
    {"mailto:jo@example.org,ann@example.org", NULL},
    {"mailto:?to=jo@example.org", NULL},
    {"mailto://jo@example.org", NULL},
    {"mailto:jo%0a@example.org", NULL},
    {"mailto:j%o@example.org", NULL},
    {"mailto:jo@example.org%2", NULL},
    {"mailto:mailto:jo@example.org", NULL},
    {"smtp:jo@example.org", NULL},
};

static const struct address_case quoted_parts[] = {
    {"\"jo\"@example.org", "jo@example.org"},
    {"\"j.o\"@example.org", "j.o@example.org"},
    {"\"j\\o\"@example.org", "jo@example.org"},
    {"\"jo do\"@example.org", "\"jo do\"@example.org"},
    {"\"jo\\ do\"@example.org", "\"jo do\"@example.org"},
    {"\"a@b\"@example.org", "\"a@b\"@example.org"},
    {"\"j\\\"o\"@example.org", "\"j\\\"o\"@example.org"},
    {"\"j\\\\o\"@example.org", "\"j\\\\o\"@example.org"},
    {"\".jo\"@example.org", "\".jo\"@example.org"},
    {"\"j..o\"@example.org", "\"j..o\"@example.org"},
    {"\"<jo>\"@example.org", "\"<jo>\"@example.org"},
    {"\"\"@example.org", "\"\"@example.org"},
    {"\" \"@example.org", "\" \"@example.org"},
    {"\"j\xc3\xb6\"@example.org", "j\xc3\xb6@example.org"},
    {"\"j" NBSP "o\"@example.org", "\"j" NBSP "o\"@example.org"},
    {"\"jo@example.org", NULL},
    {"\"jo\\\"@example.org", NULL},
    {"\"jo\" @example.org", NULL},
    {"\"jo\"do@example.org", NULL},
    {"jo\"do\"@example.org", NULL},
    {"\"jo\".\"do\"@example.org", NULL},
    {"\"j\"o\"@example.org", NULL},
    {"\"j\to\"@example.org", NULL},
    {"\"j\no\"@example.org", NULL},
    {"\"j\\\no\"@example.org", NULL},
    {"\"j\\\xc3\xb6\"@example.org", NULL},
    {"\"" A56 A8 "\"@example.org", A56 A8 "@example.org"},
    {"\"" A56 "aaaaa "
     "\"@example.org",
     "\"" A56 "aaaaa "
     "\"@example.org"},
    {"\"" A56 "aaaaaa "
     "\"@example.org",
     NULL},
};

static const struct address_case characters[] = {
    {"j\xc3\xb6@example.org", "j\xc3\xb6@example.org"},
    {"jo" UMLAUT "@example.org", "j\xc3\xb6@example.org"},
    {"JO" UMLAUT "@example.org", "J\xc3\x96@example.org"},
    {"\xe2\x84\xab@example.org", "\xc3\x85@example.org"},     /* the sign of the angstrom */
    {"\xea\xb0\x80@example.org", "\xea\xb0\x80@example.org"}, /* Hangul GA */
    {"\xe1\x84\x80\xe1\x85\xa1@example.org", "\xea\xb0\x80@example.org"}, /* and its parts */
    {"\xe2\x84\xaa@example.org", "K@example.org"},            /* the sign of the kelvin */
    {"\xef\xac\x81@example.org", "\xef\xac\x81@example.org"}, /* a ligature: not NFKC */
    {"\xcd\xbe@example.org", NULL}, /* the Greek question mark is a semicolon */
    {"\"\xcd\xbe\"@example.org", "\";\"@example.org"},
    {UMLAUT "jo@example.org", NULL},
    {"\"" UMLAUT "jo do\"@example.org", NULL},
    {NBSP "jo@example.org", "jo@example.org"},
    {"jo@example.org" NBSP, "jo@example.org"},
    {BYTE_ORDER_MARK "jo@example.org", "jo@example.org"},
    {"jo@example.org" ZERO_WIDTH_SPACE, "jo@example.org"},
    {ZERO_WIDTH_SPACE NBSP " jo@example.org." NBSP ZERO_WIDTH_SPACE, "jo@example.org"},
    {SOFT_HYPHEN "jo@example.org" SOFT_HYPHEN, "jo@example.org"},
    {"\xe2\x80\xaajo@example.org\xe2\x80\xac", "jo@example.org"}, /* U+202A, U+202C */
    {"\xe2\x80\xa8jo@example.org\xe2\x80\xa9", "jo@example.org"}, /* U+2028, U+2029 */
    {"\xe3\x80\x80jo@example.org\xe2\x81\xa0", "jo@example.org"}, /* U+3000, U+2060 */
    {"\xe1\xa0\x8ejo@example.org\xe1\x9a\x80", "jo@example.org"}, /* U+180E, U+1680 */
    {"\xe3\x85\xa4jo@example.org\xef\xbe\xa0", "jo@example.org"}, /* Hangul fillers */
    {"\xf3\xa0\x80\xa0jo@example.org\xc2\x85", "jo@example.org"}, /* U+E0020, U+0085 */
    {"<" NBSP "jo@example.org" ZERO_WIDTH_SPACE ">", "jo@example.org"},
    {"mailto:" ZERO_WIDTH_SPACE "jo@example.org" NBSP, "jo@example.org"},
    {"j" NBSP "o@example.org", NULL},
    {"j" SOFT_HYPHEN "o@example.org", NULL},
    {"jo" ZERO_WIDTH_SPACE "@example.org", NULL},
    {"jo@" NBSP "example.org", NULL},
    {"jo@ex" SOFT_HYPHEN "ample.org", NULL},
    {"jo@example" ZERO_WIDTH_SPACE ".org", NULL},
    {"jo@example.org" BYTE_ORDER_MARK ".", NULL},
    {"j\xe3\x80\x80o@example.org", NULL},
    {"j\xe3\x85\xa4o@example.org", NULL},
    {"j\xcd\x8fo@example.org", NULL}, /* U+034F, a joiner of marks */
    {"j" NON_JOINER "o@example.org", NULL},
    {"j\xe2\x80\xaeo@example.org", NULL}, /* U+202E, a bidirectional control */
    {"\"j\xe2\x80\xaeo\"@example.org", NULL},
    {"\"j\xc2\x85o\"@example.org", NULL},    /* a C1 control */
    {"j\xee\x80\x80o@example.org", NULL},    /* private use */
    {"j\xf0\x9f\xbf\xbf@example.org", NULL}, /* not a character */
    {"jo\xef\xbc\xa0"
     "example.org",
     NULL}, /* a full-width @ */
    {NBSP, NULL},
    {"jo@example.org\xa0", NULL}, /* U+00A0 of Latin-1 */
};

static const struct address_case domains[] = {
    {"jo@M\xc3\x9cnchen.example", "jo@xn--mnchen-3ya.example"},
    {"jo@MU" UMLAUT "nchen.example", "jo@xn--mnchen-3ya.example"},
    {"jo@xn--mnchen-3ya.example", "jo@xn--mnchen-3ya.example"},
    {"jo@XN--MNCHEN-3YA.example", "jo@xn--mnchen-3ya.example"},
    {"jo@m\xc3\xbcnchen\xe3\x80\x82"
     "example",
     "jo@xn--mnchen-3ya.example"},
    {"jo@m\xc3\xbcnchen.example\xe3\x80\x82", "jo@xn--mnchen-3ya.example"},
    {"jo@example\xef\xbc\x8eorg", "jo@example.org"},
    {"jo@\xef\xbc\xa5xample.org", "jo@example.org"}, /* a full-width E */
    {"jo@stra\xc3\x9f"
     "e.example",
     "jo@xn--strae-oqa.example"},
    {"jo@STRA\xe1\xba\x9e"
     "E.example",
     "jo@xn--strae-oqa.example"},
    {"jo@strasse.example", "jo@strasse.example"},
    {"jo@\xce\xb2\xcf\x8c\xce\xbb\xce\xbf\xcf\x82.example", "jo@xn--nxasmm1c.example"},
    {"jo@i\xe2\x9d\xa4.example", "jo@xn--i-7iq.example"},
    {"jo@I\xe2\x9d\xa4\xef\xb8\x8f.example", "jo@xn--i-7iq.example"},
    {"jo@xn--i-7iq.example", "jo@xn--i-7iq.example"},
    {"jo@\xf0\x9f\x92\xa9.la", "jo@xn--ls8h.la"},
    {"jo@XN--LS8H.la", "jo@xn--ls8h.la"},
    {"jo@\xe2\x98\x83.example", "jo@xn--n3h.example"},
    {"jo@\xe2\x84\xa2.example", "jo@tm.example"},
    {"jo@\xd9\x86\xd8\xa7\xd9\x85\xd9\x87" NON_JOINER "\xd8\xa7\xdb\x8c.example",
     "jo@xn--mgba3gch31f060k.example"},
    {"jo@a" NON_JOINER "b.example", NULL},
    {"jo@xn--zzz999.example", NULL},
    {"jo@xn--a.example", NULL},
    {"jo@xn--.example", NULL},
    {"jo@xn--mnchen-psa.example", NULL}, /* an upper-case letter */
    {"jo@xn--ab-g1t.example", NULL},     /* U+200B */
    {"jo@xn--qei9934e.example", NULL},   /* a variation selector */
    {"jo@xn--abc-.example", NULL},       /* nothing that is not ASCII */
    {"jo@xn--zn7c.example", NULL},       /* the replacement character */
    {"jo@\xc3\xbc..example", NULL},
    {"jo@\xc3\xbc-.example", NULL},
    {"jo@-\xc3\xbc.example", NULL},
    {"jo@\xe2\x84\x80.example", NULL}, /* a/c */
    {"jo@a\xe2\x92\x88"
     "com.example",
     NULL}, /* 1. */
    {"jo@a\xe2\x80\xa4"
     "b.example",
     NULL},                            /* U+2024 maps to a dot */
    {"jo@\xef\xbf\xbd.example", NULL}, /* the replacement character */
    {"jo@a.\xef\xbc\x91", NULL},       /* a full-width 1 as the last label */
    {"jo@" UMLAUT "a.example", NULL},
    {"jo@\xc3.example", NULL},
    {"jo@[192.0.2.1]", "jo@[192.0.2.1]"},
    {"jo@[IPv6:2001:db8::1]", "jo@[IPv6:2001:db8::1]"},
    {"jo@[ipv6:2001:DB8:0::0:1]", "jo@[IPv6:2001:db8::1]"},
    {"<jo@[192.0.2.1]>", "jo@[192.0.2.1]"},
    {"jo@[192.0.2]", NULL},
    {"jo@[192.0.2.256]", NULL},
    {"jo@[2001:db8::1]", NULL},
    {"jo@[IPv6:192.0.2.1]", NULL},
    {"jo@[IPv6:fe80::1%eth0]", NULL},
    {"jo@[]", NULL},
    {"jo@[x:y]", NULL},
    {"jo@[192.0.2.1]:25", NULL},
    {"jo@[192.0.2.1].", NULL},
};

static void check(const struct address_case *c, size_t count)
{
    struct buf out = {0}, shown = {0};
    for (size_t i = 0; i < count; i++) {
        struct span text = span_of(c[i].text);
        buf_empty(&shown);
        escape_text(&shown, text);
        bool good = address_read(text, &out);
        ok(c[i].wanted == NULL ? !good : good && span_is(buf_span(&out), c[i].wanted),
           "\"%s\" is %s", buf_string(&shown),
           c[i].wanted != NULL ? c[i].wanted : "not an address");
    }
    buf_clear(&out);
    buf_clear(&shown);
}
#define CHECK(cases) check(cases, sizeof(cases) / sizeof *(cases))

static void test_fold(const char *address, const char *wanted)
{
    struct buf out = {0};
    buf_add_string(&out, address);
    address_fold(&out);
    ok(span_is(buf_span(&out), wanted), "%s without its case is %s", address, wanted);
    buf_clear(&out);
}

static void test_folds(void)
{
    test_fold("Jo.DO@example.org", "jo.do@example.org");
    test_fold("\"Jo @ DO\"@example.org", "\"jo @ do\"@example.org");
    test_fold("J\xc3\x96@example.org", "j\xc3\xb6@example.org");
    /* Sigma, and its form at the end of a word: U+03A3, U+03C3, U+03C2. */
    test_fold("\xce\xa3\xce\xa3@example.org", "\xcf\x83\xcf\x83@example.org");
    test_fold("\xcf\x83\xcf\x82@example.org", "\xcf\x83\xcf\x83@example.org");
    test_fold("\xc3\x9f@example.org", "ss@example.org");
}

static void test_safe(const char *address, bool wanted)
{
    ok(address_is_safe(span_of(address)) == wanted, "\"%s\" is %s to send as it is", address,
       wanted ? "safe" : "not safe");
}

static void test_safety(void)
{
    test_safe("jo@example.org", true);
    test_safe("Jo@Example.ORG", true);
    test_safe("\"jo do\"@example.org", true);
    test_safe("jo@[192.0.2.1]", true);
    test_safe("<jo@example.org>", false);
    test_safe(" jo@example.org", false);
    test_safe("jo@example.org.", false);
    test_safe("mailto:jo@example.org", false);
    test_safe("jo@example.org> SIZE=1", false);
    test_safe("", false);
    ok(!address_is_safe(span_make("j\0o@example.org", 15)),
       "an address with a NUL is not safe to send as it is");
}

/* What random strings are made of. */
static const char *const pieces[] = {
    "jo",
    "A",
    "z.y",
    "x.org",
    "@",
    "@",
    "@x.org",
    "@example.",
    ".",
    "..",
    "-",
    "--",
    "xn--",
    "xn--ls8h",
    "\"",
    "\\",
    "<",
    ">",
    "(",
    ",",
    " ",
    "\t",
    "\r\n",
    "mailto:",
    "%40",
    "?",
    "[",
    "]",
    "IPv6:::1",
    "1.2.3.4",
    "_",
    "\x01",
    NBSP,
    UMLAUT,
    "\xc3",
    SOFT_HYPHEN,
    "\xc3\x9f",
    "\xc3\x9c",
    "/",
    "\xe2\x9d\xa4",
    "\xe2\x84\xab",
    "\xcd\xbe",
    "\xe3\x80\x82",
    NON_JOINER,
    "\xef\xbc\xa5",
    "\xc5\x89",
    "\xe2\x84\xa2",
    "\xe2\x80\xae",
    "\xd7\x90",
    "\xe1\xba\x9e",
    A56,
    "\xea\x80\x80",
    "\xf0\x9f\x92\xa9",
};

static uint32_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

/* Most random strings begin as an address does, or too many would not be one. */
static void make_random(struct buf *text, uint64_t *state)
{
    buf_empty(text);
    if (next_random(state) % 4 != 0)
        buf_add_string(text, next_random(state) % 2 == 0 ? "jo@" : "\"jo\"@x");
    for (uint32_t i = next_random(state) % 6; i > 0; i--)
        buf_add_string(text, pieces[next_random(state) % (sizeof pieces / sizeof *pieces)]);
    if (next_random(state) % 2 == 0)
        buf_add_string(text, "@x.org");
}

/* True if the address is one argument of one SMTP command, by a reading of its own. */
static bool is_one_argument(struct span a)
{
    bool quoted = false;
    for (size_t i = 0; i < a.n; i++) {
        unsigned char c = (unsigned char)a.p[i];
        if (c < ' ' || c == 0x7f || (!quoted && strchr(" <>", c) != NULL))
            return false;
        if (c == '\\' && quoted)
            i++;
        else if (c == '"')
            quoted = !quoted;
    }
    return !quoted && a.n <= ADDRESS_LIMIT;
}

struct property {
    size_t addresses, unequal, unsafe, unfolded, slow;
};

/* Counts what is wrong with an address that was read from `text`. */
static void check_properties(struct property *p, struct span text, struct buf *address)
{
    struct buf again = {0}, framed_text = {0};
    struct span first = buf_span(address);
    p->addresses++;
    p->unequal += !address_read(first, &again) || !span_equal(buf_span(&again), first);
    p->unsafe += !is_one_argument(first) || !address_is_safe(first);
    buf_add_char(&framed_text, ' '); /* takes the fast way from a plain address */
    buf_add_span(&framed_text, text);
    p->slow +=
        !address_read(buf_span(&framed_text), &again) || !span_equal(buf_span(&again), first);
    address_fold(address);
    p->unfolded += !address_read(buf_span(address), &again) ||
                   !span_equal(buf_span(&again), buf_span(address));
    address_fold(&again);
    p->unfolded += !span_equal(buf_span(&again), buf_span(address));
    buf_clear(&again);
    buf_clear(&framed_text);
}

static void test_properties(void)
{
    enum { STRINGS = 200000 };
    struct property p = {0};
    struct buf text = {0}, address = {0};
    uint64_t state = 12;
    for (size_t i = 0; i < STRINGS; i++) {
        make_random(&text, &state);
        if (address_read(buf_span(&text), &address))
            check_properties(&p, buf_span(&text), &address);
    }
    ok(p.addresses > STRINGS / 20, "%zu of %d random strings are addresses", p.addresses, STRINGS);
    ok(p.unequal == 0, "an address that was read is the same if it is read again");
    ok(p.unsafe == 0, "an address that was read is one argument of one SMTP command");
    ok(p.slow == 0, "an address with a blank before it is the same as without");
    ok(p.unfolded == 0, "an address without its case is the same if it is read or folded again");
    buf_clear(&text);
    buf_clear(&address);
}

int main(void)
{
    CHECK(plain);
    CHECK(invalid);
    CHECK(framed);
    CHECK(quoted_parts);
    CHECK(characters);
    CHECK(domains);
    test_folds();
    test_safety();
    test_properties();
    return done();
}
