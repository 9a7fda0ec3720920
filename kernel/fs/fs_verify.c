/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/internal.h"

/*
 * The books of names and inodes, checked from outside: a part of
 * kernel_verify(). Who nobody uses must be where reclaim finds him; the lists
 * have as many as they say; and counters of the whole kernel are the sums.
 *
 * A name that lies in no directory (a pipe's) can't be reached from here: so
 * of all names together there are at least as many as were found.
 */

#include <stdarg.h>
#include <stdio.h>

#include "kernel/lib/printk.h"
#include "kernel/mm/kobj.h"
#include "kernel/state.h"

struct vfs_check {
	struct kernel *k;
	unsigned int nr_errors;
	/* as dentries and inodes themselves have it */
	uint32_t dentries, unused, negative, inodes, inodes_unused;
	uint32_t on_lru; /* dentries of the file system that is looked at */
};

__attribute__((format(printf, 2, 3))) static void
complain(struct vfs_check *c, const char *format, ...)
{
	char text[200];
	va_list args;

	if (c->nr_errors++ >= 20)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	printk(c->k, "verify: %s", text);
}

static void check_sum(struct vfs_check *c, const char *what, uint32_t is,
		      uint32_t want)
{
	if (is != want)
		complain(c, "%s: %u counted, there are %u", what, is, want);
}

/* Each of a list on its own node's, and so many as the list says. */
static uint32_t check_lru(struct vfs_check *c, const struct list_lru *lru,
			  const char *what)
{
	uint32_t sum = 0;

	for (int nid = 0; nid < MAX_NUMNODES; nid++) {
		const struct list_lru_node *node = &lru->node[nid];
		const struct list_head *item;
		uint32_t nr = 0;

		list_for_each(item, &node->list) {
			const vaddr_t kaddr = kobj_addr(c->k, item);

			nr++;
			if (page_to_nid(virt_to_page(c->k, kaddr)) != nid)
				complain(c, "%s: one lies on another node",
					 what);
		}
		check_sum(c, what, node->nr_items, nr);
		sum += nr;
	}
	return sum;
}

/* ---- names --------------------------------------------------------------------- */

static void check_dentry(struct vfs_check *c, const struct dentry *dentry)
{
	const bool listed = dentry->d_flags & DCACHE_LRU_LIST;
	const bool dying = dentry->d_flags & DCACHE_SHRINK_LIST;
	int32_t held = dentry->d_flags & DCACHE_PINNED ? 1 : 0;
	const struct dentry *child;

	list_for_each_entry(child, &dentry->d_subdirs, d_child)
		held++;
	if (dentry->d_count < held)
		complain(c, "dentry %s: %d references, at least %d held",
			 dentry->d_name, dentry->d_count, held);
	if (!dentry->d_count && !listed)
		complain(c, "dentry %s: nobody uses it, and it is on no list",
			 dentry->d_name);
	if (listed == list_empty(&dentry->d_lru) || (dying && !listed))
		complain(c, "dentry %s is on a list, or not, as flags 0x%x say",
			 dentry->d_name, dentry->d_flags);
	c->dentries++;
	c->unused += listed;
	c->on_lru += listed && !dying;
	c->negative += listed && !dying && !dentry->d_inode;
}

/* A tree in depth-first order, however deep a program has made it. */
static void check_tree(struct vfs_check *c, const struct dentry *root)
{
	const struct dentry *dentry = root;

	for (;;) {
		check_dentry(c, dentry);
		if (!list_empty(&dentry->d_subdirs)) {
			dentry = list_first_entry(&dentry->d_subdirs,
						  struct dentry, d_child);
			continue;
		}
		while (dentry != root &&
		       dentry->d_child.next == &dentry->d_parent->d_subdirs)
			dentry = dentry->d_parent;
		if (dentry == root)
			return;
		dentry = list_next_entry(dentry, d_child);
	}
}

/* ---- inodes -------------------------------------------------------------------- */

static void check_inodes(struct vfs_check *c, const struct super_block *sb)
{
	const struct inode *inode;
	uint32_t nr = 0, on_lru = 0;

	list_for_each_entry(inode, &sb->s_inodes, i_sb_list) {
		const bool dying = inode->i_state & I_FREEING;
		const bool listed = !list_empty(&inode->i_lru) && !dying;

		nr++;
		on_lru += listed;
		if (!inode->i_count && !listed && !dying)
			complain(c, "inode %llu: nobody uses it, and it stays",
				 (unsigned long long)inode->i_ino);
		if (dying && inode->i_count)
			complain(c, "inode %llu dies with %d references",
				 (unsigned long long)inode->i_ino,
				 inode->i_count);
	}
	/* Who is being evicted has left the list, and is counted yet. */
	if ((uint32_t)sb->s_nr_inodes < nr)
		complain(c, "%s: %d inodes counted, there are %u", sb->s_type,
			 sb->s_nr_inodes, nr);
	check_sum(c, "unused inodes on their lists",
		  check_lru(c, &sb->s_inode_lru, "s_inode_lru"), on_lru);
	c->inodes += (uint32_t)sb->s_nr_inodes;
	c->inodes_unused += on_lru;
}

/* ---- all ------------------------------------------------------------------------ */

unsigned int verify_vfs(struct kernel *k)
{
	const struct vfs_state *vfs = &k->vfs;
	struct vfs_check c = {.k = k};
	const struct super_block *sb;

	if (!vfs->super_blocks.next) /* not so early in the boot */
		return 0;
	list_for_each_entry(sb, &vfs->super_blocks, s_all) {
		c.on_lru = 0;
		if (sb->s_root)
			check_tree(&c, sb->s_root);
		check_sum(&c, "unused dentries on their lists",
			  check_lru(&c, &sb->s_dentry_lru, "s_dentry_lru"),
			  c.on_lru);
		check_inodes(&c, sb);
	}
	check_sum(&c, "nr_dentry_unused", vfs->nr_dentry_unused, c.unused);
	check_sum(&c, "nr_dentry_negative", vfs->nr_dentry_negative,
		  c.negative);
	check_sum(&c, "nr_inodes", vfs->nr_inodes, c.inodes);
	check_sum(&c, "nr_inodes_unused", vfs->nr_inodes_unused,
		  c.inodes_unused);
	if (vfs->nr_dentry < c.dentries)
		complain(&c, "%u dentries counted, %u found", vfs->nr_dentry,
			 c.dentries);
	return c.nr_errors;
}
