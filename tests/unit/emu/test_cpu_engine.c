/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the engine was measured to do, and what we make of it: one test for
 * each fact that the core is built on.
 */
#include "tests/unit/emu/helper_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define CODE 0x10000u
#define DATA 0x20000u

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static int setup(void **state)
{
	static struct rig rig;

	rig_create(&rig, NULL);
	*state = &rig;
	return 0;
}

static int teardown(void **state)
{
	rig_destroy(*state);
	return 0;
}

static void start(struct rig *rig, const void *code, uint32_t size, bool thumb)
{
	rig_code(rig, CODE, code, size);
	rig_start(rig, CODE | thumb);
}

/* ldr r1, [r0]; svc 0 */
static const uint32_t load[] = {0xe5901000, 0xef000000};

static void a_stale_entry_lasts_until_its_flush(void **state)
{
	struct rig *rig = *state;
	uint32_t *old = rig_page(rig, DATA);
	paddr_t frame = rig_frame(rig);

	*old = 1;
	*(uint32_t *)rig_at(rig, frame) = 2;
	start(rig, load, sizeof(load), false);
	rig_set_reg(rig, 0, DATA);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 1), 1);

	rig_map(rig, DATA, frame, RIG_SMALL | RIG_USER_RW);
	rig_start(rig, CODE);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 1), 1);

	rig_flush_page(rig, DATA);
	rig_start(rig, CODE);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 1), 2);
}

static void rights_are_those_of_the_entry(void **state)
{
	/* str r1, [r0]; ldr r1, [r0]; str r1, [r0]; svc 0 */
	static const uint32_t code[] = {0xe5801000, 0xe5901000, 0xe5801000,
					0xef000000};
	struct rig *rig = *state;
	paddr_t frame = rig_frame(rig);

	rig_map(rig, DATA, frame, RIG_SMALL | RIG_USER_RO);
	start(rig, code, sizeof(code), false);
	rig_set_reg(rig, 0, DATA + 8);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);
	assert_int_equal(rig_reg(rig, 15), CODE);
	assert_int_equal(rig_dfar(rig), DATA + 8);
	rig_start(rig, CODE + 4);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);
	assert_int_equal(rig_reg(rig, 15), CODE + 8);

	/* The tables allow it now, the entry doesn't. */
	rig_map(rig, DATA, frame, RIG_SMALL | RIG_USER_RW);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);
	rig_flush_page(rig, DATA);
	assert_int_equal(rig_run(rig), TRAP_SVC);
}

static void no_fetch_where_xn_is_set(void **state)
{
	struct rig *rig = *state;
	paddr_t frame = rig_frame(rig);

	memcpy(rig_at(rig, frame), load, sizeof(load));
	rig_map(rig, DATA, frame, RIG_SMALL | RIG_USER_RW | RIG_XN);
	start(rig, load, sizeof(load), false);
	rig_set_reg(rig, 0, DATA);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	rig_start(rig, DATA + 4);
	assert_int_equal(rig_run(rig), TRAP_PREFETCH_ABORT);
	assert_int_equal(rig_ifar(rig), DATA + 4);
	assert_int_equal(rig_reg(rig, 15), DATA + 4);
}

static void new_code_runs_once_it_is_announced(void **state)
{
	static const uint32_t one[] = {0xe3a00001, 0xef000000}; /* mov r0, 1 */
	struct rig *rig = *state;
	uint32_t *page;
	paddr_t frame = rig_frame(rig);

	rig_map(rig, CODE, frame, RIG_SMALL | RIG_USER_RW);
	page = rig_at(rig, frame);
	memcpy(page, one, sizeof(one));
	rig_start(rig, CODE);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 0), 1);
	for (uint32_t n = 2; n < 5; n++) {
		page[0] = 0xe3a00000 | n;
		cpu_code_changed(rig->cpu, frame, 4096);
		rig_start(rig, CODE);
		assert_int_equal(rig_run(rig), TRAP_SVC);
		assert_int_equal(rig_reg(rig, 0), n);
	}
	/* The engine's question about the frame left no flat translation. */
	rig_set_reg(rig, 0, (uint32_t)frame);
	rig_code(rig, CODE + 0x1000, load, sizeof(load));
	rig_start(rig, CODE + 0x1000);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);
}

