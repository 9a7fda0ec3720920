/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_DMA_CONTIGUOUS_H
#define KERNEL_MM_DMA_CONTIGUOUS_H

/* Contiguous memory for drivers without an area of their own (dma-map-ops.h). */

#include "kernel/mm/cma.h"

/* Was the default area chosen on the command line, be it as none? */
bool cma_on_command_line(const struct kernel *k);
/* "cma=": the default area, below @limit, if there is none yet. */
void dma_contiguous_reserve(struct kernel *k, paddr_t limit);

/*
 * @count pages of the default area, aligned to 2^@align pages, but at most to
 * 1 MB. NULL: none to be had.
 */
struct page *dma_alloc_from_contiguous(struct task_struct *curr, uint32_t count,
				       unsigned int align, bool no_warn);
/* False: they are not of it. */
bool dma_release_from_contiguous(struct task_struct *curr, struct page *pages,
				 uint32_t count);

#endif
