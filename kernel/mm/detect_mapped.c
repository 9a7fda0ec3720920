/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/detect_internal.h"

/*
 * Is a frame that is freed still mapped? The kernel thinks it isn't: its
 * reference count says so. Here the entries of users' tables are counted a
 * second time, where they are written (Linux: mm/page_table_check.c), and
 * must have come to none. The TLBs must have forgotten the frame as well: not
 * by the time when somebody uses it, but before it is free.
 *
 * TLBs are asked only about frames that were mapped. One look into them serves
 * all frames that are freed until the next walk, since nothing can enter a TLB
 * without one.
 *
 * MODEL: of users' entries alone. Linux leaves those of vmalloc() and kmap()
 * in tables or TLBs on purpose, until there are many. What a driver maps raw
 * (VM_PFNMAP) nobody counts, here as there.
 */

#include <stdio.h>

#include "kernel/arch/arm/tlb_verify.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"
#include "kernel/task/sched.h"

/* A driver shows what it likes. */
bool is_raw_mapping(struct mm_struct *mm, vaddr_t vaddr)
{
	const struct vm_area_struct *vma = find_vma(mm, vaddr);

	return vma && vma->vm_start <= vaddr && vma->vm_flags & VM_PFNMAP;
}

/* ---- entries come and go ------------------------------------------------------- */

static bool counts(const struct kernel *k, pte_t pte)
{
	return pte_present(pte) && pfn_valid(k, pte_pfn(pte));
}

static void tell_frame(struct report *r, pfn_t pfn)
{
	const struct frame_note *note = frame_note(r->k, pfn);

	report_frame(r, pfn);
	report_event(r, "mapped", &note->mapped);
	report_event(r, "last unmapped", &note->unmapped);
	report_event(r, "handed out", &note->allocated);
}

static void check_not_free(struct mm_struct *mm, vaddr_t vaddr, pfn_t pfn)
{
	struct kernel *k = mm->k;
	const struct page *page = pfn_to_page(k, pfn);
	const struct frame_note *note = frame_note(k, pfn);
	struct report r;

	if (likely(compound_head(page)->_refcount || PageReserved(page)) ||
	    !detects(k, DETECT_FREED_MAPPED) || is_raw_mapping(mm, vaddr))
		return;
	report_begin(&r, k, DETECT_FREED_MAPPED,
		     "frame 0x%x, which is free, is mapped at 0x%08x", pfn,
		     vaddr);
	report_place(&r, mm, vaddr);
	tell_frame(&r, pfn);
	report_event(&r, "freed", &note->freed);
	report_end(&r);
}

static void entry_gone(struct kernel *k, pfn_t pfn, const char *function)
{
	struct frame_note *note = frame_note(k, pfn);

	if (note->entries)
		note->entries--;
	note->unmapped = frame_event_now(k, function);
}

static void entry_came(struct mm_struct *mm, vaddr_t vaddr, pfn_t pfn,
		       const char *function)
{
	struct frame_note *note = frame_note(mm->k, pfn);

	note->entries++;
	note->was_mapped = true;
	note->va = vaddr;
	note->mapped = frame_event_now(mm->k, function);
	check_not_free(mm, vaddr, pfn);
	detect_check_mapped(mm, vaddr, pfn);
}

void detect_note_entry(struct mm_struct *mm, vaddr_t vaddr, pte_t from,
		       pte_t to, uint32_t nr_pages, const char *function)
{
	struct kernel *k = mm->k;
	const bool was = counts(k, from), is = counts(k, to);

	if (mm == &k->init_mm || vaddr >= k->arch.task_size)
		return;
	if (was && is && pte_pfn(from) == pte_pfn(to))
		return; /* other rights, the same frame */
	for (uint32_t i = 0; i < nr_pages; i++) {
		if (was)
			entry_gone(k, pte_pfn(from) + i, function);
		if (is)
			entry_came(mm, vaddr + i * PAGE_SIZE, pte_pfn(to) + i,
				   function);
	}
}

/* ---- who maps a frame ------------------------------------------------------------- */

/* The first entry for @pfn that @mm's tables have and that is counted. */
static bool find_entry(struct mm_struct *mm, pfn_t pfn, vaddr_t *va)
{
	for (vaddr_t at = 0; at < mm->task_size;) {
		if (pmd_none(*pmd_off(mm, at))) {
			at = (at & PMD_MASK) + PMD_SIZE;
			continue;
		}
		if (counts(mm->k, pte_at(mm, at)) &&
		    pte_pfn(pte_at(mm, at)) == pfn && !is_raw_mapping(mm, at)) {
			*va = at;
			return true;
		}
		at += PAGE_SIZE;
	}
	return false;
}

/*
 * The address space of such an entry, found by first-level tables and not by
 * tasks: that of a program half loaded, too. NULL: there is none.
 */
static struct mm_struct *find_mapper(struct kernel *k, pfn_t pfn, vaddr_t *va)
{
	for (pfn_t i = k->mem.min_low_pfn; i < k->mem.max_pfn;) {
		const struct page *page = pfn_to_page(k, i);

		if (is_first_level(k, page) && find_entry(page->pt_mm, pfn, va))
			return page->pt_mm;
		i += PageBuddy(page) ? 1u << buddy_order(page) : 1;
	}
	return NULL;
}

