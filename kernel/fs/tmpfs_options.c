/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/tmpfs.h"

/*
 * What mount(2) may ask of a tmpfs, and what holds it to that (Linux:
 * mm/shmem.c). Without size= and nr_inodes= each may take half of memory.
 *
 * MODEL: no huge= but never, no mpol=: as a kernel without huge pages and
 * NUMA has it.
 */

#include <stdlib.h>
#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/seq_file.h"
#include "kernel/lib/cmdline.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#define ARM_SIZEOF_SHMEM_SB_INFO 120
#define TMPFS_DEFAULT_MODE       01777u

/* What a list of options says; the rest is as it was. */
struct shmem_options {
	struct shmem_sb_info to;
	bool has_blocks, has_inodes;
};

static uint64_t shmem_default_max(const struct kernel *k)
{
	return k->mem.totalram_pages / 2;
}

/* ---- limits ------------------------------------------------------------ */

/* A kernel's own instance has no limits; 0 means none, too. */
bool shmem_reserve_inode(struct super_block *sb)
{
	struct shmem_sb_info *info = sb->s_shmem;

	if (!info || !info->max_inodes)
		return true;
	if (!info->free_inodes)
		return false;
	info->free_inodes--;
	return true;
}

void shmem_free_inode(struct super_block *sb)
{
	if (sb->s_shmem && sb->s_shmem->max_inodes)
		sb->s_shmem->free_inodes++;
}

bool shmem_reserve_block(struct super_block *sb)
{
	struct shmem_sb_info *info = sb->s_shmem;

	if (!info)
		return true;
	if (info->max_blocks && info->used_blocks >= info->max_blocks)
		return false;
	info->used_blocks++;
	return true;
}

void shmem_free_block(struct super_block *sb)
{
	if (sb->s_shmem)
		sb->s_shmem->used_blocks--;
}

void tmpfs_statfs(struct task_struct *curr, struct super_block *sb,
		  struct kstatfs *st)
{
	const struct shmem_sb_info *info = sb->s_shmem;

	(void)curr;
	if (!info)
		return;
	if (info->max_blocks) {
		st->blocks = info->max_blocks;
		st->bfree = info->max_blocks - info->used_blocks;
		st->bavail = st->bfree;
	}
	st->files = info->max_inodes;
	st->ffree = info->free_inodes;
}

/* ---- reading options --------------------------------------------------- */

static int parse_size(const struct kernel *k, const char *text, uint64_t *pages)
{
	const char *end;
	uint64_t size = memparse(text, &end);

	if (*end == '%') {
		size = size * k->mem.totalram_pages * PAGE_SIZE / 100;
		end++;
	}
	if (end == text || *end || *text == '-')
		return -EINVAL;
	*pages = size / PAGE_SIZE + (size % PAGE_SIZE != 0);
	return 0;
}

static int parse_count(const char *text, uint64_t *count)
{
	const char *end;

	*count = memparse(text, &end);
	return end == text || *end || *text == '-' ? -EINVAL : 0;
}

static int parse_number(const char *text, int base, uint32_t *to)
{
	char *end;
	unsigned long value = strtoul(text, &end, base);

	if (end == text || *end || *text == '-' || value >= UINT32_MAX)
		return -EINVAL;
	*to = (uint32_t)value;
	return 0;
}

static int parse_option(const struct kernel *k, const char *key,
			const char *value, struct shmem_options *opts)
{
	int err;

	if (!strcmp(key, "inode32"))
		return 0;
	if (!value)
		return -EINVAL;
	if (!strcmp(key, "size") || !strcmp(key, "nr_blocks")) {
		opts->has_blocks = true;
		return *key == 's' ? parse_size(k, value, &opts->to.max_blocks)
				   : parse_count(value, &opts->to.max_blocks);
	}
	if (!strcmp(key, "nr_inodes")) {
		opts->has_inodes = true;
		return parse_count(value, &opts->to.max_inodes);
	}
	if (!strcmp(key, "mode")) {
		err = parse_number(value, 8, &opts->to.mode);
		opts->to.mode &= S_IALLUGO;
		return err;
	}
	if (!strcmp(key, "uid"))
		return parse_number(value, 0, &opts->to.uid);
	if (!strcmp(key, "gid"))
		return parse_number(value, 0, &opts->to.gid);
	return strcmp(key, "huge") || strcmp(value, "never") ? -EINVAL : 0;
}

static int parse_options(const struct kernel *k, char *text,
			 struct shmem_options *opts)
{
	char *next = text, *key, *value;
	int err = 0;

	while (!err && next && *next) {
		key = next;
		next = strchr(key, ',');
		if (next)
			*next++ = '\0';
		value = strchr(key, '=');
		if (value)
			*value++ = '\0';
		if (*key)
			err = parse_option(k, key, value, opts);
	}
	return err;
}

/* ---- mounting ---------------------------------------------------------- */

