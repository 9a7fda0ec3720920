/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/writeback.h"

/*
 * Writing a file's pages and waiting for it (mm/filemap.c, from
 * __filemap_fdatawrite_range() to file_write_and_wait_range()), and what is
 * told when the disk lost one.
 *
 * A lost page's error is kept twice: AS_EIO and AS_ENOSPC in mapping->flags
 * for who next waits, whoever that is; and in wb_err (lib/errseq.h) so that
 * each open file hears of it once, by its fsync().
 */

#include "kernel/fs/dcache.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/errseq.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/kobj.h"

void mapping_set_error(struct kernel *k, struct address_space *mapping,
		       int error)
{
	if (!error)
		return;
	errseq_set(&mapping->wb_err, error);
	errseq_set(&mapping->host->i_sb->s_wb_err, error);
	mapping->flags |= error == -ENOSPC ? AS_ENOSPC : AS_EIO;
	if (trace_enabled(k, TRACE_filemap_set_wb_err))
		trace_event(k, TRACE_filemap_set_wb_err,
			    "dev=%u:%u ino=0x%llx errseq=0x%x",
			    MAJOR(mapping->host->i_sb->s_dev),
			    MINOR(mapping->host->i_sb->s_dev),
			    (unsigned long long)mapping->host->i_ino,
			    mapping->wb_err);
}

static int filemap_check_errors(struct address_space *mapping)
{
	const uint32_t flags = mapping->flags;

	mapping->flags &= ~(AS_EIO | AS_ENOSPC);
	if (flags & AS_EIO)
		return -EIO;
	return flags & AS_ENOSPC ? -ENOSPC : 0;
}

int filemap_fdatawrite_range(struct task_struct *curr,
			     struct address_space *mapping, pgoff_t start,
			     pgoff_t last, enum writeback_sync_modes mode)
{
	struct writeback_control wbc = {
		.nr_to_write = INT64_MAX,
		.start = start,
		.last = last,
		.sync_mode = mode,
	};

	if (!inode_to_bdi(mapping->host))
		return 0;
	return do_writepages(curr, mapping, &wbc);
}

static void wait_range(struct task_struct *curr, struct address_space *mapping,
		       pgoff_t start, pgoff_t last)
{
	pgoff_t index = start;
	struct page *page;

	while ((page = xa_find_marked(&mapping->i_pages, &index, last,
				      XA_MARK_WRITEBACK))) {
		get_page(page);
		wait_on_page_writeback(curr, page);
		ClearPageError(page);
		put_page(curr, page);
		if (index++ == UINT32_MAX)
			return;
	}
}

int filemap_fdatawait_range(struct task_struct *curr,
			    struct address_space *mapping, pgoff_t start,
			    pgoff_t last)
{
	wait_range(curr, mapping, start, last);
	return filemap_check_errors(mapping);
}

int filemap_write_and_wait_range(struct task_struct *curr,
				 struct address_space *mapping, pgoff_t start,
				 pgoff_t last)
{
	int error = filemap_fdatawrite_range(curr, mapping, start, last,
					     WB_SYNC_ALL);
	int lost = filemap_fdatawait_range(curr, mapping, start, last);

	return error ? error : lost;
}

static int file_check_and_advance_wb_err(struct kernel *k, struct file *file)
{
	struct address_space *mapping = file->f_mapping;
	const errseq_t old = file->f_wb_err;
	int error = errseq_check_and_advance(&mapping->wb_err, &file->f_wb_err);

	mapping->flags &= ~(AS_EIO | AS_ENOSPC);
	if (old != file->f_wb_err &&
	    trace_enabled(k, TRACE_file_check_and_advance_wb_err))
		trace_event(k, TRACE_file_check_and_advance_wb_err,
			    "file=%08x dev=%u:%u ino=0x%llx old=0x%x new=0x%x",
			    kobj_addr(k, file),
			    MAJOR(mapping->host->i_sb->s_dev),
			    MINOR(mapping->host->i_sb->s_dev),
			    (unsigned long long)mapping->host->i_ino, old,
			    file->f_wb_err);
	return error;
}

int file_write_and_wait_range(struct task_struct *curr, struct file *file,
			      pgoff_t start, pgoff_t last)
{
	int error = filemap_fdatawrite_range(curr, file->f_mapping, start, last,
					     WB_SYNC_ALL);
	int lost;

	wait_range(curr, file->f_mapping, start, last);
	lost = file_check_and_advance_wb_err(curr->k, file);
	return error ? error : lost;
}