/* "cow[7]", or what there is in place of a process. */
static struct mapper_name {
	char text[40];
} mapper_name(const struct kernel *k, const struct mm_struct *mm)
{
	const struct task_struct *task = task_of_mm(k, mm);
	struct mapper_name name = {"an address space without a process"};

	if (task)
		snprintf(name.text, sizeof(name.text), "%.16s[%d]", task->comm,
			 task->pid);
	return name;
}

/* True when only drivers' raw entries are left. */
static bool report_entries(struct kernel *k, pfn_t pfn, const char *caller)
{
	const struct frame_event now = frame_event_now(k, caller);
	const struct page *page = pfn_to_page(k, pfn);
	vaddr_t va = 0;
	struct mm_struct *mm = find_mapper(k, pfn, &va);
	struct report r;

	if (!mm && page->_mapcount == -1)
		return true;
	if (mm)
		report_begin(&r, k, DETECT_FREED_MAPPED,
			     "frame 0x%x was freed while 0x%08x of %s maps it",
			     pfn, va, mapper_name(k, mm).text);
	else
		report_begin(&r, k, DETECT_FREED_MAPPED,
			     "frame 0x%x was freed with a map count of %d, "
			     "though no entry maps it",
			     pfn, page->_mapcount + 1);
	report_place(&r, mm, va);
	report_event(&r, "freed", &now);
	tell_frame(&r, pfn);
	report_end(&r);
	return false;
}

/* A file's page belongs to its cache until that has let go of it. */
static bool report_cached(struct kernel *k, pfn_t pfn, const char *caller)
{
	const struct frame_event now = frame_event_now(k, caller);
	const struct page *page = pfn_to_page(k, pfn);
	struct report r;

	report_begin(&r, k, DETECT_FREED_MAPPED,
		     "frame 0x%x was freed while the page cache has it as page "
		     "%u of a file",
		     pfn, page->index);
	report_event(&r, "freed", &now);
	tell_frame(&r, pfn);
	report_end(&r);
	return false;
}

/* ---- TLBs ------------------------------------------------------------------------- */

static void note_in_tlb(void *arg, const struct tlb_frame *entry)
{
	struct kernel *k = arg;
	const pfn_t end = entry->pfn + entry->nr_frames;

	for (pfn_t pfn = entry->pfn; pfn < end; pfn++)
		if (pfn_valid(k, pfn))
			frame_note(k, pfn)->tlb_scan = k->detect.tlb_scan;
}

/* Looks into them anew if anything can have come in. */
static bool tlbs_may_have(struct kernel *k, pfn_t pfn)
{
	const uint64_t walks = nr_tlb_walks(k);

	if (!k->detect.tlb_scan || walks != k->detect.tlb_walks) {
		k->detect.tlb_scan++;
		k->detect.tlb_walks = walks;
		for_each_user_tlb_frame(k, note_in_tlb, k);
	}
	return frame_note(k, pfn)->tlb_scan == k->detect.tlb_scan;
}

struct tlb_search {
	struct kernel *k;
	pfn_t pfn;
	const char *caller;
	bool told;
};

static void report_in_tlb(void *arg, const struct tlb_frame *entry)
{
	struct tlb_search *search = arg;
	struct kernel *k = search->k;
	const struct frame_event now = frame_event_now(k, search->caller);
	const vaddr_t va = entry->va + (search->pfn - entry->pfn) * PAGE_SIZE;
	struct mm_struct *mm;
	struct report r;

	if (search->told || search->pfn - entry->pfn >= entry->nr_frames)
		return;
	mm = mm_of_tlb_frame(k, entry);
	if (mm && is_raw_mapping(mm, va))
		return;
	search->told = true;
	report_begin(&r, k, DETECT_FREED_MAPPED,
		     "frame 0x%x was freed while TLB %s of CPU %d still "
		     "translates 0x%08x of ASID %u to it",
		     search->pfn, entry->tlb, entry->cpu, va, entry->asid);
	report_place(&r, mm, va);
	report_event(&r, "unmapped, and not flushed,",
		     &frame_note(k, search->pfn)->unmapped);
	report_event(&r, "freed", &now);
	report_frame(&r, search->pfn);
	report_event(&r, "mapped", &frame_note(k, search->pfn)->mapped);
	report_event(&r, "handed out", &frame_note(k, search->pfn)->allocated);
	report_end(&r);
}

/* ---- all of it ------------------------------------------------------------------------ */

bool detect_check_unmapped(struct kernel *k, pfn_t pfn, const char *caller)
{
	const struct frame_note *note = frame_note(k, pfn);
	const struct page *page = pfn_to_page(k, pfn);
	struct tlb_search search = {k, pfn, caller, false};

	if (!detects(k, DETECT_FREED_MAPPED))
		return true;
	if (page->mapping && !PageAnon(page))
		return report_cached(k, pfn, caller);
	if ((note->entries || page->_mapcount != -1) &&
	    !report_entries(k, pfn, caller))
		return false;
	if (note->was_mapped && tlbs_may_have(k, pfn))
		for_each_user_tlb_frame(k, report_in_tlb, &search);
	return true;
}
