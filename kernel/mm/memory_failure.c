/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/memory_failure_internal.h"

/*
 * A frame of memory has failed (mm/memory-failure.c): a bit, or more than the
 * memory's own code can correct, isn't what was written. The bytes are lost;
 * the question is whether they are elsewhere, too, and who has to know.
 *
 *	free				taken out of the buddy
 *	a file's, clean			dropped; read anew when it is wanted
 *	a file's, dirty			dropped; -EIO for who waits for the
 *					file, SIGBUS for who touches it
 *	tmpfs's				kept, for -EIO and SIGBUS
 *	anonymous, swap has it		dropped; read anew
 *	anonymous			SIGBUS for who touches it
 *	2 MB				split first: one page of 512 is lost
 *	the kernel's			nothing can be done: it is hoped that
 *					nobody reads it before it is freed
 *
 * In all cases the page is marked first (PG_hwpoison), which keeps it from
 * ever being handed out again (page_alloc.c). Entries that map it become ones
 * that say so; those of who can have it anew are just gone.
 *
 * error_states[] is asked in its order what a page is, after the mappings are
 * gone and what they knew (dirty or not) is known.
 *
 * MODEL: no hwpoison_filter(), hugetlbfs, DAX or memory of devices, as there are
 * none. Whatever the kernel itself does with a frame that has failed goes well,
 * save for copying from and to a program.
 */

#include <errno.h>

#include "kernel/lib/bug.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/mm_init.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/writeback.h"
#include "kernel/task/sched.h"

/* ---- what came of it ------------------------------------------------------------- */

enum mf_result {
	MF_IGNORED, /* nothing could be done */
	MF_FAILED, /* something, but somebody may still use it */
	MF_DELAYED, /* as soon as it is touched */
	MF_RECOVERED
};

static const char *const action_name[] = {
	[MF_IGNORED] = "Ignored",
	[MF_FAILED] = "Failed",
	[MF_DELAYED] = "Delayed",
	[MF_RECOVERED] = "Recovered",
};

static int action_result(struct kernel *k, pfn_t pfn, const char *what,
			 enum mf_result result)
{
	if (trace_enabled(k, TRACE_memory_failure_event))
		trace_event(k, TRACE_memory_failure_event,
			    "pfn %#x: recovery action for %s: %s", pfn, what,
			    action_name[result]);
	k->memory_failure.num_poisoned_pages++;
	printk(k, "Memory failure: %#x: recovery action for %s: %s", pfn, what,
	       action_name[result]);
	return result == MF_RECOVERED || result == MF_DELAYED ? 0 : -EBUSY;
}

/* ---- what to do with a page that nobody maps any more ------------------------------- */

struct page_state {
	uint32_t mask, res; /* flags, and what they must be */
	const char *what;
	/* Unlocks the page. */
	enum mf_result (*action)(struct task_struct *curr, struct page *page,
				 const struct page_state *ps);
};

static bool delete_from_lru_cache(struct task_struct *curr, struct page *page)
{
	if (!isolate_lru_page(curr->k, page))
		return false;
	ClearPageActive(page);
	ClearPageUnevictable(page);
	put_page(curr, page);
	return true;
}

/* Besides ours, and @expected ones. */
static bool has_extra_refcount(struct task_struct *curr,
			       const struct page *page,
			       const struct page_state *ps, int expected)
{
	const int count = page_count(page) - 1 - expected;

	if (count <= 0)
		return false;
	printk(curr->k, "Memory failure: %#x: %s still referenced by %d users",
	       page_to_pfn(curr->k, page), ps->what, count);
	return true;
}

static enum mf_result me_kernel(struct task_struct *curr, struct page *page,
				const struct page_state *ps)
{
	(void)ps;
	unlock_page(curr, page);
	return MF_IGNORED;
}

static enum mf_result me_unknown(struct task_struct *curr, struct page *page,
				 const struct page_state *ps)
{
	(void)ps;
	printk(curr->k, "Memory failure: %#x: Unknown page state",
	       page_to_pfn(curr->k, page));
	unlock_page(curr, page);
	return MF_FAILED;
}

