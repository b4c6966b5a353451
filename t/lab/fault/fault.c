/*
 * fault: a library for LD_PRELOAD that makes calls fail. t/quarantine-faults.t and t/memory.t use
 * it.
 *
 * It counts the calls that change files in the folder FAULT_DIR (an absolute path) or the folder
 * itself: write, openat with O_CREAT, fsync, renameat, unlinkat, ftruncate. FAULT=KIND:N sets what
 * happens at the Nth of them:
 *
 *   kill                  the process dies before the call
 *   ENOSPC, EIO, EDQUOT   the call fails with this error
 *   ENOSPC+, EIO+ ...     the call and all later ones fail
 *   short                 from this call on, each write writes half of its bytes, and a write that
 *                         is a call of even number fails with EINTR
 *
 * At exit, the file FAULT_COUNT gets the number of these calls, or of allocations if
 * FAULT_ALLOCATION is set. The folder FAULT_DISK gets what a power cut would leave: `names`, with a
 * line NAME INODE for each file as of the last fsync of the folder, and a file named by its inode
 * for each file, as of its last fsync. FAULT_ALLOCATION=N: the Nth allocation finds no memory.
 * FAULT_ROOM=N: each file system has room for N bytes.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { PATH = 4096 };

static const struct {
    const char *name;
    int number;
} errors[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EDQUOT", EDQUOT}};

static unsigned calls;
static unsigned long allocations;

/* The next definition of a function after ours: the one of libc. */
#define NEXT(name) ((__typeof__(&(name)))dlsym(RTLD_NEXT, #name))

/* True if `fd` is FAULT_DIR or a file in it. */
static bool is_ours(int fd)
{
    char link[64], path[PATH];
    const char *dir = getenv("FAULT_DIR");
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, sizeof path - 1);
    return dir != NULL && n > 0 && strncmp(path, dir, strlen(dir)) == 0;
}

/* True if FAULT applies to this call. Sets `kind` to its kind, and *for_good if it applies to all
 * later calls, too. */
static bool is_due(char kind[16], bool *for_good)
{
    const char *fault = getenv("FAULT");
    unsigned at;
    if (fault == NULL || sscanf(fault, "%15[^:]:%u", kind, &at) != 2)
        return false;
    size_t n = strlen(kind);
    *for_good = strcmp(kind, "short") == 0 || (n > 0 && kind[n - 1] == '+');
    return *for_good ? calls >= at : calls == at;
}

/* Counts the call. Returns true, with errno set, if it must fail. Sets *half if a write must write
 * half of its bytes. */
static bool fails(bool *half)
{
    char kind[16];
    bool for_good;
    calls++;
    *half = false;
    if (!is_due(kind, &for_good))
        return false;
    if (strcmp(kind, "kill") == 0)
        raise(SIGKILL);
    if (strcmp(kind, "short") == 0) {
        *half = true;
        errno = EINTR;
        return calls % 2 == 0;
    }
    kind[strcspn(kind, "+")] = '\0';
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (strcmp(kind, errors[i].name) == 0) {
            errno = errors[i].number;
            return true;
        }
    return false;
}

/* For calls other than write: `short` does not apply to them. */
static bool fails_but_short(void)
{
    bool half;
    return fails(&half) && errno != EINTR;
}

