/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/PID/maps (Linux: fs/proc/task_mmu.c). The whole list is printed under
 * one hold of mmap_lock, so it is one moment's truth.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/fs/fcntl.h"
#include "kernel/fs/namei.h"
#include "kernel/mm/mm.h"
#include "kernel/state.h"

/* Where the name begins: 25 columns and a word's digits. */
#define NAME_COLUMN 49

static void show_head(struct seq_file *m, const struct vm_area_struct *vma)
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
	if (file || vma_name(vma))
		for (; len < NAME_COLUMN; len++)
			seq_putc(m, ' ');
}

/* Newlines in names would forge lines. */
static void show_path(struct seq_file *m, const char *path)
{
	for (; *path; path++) {
		if (*path == '\n')
			seq_puts(m, "\\012");
		else
			seq_putc(m, *path);
	}
}

static void show_vma(struct seq_file *m, const struct vm_area_struct *vma,
		     char *buf)
{
	show_head(m, vma);
	if (vma->vm_file)
		show_path(m, d_path(m->curr, vma->vm_file, buf, PATH_MAX));
	else if (vma_name(vma))
		seq_puts(m, vma_name(vma));
	seq_putc(m, '\n');
}

static void show_vmas(struct seq_file *m, struct mm_struct *mm, char *buf)
{
	const struct vm_area_struct *vma;

	down_read(m->curr, &mm->mmap_lock);
	for (vma = mm->mmap; vma; vma = vma->vm_next)
		show_vma(m, vma, buf);
	up_read(m->curr, &mm->mmap_lock);
	/* the kernel's own page, which every process sees */
	seq_puts(m, "ffff0000-ffff1000 r-xp 00000000 00:00 0"
		    "          [vectors]\n");
}

int proc_pid_maps(struct seq_file *m, struct task_struct *task)
{
	struct mm_struct *mm = task->mm;
	char *buf;

	if (!proc_may_access(m->curr, task))
		return -EACCES;
	if (!mm)
		return 0;
	mmget(mm);
	buf = getname_kernel(m->curr, "");
	if (!IS_ERR(buf))
		show_vmas(m, mm, buf);
	mmput(m->curr, mm);
	putname(m->curr, buf);
	return IS_ERR(buf) ? -ENOMEM : 0;
}
