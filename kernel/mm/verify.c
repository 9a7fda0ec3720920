/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/verify.h"

/*
 * kernel_verify(): do the books of memory agree with each other? Linux has no
 * such thing (CONFIG_DEBUG_VM asks small questions on the way); a model can
 * afford to ask all of them at once.
 *
 * It goes twice over everything. First by address space, which it finds by
 * the frames of its tables (page->pt_mm), so that none escapes, be it that of
 * a program half loaded: VMAs against each other (verify_vma.c), every entry
 * against its VMA, its hardware word and its page. Each entry is tallied by
 * frame. Then by frame: mapcount, references and counters against the tallies,
 * the page cache, the LRU lists.
 *
 * It changes nothing, charges no cycles, and keeps its notes in host memory.
 * To be called while no task is in the middle of a change: from outside, or
 * where the kernel could sleep.
 */

#include <stdarg.h>
#include <stdlib.h>

#include "kernel/arch/arm/tlb_verify.h"
#include "kernel/fs/fs.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/mm_init.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/rmap.h"
#include "kernel/mm/swap.h"
#include "kernel/mm/swapops.h"

void verify_fail(struct verify *v, const char *format, ...)
{
	char text[256];
	va_list args;

	v->nr_errors++;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	printk(v->k, "verify: %s", text);
}

static struct page *frame(const struct verify *v, uint32_t i)
{
	return pfn_to_page(v->k, v->first_pfn + i);
}

/* How many frames look like this one: a free block is seen as a whole. */
static uint32_t frames_from(const struct page *page)
{
	return PageBuddy(page) ? 1u << buddy_order(page) : 1;
}

static bool is_ram(const struct verify *v, pfn_t pfn)
{
	return pfn >= v->first_pfn && pfn < v->first_pfn + v->nr_frames;
}

/* ---- entries ---------------------------------------------------------------------- */

struct rmap_search {
	const struct vm_area_struct *vma;
	vaddr_t vaddr;
	bool found;
};

static bool is_it_this_one(struct page *page, struct vm_area_struct *vma,
			   vaddr_t vaddr, void *arg)
{
	struct rmap_search *search = arg;

	(void)page;
	search->found = vma == search->vma && vaddr == search->vaddr;
	return !search->found;
}

static bool rmap_finds(struct page *page, const struct vm_area_struct *vma,
		       vaddr_t vaddr)
{
	struct rmap_search search = {vma, vaddr, false};
	struct rmap_walk_control rwc = {&search, is_it_this_one};

	rmap_walk(page, &rwc);
	return search.found;
}

/* An anonymous page, and what its entry may allow. */
static void verify_anon_entry(struct verify *v,
			      const struct vm_area_struct *vma, vaddr_t vaddr,
			      pte_t pte, const struct page *page)
{
	if (PageAnonExclusive(page) && page_mapcount(page) > 1)
		verify_fail(v, "pfn 0x%05x is exclusive and mapped %d times",
			    pte_pfn(pte), page_mapcount(page));
	if (pte_write(pte) && !PageAnonExclusive(page))
		verify_fail(v,
			    "mm 0x%08x: 0x%08x may write to pfn 0x%05x, which "
			    "others may share",
			    kobj_addr(v->k, vma->vm_mm), vaddr, pte_pfn(pte));
}

static void verify_rights(struct verify *v, const struct vm_area_struct *vma,
			  vaddr_t vaddr, pte_t pte, const struct page *page)
{
	bool cow = is_cow_mapping(vma->vm_flags);

	if (pte_write(pte) && !(vma->vm_flags & VM_WRITE))
		verify_fail(v, "mm 0x%08x: 0x%08x is writable, its VMA isn't",
			    kobj_addr(v->k, vma->vm_mm), vaddr);
	if (pte_exec(pte) && !(vma->vm_flags & VM_EXEC))
		verify_fail(v, "mm 0x%08x: 0x%08x is executable, its VMA isn't",
			    kobj_addr(v->k, vma->vm_mm), vaddr);
	if (page && PageAnon(page))
		verify_anon_entry(v, vma, vaddr, pte, page);
	else if (cow && pte_write(pte))
		verify_fail(v,
			    "mm 0x%08x: private 0x%08x may write to pfn 0x%05x,"
			    " which isn't its own",
			    kobj_addr(v->k, vma->vm_mm), vaddr, pte_pfn(pte));
}

