/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_TLB_VERIFY_H
#define KERNEL_ARCH_ARM_TLB_VERIFY_H

#include <stdint.h>

struct kernel;
struct mm_struct;

/*
 * Every TLB entry of a living address space against its table: same frame,
 * and no right that the table doesn't give. How many aren't, each logged.
 */
unsigned int verify_tlbs(struct kernel *k, struct mm_struct *const *mms,
			 uint32_t nr_mms);

#endif
