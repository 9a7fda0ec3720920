/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/diskfs.h"

/*
 * The root: a read-only folder of the host with all changes kept in guest
 * memory (what initramfs.c does with copies, done lazily; in spirit Linux's
 * fs/overlayfs with a tmpfs for its upper folder).
 *
 *  - An inode for each file of the host, found by its node, so that hard
 *    links share one. Pages come from the host one by one, as they are
 *    touched; once written they are dirty, and dirty pages stay.
 *    Where the board has a disk, what is written goes there (diskfs.c).
 *  - A name made here is a pinned dentry (libfs.c). A name removed that the
 *    host has is hidden by a whiteout: a pinned negative dentry. A directory
 *    moved takes its node along, and with it all that lies below.
 *
 * Invariants: nothing is ever written to the host; what has been changed here
 * is never read from the host again (I_PINNED keeps such inodes).
 *
 * Inode numbers: those of the host's files are their nodes + 2, in the order
 * of first sight; those made here count from FIRST_OWN_INO.
 */

#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/block/blkdev.h"
#include "kernel/fs/fcntl.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/shmem.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

#define FIRST_OWN_INO  0x01000000u
#define NODE_INO(node) ((uint64_t)(node) + 2)
#define PAGE_MASK64    (~(int64_t)(PAGE_SIZE - 1))
#define HOST_BDEV_DEV  MKDEV(254, 240) /* in traces; no disk of the board is */

static bool on_host(const struct inode *inode)
{
	return inode->host_node != HW_NODE_NONE;
}

/* ---- pages ------------------------------------------------------------- */

/* The page's bytes of the host's file, and zeroes behind them. 0 or -EIO. */
static int read_host(struct task_struct *curr, struct page *page)
{
	const struct hw *hw = &curr->k->hw;
	const struct inode *inode = page->mapping->host;
	const int64_t offset = (int64_t)page->index << PAGE_SHIFT;
	vaddr_t kaddr = kmap_local_page(curr, page);
	uint8_t *bytes = kmap_bytes_mut(curr, kaddr);
	int64_t left = inode->i_host_size - offset;
	int got = 0;

	if (left > (int64_t)PAGE_SIZE)
		left = PAGE_SIZE;
	if (on_host(inode) && left > 0)
		got = hw->ops->fs_read(hw->ctx, inode->host_node,
				       (uint64_t)offset, bytes, (uint32_t)left);
	if (got >= 0)
		memset(bytes + got, 0, PAGE_SIZE - (uint32_t)got);
	kunmap_local(curr, kaddr);
	if (PageCode(page))
		hw->ops->code_changed(hw->ctx, page_to_phys(curr->k, page),
				      PAGE_SIZE);
	return got < 0 ? -EIO : 0;
}

static void end_read(struct task_struct *curr, struct page *page, int error)
{
	if (error)
		SetPageError(page);
	else
		SetPageUptodate(page);
	unlock_page(curr, page);
}

static int host_transfer(struct task_struct *curr, const struct bio *bio)
{
	return read_host(curr, bio->page);
}

static void host_end_io(struct task_struct *curr, struct bio *bio)
{
	end_read(curr, bio->page, bio->error);
}

/* Pages of a file lie one after the other, and files far apart. */
static uint32_t host_sector(const struct page *page)
{
	const uint32_t file = page->mapping->host->host_node << 12;

	return (file + page->index) * SECTORS_PER_PAGE;
}

int rootfs_readpage(struct task_struct *curr, struct file *file,
		    struct page *page)
{
	struct block_device *bdev = &curr->k->vfs.host_bdev;
	int error;

	(void)file;
	ClearPageError(page);
	if (bdev->bios && on_host(page->mapping->host)) {
		submit_bio(curr, bdev, host_sector(page), false, page,
			   host_end_io, NULL);
		return 0;
	}
	error = should_fail(curr, &curr->k->inject.fail_make_request, PAGE_SIZE,
			    __func__)
			? -EIO
			: read_host(curr, page);
	end_read(curr, page, error);
	return error;
}

