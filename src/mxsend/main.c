/*
 * mxsend: delivers a message to each row's address and reports the result in the row. Each row is
 * its own queue entry.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/rfc3339.h"
#include "lib/address.h"
#include "lib/address_keys.h"
#include "lib/filter_options.h"
#include "lib/rulesdir.h"
#include "lib/statedir.h"
#include "lib/stream.h"
#include "mxsend/delivery.h"
#include "mxsend/retry.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

/* The most rows that a run holds. */
enum { JOBS = 4000 };

static const char *sender, *message, *helo, *source, *level_name = "normal";
static int64_t port = 25, connections = 200;
static struct retry retry = {900, 4 * 3600, 5 * 86400};

static const struct option_entry own_table[] = {
    {'f', "from", OPTION_TEXT, &sender, "ADDRESS",
     "set the envelope sender of rows without a `sender`", 0, 0},
    {'m', "message", OPTION_TEXT, &message, "FILE", "send this message to rows without a `message`",
     0, 0},
    {0, "helo", OPTION_TEXT, &helo, "NAME",
     "announce NAME in EHLO; the default is the machine's name", 0, 0},
    {0, "source", OPTION_TEXT, &source, "IP",
     "send from this local address; the default is the system's choice", 0, 0},
    {0, "port", OPTION_NUMBER, &port, "N", "connect to port N of the receivers; the default is 25",
     1, 65535},
    {'l', "level", OPTION_TEXT, &level_name, "LEVEL",
     "use level slow, normal (the default), fast, very-fast, boost or custom", 0, 0},
    {0, "connections", OPTION_NUMBER, &connections, "N",
     "limit the open connections, to all receivers, to N; the default is 200", 1, 900},
    {0, "retry", OPTION_DURATION, &retry.first_s, "TIME",
     "wait TIME before the second try, then twice as long, up to 4h; the default is 15m", 1, 86400},
    {0, "expire", OPTION_DURATION, &retry.expire_s, "TIME",
     "give up on a message that has been deferred for TIME; the default is 5d", 0, 8640000},
    {0},
};
static const struct option_usage usage = {
    "[options] -f ADDRESS -m FILE [file ...]",
    "Deliver a message to each row's address and add columns with the result.",
    (const struct option_entry *const[]){own_table, rulesdir_option_table, statedir_option_table,
                                         filter_option_table, NULL}};

enum column {
    COLUMN_MX,
    COLUMN_MX_STATUS,
    COLUMN_SENDER,
    COLUMN_MESSAGE,
    COLUMN_RESULT,
    COLUMN_ATTEMPTS,
    COLUMN_NEXT_AT,
    COLUMN_MESSAGE_ID
};

static const struct stream_spec spec = {
    .key = &key_address,
    .reads = (const char *const[]){"mx", "mx_status", "sender", "message", "result", "attempts",
                                   "next_at", "message_id", NULL},
    .adds = (const char *const[]){"result", "host", "ip", "source", "tls", "code", "status", "text",
                                  "at", "attempts", "next_at", "message_id", NULL},
};

struct run {
    struct stream *stream;
    struct delivery *delivery;
    struct body body; /* the message of -m */
    bool reading, ended, failed, stopping;
    int status;       /* an exit status beside that of the stream, or 0 */
    sigset_t blocked; /* the signal mask while mxsend waits */
};

static volatile sig_atomic_t stop_asked;

static void ask_to_stop(int signal_number)
{
    (void)signal_number;
    stop_asked = 1;
}

static const int stop_signals[] = {SIGTERM, SIGINT, SIGHUP};

enum { STOP_SIGNALS = sizeof stop_signals / sizeof *stop_signals };

/* True if such a signal has come or is pending. */
static bool is_asked_to_stop(void)
{
    sigset_t pending;
    bool asked = stop_asked != 0;
    if (!asked && sigpending(&pending) == 0)
        for (size_t i = 0; i < STOP_SIGNALS; i++)
            asked = asked || sigismember(&pending, stop_signals[i]) == 1;
    return asked;
}

/* Blocks the signals that stop mxsend except while it waits, so that none is handled between a look
 * at stop_asked and the wait. */
