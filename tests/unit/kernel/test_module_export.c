/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What modules may not do in an interrupt, or with allocation flags, is an
 * oops of theirs and never a BUG of the kernel's own.
 */
#include <setjmp.h>
#include <string.h>

#include "kernel/arch/arm/traps.h"
#include "kernel/mm/gfp.h"
#include "kernel/module/export.h"
#include "tests/unit/kernel/helper_fake_hw.h"

static jmp_buf oops;

/* In place of the kernel's: the end of the module's call. */
_Noreturn void die(struct task_struct *curr, const char *what,
		   const struct pt_regs *regs, uint32_t error)
{
	(void)curr;
	(void)regs;
	(void)error;
	assert_string_equal(what, "Oops - BUG");
	longjmp(oops, 1);
}

static struct fake_hw *start(void)
{
	struct fake_hw *f = fake_hw_create(&(struct fake_hw_config){
		.bank = {{0x60000000, 16 * FAKE_MB, 0}}});

	fake_mm_init(f);
	return f;
}

/* Did the call end with a report of that kind? */
static bool oopses(struct fake_hw *f, export_fn fn, struct pt_regs *regs,
		   const char *report)
{
	const struct export call = {fake_curr(f), regs};

	f->log_len = 0;
	memset(f->log, 0, sizeof(f->log));
	if (!setjmp(oops)) {
		fn(&call);
		return false;
	}
	assert_non_null(strstr(f->log, report));
	return true;
}

#define SLEEPS "BUG: sleeping function called from invalid context"

static void what_sleeps_may_not_in_an_interrupt(void **state)
{
	static const export_fn sleepers[] = {
		export_vmalloc,           export_vzalloc,
		export_ioremap,           export_iounmap,
		export_copy_to_user,      export_copy_from_user,
		export_kmem_cache_create, export_kmem_cache_destroy,
	};
	struct fake_hw *f = start();
	struct pt_regs regs = {.r = {1, 1, 1}};

	(void)state;
	fake_curr(f)->in_interrupt = 1;
	for (size_t i = 0; i < sizeof(sleepers) / sizeof(*sleepers); i++)
		assert_true(oopses(f, sleepers[i], &regs, SLEEPS));
	fake_curr(f)->in_interrupt = 0;
	fake_hw_destroy(f);
}

/* Reported, and then done without sleeping. */
static void what_need_not_sleep_is_done(void **state)
{
	struct fake_hw *f = start();
	struct pt_regs regs = {.r = {1, GFP_ATOMIC}};

	(void)state;
	f->now = f->hw.clock_hz;
	fake_curr(f)->in_interrupt = 1;
	assert_false(oopses(f, export___kmalloc, &regs, SLEEPS));
	assert_null(strstr(f->log, SLEEPS));
	regs.r[1] = GFP_KERNEL;
	assert_false(oopses(f, export___kmalloc, &regs, SLEEPS));
	assert_non_null(strstr(f->log, SLEEPS));
	/* once a second */
	assert_false(oopses(f, export___kmalloc, &regs, SLEEPS));
	assert_null(strstr(f->log, SLEEPS));
	f->now += f->hw.clock_hz;
	assert_false(oopses(f, export_schedule, &regs, ""));
	assert_non_null(strstr(f->log, "BUG: scheduling while atomic"));
	fake_curr(f)->in_interrupt = 0;
	fake_hw_destroy(f);
}

/* To the last byte, with nobody asked to give memory back, or to wait. */
static void an_interrupt_may_take_all_there_is(void **state)
{
	struct fake_hw *f = start();
	struct pt_regs regs;
	const struct export call = {fake_curr(f), &regs};
	unsigned int nr = 0;

	(void)state;
	fake_curr(f)->in_interrupt = 1;
	do
		regs = (struct pt_regs){.r = {512, GFP_ATOMIC | __GFP_NOWARN}};
	while (export___kmalloc(&call) && ++nr);
	fake_curr(f)->in_interrupt = 0;
	assert_true(nr > 1000);
	assert_null(strstr(f->log, "BUG"));
	fake_hw_destroy(f);
}

static void flags_that_contradict_each_other(void **state)
{
	static const gfp_t bad[] = {
		__GFP_DMA | __GFP_HIGHMEM,
		__GFP_DMA32 | __GFP_HIGHMEM,
		__GFP_DMA | __GFP_DMA32,
		__GFP_MOVABLE | __GFP_RECLAIMABLE,
	};
	static const char report[] = "no such allocation flags";
	struct fake_hw *f = start();
	struct pt_regs regs;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		regs = (struct pt_regs){.r = {64, GFP_KERNEL | bad[i]}};
		assert_true(oopses(f, export___kmalloc, &regs, report));
		regs = (struct pt_regs){.r = {GFP_KERNEL | bad[i], 0}};
		assert_true(oopses(f, export_alloc_pages, &regs, report));
	}
	regs = (struct pt_regs){.r = {GFP_KERNEL | __GFP_HIGHMEM, 0}};
	assert_false(oopses(f, export_alloc_pages, &regs, report));
	fake_hw_destroy(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_sleeps_may_not_in_an_interrupt),
		cmocka_unit_test(what_need_not_sleep_is_done),
		cmocka_unit_test(an_interrupt_may_take_all_there_is),
		cmocka_unit_test(flags_that_contradict_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
