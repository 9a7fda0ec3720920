/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/mm/vmalloc.h"

/*
 * /proc/vmallocinfo (mm/vmalloc.c: s_show()): a line for each area by its
 * addresses, guard page and all, and at the end what waits for a purge.
 *
 * MODEL: addresses are shown as they are, as with no_hash_pointers; a caller
 * is a function's name without an offset, for the kernel's code is host C.
 */

#include "kernel/fs/seq_file.h"
#include "kernel/mm/vmap_area.h"

/* " N0=12": where its pages lie, on boards with nodes. */
static void show_numa_info(struct seq_file *m, const struct vm_struct *area)
{
	uint32_t count[MAX_NUMNODES] = {0};

	if (!m->k->mem.numa || area->flags & VM_UNINITIALIZED)
		return;
	for (uint32_t i = 0; i < area->nr_pages; i++)
		count[page_to_nid(*vm_area_page(m->k, area, i))]++;
	for (int nid = 0; nid < MAX_NUMNODES; nid++)
		if (count[nid])
			seq_printf(m, " N%d=%u", nid, count[nid]);
}

static void show_area(struct seq_file *m, const struct vm_struct *area)
{
	seq_printf(m, "0x%08x-0x%08x %7u", area->addr, area->addr + area->size,
		   area->size);
	if (area->caller)
		seq_printf(m, " %s", area->caller);
	if (area->nr_pages)
		seq_printf(m, " pages=%u", area->nr_pages);
	if (area->phys_addr)
		seq_printf(m, " phys=0x%08llx",
			   (unsigned long long)area->phys_addr);
	if (area->flags & VM_IOREMAP)
		seq_puts(m, " ioremap");
	if (area->flags & VM_ALLOC)
		seq_puts(m, " vmalloc");
	if (area->flags & VM_MAP)
		seq_puts(m, " vmap");
	if (area->flags & VM_USERMAP)
		seq_puts(m, " user");
	if (area->flags & VM_DMA_COHERENT)
		seq_puts(m, " dma-coherent");
	if (is_vmalloc_addr(m->k, area->pages))
		seq_puts(m, " vpages");
	show_numa_info(m, area);
	seq_putc(m, '\n');
}

int vmallocinfo_show(struct seq_file *m, void *v)
{
	const struct vmap_state *vmap = &m->k->vmap;
	const struct vmap_area *va;

	(void)v;
	list_for_each_entry(va, &vmap->busy.list, list)
		show_area(m, va->vm);
	list_for_each_entry(va, &vmap->lazy.list, list)
		seq_printf(m, "0x%08x-0x%08x %7u unpurged vm_area\n",
			   va->va_start, va->va_end, va_size(va));
	return 0;
}
