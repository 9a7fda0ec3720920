/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/swapfile.h"

/*
 * Swap areas (mm/swapfile.c).
 *
 * MODEL: there are none yet, so nothing gets a slot.
 */

#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"

int64_t get_nr_swap_pages(const struct kernel *k)
{
	(void)k;
	return 0;
}

int64_t total_swap_pages(const struct kernel *k)
{
	(void)k;
	return 0;
}

int swap_duplicate(struct task_struct *curr, swp_entry_t entry)
{
	(void)curr, (void)entry;
	return -ENOMEM;
}

bool add_to_swap(struct task_struct *curr, struct page *page)
{
	(void)curr, (void)page;
	return false;
}

bool try_to_free_swap(struct task_struct *curr, struct page *page)
{
	(void)curr, (void)page;
	return false;
}

void delete_from_swap_cache(struct task_struct *curr, struct page *page)
{
	(void)curr, (void)page;
	BUG_ON(true); /* no page is in it */
}

int swap_writepage(struct task_struct *curr, struct page *page)
{
	(void)curr, (void)page;
	BUG_ON(true);
	return 0;
}
