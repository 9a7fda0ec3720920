/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two to four cores on the wheel, with ARM code made by hand and the test in
 * the place of the kernel: atomics, locks and messages under quanta from one
 * cycle to a million; whose turn it is, and for how long; interrupts, idling
 * and the kernel's lock; TLB operations that reach the other cores.
 */
#include "tests/unit/emu/helper_rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "emu/device_twd.h"
#include "emu/wheel.h"

#define TLBIMVA   CP15_REG(8, 0, 7, 1)
#define TLBIMVAIS CP15_REG(8, 0, 3, 1)

#define CODE 0x00010000u
#define DATA 0x00020000u /* what they work on, and 4 further a flag or lock */

enum {
	USER = 0x10,
	SVC_MODE = 0x13,
	/* the longest run of straight code here, and more */
	STRAIGHT = 32
};

/* ---- what cores run; all but the spinners end with SVC ----------------------- */

/* r4 times: adds one to the word at r0. */
static const uint32_t exclusive_code[] = {
	0xe1901f9f, /* 1: ldrex r1, [r0] */
	0xe2811001, /* add r1, r1, #1 */
	0xe1802f91, /* strex r2, r1, [r0] */
	0xe3520000, /* cmp r2, #0 */
	0x1afffffa, /* bne 1b */
	0xe2544001, /* subs r4, r4, #1 */
	0x1afffff8, /* bne 1b */
	0xef000000, /* svc 0 */
};
/* The same with a load and a store, and a branch between them. */
static const uint32_t plain_code[] = {
	0xe5901000, /* 1: ldr r1, [r0] */
	0xe2811001, /* add r1, r1, #1 */
	0xea000000, /* b 2f */
	0xe1a00000, /* nop */
	0xe5801000, /* 2: str r1, [r0] */
	0xe2544001, /* subs r4, r4, #1 */
	0x1afffff8, /* bne 1b */
	0xef000000, /* svc 0 */
};
/* The same under a lock at r5, which SWP takes. */
static const uint32_t locked_code[] = {
	0xe3a01001, /* 1: mov r1, #1 */
	0xe1052091, /* 2: swp r2, r1, [r5] */
	0xe3520000, /* cmp r2, #0 */
	0x1afffffc, /* bne 2b */
	0xe5901000, /* ldr r1, [r0] */
	0xe2811001, /* add r1, r1, #1 */
	0xea000000, /* b 3f */
	0xe1a00000, /* nop */
	0xe5801000, /* 3: str r1, [r0] */
	0xe3a01000, /* mov r1, #0 */
	0xe5851000, /* str r1, [r5] */
	0xe2544001, /* subs r4, r4, #1 */
	0x1afffff2, /* bne 1b */
	0xef000000, /* svc 0 */
};
/* r4 times: puts r4 at r0, sets the flag at r5, waits until it is clear. */
static const uint32_t send_code[] = {
	0xe5804000, /* 1: str r4, [r0] */
	0xe3a01001, /* mov r1, #1 */
	0xe5851000, /* str r1, [r5] */
	0xe5951000, /* 2: ldr r1, [r5] */
	0xe3510000, /* cmp r1, #0 */
	0x1afffffc, /* bne 2b */
	0xe2544001, /* subs r4, r4, #1 */
	0x1afffff7, /* bne 1b */
	0xef000000, /* svc 0 */
};
/* r4 times: waits for the flag, adds what is at r0 to r6, clears the flag. */
static const uint32_t receive_code[] = {
	0xe5951000, /* 1: ldr r1, [r5] */
	0xe3510000, /* cmp r1, #0 */
	0x0afffffc, /* beq 1b */
	0xe5901000, /* ldr r1, [r0] */
	0xe0866001, /* add r6, r6, r1 */
	0xe3a01000, /* mov r1, #0 */
	0xe5851000, /* str r1, [r5] */
	0xe2544001, /* subs r4, r4, #1 */
	0x1afffff6, /* bne 1b */
	0xef000000, /* svc 0 */
};
/* LDREX, waits for the flag, STREX: r2 tells whether it was refused. */
static const uint32_t held_code[] = {
	0xe1901f9f, /* ldrex r1, [r0] */
	0xe5952000, /* 1: ldr r2, [r5] */
	0xe3520000, /* cmp r2, #0 */
	0x0afffffc, /* beq 1b */
	0xe1802f91, /* strex r2, r1, [r0] */
	0xef000000, /* svc 0 */
};
/* Another value at r0, the old one again, and the flag. */
static const uint32_t aba_code[] = {
	0xe3a01001, /* mov r1, #1 */
	0xe5801000, /* str r1, [r0] */
	0xe3a02000, /* mov r2, #0 */
	0xe5802000, /* str r2, [r0] */
	0xe5851000, /* str r1, [r5] */
	0xef000000, /* svc 0 */
};
/* r4 times nothing. */
static const uint32_t count_code[] = {
	0xe2544001, /* 1: subs r4, r4, #1 */
	0x1afffffd, /* bne 1b */
	0xef000000, /* svc 0 */
};
/* Until the word at r0 isn't 0, which is then in r1. */
static const uint32_t poll_code[] = {
	0xe5901000, /* 1: ldr r1, [r0] */
	0xe3510000, /* cmp r1, #0 */
	0x0afffffc, /* beq 1b */
	0xef000000, /* svc 0 */
};

