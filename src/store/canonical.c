#include "store/canonical.h"

#include "lib/address.h"

static bool fold, exact;

const struct option_entry canonical_option_table[] = {
    {0, "fold", OPTION_FLAG, &fold, NULL, "ignore the case of local parts (the default)", 0, 0},
    {0, "exact-case", OPTION_FLAG, &exact, NULL,
     "begin a state in which the case of local parts counts", 0, 0},
    {0},
};

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
