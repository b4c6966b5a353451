/*
 * progress: how far a run is, on stderr: with -v a live line on a terminal and one line a minute
 * elsewhere; once at SIGUSR1. The signal handlers only set a flag; progress_due() is cheap enough
 * to be asked at every row.
 */
#ifndef LIB_PROGRESS_H
#define LIB_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    int64_t start_ms;
    bool terminal;
    bool shown; /* a live line stands on the terminal */
};

/* Installs the SIGUSR1 handler and, if `verbose`, the timer. */
void progress_init(struct progress *p, bool verbose);

/* Is a line due? Clears the flag. */
bool progress_due(void);

/* Shows rows so far; done and total are bytes of input, total 0 if unknown. */
void progress_show(struct progress *p, uint64_t rows, uint64_t done, uint64_t total);

/* Ends the live line, if one stands. */
void progress_end_line(struct progress *p);

#endif
