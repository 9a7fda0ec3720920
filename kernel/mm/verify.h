/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_VERIFY_H
#define KERNEL_MM_VERIFY_H

/*
 * What the files of the verifier share. verify.c leads; verify_vma.c asks
 * about address spaces, verify_pte.c and verify_huge.c about tables,
 * verify_page.c about frames, verify_ksm.c about those that ksmd has merged,
 * verify_swap.c about slots, verify_writeback.c about what is dirty.
 */

#include <stdio.h>

#include "kernel/mm/mm_types.h"
#include "kernel/mm/swapops.h"
#include "kernel/state.h"

struct rmap_walk_control;

/* What the tables said of a frame, for when its turn comes. */
struct verify_note {
	uint32_t entries; /* that map it */
	uint32_t mm; /* whose first-level table begins here: index + 1 */
};

/* One address space, counted. */
struct verify_mm {
	struct mm_struct *mm;
	int32_t rss[NR_MM_COUNTERS];
	uint32_t nr_tables, nr_huge;
};

/* Who names a slot of a swap area, counted. */
struct verify_slot {
	uint32_t entries; /* of page tables */
	uint16_t files; /* of memory */
	bool cached; /* a page in the swap cache */
};

/* One run of kernel_verify(): what was counted so far. */
struct verify {
	struct kernel *k;
	unsigned int nr_errors;
	pfn_t first_pfn;
	uint32_t nr_frames;
	struct verify_note *notes; /* by frame; NULL: nothing is tallied */
	struct mm_struct **mms;
	struct verify_mm *counts; /* of each of them */
	uint32_t nr_mms;
	uint64_t cost;
	uint64_t nr_entries; /* that map frames, by the tables */
	uint64_t nr_entries_found; /* and by the frames */
	int64_t nr_anon, nr_anon_huge, nr_mapped, nr_file, nr_shmem, nr_tables;
	int64_t nr_dirty, nr_writeback;
	int64_t nr_mlock, nr_unevictable;
	int64_t nr_committed;
	uint32_t nr_changing; /* mms whose VMAs somebody is changing */
	uint32_t nr_held; /* pages that are mapped no more */
	uint32_t nr_ksm; /* KSM pages in use, by frames */
	struct verify_slot *slots[NR_SWAP_TYPES]; /* NULL: no such area */
	int64_t nr_swapcached, nr_in_swap_caches; /* by frames, by areas */
	uint32_t nr_arriving; /* slots */
	/* rmap's trees: nodes by way of the VMAs, and by way of the trees */
	uint32_t nr_chained, nr_in_anon_trees;
	uint32_t nr_file_vmas, nr_in_file_trees;
	uint32_t nr_anon_vmas, nr_children, nr_refs, nr_refs_needed;
};

/*
 * Verifies if kernel_params.verify asks for it at @when, and books what is
 * wrong. The kernel stops at its next return to the machine (kernel_trap()).
 */
void verify_at(struct kernel *k, enum kernel_verify_when when);
/* The same after an abort at @address of whatever @cpu runs now. */
void verify_after_fault(struct cpu *cpu, vaddr_t address);
/*
 * And after a system call, of whoever runs on @cpu now: have the TLBs lost what
 * his tables don't allow any more?
 */
void verify_after_syscall(struct cpu *cpu);
/* Host memory only. */
void verify_exit(struct kernel *k);

/* One line in the log. */
void verify_fail(struct verify *v, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* One of vmstat's items against what was counted. */
void verify_item(struct verify *v, enum vm_item item, int64_t counted);

static inline struct verify_note *verify_note_of(const struct verify *v,
						 pfn_t pfn)
{
	return &v->notes[pfn - v->first_pfn];
}

/* ---- verify_vma.c ---------------------------------------------------------- */

/* List, tree, holes, merging, sizes, anon_vmas, files of one mm's VMAs. */
void verify_vmas(struct verify *v, struct mm_struct *mm);
void verify_vma(struct verify *v, struct vm_area_struct *vma);
/* Once all of them were seen: have rmap's trees anyone else's? */
void verify_trees(struct verify *v);

/* ---- verify_pte.c ----------------------------------------------------------- */

/* The table behind @pmd, which maps 2 MB from @start, and its entries. */
void verify_table(struct verify *v, struct verify_mm *m, const pmd_t *pmd,
		  vaddr_t start);
/* Each table of the i-th mm and each entry in it; tallies them by frame. */
void verify_tables(struct verify *v, uint32_t i);
/* What tasks have counted and not added to their mm's rss_stat yet. */
void verify_task_counts(struct verify *v);
/* rss_stat and pgtables_bytes of the i-th mm. */
void verify_mm_counts(struct verify *v, uint32_t i);
/* After a count that was wrong: which entries of @page doesn't rmap find? */
void verify_find_missed(struct verify *v, struct page *page);

/* Does an entry allow no more than its VMA, and its page, do? */
void verify_rights(struct verify *v, const struct vm_area_struct *vma,
		   vaddr_t vaddr, pte_t pte, const struct page *page);

/* ---- verify_huge.c ---------------------------------------------------------- */

/* The huge entry at @pmd, as if it were 512. */
void verify_huge_pmd(struct verify *v, struct verify_mm *m, const pmd_t *pmd,
		     vaddr_t vaddr);
/* Once all entries were seen: as many tables in store, all of them empty. */
void verify_deposit(struct verify *v, struct verify_mm *m);

/* ---- verify_page.c ---------------------------------------------------------- */

/* Each frame in use against its note, its rmap and its file; clears notes. */
void verify_frames(struct verify *v);
/* One of them; @entries: that map it, by who has counted. */
void verify_frame(struct verify *v, struct page *page, uint32_t entries);
/* How many entries rmap finds. */
uint32_t verify_count_rmap(struct page *page);
void verify_lru(struct verify *v);

/* ---- verify_ksm.c ----------------------------------------------------------- */

/* ksmd's books, once all frames were seen. */
void verify_ksm(struct verify *v);
/* A KSM page that is in use; @entries map it. */
void verify_ksm_frame(struct verify *v, struct page *page, uint32_t entries);
/* rmap_walk() that comes by no place twice. For those who count or show. */
void rmap_walk_once(struct page *page, struct rmap_walk_control *rwc);

/* ---- verify_swap.c ---------------------------------------------------------- */

/* Before tables are walked: room for the tally of each area's slots. */
void verify_swap_begin(struct verify *v);
/* A page-table entry that names a slot; tallied like entries of frames. */
void verify_swap_entry(struct verify *v, swp_entry_t entry);
/* Once all tables and frames were seen; gives up the tally. */
void verify_swap(struct verify *v);

/* ---- verify_writeback.c ----------------------------------------------------- */

/* The flags of a user's page against the marks of its file. */
void verify_writeback_frame(struct verify *v, const struct page *page);
/* And the other way round, for all of a file. */
void verify_marks(struct verify *v, const struct address_space *mapping);
/* Once all frames were seen: vmstat's counts. */
void verify_written(struct verify *v);

#endif
