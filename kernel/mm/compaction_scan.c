/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/compaction_internal.h"

/*
 * The two scanners of compaction (the first half of mm/compaction.c). One goes
 * up from a zone's first frame and takes pages in use off the LRU lists, a
 * cluster at a time; the other goes down from its last frame and takes free
 * pages out of the buddy, as the places for them. What lies between shrinks
 * until they meet.
 *
 * Both work by pageblocks. One in which there was nothing to be had is marked
 * (PB_skip), and passed over by the runs after this one, and both remember in
 * the zone how far they came: so a run begins where the last one ended.
 *
 * Leaves out: the searches of the free lists for a better place to begin
 * (fast_find_migrateblock(), fast_isolate_freepages()); on zones of gigabytes
 * they save scanning, and nothing else.
 */

#include <errno.h>

#include "kernel/mm/huge_mm.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/trace_compaction.h"
#include "kernel/task/sched.h"
#include "kernel/task/signal.h"

/* ---- pageblocks ------------------------------------------------------------------ */

/* The first page of [start, end) if all of it is @zone's; NULL: it isn't. */
static struct page *pageblock_pfn_to_page(struct kernel *k, pfn_t start,
					  pfn_t end, const struct zone *zone)
{
	struct page *first = pfn_to_page(k, start);

	if (PageDeferred(first)) /* speaks for the others, too */
		return page_zone(k, first) == zone ? first : NULL;
	if (page_zone(k, first) != zone ||
	    page_zone(k, pfn_to_page(k, end - 1)) != zone)
		return NULL;
	return first;
}

static bool isolation_suitable(const struct compact_control *cc,
			       const struct page *page)
{
	return cc->ignore_skip_hint || !get_pageblock_skip(cc->curr->k, page);
}

static void update_cached_migrate(const struct compact_control *cc, pfn_t pfn)
{
	pfn_t *cached = cc->zone->compact.cached_migrate_pfn;

	if (cc->no_set_skip_hint)
		return;
	pfn = pageblock_end_pfn(pfn);
	if (pfn > cached[0])
		cached[0] = pfn;
	if (cc->mode != MIGRATE_ASYNC && pfn > cached[1])
		cached[1] = pfn;
}

static void update_pageblock_skip(const struct compact_control *cc,
				  const struct page *page, pfn_t pfn)
{
	struct zone *zone = cc->zone;

	if (cc->no_set_skip_hint)
		return;
	set_pageblock_skip(cc->curr->k, page, true);
	if (pfn < zone->compact.cached_free_pfn)
		zone->compact.cached_free_pfn = pfn;
}

/* What is in a pageblock for the scanners. */
struct pageblock_use {
	bool source, target;
};

static struct pageblock_use look_at_pageblock(const struct kernel *k, pfn_t pfn,
					      pfn_t end)
{
	const struct page *first = pfn_to_page(k, pfn);
	bool movable = is_migrate_movable(get_pageblock_migratetype(k, first));
	struct pageblock_use use = {false, false};

	if (PageDeferred(first)) {
		use.target = movable;
		return use;
	}
	for (; pfn < end; pfn++) {
		const struct page *page = pfn_to_page(k, pfn);

		use.source |= PageLRU(page);
		use.target |= PageBuddy(page) && movable;
	}
	return use;
}

void __reset_isolation_suitable(struct kernel *k, struct zone *zone)
{
	struct zone_compaction *c = &zone->compact;
	pfn_t source = zone_end_pfn(zone), target = zone->zone_start_pfn;
	pfn_t end;

	if (!c->blockskip_flush)
		return;
	c->blockskip_flush = false;
	for (pfn_t pfn = zone->zone_start_pfn; pfn < zone_end_pfn(zone);
	     pfn = end) {
		struct pageblock_use use;
		struct page *page;

		end = pageblock_end_pfn(pfn);
		if (end > zone_end_pfn(zone))
			end = zone_end_pfn(zone);
		page = pageblock_pfn_to_page(k, pfn, end, zone);
		if (!page)
			continue;
		use = look_at_pageblock(k, pfn, end);
		if (use.source || use.target)
			set_pageblock_skip(k, page, false);
		if (use.source && pfn < source)
			source = pfn;
		if (use.target)
			target = pageblock_start_pfn(pfn);
	}
	if (source > target)
		return;
	c->cached_migrate_pfn[0] = c->cached_migrate_pfn[1] = source;
	c->init_migrate_pfn = source;
	c->cached_free_pfn = c->init_free_pfn = target;
}

/* ---- pages in use ----------------------------------------------------------------- */

