/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <linux/types.h>

struct page;

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

#endif
