/*
 * guard_file: keeps a guard (guard.h) between runs, in the file quarantine.guard.tsv of the state
 * directory (mxkit(5)). All but opening and closing need the lock of the state. Functions return 0
 * or an exit status (reported), as those of safedir.h and replace.h do.
 */
#ifndef QUARANTINE_GUARD_FILE_H
#define QUARANTINE_GUARD_FILE_H

#include "base/safedir.h"
#include "quarantine/guard.h"

#include <sys/stat.h>

struct guard_file {
    struct safedir dir;
    struct stat last; /* of the file that was read or written last */
};

/* Opens the state directory, which exists. Call guard_file_close() in every case. */
MUST_CHECK int guard_file_open(struct guard_file *f);

/* Reads the file anew if another run has replaced it. Lines that are damaged are reported and left
 * out: the guard then knows less, but errors are neither lost nor counted twice. */
MUST_CHECK int guard_file_load(struct guard_file *f, struct guard *g);

/* Replaces the file. */
MUST_CHECK int guard_file_save(struct guard_file *f, struct guard *g);
void guard_file_close(struct guard_file *f);

#endif
