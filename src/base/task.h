/*
 * task: a function that runs in a thread of its own, if there is one, while the caller goes on. A
 * zeroed struct is a task that was not started.
 */
#ifndef BASE_TASK_H
#define BASE_TASK_H

#include "base/status.h"

#include <pthread.h>
#include <stdbool.h>

struct task {
    int (*run)(void *context);
    void *context;
    int status;
    pthread_t thread;
    bool has_thread;
};

/* Starts function(context), which returns an exit status. Without `in_thread`, or if the system has
 * no thread left, it has ended when this returns. The context is borrowed until task_wait(). */
void task_start(struct task *t, int (*function)(void *context), void *context, bool in_thread);

/* Waits until it has ended. Returns its status, once; 0 if nothing was started. */
MUST_CHECK int task_wait(struct task *t);

#endif
