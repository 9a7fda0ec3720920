/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The engine's own TLB, kept inside the model's. The engine caches what the
 * model granted and asks nobody while the cached translation lasts, which is
 * what makes it fast. That is exact under one condition, the invariant of
 * this file:
 *
 *   INCLUSION: the engine never holds a translation, or a right, that the
 *   model's innermost TLB does not hold at that moment.
 *
 * So whatever the model evicts or invalidates (cpu_tlb_dropped) leaves the
 * engine in the same step. A hit in the engine is then a hit in the model,
 * and for replacement policies that a hit doesn't change, the counts of
 * misses are those of a machine that asks the model at each access.
 *
 * The engine works with pages of 4 KB. A section or large page of the model
 * stands for many of them; soft_tlb.page remembers which were handed out.
 *
 * Fetches: translated blocks run on while nobody looks, so the block hook asks
 * of each block whether its page's fetch is still granted. One case remains. A
 * load or store may evict the very page it runs on; then the next instruction
 * misses, if it lies on that page, and that may be in the midst of a block.
 * Which instruction it was tells the engine only when it stops. So it is
 * stopped there, and told to run that instruction again: its own fetch is had
 * (had_fetch), and that of its successor, unless it was the last of its block,
 * is owed (owes_fetch). The debt is paid before the model is asked anything
 * else.
 *
 * MODEL: frames that hold page tables are behind a firewall of the bus: a store
 * to one aborts (ram_guard()). Only the kernel's C code on the host writes them,
 * which it therefore can rely on, whatever modules do.
 * MODEL: one instruction that accesses several pages, one of which evicts the
 * page it lies on, has its successor's fetch put between its accesses.
 *
 * Policies that see hits (LRU) must be told of each access. Then hooks tell of
 * every instruction and every load and store; the engine gives the physical
 * address of these, so a frame may be granted at one address at a time.
 */
#include "emu/cpu_engine.h"

#include <string.h>

#include "emu/bus.h"

static vaddr_t page_of(vaddr_t va)
{
	return va & ~(SOFT_PAGE_SIZE - 1);
}

void soft_tlb_forget(struct cpu *cpu)
{
	struct soft_tlb *soft = &cpu->soft;

	cpu->again_bytes = 0;
	if (!soft->nr_listed)
		return;
	for (unsigned int i = 0; i < soft->nr_listed; i++)
		soft->page[soft->listed[i]] = 0;
	soft->nr_listed = 0;
	cpu_cp15_write(cpu, 8, 7, 0, 0); /* TLBIALL */
}

/* Programs alone never have a mapping of what becomes a page table. */
void cpu_guarded(struct cpu *cpu)
{
	if (cpu->was_privileged)
		soft_tlb_forget(cpu);
}

void cpu_poisoned(struct cpu *cpu)
{
	soft_tlb_forget(cpu);
}

static void forget_page(struct cpu *cpu, vaddr_t va)
{
	uint32_t *word = &cpu->soft.page[va >> SOFT_PAGE_BITS];

	if (!(*word & GRANTS))
		return;
	cpu->again_bytes = 0;
	*word &= ~GRANTS;
	cpu_cp15_write(cpu, 8, 7, 1, va); /* TLBIMVA */
	if (cpu->in_data_fill && va == page_of(cpu->block))
		cpu->evicted_own = true;
}

void cpu_tlb_dropped(void *ctx, vaddr_t va, uint32_t size_bytes)
{
	struct cpu *cpu = ctx;
	uint32_t nr_pages = size_bytes >> SOFT_PAGE_BITS;

	if (!cpu->uc)
		return; /* the MMU comes up before the engine */
	if (!size_bytes) {
		soft_tlb_forget(cpu);
		return;
	}
	va = page_of(va);
	do {
		forget_page(cpu, va);
		va += SOFT_PAGE_SIZE;
	} while (nr_pages > 1 && --nr_pages);
}

bool cpu_tlb_read_word(void *ctx, paddr_t paddr, const struct mmu_attr *attr,
		       uint32_t *word, uint32_t *cycles)
{
	const struct cpu *cpu = ctx;

	/* MODEL: without timing.model cache memory takes no time here. */
	*cycles = cpu->params.caches ? cpu_cache_walk(cpu, paddr, attr) : 0;
	return bus_read_word(cpu->params.bus, paddr, word);
}

bool cpu_tlb_peek_word(void *ctx, paddr_t paddr, uint32_t *word)
{
	const struct cpu *cpu = ctx;

	return bus_read_word(cpu->params.bus, paddr, word);
}

static uint32_t *page_of_frame(const struct cpu *cpu, paddr_t frame)
{
	const struct ram *ram = cpu->params.bus->ram;

	return ram_host(ram, frame)
		       ? &cpu->soft.page_of_frame[(frame - ram->base) >>
						  SOFT_PAGE_BITS]
		       : NULL;
}

