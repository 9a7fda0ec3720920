/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * CMA areas and isolated pageblocks: where areas are reserved, that they are
 * lent to movable pages and to nobody else, that a driver gets the first range
 * that can be emptied, and that what was closed is as it was before. A slow
 * model that knows who has each frame predicts every cma_alloc().
 *
 *	test_cma [STEPS [SEED]]		the random test alone, verified at
 *					every 1,000th step
 */

#include "tests/unit/kernel/mm_fixture.h"

#include <errno.h>

#include "kernel/lib/bitmap.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/cma.h"
#include "kernel/mm/dma_contiguous.h"
#include "kernel/mm/page_isolation.h"

#define BASE 0x60000000u

/* ---- machines ------------------------------------------------------------------ */

/* RAM of @size_mb at BASE, not yet booted: areas can be declared. */
static struct mm_fixture *machine(uint64_t size_mb)
{
	struct mm_fixture *f = fixture_create(BASE, size_mb * MB, 0x80000000);

	memblock_add(f->k, BASE, size_mb * MB);
	memblock_reserve(f->k, BASE, MB);
	f->k->arch.arm_lowmem_limit = BASE + size_mb * MB;
	return f;
}

static void boot(struct mm_fixture *f)
{
	fixture_boot(f, true);
	cma_init_reserved_areas(&f->task);
	init_per_zone_wmark_min(f->k);
	assert_int_equal(verify_page_alloc(f->k), 0);
}

/* 64 MB, of them an area of @mb at 0x62000000. */
static struct mm_fixture *machine_with_area(uint64_t mb, unsigned int per_bit,
					    struct cma **cma)
{
	struct mm_fixture *f = machine(64);

	assert_int_equal(cma_declare_contiguous(f->k, 0x62000000, mb * MB, 0, 0,
						per_bit, true, "test", cma),
			 0);
	boot(f);
	return f;
}

static struct zone *normal(struct mm_fixture *f)
{
	return &f->k->mem.node_data[0].node_zones[ZONE_NORMAL];
}

static bool in_area(struct mm_fixture *f, const struct cma *cma,
		    const struct page *page)
{
	return page_to_pfn(f->k, page) - cma->base_pfn < cma->count;
}

static uint64_t events(struct mm_fixture *f, enum vm_event event)
{
	return f->k->vmstat.event[event];
}

static bool logged(struct mm_fixture *f, const char *line)
{
	bool found = strstr(f->log, line);

	if (!found)
		fprintf(stderr, "no \"%s\" in:\n%s", line, f->log);
	f->log[f->log_len = 0] = '\0';
	return found;
}

/* ---- declaring ------------------------------------------------------------------- */

static void test_declare(void **state)
{
	struct mm_fixture *f = machine(64);
	struct kernel *k = f->k;
	struct cma *cma;

	(void)state;
	/* From the top, sizes whole pageblocks of 4 MB. */
	assert_int_equal(cma_declare_contiguous(k, 0, 5 * MB, 0, 0, 0, false,
						"a", &cma),
			 0);
	assert_int_equal(cma_get_base(cma), 0x63800000);
	assert_int_equal(cma_get_size(cma), 8 * MB);
	assert_true(logged(f, "cma: Reserved 8 MiB at 0x63800000\n"));
	/* Below a limit, with an alignment beyond a pageblock's. */
	assert_int_equal(cma_declare_contiguous(k, 0, 4 * MB, 0x63400000,
						16 * MB, 0, false, NULL, &cma),
			 0);
	assert_int_equal(cma_get_base(cma), 0x62000000);
	assert_int_equal(cma_get_size(cma), 16 * MB);
	assert_string_equal(cma->name, "cma1");
	/* At a place of the caller's. */
	assert_int_equal(cma_declare_contiguous(k, 0x61000000, 4 * MB, 0, 0, 0,
						true, "c", &cma),
			 0);
	assert_int_equal(cma_get_base(cma), 0x61000000);
	assert_int_equal(k->mem.totalcma_pages, (8 + 16 + 4) * 256);
	assert_int_equal(k->mem.cma.area_count, 3);
	fixture_destroy(f);
}

