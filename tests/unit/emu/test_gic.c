/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The interrupt controller: what the architecture manual says of states and
 * priorities (IHI 0048B, 3.2 and 3.3) by hand, and random use of it against a
 * model that keeps each interrupt as a record and looks at all of them.
 */
#include "emu/device_gic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum {
	D_CTLR = 0x000,
	D_TYPER = 0x004,
	D_ISENABLER = 0x100,
	D_ICENABLER = 0x180,
	D_ISPENDR = 0x200,
	D_ICPENDR = 0x280,
	D_ISACTIVER = 0x300,
	D_ICACTIVER = 0x380,
	D_IPRIORITYR = 0x400,
	D_ITARGETSR = 0x800,
	D_ICFGR = 0xc00,
	D_SGIR = 0xf00,
	C_CTLR = 0x00,
	C_PMR = 0x04,
	C_BPR = 0x08,
	C_IAR = 0x0c,
	C_EOIR = 0x10,
	C_RPR = 0x14,
	C_HPPIR = 0x18,
	C_DIR = 0x1000,
	SPURIOUS = 1023,
	NR = 96
};

struct rig {
	struct gic gic;
	bool core[NR_CPUS];
};

static void set_core(void *ctx, unsigned int cpu, bool up)
{
	((struct rig *)ctx)->core[cpu] = up;
}

static void dist(struct rig *rig, uint32_t offset, uint32_t value)
{
	gic_distributor_write(&rig->gic, offset, 4, value);
}

static void dist_byte(struct rig *rig, uint32_t offset, uint32_t value)
{
	gic_distributor_write(&rig->gic, offset, 1, value);
}

static void cpu(struct rig *rig, uint32_t offset, uint32_t value)
{
	gic_interface_write(&rig->gic.cpu[0], offset, 4, value);
}

static uint32_t from_dist(struct rig *rig, uint32_t offset)
{
	return gic_distributor_read(&rig->gic, offset, 4);
}

static uint32_t from_cpu(struct rig *rig, uint32_t offset)
{
	return gic_interface_read(&rig->gic.cpu[0], offset, 4);
}

static void start(struct rig *rig, unsigned int version, unsigned int nr_cpus)
{
	struct gic_params params = {
		.version = version,
		.nr_irqs = NR,
		.nr_cpus = nr_cpus,
		.distributor_id = 0x0102043b,
		.interface_id = 0x3901243b,
	};

	memset(rig, 0, sizeof(*rig));
	for (unsigned int i = 0; i < nr_cpus; i++)
		params.core[i] = (struct irq_line){set_core, rig, i};
	gic_create(&rig->gic, &params);
}

/* As a driver leaves it: on, with every priority let through. */
static void start_on(struct rig *rig, unsigned int version)
{
	start(rig, version, 1);
	dist(rig, D_CTLR, 1);
	cpu(rig, C_PMR, 0xf0);
	cpu(rig, C_CTLR, 1);
}

static void enable(struct rig *rig, unsigned int irq)
{
	dist(rig, D_ISENABLER + irq / 32 * 4, 1u << irq % 32);
}

static bool is_pending(struct rig *rig, unsigned int irq)
{
	return from_dist(rig, D_ISPENDR + irq / 32 * 4) >> irq % 32 & 1;
}

/* ---- by hand ----------------------------------------------------------------- */

static void a_level_is_pending_while_it_is_up(void **state)
{
	struct rig rig;

	(void)state;
	start_on(&rig, 1);
	gic_set_input(&rig.gic, 40, true);
	assert_true(is_pending(&rig, 40));
	assert_false(rig.core[0]); /* not enabled */
	enable(&rig, 40);
	assert_true(rig.core[0]);
	assert_int_equal(from_cpu(&rig, C_HPPIR), 40);
	assert_int_equal(from_cpu(&rig, C_IAR), 40);
	assert_false(rig.core[0]); /* active */
	assert_int_equal(from_cpu(&rig, C_IAR), SPURIOUS);
	cpu(&rig, C_EOIR, 40);
	assert_true(rig.core[0]); /* still up: again */
	gic_set_input(&rig.gic, 40, false);
	assert_false(rig.core[0]);
	assert_int_equal(from_cpu(&rig, C_IAR), SPURIOUS);
	/* writing it pending keeps it so until it is taken */
	dist(&rig, D_ISPENDR + 4, 1 << 8);
	assert_int_equal(from_cpu(&rig, C_IAR), 40);
	cpu(&rig, C_EOIR, 40);
	assert_false(rig.core[0]);
}

