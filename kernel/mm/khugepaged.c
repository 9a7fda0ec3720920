/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/khugepaged.h"

/*
 * khugepaged (mm/khugepaged.c): memory that was touched page by page, or split
 * since, becomes huge in the background. A thread goes round all address
 * spaces that may have huge pages, 2 MB by 2 MB: so many each time it wakes.
 * Where nearly all is in use, it copies the pages into a huge one and puts
 * that in their place.
 *
 *	look		mmap_lock for reading: are the 512 entries suitable?
 *	allocate	no lock: it may take long
 *	look again	mmap_lock for writing: VMA and entries may be others
 *	collapse	entries off, TLB flushed, pages copied, huge entry on
 *
 * The last two happen in one go, nothing in them sleeps: whoever finds pages
 * through rmap, not asking for mmap_lock, sees the old entries or the new one.
 *
 * Invariant: an mm stands on mm_head from its first huge VMA until its last
 * user goes (khugepaged_exit()); scan_mm is one of these.
 *
 * MODEL: swapped pages are not brought back for it: a range with one is left
 * alone (Linux: max_ptes_swap of them may be). 64 KB pages are not collapsed,
 * as in Linux; and pages of files and tmpfs have no huge ones.
 */

#include <string.h>

#include "kernel/arch/arm/tlbflush.h"
#include "kernel/fs/sysfs.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/kstrtox.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"
#include "kernel/task/sched_policy.h"

#define KHUGEPAGED_NICE 19

/* What became of one range (enum scan_result). */
enum scan_result {
	SCAN_SUCCEED,
	SCAN_FAIL,
	SCAN_PMD_NULL,
	SCAN_PMD_MAPPED,
	SCAN_EXCEED_NONE_PTE,
	SCAN_EXCEED_SWAP_PTE,
	SCAN_EXCEED_SHARED_PTE,
	SCAN_PAGE_RO,
	SCAN_LACK_REFERENCED_PAGE,
	SCAN_PAGE_NULL,
	SCAN_PAGE_COUNT,
	SCAN_PAGE_LRU,
	SCAN_PAGE_LOCK,
	SCAN_PAGE_ANON,
	SCAN_ANY_PROCESS,
	SCAN_VMA_CHECK,
	SCAN_ALLOC_HUGE_PAGE_FAIL,
	NR_SCAN_RESULTS
};

/* As trace events spell them. */
static const char *const result_names[NR_SCAN_RESULTS] = {
	[SCAN_SUCCEED] = "succeeded",
	[SCAN_FAIL] = "failed",
	[SCAN_PMD_NULL] = "pmd_null",
	[SCAN_PMD_MAPPED] = "page_pmd_mapped",
	[SCAN_EXCEED_NONE_PTE] = "exceed_none_pte",
	[SCAN_EXCEED_SWAP_PTE] = "exceed_swap_pte",
	[SCAN_EXCEED_SHARED_PTE] = "exceed_shared_pte",
	[SCAN_PAGE_RO] = "no_writable_page",
	[SCAN_LACK_REFERENCED_PAGE] = "lack_referenced_page",
	[SCAN_PAGE_NULL] = "page_null",
	[SCAN_PAGE_COUNT] = "not_suitable_page_count",
	[SCAN_PAGE_LRU] = "page_not_in_lru",
	[SCAN_PAGE_LOCK] = "page_locked",
	[SCAN_PAGE_ANON] = "page_not_anon",
	[SCAN_ANY_PROCESS] = "no_process_for_page",
	[SCAN_VMA_CHECK] = "vma_check_failed",
	[SCAN_ALLOC_HUGE_PAGE_FAIL] = "alloc_huge_page_failed",
};

/* One collapse: for whom, and what was found. */
struct collapse {
	struct task_struct *const curr;
	struct mm_struct *const mm;
	const vaddr_t haddr;
	const bool is_khugepaged; /* its limits count; or a program asked */
	struct vm_area_struct *vma;
	int none_or_zero, shared, referenced;
	uint32_t node_load[MAX_NUMNODES]; /* pages that lie there */
	bool writable;
};

/* ---- may it be? --------------------------------------------------------------- */

static uint32_t limit_of(const struct collapse *c, uint32_t limit)
{
	return c->is_khugepaged ? limit : HPAGE_PMD_NR;
}

static enum scan_result exceeds(struct kernel *k, enum vm_event event,
				enum scan_result result)
{
	count_vm_event(k, event);
	return result;
}

