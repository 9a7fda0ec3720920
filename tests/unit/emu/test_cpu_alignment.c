/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Alignment faults: each class of the manual's table, ARM and Thumb, at each
 * address modulo 32, with SCTLR.A clear and set; what a fault leaves as it
 * was; and the decoder beside Capstone's.
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

#define CODE  0x100000u
#define DATA  0x20000u
#define SCTLR CP15_REG(1, 0, 0, 0)
#define DFSR  CP15_REG(5, 0, 0, 0)

#define SCTLR_RIG 0x00c5187du
#define SCTLR_A   2u
#define IT_BITS   0x0600fc00u

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void set_strict(struct rig *rig, bool strict)
{
	assert_true(mmu_cp15_write(rig->mmu, SCTLR,
				   SCTLR_RIG | (strict ? SCTLR_A : 0)));
}

static uint32_t dfsr(struct rig *rig)
{
	uint32_t value = 0;

	assert_true(mmu_cp15_read(rig->mmu, DFSR, &value));
	return value;
}

static int setup(void **state)
{
	static const struct rig_options options = {.check_alignment = true};
	static struct rig rig;

	rig_create(&rig, &options);
	set_strict(&rig, true);
	*state = &rig;
	return 0;
}

static int teardown(void **state)
{
	rig_destroy(*state);
	return 0;
}

/* ---- the table ----------------------------------------------------------------- */

