/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Bugs that Linux's memory management once had, or could have had: what each
 * would break is asked for here, in the fewest steps that show it. Those that
 * other tests show on their way aren't repeated. tests/mutate puts each bug
 * back, to see that it is found.
 */

#include "tests/unit/kernel/helper_ksm.h"
#include "tests/unit/kernel/helper_swap.h"

#include "kernel/arch/arm/mmu_context.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/proc/internal.h"
#include "kernel/fs/seq_file.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/iov_iter.h"
#include "kernel/mm/huge_mm.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/mlock.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/mman_calls.h"
#include "kernel/mm/oom_kill.h"
#include "kernel/mm/shmem.h"
#include "kernel/mm/writeback.h"

/* Areas have no disk: what is written stays in the swap cache. */
int swap_writepage(struct task_struct *curr, struct page *page)
{
	unlock_page(curr, page);
	return 0;
}

static int setup(void **state)
{
	*state = user_mm_create(NULL);
	return 0;
}

static int teardown(void **state)
{
	user_mm_destroy(*state);
	return 0;
}

static uint32_t map_at(struct user_mm *u, vaddr_t vaddr, uint32_t nr_pages,
		       uint32_t prot)
{
	assert_int_equal(map(u, vaddr, nr_pages * PAGE_SIZE, prot,
			     MAP_PRIVATE | MAP_FIXED),
			 vaddr);
	return vaddr;
}

/* u->file becomes one of memory, as memfd_create() makes it. */
static void make_shmem(struct user_mm *u)
{
	shmem_init_inode(&u->inode, VM_NORESERVE);
	u->inode.i_seals = 0;
	u->inode.i_count = 1;
	u->file.f_op = u->inode.i_fop;
}

/* ---- faults ------------------------------------------------------------------ */

/* Who is killed for want of memory shall not go on with zeroes. */
static void test_reaped_memory_is_lost(void **state)
{
	struct user_mm *u = *state;

	map_at(u, VA, 2, RW);
	assert_true(store(u, VA, 1));
	zap_page_range(u->curr, find_vma(u->mm, VA), VA, PAGE_SIZE);
	u->mm->flags |= MMF_UNSTABLE;
	assert_false(store(u, VA, 2));
	assert_int_equal(pte_word(u, VA), 0);
	u->mm->flags &= ~MMF_UNSTABLE;
}

static int mmap_nothing(struct task_struct *curr, struct file *file,
			struct vm_area_struct *vma)
{
	(void)curr, (void)file, (void)vma;
	return 0;
}

static void test_file_without_pages(void **state)
{
	static const struct file_operations fops = {.mmap = mmap_nothing};
	struct user_mm *u = *state;
	uint32_t value;

	u->file.f_op = &fops;
	map_file(u, VA, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED, 0);
	assert_false(vma_is_anonymous(find_vma(u->mm, VA)));
	assert_false(load(u, VA, &value));
	assert_false(store(u, VA, 1));
}

/* Frames that a process gave back are handed out again, last ones first. */
static void test_new_memory_is_zero(void **state)
{
	struct user_mm *u = *state;
	uint32_t again = 0;
	pfn_t before[16];

	map_at(u, VA, 16, RW);
	for (uint32_t i = 0; i < 16; i++) {
		assert_true(store(u, AT(i) + 8, 0xdeadbeef));
		before[i] = page_to_pfn(u->k, page_at(u, AT(i)));
	}
	assert_int_equal(unmap(u, VA, 16 * PAGE_SIZE), 0);
	map_at(u, VA, 16, RW);
	for (uint32_t i = 0; i < 16; i++) {
		assert_true(store(u, AT(i), 1));
		assert_int_equal(peek32(u, AT(i) + 8), 0);
		for (uint32_t j = 0; j < 16; j++)
			again += page_to_pfn(u->k, page_at(u, AT(i))) ==
				 before[j];
	}
	assert_true(again > 0);
}

static void test_nothing_mapped_behind_the_end(void **state)
{
	struct user_mm *u = *state;
	vaddr_t all = map_file(u, 0, 64 * PAGE_SIZE, PROT_READ, MAP_SHARED, 0);

	for (uint32_t i = 0; i < 64; i++)
		peek32(u, all + i * PAGE_SIZE);
	assert_int_equal(map_file(u, VA, 4 * PAGE_SIZE, PROT_READ,
				  MAP_SHARED | MAP_FIXED, 0),
			 VA);
	peek32(u, AT(3));
	assert_int_equal(pte_word(u, AT(4)), 0);
	verify_ok(u);
}

