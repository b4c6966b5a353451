#include "mxlookup/packet.h"

#include "base/ascii.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

enum { HEADER_LENGTH = 12, OPT_LENGTH = 11, FLAG_TC = 2, FLAG_AD = 0x20, DO_BYTE = 7 };

/* The bit that a letter has and its capital has not; the least first byte of a compressed name. */
enum { CASE = 0x20, COMPRESSED = 0xc0 };

/* The byte after a name that has no compression. */
static unsigned char *end_of_name(unsigned char *at)
{
    while (*at != 0)
        at += *at + 1;
    return at + 1;
}

/* Lengths of labels are no letters, being less than 64. */
static void set_capitals(unsigned char *name, uint64_t capitals)
{
    for (size_t i = 0; name[i] != 0; i++)
        if (ascii_is_letter((char)name[i]))
            name[i] = (unsigned char)((name[i] | CASE) ^ (capitals >> i % 64 & 1 ? CASE : 0));
}

enum packet_spelling packet_spelling(const unsigned char *bytes, uint64_t capitals)
{
    const unsigned char *name = bytes + HEADER_LENGTH;
    bool any = false;
    for (size_t i = 0; bytes[5] == 1 && name[i] != 0; i++) {
        bool letter = ascii_is_letter((char)name[i]), capital = letter && (name[i] & CASE) == 0;
        if (name[i] >= COMPRESSED || (letter && capital != (capitals >> i % 64 & 1)))
            return PACKET_OTHER_SPELLING;
        any = any || capital;
    }
    return any ? PACKET_SAME_SPELLING : PACKET_PLAIN_SPELLING;
}

size_t packet_query(const char *name, ns_type type, uint16_t id, enum packet_edns edns,
                    uint64_t capitals, unsigned char out[PACKET_QUERY_LIMIT])
{
    static const unsigned char opt[OPT_LENGTH] = {0, 0, ns_t_opt, PACKET_UDP_SIZE >> 8,
                                                  PACKET_UDP_SIZE & 0xff};
    memset(out, 0, HEADER_LENGTH);
    out[0] = (unsigned char)(id >> 8);
    out[1] = (unsigned char)id;
    out[2] = 1; /* recursion desired */
    out[3] = edns == PACKET_DNSSEC ? FLAG_AD : 0;
    out[5] = 1;
    if (ns_name_pton(name, out + HEADER_LENGTH, NS_MAXCDNAME) < 0)
        return 0;
    set_capitals(out + HEADER_LENGTH, capitals);
    unsigned char *at = end_of_name(out + HEADER_LENGTH);
    ns_put16(type, at);
    ns_put16(ns_c_in, at + 2);
    at += 4;
    if (edns == PACKET_PLAIN)
        return (size_t)(at - out);
    out[11] = 1;
    memcpy(at, opt, OPT_LENGTH);
    if (edns == PACKET_DNSSEC)
        at[DO_BYTE] = 0x80;
    return (size_t)(at - out) + OPT_LENGTH;
}

bool packet_can_ask(const char *name)
{
    unsigned char wire[NS_MAXCDNAME];
    return ns_name_pton(name, wire, sizeof wire) >= 0;
}

