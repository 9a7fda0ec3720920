/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_TLB_VERIFY_H
#define KERNEL_ARCH_ARM_TLB_VERIFY_H

#include <stdint.h>

#include "kernel/mm/mm_types.h"

/*
 * Every TLB entry of a living address space against its table: same frame,
 * and no right that the table doesn't give. How many aren't, each logged.
 */
unsigned int verify_tlbs(struct kernel *k, struct mm_struct *const *mms,
			 uint32_t nr_mms);

/* A user's entry in a TLB. */
struct tlb_frame {
	const char *tlb; /* "main" */
	int cpu;
	uint32_t asid;
	vaddr_t va;
	pfn_t pfn; /* the first of nr_frames */
	uint32_t nr_frames;
};
/* Each of them that somebody could still use. */
void for_each_user_tlb_frame(struct kernel *k,
			     void (*each)(void *arg,
					  const struct tlb_frame *entry),
			     void *arg);
/* Whose it is; NULL: nobody has that ASID now. */
struct mm_struct *mm_of_tlb_frame(const struct kernel *k,
				  const struct tlb_frame *entry);
/* Walks of all cores so far; nothing enters a TLB without one. */
uint64_t nr_tlb_walks(const struct kernel *k);

#endif
