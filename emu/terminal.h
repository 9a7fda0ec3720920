/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TERMINAL_H
#define EMU_TERMINAL_H

/*
 * The host's terminal, lent to the guest: every key goes there, Ctrl-C too.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Puts the terminal @fd into raw mode until terminal_restore(), exit, or a
 * signal that ends the process, whichever comes first. Does nothing, and
 * returns false, when @fd is no terminal or another machine has it.
 */
bool terminal_lend(int fd);
void terminal_restore(void);

/* False: @fd is no terminal, or one that doesn't know. */
bool terminal_size(int fd, uint16_t *rows, uint16_t *columns);
/* Whether its size has changed since it was lent or this was last asked. */
bool terminal_was_resized(void);

/*
 * Words of ours on stderr, whose lines must begin at the left though the
 * terminal may be raw.
 */
void terminal_message(const char *text, size_t nr_bytes);

#endif