/* From now on @frame is known by @va alone. */
static void take_frame(struct cpu *cpu, vaddr_t va, paddr_t frame)
{
	uint32_t *page = page_of_frame(cpu, frame);

	if (!page)
		return;
	if (*page != va >> SOFT_PAGE_BITS &&
	    soft_frame(cpu->soft.page[*page]) == frame)
		forget_page(cpu, *page << SOFT_PAGE_BITS);
	*page = va >> SOFT_PAGE_BITS;
}

/*
 * Records that the model grants @rights on the page at @va, and returns all
 * that the engine may hold of it: a fetch and a load may have been granted by
 * different TLBs, and hold together only where they lead to the same frame.
 */
static uint8_t grant(struct cpu *cpu, vaddr_t va, paddr_t frame, uint8_t rights)
{
	struct soft_tlb *soft = &cpu->soft;
	uint32_t *word = &soft->page[va >> SOFT_PAGE_BITS];
	uint32_t bits = (uint32_t)(frame >> SOFT_PAGE_BITS) << SOFT_FRAME_SHIFT;
	const uint32_t both = GRANT_READ | GRANT_FETCH;

	cpu->again_bytes = 0;
	if (cpu->sees_hits)
		take_frame(cpu, va, frame);
	if (!(*word & SOFT_IS_LISTED)) {
		if (soft->nr_listed == SOFT_LISTED)
			soft_tlb_forget(cpu);
		soft->listed[soft->nr_listed++] = va >> SOFT_PAGE_BITS;
	} else if (soft_frame(*word) == frame) {
		rights |= *word & GRANTS;
		bits |= *word & SOFT_READS_ITSELF;
		if ((rights & both) == both && !cpu->sees_hits)
			bits |= SOFT_READS_ITSELF;
	}
	if (cpu->privilege == MMU_PL1)
		bits |= SOFT_PRIVILEGED;
	*word = bits | SOFT_IS_LISTED | rights;
	return rights;
}

/* MODEL: there is no code in device registers. */
static bool answers(const struct cpu *cpu, paddr_t frame, enum mmu_kind kind)
{
	if (kind == MMU_FETCH)
		return ram_host(cpu->params.bus->ram, frame);
	return bus_answers(cpu->params.bus, frame);
}

/* The model allows the access, but the memory doesn't. Returns false. */
static bool abort_by(struct cpu *cpu, enum mmu_fault_type type, vaddr_t va,
		     enum mmu_kind kind)
{
	cpu->fault = (struct mmu_fault){
		.type = type,
		.write = kind == MMU_WRITE,
		.fetch = kind == MMU_FETCH,
		.far = va,
	};
	return false;
}

/*
 * What is taken of the rights that come with one access. A page is code alone
 * as long as nobody reads it, and what is known to be both gets both.
 */
static uint8_t wanted(const struct cpu *cpu, vaddr_t va, enum mmu_kind kind,
		      paddr_t frame)
{
	uint32_t word = cpu->soft.page[va >> SOFT_PAGE_BITS];

	if (word & SOFT_READS_ITSELF && soft_frame(word) == frame &&
	    kind != MMU_WRITE)
		return MMU_MAY_READ | MMU_MAY_FETCH;
	return kind == MMU_FETCH ? MMU_MAY_FETCH : MMU_MAY_READ | MMU_MAY_WRITE;
}

static void pay_walk(struct cpu *cpu, vaddr_t va, uint32_t cycles)
{
	if (cpu->params.misses)
		cpu->params.misses(cpu->params.ctx, va, cycles);
	clock_charge(&cpu->clock, CYCLE_WALK, cycles);
}

/*
 * Asks the model for an access and, where it is allowed, records the grant.
 * False: cpu->fault says why not.
 */
static bool ask(struct cpu *cpu, vaddr_t va, enum mmu_kind kind, paddr_t *frame,
		uint8_t *rights)
{
	struct mmu_result result;
	bool allowed = mmu_access(cpu->mmu, va, kind, cpu->privilege, &result);
	uint8_t mine;
	bool guarded;

	cpu->touched = NO_PAGE;
	if (result.cycles)
		pay_walk(cpu, va, result.cycles);
	if (!allowed) {
		cpu->fault = result.fault;
		return false;
	}
	*frame = result.paddr & ~(paddr_t)(SOFT_PAGE_SIZE - 1);
	guarded = ram_is_guarded(cpu->params.bus->ram, *frame);
	if (!answers(cpu, *frame, kind) || (guarded && kind == MMU_WRITE))
		return abort_by(cpu, MMU_FAULT_EXTERNAL, va, kind);
	if (ram_is_poisoned(cpu->params.bus->ram, *frame))
		return abort_by(cpu, MMU_FAULT_PARITY, va, kind);
	mine = wanted(cpu, va, kind, *frame);
	if (guarded)
		mine &= ~MMU_MAY_WRITE;
	if (cpu->params.caches)
		cpu_cache_granted(cpu, *frame, &result.attr);
	*rights = grant(cpu, va, *frame, result.rights & mine);
	return true;
}

