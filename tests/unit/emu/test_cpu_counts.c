/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counts are exact: random programs on our core, and the same programs step
 * by step on an engine that knows no blocks, with a TLB that is asked at each
 * fetch, load and store (tests/lib/slow_tlb). Instructions, misses and misses
 * by fetches must agree; so must a core that forgets everything before each
 * block. If a translation outlived its entry in the model, or a fetch after an
 * eviction went uncounted, they would not.
 *
 * A program is 64 pages of small functions, ARM and Thumb, some of which lie
 * across the end of their page, called at random; each loads and stores at
 * random in 128 pages. With 64 entries, or fewer, a TLB has no peace.
 */
#include "tests/unit/emu/helper_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <unicorn/unicorn.h>

#include "tests/lib/slow_tlb.h"

#define MAIN       0x10000u
#define TABLE      0x20000u
#define STACK      0x30000u
#define CODE       0x100000u
#define CODE_PAGES 64u
#define DATA       0x400000u
#define DATA_PAGES 128u
#define CALLS      3000u

/* What a program is made of: pages by virtual address, and registers. */
struct program {
	uint8_t code[(CODE_PAGES + 1) * 4096];
	uint32_t table[CODE_PAGES];
	uint32_t seed;
};

static const struct rig_options plain = {.tlb_entries = 64};

struct counts {
	uint64_t instructions, misses, fetch_misses;
	uint32_t r0, r2, r3, unused;
};

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

/* r0: random; r1: offset; r2, r3: results; r8, r9: generator; r10: mask. */
static const uint32_t arm_ops[] = {
	0xe0209890, /* mla r0, r0, r8, r9 */
	0xe00a14a0, /* and r1, r10, r0, lsr #9 */
	0xe79b2001, /* ldr r2, [r11, r1] */
	0xe78b2001, /* str r2, [r11, r1] */
	0xe79b4001, /* ldr r4, [r11, r1] */
	0xe2833001, /* add r3, r3, #1 */
	0xe3500000, /* cmp r0, #0 */
	0x479b2001, /* ldrmi r2, [r11, r1] */
	0x52833003, /* addpl r3, r3, #3 */
};

/* The same in Thumb: one or two halves each. */
static const uint16_t thumb_ops[][3] = {
	{2, 0xfb00, 0x9008}, {2, 0xea0a, 0x2150}, {2, 0xf85b, 0x2001},
	{2, 0xf84b, 0x2001}, {2, 0xf85b, 0x4001}, {1, 0x3301},
	{1, 0x2800},         {1, 0xbf00},         {1, 0x1c52},
};

static uint8_t *put(uint8_t *at, const void *from, size_t n)
{
	memcpy(at, from, n);
	return at + n;
}

static uint8_t *put_half(uint8_t *at, uint16_t half)
{
	return put(at, &half, sizeof(half));
}

static uint8_t *put_word(uint8_t *at, uint32_t word)
{
	return put(at, &word, sizeof(word));
}

static void make_arm(uint8_t *at, bool stacked, uint32_t *seed)
{
	uint32_t n = 2 + next(seed) % 9;

	if (stacked)
		at = put_word(at, 0xe52de004); /* push {lr} */
	while (n--)
		at = put_word(at, arm_ops[next(seed) % 9]);
	put_word(at, stacked ? 0xe49df004 : 0xe12fff1e);
}

static void make_thumb(uint8_t *at, bool stacked, uint32_t *seed)
{
	uint32_t n = 2 + next(seed) % 9;

	if (stacked)
		at = put_half(at, 0xb500);
	while (n--) {
		const uint16_t *op = thumb_ops[next(seed) % 9];

		if (next(seed) % 8 == 0) /* it mi; ldr.w r2, [r11, r1] */
			at = put(at, (uint16_t[]){0xbf48, 0xf85b, 0x2001}, 6);
		at = put(at, op + 1, op[0] * 2);
	}
	put_half(at, stacked ? 0xbd00 : 0x4770);
}

/* Functions are at most 128 bytes, and leave a page's first 128 free. */
static void make_program(struct program *p, uint32_t seed)
{
	memset(p, 0, sizeof(*p));
	p->seed = seed;
	for (uint32_t i = 0; i < CODE_PAGES; i++) {
		bool thumb = next(&seed) & 1, stacked = next(&seed) & 1;
		uint32_t where = 128 + next(&seed) % (4096 - 128);

		if (next(&seed) & 1)
			where = 4096 - next(&seed) % 48;
		where = i * 4096 + (where & (thumb ? ~1u : ~3u));
		if (thumb)
			make_thumb(p->code + where, stacked, &seed);
		else
			make_arm(p->code + where, stacked, &seed);
		p->table[i] = (CODE + where) | thumb;
	}
}

