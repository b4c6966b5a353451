/*
 * repair: makes a sound state of a damaged one (quarantine(1), check --repair).
 * It takes the lock itself, and holds the whole state in memory.
 */
#ifndef STORE_REPAIR_H
#define STORE_REPAIR_H

#include "base/status.h"

#include <stdbool.h>

/*
 * Writes the latest sound entry of each address to a new snapshot. Reports each line that is not a
 * sound entry, and adds it to quarantine.damaged; *damaged says if there was one. Waits for the
 * lock. Returns 0, even if no state exists, or an exit status (reported): then every entry that
 * was sound is still in the state.
 */
MUST_CHECK int repair_state(bool *damaged);

#endif
