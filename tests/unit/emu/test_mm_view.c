/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process's memory, page by page, beside the counts that its memory
 * descriptor keeps, whenever the machine is at rest: each page that is mapped
 * is there, with its kind, and each that is out is in a slot of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/emu/helper_watched.h"

#define GUEST(name) WATCHED_GUEST(name)
#define PAGE        4096u

/* What was seen, of all moments. */
struct seen {
	uint64_t nr_rests, every, nr_looks;
	uint64_t anon, file, swapped, shared, zero, dirty, huge, large, named;
};

/* One process at one moment. */
struct count {
	struct seen *seen;
	struct machine *m;
	int pid;
	uint64_t end; /* of the last mapping */
	uint32_t anon, other, swapped, moving;
};

static void count_page(struct count *count, const struct kernel_vma *vma,
		       const struct kernel_page *page)
{
	struct seen *seen = count->seen;

	if (!page->flags) {
		assert_int_equal(page->where, KERNEL_PAGE_NOWHERE);
		return;
	}
	count->swapped += !!(page->flags & KERNEL_PAGE_SWAPPED);
	count->moving += !!(page->flags & KERNEL_PAGE_MOVING);
	seen->zero += !!(page->flags & KERNEL_PAGE_ZERO);
	seen->dirty += !!(page->flags & KERNEL_PAGE_DIRTY);
	seen->shared += !!(page->kind & KERNEL_PAGE_SHARED);
	seen->huge += !!(page->kind & KERNEL_PAGE_HUGE);
	seen->large += !!(page->kind & KERNEL_PAGE_LARGE);
	if (!(page->flags & KERNEL_PAGE_PRESENT) ||
	    page->flags & KERNEL_PAGE_ZERO || vma->rights & KERNEL_VMA_DEVICE)
		return;
	if (page->kind & KERNEL_PAGE_ANON)
		count->anon++;
	else
		count->other++;
	if (page->flags & KERNEL_PAGE_WRITE)
		assert_true(vma->rights & KERNEL_VMA_WRITE);
}

/* Back from the frame: rmap finds an entry of this process for it. */
static void find_back(const struct count *count, const struct kernel_page *page)
{
	struct kernel_mapper mapper;
	struct kernel_page again;

	if (!(page->flags & KERNEL_PAGE_PRESENT) ||
	    page->flags & KERNEL_PAGE_ZERO || !(page->kind & KERNEL_PAGE_ANON))
		return;
	assert_true(kernel_find_mapper(count->m->kernel, page->where,
				       count->pid, &mapper));
	assert_int_equal(mapper.pid, count->pid);
	kernel_pages(count->m->kernel, mapper.pid, mapper.va, 1, &again);
	assert_int_equal(again.where, page->where);
}

static void count_vma(void *arg, const struct kernel_vma *vma)
{
	struct count *count = arg;
	uint32_t nr = (vma->end - vma->start) / PAGE;
	struct kernel_page *page = calloc(nr, sizeof(*page));

	assert_non_null(page);
	assert_true(vma->start >= count->end && vma->end > vma->start);
	count->end = vma->end;
	count->seen->named += !!vma->name[0];
	kernel_pages(count->m->kernel, count->pid, vma->start, nr, page);
	for (uint32_t i = 0; i < nr; i++) {
		count_page(count, vma, &page[i]);
		find_back(count, &page[i]);
	}
	free(page);
}

static void compare(void *arg, const struct kernel_process_info *process)
{
	struct count count = *(struct count *)arg;
	uint32_t rss = process->rss_anon + process->rss_file +
		       process->rss_shmem;

	if (process->exit_status != -1 || !process->mm)
		return;
	count.pid = process->pid;
	kernel_for_each_vma(count.m->kernel, process->pid, count_vma, &count);
	assert_int_equal(count.anon + count.other + count.moving, rss);
	assert_int_equal(count.swapped, process->swapped);
	if (!count.moving)
		assert_int_equal(count.anon, process->rss_anon);
	count.seen->anon += count.anon;
	count.seen->file += count.other;
	count.seen->swapped += count.swapped;
	count.seen->nr_looks++;
}

static void rest(void *arg, struct machine *m, struct machine_go *go)
{
	(void)go;
	struct seen *seen = arg;
	struct count count = {.seen = seen, .m = m};

	if (seen->nr_rests++ % seen->every == 0)
		kernel_for_each_process(m->kernel, compare, &count);
}

static struct seen run(const char *const *sets, size_t nr_sets, uint64_t every)
{
	struct seen seen = {.every = every};

	watched_run(WATCHED_BOARD("vexpress-a9"), sets, nr_sets, rest, &seen,
		    NULL);
	assert_true(seen.nr_looks > 50);
	assert_true(seen.anon && seen.file && seen.dirty && seen.named);
	return seen;
}

static void copies_and_children(void **state)
{
	static const char *const sets[] = {
		"run=[[" GUEST("cow") "], [" GUEST("anon") "]]"};
	struct seen seen = run(sets, 1, 1);

	(void)state;
	assert_true(seen.shared && seen.zero);
	assert_false(seen.swapped || seen.huge);
}

static void swap(void **state)
{
	static const char *const sets[] = {
		"run=[[" GUEST("swapset") ", 12, 1]]", "memory.size=16M",
		"swap.size=64M"};
	struct seen seen = run(sets, 3, 211);

	(void)state;
	assert_true(seen.swapped && seen.shared);
}

static void huge_and_large(void **state)
{
	static const char *const huge[] = {
		"run=[[" GUEST("hugewalk") "]]",
		"kernel.transparent_hugepage=always"};
	static const char *const large[] = {
		"run=[[" GUEST("hugewalk") "]]",
		"kernel.bootargs=thp_anon=64K:always"};

	(void)state;
	assert_true(run(huge, 2, 1).huge);
	assert_true(run(large, 2, 1).large);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_and_children),
		cmocka_unit_test(swap),
		cmocka_unit_test(huge_and_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
