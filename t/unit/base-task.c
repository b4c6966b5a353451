/* Tasks: a function runs once, in a thread or not, and its status is told once. */
#include "base/task.h"

#include "tap.h"

static int count(void *context)
{
    int *calls = context;
    return 6 + ++*calls;
}

static bool runs(bool in_thread)
{
    struct task t = {0};
    int calls = 0;
    task_start(&t, count, &calls, in_thread);
    return task_wait(&t) == 7 && calls == 1 && task_wait(&t) == 0;
}

int main(void)
{
    struct task none = {0};
    ok(task_wait(&none) == 0, "a task that was not started has status 0");
    ok(runs(false), "a task without a thread runs once and tells its status once");
    ok(runs(true), "so does a task in a thread");
    return done();
}
