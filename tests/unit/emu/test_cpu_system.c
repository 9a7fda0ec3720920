/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What only SVC mode may do: CP15 is the model's, modes stay as they are, VFP
 * is off there; and the decoder beside Capstone's. Frames that are guarded.
 */
#include "tests/unit/emu/helper_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <capstone/capstone.h>

#include "emu/cpu_engine.h"
#include "mmu/armv7.h"

#define CODE 0x10000u
#define DATA 0x20000u
#define SVC  0x13u
#define USER 0x10u

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

#define SVC_0 0xef000000u
#define NOP   0xe320f000u

static int setup(void **state)
{
	static struct rig rig;

	rig_create(&rig, NULL);
	rig_code(&rig, CODE, "", 0);
	rig_page(&rig, DATA);
	*state = &rig;
	return 0;
}

static int teardown(void **state)
{
	rig_destroy(*state);
	return 0;
}

static void put_code(struct rig *rig, const void *code, uint32_t size)
{
	uint32_t *l1 = rig_at(rig, RIG_RAM + (CODE >> 20) * 4);
	uint32_t *l2 = rig_at(rig, *l1 & ~0x3ffu);
	paddr_t frame = l2[CODE >> 12 & 0xff] & ~0xfffu;

	memcpy(rig_at(rig, frame), code, size);
	cpu_code_changed(rig->cpu, frame, 4096);
}

static enum trap_kind run(struct rig *rig, uint32_t cpsr)
{
	struct pt_regs regs;

	cpu_get_regs(rig->cpu, &regs);
	regs.r[15] = CODE;
	regs.cpsr = cpsr;
	cpu_set_regs(rig->cpu, &regs);
	return rig_run(rig);
}

static enum trap_kind run_code(struct rig *rig, const uint32_t *code,
			       uint32_t nr, uint32_t cpsr)
{
	put_code(rig, code, nr * 4);
	return run(rig, cpsr);
}

/* @insn between others, its registers 0 and 1. */
static enum trap_kind run_one(struct rig *rig, uint32_t insn, uint32_t cpsr)
{
	const uint32_t code[] = {NOP, 0xe2822001, insn, 0xe2822001, SVC_0};

	rig_set_reg(rig, 2, 0);
	return run_code(rig, code, LENGTH(code), cpsr);
}

static void done(struct rig *rig, uint32_t insn)
{
	assert_int_equal(run_one(rig, insn, SVC), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 2), 2);
}

static void refused(struct rig *rig, uint32_t insn)
{
	uint64_t before = cpu_instructions(rig->cpu);

	assert_int_equal(run_one(rig, insn, SVC), TRAP_UNDEFINED);
	assert_int_equal(rig_reg(rig, 15), CODE + 8);
	assert_int_equal(rig_reg(rig, 2), 1);
	assert_int_equal(rig_reg(rig, 16) & 0x1f, SVC);
	assert_int_equal(cpu_instructions(rig->cpu) - before, 2);
}

static uint32_t model(const struct rig *rig, uint32_t reg)
{
	uint32_t value = 0;

	assert_true(mmu_cp15_read(rig->mmu, reg, &value));
	return value;
}

#define MRC(crn, opc1, crm, opc2) \
	(0xee100f10u | (opc1) << 21 | (crn) << 16 | (opc2) << 5 | (crm))
#define MCR(crn, opc1, crm, opc2) (MRC(crn, opc1, crm, opc2) & ~0x100000u)
#define RT0                       0xffff0fffu /* r0 */

static void cp15_reads_are_the_models(void **state)
{
	struct rig *rig = *state;
	static const uint8_t regs[][4] = {
		{0, 0, 0, 0}, {0, 0, 0, 5},  {1, 0, 0, 0},  {2, 0, 0, 0},
		{2, 0, 0, 2}, {3, 0, 0, 0},  {5, 0, 0, 0},  {6, 0, 0, 2},
		{7, 0, 4, 0}, {10, 0, 2, 0}, {13, 0, 0, 1},
	};

	mmu_cp15_write(rig->mmu, CP15_CONTEXTIDR, 0x1234);
	for (size_t i = 0; i < LENGTH(regs); i++) {
		const uint8_t *r = regs[i];

		rig_set_reg(rig, 0, 0xdeadbeef);
		done(rig, MRC(r[0], r[1], r[2], r[3]) & RT0);
		assert_int_equal(rig_reg(rig, 0),
				 model(rig, CP15_REG(r[0], r[1], r[2], r[3])));
	}
}

