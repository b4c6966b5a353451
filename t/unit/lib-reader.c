/*
 * Records from files, in whatever pieces read(2) gives them: the same rows with the same numbers of
 * lines, the same rejects and the same status.
 */
#include "lib/reader.h"

#include "base/buf.h"
#include "base/read_file.h"

#include "tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

static size_t most_at_once;
static char folder[] = "/tmp/mxkit-reader.XXXXXX";
static char path[64], other[64], rejects[64];

/* In place of the C library's: gives at most `most_at_once` bytes. */
ssize_t read(int fd, void *bytes, size_t n)
{
    return syscall(SYS_read, fd, bytes, n < most_at_once ? n : most_at_once);
}

static void write_file(const char *name, struct span bytes)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0 || write(fd, bytes.p, bytes.n) != (ssize_t)bytes.n || close(fd) != 0)
        ok(false, "%s is written", name);
}

/* Reads the files, NULL-ended, and writes a line `LINE FIELD|FIELD` for each record to `out`, then
 * the rejects and the status. Passes over pauses. */
static void read_files(struct buf *out, char *const *files, bool csv)
{
    const struct reader_options options = {.files = files, .csv = csv, .rejects = rejects};
    int status = 0;
    struct reader *r = reader_open(&options, &status);
    enum reader_event event = READER_END;
    while (r != NULL && (event = reader_next(r)) != READER_END) {
        const struct record *record = reader_record(r);
        bool row = event == READER_ROW || event == READER_FIRST_ROW;
        for (size_t i = 0; row && i < record->count; i++) {
            if (i == 0)
                buf_format(out, "%zu ", reader_line(r));
            buf_add_span(out, record->fields[i]);
            buf_add_char(out, i + 1 < record->count ? '|' : '\n');
        }
    }
    status = r != NULL ? reader_close(r) : status;
    buf_add_string(out, "rejects ");
    if (read_file(rejects, "rejects", 1 << 20, out) != 0)
        buf_add_string(out, "?");
    buf_format(out, "status %d", status);
}

/* True if the files are read as expected in pieces of every size. */
static bool reads_files(char *const *files, bool csv, const char *expected)
{
    static const size_t pieces[] = {1, 2, 3, 5, 16, 1 << 20};
    size_t wrong = 0;
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buf out = {0};
        most_at_once = pieces[i];
        read_files(&out, files, csv);
        most_at_once = SIZE_MAX;
        if (!span_is(buf_span(&out), expected) && wrong++ == 0)
            printf("# in pieces of %zu:\n# %s\n# expected:\n# %s\n", pieces[i], buf_string(&out),
                   expected);
        buf_clear(&out);
    }
    return wrong == 0;
}

static bool reads(struct span bytes, bool csv, const char *expected)
{
    char *files[] = {path, NULL};
    write_file(path, bytes);
    return reads_files(files, csv, expected);
}

static bool reads_tsv(const char *text, const char *expected)
{
    return reads(span_of(text), false, expected);
}

static bool reads_csv(const char *text, const char *expected)
{
    return reads(span_of(text), true, expected);
}

static void test_tsv(void)
{
    ok(reads_tsv("a\tb\nc\td\n", "1 a|b\n2 c|d\nrejects status 0"), "rows of TSV are read");
    ok(reads_tsv("a\r\n\r\nb\r", "1 a\n2 \n3 b\nrejects status 0"),
       "a CR before a line end, or at the end, is not part of a row");
    ok(reads_tsv("a\n\nb", "1 a\n2 \n3 b\nrejects status 0"),
       "an empty line is a row, and so is a last line without an LF");
    ok(reads_tsv("", "rejects status 0"), "an empty file has no row");
    ok(reads_tsv("\xef\xbb\xbf"
                 "a\nb\n",
                 "1 a\n2 b\nrejects status 0") &&
           reads_tsv("\xef\xbb", "1 \xef\xbb\nrejects status 0"),
       "a byte order mark is not part of a row, a part of one is");
}

/* The rejects hold NULs, so their bytes are compared apart. */
static void test_nul(void)
{
    static const char nul[] = "good\nb\0c\nd\n\0\nlast\0";
    static const char rejected[] = "b\0c\n\0\nlast\0\n";
    static const size_t pieces[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1 << 20};
    char *files[] = {path, NULL};
    size_t wrong = 0;
    write_file(path, span_make(nul, sizeof nul - 1));
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buf out = {0}, expected = {0};
        buf_add_string(&expected, "1 good\n3 d\nrejects ");
        buf_add(&expected, rejected, sizeof rejected - 1);
        buf_add_string(&expected, "status 65");
        most_at_once = pieces[i];
        read_files(&out, files, false);
        most_at_once = SIZE_MAX;
        wrong += !span_equal(buf_span(&out), buf_span(&expected));
        buf_clear(&out);
        buf_clear(&expected);
    }
    ok(wrong == 0, "a line with a NUL is rejected, and no other (%zu sizes of pieces are wrong)",
       wrong);
}

