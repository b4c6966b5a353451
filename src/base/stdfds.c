#include "base/stdfds.h"

#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

void stdfds_fill(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) >= 0)
            continue;
        /* open(2) returns the lowest free descriptor, which is this one. */
        if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            _exit(EX_OSERR);
    }
}
