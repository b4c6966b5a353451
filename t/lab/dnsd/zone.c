#include "zone.h"

#include "base/ascii.h"
#include "base/err.h"
#include "lib/rulefile.h"

#include <arpa/nameser.h>
#include <stdio.h>
#include <stdlib.h>

static uint16_t type_of(struct span word)
{
    static const struct {
        const char *name;
        uint16_t type;
    } types[] = {{"A", ns_t_a}, {"AAAA", ns_t_aaaa}, {"MX", ns_t_mx}, {"CNAME", ns_t_cname}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_is_caseless(word, types[i].name))
            return types[i].type;
    return 0;
}

static void copy_name(char out[256], struct span s)
{
    if (s.n > 0 && s.p[s.n - 1] == '.')
        s.n--;
    snprintf(out, 256, "%.*s", (int)(s.n < 255 ? s.n : 255), s.p);
}

static bool add_record(struct zone *z, const struct rule_line *line)
{
    struct zone_record *r = &z->records[z->count];
    struct span rest = line->value, word;
    if (z->count == ZONE_RECORDS || !span_next_word(&rest, &word))
        return false;
    *r = (struct zone_record){.type = type_of(word), .ttl = 300};
    copy_name(r->name, line->keyword);
    if (r->type == ns_t_mx && span_next_word(&rest, &word))
        r->preference = (int)strtol(word.p, NULL, 10);
    if (r->type == 0 || !span_next_word(&rest, &word))
        return false;
    copy_name(r->value, word);
    if (span_next_word(&rest, &word))
        r->ttl = (uint32_t)strtoul(word.p, NULL, 10);
    z->count++;
    return true;
}

bool zone_load(struct zone *z, const char *path)
{
    struct rulefile f;
    if (rulefile_load(&f, path) != 0)
        return false;
    for (size_t i = 0; i < f.block_count; i++)
        for (size_t j = 0; j < f.blocks[i].count; j++)
            if (!add_record(z, &f.blocks[i].lines[j])) {
                err_at(path, f.blocks[i].lines[j].line,
                       "not a record; write NAME TYPE VALUE [TTL]");
                return false;
            }
    rulefile_clear(&f);
    return true;
}

static void add(struct zone_answer *a, const char *name, uint16_t type, int preference,
                const char *value)
{
    if (a->count == ANSWER_RECORDS)
        return;
    struct zone_record *r = &a->records[a->count++];
    *r = (struct zone_record){.type = type, .ttl = 300, .preference = preference};
    copy_name(r->name, span_of(name));
    copy_name(r->value, span_of(value));
}

static void add_glue(struct zone_answer *a, const char *host, const char *ipv4, const char *ipv6)
{
    for (int v6 = 0; v6 < 2 && a->glue_count < ANSWER_RECORDS; v6++) {
        struct zone_record *r = &a->glue[a->glue_count++];
        *r = (struct zone_record){.type = v6 ? ns_t_aaaa : ns_t_a, .ttl = 300};
        copy_name(r->name, span_of(host));
        copy_name(r->value, span_of(v6 ? ipv6 : ipv4));
    }
}

/* `mN.`, `gN.` and `sN.`. */
static bool has_many_exchanges(const char *name)
{
    return strchr("mgs", name[0]) != NULL && name[1] >= '1' && name[1] <= '9' && name[2] == '.';
}

/* `mN.rest` has N exchanges mxI.hosts.rest, whose addresses must be asked for; `gN.rest` has
 * mxI.hosts.gN.rest, whose addresses come along; `sN.rest` and its hosts are validated. */
static void add_exchanges(const char *name, uint16_t type, struct zone_answer *a)
{
    int n = name[1] - '0';
    char host[300];
    for (int i = 1; type == ns_t_mx && i <= n; i++) {
        snprintf(host, sizeof host, "mx%d.%s.%.240s", i, name[0] == 's' ? "secure.hosts" : "hosts",
                 name[0] == 'g' ? name : name + 3);
        add(a, name, ns_t_mx, i * 10, host);
        if (name[0] == 'g')
            add_glue(a, host, "192.31.196.1", "2001:4:112::1");
    }
    a->secure = name[0] == 's';
}

/* `poison-N.rest` has a host of its own and shares that of poison-(N+1). It forges the addresses of
 * the shared host and of its neighbours. */
static void add_poison(const char *name, uint16_t type, struct zone_answer *a)
{
    char *rest, host[300];
    long n = strtol(name + 7, &rest, 10);
    for (long i = n - 1; type == ns_t_mx && i <= n + 2; i++) {
        snprintf(host, sizeof host, "mx.hosts.poison-%ld%.200s", i, rest);
        if (i == n || i == n + 1)
            add(a, name, ns_t_mx, 10 * (int)(i - n), host);
        if (i != n)
            add_glue(a, host, "6.6.6.6", "666::6");
    }
}

static void add_address(const char *name, uint16_t type, struct zone_answer *a)
{
    if (type == ns_t_a)
        add(a, name, ns_t_a, 0, "192.31.196.1");
    else if (type == ns_t_aaaa)
        add(a, name, ns_t_aaaa, 0, "2001:4:112::1");
}

