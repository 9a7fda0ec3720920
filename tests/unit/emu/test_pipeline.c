/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What blocks of instructions cost: loops whose cycles were worked out by hand
 * from the cores' documents, each with its sum; and random pipelines against a
 * slow one that goes cycle by cycle.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/timing/block_cost.h"
#include "emu/timing/predictor.h"
#include "emu/timing/schedule.h"

/* ---- by hand ------------------------------------------------------------------- */

#define ADD_R0_1    0xe2800001 /* add r0, r0, #1 */
#define ADD_R1_1    0xe2811001 /* add r1, r1, #1 */
#define ADD_R2_1    0xe2822001 /* add r2, r2, #1 */
#define ADD_R3_1    0xe2833001 /* add r3, r3, #1 */
#define ADD_R0_R8   0xe0800008 /* add r0, r0, r8 */
#define ADD_R1_R8   0xe0811008 /* add r1, r1, r8 */
#define ADD_R1_R0S  0xe0821100 /* add r1, r2, r0, lsl #2 */
#define EOR_ROR     0xe02101e0 /* eor r0, r1, r0, ror #3 */
#define MOV_R1      0xe3a01001 /* mov r1, #1 */
#define ADD_R0_R1_1 0xe2810001 /* add r0, r1, #1 */
#define LDR_CHASE   0xe5900000 /* ldr r0, [r0] */
#define LDR_R1_R8   0xe5981000 /* ldr r1, [r8] */
#define LDR_R2_R8   0xe5982004 /* ldr r2, [r8, #4] */
#define LDRB_R1_R8  0xe5d81000 /* ldrb r1, [r8] */
#define ADD_R3_R1_1 0xe2813001 /* add r3, r1, #1 */
#define MUL_R0      0xe0000190 /* mul r0, r0, r1 */
#define MLA_R0      0xe0200291 /* mla r0, r1, r2, r0 */
#define UMULL_R0    0xe0810290 /* umull r0, r1, r0, r2 */
#define LDM_4       0xe898000f /* ldm r8, {r0-r3} */
#define VADD_D      0xee300b01 /* vadd.f64 d0, d0, d1 */
#define VDIV_S      0xee800a20 /* vdiv.f32 s0, s0, s1 */
#define SDIV_R0     0xe710f110 /* sdiv r0, r0, r1 */
#define VEOR_Q      0xf3000152 /* veor q0, q0, q1 */

struct by_hand {
	const char *core;
	uint32_t code[5];
	uint32_t cycles; /* each time round */
	const char *why;
};

