/* Code, status and host, found in the lines of logs and in the noise of bounces. */
#include "classify/diagnosis.h"

#include "tap.h"

struct line {
    const char *text, *found; /* code, status and host, separated by blanks */
};

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

/* Tests lines up to one without a text. */
static bool finds_each(const struct line *lines)
{
    bool good = true;
    for (; lines->text != NULL; lines++)
        good = finds(lines->text, lines->found) && good;
    return good;
}

static const struct line bare[] = {
    {"550 5.1.1 x", "550 5.1.1 "},
    {"550-5.1.1 x", "550 5.1.1 "},
    {"smtp; 550 5.1.1 x", "550 5.1.1 "},
    {"SMTP;550 x", "550  "},
    {"reply=550 x", "550  "},
    {"reply=\"550 5.2.2 x\"", "550 5.2.2 "},
    {"(550 x)", "550  "},
    {"<550 x>", "550  "},
    {"'550 x'", "550  "},
    {"[550] x", "550  "},
    {"gave up (550 x)", "550  "},
    {"it answered \"550 x\"", "550  "},
    {"it answered:550 x", "550  "},
    {"\xe8\xaa\xa4\xe3\x82\x8a:550 x", "550  "},
    {"ERROR_CODE :550, x", "550  "},
    {"said 550 x", "  "},
    {"see https://x.org/550 5 times in 2026, 192.0.2.250", "  "},
    {0},
};

static const struct line postfix[] = {
    {"host mx.x.org[192.0.2.1] said: 450 4.2.2 x (in reply to RCPT TO command)",
     "450 4.2.2 mx.x.org"},
    {"to=<a@x.org>, relay=mx.x.org[192.0.2.1]:25, dsn=5.1.1, status=bounced (x)",
     " 5.1.1 mx.x.org"},
    {"smtp[512]: 4F: to=<a@x.org>, relay=mx.x.org[192.0.2.1]:25, delay=512, delays=0.1/0/451/512, "
     "dsn=4.1.1, status=deferred (host mx.x.org[192.0.2.1] said: 450 4.1.1 <a@x.org>: later (in "
     "reply to RCPT TO command))",
     "450 4.1.1 mx.x.org"},
    {"to=<a@x.org>, relay=mx.x.org[2001:db8:0:401::1a]:25, delay=451, dsn=5.2.2, status=bounced "
     "(host mx.x.org[2001:db8:0:401::1a] said: 552 full (in reply to end of DATA command))",
     "552 5.2.2 mx.x.org"},
    {"to=<a@x.org>, relay=none, delay=512, delays=512/0/0/0, dsn=4.4.1, status=deferred (connect "
     "to mx.x.org[2001:db8::450]:25: Connection timed out)",
     " 4.4.1 mx.x.org"},
    {"status=deferred (host mx.x.org[192.0.2.1] refused to talk to me: 554 no)", "554  mx.x.org"},
    {"NOQUEUE: reject: RCPT from out.our.org[192.0.2.9]: 450 4.7.25 Client host rejected",
     "450 4.7.25 "},
    {"host mx.x.org[192.0.2.1]:465 said: 550 x", "550  mx.x.org"},
    {"host mx.x.org[192.0.2.1] said: 450 <a@x.org>: host b.x.org[192.0.2.2] said: 550 5.1.1 x",
     "450 5.1.1 mx.x.org"},
    {0},
};

static const struct line exim[] = {
    {"SMTP error from remote mail server after RCPT TO:<a@x.org>: host mx.x.org [192.0.2.1]: 550 "
     "no such user",
     "550  mx.x.org"},
    {"2026-05-04 10:00:00 [512] 1tx-45-0 ** a@x.org R=out T=smtp S=512 H=mx.x.org [2001:db8::450] "
     "X=TLS1.3:TLS_AES_256:512 CV=yes DT=450s: SMTP error from remote mail server after RCPT "
     "TO:<a@x.org>: 552-5.2.2 full\\n552 5.2.2 x",
     "552 5.2.2 mx.x.org"},
    {"1tx-45-0 == a@x.org R=out T=smtp defer (-44): SMTP error from remote mail server after "
     "RCPT TO:<a@x.org>: host mx.x.org [192.0.2.2]: 451-192.0.2.9 is new to host "
     "b.x.org which said: 550 5.1.1 x",
     "451 5.1.1 mx.x.org"},
    {0},
};

