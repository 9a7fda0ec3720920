/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vmap_area.h"

/*
 * Which of the kernel's addresses are taken, and by whom (mm/vmalloc.c, the
 * vmap_area half). An address is in one area of one of three trees:
 *
 *	busy	somebody's, as its vm_struct says
 *	lazy	given back and unmapped, but a TLB may still translate it
 *	free	can be had
 *
 * Free areas that touch are one. Each knows the largest of its subtree, so
 * that the lowest hole that is large enough is found from the root down.
 * Telling all TLBs is dear, and dearer the more cores there are: areas are
 * collected until they have lazy_max_pages() or addresses run out, and then
 * all that lies between the lowest and the highest is flushed at once.
 *
 * Invariant: the three trees have all addresses from 1 on, each once.
 *
 * Leaves out Linux's vm_map_ram(), whose small blocks have a cache of their
 * own; caches of free areas for each CPU; and the chain of drivers that are
 * asked to give addresses back.
 */

#include "kernel/arch/arm/tlbflush.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/kmemleak.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/trace_vmalloc.h"

#define LAST_ADDRESS UINT32_MAX

static struct vmap_area *to_va(struct rb_node *node)
{
	return node ? rb_entry(node, struct vmap_area, rb_node) : NULL;
}

/* ---- the largest free area of a subtree -------------------------------------- */

static uint32_t subtree_max_size(struct rb_node *node)
{
	return node ? to_va(node)->subtree_max_size : 0;
}

static bool update_max_size(struct rb_node *node)
{
	struct vmap_area *va = to_va(node);
	uint32_t max = va_size(va);

	if (subtree_max_size(node->rb_left) > max)
		max = subtree_max_size(node->rb_left);
	if (subtree_max_size(node->rb_right) > max)
		max = subtree_max_size(node->rb_right);
	if (max == va->subtree_max_size)
		return false;
	va->subtree_max_size = max;
	return true;
}

static const struct rb_augment by_max_size = {update_max_size};

/* ---- in and out of trees -------------------------------------------------------- */

static void tree_init(struct vmap_tree *tree)
{
	tree->root.rb_node = NULL;
	INIT_LIST_HEAD(&tree->list);
}

static void link_va(struct vmap_tree *tree, struct vmap_area *va,
		    const struct rb_augment *augment)
{
	struct rb_node **link = &tree->root.rb_node, *parent = NULL;
	struct list_head *next = &tree->list;

	while (*link) {
		struct vmap_area *at = to_va(*link);

		BUG_ON(va->va_start < at->va_end && at->va_start < va->va_end);
		parent = *link;
		if (va->va_start < at->va_start) {
			next = &at->list;
			link = &parent->rb_left;
		} else {
			link = &parent->rb_right;
		}
	}
	list_add_tail(&va->list, next);
	rb_link_node(&va->rb_node, parent, link);
	rb_insert_augmented(&va->rb_node, &tree->root, augment);
}

static void unlink_va(struct vmap_tree *tree, struct vmap_area *va,
		      const struct rb_augment *augment)
{
	list_del(&va->list);
	rb_erase_augmented(&va->rb_node, &tree->root, augment);
}

static void link_free(struct vmap_state *vmap, struct vmap_area *va)
{
	va->subtree_max_size = 0;
	link_va(&vmap->free, va, &by_max_size);
}

/* @next, which begins where @va ends, becomes part of it. */
static void swallow(struct task_struct *curr, struct vmap_tree *tree,
		    struct vmap_area *va, struct vmap_area *next,
		    const struct rb_augment *augment)
{
	/* a summary changes at one place at a time */
	unlink_va(tree, next, augment);
	va->va_end = next->va_end;
	if (augment)
		rb_augment_propagate(&va->rb_node, augment);
	kmem_cache_free(curr, curr->k->vmap.area_cachep, next);
}

/* @va is in @tree: it and neighbours that touch it become one. */
static void merge(struct task_struct *curr, struct vmap_tree *tree,
		  struct vmap_area *va, const struct rb_augment *augment)
{
	struct vmap_area *next = list_next_entry(va, list);
	struct vmap_area *prev = list_prev_entry(va, list);

	if (&next->list != &tree->list && next->va_start == va->va_end)
		swallow(curr, tree, va, next, augment);
	if (&prev->list != &tree->list && prev->va_end == va->va_start)
		swallow(curr, tree, prev, va, augment);
}

/* ---- finding ----------------------------------------------------------------------- */

struct vmap_area *find_vmap_area(const struct kernel *k, vaddr_t kaddr)
{
	struct rb_node *node = k->vmap.busy.root.rb_node;

	while (node) {
		struct vmap_area *va = to_va(node);

		if (kaddr < va->va_start)
			node = node->rb_left;
		else if (kaddr >= va->va_end)
			node = node->rb_right;
		else
			return va;
	}
	return NULL;
}

