/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/rootfs.h"

/*
 * What has been changed of the root is told to the machine, which may keep it
 * for later runs (an upper folder; in spirit Linux's fs/overlayfs, all at
 * once).
 *
 * A file has changed if it was made here and has a name, or if it is one of
 * the host's and pinned. All names that differ from the host's are dentries
 * that are pinned too, in folders that have changed therefore. Files and names
 * are told without sleeping in between: they fit together. Contents follow,
 * page by page; what is written to them meanwhile may show or not, as with any
 * sync.
 *
 * MODEL: fsync() of one file keeps nothing: sync(), syncfs() and the orderly
 * end of all programs do, of everything. A machine that panics has kept what
 * the last of these has.
 */

#include "kernel/fs/diskfs.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page_flags.h"
#include "kernel/state.h"

static struct hw_inode_ref ref_of(const struct inode *inode)
{
	return (struct hw_inode_ref){inode->host_node, (uint32_t)inode->i_ino};
}

static bool has_changed(const struct inode *inode)
{
	if (inode->i_state & I_FREEING || !inode->i_nlink)
		return false;
	return inode->host_node == HW_NODE_NONE || inode->i_state & I_PINNED;
}

/* Do the host's bytes no longer say what is in the file? */
static bool contents_differ(const struct kernel *k, const struct inode *inode)
{
	struct hw_node_attr attr;

	if (inode->host_node == HW_NODE_NONE || inode->i_data.swap_backed ||
	    !xa_empty(&inode->i_disk.map))
		return true;
	return k->hw.ops->fs_getattr(k->hw.ctx, inode->host_node, &attr) ||
	       attr.size_bytes != (uint64_t)inode->i_size;
}

static void save_inode(const struct kernel *k, const struct inode *inode)
{
	const struct hw_saved_inode saved = {
		.ref = ref_of(inode),
		.attr =
			{
				.mode = inode->i_mode,
				.nlink = inode->i_nlink,
				.uid = inode->i_uid,
				.gid = inode->i_gid,
				.size_bytes = (uint64_t)inode->i_size,
				.atime_sec = inode->i_atime.tv_sec,
				.mtime_sec = inode->i_mtime.tv_sec,
				.ctime_sec = inode->i_ctime.tv_sec,
				.atime_nsec = (uint32_t)inode->i_atime.tv_nsec,
				.mtime_nsec = (uint32_t)inode->i_mtime.tv_nsec,
				.ctime_nsec = (uint32_t)inode->i_ctime.tv_nsec,
				.rdev = inode->i_rdev,
			},
		.target = S_ISLNK(inode->i_mode) ? inode->i_link : NULL,
		.kept_bytes = S_ISREG(inode->i_mode) &&
					      contents_differ(k, inode)
				      ? inode->i_host_size
				      : -1,
	};

	k->hw.ops->fs_save_inode(k->hw.ctx, &saved);
}

static void save_inodes(const struct super_block *sb)
{
	const struct inode *inode;

	list_for_each_entry(inode, &sb->s_inodes, i_sb_list)
		if (has_changed(inode))
			save_inode(sb->k, inode);
}

/* ---- names ------------------------------------------------------------- */

static void save_name(const struct kernel *k, const struct dentry *dentry)
{
	const struct hw_inode_ref dir = ref_of(dentry->d_parent->d_inode);
	struct hw_inode_ref ref;

	if (!(dentry->d_flags & (DCACHE_CREATED | DCACHE_WHITEOUT)))
		return;
	if (dentry->d_inode)
		ref = ref_of(dentry->d_inode);
	k->hw.ops->fs_save_name(k->hw.ctx, dir, dentry->d_name,
				dentry->d_inode ? &ref : NULL);
}

/* The next one after @dentry and, if @below, what hangs on it. */
static const struct dentry *next_dentry(const struct dentry *root,
					const struct dentry *dentry, bool below)
{
	if (below && !list_empty(&dentry->d_subdirs))
		return list_first_entry(&dentry->d_subdirs, struct dentry,
					d_child);
	while (dentry != root &&
	       dentry->d_child.next == &dentry->d_parent->d_subdirs)
		dentry = dentry->d_parent;
	return dentry == root ? NULL : list_next_entry(dentry, d_child);
}

