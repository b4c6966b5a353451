/*
 * The journal: what is made safe before what, which batches count, what is cut off, and what is
 * damage; and the first line of the state's files. The test has its own fsync(2) and pread(2).
 */
#include "store/journal.h"

#include "base/crc32c.h"
#include "lib/record.h"
#include "store/snapshot.h"

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sysexits.h>

static char folder[] = "/tmp/mxkit-journal.XXXXXX";
static struct safedir dir;
static struct journal journal;
static size_t safe[4]; /* the length of the file at each fsync(2) */
static size_t syncs, failing;
static size_t flipped_reads; /* how often the journal's bytes are read wrongly */

static size_t length(void)
{
    struct stat st;
    return fstatat(dir.fd, "j", &st, 0) == 0 ? (size_t)st.st_size : 0;
}

int fsync(int fd)
{
    (void)fd;
    safe[syncs % 4] = length();
    errno = EIO;
    return ++syncs == failing ? -1 : 0;
}

ssize_t pread(int fd, void *bytes, size_t n, off_t offset)
{
    ssize_t got = syscall(SYS_pread64, fd, bytes, n, offset);
    if (got > 0 && n > STAMP_LIMIT && flipped_reads > 0) {
        flipped_reads--;
        *(char *)bytes ^= 1;
    }
    return got;
}

static void start(void)
{
    const struct stamp stamp = {.generation = 7};
    journal_close(&journal);
    journal = (struct journal){.dir = &dir, .name = "j", .fd = -1};
    failing = flipped_reads = 0;
    if (journal_reset(&journal, &stamp) != 0)
        ok(false, "a journal is made");
    syncs = 0;
}

static void add_line(struct buf *out, const char *key)
{
    snapshot_add_line(out, span_of(key), span_of("text"));
}

/* Appends a batch with a line for each letter of `keys`. */
static int append(const char *keys)
{
    struct buf lines = {0};
    for (; *keys != '\0'; keys++)
        add_line(&lines, (const char[]){*keys, '\0'});
    int status = journal_append(&journal, buf_span(&lines));
    buf_clear(&lines);
    return status;
}

/* Puts bytes into the file; offset -1 is its end. */
static void put(off_t offset, struct span bytes)
{
    int fd = openat(dir.fd, "j", O_WRONLY);
    off_t at = offset < 0 ? lseek(fd, 0, SEEK_END) : offset;
    if (fd < 0 || pwrite(fd, bytes.p, bytes.n, at) != (ssize_t)bytes.n || close(fd) != 0)
        ok(false, "bytes are put into the journal");
}

static void flip(size_t offset)
{
    char byte;
    int fd = openat(dir.fd, "j", O_RDONLY);
    if (syscall(SYS_pread64, fd, &byte, 1, (off_t)offset) != 1 || close(fd) != 0)
        ok(false, "a byte of the journal is read");
    byte ^= 1;
    put((off_t)offset, span_make(&byte, 1));
}

/* Reads the file anew, and writes the first letters of the entries that count to `keys`. */
static int read_keys(char keys[32], bool cut)
{
    struct journal j;
    struct buf lines = {0};
    size_t n = 0;
    int status = journal_open(&j, &dir, "j", cut);
    if (status == 0)
        status = journal_read(&j, &lines, cut);
    for (size_t i = 0; i < lines.n && n < 31; i++)
        if ((i == 0 || lines.p[i - 1] == '\n') && lines.p[i] != ' ')
            keys[n++] = lines.p[i];
    keys[n] = '\0';
    journal_close(&j);
    buf_clear(&lines);
    return status;
}

/* True if the file is read with that status, and has these keys. */
static bool reads(int status, const char *keys, bool cut)
{
    char got[32];
    int is = read_keys(got, cut);
    if (is == status && strcmp(got, keys) == 0)
        return true;
    printf("# status %d, keys %s\n", is, got);
    return false;
}

