/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/ksm_internal.h"

/*
 * Kernel samepage merging (mm/ksm.c): anonymous pages of equal content, in
 * memory that a program has called mergeable, become one that nobody may
 * write to; the first write gets a copy as after fork. A thread, ksmd, goes
 * round all such memory, some pages each time it wakes.
 *
 *	mm_head -- slot -- slot -- slot		an address space each
 *	            |
 *	            item -- item -- item	an address each that had a page
 *
 * For each page it asks: is there a KSM page with this content? Then it is
 * that one. If not, has the page stayed the same since the last round? Then
 * is there another such of this content? If so, they become a KSM page, the
 * first two places of it. Both questions are put to a tree of pages by content:
 *
 *	stable tree	KSM pages, which can't change. A node knows all items
 *			that share its page: that is rmap's way to the entries
 *			(ksm_rmap.c)
 *	unstable tree	candidates, which can. Their order may be wrong when
 *			they are looked for; that costs a merge and no more,
 *			as before two pages become one they are compared while
 *			neither can be written to. Each round begins a new one
 *
 * The trees are in ksm_tree.c, pages becoming one and two in ksm_merge.c, the
 * files in ksm_sysfs.c.
 *
 * Invariants (verify_ksm.c): a KSM page is known by page->mapping, which is
 * its stable node with two bits set, and no entry allows writing to it. Nodes
 * have no reference to their page, so that it is freed when its last place
 * is gone: before a node's page is used, page->mapping is asked whether it
 * still is that (get_ksm_page()). An item that hangs off a node keeps its
 * anon_vma; a slot keeps its mm_struct, not what is in it.
 *
 * ksmd, and who writes to its files, hold thread_lock while they touch trees
 * and items. All others touch slots alone, and the pages.
 *
 * Where Linux merges two pages in several steps, and undoes what doesn't work
 * out, here all is prepared first, and the rest doesn't sleep: there is no KSM
 * page without a node, and none that but one place has just been given.
 *
 * MODEL: looking at pages, like all that the kernel does but copying and
 * zeroing, takes ksmd no time.
 */

#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/mman.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/swap.h"
#include "kernel/task/sched.h"
#include "kernel/task/sched_policy.h"

#define KSMD_NICE 5

/* ---- address spaces ------------------------------------------------------------ */

/* What comes next after the cursor is looked at next. */
static struct list_head *cursor(struct ksm_state *ksm)
{
	return ksm->scan.mm_slot ? &ksm->scan.mm_slot->mm_node : &ksm->mm_head;
}

int __ksm_enter(struct task_struct *curr, struct mm_struct *mm)
{
	struct ksm_state *ksm = &curr->k->ksm;
	struct ksm_mm_slot *slot = kmem_cache_zalloc(curr, ksm->mm_slot_cache,
						     GFP_KERNEL);
	const bool was_idle = list_empty(&ksm->mm_head);

	if (!slot)
		return -ENOMEM;
	slot->mm = mm;
	mmgrab(mm);
	mm->ksm_slot = slot;
	/*
	 * Last in the round: memory that will be gone by then, as after fork
	 * and exec, isn't worth looking at. But all is unmerged in one round.
	 */
	list_add_tail(&slot->mm_node,
		      ksm->run & KSM_RUN_UNMERGE ? &ksm->mm_head : cursor(ksm));
	if (was_idle && ksm->thread)
		wake_up_process(curr, ksm->thread);
	return 0;
}

void ksm_free_mm_slot(struct task_struct *curr, struct ksm_mm_slot *slot)
{
	struct mm_struct *mm = slot->mm;

	BUG_ON(slot->rmap_list);
	list_del(&slot->mm_node);
	kmem_cache_free(curr, curr->k->ksm.mm_slot_cache, slot);
	mm->ksm_slot = NULL;
	mmdrop(curr, mm);
}

