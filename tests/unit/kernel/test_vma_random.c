/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Random mmap, munmap, mprotect, mremap, madvise, fork and stores, beside a
 * model that knows each page by itself: what may be done with it, which file
 * page it shows, what it contains. After each step all pages are compared,
 * and every so often the kernel verifies its books, merged VMAs included.
 */

#include "tests/unit/kernel/helper_user_mm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/mm/rmap.h"

enum {
	NR = 96,
	BASE = 0x40000000,
	STEPS = 6000,
	MAX_PROCS = 4
};

enum kind {
	NOTHING,
	ANON,
	FILE_PRIVATE,
	FILE_SHARED
};

struct model_page {
	enum kind kind;
	uint32_t prot, flags; /* VM_DONTCOPY, VM_WIPEONFORK, … */
	pgoff_t index; /* of file pages */
	bool own; /* the value is of this page alone */
	uint32_t value;
};

struct proc {
	struct mm_struct *mm;
	struct model_page page[NR];
};

struct world {
	struct user_mm *u;
	struct proc proc[MAX_PROCS];
	int current;
	uint32_t file[NR]; /* first word of each page of the file */
	uint32_t random;
	char last[128];
};

static uint32_t rnd(struct world *w, uint32_t below)
{
	w->random = w->random * 1664525 + 1013904223;
	return (w->random >> 8) % below;
}

static vaddr_t va(uint32_t i)
{
	return BASE + i * PAGE_SIZE;
}

static struct model_page *pages(struct world *w)
{
	return w->proc[w->current].page;
}

static uint32_t some_prot(struct world *w)
{
	static const uint32_t prots[] = {PROT_NONE, PROT_READ,
					 PROT_READ | PROT_WRITE,
					 PROT_READ | PROT_WRITE,
					 PROT_READ | PROT_EXEC};

	return prots[rnd(w, 5)];
}

/* ---- steps ----------------------------------------------------------------------- */

static void step_mmap(struct world *w, uint32_t i, uint32_t n)
{
	enum kind kind = (enum kind)(ANON + rnd(w, 3));
	uint32_t prot = some_prot(w), flags = MAP_FIXED;
	pgoff_t index = rnd(w, 3) ? i : rnd(w, NR - n);
	uint32_t got;

	flags |= kind == FILE_SHARED ? MAP_SHARED : MAP_PRIVATE;
	if (kind == ANON)
		got = map(w->u, va(i), n * PAGE_SIZE, prot, flags);
	else
		got = map_file(w->u, va(i), n * PAGE_SIZE, prot, flags, index);
	snprintf(w->last, sizeof(w->last), "mmap kind %d %u+%u prot %u", kind,
		 i, n, prot);
	assert_int_equal(got, va(i));
	for (uint32_t p = 0; p < n; p++)
		pages(w)[i + p] = (struct model_page){
			.kind = kind,
			.prot = prot,
			.index = index + p,
		};
}

static void step_munmap(struct world *w, uint32_t i, uint32_t n)
{
	snprintf(w->last, sizeof(w->last), "munmap %u+%u", i, n);
	assert_int_equal(unmap(w->u, va(i), n * PAGE_SIZE), 0);
	memset(&pages(w)[i], 0, n * sizeof(struct model_page));
}

/* Up to the first hole, then -ENOMEM. */
static void step_mprotect(struct world *w, uint32_t i, uint32_t n)
{
	uint32_t prot = some_prot(w);
	int error = do_mprotect(w->u->curr, va(i), n * PAGE_SIZE, prot);

	snprintf(w->last, sizeof(w->last), "mprotect %u+%u to %u", i, n, prot);
	for (uint32_t p = i; p < i + n; p++) {
		if (pages(w)[p].kind == NOTHING) {
			assert_int_equal(error, -ENOMEM);
			return;
		}
		pages(w)[p].prot = prot;
	}
	assert_int_equal(error, 0);
}

static bool one_vma(struct world *w, uint32_t i, uint32_t n)
{
	struct vm_area_struct *vma = find_vma(w->u->curr->mm, va(i));

	return vma && vma->vm_start <= va(i) && vma->vm_end >= va(i + n);
}

