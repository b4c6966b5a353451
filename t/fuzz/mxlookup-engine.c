/*
 * Fuzzes the engine and the parser. The data is a script of what a network may do: time passes, and
 * packets arrive: answers to what was sent, changed as the script says, or not answers at all.
 */
#include "mxlookup/engine.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SENT = 16 };

static size_t take_answers(struct engine *e, size_t *owner)
{
    const struct packet_answer *a;
    ns_type type;
    size_t *given, n = 0;
    while ((given = engine_next_answer(e, &type, &a)) != NULL) {
        if (given != owner || a->count > PACKET_RECORDS || a->glue_count > PACKET_RECORDS)
            abort();
        n++;
    }
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct engine_options options = {
        .servers = 2, .sockets = 2, .window = 8, .timeout_ms = 300, .tries = 3};
    struct engine *e = engine_new(&options);
    static struct engine_packet sent[SENT];
    unsigned char bytes[PACKET_QUERY_LIMIT + 256];
    size_t owner = 0, answered = 0, count = 0;
    int64_t now_ms = 1;
    for (size_t i = 0; i < SENT; i++)
        engine_ask(e, i % 2 != 0 ? "a.example" : "x", i % 3 != 0 ? ns_t_mx : ns_t_a, &owner);
    while (size > 2) {
        size_t which = data[0] % SENT, extra = data[1];
        now_ms += data[2];
        data += 3;
        size -= 3;
        extra = extra < size ? extra : size;
        while (engine_next_packet(e, now_ms, &sent[count % SENT]))
            count++;
        answered += take_answers(e, &owner);
        const struct engine_packet *p = &sent[which];
        memcpy(bytes, p->bytes, p->n);
        memcpy(bytes + p->n, data, extra);
        if (p->n > 12 && extra > 4) { /* header bits, and counts of records */
            bytes[2] = (unsigned char)(0x80 | data[0]);
            bytes[3] = data[1];
            bytes[7] = data[2];
            bytes[9] = data[3];
            bytes[11] = data[4];
        }
        engine_receive(e, now_ms, p->channel, bytes, p->n + extra);
        answered += take_answers(e, &owner);
        data += extra;
        size -= extra;
    }
    for (int i = 0; i < 100 && engine_pending(e) > 0; i++) {
        now_ms += 1000;
        while (engine_next_packet(e, now_ms, &sent[0]))
            ;
        answered += take_answers(e, &owner);
    }
    if (answered != SENT) /* no answer is lost or comes twice */
        abort();
    engine_free(e);
    return 0;
}
