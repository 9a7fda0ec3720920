/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/claims.h"

/*
 * Claims lie in an xarray by address (Linux: nothing; the nearest is what
 * CONFIG_SLAB_FREELIST_HARDENED finds of double frees).
 *
 * An entry's value has the kind in its low bits. What goes with it is a small
 * number or an address whose low bits are zero.
 */

#include "kernel/lib/xarray.h"
#include "kernel/mm/gfp.h"
#include "kernel/module/export.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

#define KIND_BITS   5
#define INDEX_SHIFT 3 /* nothing that is given is smaller */
#define WHAT_SHIFT  5 /* of addresses: what fits above the kind */

static uint32_t pack(enum claim_kind kind, uint32_t what)
{
	if (kind == CLAIM_OBJECT)
		what >>= WHAT_SHIFT;
	return what << KIND_BITS | kind;
}

static uint32_t unpack(uint32_t value)
{
	uint32_t what = value >> KIND_BITS;

	return (value & ((1u << KIND_BITS) - 1)) == CLAIM_OBJECT
		       ? what << WHAT_SHIFT
		       : what;
}

bool module_claim(const struct export *call, vaddr_t kaddr,
		  enum claim_kind kind, uint32_t what)
{
	return !xa_store(call->curr, &call->curr->k->modules.claims,
			 kaddr >> INDEX_SHIFT, xa_mk_value(pack(kind, what)),
			 call->curr->in_interrupt ? GFP_ATOMIC : GFP_KERNEL);
}

bool module_claims(const struct kernel *k, vaddr_t kaddr, enum claim_kind kind,
		   uint32_t *what)
{
	const void *entry = xa_load(&k->modules.claims, kaddr >> INDEX_SHIFT);
	uint32_t value;

	if (!entry || kaddr & ((1u << INDEX_SHIFT) - 1))
		return false;
	value = xa_to_value(entry);
	if ((value & ((1u << KIND_BITS) - 1)) != kind)
		return false;
	if (what)
		*what = unpack(value);
	return true;
}

static const char *kind_name(enum claim_kind kind)
{
	static const char *const names[] = {
		[CLAIM_KMALLOC] = "kmalloc'ed memory",
		[CLAIM_VMALLOC] = "vmalloc'ed memory",
		[CLAIM_PAGES] = "pages",
		[CLAIM_CMA] = "contiguous pages",
		[CLAIM_EXACT] = "pages of alloc_pages_exact()",
		[CLAIM_PAGE_REF] = "a reference of a page",
		[CLAIM_KMAP] = "a mapping of a page",
		[CLAIM_VMAP] = "a mapping of pages",
		[CLAIM_DMA] = "coherent memory",
		[CLAIM_IOREMAP] = "a mapping of registers",
		[CLAIM_CACHE] = "a slab cache",
		[CLAIM_OBJECT] = "a slab object",
		[CLAIM_CHRDEV] = "a character device",
		[CLAIM_IRQ] = "an interrupt",
		[CLAIM_REGION] = "a region of addresses",
	};

	return names[kind];
}

uint32_t module_unclaim(const struct export *call, vaddr_t kaddr,
			enum claim_kind kind)
{
	uint32_t what;

	if (!module_claims(call->curr->k, kaddr, kind, &what))
		export_bug(call,
			   "0x%08x is given back, but no module has %s "
			   "there",
			   kaddr, kind_name(kind));
	xa_erase(call->curr, &call->curr->k->modules.claims,
		 kaddr >> INDEX_SHIFT);
	return what;
}

bool module_claim_again(const struct export *call, vaddr_t kaddr,
			enum claim_kind kind)
{
	uint32_t n = 0;

	module_claims(call->curr->k, kaddr, kind, &n);
	return module_claim(call, kaddr, kind, n + 1);
}

void module_unclaim_one(const struct export *call, vaddr_t kaddr,
			enum claim_kind kind)
{
	const uint32_t n = module_unclaim(call, kaddr, kind);

	if (n > 1) /* where it was, so that nothing needs memory */
		module_claim(call, kaddr, kind, n - 1);
}
