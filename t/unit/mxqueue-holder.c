/*
 * holder: what has become of a lease's process group, told from lists of processes as proc(5) has
 * them.
 */
#include "mxqueue/holder.h"

#include "tap.h"

#include <string.h>

enum { SHELL = 100, SPACE = 4026531836 };

/* A shell, without job control, that is the leader of its group. Starts are in ticks of 10 ms. */
static const struct process shell = {.id = SHELL, .parent = 1, .group = SHELL, .start = 1000};

static struct process child(int64_t id, uint64_t start)
{
    return (struct process){.id = id, .parent = SHELL, .group = SHELL, .start = start};
}

/* The holder of a `due` that the shell started: its path is that process, the shell, and init. */
static struct holder due(int64_t id, uint64_t start)
{
    struct holder h = {.space = SPACE, .group = SHELL, .leader_start = 1000, .piped = true};
    memcpy(h.boot, "b5dd83da-d43e-4019-a6d7-ce68721a7270", HOLDER_BOOT + 1);
    h.path[0] = (struct holder_process){id, start};
    h.path[1] = (struct holder_process){SHELL, 1000};
    h.path[2] = (struct holder_process){1, 2};
    h.path_count = 3;
    return h;
}

/* A process elsewhere on the machine. */
static struct holder elsewhere(void)
{
    struct holder h = due(500, 5000);
    h.group = 500;
    h.path[1] = (struct holder_process){1, 2};
    h.path_count = 2;
    return h;
}

static enum holder_state look(const struct holder *h, const struct holder *self,
                              const struct process *list, size_t count)
{
    struct process copy[16];
    memcpy(copy, list, count * sizeof *list);
    return holder_state(h, self, &(struct processes){copy, count, count});
}

static void test_others(void)
{
    const struct holder lease = due(101, 2000), self = elsewhere();
    const struct process me = {.id = 500, .parent = 1, .group = 500, .start = 5000};
    struct process list[] = {me, shell, child(102, 2000)};
    ok(look(&lease, &self, list, 1) == HOLDER_UNSEEN, "a group that no process is in is not seen");
    ok(look(&lease, &self, list, 3) == HOLDER_ALIVE, "a process of the group holds");
    ok(look(&lease, &self, list, 2) == HOLDER_ALIVE, "the shell alone holds");
    list[1].dead = list[2].dead = true;
    ok(look(&lease, &self, list, 3) == HOLDER_GONE, "dead processes do not hold");
    list[1] = (struct process){.id = SHELL, .parent = 1, .group = SHELL, .start = 4000};
    ok(look(&lease, &self, list, 2) == HOLDER_GONE, "a later group of the same number is another");
    list[1] = (struct process){.id = 103, .parent = 1, .group = SHELL, .start = 1500};
    ok(look(&lease, &self, list, 2) == HOLDER_ALIVE, "an orphan of the group holds");
}

static void test_machines(void)
{
    struct holder lease = due(101, 2000), self = elsewhere();
    const struct process list[] = {shell};
    lease.boot[0] = 'a';
    ok(look(&lease, &self, list, 1) == HOLDER_GONE, "nothing outlives a restart of the machine");
    lease = due(101, 2000);
    lease.space++;
    ok(look(&lease, &self, list, 0) == HOLDER_ALIVE, "processes of another namespace hold");
}

/* The shell has started a pipeline of processes 101 and 102, and later one of 201 and 202. */
static void test_later_pipeline(void)
{
    struct holder lease = due(101, 2000), self = due(201, 3000);
    struct process list[] = {shell, child(201, 3000), child(202, 3000), child(102, 2000)};
    ok(look(&lease, &self, list, 3) == HOLDER_GONE, "a later pipeline of the shell does not hold");
    ok(look(&lease, &self, list, 4) == HOLDER_ALIVE, "what is left of the first one holds");
    ok(look(&self, &lease, list, 3) == HOLDER_ALIVE, "the first one sees that the later one holds");
    lease.piped = false;
    ok(look(&lease, &self, list, 3) == HOLDER_ALIVE, "the shell holds rows that are in a file");
    lease.piped = true;
    self = due(201, 2020);
    ok(look(&lease, &self, list, 1) == HOLDER_ALIVE,
       "pipelines that start 20 ticks apart may overlap");
    self = due(201, 2021);
    ok(look(&lease, &self, list, 1) == HOLDER_GONE, "those that start 21 ticks apart do not");
}

/* 202 is a subshell of the later pipeline, which has started 203. */
static void test_descendants(void)
{
    const struct holder lease = due(101, 2000), self = due(201, 3000);
    struct process list[] = {shell, child(201, 3000), child(202, 3001), child(203, 3002)};
    list[3].parent = 202;
    ok(look(&lease, &self, list, 4) == HOLDER_GONE, "nor does what a later pipeline has started");
    list[2] = child(102, 2000);
    list[3].parent = 102;
    ok(look(&lease, &self, list, 4) == HOLDER_ALIVE, "what the first one starts later does");
    list[3].parent = 1;
    list[2].dead = true;
    ok(look(&lease, &self, list, 4) == HOLDER_ALIVE, "an orphan that was started later does, too");
}

static void test_text(void)
{
    struct holder h = due(101, 2000), back;
    struct buf text = {0};
    holder_write(&h, &text);
    ok(strcmp(buf_string(&text), "b5dd83da-d43e-4019-a6d7-ce68721a7270 4026531836 100 1000 1 "
                                 "101@2000,100@1000,1@2") == 0,
       "the text of a holder is as mxkit(5) says");
    ok(holder_read(&back, buf_span(&text)) && back.group == SHELL && back.piped &&
           back.leader_start == 1000 && back.path_count == 3 && back.path[2].start == 2,
       "a holder is read back");
    for (size_t n = 0; n < text.n - 2; n++)
        if (holder_read(&back, span_make(text.p, n)) && memchr(text.p, ',', n) == NULL &&
            memchr(text.p, '@', n) == NULL)
            ok(false, "a holder cut after %zu bytes is refused", n);
    ok(!holder_read(&back, span_of("")), "the empty text is not a holder");
    ok(!holder_read(&back, span_of("x 1 2 3 1 101@2000;")), "a path ends after its last process");
    buf_clear(&text);
}

static void test_stat(void)
{
    struct process p;
    static const char line[] = "8336 (a) b (c) S 8294 8290 11706 0 -1 4194304 103 0 0 0 0 0 0 0 20 "
                               "0 1 0 532940 3133440 408 18446744073709551615";
    ok(process_read(&p, span_of(line)) && p.id == 8336 && p.parent == 8294 && p.group == 8290 &&
           p.start == 532940 && !p.dead,
       "a line of /proc/ID/stat is read, whatever the name is");
    static const char dead[] = "7 (x) Z 1 7 7 0 -1 4 1 0 0 0 0 0 0 0 20 0 1 0 99 0 0 0";
    ok(process_read(&p, span_of(dead)) && p.dead, "a process that nobody has waited for is dead");
    static const char ending[] = "7 (x) X 1 7 7 0 -1 4 1 0 0 0 0 0 0 0 20 0 1 0 99 0 0 0";
    ok(process_read(&p, span_of(ending)) && p.dead, "a process that is just being removed, too");
    ok(!process_read(&p, span_of("8336 (cat) S 1 2")), "a line that is cut is refused");
    ok(!process_read(&p, span_of("")), "the empty line is refused");
}

int main(void)
{
    test_others();
    test_machines();
    test_later_pipeline();
    test_descendants();
    test_text();
    test_stat();
    return done();
}