static const struct line others[] = {
    /* Sendmail */
    {"... while talking to mx.x.org.:\n>>> DATA\n<<< 554 5.7.1 no", "554 5.7.1 mx.x.org"},
    {"... while talking to mx.x.org.:\n<<< 250 2.1.5 ok\n>>> DATA\n<<< 552 5.2.2 full",
     "552 5.2.2 mx.x.org"},
    {"while talking to mx.x.org.: >>> MAIL <<< 250 2.1.0 ok >>> RCPT <<< 550 no", "550  mx.x.org"},
    {"o1: to=<a@x.org>, delay=00:05:12, mailer=esmtp, pri=450, relay=mx.x.org. [192.0.2.1], "
     "dsn=4.2.1, stat=Deferred: 450 4.2.1 later",
     "450 4.2.1 mx.x.org"},
    /* qmail */
    {"192.0.2.1 does not like recipient. Remote host said: 550 x", "550  192.0.2.1"},
    {"delivery 512: failure: 192.0.2.1_does_not_like_recipient./Remote_host_said:_550_5.1.1_x/",
     "550 5.1.1 "},
    {"deferral: 192.0.2.1_failed_after_I_sent_the_message./Remote_host_said:_451_x/", "451  "},
    /* OpenSMTPD */
    {"relay: PermFail for 3a: session=45, from=<n@our.org>, to=<a@x.org>, source=192.0.2.14, "
     "relay=192.0.2.26 (mx.x.org), delay=451s, stat=550 no",
     "550  mx.x.org"},
    {"mta delivery evpid=f9 from=<n@our.org> to=<a@x.org> rcpt=<-> source=\"192.0.2.14\" "
     "relay=\"192.0.2.26 (mx.x.org)\" delay=450s result=\"PermFail\" stat=\"552 5.2.2 full\"",
     "552 5.2.2 mx.x.org"},
    /* PowerMTA */
    {"b,2026-05-04 10:00:00+0200,n@our.org,a@x.org,,failed,5.1.1 (bad destination),smtp;550 5.2.1 "
     "off,mx.x.org (192.0.2.1),bad-mailbox,smtp,out.our.org (192.0.2.9),512",
     "550 5.2.1 mx.x.org"},
    /* KumoMTA and ZoneMTA */
    {"{\"type\":\"Bounce\",\"size\":512,\"peer_address\":{\"name\":\"mx.x.org.\",\"addr\":"
     "\"192.0.2.1\"},\"response\":{\"code\":550,\"content\":\"no\"},\"num_attempts\":450}",
     "550  mx.x.org"},
    {"{\"size\":450,\"response\":\"552 5.2.2 full\"}", "552 5.2.2 "},
    {"Invalid greeting. response=554 no: 554 no", "554  "},
    /* Exchange and Office 365 */
    {"Remote Server at mx.x.org (192.0.2.1) returned '550 5.4.1 x'", "550 5.4.1 mx.x.org"},
    {"4/05/2026 4:50:12 PM - Remote Server at mx.x.org (192.0.2.1) returned '450 4.4.1 x: error "
     "10060. The endpoint was 192.0.2.1:512'",
     "450 4.4.1 mx.x.org"},
    {"450 4.4.316 refused [Message=Socket error code 10061] [LastAttemptedServerName=mx.x.org] "
     "[LastAttemptedIP=192.0.2.1:25]",
     "450 4.4.316 mx.x.org"},
    /* Gmail */
    {"rejected by the server for x.org by mx.x.org. [192.0.2.1]. The error: 550 5.1.1 x",
     "550 5.1.1 mx.x.org"},
    {"The response from the remote server was: 550 [2001:db8:0:450::1] no", "550  "},
    {0},
};

/* Numbers that look like what is sought, beside what is sought or alone. */
static const struct line noise[] = {
    {"Size (450 KB) exceeds the limit: 552 5.3.4 x", "552 5.3.4 "},
    {"Size (450 KB) exceeds the limit: 552 x", "552  "},
    {"Recipient limit: 450 per hour. 550 5.1.1 x", "550 5.1.1 "},
    {"Recipient limit: 450 per hour", "  "},
    {"Size: 512 bytes; room: 450, rest: 550/600, full: 550%", "  "},
    {"delay=512, size=450 and 451=551", "  "},
    {"wait: 450 s", "  "},
    {"from 2001:db8::450 and fe80::1:451 at 10:05:512 by x.org:550 and [::1]:451 x", "  "},
    {"meldete am 4.5.26: Postfach voll", "  "},
    {"meldete am 4.5.26: 552 5.2.2 voll", "552 5.2.2 "},
    {"meldete am 4.5.26: 552 voll (#5.2.2)", "552 5.2.2 "},
    {"blocked (#5.7.26) x", " 5.7.26 "},
    {"blocked (5.7.26) x", " 5.7.26 "},
    {"Status: 5.7.26 x", " 5.7.26 "},
    {"5.7.26 x", " 5.7.26 "},
    {"mail 5.1.1 x", " 5.1.1 "},
    {"mail 550 5.7.26 x", "550 5.7.26 "},
    {"dsn=4.0.0 (it answered: 450 x, #4.2.1)", "450 4.2.1 "},
    {"it answered (551), and the server said: 552 x", "552  "},
    {"250 ok; 552 full", "552  "},
    {"354 go on: 554 x", "554  "},
    {"2.1.5 ok, 5.2.2 full", " 5.2.2 "},
    {"550 Client host mail.our.org [192.0.2.1] blocked", "550  "},
    {"Client host mail.our.org [192.0.2.1] blocked", "  "},
    {"Your host mail.our.org [192.0.2.1] is slow", "  "},
    {"550 rejected: mail.our.org [192.0.2.1] is listed", "550  "},
    {"421 4.7.0 Messages from mail.our.org (192.0.2.1) deferred", "421 4.7.0 "},
    {"helo=mail.our.org [192.0.2.1] refused by host mx.x.org", "  mx.x.org"},
    {0},
};

int main(void)
{
    ok(finds_each(bare), "code and status of a bare reply are found, a code not after any word");
    ok(finds_each(postfix), "code, status and host of lines of Postfix are found");
    ok(finds_each(exim), "code, status and host of lines of Exim are found");
    ok(finds_each(others), "code, status and host of lines of other servers are found");
    ok(finds_each(noise), "numbers and hosts that are something else are not found");
    ok(has_status("550 5.2.2 x", "5.1.1", "5.1.1") && has_status("550 5.2.2 x", "5.0.0", "5.2.2") &&
           has_status("550 5.2.2 x", "5.1.1x", "5.2.2") && has_status("550 x", "5.0.0", "5.0.0") &&
           has_status("550 5.2.2 x", "", "5.2.2"),
       "the status of a column counts, unless it is undefined and the text has one");
    return done();
}
