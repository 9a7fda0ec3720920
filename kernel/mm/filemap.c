/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/filemap.h"

/*
 * The page cache (mm/filemap.c): the pages of a file, by index, in its
 * address_space; read(), write() and file mappings are three ways to get at
 * them. So a program's text is in memory once, however many run it.
 *
 * Invariants: a page in the cache has page->mapping and page->index set, one
 * reference for the cache, and counts in nrpages and NR_FILE_PAGES; both hold
 * until delete_from_page_cache(). It shows the file's content once it is
 * PG_uptodate. Who fills or removes a page holds its lock; so whoever slept
 * for the lock looks at page->mapping again.
 *
 * Where no page is, the array may hold a value: a shadow of a page that reclaim
 * took (workingset.c), or of shared memory the slot that it was written to.
 * Whoever looks for pages passes over values; a new page takes a shadow's
 * place.
 *
 * Pages of a swap_backed file (tmpfs, what was written over the root) have no
 * other home than memory: they count as shared memory and are never dropped.
 *
 * Left out: large folios, direct I/O, writeback errors, access times.
 */

#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/internal.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/shmem.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/workingset.h"
#include "kernel/mm/writeback.h"
#include "kernel/task/signal.h"

void address_space_init(struct address_space *mapping, struct inode *host)
{
	*mapping = (struct address_space){.host = host};
	xa_init(&mapping->i_pages);
	init_rwsem(&mapping->invalidate_lock);
}

uint32_t file_pages(const struct address_space *mapping)
{
	return (uint32_t)((mapping->host->i_size + PAGE_SIZE - 1) >>
			  PAGE_SHIFT);
}

/* ---- in and out of the cache ------------------------------------------------------------ */

static void account_cache_page(struct kernel *k, struct page *page, int delta)
{
	mod_page_state(k, page, NR_FILE_PAGES, delta);
	if (PageSwapBacked(page))
		mod_page_state(k, page, NR_SHMEM, delta);
}

/*
 * Puts @page where nothing is, or a shadow, which goes to *@shadow. Getting a
 * node for it may sleep: then it is looked at again.
 */
static int insert_page(struct task_struct *curr, struct page *page, gfp_t gfp,
		       void **shadow)
{
	struct xarray *pages = &page->mapping->i_pages;
	int error;

	do {
		*shadow = xa_load(pages, page->index);
		/* What a file of memory has there is a page, but swapped. */
		if (*shadow && (!xa_is_value(*shadow) || page->mapping->shmem))
			return -EEXIST;
		error = xa_replace(curr, pages, page->index, *shadow, page,
				   gfp & ~__GFP_HIGHMEM & ~__GFP_MOVABLE);
	} while (error == -EBUSY);
	return error;
}

static void trace_cache(const struct kernel *k, enum trace_event event,
			const struct page *page)
{
	const struct inode *inode = page->mapping->host;

	if (trace_enabled(k, event))
		trace_event(k, event,
			    "dev %u:%u ino %llx pfn=0x%x ofs=%llu order=%u",
			    MAJOR(inode->i_sb ? inode->i_sb->s_dev : 0),
			    MINOR(inode->i_sb ? inode->i_sb->s_dev : 0),
			    (unsigned long long)inode->i_ino,
			    page_to_pfn(k, page),
			    (unsigned long long)page->index << PAGE_SHIFT, 0u);
}

static int add_to_page_cache(struct task_struct *curr, struct page *page,
			     struct address_space *mapping, pgoff_t index,
			     gfp_t gfp, void **shadow)
{
	int error = shmem_acct_block(curr, mapping);

	if (error)
		return error;
	if (mapping->swap_backed)
		SetPageSwapBacked(page);
	page->mapping = mapping;
	page->index = index;
	error = insert_page(curr, page, gfp, shadow);
	if (error) {
		page->mapping = NULL;
		ClearPageSwapBacked(page);
		shmem_unacct_block(curr->k, mapping);
		return error;
	}
	get_page(page);
	mapping->nrpages++;
	account_cache_page(curr->k, page, 1);
	trace_cache(curr->k, TRACE_mm_filemap_add_to_page_cache, page);
	return 0;
}

