/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * With cpu.tlb.recheck the MMU walks again at each hit it is asked about; a
 * hit that the tables no longer bear out comes here, where the kernel has
 * told of every descriptor it wrote. Together they name the culprit.
 *
 * The core then shows the MMU every access (sees_hits), so that the first
 * stale use is found.
 */
#include "emu/stale.h"

#include <inttypes.h>
#include <stdio.h>

static struct stale_writer *slot(struct stale_log *log, paddr_t paddr)
{
	return &log->writer[(paddr >> 2) % STALE_WRITERS];
}

void stale_written(struct stale_log *log, paddr_t paddr, uint64_t cycle,
		   const char *who)
{
	*slot(log, paddr) = (struct stale_writer){paddr, cycle, who};
}

static const struct stale_writer *find(const struct stale_log *log,
				       paddr_t paddr)
{
	const struct stale_writer *w = slot((struct stale_log *)log, paddr);

	return paddr && w->who && w->paddr == paddr ? w : NULL;
}

void stale_describe(const struct stale_log *log, const struct mmu_stale *stale,
		    char *line, size_t size)
{
	const struct stale_writer *w = find(log, stale->l2_paddr);
	int n;

	if (!w)
		w = find(log, stale->l1_paddr);
	n = snprintf(line, size,
		     "stale TLB entry: va %08" PRIx32 " asid %u%s hit in %s "
		     "for pa %08" PRIx64 ", tables say ",
		     stale->va, stale->asid, stale->global ? " global" : "",
		     stale->tlb, stale->cached_paddr);
	if (n < 0 || (size_t)n >= size)
		return;
	if (stale->now_faults)
		n += snprintf(line + n, size - n, "fault");
	else
		n += snprintf(line + n, size - n, "pa %08" PRIx64,
			      stale->now_paddr);
	if (w && (size_t)n < size)
		snprintf(line + n, size - n,
			 "; written by %s at cycle %" PRIu64, w->who, w->cycle);
}
