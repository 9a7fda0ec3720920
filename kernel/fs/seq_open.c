/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/seq_file.h"

/*
 * Open files whose text is a seq_file's (Linux: the file operations of
 * fs/seq_file.c).
 */

#include "kernel/arm_sizes.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/internal.h"
#include "kernel/mm/slab.h"

/* The new open file's, or NULL. */
static struct seq_file *seq_alloc(struct task_struct *curr, struct file *file)
{
	struct seq_file *m = kzalloc_obj(curr, ARM_SIZEOF_SEQ_FILE, sizeof(*m),
					 GFP_KERNEL);

	if (m)
		seq_open_buffer(m, curr);
	file->private_data = m;
	return m;
}

int single_open(struct task_struct *curr, struct file *file, seq_show_fn show,
		void *data)
{
	struct seq_file *m = seq_alloc(curr, file);

	if (!m)
		return -ENOMEM;
	m->show = show;
	m->private = data;
	return 0;
}

int seq_open(struct task_struct *curr, struct file *file,
	     const struct seq_operations *op)
{
	struct seq_file *m = seq_alloc(curr, file);

	if (!m)
		return -ENOMEM;
	m->op = op;
	return 0;
}

int32_t seq_read(struct task_struct *curr, struct file *file,
		 struct iov_iter *to, int64_t *pos)
{
	struct seq_file *m = file->private_data;
	int err;

	m->curr = curr;
	if (!m->show)
		return seq_read_iter(curr, m, m->op, to, pos);
	if (*pos == 0 || !m->buf) {
		m->count = 0;
		m->overflow = false;
		err = m->show(m, NULL);
		if (err)
			return err;
	}
	return seq_read_at(curr, m, to, pos);
}

int64_t seq_lseek(struct task_struct *curr, struct file *file, int64_t offset,
		  int whence)
{
	return dir_llseek(curr, file, offset, whence);
}

void seq_close(struct task_struct *curr, struct file *file)
{
	seq_release(curr, file->private_data);
	kfree_obj(curr, file->private_data);
}