static void a_store_into_code_is_seen(void **state)
{
	/* str r1, [r0]; b 1f; 1: mov r2, #1; svc 0 */
	static const uint32_t code[] = {0xe5801000, 0xeaffffff, 0xe3a02001,
					0xef000000};
	struct rig *rig = *state;

	start(rig, code, sizeof(code), false);
	assert_int_equal((rig_start(rig, CODE + 8), rig_run(rig)), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 2), 1);
	rig_set_reg(rig, 0, CODE + 8);
	rig_set_reg(rig, 1, 0xe3a02007); /* mov r2, #7 */
	rig_start(rig, CODE);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 2), 7);
}

/* ldrex r1, [r0]; svc 0; strex r2, r3, [r0]; svc 0 */
static const uint32_t exclusive[] = {0xe1901f9f, 0xef000000, 0xe1802f93,
				     0xef000000};

static void the_monitor_can_be_cleared(void **state)
{
	struct rig *rig = *state;

	rig_page(rig, DATA);
	start(rig, exclusive, sizeof(exclusive), false);
	rig_set_reg(rig, 0, DATA);
	rig_run(rig);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 2), 0); /* it outlives a trap */

	rig_start(rig, CODE);
	rig_set_reg(rig, 14, 77);
	rig_run(rig);
	cpu_clear_exclusive(rig->cpu);
	assert_int_equal(rig_reg(rig, 15), CODE + 8);
	assert_int_equal(rig_reg(rig, 14), 77);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 2), 1);
	assert_int_equal(rig_reg(rig, 15), CODE + 16);
}

static void an_exclusive_must_be_aligned(void **state)
{
	struct rig *rig = *state;

	rig_page(rig, DATA);
	start(rig, exclusive, sizeof(exclusive), false);
	rig_set_reg(rig, 0, DATA + 2);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);
	assert_int_equal(rig_reg(rig, 15), CODE);
	assert_int_equal(rig_dfar(rig), DATA + 2);
}

static void ldm_is_restarted_after_a_fault(void **state)
{
	/* ldm r0!, {r2-r9}; svc 0 */
	static const uint32_t code[] = {0xe8b003fc, 0xef000000};
	struct rig *rig = *state;
	uint32_t *page = rig_page(rig, DATA), *next;

	page[1022] = 102;
	page[1023] = 103;
	start(rig, code, sizeof(code), false);
	rig_set_reg(rig, 0, DATA + 4088);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);
	assert_int_equal(rig_reg(rig, 15), CODE);
	assert_int_equal(rig_dfar(rig), DATA + 4096);
	next = rig_page(rig, DATA + 4096);
	for (int i = 0; i < 6; i++)
		next[i] = 104 + i;
	assert_int_equal(rig_run(rig), TRAP_SVC);
	for (int i = 0; i < 8; i++)
		assert_int_equal(rig_reg(rig, 2 + i), 102 + i);
	assert_int_equal(rig_reg(rig, 0), DATA + 4088 + 32);
	assert_int_equal(cpu_instructions(rig->cpu), 2);
}

