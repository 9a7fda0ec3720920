/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_MIGRATE_H
#define KERNEL_MM_MIGRATE_H

/*
 * Moving pages to other frames while they are in use (include/linux/migrate.h).
 * The picture is at the head of migrate.c.
 */

#include "kernel/mm/mm_types.h"

/* How long a page may be waited for. */
enum migrate_mode {
	MIGRATE_ASYNC, /* not at all */
	MIGRATE_SYNC_LIGHT, /* for its lock, not for its disk */
	MIGRATE_SYNC, /* for all */
};

/* On whose behalf. */
enum migrate_reason {
	MR_COMPACTION,
	MR_MEMORY_FAILURE,
	MR_MEMORY_HOTPLUG,
	MR_SYSCALL,
	MR_MEMPOLICY_MBIND,
	MR_NUMA_MISPLACED,
	MR_CONTIG_RANGE,
	MR_LONGTERM_PIN,
	MR_DEMOTION,
	MR_TYPES
};

/* Where to? NULL: nowhere, and the others needn't ask either. */
typedef struct page *new_page_t(struct task_struct *curr, struct page *page,
				void *private);
/* @page wasn't needed after all. */
typedef void free_page_t(struct task_struct *curr, struct page *page,
			 void *private);

/*
 * Moves the pages of @from, isolated (see below) and linked by page->lru, each
 * to one that @get_new_page gives. Those that moved are gone from the list,
 * which has the others: for putback_movable_pages(). Returns how many; or
 * -ENOMEM, when @get_new_page had no more. @put_new_page NULL: put_page().
 * *@nr_succeeded, unless NULL, is how many moved. May sleep unless @mode is
 * MIGRATE_ASYNC. For MR_MEMORY_FAILURE the isolator's references to those that
 * moved are still there: to mark the frame before it is free.
 */
int migrate_pages(struct task_struct *curr, struct list_head *from,
		  new_page_t *get_new_page, free_page_t *put_new_page,
		  void *private, enum migrate_mode mode,
		  enum migrate_reason reason, unsigned int *nr_succeeded);
/*
 * Takes @page, of which the caller has a reference, off the LRU lists and puts
 * it on @list, with a reference and counted in NR_ISOLATED_…. False: it is on
 * no list.
 */
bool isolate_for_migration(struct task_struct *curr, struct page *page,
			   struct list_head *list);
/* Isolated pages of @list go back to the LRU lists. */
void putback_movable_pages(struct task_struct *curr, struct list_head *list);

/* What alloc_migration_target()'s @private points at. */
struct migration_target_control {
	int nid; /* -1: the page's own */
	uint32_t gfp_mask;
};
new_page_t alloc_migration_target;

/*
 * A fault on the entry of a page that is being moved: sleeps until it has
 * moved, holding no reference, which would keep it from moving.
 */
void migration_entry_wait(struct task_struct *curr, struct mm_struct *mm,
			  vaddr_t vaddr);

#endif