enum isolate_mode {
	ISOLATE_ASYNC_MIGRATE = 1, /* nothing that would be waited for */
	ISOLATE_UNEVICTABLE = 2, /* locked memory, too */
};

/* One pageblock, or a part of it, of the migrate scanner. */
struct migrate_scan {
	struct compact_control *const cc;
	const unsigned int mode; /* bits of enum isolate_mode */
	pfn_t pfn, end;
	uint32_t nr_scanned, nr_isolated;
	/*
	 * For an allocation that waits for nothing, a block with one page that
	 * stays is no use: on to the next, behind next_skip_pfn.
	 */
	const bool skip_on_failure;
	pfn_t next_skip_pfn;
};

static bool too_many_isolated(const struct pglist_data *pgdat)
{
	const int64_t *stat = pgdat->vm_stat;
	int64_t listed = stat[NR_INACTIVE_ANON] + stat[NR_ACTIVE_ANON] +
			 stat[NR_INACTIVE_FILE] + stat[NR_ACTIVE_FILE];
	int64_t isolated = stat[NR_ISOLATED_ANON] + stat[NR_ISOLATED_FILE];

	return isolated > listed;
}

/* 0, or -EAGAIN, -EINTR: not now. */
static int wait_for_others(const struct compact_control *cc)
{
	struct task_struct *curr = cc->curr;
	const uint64_t tenth = curr->k->hw.clock_hz / 10;

	while (too_many_isolated(cc->zone->zone_pgdat)) {
		if (cc->nr_migratepages || cc->mode == MIGRATE_ASYNC)
			return -EAGAIN;
		curr->state = TASK_UNINTERRUPTIBLE;
		schedule_timeout_until(curr,
				       sched_clock_cycles(curr->k) + tenth);
		if (fatal_signal_pending(curr))
			return -EINTR;
	}
	return 0;
}

/* Is it a page that can be moved, as far as one can see? */
static bool may_migrate(const struct migrate_scan *s, const struct page *page)
{
	bool cached;

	if (!PageLRU(page) || PageCompound(page))
		return false;
	cached = page_mapping(page) || PageSwapCache(page);
	/* Somebody has it who isn't one of its mappings. */
	if (!cached && page_count(page) > page_mapcount(page))
		return false;
	if (cached && !(s->cc->gfp_mask & __GFP_FS))
		return false;
	if (!(s->mode & ISOLATE_UNEVICTABLE) && PageUnevictable(page))
		return false;
	return !(s->mode & ISOLATE_ASYNC_MIGRATE) || !PageWriteback(page);
}

/* Of what is no page to be moved, the last frame. */
static pfn_t end_of_block(const struct migrate_scan *s, const struct page *page,
			  pfn_t pfn)
{
	if (PageBuddy(page))
		return pfn + (1u << buddy_order(page)) - 1;
	if (PageHead(page) && !s->cc->alloc_contig)
		return pfn + (1u << page->compound_order) - 1;
	return pfn;
}

/* The pages taken for a block that won't be: they stay where they are. */
static void give_up_block(struct migrate_scan *s)
{
	struct compact_control *cc = s->cc;

	if (s->nr_isolated) {
		putback_movable_pages(cc->curr, &cc->migratepages);
		cc->nr_migratepages = 0;
		s->nr_isolated = 0;
	}
	if (s->pfn < s->next_skip_pfn) {
		s->pfn = s->next_skip_pfn - 1;
		s->next_skip_pfn += 1u << cc->order;
	}
}

/*
 * Huge pages are what compaction is for: it passes them over. Who wants just
 * these frames has them split, which always works.
 */
static void split_if_wanted(const struct migrate_scan *s, struct page *page)
{
	if (s->cc->alloc_contig && PageCompound(page) &&
	    PageLRU(compound_head(page)))
		split_huge_page(s->cc->curr, page);
}

/* True: enough for once. */
static bool scan_one(struct migrate_scan *s)
{
	struct compact_control *cc = s->cc;
	struct page *page = pfn_to_page(cc->curr->k, s->pfn);

	s->nr_scanned++;
	if (PageBuddy(page)) {
		s->pfn = end_of_block(s, page, s->pfn);
		return false;
	}
	split_if_wanted(s, page);
	if (!may_migrate(s, page)) {
		s->pfn = end_of_block(s, page, s->pfn);
		if (s->skip_on_failure)
			give_up_block(s);
		return false;
	}
	isolate_for_migration(cc->curr, page, &cc->migratepages);
	cc->nr_migratepages++;
	s->nr_isolated++;
	return cc->nr_migratepages >= COMPACT_CLUSTER_MAX && !cc->rescan &&
	       !cc->contended;
}