/* The page behind an entry: tally it, and back by rmap. */
static void verify_mapped_page(struct verify *v, struct verify_mm *m,
			       const struct vm_area_struct *vma, vaddr_t vaddr,
			       struct page *page)
{
	m->rss[mm_counter(page)]++;
	v->tally[page_to_pfn(v->k, page) - v->first_pfn]++;
	if (page_mapped(page) && page->mapping && !rmap_finds(page, vma, vaddr))
		verify_fail(v, "mm 0x%08x: rmap of pfn 0x%05x misses 0x%08x",
			    kobj_addr(v->k, m->mm), page_to_pfn(v->k, page),
			    vaddr);
}

static void verify_pte(struct verify *v, struct verify_mm *m,
		       const struct vm_area_struct *vma, vaddr_t vaddr,
		       const pte_t *ptep)
{
	pte_t pte = *ptep;
	struct page *page;

	if (!vma || vma->vm_start > vaddr) {
		verify_fail(v, "mm 0x%08x: entry 0x%08x at 0x%08x, no VMA",
			    kobj_addr(v->k, m->mm), pte_val(pte), vaddr);
		return;
	}
	if (ptep_hw_word(ptep) != pte_hw_word(pte, PTE_EXT_NG))
		verify_fail(v,
			    "mm 0x%08x: 0x%08x: hardware word 0x%08x does not "
			    "fit 0x%08x",
			    kobj_addr(v->k, m->mm), vaddr, ptep_hw_word(ptep),
			    pte_val(pte));
	if (!pte_present(pte)) {
		m->rss[MM_SWAPENTS] += !non_swap_entry(pte_to_swp_entry(pte));
		return;
	}
	page = vm_normal_page(vma, vaddr, pte);
	if (page && !is_ram(v, pte_pfn(pte)))
		page = NULL;
	verify_rights(v, vma, vaddr, pte, page);
	if (page)
		verify_mapped_page(v, m, vma, vaddr, page);
}

static void verify_table(struct verify *v, struct verify_mm *m, vaddr_t start)
{
	pmd_t *pmd = pmd_off(m->mm, start);
	const struct page *page = pmd_page(v->k, *pmd);
	const pte_t *pte = pte_offset(v->k, pmd, start);
	vaddr_t end = start + PMD_SIZE;
	struct vm_area_struct *vma = m->mm->mmap;

	m->nr_tables++;
	if (!PageTable(page) || page->pt_mm != m->mm)
		verify_fail(v,
			    "mm 0x%08x: table of 0x%08x in pfn 0x%05x is "
			    "not marked as one of its",
			    kobj_addr(v->k, m->mm), start,
			    page_to_pfn(v->k, page));
	for (vaddr_t vaddr = start; vaddr != end; vaddr += PAGE_SIZE, pte++) {
		while (vma && vma->vm_end <= vaddr)
			vma = vma->vm_next;
		if (!pte_none(*pte))
			verify_pte(v, m, vma, vaddr, pte);
	}
}

/* ---- address spaces ----------------------------------------------------------------- */

/* What its tasks have counted and not added yet. */
static int32_t rss_of_tasks(const struct mm_struct *mm, int member)
{
	const struct task_struct *task, *thread;
	int32_t sum = 0;

	for_each_process(task, mm->k)
		list_for_each_entry(thread, &task->signal->thread_head,
				    thread_node)
			if (thread->mm == mm)
				sum += thread->rss_stat.count[member];
	return sum;
}

static void verify_mm_counts(struct verify *v, const struct verify_mm *m)
{
	const struct mm_struct *mm = m->mm;

	for (int i = 0; i < NR_MM_COUNTERS; i++) {
		int32_t rss = mm->rss_stat[i] + rss_of_tasks(mm, i);

		if (rss != m->rss[i])
			verify_fail(v, "mm 0x%08x: rss_stat[%d] %d, counted %d",
				    kobj_addr(v->k, mm), i, rss, m->rss[i]);
	}
	/* As Linux counts them: 512 entries of 4 bytes. */
	if (mm->pgtables_bytes != m->nr_tables * PTRS_PER_PTE * sizeof(pte_t))
		verify_fail(v, "mm 0x%08x: pgtables_bytes %u, tables %u",
			    kobj_addr(v->k, mm), mm->pgtables_bytes,
			    m->nr_tables);
}

