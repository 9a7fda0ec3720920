/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/migrate.h"

/*
 * Moving a page to another frame under those who use it (mm/migrate.c). Who
 * wants it picks pages and says where to: compaction, CMA, a program by
 * move_pages(). How it is done is the same for all:
 *
 *	the page                       the new one
 *	off the LRU lists, locked      locked
 *	each entry that maps it
 *	  becomes a migration entry
 *	are all references known?      in its place in the file or swap cache
 *	                               bytes and flags are copied
 *	                               on the LRU list
 *	                               each migration entry maps it
 *	freed                          unlocked
 *
 * A migration entry names the old frame, and what the entry allowed. Who
 * touches it sleeps for the page's lock, and then faults again. It holds no
 * reference and no mapping is counted for it, but it stays in rss_stat: so
 * who finds one (munmap, fork, mprotect) treats it as the page that it was.
 *
 * A reference that is none of those known (the cache's, the isolator's) means
 * that somebody is using the page just now: it is put back as it was, and
 * tried again.
 *
 * Leaves out: huge pages as a whole, which Linux on ARM doesn't move either
 * but splits (compaction_scan.c); pages with buffers or other private data, movable
 * pages that aren't the LRU's, and failing sleeps by signals.
 *
 * MODEL: Linux on several cores or with preemption lets others run while a
 * page is on its way. Here nobody takes the CPU from the kernel; so that they
 * are met all the same, one page of each call that may wait gives it away
 * between the first half and the second.
 */

#include <errno.h>

#include "kernel/lib/bug.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/ksm.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/trace_migrate.h"
#include "kernel/task/sched_core.h"

/* So often is a page tried that somebody uses; from the third on by waiting. */
#define NR_PASSES 10

/* One call of migrate_pages(). */
struct migration {
	struct task_struct *const curr;
	new_page_t *const get_new_page;
	free_page_t *const put_new_page;
	void *const private;
	const enum migrate_mode mode;
	const enum migrate_reason reason;
	bool force; /* waits where the mode allows it */
	bool gave_way; /* to others, once */
};

/* ---- isolated pages ----------------------------------------------------------------- */

static void count_isolated(struct kernel *k, const struct page *page, int delta)
{
	mod_page_state(k, page,
		       page_is_file_lru(page) ? NR_ISOLATED_FILE
					      : NR_ISOLATED_ANON,
		       delta);
}

bool isolate_for_migration(struct task_struct *curr, struct page *page,
			   struct list_head *list)
{
	if (!isolate_lru_page(curr->k, page))
		return false;
	count_isolated(curr->k, page, 1);
	list_add(&page->lru, list);
	return true;
}

void putback_movable_pages(struct task_struct *curr, struct list_head *list)
{
	struct page *page, *next;

	list_for_each_entry_safe(page, next, list, lru) {
		list_del(&page->lru);
		count_isolated(curr->k, page, -1);
		putback_lru_page(curr, page);
	}
}

/* ---- entries ------------------------------------------------------------------------- */

void migration_entry_wait(struct task_struct *curr, struct mm_struct *mm,
			  vaddr_t vaddr)
{
	const pte_t *pte = pte_lookup(mm, vaddr);
	swp_entry_t entry;

	if (!pte || !is_swap_pte(*pte))
		return;
	entry = pte_to_swp_entry(*pte);
	if (is_migration_entry(entry))
		wait_on_page_locked(curr,
				    migration_entry_to_page(curr->k, entry));
}

/* What the entry was before, but for the frame. */
static pte_t restored_pte(const struct kernel *k, struct page *new,
			  const struct vm_area_struct *vma, swp_entry_t entry)
{
	pte_t pte = mk_pte(k, new, vma->vm_page_prot);

	pte = is_migration_entry_young(entry) ? pte_mkyoung(pte)
					      : pte_mkold(pte);
	if (PageDirty(new) && is_migration_entry_dirty(entry))
		pte = pte_mkdirty(pte);
	if (is_writable_migration_entry(entry))
		pte = maybe_mkwrite(pte, vma);
	return pte;
}

struct restoration {
	struct kernel *k;
	struct page *old;
};

static bool remove_migration_pte(struct page *new, struct vm_area_struct *vma,
				 vaddr_t vaddr, void *arg)
{
	const struct restoration *r = arg;
	pte_t *ptep = pte_lookup(vma->vm_mm, vaddr);
	swp_entry_t entry;
	pte_t pte;

	if (!ptep || !is_swap_pte(*ptep))
		return true;
	entry = pte_to_swp_entry(*ptep);
	if (!is_migration_entry(entry) ||
	    migration_entry_to_page(r->k, entry) != r->old)
		return true;
	get_page(new);
	pte = restored_pte(r->k, new, vma, entry);
	if (!PageAnon(new))
		page_add_file_rmap(r->k, new, vma);
	else
		page_add_anon_rmap(r->k, new, vma, vaddr,
				   !is_readable_migration_entry(entry));
	set_pte_at(vma->vm_mm, vaddr, ptep, pte);
	trace_remove_migration_pte(r->k, vaddr, pte);
	return true;
}

