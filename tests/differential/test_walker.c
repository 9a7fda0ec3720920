/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The walker against an oracle: QEMU's own ARMv7 MMU, which Unicorn carries in
 * its default mode (UC_TLB_CPU). Both get the same registers and the same
 * random tables; each address is then asked six ways:
 *
 *   - read and write, at PL1 and PL0, by the address translation operations
 *     ATS1CPR, CPW, CUR and CUW, whose answer is PAR. They are written
 *     through UC_ARM_REG_CP_REG, which runs what the guest instruction runs.
 *   - fetch, at PL1 and PL0. No operation asks for it, so the oracle tries to
 *     execute one instruction there. The leaves lie where it has no memory:
 *     a permitted fetch stops with the physical address that it missed, a
 *     forbidden one with a prefetch abort. That abort carries no status (the
 *     engine stops before it is taken), so fetches compare permission and
 *     address, and the reason by what ATS said of a read.
 *
 * An external abort during a walk makes QEMU's ATS operations take an exception
 * in the middle of our call, so the oracle has zeros where ours has nothing:
 * an external abort at some level here must be a translation fault of the same
 * level there. That shows the order and the level, not the status code, which
 * is left to tests/unit/mmu/test_fault.c.
 *
 * Ours must give the same answer by mmu_access(), by mmu_peek() and in our own
 * PAR. What cannot be compared: memory attributes (QEMU leaves them out of the
 * short format's PAR; tests/unit/mmu/test_attr.c has them), PA[39:32] (it cuts
 * them off), WXN and UWXN (it applies them to long descriptors alone), DFSR's
 * domain.
 *
 * Where the manual and QEMU are known to differ, a named predicate below sets
 * the question aside; the test fails when that happens in 5 % of them, or when
 * some leaf or fault makes up less than 1 %.
 *
 *     test_walker [--cases N] [--seed S]
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicorn/unicorn.h>

#include "mmu/armv7.h"
#include "mmu/mmu.h"

#define RAM_BASE  0x60000000u
#define RAM_BYTES 0x00100000u
#define NOWHERE   0x20000000u /* ours has no memory here, the oracle zeros */

/* Questions that get new tables but keep the registers. */
#define CASES_PER_SETTING 8
#define MAX_REPORTS       10

/* ---- random numbers ----------------------------------------------------- */

struct rng {
	uint64_t state;
};

/* splitmix64 */
static uint32_t draw(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (z ^ z >> 31) >> 16;
}

static uint32_t below(struct rng *rng, uint32_t n)
{
	return draw(rng) % n;
}

static bool percent(struct rng *rng, uint32_t p)
{
	return below(rng, 100) < p;
}

/* ---- what is counted ---------------------------------------------------- */

enum answer {
	LEAF_SMALL,
	LEAF_LARGE,
	LEAF_SECTION,
	LEAF_SUPERSECTION,
	FLAT,
	FAULT_ACCESS_FLAG_1,
	FAULT_ACCESS_FLAG_2,
	FAULT_TRANSLATION_1,
	FAULT_TRANSLATION_2,
	FAULT_DOMAIN_1,
	FAULT_DOMAIN_2,
	FAULT_EXTERNAL_WALK_1,
	FAULT_EXTERNAL_WALK_2,
	FAULT_PERMISSION_1,
	FAULT_PERMISSION_2,
	FETCH_ALLOWED,
	FETCH_NO_READ,
	FETCH_XN,
	FETCH_PXN,
	FETCH_OTHER_FAULT,
	NR_ANSWERS
};

static const char *const answer_names[NR_ANSWERS] = {
	[LEAF_SMALL] = "small page, 4 KB",
	[LEAF_LARGE] = "large page, 64 KB",
	[LEAF_SECTION] = "section, 1 MB",
	[LEAF_SUPERSECTION] = "supersection, 16 MB",
	[FLAT] = "flat, MMU off",
	[FAULT_ACCESS_FLAG_1] = "0x03 access flag, section",
	[FAULT_ACCESS_FLAG_2] = "0x06 access flag, page",
	[FAULT_TRANSLATION_1] = "0x05 translation, section",
	[FAULT_TRANSLATION_2] = "0x07 translation, page",
	[FAULT_DOMAIN_1] = "0x09 domain, section",
	[FAULT_DOMAIN_2] = "0x0b domain, page",
	[FAULT_EXTERNAL_WALK_1] = "0x0c external abort, level 1",
	[FAULT_EXTERNAL_WALK_2] = "0x0e external abort, level 2",
	[FAULT_PERMISSION_1] = "0x0d permission, section",
	[FAULT_PERMISSION_2] = "0x0f permission, page",
	[FETCH_ALLOWED] = "fetch allowed",
	[FETCH_NO_READ] = "fetch refused: no right to read",
	[FETCH_XN] = "fetch refused: XN",
	[FETCH_PXN] = "fetch refused: PXN",
	[FETCH_OTHER_FAULT] = "fetch refused: not a permission",
};

