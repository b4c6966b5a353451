/*
 * vectorscan: a bare Vectorscan scan for comparison. It reads a file with one pattern in each line,
 * and matches them against the lines of stdin, read by getline(3): in block mode, without regard to
 * case, with one match for each pattern. It prints the number of the first pattern that matches, or
 * `-`. It leaves out the patterns that Vectorscan cannot compile, and reports their number.
 */
#include <hs/hs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FLAGS = HS_FLAG_CASELESS | HS_FLAG_SINGLEMATCH | HS_FLAG_DOTALL };

struct patterns {
    const char **texts;
    unsigned *flags, *numbers;
    unsigned count, left_out;
};

static int note_match(unsigned number, unsigned long long from, unsigned long long to,
                      unsigned flags, void *best)
{
    (void)from, (void)to, (void)flags;
    unsigned *least = best;
    *least = number < *least ? number : *least;
    return 0;
}

static int can_be_compiled(const char *text)
{
    hs_database_t *database = NULL;
    hs_compile_error_t *error = NULL;
    int good = hs_compile(text, FLAGS, HS_MODE_BLOCK, NULL, &database, &error) == HS_SUCCESS;
    hs_free_database(database);
    if (error != NULL)
        hs_free_compile_error(error);
    return good;
}

static void add(struct patterns *p, const char *text)
{
    if (!can_be_compiled(text)) {
        p->left_out++;
        return;
    }
    size_t n = p->count + 1;
    p->texts = realloc(p->texts, n * sizeof *p->texts);
    p->flags = realloc(p->flags, n * sizeof *p->flags);
    p->numbers = realloc(p->numbers, n * sizeof *p->numbers);
    if (p->texts == NULL || p->flags == NULL || p->numbers == NULL)
        exit(71);
    p->texts[p->count] = strdup(text);
    p->flags[p->count] = FLAGS;
    p->numbers[p->count] = p->count;
    p->count++;
}

static void read_patterns(struct patterns *p, const char *path)
{
    FILE *f = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    if (f == NULL)
        exit(66);
    while ((n = getline(&line, &room, f)) > 0) {
        line[strcspn(line, "\n")] = '\0';
        add(p, line);
    }
    free(line);
    fclose(f);
}

static void scan_lines(const hs_database_t *database)
{
    hs_scratch_t *scratch = NULL;
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS)
        exit(71);
    while ((n = getline(&line, &room, stdin)) > 0) {
        unsigned best = UINT32_MAX;
        hs_scan(database, line, (unsigned)n - 1, 0, scratch, note_match, &best);
        if (best != UINT32_MAX)
            printf("%u\n", best);
        else
            puts("-");
    }
    free(line);
    hs_free_scratch(scratch);
}

int main(int argc, char **argv)
{
    struct patterns p = {0};
    hs_database_t *database = NULL;
    hs_compile_error_t *error = NULL;
    if (argc != 2)
        return 64;
    read_patterns(&p, argv[1]);
    if (hs_compile_multi(p.texts, p.flags, p.numbers, p.count, HS_MODE_BLOCK, NULL, &database,
                         &error) != HS_SUCCESS) {
        fprintf(stderr, "vectorscan: %s\n", error->message);
        return 70;
    }
    fprintf(stderr, "%u patterns, %u left out\n", p.count, p.left_out);
    scan_lines(database);
    hs_free_database(database);
    return 0;
}