/* What waits for @old maps @new, which may be @old itself. */
static void remove_migration_ptes(struct kernel *k, struct page *old,
				  struct page *new)
{
	struct restoration restoration = {k, old};
	struct rmap_walk_control rwc = {
		.arg = &restoration,
		.rmap_one = remove_migration_pte,
	};

	rmap_walk_locked(new, &rwc);
}

/* ---- one page, when nothing maps it any more -------------------------------------------- */

/* The file's, or the swap area's. */
static struct address_space *cache_of(const struct kernel *k,
				      const struct page *page)
{
	return PageSwapCache(page)
		       ? swap_address_space(k, page_swap_entry(page))
		       : page_mapping(page);
}

/* Counts that follow the page to another node or zone. */
static void move_cache_counts(struct kernel *k, const struct page *page,
			      int delta)
{
	const struct address_space *mapping = page_mapping(page);

	mod_page_state(k, page, NR_FILE_PAGES, delta);
	if (PageSwapCache(page))
		mod_page_state(k, page, NR_SWAPCACHED, delta);
	else if (PageSwapBacked(page))
		mod_page_state(k, page, NR_SHMEM, delta);
	if (mapping && !mapping->swap_backed && PageDirty(page)) {
		mod_page_state(k, page, NR_DIRTY, delta);
		mod_page_state(k, page, NR_ZONE_WRITE_PENDING, delta);
	}
}

/*
 * @new takes @page's place, if nobody but its cache and we know of @page. Its
 * marks stay: they are the index's.
 */
static int migrate_page_move_mapping(struct task_struct *curr, struct page *new,
				     struct page *page)
{
	struct address_space *mapping = cache_of(curr->k, page);
	pgoff_t index = mapping && PageSwapCache(page)
				? swp_offset(page_swap_entry(page))
				: page->index;

	if (page_count(page) != 1 + (mapping != NULL))
		return -EAGAIN;
	if (mapping && xa_load(&mapping->i_pages, index) != page)
		return -EAGAIN;
	new->index = page->index;
	new->mapping = page->mapping;
	if (PageSwapBacked(page))
		SetPageSwapBacked(new);
	if (!mapping)
		return 0;
	move_cache_counts(curr->k, page, -1);
	if (TestClearPageDirty(page))
		SetPageDirty(new);
	if (TestClearPageSwapCache(page)) {
		SetPageSwapCache(new);
		new->private = page->private;
		page->private = 0;
	}
	/* In place of an entry there is room: this needs no memory. */
	BUG_ON(xa_store(curr, &mapping->i_pages, index, new, GFP_NOWAIT));
	get_page(new);
	put_page(curr, page);
	move_cache_counts(curr->k, new, 1);
	return 0;
}

/* What is known of the content, and of its use. */
static void migrate_page_states(struct page *new, struct page *page)
{
	const uint32_t copied = 1u << PG_error | 1u << PG_referenced |
				1u << PG_uptodate | 1u << PG_workingset |
				1u << PG_dirty;

	new->flags |= page->flags &copied;
	if (TestClearPageActive(page))
		SetPageActive(new);
	if (TestClearPageUnevictable(page))
		SetPageUnevictable(new);
	ClearPageDirty(page);
}

static int move_to_new_page(struct task_struct *curr, struct page *new,
			    struct page *page)
{
	int err = migrate_page_move_mapping(curr, new, page);

	if (err)
		return err;
	copy_highpage(curr, new, page);
	migrate_page_states(new, page);
	ksm_migrate_page(curr->k, new, page);
	if (!PageAnon(page)) /* what is anonymous is freed as such */
		page->mapping = NULL;
	return 0;
}

/* ---- one page ---------------------------------------------------------------------------- */

static void let_others_run(struct migration *m)
{
	if (m->gave_way || m->mode == MIGRATE_ASYNC ||
	    m->curr->flags & PF_MEMALLOC)
		return;
	m->gave_way = true;
	do_sched_yield(m->curr);
}

/* Both are locked. */
static int move_locked(struct migration *m, struct page *new, struct page *page)
{
	struct task_struct *curr = m->curr;
	/* Where the entries are, though for a while nothing maps the page. */
	struct anon_vma *anon_vma = page_get_anon_vma(page);
	bool was_mapped = page_mapped(page);
	int err = -EAGAIN;

	if (was_mapped) {
		try_to_migrate(curr, page);
		let_others_run(m);
	}
	if (!page_mapped(page))
		err = move_to_new_page(curr, new, page);
	if (!err)
		lru_cache_add(curr->k, new);
	if (was_mapped)
		remove_migration_ptes(curr->k, page, err ? page : new);
	if (anon_vma)
		put_anon_vma(curr, anon_vma);
	return err;
}