static void an_edge_is_kept_until_it_is_taken(void **state)
{
	struct rig rig;

	(void)state;
	start_on(&rig, 1);
	dist(&rig, D_ICFGR + 40 / 16 * 4, 2u << 2 * (40 % 16));
	enable(&rig, 40);
	gic_set_input(&rig.gic, 40, true);
	gic_set_input(&rig.gic, 40, false);
	assert_true(rig.core[0]);
	assert_int_equal(from_cpu(&rig, C_IAR), 40);
	/* one that comes while it is active is not lost */
	gic_set_input(&rig.gic, 40, true);
	assert_false(rig.core[0]);
	cpu(&rig, C_EOIR, 40);
	assert_int_equal(from_cpu(&rig, C_IAR), 40);
	cpu(&rig, C_EOIR, 40);
	assert_false(rig.core[0]);
	assert_true(rig.gic.level.shared[1]); /* though it is up */
	gic_set_input(&rig.gic, 40, false);
	gic_set_input(&rig.gic, 40, true);
	dist(&rig, D_ICPENDR + 4, 1 << 8);
	assert_false(rig.core[0]);
}

static void the_more_urgent_comes_first_and_interrupts(void **state)
{
	struct rig rig;

	(void)state;
	start_on(&rig, 2);
	for (unsigned int irq = 40; irq < 44; irq++) {
		dist_byte(&rig, D_IPRIORITYR + irq, 0xa0);
		enable(&rig, irq);
	}
	dist_byte(&rig, D_IPRIORITYR + 42, 0x80);
	gic_set_input(&rig.gic, 43, true);
	gic_set_input(&rig.gic, 41, true);
	/* among equals the lower number */
	assert_int_equal(from_cpu(&rig, C_IAR), 41);
	assert_int_equal(from_cpu(&rig, C_RPR), 0xa0);
	assert_false(rig.core[0]);
	gic_set_input(&rig.gic, 42, true);
	assert_true(rig.core[0]);
	assert_int_equal(from_cpu(&rig, C_IAR), 42);
	assert_int_equal(from_cpu(&rig, C_RPR), 0x80);
	gic_set_input(&rig.gic, 42, false);
	cpu(&rig, C_EOIR, 42);
	assert_int_equal(from_cpu(&rig, C_RPR), 0xa0);
	assert_int_equal(from_cpu(&rig, C_IAR), SPURIOUS);
	gic_set_input(&rig.gic, 41, false);
	cpu(&rig, C_EOIR, 41);
	assert_int_equal(from_cpu(&rig, C_RPR), 0xff);
	/* the mask lets more urgent ones through alone */
	cpu(&rig, C_PMR, 0xa0);
	assert_int_equal(from_cpu(&rig, C_IAR), SPURIOUS);
	assert_int_equal(from_cpu(&rig, C_HPPIR), 43);
	cpu(&rig, C_PMR, 0xa8);
	assert_int_equal(from_cpu(&rig, C_IAR), 43);
}

static void a_binary_point_makes_groups(void **state)
{
	struct rig rig;

	(void)state;
	start_on(&rig, 1);
	cpu(&rig, C_BPR, 0);
	assert_int_equal(from_cpu(&rig, C_BPR), 2); /* the least there is */
	cpu(&rig, C_BPR, 5); /* groups by the two upper bits */
	dist_byte(&rig, D_IPRIORITYR + 40, 0xb0);
	dist_byte(&rig, D_IPRIORITYR + 41, 0x90);
	enable(&rig, 40);
	enable(&rig, 41);
	gic_set_input(&rig.gic, 40, true);
	assert_int_equal(from_cpu(&rig, C_IAR), 40);
	gic_set_input(&rig.gic, 41, true);
	assert_false(rig.core[0]); /* of the same group */
	dist_byte(&rig, D_IPRIORITYR + 41, 0x70);
	assert_true(rig.core[0]);
}

