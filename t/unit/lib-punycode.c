/* Punycode: samples of RFC 3492 section 7.1, and what does not fit into a label. */
#include "lib/punycode.h"

#include "tap.h"

static void check(const char *text, const char *wanted, const char *sentence)
{
    struct buf out = {0};
    bool good = punycode_encode(&out, span_of(text));
    ok(wanted == NULL ? !good : good && span_is(buf_span(&out), wanted), "%s", sentence);
    buf_clear(&out);
}

int main(void)
{
    check(u8"\u0644\u064A\u0647\u0645\u0627\u0628\u062A\u0643\u0644\u0645\u0648\u0634\u0639\u0631"
          u8"\u0628\u064A\u061F",
          "egbpdaj6bu4bxfgehfvwxn", "the punycode of sample (A), Arabic");
    check(u8"\u4ED6\u4EEC\u4E3A\u4EC0\u4E48\u4E0D\u8BF4\u4E2D\u6587", "ihqwcrb4cv8a8dqg056pqjye",
          "the punycode of sample (B), Chinese");
    check(u8"Pro\u010Dprost\u011Bnemluv\u00ED\u010Desky", "Proprostnemluvesky-uyb24dma41a",
          "the punycode of sample (D), Czech");
    check(u8"T\u1EA1isaoh\u1ECDkh\u00F4ngth\u1EC3ch\u1EC9n\u00F3iti\u1EBFngVi\u1EC7t",
          "TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g", "the punycode of sample (K), Vietnamese");
    check(u8"3\u5E74B\u7D44\u91D1\u516B\u5148\u751F", "3B-ww4c5e180e575a65lsy2b",
          "the punycode of sample (L), Japanese with digits");
    check(u8"\u305D\u306E\u30B9\u30D4\u30FC\u30C9\u3067", "d9juau41awczczp",
          "the punycode of sample (R), Japanese");
    check("-> $1.00 <-", "-> $1.00 <--", "the punycode of sample (S), only ASCII");
    check(u8"\U0001F4A9", "ls8h", "the punycode of a character beyond U+FFFF");
    check("", "", "the punycode of nothing is empty");
    check("\xc3", NULL, "a text that is not UTF-8 has no punycode");
    check("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL,
          "a text of 64 characters has no punycode");
    return done();
}