static const uint8_t fault_answers[MMU_FAULT_TYPES][3] = {
	[MMU_FAULT_ACCESS_FLAG] = {0, FAULT_ACCESS_FLAG_1, FAULT_ACCESS_FLAG_2},
	[MMU_FAULT_TRANSLATION] = {0, FAULT_TRANSLATION_1, FAULT_TRANSLATION_2},
	[MMU_FAULT_DOMAIN] = {0, FAULT_DOMAIN_1, FAULT_DOMAIN_2},
	[MMU_FAULT_EXTERNAL_WALK] = {0, FAULT_EXTERNAL_WALK_1,
				     FAULT_EXTERNAL_WALK_2},
	[MMU_FAULT_PERMISSION] = {0, FAULT_PERMISSION_1, FAULT_PERMISSION_2},
};

/* ---- one core, twice ---------------------------------------------------- */

struct regs {
	uint32_t sctlr, ttbr0, ttbr1, ttbcr, dacr, prrr, nmrr;
};

struct pair {
	const char *core;
	int uc_model;
	uc_engine *uc;
	struct mmu *mmu;
	uint32_t *ram; /* of both */
	struct regs regs;

	/* what the oracle's last fetch came to */
	bool aborted, executed, missed;
	uint64_t missed_paddr;
};

struct tally {
	uint64_t questions;
	uint64_t answers[NR_ANSWERS];
	uint64_t domain_before_level2, access_flag_after_domain;
	uint64_t differences;
};

static bool read_word(void *ctx, paddr_t paddr, const struct mmu_attr *attr,
		      uint32_t *word, uint32_t *cycles)
{
	const struct pair *pair = ctx;

	(void)attr;
	*cycles = 1;
	if (paddr < RAM_BASE || paddr >= RAM_BASE + RAM_BYTES)
		return false;
	*word = pair->ram[(paddr - RAM_BASE) / 4];
	return true;
}

static void check(uc_err err, const char *what)
{
	if (err == UC_ERR_OK)
		return;
	fprintf(stderr, "%s: %s\n", what, uc_strerror(err));
	exit(1);
}

/* Prefetch aborts come here; anything else would be news. */
static void on_interrupt(uc_engine *uc, uint32_t number, void *user)
{
	struct pair *pair = user;

	if (number == 3)
		pair->aborted = true;
	uc_emu_stop(uc);
}

static bool on_unmapped(uc_engine *uc, uc_mem_type type, uint64_t address,
			int size, int64_t value, void *user)
{
	struct pair *pair = user;

	(void)uc;
	(void)size;
	(void)value;
	pair->missed = type == UC_MEM_FETCH_UNMAPPED;
	pair->missed_paddr = address;
	return false;
}

/* A leaf pointed into the tables: stop before they run as code. */
static void on_block(uc_engine *uc, uint64_t address, uint32_t size, void *user)
{
	struct pair *pair = user;

	(void)address;
	(void)size;
	pair->executed = true;
	uc_emu_stop(uc);
}

static void open_engine(struct pair *pair)
{
	uc_hook hook;

	check(uc_open(UC_ARCH_ARM, UC_MODE_ARM, &pair->uc), "uc_open");
	check(uc_ctl_set_cpu_model(pair->uc, pair->uc_model), "cpu model");
	check(uc_mem_map_ptr(pair->uc, RAM_BASE, RAM_BYTES, UC_PROT_ALL,
			     pair->ram),
	      "RAM");
	check(uc_mem_map(pair->uc, NOWHERE, RAM_BYTES, UC_PROT_ALL), "zeros");
	check(uc_hook_add(pair->uc, &hook, UC_HOOK_INTR, (void *)on_interrupt,
			  pair, 1, 0),
	      "hook");
	check(uc_hook_add(pair->uc, &hook, UC_HOOK_MEM_FETCH_UNMAPPED,
			  (void *)on_unmapped, pair, 1, 0),
	      "hook");
	check(uc_hook_add(pair->uc, &hook, UC_HOOK_BLOCK, (void *)on_block,
			  pair, 1, 0),
	      "hook");
}

