/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/ksm_internal.h"

/*
 * /sys/kernel/mm/ksm (mm/ksm.c): what ksmd has done, how fast it is to work,
 * and "run": 0, it rests; 1, it works; 2, it rests and all that it has done is
 * undone, for which whoever writes that needs memory, and time.
 *
 * merge_across_nodes is there on machines with nodes, as with CONFIG_NUMA.
 */

#include "kernel/fs/sysfs.h"
#include "kernel/lib/err.h"
#include "kernel/lib/kstrtox.h"
#include "kernel/mm/rmap.h"
#include "kernel/task/sched.h"

/* ---- numbers -------------------------------------------------------------------- */

#define COUNTER(name, value)                                     \
	static int name##_show(struct seq_file *m, void *object) \
	{                                                        \
		const struct ksm_state *ksm = &m->k->ksm;        \
                                                                 \
		(void)object;                                    \
		seq_printf(m, "%u\n", (uint32_t)(value));        \
		return 0;                                        \
	}
COUNTER(pages_shared, ksm->pages_shared)
COUNTER(pages_sharing, ksm->pages_sharing)
COUNTER(pages_unshared, ksm->pages_unshared)
COUNTER(pages_volatile, ksm->rmap_items - ksm->pages_shared -
				ksm->pages_sharing - ksm->pages_unshared)
COUNTER(full_scans, ksm->scan.seqnr)
COUNTER(stable_node_chains, ksm->stable_node_chains)
COUNTER(stable_node_dups, ksm->stable_node_dups)
COUNTER(run, ksm->run)
COUNTER(merge_across_nodes, ksm->merge_across_nodes)
COUNTER(max_page_sharing, ksm->max_page_sharing)
COUNTER(use_zero_pages, ksm->use_zero_pages)

/* Any number of 32 bits. */
#define KNOB(name)                                                             \
	COUNTER(name, ksm->name)                                               \
	static int name##_store(struct task_struct *curr, void *object,        \
				const char *text, uint32_t n)                  \
	{                                                                      \
		(void)object;                                                  \
		(void)n;                                                       \
		return kstrtouint(text, 10, &curr->k->ksm.name) ? -EINVAL : 0; \
	}
KNOB(pages_to_scan)
KNOB(stable_node_chains_prune_millisecs)

COUNTER(sleep_millisecs, ksm->sleep_millisecs)
static int sleep_millisecs_store(struct task_struct *curr, void *object,
				 const char *text, uint32_t n)
{
	struct ksm_state *ksm = &curr->k->ksm;
	uint32_t ms;

	(void)object;
	(void)n;
	if (kstrtouint(text, 10, &ms))
		return -EINVAL;
	if (ms == ksm->sleep_millisecs)
		return 0;
	ksm->sleep_millisecs = ms;
	ksm->sleep_until = 0;
	if (ksm->thread)
		wake_up_process(curr, ksm->thread);
	return 0;
}

static int use_zero_pages_store(struct task_struct *curr, void *object,
				const char *text, uint32_t n)
{
	(void)object;
	(void)n;
	return kstrtobool(text, &curr->k->ksm.use_zero_pages);
}

/* ---- what the trees depend on --------------------------------------------------- */

/* They must be empty. thread_lock is held. */
static bool trees_are_busy(struct task_struct *curr)
{
	return curr->k->ksm.pages_shared || remove_all_stable_nodes(curr);
}

static int max_page_sharing_store(struct task_struct *curr, void *object,
				  const char *text, uint32_t n)
{
	struct ksm_state *ksm = &curr->k->ksm;
	int64_t most;
	int error = kstrtoll(text, 10, &most);

	(void)object;
	(void)n;
	if (error)
		return error;
	if (most != (int32_t)most)
		return -ERANGE;
	if (most < 2) /* a KSM page begins with two */
		return -EINVAL;
	if (most == ksm->max_page_sharing)
		return 0;
	down_write(curr, &ksm->thread_lock);
	if (trees_are_busy(curr))
		error = -EBUSY;
	else
		ksm->max_page_sharing = (uint32_t)most;
	up_write(curr, &ksm->thread_lock);
	return error;
}