/* r0 and sp are the base, r2 is 8. A wide Thumb one: first half first. */
static const struct row {
	const char *text;
	bool thumb;
	uint32_t insn;
	uint32_t always, strict; /* what the address must be a multiple of */
	bool store;
	int32_t at; /* the address, from the base */
} rows[] = {
	/* clang-format off */
	{"ldr r1, [r0]", false, 0xe5901000, 1, 4, false, 0},
	{"str r1, [r0]", false, 0xe5801000, 1, 4, true, 0},
	{"ldrt r1, [r0], #4", false, 0xe4b01004, 1, 4, false, 0},
	{"ldr r1, [r0, #4]!", false, 0xe5b01004, 1, 4, false, 4},
	{"ldr r1, [r0, r2, lsl #2]", false, 0xe7901102, 1, 4, false, 32},
	{"ldrh r1, [r0]", false, 0xe1d010b0, 1, 2, false, 0},
	{"strh r1, [r0]", false, 0xe1c010b0, 1, 2, true, 0},
	{"ldrsh r1, [r0]", false, 0xe1d010f0, 1, 2, false, 0},
	{"ldrht r1, [r0], #2", false, 0xe0f010b2, 1, 2, false, 0},
	{"ldrb r1, [r0]", false, 0xe5d01000, 1, 1, false, 0},
	{"strb r1, [r0]", false, 0xe5c01000, 1, 1, true, 0},
	{"ldrsb r1, [r0]", false, 0xe1d010d0, 1, 1, false, 0},
	{"ldrd r4, r5, [r0]", false, 0xe1c040d0, 4, 4, false, 0},
	{"strd r4, r5, [r0]", false, 0xe1c040f0, 4, 4, true, 0},
	{"ldrd r4, r5, [r0], r2", false, 0xe08040d2, 4, 4, false, 0},
	{"ldm r0, {r4, r5, r6}", false, 0xe8900070, 4, 4, false, 0},
	{"ldm r0!, {r4, r5}", false, 0xe8b00030, 4, 4, false, 0},
	{"stm r0!, {r4, r5}", false, 0xe8a00030, 4, 4, true, 0},
	{"ldmdb r0!, {r4, r5}", false, 0xe9300030, 4, 4, false, -8},
	{"stmib r0, {r4, r5}", false, 0xe9800030, 4, 4, true, 4},
	{"push {r4, r5}", false, 0xe92d0030, 4, 4, true, -8},
	{"pop {r4, r5}", false, 0xe8bd0030, 4, 4, false, 0},
	{"ldrex r1, [r0]", false, 0xe1901f9f, 4, 4, false, 0},
	{"ldrexh r1, [r0]", false, 0xe1f01f9f, 2, 2, false, 0},
	{"ldrexb r1, [r0]", false, 0xe1d01f9f, 1, 1, false, 0},
	{"ldrexd r4, r5, [r0]", false, 0xe1b04f9f, 8, 8, false, 0},
	{"strex r3, r1, [r0]", false, 0xe1803f91, 4, 4, true, 0},
	{"strexh r3, r1, [r0]", false, 0xe1e03f91, 2, 2, true, 0},
	{"strexb r3, r1, [r0]", false, 0xe1c03f91, 1, 1, true, 0},
	{"strexd r3, r4, r5, [r0]", false, 0xe1a03f94, 8, 8, true, 0},
	{"swp r1, r2, [r0]", false, 0xe1001092, 4, 4, false, 0},
	{"swpb r1, r2, [r0]", false, 0xe1401092, 1, 1, false, 0},
	{"vldr s1, [r0]", false, 0xedd00a00, 4, 4, false, 0},
	{"vldr d1, [r0]", false, 0xed901b00, 4, 4, false, 0},
	{"vstr d1, [r0]", false, 0xed801b00, 4, 4, true, 0},
	{"vldm r0!, {d1, d2}", false, 0xecb01b04, 4, 4, false, 0},
	{"vstmdb r0!, {d1, d2}", false, 0xed201b04, 4, 4, true, -16},
	{"vld1.8 {d1}, [r0]", false, 0xf420170f, 1, 1, false, 0},
	{"vld1.16 {d1}, [r0]", false, 0xf420174f, 1, 2, false, 0},
	{"vld1.32 {d1}, [r0]!", false, 0xf420178d, 1, 4, false, 0},
	{"vld1.64 {d1}, [r0]", false, 0xf42017cf, 1, 8, false, 0},
	{"vld1.8 {d1}, [r0:64]", false, 0xf420171f, 8, 8, false, 0},
	{"vld1.8 {d0-d1}, [r0:128]", false, 0xf4200a2f, 16, 16, false, 0},
	{"vst1.8 {d0-d3}, [r0:256]", false, 0xf400023f, 32, 32, true, 0},
	{"vst1.32 {d1}, [r0]", false, 0xf400178f, 1, 4, true, 0},
	{"vld2.16 {d0, d1}, [r0]", false, 0xf420084f, 1, 2, false, 0},
	{"vld2.16 {d0, d1}, [r0:128]", false, 0xf420086f, 16, 16, false, 0},
	{"vld3.8 {d0, d1, d2}, [r0:64]", false, 0xf420041f, 8, 8, false, 0},
	{"vst4.32 {d0-d3}, [r0:256], r2", false, 0xf40000b2, 32, 32, true, 0},
	{"vld1.16 {d1[2]}, [r0]", false, 0xf4a0148f, 1, 2, false, 0},
	{"vld1.16 {d1[2]}, [r0:16]", false, 0xf4a0149f, 2, 2, false, 0},
	{"vld1.32 {d1[1]}, [r0:32]", false, 0xf4a018bf, 4, 4, false, 0},
	{"vst2.8 {d0[1], d1[1]}, [r0:16]", false, 0xf480013f, 2, 2, true, 0},
	{"vld2.32 {d0[1], d1[1]}, [r0:64]", false, 0xf4a0099f, 8, 8, false, 0},
	{"vld3.16 {d0[1], d1[1], d2[1]}, [r0]", false, 0xf4a0064f, 1, 2, false, 0},
	{"vld4.8 {d0[1], d1[1], d2[1], d3[1]}, [r0:32]", false, 0xf4a0033f, 4, 4, false, 0},
	{"vld4.16 {d0[1], d1[1], d2[1], d3[1]}, [r0:64]", false, 0xf4a0075f, 8, 8, false, 0},
	{"vst4.32 {d0[1], d1[1], d2[1], d3[1]}, [r0:128]", false, 0xf4800baf, 16, 16, true, 0},
	{"vld1.8 {d1[]}, [r0]", false, 0xf4a01c0f, 1, 1, false, 0},
	{"vld1.32 {d1[]}, [r0:32]", false, 0xf4a01c9f, 4, 4, false, 0},
	{"vld2.16 {d0[], d1[]}, [r0:32]", false, 0xf4a00d5f, 4, 4, false, 0},
	{"vld4.32 {d0[], d1[], d2[], d3[]}, [r0:64]", false, 0xf4a00f9f, 8, 8, false, 0},
	{"vld4.32 {d0[], d1[], d2[], d3[]}, [r0:128]", false, 0xf4a00fdf, 16, 16, false, 0},
	{"ldr r1, [r0]", true, 0x6801, 1, 4, false, 0},
	{"str r1, [r0]", true, 0x6001, 1, 4, true, 0},
	{"ldr r1, [r0, r2]", true, 0x5881, 1, 4, false, 8},
	{"strh r1, [r0, r2]", true, 0x5281, 1, 2, true, 8},
	{"ldrsh r1, [r0, r2]", true, 0x5e81, 1, 2, false, 8},
	{"ldrh r1, [r0]", true, 0x8801, 1, 2, false, 0},
	{"strb r1, [r0]", true, 0x7001, 1, 1, true, 0},
	{"ldrsb r1, [r0, r2]", true, 0x5681, 1, 1, false, 8},
	{"ldm r0!, {r4, r5}", true, 0xc830, 4, 4, false, 0},
	{"stm r0!, {r4, r5}", true, 0xc030, 4, 4, true, 0},
	{"push {r4, r5}", true, 0xb430, 4, 4, true, -8},
	{"pop {r4, r5}", true, 0xbc30, 4, 4, false, 0},
	{"ldr r1, [sp]", true, 0x9900, 1, 4, false, 0},
	{"ldr.w r1, [r0]", true, 0xf8d01000, 1, 4, false, 0},
	{"ldr.w r1, [r0], #4", true, 0xf8501b04, 1, 4, false, 0},
	{"str.w r1, [r0, r2, lsl #2]", true, 0xf8401022, 1, 4, true, 32},
	{"ldrt r1, [r0]", true, 0xf8501e00, 1, 4, false, 0},
	{"ldrh.w r1, [r0]", true, 0xf8b01000, 1, 2, false, 0},
	{"ldrsh.w r1, [r0]", true, 0xf9b01000, 1, 2, false, 0},
	{"strh.w r1, [r0]", true, 0xf8a01000, 1, 2, true, 0},
	{"ldrb.w r1, [r0]", true, 0xf8901000, 1, 1, false, 0},
	{"strb.w r1, [r0]", true, 0xf8801000, 1, 1, true, 0},
	{"ldrd r4, r5, [r0]", true, 0xe9d04500, 4, 4, false, 0},
	{"strd r4, r5, [r0], #8", true, 0xe8e04502, 4, 4, true, 0},
	{"ldm.w r0, {r4, r5, r6}", true, 0xe8900070, 4, 4, false, 0},
	{"stmdb r0!, {r4, r5}", true, 0xe9200030, 4, 4, true, -8},
	{"ldrex r1, [r0]", true, 0xe8501f00, 4, 4, false, 0},
	{"ldrexh r1, [r0]", true, 0xe8d01f5f, 2, 2, false, 0},
	{"ldrexb r1, [r0]", true, 0xe8d01f4f, 1, 1, false, 0},
	{"ldrexd r4, r5, [r0]", true, 0xe8d0457f, 8, 8, false, 0},
	{"strex r3, r1, [r0]", true, 0xe8401300, 4, 4, true, 0},
	{"strexh r3, r1, [r0]", true, 0xe8c01f53, 2, 2, true, 0},
	{"strexd r3, r4, r5, [r0]", true, 0xe8c04573, 8, 8, true, 0},
	{"vldr d1, [r0]", true, 0xed901b00, 4, 4, false, 0},
	{"vstr s1, [r0]", true, 0xedc00a00, 4, 4, true, 0},
	{"vldm r0!, {d1, d2}", true, 0xecb01b04, 4, 4, false, 0},
	{"vld1.8 {d1}, [r0]", true, 0xf920170f, 1, 1, false, 0},
	{"vld1.32 {d1}, [r0]", true, 0xf920178f, 1, 4, false, 0},
	{"vst1.8 {d0-d1}, [r0:128]", true, 0xf9000a2f, 16, 16, true, 0},
	{"vld1.32 {d1[1]}, [r0:32]", true, 0xf9a018bf, 4, 4, false, 0},
	{"vld4.32 {d0[], d1[], d2[], d3[]}, [r0:128]", true, 0xf9a00fdf, 16, 16, false, 0},
	/* clang-format on */
};

