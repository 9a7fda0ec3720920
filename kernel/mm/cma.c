/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/cma.h"

/*
 * The contiguous memory allocator (mm/cma.c). A driver that needs megabytes in
 * a row can't have them of a buddy that has run for a while; memory kept back
 * for it at boot would lie idle. So an area is both: reserved from memblock,
 * then lent to the buddy as pageblocks of MIGRATE_CMA, from which only movable
 * pages are served. When the driver comes, whoever lives there has to move
 * (alloc_contig_range()).
 *
 * The area's bitmap says what drivers have, and nothing of what is lent: a
 * free range of the map may be full of programs' pages.
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/kmemleak.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/trace_cma.h"
#include "kernel/task/sched.h"

static paddr_t align_up(paddr_t n, paddr_t to)
{
	return (n + to - 1) & ~(to - 1);
}

/* ---- areas are declared ------------------------------------------------------ */

int cma_init_reserved_mem(struct kernel *k, paddr_t base, paddr_t size,
			  unsigned int order_per_bit, const char *name,
			  struct cma **res_cma)
{
	struct cma_state *state = &k->mem.cma;
	struct cma *cma;

	if (state->area_count == MAX_CMA_AREAS) {
		printk(k, "cma: Not enough slots for CMA reserved regions!");
		return -ENOSPC;
	}
	if (!size || !memblock_is_region_reserved(k, base, size))
		return -EINVAL;
	if ((base | size) & (CMA_MIN_ALIGNMENT_BYTES - 1))
		return -EINVAL;
	cma = &state->areas[state->area_count];
	*cma = (struct cma){
		.base_pfn = (pfn_t)(base >> PAGE_SHIFT),
		.count = (uint32_t)(size >> PAGE_SHIFT),
		.order_per_bit = order_per_bit,
	};
	INIT_LIST_HEAD(&cma->mem_head);
	if (name)
		snprintf(cma->name, sizeof(cma->name), "%s", name);
	else
		snprintf(cma->name, sizeof(cma->name), "cma%u",
			 state->area_count);
	state->area_count++;
	k->mem.totalcma_pages += cma->count;
	*res_cma = cma;
	return 0;
}

/* What was asked for, made whole: see cma_declare_contiguous_nid(). */
struct request {
	paddr_t base, size, limit, alignment;
	bool fixed;
	int nid;
};

/* 0 or -EINVAL, with the reason in the log. */
static int check_request(struct kernel *k, struct request *r,
			 unsigned int order_per_bit, paddr_t highmem_start)
{
	paddr_t memblock_end = memblock_end_of_DRAM(k);

	if (r->fixed && (r->base & (r->alignment - 1))) {
		printk(k,
		       "cma: Region at 0x%08llx must be aligned to 0x%08llx "
		       "bytes",
		       (unsigned long long)r->base,
		       (unsigned long long)r->alignment);
		return -EINVAL;
	}
	r->base = align_up(r->base, r->alignment);
	r->size = align_up(r->size, r->alignment);
	r->limit &= ~(r->alignment - 1);
	if (!r->base)
		r->fixed = false;
	if ((r->size >> PAGE_SHIFT) & ((1u << order_per_bit) - 1))
		return -EINVAL;
	if (r->fixed && r->base < highmem_start &&
	    r->base + r->size > highmem_start) {
		printk(k,
		       "cma: Region at 0x%08llx defined on low/high memory "
		       "boundary (0x%08llx)",
		       (unsigned long long)r->base,
		       (unsigned long long)highmem_start);
		return -EINVAL;
	}
	if (!r->limit || r->limit > memblock_end)
		r->limit = memblock_end;
	if (r->base + r->size > r->limit) {
		printk(k,
		       "cma: Size (0x%08llx) of region at 0x%08llx exceeds "
		       "limit (0x%08llx)",
		       (unsigned long long)r->size, (unsigned long long)r->base,
		       (unsigned long long)r->limit);
		return -EINVAL;
	}
	return 0;
}

static int reserve(struct kernel *k, struct request *r, paddr_t highmem_start)
{
	paddr_t found = 0;

	if (r->fixed) {
		if (memblock_is_region_reserved(k, r->base, r->size) ||
		    memblock_reserve(k, r->base, r->size))
			return -EBUSY;
		return 0;
	}
	/* All in one zone: in highmem, or else below it. */
	if (r->base < highmem_start && r->limit > highmem_start) {
		found = memblock_alloc_range_nid(k, r->size, r->alignment,
						 highmem_start, r->limit,
						 r->nid, true);
		r->limit = highmem_start;
	}
	if (!found)
		found = memblock_alloc_range_nid(k, r->size, r->alignment,
						 r->base, r->limit, r->nid,
						 true);
	r->base = found;
	return found ? 0 : -ENOMEM;
}

