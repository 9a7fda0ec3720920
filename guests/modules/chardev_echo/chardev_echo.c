/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /dev/echo/0 to 3: what is written to a file can be read from it. Each open
 * file has a buffer of its own; 3 has no position, so that what it gives is
 * always its buffer's beginning; a byte that is read there is used up.
 *
 *	ioctl 1: bytes in the buffer, to an int; 2: empties it
 */
#include <linux/capability.h>
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/ioctl.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>

#define NR_DEVICES 4
#define ROOM       4096

#define ECHO_LENGTH _IOR('e', 1, int)
#define ECHO_CLEAR  _IO('e', 2)

struct echo {
	struct cdev cdev;
	dev_t first;
	int nr_open;
};

struct buffer {
	struct echo *echo;
	size_t used;
	char bytes[ROOM];
};

static struct echo echo;
static struct class *echo_class;

static int echo_open(struct inode *inode, struct file *file)
{
	struct buffer *buffer = kzalloc(sizeof(*buffer), GFP_KERNEL);

	if (!buffer)
		return -ENOMEM;
	buffer->echo = container_of(inode->i_cdev, struct echo, cdev);
	buffer->echo->nr_open++;
	file->private_data = buffer;
	pr_info("echo: open %u, %d in all, %s", iminor(inode),
		buffer->echo->nr_open,
		file->f_mode & FMODE_WRITE ? "to write" : "to read");
	return iminor(inode) == 3 ? nonseekable_open(inode, file) : 0;
}

static int echo_release(struct inode *inode, struct file *file)
{
	struct buffer *buffer = file->private_data;

	pr_info("echo: release %u with %u bytes", iminor(inode),
		(unsigned int)buffer->used);
	buffer->echo->nr_open--;
	kfree(buffer);
	return 0;
}

static int echo_flush(struct file *file, fl_owner_t id)
{
	const struct buffer *buffer = file->private_data;

	(void)id;
	return buffer->used == 13 ? -EIO : 0; /* an unlucky close(2) */
}

static ssize_t echo_read(struct file *file, char __user *to, size_t count,
			 loff_t *pos)
{
	struct buffer *buffer = file->private_data;
	loff_t start = 0;
	ssize_t n;

	if (iminor(file_inode(file)) != 3)
		return simple_read_from_buffer(to, count, pos, buffer->bytes,
					       buffer->used);
	if (!buffer->used && file->f_flags & O_NONBLOCK)
		return -EAGAIN;
	n = simple_read_from_buffer(to, count, &start, buffer->bytes,
				    buffer->used);
	if (n > 0) {
		buffer->used -= (size_t)n;
		for (size_t i = 0; i < buffer->used; i++)
			buffer->bytes[i] = buffer->bytes[i + (size_t)n];
	}
	return n;
}

static ssize_t echo_write(struct file *file, const char __user *from,
			  size_t count, loff_t *pos)
{
	struct buffer *buffer = file->private_data;
	loff_t end = (loff_t)buffer->used;
	loff_t *at = iminor(file_inode(file)) == 3 ? &end : pos;
	ssize_t n;

	if (*at >= ROOM)
		return -ENOSPC;
	n = simple_write_to_buffer(buffer->bytes, ROOM, at, from, count);
	if (n > 0 && *at > (loff_t)buffer->used)
		buffer->used = (size_t)*at;
	return n;
}

static loff_t echo_llseek(struct file *file, loff_t offset, int whence)
{
	const struct buffer *buffer = file->private_data;

	/* far away, so that a position doesn't fit 32 bits */
	if (whence == SEEK_SET && offset == 0x123456789abll)
		return file->f_pos = offset;
	return fixed_size_llseek(file, offset, whence, (loff_t)buffer->used);
}

static __poll_t echo_poll(struct file *file, struct poll_table_struct *table)
{
	const struct buffer *buffer = file->private_data;
	__poll_t mask = buffer->used < ROOM ? EPOLLOUT | EPOLLWRNORM : 0;

	(void)table;
	return buffer->used ? mask | EPOLLIN | EPOLLRDNORM : mask;
}

static long echo_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct buffer *buffer = file->private_data;
	int used = (int)buffer->used;

	switch (cmd) {
	case ECHO_LENGTH:
		return copy_to_user((void __user *)arg, &used, sizeof(used))
			       ? -EFAULT
			       : 0;
	case ECHO_CLEAR:
		if (!capable(CAP_SYS_ADMIN))
			return -EPERM;
		buffer->used = 0;
		return used;
	}
	return -ENOTTY;
}

static int echo_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	(void)file;
	pr_info("echo: fsync %lld to %d %d", start, end > 1000, datasync);
	return 0;
}

static const struct file_operations echo_fops = {
	.owner = THIS_MODULE,
	.open = echo_open,
	.release = echo_release,
	.flush = echo_flush,
	.read = echo_read,
	.write = echo_write,
	.llseek = echo_llseek,
	.poll = echo_poll,
	.unlocked_ioctl = echo_ioctl,
	.fsync = echo_fsync,
};

static int __init echo_init(void)
{
	int err = alloc_chrdev_region(&echo.first, 0, NR_DEVICES, "echo");

	if (err)
		return err;
	cdev_init(&echo.cdev, &echo_fops);
	echo.cdev.owner = THIS_MODULE;
	err = cdev_add(&echo.cdev, echo.first, NR_DEVICES);
	if (err)
		goto unregister;
	echo_class = class_create(THIS_MODULE, "echo");
	err = (int)PTR_ERR(echo_class);
	if (IS_ERR(echo_class))
		goto del;
	for (unsigned int i = 0; i < NR_DEVICES; i++)
		device_create(echo_class, NULL, echo.first + i, NULL, "echo!%u",
			      i);
	return 0;
del:
	cdev_del(&echo.cdev);
unregister:
	unregister_chrdev_region(echo.first, NR_DEVICES);
	return err;
}

static void __exit echo_exit(void)
{
	for (unsigned int i = 0; i < NR_DEVICES; i++)
		device_destroy(echo_class, echo.first + i);
	class_destroy(echo_class);
	cdev_del(&echo.cdev);
	unregister_chrdev_region(echo.first, NR_DEVICES);
}

module_init(echo_init) module_exit(echo_exit) MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A character device for each kind of access");
