/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

/*
 * Files that a module answers for. The kernel shows it a struct file for as
 * long as the file is open, whose private_data is the module's own, and a
 * struct inode that goes with it.
 */

#include <linux/err.h>
#include <linux/kdev_t.h>
#include <linux/types.h>
#include <linux/uaccess.h>

struct cdev;
struct file_operations;
struct module;
struct vm_area_struct;
struct poll_table_struct;
typedef unsigned int __poll_t;
typedef void *fl_owner_t;

struct inode {
	u32 i_mode, i_uid, i_gid;
	dev_t i_rdev;
	u32 i_ino;
	struct cdev *i_cdev;
	void *i_private;
};

struct file {
	loff_t f_pos;
	u32 f_mode, f_flags;
	const struct file_operations *f_op;
	struct inode *f_inode;
	void *private_data;
};

#define FMODE_READ   0x1u
#define FMODE_WRITE  0x2u
#define FMODE_LSEEK  0x4u
#define FMODE_PREAD  0x8u
#define FMODE_PWRITE 0x10u

#define O_ACCMODE  00000003
#define O_RDONLY   00000000
#define O_WRONLY   00000001
#define O_RDWR     00000002
#define O_NONBLOCK 00004000

#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

/* What isn't there is refused; without flush and release nothing is missed. */
struct file_operations {
	struct module *owner;
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	ssize_t (*read)(struct file *file, char __user *to, size_t count,
			loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *from,
			 size_t count, loff_t *pos);
	__poll_t (*poll)(struct file *file, struct poll_table_struct *table);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd,
			       unsigned long arg);
	int (*mmap)(struct file *file, struct vm_area_struct *vma);
	int (*open)(struct inode *inode, struct file *file);
	int (*flush)(struct file *file, fl_owner_t id);
	int (*release)(struct inode *inode, struct file *file);
	int (*fsync)(struct file *file, loff_t start, loff_t end, int datasync);
};

static inline struct inode *file_inode(const struct file *file)
{
	return file->f_inode;
}

static inline unsigned int iminor(const struct inode *inode)
{
	return MINOR(inode->i_rdev);
}

static inline unsigned int imajor(const struct inode *inode)
{
	return MAJOR(inode->i_rdev);
}

/**
 * alloc_chrdev_region - reserve numbers of a major that nobody has
 * @dev: the first of them goes there
 * @baseminor: the first minor
 * @count: how many
 * @name: for /proc/devices; copied
 *
 * Context: Process context; may sleep.
 * Return: 0, -EBUSY, -EINVAL or -ENOMEM.
 */
int alloc_chrdev_region(dev_t *dev, unsigned int baseminor, unsigned int count,
			const char *name);
/**
 * register_chrdev_region - reserve numbers
 * @from: the first
 * @count: how many
 * @name: for /proc/devices; copied
 *
 * Context: Process context; may sleep.
 * Return: 0, -EBUSY, -EINVAL or -ENOMEM.
 */
int register_chrdev_region(dev_t from, unsigned int count, const char *name);
/**
 * unregister_chrdev_region - give numbers back
 * @from: the first
 * @count: how many; a range goes only as a whole
 *
 * Context: Process context.
 */
void unregister_chrdev_region(dev_t from, unsigned int count);
/**
 * __register_chrdev - reserve numbers and answer for them
 * @major: 0 for one that nobody has
 * @baseminor: the first minor
 * @count: how many
 * @name: for /proc/devices; copied
 * @fops: what is done with files of these numbers
 *
 * Context: Process context; may sleep.
 * Return: 0, or the major if @major is 0; or -EBUSY, -EINVAL, -ENOMEM.
 */
int __register_chrdev(unsigned int major, unsigned int baseminor,
		      unsigned int count, const char *name,
		      const struct file_operations *fops);
/**
 * __unregister_chrdev - take back what __register_chrdev() did
 * @major: the major
 * @baseminor: as it was
 * @count: as it was
 * @name: unused
 *
 * Context: Process context.
 */
void __unregister_chrdev(unsigned int major, unsigned int baseminor,
			 unsigned int count, const char *name);

static inline int register_chrdev(unsigned int major, const char *name,
				  const struct file_operations *fops)
{
	return __register_chrdev(major, 0, 256, name, fops);
}

static inline void unregister_chrdev(unsigned int major, const char *name)
{
	__unregister_chrdev(major, 0, 256, name);
}

/* ---- for .open and .llseek ------------------------------------------------ */

/* For open: the file has no position that could be chosen. */
static inline int nonseekable_open(struct inode *inode, struct file *file)
{
	(void)inode;
	file->f_mode &= ~(FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE);
	return 0;
}

static inline loff_t no_llseek(struct file *file, loff_t offset, int whence)
{
	(void)file, (void)offset, (void)whence;
	return -ESPIPE;
}

static inline loff_t noop_llseek(struct file *file, loff_t offset, int whence)
{
	(void)offset, (void)whence;
	return file->f_pos;
}

/* A file of @size bytes, whose end is a place like any other. */
static inline loff_t fixed_size_llseek(struct file *file, loff_t offset,
				       int whence, loff_t size)
{
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	else if (whence == SEEK_END)
		offset += size;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (offset < 0 || offset > size)
		return -EINVAL;
	return file->f_pos = offset;
}

static inline loff_t default_llseek(struct file *file, loff_t offset,
				    int whence)
{
	if (whence == SEEK_CUR)
		offset += file->f_pos;
	else if (whence != SEEK_SET && whence != SEEK_END)
		return -EINVAL;
	if (offset < 0)
		return -EINVAL;
	return file->f_pos = offset;
}

/* ---- for .read and .write ------------------------------------------------------ */

static inline ssize_t simple_read_from_buffer(void __user *to, size_t count,
					      loff_t *pos, const void *from,
					      size_t available)
{
	loff_t at = *pos;
	size_t left;

	if (at < 0)
		return -EINVAL;
	if (at >= (loff_t)available || !count)
		return 0;
	if (count > available - (size_t)at)
		count = available - (size_t)at;
	left = copy_to_user(to, (const char *)from + at, count);
	if (left == count)
		return -EFAULT;
	count -= left;
	*pos = at + count;
	return (ssize_t)count;
}

static inline ssize_t simple_write_to_buffer(void *to, size_t available,
					     loff_t *pos,
					     const void __user *from,
					     size_t count)
{
	loff_t at = *pos;
	size_t left;

	if (at < 0)
		return -EINVAL;
	if (at >= (loff_t)available || !count)
		return 0;
	if (count > available - (size_t)at)
		count = available - (size_t)at;
	left = copy_from_user((char *)to + at, from, count);
	if (left == count)
		return -EFAULT;
	count -= left;
	*pos = at + count;
	return (ssize_t)count;
}

#endif