static void test_declare_errors(void **state)
{
	struct mm_fixture *f = machine(64);
	struct kernel *k = f->k;
	struct cma *cma;

	(void)state;
	assert_int_equal(cma_declare_contiguous(k, 0, 0, 0, 0, 0, false, "x",
						&cma),
			 -EINVAL);
	assert_int_equal(cma_declare_contiguous(k, 0, MB, 0, 3 * MB, 0, false,
						"x", &cma),
			 -EINVAL);
	assert_int_equal(cma_declare_contiguous(k, 0x62100000, 4 * MB, 0, 0, 0,
						true, "x", &cma),
			 -EINVAL);
	assert_true(logged(f, "cma: Region at 0x62100000 must be aligned to "
			      "0x00400000 bytes\n"));
	assert_int_equal(cma_declare_contiguous(k, 0x62000000, 4 * MB,
						0x62400000 - 1, 0, 0, false,
						"x", &cma),
			 -EINVAL);
	assert_true(logged(f, "cma: Size (0x00400000) of region at 0x62000000 "
			      "exceeds limit (0x62000000)\n"));
	assert_int_equal(cma_declare_contiguous(k, BASE, 4 * MB, 0, 0, 0, true,
						"x", &cma),
			 -EBUSY);
	assert_int_equal(cma_declare_contiguous(k, 0, 64 * MB, 0, 0, 0, false,
						"x", &cma),
			 -ENOMEM);
	/* A bit for more pages than there are. */
	assert_int_equal(cma_declare_contiguous(k, 0, 4 * MB, 0, 0, 11, false,
						"x", &cma),
			 -EINVAL);
	assert_int_equal(cma_init_reserved_mem(k, 0x63000000, 4 * MB, 0, "x",
					       &cma),
			 -EINVAL); /* not reserved */
	for (int i = 0; i < MAX_CMA_AREAS; i++)
		assert_int_equal(cma_declare_contiguous(k, 0, 4 * MB, 0, 0, 0,
							false, NULL, &cma),
				 0);
	assert_int_equal(cma_declare_contiguous(k, 0, 4 * MB, 0, 0, 0, false,
						"x", &cma),
			 -ENOSPC);
	assert_true(logged(f, "cma: Not enough slots for CMA reserved "
			      "regions!\n"));
	assert_int_equal(k->mem.totalcma_pages, MAX_CMA_AREAS * 1024);
	fixture_destroy(f);
}

/* Lowmem ends in the middle of RAM: an area is on one side of it. */
static void test_declare_highmem(void **state)
{
	struct mm_fixture *f = machine(64);
	struct kernel *k = f->k;
	struct cma *cma;

	(void)state;
	k->arch.arm_lowmem_limit = 0x63000000;
	assert_int_equal(cma_declare_contiguous(k, 0x62c00000, 8 * MB, 0, 0, 0,
						true, "x", &cma),
			 -EINVAL);
	assert_true(logged(f, "cma: Region at 0x62c00000 defined on low/high "
			      "memory boundary (0x63000000)\n"));
	assert_int_equal(cma_declare_contiguous(k, 0, 12 * MB, 0, 0, 0, false,
						"high", &cma),
			 0);
	assert_int_equal(cma_get_base(cma), 0x63400000);
	assert_int_equal(cma_declare_contiguous(k, 0, 8 * MB, 0, 0, 0, false,
						"low", &cma),
			 0);
	assert_int_equal(cma_get_base(cma), 0x62800000);
	boot(f);
	assert_int_equal(normal(f)->cma_pages, 2048);
	assert_int_equal(k->mem.node_data[0].node_zones[ZONE_HIGHMEM].cma_pages,
			 3072);
	assert_int_equal(k->vmstat.item[NR_FREE_CMA], 5120);
	fixture_destroy(f);
}

