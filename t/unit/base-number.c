/* Whole numbers as users write them. */
#include "base/number.h"

#include "tap.h"

static bool reads(const char *text, int64_t expected)
{
    int64_t number = -1;
    return number_parse(text, &number) && number == expected;
}

static bool refuses(const char *text)
{
    int64_t number;
    return !number_parse(text, &number);
}

int main(void)
{
    ok(reads("0", 0) && reads("17", 17) && reads("007", 7) && reads("-5", -5) && reads("+5", 5) &&
           reads(" 5", 5),
       "a number is read, with a sign or white space before it");
    ok(reads("9223372036854775807", INT64_MAX) && reads("-9223372036854775808", INT64_MIN),
       "the largest and the smallest number of 64 bits are read");
    ok(refuses("9223372036854775808") && refuses("-9223372036854775809") &&
           refuses("99999999999999999999"),
       "a number out of range is refused");
    ok(refuses("") && refuses(" ") && refuses("x") && refuses("-") && refuses("5x") &&
           refuses("5 ") && refuses("5.0") && refuses("0x10") && refuses("1e3"),
       "a text that is not a number is refused");
    return done();
}
