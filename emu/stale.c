/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * With cpu.tlb.recheck the MMU walks again at each hit it is asked about; a
 * hit that the tables no longer bear out comes here, where the kernel has
 * told of every descriptor it wrote. Together they name the culprit, once for
 * each change.
 *
 * The core then shows the MMU every access (sees_hits), so that the first
 * stale use is found.
 */
#include "emu/stale.h"

#include <inttypes.h>
#include <stdio.h>

/*
 * Tables lie at multiples of 1 KB, and a fork writes the same entry of two of
 * them: the set must not depend on the low bits alone.
 */
static struct stale_writer *set_of(struct stale_log *log, paddr_t paddr)
{
	uint32_t hash = (uint32_t)(paddr >> 2) * 2654435761u;

	return log->writer[(hash >> 16) % STALE_SETS];
}

static struct stale_writer *find(struct stale_log *log, paddr_t paddr)
{
	struct stale_writer *set = set_of(log, paddr);

	for (int i = 0; paddr && i < STALE_WAYS; i++)
		if (set[i].who.function && set[i].paddr == paddr)
			return &set[i];
	return NULL;
}

/* The one of its set that was written longest ago. */
static struct stale_writer *oldest(struct stale_log *log, paddr_t paddr)
{
	struct stale_writer *set = set_of(log, paddr), *w = set;

	for (int i = 0; i < STALE_WAYS; i++) {
		if (!set[i].who.function)
			return &set[i];
		if (set[i].serial < w->serial)
			w = &set[i];
	}
	return w;
}

void stale_written(struct stale_log *log, paddr_t paddr, uint64_t cycle,
		   const struct hw_writer *who)
{
	struct stale_writer *w = find(log, paddr);

	if (!w)
		w = oldest(log, paddr);
	*w = (struct stale_writer){
		.paddr = paddr,
		.cycle = cycle,
		.serial = ++log->nr_written,
		.who = *who,
	};
}

/* "pa 6000a000 by 6000a83f": through which descriptor. */
static int describe_translation(char *to, size_t size, paddr_t paddr,
				uint32_t l1, uint32_t l2)
{
	return snprintf(to, size, "pa %08" PRIx64 " by %08" PRIx32, paddr,
			l2 ? l2 : l1);
}

/* The last change of the descriptor that rules the address. */
static struct stale_writer *writer_of(struct stale_log *log,
				      const struct mmu_stale *stale)
{
	struct stale_writer *w = find(log, stale->l2_paddr);

	return w ? w : find(log, stale->l1_paddr);
}

void stale_story(struct stale_log *log, const struct mmu_stale *stale,
		 char *text, size_t size)
{
	const struct stale_writer *w = writer_of(log, stale);

	if (!w) {
		snprintf(text, size, "who changed the descriptor isn't known");
		return;
	}
	snprintf(text, size,
		 "the descriptor was changed by %.15s[%d] in %s(), for %s, at "
		 "cycle %" PRIu64 "\nwho owed a flush of 0x%08" PRIx32
		 " of ASID %u before that was used again",
		 w->who.comm, w->who.pid, w->who.function, w->who.during,
		 w->cycle, stale->va & ~0xfffu, stale->asid);
}

bool stale_describe(struct stale_log *log, const struct mmu_stale *stale,
		    char *line, size_t size)
{
	struct stale_writer *w = writer_of(log, stale);
	char cached[48], now[48] = "fault", by[80] = "";

	if (w && w->told)
		return false;
	describe_translation(cached, sizeof(cached), stale->cached_paddr,
			     stale->cached_l1, stale->cached_l2);
	if (!stale->now_faults)
		describe_translation(now, sizeof(now), stale->now_paddr,
				     stale->now_l1, stale->now_l2);
	if (w) {
		w->told = true;
		snprintf(by, sizeof(by),
			 "; written by %.15s[%d] in %s() at cycle %" PRIu64,
			 w->who.comm, w->who.pid, w->who.function, w->cycle);
	}
	snprintf(line, size,
		 "stale TLB entry: va %08" PRIx32 " asid %u%s hit in %s for "
		 "%s, tables say %s%s",
		 stale->va, stale->asid, stale->global ? " global" : "",
		 stale->tlb, cached, now, by);
	return true;
}