static enum mf_result truncate_error_page(struct task_struct *curr,
					  struct page *page,
					  struct address_space *mapping)
{
	int error;

	/* Nowhere else are its bytes: who asks for them must hear of it. */
	if (mapping->swap_backed)
		return MF_RECOVERED;
	error = generic_error_remove_page(curr, mapping, page);
	if (!error)
		return MF_RECOVERED;
	printk(curr->k, "Memory failure: %#x: Failed to punch page: %d",
	       page_to_pfn(curr->k, page), error);
	return MF_FAILED;
}

static enum mf_result me_pagecache_clean(struct task_struct *curr,
					 struct page *page,
					 const struct page_state *ps)
{
	struct address_space *mapping = page_mapping(page);
	enum mf_result result = MF_FAILED; /* truncated meanwhile */

	delete_from_lru_cache(curr, page);
	if (PageAnon(page)) {
		result = MF_RECOVERED;
	} else if (mapping) {
		result = truncate_error_page(curr, page, mapping);
		if (has_extra_refcount(curr, page, ps, mapping->swap_backed))
			result = MF_FAILED;
	}
	unlock_page(curr, page);
	return result;
}

static enum mf_result me_pagecache_dirty(struct task_struct *curr,
					 struct page *page,
					 const struct page_state *ps)
{
	struct address_space *mapping = page_mapping(page);

	SetPageError(page);
	if (mapping)
		mapping_set_error(curr->k, mapping, -EIO);
	return me_pagecache_clean(curr, page, ps);
}

/*
 * It stays in the swap cache, where who faults on its slot finds it, instead of
 * what the slot had before.
 */
static enum mf_result me_swapcache_dirty(struct task_struct *curr,
					 struct page *page,
					 const struct page_state *ps)
{
	enum mf_result result;

	ClearPageDirty(page);
	ClearPageUptodate(page);
	result = delete_from_lru_cache(curr, page) ? MF_DELAYED : MF_FAILED;
	unlock_page(curr, page);
	if (has_extra_refcount(curr, page, ps, result == MF_DELAYED))
		result = MF_FAILED;
	return result;
}

/* The slot has the same bytes. */
static enum mf_result me_swapcache_clean(struct task_struct *curr,
					 struct page *page,
					 const struct page_state *ps)
{
	enum mf_result result;

	delete_from_swap_cache(curr, page);
	result = delete_from_lru_cache(curr, page) ? MF_RECOVERED : MF_FAILED;
	unlock_page(curr, page);
	if (has_extra_refcount(curr, page, ps, 0))
		result = MF_FAILED;
	return result;
}

#define DIRTY      (1u << PG_dirty)
#define SWAP_CACHE (1u << PG_swapcache | 1u << PG_swapbacked)
#define MLOCK      (1u << PG_mlocked)
#define UNEVICT    (1u << PG_unevictable)
#define LRU        (1u << PG_lru)
#define RESERVED   (1u << PG_reserved)
#define SLAB       (1u << PG_slab)

/* clang-format off */
static const struct page_state error_states[] = {
	{RESERVED, RESERVED, "reserved kernel page", me_kernel},
	{SLAB, SLAB, "kernel slab page", me_kernel},
	{SWAP_CACHE | DIRTY, SWAP_CACHE | DIRTY, "dirty swapcache page", me_swapcache_dirty},
	{SWAP_CACHE | DIRTY, SWAP_CACHE, "clean swapcache page", me_swapcache_clean},
	{MLOCK | DIRTY, MLOCK | DIRTY, "dirty mlocked LRU page", me_pagecache_dirty},
	{MLOCK | DIRTY, MLOCK, "clean mlocked LRU page", me_pagecache_clean},
	{UNEVICT | DIRTY, UNEVICT | DIRTY, "dirty unevictable LRU page", me_pagecache_dirty},
	{UNEVICT | DIRTY, UNEVICT, "clean unevictable LRU page", me_pagecache_clean},
	{LRU | DIRTY, LRU | DIRTY, "dirty LRU page", me_pagecache_dirty},
	{LRU | DIRTY, LRU, "clean LRU page", me_pagecache_clean},
	{0, 0, "unknown page", me_unknown},
};
/* clang-format on */