static void an_it_block_is_restarted_after_a_fault(void **state)
{
	/*
	 * movs r0, #1; adds.w r1, r1, #1; cmp r0, #1; ittte eq;
	 * ldreq r2, [r3]; addeq r4, #1; addeq.w r5, r5, #3; movne r6, #9;
	 * svc 0
	 */
	static const uint16_t code[] = {0x2001, 0xf111, 0x0101, 0x2801,
					0xbf03, 0x681a, 0x3401, 0xf105,
					0x0503, 0x2609, 0xdf00};
	struct rig *rig = *state;
	struct pt_regs regs;

	start(rig, code, sizeof(code), true);
	rig_set_reg(rig, 3, DATA + 12);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);
	assert_int_equal(rig_reg(rig, 15), CODE + 10);
	assert_int_equal(rig_dfar(rig), DATA + 12);
	assert_int_equal(cpu_instructions(rig->cpu), 4);
	((uint32_t *)rig_page(rig, DATA))[3] = 42;
	/* As after a task switch. */
	cpu_get_regs(rig->cpu, &regs);
	assert_int_equal(regs.cpsr & 0x0600fc20, 0x06000020); /* IT, T */
	cpu_clear_exclusive(rig->cpu);
	cpu_set_regs(rig->cpu, &regs);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 2), 42);
	assert_int_equal(rig_reg(rig, 4), 1);
	assert_int_equal(rig_reg(rig, 5), 3);
	assert_int_equal(rig_reg(rig, 6), 0);
	assert_int_equal(cpu_instructions(rig->cpu), 9);
}

static void traps_leave_pc_as_the_manual_says(void **state)
{
	/* nop; udf; nop; bkpt; nop; svc; wfi; svc */
	static const uint32_t code[] = {0xe320f000, 0xe7f000f0, 0xe320f000,
					0xe1200070, 0xe320f000, 0xef000000,
					0xe320f003, 0xef000000};
	struct rig *rig = *state;

	start(rig, code, sizeof(code), false);
	assert_int_equal(rig_run(rig), TRAP_UNDEFINED);
	assert_int_equal(rig_reg(rig, 15), CODE + 4);
	assert_int_equal(cpu_instructions(rig->cpu), 1);
	rig_start(rig, CODE + 8);
	assert_int_equal(rig_run(rig), TRAP_BREAKPOINT);
	assert_int_equal(rig_reg(rig, 15), CODE + 12);
	assert_int_equal(cpu_instructions(rig->cpu), 2);
	rig_start(rig, CODE + 16);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 15), CODE + 24);
	assert_int_equal(cpu_instructions(rig->cpu), 4);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 15), CODE + 32);
	assert_int_equal(cpu_instructions(rig->cpu), 6);
}

static void hints_are_no_operations(void **state)
{
	/* yield; wfe; yieldne; udf; then wfe, the page's last; svc */
	static const uint32_t arm[] = {0xe320f001, 0xe320f002, 0x1320f001,
				       0xe7f000f0};
	static const uint32_t last = 0xe320f002, next = 0xef000000;
	/* ldr.w r11, [r0, #0xf10], whose end looks like yield; udf */
	static const uint16_t thumb[] = {0xbf10, 0xf3af, 0x8002,
					 0xf8d0, 0xbf10, 0xde00};
	struct rig *rig = *state;

	start(rig, arm, sizeof(arm), false);
	assert_int_equal(rig_run(rig), TRAP_UNDEFINED);
	assert_int_equal(rig_reg(rig, 15), CODE + 12);
	assert_int_equal(cpu_instructions(rig->cpu), 3);

	rig_page(rig, DATA);
	rig_code(rig, CODE + 4096, thumb, sizeof(thumb));
	rig_start(rig, CODE + 4096 + 1);
	rig_set_reg(rig, 0, DATA);
	assert_int_equal(rig_run(rig), TRAP_UNDEFINED);
	assert_int_equal(rig_reg(rig, 15), CODE + 4096 + 10);
	assert_int_equal(cpu_instructions(rig->cpu), 6);

	rig_code(rig, CODE + 12284, &last, sizeof(last));
	rig_code(rig, CODE + 12288, &next, sizeof(next));
	rig_start(rig, CODE + 12284);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 15), CODE + 12292);
	assert_int_equal(cpu_instructions(rig->cpu), 8);
}

