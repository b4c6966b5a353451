#include "lib/rulesdir.h"

#include "base/err.h"
#include "base/mem.h"
#include "lib/statedir.h"

#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

static const char *given;

const struct option_entry rulesdir_option_table[] = {
    {'r', "rules", OPTION_TEXT, &given, "DIR", "read the rule files from DIR", 0, 0},
    {0},
};

/* Adds the directory of the tool's binary, with its slash. */
static bool add_own_directory(struct buf *path)
{
    char *room = buf_room(path, 4096);
    ssize_t n = readlink("/proc/self/exe", room, 4096);
    while (n > 0 && room[n - 1] != '/')
        n--;
    path->n += n > 0 ? (size_t)n : 0;
    return n > 0;
}

static bool has_file(struct buf *path, const char *name)
{
    size_t length = path->n;
    buf_format(path, "/%s", name);
    bool there = access(buf_string(path), R_OK) == 0;
    path->n = length;
    return there;
}

/* Sets `path` to `folder`, or the binary's directory if that is NULL, followed by `below`. True if
 * the file `name` is there. */
static bool try_directory(struct buf *path, const char *folder, const char *below, const char *name)
{
    buf_empty(path);
    if (folder != NULL)
        buf_add_string(path, folder);
    else if (!add_own_directory(path))
        return false;
    buf_add_string(path, below);
    return has_file(path, name);
}

/* Sets `path` to the directory to read `name` from. One that the user chose is used even if the
 * file is not there, and the last try is for the message: rulesdir_load() then reports the file
 * that is missing. */
static void find_directory(struct buf *path, const char *name)
{
    const char *asked = given != NULL ? given : getenv("MXKIT_RULES");
    if (asked != NULL && *asked != '\0') {
        buf_add_string(path, asked);
        return;
    }
    char *state = statedir_path();
    bool found = (state != NULL && try_directory(path, state, "/rules", name)) ||
                 try_directory(path, NULL, "../share/mxkit/rules", name) ||
                 try_directory(path, NULL, "../rules", name);
    if (!found)
        try_directory(path, NULL, "../share/mxkit/rules", name);
    free(state);
}

int rulesdir_load(const char *name, struct rulefile files[2], size_t *count)
{
    struct buf path = {0};
    find_directory(&path, name);
    size_t directory_length = path.n;
    *count = 0;
    buf_format(&path, "/local.%s", name);
    int status = rulefile_load(&files[0], buf_string(&path));
    if (status == 0 || status == EX_NOINPUT) {
        *count += status == 0;
        path.n = directory_length;
        buf_format(&path, "/%s", name);
        status = rulefile_load(&files[*count], buf_string(&path));
        if (status == EX_NOINPUT) {
            err_say("no rule file %s; name its directory with -r DIR or MXKIT_RULES",
                    buf_string(&path));
            status = EX_CONFIG;
        }
        *count += status == 0;
    }
    while (status != 0 && *count > 0)
        rulefile_clear(&files[--*count]);
    buf_clear(&path);
    return status;
}
