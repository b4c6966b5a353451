/*
 * stdfds: descriptors 0, 1 and 2 are never anything but stdin, stdout and stderr.
 * Where one of them was closed before the tool started, the next file opened would take its place,
 * and output meant for the terminal would go into the state.
 */
#ifndef BASE_STDFDS_H
#define BASE_STDFDS_H

/* Fills the closed ones with descriptors on which reading (0) or writing (1, 2) fails, as it
 * should. */
void stdfds_fill(void);

#endif
