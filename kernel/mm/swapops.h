/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_SWAPOPS_H
#define KERNEL_MM_SWAPOPS_H

/*
 * What entries hold that are neither empty nor present
 * (include/linux/swapops.h): the slot of a swapped page, or, under a type that
 * no swap area has, the frame that is just being moved.
 */

#include "kernel/arch/arm/pgtable.h"
#include "kernel/lib/xarray.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_flags.h"

/*
 * Types of entries that are no swap area's. MODEL: one is always kept for memory
 * errors, so there can be 27 areas, where a kernel without
 * CONFIG_MEMORY_FAILURE has 28.
 */
#define SWP_MIGRATION_NUM    3
#define SWP_HWPOISON_NUM     1
#define SWP_SWAPIN_ERROR_NUM 1
#define MAX_SWAPFILES                                                         \
	((1u << MAX_SWAPFILES_SHIFT) - SWP_HWPOISON_NUM - SWP_MIGRATION_NUM - \
	 SWP_SWAPIN_ERROR_NUM)
enum {
	SWP_SWAPIN_ERROR = MAX_SWAPFILES,
	SWP_HWPOISON,
	SWP_MIGRATION_READ,
	SWP_MIGRATION_READ_EXCLUSIVE,
	SWP_MIGRATION_WRITE,
};

static inline uint32_t swp_type(swp_entry_t entry)
{
	return __swp_type(entry);
}
static inline pgoff_t swp_offset(swp_entry_t entry)
{
	return __swp_offset(entry);
}
static inline swp_entry_t swp_entry(uint32_t type, pgoff_t offset)
{
	return __swp_entry(type, offset);
}
/* @pte is_swap_pte(). */
static inline swp_entry_t pte_to_swp_entry(pte_t pte)
{
	return __pte_to_swp_entry(pte);
}
static inline pte_t swp_entry_to_pte(swp_entry_t entry)
{
	return __swp_entry_to_pte(entry);
}
/* A slot in place of a page in an xarray: bits 1..0 of an entry are zero. */
static inline void *swp_to_radix_entry(swp_entry_t entry)
{
	return xa_mk_value(entry.val >> 2);
}
static inline swp_entry_t radix_to_swp_entry(const void *item)
{
	return (swp_entry_t){xa_to_value(item) << 2};
}

/* Is it no slot of a swap area? */
static inline bool non_swap_entry(swp_entry_t entry)
{
	return swp_type(entry) >= MAX_SWAPFILES;
}

/* ---- pages that are lost: swapoff() could not read them ------------------------------ */

static inline swp_entry_t make_swapin_error_entry(void)
{
	return swp_entry(SWP_SWAPIN_ERROR, 0);
}
static inline bool is_swapin_error_entry(swp_entry_t entry)
{
	return swp_type(entry) == SWP_SWAPIN_ERROR;
}

/* ---- pages whose frame has a memory error (memory_failure.c) ------------------------- */

static inline swp_entry_t make_hwpoison_entry(const struct kernel *k,
					      const struct page *page)
{
	return swp_entry(SWP_HWPOISON, page_to_pfn(k, page));
}
static inline bool is_hwpoison_entry(swp_entry_t entry)
{
	return swp_type(entry) == SWP_HWPOISON;
}

/* ---- pages being moved ------------------------------------------------------------- */

/*
 * Where a slot's number would be stands the frame, and above it whether the
 * entry was young and dirty. What else must come back with it is its type:
 * could it write, and if not, was the page its process's alone?
 */
#define SWP_PFN_BITS      (32 - PAGE_SHIFT)
#define SWP_PFN_MASK      ((1u << SWP_PFN_BITS) - 1)
#define SWP_MIG_YOUNG_BIT (1u << SWP_PFN_BITS)
#define SWP_MIG_DIRTY_BIT (1u << (SWP_PFN_BITS + 1))

static inline bool is_migration_entry(swp_entry_t entry)
{
	return swp_type(entry) >= SWP_MIGRATION_READ &&
	       swp_type(entry) <= SWP_MIGRATION_WRITE;
}
static inline bool is_writable_migration_entry(swp_entry_t entry)
{
	return swp_type(entry) == SWP_MIGRATION_WRITE;
}
static inline bool is_readable_migration_entry(swp_entry_t entry)
{
	return swp_type(entry) == SWP_MIGRATION_READ;
}
static inline bool is_migration_entry_young(swp_entry_t entry)
{
	return swp_offset(entry) & SWP_MIG_YOUNG_BIT;
}
static inline bool is_migration_entry_dirty(swp_entry_t entry)
{
	return swp_offset(entry) & SWP_MIG_DIRTY_BIT;
}
/* @offset: a frame's number, or all that swp_offset() of another has. */
static inline swp_entry_t make_readable_migration_entry(pgoff_t offset)
{
	return swp_entry(SWP_MIGRATION_READ, offset);
}
static inline swp_entry_t
make_readable_exclusive_migration_entry(pgoff_t offset)
{
	return swp_entry(SWP_MIGRATION_READ_EXCLUSIVE, offset);
}
static inline swp_entry_t make_writable_migration_entry(pgoff_t offset)
{
	return swp_entry(SWP_MIGRATION_WRITE, offset);
}
/* The page that is on its way: locked, and held by who moves it. */
static inline struct page *migration_entry_to_page(const struct kernel *k,
						   swp_entry_t entry)
{
	struct page *page = pfn_to_page(k, swp_offset(entry) & SWP_PFN_MASK);

	BUG_ON(!PageLocked(page));
	return page;
}

#endif
