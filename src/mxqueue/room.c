#include "mxqueue/room.h"

#include "base/err.h"

#include <sysexits.h>

enum { MIB = 1024 * 1024, LEAST = 16 * MIB };

int room_check(const struct store *queue, const struct store *quarantine)
{
    uint64_t rows = 0, entries = 0, free = 0;
    int status = store_room(quarantine, &entries, &free);
    if (status == 0)
        status = store_room(queue, &rows, &free);
    /* A compaction writes the rows anew beside the old ones, and their ends are new lines. */
    uint64_t needed = LEAST + 2 * rows + entries;
    if (status != 0 || free >= needed)
        return status;
    err_say("the disk of the state has room for %ju MiB, and what becomes of the rows may take %ju "
            "MiB; make room, and run it again",
            (uintmax_t)(free / MIB), (uintmax_t)(needed / MIB));
    return EX_TEMPFAIL;
}