/* MODEL: the host's files lie one behind the other on a disk of their own. */
static void host_bdev_init(struct task_struct *curr, struct super_block *sb)
{
	const struct kernel_params *params = &curr->k->params;
	struct block_device *bdev = &curr->k->vfs.host_bdev;

	if (!params->rootfs_read_latency_us)
		return;
	if (blkdev_alloc_bios(curr, bdev))
		return; /* then they are there at once */
	strcpy(bdev->name, "host");
	bdev->dev = HOST_BDEV_DEV;
	bdev->read_latency_ns = 1000ull * params->rootfs_read_latency_us;
	bdev->bytes_per_sec = (uint64_t)params->rootfs_mb_per_s << 20;
	bdev->transfer = host_transfer;
	blkdev_init(bdev);
	sb->s_bdi->synchronous = false;
}

static bool rootfs_set_page_dirty(struct task_struct *curr, struct page *page)
{
	(void)curr;
	return !TestSetPageDirty(page);
}

static const struct address_space_operations rootfs_aops = {
	.readpage = rootfs_readpage,
	.write_begin = filemap_write_begin,
	.write_end = simple_write_end,
	.set_page_dirty = rootfs_set_page_dirty,
};

/* ---- files ------------------------------------------------------------- */

static int64_t round_up_page(int64_t pos)
{
	return (pos + PAGE_SIZE - 1) & PAGE_MASK64;
}

/* From now on the pages are the only copy. */
static void begin_to_differ(struct inode *inode)
{
	mark_inode_dirty(inode);
	inode->i_data.swap_backed = true;
}

static int32_t rootfs_write_iter(struct task_struct *curr, struct file *file,
				 struct iov_iter *from, int64_t *pos)
{
	begin_to_differ(file->f_inode);
	return generic_file_write_iter(curr, file, from, pos);
}

static int rootfs_mmap(struct task_struct *curr, struct file *file,
		       struct vm_area_struct *vma)
{
	if ((vma->vm_flags & (VM_SHARED | VM_MAYWRITE)) ==
	    (VM_SHARED | VM_MAYWRITE))
		begin_to_differ(file->f_inode);
	return generic_file_mmap(curr, file, vma);
}

/* ---- fallocate(2) ------------------------------------------------------ */

/*
 * A page of zeroes at @index, dirty: what the host has there shall show no
 * more. 0 or -errno.
 */
static int hide_host_page(struct task_struct *curr, struct inode *inode,
			  pgoff_t index)
{
	const struct hw *hw = &curr->k->hw;
	struct page *page = grab_cache_page(curr, &inode->i_data, index);

	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	memzero_page(curr, page, 0, PAGE_SIZE);
	hw->ops->code_changed(hw->ctx, page_to_phys(curr->k, page), PAGE_SIZE);
	SetPageUptodate(page);
	set_page_dirty(curr, page);
	unlock_page(curr, page);
	put_page(curr, page);
	return 0;
}

/* Bytes [from, to) of one page read as zeroes from now on. 0 or -errno. */
static int zero_bytes(struct task_struct *curr, struct inode *inode,
		      int64_t from, int64_t to)
{
	const struct hw *hw = &curr->k->hw;
	const uint32_t at = offset_in_page((uint32_t)from);
	struct page *page;

	if (from >= to || from >= inode->i_size)
		return 0;
	page = read_mapping_page(curr, &inode->i_data,
				 (pgoff_t)(from >> PAGE_SHIFT), NULL);
	if (IS_ERR(page))
		return (int)PTR_ERR(page);
	lock_page(curr, page);
	if (page->mapping == &inode->i_data) {
		memzero_page(curr, page, at, (uint32_t)(to - from));
		hw->ops->code_changed(hw->ctx, page_to_phys(curr->k, page) + at,
				      (uint32_t)(to - from));
		set_page_dirty(curr, page);
	}
	unlock_page(curr, page);
	put_page(curr, page);
	return 0;
}

/*
 * MODEL: a hole in a file of the host is made of pages of zeroes, unless it
 * reaches the host's end of it: only there it frees memory.
 */
