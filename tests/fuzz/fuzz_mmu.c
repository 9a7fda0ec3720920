/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * libFuzzer entry: any bytes are a program of register writes, descriptor
 * writes and accesses for one MMU of a shape that the first byte chooses.
 * Whatever they are, these hold:
 *
 *   - a fault has a type, and a level where its type has one;
 *   - an access is allowed exactly when its rights say so;
 *   - right after TLBIALL, mmu_access() and mmu_peek() agree;
 *   - what a soft TLB still holds by the rule of `dropped` is a hit;
 *   - counters are consistent: misses <= lookups, and the like.
 */
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mmu/armv7.h"
#include "mmu/mmu.h"

#define RAM_BASE  0x60000000u
#define RAM_WORDS 16384u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t left;
};

struct fuzz {
	uint32_t ram[RAM_WORDS];
	struct mmu *mmu;
	/* The last page that was granted and not dropped since. */
	bool held;
	vaddr_t page;
	enum mmu_privilege privilege;
	uint8_t rights;
};

static uint32_t take(struct input *input, unsigned int bytes)
{
	uint32_t value = 0;

	while (bytes-- && input->left) {
		value = value << 8 | *input->data++;
		input->left--;
	}
	return value;
}

static bool read_word(void *ctx, paddr_t paddr, const struct mmu_attr *attr,
		      uint32_t *word, uint32_t *cycles)
{
	const struct fuzz *fuzz = ctx;

	(void)attr;
	*cycles = 1;
	assert(!(paddr & 3));
	if (paddr < RAM_BASE || paddr >= RAM_BASE + 4 * RAM_WORDS)
		return false;
	*word = fuzz->ram[(paddr - RAM_BASE) / 4];
	return true;
}

static void dropped(void *ctx, vaddr_t va, uint32_t size_bytes)
{
	struct fuzz *fuzz = ctx;

	if (!size_bytes || fuzz->page - va < size_bytes)
		fuzz->held = false;
}

/* ---- shapes ------------------------------------------------------------- */

static struct mmu_config shape(uint8_t byte)
{
	static const struct mmu_config shapes[] = {
		{.core = "cortex-a9", .main = {.entries = 4}},
		{.core = "cortex-a9",
		 .main = {.entries = 8, .ways = 2, .lockable = 2},
		 .micro_i = {.entries = 2},
		 .micro_d = {.entries = 2}},
		{.core = "cortex-a15",
		 .main = {.entries = 16, .ways = 4},
		 .micro_i = {.entries = 2, .small_only = true},
		 .micro_d = {.entries = 2, .small_only = true},
		 .micro_st = {.entries = 2, .small_only = true}},
		{.core = "cortex-a8",
		 .main_i = {.entries = 3},
		 .main_d = {.entries = 3, .lockable = 1}},
	};
	struct mmu_config config = shapes[byte & 3];

	config.main.replacement = byte >> 2 & 3;
	config.main_d.replacement = byte >> 2 & 3;
	config.micro_d.replacement = byte >> 4 & 3;
	config.recheck_hits = byte >> 6 & 1;
	return config;
}

/* ---- steps -------------------------------------------------------------- */

static void write_register(struct fuzz *fuzz, struct input *input)
{
	static const uint32_t regs[] = {
		CP15_SCTLR,      CP15_TTBR0,    CP15_TTBR1,    CP15_TTBCR,
		CP15_DACR,       CP15_PRRR,     CP15_NMRR,     CP15_CONTEXTIDR,
		CP15_TLBIALL,    CP15_TLBIMVA,  CP15_TLBIASID, CP15_TLBIMVAA,
		CP15_ITLBIMVA,   CP15_DTLBIALL, CP15_TLBLOCK,  CP15_ATS1CPR,
		CP15_TLBIMVAAIS,
	};
	uint32_t n = take(input, 1);
	/* Now and then any register number at all. */
	uint32_t reg = n < 240 ? regs[n % (sizeof(regs) / sizeof(regs[0]))]
			       : take(input, 2);
	uint32_t value = take(input, 4);
	uint32_t back;

	mmu_cp15_write(fuzz->mmu, reg, value);
	mmu_cp15_read(fuzz->mmu, reg, &back);
}

/* A table pointer stays near the RAM, or nothing would ever be found. */
static void write_descriptor(struct fuzz *fuzz, struct input *input)
{
	uint32_t index = take(input, 2) % RAM_WORDS;
	uint32_t word = take(input, 4);

	if (l1_type(word) == L1_TABLE)
		word = (word & 0xfc00ffff) | RAM_BASE;
	fuzz->ram[index] = word;
}