static void open_pair(struct pair *pair)
{
	struct mmu_config config = {
		.core = pair->core,
		.main = {.entries = 64},
	};
	struct mmu_port port = {.ctx = pair, .read_word = read_word};

	pair->ram = aligned_alloc(4096, RAM_BYTES);
	if (!pair->ram)
		exit(1);
	memset(pair->ram, 0, RAM_BYTES);
	pair->mmu = mmu_create(&config, &port);
	if (!pair->mmu)
		exit(1);
	open_engine(pair);
}

static void close_pair(struct pair *pair)
{
	uc_close(pair->uc);
	mmu_destroy(pair->mmu);
	free(pair->ram);
}

/* ---- the same registers for both ---------------------------------------- */

static uc_arm_cp_reg uc_reg(uint32_t reg, uint32_t value)
{
	return (uc_arm_cp_reg){
		.cp = 15,
		.crn = reg >> 12,
		.opc1 = reg >> 8 & 15,
		.crm = reg >> 4 & 15,
		.opc2 = reg & 15,
		.val = value,
	};
}

static void oracle_write(struct pair *pair, uint32_t reg, uint32_t value)
{
	uc_arm_cp_reg cp = uc_reg(reg, value);

	check(uc_reg_write(pair->uc, UC_ARM_REG_CP_REG, &cp), "CP15 write");
}

static uint32_t oracle_read(struct pair *pair, uint32_t reg)
{
	uc_arm_cp_reg cp = uc_reg(reg, 0);

	check(uc_reg_read(pair->uc, UC_ARM_REG_CP_REG, &cp), "CP15 read");
	return (uint32_t)cp.val;
}

static void write_both(struct pair *pair, uint32_t reg, uint32_t value)
{
	oracle_write(pair, reg, value);
	if (!mmu_cp15_write(pair->mmu, reg, value)) {
		fprintf(stderr, "CP15 %#x refused\n", reg);
		exit(1);
	}
}

static void set_mode(struct pair *pair, enum mmu_privilege privilege)
{
	uint32_t cpsr = privilege == MMU_PL0 ? 0x1d0 : 0x1d3;

	check(uc_reg_write(pair->uc, UC_ARM_REG_CPSR, &cpsr), "CPSR");
}

/* ---- the generator ------------------------------------------------------ */

static uint32_t random_dacr(struct rng *rng)
{
	uint32_t dacr = 0;

	for (int domain = 0; domain < 16; domain++) {
		uint32_t p = below(rng, 100);
		int access = p < 77   ? DOMAIN_CLIENT
			     : p < 84 ? DOMAIN_MANAGER
			     : p < 95 ? DOMAIN_NO_ACCESS
				      : DOMAIN_RESERVED;

		dacr |= DACR_DOMAIN(domain, access);
	}
	return dacr;
}

/*
 * Tables for TTBR0 lie in 0x60010000–0x60014000, those for TTBR1 in
 * 0x60020000–0x60028000, second-level ones above 0x60040000; a few nowhere.
 */
static void random_regs(struct rng *rng, struct regs *regs)
{
	uint32_t n = percent(rng, 50) ? 0 : below(rng, 8);
	uint32_t slot = below(rng, 1u << n) * (0x4000u >> n);

	regs->sctlr = SCTLR_ONES | (percent(rng, 96) ? SCTLR_M : 0) |
		      (percent(rng, 35) ? SCTLR_AFE : 0) |
		      (percent(rng, 50) ? SCTLR_TRE : 0);
	regs->ttbcr = n | (percent(rng, 3) ? TTBCR_PD0 : 0) |
		      (percent(rng, 3) ? TTBCR_PD1 : 0);
	regs->ttbr0 = (percent(rng, 4) ? NOWHERE : RAM_BASE + 0x10000) | slot |
		      (draw(rng) & 0x7f);
	regs->ttbr1 = (percent(rng, 4) ? NOWHERE : RAM_BASE + 0x20000) |
		      (percent(rng, 50) ? 0x4000 : 0) | (draw(rng) & 0x7f);
	regs->dacr = random_dacr(rng);
	regs->prrr = draw(rng);
	regs->nmrr = draw(rng);
}