static uint32_t put_code(struct rig *rig, const struct row *row, vaddr_t va)
{
	const bool wide = !row->thumb || row->insn > 0xffff;
	const uint16_t halves[2] = {(uint16_t)(row->insn >> 16),
				    (uint16_t)row->insn};
	uint8_t *page = rig_page(rig, va);
	const uint32_t svc = row->thumb ? 0xdf00 : 0xef000000;

	if (!row->thumb)
		memcpy(page, &row->insn, 4);
	else if (wide)
		memcpy(page, halves, 4);
	else
		memcpy(page, &halves[1], 2);
	memcpy(page + (wide ? 4 : 2), &svc, row->thumb ? 2 : 4);
	return wide ? 4 : 2;
}

static void prepare(struct rig *rig, vaddr_t base)
{
	for (int n = 0; n < 15; n++)
		rig_set_reg(rig, n, 0x100u + (uint32_t)n);
	rig_set_reg(rig, 0, base);
	rig_set_reg(rig, 13, base);
	rig_set_reg(rig, 2, 8);
}

/* All as before the instruction, and the fault registers say what it was. */
static void expect_fault(struct rig *rig, const struct row *row, vaddr_t code,
			 vaddr_t base, uint64_t instructions)
{
	assert_int_equal(dfsr(rig), row->store ? 0x801 : 0x001);
	assert_int_equal(rig_dfar(rig), base + (uint32_t)row->at);
	for (int n = 0; n < 15; n++)
		assert_int_equal(rig_reg(rig, n),
				 n == 0 || n == 13 ? base
				 : n == 2          ? 8
						   : 0x100u + (uint32_t)n);
	assert_int_equal(rig_reg(rig, 15), code);
	assert_int_equal(!!(rig_reg(rig, 16) & 0x20), row->thumb);
	assert_int_equal(cpu_instructions(rig->cpu), instructions);
}

