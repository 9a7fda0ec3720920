/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_DEBUGFS_H
#define KERNEL_FS_DEBUGFS_H

/*
 * Files of parts of the kernel for those who look into it, below
 * /sys/kernel/debug (include/linux/debugfs.h). A part makes its files in an
 * initcall (kernel/initcall.def) and looks at no result: when memory is short
 * they are simply not there, and what is made below an ERR_PTR is another.
 * That initcall lies in a file of its own (mm/fragmentation_debug.c), so that
 * the part can be tested without a file layer.
 *
 * @parent NULL is the top. All belong to root, and stay.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/fs/dcache.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/seq_file.h"

/* The directory, or ERR_PTR; -EEXIST: the name is taken. */
struct dentry *debugfs_create_dir(struct task_struct *curr, const char *name,
				  struct dentry *parent);
/*
 * A file with the operations @fops; its inode's i_private is @data. One that
 * shows a text: DEFINE_SHOW_ATTRIBUTE() of seq_file.h.
 */
struct dentry *debugfs_create_file(struct task_struct *curr, const char *name,
				   uint32_t mode, struct dentry *parent,
				   void *data,
				   const struct file_operations *fops);
struct dentry *debugfs_create_symlink(struct task_struct *curr,
				      const char *name, struct dentry *parent,
				      const char *target);

/*
 * A number of the kernel's that can be read, and written where @mode has 0222.
 * u…: decimal, x…: hexadecimal; size_t and unsigned long have ARM's 32 bits.
 */
#define DEBUGFS_NUMBERS(NUMBER)                     \
	NUMBER(u8, uint8_t, false, "%llu\n")        \
	NUMBER(u16, uint16_t, false, "%llu\n")      \
	NUMBER(u32, uint32_t, false, "%llu\n")      \
	NUMBER(u64, uint64_t, false, "%llu\n")      \
	NUMBER(ulong, uint32_t, false, "%llu\n")    \
	NUMBER(size_t, uint32_t, false, "%llu\n")   \
	NUMBER(x8, uint8_t, false, "0x%02llx\n")    \
	NUMBER(x16, uint16_t, false, "0x%04llx\n")  \
	NUMBER(x32, uint32_t, false, "0x%08llx\n")  \
	NUMBER(x64, uint64_t, false, "0x%016llx\n") \
	NUMBER(atomic_t, int32_t, true, "%lld\n")
#define DEBUGFS_CREATE(name, type, is_signed, format)                          \
	void debugfs_create_##name(struct task_struct *curr, const char *file, \
				   uint32_t mode, struct dentry *parent,       \
				   type *value);
DEBUGFS_NUMBERS(DEBUGFS_CREATE)
#undef DEBUGFS_CREATE
/* "Y\n" or "N\n". */
void debugfs_create_bool(struct task_struct *curr, const char *name,
			 uint32_t mode, struct dentry *parent, bool *value);

struct debugfs_u32_array {
	const uint32_t *array;
	uint32_t n_elements;
};
/* All of them on a line; @array stays the caller's. */
void debugfs_create_u32_array(struct task_struct *curr, const char *name,
			      uint32_t mode, struct dentry *parent,
			      const struct debugfs_u32_array *array);

/*
 * A file that is one number, by functions: DEFINE_DEBUGFS_ATTRIBUTE(fops, get,
 * set, "%llu\n"). get and set return 0 or -errno; NULL: the file can't be read
 * or written (-EACCES). @data is the file's. The _SIGNED one takes negative
 * numbers, too.
 */
struct simple_attr {
	int (*get)(struct task_struct *curr, void *data, uint64_t *value);
	int (*set)(struct task_struct *curr, void *data, uint64_t value);
	const char *format;
	bool is_signed;
};
#define DEFINE_SIGNED_OR_NOT(fops, get_fn, set_fn, text, with_sign)           \
	static const struct simple_attr fops##_attr = {                       \
		.get = (get_fn),                                              \
		.set = (set_fn),                                              \
		.format = (text),                                             \
		.is_signed = (with_sign),                                     \
	};                                                                    \
	static int fops##_open(struct task_struct *curr, struct inode *inode, \
			       struct file *file)                             \
	{                                                                     \
		return simple_attr_open(curr, inode, file, &fops##_attr);     \
	}                                                                     \
	static const struct file_operations fops = {                          \
		.open = fops##_open,                                          \
		.release = seq_close,                                         \
		.read_iter = simple_attr_read,                                \
		.write_iter = simple_attr_write,                              \
	}
#define DEFINE_DEBUGFS_ATTRIBUTE(fops, get, set, format) \
	DEFINE_SIGNED_OR_NOT(fops, get, set, format, false)
#define DEFINE_DEBUGFS_ATTRIBUTE_SIGNED(fops, get, set, format) \
	DEFINE_SIGNED_OR_NOT(fops, get, set, format, true)

int simple_attr_open(struct task_struct *curr, struct inode *inode,
		     struct file *file, const struct simple_attr *attr);
int32_t simple_attr_read(struct task_struct *curr, struct file *file,
			 struct iov_iter *to, int64_t *pos);
int32_t simple_attr_write(struct task_struct *curr, struct file *file,
			  struct iov_iter *from, int64_t *pos);

/*
 * For write handlers: up to @size - 1 bytes of what is written, as a string.
 * How many, or -EFAULT.
 */
int32_t copy_string_from_iter(struct task_struct *curr, struct iov_iter *from,
			      char *text, uint32_t size);

/* Boot: before any debugfs_create_…(), after the root is mounted. */
void debugfs_init(struct task_struct *curr);
/* For mount(2): the one that there is. */
struct super_block *debugfs_mount(struct task_struct *curr, const char *devname,
				  char *options);

#endif