static void copy_to_disk(int fd, const char *disk)
{
    char from[64], to[PATH], block[65536];
    struct stat st;
    ssize_t n;
    snprintf(from, sizeof from, "/proc/self/fd/%d", fd);
    fstat(fd, &st);
    snprintf(to, sizeof to, "%s/%ju", disk, (uintmax_t)st.st_ino);
    int in = NEXT(open)(from, O_RDONLY), out = NEXT(open)(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    while ((n = read(in, block, sizeof block)) > 0)
        if (NEXT(write)(out, block, (size_t)n) != n)
            abort();
    close(in);
    close(out);
}

static void names_to_disk(int fd, const char *disk)
{
    char path[PATH];
    struct dirent *e;
    struct stat st;
    DIR *d = fdopendir(NEXT(openat)(fd, ".", O_RDONLY | O_DIRECTORY));
    snprintf(path, sizeof path, "%s/names", disk);
    FILE *names = fopen(path, "w");
    while ((e = readdir(d)) != NULL)
        if (e->d_name[0] != '.' && fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
            fprintf(names, "%s %ju\n", e->d_name, (uintmax_t)st.st_ino);
    fclose(names);
    closedir(d);
}

/* Copies to FAULT_DISK what an fsync has made safe. */
static void copy_what_is_safe(int fd)
{
    const char *disk = getenv("FAULT_DISK");
    struct stat st;
    if (disk == NULL || fstat(fd, &st) != 0)
        return;
    if (S_ISDIR(st.st_mode))
        names_to_disk(fd, disk);
    else
        copy_to_disk(fd, disk);
}

/* A new file is not safe yet, even if an older file has had its inode. */
static void forget(int fd)
{
    const char *disk = getenv("FAULT_DISK");
    char path[PATH];
    struct stat st;
    if (disk == NULL || fstat(fd, &st) != 0 || st.st_size > 0)
        return;
    snprintf(path, sizeof path, "%s/%ju", disk, (uintmax_t)st.st_ino);
    unlink(path);
}

ssize_t write(int fd, const void *bytes, size_t n)
{
    bool half = false;
    if (is_ours(fd) && fails(&half))
        return -1;
    return NEXT(write)(fd, bytes, half && n > 1 ? n / 2 : n);
}

int openat(int dir, const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    bool creates = (flags & O_CREAT) != 0 && is_ours(dir);
    if (creates && fails_but_short())
        return -1;
    int fd = NEXT(openat)(dir, path, flags, mode);
    if (creates && fd >= 0)
        forget(fd);
    return fd;
}

int fsync(int fd)
{
    bool ours = is_ours(fd);
    if (ours && fails_but_short())
        return -1;
    int failed = NEXT(fsync)(fd);
    if (ours && failed == 0)
        copy_what_is_safe(fd);
    return failed;
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    if (is_ours(to_dir) && fails_but_short())
        return -1;
    return NEXT(renameat)(from_dir, from, to_dir, to);
}

int unlinkat(int dir, const char *path, int flags)
{
    if (is_ours(dir) && fails_but_short())
        return -1;
    return NEXT(unlinkat)(dir, path, flags);
}

int ftruncate(int fd, off_t length)
{
    if (is_ours(fd) && fails_but_short())
        return -1;
    return NEXT(ftruncate)(fd, length);
}

/* glibc's own names: NEXT() would need dlsym(), which allocates. */
void *__libc_malloc(size_t n);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t n);

static bool finds_no_memory(void)
{
    static unsigned long at;
    if (allocations++ == 0) {
        const char *number = getenv("FAULT_ALLOCATION");
        at = number != NULL ? strtoul(number, NULL, 10) : 0;
    }
    if (allocations == at)
        errno = ENOMEM;
    return allocations == at;
}

void *malloc(size_t n)
{
    return finds_no_memory() ? NULL : __libc_malloc(n);
}

void *calloc(size_t count, size_t size)
{
    return finds_no_memory() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t n)
{
    return finds_no_memory() ? NULL : __libc_realloc(old, n);
}

__attribute__((destructor)) static void write_count(void)
{
    const char *path = getenv("FAULT_COUNT");
    FILE *f = path != NULL ? fopen(path, "w") : NULL;
    if (f != NULL) {
        fprintf(f, "%lu\n", getenv("FAULT_ALLOCATION") != NULL ? allocations : calls);
        fclose(f);
    }
}

int fstatvfs(int fd, struct statvfs *fs)
{
    const char *room = getenv("FAULT_ROOM");
    int result = NEXT(fstatvfs)(fd, fs);
    if (room != NULL) {
        fs->f_frsize = 1;
        fs->f_bavail = strtoull(room, NULL, 10);
    }
    return result;
}
