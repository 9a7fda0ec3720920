/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/devpts.h"

/*
 * The file system of pseudo-terminals (Linux: fs/devpts/inode.c): a directory
 * with a node for each pair whose master is open, and a ptmx to open another
 * master with. Programs can't make or remove names in it.
 *
 * Invariant: slave->dentry is a node's, with a reference, while the master is
 * open; the node's inode knows the slave as long.
 *
 * MODEL: an instance has room for 4096 pairs, whatever max= and kernel.pty.max
 * say beyond; it can't be unmounted while a master of it is open.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/drivers/tty.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/bitmap.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#define PTS_MAX                4096u
#define DEVPTS_DEFAULT_MODE    0600u
#define ARM_SIZEOF_PTS_FS_INFO (56 + PTS_MAX / 8)

struct pts_mount_opts {
	bool setuid, setgid;
	uint32_t uid, gid, mode, ptmxmode, max;
};

struct pts_fs_info {
	struct pts_mount_opts opts;
	bool reserve; /* the boot's: has the reserved ones, too */
	struct dentry *ptmx;
	uint32_t allocated[PTS_MAX / 32];
};

/* ---- options ----------------------------------------------------------- */

static int parse_number(const char *text, int base, uint32_t *to)
{
	char *end;
	unsigned long value = strtoul(text, &end, base);

	if (end == text || *end || *text == '-' || value >= UINT32_MAX)
		return -EINVAL;
	*to = (uint32_t)value;
	return 0;
}

static int parse_mode(const char *text, uint32_t *to)
{
	int err = parse_number(text, 8, to);

	*to &= S_IALLUGO;
	return err;
}

static int parse_max(const char *text, uint32_t *to)
{
	int err = parse_number(text, 10, to);

	return err ? err : *to > NR_UNIX98_PTY_MAX ? -EINVAL : 0;
}

static int parse_option(const char *key, const char *value,
			struct pts_mount_opts *opts)
{
	if (!strcmp(key, "newinstance"))
		return 0;
	if (!value)
		return -EINVAL;
	if (!strcmp(key, "uid")) {
		opts->setuid = true;
		return parse_number(value, 10, &opts->uid);
	}
	if (!strcmp(key, "gid")) {
		opts->setgid = true;
		return parse_number(value, 10, &opts->gid);
	}
	if (!strcmp(key, "mode"))
		return parse_mode(value, &opts->mode);
	if (!strcmp(key, "ptmxmode"))
		return parse_mode(value, &opts->ptmxmode);
	return strcmp(key, "max") ? -EINVAL : parse_max(value, &opts->max);
}

/* What isn't named gets its preset, at a remount, too. */
static int parse_options(char *text, struct pts_mount_opts *opts)
{
	char *next = text, *key, *value;
	int err = 0;

	*opts = (struct pts_mount_opts){.mode = DEVPTS_DEFAULT_MODE,
					.max = NR_UNIX98_PTY_MAX};
	while (!err && next && *next) {
		key = next;
		next = strchr(key, ',');
		if (next)
			*next++ = '\0';
		value = strchr(key, '=');
		if (value)
			*value++ = '\0';
		if (*key)
			err = parse_option(key, value, opts);
	}
	return err;
}

static void set_ptmx_mode(struct pts_fs_info *fsi)
{
	if (fsi->ptmx)
		fsi->ptmx->d_inode->i_mode = S_IFCHR | fsi->opts.ptmxmode;
}

static int devpts_reconfigure(struct task_struct *curr, struct super_block *sb,
			      char *options)
{
	struct pts_mount_opts opts;
	int err = parse_options(options, &opts);

	(void)curr;
	if (err)
		return err;
	sb->s_devpts->opts = opts;
	set_ptmx_mode(sb->s_devpts);
	return 0;
}

static void devpts_show_options(struct seq_file *m,
				const struct super_block *sb)
{
	const struct pts_mount_opts *opts = &sb->s_devpts->opts;

	if (opts->setuid)
		seq_printf(m, ",uid=%u", opts->uid);
	if (opts->setgid)
		seq_printf(m, ",gid=%u", opts->gid);
	seq_printf(m, ",mode=%03o,ptmxmode=%03o", opts->mode, opts->ptmxmode);
	if (opts->max < NR_UNIX98_PTY_MAX)
		seq_printf(m, ",max=%u", opts->max);
}

/* ---- names ------------------------------------------------------------- */

static int devpts_lookup(struct task_struct *curr, struct inode *dir,
			 struct dentry *dentry)
{
	(void)curr, (void)dir;
	d_add(dentry, NULL);
	return 0;
}

static const struct inode_operations devpts_dir_iops = {
	.lookup = devpts_lookup,
	.setattr = simple_setattr,
};

static const struct super_operations devpts_ops = {
	.reconfigure = devpts_reconfigure,
	.show_options = devpts_show_options,
	.dir_iops = &devpts_dir_iops,
	.dir_fops = &simple_dir_fops,
};

/* A character device called @name, pinned, with a reference; ERR_PTR. */
static struct dentry *make_node(struct task_struct *curr,
				struct super_block *sb, const char *name,
				uint32_t mode, uint32_t dev, uint64_t ino)
{
	struct dentry *dentry = lookup_one(curr, sb->s_root, name,
					   (uint32_t)strlen(name));
	struct inode *inode;

	if (IS_ERR(dentry))
		return dentry;
	inode = new_inode(curr, sb, S_IFCHR | mode);
	if (!inode) {
		dput(curr, dentry);
		return ERR_PTR(-ENOMEM);
	}
	inode->i_ino = ino;
	inode->i_op = &simple_file_iops;
	init_special_inode(inode, dev);
	d_instantiate(dentry, inode);
	d_mark_created(dentry);
	return dentry;
}