/* A block that an allocation could have is complete: it is tried first. */
static bool block_complete(struct migrate_scan *s)
{
	if (!s->skip_on_failure || s->pfn < s->next_skip_pfn)
		return false;
	if (s->nr_isolated)
		return true;
	s->next_skip_pfn = (s->pfn | ((1u << s->cc->order) - 1)) + 1;
	return false;
}

static void end_of_scan(struct migrate_scan *s, pfn_t start)
{
	struct compact_control *cc = s->cc;
	struct kernel *k = cc->curr->k;

	if (s->pfn > s->end)
		s->pfn = s->end;
	if (s->pfn == s->end && (!s->nr_isolated || cc->rescan)) {
		if (!(start & (pageblock_nr_pages - 1)) &&
		    !cc->no_set_skip_hint)
			set_pageblock_skip(k, pfn_to_page(k, start), true);
		update_cached_migrate(cc, s->pfn - 1);
	}
	trace_mm_compaction_isolate_migratepages(k, start, s->pfn,
						 s->nr_scanned, s->nr_isolated);
	cc->total_migrate_scanned += s->nr_scanned;
	count_vm_events(k, COMPACTISOLATED, s->nr_isolated);
	cc->migrate_pfn = s->pfn;
}

static int isolate_migratepages_block(struct compact_control *cc, pfn_t start,
				      pfn_t end, unsigned int mode)
{
	const bool skip = cc->direct_compaction && cc->mode == MIGRATE_ASYNC;
	struct migrate_scan s = {
		.cc = cc,
		.mode = mode,
		.pfn = start,
		.end = end,
		.skip_on_failure = skip,
		.next_skip_pfn = skip ? (start | ((1u << cc->order) - 1)) + 1
				      : 0,
	};
	int err = wait_for_others(cc);

	cc->migrate_pfn = start;
	if (err)
		return err;
	for (; s.pfn < end; s.pfn++) {
		if (block_complete(&s))
			break;
		if (scan_one(&s)) {
			s.pfn++;
			break;
		}
	}
	end_of_scan(&s, start);
	return 0;
}

int isolate_migratepages_range(struct compact_control *cc, pfn_t start,
			       pfn_t end)
{
	pfn_t pfn = start;
	int err = 0;

	while (pfn < end && !err && cc->nr_migratepages < COMPACT_CLUSTER_MAX) {
		pfn_t block_end = pageblock_end_pfn(pfn);

		err = isolate_migratepages_block(
			cc, pfn, block_end < end ? block_end : end,
			ISOLATE_UNEVICTABLE);
		pfn = cc->migrate_pfn;
	}
	return err;
}

/*
 * Who waits for nothing takes pages of the kind that it will allocate alone:
 * to make room in the others is work for more than one page.
 */
static bool suitable_migration_source(const struct compact_control *cc,
				      const struct page *page)
{
	enum migratetype type;

	if (cc->mode != MIGRATE_ASYNC || !cc->direct_compaction)
		return true;
	type = get_pageblock_migratetype(cc->curr->k, page);
	return cc->migratetype == MIGRATE_MOVABLE ? is_migrate_movable(type)
						  : type == cc->migratetype;
}

static unsigned int isolate_mode(const struct compact_control *cc)
{
	unsigned int mode = 0;

	if (cc->curr->k->sysctl.compact_unevictable_allowed)
		mode |= ISOLATE_UNEVICTABLE;
	if (cc->mode != MIGRATE_SYNC)
		mode |= ISOLATE_ASYNC_MIGRATE;
	return mode;
}

enum isolate_result isolate_migratepages(struct compact_control *cc)
{
	struct kernel *k = cc->curr->k;
	pfn_t pfn = cc->migrate_pfn, end = pageblock_end_pfn(pfn);

	for (; end <= cc->free_pfn;
	     pfn = cc->migrate_pfn = end, end += pageblock_nr_pages) {
		const bool begins = pfn == pageblock_start_pfn(pfn) ||
				    pfn == cc->zone->zone_start_pfn;
		struct page *page = pageblock_pfn_to_page(k, pfn, end,
							  cc->zone);

		if (!page || (begins && !isolation_suitable(cc, page)))
			continue;
		if (!suitable_migration_source(cc, page)) {
			update_cached_migrate(cc, end - 1);
			continue;
		}
		if (isolate_migratepages_block(cc, pfn, end, isolate_mode(cc)))
			return ISOLATE_ABORT;
		break;
	}
	return cc->nr_migratepages ? ISOLATE_SUCCESS : ISOLATE_NONE;
}