/* ---- a little machine ------------------------------------------------------------ */

struct bench {
	struct rig rig;
	struct wheel wheel;
	struct alarms alarms[NR_CPUS];
	unsigned int nr;
	/* What a core's traps lead to; NULL: its SVC ends it. */
	enum kernel_verdict (*kernel)(struct bench *b, int cpu,
				      enum trap_kind kind);
	struct {
		vaddr_t pc; /* where it comes up */
		uint32_t cpsr, r4;
		unsigned int nr_irqs;
		uint64_t irq_at; /* the last one's cycle */
		uint64_t svc_at; /* the first one's; 0: none yet */
	} core[NR_CPUS];
	uint64_t nr_turns;
	uint32_t *data;
};

static struct clock *clock_at(struct bench *b, int cpu)
{
	return cpu_clock(b->rig.core[cpu]);
}

static enum kernel_verdict come_up(struct bench *b, int cpu)
{
	struct pt_regs regs = {.cpsr = b->core[cpu].cpsr ?: USER};

	if (!b->core[cpu].pc)
		return KERNEL_IDLE;
	regs.r[0] = DATA;
	regs.r[4] = b->core[cpu].r4;
	regs.r[5] = DATA + 4;
	regs.r[15] = b->core[cpu].pc;
	cpu_set_regs(b->rig.core[cpu], &regs);
	return KERNEL_RUN;
}

static enum kernel_verdict kernel(void *ctx, int cpu, const struct trap *trap)
{
	struct bench *b = ctx;
	uint64_t now = clock_now(clock_at(b, cpu));

	assert_int_equal(cpu, b->wheel.running);
	if (trap->kind == TRAP_IRQ) {
		b->core[cpu].nr_irqs++;
		b->core[cpu].irq_at = now;
	}
	if (trap->kind == TRAP_SVC && !b->core[cpu].svc_at)
		b->core[cpu].svc_at = now;
	if (trap->kind == TRAP_BOOT)
		return come_up(b, cpu);
	if (b->kernel)
		return b->kernel(b, cpu, trap->kind);
	if (trap->kind != TRAP_SVC)
		fail_msg("core %d: trap %d", cpu, trap->kind);
	return KERNEL_IDLE;
}

static void bench_create(struct bench *b, unsigned int nr, uint64_t quantum)
{
	struct rig_options options = {.nr_cpus = nr};

	memset(b, 0, sizeof(*b));
	rig_create(&b->rig, &options);
	b->nr = nr;
	for (unsigned int i = 0; i < nr; i++) {
		alarms_create(&b->alarms[i], 1000000000);
		alarms_start(&b->alarms[i], cpu_clock(b->rig.core[i]));
	}
	wheel_create(&b->wheel, b->rig.core, b->alarms, nr, quantum, kernel, b);
	b->data = rig_page(&b->rig, DATA);
}

static void bench_destroy(struct bench *b)
{
	rig_destroy(&b->rig);
}