int shmem_reconfigure(struct task_struct *curr, struct super_block *sb,
		      char *options)
{
	struct shmem_sb_info *info = sb->s_shmem;
	const uint64_t inodes = info->max_inodes - info->free_inodes;
	struct shmem_options opts = {.to = *info};
	int err = parse_options(curr->k, options, &opts);

	if (err)
		return err;
	/* a limit where there was none, or one that is passed already */
	if (opts.has_blocks && opts.to.max_blocks &&
	    (!info->max_blocks || info->used_blocks > opts.to.max_blocks))
		return -EINVAL;
	if (opts.has_inodes && opts.to.max_inodes &&
	    (!info->max_inodes || inodes > opts.to.max_inodes))
		return -EINVAL;
	info->max_blocks = opts.to.max_blocks;
	info->max_inodes = opts.to.max_inodes;
	info->free_inodes = info->max_inodes ? info->max_inodes - inodes : 0;
	return 0;
}

void shmem_show_options(struct seq_file *m, const struct super_block *sb)
{
	const struct shmem_sb_info *info = sb->s_shmem;
	const uint64_t usual = shmem_default_max(m->k);

	if (info->max_blocks != usual)
		seq_printf(m, ",size=%lluk",
			   (unsigned long long)info->max_blocks *
				   (PAGE_SIZE / 1024));
	if (info->max_inodes != usual)
		seq_printf(m, ",nr_inodes=%llu",
			   (unsigned long long)info->max_inodes);
	if (info->mode != TMPFS_DEFAULT_MODE)
		seq_printf(m, ",mode=%03o", info->mode);
	if (info->uid)
		seq_printf(m, ",uid=%u", info->uid);
	if (info->gid)
		seq_printf(m, ",gid=%u", info->gid);
}

/* Limits and root of a new instance. 0 or -errno. */
static int fill_super(struct task_struct *curr, struct super_block *sb,
		      const struct shmem_sb_info *info)
{
	struct inode *root;

	sb->s_shmem = kzalloc_obj(curr, ARM_SIZEOF_SHMEM_SB_INFO,
				  sizeof(*sb->s_shmem), GFP_KERNEL);
	if (!sb->s_shmem)
		return -ENOMEM;
	*sb->s_shmem = *info;
	sb->s_shmem->free_inodes = info->max_inodes;
	root = simple_inode(curr, sb, NULL, S_IFDIR | info->mode, 0, NULL);
	if (!root)
		return -ENOMEM;
	root->i_uid = info->uid;
	root->i_gid = info->gid;
	return d_make_root(curr, sb, root) ? 0 : -ENOMEM;
}

static struct super_block *shmem_new(struct task_struct *curr,
				     const char *devname,
				     const struct shmem_sb_info *info)
{
	struct super_block *sb = sget(curr, "tmpfs", devname, TMPFS_MAGIC,
				      &tmpfs_ops,
				      curr->k->vfs.shmem_inode_cache);
	int err = sb ? fill_super(curr, sb, info) : -ENOMEM;

	if (!err)
		return sb;
	if (sb)
		kill_super(curr, sb);
	return ERR_PTR(err);
}

struct super_block *shmem_mount(struct task_struct *curr, const char *devname,
				char *options)
{
	const uint64_t usual = shmem_default_max(curr->k);
	struct shmem_options opts = {
		.to = {.max_blocks = usual,
		       .max_inodes = usual,
		       .mode = TMPFS_DEFAULT_MODE,
		       .uid = curr->cred.fsuid,
		       .gid = curr->cred.fsgid},
	};
	int err = parse_options(curr->k, options, &opts);

	return err ? ERR_PTR(err) : shmem_new(curr, devname, &opts.to);
}

struct super_block *tmpfs_mount(struct task_struct *curr, const char *devname,
				uint32_t mode)
{
	const uint64_t usual = shmem_default_max(curr->k);
	const struct shmem_sb_info info = {
		.max_blocks = usual, .max_inodes = usual, .mode = mode};
	struct super_block *sb = shmem_new(curr, devname, &info);

	return IS_ERR(sb) ? NULL : sb;
}

/* ---- ramfs ------------------------------------------------------------- */

static void ramfs_show_options(struct seq_file *m, const struct super_block *sb)
{
	if (sb->s_shmem->mode != 0755)
		seq_printf(m, ",mode=%o", sb->s_shmem->mode);
}

static const struct super_operations ramfs_ops = {
	.never_swapped = true,
	.show_options = ramfs_show_options,
	.dir_iops = &simple_dir_iops,
	.dir_fops = &simple_dir_fops,
	.keep_unused = true,
};

/* Without limits; what it does not know it leaves alone. */
struct super_block *ramfs_mount(struct task_struct *curr, const char *devname,
				char *options)
{
	struct shmem_options opts = {.to = {.mode = 0755}};
	const char *mode = options ? strstr(options, "mode=") : NULL;
	struct super_block *sb;

	if (mode)
		opts.to.mode = (uint32_t)strtoul(mode + 5, NULL, 8) & S_IALLUGO;
	sb = shmem_new(curr, devname, &opts.to);
	if (!IS_ERR(sb)) {
		sb->s_type = "ramfs";
		sb->s_magic = RAMFS_MAGIC;
		sb->s_op = &ramfs_ops;
		sb->s_root->d_inode->i_size = 0;
	}
	return sb;
}
