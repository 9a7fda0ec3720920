/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * What the memory calls answer to bad requests: Linux's error numbers, from
 * its manual pages and sources. And where mappings go when the caller leaves
 * it open, limits that bite, and the oracle's layout.
 */

#include "tests/unit/kernel/helper_user_mm.h"

#include <errno.h>
#include <string.h>

#include "kernel/mm/mman_calls.h"
#include "kernel/syscall/syscall.h"

#define RW (PROT_READ | PROT_WRITE)

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

#define expect_errno(call, error) \
	assert_int_equal((int32_t)(call), -(int32_t)(error))

static void test_mmap(void **state)
{
	struct user_mm *u = *state;
	const vaddr_t at = 0x10000000;
	const uint32_t task_size = u->mm->task_size;

	expect_errno(map(u, 0, 0, RW, MAP_PRIVATE), EINVAL);
	expect_errno(map(u, 0, 0xfffff001, RW, MAP_PRIVATE), ENOMEM);
	expect_errno(map(u, 0, task_size + PAGE_SIZE, RW, MAP_PRIVATE), ENOMEM);
	expect_errno(map(u, 0, task_size, RW, MAP_PRIVATE), ENOMEM);
	expect_errno(map(u, 0, PAGE_SIZE, RW, 0), EINVAL);
	expect_errno(map(u, 0, PAGE_SIZE, RW, 0xf), EINVAL);
	expect_errno(map(u, at + 1, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED),
		     EINVAL);
	expect_errno(map(u, task_size, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED),
		     ENOMEM);
	expect_errno(map(u, 0, PAGE_SIZE, RW, MAP_SHARED | MAP_GROWSDOWN),
		     EINVAL);
	assert_int_equal(map(u, at, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED),
			 at);
	expect_errno(map(u, at - PAGE_SIZE, 3 * PAGE_SIZE, RW,
			 MAP_PRIVATE | MAP_FIXED_NOREPLACE),
		     EEXIST);
	/* Only a hint: another place will do. */
	assert_int_not_equal(map(u, at, PAGE_SIZE, RW, MAP_PRIVATE), at);
	assert_int_equal(map(u, at + PAGE_SIZE + 5, PAGE_SIZE, PROT_READ,
			     MAP_PRIVATE),
			 at + PAGE_SIZE);
	u->curr->cred.cap_effective = 0;
	/* the lowest two pages are nobody's, the others only root's */
	expect_errno(map(u, 0x1000, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED),
		     EINVAL);
	u->k->user.mmap_min_addr = 0x8000;
	expect_errno(map(u, 0x2000, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED),
		     EPERM);
	assert_int_equal(map(u, 0x3000, PAGE_SIZE, RW, MAP_PRIVATE), 0x8000);
	cred_init(u->curr);
}

static void test_mmap_file(void **state)
{
	struct user_mm *u = *state;
	static const struct file_operations no_mmap;
	const struct file_operations *fops = u->file.f_op;

	expect_errno(map_file(u, 0, 2 * PAGE_SIZE, PROT_READ, MAP_PRIVATE,
			      UINT32_MAX),
		     EOVERFLOW);
	expect_errno(map_file(u, 0, PAGE_SIZE, PROT_READ, 0, 0), EINVAL);
	expect_errno(map_file(u, 0, PAGE_SIZE, PROT_READ,
			      MAP_PRIVATE | MAP_GROWSDOWN, 0),
		     EINVAL);
	expect_errno(map_file(u, 0, PAGE_SIZE, PROT_READ,
			      MAP_SHARED_VALIDATE | MAP_SYNC, 0),
		     EOPNOTSUPP);
	u->file.f_mode = FMODE_READ;
	expect_errno(map_file(u, 0, PAGE_SIZE, RW, MAP_SHARED, 0), EACCES);
	assert_false(IS_ERR_VALUE(map_file(u, 0x20000000, PAGE_SIZE, PROT_READ,
					   MAP_SHARED | MAP_FIXED, 0)));
	expect_errno(do_mprotect(u->curr, 0x20000000, PAGE_SIZE, RW), EACCES);
	u->file.f_mode = FMODE_WRITE;
	expect_errno(map_file(u, 0, PAGE_SIZE, PROT_READ, MAP_PRIVATE, 0),
		     EACCES);
	u->file.f_mode = FMODE_READ | FMODE_WRITE;
	u->file.f_op = &no_mmap;
	expect_errno(map_file(u, 0, PAGE_SIZE, PROT_READ, MAP_PRIVATE, 0),
		     ENODEV);
	u->file.f_op = fops;
}

