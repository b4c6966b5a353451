/* Texts as the patterns see them: replies of several lines in all their joinings. */
#include "classify/diagnosis.h"

#include "tap.h"

static bool reads_as(const char *text, const char *wanted)
{
    const struct span unset = {0};
    struct diagnosis d = {0};
    diagnosis_read(&d, span_of(text), unset, unset, unset);
    bool same = span_is(d.text, wanted);
    if (!same)
        printf("# \"%.*s\", not \"%s\"\n", (int)d.text.n, d.text.p, wanted);
    diagnosis_clear(&d);
    return same;
}

/* What is found in the text: code, status and host, separated by blanks. */
static bool finds(const char *text, const char *wanted)
{
    const struct span unset = {0};
    struct diagnosis d = {0};
    struct buf found = {0};
    diagnosis_read(&d, span_of(text), unset, unset, unset);
    struct span host = diagnosis_host(&d);
    buf_format(&found, "%.*s %.*s %.*s", (int)d.code.n, d.code.p, (int)d.status.n, d.status.p,
               (int)host.n, host.p);
    bool same = span_is(buf_span(&found), wanted);
    if (!same)
        printf("# %s: found \"%s\", not \"%s\"\n", text, buf_string(&found), wanted);
    buf_clear(&found);
    diagnosis_clear(&d);
    return same;
}

int main(void)
{
    const char *whole = "550-5.1.1 does not exist. Please try again.";
    ok(reads_as(whole, whole), "a text of one line stays as it is");
    ok(reads_as("550-5.1.1 does not exist. Please\r\n550 5.1.1 try again.", whole), "CR LF");
    ok(reads_as("550-5.1.1 does not exist. Please\n550-5.1.1 try\n550 5.1.1 again.", whole), "LF");
    ok(reads_as("550-5.1.1 does not exist. Please 550-5.1.1 try 550 5.1.1 again.", whole),
       "blanks, as Postfix joins");
    ok(reads_as("550-5.1.1 does not exist. Please\\n550 5.1.1 try again.", whole) &&
           reads_as("550-5.1.1 does not exist. Please\\r\\n550-5.1.1 try again.", whole),
       "backslash and n, as Exim writes");
    ok(reads_as("550-does not exist. Please 550-try\n550 again.",
                "550-does not exist. Please try again."),
       "without a status");
    ok(reads_as("550 one two 550 three", "550 one two 550 three"),
       "a number in the only line stays");
    ok(reads_as("  550\t5.1.1  x \n", "550 5.1.1 x"), "blanks become one, and go at the ends");
    ok(reads_as("550 <spam.quota@x.org>: unknown", "550 <*@x.org>: unknown") &&
           reads_as("mail tosa@rx.example", "mail tosa@rx.example") &&
           reads_as("<a b@c> <@x> <", "<a b@c> <@x> <"),
       "the local part in brackets goes, and nothing else");

    ok(finds("550 5.1.1 x", "550 5.1.1 "), "code and status of a bare reply");
    ok(finds("smtp; 550 5.1.1 x", "550 5.1.1 ") && finds("SMTP;550 x", "550  "),
       "of a Diagnostic-Code");
    ok(finds("host mx.x.org[192.0.2.1] said: 450 4.2.2 x (in reply to RCPT TO command)",
             "450 4.2.2 mx.x.org"),
       "of Postfix's log");
    ok(finds(
           "SMTP error from remote mail server after RCPT TO:<a@x.org>: host mx.x.org [192.0.2.1]: "
           "550 no such user",
           "550  mx.x.org"),
       "of Exim's log");
    ok(finds("to=<a@x.org>, relay=mx.x.org[192.0.2.1]:25, dsn=5.1.1, status=bounced (x)",
             " 5.1.1 mx.x.org"),
       "of a line of Postfix's log");
    ok(finds("... while talking to mx.x.org.:\n>>> DATA\n<<< 554 5.7.1 no", "554 5.7.1 mx.x.org"),
       "of Sendmail's");
    ok(finds("192.0.2.1 does not like recipient. Remote host said: 550 x", "550  192.0.2.1"),
       "of qmail's");
    ok(finds("Remote Server at mx.x.org (192.0.2.1) returned '550 5.4.1 x'", "550 5.4.1 mx.x.org"),
       "of Exchange's");
    ok(finds("rejected by the server for x.org by mx.x.org. [192.0.2.1]. The error: 550 5.1.1 x",
             "550 5.1.1 mx.x.org"),
       "of Gmail's");
    ok(finds("see https://x.org/550 5 times in 2026, 192.0.2.250", "  "),
       "numbers that are no codes");
    return done();
}
