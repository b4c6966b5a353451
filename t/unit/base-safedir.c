/* Which files and folders are trusted, with which modes they are made, and locks. */
#include "base/safedir.h"

#include "base/read_file.h"

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

static char folder[] = "/tmp/mxkit-safedir.XXXXXX";
static struct safedir dir;
static size_t most_at_once = SIZE_MAX;

/* In place of the C library's: takes a part of the bytes, as the system may. */
ssize_t write(int fd, const void *bytes, size_t n)
{
    return syscall(SYS_write, fd, bytes, n < most_at_once ? n : most_at_once);
}

/* Makes the file `x` with a mode. */
static void make(mode_t mode)
{
    unlinkat(dir.fd, "x", 0);
    int fd = openat(dir.fd, "x", O_WRONLY | O_CREAT, 0600);
    if (fd < 0 || fchmod(fd, mode) != 0 || close(fd) != 0)
        ok(false, "a file is made");
}

/* Opens `x`. Returns the status, and closes it. */
static int open_x(int flags)
{
    int fd = -2;
    int status = safedir_open_file(&dir, "x", flags, &fd);
    if (fd >= 0)
        close(fd);
    else if (fd != -1)
        return -1;
    return status;
}

static mode_t mode_of(const char *name)
{
    struct stat st;
    return fstatat(dir.fd, name, &st, 0) == 0 ? st.st_mode & 0777 : 0;
}

static void test_modes(void)
{
    static const mode_t good[] = {0600, 0640, 0400}, bad[] = {0660, 0620, 0604, 0602, 0601};
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        make(good[i]);
        wrong += open_x(O_RDONLY) != 0;
    }
    ok(wrong == 0, "a file that only its owner can write, and at most its group read, is opened");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        make(bad[i]);
        wrong += open_x(O_RDONLY) != EX_NOPERM;
    }
    ok(wrong == 0, "a file that the group can write or others can use is refused");
}

static void test_kinds(void)
{
    make(0600);
    ok(linkat(dir.fd, "x", dir.fd, "y", 0) == 0 && open_x(O_RDONLY) == EX_NOPERM,
       "a file with a second name is refused");
    unlinkat(dir.fd, "x", 0);
    ok(symlinkat("y", dir.fd, "x") == 0 && open_x(O_RDONLY) == EX_NOPERM &&
           open_x(O_WRONLY | O_CREAT) == EX_NOPERM,
       "a symbolic link is refused");
    unlinkat(dir.fd, "x", 0);
    unlinkat(dir.fd, "y", 0);
    ok(mkfifoat(dir.fd, "x", 0600) == 0 && open_x(O_RDONLY) == EX_NOPERM &&
           open_x(O_WRONLY) == EX_NOPERM && open_x(O_RDWR) == EX_NOPERM,
       "a FIFO is refused, without waiting for its other end");
    unlinkat(dir.fd, "x", 0);
    ok(mkdirat(dir.fd, "x", 0700) == 0 && open_x(O_RDONLY) == EX_NOPERM, "a folder is refused");
    unlinkat(dir.fd, "x", AT_REMOVEDIR);
    ok(open_x(O_RDONLY) == 0, "a file that does not exist is no failure");
}

static void test_made(void)
{
    umask(0);
    ok(open_x(O_WRONLY | O_CREAT) == 0 && mode_of("x") == 0600, "a new file has mode 0600");
    unlinkat(dir.fd, "x", 0);
    ok(chmod(folder, 0750) == 0 && open_x(O_WRONLY | O_CREAT) == 0 && mode_of("x") == 0640,
       "a new file has mode 0640 if the group may read the folder");
    int lock = -1;
    ok(safedir_lock(&dir, "lock", true, &lock) == 0 && mode_of("lock") == 0600,
       "a lock file has mode 0600 even so: who can open it can hold it");
    int second = -2;
    ok(safedir_lock(&dir, "lock", true, &second) == EX_TEMPFAIL && second == -1,
       "a lock that is held is not given a second time");
    second = -2;
    ok(safedir_try_lock(&dir, "lock", &second) == 0 && second == -1,
       "to try a lock that is held is no failure");
    close(lock);
    ok(safedir_try_lock(&dir, "lock", &second) == 0 && second >= 0, "it is free once it is closed");
    close(second);
    chmod(folder, 0700);
    unlinkat(dir.fd, "x", 0);
    unlinkat(dir.fd, "lock", 0);
}

/* The status of opening the folder with a mode. */
static int open_with(mode_t mode)
{
    struct safedir d;
    chmod(folder, mode);
    int status = safedir_open(&d, folder, "test's folder", false);
    safedir_close(&d);
    chmod(folder, 0700);
    return status;
}

static void test_folders(void)
{
    struct safedir d;
    char path[100];
    ok(open_with(0700) == 0 && open_with(0750) == 0 && open_with(0770) == EX_NOPERM &&
           open_with(0720) == EX_NOPERM && open_with(0701) == EX_NOPERM &&
           open_with(0755) == EX_NOPERM,
       "a folder that the group can write or others can use is refused");
    snprintf(path, sizeof path, "%s/a/b", folder);
    int status = safedir_open(&d, path, "test's folder", false);
    ok(status == EX_NOINPUT, "a folder that does not exist is not made unless it must be");
    safedir_close(&d);
    status = safedir_open(&d, path, "test's folder", true);
    ok(status == 0 && mode_of("a") == 0700 && mode_of("a/b") == 0700,
       "a folder is made with its parents, for its owner alone");
    safedir_close(&d);
    snprintf(path, sizeof path, "%s/link", folder);
    ok(symlinkat("a", dir.fd, "link") == 0, "a symbolic link is made");
    status = safedir_open(&d, path, "test's folder", false);
    ok(status == EX_NOPERM, "a symbolic link to a folder is refused");
    safedir_close(&d);
    unlinkat(dir.fd, "link", 0);
    unlinkat(dir.fd, "a/b", AT_REMOVEDIR);
    unlinkat(dir.fd, "a", AT_REMOVEDIR);
}

static void test_write(void)
{
    struct buf bytes = {0};
    char path[100];
    int fd;
    ok(safedir_open_file(&dir, "x", O_WRONLY | O_CREAT, &fd) == 0, "a file is made");
    most_at_once = 3;
    int status = safedir_write_all(&dir, "x", fd, span_of("abcdefghij"));
    most_at_once = SIZE_MAX;
    close(fd);
    snprintf(path, sizeof path, "%s/x", folder);
    ok(status == 0 && read_file(path, "file", 100, &bytes) == 0 &&
           span_is(buf_span(&bytes), "abcdefghij"),
       "all bytes are written, however many calls that takes");
    buf_clear(&bytes);
    unlinkat(dir.fd, "x", 0);
}

int main(void)
{
    if (!ok(mkdtemp(folder) != NULL && safedir_open(&dir, folder, "test's folder", false) == 0,
            "a temporary folder is opened"))
        return done();
    tap_drop_messages();
    test_modes();
    test_kinds();
    test_made();
    test_folders();
    test_write();
    safedir_close(&dir);
    rmdir(folder);
    return done();
}
