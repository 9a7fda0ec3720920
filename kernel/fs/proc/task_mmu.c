/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/PID/maps, and the walk over VMAs that smaps shares with it (Linux:
 * fs/proc/task_mmu.c). mmap_lock is held while one buffer is filled: each
 * piece that a reader gets is one moment's truth, two pieces may differ.
 *
 * The position in the walk is an address, so it stays good while VMAs come and
 * go between two reads: that of the VMA to show next, or one of the two below.
 */

#include <stdio.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/err.h"
#include "kernel/mm/mm.h"
#include "kernel/state.h"

/* Where the name begins: 25 columns and a word's digits. */
#define NAME_COLUMN 49

enum {
	POS_END = -1, /* all is shown */
	POS_GATE = -2, /* the gate's VMA is next */
};

/* ---- one line ---------------------------------------------------------- */

static void show_vma_header(struct seq_file *m,
			    const struct vm_area_struct *vma, bool name)
{
	const uint32_t flags = vma->vm_flags;
	const struct file *file = vma->vm_file;
	const uint32_t dev = file ? file_dev(file) : 0;
	const uint64_t offset = file ? (uint64_t)vma->vm_pgoff << PAGE_SHIFT
				     : 0;
	char line[128];
	int len = snprintf(
		line, sizeof(line), "%08x-%08x %c%c%c%c %08llx %02x:%02x %llu ",
		vma->vm_start, vma->vm_end, flags & VM_READ ? 'r' : '-',
		flags & VM_WRITE ? 'w' : '-', flags & VM_EXEC ? 'x' : '-',
		flags & VM_MAYSHARE ? 's' : 'p', (unsigned long long)offset,
		MAJOR(dev), MINOR(dev),
		file ? (unsigned long long)file->f_inode->i_ino : 0);

	seq_write(m, line, (size_t)len);
	if (name)
		for (; len < NAME_COLUMN; len++)
			seq_putc(m, ' ');
}

void show_map_vma(struct seq_file *m, const struct vm_area_struct *vma)
{
	const char *name = vma->vm_file ? NULL : vma_name(vma);

	show_vma_header(m, vma, vma->vm_file || name);
	if (vma->vm_file)
		seq_file_path(m, vma->vm_file, "\n");
	else if (name)
		seq_puts(m, name);
	seq_putc(m, '\n');
}

void show_range(struct seq_file *m, vaddr_t start, vaddr_t end,
		const char *name)
{
	const struct vm_area_struct range = {.vm_start = start, .vm_end = end};

	show_vma_header(m, &range, true);
	seq_puts(m, name);
	seq_putc(m, '\n');
}

/* ---- the walk ---------------------------------------------------------- */

static void *vma_at(struct mm_struct *mm, int64_t *pos)
{
	struct vm_area_struct *vma = find_vma(mm, (vaddr_t)*pos);

	*pos = vma ? (int64_t)vma->vm_start : POS_GATE;
	return vma ? vma : (void *)get_gate_vma();
}

void *m_start(struct seq_file *m, int64_t *pos)
{
	struct mm_struct *mm = m->private;

	if (*pos == POS_END || !mm || !mmget_not_zero(mm))
		return NULL;
	down_read(m->curr, &mm->mmap_lock);
	return *pos == POS_GATE ? (void *)get_gate_vma() : vma_at(mm, pos);
}

void *m_next(struct seq_file *m, void *v, int64_t *pos)
{
	const struct vm_area_struct *vma = v;
	struct mm_struct *mm = m->private;

	if (*pos == POS_GATE) {
		*pos = POS_END;
		/* stop() is told of no VMA and doesn't know what we hold */
		m_stop(m, v);
		return NULL;
	}
	*pos = vma->vm_end;
	return vma_at(mm, pos);
}

void m_stop(struct seq_file *m, void *v)
{
	struct mm_struct *mm = m->private;

	if (IS_ERR_OR_NULL(v))
		return;
	up_read(m->curr, &mm->mmap_lock);
	mmput(m->curr, mm);
}

static int show_map(struct seq_file *m, void *v)
{
	show_map_vma(m, v);
	return m->overflow ? -ENOMEM : 0;
}

static const struct seq_operations maps_seq_ops = {
	.start = m_start,
	.next = m_next,
	.stop = m_stop,
	.show = show_map,
};

const struct proc_mm_ops proc_pid_maps_ops = {.seq = &maps_seq_ops};