static void mark_code(struct cpu *cpu, paddr_t frame)
{
	const struct ram *ram = cpu->params.bus->ram;
	uint64_t pfn = (frame - ram->base) >> SOFT_PAGE_BITS;

	if (ram_host(ram, frame))
		cpu->code_frames[pfn / 8] |= 1u << pfn % 8;
}

static bool ask_fetch(struct cpu *cpu, vaddr_t va, paddr_t *frame,
		      uint8_t *rights)
{
	if (!ask(cpu, va, MMU_FETCH, frame, rights))
		return false;
	mark_code(cpu, *frame);
	return true;
}

void cpu_tlb_pay_fetch(struct cpu *cpu)
{
	paddr_t frame;
	uint8_t rights;

	if (!cpu->owes_fetch)
		return;
	cpu->owes_fetch = false;
	/* It can't fail: nobody changed anything since the block began. */
	ask_fetch(cpu, page_of(cpu->block), &frame, &rights);
}

const uint8_t *cpu_held_code(const struct cpu *cpu, vaddr_t va)
{
	uint32_t word = cpu->soft.page[va >> SOFT_PAGE_BITS];

	if (!(word & GRANT_FETCH) || word & SOFT_PRIVILEGED)
		return NULL;
	return ram_host(cpu->params.bus->ram,
			soft_frame(word) | (va & (SOFT_PAGE_SIZE - 1)));
}

/* ---- the fill hook ---------------------------------------------------------- */

static bool answer(uc_tlb_entry *entry, paddr_t frame, uint8_t rights)
{
	entry->paddr = frame;
	entry->perms = (rights & MMU_MAY_READ ? UC_PROT_READ : 0) |
		       (rights & MMU_MAY_WRITE ? UC_PROT_WRITE : 0) |
		       (rights & MMU_MAY_FETCH ? UC_PROT_EXEC : 0);
	return true;
}

/* True where the fetch at @va is that of the instruction that runs again. */
static bool is_had_fetch(const struct cpu *cpu, vaddr_t va)
{
	return cpu->had_fetch && page_of(va) == page_of(cpu->pc) &&
	       cpu->soft.page[va >> SOFT_PAGE_BITS];
}

static bool fill_fetch(struct cpu *cpu, vaddr_t va, uc_tlb_entry *entry)
{
	paddr_t frame = soft_frame(cpu->soft.page[va >> SOFT_PAGE_BITS]);
	uint8_t rights = GRANT_FETCH;
	bool before;

	if (is_had_fetch(cpu, va))
		return answer(entry, frame, rights);
	cpu_tlb_pay_fetch(cpu);
	cpu->crossing = (struct crossing){NO_PAGE, 0};
	before = cpu->soft.page[(va - 1) >> SOFT_PAGE_BITS] & GRANT_FETCH;
	if (!ask_fetch(cpu, va, &frame, &rights)) {
		cpu->stop = STOP_FETCH_FAULT;
		return false;
	}
	if (before &&
	    !(cpu->soft.page[(va - 1) >> SOFT_PAGE_BITS] & GRANT_FETCH))
		cpu->crossing = (struct crossing){page_of(va - 1),
						  cpu->clock.left};
	return answer(entry, frame, rights);
}

/* Where the engine has been told already which instruction evicts. */
static bool runs_again(const struct cpu *cpu)
{
	return cpu->ran_again && cpu->block == cpu->pc;
}

static bool fill_data(struct cpu *cpu, vaddr_t va, enum mmu_kind kind,
		      uc_tlb_entry *entry)
{
	paddr_t frame;
	uint8_t rights;
	bool allowed;

	if (cpu->refuses_data) {
		cpu->refuses_data = false;
		cpu->stop = STOP_ALIGNMENT;
		return false;
	}
	cpu_tlb_pay_fetch(cpu);
	cpu->evicted_own = false;
	cpu->in_data_fill = true;
	allowed = ask(cpu, va, kind, &frame, &rights);
	cpu->in_data_fill = false;
	if (!allowed) {
		cpu->stop = STOP_DATA_FAULT;
		return false;
	}
	if (cpu->sees_hits)
		return answer(entry, frame, rights);
	if (cpu->evicted_own && !runs_again(cpu)) {
		cpu->stop = STOP_EVICTED;
		return false;
	}
	cpu->owes_fetch = cpu->evicted_own;
	return answer(entry, frame, rights);
}

