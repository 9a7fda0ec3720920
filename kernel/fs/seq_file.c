/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/seq_file.h"

/*
 * Made-up text files (fs/seq_file.c). The text is kept in guest RAM, as Linux
 * keeps it in kvmalloc memory, so a big /proc file is on the books.
 *
 * MODEL: no iterators: a file's text is made as a whole at its first read
 * (Linux's single_open() does so too), at most 4 MB.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/lib/err.h"
#include "kernel/lib/iov_iter.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/task/sched.h"

void seq_open_buffer(struct seq_file *m, struct task_struct *curr)
{
	*m = (struct seq_file){.k = curr->k, .curr = curr};
}

void seq_open_sink(struct seq_file *m, struct kernel *k,
		   void (*sink)(void *arg, const char *text, size_t nr_bytes),
		   void *arg)
{
	*m = (struct seq_file){.k = k, .sink = sink, .sink_arg = arg};
}

void seq_release(struct task_struct *curr, struct seq_file *m)
{
	if (m->buf)
		kfree(curr, m->buf);
	m->buf = 0;
	m->size = m->count = 0;
}

/* Room for @more bytes: a page at first, then twice as much each time. */
static bool grow(struct seq_file *m, size_t more)
{
	uint32_t size = m->size ? m->size : PAGE_SIZE;
	vaddr_t buf;

	if (m->overflow || more > (4u << 20))
		goto full;
	while (size < m->count + more)
		size *= 2;
	if (size == m->size)
		return true;
	buf = m->buf ? krealloc(m->curr, m->buf, size, GFP_KERNEL)
		     : kmalloc(m->curr, size, GFP_KERNEL);
	if (!buf)
		goto full;
	m->buf = buf;
	m->size = size;
	return true;
full:
	m->overflow = true;
	return false;
}

void seq_write(struct seq_file *m, const void *bytes, size_t nr_bytes)
{
	if (m->sink) {
		m->sink(m->sink_arg, bytes, nr_bytes);
		return;
	}
	if (!nr_bytes || !grow(m, nr_bytes))
		return;
	memcpy((char *)kbytes(m->k, m->buf) + m->count, bytes, nr_bytes);
	m->count += (uint32_t)nr_bytes;
}

void seq_vprintf(struct seq_file *m, const char *format, va_list args)
{
	char text[512];
	int len = vsnprintf(text, sizeof(text), format, args);

	if (len < 0)
		return;
	if ((size_t)len >= sizeof(text)) /* longer lines use seq_puts() */
		len = sizeof(text) - 1;
	seq_write(m, text, (size_t)len);
}

void seq_printf(struct seq_file *m, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	seq_vprintf(m, format, args);
	va_end(args);
}

void seq_puts(struct seq_file *m, const char *text)
{
	seq_write(m, text, strlen(text));
}

void seq_putc(struct seq_file *m, char c)
{
	seq_write(m, &c, 1);
}

int32_t seq_read_at(struct task_struct *curr, struct seq_file *m,
		    struct iov_iter *to, int64_t *pos)
{
	uint32_t n;

	if (m->overflow)
		return -ENOMEM;
	if (*pos < 0 || *pos >= m->count || !to->count)
		return 0;
	n = m->count - (uint32_t)*pos;
	if (n > to->count)
		n = to->count;
	n = copy_to_iter(curr, to, (char *)kbytes(m->k, m->buf) + *pos, n);
	if (!n)
		return -EFAULT;
	*pos += n;
	return (int32_t)n;
}