static void set_regs(struct pair *pair, const struct regs *regs)
{
	pair->regs = *regs;
	set_mode(pair, MMU_PL1);
	write_both(pair, CP15_TTBCR, regs->ttbcr);
	write_both(pair, CP15_TTBR0, regs->ttbr0);
	write_both(pair, CP15_TTBR1, regs->ttbr1);
	write_both(pair, CP15_DACR, regs->dacr);
	write_both(pair, CP15_PRRR, regs->prrr);
	write_both(pair, CP15_NMRR, regs->nmrr);
	write_both(pair, CP15_SCTLR, regs->sctlr);
}

/* Random but for its type; second-level tables mostly where RAM is. */
static uint32_t random_l1(struct rng *rng)
{
	uint32_t word = draw(rng) & ~3u, p = below(rng, 100);

	if (p < 6)
		return word;
	if (p < 56) {
		uint32_t base = percent(rng, 6) ? NOWHERE : RAM_BASE + 0x40000;

		return (word & 0x3fc) | base | (draw(rng) & 0x3fc00) | 1;
	}
	word &= ~L1_SUPER;
	if (p < 76)
		word |= L1_SUPER;
	if (percent(rng, 50))
		word &= ~L1_XN;
	return word | 2 | percent(rng, 50);
}

static uint32_t random_l2(struct rng *rng)
{
	uint32_t word = draw(rng), p = below(rng, 100);

	if (p < 10)
		return word & ~3u;
	if (percent(rng, 50))
		word &= ~(p < 50 ? L2_LARGE_XN : L2_SMALL_XN);
	if (p < 50)
		return (word & ~3u) | 1;
	return word | 2;
}

static void put(struct pair *pair, uint32_t paddr, uint32_t word)
{
	if (paddr >= RAM_BASE && paddr < RAM_BASE + RAM_BYTES)
		pair->ram[(paddr - RAM_BASE) / 4] = word;
}

/*
 * New words wherever a walk for @va could look: under TTBR0 as far as its
 * table reaches, under TTBR1, and in the second-level tables of both. So a
 * walk that chooses the wrong one reads something else. The arithmetic is
 * written out anew here, not borrowed from mmu/.
 */
static void random_tables(struct rng *rng, struct pair *pair, vaddr_t va)
{
	uint32_t n = pair->regs.ttbcr & 7;
	uint32_t size0 = 16384u >> n;
	uint32_t l1[2] = {random_l1(rng), random_l1(rng)};

	put(pair, pair->regs.ttbr0 / size0 * size0 + (va / 1048576 * 4) % size0,
	    l1[0]);
	put(pair, pair->regs.ttbr1 / 16384 * 16384 + va / 1048576 * 4, l1[1]);
	for (int i = 0; i < 2; i++)
		if ((l1[i] & 3) == 1)
			put(pair, l1[i] / 1024 * 1024 + va / 4096 % 256 * 4,
			    random_l2(rng));
}

/* Anywhere, but often in the part that TTBR0 translates. */
static vaddr_t random_va(struct rng *rng, uint32_t ttbcr)
{
	vaddr_t va = draw(rng);

	return percent(rng, 50) ? va >> (ttbcr & 7) : va;
}

/* ---- known differences -------------------------------------------------- */

static int access_of_domain(const struct pair *pair,
			    const struct mmu_fault *fault)
{
	return dacr_access(pair->regs.dacr, fault->domain);
}

static bool bars(int domain_access)
{
	return domain_access == DOMAIN_NO_ACCESS ||
	       domain_access == DOMAIN_RESERVED;
}

/*
 * The manual reads the second-level descriptor first, and what is wrong there
 * is reported; QEMU asks the domain before.
 */
static bool domain_before_level2(const struct pair *pair,
				 const struct mmu_fault *fault)
{
	return fault->level == 2 &&
	       (fault->type == MMU_FAULT_TRANSLATION ||
		fault->type == MMU_FAULT_EXTERNAL_WALK) &&
	       bars(access_of_domain(pair, fault));
}