static void software_interrupts_say_who_sent_them(void **state)
{
	struct rig rig;

	(void)state;
	start(&rig, 2, 4);
	dist(&rig, D_CTLR, 1);
	cpu(&rig, C_PMR, 0xf0);
	cpu(&rig, C_CTLR, 1);
	gic_interface_write(&rig.gic.cpu[2], C_PMR, 4, 0xf0);
	gic_interface_write(&rig.gic.cpu[2], C_CTLR, 4, 1);
	dist(&rig, D_SGIR, 4u << 16 | 3);
	assert_true(rig.core[2]);
	assert_false(rig.core[0]);
	assert_int_equal(gic_interface_read(&rig.gic.cpu[2], C_IAR, 4), 3);
	gic_interface_write(&rig.gic.cpu[2], C_EOIR, 4, 3);
	dist(&rig, D_SGIR, 2u << 24 | 5); /* to oneself */
	assert_int_equal(from_cpu(&rig, C_IAR), 5);
	cpu(&rig, C_EOIR, 5);
	dist_byte(&rig, 0xf20 + 7, 0xa); /* as if from cores 1 and 3 */
	assert_int_equal(from_cpu(&rig, C_IAR), 1u << 10 | 7);
	cpu(&rig, C_EOIR, 1u << 10 | 7);
	assert_int_equal(from_cpu(&rig, C_IAR), 3u << 10 | 7);
	/* and SPIs go to whom they are meant for */
	dist_byte(&rig, D_ITARGETSR + 50, 4);
	enable(&rig, 50);
	gic_set_input(&rig.gic, 50, true);
	assert_true(rig.core[2]);
	assert_int_equal(from_dist(&rig, D_ITARGETSR), 0x01010101);
	assert_int_equal(from_dist(&rig, D_ITARGETSR + 48), 4u << 16);
}

/* Targets, SGIs and private inputs of two cores, each through its own. */
static void each_core_has_its_own(void **state)
{
	struct rig rig;
	int core = 0;

	(void)state;
	start(&rig, 2, 2);
	rig.gic.params.accessing = &core;
	dist(&rig, D_CTLR, 1);
	for (core = 0; core < 2; core++) {
		gic_own_interface_write(&rig.gic, C_PMR, 4, 0xf0);
		gic_own_interface_write(&rig.gic, C_CTLR, 4, 1);
		assert_int_equal(from_dist(&rig, D_ITARGETSR),
				 0x01010101u << core);
	}
	core = 1;
	enable(&rig, 29); /* core 1's alone */
	gic_set_private_input(&rig.gic, gic_private_input(0, 29), true);
	assert_false(rig.core[0] || rig.core[1]);
	gic_set_private_input(&rig.gic, gic_private_input(1, 29), true);
	assert_true(!rig.core[0] && rig.core[1]);
	assert_int_equal(gic_own_interface_read(&rig.gic, C_IAR, 4), 29);
	gic_set_private_input(&rig.gic, gic_private_input(1, 29), false);
	gic_own_interface_write(&rig.gic, C_EOIR, 4, 29);
	assert_false(rig.core[1]);
	dist(&rig, D_SGIR, 1u << 24 | 4); /* from core 1 to all others */
	assert_true(rig.core[0] && !rig.core[1]);
	core = 0;
	assert_int_equal(gic_own_interface_read(&rig.gic, C_IAR, 4),
			 1 << 10 | 4);
	gic_own_interface_write(&rig.gic, C_EOIR, 4, 1 << 10 | 4);
	assert_false(rig.core[0]);
}

static void version_2_may_end_in_two_steps(void **state)
{
	struct rig rig;

	(void)state;
	start_on(&rig, 2);
	cpu(&rig, C_CTLR, 0x201);
	enable(&rig, 40);
	gic_set_input(&rig.gic, 40, true);
	assert_int_equal(from_cpu(&rig, C_IAR), 40);
	cpu(&rig, C_EOIR, 40);
	assert_int_equal(from_cpu(&rig, C_RPR), 0xff);
	assert_false(rig.core[0]); /* still active */
	cpu(&rig, C_DIR, 40);
	assert_true(rig.core[0]);
}

static void registers_say_what_there_is(void **state)
{
	static const uint8_t id_1[] = {0x90, 0xb3, 0x1b, 0x00,
				       0x0d, 0xf0, 0x05, 0xb1};
	struct rig rig;

	(void)state;
	start(&rig, 1, 4);
	assert_int_equal(from_dist(&rig, D_TYPER), (NR / 32 - 1) | 3 << 5);
	assert_int_equal(from_dist(&rig, 0x008), 0x0102043b);
	assert_int_equal(from_cpu(&rig, 0xfc), 0x3901243b);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(from_dist(&rig, 0xfe0 + 4 * i), id_1[i]);
	/* software's are always enabled, and by edge */
	dist(&rig, D_ICENABLER, ~0u);
	assert_int_equal(from_dist(&rig, D_ISENABLER), 0xffff);
	dist(&rig, D_ICFGR, 0);
	assert_int_equal(from_dist(&rig, D_ICFGR), 0xaaaaaaaa);
	/* five bits of priority; none beyond the last interrupt */
	dist(&rig, D_IPRIORITYR + 40, 0xffffffff);
	assert_int_equal(from_dist(&rig, D_IPRIORITYR + 40), 0xf8f8f8f8);
	dist(&rig, D_ISENABLER + 12, ~0u);
	assert_int_equal(from_dist(&rig, D_ISENABLER + 12), 0);
	dist(&rig, D_IPRIORITYR + NR, ~0u);
	assert_int_equal(from_dist(&rig, D_IPRIORITYR + NR), 0);
	/* on one core, targets read as zero */
	start(&rig, 1, 1);
	dist(&rig, D_ITARGETSR + 40, ~0u);
	assert_int_equal(from_dist(&rig, D_ITARGETSR + 40), 0);
}