static void test_munmap_mprotect(void **state)
{
	struct user_mm *u = *state;
	const vaddr_t at = 0x10000000;
	struct task_struct *curr = u->curr;

	expect_errno(unmap(u, at + 1, PAGE_SIZE), EINVAL);
	expect_errno(unmap(u, at, 0), EINVAL);
	expect_errno(unmap(u, at, 0xfffff000), EINVAL);
	expect_errno(unmap(u, u->mm->task_size, PAGE_SIZE), EINVAL);
	assert_int_equal(unmap(u, at, PAGE_SIZE), 0); /* nothing there */

	map(u, at, 2 * PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	map(u, at + 3 * PAGE_SIZE, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	expect_errno(do_mprotect(curr, at + 1, PAGE_SIZE, RW), EINVAL);
	expect_errno(do_mprotect(curr, at, PAGE_SIZE, 0x10), EINVAL);
	expect_errno(do_mprotect(curr, at, 0xfffff000, RW), ENOMEM);
	expect_errno(do_mprotect(curr, at + 2 * PAGE_SIZE, PAGE_SIZE, RW),
		     ENOMEM);
	expect_errno(do_mprotect(curr, at, PAGE_SIZE,
				 RW | PROT_GROWSDOWN | PROT_GROWSUP),
		     EINVAL);
	expect_errno(do_mprotect(curr, at, PAGE_SIZE, RW | PROT_GROWSDOWN),
		     EINVAL);
	assert_int_equal(do_mprotect(curr, at, 0, RW), 0);
	/* What comes before the hole has changed. */
	expect_errno(do_mprotect(curr, at, 4 * PAGE_SIZE, PROT_READ), ENOMEM);
	assert_int_equal(find_vma(u->mm, at)->vm_flags & VM_WRITE, 0);
}

static void test_mremap(void **state)
{
	struct user_mm *u = *state;
	const vaddr_t at = 0x10000000;
	struct task_struct *curr = u->curr;

	map(u, at, 4 * PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	map(u, at + 4 * PAGE_SIZE, PAGE_SIZE, PROT_READ,
	    MAP_PRIVATE | MAP_FIXED);
	expect_errno(do_mremap(curr, at + 1, PAGE_SIZE, PAGE_SIZE, 0, 0),
		     EINVAL);
	expect_errno(do_mremap(curr, at, PAGE_SIZE, 0, 0, 0), EINVAL);
	expect_errno(do_mremap(curr, at, PAGE_SIZE, PAGE_SIZE, 8, 0), EINVAL);
	expect_errno(do_mremap(curr, at, PAGE_SIZE, PAGE_SIZE, MREMAP_FIXED,
			       0x20000000),
		     EINVAL);
	expect_errno(do_mremap(curr, at, PAGE_SIZE, 2 * PAGE_SIZE,
			       MREMAP_DONTUNMAP | MREMAP_MAYMOVE, 0),
		     EINVAL);
	expect_errno(do_mremap(curr, 0x30000000, PAGE_SIZE, 2 * PAGE_SIZE, 0,
			       0),
		     EFAULT);
	/* No room to grow, and may not move. */
	expect_errno(do_mremap(curr, at, 4 * PAGE_SIZE, 5 * PAGE_SIZE, 0, 0),
		     ENOMEM);
	/* Across two VMAs. */
	expect_errno(do_mremap(curr, at, 5 * PAGE_SIZE, 6 * PAGE_SIZE,
			       MREMAP_MAYMOVE, 0),
		     EFAULT);
	expect_errno(do_mremap(curr, at, 0, PAGE_SIZE, MREMAP_MAYMOVE, 0),
		     EINVAL);
	/* New place overlaps the old, is not aligned, or too high. */
	expect_errno(do_mremap(curr, at, 2 * PAGE_SIZE, 2 * PAGE_SIZE,
			       MREMAP_MAYMOVE | MREMAP_FIXED, at + PAGE_SIZE),
		     EINVAL);
	expect_errno(do_mremap(curr, at, PAGE_SIZE, PAGE_SIZE,
			       MREMAP_MAYMOVE | MREMAP_FIXED, 0x20000001),
		     EINVAL);
	expect_errno(do_mremap(curr, at, PAGE_SIZE, PAGE_SIZE,
			       MREMAP_MAYMOVE | MREMAP_FIXED, u->mm->task_size),
		     EINVAL);
	/* Shrinking unmaps the end. */
	assert_int_equal(do_mremap(curr, at, 4 * PAGE_SIZE, PAGE_SIZE, 0, 0),
			 at);
	assert_int_equal(find_vma(u->mm, at)->vm_end, at + PAGE_SIZE);
}

static void test_madvise_msync_mincore(void **state)
{
	struct user_mm *u = *state;
	const vaddr_t at = 0x10000000;
	struct task_struct *curr = u->curr;
	uint32_t vec;

	map(u, at, 2 * PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	map(u, at + 3 * PAGE_SIZE, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	expect_errno(do_madvise(curr, curr->mm, at, PAGE_SIZE, 99), EINVAL);
	expect_errno(do_madvise(curr, curr->mm, at + 1, PAGE_SIZE, MADV_NORMAL),
		     EINVAL);
	expect_errno(do_madvise(curr, curr->mm, at, 0xffffffff, MADV_NORMAL),
		     EINVAL);
	assert_int_equal(do_madvise(curr, curr->mm, at, 0, MADV_NORMAL), 0);
	expect_errno(do_madvise(curr, curr->mm, at + 2 * PAGE_SIZE, PAGE_SIZE,
				MADV_DONTNEED),
		     ENOMEM);
	/* Hole in the middle: the rest is done, and still ENOMEM. */
	store(u, at + 3 * PAGE_SIZE, 1);
	expect_errno(do_madvise(curr, curr->mm, at, 4 * PAGE_SIZE,
				MADV_DONTNEED),
		     ENOMEM);
	assert_int_equal(synced_rss(u), 0);

	expect_errno(do_msync(curr, at + 1, PAGE_SIZE, MS_SYNC), EINVAL);
	expect_errno(do_msync(curr, at, PAGE_SIZE, MS_SYNC | MS_ASYNC), EINVAL);
	expect_errno(do_msync(curr, at, PAGE_SIZE, 8), EINVAL);
	expect_errno(do_msync(curr, at, 4 * PAGE_SIZE, MS_SYNC), ENOMEM);
	assert_int_equal(do_msync(curr, at, 2 * PAGE_SIZE, MS_SYNC), 0);

	store(u, at, 0);
	expect_errno(mincore_range(curr, at + 1, PAGE_SIZE, at), EINVAL);
	expect_errno(mincore_range(curr, at, 3 * PAGE_SIZE, at), ENOMEM);
	expect_errno(mincore_range(curr, at, PAGE_SIZE, 0x50000000), EFAULT);
	expect_errno(mincore_range(curr, u->mm->task_size, PAGE_SIZE, at),
		     ENOMEM);
	assert_int_equal(mincore_range(curr, at, 2 * PAGE_SIZE, at), 0);
	vec = peek32(u, at);
	assert_int_equal(vec & 0xffff, 0x0001);
}

static void test_mlock(void **state)
{
	struct user_mm *u = *state;
	const vaddr_t at = 0x10000000;
	struct task_struct *curr = u->curr;

	curr->signal->rlim[RLIMIT_MEMLOCK].rlim_cur = 4 * PAGE_SIZE;
	curr->cred.cap_effective = 0;
	map(u, at, 8 * PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	assert_int_equal(do_mlock(curr, at + 5, 2 * PAGE_SIZE, VM_LOCKED), 0);
	assert_int_equal(u->mm->locked_vm, 3);
	assert_int_equal(synced_counter(u, MM_ANONPAGES), 3);
	/* the same memory once more is not more memory */
	assert_int_equal(do_mlock(curr, at, 3 * PAGE_SIZE, VM_LOCKED), 0);
	assert_int_equal(u->mm->locked_vm, 3);
	expect_errno(do_mlock(curr, at, 5 * PAGE_SIZE, VM_LOCKED), ENOMEM);
	expect_errno(do_mlock(curr, at + 100 * PAGE_SIZE, PAGE_SIZE, VM_LOCKED),
		     ENOMEM);
	expect_errno(do_madvise(curr, curr->mm, at, PAGE_SIZE, MADV_DONTNEED),
		     EINVAL);
	expect_errno(do_msync(curr, at, PAGE_SIZE, MS_INVALIDATE), EBUSY);
	expect_errno(map(u, 0, 4 * PAGE_SIZE, RW, MAP_PRIVATE | MAP_LOCKED),
		     EAGAIN);
	expect_errno(do_mlockall(curr, 0), EINVAL);
	expect_errno(do_mlockall(curr, MCL_ONFAULT), EINVAL);
	expect_errno(do_mlockall(curr, MCL_CURRENT), ENOMEM);
	curr->signal->rlim[RLIMIT_MEMLOCK].rlim_cur = 0;
	expect_errno(do_mlock(curr, at, PAGE_SIZE, VM_LOCKED), EPERM);
	verify_ok(u);
	assert_int_equal(do_munlock(curr, at, 8 * PAGE_SIZE), 0);
	assert_int_equal(u->mm->locked_vm, 0);
	/* Linux doesn't merge what has pages with what has none. */
	assert_int_equal(u->mm->map_count, 2);
	cred_init(curr);
}

static void test_limits(void **state)
{
	struct user_mm *u = *state;
	struct rlimit *rlim = u->curr->signal->rlim;
	const vaddr_t at = 0x10000000;

	rlim[RLIMIT_AS].rlim_cur = 4 * PAGE_SIZE;
	assert_int_equal(map(u, at, 4 * PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED),
			 at);
	expect_errno(map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE), ENOMEM);
	/* Over what is mapped: no more than before. */
	assert_int_equal(map(u, at, 4 * PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED),
			 at);
	rlim[RLIMIT_AS].rlim_cur = RLIM_INFINITY;

	rlim[RLIMIT_DATA].rlim_cur = 4 * PAGE_SIZE;
	expect_errno(map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE), ENOMEM);
	assert_false(
		IS_ERR_VALUE(map(u, 0, PAGE_SIZE, PROT_READ, MAP_PRIVATE)));
	rlim[RLIMIT_DATA].rlim_cur = RLIM_INFINITY;

	u->k->user.max_map_count = (uint32_t)u->mm->map_count;
	expect_errno(unmap(u, at + PAGE_SIZE, PAGE_SIZE), ENOMEM);
	expect_errno(do_mprotect(u->curr, at + PAGE_SIZE, PAGE_SIZE, PROT_READ),
		     ENOMEM);
	u->k->user.max_map_count = DEFAULT_MAX_MAP_COUNT;
	verify_ok(u);
}

static void test_overcommit(void **state)
{
	struct user_mm *u = *state;
	struct user_mm_state *user = &u->k->user;

	/* Guessing: one request beyond all of RAM is refused, two aren't. */
	expect_errno(map(u, 0, 257u << 20, RW, MAP_PRIVATE), ENOMEM);
	assert_false(IS_ERR_VALUE(map(u, 0, 200u << 20, RW, MAP_PRIVATE)));
	assert_false(IS_ERR_VALUE(map(u, 0, 200u << 20, RW, MAP_PRIVATE)));
	assert_false(IS_ERR_VALUE(
		map(u, 0, 300u << 20, RW, MAP_PRIVATE | MAP_NORESERVE)));
	user->overcommit_memory = OVERCOMMIT_ALWAYS;
	assert_false(IS_ERR_VALUE(map(u, 0, 300u << 20, RW, MAP_PRIVATE)));
	user->overcommit_memory = OVERCOMMIT_NEVER;
	expect_errno(map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE), ENOMEM);
	expect_errno(map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE | MAP_NORESERVE),
		     ENOMEM);
	assert_false(
		IS_ERR_VALUE(map(u, 0, PAGE_SIZE, PROT_READ, MAP_PRIVATE)));
}

/* As the oracle's: STACK_TOP less 128 MB; downwards, merging. */
static void test_top_down(void **state)
{
	struct user_mm *u = *state;
	vaddr_t base = u->mm->task_size - (128u << 20);
	char buf[512];

	assert_int_equal(u->mm->mmap_base, base);
	assert_int_equal(map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE),
			 base - PAGE_SIZE);
	assert_int_equal(map(u, 0, 2 * PAGE_SIZE, RW, MAP_PRIVATE),
			 base - 3 * PAGE_SIZE);
	assert_int_equal(u->mm->map_count, 1);
	/* The highest hole that fits. */
	assert_int_equal(unmap(u, base - 2 * PAGE_SIZE, PAGE_SIZE), 0);
	assert_int_equal(map(u, 0, 2 * PAGE_SIZE, PROT_READ, MAP_PRIVATE),
			 base - 5 * PAGE_SIZE);
	assert_int_equal(map(u, 0, PAGE_SIZE, PROT_READ, MAP_PRIVATE),
			 base - 2 * PAGE_SIZE);
	maps(u, buf, sizeof(buf));
	assert_string_equal(buf, "76ffb000-76ffd000 r--p 76ffb\n"
				 "76ffd000-76ffe000 rw-p 76ffd\n"
				 "76ffe000-76fff000 r--p 76ffe\n"
				 "76fff000-77000000 rw-p 76fff\n");
}

static void test_bottom_up(void **state)
{
	struct user_mm *u = *state;

	u->curr->signal->rlim[RLIMIT_STACK].rlim_cur = RLIM_INFINITY;
	arch_pick_mmap_layout(u->curr, u->mm,
			      task_rlimit(u->curr, RLIMIT_STACK));
	assert_int_equal(u->mm->mmap_base, 0x2b000000);
	assert_int_equal(map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE), 0x2b000000);
	assert_int_equal(map(u, 0, PAGE_SIZE, RW, MAP_PRIVATE), 0x2b001000);
}