static void an_instruction_may_lie_across_pages(void **state)
{
	/* nop; mov.w r2, #3 (half of it on the next page); svc 0 */
	static const uint16_t code[] = {0xbf00, 0xf04f, 0x0203, 0xdf00};
	struct rig *rig = *state;
	uint16_t *page = rig_page(rig, CODE), *next;

	page[2046] = code[0];
	page[2047] = code[1];
	rig_start(rig, CODE + 4092 + 1);
	assert_int_equal(rig_run(rig), TRAP_PREFETCH_ABORT);
	assert_int_equal(rig_reg(rig, 15), CODE + 4094);
	assert_int_equal(rig_ifar(rig), CODE + 4096);
	assert_int_equal(cpu_instructions(rig->cpu), 1);
	next = rig_page(rig, CODE + 4096);
	next[0] = code[2];
	next[1] = code[3];
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 2), 3);
	assert_int_equal(cpu_instructions(rig->cpu), 3);
}

static void a_jump_into_nowhere_aborts_there(void **state)
{
	/* mov pc, r0 */
	static const uint32_t code[] = {0xe1a0f000};
	struct rig *rig = *state;

	start(rig, code, sizeof(code), false);
	rig_set_reg(rig, 0, 0xdead0000);
	assert_int_equal(rig_run(rig), TRAP_PREFETCH_ABORT);
	assert_int_equal(rig_reg(rig, 15), 0xdead0000);
	assert_int_equal(rig_ifar(rig), 0xdead0000);
	assert_int_equal(cpu_instructions(rig->cpu), 1);
	/* The stub's own page is nowhere, too. */
	cpu_clear_exclusive(rig->cpu);
	rig_set_reg(rig, 0, 0xfffff000);
	rig_start(rig, CODE);
	assert_int_equal(rig_run(rig), TRAP_PREFETCH_ABORT);
	assert_int_equal(rig_ifar(rig), 0xfffff000);
}

static void physical_addresses_without_memory_abort(void **state)
{
	struct rig *rig = *state;

	rig_map(rig, DATA, 0x10000000, RIG_SMALL | RIG_USER_RW);
	start(rig, load, sizeof(load), false);
	rig_set_reg(rig, 0, DATA + 4);
	assert_int_equal(rig_run(rig), TRAP_DATA_ABORT);
	assert_int_equal(rig_dfar(rig), DATA + 4);
	rig_start(rig, DATA);
	assert_int_equal(rig_run(rig), TRAP_PREFETCH_ABORT);
}

static void registers_come_back_as_they_were_set(void **state)
{
	struct rig *rig = *state;
	struct pt_regs regs, back;
	struct vfp_state vfp, vfp_back;

	for (int i = 0; i < 16; i++)
		regs.r[i] = 0x01010101u * (i + 1) & ~1u;
	regs.cpsr = 0xf8000030;
	for (int i = 0; i < 32; i++)
		vfp.d[i] = 0x0123456789abcdefu * (i + 1);
	vfp.fpscr = 0x03400010;
	cpu_set_regs(rig->cpu, &regs);
	cpu_set_vfp(rig->cpu, &vfp);
	cpu_set_tpidrurw(rig->cpu, 0x5a5a0001);
	cpu_get_regs(rig->cpu, &back);
	cpu_get_vfp(rig->cpu, &vfp_back);
	assert_memory_equal(&regs, &back, sizeof(regs));
	assert_memory_equal(vfp.d, vfp_back.d, sizeof(vfp.d));
	assert_int_equal(vfp.fpscr, vfp_back.fpscr);
	assert_int_equal(cpu_get_tpidrurw(rig->cpu), 0x5a5a0001);
}

static void the_program_sees_its_thread_register(void **state)
{
	/* mrc p15, 0, r0, c13, c0, 3; svc 0; vmov.f64 d0, #1.0; svc 0 */
	static const uint32_t code[] = {0xee1d0f70, 0xef000000, 0xeeb70b00,
					0xef000000};
	struct rig *rig = *state;
	struct vfp_state vfp;

	start(rig, code, sizeof(code), false);
	cpu_set_tpidruro(rig->cpu, 0xb6f00500);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(rig_reg(rig, 0), 0xb6f00500);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	cpu_get_vfp(rig->cpu, &vfp);
	assert_true(vfp.d[0] == 0x3ff0000000000000);
}