/*
 * What has items is left to ksmd, which comes to it next. Whoever is at work
 * on its tables, holding mmap_lock, is waited for; all others will see that it
 * has no users.
 */
void __ksm_exit(struct task_struct *curr, struct mm_struct *mm)
{
	struct ksm_state *ksm = &curr->k->ksm;
	struct ksm_mm_slot *slot = mm->ksm_slot;

	if (ksm->scan.mm_slot != slot) {
		if (!slot->rmap_list) {
			ksm_free_mm_slot(curr, slot);
			return;
		}
		list_move(&slot->mm_node, cursor(ksm));
	}
	down_write(curr, &mm->mmap_lock);
	up_write(curr, &mm->mmap_lock);
}

/* ---- advice --------------------------------------------------------------------- */

/* Anonymous, or private memory of a file that may be; and not yet mergeable. */
static bool vma_ksm_compatible(uint32_t vm_flags)
{
	return !(vm_flags &
		 (VM_MERGEABLE | VM_SHARED | VM_MAYSHARE | VM_PFNMAP | VM_IO |
		  VM_DONTEXPAND | VM_HUGETLB | VM_MIXEDMAP));
}

static int madvise_mergeable(struct task_struct *curr, struct mm_struct *mm,
			     uint32_t *vm_flags)
{
	int error = 0;

	if (!vma_ksm_compatible(*vm_flags))
		return 0;
	if (!mm->ksm_slot)
		error = __ksm_enter(curr, mm);
	if (!error)
		*vm_flags |= VM_MERGEABLE;
	return error;
}

int ksm_madvise(struct task_struct *curr, struct vm_area_struct *vma,
		vaddr_t start, vaddr_t end, int advice, uint32_t *vm_flags)
{
	int error = 0;

	if (advice == MADV_MERGEABLE)
		return madvise_mergeable(curr, vma->vm_mm, vm_flags);
	if (!(*vm_flags & VM_MERGEABLE))
		return 0;
	if (vma->anon_vma)
		error = unmerge_ksm_pages(curr, vma, start, end);
	if (!error)
		*vm_flags &= ~VM_MERGEABLE;
	return error;
}

/* ---- items ---------------------------------------------------------------------- */

/* The first of a list goes. May sleep, and until then is in its place. */
static void remove_rmap_item(struct task_struct *curr,
			     struct ksm_rmap_item **rmap_list)
{
	struct ksm_state *ksm = &curr->k->ksm;
	struct ksm_rmap_item *item = *rmap_list;

	remove_rmap_item_from_tree(curr, item);
	*rmap_list = item->rmap_list;
	ksm->rmap_items--;
	item->mm->ksm_rmap_items--;
	kmem_cache_free(curr, ksm->rmap_item_cache, item);
}

void remove_trailing_rmap_items(struct task_struct *curr,
				struct ksm_rmap_item **rmap_list)
{
	while (*rmap_list)
		remove_rmap_item(curr, rmap_list);
}

/*
 * The item of @vaddr, which *@rmap_list leads to; those on the way there are
 * of pages that are no more. NULL: no memory. May sleep.
 */
static struct ksm_rmap_item *
get_next_rmap_item(struct task_struct *curr, struct mm_struct *mm,
		   struct ksm_rmap_item **rmap_list, vaddr_t vaddr)
{
	struct ksm_state *ksm = &curr->k->ksm;
	struct ksm_rmap_item *item;

	while (*rmap_list && (*rmap_list)->address < vaddr)
		remove_rmap_item(curr, rmap_list);
	if (*rmap_list && (*rmap_list)->address == vaddr)
		return *rmap_list;
	item = kmem_cache_zalloc(curr, ksm->rmap_item_cache,
				 GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!item)
		return NULL;
	item->mm = mm;
	item->address = vaddr;
	item->rmap_list = *rmap_list;
	*rmap_list = item;
	ksm->rmap_items++;
	mm->ksm_rmap_items++;
	return item;
}

