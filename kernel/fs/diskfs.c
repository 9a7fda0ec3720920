/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/diskfs.h"

/*
 * Files of the root whose bytes are on a disk (in spirit fs/ext4/inode.c and
 * file.c, with fs/mpage.c and fs/buffer.c): all that are made or changed,
 * where the board has one (disk.size). diskfs_map.c knows which block a page
 * has.
 *
 * Order, where a file loses blocks: the size; the pages, after the disk is done
 * with them; then the blocks, which may be another file's at once. Under
 * invalidate_lock: a page that came back in between would show a block that
 * isn't its own.
 *
 * MODEL: names, sizes and block maps are kept in memory alone. What is on the
 * disk when the machine halts, nobody can find again.
 */

#include "kernel/block/bio.h"
#include "kernel/fs/fcntl.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/shmem.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"

static uint32_t block_to_sector(uint32_t block)
{
	return block * SECTORS_PER_PAGE;
}

static pgoff_t index_at(int64_t pos)
{
	return (pgoff_t)(pos >> PAGE_SHIFT);
}

static pgoff_t pages_in(int64_t size)
{
	return index_at(size + PAGE_SIZE - 1);
}

/* ---- reading and writing pages ------------------------------------------------------ */

static void report_lost(struct kernel *k, const struct bio *bio,
			const char *what)
{
	if (!default_ratelimit(k, &k->block.buffer_rs, "buffer_io_error"))
		return;
	printk(k, "Buffer I/O error on dev %s, logical block %u, %s",
	       bio->bdev->name, bio->sector / SECTORS_PER_PAGE, what);
}

static void end_read(struct task_struct *curr, struct bio *bio)
{
	if (bio->error) {
		SetPageError(bio->page);
		report_lost(curr->k, bio, "async page read");
	} else {
		SetPageUptodate(bio->page);
	}
	unlock_page(curr, bio->page);
}

static int diskfs_readpage(struct task_struct *curr, struct file *file,
			   struct page *page)
{
	struct inode *inode = page->mapping->host;
	const uint32_t block = disk_block(inode, page->index);

	ClearPageError(page);
	if (block) {
		submit_bio(curr, inode->i_sb->s_disk->bdev,
			   block_to_sector(block), false, page, end_read, NULL);
		return 0;
	}
	if (disk_shows_host(inode, page->index))
		return rootfs_readpage(curr, file, page);
	memzero_page(curr, page, 0, PAGE_SIZE);
	page_code_changed(curr->k, page);
	SetPageUptodate(page);
	unlock_page(curr, page);
	return 0;
}

/* After it nobody may look at the page's file: it may be gone. */
static void end_write(struct task_struct *curr, struct bio *bio)
{
	struct page *page = bio->page;
	struct address_space *mapping = page->mapping;
	struct backing_dev_info *bdi = inode_to_bdi(mapping->host);

	if (bio->error) {
		SetPageError(page);
		mapping_set_error(curr->k, mapping, bio->error);
		report_lost(curr->k, bio, "lost async page write");
	}
	end_page_writeback(curr, page);
	wb_completed(curr, bdi);
}

/* What a mapping has put behind the file's end isn't the file's. */
static void zero_behind_end(struct task_struct *curr, struct page *page)
{
	const int64_t size = page->mapping->host->i_size;
	const uint32_t used = offset_in_page((uint32_t)size);

	if (page->index != index_at(size) || !used)
		return;
	memzero_page(curr, page, used, PAGE_SIZE - used);
	page_code_changed(curr->k, page);
}

static int diskfs_writepage(struct task_struct *curr, struct page *page)
{
	struct inode *inode = page->mapping->host;
	uint32_t block;

	if (page->index >= pages_in(inode->i_size)) {
		unlock_page(curr, page); /* about to be truncated */
		return 0;
	}
	zero_behind_end(curr, page);
	block = disk_allocate(curr, inode, page->index);
	set_page_writeback(curr, page);
	wb_submitted(inode_to_bdi(inode));
	submit_bio(curr, inode->i_sb->s_disk->bdev, block_to_sector(block),
		   true, page, end_write, NULL);
	unlock_page(curr, page);
	return 0;
}

