/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/PID/smaps and smaps_rollup (Linux: fs/proc/task_mmu.c): what of each
 * VMA is in memory, told from its page tables and the struct pages behind
 * them.
 *
 * A page is private if nothing else maps it, and dirty if this entry or the
 * page says so. The proportional set size gives each of n processes that map
 * a page 1/n of it; sums are kept in 1/4096 bytes, so that a million thirds
 * of a page lose next to nothing.
 */

#include "kernel/fs/fs.h"
#include "kernel/lib/err.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/shmem.h"
#include "kernel/mm/swapfile.h"
#include "kernel/mm/vma.h"
#include "kernel/state.h"

#define PSS_SHIFT 12

/* All in bytes, those of pss << PSS_SHIFT. */
struct mem_size_stats {
	uint64_t resident, referenced, anonymous, lazyfree, swap, swap_pss;
	uint64_t anonymous_thp;
	uint64_t shared_clean, shared_dirty, private_clean, private_dirty;
	uint64_t pss, pss_anon, pss_file, pss_shmem, pss_dirty, pss_locked;
	bool shmem_holes; /* this VMA's: see account_shmem() */
};

/* ---- one page ---------------------------------------------------------- */

static void account_share(struct mem_size_stats *mss, const struct page *page,
			  uint64_t pss, bool dirty, bool locked)
{
	mss->pss += pss;
	if (PageAnon(page))
		mss->pss_anon += pss;
	else if (PageSwapBacked(page))
		mss->pss_shmem += pss;
	else
		mss->pss_file += pss;
	if (locked)
		mss->pss_locked += pss;
	if (dirty)
		mss->pss_dirty += pss;
}

static void smaps_account(struct mem_size_stats *mss, const struct page *page,
			  pte_t pte, bool locked)
{
	const bool dirty = pte_dirty(pte) || PageDirty(page);
	const int mapcount = page_mapcount(page);
	uint64_t pss = (uint64_t)PAGE_SIZE << PSS_SHIFT;

	mss->resident += PAGE_SIZE;
	if (PageAnon(page)) {
		mss->anonymous += PAGE_SIZE;
		if (!PageSwapBacked(page) && !dirty)
			mss->lazyfree += PAGE_SIZE;
	}
	if (pte_young(pte) || PageReferenced(page))
		mss->referenced += PAGE_SIZE;
	if (mapcount >= 2) {
		*(dirty ? &mss->shared_dirty : &mss->shared_clean) += PAGE_SIZE;
		pss /= (uint32_t)mapcount;
	} else {
		*(dirty ? &mss->private_dirty
			: &mss->private_clean) += PAGE_SIZE;
	}
	account_share(mss, page, pss, dirty, locked);
}

static void account_swap(struct mem_size_stats *mss, const struct kernel *k,
			 swp_entry_t entry)
{
	const int count = __swp_swapcount(k, entry);
	const uint64_t pss = (uint64_t)PAGE_SIZE << PSS_SHIFT;

	if (non_swap_entry(entry))
		return;
	mss->swap += PAGE_SIZE;
	mss->swap_pss += count > 1 ? pss / (uint32_t)count : pss;
}

/* A page that is being moved is resident, nothing else is known of its use. */
static void account_nonpresent(struct mem_size_stats *mss,
			       const struct kernel *k, swp_entry_t entry,
			       bool locked)
{
	if (is_migration_entry(entry))
		smaps_account(mss, migration_entry_to_page(k, entry), __pte(0),
			      locked);
	else
		account_swap(mss, k, entry);
}

/* ---- pages of the file that are out --------------------------------------- */

/*
 * No page table remembers a page of a file of memory that went to swap; only
 * the file does. What a mapping sees of it is the file's, but where a private
 * one has pages of its own: there only its holes count.
 */
static void account_shmem(struct mem_size_stats *mss,
			  const struct vm_area_struct *vma)
{
	uint32_t swapped;

	mss->shmem_holes = false;
	if (!vma->vm_file || !vma->vm_file->f_mapping->shmem)
		return;
	swapped = shmem_swap_usage(vma);
	if (vma->vm_flags & VM_SHARED || !(vma->vm_flags & VM_WRITE))
		mss->swap += (uint64_t)swapped << PAGE_SHIFT;
	else
		mss->shmem_holes = swapped;
}

