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

/* 2^order frames in a row; NULL: out of memory. */
struct page *alloc_pages(gfp_t flags, unsigned int order);
void __free_pages(struct page *page, unsigned int order);
/* The same of lowmem, by address; 0: out of memory. */
unsigned long __get_free_pages(gfp_t flags, unsigned int order);
void free_pages(unsigned long at, unsigned int order);
/* Where lowmem's page is; NULL for one of highmem: linux/highmem.h. */
void *page_address(const struct page *page);
unsigned long page_to_pfn(const struct page *page);

#define alloc_page(flags)      alloc_pages(flags, 0)
#define __free_page(page)      __free_pages(page, 0)
#define get_zeroed_page(flags) __get_free_pages((flags) | __GFP_ZERO, 0)
#define __get_free_page(flags) __get_free_pages(flags, 0)
#define free_page(at)          free_pages(at, 0)

#endif