int add_to_page_cache_lru(struct task_struct *curr, struct page *page,
			  struct address_space *mapping, pgoff_t index,
			  gfp_t gfp)
{
	void *shadow;
	int error;

	SetPageLocked(page);
	error = add_to_page_cache(curr, page, mapping, index, gfp, &shadow);
	if (error) {
		ClearPageLocked(page);
		return error;
	}
	if (shadow)
		workingset_refault(curr->k, page, shadow);
	lru_cache_add(curr->k, page);
	return 0;
}

/* Nothing stays of it, or a shadow: then without the page's marks. */
static void page_cache_delete(struct task_struct *curr, struct page *page,
			      void *shadow)
{
	struct xarray *pages = &page->mapping->i_pages;

	xa_clear_mark(pages, page->index, XA_MARK_DIRTY);
	xa_clear_mark(pages, page->index, XA_MARK_WRITEBACK);
	xa_clear_mark(pages, page->index, XA_MARK_TOWRITE);
	if (shadow) {
		pages->xa_shadows = true;
		xa_store(curr, pages, page->index, shadow, GFP_NOWAIT);
	} else {
		xa_erase(curr, pages, page->index);
	}
}

void __delete_from_page_cache(struct task_struct *curr, struct page *page,
			      void *shadow)
{
	struct address_space *mapping = page->mapping;

	BUG_ON(!PageLocked(page) || page_mapped(page));
	trace_cache(curr->k, TRACE_mm_filemap_delete_from_page_cache, page);
	cancel_dirty_page(curr, page);
	page_cache_delete(curr, page, shadow);
	account_cache_page(curr->k, page, -1);
	mapping->nrpages--;
	shmem_unacct_block(curr->k, mapping);
	page->mapping = NULL;
}

void delete_from_page_cache(struct task_struct *curr, struct page *page)
{
	__delete_from_page_cache(curr, page, NULL);
	put_page(curr, page);
}

/* ---- finding -------------------------------------------------------------------------------- */

struct page *find_cached_page(const struct address_space *mapping,
			      pgoff_t index)
{
	void *entry = xa_load(&mapping->i_pages, index);

	return xa_is_value(entry) ? NULL : entry;
}

struct page *next_cached_page(const struct address_space *mapping,
			      pgoff_t *index, pgoff_t last)
{
	void *entry;

	while (*index <= last &&
	       (entry = xa_find(&mapping->i_pages, index, last))) {
		if (!xa_is_value(entry))
			return entry;
		if (++*index == 0)
			break;
	}
	return NULL;
}

struct page *find_get_page(struct address_space *mapping, pgoff_t index)
{
	struct page *page = find_cached_page(mapping, index);

	if (page)
		get_page(page);
	return page;
}

/* The page at @index, locked and still of this file; NULL: not cached. */
static struct page *find_lock_page(struct task_struct *curr,
				   struct address_space *mapping, pgoff_t index)
{
	struct page *page;

	while ((page = find_get_page(mapping, index))) {
		lock_page(curr, page);
		if (page->mapping == mapping)
			return page;
		unlock_page(curr, page);
		put_page(curr, page);
	}
	return NULL;
}

/* A page of a file of memory. */
static bool is_swapped_out(const struct address_space *mapping, pgoff_t index)
{
	return mapping->shmem && xa_is_value(xa_load(&mapping->i_pages, index));
}

