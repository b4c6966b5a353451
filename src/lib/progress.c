#include "lib/progress.h"

#include "base/clock.h"
#include "base/err.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static volatile sig_atomic_t due;

static void note_signal(int signal_number)
{
    (void)signal_number;
    due = 1;
}

/* Does not set SA_RESTART, so that a filter that waits for input wakes up to show its line. */
static void catch_signal(int signal_number)
{
    struct sigaction action = {.sa_handler = note_signal};
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

void progress_init(struct progress *p, bool verbose)
{
    *p =
        (struct progress){.start_ms = clock_monotonic_ms(), .terminal = isatty(STDERR_FILENO) == 1};
    catch_signal(SIGUSR1);
    if (!verbose)
        return;
    catch_signal(SIGALRM);
    struct timeval every = {.tv_sec = p->terminal ? 1 : 60};
    setitimer(ITIMER_REAL, &(struct itimerval){every, every}, NULL);
}

bool progress_due(void)
{
    if (!due)
        return false;
    due = 0;
    return true;
}

/* A negative number of seconds means that the time left is unknown. */
static void format_left(char *out, size_t size, int64_t seconds)
{
    if (seconds < 0)
        *out = '\0';
    else if (seconds >= 3600)
        snprintf(out, size, ", %jdh%02jdm left", (intmax_t)(seconds / 3600),
                 (intmax_t)(seconds / 60 % 60));
    else
        snprintf(out, size, ", %jdm%02jds left", (intmax_t)(seconds / 60),
                 (intmax_t)(seconds % 60));
}

void progress_show(struct progress *p, uint64_t rows, uint64_t done, uint64_t total)
{
    char line[160], left[40];
    int64_t elapsed = clock_monotonic_ms() - p->start_ms + 1;
    double seconds = (double)elapsed / 1000;
    double share = total > 0 ? (double)done / (double)total : 0;
    format_left(left, sizeof left, share > 0 ? (int64_t)(seconds * (1 - share) / share) : -1);
    int n = snprintf(line, sizeof line, "%s%s: %ju rows, %.0f rows/s%s%s", p->terminal ? "\r" : "",
                     err_tool_name(), (uintmax_t)rows, (double)rows / seconds, left,
                     p->terminal ? "\033[K" : "\n");
    ssize_t written = write(STDERR_FILENO, line, (size_t)n);
    (void)written;
    p->shown = p->terminal;
}

void progress_end_line(struct progress *p)
{
    if (!p->shown)
        return;
    ssize_t written = write(STDERR_FILENO, "\n", 1);
    (void)written;
    p->shown = false;
}