/* What is wanted of a free area. */
struct wish {
	uint32_t size, align;
	uint32_t sure; /* so large that alignment can't matter */
	vaddr_t vstart;
};

/* Where within @va it would lie; 64 bits, as the last area ends at the top. */
static uint64_t place_in(const struct vmap_area *va, const struct wish *wish)
{
	uint64_t from = va->va_start > wish->vstart ? va->va_start
						    : wish->vstart;

	return (from + wish->align - 1) / wish->align * wish->align;
}

static bool is_within(const struct vmap_area *va, const struct wish *wish)
{
	return place_in(va, wish) + wish->size <= va->va_end;
}

/*
 * The lowest area that has room. A subtree without one of `sure` bytes isn't
 * entered, though some smaller one in it may happen to be aligned well; and
 * nothing to the left of one that begins below vstart can matter.
 */
static struct vmap_area *find_vmap_lowest_match(struct rb_node *node,
						const struct wish *wish)
{
	struct vmap_area *va = to_va(node), *found;

	if (!va)
		return NULL;
	if (wish->vstart < va->va_start &&
	    subtree_max_size(node->rb_left) >= wish->sure) {
		found = find_vmap_lowest_match(node->rb_left, wish);
		if (found)
			return found;
	}
	if (is_within(va, wish))
		return va;
	if (subtree_max_size(node->rb_right) < wish->sure)
		return NULL;
	return find_vmap_lowest_match(node->rb_right, wish);
}

/* ---- taking --------------------------------------------------------------------------- */

/* [start, start + size) leaves the free area @va, which may become two. */
static void adjust_va_to_fit(struct task_struct *curr, struct vmap_area *va,
			     vaddr_t start, uint32_t size)
{
	struct vmap_state *vmap = &curr->k->vmap;
	const vaddr_t end = start + size, old_end = va->va_end;

	if (va->va_start == start && old_end == end) {
		unlink_va(&vmap->free, va, &by_max_size);
		kmem_cache_free(curr, vmap->area_cachep, va);
		return;
	}
	if (va->va_start == start)
		va->va_start = end;
	else
		va->va_end = start;
	rb_augment_propagate(&va->rb_node, &by_max_size);
	if (va->va_start < start && old_end != end) {
		struct vmap_area *above = vmap->preload;

		vmap->preload = NULL;
		above->va_start = end;
		above->va_end = old_end;
		link_free(vmap, above);
	}
}

/* An address, or 0: nothing fits. */
static vaddr_t take_free(struct task_struct *curr, uint32_t size,
			 uint32_t align, vaddr_t vstart, vaddr_t vend)
{
	const bool exact = align <= PAGE_SIZE || vend - vstart == size;
	const struct wish wish = {
		.size = size,
		.align = align,
		.sure = exact ? size : size + align - 1,
		.vstart = vstart,
	};
	struct rb_node *root = curr->k->vmap.free.root.rb_node;
	struct vmap_area *va = find_vmap_lowest_match(root, &wish);
	uint64_t start;

	if (wish.sure < size || !va)
		return 0;
	start = place_in(va, &wish);
	if (start + size > vend)
		return 0;
	adjust_va_to_fit(curr, va, (vaddr_t)start, size);
	return (vaddr_t)start;
}

/* What it says of addresses keeps nothing there from being leaked. */
static struct vmap_area *new_vmap_area(struct task_struct *curr, gfp_t gfp)
{
	struct kernel *k = curr->k;
	struct vmap_area *va = kmem_cache_alloc(curr, k->vmap.area_cachep, gfp);

	if (va)
		kmemleak_scan_area(k, kobj_addr(k, va), &va->rb_node,
				   sizeof(*va) -
					   offsetof(struct vmap_area, rb_node));
	return va;
}

/* Splitting must not sleep: what it takes is put in store before. */
static bool preload(struct task_struct *curr, gfp_t gfp)
{
	struct vmap_state *vmap = &curr->k->vmap;
	struct vmap_area *va;

	if (vmap->preload)
		return true;
	va = new_vmap_area(curr, gfp);
	if (va && vmap->preload) /* another was faster */
		kmem_cache_free(curr, vmap->area_cachep, va);
	else if (va)
		vmap->preload = va;
	return va;
}

/* What can't be had at once may be had after a purge; 0: not even then. */
static vaddr_t take_or_purge(struct task_struct *curr, uint32_t size,
			     uint32_t align, vaddr_t vstart, vaddr_t vend,
			     gfp_t gfp)
{
	vaddr_t start;

	do {
		if (!preload(curr, gfp))
			return 0;
		start = take_free(curr, size, align, vstart, vend);
	} while (!start && purge_vmap_area_lazy(curr));
	if (!start && !(gfp & __GFP_NOWARN) &&
	    default_ratelimit(curr->k, &curr->k->vmap.failed_rs, __func__))
		printk(curr->k,
		       "vmap allocation for size %u failed: use vmalloc=<size> "
		       "to increase size",
		       size);
	return start;
}

