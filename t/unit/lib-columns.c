/*
 * Which column is the key, what can be a key, and the columns of one file found in another.
 */
#include "lib/columns.h"

#include "lib/address_keys.h"

#include "tap.h"

static int find(const struct key_kind *kind, const char *header)
{
    struct record r = {0};
    record_split(&r, span_of(header));
    int place = key_names_find(kind, &r);
    record_clear(&r);
    return place;
}

static bool fits(const struct key_kind *kind, const char *value)
{
    return kind->fits == NULL || kind->fits(span_of(value));
}

static void test_names(void)
{
    ok(find(&key_address, "n\t E-Mail_Address \tx") == 1 && find(&key_address, "e mail") == 0,
       "a key name is found in any case, with or without blanks and hyphens");
    ok(find(&key_address, "Address\tEmail\taddress") == 2 &&
           find(&key_address, "Address\tMail") == 1 &&
           find(&key_address, "Email\tRecipient\tAddress") == 0,
       "address in lower case comes first, Address after the names that mean mail");
    ok(find(&key_address, "addresses\temail2\tfrom\t") == KEY_NONE &&
           find(&key_address, "") == KEY_NONE,
       "a part of a key name and an empty name are not key names");
    ok(find(&key_address, "emailaddressemailaddressemailaddress") == KEY_NONE,
       "a long name is not a key name");
    ok(find(&key_address, "domain\ttext") == KEY_NONE &&
           find(&key_address_or_domain, "x\tDomain") == 1 &&
           find(&key_address_or_domain, "domain\temail") == 0 &&
           find(&key_address_or_domain, "Domain\temail") == 1,
       "domain is a key name only for a tool that takes domains");
    ok(find(&key_text, "address\tTEXT") == 1 && find(&key_text, "address") == KEY_NONE,
       "text is the only key name for texts");
}

static void test_values(void)
{
    ok(fits(&key_address, "Ann <ann@x.org>") && fits(&key_address, " ann@x.org. ") &&
           fits(&key_address, "@spam.example") && fits(&key_address, "*@spam.example"),
       "an address, also one with a name, and a whole domain after @ fit");
    ok(!fits(&key_address, "Ann") && !fits(&key_address, "1,ann@x.org") &&
           !fits(&key_address, "") && !fits(&key_address, "x.org") && !fits(&key_address, "@") &&
           !fits(&key_address, "@ann"),
       "a name, a part of a CSV and a lone domain do not fit as an address");
    ok(fits(&key_address_or_domain, "x.org.") && fits(&key_address_or_domain, "[192.0.2.1]") &&
           fits(&key_address_or_domain, "b\xc3\xbc"
                                        "cher.example"),
       "a domain of two labels and an address literal fit as a domain");
    ok(!fits(&key_address_or_domain, "Ann") && !fits(&key_address_or_domain, "1.50") &&
           !fits(&key_address_or_domain, "a..b") && !fits(&key_address_or_domain, ".org") &&
           !fits(&key_address_or_domain, "192.0.2.1") && !fits(&key_address_or_domain, "a b.org"),
       "a lone word, a number and a name with an empty label do not fit as a domain");
    ok(fits(&key_text, "") && fits(&key_text, "Ann"), "anything fits as a text");
}

static enum columns_line first(struct columns *c, const char *line, const char *key,
                               const char *names)
{
    struct record r = {0};
    const struct columns_wanted wanted = {&key_address, key, names};
    record_split(&r, span_of(line));
    enum columns_line kind = columns_from_first(c, &r, &wanted);
    record_clear(&r);
    return kind;
}

/* True if the first line is of that kind, and if the header and the key's place are these. */
static bool is_first(const char *line, const char *key, const char *names, enum columns_line kind,
                     const char *header, size_t place)
{
    struct columns c;
    bool same = first(&c, line, key, names) == kind &&
                span_is(span_make(c.text, c.text_length), header) && c.key == place;
    columns_clear(&c);
    return same;
}

static void test_first_line(void)
{
    ok(is_first("n\tEmail", NULL, NULL, COLUMNS_HEADER, "n\tEmail", 1),
       "a line with a key name is a header");
    ok(is_first("a@x.org\tn", NULL, NULL, COLUMNS_ROW, "address\tc2", 0),
       "a line without one is a row");
    ok(is_first("n\ta@x.org", NULL, "n, Email", COLUMNS_ROW, "n\t Email", 1),
       "-c names the columns and, with a key name, the key");
    ok(is_first("n\tx\ty", NULL, "a,,b", COLUMNS_ROW, "a\tc2\tb", 0),
       "a column that -c does not name has its usual name");
    ok(is_first("n\tTo", "to", NULL, COLUMNS_HEADER, "n\tTo", 1),
       "-k names the key column in any case");
    ok(is_first("n\tEmail", "to", NULL, COLUMNS_NO_KEY, "address\tc2", 0) &&
           is_first("n\tx", "address", NULL, COLUMNS_NO_KEY, "address\tc2", 0) &&
           is_first("n\tx", "c2", "n", COLUMNS_NO_KEY, "n\tc2", 1),
       "-k does not name a column that only this program has named");
    ok(is_first("n\tx", "b", "a,b,c", COLUMNS_ROW, "a\tb", 1) &&
           is_first("n\tx", "c", "a,b,c", COLUMNS_NO_KEY, "a\tb", 0),
       "-k names a column of -c that the line has");
}

/* True if the places of the columns of `a` in `b` are those of the digits; - is COLUMN_NONE. */
static bool maps(const char *a, const char *b, const char *places, bool all)
{
    struct columns one, other;
    int place[8];
    bool used[8];
    first(&one, a, NULL, NULL);
    first(&other, b, NULL, NULL);
    bool same = columns_map(&one, &other, place, used) == all;
    for (size_t i = 0; i < one.count; i++)
        same = same && place[i] == (places[i] == '-' ? COLUMN_NONE : places[i] - '0');
    columns_clear(&one);
    columns_clear(&other);
    return same;
}

static void test_map(void)
{
    ok(maps("address\tn\tm", "m\taddress\tn", "120", true), "columns are found by name");
    ok(maps("address\tn", " N \tAddress", "10", true), "the case of names and blanks do not count");
    ok(maps("address\tA\ta", "a\tA\taddress", "210", true),
       "the same name in the same case is first");
    ok(maps("address\tx\tx", "x\taddress\tx", "102", true),
       "columns of the same name are found from the left");
    ok(maps("address\tn", "n\tEmail", "10", true), "the key is found by any key name");
    ok(maps("address\tn", "address\tm", "0-", false) && maps("address", "n\taddress", "1", false) &&
           maps("address\tx\tx", "address\tx", "01-", false),
       "a column that is missing or left is noticed");
}

static void test_description(void)
{
    struct buf out = {0};
    struct span names[20];
    for (size_t i = 0; i < 20; i++)
        names[i] = span_of("a column whose name is longer than a message has room for");
    columns_describe(&out, names, 20);
    ok(out.n < 600 && strstr(buf_string(&out), " and 8 more") != NULL,
       "a message shows only the beginnings of names, and only the first 12");
    buf_clear(&out);
}

int main(void)
{
    test_names();
    test_values();
    test_first_line();
    test_map();
    test_description();
    return done();
}
