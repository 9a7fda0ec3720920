/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/inject/judge.h"

/*
 * Objects are counted after their caches have given up what is free, page by
 * page; frames by kernel_frame_uses(). Free frames and per-CPU lists count as
 * one, and slabs count by their objects: how they are spread is chance.
 */

#include <string.h>
#include <sys/stat.h>

#include "kernel/arch/arm/mmu_context.h"
#include "kernel/kernel.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/mount.h"
#include "kernel/mm/gfp.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/slab_internal.h"
#include "kernel/mm/vmap_area.h"
#include "kernel/state.h"
#include "kernel/task/stack.h"

static void note(struct holdings *h, const char *name, int64_t value)
{
	if (h->nr == MAX_HOLDINGS)
		return;
	snprintf(h->of[h->nr].name, sizeof(h->of[0].name), "%s", name);
	h->of[h->nr++].value = value;
}

static void take_objects(struct kernel *k, struct task_struct *curr,
			 struct holdings *h)
{
	struct kmem_cache *cache;

	list_for_each_entry(cache, &k->mem.slab.slab_caches, list) {
		struct slabinfo info;

		kmem_cache_shrink(curr, cache);
		if (!k->mem.slab.ops->get_slabinfo)
			continue;
		k->mem.slab.ops->get_slabinfo(k, cache, &info);
		note(h, cache->name, (int64_t)info.active_objs);
	}
}

static void take_frames(struct kernel *k, struct holdings *h)
{
	uint64_t count[NR_FRAME_USES];

	drain_all_pages(k);
	kernel_frame_uses(k, count);
#define FRAME_USE(symbol, key, label)                                     \
	if (FRAME_##symbol != FRAME_SLAB && FRAME_##symbol != FRAME_FREE) \
		note(h, "frames:" key, (int64_t)count[FRAME_##symbol]);
#include "kernel/frame_use.def"
#undef FRAME_USE
}

/* The last program's page tables, which nobody has switched away from yet. */
static void drop_lazy_mm(struct kernel *k)
{
	struct task_struct *init = k->sched.init;
	struct mm_struct *mm = init->cpu->active_mm;

	if (mm == &k->init_mm)
		return;
	switch_mm(init->cpu, &k->init_mm);
	mmdrop(init, mm);
}

/* Takes away all names that were made below @dir, and @dir's knowledge. */
static void purge(struct task_struct *curr, struct dentry *dir)
{
	struct dentry *child, *next;

	list_for_each_entry_safe(child, next, &dir->d_subdirs, d_child) {
		if (child->d_inode && S_ISDIR(child->d_inode->i_mode))
			purge(curr, child);
		if (child->d_mounted || !list_empty(&child->d_subdirs))
			continue;
		if (child->d_flags & DCACHE_CREATED) {
			simple_unlink(curr, dir->d_inode, child);
		} else if (child->d_flags & DCACHE_WHITEOUT) {
			d_drop(child);
			d_unpin(curr, child);
		}
	}
}

/* Files of the host that were changed stay in memory: they do no longer. */
static void forget_changes(struct task_struct *curr, struct super_block *sb)
{
	struct inode *inode;

	for (uint32_t node = 0;
	     (inode = xa_find(&sb->s_nodes, &node, UINT32_MAX)); node++)
		if (sb->s_op->unlinked)
			sb->s_op->unlinked(curr, inode);
}

/* What came with its first user and stays: some runs ended before. */
static void drop_anon_inode(struct kernel *k)
{
	struct task_struct *init = k->sched.init;
	struct vfs_state *vfs = &k->vfs;

	if (vfs->anon_inode && vfs->anon_inode->i_count > 1)
		return; /* it is lost to somebody, and shows */
	if (vfs->anon_inode)
		iput(init, vfs->anon_inode);
	if (vfs->anon_inode_sb)
		kill_super(init, vfs->anon_inode_sb);
	vfs->anon_inode = NULL;
	vfs->anon_inode_sb = NULL;
}

/* What programs left in the file systems is no leak. */
static void purge_all(struct kernel *k, struct task_struct *curr)
{
	struct super_block *sb;

	for (sb = next_mount(k, NULL); sb; sb = next_mount(k, sb)) {
		purge(curr, sb->s_root);
		forget_changes(curr, sb);
	}
	evict_unused(curr);
}

void holdings_take(struct kernel *k, struct holdings *h)
{
	int64_t mounts = 0;
	struct list_head *at;

	h->nr = 0;
	drop_lazy_mm(k);
	purge_all(k, k->sched.init);
	drop_anon_inode(k);
	free_vm_stack_cache(k->sched.init);
	purge_vmap_area_lazy(k->sched.init);
	take_objects(k, k->sched.init, h);
	take_frames(k, h);
	list_for_each(at, &k->vfs.mounts)
		mounts++;
	note(h, "mounts", mounts);
	note(h, "files", k->vfs.nr_files);
	note(h, "inodes", k->vfs.nr_inodes);
	note(h, "dentries", k->vfs.nr_dentry);
	note(h, "threads", k->sched.nr_threads);
	note(h, "committed", k->user.committed_pages - k->user.committed_lost);
	note(h, "committed to shm", k->user.shmem_committed);
	note(h, "reports of slabs", (int64_t)k->mem.slab.nr_errors);
	note(h, "mapped", global_page_state(k, NR_MAPPED));
	note(h, "anon mapped", global_page_state(k, NR_ANON_PAGES));
}

int64_t holdings_of(const struct holdings *h, const char *name)
{
	for (int i = 0; i < h->nr; i++)
		if (!strcmp(h->of[i].name, name))
			return h->of[i].value;
	return -1;
}

int holdings_compare(const struct holdings *before,
		     const struct holdings *after, bool boot, char *to,
		     size_t size)
{
	const bool may_lack = boot || after->nr < before->nr;
	int nr = 0;

	for (int i = 0; i < after->nr; i++) {
		const int64_t had = holdings_of(before, after->of[i].name);
		const long long more = after->of[i].value - (had < 0 ? 0 : had);
		size_t used = strlen(to);

		if (!more || (may_lack && more < 0))
			continue;
		nr++;
		snprintf(to + used, size - used, " %s%+lld", after->of[i].name,
			 more);
	}
	return nr;
}
