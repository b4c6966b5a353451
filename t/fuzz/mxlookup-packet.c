/*
 * Fuzzes DNS answers: any bytes after the header and question of an answer to ours; and any bytes
 * alone.
 */
#include "mxlookup/packet.h"

#include <stdlib.h>

static void read_answer(const unsigned char *bytes, size_t n)
{
    static struct packet_answer a;
    if (packet_read(bytes, n, "x", ns_t_mx, &a) &&
        (a.count > PACKET_RECORDS || a.glue_count > PACKET_RECORDS))
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const unsigned char question[] = {0, 1, 0x81, 0x80, 0, 1, 0,  3, 0, 0,
                                             0, 0, 1,    'x',  0, 0, 15, 0, 1};
    unsigned char *packet = malloc(sizeof question + size);
    if (packet == NULL || size > 60000)
        return free(packet), 0;
    memcpy(packet, question, sizeof question);
    if (size > 0)
        memcpy(packet + sizeof question, data, size);
    read_answer(packet, sizeof question + size);
    read_answer(data, size);
    free(packet);
    return 0;
}
