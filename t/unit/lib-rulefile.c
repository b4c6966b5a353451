/*
 * The text of rule files as blocks of lines, and masks.
 */
#include "lib/rulefile.h"

#include "base/mem.h"
#include "tap.h"

static bool parse(struct rulefile *f, const char *text, size_t n, struct rule_problem *problem)
{
    return rulefile_parse(f, "x.rules", mem_copy(text, n), n, problem);
}

static bool matches(const char *mask, const char *name)
{
    return rule_mask_match(span_of(mask), span_of(name));
}

static void test_blocks(void)
{
    static const char text[] =
        "# comment\n\nrule a  \n  match x # y\n# in between\nyes\tz\r\n\n\n\nrule b";
    struct rulefile f;
    struct rule_problem problem;
    ok(parse(&f, text, sizeof text - 1, &problem) && f.block_count == 2,
       "blank lines end blocks, and the last line needs no LF");
    ok(f.blocks[0].count == 3 && span_is(f.blocks[0].lines[1].value, "x # y"),
       "# starts a comment only at the start of a line");
    ok(f.blocks[0].lines[1].line == 4 && f.blocks[0].lines[1].column == 9,
       "a line has its number and the column of its value");
    ok(span_is(f.blocks[0].lines[2].value, "z") && f.blocks[1].lines[0].line == 10,
       "TABs and the CR of CRLF are white space");
    rulefile_clear(&f);
    ok(!parse(&f, "rule a\nmatch \0b\n", 16, &problem) && problem.line == 2 && problem.column == 7,
       "a NUL is refused, with its line and column");
    rulefile_clear(&f);
    ok(!parse(&f, "match \xff\n", 8, &problem) && problem.column == 7,
       "invalid UTF-8 is refused, with its column");
    rulefile_clear(&f);
    ok(parse(&f, "", 0, &problem) && f.block_count == 0, "an empty file has no blocks");
    rulefile_clear(&f);
}

int main(void)
{
    test_blocks();
    ok(matches("*.google.com", "ASPMX.L.Google.COM") && !matches("*.google.com", "google.com"),
       "a mask ignores the case of letters");
    ok(matches("mx?.x.org", "mx1.x.org") && !matches("mx?.x.org", "mx.x.org"),
       "? in a mask matches one byte");
    ok(matches("*", "") && matches("a*b*c", "aXXbYYbc") && !matches("a*b*c", "aXXcb"),
       "* in a mask matches any bytes, also none");
    char name[4001];
    memset(name, 'a', 4000);
    name[4000] = '\0';
    ok(!matches("*a*a*a*a*a*a*a*a*a*a*b", name),
       "a mask with many * does not take exponential time");
    return done();
}
