/*
 * The sorted files and the overlay: each address is found, and none that is damaged is taken for
 * one that is not there; all files as one list, in order.
 */
#include "store/snapshot.h"

#include "base/mem.h"
#include "store/merged_lines.h"
#include "store/overlay.h"
#include "store/snapshot_writer.h"

#include "tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

enum { MANY = 3000, KEY = 16 };

static char folder[] = "/tmp/mxkit-snapshot.XXXXXX";
static struct safedir dir;

static void key_of(char key[KEY], size_t i)
{
    snprintf(key, KEY, "k%06zu@x.org", i);
}

/* Writes a file with the even ones of `count` keys. */
static void write_even(const char *name, size_t count, const char *text)
{
    struct snapshot_writer w;
    const struct stamp stamp = {.generation = 1};
    char key[KEY];
    int status = snapshot_writer_open(&w, &dir, name, &stamp);
    for (size_t i = 0; status == 0 && i < count; i += 2) {
        key_of(key, i);
        status = snapshot_writer_add(&w, span_of(key), span_of(text));
    }
    if (snapshot_writer_close(&w, status) != 0)
        ok(false, "%s is written", name);
}

/* Looks one key up in a snapshot that was just opened: 1 if it is there, 0 if not, -1 for damage.
 */
static int find(const char *key)
{
    struct snapshot s;
    struct request request = {.key = span_of(key)};
    struct request *const list[] = {&request};
    int status = snapshot_open(&s, &dir, "quarantine.tsv");
    if (status == 0)
        status = snapshot_find(&s, list, 1);
    int found = status != 0 ? -1 : request.line.n > 0;
    snapshot_close(&s);
    return found;
}

/* Looks up `count` keys from `first` on at once, and returns how many answers are wrong. */
static size_t count_wrong(size_t first, size_t count)
{
    struct snapshot s;
    struct request *requests = mem_new(count, sizeof *requests);
    struct request **list = mem_new(count, sizeof(struct request *));
    char(*keys)[KEY] = mem_new(count, KEY);
    for (size_t i = 0; i < count; i++) {
        key_of(keys[i], first + i);
        requests[i].key = span_of(keys[i]);
        list[i] = &requests[i];
    }
    int status = snapshot_open(&s, &dir, "quarantine.tsv");
    if (status == 0)
        status = snapshot_find(&s, list, count);
    size_t wrong = status != 0;
    for (size_t i = 0; i < count; i++)
        wrong += (requests[i].line.n > 0) != ((first + i) % 2 == 0 && first + i < MANY);
    snapshot_close(&s);
    free(requests);
    free(list);
    free(keys);
    return wrong;
}

static void test_find(void)
{
    size_t wrong = 0;
    write_even("quarantine.tsv", MANY, "text");
    for (size_t i = 0; i < MANY + 4; i++) {
        char key[KEY];
        key_of(key, i);
        wrong += find(key) != (i % 2 == 0 && i < MANY);
    }
    ok(wrong == 0, "each key alone is found, and no other (%zu are wrong)", wrong);
    ok(find("a") == 0 && find("z") == 0, "keys before the first and after the last are not there");
    ok(count_wrong(0, MANY + 9) == 0, "all keys at once are found, and no others");
    for (size_t i = 0; i + 2 < MANY; i += 7)
        wrong += count_wrong(i, 2);
    ok(wrong == 0 && count_wrong(MANY - 200, 5) == 0 && count_wrong(MANY - 3, 6) == 0,
       "a few keys are found, from the first page to the last");
}

/* Changes one bit of the file. */
static void flip(off_t at, int bit)
{
    char byte;
    int fd = openat(dir.fd, "quarantine.tsv", O_RDWR);
    if (pread(fd, &byte, 1, at) != 1)
        ok(false, "a byte is read");
    byte ^= (char)(1 << bit);
    if (pwrite(fd, &byte, 1, at) != 1 || close(fd) != 0)
        ok(false, "a byte is written");
}

/* Where the line of a key begins. */
static off_t place_of(size_t i)
{
    struct snapshot s;
    char key[KEY];
    off_t at = -1;
    key_of(key, i);
    if (snapshot_open(&s, &dir, "quarantine.tsv") == 0)
        at = (const char *)memmem(s.map.p, s.map.n, key, strlen(key)) - s.map.p;
    snapshot_close(&s);
    return at;
}