static void check_fault(const struct mmu_fault *fault)
{
	switch (fault->type) {
	case MMU_FAULT_ACCESS_FLAG:
	case MMU_FAULT_TRANSLATION:
	case MMU_FAULT_DOMAIN:
	case MMU_FAULT_PERMISSION:
	case MMU_FAULT_EXTERNAL_WALK:
		assert(fault->level == 1 || fault->level == 2);
		assert(fault->domain < 16);
		assert(mmu_fault_status(fault) & FSR_FS_LOW);
		break;
	default:
		assert(!"a fault that no access has");
	}
}

static void check_access(const struct mmu_result *result, bool ok,
			 enum mmu_kind kind)
{
	uint32_t size = result->size_bytes;

	assert(ok == (result->fault.type == MMU_FAULT_NONE));
	if (!ok) {
		check_fault(&result->fault);
		assert(!(result->rights & 1 << kind));
		return;
	}
	assert(result->rights & 1 << kind);
	assert(size == 0x1000 || size == 0x10000 || size == 0x100000 ||
	       size == 0x1000000);
	assert(result->paddr < 1ull << 40);
	assert(((result->paddr ^ result->fault.far) & 0xfff) == 0);
}

static void access_once(struct fuzz *fuzz, struct input *input)
{
	uint32_t how = take(input, 1);
	vaddr_t va = take(input, 4);
	enum mmu_kind kind = how % 3;
	enum mmu_privilege privilege = how >> 2 & 1;
	bool held = fuzz->held && (va & ~0xfffu) == fuzz->page &&
		    privilege == fuzz->privilege && fuzz->rights & 1 << kind;
	struct mmu_result result;
	bool ok;

	ok = mmu_access(fuzz->mmu, va, kind, privilege, &result);
	check_access(&result, ok, kind);
	assert(!held || (ok && result.source != MMU_WALKED));
	if (!ok)
		return;
	fuzz->held = true;
	fuzz->page = va & ~0xfffu;
	fuzz->privilege = privilege;
	fuzz->rights = result.rights;
}

static void compare_with_peek(struct fuzz *fuzz, struct input *input)
{
	vaddr_t va = take(input, 4);
	struct mmu_result accessed, peeked;
	enum mmu_kind kind = va % 3;

	/* A locked entry leaves by its address alone. */
	mmu_cp15_write(fuzz->mmu, CP15_TLBIALL, 0);
	mmu_cp15_write(fuzz->mmu, CP15_TLBIMVA, va & ~0xfffu);
	mmu_access(fuzz->mmu, va, kind, MMU_PL0, &accessed);
	mmu_peek(fuzz->mmu, va, kind, MMU_PL0, &peeked);
	if (accessed.source != MMU_WALKED)
		return; /* flat, or locked by another ASID's access */
	assert(accessed.fault.type == peeked.fault.type);
	assert(accessed.fault.level == peeked.fault.level);
	assert(accessed.paddr == peeked.paddr);
	assert(accessed.attr.type == peeked.attr.type);
	fuzz->held = false;
}

static void check_counters(const struct mmu *mmu)
{
	const struct mmu_stats *stats = mmu_stats(mmu);

	assert(stats->l1_reads <= stats->walks);
	assert(stats->l2_reads <= stats->walks);
	for (int i = 0; i < mmu_nr_tlbs(mmu); i++) {
		const struct mmu_tlb_stats *tlb = mmu_tlb_stats(mmu, i);

		assert(tlb->misses <= tlb->lookups);
		assert(tlb->fetch_misses <= tlb->misses);
		assert(tlb->evictions <= tlb->misses);
		for (uint32_t index = 0; index < tlb->entries; index++) {
			struct mmu_tlb_view view;

			mmu_tlb_view(mmu, i, index, &view);
			assert(!view.valid ||
			       !(view.va & (view.size_bytes - 1)));
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = {data, size};
	struct mmu_config config = shape(take(&input, 1));
	struct fuzz *fuzz = calloc(1, sizeof(*fuzz));
	struct mmu_port port = {
		.ctx = fuzz,
		.read_word = read_word,
		.dropped = dropped,
	};

	if (!fuzz)
		return 0;
	fuzz->mmu = mmu_create(&config, &port);
	assert(fuzz->mmu);
	mmu_cp15_write(fuzz->mmu, CP15_TTBR0, RAM_BASE);
	mmu_cp15_write(fuzz->mmu, CP15_DACR, 0x55555555);
	mmu_cp15_write(fuzz->mmu, CP15_SCTLR, SCTLR_M);
	while (input.left) {
		switch (take(&input, 1) & 7) {
		case 0:
			write_register(fuzz, &input);
			break;
		case 1:
		case 2:
			write_descriptor(fuzz, &input);
			break;
		case 3:
			compare_with_peek(fuzz, &input);
			break;
		default:
			access_once(fuzz, &input);
			break;
		}
	}
	check_counters(fuzz->mmu);
	mmu_destroy(fuzz->mmu);
	free(fuzz);
	return 0;
}
