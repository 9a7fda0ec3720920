/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/char_dev.h"

/*
 * Character devices by number (Linux: fs/char_dev.c), and /dev with a node
 * for each (drivers/base/devtmpfs.c): a tmpfs that the kernel fills at boot.
 *
 * MODEL: the list of devices is a constant; no driver registers at run time.
 */

#include <string.h>

#include "kernel/drivers/tty.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
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

static void must(struct task_struct *curr, int err, const char *name)
{
	if (err)
		boot_panic(curr->k, "devtmpfs: no memory for /dev/%s", name);
}

static struct dentry *dev_name(struct task_struct *curr, struct dentry *root,
			       const char *name)
{
	struct dentry *dentry = lookup_one(curr, root, name,
					   (uint32_t)strlen(name));

	must(curr, IS_ERR(dentry), name);
	return dentry;
}

static void fill_dev(struct task_struct *curr, struct dentry *root)
{
	struct inode *dir = root->d_inode;
	struct dentry *dentry;

	for (size_t n = 0; n < NR_CHAR_DEVS; n++) {
		dentry = dev_name(curr, root, char_devs[n].name);
		must(curr,
		     simple_create(curr, dir, dentry,
				   S_IFCHR | char_devs[n].mode,
				   char_devs[n].dev),
		     char_devs[n].name);
		dput(curr, dentry);
	}
	for (size_t n = 0; n < sizeof(dev_links) / sizeof(*dev_links); n++) {
		dentry = dev_name(curr, root, dev_links[n].name);
		must(curr,
		     simple_symlink(curr, dir, dentry, dev_links[n].target),
		     dev_links[n].name);
		dput(curr, dentry);
	}
	dput(curr, boot_mkdir(curr, root, "shm", 01777));
}

struct super_block *devtmpfs_mount(struct task_struct *curr,
				   const char *devname)
{
	struct super_block *sb = tmpfs_mount(curr, devname, 0755);

	if (sb) {
		sb->s_type = "devtmpfs";
		fill_dev(curr, sb->s_root);
	}
	return sb;
}