/* The argument as Linux parses it. */
static void test_argument(void **state)
{
	static const struct {
		const char *text;
		paddr_t base;
		uint64_t mb;
	} cases[] = {
		{"cma=8M", 0x63800000, 8},
		{"cma=0x800000", 0x63800000, 8},
		{"cma=8192k", 0x63800000, 8},
		{"cma=8M@0x61000000", 0x61000000, 8},
		{"cma=8M@0x61000000-0x62400000", 0x61c00000, 8},
		{"cma=8M@0-0x62400000", 0x61c00000, 8},
		{"cma=1", 0x63c00000, 4},
		{"cma=0", 0, 0},
		{"cma=", 0, 0},
		{"cma", 0, 0},
		{"cmax=8M", 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mm_fixture *f = machine(64);
		const struct cma *cma;

		snprintf(f->k->arch.command_line,
			 sizeof(f->k->arch.command_line), "quiet %s x",
			 cases[i].text);
		dma_contiguous_reserve(f->k, UINT32_MAX);
		cma = f->k->mem.cma.dma_default;
		if (cases[i].mb) {
			assert_non_null(cma);
			assert_int_equal(cma_get_base(cma), cases[i].base);
			assert_int_equal(cma_get_size(cma), cases[i].mb * MB);
			assert_string_equal(cma->name, "reserved");
		} else {
			assert_null(cma);
		}
		fixture_destroy(f);
	}
}

/* ---- lending ------------------------------------------------------------------------ */

/* All that @gfp can have, in single pages, into a list of their own. */
static uint32_t take_all(struct mm_fixture *f, gfp_t gfp, struct page *pages[],
			 const struct cma *cma, uint32_t *nr_in_area)
{
	uint32_t nr = 0;

	*nr_in_area = 0;
	while ((pages[nr] = alloc_page(&f->task,
				       gfp | __GFP_NOWARN | __GFP_NORETRY))) {
		SetPageUptodate(pages[nr]); /* a program's */
		*nr_in_area += in_area(f, cma, pages[nr]);
		nr++;
	}
	return nr;
}

static void give_all(struct mm_fixture *f, struct page *pages[], uint32_t nr)
{
	while (nr--)
		__free_pages(&f->task, pages[nr], 0);
}

static void test_lent(void **state)
{
	static struct page *pages[16384], *more[16384];
	struct cma *cma;
	struct mm_fixture *f = machine_with_area(16, 0, &cma);
	struct zone *zone = normal(f);
	uint32_t nr, nr_more, nr_in_area;
	uint32_t before[MAX_ORDER], after[MAX_ORDER];

	(void)state;
	free_blocks(f->k, before);
	assert_int_equal(zone->cma_pages, 4096);
	assert_int_equal(zone->vm_stat[NR_FREE_CMA], 4096);
	assert_int_equal(nr_free_blocks(zone, 10, MIGRATE_CMA), 4);
	/* Who can't move stays out, down to the last page. */
	nr = take_all(f, GFP_KERNEL, pages, cma, &nr_in_area);
	assert_int_equal(nr_in_area, 0);
	assert_int_equal(zone->vm_stat[NR_FREE_CMA], 4096);
	assert_null(alloc_pages(&f->task,
				GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY, 3));
	nr_more = take_all(f, GFP_ATOMIC, more, cma, &nr_in_area);
	assert_true(nr_more && !nr_in_area);
	give_all(f, more, nr_more);
	/* Who can, gets all of it; the reserves stay. */
	nr_more = take_all(f, GFP_HIGHUSER_MOVABLE, more, cma, &nr_in_area);
	assert_true(nr_in_area > 3500);
	give_all(f, pages, nr);
	give_all(f, more, nr_more);
	free_blocks(f->k, after);
	assert_memory_equal(before, after, sizeof(before));
	assert_int_equal(zone->vm_stat[NR_FREE_CMA], 4096);
	assert_int_equal(verify_page_alloc(f->k), 0);
	fixture_destroy(f);
}

/* Movable pages keep CMA and the rest about equally full. */
static void test_balance(void **state)
{
	static struct page *pages[16384];
	struct cma *cma;
	struct mm_fixture *f = machine_with_area(16, 0, &cma);
	struct zone *zone = normal(f);
	uint32_t nr = 0, first_in_area = 0;

	(void)state;
	while (nr < 12000) {
		int64_t nr_cma = zone->vm_stat[NR_FREE_CMA];
		int64_t nr_free = zone->vm_stat[NR_FREE_PAGES];

		pages[nr] = alloc_page(&f->task, GFP_HIGHUSER_MOVABLE);
		assert_non_null(pages[nr]);
		if (in_area(f, cma, pages[nr]) && !first_in_area) {
			/* A batch of the CPU's ago the areas tipped. */
			assert_in_range(nr_cma * 2, nr_free - 64, nr_free + 64);
			first_in_area = nr;
		}
		nr++;
	}
	assert_true(first_in_area > 7000);
	/* From there on they shrink together. */
	assert_in_range(zone->vm_stat[NR_FREE_CMA] * 2,
			zone->vm_stat[NR_FREE_PAGES] - 64,
			zone->vm_stat[NR_FREE_PAGES] + 64);
	give_all(f, pages, nr);
	assert_int_equal(verify_page_alloc(f->k), 0);
	fixture_destroy(f);
}

/* An area that lies in two zones is none. */
static void test_two_zones(void **state)
{
	struct mm_fixture *f = machine(64);
	struct cma *cma;

	(void)state;
	memblock_reserve(f->k, 0x62c00000, 8 * MB);
	assert_int_equal(cma_init_reserved_mem(f->k, 0x62c00000, 8 * MB, 0,
					       "split", &cma),
			 0);
	f->k->arch.arm_lowmem_limit = 0x63000000;
	boot(f);
	assert_true(logged(f, "cma: CMA area split could not be activated\n"));
	assert_int_equal(f->k->mem.totalcma_pages, 0);
	assert_int_equal(cma->count, 0);
	assert_null(cma_alloc(&f->task, cma, 1, 0, false));
	assert_int_equal(f->k->mem.totalram_pages,
			 normal(f)->managed_pages + 16 * 256);
	fixture_destroy(f);
}

/* ---- taking and giving back --------------------------------------------------------------- */

static void test_alloc(void **state)
{
	struct cma *cma;
	struct mm_fixture *f = machine_with_area(16, 0, &cma);
	struct task_struct *curr = &f->task;
	struct page *a, *b, *c, *all;
	uint32_t before[MAX_ORDER], after[MAX_ORDER];

	(void)state;
	free_blocks(f->k, before);
	a = cma_alloc(curr, cma, 3, 0, false);
	b = cma_alloc(curr, cma, 16, 4, false);
	c = cma_alloc(curr, cma, 1, 0, false);
	assert_int_equal(page_to_pfn(f->k, a), cma->base_pfn);
	assert_int_equal(page_to_pfn(f->k, b), cma->base_pfn + 16);
	assert_int_equal(page_to_pfn(f->k, c), cma->base_pfn + 3);
	for (int i = 0; i < 16; i++)
		assert_int_equal(page_count(&b[i]), 1);
	assert_int_equal(normal(f)->vm_stat[NR_FREE_CMA], 4096 - 20);
	assert_int_equal(verify_page_alloc(f->k), 0);
	/* In parts, and what isn't the area's not at all. */
	assert_true(cma_release(curr, cma, b, 4));
	assert_true(cma_release(curr, cma, b + 4, 12));
	assert_false(cma_release(curr, cma, f->k->mem.mem_map + 1000, 1));
	assert_false(cma_release(curr, cma, NULL, 1));
	/* More than there is. */
	assert_null(cma_alloc(curr, cma, 4097, 0, false));
	assert_null(cma_alloc(curr, cma, 4096, 0, false));
	assert_true(logged(f, "cma: cma_alloc: test: alloc failed, req-size: "
			      "4096 pages, ret: -12\n"));
	assert_null(cma_alloc(curr, cma, 0, 0, false));
	assert_null(cma_alloc(curr, NULL, 1, 0, false));
	assert_null(cma_alloc(curr, cma, UINT32_MAX, 0, true));
	assert_int_equal(events(f, CMA_ALLOC_SUCCESS), 3);
	assert_int_equal(events(f, CMA_ALLOC_FAIL), 5);
	assert_true(cma_release(curr, cma, a, 3));
	assert_true(cma_release(curr, cma, c, 1));
	all = cma_alloc(curr, cma, 4096, 0, false);
	assert_int_equal(page_to_pfn(f->k, all), cma->base_pfn);
	assert_true(cma_release(curr, cma, all, 4096));
	free_blocks(f->k, after);
	assert_memory_equal(before, after, sizeof(before));
	assert_int_equal(verify_page_alloc(f->k), 0);
	fixture_destroy(f);
}

static void keep_trace(void *ctx, const struct hw_trace *event)
{
	char line[KERNEL_TRACE_LINE];

	fixture_log(ctx, line, kernel_trace_line(event, line));
}

/* Someone who doesn't move is in the way: on to the next place. */
static void test_busy(void **state)
{
	static struct page *pages[16384];
	struct cma *cma;
	struct mm_fixture *f = machine_with_area(8, 0, &cma);
	struct task_struct *curr = &f->task;
	struct page *range, *tenth = NULL;
	uint32_t nr, nr_in_area;
	char want[128];

	(void)state;
	nr = take_all(f, GFP_HIGHUSER_MOVABLE, pages, cma, &nr_in_area);
	for (uint32_t i = 0; i < nr; i++)
		if (page_to_pfn(f->k, pages[i]) == cma->base_pfn + 10)
			tenth = pages[i];
		else
			__free_pages(curr, pages[i], 0);
	assert_non_null(tenth);
	f->ops.trace = keep_trace;
	f->k->sched.cpus[0].curr = curr;
	f->k->sched.in_kernel = &f->k->sched.cpus[0];
	f->k->hw.trace_events = TRACE_BIT(TRACE_cma_alloc_busy_retry) |
				TRACE_BIT(TRACE_cma_alloc_start) |
				TRACE_BIT(TRACE_cma_alloc_finish) |
				TRACE_BIT(TRACE_cma_release) |
				TRACE_BIT(TRACE_test_pages_isolated);
	range = cma_alloc(curr, cma, 8, 2, false);
	assert_int_equal(page_to_pfn(f->k, range), cma->base_pfn);
	assert_true(logged(f, "cma_alloc_start: name=test count=8 align=2"));
	range = cma_alloc(curr, cma, 8, 2, false);
	assert_int_equal(page_to_pfn(f->k, range), cma->base_pfn + 12);
	snprintf(want, sizeof(want),
		 "test_pages_isolated: start_pfn=0x%x end_pfn=0x%x "
		 "fin_pfn=0x%x ret=fail",
		 cma->base_pfn + 8, cma->base_pfn + 16, cma->base_pfn + 10);
	assert_non_null(strstr(f->log, want));
	snprintf(want, sizeof(want),
		 "cma_alloc_busy_retry: name=test pfn=0x%x count=8 align=2",
		 cma->base_pfn + 8);
	assert_non_null(strstr(f->log, want));
	snprintf(want, sizeof(want),
		 "cma_alloc_finish: name=test pfn=0x%x count=8 align=2 "
		 "errorno=0",
		 cma->base_pfn + 12);
	assert_true(logged(f, want));
	assert_null(cma_alloc(curr, cma, 2048 - 8, 0, true));
	assert_true(logged(f, "errorno=-12"));
	__free_pages(curr, tenth, 0);
	assert_int_equal(verify_page_alloc(f->k), 0);
	fixture_destroy(f);
}

/* A bit for four pages. */
static void test_order_per_bit(void **state)
{
	struct cma *cma;
	struct mm_fixture *f = machine_with_area(4, 2, &cma);
	struct task_struct *curr = &f->task;
	struct page *a, *b, *c;

	(void)state;
	a = cma_alloc(curr, cma, 1, 0, false);
	b = cma_alloc(curr, cma, 5, 1, false);
	c = cma_alloc(curr, cma, 1, 4, false);
	assert_int_equal(page_to_pfn(f->k, a), cma->base_pfn);
	assert_int_equal(page_to_pfn(f->k, b), cma->base_pfn + 4);
	assert_int_equal(page_to_pfn(f->k, c), cma->base_pfn + 16);
	assert_int_equal(bitmap_weight(cma->bitmap, 256), 4);
	assert_true(cma_release(curr, cma, b, 5));
	assert_int_equal(bitmap_weight(cma->bitmap, 256), 2);
	assert_true(cma_release(curr, cma, a, 1));
	assert_true(cma_release(curr, cma, c, 1));
	assert_int_equal(bitmap_weight(cma->bitmap, 256), 0);
	drain_all_pages(f->k);
	assert_int_equal(normal(f)->vm_stat[NR_FREE_CMA], 1024);
	fixture_destroy(f);
}

/*
 * Alignment is of frames' numbers, though the area begins at no multiple of
 * it: 0x62400000 is frame 0x62400, a multiple of 4 MB but not of 8.
 */
static void test_alignment_beyond_base(void **state)
{
	struct mm_fixture *f = machine(64);
	struct cma *cma;
	struct page *page;

	(void)state;
	assert_int_equal(cma_declare_contiguous(f->k, 0x62400000, 16 * MB, 0, 0,
						0, true, "odd", &cma),
			 0);
	boot(f);
	page = cma_alloc(&f->task, cma, 1, 11, false);
	assert_int_equal(page_to_pfn(f->k, page), 0x62800);
	assert_null(cma_alloc(&f->task, cma, 1, 16, true));
	fixture_destroy(f);
}

/* ---- isolation --------------------------------------------------------------------------------- */

static void test_isolate(void **state)
{
	struct mm_fixture *f = fixture_simple(64, false);
	struct kernel *k = f->k;
	struct zone *zone = normal(f);
	uint32_t before[MAX_ORDER], after[MAX_ORDER];
	static struct page *pages[16384];
	struct page *lru;
	int64_t nr_free;
	pfn_t pfn = 0x62000;
	uint32_t nr;

	(void)state;
	/* A page of a program in the middle of the block. */
	assert_int_equal(alloc_contig_range(&f->task, pfn + 100, pfn + 101,
					    MIGRATE_MOVABLE, GFP_KERNEL),
			 0);
	lru = pfn_to_page(k, pfn + 100);
	SetPageLRU(lru);
	free_blocks(k, before);
	nr_free = zone->vm_stat[NR_FREE_PAGES];
	assert_int_equal(start_isolate_page_range(k, pfn + 5, pfn + 1030,
						  MIGRATE_MOVABLE),
			 0);
	assert_int_equal(zone->nr_isolate_pageblock, 2);
	assert_int_equal(zone->vm_stat[NR_FREE_PAGES], nr_free - 2047);
	assert_int_equal(verify_page_alloc(k), 0);
	assert_int_equal(start_isolate_page_range(k, pfn - 1024, pfn + 1,
						  MIGRATE_MOVABLE),
			 -EBUSY); /* closed already; the first is open again */
	assert_int_equal(zone->nr_isolate_pageblock, 2);
	assert_int_equal(test_pages_isolated(k, pfn, pfn + 2048), -EBUSY);
	assert_int_equal(test_pages_isolated(k, pfn + 1024, pfn + 3072),
			 -EBUSY);
	assert_int_equal(test_pages_isolated(k, pfn + 1024, pfn + 2048), 0);
	/* What is freed inside doesn't come back. */
	ClearPageLRU(lru);
	__free_pages(&f->task, lru, 0);
	assert_int_equal(zone->vm_stat[NR_FREE_PAGES], nr_free - 2047);
	assert_int_equal(test_pages_isolated(k, pfn, pfn + 2048), 0);
	nr = 0;
	while ((pages[nr] = alloc_page(&f->task, GFP_ATOMIC | __GFP_NOWARN))) {
		pfn_t at = page_to_pfn(k, pages[nr++]);

		assert_false(at >= pfn && at < pfn + 2048);
	}
	give_all(f, pages, nr);
	undo_isolate_page_range(k, pfn + 5, pfn + 1030, MIGRATE_MOVABLE);
	assert_int_equal(zone->nr_isolate_pageblock, 0);
	free_blocks(k, after);
	assert_int_equal(after[10], before[10] + 1);
	assert_int_equal(verify_page_alloc(k), 0);
	fixture_destroy(f);
}

/* What lies on a CPU's list when its pageblock is closed comes home there. */
static void test_isolate_pcp(void **state)
{
	struct cma *cma;
	struct mm_fixture *f = machine_with_area(32, 0, &cma);
	struct kernel *k = f->k;
	struct page *page;
	int64_t nr_free;

	(void)state;
	do /* the area has more than half of what is free, soon */
		page = alloc_page(&f->task, GFP_HIGHUSER_MOVABLE);
	while (!in_area(f, cma, page));
	__free_pages(&f->task, page, 0);
	nr_free = normal(f)->vm_stat[NR_FREE_PAGES];
	assert_true(normal(f)->pcp[0].count > 0);
	assert_int_equal(start_isolate_page_range(k, cma->base_pfn,
						  cma->base_pfn + cma->count,
						  MIGRATE_CMA),
			 0);
	drain_all_pages(k);
	assert_int_equal(verify_page_alloc(k), 0);
	assert_int_equal(normal(f)->vm_stat[NR_FREE_CMA], 0);
	assert_true(normal(f)->vm_stat[NR_FREE_PAGES] < nr_free - 8000);
	assert_int_equal(test_pages_isolated(k, cma->base_pfn,
					     cma->base_pfn + cma->count),
			 0);
	undo_isolate_page_range(k, cma->base_pfn, cma->base_pfn + cma->count,
				MIGRATE_CMA);
	assert_int_equal(normal(f)->vm_stat[NR_FREE_CMA], 8192);
	assert_int_equal(verify_page_alloc(k), 0);
	fixture_destroy(f);
}

static void test_unmovable(void **state)
{
	struct cma *cma;
	struct mm_fixture *f = machine_with_area(4, 0, &cma);
	struct kernel *k = f->k;
	struct page *slab = alloc_pages(&f->task, GFP_KERNEL | __GFP_COMP, 2);
	pfn_t pfn = page_to_pfn(k, slab);

	(void)state;
	assert_ptr_equal(has_unmovable_pages(k, pfn, pfn + 4, MIGRATE_MOVABLE),
			 slab);
	/* The middle of it is no more free than its head. */
	assert_ptr_equal(has_unmovable_pages(k, pfn + 2, pfn + 4,
					     MIGRATE_MOVABLE),
			 slab + 2);
	assert_ptr_equal(has_unmovable_pages(k, BASE >> 12, (BASE >> 12) + 1,
					     MIGRATE_MOVABLE),
			 k->mem.mem_map); /* reserved */
	assert_null(has_unmovable_pages(k, 0x63000, 0x63400, MIGRATE_MOVABLE));
	assert_null(has_unmovable_pages(k, cma->base_pfn, cma->base_pfn + 1024,
					MIGRATE_CMA));
	assert_non_null(has_unmovable_pages(k, cma->base_pfn, cma->base_pfn + 1,
					    MIGRATE_MOVABLE));
	assert_int_equal(alloc_contig_range(&f->task, pfn, pfn + 1,
					    MIGRATE_MOVABLE, GFP_KERNEL),
			 -EBUSY);
	assert_int_equal(normal(f)->nr_isolate_pageblock, 0);
	__free_pages(&f->task, slab, 2);
	assert_int_equal(verify_page_alloc(k), 0);
	fixture_destroy(f);
}

/* The blocks that cover a range are cut at both its ends. */
static void test_contig_range(void **state)
{
	struct mm_fixture *f = fixture_simple(64, false);
	struct kernel *k = f->k;
	uint32_t before[MAX_ORDER], after[MAX_ORDER];
	uint64_t nr_free = free_blocks(k, before);
	pfn_t pfn = 0x62000;

	(void)state;
	assert_int_equal(alloc_contig_range(&f->task, pfn + 333, pfn + 2777,
					    MIGRATE_MOVABLE, GFP_KERNEL),
			 0);
	assert_int_equal(free_blocks(k, after), nr_free - (2777 - 333));
	assert_int_equal(verify_page_alloc(k), 0);
	for (pfn_t i = 0; i < 3072; i++)
		assert_int_equal(page_count(pfn_to_page(k, pfn + i)),
				 i >= 333 && i < 2777);
	/* Not a second time, be it in part. */
	assert_int_equal(alloc_contig_range(&f->task, pfn + 332, pfn + 334,
					    MIGRATE_MOVABLE, GFP_KERNEL),
			 -EBUSY);
	free_contig_range(&f->task, pfn + 333, 2777 - 333);
	assert_int_equal(free_blocks(k, after), nr_free);
	assert_memory_equal(before, after, sizeof(before));
	fixture_destroy(f);
}

static void test_contig_pages(void **state)
{
	struct cma *cma;
	struct mm_fixture *f = machine_with_area(16, 0, &cma);
	struct kernel *k = f->k;
	struct page *page = alloc_contig_pages(&f->task, 2048, GFP_KERNEL, 0);
	pfn_t pfn = page_to_pfn(k, page);

	(void)state;
	/* 8 MB, more than any block, at a multiple of it; not of CMA's. */
	assert_int_equal(pfn & 2047, 0);
	assert_false(in_area(f, cma, page));
	assert_false(in_area(f, cma, page + 2047));
	assert_int_equal(verify_page_alloc(k), 0);
	assert_null(alloc_contig_pages(&f->task, 8192, GFP_KERNEL, 0));
	assert_null(alloc_contig_pages(&f->task, 0, GFP_KERNEL, 0));
	free_contig_range(&f->task, pfn, 2048);
	assert_int_equal(get_pageblock_migratetype(k, page), MIGRATE_MOVABLE);
	assert_int_equal(verify_page_alloc(k), 0);
	fixture_destroy(f);
}

/* ---- the verifier ---------------------------------------------------------------------------- */

static void test_verifier(void **state)
{
	struct cma *cma;
	struct mm_fixture *f = machine_with_area(8, 0, &cma);
	struct page *taken = cma_alloc(&f->task, cma, 2, 0, false);
	struct zone *zone = normal(f);

	(void)state;
	/* A page that no one could move, as if the map had lost it. */
	clear_bit(1, cma->bitmap);
	assert_int_equal(verify_page_alloc(f->k), 1);
	assert_true(logged(f, "can't be moved out of CMA"));
	set_bit(1, cma->bitmap);
	SetPageSlab(taken);
	assert_int_equal(verify_page_alloc(f->k), 1);
	ClearPageSlab(taken);
	zone->nr_isolate_pageblock++;
	assert_int_equal(verify_page_alloc(f->k), 1);
	zone->nr_isolate_pageblock--;
	zone->cma_pages--;
	assert_int_equal(verify_page_alloc(f->k), 1);
	zone->cma_pages++;
	/* Free blocks of CMA on the lists of others. */
	set_pageblock_migratetype(f->k, taken + 1024, MIGRATE_MOVABLE);
	assert_true(verify_page_alloc(f->k) >= 1);
	set_pageblock_migratetype(f->k, taken + 1024, MIGRATE_CMA);
	assert_int_equal(verify_page_alloc(f->k), 0);
	fixture_destroy(f);
}

/* ---- at random, against a slow model ----------------------------------------------------------- */

enum {
	NR_OWNERS = 4000,
	MODEL_MB = 96,
	NR_AREAS = 3
};

struct owner {
	struct page *page;
	uint32_t count; /* pages */
	int order; /* of the buddy's; -1: of an area */
	int area;
};

struct model {
	struct mm_fixture *f;
	struct cma *cma[NR_AREAS];
	uint16_t owned[MODEL_MB * 256]; /* by frame: owner + 1 */
	struct owner owners[NR_OWNERS];
	uint64_t nr_taken, seed;
	uint32_t nr_ok, nr_busy;
};

static uint16_t *owned(struct model *m, const struct page *page)
{
	return &m->owned[page - m->f->k->mem.mem_map];
}

static void claim(struct model *m, const struct owner *o, uint16_t from,
		  uint16_t to)
{
	for (uint32_t i = 0; i < o->count; i++) {
		assert_int_equal(owned(m, o->page)[i], from);
		owned(m, o->page)[i] = to;
	}
	m->nr_taken += to ? o->count : -(uint64_t)o->count;
}

/* Of @cma's frames [at, at + count): does a driver, or anybody, own one? */
static bool any_owned(struct model *m, const struct cma *cma, uint32_t at,
		      uint32_t count, bool drivers_only)
{
	const struct page *page = pfn_to_page(m->f->k, cma->base_pfn + at);

	for (uint32_t i = 0; i < count; i++) {
		uint16_t id = owned(m, page)[i];

		if (id && (!drivers_only || m->owners[id - 1].order < 0))
			return true;
	}
	return false;
}

/*
 * Where cma_alloc() must find its range: the first aligned place where no
 * driver is, and nobody else. A busy place moves it on by its alignment.
 */
static uint32_t predict(struct model *m, const struct cma *cma, uint32_t count,
			unsigned int align)
{
	for (uint32_t at = 0; at + count <= cma->count; at++) {
		if ((cma->base_pfn + at) & ((1u << align) - 1))
			continue;
		if (!any_owned(m, cma, at, count, false))
			return at;
		m->nr_busy += !any_owned(m, cma, at, count, true);
	}
	return UINT32_MAX;
}

static void take_from_area(struct model *m, struct owner *o)
{
	unsigned int align = next_random(&m->seed) % 6;
	struct cma *cma;
	uint32_t at;

	o->area = (int)(next_random(&m->seed) % NR_AREAS);
	o->order = -1;
	o->count = 1 + next_random(&m->seed) %
			       (next_random(&m->seed) % 8 ? 40 : 1500);
	cma = m->cma[o->area];
	at = predict(m, cma, o->count, align);
	o->page = cma_alloc(&m->f->task, cma, o->count, align, true);
	if (at == UINT32_MAX) {
		assert_null(o->page);
		return;
	}
	assert_int_equal(page_to_pfn(m->f->k, o->page), cma->base_pfn + at);
	m->nr_ok++;
}

static void take_from_buddy(struct model *m, struct owner *o)
{
	static const gfp_t kinds[] = {GFP_HIGHUSER_MOVABLE,
				      GFP_HIGHUSER_MOVABLE, GFP_KERNEL,
				      GFP_KERNEL | __GFP_RECLAIMABLE,
				      GFP_ATOMIC};
	unsigned int order = next_random(&m->seed) % 10 < 8
				     ? next_random(&m->seed) % 3
				     : next_random(&m->seed) % MAX_ORDER;
	gfp_t gfp = kinds[next_random(&m->seed) % 5];

	o->order = (int)order;
	o->count = 1u << order;
	o->page = alloc_pages(&m->f->task, gfp | __GFP_NOWARN | __GFP_NORETRY,
			      order);
	if (o->page && (gfp & __GFP_MOVABLE))
		SetPageUptodate(o->page); /* a program's */
	else if (o->page)
		assert_int_not_equal(get_pageblock_migratetype(m->f->k,
							       o->page),
				     MIGRATE_CMA);
}

static void give_back(struct model *m, struct owner *o, uint16_t id)
{
	claim(m, o, id, 0);
	if (o->order >= 0)
		__free_pages(&m->f->task, o->page, (unsigned int)o->order);
	else
		assert_true(cma_release(&m->f->task, m->cma[o->area], o->page,
					o->count));
	o->page = NULL;
}

static void step(struct model *m)
{
	uint16_t id = (uint16_t)(next_random(&m->seed) % NR_OWNERS);
	struct owner *o = &m->owners[id];

	if (o->page) {
		give_back(m, o, id + 1);
		return;
	}
	if (next_random(&m->seed) % 4)
		take_from_buddy(m, o);
	else
		take_from_area(m, o);
	if (o->page)
		claim(m, o, 0, id + 1);
}

static void random_operations(int steps, int verify_every, uint64_t seed)
{
	static const uint64_t mb[NR_AREAS] = {16, 4, 20};
	struct model *m = calloc(1, sizeof(*m));
	uint32_t before[MAX_ORDER], after[MAX_ORDER];
	uint64_t nr_free;

	m->seed = seed;
	m->f = machine(MODEL_MB);
	for (int i = 0; i < NR_AREAS; i++)
		assert_int_equal(cma_declare_contiguous(m->f->k, 0, mb[i] * MB,
							0, 0, 0, false, NULL,
							&m->cma[i]),
				 0);
	boot(m->f);
	nr_free = free_blocks(m->f->k, before);
	for (int i = 1; i <= steps; i++) {
		step(m);
		if (i % verify_every)
			continue;
		if (verify_page_alloc(m->f->k))
			fail_msg("step %d: %s", i, m->f->log);
		assert_int_equal(free_blocks(m->f->k, after),
				 nr_free - m->nr_taken);
		assert_int_equal(m->f->k->vmstat.item[NR_FREE_PAGES],
				 nr_free - m->nr_taken);
	}
	for (uint16_t id = 0; id < NR_OWNERS; id++)
		if (m->owners[id].page)
			give_back(m, &m->owners[id], id + 1);
	assert_int_equal(free_blocks(m->f->k, after), nr_free);
	assert_memory_equal(before, after, sizeof(before));
	assert_int_equal(m->f->k->vmstat.item[NR_FREE_CMA], 40 * 256);
	assert_int_equal(verify_page_alloc(m->f->k), 0);
	print_message("seed %llu, %d steps: %u ranges taken, %u places busy\n",
		      (unsigned long long)seed, steps, m->nr_ok, m->nr_busy);
	assert_true(m->nr_ok > (uint32_t)steps / 100);
	assert_true(m->nr_busy);
	fixture_destroy(m->f);
	free(m);
}

static void test_random(void **state)
{
	(void)state;
	random_operations(3000, 1, 1);
	random_operations(20000, 500, 2);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_declare),
		cmocka_unit_test(test_declare_errors),
		cmocka_unit_test(test_declare_highmem),
		cmocka_unit_test(test_argument),
		cmocka_unit_test(test_lent),
		cmocka_unit_test(test_balance),
		cmocka_unit_test(test_two_zones),
		cmocka_unit_test(test_alloc),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_order_per_bit),
		cmocka_unit_test(test_alignment_beyond_base),
		cmocka_unit_test(test_isolate),
		cmocka_unit_test(test_isolate_pcp),
		cmocka_unit_test(test_unmovable),
		cmocka_unit_test(test_contig_range),
		cmocka_unit_test(test_contig_pages),
		cmocka_unit_test(test_verifier),
		cmocka_unit_test(test_random),
	};

	if (argc > 1) {
		random_operations(atoi(argv[1]), 1000,
				  argc > 2 ? strtoull(argv[2], NULL, 0) : 1);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
