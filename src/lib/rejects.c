#include "lib/rejects.h"

#include "base/err.h"
#include "base/mem.h"
#include "lib/statedir.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Only regular files are emptied: /dev/null may be both. */
static bool is_input(const char *path, char *const *files)
{
    struct stat rejects, input;
    if (stat(path, &rejects) != 0 || !S_ISREG(rejects.st_mode))
        return false;
    bool uses_stdin = files == NULL || *files == NULL;
    for (; files != NULL && *files != NULL; files++) {
        if (strcmp(*files, "-") == 0)
            uses_stdin = true;
        else if (stat(*files, &input) == 0 && is_same(&rejects, &input))
            return true;
    }
    return uses_stdin && fstat(STDIN_FILENO, &input) == 0 && is_same(&rejects, &input);
}

/* True if the file is one of the state, or would be beside them. */
static bool is_in_state(const char *path)
{
    struct stat state, folder;
    const char *slash = strrchr(path, '/');
    char *parent = slash != NULL ? mem_copy(path, (size_t)(slash - path) + 1) : mem_copy(".", 1);
    char *directory = statedir_path();
    bool is = directory != NULL && stat(directory, &state) == 0 && stat(parent, &folder) == 0 &&
              is_same(&state, &folder);
    free(directory);
    free(parent);
    return is;
}

int rejects_open(struct rejects *r, const char *path, char *const *files)
{
    int fd = -1;
    if (path != NULL && is_input(path, files)) {
        err_say("the rejects file %s is an input too and would be emptied; name another one", path);
        return EX_USAGE;
    }
    if (path != NULL && is_in_state(path)) {
        err_say("the rejects file %s is in the state directory; name one in another folder", path);
        return EX_USAGE;
    }
    if (path != NULL && (fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) < 0) {
        err_errno("cannot create the rejects file %s", path);
        return EX_CANTCREAT;
    }
    writer_init(&r->writer, fd, path);
    return 0;
}

void rejects_add(struct rejects *r, struct span line)
{
    if (r->writer.fd < 0 || line.n == 0)
        return;
    line.n -= line.p[line.n - 1] == '\n';
    buf_add_span(writer_line(&r->writer), line);
    writer_end_line(&r->writer);
}

int rejects_write_part(struct rejects *r, struct span part)
{
    if (r->writer.fd < 0)
        return 0;
    buf_add_span(writer_line(&r->writer), part);
    /* Unlike elsewhere, a part of a line is written. */
    r->writer.whole = r->writer.block.n;
    return writer_flush(&r->writer);
}

void rejects_end_line(struct rejects *r)
{
    if (r->writer.fd >= 0)
        writer_end_line(&r->writer);
}

int rejects_flush(struct rejects *r)
{
    return r->writer.fd < 0 ? 0 : writer_flush(&r->writer);
}

int rejects_close(struct rejects *r)
{
    if (r->writer.fd >= 0)
        return writer_close(&r->writer);
    buf_clear(&r->writer.block);
    return 0;
}
