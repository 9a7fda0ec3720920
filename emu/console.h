/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_CONSOLE_H
#define EMU_CONSOLE_H

/*
 * The far end of the guest's serial line: two file descriptors of the host.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct console {
	int in, out;
	bool is_tty; /* somebody sits there: time is paced, keys are polled */
	bool ended; /* no input will come any more */
	int wake_fd; /* an eventfd that ends a wait, too; 0: none */
	size_t nr_out;
	int error; /* of the host, the last in writing; 0: none */
	uint8_t buffer[4096]; /* output that has not been written yet */
	size_t in_at, nr_in; /* read ahead, unless somebody sits there */
	uint8_t in_buffer[4096];
};

/* What was read ahead of a file and not asked for is there for the next. */
void console_close(struct console *console);
void console_open(struct console *console, int in, int out);

/* The next byte of input. False: none now (@wait false), or the end. */
bool console_get(struct console *console, bool wait, uint8_t *byte);

/*
 * Whether input comes within @ns nanoseconds (negative: however long), and
 * before somebody wakes us.
 */
bool console_wait(const struct console *console, int64_t ns);
/* Whether somebody has, since this was asked last. */
bool console_woken(const struct console *console);
/* Lets so much time go by, or until somebody wakes us; input doesn't. */
void console_sleep(const struct console *console, int64_t ns);

/* Output goes out when the buffer is full and at each flush. */
void console_put(struct console *console, uint8_t byte);
void console_flush(struct console *console);

#endif
