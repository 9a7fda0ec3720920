/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_PGTABLE_H
#define KERNEL_ARCH_ARM_PGTABLE_H

/*
 * Linux's view of ARM's short-descriptor tables (asm/pgtable-2level.h).
 *
 * Linux thinks of 2048 first-level entries of 2 MB: each is a pair of
 * hardware words, pmd_t. A second-level page of 4 KB serves one pair:
 *
 *	0x000  Linux entries 0..255    (first MB)
 *	0x400  Linux entries 256..511  (second MB)
 *	0x800  hardware entries 0..255
 *	0xc00  hardware entries 256..511
 *
 * The hardware knows neither young nor dirty, so the Linux word (L_PTE_*)
 * remembers them and the hardware word is made of it: an entry that isn't
 * young faults as if it weren't there, one that isn't dirty is read-only. A
 * pte_t pointer is the host view of the Linux word in guest RAM; the hardware
 * word lies 2048 bytes further. It stays valid until the table is freed:
 * don't keep one over anything that sleeps without mmap_lock.
 */

#include <stdbool.h>

#include "kernel/arch/arm/memory.h"
#include "kernel/mm/mm_types.h"

#define PTRS_PER_PTE    512
#define PTRS_PER_PGD    2048
#define PTE_HWTABLE_OFF 2048
#define PMD_SHIFT       21
#define PMD_SIZE        (1u << PMD_SHIFT)
#define PMD_MASK        (~(PMD_SIZE - 1))
#define PGDIR_SHIFT     PMD_SHIFT
#define PGDIR_SIZE      PMD_SIZE
#define PGDIR_MASK      PMD_MASK
#define SECTION_SIZE    0x00100000u
#define SECTION_MASK    (~(SECTION_SIZE - 1))
#define PGD_ORDER       2 /* 16 KB */

/* ---- bits of the Linux word (E.2) ---------------------------------------- */

#define L_PTE_VALID   (1u << 0)
#define L_PTE_PRESENT (1u << 0)
#define L_PTE_YOUNG   (1u << 1)
#define L_PTE_DIRTY   (1u << 6)
#define L_PTE_RDONLY  (1u << 7)
#define L_PTE_USER    (1u << 8)
#define L_PTE_XN      (1u << 9)
#define L_PTE_SHARED  (1u << 10)
#define L_PTE_NONE    (1u << 11)

#define L_PTE_MT_UNCACHED      (0x0u << 2)
#define L_PTE_MT_BUFFERABLE    (0x1u << 2) /* also write-combining */
#define L_PTE_MT_WRITETHROUGH  (0x2u << 2)
#define L_PTE_MT_WRITEBACK     (0x3u << 2)
#define L_PTE_MT_DEV_SHARED    (0x4u << 2)
#define L_PTE_MT_MINICACHE     (0x6u << 2)
#define L_PTE_MT_WRITEALLOC    (0x7u << 2)
#define L_PTE_MT_DEV_WC        (0x9u << 2)
#define L_PTE_MT_DEV_CACHED    (0xbu << 2)
#define L_PTE_MT_DEV_NONSHARED (0xcu << 2)
#define L_PTE_MT_VECTORS       (0xfu << 2)
#define L_PTE_MT_MASK          (0xfu << 2)
#define L_PTE_MT_TEX0          (0x4u << 2) /* its bit in the descriptor */

/* What mprotect may change; the rest of an entry survives pte_modify(). */
#define L_PTE_CHG_MASK \
	(L_PTE_XN | L_PTE_RDONLY | L_PTE_USER | L_PTE_NONE | L_PTE_VALID)

static inline pte_t __pte(uint32_t value)
{
	return (pte_t){value};
}
static inline uint32_t pte_val(pte_t pte)
{
	return pte.pte;
}
static inline pgprot_t __pgprot(uint32_t value)
{
	return (pgprot_t){value};
}
static inline uint32_t pgprot_val(pgprot_t prot)
{
	return prot.pgprot;
}

/* ---- asking an entry -------------------------------------------------------- */