/* Depth first; a removed folder with all in it is nobody's. */
static void save_names(const struct super_block *sb)
{
	const struct dentry *dentry = next_dentry(sb->s_root, sb->s_root, true);
	bool is_there;

	while (dentry) {
		is_there = !d_unhashed(dentry);
		if (is_there)
			save_name(sb->k, dentry);
		dentry = next_dentry(sb->s_root, dentry, is_there);
	}
}

/* ---- contents ---------------------------------------------------------- */

/* The first page from *@index on that says more than the host does. */
static bool next_page(const struct inode *inode, uint32_t *index)
{
	uint32_t cached = *index, on_disk = *index;
	void *entry, *block;

	do {
		entry = xa_find(&inode->i_data.i_pages, &cached, UINT32_MAX);
		/* a value: a slot of swap, or what is left of a page gone */
	} while (entry && xa_is_value(entry) && !inode->i_data.shmem &&
		 cached++ != UINT32_MAX);
	block = xa_find(&inode->i_disk.map, &on_disk, UINT32_MAX);
	if (!entry && !block)
		return false;
	*index = !block || (entry && cached < on_disk) ? cached : on_disk;
	return true;
}

static int save_page(struct task_struct *curr, struct inode *inode,
		     uint32_t index)
{
	const struct hw *hw = &curr->k->hw;
	const int64_t offset = (int64_t)index << PAGE_SHIFT;
	int64_t left = inode->i_size - offset;
	struct page *page = read_mapping_page(curr, &inode->i_data, index,
					      NULL);
	vaddr_t kaddr;

	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	if (left > (int64_t)PAGE_SIZE)
		left = PAGE_SIZE;
	kaddr = kmap_local_page(curr, page);
	hw->ops->fs_save_page(hw->ctx, ref_of(inode), (uint64_t)offset,
			      kmap_bytes(curr, kaddr), (uint32_t)left);
	kunmap_local(curr, kaddr);
	put_page(curr, page);
	return 0;
}

static int save_contents(struct task_struct *curr, struct inode *inode)
{
	uint32_t index = 0;
	int error = 0;

	while (!error && next_page(inode, &index) &&
	       (int64_t)index << PAGE_SHIFT < inode->i_size) {
		error = save_page(curr, inode, index);
		if (index++ == UINT32_MAX)
			break;
	}
	return error;
}

/* It sleeps: the inode at hand is held, so that its place in the list stays. */
static int save_all_contents(struct task_struct *curr, struct super_block *sb)
{
	struct inode *inode, *last = NULL;
	int error = 0;

	list_for_each_entry(inode, &sb->s_inodes, i_sb_list) {
		if (error)
			break;
		if (!S_ISREG(inode->i_mode) || !has_changed(inode) ||
		    !contents_differ(curr->k, inode))
			continue;
		ihold(inode);
		if (last)
			iput(curr, last);
		last = inode;
		error = save_contents(curr, inode);
	}
	if (last)
		iput(curr, last);
	return error;
}

int rootfs_save(struct task_struct *curr)
{
	const struct hw *hw = &curr->k->hw;
	struct vfs_state *vfs = &curr->k->vfs;
	struct super_block *sb = vfs->root->d_sb;
	int error;

	if (!sb->s_op->dirty_inode || !hw->ops->fs_save_begin)
		return 0; /* a copy in memory: initramfs.c */
	down_write(curr, &vfs->save_sem);
	error = hw->ops->fs_save_begin(hw->ctx);
	if (!error) {
		save_inodes(sb);
		save_names(sb);
		error = save_all_contents(curr, sb);
		error = hw->ops->fs_save_end(hw->ctx, error);
	}
	up_write(curr, &vfs->save_sem);
	return error == -EOPNOTSUPP ? 0 : error;
}