static int merge_across_nodes_store(struct task_struct *curr, void *object,
				    const char *text, uint32_t n)
{
	struct ksm_state *ksm = &curr->k->ksm;
	uint32_t knob;
	int error = kstrtouint(text, 10, &knob);

	(void)object;
	(void)n;
	if (error)
		return error;
	if (knob > 1)
		return -EINVAL;
	down_write(curr, &ksm->thread_lock);
	if (ksm->merge_across_nodes != knob) {
		if (trees_are_busy(curr))
			error = -EBUSY;
		else
			ksm->merge_across_nodes = knob;
	}
	up_write(curr, &ksm->thread_lock);
	return error;
}

/* ---- run ------------------------------------------------------------------------ */

/* All of @slot's memory. */
static int unmerge_slot(struct task_struct *curr, struct ksm_mm_slot *slot)
{
	struct mm_struct *mm = slot->mm;
	struct vm_area_struct *vma;
	int error = 0;

	down_read(curr, &mm->mmap_lock);
	for (vma = mm->mmap; vma && !error && !ksm_test_exit(mm);
	     vma = vma->vm_next)
		if (vma->vm_flags & VM_MERGEABLE && vma->anon_vma)
			error = unmerge_ksm_pages(curr, vma, vma->vm_start,
						  vma->vm_end);
	if (!error)
		remove_trailing_rmap_items(curr, &slot->rmap_list);
	up_read(curr, &mm->mmap_lock);
	return error;
}

int unmerge_and_remove_all_rmap_items(struct task_struct *curr)
{
	struct ksm_state *ksm = &curr->k->ksm;
	struct list_head *pos = ksm->mm_head.next;
	int error = 0;

	while (pos != &ksm->mm_head && !error) {
		struct ksm_mm_slot *slot = list_entry(pos, struct ksm_mm_slot,
						      mm_node);

		ksm->scan.mm_slot = slot; /* so that it stays */
		error = unmerge_slot(curr, slot);
		pos = pos->next;
		if (!error && ksm_test_exit(slot->mm))
			ksm_free_mm_slot(curr, slot);
	}
	ksm->scan.mm_slot = NULL;
	if (error)
		return error;
	remove_all_stable_nodes(curr); /* what is busy stays for now */
	ksm->scan.seqnr = 0;
	return 0;
}

static int run_store(struct task_struct *curr, void *object, const char *text,
		     uint32_t n)
{
	struct ksm_state *ksm = &curr->k->ksm;
	uint32_t run;
	int error = 0;

	(void)object;
	(void)n;
	if (kstrtouint(text, 10, &run) || run > KSM_RUN_UNMERGE)
		return -EINVAL;
	down_write(curr, &ksm->thread_lock);
	if (run != ksm->run) {
		ksm->run = run;
		if (run & KSM_RUN_UNMERGE)
			error = unmerge_and_remove_all_rmap_items(curr);
		if (error)
			ksm->run = KSM_RUN_STOP;
	}
	up_write(curr, &ksm->thread_lock);
	if (run & KSM_RUN_MERGE && ksm->thread)
		wake_up_process(curr, ksm->thread);
	return error;
}

/* ---- files ---------------------------------------------------------------------- */

#define ATTR(name)                                     \
	{                                              \
#name, 0644, name##_show, name##_store \
	}
#define ATTR_RO(name)                          \
	{                                      \
#name, 0444, name##_show, NULL \
	}
static const struct sysfs_attribute attrs[] = {
	ATTR(sleep_millisecs),
	ATTR(pages_to_scan),
	ATTR(run),
	ATTR_RO(pages_shared),
	ATTR_RO(pages_sharing),
	ATTR_RO(pages_unshared),
	ATTR_RO(pages_volatile),
	ATTR_RO(full_scans),
	ATTR(max_page_sharing),
	ATTR_RO(stable_node_chains),
	ATTR_RO(stable_node_dups),
	ATTR(stable_node_chains_prune_millisecs),
	ATTR(use_zero_pages),
};
static const struct sysfs_attribute numa_attrs[] = {
	ATTR(merge_across_nodes),
};

void ksm_sysfs_init(struct task_struct *curr)
{
	struct kernfs_node *dir = sysfs_create_dir(curr, NULL, "kernel", NULL);

	if (dir)
		dir = sysfs_create_dir(curr, dir, "mm", NULL);
	if (dir)
		dir = sysfs_create_dir(curr, dir, "ksm", NULL);
	if (!dir)
		return;
	sysfs_create_files(curr, dir, attrs, sizeof(attrs) / sizeof(*attrs));
	if (curr->k->mem.numa)
		sysfs_create_files(curr, dir, numa_attrs, 1);
}