/* @code for @cpu, at an address of its own; starts there with r4. */
#define LOAD(b, cpu, code, r4) load(b, cpu, code, sizeof(code), r4)
static void load(struct bench *b, int cpu, const uint32_t *code, uint32_t size,
		 uint32_t r4)
{
	vaddr_t pc = CODE + 0x1000 * (vaddr_t)cpu;

	rig_code(&b->rig, pc, code, size);
	b->core[cpu].pc = pc;
	b->core[cpu].r4 = r4;
}

static uint64_t slowest_other(struct bench *b)
{
	uint64_t least = CLOCK_NEVER;

	for (int i = 0; i < (int)b->nr; i++)
		if (i != b->wheel.running && b->wheel.core[i].on &&
		    b->wheel.core[i].verdict == KERNEL_RUN &&
		    clock_now(clock_at(b, i)) < least)
			least = clock_now(clock_at(b, i));
	return least;
}

/* It got no further ahead of those that run than it may. */
static void check_lead(struct bench *b, uint64_t began)
{
	uint64_t now = clock_now(clock_at(b, b->wheel.running));
	uint64_t other = slowest_other(b);

	if (other != CLOCK_NEVER && now > began && b->wheel.holder < 0)
		assert_true(now <= other + b->wheel.quantum + STRAIGHT);
}

/* False: nobody has anything to do any more. */
static bool turn(struct bench *b)
{
	enum kernel_verdict verdict = wheel_choose(&b->wheel);
	const int cpu = b->wheel.running;
	struct clock *clock = clock_at(b, cpu);
	uint64_t began;
	struct trap trap;

	b->nr_turns++;
	clock_stop_at(clock, CLOCK_NEVER);
	if (clock_alarm_rings(clock))
		alarms_ring(&b->alarms[cpu]);
	if (b->wheel.core[cpu].irq && wheel_interrupts(&b->wheel))
		verdict = wheel_enter(&b->wheel, &(struct trap){TRAP_IRQ});
	if (verdict == KERNEL_IDLE) {
		if (!wheel_is_turn(&b->wheel) || b->wheel.core[cpu].irq)
			return true;
		if (clock->alarm == CLOCK_NEVER)
			return false;
		clock_idle_until(clock, clock->alarm);
		return true;
	}
	began = clock_now(clock);
	clock_stop_at(clock, wheel_end(&b->wheel));
	trap = cpu_run(b->rig.core[cpu]);
	check_lead(b, began);
	if (trap.kind != TRAP_TIMER)
		wheel_enter(&b->wheel, &trap);
	return true;
}

static void boot(struct bench *b)
{
	wheel_enter(&b->wheel, &(struct trap){TRAP_BOOT});
	for (int i = 1; i < (int)b->nr; i++)
		wheel_start(&b->wheel, i);
}

static void run_all(struct bench *b)
{
	boot(b);
	for (int i = 0; turn(b); i++)
		assert_true(i < 10000000);
}

static const uint64_t quanta[] = {1, 10, 100, 1000, 20000, 1000000};
#define NR_QUANTA (sizeof(quanta) / sizeof(quanta[0]))

/* ---- atomics under any interleaving --------------------------------------------- */

#define COUNTS 1000u

/* Each core counts by @code; the sum is what is left in the word. */
#define COUNT(nr, quantum, code) count(nr, quantum, code, sizeof(code))
static uint32_t count(unsigned int nr, uint64_t quantum, const uint32_t *code,
		      uint32_t size)
{
	struct bench b;
	uint32_t sum;

	bench_create(&b, nr, quantum);
	for (int i = 0; i < (int)nr; i++)
		load(&b, i, code, size, COUNTS);
	run_all(&b);
	for (int i = 0; i < (int)nr; i++)
		assert_true(b.core[i].svc_at);
	sum = b.data[0];
	bench_destroy(&b);
	return sum;
}

static void exclusives_lose_no_count(void **state)
{
	(void)state;
	for (unsigned int nr = 2; nr <= NR_CPUS; nr++)
		for (size_t i = 0; i < NR_QUANTA; i++)
			assert_int_equal(COUNT(nr, quanta[i], exclusive_code),
					 nr * COUNTS);
}