static inline bool pte_none(pte_t pte)
{
	return !pte.pte;
}
/* Also true of PROT_NONE pages; false of swap entries. */
static inline bool pte_present(pte_t pte)
{
	return pte.pte & L_PTE_PRESENT;
}
static inline bool pte_valid(pte_t pte)
{
	return pte.pte & L_PTE_VALID;
}
static inline bool pte_young(pte_t pte)
{
	return pte.pte & L_PTE_YOUNG;
}
/* May a TLB hold it? */
static inline bool pte_accessible(pte_t pte)
{
	return pte_valid(pte) && pte_young(pte);
}
static inline bool pte_dirty(pte_t pte)
{
	return pte.pte & L_PTE_DIRTY;
}
static inline bool pte_write(pte_t pte)
{
	return !(pte.pte & L_PTE_RDONLY);
}
static inline bool pte_exec(pte_t pte)
{
	return !(pte.pte & L_PTE_XN);
}
static inline bool pte_valid_user(pte_t pte)
{
	return pte_valid(pte) && (pte.pte & L_PTE_USER);
}
static inline bool pte_same(pte_t a, pte_t b)
{
	return a.pte == b.pte;
}
static inline pfn_t pte_pfn(pte_t pte)
{
	return pte.pte >> PAGE_SHIFT;
}
/* NULL when the frame isn't RAM with a struct page (devices). */
struct page *pte_page(const struct kernel *k, pte_t pte);

/* ---- making one ---------------------------------------------------------------- */

static inline pte_t pfn_pte(pfn_t pfn, pgprot_t prot)
{
	return __pte(pfn << PAGE_SHIFT | prot.pgprot);
}
pte_t mk_pte(const struct kernel *k, const struct page *page, pgprot_t prot);

static inline pte_t pte_wrprotect(pte_t pte)
{
	return __pte(pte.pte | L_PTE_RDONLY);
}
static inline pte_t pte_mkwrite(pte_t pte)
{
	return __pte(pte.pte & ~L_PTE_RDONLY);
}
static inline pte_t pte_mkclean(pte_t pte)
{
	return __pte(pte.pte & ~L_PTE_DIRTY);
}
static inline pte_t pte_mkdirty(pte_t pte)
{
	return __pte(pte.pte | L_PTE_DIRTY);
}
static inline pte_t pte_mkold(pte_t pte)
{
	return __pte(pte.pte & ~L_PTE_YOUNG);
}
static inline pte_t pte_mkyoung(pte_t pte)
{
	return __pte(pte.pte | L_PTE_YOUNG);
}
static inline pte_t pte_mkexec(pte_t pte)
{
	return __pte(pte.pte & ~L_PTE_XN);
}
static inline pte_t pte_mknexec(pte_t pte)
{
	return __pte(pte.pte | L_PTE_XN);
}
static inline pte_t pte_modify(pte_t pte, pgprot_t newprot)
{
	return __pte((pte.pte & ~L_PTE_CHG_MASK) |
		     (newprot.pgprot & L_PTE_CHG_MASK));
}

/* Protection of user pages by vm_flags: protection_map[]. */
pgprot_t vm_get_page_prot(const struct kernel *k, uint32_t vm_flags);
pgprot_t page_kernel(const struct kernel *k); /* PAGE_KERNEL: not executable */
pgprot_t page_kernel_exec(const struct kernel *k);
pgprot_t page_kernel_ro(const struct kernel *k);
static inline pgprot_t pgprot_noncached(pgprot_t prot)
{
	return __pgprot((prot.pgprot & ~L_PTE_MT_MASK) | L_PTE_MT_UNCACHED);
}
static inline pgprot_t pgprot_writecombine(pgprot_t prot)
{
	return __pgprot((prot.pgprot & ~L_PTE_MT_MASK) | L_PTE_MT_BUFFERABLE);
}
/* What ARMv7 has for memory that devices use, too: as above, without code. */
static inline pgprot_t pgprot_dmacoherent(pgprot_t prot)
{
	return __pgprot((prot.pgprot & ~L_PTE_MT_MASK) | L_PTE_MT_BUFFERABLE |
			L_PTE_XN);
}
static inline pgprot_t pgprot_device(pgprot_t prot)
{
	return __pgprot((prot.pgprot & ~L_PTE_MT_MASK) | L_PTE_MT_DEV_SHARED |
			L_PTE_SHARED | L_PTE_XN);
}

