/*
 * lock_wait: waits for the lock of a state, and tells somebody who watches. Owns nothing.
 */
#ifndef STORE_LOCK_WAIT_H
#define STORE_LOCK_WAIT_H

#include "base/safedir.h"
#include "base/status.h"

/* Locks the file like safedir_lock(), and waits. After a second, on a terminal or with -v, says
 * once which process it waits for: *told is then true, and the caller keeps it for the next time.
 */
MUST_CHECK int lock_wait(const struct safedir *d, const char *name, bool *told, int *fd);

#endif