/*
 * The manual asks the access flag before the domain, whatever the domain's
 * access; QEMU asks after it, and never in a manager domain.
 */
static bool access_flag_after_domain(const struct pair *pair,
				     const struct mmu_fault *fault)
{
	return fault->type == MMU_FAULT_ACCESS_FLAG &&
	       access_of_domain(pair, fault) != DOMAIN_CLIENT;
}

static bool set_aside(const struct pair *pair, const struct mmu_fault *fault,
		      struct tally *tally)
{
	if (domain_before_level2(pair, fault)) {
		tally->domain_before_level2++;
		return true;
	}
	if (access_flag_after_domain(pair, fault)) {
		tally->access_flag_after_domain++;
		return true;
	}
	return false;
}

/* ---- asking ------------------------------------------------------------- */

static void describe(struct pair *pair, vaddr_t va, enum mmu_kind kind,
		     enum mmu_privilege privilege,
		     const struct mmu_result *ours)
{
	static const char *const kinds[] = {"read", "write", "fetch"};
	struct mmu_walk_step step[2] = {0};
	int levels = mmu_peek_walk(pair->mmu, va, step);

	printf("\nDIFFERENCE: %s, %s at PL%d of %08" PRIx32 "\n", pair->core,
	       kinds[kind], privilege == MMU_PL1, va);
	printf("  SCTLR %08" PRIx32 " TTBR0 %08" PRIx32 " TTBR1 %08" PRIx32
	       " TTBCR %08" PRIx32 " DACR %08" PRIx32 "\n",
	       pair->regs.sctlr, pair->regs.ttbr0, pair->regs.ttbr1,
	       pair->regs.ttbcr, pair->regs.dacr);
	for (int i = 0; i < levels; i++)
		printf("  level %d: %08" PRIx64 ": %08" PRIx32 "\n", i + 1,
		       step[i].paddr, step[i].word);
	printf("  ours: %s, level %d, domain %d, paddr %010" PRIx64
	       ", size %#" PRIx32 ", rights %d\n",
	       mmu_fault_name(ours->fault.type), ours->fault.level,
	       ours->fault.domain, ours->paddr, ours->size_bytes, ours->rights);
}

/* Counts a difference; true for the first few, which are to be printed. */
static bool differs(struct tally *tally, struct pair *pair, vaddr_t va,
		    enum mmu_kind kind, enum mmu_privilege privilege,
		    const struct mmu_result *ours)
{
	if (++tally->differences > MAX_REPORTS)
		return false;
	describe(pair, va, kind, privilege, ours);
	return true;
}

static bool same_result(const struct mmu_result *a, const struct mmu_result *b)
{
	return a->fault.type == b->fault.type &&
	       a->fault.level == b->fault.level &&
	       a->fault.domain == b->fault.domain &&
	       a->fault.far == b->fault.far && a->paddr == b->paddr &&
	       a->size_bytes == b->size_bytes && a->rights == b->rights &&
	       a->attr.type == b->attr.type && a->attr.inner == b->attr.inner &&
	       a->attr.outer == b->attr.outer &&
	       a->attr.shareable == b->attr.shareable &&
	       a->attr.outer_shareable == b->attr.outer_shareable;
}

/* Ours, by mmu_access(); mmu_peek() must say the same. */
static struct mmu_result ask_ours(struct pair *pair, vaddr_t va,
				  enum mmu_kind kind,
				  enum mmu_privilege privilege,
				  struct tally *tally)
{
	struct mmu_result accessed, peeked;

	mmu_access(pair->mmu, va, kind, privilege, &accessed);
	mmu_peek(pair->mmu, va, kind, privilege, &peeked);
	if (!same_result(&accessed, &peeked) &&
	    differs(tally, pair, va, kind, privilege, &accessed))
		printf("  mmu_peek: %s, paddr %010" PRIx64 "\n",
		       mmu_fault_name(peeked.fault.type), peeked.paddr);
	return accessed;
}

static enum answer answer_of(const struct mmu_result *result)
{
	if (result->fault.type != MMU_FAULT_NONE)
		return fault_answers[result->fault.type][result->fault.level];
	if (result->source == MMU_FLAT)
		return FLAT;
	switch (result->size_bytes) {
	case 0x1000:
		return LEAF_SMALL;
	case 0x10000:
		return LEAF_LARGE;
	case 0x100000:
		return LEAF_SECTION;
	default:
		return LEAF_SUPERSECTION;
	}
}