static void a_lock_by_swp_loses_no_count(void **state)
{
	(void)state;
	for (unsigned int nr = 2; nr <= NR_CPUS; nr++)
		for (size_t i = 0; i < NR_QUANTA; i++)
			assert_int_equal(COUNT(nr, quanta[i], locked_code),
					 nr * COUNTS);
}

/* Where turns end between a load and its store, counts are lost: they do. */
static void loads_and_stores_lose_counts(void **state)
{
	(void)state;
	assert_in_range(COUNT(2, 1, plain_code), COUNTS, 2 * COUNTS - 1);
	assert_in_range(COUNT(4, 3, plain_code), COUNTS, 4 * COUNTS - 1);
	assert_int_equal(COUNT(4, 1000000, plain_code), 4 * COUNTS);
}

static void messages_arrive_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_QUANTA; i++) {
		struct pt_regs regs;
		struct bench b;

		bench_create(&b, 2, quanta[i]);
		LOAD(&b, 0, send_code, 100);
		LOAD(&b, 1, receive_code, 100);
		run_all(&b);
		cpu_get_regs(b.rig.core[1], &regs);
		assert_int_equal(regs.r[6], 100 * 101 / 2);
		assert_int_equal(b.data[1], 0);
		bench_destroy(&b);
	}
}

/* The value is what it was, and yet it has been stored to. */
static void a_store_between_refuses_strex(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_QUANTA; i++) {
		struct pt_regs regs;
		struct bench b;

		bench_create(&b, 2, quanta[i]);
		LOAD(&b, 0, held_code, 0);
		LOAD(&b, 1, aba_code, 0);
		run_all(&b);
		cpu_get_regs(b.rig.core[0], &regs);
		assert_int_equal(regs.r[2], 1);
		bench_destroy(&b);
	}
}

/* ---- turns ------------------------------------------------------------------------ */

static void the_same_run_is_the_same(void **state)
{
	uint64_t turns[2], cycles[2][NR_CPUS];

	(void)state;
	for (int n = 0; n < 2; n++) {
		struct bench b;

		bench_create(&b, NR_CPUS, 100);
		for (int i = 0; i < NR_CPUS; i++)
			LOAD(&b, i, locked_code, COUNTS);
		run_all(&b);
		turns[n] = b.nr_turns;
		for (int i = 0; i < NR_CPUS; i++)
			cycles[n][i] = clock_now(clock_at(&b, i));
		bench_destroy(&b);
	}
	assert_int_equal(turns[0], turns[1]);
	assert_memory_equal(cycles[0], cycles[1], sizeof(cycles[0]));
}

/* Four alike in turn: the same time for each, whatever the quantum. */
static void turns_are_fair(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_QUANTA; i++) {
		struct bench b;

		bench_create(&b, NR_CPUS, quanta[i]);
		for (int cpu = 0; cpu < NR_CPUS; cpu++)
			LOAD(&b, cpu, count_code, 50000);
		run_all(&b);
		for (int cpu = 0; cpu < NR_CPUS; cpu++)
			assert_int_equal(b.core[cpu].svc_at, 100001);
		bench_destroy(&b);
	}
}

/* It comes up at the time of the one that starts it. */
static void a_core_is_off_until_it_is_started(void **state)
{
	struct bench b;

	(void)state;
	bench_create(&b, 2, 100);
	LOAD(&b, 0, count_code, 5000);
	LOAD(&b, 1, count_code, 5000);
	wheel_enter(&b.wheel, &(struct trap){TRAP_BOOT});
	while (!b.core[0].svc_at)
		assert_true(turn(&b));
	assert_int_equal(clock_now(clock_at(&b, 1)), 0);
	wheel_start(&b.wheel, 1);
	while (turn(&b))
		;
	assert_int_equal(b.core[0].svc_at, 10001);
	assert_int_equal(b.core[1].svc_at, 20002);
	bench_destroy(&b);
}

/* ---- interrupts -------------------------------------------------------------------- */

/* Core 0's SVC interrupts the last core; taking one lowers the line. */
static enum kernel_verdict ring_last(struct bench *b, int cpu,
				     enum trap_kind kind)
{
	const int last = (int)b->nr - 1;

