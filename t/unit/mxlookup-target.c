/* What is looked up for a row. An address is what lib/address.h reads as one, as for all tools. */
#include "mxlookup/target.h"

#include "lib/address.h"
#include "tap.h"

static const char *const addresses[] = {"jo@x.org",      "Jo <jo@X.org.>",      "mailto:jo@x.org",
                                        "\"a@b\"@x.org", "jo@x.org <jo@x.org>", "\"a, b\"@x.org"};

static const char *const others[] = {
    "jo@x.org, ann@x.org",
    "(jo) jo@x.org",
    "jo@@x.org",
    "jo@x.org;ann@x.org",
    "ann@x.org, <jo@x.org>",
    "jo@x.org:25",
    "Jo <jo@x.org> x",
    "jo do@x.org",
    "@x.org",
    "jo@",
    "jo@x.org jo@x.org",
    "jo@x.org/",
};

static bool reads(const char *text, struct buf *out)
{
    return target_read(span_of(text), out);
}

int main(void)
{
    struct buf target = {0}, address = {0};
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++)
        ok(reads(addresses[i], &target) && span_is(buf_span(&target), "x.org") &&
               address_read(span_of(addresses[i]), &address),
           "the domain of %s is x.org", addresses[i]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ok(!reads(others[i], &target) && !address_read(span_of(others[i]), &address),
           "%s is not an address", others[i]);
    ok(reads(" X.Org. ", &target) && span_is(buf_span(&target), "x.org"),
       "what has no @ is a domain");
    ok(reads("jo@[192.31.196.1]", &target) && span_is(buf_span(&target), "[192.31.196.1]"),
       "an address literal stays one");
    buf_clear(&target);
    buf_clear(&address);
    return done();
}
