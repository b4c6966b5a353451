#include "quarantine/print_selected.h"

#include "base/clock.h"
#include "base/status.h"
#include "quarantine/selection.h"
#include "store/store.h"

#include <unistd.h>

struct printing {
    struct writer out;
    struct selection selection;
    print_entry *print;
};

static bool print_one(void *context, struct span address, struct entry *e)
{
    struct printing *p = context;
    if (selection_matches(&p->selection, address, e, clock_now()))
        p->print(&p->out, address, e, clock_now());
    return false;
}

int print_selected(void (*header)(struct writer *out), print_entry *print)
{
    struct printing p = {.print = print};
    struct store *store;
    int status = selection_init(&p.selection);
    if (status != 0)
        return status;
    status = store_open(&store, STORE_READ);
    if (status == 0) {
        writer_init(&p.out, STDOUT_FILENO, "stdout");
        if (header != NULL)
            header(&p.out);
        status = store_each(store, print_one, &p, false);
        status = first_failure(status, writer_close(&p.out));
    }
    selection_clear(&p.selection);
    return first_failure(status, store_close(store));
}
