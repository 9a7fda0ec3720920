/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/dump_obj.h"

/*
 * What lies at an address, in words (Linux: mm/util.c's mem_dump_obj(),
 * slab_common.c's kmem_dump_obj(), vmalloc.c's vmalloc_dump_obj()). Asks the
 * books alone and touches no memory, so that any number may be asked about.
 *
 * Leaves out who allocated a slab object, and since when.
 */

#include <stdio.h>

#include "kernel/mm/kobj.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/slab_def.h"
#include "kernel/mm/slab_internal.h"
#include "kernel/mm/vmalloc.h"
#include "kernel/state.h"

/* Where a slab's objects begin, and how many there are; 0: nobody knows. */
static vaddr_t first_object(const struct kernel *k, const struct page *slab,
			    uint32_t *nr)
{
	const struct kmem_cache *cache = slab->slab_cache;

	if (k->mem.slab.ops == &slub_allocator) {
		*nr = cache->objects;
		return page_address(k, slab) + cache->red_left_pad;
	}
	*nr = cache->num;
	return slab->s_mem + cache->obj_offset;
}

static struct mem_text describe_object(const struct kernel *k,
				       const struct page *slab, vaddr_t kaddr)
{
	const struct kmem_cache *cache = slab->slab_cache;
	struct mem_text to;
	uint32_t nr, index;
	vaddr_t first;
	int n;

	if (k->mem.slab.ops == &slob_allocator)
		return (struct mem_text){"slab"};
	first = first_object(k, slab, &nr);
	index = (kaddr - first) / cache->size;
	n = snprintf(to.text, sizeof(to.text), "slab %s", cache->name);
	if (kaddr < first || index >= nr)
		return to;
	first += index * cache->size;
	n += snprintf(to.text + n, sizeof(to.text) - (size_t)n,
		      " start %08x pointer offset %u", first, kaddr - first);
	if (cache->flags & SLAB_KMALLOC)
		snprintf(to.text + n, sizeof(to.text) - (size_t)n, " size %u",
			 cache->object_size);
	return to;
}

static struct mem_text describe_vmalloc(const struct vm_struct *area)
{
	struct mem_text to;

	snprintf(to.text, sizeof(to.text),
		 "%u-page vmalloc region starting at 0x%08x allocated at %s",
		 area->nr_pages, area->addr,
		 area->caller ? area->caller : "boot");
	return to;
}

struct mem_text describe_mem(const struct kernel *k, vaddr_t kaddr)
{
	const struct vm_struct *area;

	if (virt_addr_valid(k, kaddr)) {
		const struct page *page = compound_head(virt_to_page(k, kaddr));

		if (PageSlab(page))
			return describe_object(k, page, kaddr);
		return (struct mem_text){"non-slab/vmalloc memory"};
	}
	area = find_vm_area(k, kaddr);
	if (area)
		return describe_vmalloc(area);
	if (is_vmalloc_addr(k, kaddr))
		return (struct mem_text){"vmalloc memory"};
	if (!kaddr)
		return (struct mem_text){"NULL pointer"};
	if (kaddr == ZERO_SIZE_PTR)
		return (struct mem_text){"zero-size pointer"};
	return (struct mem_text){"non-paged memory"};
}
