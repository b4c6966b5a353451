/* Texts as the patterns see them: multi-line replies, however a log separates the lines. */
#include "classify/diagnosis.h"

#include "tap.h"

static bool reads_as(const char *text, const char *expected)
{
    const struct span unset = {0};
    struct diagnosis d = {0};
    diagnosis_read(&d, span_of(text), unset, unset, unset);
    bool same = span_is(d.text, expected);
    if (!same)
        printf("# \"%.*s\", not \"%s\"\n", (int)d.text.n, d.text.p, expected);
    diagnosis_clear(&d);
    return same;
}

int main(void)
{
    const char *whole = "550-5.1.1 does not exist. Please try again.";
    ok(reads_as(whole, whole), "a text of one line stays as it is");
    ok(reads_as("550-5.1.1 does not exist. Please\r\n550 5.1.1 try again.", whole),
       "lines separated by CR LF are joined");
    ok(reads_as("550-5.1.1 does not exist. Please\n550-5.1.1 try\n550 5.1.1 again.", whole),
       "lines separated by LF are joined");
    ok(reads_as("550-5.1.1 does not exist. Please 550-5.1.1 try 550 5.1.1 again.", whole),
       "lines that Postfix joined by blanks lose their codes");
    ok(reads_as("550-5.1.1 does not exist. Please\\n550 5.1.1 try again.", whole) &&
           reads_as("550-5.1.1 does not exist. Please\\r\\n550-5.1.1 try again.", whole),
       "lines separated by a backslash and n, as Exim writes them, are joined");
    ok(reads_as("550-does not exist. Please 550-try\n550 again.",
                "550-does not exist. Please try again."),
       "lines without a status are joined");
    ok(reads_as("550 see id=1550-7 and 550 three", "550 see id=1550-7 and 550 three") &&
           reads_as("550 see x550-7 and 550 three", "550 see x550-7 and 550 three"),
       "the end of a longer number or word is not the start of a reply of several lines");
    ok(reads_as("550-5.1.1 one\n550 5.1.10 two", "550-5.1.1 one 5.1.10 two"),
       "another status than that of the first line stays");
    ok(reads_as("550 one two 550 three", "550 one two 550 three"),
       "a number in a text of one line stays");
    ok(reads_as("  550\t5.1.1  x \n", "550 5.1.1 x"),
       "several blanks become one, and those at the ends are removed");
    ok(reads_as("550 <spam.quota@x.org>: unknown", "550 <*@x.org>: unknown") &&
           reads_as("mail tosa@rx.example", "mail tosa@rx.example") &&
           reads_as("<a b@c> <@x> <", "<a b@c> <@x> <"),
       "the local part of an address in angle brackets is hidden, and nothing else is");
    return done();
}
