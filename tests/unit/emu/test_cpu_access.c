/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Loads and stores that are done before the engine gets to them
 * (emu/cpu_access.c), in the cases that are the engine's all the same: each
 * piece of code runs twice, told by the engine's hooks and not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "emu/config/config.h"
#include "emu/cpu_engine.h"
#include "tests/unit/emu/helper_rig.h"

#define BOARD MMUSCOPE_SOURCE_DIR "/configs/vexpress-a9.yaml"
#define CODE  0x10000u
#define DATA  0x20000u

/* What a run leaves behind. */
struct seen {
	enum trap_kind kind;
	uint32_t reg[8], pc;
	uint64_t cycles, instructions;
	struct cache_stats l1d;
	uint8_t data[64];
};

struct program {
	const void *code;
	uint32_t size_bytes, pc, r1;
};

static struct config *config;

static void look(struct rig *rig, const struct core_caches *caches,
		 const void *data, struct seen *seen)
{
	bool thumb;

	for (int i = 0; i < 8; i++)
		seen->reg[i] = rig_reg(rig, i);
	seen->pc = cpu_get_pc(rig->cpu, &thumb);
	seen->cycles = clock_now(rig->clock);
	seen->instructions = cpu_instructions(rig->cpu);
	seen->l1d = caches->l1d.stats;
	memcpy(seen->data, data, sizeof(seen->data));
}

#define CACHED 0xc /* C and B: Normal memory, write-back */

static void *cached_page(struct rig *rig, vaddr_t va)
{
	const paddr_t frame = rig_frame(rig);

	rig_map(rig, va, frame, RIG_SMALL | RIG_USER_RW | CACHED);
	return rig_at(rig, frame);
}

static void run(const struct program *program, bool slow, struct seen *seen)
{
	struct hierarchy_params params;
	struct hierarchy *hierarchy;
	struct rig rig;
	void *data;

	config_caches(config, &params);
	hierarchy = hierarchy_create(&params, 1);
	assert_non_null(hierarchy);
	rig_create(&rig, &(struct rig_options){
				 .check_alignment = true,
				 .pipeline = &config->cpu.pipeline,
				 .caches = &hierarchy->core[0],
				 .slow_accesses = slow,
			 });
	assert_int_equal(rig.cpu->sees_accesses, !slow && cpu_access_works());
	rig_code(&rig, CODE, program->code, program->size_bytes);
	data = cached_page(&rig, DATA);
	cached_page(&rig, DATA + 4096);
	rig_set_reg(&rig, 1, program->r1);
	rig_set_reg(&rig, 5, DATA);
	rig_start(&rig, program->pc);
	memset(seen, 0, sizeof(*seen));
	seen->kind = rig_run(&rig);
	look(&rig, &hierarchy->core[0], data, seen);
	rig_destroy(&rig);
	hierarchy_destroy(hierarchy);
}

static struct seen run_both(const struct program *program)
{
	struct seen fast, slow;

	run(program, false, &fast);
	run(program, true, &slow);
	assert_memory_equal(&fast, &slow, sizeof(fast));
	return fast;
}

/* The engine notices stores to what it translated. */
static void code_is_written(void **state)
{
	static const uint32_t code[] = {
		0xe1a0600e, /*		mov	r6, lr */
		0xeb000005, /*		bl	f */
		0xe59f2018, /*		ldr	r2, [pc, #24] */
		0xe1a03000, /*		mov	r3, r0 */
		0xe5812000, /*		str	r2, [r1] */
		0xeb000001, /*		bl	f */
		0xef000000, /*		svc	0 */
		0xe1a00000, /*		nop */
		0xe3a00001, /*	f:	mov	r0, #1 */
		0xe12fff1e, /*		bx	lr */
		0xe3a00002, /*		(mov	r0, #2) */
	};
	const struct program program = {code, sizeof(code), CODE, CODE + 32};
	struct seen seen = run_both(&program);

	(void)state;
	assert_int_equal(seen.kind, TRAP_SVC);
	assert_int_equal(seen.reg[3], 1);
	assert_int_equal(seen.reg[0], 2);
}

/* In an IT block an access is refused by its fill, though it is granted. */
static void refused_in_it(void **state)
{
	static const uint16_t code[] = {
		0x682c, /*	ldr	r4, [r5] */
		0x4280, /*	cmp	r0, r0 */
		0xbf08, /*	it	eq */
		0xc90c, /*	ldmia	r1!, {r2, r3} */
		0xdf00, /*	svc	0 */
	};
	const struct program program = {code, sizeof(code), CODE | 1, DATA + 2};
	struct seen seen = run_both(&program);

	(void)state;
	assert_int_equal(seen.kind, TRAP_DATA_ABORT);
	assert_int_equal(seen.pc, CODE + 6);
}

/* Across pages, lines and neither, unaligned and not; of one to eight bytes. */
static void sizes(void **state)
{
	static const uint32_t code[] = {
		0xe2810ffe, /*	add	r0, r1, #1016 */
		0xe2800b02, /*	add	r0, r0, #2048 */
		0xe2800ffa, /*	add	r0, r0, #1000 */
		0xe280001e, /*	add	r0, r0, #30: r0 is 2 below a page */
		0xe5802000, /*	str	r2, [r0] */
		0xe5903000, /*	ldr	r3, [r0] */
		0xe1c100b2, /*	strh	r0, [r1, #2] */
		0xe5c10007, /*	strb	r0, [r1, #7] */
		0xe581001e, /*	str	r0, [r1, #30] */
		0xe591401e, /*	ldr	r4, [r1, #30] */
		0xe5914000, /*	ldr	r4, [r1] */
		0xe5914020, /*	ldr	r4, [r1, #32] */
		0xe591401e, /*	ldr	r4, [r1, #30]: in two lines */
		0xe1d160f3, /*	ldrsh	r6, [r1, #3] */
		0xe1d170d7, /*	ldrsb	r7, [r1, #7] */
		0xe1c122d0, /*	ldrd	r2, r3, [r1, #32] */
		0xe1c123f8, /*	strd	r2, r3, [r1, #56] */
		0xef000000, /*	svc	0 */
	};
	const struct program program = {code, sizeof(code), CODE, DATA};
	struct seen seen = run_both(&program);

	(void)state;
	assert_int_equal(seen.kind, TRAP_SVC);
	assert_int_equal(seen.reg[4], DATA + 4094);
	assert_int_equal(seen.reg[7], UINT32_MAX - 1);
}

static int load(void **state)
{
	const char *sets[] = {"timing.model=cache", "rootfs.path="};
	struct diag diag = {0};

	(void)state;
	config = config_load(BOARD, sets, 2, &diag);
	return config ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	config_destroy(config);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(code_is_written),
		cmocka_unit_test(refused_in_it),
		cmocka_unit_test(sizes),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