static void test_append(void)
{
    start();
    size_t before = length();
    ok(append("ab") == 0 && syncs == 2, "an append makes two things safe");
    size_t line = (safe[0] - before) / 2;
    ok(safe[0] > before && line > 10 && safe[0] < length(),
       "the lines are safe before the closing line is written");
    ok(safe[1] == length(), "the closing line is safe when the append returns");
    ok(append("c") == 0 && append("d") == 0 && reads(0, "abcd", false), "all batches are read");
}

static void test_failed_append(void)
{
    for (size_t step = 1; step <= 2; step++) {
        start();
        ok(append("a") == 0, "a batch is appended");
        size_t before = length();
        syncs = 0;
        failing = step;
        int status = append("b");
        ok(status == EX_IOERR && length() == before && syncs == step + 1,
           "after a failure of step %zu the journal is cut back to what it was, safely", step);
        failing = 0;
        ok(append("c") == 0 && reads(0, "ac", false), "the next append follows the last good one");
    }
}

/* The file is cut at each byte of its last batch. */
static void test_torn(void)
{
    start();
    ok(append("a") == 0, "a batch is appended");
    size_t first = length(), wrong = 0;
    ok(append("bcd") == 0, "and another one");
    for (size_t n = length() - 1; n > first; n--) {
        if (truncate("j", (off_t)n) != 0)
            break;
        wrong += !reads(0, "a", false) || length() != n;
    }
    ok(wrong == 0,
       "a batch without its whole closing line counts as nothing, and a reader leaves it");
    start();
    ok(append("a") == 0 && append("bcd") == 0 && truncate("j", (off_t)length() - 3) == 0,
       "a closing line is cut short");
    syncs = 0;
    ok(reads(0, "a", true) && length() == first && syncs == 1 && safe[0] == first,
       "a writer cuts an unclosed batch off, and makes that safe");
}

static void test_nuls(void)
{
    static const char nuls[700] = {0};
    start();
    ok(append("a") == 0, "a batch is appended");
    size_t first = length();
    put(-1, span_make(nuls, sizeof nuls));
    ok(reads(0, "a", false) && reads(0, "a", true) && length() == first,
       "NULs after the last batch are an append that did not end, and are cut off");
    start();
    ok(append("a") == 0 && append("bcdefgh") == 0 && truncate("j", (off_t)length() - 3) == 0,
       "a closing line is cut short");
    put((off_t)first + 20, span_make(nuls, 64));
    ok(reads(0, "a", false) && reads(0, "a", true) && length() == first,
       "NULs within an append that did not end are cut off with it");
    start();
    ok(append("abcdefgh") == 0, "a batch is appended");
    put((off_t)journal.start + 20, span_make(nuls, 64));
    ok(reads(EX_DATAERR, "", true), "NULs in a closed batch are damage");
}

/* One bit of the last batch is wrong: nothing of it may be taken for an append that did not end. */
static void test_flipped(void)
{
    start();
    ok(append("a") == 0, "a batch is appended");
    size_t first = length(), passed = 0;
    ok(append("b") == 0, "and another one");
    for (size_t at = first; at < length(); at++) {
        char keys[32];
        flip(at);
        if (read_keys(keys, true) != EX_DATAERR) {
            printf("# byte %zu of the batch\n", at - first);
            passed++;
        }
        flip(at);
    }
    ok(passed == 0, "a flipped bit in any byte of the last batch is damage");
    ok(reads(0, "ab", true), "the same journal without it is sound");
}

/* Good lines and a closing line, but that of another place. */
static void test_foreign_end(void)
{
    struct buf lines = {0};
    start();
    ok(append("a") == 0, "a batch is appended");
    add_line(&lines, "b");
    size_t at = lines.n;
    buf_add_string(&lines, " batch\t12");
    crc32c_seal(&lines, at);
    buf_add_char(&lines, '\n');
    put(-1, buf_span(&lines));
    ok(reads(EX_DATAERR, "a", false), "a closing line that names another offset is damage");
    buf_clear(&lines);
}