/* ---- the model ------------------------------------------------------------------- */

struct record {
	bool enabled, latched, up, active, edge;
	unsigned int priority;
};

struct model {
	struct record irq[NR];
	unsigned int mask;
	unsigned int stack[40]; /* priorities of what runs */
	int nr;
};

static unsigned int model_pick(const struct model *m)
{
	unsigned int best = SPURIOUS;

	for (unsigned int i = 0; i < NR; i++) {
		const struct record *r = &m->irq[i];
		bool pending = r->latched || (r->up && !r->edge);

		if (!pending || !r->enabled || r->active)
			continue;
		if (best == SPURIOUS || r->priority < m->irq[best].priority)
			best = i;
	}
	if (best == SPURIOUS || m->irq[best].priority >= m->mask ||
	    (m->nr && m->irq[best].priority >= m->stack[m->nr - 1]))
		return SPURIOUS;
	return best;
}

static unsigned int model_ack(struct model *m)
{
	unsigned int irq = model_pick(m);

	if (irq == SPURIOUS)
		return irq;
	m->stack[m->nr++] = m->irq[irq].priority;
	m->irq[irq].active = true;
	m->irq[irq].latched = false;
	return irq;
}

static void random_step(struct rig *rig, struct model *m,
			unsigned int running[], int *nr)
{
	unsigned int irq = 16 + (unsigned int)rand() % (NR - 16);
	uint32_t word = irq / 32 * 4, bit = 1u << irq % 32;
	struct record *r = &m->irq[irq];

	switch (rand() % 12) {
	case 0:
	case 1:
		r->latched |= !r->up && r->edge;
		r->up = true;
		gic_set_input(&rig->gic, irq, true);
		break;
	case 2:
	case 3:
		r->up = false;
		gic_set_input(&rig->gic, irq, false);
		break;
	case 4:
		r->enabled = true;
		dist(rig, D_ISENABLER + word, bit);
		break;
	case 5:
		r->enabled = false;
		dist(rig, D_ICENABLER + word, bit);
		break;
	case 6:
		r->latched = rand() % 2;
		dist(rig, (r->latched ? D_ISPENDR : D_ICPENDR) + word, bit);
		break;
	case 7:
		r->priority = (unsigned int)rand() & 0xf8;
		dist_byte(rig, D_IPRIORITYR + irq, r->priority | 5);
		break;
	case 8:
		r->edge = rand() % 2;
		dist(rig, D_ICFGR + irq / 16 * 4,
		     (from_dist(rig, D_ICFGR + irq / 16 * 4) &
		      ~(3u << irq % 16 * 2)) |
			     (r->edge ? 2u << irq % 16 * 2 : 0));
		break;
	case 9:
		m->mask = (unsigned int)rand() & 0xf8;
		cpu(rig, C_PMR, m->mask);
		break;
	case 10:
		running[*nr] = from_cpu(rig, C_IAR);
		assert_int_equal(running[*nr], model_ack(m));
		*nr += running[*nr] != SPURIOUS;
		break;
	default:
		if (!*nr)
			break;
		cpu(rig, C_EOIR, running[--*nr]);
		m->irq[running[*nr]].active = false;
		m->nr--;
	}
}

static void as_a_model_that_looks_at_all(void **state)
{
	for (unsigned int seed = 1; seed <= 30; seed++) {
		unsigned int running[64];
		struct model m = {.mask = 0xf0};
		struct rig rig;
		int nr = 0;

		(void)state;
		srand(seed);
		start_on(&rig, 1 + seed % 2);
		for (int i = 0; i < 3000; i++) {
			random_step(&rig, &m, running, &nr);
			assert_int_equal(rig.core[0],
					 model_pick(&m) != SPURIOUS);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_level_is_pending_while_it_is_up),
		cmocka_unit_test(an_edge_is_kept_until_it_is_taken),
		cmocka_unit_test(the_more_urgent_comes_first_and_interrupts),
		cmocka_unit_test(a_binary_point_makes_groups),
		cmocka_unit_test(software_interrupts_say_who_sent_them),
		cmocka_unit_test(each_core_has_its_own),
		cmocka_unit_test(version_2_may_end_in_two_steps),
		cmocka_unit_test(registers_say_what_there_is),
		cmocka_unit_test(as_a_model_that_looks_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