static void catch_signals(sigset_t *blocked_before)
{
    struct sigaction action = {.sa_handler = ask_to_stop};
    sigset_t blocked;
    sigemptyset(&action.sa_mask);
    sigemptyset(&blocked);
    for (size_t i = 0; i < STOP_SIGNALS; i++) {
        sigaction(stop_signals[i], &action, NULL);
        sigaddset(&blocked, stop_signals[i]);
    }
    sigprocmask(SIG_BLOCK, &blocked, blocked_before);
    /* If the reader of the rows goes away, messages in progress still end in order. */
    signal(SIGPIPE, SIG_IGN);
}

/* Returns the msg-id of the job's message or, if it has none, the one that the row came with:
 * perhaps its owner knows the message by another name. Borrowed from the job or from `scratch`. */
static struct span message_id_of(const struct run *r, const struct job *j, struct buf *scratch)
{
    if (j->body != NULL && j->body->message_id.n > 0)
        return j->body->message_id;
    return stream_get_from(r->stream, span_make(j->line, j->length), COLUMN_MESSAGE_ID, scratch);
}

static void write_done(struct run *r, const struct job *j)
{
    struct outcome o = j->outcome;
    char at[RFC3339_LENGTH + 1], next[RFC3339_LENGTH + 1] = "", attempts[24];
    struct span line = span_make(j->line, j->length);
    struct buf scratch = {0};
    if (o.result == RESULT_NONE) {
        stream_write(r->stream, line, NULL);
        return;
    }
    if (o.result == RESULT_DEFERRED && retry_is_over(&retry, j->attempts + 1))
        o.result = RESULT_EXPIRED;
    rfc3339_format(clock_now(), at);
    if (o.result == RESULT_DEFERRED)
        rfc3339_format(clock_now() + retry_delay(&retry, j->attempts + 1), next);
    snprintf(attempts, sizeof attempts, "%" PRId64, j->attempts + 1);
    const struct span values[] = {span_of(result_name(o.result)),
                                  span_of(o.host),
                                  span_of(o.ip),
                                  span_of(o.source),
                                  span_make(NULL, 0),
                                  span_of(o.code),
                                  span_of(o.status),
                                  buf_span(&o.text),
                                  span_of(at),
                                  span_of(attempts),
                                  span_of(next),
                                  message_id_of(r, j, &scratch)};
    stream_write(r->stream, line, values);
    buf_clear(&scratch);
    if (o.result != RESULT_SENT)
        stream_mark_failed(r->stream);
}

static void write_all_done(struct run *r)
{
    struct job *j;
    while ((j = delivery_next_done(r->delivery)) != NULL) {
        write_done(r, j);
        job_free(j);
    }
}

/* True if there is nothing to do for the row in this run. */
static bool is_settled(struct stream *s)
{
    struct span result = stream_get(s, COLUMN_RESULT), next = stream_get(s, COLUMN_NEXT_AT);
    int64_t time_s;
    return span_is(result, "sent") || span_is(result, "failed") || span_is(result, "expired") ||
           (next.n > 0 && rfc3339_parse(next, &time_s) && time_s > clock_now());
}

static void set_own_outcome(struct job *j, const char *code, const char *status, const char *before,
                            struct span name, const char *after)
{
    struct buf text = {0};
    buf_add_string(&text, before);
    buf_add_span(&text, name);
    buf_add_string(&text, after);
    outcome_set(&j->outcome, code, status, buf_span(&text));
    buf_clear(&text);
}

/* Sets the outcome if mxlookup found no host to send to. The codes are from RFC 7504, RFC 7505 and
 * the registry of RFC 5248. */
static void set_no_route(struct job *j, struct span status)
{
    struct span domain = address_domain(buf_span(&j->recipient));
    if (span_is(status, "null"))
        set_own_outcome(j, "556", "5.1.10", "Domain ", domain, " accepts no mail (null MX)");
    else if (span_is(status, "nxdomain"))
        set_own_outcome(j, "550", "5.1.2", "Host or domain name not found: ", domain, "");
    else if (span_is(status, "nodata"))
        set_own_outcome(j, "550", "5.1.2", "No mail exchanger or address for ", domain, "");
    else if (span_is(status, "badname"))
        set_own_outcome(j, "501", "5.1.3", "Bad recipient address syntax: no domain name in ",
                        buf_span(&j->recipient), "");
    else
        set_own_outcome(j, "451", "4.4.3", "The mail exchangers of ", domain,
                        " could not be looked up");
}

