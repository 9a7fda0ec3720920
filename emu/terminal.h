/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TERMINAL_H
#define EMU_TERMINAL_H

/*
 * The host's terminal, lent to the guest: every key goes there, Ctrl-C too.
 */

#include <stdbool.h>

/*
 * Puts the terminal @fd into raw mode until terminal_restore(), exit, or a
 * signal that ends the process, whichever comes first. Does nothing, and
 * returns false, when @fd is no terminal or another machine has it.
 */
bool terminal_lend(int fd);
void terminal_restore(void);

#endif