	if (kind == TRAP_IRQ)
		wheel_set_irq(&b->wheel, (unsigned int)cpu, false);
	if (kind == TRAP_SVC && cpu == 0)
		wheel_set_irq(&b->wheel, (unsigned int)last, true);
	if (kind == TRAP_IRQ && b->core[cpu].pc)
		return KERNEL_RUN;
	return KERNEL_IDLE;
}

static void an_idle_core_is_woken_at_the_senders_time(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_QUANTA; i++) {
		struct bench b;

		bench_create(&b, 3, quanta[i]);
		b.kernel = ring_last;
		LOAD(&b, 0, count_code, 5000);
		LOAD(&b, 1, count_code, 20000);
		run_all(&b);
		assert_int_equal(b.core[2].nr_irqs, 1);
		assert_int_equal(b.core[2].irq_at, b.core[0].svc_at);
		assert_int_equal(clock_spent(clock_at(&b, 2), CYCLE_IDLE),
				 b.core[0].svc_at);
		bench_destroy(&b);
	}
}

/* Not before it was sent, and within a quantum after. */
static void a_running_core_is_interrupted(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_QUANTA; i++) {
		struct bench b;
		uint64_t sent;

		bench_create(&b, 2, quanta[i]);
		b.kernel = ring_last;
		LOAD(&b, 0, count_code, 5000);
		LOAD(&b, 1, count_code, 2000000);
		run_all(&b);
		sent = b.core[0].svc_at;
		assert_int_equal(b.core[1].nr_irqs, 1);
		assert_in_range(b.core[1].irq_at, sent,
				sent + quanta[i] + STRAIGHT);
		bench_destroy(&b);
	}
}

/* Each core's private timer wakes it, and it alone, when it said. */
static void each_core_has_its_timer(void **state)
{
	struct twd twd[NR_CPUS];
	struct bench b;

	(void)state;
	bench_create(&b, NR_CPUS, 1000);
	b.kernel = ring_last;
	for (unsigned int i = 0; i < NR_CPUS; i++) {
		twd_create(&twd[i], &b.alarms[i], 100000000,
			   (struct irq_line){wheel_set_irq, &b.wheel, i});
		twd_write(&twd[i], 0x00, 1000 + 100 * i); /* load, 10 ns each */
		twd_write(&twd[i], 0x08, 5); /* once, with interrupt */
	}
	run_all(&b);
	for (unsigned int i = 0; i < NR_CPUS; i++) {
		assert_int_equal(b.core[i].nr_irqs, 1);
		assert_int_equal(b.core[i].irq_at, 10000 + 1000 * i);
		assert_int_equal(twd_read(&twd[i], 0x0c), 1);
	}
	bench_destroy(&b);
}

/* ---- the kernel's lock ------------------------------------------------------------- */

/* Core 0 runs kernel code, until its second SVC: then it is in user mode. */
static enum kernel_verdict kernel_code(struct bench *b, int cpu,
				       enum trap_kind kind)
{
	struct pt_regs regs;

	assert_int_equal(kind, TRAP_SVC);
	if (cpu || !cpu_is_privileged(b->rig.core[cpu]))
		return KERNEL_IDLE;
	cpu_get_regs(b->rig.core[cpu], &regs);
	regs.cpsr = USER;
	regs.r[4] = 1000;
	regs.r[15] = b->core[cpu].pc;
	cpu_set_regs(b->rig.core[cpu], &regs);
	return KERNEL_RUN;
}

static void traps_wait_for_kernel_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_QUANTA; i++) {
		struct bench b;

		bench_create(&b, 3, quanta[i]);
		b.kernel = kernel_code;
		LOAD(&b, 0, count_code, 50000);
		LOAD(&b, 1, count_code, 1000);
		LOAD(&b, 2, count_code, 100000);
		b.core[0].cpsr = SVC_MODE;
		run_all(&b);
		/* core 1 wasn't let come up before, nor core 2 */
		assert_int_equal(b.core[0].svc_at, 100001);
		assert_int_equal(b.core[1].svc_at, 100001 + 2001);
		assert_int_equal(b.core[2].svc_at, 100001 + 200001);
		bench_destroy(&b);
	}
}