/* What the oracle's PAR must hold: F and FS, or SS and the address. */
static uint32_t expected_par(const struct mmu_result *result)
{
	struct mmu_fault fault = result->fault;

	if (fault.type == MMU_FAULT_EXTERNAL_WALK)
		fault.type = MMU_FAULT_TRANSLATION; /* it read a zero there */
	if (fault.type != MMU_FAULT_NONE)
		return 1 | fsr_fs(mmu_fault_status(&fault)) << 1;
	if (result->size_bytes == 0x1000000)
		return ((uint32_t)result->paddr & 0xff000000) | 2;
	return (uint32_t)result->paddr & 0xfffff000;
}

/* What ours must hold. */
static uint32_t expected_own_par(const struct mmu_result *result)
{
	if (result->fault.type != MMU_FAULT_EXTERNAL_WALK)
		return expected_par(result);
	return 1 | (result->fault.level == 1 ? 0x0c : 0x0e) << 1;
}

/* The bits of PAR that the oracle fills in, too. */
static uint32_t meaningful(uint32_t par)
{
	if (par & PAR_F)
		return par & 0x7f;
	return par & (par & PAR_SS ? 0xff000002 : 0xfffff002);
}

static void ask_data(struct pair *pair, vaddr_t va, enum mmu_kind kind,
		     enum mmu_privilege privilege, struct tally *tally)
{
	uint32_t reg = CP15_REG(7, 0, 8,
				(privilege == MMU_PL0 ? 2 : 0) |
					(kind == MMU_WRITE ? 1 : 0));
	struct mmu_result ours = ask_ours(pair, va, kind, privilege, tally);
	uint32_t theirs, own;

	tally->questions++;
	if (set_aside(pair, &ours.fault, tally))
		return;
	tally->answers[answer_of(&ours)]++;
	write_both(pair, reg, va);
	theirs = meaningful(oracle_read(pair, CP15_PAR));
	mmu_cp15_read(pair->mmu, CP15_PAR, &own);
	if ((theirs != expected_par(&ours) ||
	     meaningful(own) != expected_own_par(&ours)) &&
	    differs(tally, pair, va, kind, privilege, &ours))
		printf("  PAR: oracle %08" PRIx32 ", ours %08" PRIx32
		       ", expected %08" PRIx32 "\n",
		       theirs, own, expected_par(&ours));
}

/* Why a fetch was refused, told from the words alone. */
static enum answer fetch_answer(struct pair *pair, vaddr_t va,
				enum mmu_privilege privilege,
				const struct mmu_result *ours)
{
	struct mmu_walk_step step[2] = {0};
	int levels = mmu_peek_walk(pair->mmu, va, step);
	uint32_t leaf = step[levels > 1].word;
	bool xn = levels < 2        ? leaf & 1u << 4
		  : (leaf & 3) == 1 ? leaf & 1u << 15
				    : leaf & 1;
	struct mmu_result read;

	if (ours->fault.type == MMU_FAULT_NONE)
		return FETCH_ALLOWED;
	if (ours->fault.type != MMU_FAULT_PERMISSION)
		return FETCH_OTHER_FAULT;
	if (!mmu_peek(pair->mmu, va, MMU_READ, privilege, &read))
		return FETCH_NO_READ;
	return xn ? FETCH_XN : FETCH_PXN;
}

static void oracle_fetch(struct pair *pair, vaddr_t va,
			 enum mmu_privilege privilege)
{
	set_mode(pair, privilege);
	pair->aborted = pair->executed = pair->missed = false;
	uc_emu_start(pair->uc, va, ~(uint64_t)0, 0, 1);
	set_mode(pair, MMU_PL1);
}

static void ask_fetch(struct pair *pair, vaddr_t va,
		      enum mmu_privilege privilege, struct tally *tally)
{
	struct mmu_result ours = ask_ours(pair, va, MMU_FETCH, privilege,
					  tally);
	bool allowed = ours.fault.type == MMU_FAULT_NONE;