static void test_mapped_counts_pages(void **state)
{
	struct user_mm *u = *state;
	const int64_t before = global_page_state(u->k, NR_MAPPED);

	for (uint32_t i = 0; i < 3; i++) {
		map_file(u, AT(2 * i), PAGE_SIZE, PROT_READ,
			 MAP_SHARED | MAP_FIXED, 5);
		peek32(u, AT(2 * i));
	}
	assert_int_equal(page_mapcount(page_at(u, VA)), 3);
	assert_int_equal(global_page_state(u->k, NR_MAPPED), before + 1);
	assert_int_equal(unmap(u, VA, 5 * PAGE_SIZE), 0);
	assert_int_equal(global_page_state(u->k, NR_MAPPED), before);
}

/* Asked whether the page may be written to: yes, and it is gone by then. */
static vm_fault_t truncating_mkwrite(struct vm_fault *vmf)
{
	truncate_setsize(vmf->curr, vmf->vma->vm_file->f_inode, 0);
	return 0;
}

static const struct vm_operations_struct truncating_vm_ops = {
	.fault = filemap_fault,
	.page_mkwrite = truncating_mkwrite,
};

static int mmap_truncating(struct task_struct *curr, struct file *file,
			   struct vm_area_struct *vma)
{
	(void)curr, (void)file;
	vma->vm_ops = &truncating_vm_ops;
	return 0;
}

static void test_truncated_while_asked(void **state)
{
	static const struct file_operations fops = {.mmap = mmap_truncating};
	struct user_mm *u = *state;

	u->file.f_op = &fops;
	map_file(u, VA, PAGE_SIZE, RW, MAP_SHARED | MAP_FIXED, 0);
	assert_false(store(u, VA, 1));
	assert_int_equal(pte_word(u, VA), 0);
	verify_ok(u);
}

/* ---- copy on write ------------------------------------------------------------ */

/* A child that shares the page, which holds 1, at VA. */
static struct mm_struct *sharing_child(struct user_mm *u)
{
	map_at(u, VA, 1, RW);
	assert_true(store(u, VA, 1));
	return fork_mm(u);
}

/* It still reads 1, and ends. */
static void child_saw_nothing(struct user_mm *u, struct mm_struct *child)
{
	verify_ok(u);
	enter_mm(u, child);
	assert_int_equal(peek32(u, VA), 1);
	enter_mm(u, u->mm);
	end_mm(u, child);
	verify_ok(u);
}

static void test_protection_given_back_is_no_copy(void **state)
{
	struct user_mm *u = *state;
	struct mm_struct *child = sharing_child(u);

	assert_int_equal(do_mprotect(u->curr, VA, PAGE_SIZE, PROT_READ), 0);
	assert_int_equal(do_mprotect(u->curr, VA, PAGE_SIZE, RW), 0);
	assert_true(store(u, VA, 2));
	child_saw_nothing(u, child);
}

/* A debugger sets a breakpoint in what a fork shares. */
static void test_forced_write_makes_a_copy(void **state)
{
	struct user_mm *u = *state;
	struct mm_struct *child = sharing_child(u);
	uint32_t two = 2;

	assert_int_equal(do_mprotect(u->curr, VA, PAGE_SIZE, PROT_READ), 0);
	assert_int_equal(access_remote_vm(u->curr, u->mm, VA, &two, sizeof(two),
					  FOLL_WRITE | FOLL_FORCE),
			 sizeof(two));
	assert_int_equal(peek32(u, VA), 2);
	child_saw_nothing(u, child);
}

/* Into a copy, not into what the file is for everybody else. */
static void test_forced_write_spares_the_file(void **state)
{
	struct user_mm *u = *state;
	const struct page *page;
	uint32_t two = 2;

	map_file(u, VA, PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_FIXED, 0);
	assert_int_equal(peek32(u, VA), 0x01010101);
	page = page_at(u, VA);
	assert_int_equal(access_remote_vm(u->curr, u->mm, VA, &two, sizeof(two),
					  FOLL_WRITE | FOLL_FORCE),
			 sizeof(two));
	assert_int_equal(peek32(u, VA), 2);
	assert_int_equal(*(uint32_t *)page_bytes(u->k, page), 0x01010101);
}

