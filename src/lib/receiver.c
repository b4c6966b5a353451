#include "lib/receiver.h"

#include "lib/address.h"

#include <ctype.h>

/* Labels below a country's domain under which domains are registered, as in example.co.uk. */
static const char *const second_levels[] = {"ac",  "co",  "com", "ed",  "edu", "go", "gov", "gr",
                                            "gob", "mil", "ne",  "net", "nom", "or", "org"};

static bool is_second_level(struct span label)
{
    for (size_t i = 0; i < sizeof second_levels / sizeof *second_levels; i++)
        if (span_is_caseless(label, second_levels[i]))
            return true;
    return false;
}

static struct span last_labels(struct span name, size_t count)
{
    size_t at = name.n;
    while (at > 0 && (name.p[at - 1] != '.' || --count > 0))
        at--;
    return span_make(name.p + at, name.n - at);
}

static struct span organisation(struct span name)
{
    struct span two = last_labels(name, 2), one = last_labels(name, 1);
    struct span second = span_make(two.p, two.n - one.n - (two.n > one.n));
    return one.n == 2 && is_second_level(second) ? last_labels(name, 3) : two;
}

struct span receiver_of(struct span host, struct span address)
{
    while (host.n > 0 && host.p[host.n - 1] == '.')
        host.n--;
    if (host.n > 0 && isalpha((unsigned char)host.p[host.n - 1]))
        return organisation(host);
    return address_domain(address);
}