/* Reads the envelope sender: of the row, else of -f. `<>` is the null sender, an empty one. */
static bool read_sender(struct span text, struct buf *out)
{
    buf_empty(out);
    return span_is(text, "<>") || address_read(text, out);
}

/* Returns false, with the outcome set, if an address of the row is invalid. A message goes to the
 * very address that address_read() gives: the one that quarantine was asked about. */
static bool set_envelope(struct run *r, struct job *j)
{
    struct span to = stream_key(r->stream), from = stream_get(r->stream, COLUMN_SENDER);
    from = from.n > 0 || sender == NULL ? from : span_of(sender);
    if (!address_read(to, &j->recipient)) {
        set_own_outcome(j, "501", "5.1.3", "Bad recipient address syntax: ", to, "");
    } else if (from.n == 0) {
        r->status = EX_USAGE;
        outcome_defer(&j->outcome, "the row has no sender: name one with -f");
    } else if (!read_sender(from, &j->sender)) {
        set_own_outcome(j, "501", "5.1.7", "Bad sender address syntax: ", from, "");
    }
    return j->outcome.result == RESULT_NONE;
}

static bool set_body(struct run *r, struct job *j)
{
    struct span path = stream_get(r->stream, COLUMN_MESSAGE);
    j->body = &r->body;
    if (path.n == 0 && message == NULL) {
        r->status = EX_USAGE;
        outcome_defer(&j->outcome, "the row has no message: name one with -m");
    }
    if (path.n == 0)
        return message != NULL;
    char *name = mem_copy(path.p, path.n);
    int status = body_load(&j->own_body, name);
    free(name);
    j->body = &j->own_body;
    if (status == 0)
        return true;
    r->status = status;
    outcome_defer(&j->outcome, "the message could not be read on our side");
    return false;
}

static int64_t read_attempts(struct stream *s)
{
    struct span text = stream_get(s, COLUMN_ATTEMPTS);
    int64_t n = 0;
    for (size_t i = 0; i < text.n && text.p[i] >= '0' && text.p[i] <= '9' && n < 1000000; i++)
        n = n * 10 + (text.p[i] - '0');
    return n;
}

static bool set_route(struct run *r, struct job *j)
{
    struct span mx = stream_get(r->stream, COLUMN_MX);
    buf_add_span(&j->mx, mx);
    if (route_read(&j->route, buf_span(&j->mx)) && j->route.count > 0)
        return true;
    set_no_route(j, stream_get(r->stream, COLUMN_MX_STATUS));
    return false;
}

static void start_row(struct run *r)
{
    struct stream *s = r->stream;
    if (is_settled(s) || r->stopping) {
        stream_write(s, stream_line(s), NULL);
        return;
    }
    struct job *j = job_new(stream_line(s));
    j->attempts = read_attempts(s);
    if (set_envelope(r, j) && set_body(r, j) && set_route(r, j)) {
        delivery_add(r->delivery, j);
        return;
    }
    write_done(r, j);
    job_free(j);
}

/* True if a column or an option provides what every row needs. */
static bool check_columns(struct run *r)
{
    struct stream *s = r->stream;
    const char *missing = !stream_has(s, COLUMN_MX)
                              ? "no column \"mx\": run mxlookup first to add it"
                          : !stream_has(s, COLUMN_MESSAGE) && message == NULL
                              ? "no column \"message\": name the message with -m FILE"
                          : !stream_has(s, COLUMN_SENDER) && sender == NULL
                              ? "no column \"sender\": name the envelope sender with -f ADDRESS"
                              : NULL;
    if (missing == NULL)
        return true;
    err_at(stream_file(s), stream_line_number(s), "%s", missing);
    r->failed = true;
    r->status = EX_USAGE;
    return false;
}

