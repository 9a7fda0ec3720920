/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MODULE_CLAIMS_H
#define KERNEL_MODULE_CLAIMS_H

/*
 * What modules were given and haven't given back. Linux believes a module that
 * frees something; this kernel looks whether it may, so that a module can
 * spoil its own memory and that of programs, but no structure of ours.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

struct export;
struct kernel;

enum claim_kind {
	CLAIM_NONE,
	CLAIM_KMALLOC,
	CLAIM_VMALLOC,
	CLAIM_PAGES, /* what: their order */
	CLAIM_CMA, /* what: how many pages */
	CLAIM_EXACT, /* what: how many pages */
	CLAIM_PAGE_REF, /* what: how many, of the page at claim_of_page() */
	CLAIM_KMAP, /* what: how many, likewise */
	CLAIM_VMAP,
	CLAIM_DMA, /* what: its first frame */
	CLAIM_IOREMAP,
	CLAIM_CACHE, /* a struct kmem_cache */
	CLAIM_OBJECT, /* what: its cache's address */
	CLAIM_CHRDEV, /* a struct cdev */
	CLAIM_IRQ,
	CLAIM_REGION, /* of physical addresses: a struct resource */
};

/*
 * Notes that a module has @kaddr (a multiple of 8), a @kind of thing. False:
 * out of memory, and the caller takes it back.
 */
bool module_claim(const struct export *call, vaddr_t kaddr,
		  enum claim_kind kind, uint32_t what);
/* @kaddr, claimed unless it is 0; or 0 once @free has taken it back. */
#define CLAIM_OR(call, kaddr, kind, what, free)                          \
	do {                                                             \
		if ((kaddr) && !module_claim(call, kaddr, kind, what)) { \
			free;                                            \
			(kaddr) = 0;                                     \
		}                                                        \
	} while (0)
/* Does a module have it? *what if it does, unless NULL. */
bool module_claims(const struct kernel *k, vaddr_t kaddr, enum claim_kind kind,
		   uint32_t *what);
/*
 * It gives @kaddr back. Where none has it, as at a second time, the caller
 * oopses: this doesn't return then.
 */
uint32_t module_unclaim(const struct export *call, vaddr_t kaddr,
			enum claim_kind kind);

/*
 * The same for what can be had several times. module_claim_again() is false
 * when memory is short; module_unclaim_one() oopses where none is left.
 */
bool module_claim_again(const struct export *call, vaddr_t kaddr,
			enum claim_kind kind);
void module_unclaim_one(const struct export *call, vaddr_t kaddr,
			enum claim_kind kind);
/*
 * What a module has of a page besides the page itself is claimed at addresses
 * within its struct page, of which it has 32 bytes.
 */
static inline vaddr_t claim_of_page(vaddr_t handle, enum claim_kind kind)
{
	return handle + (kind == CLAIM_KMAP ? 8 : 16);
}

#endif