static void what_addresses_mean_stays(void **state)
{
	struct rig *rig = *state;
	static const uint8_t regs[][4] = {
		{1, 0, 0, 0}, {2, 0, 0, 0},  {2, 0, 0, 1},  {2, 0, 0, 2},
		{3, 0, 0, 0}, {10, 0, 2, 0}, {10, 0, 2, 1}, {13, 0, 0, 1},
	};

	for (size_t i = 0; i < LENGTH(regs); i++) {
		const uint8_t *r = regs[i];
		uint32_t insn = MCR(r[0], r[1], r[2], r[3]) & RT0;
		uint32_t reg = CP15_REG(r[0], r[1], r[2], r[3]);
		uint32_t old = model(rig, reg);

		rig_set_reg(rig, 0, old);
		done(rig, insn);
		rig_set_reg(rig, 0, old ^ 1);
		refused(rig, insn);
		assert_int_equal(model(rig, reg), old);
	}
}

static void what_is_unknown_is_undefined(void **state)
{
	struct rig *rig = *state;
	static const uint32_t insns[] = {
		MRC(9, 0, 13, 0) & RT0, /* PMCCNTR: the host's clock */
		MCR(9, 0, 12, 0) & RT0,
		MRC(14, 0, 0, 0) & RT0, /* CNTFRQ */
		MCR(14, 0, 2, 1) & RT0,
		MCR(1, 0, 0, 2) & RT0, /* CPACR */
		MCR(12, 0, 0, 0) & RT0, /* VBAR */
		MCR(15, 0, 0, 0) & RT0,
		0xec510f0e, /* mrrc CNTPCT */
		0xec410f02, /* mcrr TTBR0 */
		0xee100e10,
		0xee000ed0, /* CP14: mrc, mcr */
		0xed905e00, /* ldc p14 */
		0xee300a00,
		0xed900b00,
		0xeef10a10,
		0xeee80a10, /* VFP */
		0xf2000d40,
		0xf4200a0f, /* NEON */
		0xe1600070,
		0xe1400070,
		0xe160006e, /* smc, hvc, eret */
		0xe1b0f00e,
		0xe25ef004,
		0xe3b0f000, /* movs, subs pc */
		0xe8f08001,
		0xf8bd0a00,
		0xf96d0513, /* ldm ^, rfe, srs */
		0xf1020010,
		0xf1020012,
		0xf10e0091, /* cps: usr, irq, fiq */
		0xe321f010,
		0xe321f0d2,
		0xe321f01f, /* msr cpsr_c */
	};

	for (size_t i = 0; i < LENGTH(insns); i++)
		refused(rig, insns[i]);
}

static void interrupts_are_masked(void **state)
{
	struct rig *rig = *state;
	static const struct {
		uint32_t insn, after;
	} cases[] = {
		{0xf10c0080, 0x80}, /* cpsid i */
		{0xf1080080, 0}, /* cpsie i */
		{0xf10e0093, 0x80}, /* cpsid i, #19 */
		{0xe321f093, 0x80}, /* msr cpsr_c, #0x93 */
		{0xe321f0d3, 0xc0}, {0xe121f000, 0x80}, /* r0 */
	};

	for (size_t i = 0; i < LENGTH(cases); i++) {
		rig_set_reg(rig, 0, 0x93 | 1 << 5 /* T stays */);
		done(rig, cases[i].insn);
		assert_int_equal(rig_reg(rig, 16) & 0xff, SVC | cases[i].after);
	}
	rig_set_reg(rig, 0, 0x10); /* nor another mode */
	refused(rig, 0xe121f000);
}

static void tlb_operations_reach_the_model(void **state)
{
	struct rig *rig = *state;
	const uint32_t flush = MCR(8, 0, 7, 1) & RT0;
	const uint32_t code[] = {0xe5913000, flush, 0xe5914000, SVC_0};
	paddr_t other = rig_frame(rig);
	uint64_t before;

	rig_set_reg(rig, 0, DATA);
	rig_set_reg(rig, 1, DATA);
	assert_int_equal(run_code(rig, code, LENGTH(code), SVC), TRAP_SVC);
	before = rig_misses(rig);
	*(uint32_t *)rig_at(rig, other) = 77;
	rig_map(rig, DATA, other, RIG_SMALL | RIG_USER_RW);
	assert_int_equal(run(rig, SVC), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 3), 0); /* stale, as on hardware */
	assert_int_equal(rig_reg(rig, 4), 77);
	assert_int_equal(rig_misses(rig) - before, 1);
}

static void addresses_are_translated(void **state)
{
	struct rig *rig = *state;
	const uint32_t code[] = {MCR(7, 0, 8, 0) & RT0, MRC(7, 0, 4, 0) & RT0,
				 SVC_0};

	rig_set_reg(rig, 0, DATA);
	assert_int_equal(run_code(rig, code, LENGTH(code), SVC), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 0) & 0xfffff001,
			 model(rig, CP15_PAR) & 0xfffff001);
	assert_true(rig_reg(rig, 0) >> 24 == RIG_RAM >> 24);
	rig_set_reg(rig, 0, 0x7000000);
	assert_int_equal(run(rig, SVC), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 0) & 1, 1);
}