struct page *grab_cache_page(struct task_struct *curr,
			     struct address_space *mapping, pgoff_t index)
{
	for (;;) {
		struct page *page = find_lock_page(curr, mapping, index);
		int error;

		if (page)
			return page;
		if (is_swapped_out(mapping, index)) {
			page = shmem_swapin_page(curr, mapping, index);
			if (PTR_ERR(page) == -EEXIST)
				continue;
			return page;
		}
		page = alloc_page_mapping(curr, GFP_HIGHUSER_MOVABLE, mapping,
					  index);
		if (!page)
			return ERR_PTR(-ENOMEM);
		error = add_to_page_cache_lru(curr, page, mapping, index,
					      GFP_KERNEL);
		if (!error)
			return page;
		put_page(curr, page);
		if (error != -EEXIST)
			return ERR_PTR(error);
	}
}

/* ---- up to date ------------------------------------------------------------------------------ */

/* A locked page that isn't up to date: reads it and waits. Unlocks it. */
static int filemap_read_page(struct task_struct *curr, struct file *file,
			     struct page *page)
{
	int error = page->mapping->a_ops->readpage(curr, file, page);

	if (error || PageUptodate(page))
		return error;
	/* The file system only began: the lock is free when it has ended. */
	error = wait_on_page_locked_killable(curr, page);
	if (error)
		return error;
	return PageUptodate(page) ? 0 : -EIO;
}

struct page *read_mapping_page(struct task_struct *curr,
			       struct address_space *mapping, pgoff_t index,
			       struct file *file)
{
	struct page *page = find_get_page(mapping, index);
	int error;

	if (page && PageUptodate(page))
		return page;
	if (page)
		put_page(curr, page);
	page = grab_cache_page(curr, mapping, index);
	if (IS_ERR(page))
		return page;
	if (PageUptodate(page)) {
		unlock_page(curr, page);
		return page;
	}
	error = filemap_read_page(curr, file, page);
	if (!error)
		return page;
	put_page(curr, page);
	return ERR_PTR(error);
}

/*
 * The referenced @page, unless it has a memory error: then -EIO for who reads or
 * writes. It is in its cache still since it can't be had anew (tmpfs), and when
 * that could not be helped.
 */
static struct page *page_or_eio(struct task_struct *curr, struct page *page)
{
	if (likely(!PageHWPoison(page)))
		return page;
	put_page(curr, page);
	return ERR_PTR(-EIO);
}

/* ---- read(2) ------------------------------------------------------------------------------------ */

/* Bytes of the page at @pos that a read of @count shows; 0: end of file. */
static uint32_t bytes_here(const struct inode *inode, int64_t pos,
			   uint32_t count)
{
	uint32_t room = PAGE_SIZE - offset_in_page((uint32_t)pos);
	int64_t left = inode->i_size - pos;

	if (left <= 0)
		return 0;
	if (count > room)
		count = room;
	return count > left ? (uint32_t)left : count;
}

/* With a reference. A hole in what is only memory shows the zero page. */
static struct page *page_for_read(struct task_struct *curr, struct file *file,
				  pgoff_t index, uint32_t count)
{
	struct address_space *mapping = file->f_mapping;
	struct page *page;
	bool hole = !find_cached_page(mapping, index);

	if (fatal_signal_pending(curr))
		return ERR_PTR(-EINTR);
	if (hole && mapping->shmem && !is_swapped_out(mapping, index)) {
		get_page(curr->k->user.zero_page);
		return curr->k->user.zero_page;
	}
	if (hole)
		page_cache_sync_readahead(curr, mapping, file, index,
					  (count + PAGE_SIZE - 1) >>
						  PAGE_SHIFT);
	page = find_get_page(mapping, index);
	if (page && PageReadahead(page))
		page_cache_async_readahead(curr, mapping, file, page,
					   (count + PAGE_SIZE - 1) >>
						   PAGE_SHIFT);
	if (page && PageUptodate(page))
		return page_or_eio(curr, page);
	if (page)
		put_page(curr, page);
	down_read(curr, &mapping->invalidate_lock);
	page = read_mapping_page(curr, mapping, index, file);
	up_read(curr, &mapping->invalidate_lock);
	return IS_ERR(page) ? page : page_or_eio(curr, page);
}

