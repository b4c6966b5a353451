#include "mxqueue/command.h"

#include "base/err.h"

#include <sysexits.h>

int command_parse(const struct option_usage *usage, int argc, char **argv)
{
    int operands;
    int status = options_parse("mxqueue", usage, argc, argv, &operands);
    if (status != OPTIONS_RUN || operands == argc)
        return status;
    err_say("%s takes no operand \"%s\"; see mxqueue %s -h", argv[0], argv[operands], argv[0]);
    return EX_USAGE;
}