/* Flips each of the low bits of a line, and counts how often its key is not found but ok. */
static size_t count_passed(size_t i, size_t bytes)
{
    char key[KEY];
    size_t passed = 0;
    off_t at = place_of(i);
    key_of(key, i);
    for (size_t byte = 0; byte < bytes; byte++)
        for (int bit = 0; bit < 7; bit++) {
            flip(at + (off_t)byte, bit);
            passed += find(key) != -1;
            flip(at + (off_t)byte, bit);
        }
    return passed;
}

/* The first lines of two pages are among these, and the first and the last line of the file. */
static void test_damage(void)
{
    size_t passed = 0;
    for (size_t i = 0; i < 400; i += 2)
        passed += count_passed(i, 8);
    passed += count_passed(MANY - 2, 8);
    ok(passed == 0, "a key with a flipped bit is damage, not a key that is not there (%zu passed)",
       passed);
    passed = count_passed(100, strlen("k000100@x.org\ttext\t01234567\n"));
    ok(passed == 0, "a flipped bit anywhere in a line is damage (%zu passed)", passed);
}

static void add(struct overlay *o, const char *key, const char *text, bool pending)
{
    snapshot_add_line(&o->lines, span_of(key), span_of(text));
    overlay_note(o, pending);
}

static bool has(const struct overlay *o, const char *key, const char *text)
{
    struct span line;
    return overlay_find(o, span_of(key), &line) && span_is(snapshot_entry(line), text);
}

static void test_overlay(void)
{
    struct overlay o = {0};
    struct buf settled = {0};
    char key[KEY];
    size_t missed = 0;
    add(&o, "a", "first", false);
    add(&o, "b", "other", false);
    add(&o, "a", "second", true);
    ok(has(&o, "a", "second") && has(&o, "b", "other"), "the latest line of a key counts");
    overlay_settle(&o, &settled);
    ok(memmem(settled.p, settled.n, "second", 6) != NULL &&
           memmem(settled.p, settled.n, "other", 5) == NULL,
       "only what is pending is settled");
    buf_empty(&settled);
    add(&o, "a", "third", true);
    overlay_settle(&o, &settled);
    ok(memmem(settled.p, settled.n, "third", 5) != NULL, "what changes again is pending again");
    for (size_t i = 0; i < MANY; i++) {
        key_of(key, i);
        add(&o, key, key, false);
    }
    for (size_t i = 0; i < MANY; i++) {
        key_of(key, i);
        missed += !has(&o, key, key);
    }
    ok(missed == 0 && has(&o, "a", "third"), "each of many keys is found (%zu are not)", missed);
    add(&o, "a12629@x.org", "one", false);
    add(&o, "a152243@x.org", "other", false);
    ok(has(&o, "a12629@x.org", "one") && has(&o, "a152243@x.org", "other"),
       "two addresses with the same hash are two");
    overlay_clear(&o);
    buf_clear(&settled);
}

/* Lines that later ones have replaced are dropped when they are too many. */
static void test_waste(void)
{
    enum { LONG = 100000, TIMES = 120 };
    struct overlay o = {0};
    char *text = mem_new(1, LONG + 1);
    memset(text, 'x', LONG);
    add(&o, "z", "kept", false);
    add(&o, "b", "kept, too", false);
    for (size_t i = 0; i < TIMES; i++) {
        text[0] = (char)('a' + i % 26);
        add(&o, "a", text, false);
        add(&o, "y", "small", false);
    }
    ok(o.lines.n < (size_t)LONG * TIMES && has(&o, "a", text) && has(&o, "y", "small") &&
           has(&o, "z", "kept") && has(&o, "b", "kept, too"),
       "replaced lines are dropped, and the others found");
    overlay_clear(&o);
    free(text);
}

/* Writes a file with the keys of a list, as they come, and that text. */
static void write_keys(const char *name, const char *keys, const char *text)
{
    struct snapshot_writer w;
    const struct stamp stamp = {.generation = 1};
    int status = snapshot_writer_open(&w, &dir, name, &stamp);
    for (; status == 0 && *keys != '\0'; keys++)
        status = snapshot_writer_add(&w, span_make(keys, 1), span_of(text));
    if (snapshot_writer_close(&w, status) != 0)
        ok(false, "%s is written", name);
}