static void try_row(struct rig *rig, const struct row *row, vaddr_t code,
		    uint32_t size_bytes, uint32_t multiple_of,
		    const uint8_t *data)
{
	static const uint8_t zeros[512];

	for (uint32_t offset = 0; offset < 32; offset++) {
		vaddr_t base = DATA + 256 + offset;
		uint64_t before = cpu_instructions(rig->cpu);
		enum trap_kind kind;

		prepare(rig, base);
		rig_start(rig, code | row->thumb);
		kind = rig_run(rig);
		if ((base + (uint32_t)row->at) % multiple_of) {
			if (kind != TRAP_DATA_ABORT)
				fail_msg("%s at %u runs", row->text, offset);
			expect_fault(rig, row, code, base, before);
			assert_memory_equal(data, zeros, sizeof(zeros));
			continue;
		}
		if (kind != TRAP_SVC)
			fail_msg("%s at %u: trap %d", row->text, offset, kind);
		assert_int_equal(rig_reg(rig, 15),
				 code + size_bytes + (row->thumb ? 2 : 4));
		assert_int_equal(cpu_instructions(rig->cpu), before + 2);
		memset((void *)data, 0, sizeof(zeros));
	}
}

static void each_instruction_faults_where_the_manual_says(void **state)
{
	struct rig *rig = *state;
	uint8_t *data = rig_page(rig, DATA);

	for (size_t i = 0; i < LENGTH(rows); i++) {
		vaddr_t code = CODE + (vaddr_t)i * 4096;
		uint32_t size_bytes = put_code(rig, &rows[i], code);

		set_strict(rig, false);
		try_row(rig, &rows[i], code, size_bytes, rows[i].always, data);
		set_strict(rig, true);
		try_row(rig, &rows[i], code, size_bytes, rows[i].strict, data);
	}
}

/* Without the hook exclusives and SWP alone. */
static void relaxed_faults_for_exclusives_alone(void **state)
{
	struct rig rig;

	(void)state;
	rig_create(&rig, NULL);
	rig_page(&rig, DATA);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		vaddr_t code = CODE + (vaddr_t)i * 4096;
		bool exclusive = strstr(rows[i].text, "ldrex") ||
				 strstr(rows[i].text, "swp ");

		if (strstr(rows[i].text, "strex"))
			continue; /* the engine looks at the monitor first */
		put_code(&rig, &rows[i], code);
		prepare(&rig, DATA + 257);
		rig_start(&rig, code | rows[i].thumb);
		assert_int_equal(rig_run(&rig), exclusive && rows[i].always > 1
							? TRAP_DATA_ABORT
							: TRAP_SVC);
		if (!exclusive || rows[i].always < 2)
			continue;
		assert_int_equal(dfsr(&rig), rows[i].store ? 0x801 : 0x001);
		assert_int_equal(rig_dfar(&rig), DATA + 257);
	}
	rig_destroy(&rig);
}