int32_t generic_file_read_iter(struct task_struct *curr, struct file *file,
			       struct iov_iter *to, int64_t *pos)
{
	const struct inode *inode = file->f_mapping->host;
	int32_t done = 0;

	while (to->count && bytes_here(inode, *pos, to->count)) {
		struct page *page = page_for_read(
			curr, file, (pgoff_t)(*pos >> PAGE_SHIFT), to->count);
		uint32_t here, copied;

		if (IS_ERR(page))
			return done ? done : (int32_t)PTR_ERR(page);
		/* Reading slept: the file may be shorter now. */
		here = bytes_here(inode, *pos, to->count);
		copied = copy_page_to_iter(
			curr, page, offset_in_page((uint32_t)*pos), here, to);
		/* Read bit by bit, it is used once all the same. */
		if (page->mapping &&
		    *pos >> PAGE_SHIFT !=
			    (file->f_ra.prev_pos - 1) >> PAGE_SHIFT)
			mark_page_accessed(curr->k, page);
		put_page(curr, page);
		done += (int32_t)copied;
		*pos += copied;
		file->f_ra.prev_pos = *pos;
		if (copied < here)
			return done ? done : -EFAULT;
		cond_resched(curr);
	}
	file_accessed(file);
	return done;
}

/* ---- write(2) ----------------------------------------------------------------------------------- */

int filemap_write_begin(struct task_struct *curr, struct file *file,
			int64_t pos, uint32_t len, struct page **page)
{
	struct address_space *mapping = file->f_mapping;

	(void)len;
	for (;;) {
		*page = read_mapping_page(curr, mapping,
					  (pgoff_t)(pos >> PAGE_SHIFT), file);
		if (IS_ERR(*page))
			return (int)PTR_ERR(*page);
		lock_page(curr, *page);
		if ((*page)->mapping == mapping)
			return 0;
		unlock_page(curr, *page);
		put_page(curr, *page);
	}
}

/* The bytes go into a locked page; *@copied of them came. */
static int32_t write_into_page(struct task_struct *curr, struct file *file,
			       struct iov_iter *from, int64_t pos, uint32_t len,
			       uint32_t *copied)
{
	const struct hw *hw = &curr->k->hw;
	const struct address_space_operations *a_ops = file->f_mapping->a_ops;
	uint32_t offset = offset_in_page((uint32_t)pos);
	struct page *page;
	int error = a_ops->write_begin(curr, file, pos, len, &page);

	if (error)
		return error;
	if (unlikely(PageHWPoison(page))) {
		unlock_page(curr, page);
		put_page(curr, page);
		return -EIO;
	}
	*copied = copy_page_from_iter_atomic(curr, page, offset, len, from);
	if (*copied)
		hw->ops->code_changed(
			hw->ctx, page_to_phys(curr->k, page) + offset, *copied);
	mark_page_accessed(curr->k, page);
	return a_ops->write_end(curr, file, pos, len, *copied, page);
}

/*
 * One page's share, or less of it. The page is locked while it is written, so
 * that no one sees what is there half-way; and since the source may be a
 * mapping of this very page, whose fault would wait for the lock for ever, the
 * copy takes no faults. Where it stops at once, the source is touched
 * beforehand and all is tried again.
 */
static int32_t write_one_page(struct task_struct *curr, struct file *file,
			      struct iov_iter *from, int64_t pos)
{
	uint32_t len = PAGE_SIZE - offset_in_page((uint32_t)pos);
	const struct iov_iter before = *from;
	uint32_t copied = 0;
	int32_t n;

	if (pos >> PAGE_SHIFT >= UINT32_MAX)
		return -EFBIG;
	if (len > from->count)
		len = from->count;
	for (;;) {
		n = write_into_page(curr, file, from, pos, len, &copied);
		if (n > 0 && (uint32_t)n == copied)
			return n;
		iov_iter_restore(from, &before);
		if (n < 0)
			return n;
		if (n > 0) { /* the file system took fewer */
			iov_iter_advance(from, (uint32_t)n);
			return n;
		}
		len -= fault_in_iov_iter_readable(curr, from, len);
		if (!len)
			return -EFAULT;
		if (fatal_signal_pending(curr))
			return -EINTR;
	}
}

