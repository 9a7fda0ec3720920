/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/dcache.h"

/*
 * Inodes: what a file is, whatever it is called (Linux: fs/inode.c, and the
 * permission check of namei.c).
 *
 * An inode lives while something refers to it: a dentry, mostly. One that can
 * be found without a dentry, by its node of the host, outlives the last of
 * them with all that is cached of its file, on the file system's LRU list,
 * until memory is short: then its pages go first, and when it is met again so
 * does the inode. What was changed here can't be read again from the host, so
 * the rootfs pins such inodes for as long as they have a name (I_PINNED).
 *
 * Invariant: an inode without references that isn't dying (I_FREEING) is on
 * the LRU list. One with references may be there, too.
 *
 * MODEL: strictatime is relatime, and the access time of a file of the host is
 * the host's again once its inode has gone for want of memory.
 */

#include "kernel/arm_sizes.h"
#include "kernel/block/blkdev.h"
#include "kernel/fs/char_dev.h"
#include "kernel/fs/diskfs.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/xattr.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/writeback.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

struct timespec64 current_time(const struct kernel *k)
{
	const uint64_t ns = cycles_to_ns(k, sched_clock_cycles(k)) +
			    (uint64_t)k->sched.clock_offset_ns +
			    k->hw.ops->boot_time_sec(k->hw.ctx) * 1000000000;

	return (struct timespec64){
		.tv_sec = (int64_t)(ns / 1000000000),
		.tv_nsec = (int32_t)(ns % 1000000000),
	};
}

void inode_modified(struct inode *inode)
{
	mark_inode_dirty(inode);
	inode->i_mtime = current_time(inode->k);
	inode->i_ctime = inode->i_mtime;
}

