/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MM_VERIFY_H
#define KERNEL_MM_VERIFY_H

/* The two halves of the verifier: verify.c and verify_vma.c. */

#include <stdio.h>

#include "kernel/mm/mm_types.h"
#include "kernel/state.h"

/* One run of kernel_verify(): what was counted so far. */
struct verify {
	struct kernel *k;
	unsigned int nr_errors;
	pfn_t first_pfn;
	uint32_t nr_frames;
	uint32_t *tally; /* entries that map each frame */
	struct mm_struct **mms;
	uint32_t nr_mms;
	int64_t nr_anon, nr_mapped, nr_file, nr_shmem, nr_tables;
	int64_t nr_mlock, nr_unevictable;
	int64_t nr_committed;
};

/* One address space of it. */
struct verify_mm {
	struct mm_struct *mm;
	int32_t rss[NR_MM_COUNTERS];
	uint32_t nr_tables;
};

/*
 * Verifies if kernel_params.verify asks for it at @when, and books what is
 * wrong. The kernel stops at its next return to the machine (kernel_trap()).
 */
void verify_at(struct kernel *k, enum kernel_verify_when when);

/* One line in the log. */
void verify_fail(struct verify *v, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* List, tree, holes, merging, sizes, anon_vmas, files of one mm's VMAs. */
void verify_vmas(struct verify *v, struct mm_struct *mm);
/* A whole file's cache, once: when @page is the first in it. */
void verify_mapping(struct verify *v, struct address_space *mapping,
		    const struct page *page);

#endif