static void account_hole(struct mem_size_stats *mss,
			 const struct vm_area_struct *vma, vaddr_t start,
			 vaddr_t end)
{
	const pgoff_t first = vma->vm_pgoff +
			      ((start - vma->vm_start) >> PAGE_SHIFT);
	uint64_t swapped;

	if (!mss->shmem_holes)
		return;
	swapped =
		shmem_partial_swap_usage(vma->vm_file->f_mapping, first,
					 first + ((end - start) >> PAGE_SHIFT));
	mss->swap += swapped << PAGE_SHIFT;
}

/* ---- one VMA ----------------------------------------------------------- */

static void smaps_pte_range(struct mem_size_stats *mss,
			    const struct vm_area_struct *vma, const pte_t *pte,
			    vaddr_t start, vaddr_t end)
{
	const bool locked = vma->vm_flags & VM_LOCKED;

	for (vaddr_t vaddr = start; vaddr != end; vaddr += PAGE_SIZE, pte++) {
		const struct page *page = NULL;

		if (pte_present(*pte))
			page = vm_normal_page(vma, vaddr, *pte);
		else if (is_swap_pte(*pte))
			account_nonpresent(mss, vma->vm_mm->k,
					   pte_to_swp_entry(*pte), locked);
		else
			account_hole(mss, vma, vaddr, vaddr + PAGE_SIZE);
		if (page)
			smaps_account(mss, page, *pte, locked);
	}
}

static void smaps_pmd_entry(struct mem_size_stats *mss,
			    const struct vm_area_struct *vma, pmd_t pmd,
			    vaddr_t start, vaddr_t end)
{
	for (vaddr_t vaddr = start; vaddr != end; vaddr += PAGE_SIZE) {
		const pte_t pte = huge_subpte(pmd, vaddr);
		const struct page *page = vm_normal_page(vma, vaddr, pte);

		if (page)
			smaps_account(mss, compound_head(page), pte,
				      vma->vm_flags & VM_LOCKED);
	}
	mss->anonymous_thp += end - start;
}

static void smap_gather_stats(struct mem_size_stats *mss,
			      const struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	vaddr_t next;

	/* the gate's pages are the kernel's; raw frames nobody walks over */
	if (!mm || vma->vm_flags & VM_PFNMAP)
		return;
	account_shmem(mss, vma);
	for (vaddr_t vaddr = vma->vm_start; vaddr != vma->vm_end;
	     vaddr = next) {
		const pmd_t *pmd = pmd_off(mm, vaddr);

		next = pmd_addr_end(vaddr, vma->vm_end);
		if (pmd_trans_huge(*pmd))
			smaps_pmd_entry(mss, vma, *pmd, vaddr, next);
		else if (pmd_none(*pmd))
			account_hole(mss, vma, vaddr, next);
		else
			smaps_pte_range(mss, vma, pte_offset(mm->k, pmd, vaddr),
					vaddr, next);
	}
}

/* ---- as text ----------------------------------------------------------- */

static void show_kb(struct seq_file *m, const char *name, uint64_t bytes)
{
	seq_printf(m, "%-15s %8llu kB\n", name,
		   (unsigned long long)bytes >> 10);
}