	tally->questions++;
	if (set_aside(pair, &ours.fault, tally))
		return;
	tally->answers[fetch_answer(pair, va, privilege, &ours)]++;
	oracle_fetch(pair, va, privilege);
	if (pair->aborted + pair->executed + pair->missed == 1 &&
	    allowed == !pair->aborted &&
	    (!pair->missed ||
	     (uint32_t)pair->missed_paddr == (uint32_t)ours.paddr))
		return;
	if (differs(tally, pair, va, MMU_FETCH, privilege, &ours))
		printf("  oracle: aborted %d, executed %d, missed %d at "
		       "%08" PRIx64 "\n",
		       pair->aborted, pair->executed, pair->missed,
		       pair->missed_paddr);
}

static void one_case(struct rng *rng, struct pair *pair, struct tally *tally)
{
	vaddr_t va = random_va(rng, pair->regs.ttbcr);

	random_tables(rng, pair, va);
	write_both(pair, CP15_TLBIALL, 0);
	ask_data(pair, va, MMU_READ, MMU_PL1, tally);
	ask_data(pair, va, MMU_WRITE, MMU_PL1, tally);
	ask_data(pair, va, MMU_READ, MMU_PL0, tally);
	ask_data(pair, va, MMU_WRITE, MMU_PL0, tally);
	ask_fetch(pair, va & ~3u, MMU_PL1, tally);
	ask_fetch(pair, va & ~3u, MMU_PL0, tally);
}

/* ---- the report --------------------------------------------------------- */

static double share(uint64_t part, const struct tally *tally)
{
	return 100.0 * part / tally->questions;
}

static bool report(const struct tally *tally)
{
	uint64_t aside = tally->domain_before_level2 +
			 tally->access_flag_after_domain;
	bool ok = true;

	for (int i = 0; i < NR_ANSWERS; i++) {
		bool rare = share(tally->answers[i], tally) < 1;

		printf("  %-34s %10" PRIu64 " %6.2f %%%s\n", answer_names[i],
		       tally->answers[i], share(tally->answers[i], tally),
		       rare ? "  TOO FEW" : "");
		ok &= !rare;
	}
	printf("set aside:\n  %-34s %10" PRIu64 " %6.2f %%\n"
	       "  %-34s %10" PRIu64 " %6.2f %%\n",
	       "domain_before_level2", tally->domain_before_level2,
	       share(tally->domain_before_level2, tally),
	       "access_flag_after_domain", tally->access_flag_after_domain,
	       share(tally->access_flag_after_domain, tally));
	if (share(aside, tally) >= 5) {
		printf("TOO MANY questions set aside\n");
		ok = false;
	}
	printf("%" PRIu64 " questions, %" PRIu64 " differences\n",
	       tally->questions, tally->differences);
	return ok && !tally->differences;
}

static uint64_t number(const char *text)
{
	char *end;
	uint64_t value = strtoull(text, &end, 0);

	if (*text && !*end)
		return value;
	fprintf(stderr, "not a number: %s\n", text);
	exit(2);
}

int main(int argc, char **argv)
{
	struct pair pairs[] = {
		{.core = "cortex-a9", .uc_model = UC_CPU_ARM_CORTEX_A9},
		{.core = "cortex-a15", .uc_model = UC_CPU_ARM_CORTEX_A15},
	};
	uint64_t cases = 500000, seed = 1;
	struct tally tally = {0};
	struct rng rng;

	for (int i = 1; i < argc; i += 2) {
		if (i + 1 < argc && !strcmp(argv[i], "--cases")) {
			cases = number(argv[i + 1]);
		} else if (i + 1 < argc && !strcmp(argv[i], "--seed")) {
			seed = number(argv[i + 1]);
		} else {
			fprintf(stderr, "usage: %s [--cases N] [--seed S]\n",
				argv[0]);
			return 2;
		}
	}
	if (!cases)
		return 2;

	printf("walker against QEMU's in Unicorn: %" PRIu64
	       " addresses, seed %" PRIu64 "\n",
	       cases, seed);
	rng.state = seed;
	open_pair(&pairs[0]);
	open_pair(&pairs[1]);
	for (uint64_t i = 0; i < cases; i++) {
		struct pair *pair = &pairs[i / CASES_PER_SETTING % 2];

		if (i % CASES_PER_SETTING == 0) {
			struct regs regs;

			random_regs(&rng, &regs);
			set_regs(pair, &regs);
		}
		one_case(&rng, pair, &tally);
	}
	close_pair(&pairs[0]);
	close_pair(&pairs[1]);
	return report(&tally) ? 0 : 1;
}
