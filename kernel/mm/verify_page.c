/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/verify.h"

/*
 * The verifier's questions about frames: does each have as many mappers as
 * its mapcount says, and does rmap find exactly these; are its references
 * enough; is a file's page where its file has it; is each page on the LRU
 * list that its flags name?
 *
 * Of free blocks the first frame is looked at here, and the rest is
 * verify_page_alloc()'s. That no entry maps one of these is known by the sum:
 * then each entry that was tallied is found again at some frame in use.
 */

#include <string.h>

#include "kernel/fs/fs.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"

/* What a frame in use costs to verify, in all, in the unit of verify.cost. */
#define COST_FRAME 2

/* How many frames look like this one: a free block is seen as a whole. */
static uint32_t frames_from(const struct page *page)
{
	return PageBuddy(page) ? 1u << buddy_order(page) : 1;
}

/* Others are just being made, or isolated: count_isolated(). */
static bool is_user_page(const struct page *page)
{
	return PageLRU(page);
}

/* ---- rmap ---------------------------------------------------------------- */

static bool count_place(struct page *page, struct vm_area_struct *vma,
			vaddr_t vaddr, void *arg)
{
	*(uint32_t *)arg += page_vma_mapped(page, vma, vaddr) ||
			    page_vma_mapped_pmd(page, vma, vaddr);
	return true;
}

uint32_t verify_count_rmap(struct page *page)
{
	uint32_t found = 0;
	struct rmap_walk_control rwc = {&found, count_place};

	rmap_walk_once(page, &rwc);
	return found;
}

/*
 * Places are VMAs, each at one address, and every one of them maps the page:
 * as many as there are entries are all of them.
 */
static void verify_rmap(struct verify *v, struct page *page, uint32_t entries)
{
	uint32_t found = verify_count_rmap(page);

	if (found == entries)
		return;
	verify_fail(v, "rmap of pfn 0x%05x finds %u entries, there are %u",
		    page_to_pfn(v->k, page), found, entries);
	verify_find_missed(v, page);
}

/* ---- files ----------------------------------------------------------------- */

/* A whole file's cache, once: when @page is the first in it. */
static void verify_mapping(struct verify *v, struct address_space *mapping,
			   const struct page *page)
{
	uint32_t index = 0, nr = 0;
	struct page *other = next_cached_page(mapping, &index, UINT32_MAX);

	if (other != page)
		return;
	while (other) {
		nr++;
		if (other->mapping != mapping || other->index != index)
			verify_fail(v,
				    "pfn 0x%05x, page %u of a file, says it "
				    "is page %u of another",
				    page_to_pfn(v->k, other), index,
				    other->index);
		if (index++ == UINT32_MAX)
			break;
		other = next_cached_page(mapping, &index, UINT32_MAX);
	}
	if (mapping->nrpages != nr)
		verify_fail(v, "a file has nrpages %u, counted %u",
			    mapping->nrpages, nr);
	verify_marks(v, mapping);
}

static void verify_cache_frame(struct verify *v, struct page *page)
{
	struct address_space *mapping = page->mapping;

	if (!mapping) /* truncated, and someone still reads it */
		return;
	v->nr_file++;
	v->nr_shmem += PageSwapBacked(page);
	if (xa_load(&mapping->i_pages, page->index) != page)
		verify_fail(v, "pfn 0x%05x is not page %u of its file",
			    page_to_pfn(v->k, page), page->index);
	else
		verify_mapping(v, mapping, page);
}

/* MADV_FREE's batch holds references, also of pages unmapped since. */
static bool waits_in_batch(const struct kernel *k, const struct page *page)
{
	const struct pagevec *pvec = &k->user.lru_lazyfree;

	for (unsigned int i = 0; i < pvec->nr; i++)
		if (pvec->pages[i] == page)
			return true;
	return false;
}

/* ksmd may sleep with a page, one equal to it, and a KSM page in its hands; */
#define KSMD_HOLDS 3

/* and a fault with the page that it is about to copy, which ksmd merges. */
static bool may_be_held(struct verify *v)
{
	const struct task_struct *task, *thread;
	uint32_t most = 0;

	if (v->k->ksm.thread_lock.count < 0)
		most = KSMD_HOLDS;
	for_each_process(task, v->k)
		list_for_each_entry(thread, &task->signal->thread_head,
				    thread_node)
			most += thread->mm && thread != thread->cpu->curr;
	return v->nr_held++ < most;
}

