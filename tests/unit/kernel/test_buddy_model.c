/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The page allocator against a slow and obvious model: an array of frames,
 * each with its owner. Blocks of every order, for every use, are taken by
 * several CPUs and given back whole, in parts and in bunches, through the
 * CPUs' lists and past them. What is handed out was free, is aligned and lies
 * where its flags allow; what must succeed does; what is free is in the buddy
 * as merging all that can be merged says, or on a CPU's list; at the end all
 * comes together again as it was at boot.
 *
 *	test_buddy_model [STEPS [SEED [BOARD]]]
 *
 * The books are compared after each step, or every 1,000 steps of a run of
 * more than 100,000: a million is the long version.
 */

#include "tests/unit/kernel/mm_fixture.h"

static uint32_t nr_steps = 3000;
static uint64_t first_seed = 1;
static const char *only;

enum {
	MAX_LIVE = 4000,
	MAX_FRAMES = 32768,
	NR_BATCH = 20
};

/* A block in use: so many frames in a row, freed together or one by one. */
struct live {
	struct page *page;
	unsigned int order;
	uint32_t nr_exact; /* from alloc_pages_exact(): its frames */
	gfp_t gfp;
};

struct frame {
	uint32_t owner; /* 0: nobody; else a number that no other block has */
	bool managed; /* was the buddy's at boot */
	bool on_pcp, listed; /* while the books are compared */
	uint8_t zone, nid;
};

struct model {
	struct mm_fixture *f;
	struct kernel *k;
	struct frame frames[MAX_FRAMES];
	struct live live[MAX_LIVE];
	uint32_t nr_frames, nr_live, next_owner, step;
	uint32_t nr_failed, nr_highatomic;
	uint64_t random, seed;
	const char *board;
};