static enum scan_result look_at_page(struct collapse *c, struct page *page,
				     pte_t pte)
{
	const struct khugepaged_state *khp = &c->mm->k->thp.khugepaged;

	if (!page)
		return SCAN_PAGE_NULL;
	if (!PageAnon(page))
		return SCAN_PAGE_ANON;
	if (page_mapcount(page) > 1 &&
	    (uint32_t)++c->shared > limit_of(c, khp->max_ptes_shared))
		return exceeds(c->mm->k, THP_SCAN_EXCEED_SHARED_PTE,
			       SCAN_EXCEED_SHARED_PTE);
	c->node_load[page_to_nid(page)]++;
	if (!PageLRU(page))
		return SCAN_PAGE_LRU;
	if (PageLocked(page))
		return SCAN_PAGE_LOCK;
	/* someone looks at it, or the swap cache has it */
	if (page_count(page) != page_mapcount(page))
		return SCAN_PAGE_COUNT;
	c->referenced += pte_young(pte) || PageReferenced(page);
	return SCAN_SUCCEED;
}

static enum scan_result look_at_pte(struct collapse *c, vaddr_t vaddr,
				    pte_t pte)
{
	struct kernel *k = c->mm->k;

	if (pte_none(pte) ||
	    (pte_present(pte) && is_zero_pfn(k, pte_pfn(pte)))) {
		if ((uint32_t)++c->none_or_zero <=
		    limit_of(c, k->thp.khugepaged.max_ptes_none))
			return SCAN_SUCCEED;
		return exceeds(k, THP_SCAN_EXCEED_NONE_PTE,
			       SCAN_EXCEED_NONE_PTE);
	}
	if (!pte_present(pte))
		return exceeds(k, THP_SCAN_EXCEED_SWAP_PTE,
			       SCAN_EXCEED_SWAP_PTE);
	c->writable |= pte_write(pte);
	return look_at_page(c, vm_normal_page(c->vma, vaddr, pte), pte);
}

/* mmap_lock held; the VMA is checked. */
static enum scan_result look_at_range(struct collapse *c)
{
	const pmd_t *pmd = pmd_off(c->mm, c->haddr);
	enum scan_result result = SCAN_SUCCEED;
	const pte_t *pte;

	c->none_or_zero = c->shared = c->referenced = 0;
	memset(c->node_load, 0, sizeof(c->node_load));
	c->writable = false;
	if (pmd_none(*pmd))
		return SCAN_PMD_NULL;
	if (pmd_trans_huge(*pmd))
		return SCAN_PMD_MAPPED;
	pte = pte_offset(c->mm->k, pmd, c->haddr);
	for (uint32_t i = 0; i < PTRS_PER_PTE && result == SCAN_SUCCEED; i++)
		result = look_at_pte(c, c->haddr + i * PAGE_SIZE, pte[i]);
	if (result != SCAN_SUCCEED)
		return result;
	if (!c->writable)
		return SCAN_PAGE_RO;
	if (c->is_khugepaged && !c->referenced)
		return SCAN_LACK_REFERENCED_PAGE;
	return SCAN_SUCCEED;
}

static bool vma_allows(const struct collapse *c,
		       const struct vm_area_struct *vma)
{
	if (!vma || vma->vm_start > c->haddr ||
	    !thp_vma_suitable(vma, c->haddr, HPAGE_PMD_SIZE))
		return false;
	if (!c->is_khugepaged)
		return thp_vma_possible(vma, vma->vm_flags);
	return thp_vma_allowable_orders(vma, vma->vm_flags) & THP_ORDER_PMD;
}

/* ---- the collapse ---------------------------------------------------------------- */

/* The page behind @pte, or zeroes, into @to; and the entry goes. */
static void move_into(struct collapse *c, struct page *to, vaddr_t vaddr,
		      pte_t *pte)
{
	struct page *from = NULL;

	if (pte_present(*pte))
		from = vm_normal_page(c->vma, vaddr, *pte);
	if (from)
		copy_highpage(c->curr, to, from);
	else
		clear_highpage(c->curr, to);
	if (!pte_none(*pte))
		pte_clear(c->mm, vaddr, pte);
	if (!from)
		return;
	add_mm_counter(c->mm, MM_ANONPAGES, -1);
	page_remove_rmap(c->curr->k, from, c->vma);
	put_page(c->curr, from);
}

