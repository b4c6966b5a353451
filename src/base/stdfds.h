/*
 * stdfds: makes sure that descriptors 0, 1 and 2 are only ever stdin, stdout and stderr.
 * If one of them is closed when a tool starts, the next file that the tool opens gets its number,
 * and output meant for the terminal goes into the state.
 */
#ifndef BASE_STDFDS_H
#define BASE_STDFDS_H

/* Opens /dev/null for each closed one, so that reading from 0 or writing to 1 and 2 fails, as it
 * would on a closed descriptor. If that fails, exits with EX_OSERR; nothing is reported, since
 * stderr may be closed. */
void stdfds_fill(void);

#endif
