/* SPDX-License-Identifier: GPL-2.0-or-later */

/* See the header. */

#include "tests/unit/kernel/helper_user_mm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/arch/arm/mmu_context.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/internal.h"
#include "kernel/lib/err.h"
#include "kernel/mm/filemap.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/vmstat.h"
#include "kernel/task/sched_core.h"

/* ---- a file ------------------------------------------------------------------- */

static int test_readpage(struct task_struct *curr, struct file *file,
			 struct page *page)
{
	struct user_mm *u = page->mapping->host->i_private;

	(void)file;
	if (!u->file_io_error) {
		memset(page_bytes(curr->k, page), (int)page->index + 1,
		       PAGE_SIZE);
		SetPageUptodate(page);
	}
	unlock_page(curr, page);
	return u->file_io_error ? -EIO : 0;
}

static const struct address_space_operations test_aops = {
	.readpage = test_readpage,
	.write_begin = filemap_write_begin,
	.write_end = simple_write_end,
};

static const struct file_operations test_fops = {
	.read_iter = generic_file_read_iter,
	.write_iter = generic_file_write_iter,
	.mmap = generic_file_mmap,
};

static void make_file(struct user_mm *u)
{
	init_rwsem(&u->inode.i_rwsem);
	u->inode.k = u->k;
	u->inode.i_private = u;
	u->inode.i_sb = &u->sb;
	u->inode.i_size = 64 * PAGE_SIZE;
	address_space_init(&u->inode.i_data, &u->inode);
	u->inode.i_data.a_ops = &test_aops;
	u->file.f_inode = &u->inode;
	u->file.f_mapping = &u->inode.i_data;
	u->file.f_op = &test_fops;
	u->file.f_mode = FMODE_READ | FMODE_WRITE;
	u->file.f_count = 1;
	u->file.f_ra.ra_pages = 32;
	u->file.f_ra.prev_pos = -1;
}

/* ---- a task --------------------------------------------------------------------- */

struct user_mm *user_mm_create(const struct fake_hw_config *config)
{
	static const struct fake_hw_config reference;
	struct user_mm *u = calloc(1, sizeof(*u));

	assert_non_null(u);
	u->f = fake_hw_create(config ? config : &reference);
	fake_mm_init(u->f);
	u->k = u->f->k;
	u->curr = fake_curr(u->f);
	if (!u->curr->signal)
		fork_init(u->curr);
	u->curr->flags &= ~PF_KTHREAD;
	u->mm = mm_alloc(u->curr);
	assert_non_null(u->mm);
	make_file(u);
	enter_mm(u, u->mm);
	arch_pick_mmap_layout(u->curr, u->mm,
			      task_rlimit(u->curr, RLIMIT_STACK));
	return u;
}

void user_mm_destroy(struct user_mm *u)
{
	enter_mm(u, NULL);
	mmput(u->curr, u->mm);
	truncate_inode_pages_final(u->curr, &u->inode.i_data);
	assert_int_equal(u->file.f_count, 1);
	verify_ok(u);
	assert_int_equal(global_page_state(u->k, NR_ANON_PAGES), 0);
	assert_int_equal(global_page_state(u->k, NR_FILE_PAGES), 0);
	assert_int_equal(global_page_state(u->k, NR_PAGE_TABLE_PAGES), 0);
	assert_int_equal(u->k->user.committed_pages, 0);
	fake_hw_destroy(u->f);
	free(u);
}

void enter_mm(struct user_mm *u, struct mm_struct *mm)
{
	if (u->curr->mm)
		sync_mm_rss(u->curr, u->curr->mm);
	u->curr->mm = mm;
	switch_mm(u->curr->cpu, mm ? mm : &u->k->init_mm);
}

struct mm_struct *fork_mm(struct user_mm *u)
{
	struct mm_struct *old = u->curr->mm;
	struct mm_struct *mm = mm_alloc(u->curr);

