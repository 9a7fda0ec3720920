/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/uaccess.h"

/*
 * User memory from kernel code (Linux: arch/arm/lib/copy_*_user.S, with its
 * exception table). Each page is translated by the core's own MMU with the
 * user's rights, as LDRT and STRT do; a refused access is an abort in kernel
 * mode, and where that can't be resolved the copy ends early.
 *
 * MODEL: one access a page, where hardware makes one for each word; it is
 * what the TLB sees of it that counts. What a program has mapped of a device is
 * read and written by words, but isn't cleared, nor has it strings.
 */

#include <stdbool.h>
#include <string.h>

#include "kernel/arch/arm/fault.h"
#include "kernel/arch/arm/touch.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/work.h"
#include "kernel/mm/detect.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/page_flags.h"
#include "kernel/state.h"
#include "mmu/mmu.h"

/* Is all of it below TASK_SIZE, and is there an address space at all? */
bool access_ok(const struct task_struct *curr, vaddr_t vaddr, uint32_t nr_bytes)
{
	uint32_t task_size = curr->k->arch.task_size;

	return curr->mm && nr_bytes <= task_size &&
	       vaddr <= task_size - nr_bytes;
}

/* Some frames can't be read any more. Is this one of those? Takes the abort. */
static bool runs_into_poison(struct task_struct *curr, vaddr_t vaddr,
			     enum mmu_kind kind, paddr_t paddr)
{
	const struct mmu_fault fault = {.type = MMU_FAULT_PARITY,
					.write = kind == MMU_WRITE,
					.far = vaddr};

	if (!curr->k->hw.ops->is_poisoned(curr->k->hw.ctx, paddr))
		return false;
	kernel_abort(curr, &fault);
	return true;
}

static bool translate(struct task_struct *curr, vaddr_t vaddr,
		      enum mmu_kind kind, paddr_t *paddr)
{
	struct mmu_result result;

	while (unlikely(
		!mmu_access(curr->cpu->mmu, vaddr, kind, MMU_PL0, &result))) {
		pay_walk(curr, result.cycles);
		if (!kernel_abort(curr, &result.fault))
			return false;
	}
	pay_walk(curr, result.cycles);
	*paddr = result.paddr;
	return likely(!curr->k->memory_failure.any_poisoned) ||
	       !runs_into_poison(curr, vaddr, kind, result.paddr);
}

/* What a program names that is no RAM: a device's address, or none. */
#define NO_DEVICE UINT64_MAX

/*
 * For reading at @vaddr, up to the page's end. NULL: no bytes, but perhaps a
 * @device.
 */
static const uint8_t *user_bytes(struct task_struct *curr, vaddr_t vaddr,
				 uint64_t *device)
{
	paddr_t paddr;

	*device = NO_DEVICE;
	if (!translate(curr, vaddr, MMU_READ, &paddr))
		return NULL;
	if (likely(paddr_is_ram(curr->k, paddr)))
		return phys_bytes(curr->k, paddr);
	*device = paddr;
	return NULL;
}

/* For writing @nr_bytes, which don't leave the page. */
static uint8_t *user_bytes_mut(struct task_struct *curr, vaddr_t vaddr,
			       uint32_t nr_bytes, uint64_t *device)
{
	const struct hw *hw = &curr->k->hw;
	const struct page *page;
	paddr_t paddr;

	*device = NO_DEVICE;
	if (!translate(curr, vaddr, MMU_WRITE, &paddr))
		return NULL;
	if (unlikely(!paddr_is_ram(curr->k, paddr))) {
		*device = paddr;
		return NULL;
	}
	page = pfn_to_page(curr->k, (pfn_t)(paddr >> PAGE_SHIFT));
	if (unlikely(PageReserved(page) || PageTable(page)) &&
	    hw->ops->is_guarded(hw->ctx, paddr))
		return NULL;
	if (PageCode(page))
		hw->ops->code_changed(hw->ctx, paddr, nr_bytes);
	return phys_bytes(curr->k, paddr);
}

static uint32_t up_to_page_end(vaddr_t vaddr, uint32_t nr_bytes)
{
	uint32_t left = PAGE_SIZE - offset_in_page(vaddr);

	return nr_bytes < left ? nr_bytes : left;
}

/* ---- devices --------------------------------------------------------------------- */

/* Size of the next access: a word where one fits. */
static unsigned int io_part(paddr_t paddr, uint32_t nr_bytes)
{
	return nr_bytes >= 4 && !(paddr & 3) ? 4 : 1;
}

/* Bytes that it gave; the rest is an external abort. */
static uint32_t read_device(const struct hw *hw, uint8_t *to, uint64_t device,
			    uint32_t nr_bytes)
{
	uint32_t done = 0, value = 0;

	while (device != NO_DEVICE && done < nr_bytes) {
		const paddr_t paddr = (paddr_t)device + done;
		unsigned int n = io_part(paddr, nr_bytes - done);

		if (!hw->ops->io_read(hw->ctx, paddr, n, &value))
			break;
		memcpy(to + done, &value, n);
		done += n;
	}
	return done;
}

static uint32_t write_device(const struct hw *hw, uint64_t device,
			     const uint8_t *from, uint32_t nr_bytes)
{
	uint32_t done = 0;

	while (device != NO_DEVICE && done < nr_bytes) {
		const paddr_t paddr = (paddr_t)device + done;
		unsigned int n = io_part(paddr, nr_bytes - done);
		uint32_t value = 0;

		memcpy(&value, from + done, n);
		if (!hw->ops->io_write(hw->ctx, paddr, n, value))
			break;
		done += n;
	}
	return done;
}