/* 0, -EAGAIN: somebody has it, -EBUSY: it is being written. */
static int lock_for_migration(const struct migration *m, struct page *page)
{
	const bool may_wait = m->force && m->mode != MIGRATE_ASYNC &&
			      !(m->curr->flags & PF_MEMALLOC);

	if (!trylock_page(page)) {
		if (!may_wait)
			return -EAGAIN;
		lock_page(m->curr, page);
	}
	if (!PageWriteback(page))
		return 0;
	if (m->mode != MIGRATE_SYNC || !m->force) {
		unlock_page(m->curr, page);
		return m->mode == MIGRATE_SYNC ? -EAGAIN : -EBUSY;
	}
	wait_on_page_writeback(m->curr, page);
	return 0;
}

static void put_unused(const struct migration *m, struct page *new)
{
	if (m->put_new_page)
		m->put_new_page(m->curr, new, m->private);
	else
		put_page(m->curr, new);
}

static int move_page(struct migration *m, struct page *page)
{
	struct task_struct *curr = m->curr;
	struct page *new = m->get_new_page(curr, page, m->private);
	int err;

	if (!new)
		return -ENOMEM;
	new->private = 0;
	err = lock_for_migration(m, page);
	if (!err) {
		BUG_ON(!trylock_page(new));
		err = move_locked(m, new, page);
		unlock_page(curr, new);
		unlock_page(curr, page);
	}
	if (err)
		put_unused(m, new);
	else
		put_page(curr, new); /* the cache or its entries keep it */
	return err;
}

/* 0: the page has moved, or was freed meanwhile; it is gone from its list. */
static int unmap_and_move(struct migration *m, struct page *page)
{
	int err = 0;

	if (page_count(page) == 1) { /* we alone still have it */
		ClearPageActive(page);
		ClearPageUnevictable(page);
	} else {
		err = move_page(m, page);
	}
	if (err)
		return err;
	list_del(&page->lru);
	count_isolated(m->curr->k, page, -1);
	if (m->reason != MR_MEMORY_FAILURE)
		put_page(m->curr, page);
	return 0;
}

/* ---- many ---------------------------------------------------------------------------------- */

struct outcome {
	unsigned int nr_succeeded, nr_failed;
	unsigned int retry; /* of the last pass */
};

/* Once over the list; pages that are given up go to @failed. 0 or -ENOMEM. */
static int one_pass(struct migration *m, struct list_head *from,
		    struct list_head *failed, struct outcome *o)
{
	struct page *page, *next;

	o->retry = 0;
	list_for_each_entry_safe(page, next, from, lru) {
		int err = unmap_and_move(m, page);

		if (!err) {
			o->nr_succeeded++;
		} else if (err == -EAGAIN) {
			o->retry++;
		} else {
			o->nr_failed++;
			if (err == -ENOMEM)
				return err;
			list_move_tail(&page->lru, failed);
		}
	}
	return 0;
}

int migrate_pages(struct task_struct *curr, struct list_head *from,
		  new_page_t *get_new_page, free_page_t *put_new_page,
		  void *private, enum migrate_mode mode,
		  enum migrate_reason reason, unsigned int *nr_succeeded)
{
	struct migration m = {.curr = curr,
			      .get_new_page = get_new_page,
			      .put_new_page = put_new_page,
			      .private = private,
			      .mode = mode,
			      .reason = reason};
	struct list_head failed;
	struct outcome o = {.retry = 1};
	int err = 0;

	INIT_LIST_HEAD(&failed);
	trace_mm_migrate_pages_start(curr->k, mode, reason);
	for (int pass = 0; pass < NR_PASSES && o.retry && !err; pass++) {
		m.force = pass > 2;
		err = one_pass(&m, from, &failed, &o);
	}
	o.nr_failed += o.retry;
	list_splice_init(&failed, from);
	count_vm_events(curr->k, PGMIGRATE_SUCCESS, o.nr_succeeded);
	count_vm_events(curr->k, PGMIGRATE_FAIL, o.nr_failed);
	trace_mm_migrate_pages(curr->k, o.nr_succeeded, o.nr_failed, mode,
			       reason);
	if (nr_succeeded)
		*nr_succeeded = o.nr_succeeded;
	return err ? err : (int)o.nr_failed;
}

/* ---- where to ------------------------------------------------------------------------------ */

struct page *alloc_migration_target(struct task_struct *curr, struct page *page,
				    void *private)
{
	const struct migration_target_control *mtc = private;
	const enum zone_type zone = page_zonenum(page);
	gfp_t gfp = mtc->gfp_mask;

	if (zone == ZONE_HIGHMEM || zone == ZONE_MOVABLE)
		gfp |= __GFP_HIGHMEM;
	return alloc_pages_node(
		curr, mtc->nid < 0 ? page_to_nid(page) : mtc->nid, gfp, 0);
}
