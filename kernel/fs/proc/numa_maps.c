/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/PID/numa_maps (Linux: fs/proc/task_mmu.c): of each VMA the policy that
 * holds there, and on which nodes its pages are. Only boards with nodes have
 * it.
 *
 * MODEL: the policy of places that have none is the task's at the time of
 * reading, not at that of opening.
 */

#include "kernel/mm/internal.h"
#include "kernel/mm/mempolicy.h"

struct numa_maps {
	uint32_t pages, anon, active, writeback, mapcount_max, dirty, swapcache;
	uint32_t node[MAX_NUMNODES];
};

static void gather_stats(struct numa_maps *md, const struct page *page,
			 bool pte_is_dirty)
{
	const int mapcount = page_mapcount(page);

	md->pages++;
	md->dirty += pte_is_dirty || PageDirty(page);
	md->swapcache += PageSwapCache(page);
	md->active += PageActive(page) || PageUnevictable(page);
	md->writeback += PageWriteback(page);
	md->anon += PageAnon(page);
	if (mapcount > (int)md->mapcount_max)
		md->mapcount_max = (uint32_t)mapcount;
	md->node[page_to_nid(page)]++;
}

/* What of a huge page is told counts for all of it. */
static void gather_pte(struct numa_maps *md, const struct vm_area_struct *vma,
		       vaddr_t vaddr)
{
	const pte_t pte = pte_at(vma->vm_mm, vaddr);
	const struct page *page = NULL;

	if (pte_present(pte))
		page = vm_normal_page(vma, vaddr, pte);
	if (page && !PageReserved(page))
		gather_stats(md, compound_head(page), pte_dirty(pte));
}

static void gather_vma(struct numa_maps *md, const struct vm_area_struct *vma)
{
	vaddr_t next;

	/* the gate's pages are the kernel's; raw frames nobody walks over */
	if (!vma->vm_mm || vma->vm_flags & VM_PFNMAP)
		return;
	for (vaddr_t vaddr = vma->vm_start; vaddr != vma->vm_end;
	     vaddr = next) {
		next = pmd_addr_end(vaddr, vma->vm_end);
		if (pmd_none(*pmd_off(vma->vm_mm, vaddr)))
			continue;
		for (; vaddr != next; vaddr += PAGE_SIZE)
			gather_pte(md, vma, vaddr);
	}
}

static void show_number(struct seq_file *m, const char *name, uint32_t value)
{
	if (value)
		seq_printf(m, " %s=%u", name, value);
}

static void show_stats(struct seq_file *m, const struct numa_maps *md)
{
	show_number(m, "anon", md->anon);
	show_number(m, "dirty", md->dirty);
	if (md->pages != md->anon && md->pages != md->dirty)
		show_number(m, "mapped", md->pages);
	if (md->mapcount_max > 1)
		show_number(m, "mapmax", md->mapcount_max);
	show_number(m, "swapcache", md->swapcache);
	if (md->active < md->pages)
		seq_printf(m, " active=%u", md->active);
	show_number(m, "writeback", md->writeback);
	for (int nid = 0; nid < MAX_NUMNODES; nid++)
		if (md->node[nid])
			seq_printf(m, " N%d=%u", nid, md->node[nid]);
	seq_printf(m, " kernelpagesize_kB=%u", PAGE_SIZE / 1024);
}

/* Where it came from, in a word. */
static void show_kind(struct seq_file *m, const struct vm_area_struct *vma)
{
	const struct mm_struct *mm = vma->vm_mm;

	if (vma->vm_file) {
		seq_puts(m, " file=");
		seq_file_path(m, vma->vm_file, "\n\t= ");
	} else if (mm && vma->vm_start <= mm->brk &&
		   vma->vm_end >= mm->start_brk) {
		seq_puts(m, " heap");
	} else if (mm && vma->vm_start <= mm->start_stack &&
		   vma->vm_end >= mm->start_stack) {
		seq_puts(m, " stack");
	}
}

static int show_numa_map(struct seq_file *m, void *v)
{
	const struct vm_area_struct *vma = v;
	const struct task_struct *task = proc_task(m->inode);
	const struct mempolicy *pol = __get_vma_policy(vma, vma->vm_start);
	struct numa_maps md = {0};
	char text[MPOL_TEXT];

	mpol_to_str(text, pol || !task ? pol : task->mempolicy);
	seq_printf(m, "%08x %s", vma->vm_start, text);
	show_kind(m, vma);
	gather_vma(&md, vma);
	if (md.pages)
		show_stats(m, &md);
	seq_putc(m, '\n');
	return m->overflow ? -ENOMEM : 0;
}

static const struct seq_operations numa_maps_seq_ops = {
	.start = m_start,
	.next = m_next,
	.stop = m_stop,
	.show = show_numa_map,
};

const struct proc_mm_ops proc_pid_numa_maps_ops = {.seq = &numa_maps_seq_ops};
