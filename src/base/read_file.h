/*
 * file: reads a whole file of bounded size into memory.
 * The caller owns the buffer, also after a failure, and frees it with buf_clear(). A file fails if
 * it cannot be opened or read, is not a regular file or is too large.
 */
#ifndef BASE_READ_FILE_H
#define BASE_READ_FILE_H

#include "base/buf.h"
#include "base/status.h"

/*
 * Reads the regular file `path`, of at most `limit` bytes, into the empty buffer `bytes`. At least
 * 64 zero bytes, not counted in bytes->n, follow the last byte. Returns 0; EX_NOINPUT if the file
 * does not exist (not reported); EX_DATAERR if it is not a regular file or too large; EX_IOERR if
 * it cannot be opened or read (both reported). `what` names it in messages, as in "the rule file".
 */
MUST_CHECK int read_file(const char *path, const char *what, size_t limit, struct buf *bytes);

#endif