int cma_declare_contiguous_nid(struct kernel *k, paddr_t base, paddr_t size,
			       paddr_t limit, paddr_t alignment,
			       unsigned int order_per_bit, bool fixed,
			       const char *name, struct cma **res_cma, int nid)
{
	paddr_t highmem_start = k->arch.arm_lowmem_limit;
	struct request r = {base, size, limit, alignment, fixed, nid};
	int err;

	if (k->mem.cma.area_count == MAX_CMA_AREAS) {
		printk(k, "cma: Not enough slots for CMA reserved regions!");
		return -ENOSPC;
	}
	if (!size || (alignment & (alignment - 1)))
		return -EINVAL;
	if (r.alignment < CMA_MIN_ALIGNMENT_BYTES)
		r.alignment = CMA_MIN_ALIGNMENT_BYTES;
	err = check_request(k, &r, order_per_bit, highmem_start);
	if (!err)
		err = reserve(k, &r, highmem_start);
	if (!err) {
		err = cma_init_reserved_mem(k, r.base, r.size, order_per_bit,
					    name, res_cma);
		if (err)
			memblock_phys_free(k, r.base, r.size);
	}
	if (err)
		printk(k, "cma: Failed to reserve %llu MiB",
		       (unsigned long long)r.size >> 20);
	else
		printk(k, "cma: Reserved %llu MiB at 0x%08llx",
		       (unsigned long long)r.size >> 20,
		       (unsigned long long)r.base);
	return err;
}

/* ---- areas are lent ----------------------------------------------------------- */

static void unreserve_page(struct page *page)
{
	ClearPageReserved(page);
	page->_refcount = 0;
}

static void adjust_managed_page_count(struct kernel *k, struct page *page,
				      uint32_t nr_pages)
{
	page_zone(k, page)->managed_pages += nr_pages;
	k->mem.totalram_pages += nr_pages;
	if (PageHighMem(k, page))
		k->mem.totalhigh_pages += nr_pages;
}

static void init_cma_reserved_pageblock(struct task_struct *curr,
					struct page *page)
{
	struct kernel *k = curr->k;

	for (uint32_t i = 0; i < pageblock_nr_pages; i++)
		unreserve_page(&page[i]);
	set_pageblock_migratetype(k, page, MIGRATE_CMA);
	page->_refcount = 1;
	__free_pages(curr, page, pageblock_order);
	adjust_managed_page_count(k, page, pageblock_nr_pages);
	page_zone(k, page)->cma_pages += pageblock_nr_pages;
}

static bool in_one_zone(struct kernel *k, const struct cma *cma)
{
	struct zone *zone = page_zone(k, pfn_to_page(k, cma->base_pfn));

	for (pfn_t i = 1; i < cma->count; i++)
		if (page_zone(k, pfn_to_page(k, cma->base_pfn + i)) != zone)
			return false;
	return true;
}

static uint32_t *alloc_bitmap(struct task_struct *curr, const struct cma *cma)
{
	uint32_t nr_bytes = BITMAP_WORDS(cma_bitmap_maxno(cma)) * 4;

	return kzalloc_obj(curr, nr_bytes, nr_bytes, GFP_KERNEL);
}

/* It is no use as an area: its pages are the buddy's like others. */
static void give_up_area(struct task_struct *curr, struct cma *cma)
{
	struct kernel *k = curr->k;

	kmemleak_free_part_phys(k, cma_get_base(cma),
				(uint32_t)cma_get_size(cma));
	for (pfn_t i = 0; i < cma->count; i++) {
		struct page *page = pfn_to_page(k, cma->base_pfn + i);

		unreserve_page(page);
		page->_refcount = 1;
		__free_pages(curr, page, 0);
		adjust_managed_page_count(k, page, 1);
	}
	k->mem.totalcma_pages -= cma->count;
	cma->count = 0;
	printk(k, "cma: CMA area %s could not be activated", cma->name);
}

static void cma_activate_area(struct task_struct *curr, struct cma *cma)
{
	cma->bitmap = alloc_bitmap(curr, cma);
	if (!cma->bitmap || !in_one_zone(curr->k, cma)) {
		if (cma->bitmap)
			kfree_obj(curr, cma->bitmap);
		cma->bitmap = NULL;
		give_up_area(curr, cma);
		return;
	}
	for (pfn_t i = 0; i < cma->count; i += pageblock_nr_pages)
		init_cma_reserved_pageblock(
			curr, pfn_to_page(curr->k, cma->base_pfn + i));
}

void cma_init_reserved_areas(struct task_struct *curr)
{
	struct cma_state *state = &curr->k->mem.cma;

	init_rwsem(&state->mutex);
	for (unsigned int i = 0; i < state->area_count; i++)
		cma_activate_area(curr, &state->areas[i]);
}

/* ---- the map --------------------------------------------------------------------- */

static uint32_t bitmap_aligned_mask(const struct cma *cma, unsigned int align)
{
	return align <= cma->order_per_bit
		       ? 0
		       : (1u << (align - cma->order_per_bit)) - 1;
}

/* The number of bit 0, as far as the alignment of 2^@align frames matters. */
static uint32_t bitmap_aligned_offset(const struct cma *cma, unsigned int align)
{
	return (cma->base_pfn & ((1u << align) - 1)) >> cma->order_per_bit;
}

