/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_KERNEL_MM_FIXTURE_H
#define TESTS_UNIT_KERNEL_MM_FIXTURE_H

/*
 * A kernel of which only physical memory exists: RAM and object store by mmap,
 * banks of any size, no cores, no page tables. For the tests of memblock, the
 * page allocator and slabs.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>

#include "kernel/arch/arm/image.h"
#include "kernel/arch/arm/setup.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fs.h"
#include "kernel/mm/highmem.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/mm_init.h"
#include "kernel/mm/oom_kill.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/page_flags.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/swap.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

#define MB ((uint64_t)1 << 20)

struct mm_fixture {
	struct kernel *k;
	struct task_struct task;
	struct hw_ops ops;
	uint64_t now, zeroed, copied; /* cycles */
	unsigned int nr_code_changed, nr_released;
	pfn_t kmap[KM_MAX_IDX];
	char log[1 << 16];
	size_t log_len;
	uint64_t span;
	bool catch_panic; /* then a panic goes to `stopped` */
	jmp_buf stopped;
};

/*
 * What the parts that are not here would do. Where a test links files and
 * processes, too (vfs_fixture.h), only what even that doesn't bring along.
 */
#ifdef FIXTURE_HAS_USER_MEMORY
#define STAND_IN __attribute__((weak))
#else
#define STAND_IN
#endif
STAND_IN _Noreturn void sched_panic_stop(struct kernel *k)
{
	struct mm_fixture *f = k->hw.ctx;

	if (f->catch_panic)
		longjmp(f->stopped, 1);
	fputs(f->log, stderr);
	abort();
}

#ifndef FIXTURE_HAS_USER_MEMORY /* vfs_fixture.h */
STAND_IN uint32_t copy_to_user(struct task_struct *curr, vaddr_t to,
			       const void *from, uint32_t nr_bytes)
{
	(void)curr, (void)to, (void)from;
	return nr_bytes;
}

STAND_IN uint32_t copy_from_user(struct task_struct *curr, void *to,
				 vaddr_t from, uint32_t nr_bytes)
{
	(void)curr, (void)to, (void)from;
	return nr_bytes;
}

__attribute__((weak)) uint32_t copy_from_user_inatomic(struct task_struct *curr,
						       void *to, vaddr_t from,
						       uint32_t nr_bytes)
{
	(void)curr, (void)to, (void)from;
	return nr_bytes;
}

__attribute__((weak)) int get_user_u8(struct task_struct *curr, uint8_t *to,
				      vaddr_t from)
{
	(void)curr, (void)to, (void)from;
	return -EFAULT;
}
#endif

#ifndef FIXTURE_HAS_OOM_KILLER /* test_alloc_rules.c */
STAND_IN bool out_of_memory(struct oom_control *oc)
{
	(void)oc;
	return false;
}

STAND_IN void pagefault_out_of_memory(struct task_struct *curr)
{
	(void)curr;
}

STAND_IN uint64_t schedule_timeout_until(struct task_struct *curr,
					 uint64_t expires)
{
	(void)curr;
	(void)expires;
	return 0;
}
#endif

STAND_IN void __page_cache_release(struct kernel *k, struct page *page)
{
	(void)k;
	ClearPageLRU(page);
}

STAND_IN vaddr_t image_symbol(const struct kernel_image *image,
			      const char *name)
{
	(void)image;
	(void)name;
	return 0;
}

/* There is one where a test links file systems. */
STAND_IN void vfs_caches_init_early(struct kernel *k)
{
	(void)k;
}

/* Without tables, highmem's slots are an array. */
STAND_IN vaddr_t arch_kmap_slot(const struct task_struct *curr, int idx)
{
	(void)curr;
	return fix_to_virt(FIX_KMAP_BEGIN + (unsigned int)idx);
}

STAND_IN void arch_kmap_set(struct task_struct *curr, int idx, pfn_t pfn)
{
	((struct mm_fixture *)curr->k->hw.ctx)->kmap[idx] = pfn;
}

STAND_IN void arch_kmap_clear(struct task_struct *curr, int idx)
{
	arch_kmap_set(curr, idx, 0);
}

STAND_IN bool arch_kmap_peek(const struct kernel *k, int cpu, int idx,
			     pfn_t *pfn)
{
	(void)cpu;
	*pfn = ((struct mm_fixture *)k->hw.ctx)->kmap[idx];
	return *pfn;
}

STAND_IN void *arch_kmap_bytes(struct task_struct *curr, vaddr_t kaddr,
			       bool write)
{
	const struct mm_fixture *f = curr->k->hw.ctx;
	pfn_t pfn = f->kmap[virt_to_fix(kaddr) - FIX_KMAP_BEGIN];

	(void)write;
	return phys_bytes(curr->k,
			  (paddr_t)pfn << PAGE_SHIFT | offset_in_page(kaddr));
}

static inline uint64_t fixture_now(void *ctx)
{
	return ((struct mm_fixture *)ctx)->now;
}

static inline void fixture_charge(void *ctx, int cpu, enum cycle_cause cause,
				  uint64_t cycles)
{
	struct mm_fixture *f = ctx;

	(void)cpu;
	if (cause == CYCLE_ZERO)
		f->zeroed += cycles;
	if (cause == CYCLE_COPY)
		f->copied += cycles;
}