static void verify_mm(struct verify *v, struct mm_struct *mm)
{
	struct verify_mm m = {.mm = mm};

	verify_vmas(v, mm);
	for (vaddr_t vaddr = 0; vaddr < mm->task_size; vaddr += PMD_SIZE)
		if (pmd_table(*pmd_off(mm, vaddr)))
			verify_table(v, &m, vaddr);
	verify_mm_counts(v, &m);
	v->nr_tables += m.nr_tables;
}

static bool seen_before(const struct verify *v, const struct mm_struct *mm)
{
	for (uint32_t i = 0; i < v->nr_mms; i++)
		if (v->mms[i] == mm)
			return true;
	return false;
}

/* Every mm has a first-level table, and that has frames. */
static void find_mms(struct verify *v)
{
	for (uint32_t i = 0; i < v->nr_frames; i += frames_from(frame(v, i))) {
		const struct page *page = frame(v, i);

		if (!PageTable(page) || page->pt_mm == &v->k->init_mm ||
		    !page->pt_mm || seen_before(v, page->pt_mm))
			continue;
		v->mms = realloc(v->mms, (v->nr_mms + 1) * sizeof(*v->mms));
		BUG_ON(!v->mms);
		v->mms[v->nr_mms++] = page->pt_mm;
	}
}

/* ---- frames --------------------------------------------------------------------------- */

