/* The list of texts that no rule knows: its order, its limits, and what it keeps of a text. */
#include "bounceclass/unknown.h"

#include "base/buf.h"
#include "base/read_file.h"

#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/mxkit-unknown.XXXXXX";
static struct buf path, bytes;
static struct unknown u;

static void note(const char *masked, const char *text, int64_t at_s)
{
    unknown_note(&u, span_of(masked), span_of(text), at_s);
}

static void note_times(const char *masked, int times, int64_t at_s)
{
    while (times-- > 0)
        note(masked, masked, at_s);
}

/* Saves, and reads the file. */
static bool save(void)
{
    buf_empty(&bytes);
    return unknown_save(&u) == 0 && read_file(buf_string(&path), "list", 1 << 26, &bytes) == 0;
}

/* The field of a line, both from 0; the header is line 0. Empty if the list has no such field. */
static struct span field(size_t line, size_t column)
{
    struct span rest = buf_span(&bytes);
    for (size_t i = 0; i < line && rest.n > 0; i++) {
        const char *lf = memchr(rest.p, '\n', rest.n);
        size_t n = lf != NULL ? (size_t)(lf - rest.p) + 1 : rest.n;
        rest = span_make(rest.p + n, rest.n - n);
    }
    const char *lf = rest.n > 0 ? memchr(rest.p, '\n', rest.n) : NULL;
    rest.n = lf != NULL ? (size_t)(lf - rest.p) : rest.n;
    for (size_t i = 0; i < column; i++) {
        const char *tab = rest.n > 0 ? memchr(rest.p, '\t', rest.n) : NULL;
        size_t n = tab != NULL ? (size_t)(tab - rest.p) + 1 : rest.n;
        rest = span_make(rest.p + n, rest.n - n);
    }
    const char *tab = rest.n > 0 ? memchr(rest.p, '\t', rest.n) : NULL;
    return tab != NULL ? span_make(rest.p, (size_t)(tab - rest.p)) : rest;
}

static bool has(size_t line, const char *count, const char *masked, const char *text)
{
    return span_is(field(line, 0), count) && span_is(field(line, 3), masked) &&
           span_is(field(line, 4), text);
}

static void begin(void)
{
    unlink(buf_string(&path));
    if (unknown_open(&u, buf_string(&path)) != 0)
        ok(false, "a list is begun");
}

static void test_order(void)
{
    begin();
    note_times("rare old", 1, 100);
    note_times("often", 3, 100);
    note_times("rare new", 1, 300);
    note_times("rare b", 1, 200);
    note_times("rare a", 1, 200);
    ok(save() && has(1, "3", "often", "often"), "the most frequent text comes first");
    ok(has(2, "1", "rare new", "rare new") && has(5, "1", "rare old", "rare old"),
       "of equal counts the latest seen comes first");
    ok(has(3, "1", "rare a", "rare a") && has(4, "1", "rare b", "rare b"),
       "texts that were seen as often and as late are in order of their bytes");
}

static void test_merge(void)
{
    begin();
    note("m", "at 100, first", 100);
    note("m", "at 100, second", 100);
    ok(save() && has(1, "2", "m", "at 100, first"), "of two texts of one second the first is kept");
    note("m", "at 50", 50);
    note("m", "at 200", 200);
    ok(save() && has(1, "4", "m", "at 50"), "an earlier text replaces a later one");
    ok(span_is(field(1, 1), "1970-01-01T00:00:50Z") && span_is(field(1, 2), "1970-01-01T00:03:20Z"),
       "the first and the last time are kept");
    note("m", "at 70", 70);
    ok(save() && has(1, "5", "m", "at 50") && span_is(field(1, 2), "1970-01-01T00:03:20Z"),
       "a text between the two changes neither");
}

static void test_text(void)
{
    struct buf text = {0};
    begin();
    buf_add_char(&text, 'x');
    while (text.n < 600)
        buf_add_string(&text, "\xe2\x82\xac");
    note("euros", buf_string(&text), 1);
    ok(save() && field(1, 4).n == 499, "a long text is cut at 500 bytes, before a character");
    note("a\tb", "c\nd", 1);
    ok(save() && has(1, "1", "a\\tb", "c\\nd") && save() && has(1, "1", "a\\tb", "c\\nd"),
       "a text is written with its escapes, and the same after it was read");
    buf_clear(&text);
}

static size_t count_lines(void)
{
    size_t lines = 0;
    for (size_t i = 0; i < bytes.n; i++)
        lines += bytes.p[i] == '\n';
    return lines;
}

static void test_limits(void)
{
    char masked[32];
    begin();
    note_times("wanted", 2, 1);
    for (int i = 0; i < UNKNOWN_LIMIT + 100; i++) {
        snprintf(masked, sizeof masked, "m%d", i);
        note(masked, "t", i < 50 ? 10 : 20);
    }
    ok(unknown_is_full(&u), "after many texts it is time to save");
    ok(save() && count_lines() == UNKNOWN_LIMIT + 1, "the list has a limit");
    ok(has(1, "2", "wanted", "wanted") && memmem(bytes.p, bytes.n, "\tm49\t", 5) == NULL &&
           memmem(bytes.p, bytes.n, "\tm99\t", 5) != NULL,
       "at the limit, those of the lowest counts that were not seen for the longest time go");
    ok(!unknown_is_full(&u) && unknown_save(&u) == 0, "after that there is nothing to save");
}

int main(void)
{
    if (!ok(mkdtemp(folder) != NULL, "a temporary folder is made"))
        return done();
    buf_format(&path, "%s/list", folder);
    test_order();
    test_merge();
    test_text();
    test_limits();
    unknown_close(&u);
    unlink(buf_string(&path));
    buf_add_string(&path, ".lock");
    unlink(buf_string(&path));
    rmdir(folder);
    buf_clear(&path);
    buf_clear(&bytes);
    return done();
}