static const struct by_hand by_hand[] = {
	{"a5", {ADD_R0_1, ADD_R1_1}, 2, "one a cycle"},
	{"a5", {LDR_CHASE}, 3, "a pointer chase in the cache [SBC]"},
	{"a5", {LDM_4}, 4, "one register a cycle"},
	{"a7", {ADD_R0_1, ADD_R1_1}, 1, "immediates pair"},
	{"a7", {ADD_R0_1, ADD_R0_1}, 2, "but not when one needs the other"},
	{"a7", {ADD_R0_R8, ADD_R1_R8}, 2, "registers don't pair"},
	{"a7", {ADD_R0_R8, ADD_R1_1}, 1, "register, then immediate"},
	{"a7", {LDR_R1_R8, LDR_R2_R8}, 2, "one load a cycle"},
	{"a7", {LDR_CHASE}, 3, "a pointer chase in the cache [SBC]"},
	{"a7", {MLA_R0}, 1, "the accumulator is forwarded"},
	{"a7", {MUL_R0}, 2, "a factor isn't"},
	{"a7", {LDM_4}, 2, "two registers a cycle"},
	{"a8", {ADD_R0_1, ADD_R1_1}, 1, "any two pair"},
	{"a8", {ADD_R0_R8, ADD_R1_R8}, 1, "any two pair"},
	{"a8", {ADD_R0_1, ADD_R0_1}, 2, "result E2, needed E2"},
	{"a8", {ADD_R0_1, ADD_R1_R0S}, 2, "result E2, needed E1"},
	{"a8", {MOV_R1, ADD_R0_R1_1}, 1, "a move's result: E1"},
	{"a8", {LDR_R1_R8, LDR_R2_R8}, 2, "one load a cycle"},
	{"a8", {LDR_R1_R8, ADD_R3_R1_1}, 2, "result E3; the next load pairs"},
	{"a8", {LDR_CHASE}, 3, "a pointer chase in the cache [SBC, TI-A8]"},
	{"a8", {MUL_R0}, 6, "result E5, needed E1, two operations [GCC]"},
	{"a8", {VADD_D}, 9, "VFPLite isn't pipelined [GCC]; 9.3 [TI-A8]"},
	{"a8", {VEOR_Q}, 3, "needed N2, result N3, and there [GCC]"},
	{"a9", {ADD_R0_1, ADD_R1_1, ADD_R2_1, ADD_R3_1}, 2, "two a cycle"},
	{"a9", {ADD_R0_1}, 1, "measured: 1.03 [TI-A9]"},
	{"a9", {EOR_ROR}, 2, "the shifter is a stage before"},
	{"a9", {LDR_CHASE}, 4, "a pointer chase in the cache [TI-A9, 7CPU]"},
	{"a9", {LDRB_R1_R8}, 2, "bytes hold the address unit [A9 TRM B.3]"},
	{"a9", {MUL_R0}, 4, "measured: 4.1 [TI-A9]"},
	{"a9", {VADD_D}, 4, "[GCC]"},
	{"a9", {VDIV_S}, 15, "measured: 15 [TI-A9]"},
	{"a15", {ADD_R0_1}, 1, "measured: 1.0 [TI-A15]"},
	{"a15", {ADD_R0_1, ADD_R1_1, LDR_R2_R8}, 1, "three a cycle"},
	{"a15", {LDR_CHASE}, 4, "a pointer chase in the cache [TI-A15]"},
	{"a15", {MUL_R0}, 3, "measured: 3.1 [TI-A15]"},
	{"a15", {UMULL_R0}, 4, "[GCC]"},
	{"a15", {SDIV_R0}, 10, "[GCC]"},
	{"a15", {VADD_D}, 5, "measured: 5 [TI-A15]"},
	{"a15", {VDIV_S}, 18, "measured: 18 [TI-A15]"},
};

static struct config *core(const char *name)
{
	struct diag diag = {0};
	char path[64];
	struct config *config;

	snprintf(path, sizeof(path), "configs/cores/cortex-%s.yaml", name);
	config = config_load(path, NULL, 0, &diag);
	assert_non_null(config);
	return config;
}

static uint32_t round_of(const struct pipeline *pipeline, const uint32_t *code,
			 uint32_t nr)
{
	struct block_timer *timer = block_timer_create(pipeline);
	const struct code block = {(const uint8_t *)code, nr * 4, false};
	const struct code none = {0};
	uint32_t cycles = block_cost(timer, none, block).again;

	block_timer_destroy(timer);
	return cycles;
}

static void loops_cost_what_documents_say(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(by_hand) / sizeof(by_hand[0]); i++) {
		const struct by_hand *row = &by_hand[i];
		struct config *config = core(row->core);
		uint32_t nr = 0, cycles;

		while (row->code[nr])
			nr++;
		cycles = round_of(&config->cpu.pipeline, row->code, nr);
		if (cycles != row->cycles) {
			print_error("%s, row %zu: %u, by hand %u: %s\n",
				    row->core, i, cycles, row->cycles,
				    row->why);
			failed++;
		}
		config_destroy(config);
	}
	assert_int_equal(failed, 0);
}