/* A user page not on its LRU list yet exists only while someone makes it. */
static bool is_user_page(const struct page *page)
{
	return PageLRU(page);
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

static void verify_anon_frame(struct verify *v, const struct page *page,
			      uint32_t tally)
{
	v->nr_anon += tally != 0;
	if (!tally && !PageSwapCache(page) && !waits_in_batch(v->k, page))
		verify_fail(v, "pfn 0x%05x is anonymous and mapped nowhere",
			    page_to_pfn(v->k, page));
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

/* ---- locked memory -------------------------------------------------------- */

static bool count_lock(struct page *page, struct vm_area_struct *vma,
		       vaddr_t vaddr, void *arg)
{
	uint32_t *locks = arg;

	if (page_vma_mapped(page, vma, vaddr) &&
	    (vma->vm_flags & (VM_LOCKED | VM_SPECIAL)) == VM_LOCKED)
		++*locks;
	return true;
}

/* Locks may be forgotten while a page is isolated, never made up. */
static void verify_mlocked_frame(struct verify *v, struct page *page)
{
	uint32_t locks = 0;
	struct rmap_walk_control rwc = {&locks, count_lock};

	v->nr_mlock++;
	rmap_walk(page, &rwc);
	if (!locks || (PageLRU(page) && page->mlock_count > locks))
		verify_fail(v, "pfn 0x%05x: locked %u times, by %u entries",
			    page_to_pfn(v->k, page), page->mlock_count, locks);
}

static void verify_evictable(struct verify *v, const struct page *page)
{
	v->nr_unevictable += PageUnevictable(page);
	if (PageUnevictable(page) == page_evictable(page))
		verify_fail(v, "pfn 0x%05x is %sevictable by its flags 0x%x",
			    page_to_pfn(v->k, page),
			    PageUnevictable(page) ? "un" : "", page->flags);
}

/* ---- frames, all of them ---------------------------------------------------- */

/* Entries hold references, the cache holds one, others may hold more. */
static uint32_t expected_refs(const struct page *page, uint32_t tally)
{
	if (PageSwapCache(page))
		return tally + 1;
	if (is_user_page(page) && !PageAnon(page) && page->mapping)
		return tally + 1;
	return tally;
}

static void verify_frame(struct verify *v, struct page *page, uint32_t tally)
{
	const pfn_t pfn = page_to_pfn(v->k, page);
	const bool typed = PageBuddy(page) || PageTable(page) ||
			   PageKstack(page) || PageLargeKmalloc(page);

	if (typed || PageSlab(page)) {
		if (tally)
			verify_fail(v,
				    "pfn 0x%05x is not a user's, but %u "
				    "entries map it",
				    pfn, tally);
		return;
	}
	if (page_mapcount(page) != (int)tally)
		verify_fail(v, "pfn 0x%05x: mapcount %d, but %u entries", pfn,
			    page_mapcount(page), tally);
	if (page_count(page) < (int)expected_refs(page, tally))
		verify_fail(v, "pfn 0x%05x: %d references, at least %u held",
			    pfn, page_count(page), expected_refs(page, tally));
	v->nr_mapped += tally && !PageAnon(page);
	if (PageMlocked(page))
		verify_mlocked_frame(v, page);
	v->nr_file += PageSwapCache(page);
	if (!is_user_page(page))
		return;
	verify_evictable(v, page);
	if (PageAnon(page))
		verify_anon_frame(v, page, tally);
	else
		verify_cache_frame(v, page);
}

static void verify_frames(struct verify *v)
{
	uint32_t i = 0;

	while (i < v->nr_frames) {
		struct page *page = frame(v, i);

		/* of a free block, every frame's tally */
		for (uint32_t n = frames_from(page); n; n--)
			verify_frame(v, page, v->tally[i++]);
	}
}

/* ---- counters ---------------------------------------------------------------------------- */

static void verify_item(struct verify *v, enum vm_item item, int64_t counted)
{
	int64_t booked = global_page_state(v->k, item);

	if (booked != counted)
		verify_fail(v, "%s is %lld, counted %lld", vm_item_name(item),
			    (long long)booked, (long long)counted);
}

static void verify_counters(struct verify *v)
{
	verify_item(v, NR_ANON_PAGES, v->nr_anon);
	verify_item(v, NR_MAPPED, v->nr_mapped);
	verify_item(v, NR_FILE_PAGES, v->nr_file);
	verify_item(v, NR_SHMEM, v->nr_shmem);
	verify_item(v, NR_MLOCK, v->nr_mlock);
	verify_item(v, NR_PAGE_TABLE_PAGES, v->nr_tables);
	if (v->k->user.committed_pages != v->nr_committed +
						  v->k->user.shmem_committed +
						  v->k->user.committed_lost)
		verify_fail(v,
			    "%lld pages committed, VMAs have %lld, files %lld",
			    (long long)v->k->user.committed_pages,
			    (long long)v->nr_committed,
			    (long long)v->k->user.shmem_committed);
}

static void verify_lru_list(struct verify *v, int nid, enum lru_list lru,
			    int64_t count[NR_LRU_LISTS])
{
	struct page *page;

	list_for_each_entry(page, &v->k->user.lruvec[nid].lists[lru], lru) {
		if (!PageLRU(page) || page_lru(page) != lru)
			verify_fail(v,
				    "pfn 0x%05x stands on LRU list %d, "
				    "which its flags 0x%x do not name",
				    page_to_pfn(v->k, page), lru, page->flags);
		count[lru]++;
	}
}

static void verify_lru(struct verify *v)
{
	int64_t count[NR_LRU_LISTS] = {0};

	for (int nid = 0; nid < NR_LRUVECS; nid++)
		for (int lru = 0; lru < NR_LRU_LISTS; lru++)
			verify_lru_list(v, nid, lru, count);
	/* The unevictable are on no list. */
	count[LRU_UNEVICTABLE] += v->nr_unevictable;
	for (int lru = 0; lru < NR_LRU_LISTS; lru++)
		verify_item(v, NR_INACTIVE_ANON + lru, count[lru]);
}

unsigned int kernel_verify(struct kernel *k)
{
	struct verify v = {
		.k = k,
		.first_pfn = k->mem.min_low_pfn,
		.nr_frames = k->mem.max_pfn - k->mem.min_low_pfn,
	};

	v.tally = calloc(v.nr_frames, sizeof(*v.tally));
	BUG_ON(!v.tally);
	find_mms(&v);
	for (uint32_t i = 0; i < v.nr_mms; i++)
		verify_mm(&v, v.mms[i]);
	verify_frames(&v);
	verify_counters(&v);
	verify_lru(&v);
	v.nr_errors += verify_tlbs(k, v.mms, v.nr_mms);
	free(v.tally);
	free(v.mms);
	return v.nr_errors + verify_page_alloc(k) + verify_zones(k) +
	       verify_kmaps(k) + verify_slab(k);
}

void verify_at(struct kernel *k, enum kernel_verify_when when)
{
	if (k->params.verify >= when)
		k->verify_violations += kernel_verify(k);
}

uint64_t kernel_verify_violations(const struct kernel *k)
{
	return k->verify_violations;
}
