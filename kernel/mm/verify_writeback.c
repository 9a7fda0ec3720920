/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/verify.h"

/*
 * The verifier's questions about what is to be written, and what is just being
 * written: do a page's flags and its file's marks tell the same, and are as
 * many counted as there are?
 *
 * From page to mark it is always so. From mark to page there is a moment: one
 * that is about to be written is clean already, keeps its lock, and loses the
 * mark when it goes to the disk. If by then it lies beyond the end of its file
 * it never goes there, and truncation takes it with its mark.
 */

#include "kernel/fs/fs.h"
#include "kernel/mm/internal.h"

/* Others only have the flag (page_writeback.c). */
static bool counts_dirty(const struct address_space *mapping)
{
	return !mapping->swap_backed &&
	       !(mapping->a_ops && mapping->a_ops->set_page_dirty);
}

static void verify_marked(struct verify *v, const struct page *page,
			  enum xa_mark mark, const char *what)
{
	if (!xa_get_mark(&page_mapping(page)->i_pages, page->index, mark))
		verify_fail(v, "pfn 0x%05x is %s, in its file's marks it isn't",
			    page_to_pfn(v->k, page), what);
}

void verify_writeback_frame(struct verify *v, const struct page *page)
{
	const struct address_space *mapping;

	v->nr_writeback += PageWriteback(page);
	/* What lies free on a CPU's list has no mapping to ask for. */
	mapping = page_count(page) ? page_mapping(page) : NULL;
	if (!mapping)
		return;
	if (PageWriteback(page))
		verify_marked(v, page, XA_MARK_WRITEBACK, "being written");
	if (PageDirty(page) && counts_dirty(mapping)) {
		v->nr_dirty++;
		verify_marked(v, page, XA_MARK_DIRTY, "dirty");
	}
}

/* May a page be marked dirty, and not be so? */
static bool about_to_go(const struct address_space *mapping,
			const struct page *page)
{
	return PageLocked(page) || (uint64_t)page->index * PAGE_SIZE >=
					   (uint64_t)mapping->host->i_size;
}

static void verify_mark(struct verify *v, const struct address_space *mapping,
			uint32_t index, const struct page *page,
			enum xa_mark mark)
{
	if (!xa_is_value(page) &&
	    (mark == XA_MARK_DIRTY
		     ? PageDirty(page) || about_to_go(mapping, page)
		     : PageWriteback(page)))
		return;
	verify_fail(v, "page %u of a file is marked %s and isn't", index,
		    mark == XA_MARK_DIRTY ? "dirty" : "being written");
}

/* What is to be written this time is dirty by its mark, for as long. */
static void verify_towrite(struct verify *v,
			   const struct address_space *mapping)
{
	for (uint32_t index = 0; xa_find_marked(&mapping->i_pages, &index,
						UINT32_MAX, XA_MARK_TOWRITE);
	     index++) {
		if (!xa_get_mark(&mapping->i_pages, index, XA_MARK_DIRTY))
			verify_fail(v,
				    "page %u of a file is to be written, and "
				    "not marked dirty",
				    index);
		if (index == UINT32_MAX)
			break;
	}
}

void verify_marks(struct verify *v, const struct address_space *mapping)
{
	verify_towrite(v, mapping);
	for (enum xa_mark mark = XA_MARK_DIRTY; mark <= XA_MARK_WRITEBACK;
	     mark++) {
		const struct page *page;

		for (uint32_t index = 0;
		     (page = xa_find_marked(&mapping->i_pages, &index,
					    UINT32_MAX, mark));
		     index++) {
			verify_mark(v, mapping, index, page, mark);
			if (index == UINT32_MAX)
				break;
		}
	}
}

void verify_written(struct verify *v)
{
	verify_item(v, NR_DIRTY, v->nr_dirty);
	verify_item(v, NR_WRITEBACK, v->nr_writeback);
	verify_item(v, NR_ZONE_WRITE_PENDING, v->nr_dirty + v->nr_writeback);
}
