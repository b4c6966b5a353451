/*
 * mxqueue list: prints the rows of the queue, and whether they wait, as TSV.
 */
#include "base/err.h"
#include "base/escape.h"
#include "base/writer.h"
#include "lib/statedir.h"
#include "mxqueue/command.h"
#include "mxqueue/listing.h"

#include <inttypes.h>
#include <sysexits.h>
#include <unistd.h>

static const char *only;
static bool no_header;

static const struct option_entry own_table[] = {
    {0, "only", OPTION_TEXT, &only, "STATE", "choose rows in STATE (waiting, leased, ended)", 0, 0},
    {'N', "no-header", OPTION_FLAG, &no_header, NULL, "do not print a header line", 0, 0},
    {0},
};
static const struct option_usage usage = {
    "list [options]", "Print the rows of the queue, sorted by message and address, as TSV.",
    (const struct option_entry *const[]){own_table, listing_option_table, statedir_option_table,
                                         NULL}};

struct list {
    struct queue queue;
    struct writer out;
    char hash[ROW_HASH + 1];
};

static void add_time(struct buf *line, int64_t time_s)
{
    char text[RFC3339_LENGTH + 1];
    buf_add_char(line, '\t');
    escape_field(line, listing_time(time_s, text));
}

static int print_row(void *context, struct span key, struct span hash, struct span address,
                     const struct row *r)
{
    struct list *l = context;
    const char *state = listing_state(&l->queue, r);
    if ((only != NULL && strcmp(only, state) != 0) ||
        strncmp(hash.p, l->hash, strlen(l->hash)) != 0)
        return 0;
    struct buf *line = writer_line(&l->out);
    buf_add_span(line, address);
    buf_add_char(line, '\t');
    buf_add_span(line, key);
    buf_format(line, "\t%s\t", state);
    escape_field(line, span_of(row_result_name(r->result)));
    buf_format(line, "\t%" PRId64, r->attempts);
    add_time(line, r->next_s);
    add_time(line, r->first_s);
    add_time(line, r->added_s);
    add_time(line, r->ended_s);
    writer_end_line(&l->out);
    return l->out.status;
}

static int print_all(struct list *l)
{
    int status = queue_look_at_leases(&l->queue);
    if (status != 0)
        return status;
    writer_init(&l->out, STDOUT_FILENO, "stdout");
    if (!no_header) {
        buf_add_string(
            writer_line(&l->out),
            "address\tid\tstate\tresult\tattempts\tnext_at\tfirst_at\tadded_at\tended_at");
        writer_end_line(&l->out);
    }
    status = queue_each(&l->queue, print_row, l);
    return first_failure(status, writer_close(&l->out));
}

int command_list(int argc, char **argv)
{
    struct list l = {0};
    int status = command_parse("mxqueue", &usage, argc, argv);
    if (status != OPTIONS_RUN)
        return status;
    if (only != NULL && strcmp(only, "waiting") != 0 && strcmp(only, "leased") != 0 &&
        strcmp(only, "ended") != 0) {
        err_say("--only is \"%s\"; use waiting, leased or ended", only);
        return EX_USAGE;
    }
    status = listing_hash(l.hash);
    if (status != 0)
        return status;
    status = queue_open(&l.queue, STORE_READ, false);
    if (status == 0)
        status = print_all(&l);
    return first_failure(status, queue_close(&l.queue));
}
