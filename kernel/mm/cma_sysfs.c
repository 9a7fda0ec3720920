/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/init.h"

/*
 * /sys/kernel/mm/cma/NAME/{alloc_pages_success, alloc_pages_fail}
 * (mm/cma_sysfs.c): pages that were asked of an area, and got or not.
 */

#include "kernel/fs/sysfs.h"
#include "kernel/mm/cma.h"
#include "kernel/state.h"

static int alloc_pages_success_show(struct seq_file *m, void *object)
{
	const struct cma *cma = object;

	seq_printf(m, "%llu\n", (unsigned long long)cma->nr_pages_succeeded);
	return 0;
}

static int alloc_pages_fail_show(struct seq_file *m, void *object)
{
	const struct cma *cma = object;

	seq_printf(m, "%llu\n", (unsigned long long)cma->nr_pages_failed);
	return 0;
}

static const struct sysfs_attribute attrs[] = {
	{"alloc_pages_success", 0444, alloc_pages_success_show, NULL},
	{"alloc_pages_fail", 0444, alloc_pages_fail_show, NULL},
};

/* What there is no memory for is simply not there. */
void cma_sysfs_init(struct task_struct *curr)
{
	struct cma_state *state = &curr->k->mem.cma;
	struct kernfs_node *dir = sysfs_create_dir(curr, NULL, "kernel", NULL);

	if (dir)
		dir = sysfs_create_dir(curr, dir, "mm", NULL);
	if (dir)
		dir = sysfs_create_dir(curr, dir, "cma", NULL);
	for (unsigned int i = 0; dir && i < state->area_count; i++) {
		struct cma *cma = &state->areas[i];
		struct kernfs_node *area = sysfs_create_dir(curr, dir,
							    cma->name, cma);

		if (area)
			sysfs_create_files(curr, area, attrs, 2);
	}
}
