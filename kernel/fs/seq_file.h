/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_SEQ_FILE_H
#define KERNEL_FS_SEQ_FILE_H

/*
 * Text files that the kernel makes up when they are read, as /proc is full of
 * (include/linux/seq_file.h). A show function prints with seq_printf(); where
 * it goes is the seq_file's business:
 *  - seq_open_buffer(): a buffer from kmalloc in guest RAM, which the open
 *    file keeps. Either all of the text is printed into it at once and its
 *    reader takes pieces with seq_read_at(), or an iterator goes over records
 *    and as many as fill a page are printed at a time (seq_read_iter());
 *  - seq_open_sink(): to a function, as it comes.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mmu/types.h"

struct file;
struct inode;
struct iov_iter;
struct kernel;
struct seq_file;
struct task_struct;

typedef int (*seq_show_fn)(struct seq_file *m, void *v);

struct seq_file {
	struct kernel *k;
	struct task_struct *curr; /* who opened it, or prints now */
	bool admin; /* who opened it may administer the machine */
	vaddr_t buf; /* kmalloc'ed; 0: none yet, or a sink */
	uint32_t size, count; /* bytes of it, and in use */
	bool fixed; /* the buffer doesn't grow: see seq_has_overflowed() */
	bool overflow; /* out of memory: the text is cut off */
	/* an iterator's: where in the buffer the unread text begins, the next
	   record, and the file position that all this is about */
	uint32_t from;
	int64_t index, read_pos;
	void (*sink)(void *arg, const char *text, size_t nr_bytes);
	void *sink_arg;
	void *private; /* the show function's */
	struct inode *inode; /* of a file of /proc */
	/* of an open file: what makes its text */
	seq_show_fn show;
	const void *op; /* or struct seq_operations; or who opened it knows */
};

/*
 * A walk over records, with Linux's contract: start() finds the record at or
 * after *pos and may lock, next() goes on and advances *pos, stop() unlocks
 * (also after a NULL or an ERR_PTR). show() returns 0 or -errno.
 */
struct seq_operations {
	void *(*start)(struct seq_file *m, int64_t *pos);
	void (*stop)(struct seq_file *m, void *v);
	void *(*next)(struct seq_file *m, void *v, int64_t *pos);
	int (*show)(struct seq_file *m, void *v);
};

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
/*
 * The same, but characters of @esc, which would end a word or forge a line,
 * in octal. How many were printed.
 */
int seq_escape(struct seq_file *m, const char *text, const char *esc);
struct file;
/* The path of @file, as d_path() has it, escaped so; -ENOMEM. May sleep. */
int seq_file_path(struct seq_file *m, const struct file *file, const char *esc);
void seq_write(struct seq_file *m, const void *bytes, size_t nr_bytes);

/*
 * Copies the text from *pos on to @to and advances *pos. Bytes, 0 at the end,
 * -EFAULT, or -ENOMEM when the text had to be cut off. May sleep.
 */
int32_t seq_read_at(struct task_struct *curr, struct seq_file *m,
		    struct iov_iter *to, int64_t *pos);
/*
 * The same over records: whole ones, as many as the buffer holds, and the rest
 * of the last one at the next read. Bytes, 0 at the end, or -errno.
 */
int32_t seq_read_iter(struct task_struct *curr, struct seq_file *m,
		      const struct seq_operations *op, struct iov_iter *to,
		      int64_t *pos);

/* ---- open files that are such a text -------------------------------------- */

/*
 * For file_operations.open: the file's text is what @show prints, made as a
 * whole at its first read (m->private is @data), or the records of @op. 0 or
 * -ENOMEM. The file's other operations are the three below.
 */
int single_open(struct task_struct *curr, struct file *file, seq_show_fn show,
		void *data);
int seq_open(struct task_struct *curr, struct file *file,
	     const struct seq_operations *op);
int32_t seq_read(struct task_struct *curr, struct file *file,
		 struct iov_iter *to, int64_t *pos);
int64_t seq_lseek(struct task_struct *curr, struct file *file, int64_t offset,
		  int whence);
void seq_close(struct task_struct *curr, struct file *file);

/* NAME_fops, of a file that NAME_show() prints; m->private is i_private. */
#define DEFINE_SHOW_OPEN(name)                                                 \
	static int name##_open(struct task_struct *curr, struct inode *inode,  \
			       struct file *file)                              \
	{                                                                      \
		return single_open(curr, file, name##_show, inode->i_private); \
	}
#define DEFINE_SHOW_ATTRIBUTE(name)                         \
	DEFINE_SHOW_OPEN(name)                              \
	static const struct file_operations name##_fops = { \
		.open = name##_open,                        \
		.release = seq_close,                       \
		.read_iter = seq_read,                      \
		.llseek = seq_lseek,                        \
	}
/* And that NAME_write() is written with. */
#define DEFINE_SHOW_STORE_ATTRIBUTE(name)                   \
	DEFINE_SHOW_OPEN(name)                              \
	static const struct file_operations name##_fops = { \
		.open = name##_open,                        \
		.release = seq_close,                       \
		.read_iter = seq_read,                      \
		.write_iter = name##_write,                 \
		.llseek = seq_lseek,                        \
	}
/* NAME_fops, of a file of NAME_sops's records; its maker includes fs.h. */
#define DEFINE_SEQ_ATTRIBUTE(name)                                            \
	static int name##_open(struct task_struct *curr, struct inode *inode, \
			       struct file *file)                             \
	{                                                                     \
		int err = seq_open(curr, file, &name##_sops);                 \
                                                                              \
		if (!err)                                                     \
			((struct seq_file *)file->private_data)->private =    \
				inode->i_private;                             \
		return err;                                                   \
	}                                                                     \
	static const struct file_operations name##_fops = {                   \
		.open = name##_open,                                          \
		.release = seq_close,                                         \
		.read_iter = seq_read,                                        \
		.llseek = seq_lseek,                                          \
	}

/* "0-2,5" and a newline, for bits 0 to 2 and 5: as Linux's %*pbl. */
void seq_print_mask_list(struct seq_file *m, uint32_t mask);

#endif
