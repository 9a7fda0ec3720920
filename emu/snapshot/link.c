/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which page a frame is, and which frame a page: what a click is to show. */
#include "emu/snapshot/source.h"

#include "emu/machine_state.h"

#define PAGE_MASK (~UINT32_C(4095))

static void page_of_frame(const struct machine *m,
			  const struct snapshot_wish *wish,
			  struct snapshot_link *link)
{
	struct kernel_mapper mapper;

	link->pfn = wish->pfn;
	link->linked = kernel_find_mapper(m->kernel, wish->pfn, wish->pid,
					  &mapper);
	if (link->linked) {
		link->pid = mapper.pid;
		link->va = mapper.va;
	}
}

static void frame_of_page(const struct machine *m,
			  const struct snapshot_wish *wish,
			  struct snapshot_link *link)
{
	struct kernel_page page;

	link->pid = wish->pid;
	link->va = wish->va & PAGE_MASK;
	link->pfn = SNAPSHOT_NO_FRAME;
	kernel_pages(m->kernel, wish->pid, link->va, 1, &page);
	link->linked = page.flags & KERNEL_PAGE_PRESENT;
	if (link->linked)
		link->pfn = page.where;
	link->swapped = page.flags & KERNEL_PAGE_SWAPPED;
	if (link->swapped) {
		link->area = page.area;
		link->slot = page.where;
	}
}

struct part *take_link(const struct snapshot_source *source)
{
	struct part *part = part_create(sizeof(struct snapshot_link));

	if (part)
		(source->wish->by_frame ? page_of_frame : frame_of_page)(
			source->machine, source->wish, (void *)part->data);
	return part;
}
