/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/internal.h"

/*
 * File systems as such (fs/super.c): made, killed, and asked by reclaim for
 * names and inodes that nobody uses.
 *
 * Each has a shrinker of its own, so that one with a large cache gives the
 * more. A scan is split between names and inodes by their numbers, names
 * first: an inode that has a name in the cache is in use.
 *
 * Order, at the end: nobody may be shrinking a file system that goes. So it
 * leaves the list of shrinkers first, which waits for them.
 *
 * Leaves out freezing and s_umount: what is mounted is found by
 * vfs_state.mounts.
 */

#include <string.h>

#include "kernel/mm/slab.h"
#include "kernel/state.h"

/* What a super_block weighs on ARM. */
#define ARM_SIZEOF_SUPER_BLOCK 704

/* ---- the shrinker ----------------------------------------------------------- */

/* @x * @part / @all, where the product may be more than 32 bits have. */
static uint32_t mult_frac(uint32_t x, uint32_t part, uint32_t all)
{
	return (uint32_t)((uint64_t)x * part / all);
}

static struct super_block *shrinker_sb(struct shrinker *shrinker)
{
	return container_of(shrinker, struct super_block, s_shrink);
}

/* The more vfs_cache_pressure, the more there seem to be. */
static uint32_t super_cache_count(struct task_struct *curr,
				  struct shrinker *shrinker,
				  struct shrink_control *sc)
{
	const struct super_block *sb = shrinker_sb(shrinker);

	return mult_frac(list_lru_shrink_count(&sb->s_dentry_lru, sc) +
				 list_lru_shrink_count(&sb->s_inode_lru, sc),
			 (uint32_t)curr->k->sysctl.vfs_cache_pressure, 100);
}

/* What holds locks of a file system allocates without __GFP_FS. */
static uint32_t super_cache_scan(struct task_struct *curr,
				 struct shrinker *shrinker,
				 struct shrink_control *sc)
{
	struct super_block *sb = shrinker_sb(shrinker);
	const uint32_t nr_to_scan = sc->nr_to_scan;
	uint32_t dentries, inodes, all, freed;

	if (!(sc->gfp_mask & __GFP_FS))
		return SHRINK_STOP;
	dentries = list_lru_shrink_count(&sb->s_dentry_lru, sc);
	inodes = list_lru_shrink_count(&sb->s_inode_lru, sc);
	all = dentries + inodes + 1;
	/* One more of each, so that the last ones get their turn. */
	sc->nr_to_scan = mult_frac(nr_to_scan, dentries, all) + 1;
	freed = prune_dcache_sb(curr, sb, sc);
	sc->nr_to_scan = mult_frac(nr_to_scan, inodes, all) + 1;
	return freed + prune_icache_sb(curr, sb, sc);
}

void evict_unused(struct task_struct *curr)
{
	struct super_block *sb;

	list_for_each_entry(sb, &curr->k->vfs.super_blocks, s_all) {
		shrink_dcache_sb(curr, sb);
		evict_inodes(curr, sb);
	}
}

/* ---- beginning and end -------------------------------------------------------- */

static void init_caches(struct task_struct *curr, struct super_block *sb)
{
	INIT_LIST_HEAD(&sb->s_inodes);
	list_lru_init(&sb->s_dentry_lru);
	list_lru_init(&sb->s_inode_lru);
	sb->s_active = true;
	sb->s_shrink = (struct shrinker){
		.count = super_cache_count,
		.scan = super_cache_scan,
		.name = "super_cache_scan",
		.batch = 1024,
		.seeks = DEFAULT_SEEKS,
		.numa_aware = true,
	};
	list_add_tail(&sb->s_all, &curr->k->vfs.super_blocks);
	register_shrinker(curr, &sb->s_shrink);
}

int sb_set_devname(struct task_struct *curr, struct super_block *sb,
		   const char *devname)
{
	const uint32_t size = (uint32_t)strlen(devname) + 1;
	char *name = kzalloc_obj(curr, size, size, GFP_KERNEL);

	if (!name)
		return -ENOMEM;
	memcpy(name, devname, size);
	if (sb->s_devname)
		kfree_obj(curr, sb->s_devname);
	sb->s_devname = name;
	return 0;
}

struct super_block *sget(struct task_struct *curr, const char *type,
			 const char *devname, uint32_t magic,
			 const struct super_operations *op,
			 struct kmem_cache *inode_cache)
{
	struct super_block *sb = kzalloc_obj(curr, ARM_SIZEOF_SUPER_BLOCK,
					     sizeof(*sb), GFP_KERNEL);

	if (!sb)
		return NULL;
	if (sb_set_devname(curr, sb, devname)) {
		kfree_obj(curr, sb);
		return NULL;
	}
	sb->k = curr->k;
	sb->s_dev = MKDEV(0, ++curr->k->vfs.last_dev_minor);
	sb->s_magic = magic;
	sb->s_type = type;
	sb->s_flags = MS_RELATIME;
	sb->s_op = op;
	sb->s_inode_cache = inode_cache;
	INIT_LIST_HEAD(&sb->s_list);
	xa_init(&sb->s_nodes);
	init_rwsem(&sb->s_nodes_sem);
	init_rwsem(&sb->s_rename_sem);
	init_caches(curr, sb);
	return sb;
}

void kill_super(struct task_struct *curr, struct super_block *sb)
{
	unregister_shrinker(curr, &sb->s_shrink);
	sb->s_active = false; /* what is put now dies */
	if (sb->s_root) {
		d_genocide(curr, sb->s_root);
		dput(curr, sb->s_root);
	}
	evict_inodes(curr, sb);
	list_del(&sb->s_all);
	if (curr->k->vfs.boot_dev == sb)
		curr->k->vfs.boot_dev = NULL;
	xa_destroy(curr, &sb->s_nodes);
	if (sb->s_shmem)
		kfree_obj(curr, sb->s_shmem);
	if (sb->s_devpts)
		kfree_obj(curr, sb->s_devpts);
	kfree_obj(curr, sb->s_devname);
	kfree_obj(curr, sb);
}
