/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each load and store on its way to the caches (timing.model: cache).
 *
 * The engine's hook tells of them, with physical addresses, but takes 25 to 50
 * ns to come to it: it looks the address up in its memory map, takes each store
 * for one into code, goes through lists of hooks. All of that is known here. So
 * the functions that translated code calls for an access under a memory hook
 * (the engine's own helper_*_mmu_arm, which the linker lets a program define in
 * their place) are ours: an access to a page that the model grants, of RAM, is
 * shown to the caches and done at once. Whatever else it may be is left to the
 * engine's function, which calls the hook.
 *
 * Invariant: what caches, clock and memory see of an access, and in which order,
 * is the same either way. A grant is all that is needed for that: the engine
 * holds no translation that isn't granted (see cpu_tlb.c), and to ask for one
 * that is granted but that it lost costs nothing in the model, unless a fetch is
 * owed to that. Frames that may have translated code are stored to by the engine,
 * which forgets it.
 *
 * Nothing is known here of what is inside the engine but the functions' names
 * and arguments, and that only of one release: with any other the hook tells.
 *
 * The engine asks for the page of an access before it calls the hook, so that
 * what faults comes by no cache.
 *
 * MODEL: an instruction that faults half-way comes by the caches again with
 * what it had accessed before.
 */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "emu/cpu_engine.h"

#include <dlfcn.h>
#include <string.h>

#include "emu/bus.h"
#include "emu/timing/hierarchy.h"

#define likely(x) __builtin_expect(!!(x), 1)

/* One that L1D hasn't, or that crosses lines, or is no RAM's. */
static __attribute__((noinline)) void look_up(struct cpu *cpu, bool write,
					      paddr_t paddr, uint32_t size)
{
	struct core_caches *caches = cpu->params.caches;
	const uint32_t line = cache_line_bytes(&caches->l1d);
	const uint32_t here = line - ((uint32_t)paddr & (line - 1));

	if (cpu->in_stub)
		return;
	if (!cpu_may_cache(cpu, paddr)) {
		cpu_cache_charge(cpu, CYCLE_L1D,
				 hierarchy_uncached(caches,
						    clock_now(&cpu->clock)));
		return;
	}
	cpu_cache_charge(cpu, CYCLE_L1D,
			 hierarchy_access(caches, write, paddr,
					  size < here ? size : here,
					  clock_now(&cpu->clock)));
	if (size > here)
		look_up(cpu, write, paddr + here, size - here);
}

/*
 * What most accesses are, done here as hierarchy_load() and hierarchy_store()
 * would do it: a load that L1D has, a store to a line that is dirty there.
 */
static inline bool hits(struct core_caches *caches, bool write, paddr_t paddr)
{
	struct cache *l1d = &caches->l1d;
	const uint32_t at = cache_find(l1d, paddr);

	if (at == CACHE_NO_LINE || (write && !(l1d->line[at] & CACHE_DIRTY)))
		return false;
	cache_use(l1d, at);
	caches->data_line = paddr >> l1d->line_shift;
	caches->data_dirty = l1d->line[at] & CACHE_DIRTY;
	return true;
}

static inline bool is_in_line(const struct core_caches *caches, paddr_t paddr,
			      uint32_t size)
{
	return (paddr ^ (paddr + size - 1)) >> caches->l1d.line_shift == 0;
}

/* False, and nothing was done: it isn't as simple as that. */
static inline bool show_hit(struct core_caches *caches, bool write,
			    paddr_t paddr, uint32_t size)
{
	if ((paddr >> caches->l1d.line_shift != caches->data_line ||
	     (write && !caches->data_dirty)) &&
	    !hits(caches, write, paddr))
		return false;
	if (write) {
		hierarchy_note_store(caches, paddr, size);
		caches->l1d.stats.writes++;
	} else {
		caches->l1d.stats.reads++;
	}
	return true;
}

static void show(struct cpu *cpu, bool write, paddr_t paddr, uint32_t size)
{
	struct core_caches *caches = cpu->params.caches;

	if (!is_in_line(caches, paddr, size) ||
	    !show_hit(caches, write, paddr, size))
		look_up(cpu, write, paddr, size);
}

void cpu_cache_on_access(uc_engine *uc, uc_mem_type type, uint64_t paddr,
			 int size, int64_t value, void *ctx)
{
	(void)uc;
	(void)value;
	show(ctx, type == UC_MEM_WRITE, paddr, (uint32_t)size);
}

/* ---- in the engine's place --------------------------------------------------- */

/* What translated code says of an access: bits that ask for an alignment. */
#define OI_ALIGNED 0x700u
#define NO_PADDR   UINT64_MAX

/* The core whose code this thread's engine runs; NULL: all is the engine's. */
static __thread struct cpu *running;

void cpu_access_begin(struct cpu *cpu)
{
	running = cpu->sees_accesses ? cpu : NULL;
	cpu->engine_stores = false;
}

void cpu_access_end(void)
{
	running = NULL;
}

bool cpu_access_works(void)
{
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ &&
	       uc_version(NULL, NULL) >> 8 == 0x020101;
}

static bool has_code(const struct cpu *cpu, paddr_t paddr)
{
	const uint64_t pfn = (paddr - cpu->params.bus->ram->base) >>
			     SOFT_PAGE_BITS;

	return cpu->code_frames[pfn / 8] >> pfn % 8 & 1;
}

