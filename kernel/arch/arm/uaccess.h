/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_ARCH_ARM_UACCESS_H
#define KERNEL_ARCH_ARM_UACCESS_H

/*
 * User memory as the kernel reaches it: through the same MMU with the user's
 * rights, faulting and fixed up (arch/arm/include/asm/uaccess.h). All may
 * sleep and may reschedule.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

struct task_struct;

/* Could all of these be addresses of @curr's own user memory? */
bool access_ok(const struct task_struct *curr, vaddr_t vaddr,
	       uint32_t nr_bytes);
/* Bytes that could NOT be copied; 0 is success. */
uint32_t copy_to_user(struct task_struct *curr, vaddr_t to, const void *from,
		      uint32_t nr_bytes);
uint32_t copy_from_user(struct task_struct *curr, void *to, vaddr_t from,
			uint32_t nr_bytes);
/*
 * Doesn't fault anything in, so that it may be called with page faults
 * disabled; what wasn't copied leaves @to as it was.
 */
uint32_t copy_from_user_inatomic(struct task_struct *curr, void *to,
				 vaddr_t from, uint32_t nr_bytes);
uint32_t clear_user(struct task_struct *curr, vaddr_t to, uint32_t nr_bytes);
/* 0 or -EFAULT. */
int get_user_u8(struct task_struct *curr, uint8_t *to, vaddr_t from);
int get_user_u32(struct task_struct *curr, uint32_t *to, vaddr_t from);
int put_user_u32(struct task_struct *curr, uint32_t value, vaddr_t to);
/*
 * Makes a word writable as a write would, and leaves it as it is: the next
 * access doesn't sleep. 0 or -EFAULT.
 */
int fault_in_user_writeable(struct task_struct *curr, vaddr_t vaddr);
/*
 * Length without the NUL, or -EFAULT; @size when there was no NUL within
 * @size bytes (nothing terminated then).
 */
int32_t strncpy_from_user(struct task_struct *curr, char *to, vaddr_t from,
			  uint32_t size);

#endif
