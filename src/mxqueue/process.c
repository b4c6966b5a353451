#include "mxqueue/process.h"

#include "base/err.h"
#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

bool process_read(struct process *p, struct span stat)
{
    char text[512], state;
    /* The name, in parentheses, may have any bytes: what follows begins after the last one. */
    const char *end = memrchr(stat.p, ')', stat.n);
    size_t n = end != NULL ? stat.n - (size_t)(end - stat.p) - 1 : 0;
    *p = (struct process){.id = strtoll(stat.n > 0 ? stat.p : "", NULL, 10)};
    if (n == 0 || n >= sizeof text)
        return false;
    memcpy(text, end + 1, n);
    text[n] = '\0';
    int fields = sscanf(text,
                        " %c %" SCNd64 " %" SCNd64 " %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d "
                        "%*d %*d %*d %*d %*d %" SCNu64,
                        &state, &p->parent, &p->group, &p->start);
    p->dead = fields == 4 && (state == 'Z' || state == 'X');
    return fields == 4 && p->id > 0;
}

/* A process that ends meanwhile is left out. */
static void add_process(struct processes *list, int proc, const char *id)
{
    char path[300], stat[1024];
    snprintf(path, sizeof path, "%s/stat", id);
    int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t n = read(fd, stat, sizeof stat - 1);
    close(fd);
    if (n <= 0)
        return;
    stat[n] = '\0';
    list->list = mem_grow(list->list, &list->capacity, list->count + 1, sizeof *list->list);
    list->count += process_read(&list->list[list->count], span_make(stat, (size_t)n));
}

int processes_load(struct processes *list)
{
    DIR *proc = opendir("/proc");
    const struct dirent *entry;
    *list = (struct processes){0};
    while (proc != NULL && (entry = readdir(proc)) != NULL)
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
            add_process(list, dirfd(proc), entry->d_name);
    if (proc == NULL && errno == ENOMEM)
        mem_fail();
    if (proc != NULL)
        closedir(proc);
    if (processes_find(list, getpid()) != NULL)
        return 0;
    err_say("cannot read /proc, which tells whether the processes of a lease have ended; mount it");
    return EX_UNAVAILABLE;
}

const struct process *processes_find(const struct processes *list, int64_t id)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->list[i].id == id)
            return &list->list[i];
    return NULL;
}

void processes_clear(struct processes *list)
{
    free(list->list);
    *list = (struct processes){0};
}
