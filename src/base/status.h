/*
 * status: how functions tell that they failed: 0 or an exit status of sysexits.h, or false.
 */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

/* For every function that returns a status: a caller that does not look at it does not compile. */
#define MUST_CHECK __attribute__((warn_unused_result))

/* The first of two statuses that is a failure, or 0: for what must be closed after a failure too.
 */
static inline int first_failure(int status, int next)
{
    return status != 0 ? status : next;
}

#endif