struct vmap_area *alloc_vmap_area(struct task_struct *curr,
				  struct vm_struct *vm, uint32_t size,
				  uint32_t align, vaddr_t vstart, vaddr_t vend,
				  gfp_t gfp)
{
	struct vmap_state *vmap = &curr->k->vmap;
	struct vmap_area *va;

	BUG_ON(!size || offset_in_page(size) || align & (align - 1));
	gfp &= GFP_RECLAIM_MASK;
	va = new_vmap_area(curr, gfp);
	if (!va)
		return NULL;
	va->va_start = take_or_purge(curr, size, align, vstart, vend, gfp);
	trace_alloc_vmap_area(curr->k, va->va_start, size, align, vstart, vend);
	if (!va->va_start) {
		kmem_cache_free(curr, vmap->area_cachep, va);
		return NULL;
	}
	va->va_end = va->va_start + size;
	va->vm = vm;
	link_va(&vmap->busy, va, NULL);
	return va;
}

/* ---- giving back -------------------------------------------------------------------------- */

/* 32 MB, and as much again whenever the number of cores doubles. */
uint32_t lazy_max_pages(const struct kernel *k)
{
	unsigned int log = 0;

	for (unsigned int n = k->hw.nr_cpus; n; n >>= 1)
		log++;
	return log * (32 * 1024 * 1024 / PAGE_SIZE);
}

void free_vmap_area_noflush(struct task_struct *curr, struct vmap_area *va)
{
	struct vmap_state *vmap = &curr->k->vmap;
	const uint32_t most = lazy_max_pages(curr->k);

	unlink_va(&vmap->busy, va, NULL);
	va->vm = NULL;
	vmap->lazy_nr += va_size(va) >> PAGE_SHIFT;
	trace_free_vmap_area_noflush(curr->k, va->va_start, vmap->lazy_nr,
				     most);
	link_va(&vmap->lazy, va, NULL);
	merge(curr, &vmap->lazy, va, NULL);
	if (vmap->lazy_nr > most)
		purge_vmap_area_lazy(curr);
}

bool purge_vmap_area_lazy(struct task_struct *curr)
{
	struct vmap_state *vmap = &curr->k->vmap;
	struct vmap_area *va, *n;
	vaddr_t start, end;
	uint32_t nr = 0;

	if (list_empty(&vmap->lazy.list))
		return false;
	va = list_first_entry(&vmap->lazy.list, struct vmap_area, list);
	start = va->va_start;
	va = list_last_entry(&vmap->lazy.list, struct vmap_area, list);
	end = va->va_end;
	flush_tlb_kernel_range(curr, start, end);
	list_for_each_entry_safe(va, n, &vmap->lazy.list, list) {
		unlink_va(&vmap->lazy, va, NULL);
		link_free(vmap, va);
		merge(curr, &vmap->free, va, &by_max_size);
		nr++;
	}
	vmap->lazy_nr = 0;
	trace_purge_vmap_area_lazy(curr->k, start, end, nr);
	return true;
}

/* ---- at boot ---------------------------------------------------------------------------------- */

static struct vmap_area *boot_area(struct task_struct *curr, vaddr_t start,
				   vaddr_t end)
{
	struct vmap_area *va = new_vmap_area(curr, GFP_NOWAIT);

	if (!va)
		boot_panic(curr->k, "%s: Failed to allocate %u bytes", __func__,
			   ARM_SIZEOF_VMAP_AREA);
	*va = (struct vmap_area){.va_start = start, .va_end = end};
	return va;
}

void vmap_areas_init(struct task_struct *curr)
{
	struct vmap_state *vmap = &curr->k->vmap;
	vaddr_t at = 1; /* 0 is no address */

	tree_init(&vmap->busy);
	tree_init(&vmap->free);
	tree_init(&vmap->lazy);
	vmap->area_cachep = KMEM_CACHE(curr, vmap_area, ARM_SIZEOF_VMAP_AREA,
				       SLAB_PANIC);
	for (struct vm_struct *vm = vmap->vmlist; vm; vm = vm->next) {
		const vaddr_t end = vm->addr + vm->size;
		struct vmap_area *va = boot_area(curr, vm->addr, end);

		va->vm = vm;
		link_va(&vmap->busy, va, NULL);
		if (at < vm->addr)
			link_free(vmap, boot_area(curr, at, vm->addr));
		at = end;
	}
	link_free(vmap, boot_area(curr, at, LAST_ADDRESS));
}