/* ---- free pages --------------------------------------------------------------------- */

static bool suitable_migration_target(const struct compact_control *cc,
				      const struct page *page)
{
	/* Free as a whole: what compaction is to make, not to use up. */
	if (PageBuddy(page) && buddy_order(page) >= pageblock_order)
		return false;
	if (cc->ignore_block_suitable)
		return true;
	return is_migrate_movable(get_pageblock_migratetype(cc->curr->k, page));
}

/* 2^order pages, singly, with a reference each. */
static void take_free_block(struct compact_control *cc, struct page *page,
			    unsigned int order)
{
	prep_new_page(cc->curr, page, order, __GFP_MOVABLE);
	split_page(page, order);
	for (uint32_t i = 0; i < 1u << order; i++)
		list_add_tail(&page[i].lru, &cc->freepages);
	cc->nr_freepages += 1u << order;
}

/* From *@pfn on, until there are enough or [.., end) is through. */
static void isolate_freepages_block(struct compact_control *cc, pfn_t *pfn,
				    pfn_t end, uint32_t stride)
{
	struct kernel *k = cc->curr->k;
	const pfn_t start = *pfn;
	uint32_t nr_scanned = 0, total = 0;

	for (; *pfn < end; *pfn += stride) {
		struct page *page = pfn_to_page(k, *pfn);
		unsigned int order;

		nr_scanned++;
		if (!PageBuddy(page))
			continue;
		order = buddy_order(page);
		if (!__isolate_free_page(k, page, order))
			break;
		take_free_block(cc, page, order);
		total += 1u << order;
		nr_scanned += (1u << order) - 1;
		*pfn += 1u << order;
		if (cc->nr_freepages >= cc->nr_migratepages)
			break;
		*pfn -= stride;
	}
	if (*pfn > end)
		*pfn = end;
	trace_mm_compaction_isolate_freepages(k, start, *pfn, nr_scanned,
					      total);
	cc->total_free_scanned += nr_scanned;
	count_vm_events(k, COMPACTISOLATED, total);
}

static void isolate_freepages(struct compact_control *cc)
{
	struct zone *zone = cc->zone;
	pfn_t block = pageblock_start_pfn(cc->free_pfn);
	pfn_t pfn = cc->free_pfn, low = pageblock_end_pfn(cc->migrate_pfn);
	/* In a hurry it looks at every 32nd frame, until that pays. */
	uint32_t stride = cc->mode == MIGRATE_ASYNC ? COMPACT_CLUSTER_MAX : 1;

	for (; block >= low; block -= pageblock_nr_pages, pfn = block) {
		pfn_t end = block + pageblock_nr_pages;
		struct page *page;
		uint32_t had = cc->nr_freepages;

		if (end > zone_end_pfn(zone))
			end = zone_end_pfn(zone);
		page = pageblock_pfn_to_page(cc->curr->k, block, end, zone);
		if (!page || !suitable_migration_target(cc, page) ||
		    !isolation_suitable(cc, page))
			continue;
		isolate_freepages_block(cc, &pfn, end, stride);
		if (pfn == end)
			update_pageblock_skip(cc, page, block);
		if (cc->nr_freepages >= cc->nr_migratepages) {
			if (pfn >= end)
				pfn = block - pageblock_nr_pages;
			break;
		}
		if (pfn < end) /* the watermark: no more for now */
			break;
		if (cc->nr_freepages > had)
			stride = 1;
		else if (stride > 1)
			stride >>= 1;
	}
	cc->free_pfn = pfn;
}

struct page *compaction_alloc(struct task_struct *curr, struct page *page,
			      void *private)
{
	struct compact_control *cc = private;

	(void)curr, (void)page;
	if (list_empty(&cc->freepages))
		isolate_freepages(cc);
	if (list_empty(&cc->freepages))
		return NULL;
	page = list_first_entry(&cc->freepages, struct page, lru);
	list_del(&page->lru);
	cc->nr_freepages--;
	return page;
}

void compaction_free(struct task_struct *curr, struct page *page, void *private)
{
	struct compact_control *cc = private;

	(void)curr;
	list_add(&page->lru, &cc->freepages);
	cc->nr_freepages++;
}

pfn_t release_freepages(struct compact_control *cc)
{
	struct page *page, *next;
	pfn_t high = 0;

	list_for_each_entry_safe(page, next, &cc->freepages, lru) {
		pfn_t pfn = page_to_pfn(cc->curr->k, page);

		list_del(&page->lru);
		__free_pages(cc->curr, page, 0);
		if (pfn > high)
			high = pfn;
	}
	cc->nr_freepages = 0;
	return high;
}
