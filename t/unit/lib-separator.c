/*
 * Separators of CSV: the option, the line sep=, and what a first line says.
 */
#include "lib/separator.h"

#include "lib/address_keys.h"

#include "tap.h"

static bool parses(const char *text, char expected)
{
    char c;
    return separator_parse(span_of(text), &c) ? c == expected : expected == '\0';
}

static bool reads(const char *line, enum separator_line expected, char separator)
{
    char c = ',';
    return separator_read_line(span_of(line), &c) == expected &&
           (expected != SEPARATOR_GIVEN || c == separator);
}

static char guess(const char *line, bool csv, bool *names_key)
{
    struct record r = {0};
    record_split(&r, span_of(line));
    char c = separator_guess(&r, csv, &key_address, names_key);
    record_clear(&r);
    return c;
}

/* True if the separator is guessed from the line, and if it names a key as `key` says. */
static bool guesses(const char *line, bool csv, char expected, bool key)
{
    bool names_key;
    return guess(line, csv, &names_key) == expected && names_key == key;
}

int main(void)
{
    ok(parses(";", ';') && parses("\\t", '\t') && parses("\t", '\t') && parses(" ", ' '),
       "--separator is one character, or \\t");
    ok(parses("", '\0') && parses(";;", '\0') && parses("\"", '\0') && parses("a", '\0') &&
           parses("7", '\0') && parses("\n", '\0') && parses("\r", '\0') &&
           parses("\xc3\xa4", '\0'),
       "--separator is not a quote, a letter, a digit, a line end or beyond ASCII");
    ok(reads("sep=;", SEPARATOR_GIVEN, ';') && reads("SEP=\t", SEPARATOR_GIVEN, '\t') &&
           reads("\"sep=|\"", SEPARATOR_GIVEN, '|'),
       "a line sep= is read in any case, and in quotes");
    ok(reads("sep=", SEPARATOR_INVALID, 0) && reads("sep=a", SEPARATOR_INVALID, 0) &&
           reads("sep=\"", SEPARATOR_INVALID, 0),
       "a line sep= without a separator is invalid");
    ok(reads("sep=;;", SEPARATOR_NONE, 0) && reads("sep", SEPARATOR_NONE, 0) &&
           reads("", SEPARATOR_NONE, 0) && reads("email", SEPARATOR_NONE, 0),
       "other lines are not a line sep=");
    ok(separator_is_semicolon(span_of("a;b")) && separator_is_semicolon(span_of("\"a,b\";c")),
       "semicolons count if the commas are within quotes");
    ok(!separator_is_semicolon(span_of("a,b;c")) && !separator_is_semicolon(span_of("\"a;b\"")) &&
           !separator_is_semicolon(span_of("a")) && !separator_is_semicolon(span_of("")),
       "semicolons do not count beside a comma or within quotes");
    ok(guesses("id,Email", false, ',', true) && guesses("id;\"Email\"", false, ';', true) &&
           guesses("a,b|email", false, '|', true),
       "a separator is guessed if a part is a key name");
    ok(guesses("id,name", false, ',', false) && guesses("a|b", true, '|', false),
       "a separator is guessed without a key name too");
    ok(guesses("id,Email", true, '\0', false) && guesses("a\tb;email", false, '\0', false) &&
           guesses("Email", false, '\0', false) && guesses("", false, '\0', false),
       "nothing is guessed from a comma in CSV, from several fields or from one word");
    return done();
}