/* ---- what surrounds a fault --------------------------------------------------------- */

static uint64_t data_misses(const struct rig *rig)
{
	return rig_misses(rig) - rig_fetch_misses(rig);
}

static void alignment_comes_before_translation(void **state)
{
	static const uint32_t code[] = {0xe8900070, 0xef000000}; /* ldm r0 */
	struct rig *rig = *state;

	rig_code(rig, CODE, code, sizeof(code));
	rig_start(rig, CODE);
	rig_set_reg(rig, 0, DATA + 2);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);
	assert_int_equal(dfsr(rig), 0x001);
	assert_int_equal(data_misses(rig), 0);
	rig_set_reg(rig, 0, DATA + 4);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);
	assert_int_equal(dfsr(rig), 0x005);
	assert_int_equal(rig_dfar(rig), DATA + 4);
	assert_int_equal(data_misses(rig), 1);
}

static void failed_conditions_do_not_fault(void **state)
{
	/* cmp r0, r0; ldrne r1, [r0]; ldmne r0, {r4, r5}; ldreq r1, [r0] */
	static const uint32_t arm[] = {0xe1500000, 0x15901000, 0x18900030,
				       0x05901000, 0xef000000};
	/* cmp r0, r0; itte ne; ldrne, ldmne.w; ldreq r1, [r0] */
	static const uint16_t thumb[] = {0x4280, 0xbf1a, 0x6801, 0xe890,
					 0x0030, 0x6801, 0xdf00};
	struct rig *rig = *state;

	rig_page(rig, DATA);
	rig_code(rig, CODE, arm, sizeof(arm));
	rig_code(rig, CODE + 4096, thumb, sizeof(thumb));
	rig_set_reg(rig, 0, DATA + 2);
	rig_start(rig, CODE);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);
	assert_int_equal(rig_reg(rig, 15), CODE + 12);
	assert_int_equal(cpu_instructions(rig->cpu), 3);
	rig_start(rig, CODE + 4096 + 1);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);
	assert_int_equal(rig_reg(rig, 15), CODE + 4096 + 10);
	assert_int_equal(rig_reg(rig, 16) & IT_BITS, 0x00000800); /* eq, last */
	assert_int_equal(cpu_instructions(rig->cpu), 7);
}

/*
 * movs r0, #1; adds.w r1, r1, #1; cmp r0, #1; ittte eq; ldreq r2, [r3];
 * addeq r4, #1; addeq.w r5, r5, #3; movne r6, #9; svc 0
 */
static const uint16_t it_code[] = {0x2001, 0xf111, 0x0101, 0x2801,
				   0xbf03, 0x681a, 0x3401, 0xf105,
				   0x0503, 0x2609, 0xdf00};

/* The IT state is that of the load, and all goes on once it is aligned. */
static void try_it(struct rig *rig, vaddr_t code)
{
	uint32_t *data = rig_page(rig, DATA);

	data[3] = 42;
	rig_set_reg(rig, 3, DATA + 13);
	rig_start(rig, code | 1);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);
	assert_int_equal(rig_dfar(rig), DATA + 13);
	assert_int_equal(rig_reg(rig, 15), code + 10);
	assert_int_equal(rig_reg(rig, 16) & (IT_BITS | 0x20), 0x06000020);
	assert_int_equal(cpu_instructions(rig->cpu), 4);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT); /* and again */
	assert_int_equal(rig_reg(rig, 16) & (IT_BITS | 0x20), 0x06000020);
	rig_set_reg(rig, 3, DATA + 12);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 2), 42);
	assert_int_equal(rig_reg(rig, 4), 1);
	assert_int_equal(rig_reg(rig, 5), 3);
	assert_int_equal(rig_reg(rig, 6), 0);
	assert_int_equal(cpu_instructions(rig->cpu), 9);
}