/* ---- write(2) -------------------------------------------------------------------------- */

static int diskfs_write_begin(struct task_struct *curr, struct file *file,
			      int64_t pos, uint32_t len, struct page **page)
{
	struct address_space *mapping = file->f_mapping;
	int error;

	if (len == PAGE_SIZE) {
		*page = grab_cache_page(curr, mapping, index_at(pos));
		error = IS_ERR(*page) ? (int)PTR_ERR(*page) : 0;
	} else {
		error = filemap_write_begin(curr, file, pos, len, page);
	}
	if (error)
		return error;
	error = disk_reserve(curr, mapping->host, (*page)->index);
	if (error) {
		unlock_page(curr, *page);
		put_page(curr, *page);
	}
	return error;
}

static int32_t diskfs_write_end(struct task_struct *curr, struct file *file,
				int64_t pos, uint32_t len, uint32_t copied,
				struct page *page)
{
	struct inode *inode = file->f_mapping->host;

	/* Of a page that wasn't read, all or nothing. */
	if (!PageUptodate(page) && copied < len)
		copied = 0;
	if (copied) {
		SetPageUptodate(page);
		if (pos + copied > inode->i_size)
			inode->i_size = pos + copied;
		set_page_dirty(curr, page);
	} else if (!PageDirty(page)) {
		disk_unreserve(curr, inode, page->index);
	}
	unlock_page(curr, page);
	put_page(curr, page);
	return (int32_t)copied;
}

static const struct address_space_operations diskfs_aops = {
	.readpage = diskfs_readpage,
	.writepage = diskfs_writepage,
	.write_begin = diskfs_write_begin,
	.write_end = diskfs_write_end,
};

static int32_t diskfs_write_iter(struct task_struct *curr, struct file *file,
				 struct iov_iter *from, int64_t *pos)
{
	mark_inode_dirty(file->f_inode);
	return generic_file_write_iter(curr, file, from, pos);
}

/* ---- mappings ---------------------------------------------------------------------------- */

static vm_fault_t reserve_for_fault(struct task_struct *curr,
				    struct inode *inode, struct page *page)
{
	int error = disk_reserve(curr, inode, page->index);

	if (error)
		return error == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
	inode_modified(inode);
	set_page_dirty(curr, page);
	return VM_FAULT_LOCKED;
}

static vm_fault_t diskfs_page_mkwrite(struct vm_fault *vmf)
{
	struct task_struct *curr = vmf->curr;
	struct page *page = vmf->page;
	struct inode *inode = vmf->vma->vm_file->f_inode;
	vm_fault_t ret = VM_FAULT_NOPAGE;

	down_read(curr, &inode->i_data.invalidate_lock);
	lock_page(curr, page);
	if (IS_SWAPFILE(inode))
		ret = VM_FAULT_SIGBUS;
	else if (page->mapping == &inode->i_data &&
		 page->index < pages_in(inode->i_size))
		ret = reserve_for_fault(curr, inode, page);
	if (!(ret & VM_FAULT_LOCKED))
		unlock_page(curr, page);
	up_read(curr, &inode->i_data.invalidate_lock);
	return ret;
}

static const struct vm_operations_struct diskfs_vm_ops = {
	.fault = filemap_fault,
	.map_pages = filemap_map_pages,
	.page_mkwrite = diskfs_page_mkwrite,
};

static int diskfs_mmap(struct task_struct *curr, struct file *file,
		       struct vm_area_struct *vma)
{
	(void)curr, (void)file;
	vma->vm_ops = &diskfs_vm_ops;
	return 0;
}

/* ---- getting shorter ------------------------------------------------------------------------ */

/*
 * The page at @pos, of which the file keeps a part, is brought in so that the
 * rest can be overwritten. NULL: it has nothing but zeroes anyway; ERR_PTR.
 */
static struct page *partial_page(struct task_struct *curr, struct inode *inode,
				 int64_t pos)
{
	const pgoff_t index = index_at(pos);

	if (!offset_in_page((uint32_t)pos) || index >= pages_in(inode->i_size))
		return NULL;
	if (!disk_has_data(inode, index))
		return NULL;
	return read_mapping_page(curr, &inode->i_data, index, NULL);
}

