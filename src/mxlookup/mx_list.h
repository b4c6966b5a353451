/*
 * mx_list: the column mx as values: exchanges separated by blanks, each PREF:HOST=IP,IP, as
 * lookup.c writes them. Pure; what it returns is borrowed from the text.
 */
#ifndef MXLOOKUP_MX_LIST_H
#define MXLOOKUP_MX_LIST_H

#include "base/span.h"
#include "base/status.h"

struct mx_item {
    struct span preference, host, ips;
};

/* Takes the next exchange off the list; false if there is none. It may have any text in its parts,
 * unless mx_list_count() accepts the list. */
bool mx_list_next(struct span *mx, struct mx_item *item);

/* Takes the next address off item.ips; false if there is none. */
bool mx_list_next_ip(struct span *ips, struct span *ip);

/* Counts the exchanges; 0 if the list, or one of its preferences and addresses, is not valid. */
MUST_CHECK size_t mx_list_count(struct span mx);

#endif