static void an_it_block_goes_on_after_a_fault(void **state)
{
	struct rig *rig = *state;

	rig_code(rig, CODE, it_code, sizeof(it_code));
	try_it(rig, CODE);
}

/* The IT is a page's last instruction, so a block begins behind it. */
static void an_it_block_may_lie_across_pages(void **state)
{
	struct rig *rig = *state;
	uint8_t *first = rig_page(rig, CODE),
		*second = rig_page(rig, CODE + 4096);

	memcpy(first + 4096 - 10, it_code, 10);
	memcpy(second, it_code + 5, sizeof(it_code) - 10);
	try_it(rig, CODE + 4096 - 10);
}

static void far_into_straight_code_too(void **state)
{
	struct rig *rig = *state;
	uint32_t code[302];

	for (int i = 0; i < 300; i++)
		code[i] = 0xe2833001; /* add r3, r3, #1 */
	code[300] = 0xe5901000; /* ldr r1, [r0] */
	code[301] = 0xef000000;
	rig_page(rig, DATA);
	rig_code(rig, CODE, code, sizeof(code));
	rig_set_reg(rig, 0, DATA + 1);
	rig_start(rig, CODE);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);
	assert_int_equal(rig_reg(rig, 15), CODE + 1200);
	assert_int_equal(rig_reg(rig, 3), 300);
	assert_int_equal(cpu_instructions(rig->cpu), 300);
}

/* The first load makes the core forget all pages, one time among these. */
static void behind_an_access_that_forgets_pages(void **state)
{
	/* ldr r1, [r3]; ldr r2, [r0]; svc 0 */
	static const uint32_t code[] = {0xe5931000, 0xe5902000, 0xef000000};
	struct rig *rig = *state;
	paddr_t frame = rig_frame(rig);

	rig_code(rig, CODE, code, sizeof(code));
	rig_set_reg(rig, 0, DATA + 1);
	for (vaddr_t i = 0; i < 5000; i++) {
		rig_map(rig, 0x1000000 + i * 4096, frame,
			RIG_SMALL | RIG_USER_RW);
		rig_set_reg(rig, 3, 0x1000000 + i * 4096);
		rig_start(rig, CODE);
		assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);
		assert_int_equal(rig_reg(rig, 15), CODE + 4);
		assert_int_equal(dfsr(rig), 0x001);
		assert_int_equal(rig_dfar(rig), DATA + 1);
	}
}

/* ---- other code at the same address --------------------------------------------- */

static const uint32_t add_code[] = {0xe2833001, 0xef000000};
static const uint32_t load_code[] = {0xe5901000, 0xef000000};

static enum trap_kind run_at_code(struct rig *rig)
{
	rig_start(rig, CODE);
	return rig_run(rig);
}

static void another_page_at_the_same_address(void **state)
{
	struct rig *rig = *state;
	paddr_t add = rig_frame(rig), load = rig_frame(rig);

	memcpy(rig_at(rig, add), add_code, sizeof(add_code));
	memcpy(rig_at(rig, load), load_code, sizeof(load_code));
	rig_page(rig, DATA);
	rig_set_reg(rig, 0, DATA + 1);
	for (int i = 0; i < 3; i++) {
		rig_map(rig, CODE, add, RIG_SMALL | RIG_USER_RW);
		rig_flush_page(rig, CODE);
		assert_int_equal(run_at_code(rig), TRAP_SVC);
		rig_map(rig, CODE, load, RIG_SMALL | RIG_USER_RW);
		rig_flush_page(rig, CODE);
		assert_int_equal(run_at_code(rig), TRAP_DATA_ABORT);
	}
}

