/* Masked texts and receivers: what bounceclass counts as the same. */
#include "lib/receiver.h"

#include "masks.h"
#include "tap.h"

static bool receives(const char *host, const char *address, const char *expected)
{
    struct span r = receiver_of(span_of(host), span_of(address));
    return span_is(r, expected) || (printf("# %.*s, not %s\n", (int)r.n, r.p, expected), false);
}

int main(void)
{
    ok(masks("550 5.1.1 <a@x.org>: no such user", "550 5.1.1 <*>: no such user"),
       "an address becomes *");
    ok(masks("550 mail a@x.org, please", "550 mail *, please"),
       "an address without brackets becomes *");
    ok(masks("421 4.7.0 [192.0.2.1] and 2001:db8::1 are slow", "421 4.7.0 [#] and # are slow"),
       "an IP becomes #, the code and the status stay");
    ok(masks("host mx1.x.org[192.0.2.1]:25 said: no", "host #[#]# said: no"), "a host becomes #");
    ok(masks("554 see https://x.org/q?id=77 for more", "554 see # for more"), "a URL becomes #");
    ok(masks("451 try again in 300 seconds", "451 try again in # seconds"), "a number becomes #");
    ok(masks("554 at Mon, 23 Nov 2026 10:31:47 +0000 (UTC)", "554 at # (UTC)"),
       "a date becomes one #");
    ok(masks("550 - gsmtp a1-20020a05600c348100b003b4 id=abc1234", "550 - gsmtp # id=#"),
       "an id becomes #");
    ok(masks("550 token QWERTYuiopASDFGHjklzxcvbnmQWERTY is bad", "550 token # is bad") &&
           masks("550 word abcdefghijklmnopqrstuvwxyzabcdef", "550 word #") &&
           masks("550 word abcdefghijklmnopqrstuvwxyzabcde",
                 "550 word abcdefghijklmnopqrstuvwxyzabcde"),
       "a word of 32 letters or more is a token, a shorter one stays");
    ok(masks("550 ref abcdefg7", "550 ref #") && masks("550 ref abcdef7", "550 ref abcdef7") &&
           masks("550 ref a1b2c3d4", "550 ref #") && masks("550 ref abcdefgh", "550 ref abcdefgh"),
       "a word of eight bytes or more with a digit is an id");
    ok(masks("554 on Nov 23 and 23 Nov, may be", "554 on # and #, may be"),
       "the name of a month beside a number is part of a date, elsewhere a word");
    ok(masks("421 [TS03] S3140 5 RL000010", "421 [TS03] #"),
       "a short code stays, a long one is an id");
    ok(masks("550 mailbox full.Please wait", "550 mailbox full.Please wait"),
       "the end of a sentence without its blank is not a host");
    ok(masks("", ""), "an empty text stays empty");
    struct buf long_text = {0}, out = {0};
    for (int i = 0; i < 400; i++)
        buf_add_string(&long_text, "w\xc3\xa4 ");
    mask(buf_span(&long_text), &out);
    ok(out.n <= MASK_LIMIT && out.n > MASK_LIMIT - 4 && (out.p[out.n - 1] & 0xc0) != 0xc0,
       "a long text is cut between two characters");
    buf_clear(&long_text);
    buf_clear(&out);

    ok(receives("alt1.gmail-smtp-in.l.google.com", "a@x.org", "google.com") &&
           receives("mx.example.co.uk.", "", "example.co.uk") &&
           receives("localhost", "", "localhost"),
       "the receiver is the organisation of the host");
    ok(receives("mx.com.example", "", "com.example") && receives("mx.co.museum", "", "co.museum") &&
           receives("mx.com.br", "", "mx.com.br") && receives("a.mx.com.br", "", "mx.com.br") &&
           receives("mx.firma.de", "", "firma.de"),
       "a registry such as co.uk is one below the domain of a country only");
    ok(receives("192.0.2.1", "a@x.org", "x.org") && receives("", "a@x.org", "x.org") &&
           receives("", "", ""),
       "the receiver is the domain of the address if the host is unknown or an IP");
    return done();
}
