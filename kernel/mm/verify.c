/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/verify.h"

/*
 * kernel_verify(): do the books of memory agree with each other? Linux has no
 * such thing (CONFIG_DEBUG_VM asks small questions on the way); a model can
 * afford to ask all of them at once.
 *
 * It goes over everything twice. First by address space, which it finds by
 * the frames of its tables (page->pt_mm), so that none escapes, be it that of
 * a program half loaded: VMAs against each other and against rmap's trees
 * (verify_vma.c), every entry against its VMA, its hardware word and its page
 * (verify_pte.c). Each entry is tallied by frame. Then by frame
 * (verify_page.c): mapcount, references and rmap against the tally, the page
 * cache (verify_writeback.c: its marks), the LRU lists. And by slot of swap
 * areas (verify_swap.c), tallied likewise. So its cost grows with what there is to look at, not
 * with its square: nothing is searched for that counting can tell.
 *
 * After faults it may look at what the fault touched alone, and at all of it
 * as often as that is cheap (verify_after_fault()).
 *
 * It changes nothing, charges no cycles, and keeps its notes in host memory.
 * To be called while no task is in the middle of a change: from outside, or
 * where the kernel could sleep.
 */

#include <stdarg.h>
#include <stdlib.h>

#include "kernel/fs/dcache.h"
#include "kernel/fs/diskfs.h"
#include "kernel/arch/arm/tlb_verify.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/mm_init.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/vmalloc.h"

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

/* What things cost, in the unit of verify_state.cost. */
#define COST_MM    150 /* its VMAs and its first-level table */
#define COST_TABLE 10
#define COST_ENTRY 3
#define COST_NAME  2 /* or inode */

/* ---- address spaces ------------------------------------------------------ */

static void add_mm(struct verify *v, pfn_t pfn, struct mm_struct *mm)
{
	/* doubled whenever it is full */
	if (!(v->nr_mms & (v->nr_mms - 1))) {
		uint32_t room = v->nr_mms ? 2 * v->nr_mms : 1;

		v->mms = realloc(v->mms, room * sizeof(*v->mms));
		v->counts = realloc(v->counts, room * sizeof(*v->counts));
		BUG_ON(!v->mms || !v->counts);
	}
	v->mms[v->nr_mms] = mm;
	v->counts[v->nr_mms++] = (struct verify_mm){.mm = mm};
	verify_note_of(v, pfn)->mm = v->nr_mms;
}

/* Every mm has a first-level table, and that has frames. */
static void find_mms(struct verify *v)
{
	const pfn_t end = v->first_pfn + v->nr_frames;

	for (pfn_t pfn = v->first_pfn; pfn < end;) {
		const struct page *page = pfn_to_page(v->k, pfn);

		if (is_first_level(v->k, page))
			add_mm(v, pfn, page->pt_mm);
		pfn += PageBuddy(page) ? 1u << buddy_order(page) : 1;
	}
}

static void verify_mms(struct verify *v)
{
	find_mms(v);
	verify_task_counts(v);
	for (uint32_t i = 0; i < v->nr_mms; i++) {
		verify_vmas(v, v->mms[i]);
		verify_tables(v, i);
		verify_mm_counts(v, i);
	}
	verify_trees(v);
	v->cost += v->nr_mms * COST_MM + (uint64_t)v->nr_tables * COST_TABLE +
		   v->nr_entries * COST_ENTRY;
}

static void forget_mms(struct verify *v)
{
	for (uint32_t i = 0; i < v->nr_mms; i++)
		verify_note_of(v, (pfn_t)(v->mms[i]->pgd_paddr >> PAGE_SHIFT))
			->mm = 0;
	free(v->mms);
	free(v->counts);
}

/* ---- counters --------------------------------------------------------------- */

void verify_item(struct verify *v, enum vm_item item, int64_t counted)
{
	int64_t booked = global_page_state(v->k, item);

	if (booked != counted)
		verify_fail(v, "%s is %lld, counted %lld", vm_item_name(item),
			    (long long)booked, (long long)counted);
}

static void verify_counters(struct verify *v)
{
	verify_item(v, NR_ANON_PAGES, v->nr_anon);
	verify_item(v, NR_ANON_TRANSPARENT_HUGEPAGES, v->nr_anon_huge);
	verify_item(v, NR_MAPPED, v->nr_mapped);
	verify_item(v, NR_FILE_PAGES, v->nr_file);
	verify_item(v, NR_SHMEM, v->nr_shmem);
	verify_item(v, NR_MLOCK, v->nr_mlock);
	verify_item(v, NR_PAGE_TABLE_PAGES, v->nr_tables);
	if (!v->nr_changing &&
	    v->k->user.committed_pages != v->nr_committed +
						  v->k->user.shmem_committed +
						  v->k->user.committed_lost)
		verify_fail(v,
			    "%lld pages committed, VMAs have %lld, files %lld",
			    (long long)v->k->user.committed_pages,
			    (long long)v->nr_committed,
			    (long long)v->k->user.shmem_committed);
}