static const uint32_t main_code[] = {
	0xe0209890, /* 1: mla r0, r0, r8, r9 */
	0xe00715a0, /* and r1, r7, r0, lsr #11 */
	0xe796c001, /* ldr r12, [r6, r1] */
	0xe12fff3c, /* blx r12 */
	0xe2555001, /* subs r5, r5, #1 */
	0x1afffff9, /* bne 1b */
	0xef000000, /* svc 0 */
};

static const struct {
	uint8_t reg;
	uint32_t value;
} registers[] = {
	{5, CALLS},   {6, TABLE},         {7, (CODE_PAGES - 1) * 4},
	{8, 1664525}, {9, 1013904223},    {10, (DATA_PAGES * 4096 - 1) & ~3u},
	{11, DATA},   {13, STACK + 4096},
};

#define NR_REGISTERS (sizeof(registers) / sizeof(registers[0]))

/* ---- on our core ------------------------------------------------------------- */

static void load_program(struct rig *rig, const struct program *p,
			 bool map_data)
{
	rig_code(rig, MAIN, main_code, sizeof(main_code));
	rig_code(rig, TABLE, p->table, sizeof(p->table));
	rig_page(rig, STACK);
	for (uint32_t i = 0; i <= CODE_PAGES; i++)
		rig_code(rig, CODE + i * 4096, p->code + i * 4096, 4096);
	for (uint32_t i = 0; map_data && i < DATA_PAGES; i++)
		rig_page(rig, DATA + i * 4096);
	rig_set_reg(rig, 0, p->seed);
	for (size_t i = 0; i < NR_REGISTERS; i++)
		rig_set_reg(rig, registers[i].reg, registers[i].value);
	rig_start(rig, MAIN);
}

static struct counts take_counts(struct rig *rig)
{
	return (struct counts){
		.instructions = cpu_instructions(rig->cpu),
		.misses = rig_misses(rig),
		.fetch_misses = rig_fetch_misses(rig),
		.r0 = rig_reg(rig, 0),
		.r2 = rig_reg(rig, 2),
		.r3 = rig_reg(rig, 3),
	};
}

static struct counts run_ours(const struct program *p,
			      const struct rig_options *options)
{
	struct counts counts;
	struct rig rig;

	rig_create(&rig, options);
	load_program(&rig, p, true);
	assert_int_equal(rig_run(&rig), TRAP_SVC);
	counts = take_counts(&rig);
	rig_destroy(&rig);
	return counts;
}

/* ---- step by step -------------------------------------------------------------- */

struct stepper {
	struct slow_mmu *slow;
	uint64_t instructions;
	vaddr_t after_it; /* the instruction that an IT has made conditional */
};

static bool every_page(void *ctx, vaddr_t va, struct slow_page *page)
{
	(void)ctx;
	*page = (struct slow_page){va & ~4095u, va & ~4095u, 4096, true};
	return true;
}

static void touch(struct slow_mmu *slow, vaddr_t va, uint32_t size,
		  enum mmu_kind kind)
{
	paddr_t paddr;

	slow_mmu_access(slow, va, kind, &paddr);
	if ((va ^ (va + size - 1)) >> 12)
		slow_mmu_access(slow, va + size - 1, kind, &paddr);
}

static void step(struct stepper *stepper, vaddr_t va, uint32_t size)
{
	stepper->instructions++;
	touch(stepper->slow, va, size, MMU_FETCH);
}

/* The engine doesn't tell of Thumb instructions whose condition failed. */
static void on_step(uc_engine *uc, uint64_t address, uint32_t size, void *ctx)
{
	struct stepper *stepper = ctx;
	vaddr_t va = (vaddr_t)address;
	uint16_t half;

	if (stepper->after_it && stepper->after_it != va)
		step(stepper, stepper->after_it, 4);
	step(stepper, va, size);
	uc_mem_read(uc, va, &half, sizeof(half));
	stepper->after_it = size == 2 && half == 0xbf48 ? va + 2 : 0;
}

static void on_access(uc_engine *uc, uc_mem_type type, uint64_t va, int size,
		      int64_t value, void *ctx)
{
	struct stepper *stepper = ctx;

	(void)uc;
	(void)value;
	touch(stepper->slow, (vaddr_t)va, (uint32_t)size,
	      type == UC_MEM_WRITE ? MMU_WRITE : MMU_READ);
}

static void on_svc(uc_engine *uc, uint32_t number, void *ctx)
{
	(void)number;
	(void)ctx;
	uc_emu_stop(uc);
}

static void put_flat(uc_engine *uc, vaddr_t va, uint32_t nr_pages,
		     const void *from, uint32_t size)
{
	assert_int_equal(uc_mem_map(uc, va, nr_pages * 4096, UC_PROT_ALL), 0);
	assert_int_equal(uc_mem_write(uc, va, from, size), 0);
}