static int rootfs_punch_hole(struct task_struct *curr, struct inode *inode,
			     int64_t start, int64_t end)
{
	const int64_t first = round_up_page(start), last = end & PAGE_MASK64;
	int error;

	if (last < first) /* within one page */
		return zero_bytes(curr, inode, start, end);
	error = zero_bytes(curr, inode, start, first);
	if (!error)
		error = zero_bytes(curr, inode, last, end);
	if (error)
		return error;
	if (last >= inode->i_host_size && first < inode->i_host_size)
		inode->i_host_size = first;
	truncate_pagecache_range(curr, inode, first, last);
	for (int64_t pos = first; pos < last && pos < inode->i_host_size;
	     pos += PAGE_SIZE) {
		if (fatal_signal_pending(curr))
			return -EINTR;
		error = hide_host_page(curr, inode,
				       (pgoff_t)(pos >> PAGE_SHIFT));
		if (error)
			return error;
	}
	return 0;
}

/* Up to the host's end of it the file has all the room it wants. */
static int rootfs_reserve(struct task_struct *curr, struct inode *inode,
			  uint32_t mode, int64_t offset, int64_t len)
{
	const int64_t host_end = round_up_page(inode->i_host_size);
	const int64_t begin = offset > host_end ? offset : host_end;
	const int64_t end = offset + len;
	int error;

	if (begin < end)
		return shmem_reserve(curr, inode, mode, begin, end - begin);
	error = inode_newsize_ok(curr, inode, end);
	if (!error && !(mode & FALLOC_FL_KEEP_SIZE) && end > inode->i_size)
		inode->i_size = end;
	return error;
}

static int rootfs_fallocate(struct task_struct *curr, struct file *file,
			    uint32_t mode, int64_t offset, int64_t len)
{
	struct inode *inode = file->f_inode;
	int error;

	if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE))
		return -EOPNOTSUPP;
	down_write(curr, &inode->i_rwsem);
	begin_to_differ(inode);
	error = mode & FALLOC_FL_PUNCH_HOLE
			? rootfs_punch_hole(curr, inode, offset, offset + len)
			: rootfs_reserve(curr, inode, mode, offset, len);
	if (!error)
		inode_modified(inode);
	up_write(curr, &inode->i_rwsem);
	return error;
}

static const struct file_operations rootfs_file_fops = {
	.splice_read = can_splice_read,
	.read_iter = generic_file_read_iter,
	.write_iter = rootfs_write_iter,
	.llseek = generic_file_llseek,
	.mmap = rootfs_mmap,
	.fallocate = rootfs_fallocate,
};

/* ---- symlinks ---------------------------------------------------------- */

static const char *rootfs_get_link(struct task_struct *curr,
				   struct inode *inode)
{
	const struct hw *hw = &curr->k->hw;
	uint32_t size = (uint32_t)inode->i_size + 1;
	char *text;
	int len;

