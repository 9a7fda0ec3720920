/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * Addresses for pages of highmem, for modules (include/linux/highmem.h).
 *
 * Mappings of a task's own are a stack, and below a module's may lie those of
 * the kernel's code that called it: a module ends its own alone, the last one
 * first. Of the slots that a task has a part is kept for the kernel's code that
 * a module calls.
 */

#include "kernel/arch/arm/kcall.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/page_flags.h"
#include "kernel/module/claims.h"
#include "kernel/state.h"

#define MODULE_KMAPS (KM_MAX_IDX / 2)

/* ---- for all cores ---------------------------------------------------------------- */

/*
 * Who may not sleep gets 0 for a page of highmem, and a report: kmap() looks
 * after that by itself.
 */
uint64_t export_kmap(const struct export *call)
{
	const vaddr_t handle = export_arg(call, 0);
	const struct page *page = export_page(call, handle);
	const vaddr_t claim = claim_of_page(handle, CLAIM_KMAP);
	const vaddr_t kaddr = kmap(call->curr, page);

	if (!kaddr || module_claim_again(call, claim, CLAIM_KMAP))
		return kaddr;
	kunmap(call->curr, page);
	return 0;
}

uint64_t export_kunmap(const struct export *call)
{
	const vaddr_t handle = export_arg(call, 0);
	const struct page *page = export_page(call, handle);

	if (call->curr->in_interrupt)
		export_bug(call, "kunmap() in an interrupt");
	module_unclaim_one(call, claim_of_page(handle, CLAIM_KMAP), CLAIM_KMAP);
	kunmap(call->curr, page);
	return 0;
}

/* ---- for the task ------------------------------------------------------------------ */

static vaddr_t map_local(const struct export *call)
{
	struct task_struct *curr = call->curr;
	const struct page *page = export_page(call, export_arg(call, 0));

	if (PageHighMem(curr->k, page) &&
	    curr->kmap_ctrl.idx - curr->kcall->kmap_idx >= MODULE_KMAPS)
		export_bug(call, "more than %d pages are mapped at a time",
			   MODULE_KMAPS);
	return kmap_local_page(curr, page);
}

/* Nothing to do for lowmem; any address within the page will do. */
static void unmap_local(const struct export *call, vaddr_t kaddr)
{
	struct task_struct *curr = call->curr;
	const int idx = curr->kmap_ctrl.idx - 1;

	if (!is_kmap_addr(kaddr))
		return;
	if (idx < curr->kcall->kmap_idx ||
	    (kaddr & PAGE_MASK) != arch_kmap_slot(curr, idx))
		export_bug(call, "0x%08x isn't what was mapped last", kaddr);
	kunmap_local(curr, kaddr);
}

uint64_t export_kmap_local_page(const struct export *call)
{
	return map_local(call);
}

uint64_t export_kunmap_local(const struct export *call)
{
	unmap_local(call, export_arg(call, 0));
	return 0;
}

uint64_t export_kmap_atomic(const struct export *call)
{
	const vaddr_t kaddr = map_local(call);

	call->curr->pagefault_disabled++;
	return kaddr;
}

uint64_t export_kunmap_atomic(const struct export *call)
{
	struct task_struct *curr = call->curr;

	if (curr->pagefault_disabled <= curr->kcall->pagefault_disabled)
		export_bug(call, "kunmap_atomic() without kmap_atomic()");
	unmap_local(call, export_arg(call, 0));
	curr->pagefault_disabled--;
	return 0;
}