/* A load's use in the next block waits as in the same one. */
static void blocks_pay_for_those_before(void **state)
{
	static const uint32_t load[] = {ADD_R2_1, LDR_R1_R8};
	static const uint32_t use[] = {ADD_R3_R1_1}, other[] = {ADD_R0_1};
	const struct code before = {(const uint8_t *)load, 8, false};
	struct config *config = core("a8");
	struct block_timer *timer = block_timer_create(&config->cpu.pipeline);

	(void)state;
	assert_int_equal(
		block_cost(timer, before,
			   (struct code){(const uint8_t *)use, 4, false})
			.cycles,
		2);
	assert_int_equal(
		block_cost(timer, before,
			   (struct code){(const uint8_t *)other, 4, false})
			.cycles,
		1);
	block_timer_destroy(timer);
	config_destroy(config);
}

/* ---- against a slow one ------------------------------------------------------------ */

#define NR_INSNS 200
#define NR_REGS  8

static uint32_t seed;

static uint32_t below(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

static void make_pipeline(struct pipeline *p, bool in_order)
{
	*p = (struct pipeline){.width = 1 + below(3), .multiple = 1};
	p->window = in_order ? 0 : p->width + below(12);
	for (int i = 0; i < NR_INSN_CLASSES; i++)
		p->of[i] = (struct insn_cost){
			.latency = in_order ? below(5) : 1 + below(5),
			.early = below(2),
			.busy = in_order ? 1 + below(3) : 1,
			.pipes = 1 + below(7),
			.alone = in_order && !below(6),
		};
}

static void make_insn(struct timed_insn *insn)
{
	memset(insn, 0, sizeof(*insn));
	insn->class = below(6);
	insn->nr_reads = (uint8_t)below(3);
	for (int i = 0; i < insn->nr_reads; i++) {
		insn->reads[i].reg = (uint8_t)below(NR_REGS);
		insn->reads[i].role = below(2) ? ROLE_EARLY : ROLE_PLAIN;
	}
	insn->nr_writes = (uint8_t)below(2);
	if (insn->nr_writes)
		insn->writes[0].reg = (uint8_t)below(NR_REGS);
}

/* Who wrote each operand last, and when what it wrote may be used. */
struct slow {
	const struct pipeline *p;
	const struct timed_insn *insns;
	uint64_t issue[NR_INSNS]; /* 0: not yet */
	uint64_t pipe_until[NR_PIPES];
};

static bool slow_is_ready(const struct slow *slow, int n, uint64_t cycle)
{
	const struct timed_insn *insn = &slow->insns[n];

	for (int i = 0; i < insn->nr_reads; i++)
		for (int from = n - 1; from >= 0; from--) {
			const struct timed_insn *writer = &slow->insns[from];
			const struct insn_cost *cost =
				&slow->p->of[writer->class];
			bool early = insn->reads[i].role == ROLE_EARLY;

			if (!writer->nr_writes ||
			    writer->writes[0].reg != insn->reads[i].reg)
				continue;
			if (!slow->issue[from] ||
			    slow->issue[from] + cost->latency +
					    (early ? cost->early : 0) >
				    cycle)
				return false;
			break;
		}
	return true;
}

static bool slow_take_pipe(struct slow *slow, int n, uint64_t cycle)
{
	const struct insn_cost *cost = &slow->p->of[slow->insns[n].class];

	for (int i = 0; i < NR_PIPES; i++)
		if (cost->pipes >> i & 1 && slow->pipe_until[i] <= cycle) {
			slow->pipe_until[i] = cycle + cost->busy;
			slow->issue[n] = cycle;
			return true;
		}
	return false;
}

/* Each cycle as many as fit; what is alone holds the cycles it is busy. */
static void slow_in_order(struct slow *slow)
{
	uint64_t cycle = 1, blocked_until = 0;
	int n = 0;

	for (; n < NR_INSNS; cycle++) {
		uint32_t in_cycle = 0;
		bool alone = false;

		if (cycle < blocked_until)
			continue;
		while (n < NR_INSNS && in_cycle < slow->p->width && !alone) {
			const struct insn_cost *cost =
				&slow->p->of[slow->insns[n].class];

			if ((cost->alone && in_cycle) ||
			    !slow_is_ready(slow, n, cycle) ||
			    !slow_take_pipe(slow, n, cycle))
				break;
			alone = cost->alone;
			if (alone)
				blocked_until = cycle + cost->busy;
			in_cycle++;
			n++;
		}
	}
}

static void slow_out_of_order(struct slow *slow)
{
	int entered = 0, left = 0;

	for (uint64_t cycle = 1; left < NR_INSNS; cycle++) {
		uint32_t now = 0;

		while (left < entered && now < slow->p->width &&
		       slow->issue[left] &&
		       slow->issue[left] + slow->p->of[slow->insns[left].class]
						   .latency <=
			       cycle)
			left++, now++;
		for (int n = left; n < entered; n++)
			if (!slow->issue[n] && slow_is_ready(slow, n, cycle))
				slow_take_pipe(slow, n, cycle);
		for (now = 0; now < slow->p->width && entered < NR_INSNS &&
			      entered - left < (int)slow->p->window;
		     now++)
			entered++;
	}
}

static void agree(uint32_t with_seed, bool in_order)
{
	static struct schedule schedule;
	static struct timed_insn insns[NR_INSNS];
	struct pipeline pipeline;
	struct slow slow = {.p = &pipeline, .insns = insns};

	seed = with_seed;
	make_pipeline(&pipeline, in_order);
	for (int i = 0; i < NR_INSNS; i++)
		make_insn(&insns[i]);
	if (in_order)
		slow_in_order(&slow);
	else
		slow_out_of_order(&slow);
	schedule_begin(&schedule, &pipeline);
	for (int i = 0; i < NR_INSNS; i++) {
		uint64_t issue = schedule_insn(&schedule, &insns[i]);

		if (issue != slow.issue[i])
			fail_msg("seed %u, instruction %d: cycle %llu, "
				 "slowly %llu",
				 with_seed, i, (unsigned long long)issue,
				 (unsigned long long)slow.issue[i]);
	}
}

static void in_order_is_as_slowly(void **state)
{
	(void)state;
	for (uint32_t i = 1; i <= 300; i++)
		agree(i, true);
}

static void out_of_order_is_as_slowly(void **state)
{
	(void)state;
	for (uint32_t i = 1; i <= 300; i++)
		agree(i, false);
}

/* ---- branches ---------------------------------------------------------------------- */

static void loops_are_learnt(void **state)
{
	static struct predictor p;
	int wrong = 0;

	(void)state;
	p.mask = (1u << 10) - 1;
	for (int i = 0; i < 3000; i++)
		if (!predictor_direction(&p, 0x8000, i % 5 != 4) && i >= 1000)
			wrong++;
	assert_int_equal(wrong, 0);
	assert_false(predictor_target(&p, 0x9000, 0xa000));
	assert_true(predictor_target(&p, 0x9000, 0xa000));
	assert_false(predictor_target(&p, 0x9000, 0xb000));
}

static void branches_are_forgotten(void **state)
{
	static struct predictor p, fresh;

	(void)state;
	fresh.mask = p.mask = (1u << 10) - 1;
	for (uint32_t i = 0; i < 100; i++) {
		predictor_direction(&p, 0x8000 + 2 * i, i % 3);
		predictor_target(&p, 0x9000 + 2 * i, i);
	}
	predictor_forget(&p);
	assert_memory_equal(&p, &fresh, sizeof(p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loops_cost_what_documents_say),
		cmocka_unit_test(blocks_pay_for_those_before),
		cmocka_unit_test(in_order_is_as_slowly),
		cmocka_unit_test(out_of_order_is_as_slowly),
		cmocka_unit_test(loops_are_learnt),
		cmocka_unit_test(branches_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