uint16_t packet_id(const unsigned char *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static bool has_no_edns(const unsigned char *bytes)
{
    unsigned rcode = bytes[3] & 0xf;
    return rcode == ns_r_formerr || rcode == ns_r_notimpl;
}

/* True if this is an answer (QR, opcode 0) whose only question is ours. Reads the header by hand,
 * since a truncated packet may not parse. */
static bool is_answer_to(const unsigned char *bytes, size_t n, const char *name, ns_type type)
{
    char asked[NS_MAXDNAME];
    if (n < HEADER_LENGTH || (bytes[2] & 0xf8) != 0x80 || bytes[4] != 0 || bytes[5] != 1)
        return false;
    int length = ns_name_uncompress(bytes, bytes + n, bytes + HEADER_LENGTH, asked, sizeof asked);
    if (length < 0 || HEADER_LENGTH + (size_t)length + 4 > n)
        return false;
    const unsigned char *after = bytes + HEADER_LENGTH + length;
    return ns_get16(after) == (unsigned)type && ns_get16(after + 2) == ns_c_in &&
           strcasecmp(asked, name) == 0;
}

/* True if this is FORMERR or NOTIMP without a question: so answers a server that knows no EDNS0,
 * and reads no further (RFC 6891 7). It has no more than the id to tell that it is ours, but a
 * forger gains nothing: all that it says is that we must ask otherwise. */
static bool is_bare_error(const unsigned char *bytes, size_t n)
{
    return n >= HEADER_LENGTH && (bytes[2] & 0xf8) == 0x80 && bytes[4] == 0 && bytes[5] == 0 &&
           has_no_edns(bytes);
}

/* Parses the message. Bytes after its last record are ignored: the counts in the header tell where
 * it ends (RFC 1035 4.1.1), and no record is in doubt. libresolv would refuse the whole message. */
static bool parse(const unsigned char *bytes, size_t n, ns_msg *m)
{
    const unsigned char *at = bytes + HEADER_LENGTH;
    if (ns_initparse(bytes, (int)n, m) == 0)
        return true;
    for (int section = ns_s_qd; section < ns_s_max; section++) {
        int count = (int)ns_get16(bytes + 4 + 2 * section);
        int length = ns_skiprr(at, bytes + n, (ns_sect)section, count);
        if (length < 0)
            return false;
        at += length;
    }
    return ns_initparse(bytes, (int)(at - bytes), m) == 0;
}

static enum packet_status status_of(unsigned rcode)
{
    return rcode == ns_r_noerror    ? PACKET_NODATA
           : rcode == ns_r_nxdomain ? PACKET_NXDOMAIN
           : rcode == ns_r_refused  ? PACKET_REFUSED
                                    : PACKET_SERVFAIL;
}

static bool read_name(const ns_msg *m, const unsigned char *at, char out[PACKET_VALUE])
{
    if (ns_name_uncompress(ns_msg_base(*m), ns_msg_end(*m), at, out, PACKET_VALUE) < 0)
        return false;
    if (strcmp(out, ".") == 0)
        out[0] = '\0';
    return true;
}

/* Writes usage, selector, matching type, and the data in hexadecimal (RFC 6698 2.1). */
static bool read_tlsa(const unsigned char *data, size_t length, char out[PACKET_VALUE])
{
    if (length < 4 || length > PACKET_TLSA_MOST)
        return false;
    int n = snprintf(out, PACKET_VALUE, "%u:%u:%u:", data[0], data[1], data[2]);
    for (size_t i = 3; i < length; i++)
        n += snprintf(out + n, 3, "%02x", data[i]);
    return true;
}

/* False if the record is malformed, or of a type that we do not use. */
static bool read_value(const ns_msg *m, const ns_rr *rr, struct packet_record *r)
{
    const unsigned char *data = ns_rr_rdata(*rr);
    size_t length = ns_rr_rdlen(*rr);
    r->preference = 0;
    switch ((int)ns_rr_type(*rr)) {
    case ns_t_a:
        return length == 4 && inet_ntop(AF_INET, data, r->value, sizeof r->value) != NULL;
    case ns_t_aaaa:
        return length == 16 && inet_ntop(AF_INET6, data, r->value, sizeof r->value) != NULL;
    case ns_t_mx:
        r->preference = length >= 3 ? (uint16_t)ns_get16(data) : 0;
        return length >= 3 && read_name(m, data + 2, r->value);
    case ns_t_cname:
        return read_name(m, data, r->value);
    case PACKET_TYPE_TLSA:
        return read_tlsa(data, length, r->value);
    default:
        return false;
    }
}

static uint32_t sound_ttl(uint32_t ttl)
{
    return ttl > INT32_MAX ? 0 : ttl; /* RFC 2181 8 */
}

static void shorten_ttl(struct packet_answer *a, uint32_t ttl)
{
    ttl = sound_ttl(ttl);
    a->ttl_s = ttl < a->ttl_s ? ttl : a->ttl_s;
}

/* Replaces `name` by what it is an alias of, among the answers; false if it is not an alias. */
static bool follow_alias(ns_msg *m, char name[NS_MAXDNAME], struct packet_answer *a)
{
    struct packet_record r;
    ns_rr rr;
    for (int i = 0; i < ns_msg_count(*m, ns_s_an); i++)
        if (ns_parserr(m, ns_s_an, i, &rr) == 0 && ns_rr_type(rr) == ns_t_cname &&
            ns_rr_class(rr) == ns_c_in && strcasecmp(ns_rr_name(rr), name) == 0 &&
            read_value(m, &rr, &r)) {
            memcpy(name, r.value, NS_MAXDNAME);
            shorten_ttl(a, ns_rr_ttl(rr));
            a->aliased = true;
            return true;
        }
    return false;
}

/* True if there are any, even if none can be read. */
static bool collect_records(ns_msg *m, const char *name, ns_type type, struct packet_answer *a)
{
    ns_rr rr;
    bool any = false;
    for (int i = 0; i < ns_msg_count(*m, ns_s_an) && a->count < PACKET_RECORDS; i++)
        if (ns_parserr(m, ns_s_an, i, &rr) == 0 && ns_rr_type(rr) == type &&
            ns_rr_class(rr) == ns_c_in && strcasecmp(ns_rr_name(rr), name) == 0) {
            any = true;
            if (!read_value(m, &rr, &a->records[a->count]))
                continue;
            shorten_ttl(a, ns_rr_ttl(rr));
            a->count++;
        }
    return any;
}

static bool is_under(const char *name, const char *zone)
{
    size_t n = strlen(name), z = strlen(zone);
    return n >= z && strcasecmp(name + n - z, zone) == 0 && (n == z || name[n - z - 1] == '.');
}

/* The addresses that came with the answer to an MX question for `zone`. Its servers cannot speak
 * for hosts elsewhere, whose addresses somebody else may forge there (RFC 2181 5.4.1). */
static void collect_glue(ns_msg *m, const char *zone, struct packet_answer *a)
{
    struct packet_record r;
    ns_rr rr;
    for (int i = 0; i < ns_msg_count(*m, ns_s_ar) && a->glue_count < PACKET_RECORDS; i++) {
        if (ns_parserr(m, ns_s_ar, i, &rr) != 0)
            return;
        if ((ns_rr_type(rr) != ns_t_a && ns_rr_type(rr) != ns_t_aaaa) ||
            ns_rr_class(rr) != ns_c_in || !is_under(ns_rr_name(rr), zone) ||
            !read_value(m, &rr, &r))
            continue;
        struct packet_glue *g = &a->glue[a->glue_count++];
        g->type = ns_rr_type(rr);
        g->ttl_s = sound_ttl(ns_rr_ttl(rr));
        memcpy(g->host, ns_rr_name(rr), strlen(ns_rr_name(rr)) + 1);
        memcpy(g->address, r.value, strlen(r.value) + 1); /* an IP address, which is short */
    }
}

/* How long a negative answer may be kept (RFC 2308 5): the smaller of the SOA's TTL and its last
 * field. False if there is no SOA. */
static bool read_soa(ns_msg *m, struct packet_answer *a)
{
    ns_rr rr;
    for (int i = 0; i < ns_msg_count(*m, ns_s_ns); i++)
        if (ns_parserr(m, ns_s_ns, i, &rr) == 0 && ns_rr_type(rr) == ns_t_soa &&
            ns_rr_rdlen(rr) >= 4) {
            shorten_ttl(a, ns_rr_ttl(rr));
            shorten_ttl(a, (uint32_t)ns_get32(ns_rr_rdata(rr) + ns_rr_rdlen(rr) - 4));
            return true;
        }
    return false;
}

static bool is_referral(ns_msg *m)
{
    ns_rr rr;
    for (int i = 0; i < ns_msg_count(*m, ns_s_ns); i++)
        if (ns_parserr(m, ns_s_ns, i, &rr) == 0 && ns_rr_type(rr) == ns_t_ns)
            return true;
    return false;
}

/*
 * Reads an answer without records; `target` is the end of the aliases, if there are any. NOERROR
 * without an SOA proves nothing if the server stopped at an alias or sent a referral: the alias is
 * to be asked for next, and the referral is treated as lame.
 */
static void read_negative(ns_msg *m, const char *target, struct packet_answer *a)
{
    bool soa = read_soa(m, a), ended = soa || a->status == PACKET_NXDOMAIN;
    if (!ended && a->aliased)
        memcpy(a->next, target, strlen(target) + 1);
    else if (!ended && is_referral(m))
        a->status = PACKET_SERVFAIL;
    if (!soa && a->next[0] == '\0')
        a->ttl_s = 0;
}

/* NXDOMAIN is about the end of the aliases, if there are any (RFC 2308 2.1). */
static void follow_aliases(ns_msg *m, char target[NS_MAXDNAME], struct packet_answer *a)
{
    for (int i = 0; i < PACKET_ALIASES && follow_alias(m, target, a); i++)
        ;
}

/* Leaves the end of the aliases in `target`. A loop of them is a failure; so are records that
 * cannot be read, since they do not deny that there are any. */
static void read_records(ns_msg *m, char target[NS_MAXDNAME], ns_type type, struct packet_answer *a)
{
    int aliases = 0;
    bool any = collect_records(m, target, type, a);
    while (!any && aliases <= PACKET_ALIASES && follow_alias(m, target, a)) {
        any = collect_records(m, target, type, a);
        aliases++;
    }
    if (aliases > PACKET_ALIASES || any)
        a->status = PACKET_SERVFAIL;
    if (a->count > 0)
        a->status = PACKET_FOUND;
}

static void read_header(const unsigned char *bytes, struct packet_answer *a)
{
    a->count = a->glue_count = 0;
    a->status = status_of(bytes[3] & 0xf);
    a->truncated = (bytes[2] & FLAG_TC) != 0;
    a->secure = (bytes[3] & FLAG_AD) != 0;
    a->no_edns = has_no_edns(bytes);
    a->aliased = false;
    a->next[0] = '\0';
    a->ttl_s = INT32_MAX;
}

bool packet_read(const unsigned char *bytes, size_t n, const char *name, ns_type type,
                 struct packet_answer *a)
{
    char target[NS_MAXDNAME];
    ns_msg m;
    if (!is_answer_to(bytes, n, name, type) && !is_bare_error(bytes, n))
        return false;
    read_header(bytes, a);
    bool of_use = a->status == PACKET_NODATA || a->status == PACKET_NXDOMAIN;
    if (a->truncated || !of_use) {
        a->ttl_s = 0;
        return true;
    }
    if (!parse(bytes, n, &m)) {
        a->status = PACKET_SERVFAIL;
        a->ttl_s = 0;
        return true;
    }
    memcpy(target, name, strlen(name) + 1);
    if (a->status == PACKET_NODATA)
        read_records(&m, target, type, a);
    else
        follow_aliases(&m, target, a);
    memcpy(a->canonical, target, strlen(target) + 1);
    if (a->status == PACKET_NODATA || a->status == PACKET_NXDOMAIN)
        read_negative(&m, target, a);
    if (a->status == PACKET_FOUND && type == ns_t_mx)
        collect_glue(&m, name, a);
    return true;
}