static void test_back_from_swap_is_shared(void **state)
{
	struct user_mm *u = *state;
	struct swap_info_struct *si = add_swap_area(u, 0, 512, NULL);
	struct mm_struct *child = sharing_child(u);

	unlock_page(u->curr, swap_out(u, VA));
	assert_true(store(u, VA, 2));
	child_saw_nothing(u, child);
	assert_int_equal(unmap(u, VA, PAGE_SIZE), 0);
	drop_swap_area(u, si);
}

static void test_sealed_file_private_copy(void **state)
{
	struct user_mm *u = *state;
	struct mm_struct *child;

	make_shmem(u);
	u->inode.i_seals = F_SEAL_FUTURE_WRITE;
	map_file(u, VA, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED, 0);
	assert_true(store(u, VA, 1));
	child = fork_mm(u);
	assert_true(store(u, VA, 2));
	child_saw_nothing(u, child);
	assert_int_equal(do_mprotect(u->curr, VA, PAGE_SIZE, PROT_READ), 0);
	assert_int_equal(do_mprotect(u->curr, VA, PAGE_SIZE, RW), 0);
}

/* ---- VMAs --------------------------------------------------------------------- */

/* What a child copies is looked for with the child alone; and beside it. */
static void test_family_stays_apart(void **state)
{
	struct user_mm *u = *state;
	struct mm_struct *child;

	map_at(u, VA, 1, RW);
	assert_true(store(u, VA, 1));
	child = fork_mm(u);
	assert_ptr_not_equal(find_vma(child, VA)->anon_vma,
			     find_vma(u->mm, VA)->anon_vma);
	enter_mm(u, child);
	assert_true(store(u, VA, 2));
	map_at(u, AT(1), 1, RW);
	assert_int_equal(find_vma(child, VA)->vm_end, AT(1));
	enter_mm(u, u->mm);
	end_mm(u, child);
	/* Who has no parent may grow. */
	map_at(u, AT(1), 1, RW);
	assert_int_equal(find_vma(u->mm, VA)->vm_end, AT(2));
}

static void fail_object(struct user_mm *u, uint32_t nth)
{
	u->k->inject.failslab.ignore_gfp_reclaim = false;
	fault_attr_arm(&u->k->inject.failslab.attr, nth, 1);
}

/* Each object that a hole in the middle needs is refused once. */
static void test_split_fails_cleanly(void **state)
{
	struct user_mm *u = *state;
	int error = -ENOMEM;
	uint32_t n;

	map_at(u, VA, 5, RW);
	assert_true(store(u, AT(2), 1));
	for (n = 1; error && n < 20; n++) {
		fail_object(u, n);
		error = unmap(u, AT(2), PAGE_SIZE);
		fail_object(u, 0);
		verify_ok(u);
		if (!error)
			break;
		assert_int_equal(error, -ENOMEM);
		assert_int_equal(peek32(u, AT(2)), 1);
	}
	assert_in_range(n, 3, 19);
	assert_int_equal(u->mm->map_count, 2);
}

static void test_grow_from_the_middle(void **state)
{
	struct user_mm *u = *state;

	map_at(u, VA, 4, RW);
	assert_int_equal(do_mremap(u->curr, AT(2), 2 * PAGE_SIZE, 4 * PAGE_SIZE,
				   0, 0),
			 AT(2));
	assert_int_equal(find_vma(u->mm, VA)->vm_end, AT(6));
	assert_int_equal(u->mm->map_count, 1);
}

