/*
 * One profile for domains in other scripts: UTS 46, non-transitional, as of its revision 31. The
 * A-labels are those of RFC 3492 for the text that the mapping table of UTS 46 gives.
 */
#include "lib/idn.h"

#include "tap.h"

/* A name, and what DNS is asked for; NULL: it is refused. */
static const struct {
    const char *name, *ascii;
} names[] = {
    /* Non-transitional: a sharp s stays one, and the capital one maps to it. */
    {"stra\u00dfe.example", "xn--strae-oqa.example"},
    {"STRA\u1e9eE.example", "xn--strae-oqa.example"},
    {"xn--strae-oqa.example", "xn--strae-oqa.example"},
    {"strasse.example", "strasse.example"},
    {"\u1e9e.de", "xn--zca.de"},
    {"xn--kkg.de", NULL}, /* of the capital sharp s, which is mapped */
    {"\u03c2.gr", "xn--3xa.gr"},
    {"\u03a3.gr", "xn--4xa.gr"},
    /* Emoji and other symbols, with the variation selector that UTS 46 drops or without. */
    {"\U0001f4a9.la", "xn--ls8h.la"},
    {"xn--ls8h.la", "xn--ls8h.la"},
    {"\u2764.com", "xn--qei.com"},
    {"\u2764\ufe0f.com", "xn--qei.com"},
    {"I\u2764.example", "xn--i-7iq.example"},
    {"XN--I-7IQ.example", "xn--i-7iq.example"},
    {"\U0001f44d\U0001f3fd.org", "xn--on8h5e.org"},
    {"xn--on8h5e.org", "xn--on8h5e.org"},
    {"\u2192.org", "xn--55g.org"},
    {"xn--55g.org", "xn--55g.org"},
    /* Mapped to letters; an A-label of what is mapped is refused. */
    {"\u2122.org", "tm.org"},
    {"xn--y2g.org", NULL},
    /* Emoji with a joiner between them, in both forms (RFC 5892 A.2). */
    {"\U0001f468\u200d\U0001f469.org", NULL},
    {"xn--1ugz855pea.org", NULL},
    {"a\u200cb.org", NULL},
    {"xn--ab-j1t.org", NULL},
    {"\ue000.org", NULL},
    {"xn--0y0c.org", NULL},
};

int main(void)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct buf out = {0};
        const char *expected = names[i].ascii;
        bool read = idn_to_ascii(&out, span_of(names[i].name));
        ok(read == (expected != NULL) && (!read || strcmp(buf_string(&out), expected) == 0),
           "%s is %s", names[i].name, expected != NULL ? expected : "refused");
        buf_clear(&out);
    }
    return done();
}