/* `cname-N.rest` is an alias of cname-(N-1).rest, and cname-0 has an MX record; `cname-loop` is an
 * alias of itself. */
static void add_aliases(const char *name, uint16_t type, struct zone_answer *a)
{
    const char *rest = strchr(name, '.');
    char target[300];
    long n = strtol(name + 6, NULL, 10);
    if (strncmp(name, "cname-loop", 10) == 0) {
        add(a, name, ns_t_cname, 0, name);
        return;
    }
    for (; n > 0 && a->count < 20; n--) {
        char from[300];
        snprintf(from, sizeof from, "cname-%ld%.250s", n, rest);
        snprintf(target, sizeof target, "cname-%ld%.250s", n - 1, rest);
        add(a, from, ns_t_cname, 0, target);
    }
    snprintf(target, sizeof target, "cname-0%.250s", rest);
    if (type == ns_t_mx)
        add(a, target, ns_t_mx, 10, "mx1.hosts.lab.test");
}

/* `step-N.rest` is an alias of step-(N-1).rest, and the answer goes no further; step-0 has an MX
 * record. */
static void add_step(const char *name, uint16_t type, struct zone_answer *a)
{
    char target[300];
    char *rest;
    long n = strtol(name + 5, &rest, 10);
    snprintf(target, sizeof target, "step-%ld%.250s", n - 1, rest);
    if (n > 0)
        add(a, name, ns_t_cname, 0, target);
    else if (type == ns_t_mx)
        add(a, name, ns_t_mx, 10, "mx1.hosts.lab.test");
}

static bool starts_with(const char *name, const char *label)
{
    return strncmp(name, label, strlen(label)) == 0;
}

/* `dane-WORD.rest` has the exchange WORD.dane.rest, and WORD says what its TLSA records are. */
static void add_dane(const char *name, uint16_t type, struct zone_answer *a)
{
    char host[300];
    int word = (int)strcspn(name + 5, ".");
    snprintf(host, sizeof host, "%.*s.dane%.200s", word, name + 5, name + 5 + word);
    if (type == ns_t_mx)
        add(a, name, ns_t_mx, 10, host);
    a->secure = true;
}

static void answer_dane_host(const char *name, uint16_t type, struct zone_answer *a)
{
    char target[300];
    if (starts_with(name, "alias.")) {
        snprintf(target, sizeof target, "found%.250s", name + 5);
        add(a, name, ns_t_cname, 0, target);
        name = target;
    }
    a->secure = !starts_with(name, "insecure.") && !starts_with(name, "_25._tcp.unsigned.");
    if (starts_with(name, "_25._tcp.failed."))
        a->rcode = ns_r_servfail;
    else if (starts_with(name, "_25._tcp.denied."))
        a->rcode = ns_r_nxdomain;
    else if (!starts_with(name, "_25._tcp."))
        add_address(name, type, a);
    else if (!starts_with(name, "_25._tcp.alias."))
        add(a, name, ZONE_TLSA, 0, "");
}

