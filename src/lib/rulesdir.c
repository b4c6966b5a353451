#include "lib/rulesdir.h"

#include "base/err.h"
#include "base/mem.h"
#include "lib/statedir.h"

#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

static const char *given;

const struct option_entry rulesdir_option_table[] = {
    {'r', "rules", OPTION_TEXT, &given, "DIR", "where the rule files are", 0, 0},
    {0},
};

/* Adds the folder of the tool's own binary. */
static bool add_own_folder(struct buf *path)
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

/* Sets `path` to `folder`/`below` if that holds `name`. */
static bool try_folder(struct buf *path, const char *folder, const char *below, const char *name)
{
    buf_empty(path);
    if (folder != NULL)
        buf_add_string(path, folder);
    else if (!add_own_folder(path))
        return false;
    buf_add_string(path, below);
    return has_file(path, name);
}

/* The folder to read `name` from; what was asked for is taken even where the file is missing, so
 * that this is said. */
static void find_folder(struct buf *path, const char *name)
{
    const char *asked = given != NULL ? given : getenv("MXKIT_RULES");
    if (asked != NULL && *asked != '\0') {
        buf_add_string(path, asked);
        return;
    }
    char *state = statedir_path();
    bool found = (state != NULL && try_folder(path, state, "/rules", name)) ||
                 try_folder(path, NULL, "../share/mxkit/rules", name) ||
                 try_folder(path, NULL, "../rules", name);
    if (!found)
        try_folder(path, NULL, "../share/mxkit/rules", name);
    free(state);
}

int rulesdir_load(const char *name, struct rulefile files[2], size_t *count)
{
    struct buf path = {0};
    find_folder(&path, name);
    size_t folder = path.n;
    *count = 0;
    buf_format(&path, "/local.%s", name);
    int status = rulefile_load(&files[0], buf_string(&path));
    if (status == 0 || status == EX_NOINPUT) {
        *count += status == 0;
        path.n = folder;
        buf_format(&path, "/%s", name);
        status = rulefile_load(&files[*count], buf_string(&path));
        if (status == EX_NOINPUT) {
            err_say("no rule file %s; name its folder with -r DIR or MXKIT_RULES",
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