static void code_that_was_overwritten(void **state)
{
	/* str r1, [r2]; b 1f; 1: add r3, r3, #1; svc 0 */
	static const uint32_t code[] = {0xe5821000, 0xeaffffff, 0xe2833001,
					0xef000000};
	struct rig *rig = *state;
	paddr_t frame = rig_frame(rig);

	/* by the host, announced */
	rig_map(rig, CODE, frame, RIG_SMALL | RIG_USER_RW);
	memcpy(rig_at(rig, frame), code, sizeof(code));
	rig_page(rig, DATA);
	rig_set_reg(rig, 0, DATA + 1);
	rig_start(rig, CODE + 8);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	memcpy((uint8_t *)rig_at(rig, frame) + 8, load_code, 4);
	cpu_code_changed(rig->cpu, frame, 4096);
	rig_start(rig, CODE + 8);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);

	/* by the program itself, and back */
	rig_set_reg(rig, 1, add_code[0]);
	rig_set_reg(rig, 2, CODE + 8);
	assert_int_equal(run_at_code(rig), TRAP_SVC);
	rig_set_reg(rig, 1, load_code[0]);
	assert_int_equal(run_at_code(rig), TRAP_DATA_ABORT);
	assert_int_equal(rig_reg(rig, 15), CODE + 8);
}

/* ---- beside Capstone ---------------------------------------------------------------- */

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

static struct cpu_alignment vector_rule(const cs_insn *insn)
{
	const char *colon = strchr(insn->op_str, ':');
	const char *dot = strchr(insn->mnemonic, '.');
	uint32_t bytes = (uint32_t)strtoul((colon ? colon : dot) + 1, NULL, 0) /
			 8;
	bool store = insn->mnemonic[1] == 's';

	return (struct cpu_alignment){colon ? (uint8_t)bytes : 1,
				      (uint8_t)bytes, store};
}

/* ARMv8 has it, or ARMv7 calls it unpredictable. */
static bool is_foreign(const cs_insn *insn)
{
	return (insn->mnemonic[0] == 'l' && strchr(insn->mnemonic, 'h') &&
		!strncmp(insn->op_str, "pc", 2)) ||
	       !strncmp(insn->mnemonic, "tt", 2) ||
	       !strcmp(insn->mnemonic, "vldr.16") ||
	       !strcmp(insn->mnemonic, "vstr.16");
}

/* By Capstone's name of the instruction. */
static struct cpu_alignment rule_of_name(const cs_insn *insn, bool is_multiple)
{
	switch (insn->id) {
	case ARM_INS_LDR:
	case ARM_INS_LDRT:
		return (struct cpu_alignment){1, 4, false};
	case ARM_INS_STR:
	case ARM_INS_STRT:
		return (struct cpu_alignment){1, 4, true};
	case ARM_INS_LDRH:
	case ARM_INS_LDRHT:
	case ARM_INS_LDRSH:
	case ARM_INS_LDRSHT:
	case ARM_INS_TBH:
		return (struct cpu_alignment){1, 2, false};
	case ARM_INS_STRH:
	case ARM_INS_STRHT:
		return (struct cpu_alignment){1, 2, true};
	case ARM_INS_LDRB:
	case ARM_INS_LDRBT:
	case ARM_INS_LDRSB:
	case ARM_INS_LDRSBT:
	case ARM_INS_TBB:
	case ARM_INS_LDREXB:
	case ARM_INS_SWPB: /* its read comes first */
		return (struct cpu_alignment){1, 1, false};
	case ARM_INS_STRB:
	case ARM_INS_STRBT:
	case ARM_INS_STREXB:
		return (struct cpu_alignment){1, 1, true};
	case ARM_INS_POP:
		return (struct cpu_alignment){is_multiple ? 4 : 1, 4, false};
	case ARM_INS_PUSH:
		return (struct cpu_alignment){is_multiple ? 4 : 1, 4, true};
	case ARM_INS_LDM:
	case ARM_INS_LDMDA:
	case ARM_INS_LDMDB:
	case ARM_INS_LDMIB:
	case ARM_INS_LDRD:
	case ARM_INS_LDREX:
	case ARM_INS_SWP:
	case ARM_INS_VLDR:
	case ARM_INS_VLDMIA:
	case ARM_INS_VLDMDB:
	case ARM_INS_VPOP:
	case ARM_INS_FLDMDBX:
	case ARM_INS_FLDMIAX:
		return (struct cpu_alignment){4, 4, false};
	case ARM_INS_STM:
	case ARM_INS_STMDA:
	case ARM_INS_STMDB:
	case ARM_INS_STMIB:
	case ARM_INS_STRD:
	case ARM_INS_STREX:
	case ARM_INS_VSTR:
	case ARM_INS_VSTMIA:
	case ARM_INS_VSTMDB:
	case ARM_INS_VPUSH:
	case ARM_INS_FSTMDBX:
	case ARM_INS_FSTMIAX:
		return (struct cpu_alignment){4, 4, true};
	case ARM_INS_LDREXH:
		return (struct cpu_alignment){2, 2, false};
	case ARM_INS_STREXH:
		return (struct cpu_alignment){2, 2, true};
	case ARM_INS_LDREXD:
		return (struct cpu_alignment){8, 8, false};
	case ARM_INS_STREXD:
		return (struct cpu_alignment){8, 8, true};
	case ARM_INS_VLD1:
	case ARM_INS_VLD2:
	case ARM_INS_VLD3:
	case ARM_INS_VLD4:
	case ARM_INS_VST1:
	case ARM_INS_VST2:
	case ARM_INS_VST3:
	case ARM_INS_VST4:
		return vector_rule(insn);
	default:
		return (struct cpu_alignment){0, 0, false};
	}
}