static void count_anon(struct verify *v, const struct page *page,
		       uint32_t entries)
{
	if (!entries)
		return;
	v->nr_anon += thp_nr_pages(page);
	v->nr_anon_huge += PageTransHuge(page) ? thp_nr_pages(page) : 0;
}

static void verify_anon_frame(struct verify *v, const struct page *page,
			      uint32_t entries)
{
	count_anon(v, page, entries);
	if (!entries && !PageSwapCache(page) && !waits_in_batch(v->k, page) &&
	    !may_be_held(v))
		verify_fail(v, "pfn 0x%05x is anonymous and mapped nowhere",
			    page_to_pfn(v->k, page));
}

/* ---- locked memory -------------------------------------------------------- */

static bool count_lock(struct page *page, struct vm_area_struct *vma,
		       vaddr_t vaddr, void *arg)
{
	uint32_t *locks = arg;

	if ((page_vma_mapped(page, vma, vaddr) ||
	     page_vma_mapped_pmd(page, vma, vaddr)) &&
	    (vma->vm_flags & (VM_LOCKED | VM_SPECIAL)) == VM_LOCKED)
		++*locks;
	return true;
}

/* Locks may be forgotten while a page is isolated, never made up. */
static void verify_mlocked_frame(struct verify *v, struct page *page)
{
	uint32_t locks = 0;
	struct rmap_walk_control rwc = {&locks, count_lock};

	v->nr_mlock += thp_nr_pages(page);
	if (!page->mapping) /* a driver's: no rmap finds its entries */
		return;
	rmap_walk_once(page, &rwc);
	if (!locks || (PageLRU(page) && page->mlock_count > locks))
		verify_fail(v, "pfn 0x%05x: locked %u times, by %u entries",
			    page_to_pfn(v->k, page), page->mlock_count, locks);
}

static void verify_evictable(struct verify *v, const struct page *page)
{
	v->nr_unevictable += PageUnevictable(page) ? thp_nr_pages(page) : 0;
	/* SHM_LOCK leaves pages where they are until reclaim finds them. */
	if (PageUnevictable(page) ? page_evictable(page) : PageMlocked(page))
		verify_fail(v, "pfn 0x%05x is %sevictable by its flags 0x%x",
			    page_to_pfn(v->k, page),
			    PageUnevictable(page) ? "un" : "", page->flags);
}

/* ---- frames ----------------------------------------------------------------- */

/* Entries hold references, the cache holds one, others may hold more. */
static uint32_t expected_refs(const struct page *page, uint32_t entries)
{
	if (PageSwapCache(page))
		return entries + 1;
	if (is_user_page(page) && !PageAnon(page) && page->mapping)
		return entries + 1;
	return entries;
}

static bool is_kernel_page(const struct page *page)
{
	return PageSlab(page) || PageBuddy(page) || PageTable(page) ||
	       PageKstack(page) || PageLargeKmalloc(page);
}

static void verify_kernel_frame(struct verify *v, const struct page *page,
				uint32_t entries)
{
	if (entries)
		verify_fail(v,
			    "pfn 0x%05x is not a user's, but %u entries map it",
			    page_to_pfn(v->k, page), entries);
}

/*
 * On no LRU list, but used: off it for the moment, to be moved or freed; it may
 * have lost its last mapping by now. A page that is just being put into a cache
 * isn't there yet.
 */
static void count_isolated(struct verify *v, const struct page *page,
			   uint32_t entries)
{
	if (!page_count(page) || !page->mapping)
		return;
	if (PageAnon(page)) {
		count_anon(v, page, entries);
	} else if (xa_load(&page->mapping->i_pages, page->index) == page) {
		v->nr_file++;
		v->nr_shmem += PageSwapBacked(page);
	}
}