static uint32_t pages_to_bits(const struct cma *cma, uint32_t nr_pages)
{
	return (uint32_t)(((uint64_t)nr_pages + (1u << cma->order_per_bit) -
			   1) >>
			  cma->order_per_bit);
}

static void cma_clear_bitmap(struct cma *cma, pfn_t pfn, uint32_t count)
{
	bitmap_clear(cma->bitmap, (pfn - cma->base_pfn) >> cma->order_per_bit,
		     pages_to_bits(cma, count));
}

int cma_for_each_area(struct kernel *k, int (*it)(struct cma *cma, void *data),
		      void *data)
{
	int ret = 0;

	for (unsigned int i = 0; i < k->mem.cma.area_count && !ret; i++)
		ret = it(&k->mem.cma.areas[i], data);
	return ret;
}

/* ---- taking ----------------------------------------------------------------------- */

/*
 * The first range that the map has free and that can be emptied: what is in
 * use by someone who doesn't move is passed over, an alignment's step at a
 * time. Writes its first frame, or the last one that was tried. 0 or -errno.
 */
static int take_range(struct task_struct *curr, struct cma *cma, uint32_t count,
		      unsigned int align, gfp_t gfp, pfn_t *pfn)
{
	uint32_t mask = bitmap_aligned_mask(cma, align);
	uint32_t offset = bitmap_aligned_offset(cma, align);
	uint32_t maxno = cma_bitmap_maxno(cma);
	uint32_t nr_bits = pages_to_bits(cma, count), start = 0, at;
	int ret = -ENOMEM;

	for (;;) {
		at = bitmap_find_next_zero_area_off(cma->bitmap, maxno, start,
						    nr_bits, mask, offset);
		if (at >= maxno)
			return ret;
		/* Ours from here on, though not yet empty: we may sleep. */
		bitmap_set(cma->bitmap, at, nr_bits);
		*pfn = cma->base_pfn + (at << cma->order_per_bit);
		down_write(curr, &curr->k->mem.cma.mutex);
		ret = alloc_contig_range(curr, *pfn, *pfn + count, MIGRATE_CMA,
					 gfp);
		up_write(curr, &curr->k->mem.cma.mutex);
		if (!ret)
			return 0;
		cma_clear_bitmap(cma, *pfn, count);
		if (ret != -EBUSY)
			return ret;
		trace_cma_alloc_busy_retry(curr->k, cma, *pfn, count, align);
		start = at + mask + 1;
	}
}

static struct page *alloc_from(struct task_struct *curr, struct cma *cma,
			       uint32_t count, unsigned int align, bool no_warn)
{
	struct kernel *k = curr->k;
	gfp_t gfp = GFP_KERNEL | (no_warn ? __GFP_NOWARN : 0);
	pfn_t pfn = UINT32_MAX;
	int ret;

	trace_cma_alloc_start(k, cma, count, align);
	if (pages_to_bits(cma, count) > cma_bitmap_maxno(cma))
		return NULL;
	ret = take_range(curr, cma, count, align, gfp, &pfn);
	trace_cma_alloc_finish(k, cma, pfn, count, align, ret);
	if (!ret)
		return pfn_to_page(k, pfn);
	if (!no_warn && default_ratelimit(k, &k->mem.cma.alloc_rs, "cma_alloc"))
		printk(k,
		       "cma: cma_alloc: %s: alloc failed, req-size: %u pages, "
		       "ret: %d",
		       cma->name, count, ret);
	return NULL;
}

struct page *cma_alloc(struct task_struct *curr, struct cma *cma,
		       uint32_t count, unsigned int align, bool no_warn)
{
	struct page *page = NULL;

	if (cma && cma->count && cma->bitmap && count)
		page = alloc_from(curr, cma, count, align, no_warn);
	count_vm_event(curr->k, page ? CMA_ALLOC_SUCCESS : CMA_ALLOC_FAIL);
	if (cma && page)
		cma->nr_pages_succeeded += count;
	else if (cma)
		cma->nr_pages_failed += count;
	return page;
}

/* ---- giving back ------------------------------------------------------------------- */

bool cma_pages_valid(const struct kernel *k, const struct cma *cma,
		     const struct page *pages, uint32_t count)
{
	pfn_t pfn;

	if (!cma || !pages)
		return false;
	pfn = page_to_pfn(k, pages);
	if (pfn < cma->base_pfn || pfn - cma->base_pfn >= cma->count)
		return false;
	BUG_ON(count > cma->count - (pfn - cma->base_pfn));
	return true;
}

bool cma_release(struct task_struct *curr, struct cma *cma, struct page *pages,
		 uint32_t count)
{
	pfn_t pfn;

	if (!cma_pages_valid(curr->k, cma, pages, count))
		return false;
	pfn = page_to_pfn(curr->k, pages);
	free_contig_range(curr, pfn, count);
	cma_clear_bitmap(cma, pfn, count);
	trace_cma_release(curr->k, cma, pfn, count);
	return true;
}
