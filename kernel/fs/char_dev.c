/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/char_dev.h"

/*
 * Character devices by number (Linux: fs/char_dev.c), and /dev with a node
 * for each (drivers/base/devtmpfs.c): a tmpfs that the kernel fills at boot.
 *
 * MODEL: the list of devices is a constant; no driver registers at run time.
 */

#include <string.h>

#include "kernel/block/blkdev.h"
#include "kernel/drivers/tty.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/printk.h"
#include "kernel/state.h"

static const struct char_dev {
	const char *name;
	uint32_t dev, mode;
	const struct file_operations *fops;
} char_devs[] = {
	{"null", MKDEV(1, 3), 0666, &null_fops},
	{"zero", MKDEV(1, 5), 0666, &zero_fops},
	{"full", MKDEV(1, 7), 0666, &full_fops},
	{"random", MKDEV(1, 8), 0666, &random_fops},
	{"urandom", MKDEV(1, 9), 0666, &urandom_fops},
	{"kmsg", MKDEV(1, 11), 0644, &kmsg_fops},
	{"tty", MKDEV(TTYAUX_MAJOR, 0), 0666, &tty_fops},
	{"console", MKDEV(TTYAUX_MAJOR, 1), 0600, &tty_fops},
	{"ttyAMA0", MKDEV(TTYAMA_MAJOR, TTYAMA_MINOR), 0600, &tty_fops},
};
#define NR_CHAR_DEVS (sizeof(char_devs) / sizeof(*char_devs))

/* The driver's operations take the place of these. */
static int chrdev_open(struct task_struct *curr, struct inode *inode,
		       struct file *file)
{
	for (size_t n = 0; n < NR_CHAR_DEVS; n++) {
		if (char_devs[n].dev != inode->i_rdev)
			continue;
		file->f_op = char_devs[n].fops;
		return file->f_op->open ? file->f_op->open(curr, inode, file)
					: 0;
	}
	return -ENXIO;
}

const struct file_operations def_chr_fops = {.open = chrdev_open};

static int bad_open(struct task_struct *curr, struct inode *inode,
		    struct file *file)
{
	(void)curr, (void)inode, (void)file;
	return -ENXIO;
}

const struct file_operations bad_fops = {.open = bad_open};

/* ---- /dev -------------------------------------------------------------- */

static const struct {
	const char *name, *target;
} dev_links[] = {
	{"fd", "/proc/self/fd"},
	{"stdin", "/proc/self/fd/0"},
	{"stdout", "/proc/self/fd/1"},
	{"stderr", "/proc/self/fd/2"},
};

/* 0 or -errno. */
static int make_node(struct task_struct *curr, struct dentry *root,
		     const char *name, uint32_t mode, uint32_t dev)
{
	struct dentry *dentry = lookup_one(curr, root, name,
					   (uint32_t)strlen(name));
	int err;

	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	if (S_ISDIR(mode))
		err = simple_mkdir(curr, root->d_inode, dentry, mode & 07777);
	else
		err = simple_create(curr, root->d_inode, dentry, mode, dev);
	dput(curr, dentry);
	return err;
}

static int make_link(struct task_struct *curr, struct dentry *root,
		     const char *name, const char *target)
{
	struct dentry *dentry = lookup_one(curr, root, name,
					   (uint32_t)strlen(name));
	int err;

	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	err = simple_symlink(curr, root->d_inode, dentry, target);
	dput(curr, dentry);
	return err;
}

static int fill_dev(struct task_struct *curr, struct dentry *root)
{
	const struct block_state *block = &curr->k->block;
	int err = 0;

	for (size_t n = 0; !err && n < NR_CHAR_DEVS; n++)
		err = make_node(curr, root, char_devs[n].name,
				S_IFCHR | char_devs[n].mode, char_devs[n].dev);
	for (size_t n = 0; !err && n < sizeof(dev_links) / sizeof(*dev_links);
	     n++)
		err = make_link(curr, root, dev_links[n].name,
				dev_links[n].target);
	for (unsigned int n = 0; !err && n < block->nr_bdevs; n++)
		err = make_node(curr, root, block->bdev[n].name, S_IFBLK | 0600,
				bdev_dev(&block->bdev[n]));
	return err ? err : make_node(curr, root, "shm", S_IFDIR | 01777, 0);
}

struct super_block *devtmpfs_mount(struct task_struct *curr,
				   const char *devname)
{
	struct super_block *sb = tmpfs_mount(curr, devname, 0755);

	if (!sb)
		return NULL;
	sb->s_type = "devtmpfs";
	if (fill_dev(curr, sb->s_root)) {
		kill_super(curr, sb);
		return NULL;
	}
	return sb;
}
