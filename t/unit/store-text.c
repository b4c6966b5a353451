/*
 * A text store and several processes: what is seen of others' commits, what a failed commit or a
 * killed compaction leaves, and when the journal is compacted into which file. The test has its own
 * fsync(2), which can fail, and openat(2), before which something can happen.
 */
#include "store/text_store.h"

#include "base/clock.h"
#include "base/mem.h"
#include "lib/record.h"
#include "store/store_files.h"
#include "store/store_walk.h"

#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sysexits.h>

#define MIB ((size_t)1024 * 1024)

static char folder[] = "/tmp/mxkit-text.XXXXXX";
static bool disk_fails;
static const char *moved_at; /* at the open of this file, those of the folder `next` come */

int fsync(int fd)
{
    (void)fd;
    errno = EIO;
    return disk_fails ? -1 : 0;
}

static void move_next(void)
{
    static const char *const names[] = {"t.tsv", "t.recent.tsv", "t.journal"};
    for (size_t i = 0; i < 3; i++) {
        char from[32];
        snprintf(from, sizeof from, "next/%s", names[i]);
        rename(from, names[i]);
    }
}

int openat(int at, const char *name, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (moved_at != NULL && strcmp(name, moved_at) == 0) {
        moved_at = NULL;
        move_next();
    }
    return (int)syscall(SYS_openat, at, name, flags, mode);
}

static bool is_empty(struct span text)
{
    return span_is(text, "empty");
}

static int migrate(struct store *s)
{
    (void)s;
    return -1;
}

static const struct store_kind kind = {
    .snapshot = "t.tsv",
    .recent = "t.recent.tsv",
    .journal = "t.journal",
    .lock = "t.lock",
    .is_empty = is_empty,
    .migrate = migrate,
};

static void remove_files(void)
{
    static const char *const names[] = {"t.tsv", "t.recent.tsv", "t.journal", "t.lock"};
    for (size_t i = 0; i < 4; i++)
        unlink(names[i]);
}

static struct store *open_store(enum store_mode mode)
{
    struct store *s;
    if (text_store_open(&s, &kind, mode) != 0)
        ok(false, "the store is opened");
    return s;
}

static bool put(struct store *s, const char *key, const char *text)
{
    if (store_lock(s) != 0)
        return false;
    text_store_put(s, span_of(key), span_of(text));
    return store_commit(s) == 0;
}

/* Puts with a store that is opened for it. */
static bool put_apart(const char *key, const char *text)
{
    struct store *s = open_store(STORE_CHANGE);
    bool good = put(s, key, text);
    return store_close(s) == 0 && good;
}

/* True if the store has that text; NULL: if it has none. */
static bool sees(struct store *s, const char *key, const char *text)
{
    struct span found;
    if (text_store_find(s, span_of(key), &found) != 0)
        return false;
    return text != NULL ? span_is(found, text) : found.p == NULL;
}

static bool sees_apart(const char *key, const char *text)
{
    struct store *s = open_store(STORE_READ);
    bool good = sees(s, key, text);
    return store_close(s) == 0 && good;
}

/* Compacts the journal, into the snapshot if `whole`; with a text, all keys get it. */
static int set_text(void *text, struct span key, struct span was, struct buf *changed)
{
    (void)key;
    (void)was;
    if (text != NULL)
        buf_add_string(changed, text);
    return 0;
}

static bool compact(bool whole, char *text)
{
    struct store *s = open_store(STORE_CHANGE);
    int status = store_lock(s);
    if (status == 0)
        status = text != NULL ? text_store_each(s, set_text, text, true) : store_rewrite(s, whole);
    if (status == 0)
        status = store_commit(s);
    return store_close(s) == 0 && status == 0;
}

static bool copy(const char *from, const char *to)
{
    char bytes[65536];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ssize_t n = read(in, bytes, sizeof bytes);
    bool good = in >= 0 && out >= 0 && n > 0 && write(out, bytes, (size_t)n) == n;
    close(in);
    close(out);
    return good;
}

static bool is_there(const char *name)
{
    return access(name, F_OK) == 0;
}

static void test_others(void)
{
    remove_files();
    struct store *a = open_store(STORE_CHANGE), *b = open_store(STORE_CHANGE);
    ok(put(a, "x", "1") && put(b, "x", "2") && put(a, "y", "3"), "two writers take turns");
    ok(sees(a, "x", "2") && sees_apart("x", "2") && sees_apart("y", "3"),
       "a writer sees what another one has committed before");
    ok(put(a, "x", "4") && put(b, "y", "5") && sees_apart("x", "4") && sees_apart("y", "5"),
       "a key that changes in a second batch is written again");
    int wrong = store_lock(a) != 0;
    text_store_put(a, span_of("x"), span_of("dropped"));
    wrong += store_close(a) != 0;
    ok(wrong == 0 && sees_apart("x", "4"), "what was not committed is dropped");
    ok(store_close(b) == 0, "the store is closed");
}