/* What can't be unmapped after it was moved is still promised. */
static void test_move_fails_cleanly(void **state)
{
	struct user_mm *u = *state;
	uint32_t n, left = 0;

	for (n = 1; n < 20; n++) {
		vaddr_t to;

		map_at(u, VA, 6, RW);
		assert_true(store(u, AT(2), 1));
		fail_object(u, n);
		to = do_mremap(u->curr, AT(2), PAGE_SIZE, 2 * PAGE_SIZE,
			       MREMAP_MAYMOVE, 0);
		fail_object(u, 0);
		verify_ok(u);
		left += !IS_ERR_VALUE(to) &&
			find_vma(u->mm, AT(2))->vm_start <= AT(2);
		assert_int_equal(unmap(u, VA, 6 * PAGE_SIZE), 0);
		if (!IS_ERR_VALUE(to))
			assert_int_equal(unmap(u, to, 2 * PAGE_SIZE), 0);
		verify_ok(u);
	}
	assert_true(left > 0);
}

static void close_nothing(struct task_struct *curr, struct vm_area_struct *vma)
{
	(void)curr, (void)vma;
}

static const struct vm_operations_struct closing_vm_ops = {
	.fault = filemap_fault,
	.close = close_nothing,
};

static int mmap_closing(struct task_struct *curr, struct file *file,
			struct vm_area_struct *vma)
{
	(void)curr, (void)file;
	vma->vm_ops = &closing_vm_ops;
	return 0;
}

/* It merges with nothing; but it may grow. */
static void test_grow_what_is_closed(void **state)
{
	static const struct file_operations fops = {.mmap = mmap_closing};
	struct user_mm *u = *state;

	u->file.f_op = &fops;
	map_file(u, VA, 2 * PAGE_SIZE, RW, MAP_SHARED | MAP_FIXED, 0);
	assert_int_equal(
		do_mremap(u->curr, VA, 2 * PAGE_SIZE, 4 * PAGE_SIZE, 0, 0), VA);
	assert_int_equal(peek32(u, AT(3)), 0x04040404);
}

static void test_writable_memory_is_promised(void **state)
{
	struct user_mm *u = *state;

	map_at(u, VA, 3, PROT_READ);
	assert_int_equal(u->k->user.committed_pages, 0);
	assert_int_equal(do_mprotect(u->curr, AT(1), PAGE_SIZE, RW), 0);
	assert_int_equal(u->k->user.committed_pages, 1);
	verify_ok(u);
}

/* No file of 4 GB that isn't a regular one. */
static void test_offset_no_file_has(void **state)
{
	struct user_mm *u = *state;

	assert_int_equal(map_file(u, VA, PAGE_SIZE, PROT_READ, MAP_SHARED,
				  0x100000),
			 (uint32_t)-EOVERFLOW);
}

static void test_fixed_without_replacing(void **state)
{
	struct user_mm *u = *state;
	const uint32_t flags = MAP_PRIVATE | MAP_FIXED_NOREPLACE;

	map_at(u, AT(3), 1, RW);
	assert_true(store(u, AT(3), 1));
	assert_int_equal(map(u, VA, 4 * PAGE_SIZE, RW, flags),
			 (uint32_t)-EEXIST);
	assert_int_equal(map(u, AT(3), PAGE_SIZE, RW, flags),
			 (uint32_t)-EEXIST);
	assert_int_equal(peek32(u, AT(3)), 1);
	assert_int_equal(map(u, VA, 3 * PAGE_SIZE, RW, flags), VA);
}

/* Below it a page that the program has put there, to guard it. */
static void test_stack_above_a_guard_page(void **state)
{
	struct user_mm *u = *state;

	map_at(u, VA, 1, PROT_NONE);
	map(u, AT(8), PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED | MAP_GROWSDOWN);
	assert_true(store(u, AT(4), 1));
	assert_int_equal(find_vma(u->mm, AT(8))->vm_start, AT(4));
	map_at(u, VA, 1, PROT_READ); /* anybody's memory */
	assert_false(store(u, AT(3), 1));
}

static void test_stack_ends_above_null(void **state)
{
	struct user_mm *u = *state;
	const vaddr_t low = mmap_min_addr(u->k);

	map(u, low, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED | MAP_GROWSDOWN);
	assert_true(store(u, low, 1));
	assert_false(store(u, low - 4, 1));
	assert_int_equal(find_vma(u->mm, 0)->vm_start, low);
}