/* .bss by the ELF loader, then the heap: two VMAs, as in the oracle. */
static void test_brk(void **state)
{
	struct user_mm *u = *state;
	struct mm_struct *mm = u->mm;
	const vaddr_t brk = 0x14f000;

	assert_int_equal(vm_brk_flags(u->curr, 0x14b000, 0x4000, 0), 0);
	mm->start_brk = brk;
	mm->brk = brk;
	assert_int_equal(do_brk(u->curr, 0), brk);
	assert_int_equal(do_brk(u->curr, brk + 100), brk + 100);
	assert_int_equal(mm->map_count, 2);
	assert_int_equal(do_brk(u->curr, brk + 0x22000), brk + 0x22000);
	assert_int_equal(mm->map_count, 2);
	assert_true(store(u, brk + 0x21000, 1));
	assert_string_equal(vma_name(mm->mmap), "[heap]");
	assert_string_equal(vma_name(mm->mmap->vm_next), "[heap]");
	assert_int_equal(do_brk(u->curr, brk + 0x1000), brk + 0x1000);
	assert_false(store(u, brk + 0x21000, 1));
	/* Something in the way: a page stays free before it. */
	map(u, brk + 0x3000, PAGE_SIZE, RW, MAP_PRIVATE | MAP_FIXED);
	assert_int_equal(do_brk(u->curr, brk + 0x3000), brk + 0x1000);
	assert_int_equal(do_brk(u->curr, brk + 0x2000), brk + 0x2000);
	assert_int_equal(do_brk(u->curr, 0xfffff000), brk + 0x2000);
	u->curr->signal->rlim[RLIMIT_DATA].rlim_cur = 0x2000;
	assert_int_equal(do_brk(u->curr, brk + 0x2001), brk + 0x2000);
	verify_ok(u);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_mmap),
		TEST(test_mmap_file),
		TEST(test_munmap_mprotect),
		TEST(test_mremap),
		TEST(test_madvise_msync_mincore),
		TEST(test_mlock),
		TEST(test_limits),
		TEST(test_overcommit),
		TEST(test_top_down),
		TEST(test_bottom_up),
		TEST(test_brk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
