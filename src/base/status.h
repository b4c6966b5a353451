/*
 * status: how functions return failure.
 * A function that does I/O reports its error on stderr (err.h) and returns an exit status of
 * sysexits.h, or 0 if all went well. A function that parses returns false and reports nothing. A
 * header names the exceptions.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

/* Marks every function that returns a status: a caller that ignores it does not compile. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* Returns the first of two statuses that is a failure, or 0. For a second call, such as a close,
 * that must be made even if the first failed. */
static inline int first_failure(int status, int next)
{
    return status != 0 ? status : next;
}

#endif
