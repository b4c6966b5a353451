/*
 * Rule files and masks: parses any bytes, and matches values of the blocks with each other.
 */
#include "lib/rulefile.h"

#include "base/mem.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct rulefile f;
    struct rule_problem problem;
    if (rulefile_parse(&f, "fuzz", mem_copy((const char *)data, size), size, &problem))
        for (size_t i = 0; i + 1 < f.block_count; i++)
            rule_mask_match(f.blocks[i].lines[0].value, f.blocks[i + 1].lines[0].value);
    rulefile_clear(&f);
    return 0;
}
