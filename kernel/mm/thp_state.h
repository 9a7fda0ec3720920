/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_THP_STATE_H
#define KERNEL_MM_THP_STATE_H

/* What huge pages need for the whole kernel (huge_mm.h, khugepaged.h). */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/lib/list.h"

struct mm_struct;
struct task_struct;

/* The two sizes there are, in the order of their statistics. */
enum thp_size {
	THP_64KB,
	THP_2MB,
	NR_THP_SIZES
};

/* Of one size: /sys/kernel/mm/transparent_hugepage/hugepages-…kB/stats. */
struct thp_stats {
	uint64_t anon_fault_alloc, anon_fault_fallback;
	uint64_t split; /* 2 MB alone: a 64 KB page is none, but a fold */
};

/* The scanner, its knobs and where it is. */
struct khugepaged_state {
	struct task_struct *thread; /* NULL: there is none */
	bool should_stop;
	uint32_t pages_to_scan, scan_sleep_millisecs, alloc_sleep_millisecs;
	uint32_t max_ptes_none, max_ptes_swap, max_ptes_shared;
	uint32_t pages_collapsed, full_scans;
	uint64_t sleep_until; /* cycle; a new length of sleep ends it */
	struct list_head mm_head; /* mm_structs by ->khugepaged */
	struct mm_struct *scan_mm; /* the one it is at; NULL: the first */
	uint32_t scan_address;
};

struct thp_state {
	/* Linux: was CONFIG_TRANSPARENT_HUGEPAGE set? */
	bool configured;
	uint32_t flags; /* enum transparent_hugepage_flag, by bit */
	/* Which orders "always", "madvise", "inherit" was written for. */
	uint32_t orders_always, orders_madvise, orders_inherit;
	struct thp_stats stats[NR_THP_SIZES];
	struct khugepaged_state khugepaged;
};

#endif