/* @newprot for the kind of memory that @oldprot is for. */
static inline pgprot_t pgprot_modify(pgprot_t oldprot, pgprot_t newprot)
{
	const uint32_t kind = oldprot.pgprot & L_PTE_MT_MASK;

	if (kind == L_PTE_MT_DEV_SHARED)
		return pgprot_device(newprot);
	if (kind == L_PTE_MT_UNCACHED || kind == L_PTE_MT_BUFFERABLE)
		return __pgprot((newprot.pgprot & ~L_PTE_MT_MASK) | kind);
	return newprot;
}

/*
 * Swap entries: not present, not none. As Linux lays them out:
 * bits 31..7 offset, 6..2 type, 1..0 zero.
 */
typedef struct {
	uint32_t val;
} swp_entry_t;
#define MAX_SWAPFILES_SHIFT 5
static inline swp_entry_t __swp_entry(uint32_t type, uint32_t offset)
{
	return (swp_entry_t){type << 2 | offset << 7};
}
static inline uint32_t __swp_type(swp_entry_t entry)
{
	return entry.val >> 2 & 0x1f;
}
static inline uint32_t __swp_offset(swp_entry_t entry)
{
	return entry.val >> 7;
}
static inline swp_entry_t __pte_to_swp_entry(pte_t pte)
{
	return (swp_entry_t){pte.pte};
}
static inline pte_t __swp_entry_to_pte(swp_entry_t entry)
{
	return __pte(entry.val);
}
static inline bool is_swap_pte(pte_t pte)
{
	return !pte_none(pte) && !pte_present(pte);
}

/* ---- first level ----------------------------------------------------------------- */

#define PMD_TYPE_MASK  3u
#define PMD_TYPE_FAULT 0u
#define PMD_TYPE_TABLE 1u
#define PMD_TYPE_SECT  2u

static inline uint32_t pgd_index(vaddr_t vaddr)
{
	return vaddr >> PGDIR_SHIFT;
}
/* The pair that covers @vaddr; pgd, p4d, pud and pmd are one level here. */
static inline pmd_t *pmd_off(struct mm_struct *mm, vaddr_t vaddr)
{
	return &mm->pgd[pgd_index(vaddr)];
}
static inline bool pmd_none(pmd_t pmd)
{
	return !pmd.pmd[0] && !pmd.pmd[1];
}
static inline bool pmd_table(pmd_t pmd)
{
	return (pmd.pmd[0] & PMD_TYPE_MASK) == PMD_TYPE_TABLE;
}
/* Sections, where the kernel's half wants a table. */
static inline bool pmd_bad(pmd_t pmd)
{
	return (pmd.pmd[0] & 2) || (pmd.pmd[1] & 2);
}
/* End of the part of [vaddr, end) within one pair; safe at the very top. */
static inline vaddr_t pmd_addr_end(vaddr_t vaddr, vaddr_t end)
{
	vaddr_t boundary = (vaddr + PMD_SIZE) & PMD_MASK;

	return boundary - 1 < end - 1 ? boundary : end;
}

/*
 * Puts the second-level page @page behind @pmd. On an empty pmd no TLB flush
 * is needed.
 */
void pmd_populate(struct mm_struct *mm, pmd_t *pmd, struct page *page);
/* The same before there are pages; @low: the words' low bits. */
void pmd_populate_paddr(struct mm_struct *mm, pmd_t *pmd, paddr_t table,
			uint32_t low);
/*
 * Both words become faults. The caller flushes the TLB (walk caches hold
 * first-level words too) before the table is freed.
 */
void pmd_clear(struct mm_struct *mm, pmd_t *pmd);
/* Brings a pair of another table, @pmd, up to date with init_mm's. */
void pmd_copy(const struct kernel *k, pmd_t *pmd, pmd_t from);
/* The page of the second-level table behind @pmd. */
struct page *pmd_page(const struct kernel *k, pmd_t pmd);
/* One first-level word of 1 MB, for the kernel's half: a section or 0. */
void set_section(struct mm_struct *mm, vaddr_t vaddr, uint32_t word);

