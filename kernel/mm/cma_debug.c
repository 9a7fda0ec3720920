/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/init.h"

/*
 * CMA areas by hand (mm/cma_debug.c): in /sys/kernel/debug/cma/cma-NAME a
 * number written to alloc takes that many pages from the area as a driver
 * would, and one written to free gives as many back, those taken last first.
 * The other files say what the area's map holds.
 */

#include <errno.h>
#include <stdio.h>

#include "kernel/arm_sizes.h"
#include "kernel/fs/debugfs.h"
#include "kernel/mm/cma.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

/* One write to alloc, less what was given back of it. */
struct cma_mem {
	struct list_head node;
	struct page *pages;
	uint32_t count;
};

/* ---- what the map says ------------------------------------------------------- */

static int used_get(struct task_struct *curr, void *data, uint64_t *value)
{
	const struct cma *cma = data;

	(void)curr;
	*value = (uint64_t)bitmap_weight(cma->bitmap, cma_bitmap_maxno(cma))
		 << cma->order_per_bit;
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(used_fops, used_get, NULL, "%llu\n");

static int maxchunk_get(struct task_struct *curr, void *data, uint64_t *value)
{
	const struct cma *cma = data;
	uint32_t nbits = cma_bitmap_maxno(cma), most = 0, end = 0, start;

	(void)curr;
	while ((start = find_next_zero_bit(cma->bitmap, nbits, end)) < nbits) {
		end = find_next_bit(cma->bitmap, nbits, start);
		if (end - start > most)
			most = end - start;
	}
	*value = (uint64_t)most << cma->order_per_bit;
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(maxchunk_fops, maxchunk_get, NULL, "%llu\n");

/* ---- taking and giving back ------------------------------------------------------ */

static int alloc_set(struct task_struct *curr, void *data, uint64_t value)
{
	struct cma *cma = data;
	struct cma_mem *mem = kzalloc_obj(curr, ARM_SIZEOF_CMA_MEM,
					  sizeof(*mem), GFP_KERNEL);

	if (!mem)
		return -ENOMEM;
	mem->count = (uint32_t)value;
	mem->pages = cma_alloc(curr, cma, mem->count, 0, false);
	if (!mem->pages) {
		kfree_obj(curr, mem);
		return -ENOMEM;
	}
	list_add(&mem->node, &cma->mem_head);
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(alloc_fops, NULL, alloc_set, "%llu\n");

/* @count pages of @mem, or all that it has. Returns how many. */
static uint32_t free_some(struct task_struct *curr, struct cma *cma,
			  struct cma_mem *mem, uint32_t count)
{
	if (count > mem->count)
		count = mem->count;
	cma_release(curr, cma, mem->pages, count);
	mem->pages += count;
	mem->count -= count;
	if (!mem->count) {
		list_del(&mem->node);
		kfree_obj(curr, mem);
	}
	return count;
}

/* Parts of an allocation only where a bit of the map is a page. */
static int free_set(struct task_struct *curr, void *data, uint64_t value)
{
	struct cma *cma = data;
	uint32_t count = (uint32_t)value;

	while (count && !list_empty(&cma->mem_head)) {
		struct cma_mem *mem = list_first_entry(&cma->mem_head,
						       struct cma_mem, node);

		if (mem->count > count && cma->order_per_bit)
			break;
		count -= free_some(curr, cma, mem, count);
	}
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(free_fops, NULL, free_set, "%llu\n");

/* ---- the files ----------------------------------------------------------------------- */

static void add_bitmap(struct task_struct *curr, struct cma *cma,
		       struct dentry *dir)
{
	struct debugfs_u32_array *array = kzalloc_obj(
		curr, ARM_SIZEOF_DEBUGFS_U32_ARRAY, sizeof(*array), GFP_KERNEL);

	if (!array)
		return;
	array->array = cma->bitmap;
	array->n_elements = BITMAP_WORDS(cma_bitmap_maxno(cma));
	cma->dfs_bitmap = array;
	debugfs_create_u32_array(curr, "bitmap", 0444, dir, array);
}

static void add_area(struct task_struct *curr, struct cma *cma,
		     struct dentry *root)
{
	char name[CMA_MAX_NAME + 4];
	struct dentry *dir;

	snprintf(name, sizeof(name), "cma-%s", cma->name);
	dir = debugfs_create_dir(curr, name, root);
	debugfs_create_file(curr, "alloc", 0200, dir, cma, &alloc_fops);
	debugfs_create_file(curr, "free", 0200, dir, cma, &free_fops);
	debugfs_create_ulong(curr, "base_pfn", 0444, dir, &cma->base_pfn);
	debugfs_create_ulong(curr, "count", 0444, dir, &cma->count);
	debugfs_create_u32(curr, "order_per_bit", 0444, dir,
			   &cma->order_per_bit);
	debugfs_create_file(curr, "used", 0444, dir, cma, &used_fops);
	debugfs_create_file(curr, "maxchunk", 0444, dir, cma, &maxchunk_fops);
	add_bitmap(curr, cma, dir);
}

void cma_debugfs_init(struct task_struct *curr)
{
	struct cma_state *state = &curr->k->mem.cma;
	struct dentry *root = debugfs_create_dir(curr, "cma", NULL);

	for (unsigned int i = 0; i < state->area_count; i++)
		if (state->areas[i].bitmap)
			add_area(curr, &state->areas[i], root);
}