/* The condition counts; so does each instruction, once. */
static void conditions_and_counts(void **state)
{
	struct rig *rig = *state;
	const uint32_t code[] = {0xe3500000, /* cmp r0, #0 */
				 (MCR(2, 0, 0, 0) & RT0 & 0x0fffffff) |
					 0x10000000, /* mcrne TTBR0 */
				 (MRC(0, 0, 0, 0) & RT0 & 0x0fffffff), SVC_0};
	uint64_t before;

	rig_set_reg(rig, 0, 0);
	assert_int_equal(run_code(rig, code, LENGTH(code), SVC), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 0), model(rig, CP15_MIDR));
	rig_set_reg(rig, 0, 0);
	before = cpu_instructions(rig->cpu);
	assert_int_equal(run(rig, SVC), TRAP_SVC);
	assert_int_equal(cpu_instructions(rig->cpu) - before, LENGTH(code));
	rig_set_reg(rig, 0, 1);
	assert_int_equal(run(rig, SVC), TRAP_UNDEFINED);
}

static void thumb_has_them_too(void **state)
{
	struct rig *rig = *state;
	/* nop; mrc p15, 0, r0, c0, c0, 0; cpsid i; msr cpsr_c, r1; svc 0 */
	static const uint16_t code[] = {0xbf00, 0xee10, 0x0f10, 0xb672,
					0xf381, 0x8100, 0xdf00};
	/* cmp r0, r0; it eq; mrceq p15, 0, r0, c0, c0, 0; svc 0 */
	static const uint16_t in_it[] = {0x4280, 0xbf08, 0xee10, 0x0f10,
					 0xdf00};

	put_code(rig, code, sizeof(code));
	rig_set_reg(rig, 1, SVC | 0x80);
	assert_int_equal(run(rig, SVC | 0x20), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 0), model(rig, CP15_MIDR));
	rig_set_reg(rig, 1, 0x9f);
	assert_int_equal(run(rig, SVC | 0x20), TRAP_UNDEFINED);
	assert_int_equal(rig_reg(rig, 15), CODE + 8);
	put_code(rig, in_it, sizeof(in_it));
	assert_int_equal(run(rig, SVC | 0x20), TRAP_UNDEFINED);
	assert_int_equal(rig_reg(rig, 15), CODE);
}

/* Code that user mode has run already is looked at all the same. */
static void user_mode_is_apart(void **state)
{
	struct rig *rig = *state;
	const uint32_t code[] = {0xed910b00, /* vldr d0, [r1] */
				 SVC_0};
	const uint32_t tls[] = {MRC(13, 0, 0, 3) & RT0, SVC_0};

	rig_set_reg(rig, 1, DATA);
	assert_int_equal(run_code(rig, code, 2, USER), TRAP_SVC);
	assert_int_equal(run(rig, SVC), TRAP_UNDEFINED);
	assert_int_equal(run(rig, USER), TRAP_SVC);
	assert_int_equal(run(rig, SVC), TRAP_UNDEFINED);
	cpu_set_tpidruro(rig->cpu, 4711);
	assert_int_equal(run_code(rig, tls, 2, USER), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 0), 4711);
	assert_int_equal(run(rig, SVC), TRAP_SVC);
	assert_int_equal(run_one(rig, MRC(0, 0, 0, 0) & RT0, USER),
			 TRAP_UNDEFINED);
}

/* More of them than there are hooks. */
static void there_may_be_many(void **state)
{
	struct rig *rig = *state;
	uint32_t code[3 * SYSTEM_HOOKS];

	for (size_t i = 0; i < LENGTH(code); i++)
		code[i] = MRC(0, 0, 0, 0) & RT0;
	code[LENGTH(code) - 1] = SVC_0;
	cpu_set_tpidruro(rig->cpu, 4711);
	for (int i = 0; i < 3; i++)
		assert_int_equal(run_code(rig, code, LENGTH(code), SVC),
				 TRAP_SVC);
	assert_int_equal(run_one(rig, MRC(13, 0, 0, 3) & RT0, SVC), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 0), 4711);
}