static const struct page_state *state_of(uint32_t flags)
{
	const struct page_state *ps = error_states;

	while ((flags & ps->mask) != ps->res)
		ps++;
	return ps;
}

/*
 * @page_flags: as they were before the mappings went, which may have taken the
 * mark away by which it would be known (PG_mlocked).
 */
static int identify_page_state(struct task_struct *curr, struct page *page,
			       uint32_t page_flags)
{
	const struct page_state *ps = state_of(page->flags);
	const pfn_t pfn = page_to_pfn(curr->k, page);

	if (!ps->mask)
		ps = state_of(page_flags | (page->flags & DIRTY));
	return action_result(curr->k, pfn, ps->what,
			     ps->action(curr, page, ps));
}

/* ---- who maps it -------------------------------------------------------------------- */

/*
 * Of a file on a disk: is it dirty, by an entry or by itself? Then it is lost.
 * If not, the entries may just go.
 */
static uint32_t how_to_unmap(struct task_struct *curr, struct page *page,
			     unsigned int flags)
{
	const struct address_space *mapping = page_mapping(page);
	const pfn_t pfn = page_to_pfn(curr->k, page);

	if (PageSwapCache(page)) {
		printk(curr->k,
		       "Memory failure: %#x: keeping poisoned page in swap "
		       "cache",
		       pfn);
		return TTU_IGNORE_MLOCK; /* its slot in place of each entry */
	}
	if ((flags & MF_MUST_KILL) || PageDirty(page) || !mapping ||
	    mapping->swap_backed)
		return TTU_IGNORE_MLOCK | TTU_HWPOISON;
	if (page_mkclean(curr, page)) {
		set_page_dirty(curr, page);
		return TTU_IGNORE_MLOCK | TTU_HWPOISON;
	}
	printk(curr->k,
	       "Memory failure: %#x: corrupted page was clean: dropped "
	       "without side effects",
	       pfn);
	return TTU_IGNORE_MLOCK;
}

/* @page is locked. False: somebody still maps it. Doesn't sleep. */
static bool hwpoison_user_mappings(struct task_struct *curr, struct page *page,
				   unsigned int flags)
{
	const pfn_t pfn = page_to_pfn(curr->k, page);
	struct list_head to_kill;
	uint32_t ttu;
	bool gone;

	if (!PageLRU(page) || !page_mapped(page))
		return true;
	if (PageKsm(page)) {
		printk(curr->k, "Memory failure: %#x: can't handle KSM pages.",
		       pfn);
		return false;
	}
	INIT_LIST_HEAD(&to_kill);
	ttu = how_to_unmap(curr, page, flags);
	collect_procs(curr, page, &to_kill, flags & MF_ACTION_REQUIRED);
	try_to_unmap(curr, page, ttu);
	gone = !page_mapped(page);
	if (!gone)
		printk(curr->k,
		       "Memory failure: %#x: failed to unmap page "
		       "(mapcount=%d)",
		       pfn, page_mapcount(page));
	kill_procs(curr, &to_kill,
		   PageDirty(page) || (flags & MF_MUST_KILL) || !gone, !gone,
		   pfn, flags);
	return gone;
}

/* ---- one error -------------------------------------------------------------------------- */

int get_hwpoison_page(struct task_struct *curr, struct page *page)
{
	struct kernel *k = curr->k;

	lru_add_drain(curr);
	drain_all_pages(k);
	if (free_block_of(k, page_to_pfn(k, page)))
		return 0;
	if (!PageLRU(compound_head(page))) {
		printk(k, "Memory failure: %#x: unhandlable page.",
		       page_to_pfn(k, page));
		return -EIO;
	}
	get_page(page);
	return 1;
}

static int take_free_page(struct task_struct *curr, struct page *page)
{
	const bool taken = take_page_off_buddy(curr->k, page);

	if (taken) {
		prep_new_page(curr, page, 0, 0);
		put_page(curr, page);
	}
	return action_result(curr->k, page_to_pfn(curr->k, page),
			     "free buddy page",
			     taken ? MF_RECOVERED : MF_FAILED);
}