	if (inode->i_link)
		return inode->i_link;
	if (size > PATH_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	text = kzalloc_obj(curr, size, size, GFP_KERNEL);
	if (!text)
		return ERR_PTR(-ENOMEM);
	len = hw->ops->fs_readlink(hw->ctx, inode->host_node, text, size - 1);
	if (len < 0 || inode->i_link) {
		kfree_obj(curr, text);
		return len < 0 ? ERR_PTR(-EIO) : inode->i_link;
	}
	/* the host's answer may have become longer than its size said */
	text[(uint32_t)len < size ? (uint32_t)len : size - 1] = '\0';
	inode->i_link = text;
	return text;
}

static const struct inode_operations rootfs_symlink_iops = {
	.get_link = rootfs_get_link,
	.setattr = simple_setattr,
};

/* ---- inodes ------------------------------------------------------------ */

static const struct inode_operations rootfs_dir_iops;
static const struct file_operations rootfs_dir_fops;

static struct timespec64 host_time(int64_t sec, uint32_t nsec)
{
	return (struct timespec64){.tv_sec = sec, .tv_nsec = (int32_t)nsec};
}

static void inode_from_attr(struct inode *inode, const struct hw_node_attr *a)
{
	inode->i_mode = a->mode;
	inode->i_nlink = a->nlink ? a->nlink : 1;
	inode->i_uid = a->uid;
	inode->i_gid = a->gid;
	inode->i_size = (int64_t)a->size_bytes;
	inode->i_atime = host_time(a->atime_sec, a->atime_nsec);
	inode->i_mtime = host_time(a->mtime_sec, a->mtime_nsec);
	inode->i_ctime = host_time(a->ctime_sec, a->ctime_nsec);
	inode->i_op = &simple_file_iops;
	switch (a->mode & S_IFMT) {
	case S_IFREG:
		inode->i_host_size = inode->i_size;
		inode->i_fop = &rootfs_file_fops;
		inode->i_data.a_ops = &rootfs_aops;
		if (inode->i_sb->s_disk)
			diskfs_init_file(inode);
		break;
	case S_IFDIR:
		inode->i_op = &rootfs_dir_iops;
		inode->i_fop = &rootfs_dir_fops;
		inode->i_size = PAGE_SIZE;
		break;
	case S_IFLNK:
		inode->i_op = &rootfs_symlink_iops;
		break;
	default:
		/* the host's devices have no number here, only guests' own */
		init_special_inode(inode, a->rdev);
	}
}

static struct inode *rootfs_new(struct task_struct *curr,
				struct super_block *sb, hw_node_t node)
{
	const struct hw *hw = &curr->k->hw;
	struct hw_node_attr attr;
	struct inode *inode;
	int err = hw->ops->fs_getattr(hw->ctx, node, &attr);

	if (err)
		return ERR_PTR(err);
	inode = new_inode(curr, sb, attr.mode);
	if (!inode)
		return ERR_PTR(-ENOMEM);
	err = xa_store(curr, &sb->s_nodes, node, inode, GFP_KERNEL);
	if (err) {
		iput(curr, inode);
		return ERR_PTR(err);
	}
	inode->host_node = node;
	inode->i_ino = NODE_INO(node);
	inode_from_attr(inode, &attr);
	return inode;
}

/* The inode of @node with a reference; ERR_PTR. */
static struct inode *rootfs_iget(struct task_struct *curr,
				 struct super_block *sb, hw_node_t node)
{
	struct inode *inode;

	/* two names of one file must not make two inodes while one sleeps */
	down_write(curr, &sb->s_nodes_sem);
	inode = xa_load(&sb->s_nodes, node);
	if (inode && !(inode->i_state & I_FREEING))
		ihold(inode);
	else
		inode = rootfs_new(curr, sb, node);
	up_write(curr, &sb->s_nodes_sem);
	return inode;
}

static void rootfs_evict(struct task_struct *curr, struct inode *inode)
{
	struct xarray *nodes = &inode->i_sb->s_nodes;

	/* While this one waited for its end there may have come another. */
	if (on_host(inode) && xa_load(nodes, inode->host_node) == inode)
		xa_erase(curr, nodes, inode->host_node);
}

static void rootfs_dirty_inode(struct inode *inode)
{
	if (!on_host(inode) || inode->i_state & I_PINNED || !inode->i_nlink)
		return;
	inode->i_state |= I_PINNED;
	ihold(inode);
}

static void rootfs_unlinked(struct task_struct *curr, struct inode *inode)
{
	if (!(inode->i_state & I_PINNED))
		return;
	inode->i_state &= ~I_PINNED;
	iput(curr, inode);
}

/* ---- names ------------------------------------------------------------- */

/* Does the host's folder under @dir have this name? */
static bool host_has(struct task_struct *curr, const struct inode *dir,
		     const struct dentry *dentry)
{
	const struct hw *hw = &curr->k->hw;
	hw_node_t node;

	return on_host(dir) && !hw->ops->fs_lookup(hw->ctx, dir->host_node,
						   dentry->d_name, &node);
}

static int rootfs_lookup(struct task_struct *curr, struct inode *dir,
			 struct dentry *dentry)
{
	const struct hw *hw = &curr->k->hw;
	struct inode *inode = NULL;
	hw_node_t node;
	int err = -ENOENT;