/* Moves to a place that doesn't overlap. */
static void step_mremap(struct world *w, uint32_t i, uint32_t n)
{
	uint32_t to = rnd(w, NR - n);
	uint32_t got;

	if (!one_vma(w, i, n) || (to < i + n && i < to + n))
		return;
	snprintf(w->last, sizeof(w->last), "mremap %u+%u to %u", i, n, to);
	got = do_mremap(w->u->curr, va(i), n * PAGE_SIZE, n * PAGE_SIZE,
			MREMAP_MAYMOVE | MREMAP_FIXED, va(to));
	assert_int_equal(got, va(to));
	memcpy(&pages(w)[to], &pages(w)[i], n * sizeof(struct model_page));
	memset(&pages(w)[i], 0, n * sizeof(struct model_page));
}

static void drop_own(struct world *w, uint32_t i, uint32_t n)
{
	for (uint32_t p = i; p < i + n; p++)
		pages(w)[p].own = false;
}

static void step_madvise(struct world *w, uint32_t i, uint32_t n)
{
	static const struct {
		int behaviour;
		uint32_t set, clear;
	} advice[] = {
		{MADV_DONTNEED, 0, 0},
		{MADV_DONTFORK, VM_DONTCOPY, 0},
		{MADV_DOFORK, 0, VM_DONTCOPY},
		{MADV_RANDOM, VM_RAND_READ, VM_SEQ_READ},
		{MADV_SEQUENTIAL, VM_SEQ_READ, VM_RAND_READ},
		{MADV_NORMAL, 0, VM_RAND_READ | VM_SEQ_READ},
		{MADV_POPULATE_READ, 0, 0},
	};
	uint32_t a = rnd(w, 7);
	int error = do_madvise(w->u->curr, w->u->curr->mm, va(i), n * PAGE_SIZE,
			       advice[a].behaviour);

	snprintf(w->last, sizeof(w->last), "madvise %u+%u %d", i, n,
		 advice[a].behaviour);
	if (advice[a].behaviour == MADV_POPULATE_READ)
		return; /* stops at what it can't read */
	assert_true(error == 0 || error == -ENOMEM);
	if (advice[a].behaviour == MADV_DONTNEED)
		drop_own(w, i, n);
	for (uint32_t p = i; p < i + n; p++) {
		struct model_page *page = &pages(w)[p];

		if (page->kind == NOTHING) {
			assert_int_equal(error, -ENOMEM);
			continue;
		}
		page->flags &= ~advice[a].clear;
		page->flags |= advice[a].set;
	}
}

static void step_store(struct world *w, uint32_t i)
{
	struct model_page *page = &pages(w)[i];
	uint32_t value = rnd(w, 1u << 24);
	bool may = page->kind != NOTHING && page->prot & PROT_WRITE;

	snprintf(w->last, sizeof(w->last), "store %u", i);
	assert_int_equal(store(w->u, va(i), value), may);
	if (!may)
		return;
	if (page->kind == FILE_SHARED) {
		w->file[page->index] = value;
	} else {
		page->own = true;
		page->value = value;
	}
}

static void step_fork(struct world *w)
{
	int to = (int)rnd(w, MAX_PROCS);
	struct proc *child = &w->proc[to];

	if (to == w->current)
		return;
	snprintf(w->last, sizeof(w->last), "fork %d to %d", w->current, to);
	if (child->mm)
		end_mm(w->u, child->mm);
	*child = w->proc[w->current];
	child->mm = fork_mm(w->u);
	assert_non_null(child->mm);
	if (to == 0)
		w->u->mm = child->mm; /* the one that user_mm_destroy() ends */
	for (uint32_t p = 0; p < NR; p++)
		if (child->page[p].flags & VM_DONTCOPY)
			child->page[p] = (struct model_page){0};
}

static void step_switch(struct world *w)
{
	int to = (int)rnd(w, MAX_PROCS);

	if (!w->proc[to].mm)
		return;
	w->current = to;
	enter_mm(w->u, w->proc[to].mm);
}