/* @page in place of what is there. Nothing here sleeps. */
static void replace_ptes(struct collapse *c, struct page *page)
{
	pmd_t *pmd = pmd_off(c->mm, c->haddr);
	struct page *table = pmd_page(c->mm->k, *pmd);
	pte_t *pte = pte_offset(c->mm->k, pmd, c->haddr);

	pmd_clear(c->mm, pmd);
	flush_tlb_mm_range(c->curr, c->mm, c->haddr, c->haddr + HPAGE_PMD_SIZE);
	for (uint32_t i = 0; i < PTRS_PER_PTE; i++)
		move_into(c, page + i, c->haddr + i * PAGE_SIZE, pte + i);
	SetPageUptodate(page);
	map_huge_anon_page(c->curr, c->vma, c->haddr, pmd, page, table);
	add_mm_counter(c->mm, MM_ANONPAGES, HPAGE_PMD_NR);
}

/* Those that have most of the pages, which it shall be near to. */
static nodemask_t busiest_nodes(const struct collapse *c)
{
	nodemask_t nodes = 0;
	uint32_t most = 0;

	for (int nid = 0; nid < MAX_NUMNODES; nid++) {
		if (c->node_load[nid] > most) {
			most = c->node_load[nid];
			nodes = 0;
		}
		if (c->node_load[nid] == most)
			nodes |= 1u << nid;
	}
	return nodes;
}

static struct page *alloc_for_collapse(const struct collapse *c)
{
	const nodemask_t nodes = busiest_nodes(c);
	struct kernel *k = c->curr->k;
	const bool direct =
		!c->is_khugepaged ||
		k->thp.flags &
			1u << TRANSPARENT_HUGEPAGE_DEFRAG_KHUGEPAGED_FLAG;
	struct page *page = alloc_pages_nodemask(
		c->curr, __builtin_ctz(nodes),
		direct ? GFP_TRANSHUGE : GFP_TRANSHUGE_LIGHT, HPAGE_PMD_ORDER,
		nodes, __func__);

	count_vm_event(k,
		       page ? THP_COLLAPSE_ALLOC : THP_COLLAPSE_ALLOC_FAILED);
	return page;
}

static void trace_collapse(const struct collapse *c, bool isolated,
			   enum scan_result result)
{
	const struct kernel *k = c->curr->k;

	if (trace_enabled(k, TRACE_mm_collapse_huge_page))
		trace_event(k, TRACE_mm_collapse_huge_page,
			    "mm=%08x, isolated=%d, status=%s",
			    kobj_addr(k, c->mm), isolated,
			    result_names[result]);
}

/* Without mmap_lock; @mm has a user in the caller. Sleeps. */
static enum scan_result collapse_huge_page(struct collapse *c)
{
	enum scan_result result = SCAN_ALLOC_HUGE_PAGE_FAIL;
	struct page *page = alloc_for_collapse(c);

	if (!page) {
		trace_collapse(c, false, result);
		return result;
	}
	down_write(c->curr, &c->mm->mmap_lock);
	c->vma = find_vma(c->mm, c->haddr);
	result = SCAN_VMA_CHECK;
	if (vma_allows(c, c->vma) && !anon_vma_prepare(c->curr, c->vma))
		result = look_at_range(c);
	if (result == SCAN_SUCCEED)
		replace_ptes(c, page);
	up_write(c->curr, &c->mm->mmap_lock);
	if (result == SCAN_SUCCEED)
		c->curr->k->thp.khugepaged.pages_collapsed++;
	else
		put_page(c->curr, page);
	trace_collapse(c, result == SCAN_SUCCEED, result);
	return result;
}

static void trace_scan(const struct collapse *c, enum scan_result result)
{
	const struct kernel *k = c->curr->k;

	if (trace_enabled(k, TRACE_mm_khugepaged_scan_pmd))
		trace_event(k, TRACE_mm_khugepaged_scan_pmd,
			    "mm=%08x, scan_pfn=0x%x, writable=%d, "
			    "referenced=%d, none_or_zero=%d, status=%s, "
			    "unmapped=%d",
			    kobj_addr(k, c->mm), c->haddr >> PAGE_SHIFT,
			    c->writable, c->referenced, c->none_or_zero,
			    result_names[result], 0);
}

/*
 * One range of @vma, with mmap_lock for reading: *@locked says whether it is
 * still held.
 */