	if (on_host(dir))
		err = hw->ops->fs_lookup(hw->ctx, dir->host_node,
					 dentry->d_name, &node);
	if (!err) {
		inode = rootfs_iget(curr, dir->i_sb, node);
		if (IS_ERR(inode))
			return (int)PTR_ERR(inode);
	} else if (err != -ENOENT) {
		return err;
	}
	d_add(dentry, inode);
	return 0;
}

/*
 * Memory for the whiteout of @dentry's name, while nothing has happened yet.
 * NULL: none is needed; ERR_PTR.
 */
static struct dentry *whiteout_prepare(struct task_struct *curr,
				       const struct inode *dir,
				       struct dentry *dentry)
{
	const struct qstr name = {dentry->d_name, dentry->d_len};
	struct dentry *whiteout;

	if (!host_has(curr, dir, dentry))
		return NULL;
	whiteout = d_alloc(curr, dentry->d_parent, &name);
	return whiteout ? whiteout : ERR_PTR(-ENOMEM);
}

static void whiteout_finish(struct task_struct *curr, struct dentry *whiteout,
			    bool done)
{
	if (!whiteout)
		return;
	if (done) {
		d_add(whiteout, NULL);
		d_pin(whiteout);
		whiteout->d_flags |= DCACHE_WHITEOUT;
	}
	dput(curr, whiteout);
}

static int rootfs_unlink(struct task_struct *curr, struct inode *dir,
			 struct dentry *dentry)
{
	struct dentry *whiteout = whiteout_prepare(curr, dir, dentry);
	int err;

	if (IS_ERR(whiteout))
		return (int)PTR_ERR(whiteout);
	err = simple_unlink(curr, dir, dentry);
	whiteout_finish(curr, whiteout, !err);
	return err;
}

/* Is some name of the host in @dir neither hidden nor replaced? */
static bool shows_host_names(struct task_struct *curr, struct dentry *dir);

static int rootfs_rmdir(struct task_struct *curr, struct inode *dir,
			struct dentry *dentry)
{
	if (dir_has_created(dentry) || shows_host_names(curr, dentry))
		return -ENOTEMPTY;
	return rootfs_unlink(curr, dir, dentry);
}

static int rootfs_rename(struct task_struct *curr, struct inode *old_dir,
			 struct dentry *old, struct inode *new_dir,
			 struct dentry *new_dentry, uint32_t flags)
{
	struct inode *target = new_dentry->d_inode;
	struct dentry *whiteout = NULL;
	int err;

	if (!(flags & RENAME_EXCHANGE)) {
		if (target && S_ISDIR(target->i_mode) &&
		    shows_host_names(curr, new_dentry))
			return -ENOTEMPTY;
		whiteout = whiteout_prepare(curr, old_dir, old);
		if (IS_ERR(whiteout))
			return (int)PTR_ERR(whiteout);
	}
	err = simple_rename(curr, old_dir, old, new_dir, new_dentry, flags);
	whiteout_finish(curr, whiteout, !err);
	return err;
}

static const struct inode_operations rootfs_dir_iops = {
	.lookup = rootfs_lookup,
	.create = simple_create,
	.mkdir = simple_mkdir,
	.symlink = simple_symlink,
	.link = simple_link,
	.unlink = rootfs_unlink,
	.rmdir = rootfs_rmdir,
	.rename = rootfs_rename,
	.setattr = simple_setattr,
};

/* ---- listing ----------------------------------------------------------- */

static bool hidden(struct task_struct *curr, struct dentry *dir,
		   const char *name)
{
	const struct qstr q = {name, (uint32_t)strlen(name)};
	struct dentry *dentry = d_lookup(dir, &q);
	bool is_hidden = dentry &&
			 dentry->d_flags & (DCACHE_CREATED | DCACHE_WHITEOUT);

	dput(curr, dentry);
	return is_hidden;
}

/* The host's names, at positions 2 and up. True: all are out. */
static bool emit_host_names(struct task_struct *curr, struct dentry *dir,
			    struct dir_context *ctx)
{
	const struct hw *hw = &curr->k->hw;
	char name[NAME_MAX + 1];
	struct hw_node_attr attr;
	hw_node_t node;