/* What one such call has cut into pieces another may put together. */
static void test_remapped_file_is_remapped(void **state)
{
	struct user_mm *u = *state;

	map_file(u, VA, 8 * PAGE_SIZE, RW, MAP_SHARED | MAP_FIXED, 0);
	assert_int_equal(
		do_remap_file_pages(u->curr, AT(2), PAGE_SIZE, 0, 5, 0), 0);
	assert_int_equal(peek32(u, AT(2)), 0x06060606);
	assert_int_equal(u->mm->map_count, 3);
	assert_int_equal(
		do_remap_file_pages(u->curr, VA, 8 * PAGE_SIZE, 0, 8, 0), 0);
	assert_int_equal(peek32(u, AT(2)), 0x0b0b0b0b);
	assert_int_equal(u->mm->map_count, 1);
}

static void test_heap_larger_than_memory(void **state)
{
	struct user_mm *u = *state;

	assert_int_equal(vm_brk_flags(u->curr, VA, (uint32_t)-5, 0), -ENOMEM);
	assert_int_equal(vm_brk_flags(u->curr, VA, 0, 0), 0);
	assert_int_equal(u->mm->map_count, 0);
}

/* ---- swap --------------------------------------------------------------------- */

static void test_swapoff_finds_the_child(void **state)
{
	struct user_mm *u = *state;
	struct swap_info_struct *si = add_swap_area(u, 0, 512, NULL);
	struct mm_struct *child;

	map_at(u, VA, 1, RW);
	assert_true(store(u, VA, 1));
	unlock_page(u->curr, swap_out(u, VA));
	child = fork_mm(u);
	assert_false(list_empty(&child->mmlist));
	/* The child alone has it, and nobody reads the disk for it. */
	assert_int_equal(unmap(u, VA, PAGE_SIZE), 0);
	assert_int_equal(try_to_unuse(u->curr, si), 0);
	enter_mm(u, child);
	assert_int_equal(peek32(u, VA), 1);
	enter_mm(u, u->mm);
	end_mm(u, child);
	drop_swap_area(u, si);
}

/* Page @i of the file, which nobody maps, goes out. */
static void shmem_out(struct user_mm *u, pgoff_t i)
{
	struct page *page = find_get_page(&u->inode.i_data, i);

	assert_true(trylock_page(page));
	assert_int_not_equal(shmem_writepage(u->curr, page),
			     AOP_WRITEPAGE_ACTIVATE);
	put_page(u->curr, page);
}

static void test_swapoff_of_one_area(void **state)
{
	struct user_mm *u = *state;
	struct swap_info_struct *a = add_swap_area(u, 2, 512, NULL), *b;

	make_shmem(u);
	map_file(u, VA, 2 * PAGE_SIZE, RW, MAP_SHARED | MAP_FIXED, 0);
	assert_true(store(u, VA, 1) && store(u, AT(1), 2));
	assert_int_equal(unmap(u, VA, 2 * PAGE_SIZE), 0);
	shmem_out(u, 0);
	b = add_swap_area(u, 3, 512, NULL);
	shmem_out(u, 1);
	assert_true(a->inuse_pages == 1 && b->inuse_pages == 1);
	assert_int_equal(shmem_unuse(u->curr, a->type), 0);
	assert_int_equal(u->inode.i_swapped, 1);
	assert_int_equal(b->inuse_pages, 1);
	assert_int_equal(shmem_unuse(u->curr, b->type), 0);
	assert_int_equal(u->inode.i_swapped, 0);
	truncate_setsize(u->curr, &u->inode, 0);
	drop_swap_area(u, b);
	drop_swap_area(u, a);
}

/* The disk failed: the bytes of the frame are anything but the page's. */
static void swap_out_unreadable(struct user_mm *u)
{
	struct page *page;

	map_at(u, VA, 1, RW);
	assert_true(store(u, VA, 1));
	page = swap_out(u, VA);
	ClearPageUptodate(page);
	unlock_page(u->curr, page);
}

static void test_unreadable_page_is_no_memory(void **state)
{
	struct user_mm *u = *state;
	struct swap_info_struct *si = add_swap_area(u, 0, 512, NULL);
	uint32_t value;

	swap_out_unreadable(u);
	assert_false(load(u, VA, &value));
	assert_int_equal(unmap(u, VA, PAGE_SIZE), 0);
	swap_out_unreadable(u);
	assert_int_equal(try_to_unuse(u->curr, si), 0);
	assert_false(load(u, VA, &value));
	drop_swap_area(u, si);
}

