#include "mxqueue/permission.h"

#include "base/err.h"
#include "base/escape.h"

#include <sysexits.h>

int permission_open(struct permission *p)
{
    *p = (struct permission){.states.with_domains = true};
    return store_open(&p->store, STORE_READ);
}

/* The queue may know the address by an older canonical form than the quarantine, so it is made
 * anew, and may not be an address any more. */
void permission_ask(struct permission *p, struct span escaped)
{
    if (!states_ask(&p->states, unescape_field(escaped, &p->value)))
        states_ask_nothing(&p->states);
}

int permission_look_up(struct permission *p)
{
    return states_look_up(&p->states, p->store);
}

int permission_get(struct permission *p, size_t place, int64_t now_s, bool *may)
{
    enum entry_state state;
    *may = false;
    if (!states_has_address(&p->states, place)) {
        err_say("the queue has a row whose address is not valid; restore the queue.* files");
        return EX_DATAERR;
    }
    int status = states_get(&p->states, p->store, place, now_s, &state);
    *may = status == 0 && state != ENTRY_QUARANTINED && state != ENTRY_DENIED;
    return status;
}

void permission_empty(struct permission *p)
{
    states_empty(&p->states);
}

int permission_close(struct permission *p)
{
    buf_clear(&p->value);
    states_clear(&p->states);
    return store_close(p->store);
}