int32_t generic_perform_write(struct task_struct *curr, struct file *file,
			      struct iov_iter *from, int64_t *pos)
{
	int32_t done = 0, n = 0;

	while (from->count) {
		n = write_one_page(curr, file, from, *pos);
		if (n < 0)
			break;
		done += n;
		*pos += n;
		balance_dirty_pages_ratelimited(curr, file->f_mapping);
		cond_resched(curr);
		if (from->count && fatal_signal_pending(curr))
			break;
	}
	return done ? done : n;
}

int32_t generic_file_write_iter(struct task_struct *curr, struct file *file,
				struct iov_iter *from, int64_t *pos)
{
	struct inode *inode = file->f_mapping->host;
	int32_t done = -ETXTBSY;

	down_write(curr, &inode->i_rwsem);
	if (file->f_flags & O_APPEND)
		*pos = inode->i_size;
	if (!IS_SWAPFILE(inode))
		done = from->count ? file_remove_privs(curr, file) : 0;
	if (!done)
		done = generic_perform_write(curr, file, from, pos);
	up_write(curr, &inode->i_rwsem);
	return generic_write_sync(curr, file, *pos, done);
}

/* ---- mappings ---------------------------------------------------------------------------------- */

/* vmf->page, locked, if it is within the file still: we slept. */
static vm_fault_t found_page(struct vm_fault *vmf,
			     const struct address_space *mapping,
			     struct page *page)
{
	if (vmf->pgoff >= file_pages(mapping)) {
		unlock_page(vmf->curr, page);
		put_page(vmf->curr, page);
		return VM_FAULT_SIGBUS;
	}
	vmf->page = page;
	return VM_FAULT_LOCKED;
}

/*
 * Of what is only memory: a new page costs no reading, one that was swapped
 * out does. It waits with mmap_lock, as Linux does here.
 */
static vm_fault_t shmem_fault(struct vm_fault *vmf)
{
	struct task_struct *curr = vmf->curr;
	struct address_space *mapping = vmf->vma->vm_file->f_mapping;
	vm_fault_t ret = 0;
	struct page *page;
	int error;

	if (vmf->pgoff >= file_pages(mapping))
		return VM_FAULT_SIGBUS;
	if (is_swapped_out(mapping, vmf->pgoff) &&
	    shmem_swapin_reads(curr, mapping, vmf->pgoff)) {
		count_vm_event(curr->k, PGMAJFAULT);
		ret = VM_FAULT_MAJOR;
	}
	down_read(curr, &mapping->invalidate_lock);
	do {
		page = grab_cache_page(curr, mapping, vmf->pgoff);
		error = IS_ERR(page) ? (int)PTR_ERR(page) : 0;
		if (error || PageUptodate(page))
			break;
		error = filemap_read_page(curr, vmf->vma->vm_file, page);
		put_page(curr, page);
	} while (!error);
	up_read(curr, &mapping->invalidate_lock);
	if (error)
		return error == -ENOMEM ? VM_FAULT_OOM : VM_FAULT_SIGBUS;
	return ret | found_page(vmf, mapping, page);
}

/*
 * One fault on a page of a file. Once mmap_lock is given up, `fpin` is what
 * keeps the file, and vmf->vma may be gone.
 */
struct file_fault {
	struct vm_fault *const vmf;
	struct file *const file;
	struct address_space *const mapping;
	struct file *fpin;
	bool mapping_locked;
};

static void lock_mapping(struct file_fault *f)
{
	if (!f->mapping_locked)
		down_read(f->vmf->curr, &f->mapping->invalidate_lock);
	f->mapping_locked = true;
}

