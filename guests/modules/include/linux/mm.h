/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_MM_H
#define _LINUX_MM_H

#include <linux/gfp.h>
#include <linux/types.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE  (1ul << PAGE_SHIFT)
#define PAGE_MASK  (~(PAGE_SIZE - 1))

#define PAGE_ALIGN(size) (((size) + PAGE_SIZE - 1) & PAGE_MASK)

/* A frame, by a name that only the kernel's functions understand. */
struct page;

/**
 * alloc_pages - allocate frames in a row
 * @flags: GFP_KERNEL, GFP_HIGHUSER, …
 * @order: 2^order of them, up to 10
 *
 * Context: Any context with GFP_ATOMIC or GFP_NOWAIT; may sleep otherwise.
 * Return: the first one's page, or NULL when memory is short.
 */
struct page *alloc_pages(gfp_t flags, unsigned int order);
/**
 * __free_pages - give back what alloc_pages() gave
 * @page: the first one's page
 * @order: as it was; as many are freed as were given
 *
 * Context: Any context.
 */
void __free_pages(struct page *page, unsigned int order);
/**
 * __get_free_pages - alloc_pages() of lowmem, by address
 * @flags: GFP_KERNEL, GFP_ATOMIC, …
 * @order: 2^order of them, up to 10
 *
 * Context: As alloc_pages().
 * Return: their first address, or 0 when memory is short.
 */
unsigned long __get_free_pages(gfp_t flags, unsigned int order);
/**
 * free_pages - give back what __get_free_pages() gave
 * @at: their first address, or 0
 * @order: as it was; as many are freed as were given
 *
 * Context: Any context.
 */
void free_pages(unsigned long at, unsigned int order);
/**
 * page_address - where a frame of lowmem is mapped
 * @page: its page
 *
 * Context: Any context.
 * Return: its address, or NULL for a frame of highmem.
 */
void *page_address(const struct page *page);
/**
 * page_to_pfn - a frame's number
 * @page: its page
 *
 * Context: Any context.
 * Return: its physical address >> PAGE_SHIFT.
 */
unsigned long page_to_pfn(const struct page *page);

#define alloc_page(flags)      alloc_pages(flags, 0)
#define __free_page(page)      __free_pages(page, 0)
#define get_zeroed_page(flags) __get_free_pages((flags) | __GFP_ZERO, 0)
#define __get_free_page(flags) __get_free_pages(flags, 0)
#define free_page(at)          free_pages(at, 0)

#endif
