/*
 * address: the one reading of a mail address (RFC 5321 section 4.1.2, RFC 6531), for all tools.
 * Pure: no I/O. The caller owns the buffers; spans that come out borrow the bytes of those that
 * went in. The only failure is a text that is not an address. mxkit(7), "Addresses", says the same
 * to users.
 */
#ifndef LIB_ADDRESS_H
#define LIB_ADDRESS_H

#include "base/buf.h"
#include "base/status.h"

enum {
    ADDRESS_LOCAL_LIMIT = 64, /* bytes of a local part (RFC 5321 section 4.5.3.1.1) */
    ADDRESS_LIMIT = 318,      /* and of an address: 1 for the @, 253 for the domain (dnsname.h) */
};

/*
 * Reads an address as a list has it, and writes the one form in which it is delivered to and
 * compared to `out`, which is emptied first: without blank and invisible characters around it,
 * display name, angle brackets, `mailto:` and quotes that the local part does not need; the local
 * part in normal form C, with its case; the domain as domain_read() writes it. That form can be
 * sent between the angle brackets of MAIL or RCPT: it is one argument of one SMTP command. Reading
 * it again gives the same. Returns false if `text` is not an address; then `out` must not be used.
 */
MUST_CHECK bool address_read(struct span text, struct buf *out);

/*
 * Makes the local part of an address that address_read() wrote caseless: how the state matches
 * addresses unless it was made with --exact-case. The address may then not be one to deliver to. A
 * local part that is not ASCII, and would be too long without its case, keeps the case of letters
 * outside ASCII.
 */
void address_fold(struct buf *address);

/* True if `address` can be sent as it is between the angle brackets of MAIL or RCPT. All that
 * address_read() writes can. */
bool address_is_safe(struct span address);

/* Returns what follows the last @; the empty span, with a NULL pointer, if there is no @. Here, so
 * that a tool that only needs this is not linked with the libraries that address_read() needs. */
static inline struct span address_domain(struct span address)
{
    const char *at = address.n > 0 ? (const char *)memrchr(address.p, '@', address.n) : NULL;
    return at == NULL ? span_make(NULL, 0)
                      : span_make(at + 1, address.n - 1 - (size_t)(at - address.p));
}

#endif
