/*
 * address_keys: the kinds of keys that are mail addresses (key_names.h).
 * In the exports of other systems, "Address" is a street if there is an "Email" too, so the names
 * that can only mean mail come before it. "@domain" counts as an address, since lists of addresses
 * name whole domains too. A lone word may be anything, so a domain has two labels or more.
 */
#ifndef LIB_ADDRESS_KEYS_H
#define LIB_ADDRESS_KEYS_H

#include "lib/key_names.h"

extern const struct key_kind key_address, key_address_or_domain;

#endif
