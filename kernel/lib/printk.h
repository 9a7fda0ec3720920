/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_PRINTK_H
#define KERNEL_LIB_PRINTK_H

/*
 * The kernel log: a ring of lines with virtual time stamps, also handed to
 * the machine's log as they come.
 */

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

struct kernel;

#define LOG_BUF_BYTES (128 * 1024)
#define LOG_PIECE     1024 /* what its readers copy at a time */

struct printk_state {
	char ring[LOG_BUF_BYTES];
	uint64_t head; /* bytes ever written */
	uint64_t cleared; /* head when syslog(2) last cleared it */
	int console_loglevel; /* told and not obeyed: no console shows it */
	char text[1024], line[1056]; /* of the printk() that runs */
};

/*
 * One line, stamped "[    0.000000] ", newline added where missing; a newline
 * within begins another stamped line. Cut at 1023 bytes.
 */
void printk(struct kernel *k, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void vprintk(struct kernel *k, const char *format, va_list args);
/*
 * Where the log's last whole lines begin that fit into @size, none of them from
 * before @since: values of head.
 */
uint64_t printk_first(const struct kernel *k, size_t size, uint64_t since);
/* Copies at most @size bytes from there on; returns how many there were. */
size_t printk_read(const struct kernel *k, char *to, size_t size,
		   uint64_t from);

/*
 * The modelled machine has reached an end: logs "Kernel panic - not
 * syncing: …", stops this machine and never returns. Not for our own bugs.
 */
_Noreturn void panic(struct kernel *k, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