/* ---- locked memory ------------------------------------------------------------ */

static void test_locks_are_counted_once(void **state)
{
	struct user_mm *u = *state;
	struct mm_struct *child;

	map_at(u, VA, 2, RW);
	assert_int_equal(do_mlock(u->curr, VA, 2 * PAGE_SIZE,
				  VM_LOCKED | VM_LOCKONFAULT),
			 0);
	assert_int_equal(u->mm->locked_vm, 2);
	assert_int_equal(do_mlock(u->curr, VA, 2 * PAGE_SIZE, VM_LOCKED), 0);
	assert_int_equal(u->mm->locked_vm, 2);
	child = fork_mm(u);
	assert_int_equal(child->locked_vm, 0);
	assert_false(find_vma(child, VA)->vm_flags & VM_LOCKED);
	end_mm(u, child);
	assert_int_equal(unmap(u, VA, PAGE_SIZE), 0);
	assert_int_equal(u->mm->locked_vm, 1);
	verify_ok(u);
}

/* ---- files -------------------------------------------------------------------- */

/* What was there before a reservation that fails stays. */
static void test_fallocate_takes_back_its_own(void **state)
{
	struct user_mm *u = *state;
	int error;

	make_shmem(u);
	map_file(u, VA, 8 * PAGE_SIZE, RW, MAP_SHARED | MAP_FIXED, 0);
	assert_true(store(u, AT(1), 7));
	fault_attr_arm(&u->k->inject.fail_page_alloc.attr, 3, 1);
	error = u->file.f_op->fallocate(u->curr, &u->file, 0, 0, 8 * PAGE_SIZE);
	fault_attr_arm(&u->k->inject.fail_page_alloc.attr, 0, 1);
	assert_int_equal(error, -ENOMEM);
	assert_int_equal(u->inode.i_data.nrpages, 1);
	assert_int_equal(peek32(u, AT(1)), 7);
}

/* What is stored while it is written is to be written again. */
static void test_sent_off_is_protected(void **state)
{
	struct user_mm *u = *state;
	struct page *page;

	map_file(u, VA, PAGE_SIZE, RW, MAP_SHARED | MAP_FIXED, 0);
	assert_true(store(u, VA, 1));
	page = page_at(u, VA);
	assert_true(trylock_page(page));
	assert_true(clear_page_dirty_for_io(u->curr, page));
	unlock_page(u->curr, page);
	assert_false(PageDirty(page));
	assert_true(pte_word(u, VA) & L_PTE_RDONLY);
	assert_true(store(u, VA, 2));
	assert_true(PageDirty(page));
}

static void test_mincore_of_others_files(void **state)
{
	struct user_mm *u = *state;
	struct cred *cred = &u->curr->cred;
	const uint64_t capable_of = cred->cap_effective;

	map_at(u, AT(4), 1, RW);
	map_file(u, VA, 4 * PAGE_SIZE, PROT_READ, MAP_SHARED | MAP_FIXED, 60);
	peek32(u, VA);
	u->inode.i_mode = S_IFREG | 0644;
	truncate_setsize(u->curr, &u->inode, 61 * PAGE_SIZE);
	assert_int_equal(mincore_range(u->curr, VA, 4 * PAGE_SIZE, AT(4)), 0);
	assert_int_equal(peek32(u, AT(4)), 0x00000001);
	u->inode.i_uid = 1000;
	cred->cap_effective = 0;
	cred->fsuid = 1001;
	assert_int_equal(mincore_range(u->curr, VA, 4 * PAGE_SIZE, AT(4)), 0);
	assert_int_equal(peek32(u, AT(4)), 0x01010101);
	cred->fsuid = 1000;
	assert_int_equal(mincore_range(u->curr, VA, 4 * PAGE_SIZE, AT(4)), 0);
	assert_int_equal(peek32(u, AT(4)), 0x00000001);
	cred->fsuid = 0;
	cred->cap_effective = capable_of;
}