static void test_refresh(void)
{
    remove_files();
    ok(put_apart("x", "1"), "a state is made");
    struct store *r = open_store(STORE_READ);
    ok(sees(r, "x", "1") && put_apart("x", "2") && sees(r, "x", "1"), "a reader sees one state");
    ok(store_refresh(r) == 0 && sees(r, "x", "2"), "after a refresh it sees what was committed");
    ok(compact(true, NULL) && put_apart("y", "3") && store_refresh(r) == 0 && sees(r, "x", "2") &&
           sees(r, "y", "3"),
       "after a refresh it sees what a compaction has made");
    ok(compact(true, (char[]){"4"}) && store_refresh(r) == 0 && sees(r, "x", "4"),
       "after a refresh it sees a new snapshot");
    ok(store_close(r) == 0, "the reader is closed");
}

static void test_failed_commit(void)
{
    remove_files();
    struct store *s = open_store(STORE_CHANGE);
    ok(put(s, "x", "1"), "a batch is committed");
    disk_fails = true;
    ok(!put(s, "x", "lost") && sees_apart("x", "1"), "a commit fails that is not safe");
    disk_fails = false;
    ok(store_lock(s) == 0 && sees(s, "x", "1"), "after a failed commit its lines are forgotten");
    ok(store_commit(s) == 0 && put(s, "y", "2") && sees_apart("x", "1") && sees_apart("y", "2"),
       "they do not come with a later commit");
    ok(store_close(s) == 0, "the store is closed");
}

/* A process dies between the renames of a compaction: the new file is there, the journal is old. */
static void test_killed(bool whole)
{
    const char *file = whole ? "t.tsv" : "t.recent.tsv";
    remove_files();
    ok(put_apart("w", "0") && compact(true, NULL) && put_apart("x", "1"), "a state is made");
    struct store *s = open_store(STORE_CHANGE);
    ok(store_lock(s) == 0 && store_commit(s) == 0, "a writer runs");
    ok(copy("t.journal", "old") && compact(whole, whole ? (char[]){"2"} : NULL) &&
           rename("old", "t.journal") == 0,
       "a compaction into %s is killed before it has emptied the journal", file);
    ok(sees_apart("x", whole ? "2" : "1"), "the old journal does not count any more");
    ok(put_apart("y", "3") && sees_apart("y", "3"), "what a new writer adds is not lost");
    ok(put(s, "z", "4") && sees_apart("z", "4"), "nor what a writer adds that was running");
    ok(store_close(s) == 0, "the writer is closed");
}

/* Compacts a copy of the state, and moves the file that this makes into the state. */
static bool compact_beside(bool whole)
{
    static const char *const names[] = {"t.tsv", "t.recent.tsv", "t.journal", "t.lock"};
    const char *made = whole ? "t.tsv" : "t.recent.tsv";
    char path[32];
    bool good = mkdir("beside", 0700) == 0 && copy("t.tsv", "beside/t.tsv") &&
                copy("t.journal", "beside/t.journal") && setenv("MXKIT_STATE", "beside", 1) == 0 &&
                compact(whole, NULL) && setenv("MXKIT_STATE", folder, 1) == 0;
    snprintf(path, sizeof path, "beside/%s", made);
    good = good && rename(path, made) == 0;
    for (size_t i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "beside/%s", names[i]);
        unlink(path);
    }
    return rmdir("beside") == 0 && good;
}

/* As above, but the running writer is the first to come, and its journal is the one that is there.
 */
static void test_killed_running(bool whole)
{
    remove_files();
    ok(put_apart("w", "0") && compact(true, NULL) && put_apart("x", "1"), "a state is made");
    struct store *s = open_store(STORE_CHANGE);
    ok(store_lock(s) == 0 && store_commit(s) == 0, "a writer runs");
    ok(compact_beside(whole) && put(s, "x", "5") && sees_apart("x", "5"),
       "a running writer notices a compaction into the %s that was killed",
       whole ? "snapshot" : "recent file");
    ok(store_close(s) == 0, "the writer is closed");
}

/* A release is written into a new snapshot; a recent file and a journal of before are still there.
 */
static void test_stale_recent(void)
{
    remove_files();
    ok(put_apart("w", "0") && compact(true, NULL) && put_apart("x", "1") && compact(false, NULL) &&
           is_there("t.recent.tsv") && sees_apart("x", "1") && sees_apart("w", "0"),
       "snapshot and recent file are one state");
    ok(copy("t.recent.tsv", "old") && compact(true, (char[]){"2"}) && !is_there("t.recent.tsv") &&
           rename("old", "t.recent.tsv") == 0 && sees_apart("x", "2"),
       "a recent file that is in the snapshot does not count");
    ok(compact(true, NULL) && sees_apart("x", "2"), "nor is it merged again");
}

