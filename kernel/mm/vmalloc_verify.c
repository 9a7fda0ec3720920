/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vmalloc.h"

/*
 * The verifier's questions about the kernel's addresses: do the trees of areas
 * have each once, does a free area know the largest of its subtree, do the
 * tables map what the areas say and nothing else, and are pages as many as
 * were counted?
 */

#include <stdarg.h>
#include <stdio.h>

#include "kernel/arch/arm/pgtable.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/vmap_area.h"

struct check {
	struct kernel *k;
	unsigned int nr_errors;
	uint32_t nr_pages; /* of vmalloc() */
};

__attribute__((format(printf, 2, 3))) static void fail(struct check *c,
						       const char *format, ...)
{
	char text[160];
	va_list args;

	c->nr_errors++;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	printk(c->k, "verify: vmalloc: %s", text);
}

/* ---- trees ----------------------------------------------------------------- */

static uint32_t max_of(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* The largest of the subtree, and that each says so. */
static uint32_t check_max(struct check *c, struct rb_node *node)
{
	const struct vmap_area *va;
	uint32_t max;

	if (!node)
		return 0;
	va = rb_entry(node, struct vmap_area, rb_node);
	max = max_of(va_size(va), max_of(check_max(c, node->rb_left),
					 check_max(c, node->rb_right)));
	if (va->subtree_max_size != max)
		fail(c, "free 0x%08x says %u is the largest below it, not %u",
		     va->va_start, va->subtree_max_size, max);
	return max;
}

/* List and tree have the same areas, and no two that touch are two. */
static void check_tree(struct check *c, const char *name,
		       const struct vmap_tree *tree, bool merged)
{
	const struct rb_node *node = rb_first(&tree->root);
	const struct vmap_area *va;
	vaddr_t end = 0;

	list_for_each_entry(va, &tree->list, list) {
		if (&va->rb_node != node)
			fail(c, "%s 0x%08x isn't next in its tree", name,
			     va->va_start);
		if (va->va_start >= va->va_end || va->va_start < end)
			fail(c, "%s 0x%08x-0x%08x is out of order", name,
			     va->va_start, va->va_end);
		if (merged && end && va->va_start == end)
			fail(c, "%s 0x%08x touches the one before", name,
			     va->va_start);
		end = va->va_end;
		node = node ? rb_next(node) : NULL;
	}
	if (node)
		fail(c, "a %s area is in the tree alone", name);
}

/* The area of @tree that begins at @at, by a walk over all three at once. */
static const struct vmap_area *step(const struct vmap_tree *tree,
				    const struct list_head **next, vaddr_t at)
{
	const struct vmap_area *va;

	if (*next == &tree->list)
		return NULL;
	va = list_entry(*next, struct vmap_area, list);
	if (va->va_start != at)
		return NULL;
	*next = (*next)->next;
	return va;
}

/* Each address from 1 on is in one of them. */
static void check_cover(struct check *c)
{
	const struct vmap_tree *tree[] = {&c->k->vmap.busy, &c->k->vmap.free,
					  &c->k->vmap.lazy};
	const struct list_head *next[3];
	vaddr_t at = 1;

	for (int i = 0; i < 3; i++)
		next[i] = tree[i]->list.next;
	for (int i = 0; i < 3; i++) {
		const struct vmap_area *va = step(tree[i], &next[i], at);

		if (va) {
			at = va->va_end;
			i = -1; /* whose is the next one? */
		}
	}
	if (at != UINT32_MAX)
		fail(c, "0x%08x is neither free, lazy nor busy", at);
}

/* ---- areas ---------------------------------------------------------------------- */

/* The guard page and what isn't there yet have none. */
static bool area_has(const struct kernel *k, const struct vm_struct *area,
		     uint32_t i, pfn_t pfn)
{
	if (i >= get_vm_area_size(area) >> PAGE_SHIFT)
		return false;
	if (area->flags & VM_ALLOC)
		return i < area->nr_pages &&
		       page_to_pfn(k, *vm_area_page(k, area, i)) == pfn;
	if (area->flags & VM_IOREMAP)
		return (area->phys_addr >> PAGE_SHIFT) + i == pfn;
	return area->flags & (VM_MAP | VM_DMA_COHERENT);
}

static void check_area_page(struct check *c, const struct vm_struct *area,
			    uint32_t i)
{
	const struct page *page = *vm_area_page(c->k, area, i);
	const vaddr_t kaddr = area->addr + i * PAGE_SIZE;

	if (page->_refcount <= 0 || PageBuddy(page))
		fail(c, "page %u at 0x%08x isn't its own", i, kaddr);
	if (!(area->flags & VM_UNINITIALIZED) && c->k->init_mm.pgd &&
	    vmalloc_to_page(c->k, kaddr) != page)
		fail(c, "0x%08x isn't mapped to page %u of its area", kaddr, i);
}

static void check_busy(struct check *c, const struct vmap_area *va)
{
	const struct vm_struct *area = va->vm;

	if (!area) {
		fail(c, "busy 0x%08x is nobody's", va->va_start);
		return;
	}
	if (area->addr != va->va_start || area->size != va_size(va))
		fail(c, "busy 0x%08x-0x%08x is said to be %u bytes at 0x%08x",
		     va->va_start, va->va_end, area->size, area->addr);
	for (uint32_t i = 0; i < area->nr_pages; i++)
		check_area_page(c, area, i);
	c->nr_pages += area->nr_pages;
}

/* ---- tables ------------------------------------------------------------------------ */

static void check_entry(struct check *c, vaddr_t kaddr, const pte_t *ptep)
{
	const struct vm_struct *area;

	/* global, unlike a program's */
	if (ptep_hw_word(ptep) != pte_hw_word(*ptep, 0))
		fail(c, "0x%08x: hardware word 0x%08x does not fit 0x%08x",
		     kaddr, ptep_hw_word(ptep), pte_val(*ptep));
	if (pte_none(*ptep))
		return;
	area = find_vm_area(c->k, kaddr);
	if (!area || !area_has(c->k, area, (kaddr - area->addr) >> PAGE_SHIFT,
			       pte_pfn(*ptep)))
		fail(c, "0x%08x maps pfn 0x%05x, and no area says so", kaddr,
		     pte_pfn(*ptep));
}

static void check_tables(struct check *c, vaddr_t start, vaddr_t end)
{
	while (start < end) {
		const pte_t *ptep = pte_lookup(&c->k->init_mm, start);
		const vaddr_t next = pmd_addr_end(start, end);

		for (; ptep && start < next; start += PAGE_SIZE)
			check_entry(c, start, ptep++);
		start = next;
	}
}

unsigned int verify_vmalloc(struct kernel *k)
{
	const struct vmap_state *vmap = &k->vmap;
	struct check c = {.k = k};
	const struct vmap_area *va;
	uint32_t nr_lazy = 0;

	if (!vmap->initialized)
		return 0;
	check_tree(&c, "busy", &vmap->busy, false);
	check_tree(&c, "free", &vmap->free, true);
	check_tree(&c, "lazy", &vmap->lazy, true);
	check_max(&c, vmap->free.root.rb_node);
	check_cover(&c);
	list_for_each_entry(va, &vmap->busy.list, list)
		check_busy(&c, va);
	list_for_each_entry(va, &vmap->lazy.list, list)
		nr_lazy += va_size(va) >> PAGE_SHIFT;
	if (nr_lazy != vmap->lazy_nr)
		fail(&c, "%u pages are lazy, counted %u", vmap->lazy_nr,
		     nr_lazy);
	if (c.nr_pages != vmap->nr_vmalloc_pages)
		fail(&c, "%u pages given, counted %u", vmap->nr_vmalloc_pages,
		     c.nr_pages);
	if (k->init_mm.pgd) {
		check_tables(&c, k->arch.modules_vaddr, k->arch.modules_end);
		check_tables(&c, k->arch.vmalloc_start, k->arch.vmalloc_end);
	}
	return c.nr_errors;
}