static void test_csv(void)
{
    ok(reads_csv("a,b\r\nc,\"d\r\ne\"\r\nf,g\r\n",
                 "1 a|b\n2 c|d\\r\\ne\n4 f|g\nrejects status 0") &&
           reads_csv("a,b\nc,\"d\ne\nf\"\ng,h\n", "1 a|b\n2 c|d\\ne\\nf\n5 g|h\nrejects status 0"),
       "a record of several lines counts them all");
    ok(reads_csv("a,b\n\n\n\nc,d\n", "1 a|b\n5 c|d\nrejects status 0") &&
           reads_csv("a,b\r\n\r\n\r\nc,d\r\n", "1 a|b\n4 c|d\nrejects status 0"),
       "blank lines of CSV are counted, and no rows");
    ok(reads_csv("a,b\nx,\"y\"z\nc,d\n", "1 a|b\n3 c|d\nrejects x,\"y\"z\nstatus 65"),
       "a stray quote costs one line");
    ok(reads_csv("a,b\n\"open,x\nc,d\ne,f", "1 a|b\n3 c|d\n4 e|f\nrejects \"open,x\nstatus 65"),
       "a quote that is never closed costs one line");
    ok(reads_csv("a,b\nc,\"d", "1 a|b\nrejects c,\"d\nstatus 65"),
       "a quote that is not closed in the last line, which has no LF, costs that line");
    ok(reads_csv("\xef\xbb\xbf\"a\",b\n", "1 a|b\nrejects status 0"),
       "a byte order mark before a quote is left out");
}

static void test_files(void)
{
    char missing[64];
    snprintf(missing, sizeof missing, "%s/none", folder);
    write_file(path, span_of("\xef\xbb\xbf"
                             "a\nb"));
    write_file(other, span_of("\xef\xbb\xbf"
                              "c\nd\n"));
    char *two[] = {path, other, NULL}, *gone[] = {path, missing, other, NULL};
    char *dir[] = {folder, other, NULL};
    ok(reads_files(two, false, "1 a\n2 b\n1 c\n2 d\nrejects status 0"),
       "each file has its own lines and its own byte order mark");
    ok(reads_files(gone, false, "1 a\n2 b\n1 c\n2 d\nrejects status 66"),
       "a file that is missing is passed over, with its status");
    ok(reads_files(dir, false, "1 c\n2 d\nrejects status 66"),
       "a folder is not a file: the status is that of a missing one");
    static const char nul[] = "a\0\n";
    write_file(other, span_make(nul, sizeof nul - 1));
    struct buf out = {0};
    most_at_once = SIZE_MAX;
    read_files(&out, gone, false);
    ok(memmem(out.p, out.n, "status 66", 9) != NULL,
       "the first failure gives the status, before a rejected line");
    buf_clear(&out);
}

/* A rejected last line keeps all its bytes, though it has no LF. */
static void test_rejected_end(void)
{
    struct buf out = {0}, line = {0};
    char *files[] = {path, NULL};
    for (size_t i = 0; i < RECORD_LIMIT + 1; i++)
        buf_add_char(&line, 'x');
    write_file(path, buf_span(&line));
    most_at_once = SIZE_MAX;
    read_files(&out, files, false);
    ok(out.n == strlen("rejects ") + RECORD_LIMIT + 2 + strlen("status 65"),
       "a line that is one byte too long is rejected, with all its bytes");
    buf_empty(&out);
    write_file(path, span_make(line.p, RECORD_LIMIT));
    read_files(&out, files, false);
    ok(out.n == strlen("1 ") + RECORD_LIMIT + 1 + strlen("rejects status 0"),
       "a line of the longest length is read");
    buf_clear(&line);
    buf_clear(&out);
}

int main(void)
{
    most_at_once = SIZE_MAX;
    if (!ok(mkdtemp(folder) != NULL, "a temporary folder is made"))
        return done();
    tap_drop_messages();
    snprintf(path, sizeof path, "%s/in", folder);
    snprintf(other, sizeof other, "%s/other", folder);
    snprintf(rejects, sizeof rejects, "%s/rejects", folder);
    test_tsv();
    test_nul();
    test_csv();
    test_files();
    test_rejected_end();
    unlink(path);
    unlink(other);
    unlink(rejects);
    rmdir(folder);
    return done();
}