void cpu_tlb_run_again(struct cpu *cpu, vaddr_t old_block_end)
{
	struct cpu_insn insn;

	cpu_insn_at(cpu, cpu->pc, cpu->thumb, &insn);
	cpu->had_fetch = true;
	cpu->owes_fetch = cpu->pc + insn.size_bytes != old_block_end;
}

bool cpu_on_fill(uc_engine *uc, uint64_t va, uc_mem_type type,
		 uc_tlb_entry *entry, void *ctx)
{
	struct cpu *cpu = ctx;

	(void)uc;
	if (cpu->removing_code) /* see cpu_code_changed() */
		return answer(entry, va, GRANTS);
	if (cpu->in_stub) {
		cpu->nr_stub_fills += type != UC_MEM_FETCH;
		return answer(entry, STUB_PADDR,
			      type == UC_MEM_FETCH ? GRANT_FETCH : GRANT_READ);
	}
	if (type == UC_MEM_FETCH)
		return fill_fetch(cpu, va, entry);
	return fill_data(cpu, va, type == UC_MEM_WRITE ? MMU_WRITE : MMU_READ,
			 entry);
}

/* ---- fetches of blocks ------------------------------------------------------- */

/* Sees to it that the model holds the fetch of the page at @va. */
static bool fetch_page(struct cpu *cpu, vaddr_t va)
{
	uint32_t word = cpu->soft.page[va >> SOFT_PAGE_BITS];
	paddr_t before = soft_frame(word), frame = before;
	uint8_t rights;

	if (word & GRANT_FETCH)
		return true;
	if (!ask_fetch(cpu, va, &frame, &rights)) {
		cpu_halt_before_block(cpu, STOP_FETCH_FAULT);
		return false;
	}
	/* The engine reached the block by a frame that is no more. */
	if (word && frame != before) {
		forget_page(cpu, va);
		cpu_halt_before_block(cpu, STOP_RECUT);
		return false;
	}
	return true;
}

/*
 * An instruction across two pages: translating it, the engine asked for the
 * second, which evicted the first. It has been fetched all the same.
 */
static bool was_crossed(const struct cpu *cpu, vaddr_t first)
{
	return cpu->crossing.from == first &&
	       cpu->crossing.left == cpu->clock.left;
}

bool cpu_tlb_fetch(struct cpu *cpu, vaddr_t va, uint32_t size_bytes)
{
	vaddr_t first = page_of(va), last = page_of(va + size_bytes - 1);
	bool had = is_had_fetch(cpu, va) ||
		   (last != first && was_crossed(cpu, first));

	cpu->ran_again = cpu->had_fetch;
	cpu->had_fetch = false;
	return (had || fetch_page(cpu, first)) &&
	       (last == first || fetch_page(cpu, last));
}

/* ---- policies that see hits ------------------------------------------------- */

/*
 * It can't fail: the engine has been granted it. Twice the same in a row is as
 * good as once to a policy that orders entries by their last use.
 */
static void touch(struct cpu *cpu, vaddr_t va, enum mmu_kind kind)
{
	paddr_t frame;
	uint8_t rights;

	if (cpu->touched == (va | kind))
		return;
	if (kind == MMU_FETCH)
		ask_fetch(cpu, va, &frame, &rights);
	else
		ask(cpu, va, kind, &frame, &rights);
	cpu->touched = va | kind;
}

static void touch_all(struct cpu *cpu, vaddr_t va, uint32_t size_bytes,
		      enum mmu_kind kind)
{
	vaddr_t last = va + size_bytes - 1;

	touch(cpu, page_of(va), kind);
	if (page_of(last) != page_of(va))
		touch(cpu, page_of(last), kind);
}

void cpu_on_instruction(uc_engine *uc, uint64_t va, uint32_t size, void *ctx)
{
	struct cpu *cpu = ctx;

	(void)uc;
	if (!cpu->in_stub && cpu->stop == STOP_NONE)
		touch_all(cpu, (vaddr_t)va, size, MMU_FETCH);
}

void cpu_on_access(uc_engine *uc, uc_mem_type type, uint64_t paddr, int size,
		   int64_t value, void *ctx)
{
	struct cpu *cpu = ctx;
	const uint32_t *page;

	(void)uc;
	(void)value;
	if (cpu->in_stub)
		return;
	page = page_of_frame(cpu, paddr);
	if (page)
		touch_all(cpu,
			  *page << SOFT_PAGE_BITS |
				  ((vaddr_t)paddr & (SOFT_PAGE_SIZE - 1)),
			  (uint32_t)size,
			  type == UC_MEM_WRITE ? MMU_WRITE : MMU_READ);
}
