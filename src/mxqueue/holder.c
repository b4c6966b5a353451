#include "mxqueue/holder.h"

#include "base/err.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

/* A shell starts the processes of one pipeline within this number of ticks (of 10 ms). */
enum { CLEARLY_LATER = 20 };

void holder_write(const struct holder *h, struct buf *out)
{
    buf_format(out, "%s %" PRIu64 " %" PRId64 " %" PRIu64 " %d ", h->boot, h->space, h->group,
               h->leader_start, h->piped);
    for (size_t i = 0; i < h->path_count; i++)
        buf_format(out, "%s%" PRId64 "@%" PRIu64, i > 0 ? "," : "", h->path[i].id,
                   h->path[i].start);
}

static bool read_path(struct holder *h, const char *text)
{
    int used;
    while (h->path_count < HOLDER_PATH &&
           sscanf(text, "%" SCNd64 "@%" SCNu64 "%n", &h->path[h->path_count].id,
                  &h->path[h->path_count].start, &used) == 2) {
        h->path_count++;
        text += used;
        if (*text++ != ',')
            return text[-1] == '\0';
    }
    return false;
}

bool holder_read(struct holder *h, struct span text)
{
    struct buf copy = {0};
    int used = 0, piped = 0;
    *h = (struct holder){0};
    buf_add_span(&copy, text);
    int fields = sscanf(buf_string(&copy), "%36s %" SCNu64 " %" SCNd64 " %" SCNu64 " %d %n",
                        h->boot, &h->space, &h->group, &h->leader_start, &piped, &used);
    h->piped = piped != 0;
    bool good = fields == 5 && h->group > 0 && read_path(h, copy.p + used);
    buf_clear(&copy);
    return good;
}

static bool read_boot(struct holder *h)
{
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, h->boot, HOLDER_BOOT) : -1;
    if (fd >= 0)
        close(fd);
    return n == HOLDER_BOOT;
}

/* What a link in /proc names, such as `pipe:[4711]`; empty if that cannot be read. */
static void read_link(const char *path, char link[64])
{
    ssize_t n = readlink(path, link, 63);
    link[n > 0 ? n : 0] = '\0';
}

static bool read_space(struct holder *h)
{
    char link[64];
    read_link("/proc/self/ns/pid", link);
    return sscanf(link, "pid:[%" SCNu64 "]", &h->space) == 1;
}

static void set_path(struct holder *h, const struct processes *list)
{
    const struct process *p = processes_find(list, getpid());
    while (p != NULL && h->path_count < HOLDER_PATH) {
        h->path[h->path_count++] = (struct holder_process){p->id, p->start};
        p = p->parent > 0 ? processes_find(list, p->parent) : NULL;
    }
}

/* True if the process has a descriptor that reads that pipe, which the mode of its link tells, or
 * may have one. */
static bool reads_pipe(int64_t id, const char *pipe)
{
    char path[64], link[64];
    const struct dirent *entry;
    struct stat st;
    snprintf(path, sizeof path, "/proc/%" PRId64 "/fd", id);
    DIR *fds = opendir(path);
    bool found = fds == NULL && errno != ENOENT;
    while (fds != NULL && !found && (entry = readdir(fds)) != NULL) {
        snprintf(path, sizeof path, "/proc/%" PRId64 "/fd/%.20s", id, entry->d_name);
        read_link(path, link);
        found = strcmp(link, pipe) == 0 && lstat(path, &st) == 0 && (st.st_mode & S_IRUSR) != 0;
    }
    if (fds != NULL)
        closedir(fds);
    return found;
}

/* A shell reads the pipe itself in `rows=$(mxqueue due)`: it is in the same group then. */
static bool is_piped(const struct holder *h, const struct processes *list)
{
    char pipe[64];
    read_link("/proc/self/fd/1", pipe);
    bool piped = strncmp(pipe, "pipe:", strlen("pipe:")) == 0;
    for (size_t i = 1; piped && i < h->path_count; i++) {
        const struct process *p = processes_find(list, h->path[i].id);
        piped = p == NULL || p->group != h->group || !reads_pipe(p->id, pipe);
    }
    return piped;
}

int holder_set(struct holder *h, const struct processes *list)
{
    *h = (struct holder){.group = getpgrp()};
    if (h->group <= 0) {
        err_say("the process group of this pipeline is outside its PID namespace, so nobody could "
                "tell when it ends; start it with setsid");
        return EX_UNAVAILABLE;
    }
    const struct process *leader = processes_find(list, h->group);
    h->leader_start = leader != NULL ? leader->start : 0;
    set_path(h, list);
    h->piped = is_piped(h, list);
    if (read_boot(h) && read_space(h) && h->path_count > 0)
        return 0;
    err_errno("cannot read /proc/self/ns/pid or /proc/sys/kernel/random/boot_id");
    return EX_UNAVAILABLE;
}

static bool is_same(struct holder_process a, struct holder_process b)
{
    return a.id == b.id && a.start == b.start;
}

/* Finds the deepest process that is on both paths, and sets the places of its child on each. False
 * if the paths have no process in common. */
static bool find_fork(const struct holder *h, const struct holder *self, size_t *of_h,
                      size_t *of_self)
{
    for (size_t i = 1; i < h->path_count; i++)
        for (size_t j = 1; j < self->path_count; j++)
            if (is_same(h->path[i], self->path[j])) {
                *of_h = i - 1;
                *of_self = j - 1;
                return true;
            }
    return false;
}

static bool is_on_path(const struct holder *h, const struct process *p)
{
    for (size_t i = 0; i < h->path_count; i++)
        if (is_same(h->path[i], (struct holder_process){p->id, p->start}))
            return true;
    return false;
}

/* True if the process is, or descends from, a child of `shell` that is not older than `first`. */
static bool is_started_later(const struct process *p, const struct processes *list,
                             struct holder_process shell, struct holder_process first)
{
    for (size_t depth = 0; p != NULL && depth < HOLDER_PATH; depth++) {
        if (p->parent == shell.id)
            return p->start >= first.start;
        p = processes_find(list, p->parent);
    }
    return false;
}

enum holder_state holder_state(const struct holder *h, const struct holder *self,
                               const struct processes *list)
{
    if (strcmp(h->boot, self->boot) != 0)
        return HOLDER_GONE;
    if (h->space != self->space)
        return HOLDER_ALIVE;
    const struct process *leader = processes_find(list, h->group);
    if (leader != NULL && leader->start != h->leader_start)
        return HOLDER_GONE;
    size_t theirs = 0, ours = 0;
    bool follows = h->piped && h->group == self->group && find_fork(h, self, &theirs, &ours) &&
                   self->path[ours].start > h->path[theirs].start + CLEARLY_LATER;
    enum holder_state state = HOLDER_UNSEEN;
    for (size_t i = 0; i < list->count; i++) {
        const struct process *p = &list->list[i];
        if (p->group != h->group)
            continue;
        state = HOLDER_GONE;
        if (!p->dead &&
            !(follows && (is_on_path(self, p) ||
                          is_started_later(p, list, self->path[ours + 1], self->path[ours]))))
            return HOLDER_ALIVE;
    }
    return state;
}

bool holder_has_gone(const struct holder *h, const struct holder *self,
                     const struct processes *list)
{
    enum holder_state state = holder_state(h, self, list);
    if (state != HOLDER_UNSEEN)
        return state == HOLDER_GONE;
    return kill((pid_t)-h->group, 0) != 0 && errno == ESRCH;
}