struct file *maybe_unlock_mmap_for_io(struct vm_fault *vmf, struct file *fpin)
{
	if (fpin || !fault_flag_allow_retry_first(vmf->flags))
		return fpin;
	fpin = vmf->vma->vm_file;
	get_file(fpin);
	up_read(vmf->curr, &vmf->vma->vm_mm->mmap_lock);
	return fpin;
}

/* Referenced; a new one if there is none. ERR_PTR. */
static struct page *find_or_create_page(struct task_struct *curr,
					struct address_space *mapping,
					pgoff_t index)
{
	for (;;) {
		struct page *page = find_get_page(mapping, index);
		int error;

		if (page)
			return page;
		page = alloc_page(curr, GFP_HIGHUSER_MOVABLE);
		if (!page)
			return ERR_PTR(-ENOMEM);
		error = add_to_page_cache_lru(curr, page, mapping, index,
					      GFP_KERNEL);
		if (!error) {
			unlock_page(curr, page);
			return page;
		}
		put_page(curr, page);
		if (error != -EEXIST)
			return ERR_PTR(error);
	}
}

/* False: killed while it waited, and mmap_lock is given up. */
static bool lock_page_maybe_drop_mmap(struct file_fault *f, struct page *page)
{
	struct vm_fault *vmf = f->vmf;

	if (trylock_page(page))
		return true;
	f->fpin = maybe_unlock_mmap_for_io(vmf, f->fpin);
	if (!(vmf->flags & FAULT_FLAG_KILLABLE)) {
		lock_page(vmf->curr, page);
		return true;
	}
	if (!lock_page_killable(vmf->curr, page))
		return true;
	if (!f->fpin)
		up_read(vmf->curr, &vmf->vma->vm_mm->mmap_lock);
	return false;
}

/*
 * Locks @page and reads it where need be; both may end in VM_FAULT_RETRY. 0:
 * it was the wrong page. The reference is kept on success alone.
 */
static vm_fault_t lock_and_read(struct file_fault *f, struct page *page)
{
	struct task_struct *curr = f->vmf->curr;
	vm_fault_t ret = VM_FAULT_RETRY;
	int error;

	if (!lock_page_maybe_drop_mmap(f, page))
		goto out;
	if (page->mapping == f->mapping && PageUptodate(page)) {
		if (!f->fpin)
			return found_page(f->vmf, f->mapping, page);
		unlock_page(curr, page);
		goto out;
	}
	/* Truncated, or not to be read without the mapping's lock. */
	if (page->mapping != f->mapping || !f->mapping_locked) {
		unlock_page(curr, page);
		ret = 0;
		goto out;
	}
	f->fpin = maybe_unlock_mmap_for_io(f->vmf, f->fpin);
	error = filemap_read_page(curr, f->file, page);
	if (!f->fpin)
		ret = error ? VM_FAULT_SIGBUS : 0;
out:
	put_page(curr, page);
	return ret;
}

/* What is in the cache; or else reading begins. NULL: nothing is there. */
static struct page *look_in_cache(struct file_fault *f, vm_fault_t *ret)
{
	struct vm_fault *vmf = f->vmf;
	struct page *page = find_get_page(f->mapping, vmf->pgoff);

	if (!page) {
		count_vm_event(vmf->curr->k, PGMAJFAULT);
		*ret = VM_FAULT_MAJOR;
		f->fpin = do_sync_mmap_readahead(vmf);
		return NULL;
	}
	if (!(vmf->flags & FAULT_FLAG_TRIED))
		f->fpin = do_async_mmap_readahead(vmf, page);
	if (!PageUptodate(page))
		lock_mapping(f);
	return page;
}