/* It has been overwritten, and goes to the disk some time. */
static int dirty_partial_page(struct task_struct *curr, struct page *page)
{
	struct address_space *mapping;
	int error = 0;

	if (!page)
		return 0;
	lock_page(curr, page);
	mapping = page->mapping;
	if (mapping) {
		error = disk_reserve(curr, mapping->host, page->index);
		if (!error)
			set_page_dirty(curr, page);
	}
	unlock_page(curr, page);
	put_page(curr, page);
	return error;
}

static int shrink(struct task_struct *curr, struct inode *inode, int64_t size)
{
	struct page *last = partial_page(curr, inode, size);

	if (IS_ERR(last))
		return (int)PTR_ERR(last);
	truncate_setsize(curr, inode, size);
	disk_truncate(curr, inode, pages_in(size));
	if (size < inode->i_host_size)
		inode->i_host_size = size;
	return dirty_partial_page(curr, last);
}

static int change_size(struct task_struct *curr, struct inode *inode,
		       int64_t size)
{
	struct rw_semaphore *lock = &inode->i_data.invalidate_lock;
	int error = 0;

	mark_inode_dirty(inode);
	down_write(curr, lock);
	if (size < inode->i_size)
		error = shrink(curr, inode, size);
	else
		inode->i_size = size;
	up_write(curr, lock);
	if (!error)
		inode_modified(inode);
	return error;
}

static int diskfs_setattr(struct task_struct *curr, struct inode *inode,
			  const struct iattr *attr)
{
	struct iattr rest = *attr;
	int error = 0;

	if (attr->valid & ATTR_SIZE)
		error = change_size(curr, inode, attr->size);
	if (error)
		return error;
	rest.valid &= ~ATTR_SIZE;
	return simple_setattr(curr, inode, &rest);
}

static const struct inode_operations diskfs_file_iops = {
	.setattr = diskfs_setattr,
};

/* ---- fallocate(2) ------------------------------------------------------------------------------ */

static int punch_hole(struct task_struct *curr, struct inode *inode,
		      int64_t start, int64_t end)
{
	struct page *head = partial_page(curr, inode, start), *tail = NULL;
	int error, error2;

	if (IS_ERR(head))
		return (int)PTR_ERR(head);
	if (index_at(end) != index_at(start) || !head)
		tail = partial_page(curr, inode, end);
	if (IS_ERR(tail)) {
		if (head)
			put_page(curr, head);
		return (int)PTR_ERR(tail);
	}
	truncate_pagecache_range(curr, inode, start, end);
	error = disk_punch(curr, inode, pages_in(start), index_at(end));
	error2 = dirty_partial_page(curr, head);
	error = error ? error : error2;
	error2 = dirty_partial_page(curr, tail);
	return error ? error : error2;
}

/* What was promised before -ENOSPC stays with the file, as on ext4. */
static int reserve_range(struct task_struct *curr, struct inode *inode,
			 uint32_t mode, int64_t start, int64_t end)
{
	int error = 0;

	for (pgoff_t index = index_at(start); index < pages_in(end) && !error;
	     index++)
		error = fatal_signal_pending(curr)
				? -EINTR
				: disk_reserve(curr, inode, index);
	if (!error && !(mode & FALLOC_FL_KEEP_SIZE) && end > inode->i_size)
		inode->i_size = end;
	return error;
}

static int diskfs_fallocate(struct task_struct *curr, struct file *file,
			    uint32_t mode, int64_t offset, int64_t len)
{
	struct inode *inode = file->f_inode;
	struct rw_semaphore *lock = &inode->i_data.invalidate_lock;
	int error;

	if (mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE))
		return -EOPNOTSUPP;
	down_write(curr, &inode->i_rwsem);
	down_write(curr, lock);
	mark_inode_dirty(inode);
	if (IS_SWAPFILE(inode))
		error = -ETXTBSY;
	else if (mode & FALLOC_FL_PUNCH_HOLE)
		error = punch_hole(curr, inode, offset, offset + len);
	else
		error = reserve_range(curr, inode, mode, offset, offset + len);
	if (!error)
		inode_modified(inode);
	up_write(curr, lock);
	up_write(curr, &inode->i_rwsem);
	return error;
}

