/* Addresses in the one form by which the state knows them. */
#include "store/canonical.h"

#include "tap.h"

static void check(const char *text, const char *wanted)
{
    struct buf out = {0};
    bool good = canonical_address(span_of(text), &out);
    ok(wanted == NULL ? !good : good && span_is(buf_span(&out), wanted), "\"%s\" is %s", text,
       wanted != NULL ? wanted : "not an address");
    buf_clear(&out);
}

int main(void)
{
    check("Jo@Example.ORG", "Jo@example.org");
    check("<Jo@example.org>", "Jo@example.org");
    check("Jo Do <Jo@example.org>", "Jo@example.org");
    check("MAILTO:jo@example.org", "jo@example.org");
    check("\"jo\"@example.org", "jo@example.org");
    check("\"jo do\"@example.org", "\"jo do\"@example.org");
    check("\"a@b\"@example.org", "\"a@b\"@example.org");
    check("\"jo\\ do\"@example.org", "\"jo do\"@example.org");
    check("\"j\\o\"@example.org", "jo@example.org");
    check("\"j\\\"o\"@example.org", "\"j\\\"o\"@example.org");
    check("\".jo\"@example.org", "\".jo\"@example.org");
    check("jo+news@example.org.", "jo+news@example.org");
    check("j\xc3\xb6@example.org", "j\xc3\xb6@example.org");
    check("jo@M\xc3\x9cnchen.example", "jo@xn--mnchen-3ya.example");
    check("jo@XN--MNCHEN-3YA.example", "jo@xn--mnchen-3ya.example");
    check("jo@m\xc3\xbcnchen\xe3\x80\x82"
          "example",
          "jo@xn--mnchen-3ya.example");
    check("jo@m\xc3\xbcnchen\xe3\x80\x82", "jo@xn--mnchen-3ya");
    /* IDN makes a blank of U+00A0. */
    check("jo@\xc2\xa0_55", NULL);
    check("jo@\xc3.example", NULL);
    check("", NULL);
    check("<>", NULL);
    check("@", NULL);
    check("jo", NULL);
    check("jo@", NULL);
    check("@example.org", NULL);
    check("jo do@example.org", NULL);
    check("jo@exa mple.org", NULL);
    check("jo\t@example.org", NULL);
    return done();
}