/* A reader may read while a writer cuts back a failed append and appends again. */
static void test_retries(void)
{
    struct buf lines = {0};
    struct journal j;
    start();
    ok(append("a") == 0 && journal_open(&j, &dir, "j", false) == 0, "a batch is appended");
    flipped_reads = 1;
    ok(journal_read(&j, &lines, false) == 0 && lines.n > 0,
       "a reader that sees damage looks a second time");
    journal_close(&j);
    buf_empty(&lines);
    ok(journal_open(&j, &dir, "j", false) == 0, "the journal is opened again");
    flipped_reads = 100;
    ok(journal_read(&j, &lines, false) == EX_DATAERR, "damage that stays is damage");
    flipped_reads = 0;
    journal_close(&j);
    buf_clear(&lines);
}

static void test_replaced(void)
{
    struct buf lines = {0};
    struct journal j;
    start();
    ok(append("a") == 0 && journal_open(&j, &dir, "j", false) == 0 &&
           journal_read(&j, &lines, false) == 0 && !journal_is_replaced(&j),
       "a journal is as it was read");
    ok(truncate("j", (off_t)j.start) == 0 && journal_is_replaced(&j),
       "a journal that was cut to less than was read is another one");
    journal_close(&j);
    start();
    ok(append("a") == 0 && journal_open(&j, &dir, "j", false) == 0, "the journal is opened");
    start();
    ok(append("ab") == 0 && journal_is_replaced(&j), "a journal of the same name is another one");
    journal_close(&j);
    ok(journal_open(&j, &dir, "none", false) == 0 && !journal_is_replaced(&j),
       "a journal that does not exist yet is as it was");
    buf_clear(&lines);
    journal_close(&j);
}

static int read_stamp(const char *line, bool sealed, const char *what, struct stamp *s)
{
    struct buf bytes = {0};
    buf_add_string(&bytes, line);
    if (sealed)
        crc32c_seal(&bytes, 0);
    else
        buf_add_string(&bytes, "\t00000000");
    int status = stamp_read(buf_span(&bytes), what, "file", s);
    buf_clear(&bytes);
    return status;
}

static void test_stamp(void)
{
    struct stamp s;
    ok(read_stamp(" mxkit-state 3\trecent\t12\t11\texact\t0045", true, "recent", &s) == 0 &&
           s.version == 3 && s.generation == 12 && s.base == 11 && s.exact_case && s.length == 45,
       "a stamp is read");
    ok(read_stamp(" mxkit-state 3\trecent\t12\t11\tfold", true, "recent", &s) == 0 && !s.exact_case,
       "fold is the case that does not count");
    ok(read_stamp(" mxkit-state 3\trecent\t12\t11\tfold", true, "journal", &s) == EX_DATAERR,
       "a file that is something else is refused");
    ok(read_stamp(" mxkit-state 3\trecent\t12\t11\tfold", false, "recent", &s) == EX_DATAERR,
       "a stamp with a wrong checksum is refused");
    ok(read_stamp(" mxkit-state 4\trecent\t12\t11\tfold", true, "recent", &s) == EX_CONFIG &&
           read_stamp(" mxkit-state 0\trecent\t12\t11\tfold", true, "recent", &s) == EX_CONFIG,
       "a version that is not known is refused");
}

int main(void)
{
    if (!ok(mkdtemp(folder) != NULL && chdir(folder) == 0 &&
                safedir_open(&dir, folder, "test's folder", false) == 0,
            "a temporary folder is opened"))
        return done();
    journal.fd = -1;
    tap_drop_messages();
    test_append();
    test_failed_append();
    test_torn();
    test_nuls();
    test_flipped();
    test_foreign_end();
    test_retries();
    test_replaced();
    test_stamp();
    journal_close(&journal);
    unlinkat(dir.fd, "j", 0);
    safedir_close(&dir);
    rmdir(folder);
    return done();
}
