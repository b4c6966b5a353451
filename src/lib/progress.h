/*
 * progress: shows on stderr how far a run is.
 * With -v it updates a line on a terminal every second, or else writes one line a minute; SIGUSR1
 * shows it once. The signal handlers only set a flag for the whole process, so progress_due() is
 * cheap enough to be called at every row. The struct owns nothing, and nothing here fails.
 */
#ifndef LIB_PROGRESS_H
#define LIB_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    int64_t start_ms; /* of the monotonic clock */
    bool terminal;    /* stderr is one */
    bool shown;       /* the line on the terminal has no end yet */
};

/* Installs the handler of SIGUSR1 and, if `verbose`, a timer with that of SIGALRM. */
void progress_init(struct progress *p, bool verbose);

/* True if it is time to call progress_show(); then false until the next signal. */
bool progress_due(void);

/* Shows the number of rows so far, their rate, and an estimate of the time left. `done` and `total`
 * are bytes of input; `total` is 0 if unknown. */
void progress_show(struct progress *p, uint64_t rows, uint64_t done, uint64_t total);

/* Ends the line on the terminal, if there is one. */
void progress_end_line(struct progress *p);

#endif
