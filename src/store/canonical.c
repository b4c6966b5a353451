#include "store/canonical.h"

#include "base/ascii.h"
#include "lib/address.h"
#include "lib/domain.h"

static bool fold, exact;

const struct option_entry canonical_option_table[] = {
    {0, "fold", OPTION_FLAG, &fold, NULL, "ignore the case of local parts (the default)", 0, 0},
    {0, "exact-case", OPTION_FLAG, &exact, NULL,
     "begin a state in which the case of local parts counts", 0, 0},
    {0},
};

bool canonical_is_fold(void)
{
    return fold;
}

bool canonical_is_exact(void)
{
    return exact;
}

void canonical_set_exact(bool exact_case)
{
    exact = exact_case;
}

bool canonical_address(struct span text, struct buf *out)
{
    bool good = address_read(text, out);
    if (good && !exact)
        address_fold(out);
    return good;
}

bool canonical_key(struct span text, struct buf *out)
{
    struct span s = span_trim(text);
    bool mask = s.n > 2 && s.p[0] == '*' && s.p[1] == '@';
    if (!mask && (s.n < 2 || s.p[0] != '@'))
        return canonical_address(text, out);
    size_t skip = mask ? 2 : 1;
    buf_empty(out);
    buf_add_char(out, '@');
    return domain_read(span_make(s.p + skip, s.n - skip), out);
}