/* ---- second level ------------------------------------------------------------------ */

static inline uint32_t pte_index(vaddr_t vaddr)
{
	return vaddr >> PAGE_SHIFT & (PTRS_PER_PTE - 1);
}
/* The entry for @vaddr in the table behind @pmd, which must be one. */
pte_t *pte_offset(const struct kernel *k, const pmd_t *pmd, vaddr_t vaddr);
/* pmd_off() and pte_offset() in one; NULL where there is no table. */
pte_t *pte_lookup(const struct mm_struct *mm, vaddr_t vaddr);

/*
 * A zeroed second-level page, on the books of @mm (NR_PAGE_TABLE_PAGES,
 * pgtables_bytes; page_type PG_table). NULL: out of memory. May sleep.
 */
struct page *pte_alloc_one(struct task_struct *curr, struct mm_struct *mm);
/* Gives it back, books included; no pmd may point at it any more. */
void pte_free(struct task_struct *curr, struct mm_struct *mm,
	      struct page *page);
/*
 * The entry for @vaddr, with a table made for it where there was none; NULL:
 * out of memory, or a huge entry has taken its place. May sleep; of two who
 * allocate at the same time one gives way.
 */
pte_t *pte_alloc_map(struct task_struct *curr, struct mm_struct *mm, pmd_t *pmd,
		     vaddr_t vaddr);
/* The same in init_mm; the table counts for no process. */
pte_t *pte_alloc_kernel(struct task_struct *curr, vaddr_t vaddr);

/*
 * Writes an entry, Linux word and hardware word. No TLB flush: making an
 * empty or old entry valid needs none, any other change does. The caller's
 * name goes with it, for the report of stale TLB entries.
 */
#define set_pte_at(mm, vaddr, ptep, pte) \
	set_pte_at_by(mm, vaddr, ptep, pte, __func__)
void set_pte_at_by(struct mm_struct *mm, vaddr_t vaddr, pte_t *ptep, pte_t pte,
		   const char *function);
/* The hardware word that belongs to @pte; @ext: PTE_EXT_NG or 0. */
uint32_t pte_hw_word(pte_t pte, uint32_t ext);
/*
 * Bits of the hardware's descriptor of @vaddr fall over, in the second level if
 * there is one. False: there is no descriptor.
 */
bool corrupt_descriptor(struct mm_struct *mm, vaddr_t vaddr, uint32_t mask);
/* What the hardware word is now. */
static inline uint32_t ptep_hw_word(const pte_t *ptep)
{
	return *(&ptep->pte + PTE_HWTABLE_OFF / sizeof(uint32_t));
}
#define PTE_EXT_NG (1u << 11)

static inline pte_t ptep_get(const pte_t *ptep)
{
	return *ptep;
}
#define pte_clear(mm, vaddr, ptep) pte_clear_by(mm, vaddr, ptep, __func__)
void pte_clear_by(struct mm_struct *mm, vaddr_t vaddr, pte_t *ptep,
		  const char *function);
/* No flush: for batches that flush a range afterwards. */
#define ptep_get_and_clear(mm, vaddr, ptep) \
	ptep_get_and_clear_by(mm, vaddr, ptep, __func__)
pte_t ptep_get_and_clear_by(struct mm_struct *mm, vaddr_t vaddr, pte_t *ptep,
			    const char *function);
#define ptep_set_wrprotect(mm, vaddr, ptep) \
	ptep_set_wrprotect_by(mm, vaddr, ptep, __func__)
void ptep_set_wrprotect_by(struct mm_struct *mm, vaddr_t vaddr, pte_t *ptep,
			   const char *function);
/* These flush the page where the entry could have been in a TLB. */
pte_t ptep_clear_flush(struct task_struct *curr, struct vm_area_struct *vma,
		       vaddr_t vaddr, pte_t *ptep);
/* After a fault: more young, dirty or writable. True when it changed. */
bool ptep_set_access_flags(struct task_struct *curr, struct vm_area_struct *vma,
			   vaddr_t vaddr, pte_t *ptep, pte_t entry);