int devpts_pty_new(struct task_struct *curr, struct super_block *sb,
		   uint32_t index, struct tty_struct *slave)
{
	const struct pts_mount_opts *opts = &sb->s_devpts->opts;
	struct dentry *dentry;
	char name[12];

	snprintf(name, sizeof(name), "%u", index);
	dentry = make_node(curr, sb, name, opts->mode,
			   MKDEV(UNIX98_PTY_SLAVE_MAJOR, index), index + 3);
	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	dentry->d_inode->i_uid = opts->setuid ? opts->uid : curr->cred.fsuid;
	dentry->d_inode->i_gid = opts->setgid ? opts->gid : curr->cred.fsgid;
	dentry->d_inode->i_private = slave;
	slave->dentry = dentry;
	return 0;
}

void devpts_pty_kill(struct task_struct *curr, struct tty_struct *slave)
{
	struct dentry *dentry = slave->dentry;
	struct super_block *sb;

	if (!dentry)
		return;
	sb = dentry->d_sb;
	slave->dentry = NULL;
	dentry->d_inode->i_private = NULL;
	devpts_kill_index(curr, sb, (uint32_t)(dentry->d_inode->i_ino - 3));
	dentry->d_inode->i_nlink--;
	d_drop(dentry);
	d_unpin(curr, dentry);
	dput(curr, dentry);
}

/* ---- numbers ----------------------------------------------------------- */

static bool is_devpts(const struct super_block *sb)
{
	return sb && sb->s_magic == DEVPTS_SUPER_MAGIC;
}

struct super_block *devpts_acquire(struct task_struct *curr,
				   const struct file *file)
{
	struct dentry *ptmx = file->f_dentry, *pts;
	struct super_block *sb = ptmx->d_sb;

	if (is_devpts(sb))
		return sb;
	pts = lookup_one(curr, ptmx->d_parent, "pts", 3);
	if (IS_ERR(pts))
		return ERR_PTR(-ENODEV);
	sb = pts->d_mounted;
	dput(curr, pts);
	return is_devpts(sb) ? sb : ERR_PTR(-ENODEV);
}

int devpts_new_index(struct task_struct *curr, struct super_block *sb)
{
	const struct kernel *k = curr->k;
	struct pts_fs_info *fsi = sb->s_devpts;
	const uint32_t max = fsi->opts.max < PTS_MAX ? fsi->opts.max : PTS_MAX;
	uint32_t index;

	if ((int32_t)k->vfs.pty_count + 1 >=
	    k->sysctl.pty_max - (fsi->reserve ? 0 : k->sysctl.pty_reserve))
		return -ENOSPC;
	index = find_next_zero_bit(fsi->allocated, max, 0);
	if (index >= max)
		return -ENOSPC;
	set_bit(index, fsi->allocated);
	curr->k->vfs.pty_count++;
	return (int)index;
}

void devpts_kill_index(struct task_struct *curr, struct super_block *sb,
		       uint32_t index)
{
	clear_bit(index, sb->s_devpts->allocated);
	curr->k->vfs.pty_count--;
}

/* ---- mounting ---------------------------------------------------------- */

static int fill_super(struct task_struct *curr, struct super_block *sb,
		      const struct pts_mount_opts *opts)
{
	struct pts_fs_info *fsi = kzalloc_obj(curr, ARM_SIZEOF_PTS_FS_INFO,
					      sizeof(*fsi), GFP_KERNEL);
	struct inode *root;

	sb->s_devpts = fsi;
	if (!fsi)
		return -ENOMEM;
	sb->s_noexec = true;
	fsi->opts = *opts;
	root = new_inode(curr, sb, S_IFDIR | 0755);
	if (!root)
		return -ENOMEM;
	root->i_nlink = 2;
	root->i_op = &devpts_dir_iops;
	root->i_fop = &simple_dir_fops;
	if (!d_make_root(curr, sb, root))
		return -ENOMEM;
	fsi->ptmx = make_node(curr, sb, "ptmx", opts->ptmxmode,
			      MKDEV(TTYAUX_MAJOR, 2), 2);
	if (IS_ERR(fsi->ptmx))
		return (int)PTR_ERR(fsi->ptmx);
	dput(curr, fsi->ptmx); /* it is pinned */
	return 0;
}

static struct super_block *new_instance(struct task_struct *curr,
					const char *devname,
					const struct pts_mount_opts *opts)
{
	struct super_block *sb = sget(curr, "devpts", devname,
				      DEVPTS_SUPER_MAGIC, &devpts_ops,
				      curr->k->vfs.inode_cache);
	int err = sb ? fill_super(curr, sb, opts) : -ENOMEM;

	if (!err)
		return sb;
	if (sb)
		kill_super(curr, sb);
	return ERR_PTR(err);
}

struct super_block *devpts_mount(struct task_struct *curr, const char *devname,
				 char *options)
{
	struct pts_mount_opts opts;
	int err = parse_options(options, &opts);

	return err ? ERR_PTR(err) : new_instance(curr, devname, &opts);
}

struct super_block *devpts_boot_mount(struct task_struct *curr)
{
	const struct pts_mount_opts opts = {.setgid = true,
					    .gid = 5,
					    .mode = 0620,
					    .max = NR_UNIX98_PTY_MAX};
	struct super_block *sb = new_instance(curr, "devpts", &opts);

	if (IS_ERR(sb))
		return NULL;
	sb->s_devpts->reserve = true;
	return sb;
}