/* ---- the round ------------------------------------------------------------------ */

static void begin_round(struct task_struct *curr)
{
	struct ksm_state *ksm = &curr->k->ksm;

	/* Pages in a batch have a reference too many to be merged. */
	lru_add_drain(curr);
	if (!ksm->merge_across_nodes)
		prune_migrate_nodes(curr);
}

static void enter_mm(struct ksm_state *ksm, struct ksm_mm_slot *slot)
{
	ksm->scan.mm_slot = slot;
	ksm->scan.address = 0;
	ksm->scan.rmap_list = slot ? &slot->rmap_list : NULL;
}

/*
 * The first of @vma's pages from the cursor on, with a reference; the cursor
 * moves to it, or to the end.
 */
static struct page *next_page(struct ksm_scan *scan,
			      const struct vm_area_struct *vma)
{
	struct page *page = NULL;
	vaddr_t next;

	if (scan->address < vma->vm_start)
		scan->address = vma->vm_start;
	if (!vma->anon_vma)
		scan->address = vma->vm_end;
	while (!page && scan->address < vma->vm_end) {
		page = ksm_follow_page(vma, scan->address, &next);
		if (!page)
			scan->address = next;
	}
	if (page)
		get_page(page);
	return page;
}

/* The same for all of @mm, whose mmap_lock is held. */
static struct page *next_page_of_mm(struct ksm_scan *scan, struct mm_struct *mm)
{
	const struct vm_area_struct *vma = NULL;
	struct page *page = NULL;

	if (!ksm_test_exit(mm))
		vma = find_vma(mm, scan->address);
	for (; vma && !page; vma = vma->vm_next)
		if (vma->vm_flags & VM_MERGEABLE)
			page = next_page(scan, vma);
	return page;
}

/*
 * Nothing more is to be found in the cursor's mm: those of its items that are
 * left over go; and the slot, if it has no mergeable memory at all.
 */
static void leave_mm(struct task_struct *curr)
{
	struct ksm_state *ksm = &curr->k->ksm;
	struct ksm_scan *scan = &ksm->scan;
	struct ksm_mm_slot *slot = scan->mm_slot, *next;
	bool over;

	if (ksm_test_exit(slot->mm)) {
		scan->address = 0;
		scan->rmap_list = &slot->rmap_list;
	}
	remove_trailing_rmap_items(curr, scan->rmap_list);
	over = ksm_test_exit(slot->mm) || !scan->address;
	next = slot->mm_node.next == &ksm->mm_head
		       ? NULL
		       : list_next_entry(slot, mm_node);
	up_read(curr, &slot->mm->mmap_lock);
	if (over && !slot->rmap_list)
		ksm_free_mm_slot(curr, slot);
	enter_mm(ksm, next);
}

static void end_round(struct ksm_state *ksm)
{
	for (int nid = 0; nid < MAX_NUMNODES; nid++)
		ksm->unstable_tree[nid].rb_node = NULL;
	ksm->scan.seqnr++;
}

/*
 * The next page, with a reference, and its item; NULL: the round is over, or
 * there is no memory for an item. Sleeps.
 */
static struct ksm_rmap_item *scan_get_next_rmap_item(struct task_struct *curr,
						     struct page **page)
{
	struct ksm_state *ksm = &curr->k->ksm;
	struct ksm_scan *scan = &ksm->scan;
	struct ksm_rmap_item *item;
	struct mm_struct *mm;

	if (list_empty(&ksm->mm_head))
		return NULL;
	if (!scan->mm_slot) {
		begin_round(curr);
		enter_mm(ksm, list_first_entry(&ksm->mm_head,
					       struct ksm_mm_slot, mm_node));
	}
	for (; scan->mm_slot; leave_mm(curr)) { /* which unlocks */
		mm = scan->mm_slot->mm;
		down_read(curr, &mm->mmap_lock);
		*page = next_page_of_mm(scan, mm);
		if (!*page)
			continue;
		item = get_next_rmap_item(curr, mm, scan->rmap_list,
					  scan->address);
		up_read(curr, &mm->mmap_lock);
		if (!item) {
			put_page(curr, *page);
			return NULL;
		}
		scan->rmap_list = &item->rmap_list;
		scan->address += PAGE_SIZE;
		return item;
	}
	end_round(ksm);
	return NULL;
}

