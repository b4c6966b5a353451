/*
 * file: a whole file in memory, of a size that is bounded.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"
#include "base/status.h"

/*
 * Adds the bytes of a plain file to `bytes`: 0; EX_NOINPUT where there is none, which the caller
 * says or not; EX_DATAERR where it is no plain file or over `limit`; EX_IOERR. `what` names it in
 * messages: "the rule file".
 */
MUST_CHECK int file_read(const char *path, const char *what, size_t limit, struct buf *bytes);

#endif