static inline void fixture_guard(void *ctx, paddr_t paddr, uint32_t nr_bytes,
				 bool on)
{
	(void)ctx, (void)paddr, (void)nr_bytes, (void)on;
}

static inline bool fixture_is_guarded(void *ctx, paddr_t paddr)
{
	(void)ctx, (void)paddr;
	return false;
}

static inline void fixture_code_changed(void *ctx, paddr_t paddr, uint32_t size)
{
	(void)paddr;
	(void)size;
	((struct mm_fixture *)ctx)->nr_code_changed++;
}

static inline void fixture_log(void *ctx, const char *text, size_t n)
{
	struct mm_fixture *f = ctx;

	if (f->log_len + n < sizeof(f->log)) {
		memcpy(f->log + f->log_len, text, n);
		f->log_len += n;
		f->log[f->log_len] = '\0';
	}
}

/* RAM from @base, @span bytes with holes; memblock knows nothing of it yet. */
static inline struct mm_fixture *fixture_create(paddr_t base, uint64_t span,
						vaddr_t page_offset)
{
	struct mm_fixture *f = calloc(1, sizeof(*f));
	struct kernel *k = calloc(1, sizeof(*k));
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

	f->k = k;
	f->span = span;
	f->ops = (struct hw_ops){.now = fixture_now,
				 .charge = fixture_charge,
				 .code_changed = fixture_code_changed,
				 .guard = fixture_guard,
				 .is_guarded = fixture_is_guarded,
				 .log = fixture_log};
	k->hw = (struct hw){.ctx = f,
			    .ops = &f->ops,
			    .nr_cpus = 1,
			    .clock_hz = 400000000,
			    .ram_base = base,
			    .ram_span_bytes = span};
	k->hw.ram = mmap(NULL, span, PROT_READ | PROT_WRITE, flags, -1, 0);
	k->hw.store = mmap(NULL, span * OBJECT_STORE_SCALE,
			   PROT_READ | PROT_WRITE, flags, -1, 0);
	assert_true(k->hw.ram != MAP_FAILED && k->hw.store != MAP_FAILED);
	k->params.slab_allocator = getenv("MMUSCOPE_SLAB_ALLOCATOR");
	k->arch.phys_offset = base;
	k->arch.page_offset = page_offset;
	k->arch.arm_lowmem_limit = base + (0xf0000000u - page_offset);
	f->task.k = k;
	f->task.cpu = &k->sched.cpus[0];
	strcpy(f->task.comm, "test");
	k->sched.cpus[0].k = k;
	memblock_init(k);
	return f;
}

/* All that mm_init.h names, after the test's memblock_add() and _reserve(). */
static inline void fixture_boot(struct mm_fixture *f, bool slab)
{
	struct kernel *k = f->k;
	paddr_t limit = k->arch.arm_lowmem_limit;
	struct zone *zone;

	memblock_set_current_limit(k, limit);
	bootmem_init(k);
	build_all_zonelists(k);
	vfs_caches_init_early(k);
	if (slab) {
		mm_init(&f->task);
	} else {
		for_each_zone(zone, k)
			zone->managed_pages = 0;
		memblock_free_all(k);
	}
	init_per_zone_wmark_min(k);
	k->mem.watermark_boost_factor = 0; /* no kswapd to work it off */
}

/* @size_mb in one bank at 0x60000000, the first MB reserved. */
static inline struct mm_fixture *fixture_simple(uint64_t size_mb, bool slab)
{
	struct mm_fixture *f = fixture_create(0x60000000, size_mb * MB,
					      0x80000000);

	memblock_add(f->k, 0x60000000, size_mb * MB);
	memblock_reserve(f->k, 0x60000000, MB);
	fixture_boot(f, slab);
	return f;
}

static inline void fixture_destroy(struct mm_fixture *f)
{
	slab_exit(f->k);
	munmap(f->k->hw.ram, f->span);
	munmap(f->k->hw.store, f->span * OBJECT_STORE_SCALE);
	free(f->k);
	free(f);
}

/*
 * Free blocks by order, after the CPUs' lists are drained; returns the pages.
 * Taken before and after, it shows leaks: what was given back has merged.
 */
static inline uint64_t free_blocks(struct kernel *k, uint32_t count[MAX_ORDER])
{
	uint64_t pages = 0;
	struct zone *zone;

	drain_all_pages(k);
	memset(count, 0, MAX_ORDER * sizeof(*count));
	for_each_zone(zone, k)
		for (int i = 0; i < MAX_ORDER; i++) {
			count[i] += zone->free_area[i].nr_free;
			pages += (uint64_t)zone->free_area[i].nr_free << i;
		}
	return pages;
}

static inline uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

/* What a file of /proc says: a sink for seq_open_sink(). */
struct text {
	char text[1 << 15];
	size_t len;
};

static inline void to_text(void *arg, const char *bytes, size_t n)
{
	struct text *t = arg;

	assert_true(t->len + n < sizeof(t->text));
	memcpy(t->text + t->len, bytes, n);
	t->len += n;
	t->text[t->len] = '\0';
}

#endif
