/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/maccess.h"

/*
 * Careful copies (Linux: mm/maccess.c, whose fix-up is an exception table).
 * Page by page: one translation each, and the bytes behind it.
 */

#include <errno.h>
#include <string.h>

#include "kernel/arch/arm/fault.h"
#include "kernel/mm/kobj.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"
#include "mmu/mmu.h"

/* What is about to be written may have been run. */
static void tell_engine(const struct kernel *k, paddr_t paddr)
{
	if (PageCode(pfn_to_page(k, (pfn_t)(paddr >> PAGE_SHIFT))))
		k->hw.ops->code_changed(k->hw.ctx, paddr & ~0xfffull,
					PAGE_SIZE);
}

/* The bytes at @kaddr, up to the end of its page; NULL: out of reach. */
static uint8_t *bytes_at(struct task_struct *curr, vaddr_t kaddr,
			 enum mmu_kind kind)
{
	struct kernel *k = curr->k;
	struct mmu_result result;

	if (kaddr < k->arch.task_size)
		return NULL;
	while (!mmu_access(curr->cpu->mmu, kaddr, kind, MMU_PL1, &result))
		if (!kernel_abort(curr, &result.fault))
			return NULL;
	if (!paddr_is_ram(k, result.paddr))
		return NULL;
	if (kind == MMU_WRITE) {
		if (k->hw.ops->is_guarded(k->hw.ctx, result.paddr))
			return NULL;
		tell_engine(k, result.paddr);
	}
	return phys_bytes(k, result.paddr);
}

static uint32_t left_in_page(vaddr_t kaddr, uint32_t nr_bytes)
{
	uint32_t left = PAGE_SIZE - offset_in_page(kaddr);

	return left < nr_bytes ? left : nr_bytes;
}

int copy_from_kernel_nofault(struct task_struct *curr, void *to, vaddr_t from,
			     uint32_t nr_bytes)
{
	for (uint32_t done = 0, n; done < nr_bytes; done += n) {
		const uint8_t *bytes = bytes_at(curr, from + done, MMU_READ);

		if (!bytes)
			return -EFAULT;
		n = left_in_page(from + done, nr_bytes - done);
		memcpy((uint8_t *)to + done, bytes, n);
	}
	return 0;
}

int copy_to_kernel_nofault(struct task_struct *curr, vaddr_t to,
			   const void *from, uint32_t nr_bytes)
{
	for (uint32_t done = 0, n; done < nr_bytes; done += n) {
		uint8_t *bytes = bytes_at(curr, to + done, MMU_WRITE);

		if (!bytes)
			return -EFAULT;
		n = left_in_page(to + done, nr_bytes - done);
		memcpy(bytes, (const uint8_t *)from + done, n);
	}
	return 0;
}

int strncpy_from_kernel_nofault(struct task_struct *curr, char *to,
				vaddr_t from, uint32_t size)
{
	uint32_t len = 0;

	while (len < size - 1) {
		const uint8_t *bytes = bytes_at(curr, from + len, MMU_READ);
		uint32_t most = left_in_page(from + len, size - 1 - len);
		uint32_t n;

		if (!bytes) {
			to[len] = '\0';
			return -EFAULT;
		}
		n = (uint32_t)strnlen((const char *)bytes, most);
		memcpy(to + len, bytes, n);
		len += n;
		if (n < most)
			break;
	}
	to[len] = '\0';
	return (int)len;
}
