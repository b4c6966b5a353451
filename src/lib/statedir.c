#include "lib/statedir.h"

#include "base/buf.h"
#include "base/err.h"

#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

static const char *given;

const struct option_entry statedir_option_table[] = {
    {'s', "state", OPTION_TEXT, &given, "DIR", "use the state directory DIR", 0, 0},
    {0},
};

static bool is_set(const char *value)
{
    return value != NULL && *value != '\0';
}

char *statedir_path(void)
{
    struct buf path = {0};
    const char *asked = given != NULL ? given : getenv("MXKIT_STATE");
    const char *xdg = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (given != NULL || is_set(asked))
        buf_add_string(&path, asked);
    else if (geteuid() == 0)
        buf_add_string(&path, "/var/lib/mxkit");
    else if (is_set(xdg))
        buf_format(&path, "%s/mxkit", xdg);
    else if (is_set(home))
        buf_format(&path, "%s/.local/state/mxkit", home);
    else
        return NULL;
    buf_string(&path);
    return path.p;
}

bool statedir_is_given(void)
{
    return given != NULL || is_set(getenv("MXKIT_STATE"));
}

int statedir_open(struct safedir *d, bool make)
{
    char *path = statedir_path();
    *d = (struct safedir){.fd = -1};
    if (path == NULL) {
        err_say("no state directory is known; name one with -s DIR or MXKIT_STATE");
        return EX_USAGE;
    }
    int status = safedir_open(d, path, "state directory", make);
    free(path);
    return status;
}
