#include "packet.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <resolv.h>

enum { HEADER_LENGTH = 12, OPT_LENGTH = 11 };

size_t packet_query(const char *name, ns_type type, uint16_t id,
                    unsigned char out[PACKET_QUERY_LIMIT])
{
    static const unsigned char opt[OPT_LENGTH] = {0, 0, ns_t_opt, PACKET_UDP_SIZE >> 8,
                                                  PACKET_UDP_SIZE & 0xff};
    int n = res_mkquery(ns_o_query, name, ns_c_in, (int)type, NULL, 0, NULL, out,
                        PACKET_QUERY_LIMIT - OPT_LENGTH);
    if (n < HEADER_LENGTH)
        return 0;
    out[0] = (unsigned char)(id >> 8); /* libresolv takes its id from the clock */
    out[1] = (unsigned char)id;
    out[2] =
        1; /* recursion desired, nothing else: the process's resolver options shall not leak in */
    out[3] = 0;
    out[11] = 1;
    memcpy(out + n, opt, OPT_LENGTH);
    return (size_t)n + OPT_LENGTH;
}

uint16_t packet_id(const unsigned char *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

/* Is it an answer (QR, opcode 0) whose one question is ours? The header is read by hand: it also
 * stands in truncated packets. */
static bool answers(const unsigned char *bytes, size_t n, const char *name, ns_type type)
{
    char asked[NS_MAXDNAME];
    if (n < HEADER_LENGTH || (bytes[2] & 0xf8) != 0x80 || bytes[4] != 0 || bytes[5] != 1)
        return false;
    int length = ns_name_uncompress(bytes, bytes + n, bytes + HEADER_LENGTH, asked, sizeof asked);
    if (length < 0 || HEADER_LENGTH + (size_t)length + 4 > n)
        return false;
    const unsigned char *behind = bytes + HEADER_LENGTH + length;
    return ns_get16(behind) == (unsigned)type && ns_get16(behind + 2) == ns_c_in &&
           strcasecmp(asked, name) == 0;
}

static enum packet_status status_of(unsigned rcode)
{
    return rcode == ns_r_noerror    ? PACKET_NODATA
           : rcode == ns_r_nxdomain ? PACKET_NXDOMAIN
           : rcode == ns_r_refused  ? PACKET_REFUSED
                                    : PACKET_SERVFAIL;
}

/* Reads the host or address of a record; false if it is malformed. */
static bool read_value(ns_msg *m, ns_rr *rr, struct packet_record *r)
{
    const unsigned char *data = ns_rr_rdata(*rr);
    size_t length = ns_rr_rdlen(*rr), skip = 0;
    *r = (struct packet_record){0};
    switch (ns_rr_type(*rr)) {
    case ns_t_a:
        return length == 4 && inet_ntop(AF_INET, data, r->value, sizeof r->value) != NULL;
    case ns_t_aaaa:
        return length == 16 && inet_ntop(AF_INET6, data, r->value, sizeof r->value) != NULL;
    case ns_t_mx:
        if (length < 3)
            return false;
        r->preference = (uint16_t)ns_get16(data);
        skip = 2;
        break;
    case ns_t_cname:
        break;
    default:
        return false;
    }
    if (ns_name_uncompress(ns_msg_base(*m), ns_msg_end(*m), data + skip, r->value,
                           sizeof r->value) < 0)
        return false;
    if (strcmp(r->value, ".") == 0)
        r->value[0] = '\0';
    return true;
}

/* Follows the alias of `name` (in place) among the answers; false if there is none. */
static bool follow_alias(ns_msg *m, char name[NS_MAXDNAME])
{
    struct packet_record r;
    ns_rr rr;
    for (int i = 0; i < ns_msg_count(*m, ns_s_an); i++)
        if (ns_parserr(m, ns_s_an, i, &rr) == 0 && ns_rr_type(rr) == ns_t_cname &&
            strcasecmp(ns_rr_name(rr), name) == 0 && read_value(m, &rr, &r)) {
            memcpy(name, r.value, NS_MAXDNAME);
            return true;
        }
    return false;
}

/* Collects the records of `type` that `name` has. */
static void collect(ns_msg *m, const char *name, ns_type type, struct packet_answer *a)
{
    ns_rr rr;
    for (int i = 0; i < ns_msg_count(*m, ns_s_an) && a->count < PACKET_RECORDS; i++)
        if (ns_parserr(m, ns_s_an, i, &rr) == 0 && ns_rr_type(rr) == type &&
            ns_rr_class(rr) == ns_c_in && strcasecmp(ns_rr_name(rr), name) == 0 &&
            read_value(m, &rr, &a->records[a->count]))
            a->count++;
}

bool packet_read(const unsigned char *bytes, size_t n, const char *name, ns_type type,
                 struct packet_answer *a)
{
    char target[NS_MAXDNAME];
    ns_msg m;
    if (!answers(bytes, n, name, type))
        return false;
    a->count = 0;
    a->status = status_of(bytes[3] & 0xf);
    a->truncated = (bytes[2] & 2) != 0;
    if (a->truncated || a->status != PACKET_NODATA)
        return true;
    if (ns_initparse(bytes, (int)n, &m) != 0) {
        a->status = PACKET_SERVFAIL;
        return true;
    }
    size_t length = strlen(name);
    memcpy(target, name, length + 1);
    for (int i = 0; a->count == 0 && i <= PACKET_ALIASES; i++) {
        collect(&m, target, type, a);
        if (a->count == 0 && !follow_alias(&m, target))
            break;
    }
    if (a->count > 0)
        a->status = PACKET_FOUND;
    return true;
}