static enum scan_result scan_pmd(struct task_struct *curr,
				 struct vm_area_struct *vma, vaddr_t haddr,
				 bool is_khugepaged, bool *locked)
{
	struct collapse c = {
		.curr = curr,
		.mm = vma->vm_mm,
		.haddr = haddr,
		.is_khugepaged = is_khugepaged,
		.vma = vma,
	};
	enum scan_result result = look_at_range(&c);

	trace_scan(&c, result);
	if (result != SCAN_SUCCEED)
		return result;
	*locked = false;
	up_read(curr, &c.mm->mmap_lock);
	return collapse_huge_page(&c);
}

/* ---- which address spaces --------------------------------------------------------- */

static struct mm_struct *mm_of_node(struct list_head *node)
{
	return list_entry(node, struct mm_struct, khugepaged_node);
}

static bool is_entered(const struct mm_struct *mm)
{
	return mm->khugepaged_node.next;
}

static void khugepaged_enter(struct kernel *k, struct mm_struct *mm)
{
	if (!is_entered(mm))
		list_add_tail(&mm->khugepaged_node, &k->thp.khugepaged.mm_head);
}

void khugepaged_enter_vma(struct task_struct *curr,
			  const struct vm_area_struct *vma, uint32_t vm_flags)
{
	struct khugepaged_state *khp = &curr->k->thp.khugepaged;
	const bool was_idle = list_empty(&khp->mm_head);

	if (is_entered(vma->vm_mm) || !hugepage_flags_enabled(curr->k) ||
	    !(thp_vma_allowable_orders(vma, vm_flags) & THP_ORDER_PMD))
		return;
	khugepaged_enter(curr->k, vma->vm_mm);
	if (was_idle && khp->thread)
		wake_up_process(curr, khp->thread);
}

void khugepaged_fork(struct mm_struct *mm, const struct mm_struct *oldmm)
{
	if (is_entered(oldmm))
		khugepaged_enter(mm->k, mm);
}

/* The scan goes on with the next mm; behind the last a round is over. */
static void next_mm(struct khugepaged_state *khp)
{
	struct list_head *next = khp->scan_mm->khugepaged_node.next;

	khp->scan_mm = next == &khp->mm_head ? NULL : mm_of_node(next);
	khp->scan_address = 0;
	khp->full_scans += !khp->scan_mm;
}

void khugepaged_exit(struct task_struct *curr, struct mm_struct *mm)
{
	struct khugepaged_state *khp = &curr->k->thp.khugepaged;

	if (!is_entered(mm))
		return;
	if (khp->scan_mm == mm)
		next_mm(khp);
	list_del(&mm->khugepaged_node);
	mm->khugepaged_node.next = NULL;
}

/* ---- the round ---------------------------------------------------------------------- */

/* The first range at or behind @vaddr that may be huge; 0: none in @vma. */
static vaddr_t next_range(const struct vm_area_struct *vma, vaddr_t vaddr)
{
	vaddr_t haddr = vaddr > vma->vm_start ? vaddr : vma->vm_start;

	if (!(thp_vma_allowable_orders(vma, vma->vm_flags) & THP_ORDER_PMD))
		return 0;
	haddr = (haddr + ~HPAGE_PMD_MASK) & HPAGE_PMD_MASK;
	return haddr < vma->vm_end && vma->vm_end - haddr >= HPAGE_PMD_SIZE
		       ? haddr
		       : 0;
}

/*
 * As much of one mm as @pages allow, or up to the first range that was worth
 * a try. Returns pages looked at; *@result: the last range's.
 */
static uint32_t scan_mm(struct task_struct *curr, struct mm_struct *mm,
			uint32_t pages, enum scan_result *result)
{
	struct khugepaged_state *khp = &curr->k->thp.khugepaged;
	struct vm_area_struct *vma;
	bool locked = true;
	uint32_t done = 0;

	down_read(curr, &mm->mmap_lock);
	vma = find_vma(mm, khp->scan_address);
	while (vma && locked && done < pages) {
		vaddr_t haddr = next_range(vma, khp->scan_address);

		done++;
		if (!haddr) {
			khp->scan_address = vma->vm_end;
			vma = vma->vm_next;
			continue;
		}
		/* before it sleeps: mm may go on to another, and so may we */
		khp->scan_address = haddr + HPAGE_PMD_SIZE;
		*result = scan_pmd(curr, vma, haddr, true, &locked);
		done += HPAGE_PMD_NR;
	}
	if (locked)
		up_read(curr, &mm->mmap_lock);
	if (locked && !vma && khp->scan_mm == mm)
		next_mm(khp);
	return done;
}