/* Lines of sizes that nothing has here are zeroes, as on any ARM machine. */
static void show_stats(struct seq_file *m, const struct mem_size_stats *mss,
		       bool rollup)
{
	show_kb(m, "Rss:", mss->resident);
	show_kb(m, "Pss:", mss->pss >> PSS_SHIFT);
	show_kb(m, "Pss_Dirty:", mss->pss_dirty >> PSS_SHIFT);
	if (rollup) {
		show_kb(m, "Pss_Anon:", mss->pss_anon >> PSS_SHIFT);
		show_kb(m, "Pss_File:", mss->pss_file >> PSS_SHIFT);
		show_kb(m, "Pss_Shmem:", mss->pss_shmem >> PSS_SHIFT);
	}
	show_kb(m, "Shared_Clean:", mss->shared_clean);
	show_kb(m, "Shared_Dirty:", mss->shared_dirty);
	show_kb(m, "Private_Clean:", mss->private_clean);
	show_kb(m, "Private_Dirty:", mss->private_dirty);
	show_kb(m, "Referenced:", mss->referenced);
	show_kb(m, "Anonymous:", mss->anonymous);
	show_kb(m, "LazyFree:", mss->lazyfree);
	show_kb(m, "AnonHugePages:", mss->anonymous_thp);
	show_kb(m, "ShmemPmdMapped:", 0);
	show_kb(m, "FilePmdMapped:", 0);
	show_kb(m, "Shared_Hugetlb:", 0);
	seq_puts(m, "Private_Hugetlb:       0 kB\n");
	show_kb(m, "Swap:", mss->swap);
	show_kb(m, "SwapPss:", mss->swap_pss >> PSS_SHIFT);
	show_kb(m, "Locked:", mss->pss_locked >> PSS_SHIFT);
}

/* By the number of the bit in vm_flags; Linux has no name for VM_LOCKONFAULT. */
static void show_vma_flags(struct seq_file *m, uint32_t flags)
{
	static const char mnemonics[32][3] = {
		"rd", "wr", "ex", "sh", "mr", "mw", "me", "ms",
		"gd", "um", "pf", "??", "uw", "lo", "io", "sr",
		"rr", "dc", "de", "??", "ac", "nr", "ht", "sf",
		"ar", "wf", "dd", "sd", "mm", "hg", "nh", "mg",
	};

	seq_puts(m, "VmFlags: ");
	for (int bit = 0; bit < 32; bit++)
		if (flags >> bit & 1)
			seq_printf(m, "%s ", mnemonics[bit]);
	seq_putc(m, '\n');
}

/* Could a huge page be here, as it is set up and as large as it is? */
static bool thp_eligible(const struct vm_area_struct *vma)
{
	const vaddr_t haddr = (vma->vm_start + PMD_SIZE - 1) & PMD_MASK;

	return vma->vm_mm &&
	       thp_vma_allowable_orders(vma, vma->vm_flags) & THP_ORDER_PMD &&
	       thp_vma_suitable(vma, haddr, PMD_SIZE);
}

static int show_smap(struct seq_file *m, void *v)
{
	const struct vm_area_struct *vma = v;
	struct mem_size_stats mss = {0};

	smap_gather_stats(&mss, vma);
	show_map_vma(m, vma);
	show_kb(m, "Size:", vma->vm_end - vma->vm_start);
	show_kb(m, "KernelPageSize:", PAGE_SIZE);
	show_kb(m, "MMUPageSize:", PAGE_SIZE);
	show_stats(m, &mss, false);
	seq_printf(m, "THPeligible:    %d\n", thp_eligible(vma));
	show_vma_flags(m, vma->vm_flags);
	return m->overflow ? -ENOMEM : 0;
}

static const struct seq_operations smaps_seq_ops = {
	.start = m_start,
	.next = m_next,
	.stop = m_stop,
	.show = show_smap,
};

const struct proc_mm_ops proc_pid_smaps_ops = {.seq = &smaps_seq_ops};

/* ---- all VMAs in one --------------------------------------------------- */

static int show_smaps_rollup(struct seq_file *m, struct mm_struct *mm)
{
	const struct vm_area_struct *vma, *last = NULL;
	struct mem_size_stats mss = {0};

	if (!mm || !mmget_not_zero(mm))
		return -ESRCH;
	down_read(m->curr, &mm->mmap_lock);
	for (vma = mm->mmap; vma; vma = vma->vm_next) {
		smap_gather_stats(&mss, vma);
		last = vma;
	}
	show_range(m, last ? mm->mmap->vm_start : 0, last ? last->vm_end : 0,
		   "[rollup]");
	show_stats(m, &mss, true);
	up_read(m->curr, &mm->mmap_lock);
	mmput(m->curr, mm);
	return 0;
}

const struct proc_mm_ops proc_pid_smaps_rollup_ops = {
	.show = show_smaps_rollup,
};
