/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/internal.h"

/*
 * What user memory needs before the first process (Linux: mmap_init() in
 * mm/mmap.c, anon_vma_init(), proc_caches_init() in kernel/fork.c, the zero
 * page of arch/arm/mm/mmu.c).
 */

#include "kernel/arm_sizes.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/huge_mm.h"
#include "kernel/mm/kobj.h"
#include "kernel/lib/cmdline.h"
#include "kernel/mm/memory_failure.h"
#include "kernel/mm/mempolicy.h"
#include "kernel/mm/mman.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/swap.h"

static void create_caches(struct task_struct *curr, struct user_mm_state *user)
{
	user->vm_area_cachep = KMEM_CACHE(
		curr, vm_area_struct, ARM_SIZEOF_VM_AREA_STRUCT, SLAB_PANIC);
	user->mm_cachep = KMEM_CACHE(curr, mm_struct, ARM_SIZEOF_MM_STRUCT,
				     SLAB_PANIC | SLAB_HWCACHE_ALIGN);
	user->anon_vma_cachep = KMEM_CACHE(curr, anon_vma, ARM_SIZEOF_ANON_VMA,
					   SLAB_PANIC);
	user->anon_vma_chain_cachep = KMEM_CACHE(
		curr, anon_vma_chain, ARM_SIZEOF_ANON_VMA_CHAIN, SLAB_PANIC);
}

void user_mm_init(struct task_struct *curr)
{
	struct user_mm_state *user = &curr->k->user;
	uint32_t len;

	create_caches(curr, user);
	numa_policy_init(curr);
	lru_init(curr);
	thp_setup(curr->k);
	memory_failure_init(curr->k);
	user->randomize_va_space =
		boot_param(curr->k, "norandmaps", &len)
			? 0
			: (int)curr->k->params.randomize_va_space;
	user->mmap_rnd_bits = MMAP_RND_BITS;
	user->overcommit_memory = OVERCOMMIT_GUESS;
	user->overcommit_ratio = 50;
	user->max_map_count = DEFAULT_MAX_MAP_COUNT;
	user->mmap_min_addr = PAGE_SIZE;
	user->fault_around_bytes = 16 * PAGE_SIZE;

	user->zero_page = alloc_page(curr, GFP_KERNEL | __GFP_ZERO);
	if (!user->zero_page)
		boot_panic(curr->k, "Failed to allocate the zero page");
	SetPageReserved(user->zero_page);
	user->zero_pfn = page_to_pfn(curr->k, user->zero_page);
}