/* False: no memory for huge pages, better wait for longer. */
static bool do_scan(struct task_struct *curr)
{
	struct khugepaged_state *khp = &curr->k->thp.khugepaged;
	enum scan_result result = SCAN_SUCCEED;
	uint32_t rounds = khp->full_scans, done = 0;

	lru_add_drain(curr);
	while (done < khp->pages_to_scan && !khp->should_stop &&
	       khp->full_scans - rounds < 2 && !list_empty(&khp->mm_head)) {
		struct mm_struct *mm;

		if (!khp->scan_mm)
			khp->scan_mm = mm_of_node(khp->mm_head.next);
		mm = khp->scan_mm;
		if (!mmget_not_zero(mm)) {
			next_mm(khp);
			continue;
		}
		done += scan_mm(curr, mm, khp->pages_to_scan - done, &result);
		mmput(curr, mm);
		if (result == SCAN_ALLOC_HUGE_PAGE_FAIL)
			return false;
	}
	return true;
}

/* ---- the thread ---------------------------------------------------------------------- */

static void sleep_ms(struct task_struct *curr, uint32_t ms)
{
	const struct kernel *k = curr->k;
	struct khugepaged_state *khp = &curr->k->thp.khugepaged;

	khp->sleep_until = sched_clock_cycles(k) +
			   ns_to_cycles(k, (uint64_t)ms * 1000000);
	while (!khp->should_stop && sched_clock_cycles(k) < khp->sleep_until) {
		curr->state = TASK_INTERRUPTIBLE;
		schedule_timeout_until(curr, khp->sleep_until);
	}
}

static void wait_for_work(struct task_struct *curr)
{
	const struct khugepaged_state *khp = &curr->k->thp.khugepaged;

	while (!khp->should_stop && list_empty(&khp->mm_head)) {
		curr->state = TASK_INTERRUPTIBLE;
		schedule(curr);
	}
}

static int khugepaged(struct task_struct *curr, void *unused)
{
	struct khugepaged_state *khp = &curr->k->thp.khugepaged;

	(void)unused;
	set_user_nice(curr, curr, KHUGEPAGED_NICE);
	while (!khp->should_stop) {
		bool got_memory = do_scan(curr);

		sleep_ms(curr, got_memory ? khp->scan_sleep_millisecs
					  : khp->alloc_sleep_millisecs);
		wait_for_work(curr);
	}
	khp->thread = NULL;
	return 0;
}

void khugepaged_shutdown(struct task_struct *curr)
{
	struct khugepaged_state *khp = &curr->k->thp.khugepaged;

	khp->should_stop = true;
	if (khp->thread)
		wake_up_process(curr, khp->thread);
}

int start_stop_khugepaged(struct task_struct *curr)
{
	struct khugepaged_state *khp = &curr->k->thp.khugepaged;

	if (!hugepage_flags_enabled(curr->k)) {
		khugepaged_shutdown(curr);
		return 0;
	}
	/* One that has been told to stop and hasn't yet goes on. */
	khp->should_stop = false;
	if (khp->thread)
		return 0;
	khp->thread = kthread_run(curr, khugepaged, NULL, "khugepaged");
	if (khp->thread)
		return 0;
	printk(curr->k, "khugepaged: kthread_run(khugepaged) failed");
	return -ENOMEM;
}

void khugepaged_setup(struct kernel *k)
{
	struct khugepaged_state *khp = &k->thp.khugepaged;

	INIT_LIST_HEAD(&khp->mm_head);
	khp->pages_to_scan = HPAGE_PMD_NR * 8;
	khp->scan_sleep_millisecs = 10000;
	khp->alloc_sleep_millisecs = 60000;
	khp->max_ptes_none = HPAGE_PMD_NR - 1;
	khp->max_ptes_swap = HPAGE_PMD_NR / 8;
	khp->max_ptes_shared = HPAGE_PMD_NR / 2;
}

/* ---- madvise(MADV_COLLAPSE) -------------------------------------------------------------- */

static int result_to_errno(enum scan_result result)
{
	switch (result) {
	case SCAN_ALLOC_HUGE_PAGE_FAIL:
		return -ENOMEM;
	case SCAN_PAGE_COUNT:
	case SCAN_PAGE_LOCK:
	case SCAN_PAGE_LRU:
		return -EAGAIN;
	default:
		return -EINVAL;
	}
}

