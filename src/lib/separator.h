/*
 * separator: which character separates the fields of a CSV, and what a first line says of it.
 * Pure: no I/O, and nothing here allocates.
 */
#ifndef LIB_SEPARATOR_H
#define LIB_SEPARATOR_H

#include "base/status.h"
#include "lib/key_names.h"

/* Reads the argument of --separator: one character of ASCII, or \t for TAB. False if it is not one,
 * or is a quote, a line end, a letter or a digit, which cannot separate fields. */
MUST_CHECK bool separator_parse(struct span text, char *separator);

/* What the first line of a CSV is, by its beginning up to the first line end. */
enum separator_line {
    SEPARATOR_NONE,    /* a line like the others */
    SEPARATOR_GIVEN,   /* sep=X, as spreadsheets write and read it: *separator is set to X */
    SEPARATOR_INVALID, /* sep=X with a character that cannot separate fields */
};
enum separator_line separator_read_line(struct span line, char *separator);

/* True if the line has semicolons outside quotes and no comma there: as spreadsheets write CSV
 * where the comma is in numbers. */
bool separator_is_semicolon(struct span line);

/*
 * Returns the character, other than those that `csv` says were looked for, that separates the
 * fields of `first`, the first line that was read, or '\0' if it has none: then *names_key is
 * false. Otherwise *names_key is true if one of the parts is a key name, so that the line can only
 * be a header in another form.
 */
char separator_guess(const struct record *first, bool csv, const struct key_kind *kind,
                     bool *names_key);

/* Returns what to do if a line of TSV or CSV has fields separated by this, for the end of a
 * message;
 * "" for '\0'. */
const char *separator_advice(char separator, bool csv);

#endif