	assert_non_null(mm);
	mm->mmap_base = old->mmap_base;
	mm->mmap_legacy_base = old->mmap_legacy_base;
	mm->start_brk = old->start_brk;
	mm->brk = old->brk;
	if (dup_mmap(u->curr, mm, old)) {
		mmput(u->curr, mm);
		return NULL;
	}
	return mm;
}

void end_mm(struct user_mm *u, struct mm_struct *mm)
{
	assert_ptr_not_equal(u->curr->mm, mm);
	mmput(u->curr, mm);
}

/* ---- calls -------------------------------------------------------------------------- */

uint32_t map(struct user_mm *u, vaddr_t vaddr, uint32_t len, uint32_t prot,
	     uint32_t flags)
{
	return vm_mmap_pgoff(u->curr, NULL, vaddr, len, prot,
			     flags | MAP_ANONYMOUS, 0);
}

uint32_t map_file(struct user_mm *u, vaddr_t vaddr, uint32_t len, uint32_t prot,
		  uint32_t flags, pgoff_t pgoff)
{
	return vm_mmap_pgoff(u->curr, &u->file, vaddr, len, prot, flags, pgoff);
}

int unmap(struct user_mm *u, vaddr_t vaddr, uint32_t len)
{
	int error;

	down_write(u->curr, &u->curr->mm->mmap_lock);
	error = do_munmap(u->curr, u->curr->mm, vaddr, len);
	up_write(u->curr, &u->curr->mm->mmap_lock);
	return error;
}

bool store(struct user_mm *u, vaddr_t vaddr, uint32_t value)
{
	return !put_user_u32(u->curr, value, vaddr);
}

bool load(struct user_mm *u, vaddr_t vaddr, uint32_t *value)
{
	return !get_user_u32(u->curr, value, vaddr);
}

uint32_t peek32(struct user_mm *u, vaddr_t vaddr)
{
	uint32_t value;

	if (!load(u, vaddr, &value))
		fail_msg("0x%08x can't be read", vaddr);
	return value;
}

uint32_t pte_word(struct user_mm *u, vaddr_t vaddr)
{
	pte_t *pte = pte_lookup(u->curr->mm, vaddr);

	return pte ? pte_val(*pte) : 0;
}

uint32_t hw_word(struct user_mm *u, vaddr_t vaddr)
{
	pte_t *pte = pte_lookup(u->curr->mm, vaddr);

	return pte ? ptep_hw_word(pte) : 0;
}

struct page *page_at(struct user_mm *u, vaddr_t vaddr)
{
	uint32_t word = pte_word(u, vaddr);

	return word ? pte_page(u->k, __pte(word)) : NULL;
}

/* ---- looking ---------------------------------------------------------------------------- */

void verify_ok(struct user_mm *u)
{
	size_t before = u->f->log_len;

	/* the task is on no list, where the verifier would look for it */
	if (u->curr->mm)
		sync_mm_rss(u->curr, u->curr->mm);
	if (!kernel_verify(u->k))
		return;
	fail_msg("the books don't agree:\n%s", u->f->log + before);
}

uint64_t free_frames(struct user_mm *u)
{
	uint64_t pcp = 0;
	struct zone *zone;

	for_each_zone(zone, u->k)
		for (int cpu = 0; cpu < NR_CPUS; cpu++)
			pcp += (uint64_t)zone->pcp[cpu].count;
	return (uint64_t)global_page_state(u->k, NR_FREE_PAGES) + pcp;
}

const char *maps(struct user_mm *u, char *buf, size_t size)
{
	const struct vm_area_struct *vma = u->curr->mm->mmap;
	size_t len = 0;

	buf[0] = 0;
	for (; vma && len < size; vma = vma->vm_next)
		len += (size_t)snprintf(buf + len, size - len,
					"%08x-%08x %c%c%c%c %x\n",
					vma->vm_start, vma->vm_end,
					vma->vm_flags & VM_READ ? 'r' : '-',
					vma->vm_flags & VM_WRITE ? 'w' : '-',
					vma->vm_flags & VM_EXEC ? 'x' : '-',
					vma->vm_flags & VM_MAYSHARE ? 's' : 'p',
					vma->vm_pgoff);
	return buf;
}