/* ---- one page ------------------------------------------------------------------- */

static bool is_item_of(const struct ksm_rmap_item *item,
		       const struct ksm_stable_node *node)
{
	return item->state == KSM_ITEM_STABLE && item->stable.head == node;
}

/* Is there nothing to be done for a KSM page? It may have changed its node. */
static bool is_settled(struct kernel *k, const struct ksm_rmap_item *item,
		       struct ksm_stable_node *node)
{
	if (node->place != KSM_NODE_MIGRATED &&
	    get_kpfn_nid(k, node->kpfn) != node->nid)
		stable_node_set_aside(k, node);
	return node->place != KSM_NODE_MIGRATED && is_item_of(item, node);
}

/*
 * The KSM page that @page shall be; NULL: there is none. ERR_PTR(-EBUSY): not
 * this time. Sleeps.
 */
static struct page *find_ksm_page(struct task_struct *curr, struct page *page)
{
	const struct ksm_stable_node *node = page_stable_node(page);
	struct ksm_spares spares = {0};
	struct page *kpage;

	if (!node || node->place != KSM_NODE_MIGRATED)
		return stable_tree_search(curr, page, NULL);
	if (!ksm_get_spares(curr, &spares))
		return ERR_PTR(-EBUSY);
	kpage = stable_tree_search(curr, page, &spares);
	ksm_put_spares(curr, &spares);
	return kpage;
}

/* A page that is like no KSM page. */
static void look_for_another(struct task_struct *curr,
			     struct ksm_rmap_item *item, struct page *page)
{
	const struct ksm_state *ksm = &curr->k->ksm;
	const uint32_t checksum = calc_checksum(curr, page);
	struct ksm_rmap_item *tree_item;
	struct page *tree_page;

	if (PageKsm(page)) /* of a full node that had to move */
		return;
	if (item->oldchecksum != checksum) {
		item->oldchecksum = checksum;
		return;
	}
	if (ksm->use_zero_pages && checksum == ksm->zero_checksum &&
	    try_to_merge_with_zero_page(curr, item, page))
		return;
	tree_item = unstable_tree_search_insert(curr, item, page, &tree_page);
	if (!tree_item)
		return;
	try_to_merge_two_pages(curr, item, page, tree_item, tree_page);
	put_page(curr, tree_page);
}

/* @page has a reference. Sleeps. */
static void cmp_and_merge_page(struct task_struct *curr, struct page *page,
			       struct ksm_rmap_item *item)
{
	struct ksm_stable_node *node = page_stable_node(page);
	struct page *kpage;

	if (node && is_settled(curr->k, item, node))
		return;
	kpage = find_ksm_page(curr, page);
	if (kpage != page || !is_item_of(item, page_stable_node(page)))
		remove_rmap_item_from_tree(curr, item);
	if (!kpage) {
		look_for_another(curr, item, page);
	} else if (!IS_ERR(kpage)) {
		if (item->state == KSM_ITEM_NOWHERE)
			try_to_merge_with_ksm_page(curr, item, page, kpage);
		put_page(curr, kpage);
	}
}

void ksm_do_scan(struct task_struct *curr)
{
	uint32_t left = curr->k->ksm.pages_to_scan;
	struct ksm_rmap_item *item;
	struct page *page;

	while (left--) {
		item = scan_get_next_rmap_item(curr, &page);
		if (!item)
			return;
		cmp_and_merge_page(curr, page, item);
		put_page(curr, page);
	}
}

