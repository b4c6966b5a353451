#include "mxlookup/mx_list.h"

#include "base/ascii.h"
#include "mxlookup/ip.h"

#include <stdio.h>

bool mx_list_next(struct span *mx, struct mx_item *item)
{
    struct span rest = *mx, word;
    if (!span_next_word(&rest, &word))
        return false;
    /* The host may be a literal, which has `:` in it. */
    const char *colon = memchr(word.p, ':', word.n);
    const char *equals = memrchr(word.p, '=', word.n);
    if (colon == NULL || equals == NULL || equals < colon)
        return false;
    item->preference = span_make(word.p, (size_t)(colon - word.p));
    item->host = span_make(colon + 1, (size_t)(equals - colon) - 1);
    item->ips = span_make(equals + 1, word.n - (size_t)(equals - word.p) - 1);
    *mx = rest;
    return true;
}

bool mx_list_next_ip(struct span *ips, struct span *ip)
{
    const char *comma = ips->n > 0 ? memchr(ips->p, ',', ips->n) : NULL;
    *ip = span_make(ips->p, comma != NULL ? (size_t)(comma - ips->p) : ips->n);
    *ips = span_make(ip->p + ip->n + (comma != NULL), ips->n - ip->n - (comma != NULL));
    return ip->n > 0;
}

static bool is_ip(struct span text)
{
    char copy[INET6_ADDRSTRLEN];
    unsigned char bytes[16];
    snprintf(copy, sizeof copy, "%.*s", (int)text.n, text.p);
    return text.n == strlen(copy) && ip_parse(copy, bytes) != 0;
}

size_t mx_list_count(struct span mx)
{
    struct mx_item item;
    struct span ip;
    size_t count = 0;
    for (; mx_list_next(&mx, &item); count++) {
        if (!span_is_digits(item.preference, 5) || item.host.n == 0)
            return 0;
        do
            if (!mx_list_next_ip(&item.ips, &ip) || !is_ip(ip))
                return 0;
        while (item.ips.n > 0);
    }
    return mx.n == 0 ? count : 0;
}