static void load_flat(uc_engine *uc, const struct program *p)
{
	uint32_t cpsr = 0x10;

	put_flat(uc, MAIN, 1, main_code, sizeof(main_code));
	put_flat(uc, TABLE, 1, p->table, sizeof(p->table));
	put_flat(uc, STACK, 1, "", 1);
	put_flat(uc, CODE, CODE_PAGES + 1, p->code, sizeof(p->code));
	put_flat(uc, DATA, DATA_PAGES, "", 1);
	uc_reg_write(uc, UC_ARM_REG_CPSR, &cpsr);
	uc_reg_write(uc, UC_ARM_REG_R0, &p->seed);
	for (size_t i = 0; i < NR_REGISTERS; i++)
		uc_reg_write(uc,
			     registers[i].reg == 13
				     ? (int)UC_ARM_REG_SP
				     : (int)UC_ARM_REG_R0 + registers[i].reg,
			     &registers[i].value);
}

static struct counts run_steps(const struct program *p,
			       const struct rig_options *options)
{
	struct mmu_config config;
	struct stepper stepper = {0};
	struct counts counts = {0};
	uc_engine *uc;
	uc_hook hook;

	rig_mmu_config(options, &config);
	stepper.slow = slow_mmu_create(&config, every_page, NULL);
	assert_int_equal(uc_open(UC_ARCH_ARM, UC_MODE_ARM, &uc), 0);
	uc_ctl_set_cpu_model(uc, UC_CPU_ARM_CORTEX_A9);
	load_flat(uc, p);
	uc_hook_add(uc, &hook, UC_HOOK_CODE, on_step, &stepper, 1, 0);
	uc_hook_add(uc, &hook, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, on_access,
		    &stepper, 1, 0);
	uc_hook_add(uc, &hook, UC_HOOK_INTR, on_svc, NULL, 1, 0);
	assert_int_equal(uc_emu_start(uc, MAIN, 0, 0, 0), 0);
	counts.instructions = stepper.instructions;
	for (int i = 0; i < stepper.slow->nr_tlbs; i++) {
		counts.misses += stepper.slow->tlbs[i].stats.misses;
		counts.fetch_misses += stepper.slow->tlbs[i].stats.fetch_misses;
	}
	uc_reg_read(uc, UC_ARM_REG_R0, &counts.r0);
	uc_reg_read(uc, UC_ARM_REG_R2, &counts.r2);
	uc_reg_read(uc, UC_ARM_REG_R3, &counts.r3);
	uc_close(uc);
	slow_mmu_destroy(stepper.slow);
	return counts;
}

static void expect_same(const struct counts *a, const struct counts *b,
			uint32_t seed, const char *what)
{
	if (!memcmp(a, b, sizeof(*a)))
		return;
	print_error("seed %u, %s: instructions %lu %lu, misses %lu %lu, by "
		    "fetches %lu %lu, r0 %x %x, r2 %x %x, r3 %x %x\n",
		    seed, what, (unsigned long)a->instructions,
		    (unsigned long)b->instructions, (unsigned long)a->misses,
		    (unsigned long)b->misses, (unsigned long)a->fetch_misses,
		    (unsigned long)b->fetch_misses, a->r0, b->r0, a->r2, b->r2,
		    a->r3, b->r3);
	fail();
}

static void compare(const struct program *p, const struct rig_options *options,
		    uint32_t seed, const char *what)
{
	struct counts steps = run_steps(p, options);
	struct counts ours = run_ours(p, options);

	expect_same(&ours, &steps, seed, what);
}

static void counts_are_those_of_single_steps(void **state)
{
	static const uint32_t sizes[] = {64, 64, 32, 16, 8};
	struct program *p = malloc(sizeof(*p));

	(void)state;
	for (uint32_t seed = 1; seed <= 15; seed++) {
		struct rig_options options = {.tlb_entries = sizes[seed % 5]};

		make_program(p, seed);
		compare(p, &options, seed, "ours, by steps");
		options.forget_each_block = true;
		compare(p, &options, seed, "forgetful, by steps");
		options.forget_each_block = false;
		options.check_alignment = true;
		compare(p, &options, seed, "checking alignment, by steps");
	}
	free(p);
}

static void policies_that_see_hits_see_them(void **state)
{
	static const uint32_t sizes[] = {64, 32, 16, 8};
	struct program *p = malloc(sizeof(*p));

	(void)state;
	for (uint32_t seed = 1; seed <= 8; seed++) {
		struct rig_options options = {.tlb_entries = sizes[seed % 4]};

		make_program(p, seed);
		options.replacement = MMU_LRU;
		compare(p, &options, seed, "LRU, by steps");
		options.replacement = MMU_FIFO;
		compare(p, &options, seed, "FIFO, by steps");
	}
	free(p);
}