	if (!on_host(dir->d_inode))
		return true;
	for (; ctx->pos < DIR_CREATED_POS; ctx->pos++) {
		if (hw->ops->fs_readdir(hw->ctx, dir->d_inode->host_node,
					(uint32_t)ctx->pos - 2, name,
					sizeof(name), &node))
			return true;
		if (hidden(curr, dir, name))
			continue;
		if (hw->ops->fs_getattr(hw->ctx, node, &attr))
			continue;
		if (!ctx->actor(ctx, name, (uint32_t)strlen(name), ctx->pos + 1,
				NODE_INO(node), mode_to_dt(attr.mode)))
			return false;
	}
	return true;
}

static int rootfs_iterate(struct task_struct *curr, struct file *file,
			  struct dir_context *ctx)
{
	if (dir_emit_dots(file, ctx) &&
	    emit_host_names(curr, file->f_dentry, ctx))
		dir_emit_created(file->f_dentry, ctx);
	return 0;
}

static bool refuse_all(struct dir_context *ctx, const char *name, uint32_t len,
		       int64_t pos, uint64_t ino, unsigned int type)
{
	(void)ctx, (void)name, (void)len, (void)pos, (void)ino, (void)type;
	return false;
}

static bool shows_host_names(struct task_struct *curr, struct dentry *dir)
{
	struct dir_context ctx = {.actor = refuse_all, .pos = 2};

	return !emit_host_names(curr, dir, &ctx);
}

static const struct file_operations rootfs_dir_fops = {
	.iterate = rootfs_iterate,
	.llseek = dir_llseek,
};

/* ---- the file system --------------------------------------------------- */

static void rootfs_statfs(struct task_struct *curr, struct super_block *sb,
			  struct kstatfs *st)
{
	const struct kernel *k = curr->k;

	if (sb->s_disk) {
		diskfs_statfs(sb, st);
		return;
	}
	st->blocks = k->mem.totalram_pages;
	st->bfree = (uint64_t)global_page_state(k, NR_FREE_PAGES);
	st->bavail = st->bfree;
}

/* A new file: on the disk, or in memory where there is none. */
static void rootfs_init_file(struct inode *inode)
{
	if (inode->i_sb->s_disk)
		diskfs_init_file(inode);
	else
		shmem_init_inode(inode, VM_NORESERVE);
}

static const struct super_operations rootfs_ops = {
	.evict_inode = rootfs_evict,
	.dirty_inode = rootfs_dirty_inode,
	.unlinked = rootfs_unlinked,
	.statfs = rootfs_statfs,
	.init_file = rootfs_init_file,
	.dir_iops = &rootfs_dir_iops,
	.dir_fops = &rootfs_dir_fops,
	.keep_unused = true,
	.xattrs = true,
};

struct super_block *rootfs_mount(struct task_struct *curr)
{
	struct super_block *sb = sget(curr, "rootfs", "rootfs", ROOTFS_MAGIC,
				      &rootfs_ops, curr->k->vfs.inode_cache);
	struct inode *inode;

	if (!sb)
		return NULL;
	sb->s_last_ino = FIRST_OWN_INO;
	bdi_init(&curr->k->vfs.root_bdi);
	curr->k->vfs.root_bdi.synchronous = true;
	sb->s_bdi = &curr->k->vfs.root_bdi;
	host_bdev_init(curr, sb);
	diskfs_mount(curr, sb);
	inode = rootfs_iget(curr, sb, 0);
	/* there is no going on without it: nothing is taken back */
	if (IS_ERR(inode) || !S_ISDIR(inode->i_mode) ||
	    !d_make_root(curr, sb, inode))
		return NULL;
	return sb;
}
