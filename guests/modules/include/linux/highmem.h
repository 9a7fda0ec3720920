/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_HIGHMEM_H
#define _LINUX_HIGHMEM_H

/*
 * Addresses for pages of highmem; those of lowmem have theirs, and all of these
 * give it at no cost.
 */

#include <linux/mm.h>
#include <linux/string.h>
#include <linux/types.h>

/**
 * kmap - give a page an address that all cores see
 * @page: the page
 *
 * Context: Process context; may sleep until another one is unmapped: there are 512.
 * Return: the address, until as many kunmap()s; NULL, and a report in the log, where
 * one may not sleep.
 */
void *kmap(struct page *page);
/**
 * kunmap - end what kmap() began
 * @page: the page, not its address
 *
 * Context: Not in an interrupt.
 */
void kunmap(struct page *page);
/**
 * kmap_local_page - give a page an address that this task alone sees
 * @page: the page
 *
 * Context: Any context. The task may sleep while it has it.
 * Return: the address. A task can have eight; the last one made is to be unmapped
 * first.
 */
void *kmap_local_page(struct page *page);
/**
 * kunmap_local - end what kmap_local_page() began
 * @at: any address within the page
 *
 * Context: Any context.
 */
void kunmap_local(const void *at);
/**
 * kmap_atomic - kmap_local_page(), and nothing may sleep until its end
 * @page: the page
 *
 * Context: Any context.
 * Return: as kmap_local_page().
 */
void *kmap_atomic(struct page *page);
/**
 * kunmap_atomic - end what kmap_atomic() began
 * @at: any address within the page
 *
 * Context: Any context.
 */
void kunmap_atomic(const void *at);

static inline void clear_highpage(struct page *page)
{
	void *at = kmap_local_page(page);

	memset(at, 0, PAGE_SIZE);
	kunmap_local(at);
}

static inline void copy_highpage(struct page *to, struct page *from)
{
	void *source = kmap_local_page(from), *target = kmap_local_page(to);

	memcpy(target, source, PAGE_SIZE);
	kunmap_local(target);
	kunmap_local(source);
}

#endif
