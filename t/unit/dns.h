/*
 * dns: DNS answers as bytes, for the unit tests: a header, a question, and the records that the
 * test adds, section by section. Nothing is compressed. Names are without a final dot; "" is the
 * root.
 */
#ifndef MXKIT_DNS_H
#define MXKIT_DNS_H

#include <arpa/nameser.h>
#include <stdint.h>
#include <string.h>

struct dns {
    unsigned char bytes[4096];
    size_t n;
};

static inline void dns_put(struct dns *d, unsigned number, size_t bytes)
{
    while (bytes-- > 0)
        d->bytes[d->n++] = (unsigned char)(bytes < 4 ? number >> 8 * bytes : 0);
}

static inline void dns_put_name(struct dns *d, const char *name)
{
    while (*name != '\0') {
        size_t n = strcspn(name, ".");
        d->bytes[d->n++] = (unsigned char)n;
        memcpy(d->bytes + d->n, name, n);
        d->n += n;
        name += n + (name[n] == '.');
    }
    d->bytes[d->n++] = 0;
}

/* Begins an answer with these flags: 0x8180 is QR, RD, RA and NOERROR; 0x20 is AD. */
static inline void dns_begin(struct dns *d, unsigned id, unsigned flags, const char *name,
                             ns_type type)
{
    *d = (struct dns){.n = 0};
    dns_put(d, id, 2);
    dns_put(d, flags, 2);
    dns_put(d, 1, 2);
    dns_put(d, 0, 6);
    dns_put_name(d, name);
    dns_put(d, type, 2);
    dns_put(d, ns_c_in, 2);
}

/* Adds a record to a section, not to one before that of the last record. Its data is `number` in
 * `bytes` bytes, then the name, unless that is NULL. */
static inline void dns_add(struct dns *d, ns_sect section, const char *owner, ns_type type,
                           uint32_t ttl_s, unsigned number, size_t bytes, const char *name)
{
    d->bytes[4 + 2 * section + 1]++;
    dns_put_name(d, owner);
    dns_put(d, type, 2);
    dns_put(d, ns_c_in, 2);
    dns_put(d, ttl_s, 4);
    size_t length = d->n;
    dns_put(d, 0, 2);
    dns_put(d, number, bytes);
    if (name != NULL)
        dns_put_name(d, name);
    size_t n = d->n - length - 2;
    d->bytes[length] = (unsigned char)(n >> 8);
    d->bytes[length + 1] = (unsigned char)n;
}

/* Adds an SOA with that last field to the authority section. */
static inline void dns_add_soa(struct dns *d, const char *zone, uint32_t ttl_s, uint32_t minimum_s)
{
    dns_add(d, ns_s_ns, zone, ns_t_soa, ttl_s, 0, 0, "ns.example");
    size_t end = d->n;
    dns_put_name(d, "admin.example");
    for (int i = 0; i < 4; i++)
        dns_put(d, 3600, 4);
    dns_put(d, minimum_s, 4);
    d->bytes[end - 12 - 1] = (unsigned char)(d->n - end + 12);
}

#endif