/* Until there is the right page, locked and read, or a reason why not. */
static vm_fault_t find_page_for_fault(struct file_fault *f)
{
	struct vm_fault *vmf = f->vmf;
	vm_fault_t ret = 0, got;
	struct page *page = look_in_cache(f, &ret);

	do {
		if (!page) {
			lock_mapping(f);
			page = find_or_create_page(vmf->curr, f->mapping,
						   vmf->pgoff);
		}
		if (IS_ERR(page))
			return f->fpin ? VM_FAULT_RETRY : VM_FAULT_OOM;
		got = lock_and_read(f, page);
		page = NULL;
	} while (!got);
	return ret | got;
}

/*
 * Returns the page locked, so that it can't be truncated before it is mapped.
 * A page that must be read makes the fault a major one. Who waits for it gives
 * mmap_lock up, so that other threads can fault, map and unmap, and asks for
 * another try, which begins with looking for the VMA.
 */
vm_fault_t filemap_fault(struct vm_fault *vmf)
{
	struct file *file = vmf->vma->vm_file;
	struct file_fault f = {
		.vmf = vmf, .file = file, .mapping = file->f_mapping};
	vm_fault_t ret;

	if (f.mapping->swap_backed)
		return shmem_fault(vmf);
	if (vmf->pgoff >= file_pages(f.mapping))
		return VM_FAULT_SIGBUS;
	ret = find_page_for_fault(&f);
	if (f.mapping_locked)
		up_read(vmf->curr, &f.mapping->invalidate_lock);
	if (f.fpin)
		fput(vmf->curr, f.fpin);
	return ret;
}

/* For fault-around: no reading, no waiting, no entry replaced. */
vm_fault_t filemap_map_pages(struct vm_fault *vmf, pgoff_t start, pgoff_t end)
{
	struct address_space *mapping = vmf->vma->vm_file->f_mapping;
	struct file_ra_state *ra = &vmf->vma->vm_file->f_ra;
	uint32_t nr_pages = file_pages(mapping);
	uint32_t index = start;
	vm_fault_t ret = 0;
	struct page *page;

	if (!nr_pages)
		return 0;
	if (end > nr_pages - 1)
		end = nr_pages - 1;
	while ((page = next_cached_page(mapping, &index, end))) {
		int32_t off = (int32_t)(index - vmf->pgoff);
		pte_t *pte;

		install_table(vmf);
		pte = vmf->pte + off;
		if (pte_none(*pte) && PageUptodate(page) && !PageLocked(page) &&
		    !PageReadahead(page) && !PageHWPoison(page)) {
			if (ra->mmap_miss)
				ra->mmap_miss--;
			get_page(page);
			do_set_pte(vmf, page,
				   vmf->address + ((uint32_t)off << PAGE_SHIFT),
				   pte);
			if (!off)
				ret = VM_FAULT_NOPAGE;
		}
		index++;
	}
	return ret;
}

/* The page is about to become writable in some mapping, and so dirty. */
static vm_fault_t filemap_page_mkwrite(struct vm_fault *vmf)
{
	struct page *page = vmf->page;

	lock_page(vmf->curr, page);
	if (page->mapping != vmf->vma->vm_file->f_mapping) {
		unlock_page(vmf->curr, page);
		return VM_FAULT_NOPAGE;
	}
	set_page_dirty(vmf->curr, page);
	return VM_FAULT_LOCKED;
}

static const struct vm_operations_struct generic_file_vm_ops = {
	.fault = filemap_fault,
	.map_pages = filemap_map_pages,
	.page_mkwrite = filemap_page_mkwrite,
};

/* Its dirty pages are no disk's, so first writes are no one's business. */
static const struct vm_operations_struct shmem_vm_ops = {
	.fault = shmem_fault,
	.map_pages = filemap_map_pages,
};

int generic_file_mmap(struct task_struct *curr, struct file *file,
		      struct vm_area_struct *vma)
{
	(void)curr;
	if (!file->f_mapping->a_ops || !file->f_mapping->a_ops->readpage)
		return -ENOEXEC;
	vma->vm_ops = file->f_mapping->swap_backed ? &shmem_vm_ops
						   : &generic_file_vm_ops;
	return 0;
}
