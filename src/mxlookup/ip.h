/*
 * ip: reads an IP address as text into its bytes. Pure; borrows both arguments. The only failure is
 * a text that is not an IP address.
 */
#ifndef MXLOOKUP_IP_H
#define MXLOOKUP_IP_H

#include <arpa/inet.h>

/* Writes the 4 or 16 bytes of the address to `bytes`; returns AF_INET, AF_INET6, or 0 if `text` is
 * not an IP address. */
static inline int ip_parse(const char *text, unsigned char bytes[16])
{
    return inet_pton(AF_INET, text, bytes) == 1    ? AF_INET
           : inet_pton(AF_INET6, text, bytes) == 1 ? AF_INET6
                                                   : 0;
}

#endif
