/*
 * unroutable: the hosts and addresses that no mail is ever sent to, whatever DNS answers say. Pure.
 */
#ifndef MXLOOKUP_UNROUTABLE_H
#define MXLOOKUP_UNROUTABLE_H

/* Returns why no mail goes to the exchange `host` (it is not a host name, is an IP address, or is
 * this machine itself), or NULL if mail may go there. */
const char *unroutable_host(const char *host);

/* The same of an IP address as text: it is of a loopback, private, link-local or reserved network,
 * or not an address at all. */
const char *unroutable_address(const char *ip);

#endif