/* Merges, and writes `KEY TEXT ` for each line to `out`. */
static int merge(const char *keys, const char *recent_keys, const char *changed, struct buf *out)
{
    struct snapshot snapshot, recent;
    struct overlay overlay = {0};
    struct merge m;
    struct span line, key = span_of("");
    for (; *changed != '\0'; changed++)
        add(&overlay, (const char[]){*changed, '\0'}, "j", false);
    write_keys("quarantine.tsv", keys, "s");
    write_keys("quarantine.recent.tsv", recent_keys, "r");
    if (snapshot_open(&snapshot, &dir, "quarantine.tsv") != 0 ||
        snapshot_open(&recent, &dir, "quarantine.recent.tsv") != 0)
        return -1;
    int status = merge_init(&m, &snapshot, &recent, &overlay);
    while (status == 0 && (status = merge_next(&m, &line, &key)) == 0 && key.p != NULL) {
        buf_add_span(out, key);
        buf_add_span(out, snapshot_entry(line));
        buf_add_char(out, ' ');
    }
    merge_clear(&m);
    snapshot_close(&snapshot);
    snapshot_close(&recent);
    overlay_clear(&overlay);
    return status;
}

static bool merges(const char *keys, const char *recent, const char *changed, const char *expected)
{
    struct buf out = {0};
    bool good = merge(keys, recent, changed, &out) == 0 && span_is(buf_span(&out), expected);
    if (!good)
        printf("# %s\n", buf_string(&out));
    buf_clear(&out);
    return good;
}

static bool is_refused(const char *keys, const char *recent)
{
    struct buf out = {0};
    bool refused = merge(keys, recent, "", &out) == EX_DATAERR;
    buf_clear(&out);
    return refused;
}

static void test_merge(void)
{
    ok(merges("ace", "bc", "cd", "as br cj dj es ") && merges("ac", "ac", "", "ar cr ") &&
           merges("a", "", "a", "aj ") && merges("", "b", "b", "bj "),
       "the journal takes precedence over the recent file, and that over the snapshot");
    ok(merges("", "", "", "") && merges("", "", "ba", "aj bj ") &&
           merges("a", "b", "c", "as br cj "),
       "each may be empty, and the journal need not be in order");
    ok(is_refused("acb", "") && is_refused("a", "cb"), "a file that is out of order is damaged");
    ok(is_refused("abb", "") && is_refused("", "aa"), "a file that has a key twice is damaged");
}

/* Cuts the file after each of its lines, the last one first. */
static size_t count_cuts_passed(void)
{
    struct snapshot s;
    size_t passed = snapshot_open(&s, &dir, "quarantine.tsv") != 0;
    struct span rest = span_make(s.map.p, s.map.n > 0 ? s.map.n - 1 : 0);
    struct buf whole = {0};
    buf_add_span(&whole, rest);
    snapshot_close(&s);
    int fd = openat(dir.fd, "quarantine.tsv", O_RDWR);
    for (rest = buf_span(&whole); rest.n > 0; rest.n--) {
        if (rest.p[rest.n - 1] != '\n')
            continue;
        passed += ftruncate(fd, (off_t)rest.n) != 0 ||
                  snapshot_open(&s, &dir, "quarantine.tsv") != EX_DATAERR;
        snapshot_close(&s);
    }
    close(fd);
    buf_clear(&whole);
    return passed;
}

static void test_cut(void)
{
    write_even("quarantine.tsv", 40, "text");
    size_t passed = count_cuts_passed();
    ok(passed == 0, "a file that is cut at the end of a line is damaged (%zu passed)", passed);
    write_even("quarantine.tsv", 200000, "text");
    ok(find("k000002@x.org") == 1, "a file that is written in several blocks has its length");
}

int main(void)
{
    if (!ok(mkdtemp(folder) != NULL && safedir_open(&dir, folder, "test's folder", false) == 0,
            "a temporary folder is opened"))
        return done();
    tap_drop_messages();
    test_find();
    test_damage();
    test_cut();
    test_overlay();
    test_waste();
    test_merge();
    unlinkat(dir.fd, "quarantine.tsv", 0);
    unlinkat(dir.fd, "quarantine.recent.tsv", 0);
    safedir_close(&dir);
    rmdir(folder);
    return done();
}