/* Where @cpu may access the @size bytes at @va by itself; NO_PADDR: nowhere. */
static inline paddr_t granted(const struct cpu *cpu, uint32_t va, uint32_t size,
			      uint32_t oi, bool write)
{
	const uint32_t in_page = va & (SOFT_PAGE_SIZE - 1);
	const uint32_t right = write ? GRANT_WRITE : GRANT_READ;
	const uint32_t word = cpu->soft.page[va >> SOFT_PAGE_BITS];
	paddr_t paddr;

	if (oi & OI_ALIGNED || in_page + size > SOFT_PAGE_SIZE ||
	    cpu->refuses_data || cpu->owes_fetch || cpu->engine_stores ||
	    (word & (SOFT_PRIVILEGED | right)) != right)
		return NO_PADDR;
	paddr = soft_frame(word) | in_page;
	return write && has_code(cpu, paddr) ? NO_PADDR : paddr;
}

/*
 * Most accesses: of what L1D has, in the first bank of RAM. Returns where the
 * host has it; NULL, and nothing was done: it may be any other.
 */
static inline __attribute__((always_inline)) uint8_t *
access_hit(uint32_t va, uint32_t size, uint32_t oi, bool write)
{
	struct cpu *cpu = running;
	paddr_t paddr;

	if (!cpu)
		return NULL;
	paddr = granted(cpu, va, size, oi, write);
	if (paddr - cpu->first_bank.base >= cpu->first_bank.size_bytes ||
	    !is_in_line(cpu->params.caches, paddr, size) ||
	    !show_hit(cpu->params.caches, write, paddr, size))
		return NULL;
	return cpu->first_bank_host + (paddr - cpu->first_bank.base);
}

/* The same for any access. NULL: the engine has to do it. */
static uint8_t *access_any(uint32_t va, uint32_t size, uint32_t oi, bool write)
{
	struct cpu *cpu = running;
	uint8_t *host;
	paddr_t paddr;

	if (!cpu)
		return NULL;
	paddr = granted(cpu, va, size, oi, write);
	host = ram_host(cpu->params.bus->ram, paddr);
	if (paddr == NO_PADDR || !host)
		return NULL;
	look_up(cpu, write, paddr, size);
	return host;
}

/*
 * The engine's function goes on in single bytes where it can't store at once;
 * these are no accesses of their own. True: this one is.
 */
static bool engine_begins(void)
{
	const bool outer = running && !running->engine_stores;

	if (outer)
		running->engine_stores = true;
	return outer;
}

static void engine_ends(bool outer)
{
	if (outer)
		running->engine_stores = false;
}

#define OURS __attribute__((visibility("default")))

/* clang-format off */
#define LOAD(name, type, result)                                             \
	result name(void *env, uint32_t va, uint32_t oi, uintptr_t from);    \
	static __attribute__((noinline)) result                              \
	any_##name(void *env, uint32_t va, uint32_t oi, uintptr_t from)      \
	{                                                                    \
		static result (*engines)(void *, uint32_t, uint32_t,         \
					 uintptr_t);                         \
		const uint8_t *host = access_any(va, sizeof(type), oi, false);\
		type value;                                                  \
                                                                             \
		if (host) {                                                  \
			memcpy(&value, host, sizeof(value));                 \
			return value;                                        \
		}                                                            \
		if (!engines)                                                \
			*(void **)&engines = dlsym(RTLD_NEXT, #name);        \
		return engines(env, va, oi, from);                           \
	}                                                                    \
	OURS result name(void *env, uint32_t va, uint32_t oi, uintptr_t from)\
	{                                                                    \
		const uint8_t *host = access_hit(va, sizeof(type), oi, false);\
		type value;                                                  \
                                                                             \
		if (!likely(host))                                           \
			return any_##name(env, va, oi, from);                \
		memcpy(&value, host, sizeof(value));                         \
		return value;                                                \
	}

#define STORE(name, type)                                                    \
	void name(void *env, uint32_t va, type value, uint32_t oi,           \
		  uintptr_t from);                                           \
	static __attribute__((noinline)) void                                \
	any_##name(void *env, uint32_t va, type value, uint32_t oi,          \
		   uintptr_t from)                                           \
	{                                                                    \
		static void (*engines)(void *, uint32_t, type, uint32_t,     \
				       uintptr_t);                           \
		uint8_t *host = access_any(va, sizeof(type), oi, true);      \
		bool outer;                                                  \
                                                                             \
		if (host) {                                                  \
			memcpy(host, &value, sizeof(value));                 \
			return;                                              \
		}                                                            \
		if (!engines)                                                \
			*(void **)&engines = dlsym(RTLD_NEXT, #name);        \
		outer = engine_begins();                                     \
		engines(env, va, value, oi, from);                           \
		engine_ends(outer);                                          \
	}                                                                    \
	OURS void name(void *env, uint32_t va, type value, uint32_t oi,      \
		       uintptr_t from)                                       \
	{                                                                    \
		uint8_t *host = access_hit(va, sizeof(type), oi, true);      \
                                                                             \
		if (likely(host))                                            \
			memcpy(host, &value, sizeof(value));                 \
		else                                                         \
			any_##name(env, va, value, oi, from);                \
	}

/* The host's word, as translated code expects what it is given. */
LOAD(helper_ret_ldub_mmu_arm, uint8_t, uintptr_t)
LOAD(helper_le_lduw_mmu_arm, uint16_t, uintptr_t)
LOAD(helper_le_ldul_mmu_arm, uint32_t, uintptr_t)
LOAD(helper_le_ldq_mmu_arm, uint64_t, uint64_t)
STORE(helper_ret_stb_mmu_arm, uint8_t)
STORE(helper_le_stw_mmu_arm, uint16_t)
STORE(helper_le_stl_mmu_arm, uint32_t)
STORE(helper_le_stq_mmu_arm, uint64_t)
/* clang-format on */
