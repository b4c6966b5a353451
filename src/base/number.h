/*
 * number: whole numbers as users write them.
 * Pure: no I/O.
 */
#ifndef BASE_NUMBER_H
#define BASE_NUMBER_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

/* Reads a decimal number with an optional sign, after optional white space. Returns false if `text`
 * is anything else or out of range; then *number is undefined. */
MUST_CHECK bool number_parse(const char *text, int64_t *number);

#endif