/* Says where it was, so that it can be run again. */
#define DEMAND(m, condition)                                                \
	do {                                                                \
		if (!(condition)) {                                         \
			fputs((m)->f->log, stderr);                         \
			fail_msg("%s, seed %llu, step %u, line %d: %s",     \
				 (m)->board, (unsigned long long)(m)->seed, \
				 (m)->step, __LINE__, #condition);          \
		}                                                           \
	} while (0)

static uint32_t below(struct model *m, uint32_t n)
{
	return next_random(&m->random) % n;
}

static struct frame *frame_of(struct model *m, const struct page *page)
{
	return &m->frames[page - m->k->mem.mem_map];
}

static struct page *page_of(struct model *m, uint32_t i)
{
	return &m->k->mem.mem_map[i];
}

/* ---- what must hold after each step --------------------------------------------- */

static bool is_free(const struct frame *frame)
{
	return frame->managed && !frame->owner && !frame->on_pcp;
}

/* Frames that CPUs keep: nobody's, unreferenced, each on one list. */
static void mark_pcp(struct model *m, struct zone *zone)
{
	for (unsigned int cpu = 0; cpu < m->k->hw.nr_cpus; cpu++) {
		const struct per_cpu_pages *pcp = &zone->pcp[cpu];
		int count = 0;

		for (uint32_t i = 0; i < NR_PCP_LISTS; i++) {
			const uint32_t nr = 1u << i / MIGRATE_PCPTYPES;
			struct page *page;

			list_for_each_entry(page, &pcp->lists[i], buddy_list) {
				struct frame *first = frame_of(m, page);

				DEMAND(m, (first - m->frames) % nr == 0);
				for (uint32_t n = 0; n < nr; n++) {
					DEMAND(m, is_free(&first[n]));
					DEMAND(m, page[n]._refcount == 0);
					first[n].on_pcp = true;
				}
				count += (int)nr;
			}
		}
		DEMAND(m, pcp->count == count);
	}
}

/* Merged by hand: the largest aligned blocks of one zone, then the next. */
static void merge_slowly(struct model *m, const struct zone *zone,
			 uint32_t count[MAX_ORDER])
{
	static bool taken[MAX_FRAMES];

	memset(taken, 0, sizeof(taken));
	memset(count, 0, MAX_ORDER * sizeof(*count));
	for (int order = MAX_ORDER - 1; order >= 0; order--)
		for (uint32_t at = 0; at < m->nr_frames; at += 1u << order) {
			uint32_t n = 0;

			while (n < 1u << order && !taken[at + n] &&
			       is_free(&m->frames[at + n]) &&
			       m->frames[at + n].zone == zone->idx &&
			       m->frames[at + n].nid ==
				       zone->zone_pgdat->node_id)
				n++;
			if (n < 1u << order)
				continue;
			memset(&taken[at], true, n);
			count[order]++;
		}
}

static void check_free_lists(struct model *m, struct zone *zone)
{
	int64_t nr_free = 0;

	for (unsigned int order = 0; order < MAX_ORDER; order++)
		for (int type = 0; type < MIGRATE_TYPES; type++) {
			struct page *page;

			list_for_each_entry(
				page, &zone->free_area[order].free_list[type],
				buddy_list) {
				struct frame *first = frame_of(m, page);

				for (uint32_t n = 0; n < 1u << order; n++) {
					DEMAND(m, is_free(&first[n]));
					DEMAND(m, !first[n].listed);
					first[n].listed = true;
				}
				nr_free += 1 << order;
			}
		}
	DEMAND(m, zone->vm_stat[NR_FREE_PAGES] == nr_free);
}

/* Is a pageblock of this zone another's, too? Neither can count it as its. */
static bool shares_pageblock(struct model *m, const struct zone *zone)
{
	const struct zone *other;

	for_each_populated_zone(other, m->k)
	{
		pfn_t a = zone->zone_start_pfn & ~(pageblock_nr_pages - 1);
		pfn_t b = other->zone_start_pfn & ~(pageblock_nr_pages - 1);

		if (other != zone && a < zone_end_pfn(other) &&
		    b < ((zone_end_pfn(zone) + pageblock_nr_pages - 1) &
			 ~(pageblock_nr_pages - 1)))
			return true;
	}
	return false;
}

static void check_pageblocks(struct model *m, const struct zone *zone)
{
	uint32_t count[MIGRATE_TYPES];

	count_pageblocks(m->k, zone, count);
	DEMAND(m, zone->nr_reserved_highatomic <=
			  zone->managed_pages / 100 + 2 * pageblock_nr_pages);
	DEMAND(m, shares_pageblock(m, zone) ||
			  count[MIGRATE_HIGHATOMIC] * pageblock_nr_pages ==
				  zone->nr_reserved_highatomic);
	DEMAND(m, count[MIGRATE_CMA] + count[MIGRATE_ISOLATE] == 0);
	if (m->k->mem.page_group_by_mobility_disabled)
		DEMAND(m, count[MIGRATE_RECLAIMABLE] == 0);
}

static void verify_all(struct model *m)
{
	struct zone *zone;
	uint32_t count[MAX_ORDER];

	DEMAND(m, verify_page_alloc(m->k) == 0);
	for (uint32_t i = 0; i < m->nr_frames; i++)
		m->frames[i].on_pcp = m->frames[i].listed = false;
	for_each_zone(zone, m->k)
		mark_pcp(m, zone);
	for_each_zone(zone, m->k) {
		check_free_lists(m, zone);
		check_pageblocks(m, zone);
		merge_slowly(m, zone, count);
		for (int order = 0; order < MAX_ORDER; order++)
			DEMAND(m,
			       zone->free_area[order].nr_free == count[order]);
	}
	for (uint32_t i = 0; i < m->nr_frames; i++)
		DEMAND(m, m->frames[i].listed == is_free(&m->frames[i]));
}

/* ---- what a request may have, and what it can't be refused ------------------------ */

static enum zone_type highest_zone(gfp_t gfp, bool dma)
{
	if (gfp & __GFP_DMA)
		return dma ? ZONE_DMA : ZONE_NORMAL;
	if (!(gfp & __GFP_HIGHMEM))
		return ZONE_NORMAL;
	return gfp & __GFP_MOVABLE ? ZONE_MOVABLE : ZONE_HIGHMEM;
}

static bool zone_allowed(struct model *m, enum zone_type zone, int zone_nid,
			 gfp_t gfp, int nid)
{
	return zone <= highest_zone(gfp, m->k->mem.zone_configured[ZONE_DMA]) &&
	       (!(gfp & __GFP_THISNODE) || zone_nid == nid);
}

/*
 * A zone that the request may use is well above its marks, and has a block
 * that is no one's reserve: NULL would be wrong.
 */
static bool must_succeed(struct model *m, gfp_t gfp, unsigned int order,
			 int nid)
{
	struct zone *zone;

	for_each_zone(zone, m->k) {
		int64_t spare =
			zone->vm_stat[NR_FREE_PAGES] -
			wmark_pages(zone, WMARK_HIGH) -
			zone->nr_reserved_highatomic -
			zone->lowmem_reserve[highest_zone(
				gfp, m->k->mem.zone_configured[ZONE_DMA])];

		if (!zone_allowed(m, zone->idx, zone->zone_pgdat->node_id, gfp,
				  nid) ||
		    spare <= 1 << order)
			continue;
		for (unsigned int o = order; o < MAX_ORDER; o++)
			for (int type = 0; type < MIGRATE_PCPTYPES; type++)
				if (nr_free_blocks(zone, o,
						   (enum migratetype)type))
					return true;
	}
	return false;
}

/* ---- taking ------------------------------------------------------------------------- */

static gfp_t random_gfp(struct model *m)
{
	static const gfp_t kinds[] = {
		GFP_KERNEL,
		GFP_KERNEL,
		GFP_HIGHUSER_MOVABLE,
		GFP_HIGHUSER_MOVABLE,
		GFP_HIGHUSER_MOVABLE,
		GFP_HIGHUSER,
		GFP_KERNEL | __GFP_RECLAIMABLE,
		GFP_ATOMIC,
		GFP_NOWAIT,
		GFP_KERNEL | __GFP_DMA,
		GFP_USER | __GFP_MOVABLE,
		GFP_KERNEL | __GFP_MEMALLOC,
		GFP_ATOMIC | __GFP_NOMEMALLOC,
		GFP_KERNEL | __GFP_NORETRY,
		GFP_KERNEL | __GFP_RETRY_MAYFAIL,
	};
	gfp_t gfp = kinds[below(m, sizeof(kinds) / sizeof(kinds[0]))];

	gfp |= __GFP_NOWARN;
	if (below(m, 4) == 0)
		gfp |= __GFP_COMP;
	if (below(m, 8) == 0)
		gfp |= __GFP_ZERO;
	if (below(m, 16) == 0)
		gfp |= __GFP_THISNODE;
	return gfp;
}

static unsigned int random_order(struct model *m)
{
	const uint32_t what = below(m, 100);

	if (what < 40)
		return 0;
	return what < 80 ? below(m, PAGE_ALLOC_COSTLY_ORDER + 2)
			 : below(m, MAX_ORDER);
}

/* Of highmem, too: the test looks past the tables. */
static uint32_t *frame_bytes(const struct model *m, const struct page *page)
{
	return phys_bytes(m->k, page_to_phys(m->k, page));
}

static void claim(struct model *m, const struct live *new, uint32_t nr)
{
	struct frame *first = frame_of(m, new->page);
	const uint32_t owner = ++m->next_owner;

	for (uint32_t i = 0; i < nr; i++) {
		uint32_t *bytes = frame_bytes(m, new->page + i);

		DEMAND(m, first[i].managed && !first[i].owner);
		if (new->gfp & __GFP_ZERO)
			DEMAND(m, !bytes[0] && !bytes[511] && !bytes[1023]);
		first[i].owner = owner;
		bytes[0] = bytes[511] = bytes[1023] = owner;
	}
	m->live[m->nr_live++] = *new;
}

/* Nobody has written there meanwhile. */
static void disclaim(struct model *m, const struct page *page, uint32_t nr)
{
	struct frame *first = frame_of(m, page);

	for (uint32_t i = 0; i < nr; i++) {
		const uint32_t *bytes = frame_bytes(m, page + i);

		DEMAND(m, bytes[0] == first[i].owner &&
				  bytes[511] == first[i].owner &&
				  bytes[1023] == first[i].owner);
		DEMAND(m, first[i].owner);
		first[i].owner = 0;
	}
}

static void check_block(struct model *m, const struct live *new, int nid)
{
	const struct frame *first = frame_of(m, new->page);
	const uint32_t nr = 1u << new->order;

	DEMAND(m, (first - m->frames) % nr == 0);
	DEMAND(m, page_count(new->page) == 1);
	for (uint32_t i = 0; i < nr; i++) {
		DEMAND(m, zone_allowed(m, first[i].zone, first[i].nid, new->gfp,
				       nid));
		DEMAND(m, (compound_head(new->page + i) == new->page) ==
				  (!i || (new->gfp &__GFP_COMP)));
	}
}

static uint32_t nr_reserved(struct model *m)
{
	const struct zone *zone;
	uint32_t sum = 0;

	for_each_zone(zone, m->k)
		sum += zone->nr_reserved_highatomic;
	return sum;
}

static void step_alloc(struct model *m)
{
	struct live new = {.gfp = random_gfp(m), .order = random_order(m)};
	const int nid = (int)below(m, m->k->mem.nr_online_nodes);
	const bool must = must_succeed(m, new.gfp, new.order, nid);
	const uint32_t reserved = nr_reserved(m);

	if (below(m, 50) == 0)
		m->f->task.flags |= PF_MEMALLOC;
	new.page = alloc_pages_node(&m->f->task, nid, new.gfp, new.order);
	m->nr_highatomic += nr_reserved(m) > reserved;
	m->f->task.flags &= ~PF_MEMALLOC;
	if (!new.page) {
		DEMAND(m, !must);
		m->nr_failed++;
		return;
	}
	check_block(m, &new, nid);
	claim(m, &new, 1u << new.order);
}

static void step_exact(struct model *m)
{
	const uint32_t size = 1 + below(m, 40 * PAGE_SIZE);
	struct live new = {.gfp = GFP_KERNEL | __GFP_NOWARN};
	vaddr_t kaddr = alloc_pages_exact(&m->f->task, size, new.gfp);

	if (!kaddr)
		return;
	new.page = virt_to_page(m->k, kaddr);
	new.nr_exact = (size + PAGE_SIZE - 1) / PAGE_SIZE;
	for (uint32_t i = 0; i < new.nr_exact; i++)
		DEMAND(m, page_count(new.page + i) == 1);
	claim(m, &new, new.nr_exact);
}

/* ---- giving back ---------------------------------------------------------------------- */

static void free_in_parts(struct model *m, const struct live *old)
{
	const uint32_t nr = 1u << old->order, from = below(m, nr);

	split_page(old->page, old->order);
	for (uint32_t i = 0; i < nr; i++)
		__free_pages(&m->f->task, old->page + (from + i) % nr, 0);
}

/* Somebody else holds the first page, and lets it go last. */
static void free_while_held(struct model *m, const struct live *old)
{
	get_page(old->page);
	__free_pages(&m->f->task, old->page, old->order);
	put_page(&m->f->task, old->page);
}

static void free_block(struct model *m, const struct live *old)
{
	struct task_struct *curr = &m->f->task;
	const uint32_t how = below(m, 8);

	if (old->nr_exact)
		free_pages_exact(curr, page_address(m->k, old->page),
				 old->nr_exact * PAGE_SIZE);
	else if (how == 0 && !(old->gfp & __GFP_COMP))
		free_in_parts(m, old);
	else if (how == 1)
		free_while_held(m, old);
	else if (how == 2 && (old->gfp & __GFP_COMP))
		put_page(curr, old->page + below(m, 1u << old->order));
	else if (how == 3 && !PageHighMem(m->k, old->page))
		free_pages(curr, page_address(m->k, old->page), old->order);
	else
		__free_pages(curr, old->page, old->order);
}

static void step_free(struct model *m)
{
	const uint32_t i = below(m, m->nr_live);
	const struct live old = m->live[i];

	m->live[i] = m->live[--m->nr_live];
	disclaim(m, old.page, old.nr_exact ? old.nr_exact : 1u << old.order);
	free_block(m, &old);
}

/*
 * A bunch of single pages, as the end of a mapping gives them back; some are
 * held by others, too, who let go later.
 */
static void step_release(struct model *m)
{
	struct page *pages[NR_BATCH], *held[NR_BATCH];
	uint32_t nr = 0, nr_held = 0;

	for (uint32_t i = 0; i < m->nr_live && nr < NR_BATCH; i++) {
		if (m->live[i].order || m->live[i].nr_exact)
			continue;
		disclaim(m, m->live[i].page, 1);
		if (below(m, 4) == 0) {
			get_page(m->live[i].page);
			held[nr_held++] = m->live[i].page;
		}
		pages[nr++] = m->live[i].page;
		m->live[i--] = m->live[--m->nr_live];
	}
	release_pages(&m->f->task, pages, nr);
	while (nr_held) {
		DEMAND(m, page_count(held[--nr_held]) == 1);
		put_page(&m->f->task, held[nr_held]);
	}
}

/* ---- a step ------------------------------------------------------------------------------ */

static void step_sysctl(struct model *m)
{
	struct mem_state *mem = &m->k->mem;

	mem->min_free_kbytes = 64 + below(m, 2000);
	mem->watermark_scale_factor = 1 + below(m, 200);
	mem->watermark_boost_factor = below(m, 2) * 15000;
	mem->percpu_pagelist_high_fraction = below(m, 2) * (8 + below(m, 500));
	setup_per_zone_wmarks(m->k);
}

static void step(struct model *m)
{
	/* waves: it fills up, stays full for a while, and empties */
	static const uint8_t chance[] = {95, 88, 60, 50, 45, 15};
	const uint32_t grow = chance[m->step / 400 % sizeof(chance)];
	const uint32_t what = below(m, 1000);

	m->f->now += 1000000;
	m->f->task.cpu = &m->k->sched.cpus[below(m, m->k->hw.nr_cpus)];
	if (what < 2)
		step_sysctl(m);
	else if (what < 5)
		drain_all_pages(m->k);
	else if (what < 10)
		drain_local_pages(m->k, (int)below(m, m->k->hw.nr_cpus));
	else if (what < 20)
		step_release(m);
	else if (what < 40 && m->nr_live < MAX_LIVE)
		step_exact(m);
	else if (m->nr_live < MAX_LIVE && below(m, 100) < grow)
		step_alloc(m);
	else if (m->nr_live)
		step_free(m);
}

/* ---- boards -------------------------------------------------------------------------------- */

static struct mm_fixture *one_zone(void)
{
	return fixture_simple(48, false);
}

static struct mm_fixture *tiny(void)
{
	return fixture_simple(8, false); /* grouping is off */
}

/*
 * DMA, Normal, HighMem and, cut from its end, Movable; where one ends in the
 * middle of a block the next begins.
 */
static struct mm_fixture *four_zones(void)
{
	struct mm_fixture *f = fixture_create(0x60000000, 96 * MB, 0x80000000);

	strcpy(f->k->arch.command_line, "dma_zone=10252K kernelcore=64M");
	f->k->hw.nr_cpus = 2;
	f->k->arch.arm_lowmem_limit = 0x60000000 + 39 * MB + 3 * PAGE_SIZE;
	memblock_add(f->k, 0x60000000, 96 * MB);
	fixture_boot(f, false);
	return f;
}

/* Borders that are no multiple of anything, and a hole. */
static struct mm_fixture *two_nodes(void)
{
	struct mm_fixture *f = fixture_create(0x60000000, 96 * MB, 0x80000000);
	const paddr_t border = 0x60000000 + 33 * MB + 5 * PAGE_SIZE;

	f->k->hw.nr_cpus = 3;
	f->k->mem.cpu_node[1] = 1;
	memblock_add_node(f->k, 0x60000000 + 3 * PAGE_SIZE,
			  border - 0x60000000 - 3 * PAGE_SIZE, 0, 0);
	memblock_add_node(f->k, border, 8 * MB, 1, 0);
	memblock_add_node(f->k, border + 9 * MB, 40 * MB + 7 * PAGE_SIZE, 1, 0);
	memblock_reserve(f->k, 0x60000000 + 9 * MB + PAGE_SIZE, 0x12345);
	fixture_boot(f, false);
	return f;
}

static void start(struct model *m, const char *board,
		  struct mm_fixture *(*boot)(void))
{
	memset(m, 0, sizeof(*m));
	m->board = board;
	m->random = m->seed = first_seed;
	m->f = boot();
	m->k = m->f->k;
	m->nr_frames = m->k->mem.map_end_pfn - m->k->mem.map_base_pfn;
	assert_in_range(m->nr_frames, 1, MAX_FRAMES);
	for (uint32_t i = 0; i < NR_CPUS; i++)
		m->k->sched.cpus[i].id = (int)i;
	drain_all_pages(m->k);
	for (uint32_t i = 0; i < m->nr_frames; i++) {
		const struct page *page = page_of(m, i);
		const struct page *first =
			page_of(m, i & ~(MAX_ORDER_NR_PAGES - 1));

		if (PageDeferred(first)) /* it speaks for its whole block */
			page = first;
		/* the others of such a block are not written yet */
		if (PageDeferred(page_of(m, i & ~(MAX_ORDER_NR_PAGES - 1))))
			page = page_of(m, i & ~(MAX_ORDER_NR_PAGES - 1));
		m->frames[i] = (struct frame){
			.managed = !PageReserved(page),
			.zone = (uint8_t)page_zonenum(page),
			.nid = (uint8_t)page_to_nid(page),
		};
	}
}

static void run(const char *board, struct mm_fixture *(*boot)(void))
{
	static struct model model;
	struct model *m = &model;
	const uint32_t often = nr_steps > 100000 ? 1000 : 1;
	uint32_t before[MAX_ORDER], after[MAX_ORDER];

	if (only && strcmp(only, board))
		return;
	start(m, board, boot);
	print_message("%s, %u steps, seed %llu\n", board, nr_steps,
		      (unsigned long long)m->seed);
	free_blocks(m->k, before);
	verify_all(m);
	for (m->step = 0; m->step < nr_steps; m->step++) {
		step(m);
		if (m->step % often == 0)
			verify_all(m);
	}
	print_message("  %u blocks live at the end, %u requests failed, "
		      "%u reserved a pageblock\n",
		      m->nr_live, m->nr_failed, m->nr_highatomic);
	DEMAND(m, m->nr_failed > 0);
	while (m->nr_live)
		step_free(m);
	free_blocks(m->k, after);
	verify_all(m);
	for (int order = 0; order < MAX_ORDER; order++)
		DEMAND(m, before[order] == after[order]);
	fixture_destroy(m->f);
}

#define BOARD(name)                           \
	static void test_##name(void **state) \
	{                                     \
		(void)state;                  \
		run(#name, name);             \
	}
BOARD(one_zone)
BOARD(tiny)
BOARD(four_zones)
BOARD(two_nodes)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_zone),
		cmocka_unit_test(test_tiny),
		cmocka_unit_test(test_four_zones),
		cmocka_unit_test(test_two_nodes),
	};

	if (argc > 1)
		nr_steps = (uint32_t)strtoul(argv[1], NULL, 0);
	if (argc > 2)
		first_seed = strtoull(argv[2], NULL, 0);
	if (argc > 3)
		only = argv[3];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