static uint8_t effective(uint8_t multiple_of)
{
	return multiple_of ? multiple_of : 1;
}

/* Returns whether it was a load or store. */
static bool compare(const struct cpu_insn *insn, const cs_insn *known,
		    bool is_multiple)
{
	struct cpu_alignment ours = cpu_alignment_of(insn);
	struct cpu_alignment theirs = rule_of_name(known, is_multiple);

	if (is_foreign(known))
		return false;
	if (effective(ours.always) != effective(theirs.always) ||
	    effective(ours.strict) != effective(theirs.strict) ||
	    (ours.strict > 1 && ours.store != theirs.store))
		fail_msg("%08x %s %s: %u, %u, store %d; by name %u, %u, %d",
			 insn->word, known->mnemonic, known->op_str,
			 ours.always, ours.strict, ours.store, theirs.always,
			 theirs.strict, theirs.store);
	return theirs.always;
}

static uint32_t compare_many(bool thumb, uint32_t nr_tries)
{
	uint32_t seed = 1, nr_accesses = 0;
	csh handle;

	assert_int_equal(cs_open(CS_ARCH_ARM,
				 thumb ? CS_MODE_THUMB : CS_MODE_ARM, &handle),
			 CS_ERR_OK);
	while (nr_tries--) {
		uint16_t first = (uint16_t)next(&seed);
		uint16_t second = (uint16_t)next(&seed);
		struct cpu_insn insn = {.size_bytes = 4, .thumb = thumb};
		uint8_t bytes[4];
		cs_insn *known;

		/* ARM: half unconditional, as VLD is, half always */
		if (!thumb)
			second = (second & 0x1fff) | 0xe000;
		memcpy(bytes, &first, 2);
		memcpy(bytes + 2, &second, 2);
		insn.word = (uint32_t)second << 16 | first;
		if (thumb)
			insn.word = (uint32_t)first << 16 | second;
		if (thumb && !thumb_is_wide(first)) {
			insn.word = first;
			insn.size_bytes = 2;
		}
		if (!cs_disasm(handle, bytes, insn.size_bytes, 0, 1, &known))
			continue;
		nr_accesses += compare(&insn, known,
				       thumb ? insn.size_bytes == 2 ||
						       first >> 9 == 0x74
					     : (insn.word >> 25 & 7) == 4);
		cs_free(known, 1);
	}
	cs_close(&handle);
	return nr_accesses;
}

static void the_rules_are_those_of_the_names(void **state)
{
	(void)state;
	assert_true(compare_many(false, 400000) > 40000);
	assert_true(compare_many(true, 400000) > 40000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			each_instruction_faults_where_the_manual_says, setup,
			teardown),
		cmocka_unit_test(relaxed_faults_for_exclusives_alone),
		cmocka_unit_test_setup_teardown(
			alignment_comes_before_translation, setup, teardown),
		cmocka_unit_test_setup_teardown(failed_conditions_do_not_fault,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_it_block_goes_on_after_a_fault, setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_it_block_may_lie_across_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(far_into_straight_code_too,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			behind_an_access_that_forgets_pages, setup, teardown),
		cmocka_unit_test_setup_teardown(
			another_page_at_the_same_address, setup, teardown),
		cmocka_unit_test_setup_teardown(code_that_was_overwritten,
						setup, teardown),
		cmocka_unit_test(the_rules_are_those_of_the_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