/* ---- copies ----------------------------------------------------------------------- */

uint32_t copy_to_user(struct task_struct *curr, vaddr_t to, const void *from,
		      uint32_t nr_bytes)
{
	const uint8_t *source = from;

	if (!access_ok(curr, to, nr_bytes) ||
	    should_fail(curr, &curr->k->inject.fail_usercopy, nr_bytes,
			__func__))
		return nr_bytes;
	detect_read(curr->k, from, nr_bytes, "a program");
	while (nr_bytes) {
		uint32_t part = up_to_page_end(to, nr_bytes);
		uint64_t device;
		uint8_t *page = user_bytes_mut(curr, to, part, &device);

		if (likely(page)) {
			memcpy(page, source, part);
			touch_bytes(curr, source, part, MMU_READ);
			touch_user(curr, page, part, MMU_WRITE);
		} else {
			uint32_t done = write_device(&curr->k->hw, device,
						     source, part);

			if (done < part)
				return nr_bytes - done;
		}
		charge_work(curr, WORK_COPY, part);
		to += part;
		source += part;
		nr_bytes -= part;
	}
	return nr_bytes;
}

/* Bytes not copied; @to is as it was there. */
static uint32_t raw_copy_from_user(struct task_struct *curr, uint8_t *target,
				   vaddr_t from, uint32_t nr_bytes)
{
	if (!access_ok(curr, from, nr_bytes) ||
	    should_fail(curr, &curr->k->inject.fail_usercopy, nr_bytes,
			"copy_from_user"))
		return nr_bytes;
	while (nr_bytes) {
		uint32_t part = up_to_page_end(from, nr_bytes);
		uint64_t device;
		const uint8_t *page = user_bytes(curr, from, &device);

		if (likely(page)) {
			memcpy(target, page, part);
			touch_user(curr, page, part, MMU_READ);
			touch_bytes(curr, target, part, MMU_WRITE);
		} else {
			uint32_t done = read_device(&curr->k->hw, target,
						    device, part);

			if (done < part)
				return nr_bytes - done;
		}
		charge_work(curr, WORK_COPY, part);
		from += part;
		target += part;
		nr_bytes -= part;
	}
	return nr_bytes;
}

uint32_t copy_from_user(struct task_struct *curr, void *to, vaddr_t from,
			uint32_t nr_bytes)
{
	uint32_t left;

	if (!nr_bytes)
		return 0; /* @to may be NULL, which memset() may not be given */
	left = raw_copy_from_user(curr, to, from, nr_bytes);
	/* what wasn't copied must not show what the buffer held before */
	memset((uint8_t *)to + nr_bytes - left, 0, left);
	return left;
}

uint32_t copy_from_user_inatomic(struct task_struct *curr, void *to,
				 vaddr_t from, uint32_t nr_bytes)
{
	uint32_t left;

	curr->pagefault_disabled++;
	left = raw_copy_from_user(curr, to, from, nr_bytes);
	curr->pagefault_disabled--;
	return left;
}

uint32_t clear_user(struct task_struct *curr, vaddr_t to, uint32_t nr_bytes)
{
	if (!access_ok(curr, to, nr_bytes))
		return nr_bytes;
	while (nr_bytes) {
		uint32_t part = up_to_page_end(to, nr_bytes);
		uint64_t device;
		uint8_t *page = user_bytes_mut(curr, to, part, &device);

		if (!page)
			break;
		memset(page, 0, part);
		touch_user(curr, page, part, MMU_WRITE);
		charge_work(curr, WORK_ZERO, part);
		to += part;
		nr_bytes -= part;
	}
	return nr_bytes;
}

int get_user_u8(struct task_struct *curr, uint8_t *to, vaddr_t from)
{
	return copy_from_user(curr, to, from, 1) ? -EFAULT : 0;
}

int get_user_u32(struct task_struct *curr, uint32_t *to, vaddr_t from)
{
	return copy_from_user(curr, to, from, 4) ? -EFAULT : 0;
}

int put_user_u32(struct task_struct *curr, uint32_t value, vaddr_t to)
{
	return copy_to_user(curr, to, &value, 4) ? -EFAULT : 0;
}

int fault_in_user_writeable(struct task_struct *curr, vaddr_t vaddr)
{
	uint64_t device;

	if (!access_ok(curr, vaddr, 4))
		return -EFAULT;
	return user_bytes_mut(curr, vaddr, 4, &device) ? 0 : -EFAULT;
}

int32_t strncpy_from_user(struct task_struct *curr, char *to, vaddr_t from,
			  uint32_t size)
{
	uint32_t done = 0;

	if (!curr->mm)
		return -EFAULT;
	while (done < size) {
		uint32_t part = up_to_page_end(from + done, size - done);
		const uint8_t *page, *nul;
		uint64_t device;

		if (!access_ok(curr, from + done, 1))
			return -EFAULT;
		page = user_bytes(curr, from + done, &device);
		if (!page)
			return -EFAULT;
		nul = memchr(page, '\0', part);
		if (nul)
			part = (uint32_t)(nul - page) + 1;
		memcpy(to + done, page, part);
		touch_user(curr, page, part, MMU_READ);
		charge_work(curr, WORK_COPY, part);
		done += part;
		if (nul)
			return (int32_t)(done - 1);
	}
	return (int32_t)size;
}
