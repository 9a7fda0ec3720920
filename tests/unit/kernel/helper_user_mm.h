/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_KERNEL_HELPER_USER_MM_H
#define TESTS_UNIT_KERNEL_HELPER_USER_MM_H

/*
 * A booted kernel with one task that has memory, and a file of memory alone
 * to map. User memory is touched through the MMU model, with faults, as
 * copy_to_user() does it.
 */

#include "tests/unit/kernel/helper_fake_hw.h"

#include "kernel/fs/dcache.h"
#include "kernel/fs/fs.h"
#include "kernel/mm/internal.h"
#include "kernel/mm/mman.h"
#include "kernel/task/sched.h"

struct user_mm {
	struct fake_hw *f;
	struct kernel *k;
	struct task_struct *curr;
	struct mm_struct *mm; /* the first process's, current at the start */
	struct inode inode; /* of `file`; page i holds bytes of value i + 1 */
	struct super_block sb;
	struct file file;
	bool file_io_error;
};

struct user_mm *user_mm_create(const struct fake_hw_config *config);
/* Ends all; fails the test when a frame is lost or the books don't agree. */
void user_mm_destroy(struct user_mm *u);

/* Another address space becomes the current one. */
void enter_mm(struct user_mm *u, struct mm_struct *mm);
/* fork()'s memory; NULL when that failed. */
struct mm_struct *fork_mm(struct user_mm *u);
/* Its last user goes; another mm must be current. */
void end_mm(struct user_mm *u, struct mm_struct *mm);

/* mmap(NULL or fixed, …); the address or -errno. */
uint32_t map(struct user_mm *u, vaddr_t vaddr, uint32_t len, uint32_t prot,
	     uint32_t flags);
uint32_t map_file(struct user_mm *u, vaddr_t vaddr, uint32_t len, uint32_t prot,
		  uint32_t flags, pgoff_t pgoff);
int unmap(struct user_mm *u, vaddr_t vaddr, uint32_t len);

/* As a program would; false: SIGSEGV or SIGBUS. */
bool store(struct user_mm *u, vaddr_t vaddr, uint32_t value);
bool load(struct user_mm *u, vaddr_t vaddr, uint32_t *value);
/* Loads, or fails the test. */
uint32_t peek32(struct user_mm *u, vaddr_t vaddr);

/* The Linux word at @vaddr of the current mm; 0 where there is no table. */
uint32_t pte_word(struct user_mm *u, vaddr_t vaddr);
uint32_t hw_word(struct user_mm *u, vaddr_t vaddr);
/* The page mapped there, or NULL. */
struct page *page_at(struct user_mm *u, vaddr_t vaddr);

/* What is resident, with what the current task has still to add. */
static inline uint32_t synced_counter(struct user_mm *u, int member)
{
	sync_mm_rss(u->curr, u->mm);
	return get_mm_counter(u->mm, member);
}
static inline uint32_t synced_rss(struct user_mm *u)
{
	sync_mm_rss(u->curr, u->mm);
	return get_mm_rss(u->mm);
}

/* Runs kernel_verify() and prints the log's end when it finds something. */
void verify_ok(struct user_mm *u);
uint64_t free_frames(struct user_mm *u);
/* "start-end rwxp pgoff" of each VMA, one a line. */
const char *maps(struct user_mm *u, char *buf, size_t size);

#endif