/* A compaction ends while a reader opens the files. */
static void test_race(void)
{
    static const char *const files[] = {"t.tsv", "t.recent.tsv", "t.journal"};
    for (size_t i = 0; i < 3; i++) {
        remove_files();
        ok(mkdir("next", 0700) == 0 && put_apart("w", "0") && compact(true, NULL) &&
               put_apart("x", "1") && copy("t.tsv", "old.tsv") && copy("t.journal", "old.journal"),
           "a state is made");
        ok(compact(true, (char[]){"2"}) && rename("t.tsv", "next/t.tsv") == 0 &&
               rename("t.journal", "next/t.journal") == 0 && rename("old.tsv", "t.tsv") == 0 &&
               rename("old.journal", "t.journal") == 0 && sees_apart("x", "1"),
           "the next state is made");
        moved_at = files[i];
        ok(sees_apart("x", "2") && moved_at == NULL,
           "a reader sees one state if the files are replaced when it opens %s", files[i]);
        rmdir("next");
    }
}

static void test_empty(void)
{
    remove_files();
    ok(put_apart("x", "1") && put_apart("y", "empty") && sees_apart("y", "empty"), "texts are put");
    ok(compact(true, (char[]){"1"}) && sees_apart("x", "1") && sees_apart("y", NULL),
       "a snapshot leaves a key out whose text says nothing");
    ok(compact(true, (char[]){"empty"}) && sees_apart("x", NULL),
       "it leaves a key out whose text a visit has emptied");
}

/* Commits texts of 16 KiB, as many as that. */
static bool fill(struct store *s, const char *prefix, size_t bytes)
{
    enum { LONG = 16384 };
    char key[32], *text = mem_new(1, LONG + 1);
    memset(text, 'x', LONG);
    int status = store_lock(s);
    for (size_t i = 0; status == 0 && i < bytes / LONG; i++) {
        snprintf(key, sizeof key, "%s%05zu", prefix, i);
        text_store_put(s, span_of(key), span_make(text, LONG));
    }
    free(text);
    return status == 0 && store_commit(s) == 0;
}

static size_t size_of(const char *name)
{
    struct stat st;
    return stat(name, &st) == 0 ? (size_t)st.st_size : 0;
}

static void test_compaction(void)
{
    remove_files();
    struct store *s = open_store(STORE_CHANGE);
    ok(fill(s, "a", 3 * MIB) && size_of("t.journal") > 3 * MIB, "a short journal stays");
    ok(fill(s, "b", 3 * MIB / 2) && size_of("t.journal") < MIB && size_of("t.recent.tsv") > 4 * MIB,
       "a journal of 4 MiB is compacted into the recent file");
    ok(fill(s, "c", 6 * MIB) && !is_there("t.tsv") && fill(s, "d", 8 * MIB) &&
           size_of("t.tsv") > 18 * MIB && !is_there("t.recent.tsv"),
       "journal and recent file of more than 16 MiB are compacted into the snapshot");
    ok(fill(s, "e", 60 * MIB) && size_of("t.tsv") > 76 * MIB && fill(s, "f", 17 * MIB) &&
           size_of("t.journal") > 17 * MIB,
       "a run lets the journal grow to a quarter of the snapshot");
    ok(store_close(s) == 0 && size_of("t.journal") < MIB && size_of("t.recent.tsv") > 17 * MIB,
       "the end of the run compacts it");
    s = open_store(STORE_READ);
    struct span text;
    ok(text_store_find(s, span_of("a00000"), &text) == 0 && text.n == 16384 &&
           text_store_find(s, span_of("f00000"), &text) == 0 && text.n == 16384,
       "all is still there");
    ok(store_close(s) == 0, "the store is closed");
    remove_files();
}

/* Keys that begin alike, asked for in the wrong order. */
static void test_order(void)
{
    enum { COUNT = 2000 };
    static char keys[COUNT][32];
    static struct request requests[COUNT];
    size_t missed = 0;
    remove_files();
    struct store *s = open_store(STORE_CHANGE);
    int status = store_lock(s);
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(keys[i], sizeof keys[i], "a.long.beginning.%05zu", i);
        requests[COUNT - 1 - i].key = span_of(keys[i]);
        text_store_put(s, span_of(keys[i]), span_of("t"));
    }
    ok(status == 0 && store_commit(s) == 0 && store_close(s) == 0 && compact(true, NULL),
       "many keys are put");
    s = open_store(STORE_READ);
    status = store_look_up(s, requests, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        missed += !span_is(store_found_text(s, &requests[i]), "t");
    ok(status == 0 && missed == 0, "keys that begin alike are found in any order");
    ok(store_close(s) == 0, "the store is closed");
}

int main(void)
{
    if (!ok(mkdtemp(folder) != NULL && chdir(folder) == 0 && setenv("MXKIT_STATE", folder, 1) == 0,
            "a temporary folder is made"))
        return done();
    tap_drop_messages();
    test_others();
    test_refresh();
    test_failed_commit();
    test_killed(false);
    test_killed(true);
    test_killed_running(false);
    test_killed_running(true);
    test_stale_recent();
    test_race();
    test_empty();
    test_compaction();
    test_order();
    remove_files();
    rmdir(folder);
    return done();
}
