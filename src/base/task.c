#include "base/task.h"

#include <stddef.h>

static void *run(void *task)
{
    struct task *t = task;
    t->status = t->run(t->context);
    return NULL;
}

void task_start(struct task *t, int (*function)(void *context), void *context, bool in_thread)
{
    t->run = function;
    t->context = context;
    t->has_thread = in_thread && pthread_create(&t->thread, NULL, run, t) == 0;
    if (!t->has_thread)
        run(t);
}

int task_wait(struct task *t)
{
    if (t->has_thread)
        pthread_join(t->thread, NULL);
    int status = t->status;
    t->has_thread = false;
    t->status = 0;
    return status;
}
