/*
 * Texts as the patterns see them: multi-line replies, however a log separates the lines; and what
 * is found in the logs of MTAs.
 */
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

/* True if a text with these columns has that status. */
static bool has_status(const char *text, const char *column, const char *expected)
{
    const struct span unset = {0};
    struct diagnosis d = {0};
    diagnosis_read(&d, span_of(text), unset, span_of(column), unset);
    bool same = span_is(d.status, expected);
    diagnosis_clear(&d);
    return same;
}

/* True if code, status and host, separated by blanks, are found as expected. */
static bool finds(const char *text, const char *expected)
{
    const struct span unset = {0};
    struct diagnosis d = {0};
    struct buf found = {0};
    diagnosis_read(&d, span_of(text), unset, unset, unset);
    struct span host = diagnosis_host(&d);
    buf_format(&found, "%.*s %.*s %.*s", (int)d.code.n, d.code.p, (int)d.status.n, d.status.p,
               (int)host.n, host.p);
    bool same = span_is(buf_span(&found), expected);
    if (!same)
        printf("# %s: found \"%s\", not \"%s\"\n", text, buf_string(&found), expected);
    buf_clear(&found);
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

    ok(finds("550 5.1.1 x", "550 5.1.1 "), "code and status of a bare reply are found");
    ok(finds("smtp; 550 5.1.1 x", "550 5.1.1 ") && finds("SMTP;550 x", "550  "),
       "code and status of a Diagnostic-Code are found");
    ok(finds("host mx.x.org[192.0.2.1] said: 450 4.2.2 x (in reply to RCPT TO command)",
             "450 4.2.2 mx.x.org"),
       "code, status and host of a reply in Postfix's log are found");
    ok(finds(
           "SMTP error from remote mail server after RCPT TO:<a@x.org>: host mx.x.org [192.0.2.1]: "
           "550 no such user",
           "550  mx.x.org"),
       "code and host of a reply in Exim's log are found");
    ok(finds("to=<a@x.org>, relay=mx.x.org[192.0.2.1]:25, dsn=5.1.1, status=bounced (x)",
             " 5.1.1 mx.x.org"),
       "status and host of a line of Postfix's log are found");
    ok(finds("... while talking to mx.x.org.:\n>>> DATA\n<<< 554 5.7.1 no", "554 5.7.1 mx.x.org"),
       "code, status and host of a bounce of Sendmail are found");
    ok(finds("192.0.2.1 does not like recipient. Remote host said: 550 x", "550  192.0.2.1"),
       "code and host of a bounce of qmail are found");
    ok(finds("Remote Server at mx.x.org (192.0.2.1) returned '550 5.4.1 x'", "550 5.4.1 mx.x.org"),
       "code, status and host of a bounce of Exchange are found");
    ok(finds("rejected by the server for x.org by mx.x.org. [192.0.2.1]. The error: 550 5.1.1 x",
             "550 5.1.1 mx.x.org"),
       "code, status and host of a bounce of Gmail are found");
    ok(finds("reply=550 x", "550  ") && finds("reply=\"550 5.2.2 x\"", "550 5.2.2 ") &&
           finds("(550 x)", "550  ") && finds("<550 x>", "550  ") && finds("'550 x'", "550  ") &&
           finds("[550] x", "550  ") && finds("said 550 x", "  "),
       "a code is found after an equals sign, a bracket or a quote, not after a word");
    ok(finds("250 ok; 552 full", "552  ") && finds("354 go on: 554 x", "554  "),
       "the code of a success is passed over");
    ok(has_status("550 5.2.2 x", "5.1.1", "5.1.1") && has_status("550 5.2.2 x", "5.0.0", "5.2.2") &&
           has_status("550 5.2.2 x", "5.1.1x", "5.2.2") && has_status("550 x", "5.0.0", "5.0.0") &&
           has_status("550 5.2.2 x", "", "5.2.2"),
       "the status of a column counts, unless it is undefined and the text has one");
    ok(finds("see https://x.org/550 5 times in 2026, 192.0.2.250", "  "),
       "numbers that are not codes are not found");
    return done();
}