/* ---- the thread ----------------------------------------------------------------- */

static bool ksmd_should_run(const struct ksm_state *ksm)
{
	return ksm->run & KSM_RUN_MERGE && !list_empty(&ksm->mm_head);
}

/* However short the sleep, others get to run. */
#define KSMD_LEAST_SLEEP_NS 10000

static void sleep_between_scans(struct task_struct *curr)
{
	const struct kernel *k = curr->k;
	struct ksm_state *ksm = &curr->k->ksm;
	uint64_t ns = (uint64_t)ksm->sleep_millisecs * 1000000;

	if (ns < KSMD_LEAST_SLEEP_NS)
		ns = KSMD_LEAST_SLEEP_NS;
	ksm->sleep_until = sched_clock_cycles(k) + ns_to_cycles(k, ns);
	while (ksmd_should_run(ksm) &&
	       sched_clock_cycles(k) < ksm->sleep_until) {
		curr->state = TASK_INTERRUPTIBLE;
		schedule_timeout_until(curr, ksm->sleep_until);
	}
}

static int ksm_scan_thread(struct task_struct *curr, void *unused)
{
	struct ksm_state *ksm = &curr->k->ksm;

	(void)unused;
	set_user_nice(curr, curr, KSMD_NICE);
	for (;;) {
		down_write(curr, &ksm->thread_lock);
		if (ksmd_should_run(ksm))
			ksm_do_scan(curr);
		up_write(curr, &ksm->thread_lock);
		sleep_between_scans(curr);
		while (!ksmd_should_run(ksm)) {
			curr->state = TASK_INTERRUPTIBLE;
			schedule(curr);
		}
	}
	return 0;
}

/* ---- from boot to end ----------------------------------------------------------- */

#define KSM_CACHE(curr, type, arm_size) \
	KMEM_CACHE(curr, type, arm_size, SLAB_PANIC)

static void set_defaults(struct ksm_state *ksm)
{
	init_rwsem(&ksm->thread_lock);
	INIT_LIST_HEAD(&ksm->mm_head);
	INIT_LIST_HEAD(&ksm->migrate_nodes);
	ksm->run = KSM_RUN_STOP;
	ksm->pages_to_scan = 100;
	ksm->sleep_millisecs = 20;
	ksm->max_page_sharing = 256;
	ksm->stable_node_chains_prune_millisecs = 2000;
	ksm->merge_across_nodes = true;
}

void ksm_setup(struct task_struct *curr)
{
	struct ksm_state *ksm = &curr->k->ksm;

	set_defaults(ksm);
	ksm->zero_checksum = calc_checksum(curr, curr->k->user.zero_page);
	ksm->rmap_item_cache = KSM_CACHE(curr, ksm_rmap_item,
					 ARM_SIZEOF_KSM_RMAP_ITEM);
	ksm->stable_node_cache = KSM_CACHE(curr, ksm_stable_node,
					   ARM_SIZEOF_KSM_STABLE_NODE);
	ksm->mm_slot_cache = KSM_CACHE(curr, ksm_mm_slot,
				       ARM_SIZEOF_KSM_MM_SLOT);
}

void ksm_init(struct task_struct *curr)
{
	struct ksm_state *ksm = &curr->k->ksm;

	ksm_setup(curr);
	ksm->thread = kthread_run(curr, ksm_scan_thread, NULL, "ksmd");
	if (!ksm->thread)
		printk(curr->k, "ksm: creating kthread failed");
	ksm_sysfs_init(curr);
}

void ksm_shutdown(struct task_struct *curr)
{
	struct ksm_state *ksm = &curr->k->ksm;

	if (!ksm->rmap_item_cache) /* it wasn't begun */
		return;
	ksm->run = KSM_RUN_STOP;
	down_write(curr, &ksm->thread_lock);
	unmerge_and_remove_all_rmap_items(curr);
	up_write(curr, &ksm->thread_lock);
}