int madvise_collapse(struct task_struct *curr, struct vm_area_struct *vma,
		     vaddr_t start, vaddr_t end)
{
	struct mm_struct *mm = vma->vm_mm;
	vaddr_t haddr = (start + ~HPAGE_PMD_MASK) & HPAGE_PMD_MASK;
	int error = 0;

	if (!thp_vma_possible(vma, vma->vm_flags))
		return -EINVAL;
	lru_add_drain(curr);
	for (; haddr < end && end - haddr >= HPAGE_PMD_SIZE;
	     haddr += HPAGE_PMD_SIZE) {
		enum scan_result result;
		bool locked = true;

		vma = find_vma(mm, haddr);
		if (!vma || vma->vm_start > haddr ||
		    !thp_vma_possible(vma, vma->vm_flags))
			return -EINVAL;
		if (!thp_vma_suitable(vma, haddr, HPAGE_PMD_SIZE))
			continue;
		result = scan_pmd(curr, vma, haddr, false, &locked);
		if (!locked)
			down_read(curr, &mm->mmap_lock);
		if (result != SCAN_SUCCEED && result != SCAN_PMD_MAPPED)
			error = result_to_errno(result);
	}
	return error;
}

/* ---- files ----------------------------------------------------------------------------------- */

static int knob_store(const char *text, uint32_t most, uint32_t *value)
{
	uint32_t number;
	int err = kstrtouint(text, 10, &number);

	if (err || number > most)
		return -EINVAL;
	*value = number;
	return 0;
}

#define COUNTER(name)                                             \
	static int name##_show(struct seq_file *m, void *object)  \
	{                                                         \
		(void)object;                                     \
		seq_printf(m, "%u\n", m->k->thp.khugepaged.name); \
		return 0;                                         \
	}
/* @most: the largest value it takes; @wake: the thread shall know at once. */
#define KNOB(name, most, wake)                                           \
	COUNTER(name)                                                    \
	static int name##_store(struct task_struct *curr, void *object,  \
				const char *text, uint32_t n)            \
	{                                                                \
		struct khugepaged_state *khp = &curr->k->thp.khugepaged; \
		int err = knob_store(text, most, &khp->name);            \
                                                                         \
		(void)object;                                            \
		(void)n;                                                 \
		if (!err && (wake) && khp->thread) {                     \
			khp->sleep_until = 0;                            \
			wake_up_process(curr, khp->thread);              \
		}                                                        \
		return err;                                              \
	}
KNOB(scan_sleep_millisecs, UINT32_MAX, true)
KNOB(alloc_sleep_millisecs, UINT32_MAX, true)
KNOB(pages_to_scan, UINT32_MAX, false)
KNOB(max_ptes_none, HPAGE_PMD_NR - 1, false)
KNOB(max_ptes_swap, HPAGE_PMD_NR - 1, false)
KNOB(max_ptes_shared, HPAGE_PMD_NR - 1, false)
COUNTER(pages_collapsed)
COUNTER(full_scans)

static int defrag_show(struct seq_file *m, void *object)
{
	(void)object;
	seq_printf(m, "%u\n",
		   m->k->thp.flags >>
				   TRANSPARENT_HUGEPAGE_DEFRAG_KHUGEPAGED_FLAG &
			   1);
	return 0;
}

static int defrag_store(struct task_struct *curr, void *object,
			const char *text, uint32_t n)
{
	(void)object;
	(void)n;
	return thp_flag_store(curr->k, text,
			      TRANSPARENT_HUGEPAGE_DEFRAG_KHUGEPAGED_FLAG);
}

#define KNOB_ATTR(name)                                \
	{                                              \
#name, 0644, name##_show, name##_store \
	}
static const struct sysfs_attribute attrs[] = {
	KNOB_ATTR(defrag),
	KNOB_ATTR(max_ptes_none),
	KNOB_ATTR(max_ptes_swap),
	KNOB_ATTR(max_ptes_shared),
	KNOB_ATTR(pages_to_scan),
	{"pages_collapsed", 0444, pages_collapsed_show, NULL},
	{"full_scans", 0444, full_scans_show, NULL},
	KNOB_ATTR(scan_sleep_millisecs),
	KNOB_ATTR(alloc_sleep_millisecs),
};

void khugepaged_sysfs_init(struct task_struct *curr, struct kernfs_node *dir)
{
	dir = sysfs_create_dir(curr, dir, "khugepaged", NULL);
	if (dir)
		sysfs_create_files(curr, dir, attrs,
				   sizeof(attrs) / sizeof(*attrs));
}