/* Core 1 is in user mode when core 0 enters kernel code, and traps meanwhile. */
static enum kernel_verdict enter_code(struct bench *b, int cpu,
				      enum trap_kind kind)
{
	struct pt_regs regs;

	assert_int_equal(kind, TRAP_SVC);
	cpu_get_regs(b->rig.core[cpu], &regs);
	if (cpu || regs.r[8])
		return KERNEL_IDLE;
	regs.cpsr = SVC_MODE;
	regs.r[8] = 1;
	regs.r[4] = 50000;
	regs.r[15] = b->core[cpu].pc;
	cpu_set_regs(b->rig.core[cpu], &regs);
	return KERNEL_RUN;
}

static void user_mode_runs_beside_kernel_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_QUANTA; i++) {
		const uint64_t left = 1001 + 100001; /* core 0, the kernel */
		/* core 1's way to its trap; or it came up after all that */
		const uint64_t way = quanta[i] >= 1000 ? 0 : 10001;
		struct bench b;
		uint64_t waited;

		bench_create(&b, 2, quanta[i]);
		b.kernel = enter_code;
		LOAD(&b, 0, count_code, 500);
		LOAD(&b, 1, count_code, 5000);
		run_all(&b);
		waited = clock_spent(clock_at(&b, 1), CYCLE_WAIT);
		assert_int_equal(cpu_instructions(b.rig.core[1]), 10001);
		assert_int_equal(b.core[1].svc_at, left + 10001 - way);
		assert_int_equal(waited, left - way);
		bench_destroy(&b);
	}
}

/* ---- TLBs --------------------------------------------------------------------------- */

/* Core 0's SVC gives DATA another frame, and tells TLBs by @tlb_op. */
static uint32_t tlb_op;
static enum kernel_verdict remap(struct bench *b, int cpu, enum trap_kind kind)
{
	static const uint32_t full = 2, ended = 3;
	paddr_t frame;

	assert_int_equal(kind, TRAP_SVC);
	if (cpu)
		return KERNEL_IDLE;
	frame = rig_frame(&b->rig);
	memcpy(rig_at(&b->rig, frame), &full, sizeof(full));
	rig_map(&b->rig, DATA, frame, RIG_SMALL | RIG_USER_RW);
	assert_true(mmu_cp15_write(b->rig.mmu, tlb_op, DATA));
	if (tlb_op == TLBIMVA) /* or it would never end */
		b->data[0] = ended;
	return KERNEL_IDLE;
}

static uint32_t polled(uint32_t op, uint64_t quantum)
{
	struct pt_regs regs;
	struct bench b;

	tlb_op = op;
	bench_create(&b, 2, quantum);
	b.kernel = remap;
	LOAD(&b, 0, count_code, 5000);
	LOAD(&b, 1, poll_code, 0);
	run_all(&b);
	cpu_get_regs(b.rig.core[1], &regs);
	bench_destroy(&b);
	return regs.r[1];
}

/* What is broadcast reaches the engine of the other core; what isn't doesn't. */
static void tlb_operations_reach_the_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR_QUANTA; i++) {
		assert_int_equal(polled(TLBIMVAIS, quanta[i]), 2);
		if (quanta[i] < 10000) /* else it has no entry yet */
			assert_int_equal(polled(TLBIMVA, quanta[i]), 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exclusives_lose_no_count),
		cmocka_unit_test(a_lock_by_swp_loses_no_count),
		cmocka_unit_test(loads_and_stores_lose_counts),
		cmocka_unit_test(messages_arrive_whole),
		cmocka_unit_test(a_store_between_refuses_strex),
		cmocka_unit_test(the_same_run_is_the_same),
		cmocka_unit_test(turns_are_fair),
		cmocka_unit_test(a_core_is_off_until_it_is_started),
		cmocka_unit_test(an_idle_core_is_woken_at_the_senders_time),
		cmocka_unit_test(a_running_core_is_interrupted),
		cmocka_unit_test(each_core_has_its_timer),
		cmocka_unit_test(traps_wait_for_kernel_code),
		cmocka_unit_test(user_mode_runs_beside_kernel_code),
		cmocka_unit_test(tlb_operations_reach_the_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