/* ---- all -------------------------------------------------------------------- */

static struct verify_note *get_notes(struct kernel *k, uint32_t nr_frames)
{
	if (!k->verify.notes)
		k->verify.notes = calloc(nr_frames, sizeof(*k->verify.notes));
	BUG_ON(!k->verify.notes);
	return k->verify.notes;
}

static struct verify begin(struct kernel *k)
{
	return (struct verify){
		.k = k,
		.first_pfn = k->mem.min_low_pfn,
		.nr_frames = k->mem.max_pfn - k->mem.min_low_pfn,
	};
}

unsigned int kernel_verify(struct kernel *k)
{
	struct verify v = begin(k);

	v.notes = get_notes(k, v.nr_frames);
	verify_swap_begin(&v);
	verify_mms(&v);
	verify_frames(&v);
	verify_ksm(&v);
	verify_swap(&v);
	verify_written(&v);
	verify_counters(&v);
	verify_lru(&v);
	v.nr_errors += verify_tlbs(k, v.mms, v.nr_mms);
	forget_mms(&v);
	k->verify.cost = v.cost + (uint64_t)COST_NAME *
					  (k->vfs.nr_dentry + k->vfs.nr_inodes);
	return v.nr_errors + verify_page_alloc(k) + verify_zones(k) +
	       verify_kmaps(k) + verify_slab(k) + verify_vfs(k) +
	       verify_disk(k) + verify_swap_files(k) + verify_vmalloc(k) +
	       verify_pkmaps(k);
}

void verify_at(struct kernel *k, enum kernel_verify_when when)
{
	if (k->params.verify < when)
		return;
	k->verify.violations += kernel_verify(k);
	if (!k->verify.violations)
		k->verify.right_at = k->nr_aborts;
}

/* ---- after a fault ------------------------------------------------------------ */

/* As far as that is known without a look at all tables. */
static uint32_t verify_entries_of(struct page *page)
{
	return PageKsm(page) ? (uint32_t)page_mapcount(page)
			     : verify_count_rmap(page);
}

/*
 * The VMA, the table and the page at @address: all that a fault changes. With
 * more mappers than NEAR_MAPPERS, walking through them would cost far more
 * than the fault, and a page touched by each of them the square of that: such
 * a one waits for the look at all.
 */
#define NEAR_MAPPERS 100

static unsigned int verify_near(struct kernel *k, struct mm_struct *mm,
				vaddr_t address)
{
	struct verify v = begin(k);
	struct verify_mm m = {.mm = mm};
	struct vm_area_struct *vma = find_vma(mm, address);
	const pmd_t *pmd = pmd_off(mm, address);
	struct page *page;
	pte_t *pte;

	if (!vma || vma->vm_start > address)
		return 0;
	verify_vma(&v, vma);
	if (!pmd_table(*pmd))
		return v.nr_errors;
	verify_table(&v, &m, pmd, address & PMD_MASK);
	pte = pte_offset(k, pmd, address);
	page = pte_present(*pte) ? vm_normal_page(vma, address, *pte) : NULL;
	if (page && page->mapping && page_mapcount(page) <= NEAR_MAPPERS)
		verify_frame(&v, page, verify_entries_of(page));
	return v.nr_errors;
}

/*
 * All of it each time would make faults the slower the larger the guest is.
 * So the time for it is saved first, about as much as a fault takes anyway;
 * in small guests that is enough each time. Counted in things looked at, so
 * that it happens at the same faults in every run.
 */
#define SAVED_BY_A_FAULT 1000

void verify_after_fault(struct cpu *cpu, vaddr_t address)
{
	struct kernel *k = cpu->k;
	struct mm_struct *mm = cpu->curr->mm;

	if (k->params.verify < VERIFY_FAULT)
		return;
	k->verify.saved += SAVED_BY_A_FAULT;
	if (k->params.verify == VERIFY_ALWAYS ||
	    k->verify.saved >= k->verify.cost) {
		k->verify.saved = 0;
		verify_at(k, VERIFY_FAULT);
	} else if (mm && address < mm->task_size) {
		k->verify.violations += verify_near(k, mm, address & PAGE_MASK);
	}
}

/*
 * While mmap_lock is held for writing a flush may be due. Now that it was given
 * up, none may be.
 */
void verify_after_syscall(struct cpu *cpu)
{
	struct kernel *k = cpu->k;
	struct mm_struct *mm = cpu->curr->mm;

	if (k->params.verify >= VERIFY_FAULT && mm)
		k->verify.violations += verify_tlbs(k, &mm, 1);
}

void verify_exit(struct kernel *k)
{
	free(k->verify.notes);
}

uint64_t kernel_verify_violations(const struct kernel *k)
{
	return k->verify.violations;
}