static void micro_tlbs_are_counted_too(void **state)
{
	static const enum mmu_replacement policies[] = {MMU_ROUND_ROBIN,
							MMU_LRU};
	struct program *p = malloc(sizeof(*p));

	(void)state;
	for (uint32_t seed = 21; seed <= 26; seed++) {
		struct rig_options options = {
			.tlb_entries = 64,
			.micro_entries = seed % 3 ? 8 : 32,
			.replacement = policies[seed % 2],
		};

		make_program(p, seed);
		compare(p, &options, seed, "micro-TLBs, by steps");
	}
	free(p);
}

/* ---- with faults ------------------------------------------------------------------ */

static void faults_leave_the_count_exact(void **state)
{
	struct program *p = malloc(sizeof(*p));

	(void)state;
	for (uint32_t seed = 100; seed < 106; seed++) {
		struct counts ours, steps;
		uint32_t nr_faults = 0;
		struct rig rig;

		make_program(p, seed);
		steps = run_steps(p, &plain);
		rig_create(&rig, NULL);
		load_program(&rig, p, false);
		while (rig_run(&rig) == TRAP_DATA_ABORT) {
			nr_faults++;
			rig_page(&rig, rig_dfar(&rig) & ~4095u);
		}
		ours = take_counts(&rig);
		rig_destroy(&rig);
		assert_int_equal(nr_faults, DATA_PAGES);
		/* Each access that faulted missed once more. */
		ours.misses -= nr_faults;
		steps.fetch_misses = ours.fetch_misses;
		steps.misses = ours.misses;
		expect_same(&ours, &steps, seed, "with faults, by steps");
	}
	free(p);
}

/* Time slices of any length change nothing but when the core stops. */
static void slices_leave_the_count_exact(void **state)
{
	static const enum mmu_replacement policies[] = {MMU_ROUND_ROBIN,
							MMU_LRU};
	struct program *p = malloc(sizeof(*p));

	(void)state;
	for (uint32_t seed = 7; seed < 13; seed++) {
		struct rig_options options = {
			.replacement = policies[seed % 2],
			.check_alignment = seed % 3 == 0,
		};
		struct counts ours, steps;
		struct rig rig;

		make_program(p, seed);
		steps = run_steps(p, &options);
		rig_create(&rig, &options);
		load_program(&rig, p, true);
		do {
			clock_stop_at(rig.clock, clock_now(rig.clock) + 17);
		} while (rig_run(&rig) == TRAP_TIMER);
		ours = take_counts(&rig);
		rig_destroy(&rig);
		expect_same(&ours, &steps, seed, "in slices, by steps");
	}
	free(p);
}

/* ---- the stride of the benches --------------------------------------------------- */

static void a_stride_misses_at_each_access(void **state)
{
	static const uint32_t code[] = {
		0xe1a03000, /* 2: mov r3, r0 */
		0xe1a04001, /* mov r4, r1 */
		0xe5935000, /* 1: ldr r5, [r3] */
		0xe2833a01, /* add r3, r3, #4096 */
		0xe2544001, /* subs r4, r4, #1 */
		0x1afffffb, /* bne 1b */
		0xe2522001, /* subs r2, r2, #1 */
		0x1afffff7, /* bne 2b */
		0xef000000,
	};
	struct rig rig;

	(void)state;
	rig_create(&rig, NULL);
	rig_code(&rig, MAIN, code, sizeof(code));
	for (uint32_t i = 0; i < 256; i++)
		rig_page(&rig, DATA + i * 4096);
	rig_set_reg(&rig, 0, DATA);
	rig_set_reg(&rig, 1, 256);
	rig_set_reg(&rig, 2, 100);
	rig_start(&rig, MAIN);
	assert_int_equal(rig_run(&rig), TRAP_SVC);
	/* Each load misses; of 64 fills one evicts the code, which refills. */
	assert_int_equal(rig_misses(&rig) - rig_fetch_misses(&rig), 25600);
	assert_in_range(rig_fetch_misses(&rig), 25600 / 64, 25600 / 63 + 1);
	assert_int_equal(cpu_instructions(rig.cpu), 100 * (4 + 4 * 256) + 1);
	rig_destroy(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_those_of_single_steps),
		cmocka_unit_test(policies_that_see_hits_see_them),
		cmocka_unit_test(micro_tlbs_are_counted_too),
		cmocka_unit_test(faults_leave_the_count_exact),
		cmocka_unit_test(slices_leave_the_count_exact),
		cmocka_unit_test(a_stride_misses_at_each_access),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