/*
 * More translations than the engine's buffer would hold, were each as large
 * as it can be: enough to see the engine replaced. Nothing of it shows.
 */
static void translations_without_end_change_nothing(void **state)
{
	/* add r0, r0, #1; b 1f; 1: svc 0 */
	static const uint32_t code[] = {0xe2800001, 0xeaffffff, 0xef000000};
	struct vfp_state vfp = {.d = {[3] = 33, [31] = 31}, .fpscr = 0x10};
	struct rig *rig = *state;
	paddr_t frame = rig_frame(rig);
	struct pt_regs regs;

	rig_map(rig, CODE, frame, RIG_SMALL | RIG_USER_RW);
	memcpy(rig_at(rig, frame), code, sizeof(code));
	rig_start(rig, CODE);
	cpu_set_vfp(rig->cpu, &vfp);
	cpu_set_tpidrurw(rig->cpu, 5);
	rig_set_reg(rig, 0, 0);
	rig_set_reg(rig, 13, 0x1234);
	for (uint32_t i = 0; i < 60000; i++) {
		cpu_code_changed(rig->cpu, frame, 4096);
		cpu_get_regs(rig->cpu, &regs);
		regs.r[15] = CODE;
		cpu_set_regs(rig->cpu, &regs);
		assert_int_equal(rig_run(rig), TRAP_SVC);
	}
	cpu_get_vfp(rig->cpu, &vfp);
	assert_int_equal(rig_reg(rig, 0), 60000);
	assert_int_equal(rig_reg(rig, 13), 0x1234);
	assert_int_equal(vfp.d[3], 33);
	assert_int_equal(vfp.d[31], 31);
	assert_int_equal(vfp.fpscr, 0x10);
	assert_int_equal(cpu_get_tpidrurw(rig->cpu), 5);
	assert_int_equal(cpu_instructions(rig->cpu), 180000);
}

static void time_is_up_at_taken_branches_alone(void **state)
{
	/* 1: add r0, #1; b 2f; 2: cmp r0, r1; bne 1b; svc 0 */
	static const uint32_t code[] = {0xe2800001, 0xeaffffff, 0xe1500001,
					0x1afffffb, 0xef000000};
	struct rig *rig = *state;

	start(rig, code, sizeof(code), false);
	rig_set_reg(rig, 1, 1000000);
	for (uint64_t alarm = 1; alarm < 40; alarm++) {
		clock_set_alarm(rig->clock, alarm);
		assert_int_equal(rig_run(rig), TRAP_TIMER);
		assert_int_equal(rig_reg(rig, 15), CODE);
		assert_int_equal(clock_now(rig->clock) % 4, 0);
		assert_in_range(clock_now(rig->clock), alarm, alarm + 3);
		assert_int_equal(clock_now(rig->clock),
				 cpu_instructions(rig->cpu));
	}
	clock_set_alarm(rig->clock, CLOCK_NEVER);
	assert_int_equal(rig_run(rig), TRAP_SVC);
	assert_int_equal(cpu_instructions(rig->cpu), 4000001);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_stale_entry_lasts_until_its_flush),
		TEST(rights_are_those_of_the_entry),
		TEST(no_fetch_where_xn_is_set),
		TEST(new_code_runs_once_it_is_announced),
		TEST(a_store_into_code_is_seen),
		TEST(the_monitor_can_be_cleared),
		TEST(an_exclusive_must_be_aligned),
		TEST(ldm_is_restarted_after_a_fault),
		TEST(an_it_block_is_restarted_after_a_fault),
		TEST(traps_leave_pc_as_the_manual_says),
		TEST(hints_are_no_operations),
		TEST(an_instruction_may_lie_across_pages),
		TEST(a_jump_into_nowhere_aborts_there),
		TEST(physical_addresses_without_memory_abort),
		TEST(registers_come_back_as_they_were_set),
		TEST(the_program_sees_its_thread_register),
		TEST(translations_without_end_change_nothing),
		TEST(time_is_up_at_taken_branches_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
