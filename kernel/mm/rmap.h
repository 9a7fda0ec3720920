/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_RMAP_H
#define KERNEL_MM_RMAP_H

/*
 * From a page to the page-table entries that map it (include/linux/rmap.h).
 * The picture is at the head of rmap.c.
 */

#include "kernel/mm/mm_types.h"

/* ---- anon_vma: which VMAs may hold an anonymous page -------------------------- */

/*
 * Before the first anonymous page of @vma: gives it an anon_vma, a
 * neighbour's when the two could merge one day. 0 or -ENOMEM; may sleep, with
 * mmap_lock held for reading.
 */
int anon_vma_prepare_slow(struct task_struct *curr, struct vm_area_struct *vma);
static inline int anon_vma_prepare(struct task_struct *curr,
				   struct vm_area_struct *vma)
{
	return vma->anon_vma ? 0 : anon_vma_prepare_slow(curr, vma);
}
/* @dst gets all of @src's links (split, move, merge). 0 or -ENOMEM. */
int anon_vma_clone(struct task_struct *curr, struct vm_area_struct *dst,
		   struct vm_area_struct *src);
/* fork: the parent's links, and an anon_vma of the child's own. */
int anon_vma_fork(struct task_struct *curr, struct vm_area_struct *vma,
		  struct vm_area_struct *pvma);
void unlink_anon_vmas(struct task_struct *curr, struct vm_area_struct *vma);
/*
 * The anon_vma of a mapped page, with a reference, so that its VMAs are found
 * when it isn't mapped any more; NULL: the page is none, or isn't.
 */
struct anon_vma *page_get_anon_vma(const struct page *page);
void put_anon_vma(struct task_struct *curr, struct anon_vma *anon_vma);
/* @vma leaves and re-enters its anon_vmas' trees, around a change of range. */
void anon_vma_tree_pre_update(struct vm_area_struct *vma);
void anon_vma_tree_post_update(struct vm_area_struct *vma);

/* ---- mapcounts ------------------------------------------------------------------- */

/* A page that no one else has seen yet gets its first mapping. */
void page_add_new_anon_rmap(struct kernel *k, struct page *page,
			    struct vm_area_struct *vma, vaddr_t vaddr);
/*
 * A page of the swap cache, or one that has just been moved, gets one more
 * mapping, locked; @exclusive: nobody else knows of it.
 */
void page_add_anon_rmap(struct kernel *k, struct page *page,
			struct vm_area_struct *vma, vaddr_t vaddr,
			bool exclusive);
/* An anonymous page gets one more mapping (fork). */
void page_dup_anon_rmap(struct kernel *k, struct page *page);
/* The one process that maps it may now write: it becomes that VMA's alone. */
void page_move_anon_rmap(struct page *page, struct vm_area_struct *vma);
/* An entry of @vma maps, or maps no more: locked memory counts it (mlock.c). */
void page_add_file_rmap(struct kernel *k, struct page *page,
			const struct vm_area_struct *vma);
void page_remove_rmap(struct kernel *k, struct page *page,
		      const struct vm_area_struct *vma);
/* For fork, whose child has locked nothing. */
void page_dup_file_rmap(struct kernel *k, struct page *page);

/* ---- the walk ---------------------------------------------------------------------- */

/* Whose tree has the VMAs that may map anonymous @page, no page of KSM's. */
struct anon_vma *page_anon_vma(const struct page *page);

struct rmap_walk_control {
	void *arg;
	/*
	 * @vma covers @page's index at @vaddr; whether an entry there really
	 * maps it is for page_vma_mapped() to say. False ends the walk.
	 */
	bool (*rmap_one)(struct page *page, struct vm_area_struct *vma,
			 vaddr_t vaddr, void *arg);
};
/* Every place where @page may be mapped. Doesn't sleep. */
void rmap_walk(struct page *page, struct rmap_walk_control *rwc);
/* The same where nothing maps it just now; its anon_vma is kept by the caller. */
void rmap_walk_locked(struct page *page, struct rmap_walk_control *rwc);
/* The huge entry there if it maps the huge @page; NULL otherwise. */
pmd_t *page_vma_mapped_pmd(const struct page *page,
			   const struct vm_area_struct *vma, vaddr_t vaddr);
/* The entry at @vaddr of @vma if it maps @page; NULL otherwise. */
pte_t *page_vma_mapped(const struct page *page,
		       const struct vm_area_struct *vma, vaddr_t vaddr);

/* ---- what reclaim and writeback do with it ------------------------------------------- */

/*
 * How many of the entries that map @page were young; they are old now. What
 * the VMAs of those are, or'ed together, goes to *@vm_flags. Where a VMA is
 * locked (VM_LOCKED) it ends, with that flag set and 0.
 */
int page_referenced(struct task_struct *curr, struct page *page,
		    uint32_t *vm_flags);

enum ttu_flags {
	TTU_IGNORE_MLOCK = 0x20, /* locked memory too */
	TTU_HWPOISON = 0x80, /* entries of a PageHWPoison() say so */
};

/*
 * Takes all entries away that map a locked page. Of an anonymous page in the
 * swap cache each becomes the slot's; of one whose content may be lost
 * (MADV_FREE) nothing stays, unless it was written to since. A dirty entry
 * makes the page dirty. Whether it worked: page_mapped(). Doesn't sleep.
 */
void try_to_unmap(struct task_struct *curr, struct page *page, uint32_t flags);

/*
 * Each entry that maps a locked page becomes a migration entry, which still
 * counts in rss_stat (mm/migrate.c). A dirty one makes the page dirty. Whether
 * it worked: page_mapped(). Doesn't sleep.
 */
void try_to_migrate(struct task_struct *curr, struct page *page);

/*
 * Makes the entries that map a locked page of a file clean and read-only, so
 * that the next write faults. How many were dirty or writable.
 */
int page_mkclean(struct task_struct *curr, struct page *page);

#endif