/* Bits 0 to 54 of the entry of VA in /proc/PID/pagemap. */
static uint64_t shown_frame(struct user_mm *u, bool admin)
{
	struct seq_file m = {.private = u->mm, .admin = admin};
	int64_t pos = (int64_t)(VA >> PAGE_SHIFT) * 8;
	uint64_t entry = 0;
	struct iov_iter to;

	iov_iter_kernel(&to, &entry, sizeof(entry));
	assert_int_equal(proc_pid_pagemap_ops.read(u->curr, &m, &to, &pos), 8);
	assert_true(entry >> 63); /* present */
	return entry & ((UINT64_C(1) << 55) - 1);
}

static void test_frames_are_secret(void **state)
{
	struct user_mm *u = *state;

	map_at(u, VA, 1, RW);
	assert_true(store(u, VA, 1));
	assert_int_equal(shown_frame(u, true),
			 page_to_pfn(u->k, page_at(u, VA)));
	assert_int_equal(shown_frame(u, false), 0);
}

/* ---- huge pages, KSM ------------------------------------------------------------ */

static void test_huge_page_split_stays_dirty(void **state)
{
	struct user_mm *u = *state;
	const vaddr_t va = 8 * PMD_SIZE;

	u->k->thp.configured = true;
	u->k->thp.orders_always = THP_ORDER_PMD;
	map_at(u, va, HPAGE_PMD_NR, RW);
	assert_true(store(u, va, 1));
	assert_true(pte_val(pmd_pte(*pmd_off(u->mm, va))) & L_PTE_DIRTY);
	split_huge_pmd(u->curr, u->mm, pmd_off(u->mm, va), va);
	assert_true(pte_word(u, va) & L_PTE_DIRTY);
	assert_true(pte_word(u, va + PMD_SIZE - PAGE_SIZE) & L_PTE_DIRTY);
	assert_true(store(u, va, 2));
	assert_int_equal(u->k->faults.mkdirty, 0);
}

static int ksm_before(void **state)
{
	*state = ksm_begin(NULL, 4);
	return 0;
}

static int ksm_after(void **state)
{
	ksm_end(*state, 4);
	return 0;
}

/* Somebody may be writing through it just now. */
static void test_ksm_leaves_what_is_held(void **state)
{
	struct user_mm *u = *state;
	struct page *held;

	assert_true(store(u, AT(0), 7) && store(u, AT(1), 7));
	held = page_at(u, AT(0));
	get_page(held);
	for (int i = 0; i < 4; i++)
		ksm_do_scan(u->curr);
	assert_int_equal(u->k->ksm.pages_sharing, 0);
	put_page(u->curr, held);
	scan(u, 4);
	assert_int_equal(u->k->ksm.pages_sharing, 1);
}

/* Alone with it or not, who writes to a KSM page makes a copy. */
static void test_ksm_page_is_never_reused(void **state)
{
	struct user_mm *u = *state;
	struct page *merged;

	assert_true(store(u, AT(0), 7) && store(u, AT(1), 7));
	scan(u, 4);
	merged = page_at(u, AT(0));
	assert_ptr_equal(page_at(u, AT(1)), merged);
	assert_true(store(u, AT(1), 8));
	assert_int_equal(page_mapcount(merged), 1);
	assert_true(store(u, AT(0), 9)); /* copied before it is freed */
	assert_ptr_not_equal(page_at(u, AT(0)), merged);
	assert_int_equal(u->k->vmstat.event[COW_KSM], 2);
	verify_ok(u);
}

/* ---- ASIDs --------------------------------------------------------------------- */

/*
 * Core 0 rolls over while core 1 runs `b`; then `b` gets its new number on
 * core 0. Core 1, which still has the old number's entries, must flush before
 * it goes on with `b`, whose number looks up to date by then.
 */
static void test_rollover_reaches_all_cores(void **state)
{
	struct fake_hw *f =
		fake_hw_create(&(struct fake_hw_config){.nr_cpus = 2});
	static struct mm_struct mm[NUM_ASIDS + 8];
	struct cpu *one, *two;
	struct mm_struct *b = &mm[NUM_ASIDS + 7];

	(void)state;
	fake_mm_init(f);
	one = &f->k->sched.cpus[0];
	two = &f->k->sched.cpus[1];
	memset(mm, 0, sizeof(mm));
	for (uint32_t i = 0; i < NUM_ASIDS + 8; i++) {
		mm[i].k = f->k;
		mm[i].pgd_paddr = f->k->init_mm.pgd_paddr;
		init_new_context(&mm[i]);
	}
	switch_mm(two, b);
	for (uint32_t i = 0; i < NUM_ASIDS; i++)
		switch_mm(one, &mm[i]);
	assert_true(two->tlb_flush_pending);
	switch_mm(one, b); /* core 1 moves with it, but hasn't flushed */
	for (uint32_t i = 0; i < NUM_ASIDS; i++)
		assert_int_not_equal(mm[i].context.id, b->context.id);
	switch_mm(two, &f->k->init_mm);
	switch_mm(two, b);
	assert_false(two->tlb_flush_pending);
	fake_hw_destroy(f);
}

