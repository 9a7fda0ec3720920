/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <linux/gfp.h>
#include <linux/pgtable.h>
#include <linux/types.h>

struct page;
struct vm_area_struct;

#define VM_MAP 0x4ul /* vmap()'s areas */

/**
 * vmalloc - allocate pages that lie in a row of addresses only
 * @size: bytes, rounded up to whole pages
 *
 * The frames may be anywhere, in highmem too. Behind the area lies a page that
 * nobody has: running over its end is an oops.
 *
 * Context: Process context; may sleep.
 * Return: the first address, or NULL when memory or addresses are short.
 */
void *vmalloc(unsigned long size);
/**
 * vzalloc - vmalloc() of zeroed pages
 * @size: bytes, rounded up to whole pages
 *
 * Context: Process context; may sleep.
 * Return: the first address, or NULL when memory or addresses are short.
 */
void *vzalloc(unsigned long size);
/**
 * vfree - give back what vmalloc() gave
 * @area: its first address, or NULL
 *
 * Its addresses stay unused until many areas are purged from the TLBs at once.
 *
 * Context: Process context; may sleep.
 */
void vfree(const void *area);
/**
 * vmalloc_to_page - the frame behind an address of vmalloc's
 * @at: the address
 *
 * Context: Any context.
 * Return: its page, or NULL where none is mapped.
 */
struct page *vmalloc_to_page(const void *at);

/**
 * __vmalloc - vmalloc() with flags
 * @size: bytes, rounded up to whole pages
 * @flags: GFP_KERNEL, with modifiers
 *
 * Context: Process context; may sleep.
 * Return: the first address, or NULL when memory or addresses are short.
 */
void *__vmalloc(unsigned long size, gfp_t flags);
/**
 * vmalloc_user - vzalloc() of what programs may map
 * @size: bytes, rounded up to whole pages
 *
 * Context: Process context; may sleep.
 * Return: the first address, or NULL when memory or addresses are short.
 */
void *vmalloc_user(unsigned long size);
/**
 * vmap - map pages in a row
 * @pages: the pages, whoever has them
 * @count: how many
 * @flags: VM_MAP
 * @prot: PAGE_KERNEL, PAGE_KERNEL_RO, …
 *
 * Context: Process context; may sleep.
 * Return: the first address, or NULL when memory or addresses are short.
 */
void *vmap(struct page **pages, unsigned int count, unsigned long flags,
	   pgprot_t prot);
/**
 * vunmap - end what vmap() made; the pages stay
 * @area: its first address, or NULL
 *
 * Context: Process context; may sleep.
 */
void vunmap(const void *area);

static inline void *vmalloc_32(unsigned long size)
{
	return vmalloc(size); /* all memory is below 4 GB */
}

/**
 * vmalloc_to_pfn - the frame behind an address of vmalloc()'s
 * @at: the address
 *
 * Context: Any context.
 * Return: its number; 0: there is none.
 */
unsigned long vmalloc_to_pfn(const void *at);
/**
 * remap_vmalloc_range - show vmalloc_user()'s memory to a program; in mmap only
 * @vma: as mmap was given it; all of it is filled
 * @area: what vmalloc_user() gave
 * @pgoff: the page of it to begin with
 *
 * Context: Process context; may sleep.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int remap_vmalloc_range(struct vm_area_struct *vma, void *area,
			unsigned long pgoff);

#endif
