/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_VMALLOC_H
#define _LINUX_VMALLOC_H

#include <linux/types.h>

struct page;

/* Whole pages, in a row of addresses only; may sleep. NULL: out of memory. */
void *vmalloc(unsigned long size);
void *vzalloc(unsigned long size);
void vfree(const void *area);
/* The frame behind one of its addresses. */
struct page *vmalloc_to_page(const void *at);

#endif
