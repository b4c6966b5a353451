#include "packet.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <ctype.h>
#include <resolv.h>
#include <stdio.h>

enum { HEADER_LENGTH = 12 };

bool packet_read(const unsigned char *bytes, size_t n, struct question *q)
{
    char text[NS_MAXDNAME];
    *q = (struct question){0};
    if (n < HEADER_LENGTH || (bytes[2] & 0xf8) != 0 || bytes[4] != 0 || bytes[5] != 1)
        return false;
    int length = ns_name_uncompress(bytes, bytes + n, bytes + HEADER_LENGTH, text, sizeof text);
    if (length < 0 || HEADER_LENGTH + (size_t)length + 4 > n || strlen(text) >= sizeof q->name)
        return false;
    q->raw_length = (size_t)length + 4;
    if (q->raw_length > sizeof q->raw)
        return false;
    memcpy(q->id, bytes, 2);
    memcpy(q->raw, bytes + HEADER_LENGTH, q->raw_length);
    for (size_t i = 0; text[i] != '\0'; i++)
        q->name[i] = (char)tolower((unsigned char)text[i]);
    if (strcmp(q->name, ".") == 0)
        q->name[0] = '\0';
    q->type = (uint16_t)ns_get16(bytes + HEADER_LENGTH + length);
    q->edns = bytes[11] > 0;
    return true;
}

/* A packet that grows; `full` once something did not fit. */
struct out {
    unsigned char *p;
    size_t n;
    bool full;
};

static void put(struct out *o, const void *bytes, size_t n)
{
    if (o->n + n > PACKET_LIMIT) {
        o->full = true;
        return;
    }
    memcpy(o->p + o->n, bytes, n);
    o->n += n;
}

static void put16(struct out *o, unsigned value)
{
    unsigned char bytes[2] = {(unsigned char)(value >> 8), (unsigned char)value};
    put(o, bytes, 2);
}

static void put_name(struct out *o, const char *name)
{
    unsigned char wire[NS_MAXCDNAME];
    if (ns_name_pton(*name != '\0' ? name : ".", wire, sizeof wire) < 0)
        o->full = true;
    else
        for (size_t n = 0;; n += wire[n] + 1U) {
            put(o, wire + n, wire[n] + 1U);
            if (wire[n] == 0)
                break;
        }
}

static void put_value(struct out *o, const struct zone_record *r)
{
    unsigned char address[16];
    static const unsigned char tlsa[] = {3, 1, 1, 0xab, 0xcd, 0xef};
    if (r->type == ZONE_TLSA) {
        put(o, tlsa, sizeof tlsa);
        return;
    }
    if (r->type == ns_t_a && inet_pton(AF_INET, r->value, address) == 1) {
        put(o, address, 4);
    } else if (r->type == ns_t_aaaa && inet_pton(AF_INET6, r->value, address) == 1) {
        put(o, address, 16);
    } else {
        if (r->type == ns_t_mx)
            put16(o, (unsigned)r->preference);
        put_name(o, r->value);
    }
}

static void put_record(struct out *o, const struct zone_record *r)
{
    put_name(o, r->name);
    put16(o, r->type);
    put16(o, ns_c_in);
    put16(o, r->ttl >> 16);
    put16(o, r->ttl & 0xffff);
    size_t length_at = o->n;
    put16(o, 0);
    put_value(o, r);
    if (o->full)
        return;
    size_t length = o->n - length_at - 2;
    o->p[length_at] = (unsigned char)(length >> 8);
    o->p[length_at + 1] = (unsigned char)length;
}

/* The root's SOA: a negative answer may be kept for 60 seconds. */
static void put_soa(struct out *o)
{
    static const unsigned char soa[] = {0, 0, ns_t_soa, 0, 1, 0, 0,  0, 60, 0,  22,
                                        0, 0, 0,        0, 0, 1, 0,  0, 0,  60, 0,
                                        0, 0, 60,       0, 0, 0, 60, 0, 0,  0,  60};
    put(o, soa, sizeof soa);
}

static void put_opt(struct out *o)
{
    /* 1232 bytes, the size that the DNS flag day 2020 recommends. */
    static const unsigned char opt[11] = {0, 0, ns_t_opt, 0x04, 0xd0};
    put(o, opt, sizeof opt);
}

size_t packet_write(const struct question *q, const struct zone_answer *a, bool tcp,
                    unsigned char out[PACKET_LIMIT])
{
    /* A referral of the root to the server `ns`. */
    static const unsigned char referral[] = {0,  0, ns_t_ns, 0, 1,   0,   0, 0,
                                             60, 0, 4,       2, 'n', 's', 0};
    bool truncated = a->truncate && !tcp, refused = a->no_edns && q->edns;
    struct out o = {.p = out};
    unsigned char header[HEADER_LENGTH] = {
        q->id[0], q->id[1], 0x81, (unsigned char)(0x80 | a->rcode), 0, 1};
    header[0] = a->wrong_id ? (unsigned char)~header[0] : header[0];
    header[2] = truncated ? 0x83 : 0x81;
    header[7] = truncated ? 0 : (unsigned char)a->count;
    header[3] |= a->secure ? 0x20 : 0;
    header[9] = (a->soa && !truncated) || a->lame;
    header[11] = (unsigned char)(q->edns + (truncated ? 0 : a->glue_count));
    if (refused) {
        header[3] = 0x80 | ns_r_formerr;
        header[7] = header[11] = 0;
    }
    if (refused && a->bare)
        header[5] = 0;
    put(&o, header, HEADER_LENGTH);
    if (refused && a->bare)
        return o.n;
    put(&o, q->raw, q->raw_length);
    if (a->wrong_name)
        out[HEADER_LENGTH + 1] = out[HEADER_LENGTH + 1] == 'q' ? 'p' : 'q';
    if (refused)
        return o.n;
    for (size_t i = 0; !truncated && i < a->count; i++)
        put_record(&o, &a->records[i]);
    if (a->soa && !truncated)
        put_soa(&o);
    if (a->lame)
        put(&o, referral, sizeof referral);
    for (size_t i = 0; !truncated && i < a->glue_count; i++)
        put_record(&o, &a->glue[i]);
    if (q->edns)
        put_opt(&o);
    if (a->extra)
        put(&o, "", 1);
    if (a->junk)
        memset(out + 2, 0xff, o.n - 2);
    return o.n;
}

size_t packet_forge(const unsigned char *query, size_t n, enum forgery how, int random,
                    unsigned char out[PACKET_LIMIT])
{
    static struct zone_answer a;
    struct question q;
    if (!packet_read(query, n, &q))
        return 0;
    a = (struct zone_answer){.count = 1};
    struct zone_record *r = &a.records[0];
    r->type = q.type;
    memcpy(r->name, q.name, sizeof r->name);
    snprintf(r->value, sizeof r->value, "%s",
             q.type == ns_t_a      ? "6.6.6.6"
             : q.type == ns_t_aaaa ? "666::6"
                                   : "mx.forged.test");
    size_t length = packet_write(&q, &a, false, out);
    unsigned char *class = out + HEADER_LENGTH + q.raw_length - 1;
    if (how == FORGE_ID)
        out[1] ^= (unsigned char)(1 + random % 255);
    else if (how == FORGE_QUESTION)
        out[HEADER_LENGTH + 1] = out[HEADER_LENGTH + 1] == 'q' ? 'p' : 'q';
    else if (how == FORGE_CLASS)
        *class = ns_c_chaos;
    else if (how == FORGE_OPCODE)
        out[2] |= 0x28;
    else if (how == FORGE_QUERY)
        out[2] &= 0x7f;
    return length;
}
