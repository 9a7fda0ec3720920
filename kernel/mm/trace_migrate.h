/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_TRACE_MIGRATE_H
#define KERNEL_MM_TRACE_MIGRATE_H

/* Tracepoints of migration (trace/events/migrate.h). */

#include "kernel/arch/arm/pgtable.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/migrate.h"

static inline const char *migrate_mode_name(enum migrate_mode mode)
{
	static const char *const names[] = {
		[MIGRATE_ASYNC] = "MIGRATE_ASYNC",
		[MIGRATE_SYNC_LIGHT] = "MIGRATE_SYNC_LIGHT",
		[MIGRATE_SYNC] = "MIGRATE_SYNC",
	};

	return names[mode];
}

static inline const char *migrate_reason_name(enum migrate_reason reason)
{
	static const char *const names[MR_TYPES] = {
		[MR_COMPACTION] = "compaction",
		[MR_MEMORY_FAILURE] = "memory_failure",
		[MR_MEMORY_HOTPLUG] = "memory_hotplug",
		[MR_SYSCALL] = "syscall_or_cpuset",
		[MR_MEMPOLICY_MBIND] = "mempolicy_mbind",
		[MR_NUMA_MISPLACED] = "numa_misplaced",
		[MR_CONTIG_RANGE] = "contig_range",
		[MR_LONGTERM_PIN] = "longterm_pin",
		[MR_DEMOTION] = "demotion",
	};

	return names[reason];
}

static inline void trace_mm_migrate_pages_start(const struct kernel *k,
						enum migrate_mode mode,
						enum migrate_reason reason)
{
	if (trace_enabled(k, TRACE_mm_migrate_pages_start))
		trace_event(k, TRACE_mm_migrate_pages_start,
			    "mode=%s reason=%s", migrate_mode_name(mode),
			    migrate_reason_name(reason));
}

static inline void trace_mm_migrate_pages(const struct kernel *k,
					  unsigned int nr_succeeded,
					  unsigned int nr_failed,
					  enum migrate_mode mode,
					  enum migrate_reason reason)
{
	if (trace_enabled(k, TRACE_mm_migrate_pages))
		trace_event(
			k, TRACE_mm_migrate_pages,
			"nr_succeeded=%u nr_failed=%u nr_thp_succeeded=%u "
			"nr_thp_failed=%u nr_thp_split=%u mode=%s reason=%s",
			nr_succeeded, nr_failed, 0u, 0u, 0u,
			migrate_mode_name(mode), migrate_reason_name(reason));
}

/* An entry begins to wait for its page. */
static inline void trace_set_migration_pte(const struct kernel *k,
					   vaddr_t vaddr, pte_t pte)
{
	if (trace_enabled(k, TRACE_set_migration_pte))
		trace_event(k, TRACE_set_migration_pte,
			    "addr=%x, pte=%x order=%d", vaddr, pte_val(pte), 0);
}

static inline void trace_remove_migration_pte(const struct kernel *k,
					      vaddr_t vaddr, pte_t pte)
{
	if (trace_enabled(k, TRACE_remove_migration_pte))
		trace_event(k, TRACE_remove_migration_pte,
			    "addr=%x, pte=%x order=%d", vaddr, pte_val(pte), 0);
}

#endif