/* Answers a name whose first label says what happens; false if it does not. */
static bool answer_by_label(const char *name, uint16_t type, struct zone_answer *a)
{
    if (starts_with(name, "servfail."))
        a->rcode = ns_r_servfail;
    else if (starts_with(name, "refused."))
        a->rcode = ns_r_refused;
    else if (starts_with(name, "formerr."))
        a->rcode = ns_r_formerr;
    else if (starts_with(name, "notimp."))
        a->rcode = ns_r_notimpl;
    else if (starts_with(name, "missing."))
        a->rcode = ns_r_nxdomain;
    else if (starts_with(name, "drop."))
        a->drop = true;
    else if (starts_with(name, "junk."))
        a->junk = true;
    else if (starts_with(name, "none."))
        a->count = 0;
    else if (starts_with(name, "null.") && type == ns_t_mx)
        add(a, name, ns_t_mx, 0, "");
    else if (starts_with(name, "implicit."))
        add_address(name, type, a);
    else if (starts_with(name, "dane-"))
        add_dane(name, type, a);
    else if (strstr(name, ".dane.") != NULL)
        answer_dane_host(name, type, a);
    else if (starts_with(name, "_25._tcp.")) {
        if (type == ZONE_TLSA && strstr(name, ".secure.hosts.") != NULL)
            add(a, name, ZONE_TLSA, 0, "");
        a->secure = a->count > 0;
    } else if (strstr(name, ".hosts.") != NULL) {
        add_address(name, type, a);
        a->secure = strstr(name, ".secure.") != NULL;
    } else if (has_many_exchanges(name))
        add_exchanges(name, type, a);
    else if (starts_with(name, "twonull.") && type == ns_t_mx) {
        add(a, name, ns_t_mx, 0, "");
        add(a, name, ns_t_mx, 10, "mx1.hosts.lab.test");
    } else if (starts_with(name, "odd.") && type == ns_t_mx) {
        add(a, name, ns_t_mx, 5, "localhost");
        add(a, name, ns_t_mx, 6, "192.31.196.77");
        add(a, name, ns_t_mx, 10, "private.lab.test");
        add(a, name, ns_t_mx, 20, "mx1.hosts.lab.test");
    } else if (starts_with(name, "weird.") && type == ns_t_mx) {
        add(a, name, ns_t_mx, 5, "\\027[2J.example");
        add(a, name, ns_t_mx, 6, "a\\009b\\010c\\155d.example");
        add(a, name, ns_t_mx, 7, "x\\.y=1,2\\032z.example");
        add(a, name, ns_t_mx, 20, "mx1.hosts.lab.test");
    } else if (starts_with(name, "private.") && type == ns_t_a) {
        add(a, name, ns_t_a, 0, "10.1.2.3");
        add(a, name, ns_t_a, 0, "127.0.0.1");
    } else if (starts_with(name, "lame."))
        a->lame = true;
    else if ((starts_with(name, "noedns.") || starts_with(name, "bare.")) && type == ns_t_mx) {
        a->no_edns = true;
        a->bare = name[0] == 'b';
        add(a, name, ns_t_mx, 10, "mx1.hosts.lab.test");
    } else if (starts_with(name, "same.") && type == ns_t_mx) {
        add(a, name, ns_t_mx, 10, "mx1.hosts.lab.test");
        add(a, name, ns_t_mx, 10, "mx2.hosts.lab.test");
        add(a, name, ns_t_mx, 10, "mx3.hosts.lab.test");
    } else if (starts_with(name, "noaddr.") && type == ns_t_mx)
        add(a, name, ns_t_mx, 10, "none.lab.test");
    else if (starts_with(name, "poison-"))
        add_poison(name, type, a);
    else if (starts_with(name, "cname-"))
        add_aliases(name, type, a);
    else if (starts_with(name, "step-"))
        add_step(name, type, a);
    else
        return starts_with(name, "null.") || starts_with(name, "noaddr.") ||
               starts_with(name, "private.") || starts_with(name, "twonull.") ||
               starts_with(name, "weird.") || starts_with(name, "odd.") ||
               starts_with(name, "same.") || starts_with(name, "noedns.") ||
               starts_with(name, "bare.");
    return true;
}

/* A first label `trunc`, `extra`, `slow-MS`, `wrongid` or `wrongname` changes how the rest is
 * answered. Returns the rest. */
static const char *strip_manner(const char *name, struct zone_answer *a)
{
    if (starts_with(name, "trunc."))
        a->truncate = true;
    else if (starts_with(name, "wrongid."))
        a->wrong_id = true;
    else if (starts_with(name, "wrongname."))
        a->wrong_name = true;
    else if (starts_with(name, "extra."))
        a->extra = true;
    else if (starts_with(name, "slow-"))
        a->delay_ms = (int)strtol(name + 5, NULL, 10);
    else
        return name;
    return strchr(name, '.') + 1;
}

/* Adds the zone file's records of a name, and follows aliases as a resolver would. False if the
 * file does not have the name. */
static bool answer_from_zone(const struct zone *z, const char *name, uint16_t type,
                             struct zone_answer *a)
{
    bool exists = false;
    const char *target = NULL;
    for (size_t i = 0; i < z->count; i++) {
        const struct zone_record *r = &z->records[i];
        if (strcmp(r->name, name) != 0)
            continue;
        exists = true;
        if (r->type == type || r->type == ns_t_cname)
            add(a, name, r->type, r->preference, r->value);
        if (r->type == ns_t_cname && type != ns_t_cname)
            target = r->value;
    }
    if (target != NULL && a->count < 16)
        answer_from_zone(z, target, type, a);
    return exists;
}

/* Leaves the records alone, which are large. */
static void clear(struct zone_answer *a)
{
    a->rcode = a->delay_ms = 0;
    a->count = a->glue_count = 0;
    a->soa = a->secure = a->drop = a->truncate = a->wrong_id = a->wrong_name = a->junk = false;
    a->lame = a->no_edns = a->bare = a->extra = false;
}

void zone_refuse(struct zone_answer *a)
{
    clear(a);
    a->rcode = ns_r_refused;
}

static void answer_name(const struct zone *z, const char *name, uint16_t type,
                        struct zone_answer *a)
{
    const char *asked = strip_manner(name, a);
    if (answer_from_zone(z, asked, type, a) || answer_by_label(asked, type, a)) {
        for (size_t i = 0; asked != name && i < a->count; i++)
            if (strcmp(a->records[i].name, asked) == 0)
                copy_name(a->records[i].name, span_of(name));
        return;
    }
    a->rcode = ns_r_nxdomain;
}

void zone_ask(const struct zone *z, const char *name, uint16_t type, struct zone_answer *a)
{
    clear(a);
    answer_name(z, name, type, a);
    a->soa = a->count == 0 && !a->lame && (a->rcode == ns_r_noerror || a->rcode == ns_r_nxdomain);
}