/* ---- nodes -------------------------------------------------------------------- */

/* Page i of VA to node @nodes[i], and what is said of each at AT(8) + 24. */
static int32_t move_three(struct user_mm *u, const uint32_t nodes[3])
{
	const vaddr_t at = AT(8);

	for (uint32_t i = 0; i < 3; i++)
		assert_true(store(u, at + 4 * i, AT(i)) &&
			    store(u, at + 12 + 4 * i, nodes[i]) &&
			    store(u, at + 24 + 4 * i, 77));
	return do_move_pages(u->curr, 0, 3, at, at + 12, at + 24, MPOL_MF_MOVE);
}

static void test_move_pages_tells_all(void **state)
{
	const struct fake_hw_config config = {
		.bank = {{0x60000000, 0x1000000, 0},
			 {0x61000000, 0x1000000, 1}},
	};
	struct user_mm *u = user_mm_create(&config);
	struct page *held;

	(void)state;
	map_at(u, VA, 3, RW);
	map_at(u, AT(8), 1, RW);
	for (uint32_t i = 0; i < 3; i++)
		assert_true(store(u, AT(i), i));
	/* They move, and then they lie right. */
	for (int round = 0; round < 2; round++) {
		assert_int_equal(move_three(u, (uint32_t[]){1, 1, 1}), 0);
		for (uint32_t i = 0; i < 3; i++)
			assert_int_equal(peek32(u, AT(8) + 24 + 4 * i), 1);
	}
	/* Somebody holds the first: the others aren't even tried. */
	held = page_at(u, AT(0));
	get_page(held);
	assert_int_equal(move_three(u, (uint32_t[]){0, 1, 0}), 3);
	put_page(u->curr, held);
	user_mm_destroy(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define KSM_TEST(name) \
	cmocka_unit_test_setup_teardown(name, ksm_before, ksm_after)
		TEST(test_reaped_memory_is_lost),
		TEST(test_file_without_pages),
		TEST(test_new_memory_is_zero),
		TEST(test_nothing_mapped_behind_the_end),
		TEST(test_mapped_counts_pages),
		TEST(test_truncated_while_asked),
		TEST(test_protection_given_back_is_no_copy),
		TEST(test_forced_write_makes_a_copy),
		TEST(test_forced_write_spares_the_file),
		TEST(test_back_from_swap_is_shared),
		TEST(test_sealed_file_private_copy),
		TEST(test_family_stays_apart),
		TEST(test_split_fails_cleanly),
		TEST(test_grow_from_the_middle),
		TEST(test_move_fails_cleanly),
		TEST(test_grow_what_is_closed),
		TEST(test_writable_memory_is_promised),
		TEST(test_offset_no_file_has),
		TEST(test_fixed_without_replacing),
		TEST(test_stack_above_a_guard_page),
		TEST(test_stack_ends_above_null),
		TEST(test_remapped_file_is_remapped),
		TEST(test_heap_larger_than_memory),
		TEST(test_swapoff_finds_the_child),
		TEST(test_swapoff_of_one_area),
		TEST(test_unreadable_page_is_no_memory),
		TEST(test_locks_are_counted_once),
		TEST(test_fallocate_takes_back_its_own),
		TEST(test_sent_off_is_protected),
		TEST(test_mincore_of_others_files),
		TEST(test_frames_are_secret),
		TEST(test_huge_page_split_stays_dirty),
		KSM_TEST(test_ksm_leaves_what_is_held),
		KSM_TEST(test_ksm_page_is_never_reused),
		cmocka_unit_test(test_rollover_reaches_all_cores),
		cmocka_unit_test(test_move_pages_tells_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
