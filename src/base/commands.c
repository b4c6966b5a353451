#include "base/commands.h"

#include "base/buf.h"
#include "base/err.h"

#include <string.h>
#include <sysexits.h>

/* What the tool does, and a line for each command; borrowed from `out`. */
static const char *describe(struct buf *out, const char *tool, const char *summary,
                            const struct command *commands)
{
    buf_format(out, "%s\n\n", summary);
    for (const struct command *c = commands; c->name != NULL; c++)
        buf_format(out, "  %-8s %s\n", c->name, c->summary);
    buf_format(out, "\n%s COMMAND -h shows the options of a command.", tool);
    return buf_string(out);
}

int commands_run(const char *tool, const char *summary, const struct command *commands, int argc,
                 char **argv)
{
    for (const struct command *c = commands; argc > 1 && c->name != NULL; c++)
        if (strcmp(argv[1], c->name) == 0)
            return c->run(argc - 1, argv + 1);
    struct buf text = {0};
    const struct option_usage usage = {"COMMAND [options] [...]",
                                       describe(&text, tool, summary, commands),
                                       (const struct option_entry *const[]){NULL}};
    int operands;
    int status = options_parse(tool, &usage, argc, argv, &operands);
    buf_clear(&text);
    if (status != OPTIONS_RUN)
        return status;
    if (operands < argc)
        err_say("unknown command \"%s\"; try %s -h", argv[operands], tool);
    else
        err_say("missing command; try %s -h", tool);
    return EX_USAGE;
}

int command_parse(const char *tool, const struct option_usage *usage, int argc, char **argv)
{
    int operands;
    int status = options_parse(tool, usage, argc, argv, &operands);
    if (status != OPTIONS_RUN || operands == argc)
        return status;
    err_say("%s takes no operand \"%s\"; see %s %s -h", argv[0], argv[operands], tool, argv[0]);
    return EX_USAGE;
}