/* Was it young? It is old now, and (as in Linux/ARM) flushed. */
bool ptep_clear_flush_young(struct task_struct *curr,
			    struct vm_area_struct *vma, vaddr_t vaddr,
			    pte_t *ptep);

/* ---- huge entries (pgtable_huge.c) ---------------------------------------------------- */

/*
 * A pair of first-level words may itself map 2 MB of user memory, as two
 * sections. It has a Linux word like a pte, that of its first 4 KB, which
 * these two make of the pair and back; pte_mkold() and its kin do the rest.
 */
static inline bool pmd_trans_huge(pmd_t pmd)
{
	return !pmd_none(pmd) && !pmd_table(pmd);
}
/* Only of a user's huge entry. */
pte_t pmd_pte(pmd_t pmd);
/*
 * Writes one. No TLB flush, as with set_pte_at(); nor may the pair be that of
 * a table or be valid with another size: break before make.
 */
#define set_pmd_at(mm, vaddr, pmd, pte) \
	set_pmd_at_by(mm, vaddr, pmd, pte, __func__)
void set_pmd_at_by(struct mm_struct *mm, vaddr_t vaddr, pmd_t *pmd, pte_t pte,
		   const char *function);
/* The Linux word of each 4 KB of it. */
static inline pte_t huge_subpte(pmd_t pmd, vaddr_t vaddr)
{
	return __pte(pmd_pte(pmd).pte + (vaddr & ~PMD_MASK & PAGE_MASK));
}
/* As ptep_clear_flush_young(). */
bool pmdp_clear_flush_young(struct task_struct *curr,
			    struct vm_area_struct *vma, vaddr_t vaddr,
			    pmd_t *pmd);
/* Two words of first level say what @pte says, and are as visible. */
bool pmd_hw_fits(const struct kernel *k, const pmd_t *pmd);
/*
 * The Linux word that rules @vaddr, in whatever size of entry it stands; none
 * where nothing is. For those who only look.
 */
pte_t pte_at(const struct mm_struct *mm, vaddr_t vaddr);

/*
 * Every huge entry has a table in store, zeroed and on the books of @mm, so
 * that splitting it can't fail. Any will do for any entry.
 */
void pgtable_trans_huge_deposit(struct mm_struct *mm, struct page *table);
struct page *pgtable_trans_huge_withdraw(struct mm_struct *mm);

/*
 * 16 entries in a row whose frames make up an aligned 64 KB and which agree in
 * all else may stand in the hardware's table as one large page. Their Linux
 * words stay as they are; set_pte_at() and its kin undo it on their own,
 * flush included, when one of them changes.
 */
#define CONT_PTES     16
#define CONT_PTE_SIZE (CONT_PTES * PAGE_SIZE)
#define CONT_PTE_MASK (~(CONT_PTE_SIZE - 1))

/* Does the hardware see a large page there? */
bool pte_cont(const pte_t *ptep);
/* The first of 16 that could be one; NULL: they don't agree. */
pte_t *contpte_block(pte_t *ptep, vaddr_t vaddr);
/*
 * Writes the 16 entries around @vaddr at once, @pte being that of the first,
 * as a large page if they are visible. What was visible there is flushed.
 */
#define set_contpte_at(curr, vma, vaddr, ptep, pte) \
	set_contpte_at_by(curr, (vma)->vm_mm, vaddr, ptep, pte, __func__)
void set_contpte_at_by(struct task_struct *curr, struct mm_struct *mm,
		       vaddr_t vaddr, pte_t *ptep, pte_t pte,
		       const char *function);
/* Does the hardware word say what the Linux word says? For the verifier. */
bool ptep_hw_fits(const pte_t *ptep, vaddr_t vaddr);

/* ---- whole tables ---------------------------------------------------------------------- */

/*
 * A first-level table whose kernel half is init_mm's of now, in mm->pgd and
 * mm->pgd_paddr. 0 or -ENOMEM; may sleep.
 */
int pgd_alloc(struct task_struct *curr, struct mm_struct *mm);
/* Its user half must be empty again. */
void pgd_free(struct task_struct *curr, struct mm_struct *mm);

#endif