/* @page is referenced, and locked before, but not after. */
static int handle_locked(struct task_struct *curr, struct page *page,
			 unsigned int flags)
{
	const pfn_t pfn = page_to_pfn(curr->k, page);
	const uint32_t page_flags = page->flags;
	const char *why_not = NULL;

	if (PageLRU(page) || PageWriteback(page)) {
		wait_on_page_writeback(curr, page);
		if (!hwpoison_user_mappings(curr, page, flags))
			why_not = "unmapping failed page";
		else if (PageLRU(page) && !PageSwapCache(page) &&
			 !page->mapping)
			why_not = "already truncated LRU page";
	}
	if (!why_not)
		return identify_page_state(curr, page, page_flags);
	unlock_page(curr, page);
	return action_result(curr->k, pfn, why_not, MF_IGNORED);
}

static int handle_in_use(struct task_struct *curr, struct page *page,
			 unsigned int flags)
{
	int error;

	if (PageCompound(page) &&
	    (!PageAnon(page) || split_huge_page(curr, page))) {
		error = action_result(curr->k, page_to_pfn(curr->k, page),
				      "unsplit thp", MF_IGNORED);
	} else {
		lru_add_drain(curr);
		lock_page(curr, page);
		error = handle_locked(curr, page, flags);
	}
	put_page(curr, page); /* (Linux keeps it, and so the frame) */
	return error;
}

static int handle_failure(struct task_struct *curr, pfn_t pfn,
			  unsigned int flags)
{
	struct kernel *k = curr->k;
	struct page *page;
	int got;

	if (!pfn_valid(k, pfn) ||
	    !memblock_is_memory(k, (paddr_t)pfn << PAGE_SHIFT)) {
		printk(k, "Memory failure: %#x: memory outside kernel control",
		       pfn);
		return -ENXIO;
	}
	deferred_init_pfn(k, pfn);
	page = pfn_to_page(k, pfn);
	if (TestSetPageHWPoison(page)) {
		printk(k, "Memory failure: %#x: already hardware poisoned",
		       pfn);
		if (flags & MF_COUNT_INCREASED)
			put_page(curr, page);
		return flags & MF_ACTION_REQUIRED
			       ? kill_accessing_process(curr, pfn, flags)
			       : -EHWPOISON;
	}
	got = flags & MF_COUNT_INCREASED ? 1 : get_hwpoison_page(curr, page);
	if (!got)
		return take_free_page(curr, page);
	if (got < 0)
		return action_result(k, pfn, "unknown page", MF_IGNORED);
	return handle_in_use(curr, page, flags);
}

int memory_failure(struct task_struct *curr, pfn_t pfn, unsigned int flags)
{
	struct memory_failure_state *state = &curr->k->memory_failure;
	int error;

	if (!state->recovery)
		panic(curr->k, "Memory failure on page %x", pfn);
	down_write(curr, &state->mutex);
	if (!(flags & MF_SW_SIMULATED))
		state->hw_memory_failure = true;
	error = handle_failure(curr, pfn, flags);
	up_write(curr, &state->mutex);
	return error;
}

void memory_failure_queue(struct kernel *k, pfn_t pfn)
{
	struct memory_failure_state *state = &k->memory_failure;

	if (state->nr_queued < MEMORY_FAILURE_FIFO_SIZE)
		state->queue[state->nr_queued++] = pfn;
	else
		printk(k,
		       "Memory failure: buffer overflow when queuing memory "
		       "failure at %#x",
		       pfn);
}

void memory_failure_queue_kick(struct task_struct *curr)
{
	struct memory_failure_state *state = &curr->k->memory_failure;

	while (state->nr_queued)
		memory_failure(curr, state->queue[--state->nr_queued], 0);
}

void memory_failure_init(struct kernel *k)
{
	init_rwsem(&k->memory_failure.mutex);
	k->memory_failure.recovery = 1;
}