/* ---- comparing ---------------------------------------------------------------------- */

static uint32_t content(const struct world *w, const struct model_page *page)
{
	if (page->own)
		return page->value;
	return page->kind == ANON ? 0 : w->file[page->index];
}

static void compare_page(struct world *w, uint32_t i)
{
	const struct model_page *page = &pages(w)[i];
	struct vm_area_struct *vma = find_vma(w->u->curr->mm, va(i));
	const uint32_t modelled = VM_ACCESS_FLAGS | VM_DONTCOPY | VM_RAND_READ |
				  VM_SEQ_READ;
	uint32_t value;

	if (page->kind == NOTHING) {
		if (vma && vma->vm_start <= va(i))
			fail_msg("page %u is mapped after %s", i, w->last);
		return;
	}
	if (!vma || vma->vm_start > va(i))
		fail_msg("page %u is not mapped after %s", i, w->last);
	if ((vma->vm_flags & modelled) != (page->prot | page->flags))
		fail_msg("page %u has flags 0x%x, not 0x%x, after %s", i,
			 vma->vm_flags & modelled, page->prot | page->flags,
			 w->last);
	assert_int_equal(!!(vma->vm_flags & VM_SHARED),
			 page->kind == FILE_SHARED);
	assert_int_equal(!!vma->vm_file, page->kind != ANON);
	if (vma->vm_file)
		assert_int_equal(vma->vm_pgoff + ((va(i) - vma->vm_start) >>
						  PAGE_SHIFT),
				 page->index);
	if (load(w->u, va(i), &value) != (page->prot != PROT_NONE))
		fail_msg("page %u's rights are wrong after %s", i, w->last);
	if (page->prot != PROT_NONE && value != content(w, page))
		fail_msg("page %u contains 0x%x, not 0x%x, after %s", i, value,
			 content(w, page), w->last);
}

static void step(struct world *w)
{
	uint32_t n = 1 + rnd(w, rnd(w, 4) ? 6 : 40);
	uint32_t i = rnd(w, NR - n);

	switch (rnd(w, 12)) {
	case 0:
	case 1:
		step_mmap(w, i, n);
		break;
	case 2:
		step_munmap(w, i, n);
		break;
	case 3:
	case 4:
		step_mprotect(w, i, n);
		break;
	case 5:
		step_mremap(w, i, n);
		break;
	case 6:
		step_madvise(w, i, n);
		break;
	case 7:
		step_fork(w);
		break;
	case 8:
		step_switch(w);
		break;
	default:
		step_store(w, i);
	}
}

static void run(uint32_t seed)
{
	struct world *w = calloc(1, sizeof(*w));

	w->u = user_mm_create(NULL);
	w->random = seed;
	w->u->inode.i_size = NR * PAGE_SIZE;
	w->proc[0].mm = w->u->mm;
	for (uint32_t i = 0; i < NR; i++)
		w->file[i] = (i + 1) * 0x01010101u;
	for (int s = 0; s < STEPS; s++) {
		step(w);
		/* Looking makes pages present, so look at a part only. */
		for (uint32_t i = rnd(w, 8); i < NR; i += 1 + rnd(w, 8))
			compare_page(w, i);
		if (s % 16 == 0)
			verify_ok(w->u);
	}
	verify_ok(w->u);
	enter_mm(w->u, w->u->mm);
	for (int p = 1; p < MAX_PROCS; p++) {
		if (!w->proc[p].mm)
			continue;
		end_mm(w->u, w->proc[p].mm);
		verify_ok(w->u);
	}
	user_mm_destroy(w->u);
	free(w);
}

/* MMUSCOPE_SEEDS=n runs n seeds. */
static void test_random(void **state)
{
	const char *seeds = getenv("MMUSCOPE_SEEDS");
	uint32_t n = seeds ? (uint32_t)atoi(seeds) : 4;

	(void)state;
	for (uint32_t seed = 1; seed <= n; seed++)
		run(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