static void read_rows(struct run *r)
{
    while (r->reading && delivery_count(r->delivery) < JOBS) {
        enum stream_event event = stream_next(r->stream);
        if (event == STREAM_ROW && check_columns(r)) {
            start_row(r);
            continue;
        }
        r->reading = false;
        r->ended = r->ended || event == STREAM_END;
        r->failed = r->failed || event == STREAM_FAIL;
    }
}

static void stop(struct run *r)
{
    r->stopping = true;
    r->status = EX_TEMPFAIL;
    err_say("stopping: messages in progress have 10 seconds, and no new message is started; "
            "run mxsend again on the rows that are not finished");
    delivery_stop(r->delivery);
}

/* True while there is something left to read, to deliver or to close in order. */
static bool is_going_on(const struct run *r)
{
    bool more = !r->ended && !r->failed;
    return more || delivery_count(r->delivery) > 0 || delivery_is_closing(r->delivery);
}

static bool accepts_rows(const struct run *r)
{
    return !r->ended && !r->failed && delivery_count(r->delivery) < JOBS;
}

/* Rows are written as soon as they are done, so that a crash forgets as few sent messages as
 * possible. */
static void flush_done(struct run *r)
{
    write_all_done(r);
    if (stream_flush(r->stream) != 0 && !r->stopping)
        stop(r);
}

static void run(struct run *r)
{
    r->reading = true;
    while (is_going_on(r)) {
        if (!r->stopping && is_asked_to_stop())
            stop(r);
        if (accepts_rows(r))
            read_rows(r);
        delivery_set_last(r->delivery, r->ended || r->failed);
        flush_done(r);
        if (r->reading && accepts_rows(r))
            continue;
        if (is_going_on(r) &&
            delivery_wait(r->delivery, accepts_rows(r) ? stream_fd(r->stream) : -1, &r->blocked))
            r->reading = true;
        flush_done(r);
    }
}

static const char *our_name(void)
{
    static char name[256];
    if (helo != NULL)
        return helo;
    return gethostname(name, sizeof name - 1) == 0 && *name != '\0' ? name : "localhost";
}

/* The host name becomes a part of a command: not even an option may inject another one. */
static bool is_host_name(const char *name)
{
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]";
    return *name != '\0' && strspn(name, allowed) == strlen(name);
}

static bool check_options(enum level *level)
{
    const char *name = our_name();
    struct buf address = {0};
    bool is_sender = sender == NULL || read_sender(span_of(sender), &address);
    buf_clear(&address);
    if (!is_sender)
        err_say("--from is \"%s\"; it must be an address or <>", sender);
    else if (!level_find(span_of(level_name), level))
        err_say("--level is \"%s\"; it must be slow, normal, fast, very-fast, boost or custom",
                level_name);
    else if (!is_host_name(name))
        err_say("\"%s\" is not a host name; name another one with --helo", name);
    else if (source != NULL && !connection_is_source(source))
        err_say("--source is \"%s\", which is not an IP address of this machine; see ip addr",
                source);
    else
        return true;
    return false;
}

static int send_all(struct run *r, const struct mx_rules *rules, char **files)
{
    int status = 0;
    const struct delivery_options options = {.connection = {our_name(), source, port},
                                             .rules = rules,
                                             .connections = (size_t)connections};
    r->stream = stream_open(&spec, files, &status);
    if (r->stream == NULL)
        return status;
    r->delivery = delivery_new(&options);
    run(r);
    delivery_free(r->delivery);
    status = stream_close(r->stream);
    return r->status != 0 && status != EX_IOERR ? r->status : status;
}

int main(int argc, char **argv)
{
    struct run r = {0};
    struct mx_rules rules;
    enum level level;
    int operands;
    int status = options_parse("mxsend", &usage, argc, argv, &operands);
    if (status != OPTIONS_RUN)
        return status;
    if (!check_options(&level))
        return EX_USAGE;
    status = mx_rules_load(&rules, level);
    if (status == 0 && message != NULL)
        status = body_load(&r.body, message);
    if (status == 0) {
        catch_signals(&r.blocked);
        status = send_all(&r, &rules, argv + operands);
    }
    body_clear(&r.body);
    mx_rules_clear(&rules);
    return status;
}