/* ---- the rest of a file's operations -------------------------------------------------------------- */

/* The first page from @index on that has data, or has none; or @end. */
static pgoff_t seek_page(const struct inode *inode, pgoff_t index, pgoff_t end,
			 bool data)
{
	while (index < end && disk_has_data(inode, index) != data)
		index++;
	return index;
}

static int64_t diskfs_llseek(struct task_struct *curr, struct file *file,
			     int64_t offset, int whence)
{
	const struct inode *inode = file->f_inode;
	const bool data = whence == SEEK_DATA;

	if ((data || whence == SEEK_HOLE) && offset >= 0 &&
	    offset < inode->i_size) {
		const pgoff_t end = pages_in(inode->i_size);
		const pgoff_t index = seek_page(inode, index_at(offset), end,
						data);
		const int64_t pos = (int64_t)index << PAGE_SHIFT;

		if (data && index == end)
			return -ENXIO;
		if (pos > offset)
			offset = pos < inode->i_size ? pos : inode->i_size;
		whence = SEEK_SET;
	}
	return generic_llseek(curr, file, offset, whence, inode->i_size);
}

static int diskfs_fsync(struct task_struct *curr, struct file *file,
			pgoff_t start, pgoff_t last)
{
	return file_write_and_wait_range(curr, file, start, last);
}

static const struct file_operations diskfs_file_fops = {
	.splice_read = can_splice_read,
	.read_iter = generic_file_read_iter,
	.write_iter = diskfs_write_iter,
	.llseek = diskfs_llseek,
	.mmap = diskfs_mmap,
	.fallocate = diskfs_fallocate,
	.fsync = diskfs_fsync,
};

/* ---- the file system --------------------------------------------------------------------------------- */

void diskfs_init_file(struct inode *inode)
{
	inode->i_op = &diskfs_file_iops;
	inode->i_fop = &diskfs_file_fops;
	inode->i_data.a_ops = &diskfs_aops;
	xa_init(&inode->i_disk.map);
}

void diskfs_evict(struct task_struct *curr, struct inode *inode)
{
	if (is_disk_file(inode))
		disk_truncate(curr, inode, 0);
}

void diskfs_statfs(const struct super_block *sb, struct kstatfs *st)
{
	const struct disk_sb_info *disk = sb->s_disk;

	st->blocks = disk->nr_blocks - 1;
	st->bfree = disk->nr_free - disk->nr_reserved;
	st->bavail = st->bfree;
}

uint64_t diskfs_sectors(const struct inode *inode)
{
	return (uint64_t)inode->i_disk.nr_blocks * SECTORS_PER_PAGE;
}

/* False: it isn't for files, or there is no memory. */
static bool use_disk(struct task_struct *curr, struct super_block *sb,
		     struct block_device *bdev)
{
	if (bdev->swap || !disk_map_init(curr, sb, bdev))
		return false;
	bdev->holder = sb;
	sb->s_bdi->bdev = bdev;
	sb->s_bdi->synchronous = false;
	printk(curr->k, "rootfs: changed files are on %s, %u blocks",
	       bdev->name, sb->s_disk->nr_blocks);
	return true;
}

void diskfs_mount(struct task_struct *curr, struct super_block *sb)
{
	struct block_state *block = &curr->k->block;

	for (unsigned int i = 0; i < block->nr_bdevs; i++)
		if (use_disk(curr, sb, &block->bdev[i]))
			return;
}

void diskfs_add_disk(struct task_struct *curr, struct block_device *bdev)
{
	struct vfs_state *vfs = &curr->k->vfs;
	struct super_block *sb = vfs->root->d_sb;

	/* a root of memory alone has no use for it */
	if (sb->s_bdi == &vfs->root_bdi && !sb->s_disk)
		use_disk(curr, sb, bdev);
}
