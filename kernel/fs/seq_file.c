/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/seq_file.h"

/*
 * Made-up text files (fs/seq_file.c). The text is kept in guest RAM, as Linux
 * keeps it in kvmalloc memory, so a big /proc file is on the books.
 *
 * MODEL: a text that is made as a whole (Linux's single_open(), and some files
 * that have an iterator there) ends at 4 MB.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/namei.h"
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
	if (m->fixed && m->count + nr_bytes >= m->size) {
		m->count = m->size;
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

int seq_escape(struct seq_file *m, const char *text, const char *esc)
{
	int printed = 0;

	for (; *text; text++) {
		if (strchr(esc, *text)) {
			seq_printf(m, "\\%03o", (unsigned char)*text);
			printed += 4;
		} else {
			seq_putc(m, *text);
			printed++;
		}
	}
	return printed;
}

int seq_file_path(struct seq_file *m, const struct file *file, const char *esc)
{
	char *buf = getname_kernel(m->curr, "");
	int printed;

	if (IS_ERR(buf)) {
		m->overflow = true;
		return -ENOMEM;
	}
	printed = seq_escape(m, d_path(m->curr, file, buf, PATH_MAX), esc);
	putname(m->curr, buf);
	return printed;
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

/* ---- record by record ---------------------------------------------------- */

/* The last record didn't fit: a full buffer counts as overrun, too. */
static bool seq_has_overflowed(const struct seq_file *m)
{
	return m->count == m->size;
}

static bool new_buffer(struct seq_file *m, uint32_t size)
{
	seq_release(m->curr, m);
	m->buf = kmalloc(m->curr, size, GFP_KERNEL);
	m->size = m->buf ? size : 0;
	return m->buf;
}

/*
 * One record that isn't empty, in a buffer that is large enough for it. The
 * record, or NULL or an ERR_PTR where there is none; stop() is still to come.
 */
static void *first_record(struct seq_file *m, const struct seq_operations *op)
{
	void *p = op->start(m, &m->index);
	int err;

	while (!IS_ERR_OR_NULL(p)) {
		err = op->show(m, p);
		if (err < 0) {
			op->stop(m, p);
			return ERR_PTR(err);
		}
		if (m->count && !seq_has_overflowed(m))
			return p;
		if (!m->count) {
			p = op->next(m, p, &m->index);
			continue;
		}
		op->stop(m, p);
		if (!new_buffer(m, m->size * 2))
			return ERR_PTR(-ENOMEM);
		p = op->start(m, &m->index);
	}
	op->stop(m, p);
	m->count = 0;
	return p;
}

/* More records after @p, while @want bytes aren't there and they fit. */
static void more_records(struct seq_file *m, const struct seq_operations *op,
			 void *p, uint32_t want)
{
	for (;;) {
		uint32_t before = m->count;

		p = op->next(m, p, &m->index);
		if (IS_ERR_OR_NULL(p) || before >= want)
			break;
		if (op->show(m, p) || seq_has_overflowed(m)) {
			m->count = before;
			break;
		}
	}
	op->stop(m, p);
}

/* The buffer holds unread text afterwards, or it is the end. 0 or -errno. */
static int fill(struct seq_file *m, const struct seq_operations *op,
		uint32_t want)
{
	void *p;

	m->from = m->count = 0;
	if (!m->buf && !new_buffer(m, PAGE_SIZE))
		return -ENOMEM;
	m->fixed = true;
	p = first_record(m, op);
	if (!IS_ERR_OR_NULL(p))
		more_records(m, op, p, want);
	m->fixed = false;
	return IS_ERR(p) ? (int)PTR_ERR(p) : 0;
}

/* The text up to @pos is made again and thrown away. 0 or -errno. */
static int traverse(struct seq_file *m, const struct seq_operations *op,
		    int64_t pos)
{
	int64_t at = 0;

	m->index = 0;
	m->count = m->from = 0;
	while (at < pos) {
		int err = fill(m, op, 1);

		if (err || !m->count)
			return err;
		if (m->count > pos - at) {
			m->from = (uint32_t)(pos - at);
			m->count -= m->from;
			break;
		}
		at += m->count;
		m->count = 0;
	}
	return 0;
}

static uint32_t flush_text(struct seq_file *m, struct iov_iter *to)
{
	const char *text = (char *)kbytes(m->k, m->buf) + m->from;
	uint32_t n = copy_to_iter(m->curr, to, text,
				  m->count < to->count ? m->count : to->count);

	m->count -= n;
	m->from += n;
	return n;
}

int32_t seq_read_iter(struct task_struct *curr, struct seq_file *m,
		      const struct seq_operations *op, struct iov_iter *to,
		      int64_t *pos)
{
	uint32_t copied = 0;
	int err = 0;

	if (!to->count)
		return 0;
	m->curr = curr;
	if (*pos == 0 || *pos != m->read_pos) {
		err = traverse(m, op, *pos);
		m->read_pos = err ? 0 : *pos;
	}
	if (!err && m->count)
		copied = flush_text(m, to);
	if (!err && !m->count) {
		err = fill(m, op, to->count);
		if (m->count)
			copied += flush_text(m, to);
	}
	if (!copied)
		return m->count ? -EFAULT : err;
	*pos += copied;
	m->read_pos += copied;
	return (int32_t)copied;
}

void seq_print_mask_list(struct seq_file *m, uint32_t mask)
{
	const char *comma = "";

	for (int first = 0; first < 32; first++) {
		int last = first;

		if (!(mask & 1u << first))
			continue;
		while (last < 31 && (mask & 1u << (last + 1)))
			last++;
		if (first == last)
			seq_printf(m, "%s%d", comma, first);
		else
			seq_printf(m, "%s%d-%d", comma, first, last);
		comma = ",";
		first = last;
	}
	seq_putc(m, '\n');
}
