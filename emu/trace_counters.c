/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory by what it is used for, from the kernel's own counters. */
#include "emu/trace_counters.h"

#include <string.h>

#include "kernel/kernel.h"

#define PAGE_BYTES 4096

const char *const trace_counter_names[NR_TRACE_COUNTERS] = {
	[COUNTER_FREE] = "MemFree",   [COUNTER_CACHED] = "Cached",
	[COUNTER_ANON] = "AnonPages", [COUNTER_SHMEM] = "Shmem",
	[COUNTER_SLAB] = "Slab",      [COUNTER_PAGE_TABLES] = "PageTables",
	[COUNTER_DIRTY] = "Dirty",    [COUNTER_SWAP] = "SwapUsed",
};

const struct hw_trace_format trace_counter_format = {
	.nr_args = NR_TRACE_COUNTERS,
	.piece = {{.kind = 'u'}},
};

static void add(void *arg, const char *name, uint64_t value)
{
	static const struct {
		const char *name;
		int counter;
	} rows[] = {
		{"nr_free_pages", COUNTER_FREE},
		{"nr_file_pages", COUNTER_CACHED},
		{"nr_anon_pages", COUNTER_ANON},
		{"nr_shmem", COUNTER_SHMEM},
		{"nr_slab_reclaimable", COUNTER_SLAB},
		{"nr_slab_unreclaimable", COUNTER_SLAB},
		{"nr_page_table_pages", COUNTER_PAGE_TABLES},
		{"nr_dirty", COUNTER_DIRTY},
	};
	union hw_trace_arg *to = arg;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strcmp(rows[i].name, name))
			to[rows[i].counter].number += value * PAGE_BYTES;
}

static void add_swap(void *arg, const struct kernel_swap *swap)
{
	((union hw_trace_arg *)arg)[COUNTER_SWAP].number +=
		(uint64_t)swap->used * PAGE_BYTES;
}

void trace_counters(const struct kernel *kernel,
		    union hw_trace_arg value[NR_TRACE_COUNTERS])
{
	memset(value, 0, NR_TRACE_COUNTERS * sizeof(value[0]));
	kernel_for_each_vmstat(kernel, add, value);
	kernel_for_each_swap(kernel, add_swap, value);
}
