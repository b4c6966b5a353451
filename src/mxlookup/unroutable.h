/*
 * unroutable: hosts and addresses that no mail is ever sent to, whatever DNS says.
 * Pure; borrows its arguments. Cannot fail; returns static strings.
 */
#ifndef MXLOOKUP_UNROUTABLE_H
#define MXLOOKUP_UNROUTABLE_H

/* Returns why no mail goes to the exchange `host` (it is not a host name, is an IP address, or is
 * this machine itself), or NULL if mail may go there. */
const char *unroutable_host(const char *host);

/* Returns why no mail goes to the IP address `ip` (it is a loopback, private, link-local, multicast
 * or reserved address, RFC 6890, or embeds such an IPv4 address; or the text is not an address), or
 * NULL if mail may go there. */
const char *unroutable_address(const char *ip);

#endif
