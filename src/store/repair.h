/*
 * repair: makes a sound state of a damaged one.
 */
#ifndef STORE_REPAIR_H
#define STORE_REPAIR_H

#include "base/status.h"

#include <stdbool.h>

/*
 * Under the lock, writes every sound line of all files into a new snapshot, and what is none,
 * with its place said, into quarantine.damaged. Holds the whole state in memory. 0 (*damaged: was
 * anything left out?) or an exit status, said: then the state is as it was.
 */
MUST_CHECK int repair_state(bool *damaged);

#endif