void verify_frame(struct verify *v, struct page *page, uint32_t entries)
{
	const pfn_t pfn = page_to_pfn(v->k, page);

	/* What concerns a tail is told of its head, whoever has it. */
	if (is_kernel_page(page) || PageTail(page)) {
		verify_kernel_frame(v, page, entries);
		return;
	}
	if (page_mapcount(page) != (int)entries)
		verify_fail(v, "pfn 0x%05x: mapcount %d, but %u entries", pfn,
			    page_mapcount(page), entries);
	if (page_count(page) < (int)expected_refs(page, entries))
		verify_fail(v, "pfn 0x%05x: %d references, at least %u held",
			    pfn, page_count(page),
			    expected_refs(page, entries));
	if (page_count(page) && PageKsm(page))
		verify_ksm_frame(v, page, entries);
	else if (entries && page->mapping)
		verify_rmap(v, page, entries);
	v->nr_mapped += entries && !PageAnon(page);
	if (PageMlocked(page))
		verify_mlocked_frame(v, page);
	v->nr_file += PageSwapCache(page);
	v->nr_swapcached += PageSwapCache(page);
	verify_writeback_frame(v, page);
	if (!is_user_page(page)) {
		count_isolated(v, page, entries);
		return;
	}
	verify_evictable(v, page);
	if (PageAnon(page))
		verify_anon_frame(v, page, entries);
	else
		verify_cache_frame(v, page);
}

/* Within a free block, whose first frame alone was looked at. */
static void find_mapped_and_free(struct verify *v)
{
	for (uint32_t i = 0; i < v->nr_frames; i++) {
		const struct page *page = pfn_to_page(v->k, v->first_pfn + i);

		if (v->notes[i].entries)
			verify_kernel_frame(v, page, v->notes[i].entries);
		v->notes[i].entries = 0;
	}
}

void verify_frames(struct verify *v)
{
	for (uint32_t i = 0; i < v->nr_frames;) {
		struct page *page = pfn_to_page(v->k, v->first_pfn + i);
		uint32_t entries = v->notes[i].entries;

		if (entries) {
			v->nr_entries_found += entries;
			v->notes[i].entries = 0;
		}
		verify_frame(v, page, entries);
		v->cost += COST_FRAME;
		i += frames_from(page);
	}
	if (v->nr_entries_found != v->nr_entries)
		find_mapped_and_free(v);
}

/* ---- LRU lists ----------------------------------------------------------------- */

typedef int64_t lru_counts[MAX_NR_ZONES][NR_LRU_LISTS];

static void verify_lru_list(struct verify *v, int nid, enum lru_list lru,
			    lru_counts count)
{
	struct page *page;

	list_for_each_entry(page, &v->k->user.lruvec[nid].lists[lru], lru) {
		if (!PageLRU(page) || page_lru(page) != lru ||
		    page_to_nid(page) != nid)
			verify_fail(v,
				    "pfn 0x%05x stands on LRU list %d of node "
				    "%d, which its flags 0x%x do not name",
				    page_to_pfn(v->k, page), lru, nid,
				    page->flags);
		count[page_zonenum(page)][lru] += thp_nr_pages(page);
	}
}

/* The zones of a node each have their part of its lists, and it has the sum. */
static void verify_lru_counts(struct verify *v, const struct pglist_data *pgdat,
			      enum lru_list lru, lru_counts count)
{
	int64_t sum = 0;

	for (int i = 0; i < MAX_NR_ZONES; i++) {
		const struct zone *zone = &pgdat->node_zones[i];
		const int64_t booked =
			zone->vm_stat[NR_ZONE_INACTIVE_ANON + lru];

		if (booked != count[i][lru])
			verify_fail(v,
				    "zone %s of node %d has %lld pages on LRU "
				    "list %d, counted %lld",
				    zone->name, pgdat->node_id,
				    (long long)booked, lru,
				    (long long)count[i][lru]);
		sum += count[i][lru];
	}
	if (pgdat->vm_stat[NR_INACTIVE_ANON + lru] != sum)
		verify_fail(v, "node %d: %s is %lld, counted %lld",
			    pgdat->node_id,
			    vm_item_name(NR_INACTIVE_ANON + lru),
			    (long long)pgdat->vm_stat[NR_INACTIVE_ANON + lru],
			    (long long)sum);
}

/* The unevictable are on no list. */
void verify_lru(struct verify *v)
{
	const struct pglist_data *pgdat;

	for_each_online_pgdat(pgdat, v->k)
	{
		lru_counts count = {{0}};

		for (int lru = 0; lru < LRU_UNEVICTABLE; lru++) {
			verify_lru_list(v, pgdat->node_id, lru, count);
			verify_lru_counts(v, pgdat, lru, count);
		}
	}
	verify_item(v, NR_UNEVICTABLE, v->nr_unevictable);
}