/* The right that the engine has already is taken from it. */
static void guarded_frames_are_read_only(void **state)
{
	struct rig *rig = *state;
	/* ldr r3, [r1]; str r2, [r1]; svc 0 */
	const uint32_t code[] = {0xe5913000, 0xe5812000, SVC_0};
	uint32_t *l1 = rig_at(rig, RIG_RAM + (DATA >> 20) * 4);
	uint32_t *l2 = rig_at(rig, *l1 & ~0x3ffu);
	paddr_t frame = l2[DATA >> 12 & 0xff] & ~0xfffu;

	rig_set_reg(rig, 1, DATA);
	rig_set_reg(rig, 2, 42);
	assert_int_equal(run_code(rig, code, LENGTH(code), SVC), TRAP_SVC);
	ram_guard(&rig->ram, frame, 4096, true);
	cpu_guarded(rig->cpu);
	rig_set_reg(rig, 2, 43);
	for (int user = 0; user < 2; user++) {
		assert_int_equal(run(rig, user ? USER : SVC), TRAP_DATA_ABORT);
		assert_int_equal(rig_reg(rig, 15), CODE + 4);
		assert_int_equal(rig_reg(rig, 3), 42);
		assert_int_equal(model(rig, CP15_DFSR), 0x808);
		assert_int_equal(rig_dfar(rig), DATA);
	}
	ram_guard(&rig->ram, frame, 4096, false);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(*(uint32_t *)rig_at(rig, frame), 43);
}

/* ---- the decoder ------------------------------------------------------------------- */

/* Those by other coprocessors than 10 and 11 came with ARMv8. */
static bool is_vector(const cs_insn *insn, uint32_t word)
{
	if ((word >> 26 & 3) == 3 && (word >> 24 & 3) != 3 &&
	    (word >> 9 & 7) != 5)
		return false;
	return insn->mnemonic[0] == 'v' ||
	       !strncmp(insn->mnemonic, "fldm", 4) ||
	       !strncmp(insn->mnemonic, "fstm", 4);
}

static bool starts(const cs_insn *insn, const char *mnemonic)
{
	return !strncmp(insn->mnemonic, mnemonic, strlen(mnemonic));
}

/* By Capstone's text: must the engine not run it? */
static bool must_be_kept(const cs_insn *insn, uint32_t word, bool thumb)
{
	static const char *const always[] = {"rfe", "srs", "smc", "hvc",
					     "eret"};
	const char *op = insn->op_str;

	for (size_t i = 0; i < LENGTH(always); i++)
		if (starts(insn, always[i]))
			return true;
	if (is_vector(insn, word))
		return true;
	if (starts(insn, "mcr") || starts(insn, "mrc"))
		return (!strncmp(op, "p15", 3) && !strstr(op, "c13, c0, #") &&
			!strstr(op, "c1, c0, #")) ||
		       !strncmp(op, "p14", 3);
	if (starts(insn, "msr"))
		return !strncmp(op, "cpsr_", 5) &&
		       memchr(op + 5, 'c', strcspn(op + 5, ","));
	if (starts(insn, "cps"))
		return strchr(op, '#') && word & (thumb ? 0x100 : 0x20000);
	if (starts(insn, "ldm"))
		return strchr(op, '^') && word & 0x8000;
	return (starts(insn, "movs") || starts(insn, "subs") ||
		starts(insn, "adds") || starts(insn, "orrs")) &&
	       !strncmp(op, "pc,", 3);
}

static void compare_with_capstone(bool thumb)
{
	unsigned int kept = 0, said = 0;
	csh handle;

	assert_int_equal(cs_open(CS_ARCH_ARM,
				 thumb ? CS_MODE_THUMB : CS_MODE_ARM, &handle),
			 CS_ERR_OK);
	srand(1);
	for (int i = 0; i < 300000; i++) {
		uint32_t word = (uint32_t)rand() << 16 ^ (uint32_t)rand();
		struct cpu_insn insn = {.word = word, .size_bytes = 4};
		uint32_t memory;
		cs_insn *found;

		if (thumb) {
			insn.thumb = true;
			insn.word = word |= 0xe8000000;
		}
		memory = thumb ? word << 16 | word >> 16 : word;
		said += cpu_system_is(&insn);
		if (!cs_disasm(handle, (uint8_t *)&memory, 4, 0, 1, &found))
			continue;
		if (must_be_kept(found, word, thumb)) {
			kept++;
			if (!cpu_system_is(&insn))
				fail_msg("%08x %s %s", word, found->mnemonic,
					 found->op_str);
		}
		cs_free(found, 1);
	}
	cs_close(&handle);
	print_message("%u kept from the engine, %u by Capstone's text\n", said,
		      kept);
	assert_true(kept > 10000);
}

static void decoder_beside_capstone(void **state)
{
	(void)state;
	compare_with_capstone(false);
	compare_with_capstone(true);
}

#define WITH_RIG(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_RIG(cp15_reads_are_the_models),
		WITH_RIG(what_addresses_mean_stays),
		WITH_RIG(what_is_unknown_is_undefined),
		WITH_RIG(interrupts_are_masked),
		WITH_RIG(tlb_operations_reach_the_model),
		WITH_RIG(addresses_are_translated),
		WITH_RIG(conditions_and_counts),
		WITH_RIG(thumb_has_them_too),
		WITH_RIG(user_mode_is_apart),
		WITH_RIG(there_may_be_many),
		WITH_RIG(guarded_frames_are_read_only),
		cmocka_unit_test(decoder_beside_capstone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
