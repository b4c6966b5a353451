/*
 * A file replaced as a whole: what is made safe before what, and what is left if a step fails. The
 * test has its own fsync(2), renameat(2) and unlinkat(2), which note their calls.
 */
#include "base/replace.h"

#include "base/buf.h"
#include "base/read_file.h"

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

static char folder[] = "/tmp/mxkit-replace.XXXXXX";
static struct safedir dir;
static int file_fd;
static char steps[64];
static char failing; /* the step that fails */
static bool planted; /* somebody puts a file where one was removed */

/* Notes a step. True if it is to fail. */
static bool note(char step)
{
    steps[strlen(steps)] = step;
    errno = EIO;
    return step == failing;
}

int fsync(int fd)
{
    return note(fd == file_fd ? 'f' : fd == dir.fd ? 'd' : '?') ? -1 : 0;
}

int renameat(int from, const char *old, int to, const char *new)
{
    return note('r') ? -1 : (int)syscall(SYS_renameat2, from, old, to, new, 0);
}

int unlinkat(int fd, const char *name, int flags)
{
    note('u');
    int result = (int)syscall(SYS_unlinkat, fd, name, flags);
    if (planted)
        close(openat(fd, name, O_WRONLY | O_CREAT, 0600));
    return result;
}

static void write_file(const char *name, const char *text)
{
    int fd = openat(dir.fd, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || close(fd) != 0)
        ok(false, "%s is written", name);
}

/* True if the file has that text; NULL: if it does not exist. */
static bool has(const char *name, const char *text)
{
    char path[100];
    struct buf bytes = {0};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int status = read_file(path, "file", 1000, &bytes);
    bool same =
        text == NULL ? status == EX_NOINPUT : status == 0 && span_is(buf_span(&bytes), text);
    buf_clear(&bytes);
    return same;
}

/* Begins to replace the file `name`, which has the text "old". */
static bool begin(void)
{
    write_file("name", "old");
    file_fd = -1;
    memset(steps, 0, sizeof steps);
    failing = 0;
    bool begun = replace_begin(&dir, "name", &file_fd) == 0;
    memset(steps, 0, sizeof steps);
    return begun && safedir_write_all(&dir, "name", file_fd, span_of("new")) == 0;
}

static bool ends(int status, const char *expected)
{
    bool good = replace_end(&dir, "name", file_fd) == status && strcmp(steps, expected) == 0;
    if (!good)
        printf("# steps %s\n", steps);
    return good && fcntl(file_fd, F_GETFD) < 0;
}

static void test_steps(void)
{
    ok(begin() && has("name", "old"), "the old file stays while the new one is written");
    ok(ends(0, "frd") && has("name", "new") && has("name.new", NULL),
       "the new file is made safe, then renamed, then its name is made safe");
}

static void test_failures(void)
{
    bool begun = begin();
    failing = 'f';
    ok(begun && ends(EX_IOERR, "fu") && has("name", "old") && has("name.new", NULL),
       "if the new file cannot be made safe, the old one is kept and no other is left");
    begun = begin();
    failing = 'r';
    ok(begun && ends(EX_IOERR, "fru") && has("name", "old") && has("name.new", NULL),
       "if the new file cannot be renamed, the old one is kept and no other is left");
    begun = begin();
    failing = 'd';
    ok(begun && ends(EX_IOERR, "frd") && has("name", "new"),
       "if the name cannot be made safe, that is a failure");
}

static void test_abandon(void)
{
    bool begun = begin();
    replace_abandon(&dir, "name", file_fd);
    ok(begun && has("name", "old") && has("name.new", NULL) && fcntl(file_fd, F_GETFD) < 0,
       "an abandoned file is closed and removed");
}

/* What a killed process left goes; what somebody else put there is refused. */
static void test_stale(void)
{
    write_file("name.new", "left by a killed process, and longer");
    ok(begin() && ends(0, "frd") && has("name", "new"), "what a killed process left is removed");
    write_file("other", "precious");
    ok(symlinkat("other", dir.fd, "name.new") == 0 && !begin() && has("other", "precious"),
       "a symbolic link in the place of the new file is refused");
    syscall(SYS_unlinkat, dir.fd, "name.new", 0);
    write_file("name.new", "open to others");
    ok(fchmodat(dir.fd, "name.new", 0666, 0) == 0 && !begin() && has("name", "old"),
       "a file that others can write in the place of the new file is refused");
    syscall(SYS_unlinkat, dir.fd, "name.new", 0);
    syscall(SYS_unlinkat, dir.fd, "other", 0);
    write_file("name.new", "left by a killed process");
    planted = true;
    ok(!begin() && has("name", "old"), "a file that is there again at once is refused");
    planted = false;
    syscall(SYS_unlinkat, dir.fd, "name.new", 0);
}

int main(void)
{
    if (!ok(mkdtemp(folder) != NULL && safedir_open(&dir, folder, "test's folder", false) == 0,
            "a temporary folder is opened"))
        return done();
    tap_drop_messages();
    test_steps();
    test_failures();
    test_abandon();
    test_stale();
    syscall(SYS_unlinkat, dir.fd, "name", 0);
    safedir_close(&dir);
    rmdir(folder);
    return done();
}
