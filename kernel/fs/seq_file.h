/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_SEQ_FILE_H
#define KERNEL_FS_SEQ_FILE_H

/*
 * Text files that the kernel makes up when they are read, as /proc is full of
 * (include/linux/seq_file.h). A show function prints all of the text with
 * seq_printf(); where it goes is the seq_file's business:
 *  - seq_open_buffer(): a buffer from kmalloc in guest RAM, which grows; the
 *    open file keeps it and its reader takes pieces with seq_read_at();
 *  - seq_open_sink(): to a function, as it comes.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mmu/types.h"

struct iov_iter;
struct kernel;
struct task_struct;

struct seq_file {
	struct kernel *k;
	struct task_struct *curr; /* who opened it, or prints now */
	vaddr_t buf; /* kmalloc'ed; 0: none yet, or a sink */
	uint32_t size, count; /* bytes of it, and in use */
	bool overflow; /* out of memory: the text is cut off */
	void (*sink)(void *arg, const char *text, size_t nr_bytes);
	void *sink_arg;
	void *private; /* the show function's */
};

typedef int (*seq_show_fn)(struct seq_file *m, void *v);

void seq_open_buffer(struct seq_file *m, struct task_struct *curr);
void seq_open_sink(struct seq_file *m, struct kernel *k,
		   void (*sink)(void *arg, const char *text, size_t nr_bytes),
		   void *arg);
/* Frees the buffer. */
void seq_release(struct task_struct *curr, struct seq_file *m);

void seq_printf(struct seq_file *m, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void seq_vprintf(struct seq_file *m, const char *format, va_list args);
void seq_puts(struct seq_file *m, const char *text);
void seq_putc(struct seq_file *m, char c);
void seq_write(struct seq_file *m, const void *bytes, size_t nr_bytes);

/*
 * Copies the text from *pos on to @to and advances *pos. Bytes, 0 at the end,
 * -EFAULT, or -ENOMEM when the text had to be cut off. May sleep.
 */
int32_t seq_read_at(struct task_struct *curr, struct seq_file *m,
		    struct iov_iter *to, int64_t *pos);

#endif
