#include "store/lock_wait.h"

#include "base/clock.h"
#include "base/err.h"
#include "lib/filter_options.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

/* The process that has a line of /proc/locks because it holds this file; 0 if the line is another.
 */
static int holder_in(const char *line, const struct stat *st)
{
    int process;
    unsigned in_major, in_minor;
    uintmax_t inode;
    bool is_lock = sscanf(line, "%*d: FLOCK %*s WRITE %d %x:%x:%ju", &process, &in_major, &in_minor,
                          &inode) == 4;
    return is_lock && in_major == major(st->st_dev) && in_minor == minor(st->st_dev) &&
                   inode == st->st_ino
               ? process
               : 0;
}

/* 0 if it is not known: /proc may not be there, or the process may be one of another container. */
static int find_holder(const struct safedir *d, const char *name)
{
    struct stat st;
    char line[160];
    int process = 0;
    FILE *locks = fopen("/proc/locks", "re");
    if (locks == NULL)
        return 0;
    if (fstatat(d->fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
        while (process <= 0 && fgets(line, sizeof line, locks) != NULL)
            process = holder_in(line, &st);
    fclose(locks);
    return process;
}

static void tell(const struct safedir *d, const char *name)
{
    int process = find_holder(d, name);
    if (process > 0)
        err_say("%s: waits for process %d, which holds %s", d->path, process, name);
    else
        err_say("%s: waits for another process, which holds %s", d->path, name);
}

/* Tries for a second, and then tells. */
static int try_a_while(const struct safedir *d, const char *name, bool *told, int *fd)
{
    enum { PATIENCE_MS = 1000 };
    const struct timespec step = {.tv_nsec = 20 * 1000000};
    int64_t end_ms = clock_monotonic_ms() + PATIENCE_MS;
    int status = safedir_try_lock(d, name, fd);
    while (status == 0 && *fd < 0 && clock_monotonic_ms() < end_ms) {
        nanosleep(&step, NULL);
        status = safedir_try_lock(d, name, fd);
    }
    if (status == 0 && *fd < 0) {
        tell(d, name);
        *told = true;
    }
    return status;
}

int lock_wait(const struct safedir *d, const char *name, bool *told, int *fd)
{
    int status = 0;
    *fd = -1;
    if (!*told && (filter_options.verbose || isatty(STDERR_FILENO) == 1))
        status = try_a_while(d, name, told, fd);
    return status == 0 && *fd < 0 ? safedir_lock(d, name, false, fd) : status;
}
