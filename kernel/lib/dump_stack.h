/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_LIB_DUMP_STACK_H
#define KERNEL_LIB_DUMP_STACK_H

/* What opens a report: who was where (lib/dump_stack.c, kernel/panic.c). */

struct kernel;
struct task_struct;

enum taint {
	TAINT_PROPRIETARY_MODULE = 0,
	TAINT_BAD_PAGE = 5,
	TAINT_DIE = 7,
	TAINT_WARN = 9,
	TAINT_OOT_MODULE = 12,
	TAINT_FLAGS_COUNT = 19
};

/* From now on reports say so, and /proc/sys/kernel/tainted. */
void add_taint(struct kernel *k, enum taint flag);

struct taint_text {
	char text[32];
};
/* "Not tainted", or "Tainted: " and a letter in each flag's place. */
struct taint_text print_tainted(const struct kernel *k);

/* "CPU: 0 PID: 1 Comm: init Not tainted …" and the machine's kind. */
void dump_stack_header(struct task_struct *curr);
/* That, and the ARM code that has called, if any. */
void dump_stack(struct task_struct *curr);

/* WARN(): something is wrong at @where, and the kernel goes on. */
void warn_at(struct task_struct *curr, const char *where);

#endif