static bool is_before(struct timespec64 a, struct timespec64 b)
{
	return a.tv_sec < b.tv_sec ||
	       (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

#define SECONDS_OF_A_DAY (24 * 60 * 60)

void touch_atime(struct inode *inode)
{
	const uint32_t flags = inode->i_sb->s_flags;
	const struct timespec64 atime = inode->i_atime;
	struct timespec64 now;

	if (flags & (MS_NOATIME | MS_RDONLY) ||
	    (flags & MS_NODIRATIME && S_ISDIR(inode->i_mode)))
		return;
	now = current_time(inode->k);
	if (!is_before(inode->i_mtime, atime) ||
	    !is_before(inode->i_ctime, atime) ||
	    now.tv_sec - atime.tv_sec >= SECONDS_OF_A_DAY)
		inode->i_atime = now;
}

void file_accessed(const struct file *file)
{
	if (!(file->f_flags & O_NOATIME))
		touch_atime(file->f_inode);
}

void mark_inode_dirty(struct inode *inode)
{
	if (inode->i_sb->s_op->dirty_inode)
		inode->i_sb->s_op->dirty_inode(inode);
}

struct inode *new_inode(struct task_struct *curr, struct super_block *sb,
			uint32_t mode)
{
	struct inode *inode = kmem_cache_zalloc(curr, sb->s_inode_cache,
						GFP_KERNEL);

	if (!inode)
		return NULL;
	inode->k = curr->k;
	inode->i_sb = sb;
	inode->i_mode = mode;
	inode->i_nlink = 1;
	inode->i_count = 1;
	inode->i_ino = ++sb->s_last_ino;
	inode->host_node = HW_NODE_NONE;
	inode->i_atime = current_time(curr->k);
	inode->i_mtime = inode->i_ctime = inode->i_atime;
	inode->i_fop = &bad_fops;
	INIT_LIST_HEAD(&inode->i_flock);
	INIT_LIST_HEAD(&inode->i_leases);
	init_waitqueue_head(&inode->i_lock_wait);
	init_rwsem(&inode->i_rwsem);
	address_space_init(&inode->i_data, inode);
	INIT_LIST_HEAD(&inode->i_lru);
	INIT_LIST_HEAD(&inode->i_marks);
	INIT_LIST_HEAD(&inode->i_devices);
	list_add_tail(&inode->i_sb_list, &sb->s_inodes);
	sb->s_nr_inodes++;
	curr->k->vfs.nr_inodes++;
	return inode;
}

void ihold(struct inode *inode)
{
	inode->i_count++;
}

/* ---- the end -------------------------------------------------------------- */

static void evict(struct task_struct *curr, struct inode *inode)
{
	struct super_block *sb = inode->i_sb;

	BUG_ON(!(inode->i_state & I_FREEING) || !list_empty(&inode->i_lru));
	locks_free_all(curr, inode);
	inode_io_list_del(inode);
	cd_forget(inode);
	/* while the pages go no one may find this inode any more */
	list_del(&inode->i_sb_list);
	if (sb->s_op->evict_inode)
		sb->s_op->evict_inode(curr, inode);
	truncate_inode_pages_final(curr, &inode->i_data);
	diskfs_evict(curr, inode);
	if (inode->i_link)
		kfree_obj(curr, inode->i_link);
	simple_xattrs_free(curr, inode);
	sb->s_nr_inodes--;
	shmem_free_inode(sb);
	curr->k->vfs.nr_inodes--;
	kmem_cache_free(curr, sb->s_inode_cache, inode);
}

/* By I_FREEING they are ours alone, though evict() sleeps. */
static void dispose_list(struct task_struct *curr, struct list_head *head)
{
	while (!list_empty(head)) {
		struct inode *inode = list_first_entry(head, struct inode,
						       i_lru);

		list_del_init(&inode->i_lru);
		evict(curr, inode);
	}
}

/* ---- the unused, by age --------------------------------------------------- */

static void inode_lru_list_del(struct inode *inode)
{
	struct vfs_state *vfs = &inode->k->vfs;

	if (list_lru_del(inode->k, &inode->i_sb->s_inode_lru, &inode->i_lru))
		vfs->nr_inodes_unused--;
}

/*
 * Linux for machines without highmem keeps those off the list that have pages
 * cached. With highmem an inode may stand in the way of others while there is
 * room for its pages: then these have to go for its sake.
 */
static void inode_add_lru(struct inode *inode)
{
	struct vfs_state *vfs = &inode->k->vfs;

	if (list_lru_add(inode->k, &inode->i_sb->s_inode_lru, &inode->i_lru))
		vfs->nr_inodes_unused++;
	else
		inode->i_state |= I_REFERENCED;
}

/* Could nobody find it? Only the host's have a number to look for. */
static bool inode_unhashed(const struct inode *inode)
{
	return inode->host_node == HW_NODE_NONE;
}

static void iput_final(struct task_struct *curr, struct inode *inode)
{
	if (inode->i_nlink && !inode_unhashed(inode) && inode->i_sb->s_active) {
		inode_add_lru(inode);
		return;
	}
	inode->i_state |= I_FREEING;
	inode_lru_list_del(inode);
	evict(curr, inode);
}

void iput(struct task_struct *curr, struct inode *inode)
{
	BUG_ON(inode->i_count <= 0);
	if (!--inode->i_count)
		iput_final(curr, inode);
}

/* What can go of its file's pages. It gets another round. */
static void reap_pages(struct task_struct *curr, struct inode *inode)
{
	const bool kswapd = curr->flags & PF_KSWAPD;
	uint32_t nr;

	ihold(inode);
	nr = invalidate_mapping_pages(curr, &inode->i_data, 0, UINT32_MAX);
	count_vm_events(curr->k, kswapd ? KSWAPD_INODESTEAL : PGINODESTEAL, nr);
	if (curr->reclaim_state)
		curr->reclaim_state->reclaimed_slab += nr;
	iput(curr, inode);
}

static enum lru_status inode_lru_isolate(struct task_struct *curr,
					 struct list_lru_node *lru,
					 struct list_head *item, void *arg)
{
	struct inode *inode = list_entry(item, struct inode, i_lru);

	if (inode->i_count || inode->i_state & ~I_REFERENCED) {
		list_lru_isolate(lru, item);
		curr->k->vfs.nr_inodes_unused--;
		return LRU_REMOVED;
	}
	if (inode->i_state & I_REFERENCED) {
		inode->i_state &= ~I_REFERENCED;
		return LRU_ROTATE;
	}
	if (!xa_empty(&inode->i_data.i_pages)) {
		reap_pages(curr, inode);
		return LRU_RETRY;
	}
	inode->i_state |= I_FREEING;
	list_lru_isolate_move(lru, item, arg);
	curr->k->vfs.nr_inodes_unused--;
	return LRU_REMOVED;
}

uint32_t prune_icache_sb(struct task_struct *curr, struct super_block *sb,
			 struct shrink_control *sc)
{
	struct list_head freeable;
	uint32_t freed;

	INIT_LIST_HEAD(&freeable);
	freed = list_lru_shrink_walk(curr, &sb->s_inode_lru, sc,
				     inode_lru_isolate, &freeable);
	dispose_list(curr, &freeable);
	return freed;
}

void evict_inodes(struct task_struct *curr, struct super_block *sb)
{
	struct list_head dispose;
	struct inode *inode;

	INIT_LIST_HEAD(&dispose);
	list_for_each_entry(inode, &sb->s_inodes, i_sb_list) {
		if (inode->i_count || inode->i_state & I_FREEING)
			continue;
		inode->i_state |= I_FREEING;
		inode_lru_list_del(inode);
		list_add(&inode->i_lru, &dispose);
	}
	dispose_list(curr, &dispose);
}

/* ---- kinds and rights ------------------------------------------------------ */

void init_special_inode(struct inode *inode, uint32_t rdev)
{
	inode->i_rdev = rdev;
	if (S_ISCHR(inode->i_mode))
		inode->i_fop = &def_chr_fops;
	else if (S_ISBLK(inode->i_mode))
		inode->i_fop = &def_blk_fops;
	else if (S_ISFIFO(inode->i_mode))
		inode->i_fop = &fifo_fops;
	else
		inode->i_fop = &bad_fops;
}

int inode_permission(const struct task_struct *curr, const struct inode *inode,
		     uint32_t mask)
{
	uint32_t mode = inode->i_mode;

	if (mask & MAY_WRITE && IS_RDONLY(inode) &&
	    (S_ISREG(mode) || S_ISDIR(mode) || S_ISLNK(mode)))
		return -EROFS;
	if (curr->cred.fsuid == inode->i_uid)
		mode >>= 6;
	else if (in_group_p(curr, inode->i_gid))
		mode >>= 3;
	if (!(mask & ~mode & 7))
		return 0;
	if (capable(curr, CAP_DAC_READ_SEARCH) &&
	    (S_ISDIR(inode->i_mode) ? !(mask & MAY_WRITE) : mask == MAY_READ))
		return 0;
	/* execute a file: only what someone may */
	if (capable(curr, CAP_DAC_OVERRIDE) &&
	    (!(mask & MAY_EXEC) || S_ISDIR(inode->i_mode) ||
	     inode->i_mode & S_IXUGO))
		return 0;
	return -EACCES;
}

bool inode_owner_or_capable(const struct task_struct *curr,
			    const struct inode *inode)
{
	return curr->cred.fsuid == inode->i_uid || capable(curr, CAP_FOWNER);
}
