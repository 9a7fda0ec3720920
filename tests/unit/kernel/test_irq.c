/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel/irq with a controller of the test's own: who may share a line, what
 * becomes of one that nobody cares for, and the order of a course's steps.
 */
#include <errno.h>
#include <string.h>

#include "kernel/irq/irq_state.h"
#include "tests/unit/kernel/helper_fake_hw.h"

#define LINE  5u /* the controller's number */
#define STORM 100000 /* so many are looked at together */

/* ---- a controller that writes down what it's told -------------------------------- */

struct rig {
	struct fake_hw *f;
	struct task_struct *curr;
	struct irq_domain *domain;
	unsigned int irq;
	irq_flow_handler_t flow;
	bool masked; /* at the controller */
	unsigned int nr_eoi, nr_retriggers;
	uint32_t type; /* the last that was set */
};

/* What a handler is told to do, and what it has done. */
struct device {
	enum irqreturn says;
	unsigned int nr_calls, nr_in_interrupt, nr_masked;
	bool frees_itself, raises_again, disables;
};

static struct rig rig; /* the only one: a chip knows no test */

static void chip_mask(struct task_struct *curr, struct irq_data *d)
{
	(void)curr;
	(void)d;
	assert_false(rig.masked);
	rig.masked = true;
}

static void chip_unmask(struct task_struct *curr, struct irq_data *d)
{
	(void)curr;
	(void)d;
	assert_true(rig.masked);
	rig.masked = false;
}

static void chip_eoi(struct task_struct *curr, struct irq_data *d)
{
	(void)curr;
	assert_int_equal(d->hwirq, LINE);
	rig.nr_eoi++;
}

static int chip_set_type(struct task_struct *curr, struct irq_data *d,
			 uint32_t type)
{
	(void)curr;
	(void)d;
	if (type == IRQF_TRIGGER_LOW)
		return -EINVAL;
	rig.type = type;
	return 0;
}

static void chip_retrigger(struct task_struct *curr, struct irq_data *d)
{
	(void)curr;
	(void)d;
	rig.nr_retriggers++;
}

static const struct irq_chip chip = {
	.name = "test",
	.irq_mask = chip_mask,
	.irq_unmask = chip_unmask,
	.irq_eoi = chip_eoi,
	.irq_set_type = chip_set_type,
	.irq_retrigger = chip_retrigger,
};

static void map(const struct irq_domain *d, struct irq_desc *desc)
{
	(void)d;
	desc->irq_data.chip = &chip;
	desc->handle_irq = rig.flow;
}

static const struct irq_domain_ops domain_ops = {.map = map};

static void one_comes(struct task_struct *curr, struct irq_domain *root)
{
	generic_handle_domain_irq(curr, root, LINE);
}

static void start_flow(irq_flow_handler_t flow, uint32_t type)
{
	struct fake_hw *f = fake_hw_create(&(struct fake_hw_config){0});

	fake_mm_init(f);
	rig = (struct rig){
		.f = f, .curr = fake_curr(f), .flow = flow, .masked = true};
	f->k->irq.nr_irqs = NR_IRQS_LEGACY;
	rig.domain = irq_domain_create(rig.curr, 0, &domain_ops, 32, 0);
	rig.irq = irq_create_mapping(rig.curr, rig.domain, LINE, type);
	assert_true(rig.irq >= NR_IRQS_LEGACY);
	set_handle_irq(f->k, rig.domain, one_comes);
}

static void start(uint32_t type)
{
	start_flow(handle_fasteoi_irq, type);
}

static void stop(void)
{
	assert_int_equal(rig.curr->in_interrupt, 0);
	fake_hw_destroy(rig.f);
}

/* A controller forwards only what isn't masked. */
static void interrupt(unsigned int times)
{
	for (unsigned int i = 0; i < times && !rig.masked; i++)
		handle_arch_irq(rig.curr);
}

static enum irqreturn handler(struct task_struct *curr, unsigned int irq,
			      void *dev_id)
{
	struct device *device = dev_id;

	assert_int_equal(irq, rig.irq);
	device->nr_calls++;
	device->nr_in_interrupt += curr->in_interrupt == 1;
	device->nr_masked += rig.masked;
	if (device->frees_itself)
		free_irq(curr, irq, dev_id);
	if (device->disables)
		disable_irq(curr, irq);
	if (device->raises_again) {
		device->raises_again = false;
		generic_handle_domain_irq(curr, rig.domain, LINE);
	}
	return device->says;
}

static int request(struct device *device, uint32_t flags, const char *name)
{
	return request_irq(rig.curr, rig.irq, handler, flags, name, device);
}

static const struct irq_desc *desc(void)
{
	return irq_to_desc(rig.f->k, rig.irq);
}

static bool logged(const char *text)
{
	return strstr(rig.f->log, text);
}

static void forget_log(void)
{
	rig.f->log_len = 0;
	memset(rig.f->log, 0, sizeof(rig.f->log));
}

/* ---- one line, several devices --------------------------------------------------- */

static void all_who_share_a_line_are_asked(void **state)
{
	struct device a = {.says = IRQ_NONE}, b = {.says = IRQ_HANDLED};

	(void)state;
	start(IRQF_TRIGGER_HIGH);
	assert_int_equal(request(&a, IRQF_SHARED, "a"), 0);
	assert_false(rig.masked);
	assert_int_equal(rig.type, IRQF_TRIGGER_HIGH);
	assert_int_equal(request(&b, IRQF_SHARED, "b"), 0);
	interrupt(3);
	assert_int_equal(a.nr_calls, 3);
	assert_int_equal(b.nr_calls, 3);
	assert_int_equal(b.nr_in_interrupt, 3);
	assert_int_equal(rig.nr_eoi, 3);
	assert_int_equal(desc()->kstat[0], 3);
	assert_ptr_equal(free_irq(rig.curr, rig.irq, &a), &a);
	interrupt(1);
	assert_int_equal(a.nr_calls, 3);
	assert_int_equal(b.nr_calls, 4);
	assert_ptr_equal(free_irq(rig.curr, rig.irq, &b), &b);
	assert_true(rig.masked);
	assert_null(free_irq(rig.curr, rig.irq, &b));
	assert_true(logged("Trying to free already-free IRQ"));
	stop();
}

static void who_may_not_share(void **state)
{
	struct device a = {0}, b = {0};

	(void)state;
	start(0);
	assert_int_equal(request(NULL, IRQF_SHARED, "nobody"), -EINVAL);
	assert_int_equal(request_irq(rig.curr, rig.irq, NULL, 0, "x", &a),
			 -EINVAL);
	assert_int_equal(request_irq(rig.curr, 3, handler, 0, "x", &a),
			 -EINVAL);
	assert_int_equal(request_irq(rig.curr, MAX_IRQS, handler, 0, "x", &a),
			 -EINVAL);
	assert_int_equal(request(&a, IRQF_TRIGGER_LOW, "a"), -EINVAL);
	assert_null(desc()->action);
	assert_true(rig.masked);
	assert_int_equal(request(&a, IRQF_SHARED | IRQF_TRIGGER_HIGH, "a"), 0);
	assert_int_equal(request(&b, 0, "b"), -EBUSY);
	assert_int_equal(request(&b, IRQF_TRIGGER_HIGH, "b"), -EBUSY);
	assert_true(logged("genirq: Flags mismatch irq 16. 00000000 (b) vs. "
			   "00000084 (a)"));
	assert_int_equal(request(&b, IRQF_SHARED | IRQF_TRIGGER_RISING, "b"),
			 -EBUSY);
	assert_int_equal(request(&b, IRQF_SHARED | IRQF_TRIGGER_HIGH, "b"), 0);
	stop();
}

static void a_handler_may_free_itself(void **state)
{
	struct device a = {.says = IRQ_HANDLED, .frees_itself = true};
	struct device b = {.says = IRQ_HANDLED};

	(void)state;
	start(0);
	assert_int_equal(request(&a, IRQF_SHARED, "a"), 0);
	assert_int_equal(request(&b, IRQF_SHARED, "b"), 0);
	interrupt(2);
	assert_int_equal(a.nr_calls, 1);
	assert_int_equal(b.nr_calls, 2);
	stop();
}

/* ---- off and on ------------------------------------------------------------------ */

/* Masked only when the next one comes, which an edge must not lose. */
static void a_disabled_edge_is_kept(void **state)
{
	struct device a = {.says = IRQ_HANDLED};

	(void)state;
	start(IRQF_TRIGGER_RISING);
	assert_int_equal(request(&a, 0, "a"), 0);
	disable_irq(rig.curr, rig.irq);
	disable_irq(rig.curr, rig.irq);
	assert_false(rig.masked);
	interrupt(5);
	assert_true(rig.masked);
	assert_int_equal(a.nr_calls, 0);
	assert_int_equal(rig.nr_eoi, 1);
	enable_irq(rig.curr, rig.irq);
	assert_true(rig.masked);
	assert_int_equal(rig.nr_retriggers, 0);
	enable_irq(rig.curr, rig.irq);
	assert_false(rig.masked);
	assert_int_equal(rig.nr_retriggers, 1);
	interrupt(1);
	assert_int_equal(a.nr_calls, 1);
	enable_irq(rig.curr, rig.irq);
	assert_true(logged("Unbalanced enable for IRQ 16"));
	assert_int_equal(desc()->depth, 0);
	stop();
}

/* ---- nobody cared ---------------------------------------------------------------- */

#define NOBODY_CARED \
	"irq 16: nobody cared (try booting with the \"irqpoll\" option)"

static void a_storm_is_switched_off(void **state)
{
	struct device a = {.says = IRQ_NONE}, b = {.says = IRQ_NONE};

	(void)state;
	start(IRQF_TRIGGER_HIGH);
	assert_int_equal(request(&a, IRQF_SHARED, "first"), 0);
	assert_int_equal(request(&b, IRQF_SHARED, "second"), 0);
	forget_log();
	interrupt(STORM - 1);
	assert_int_equal(desc()->depth, 0);
	assert_false(logged("nobody cared"));
	interrupt(1);
	assert_true(logged(NOBODY_CARED));
	assert_true(logged("first"));
	assert_true(logged("second"));
	assert_true(logged("Disabling IRQ #16"));
	interrupt(1000); /* one more, and the controller is told */
	assert_int_equal(a.nr_calls, STORM);
	assert_true(rig.masked);
	assert_int_equal(rig.nr_eoi, STORM + 1);
	stop();
}

static void a_new_handler_gives_it_another_try(void **state)
{
	struct device a = {.says = IRQ_NONE}, b = {.says = IRQ_HANDLED};

	(void)state;
	start(IRQF_TRIGGER_HIGH);
	assert_int_equal(request(&a, IRQF_SHARED, "a"), 0);
	interrupt(STORM + 1);
	assert_true(rig.masked);
	assert_int_equal(request(&b, IRQF_SHARED, "b"), 0);
	assert_false(rig.masked);
	forget_log();
	interrupt(3 * STORM);
	assert_int_equal(b.nr_calls, 3 * STORM);
	assert_false(logged("nobody cared"));
	stop();
}

/* Of 100,000 a hundred that were somebody's save the line. */
static void some_are_forgiven(void **state)
{
	struct device a = {.says = IRQ_HANDLED};

	(void)state;
	for (unsigned int nr_good = 99; nr_good <= 100; nr_good++) {
		start(IRQF_TRIGGER_HIGH);
		a = (struct device){.says = IRQ_HANDLED};
		assert_int_equal(request(&a, 0, "a"), 0);
		interrupt(nr_good);
		a.says = IRQ_NONE;
		interrupt(STORM - nr_good);
		assert_int_equal(logged("nobody cared"), nr_good < 100);
		stop();
	}
}

/* They count together only if none is a tenth of a second after the other. */
static void slow_ones_are_no_storm(void **state)
{
	struct device a = {.says = IRQ_NONE};
	uint64_t gap;

	(void)state;
	for (int longer = 0; longer < 2; longer++) {
		start(IRQF_TRIGGER_HIGH);
		a.nr_calls = 0;
		assert_int_equal(request(&a, 0, "a"), 0);
		gap = rig.f->k->hw.clock_hz / 10 + (uint64_t)longer;
		for (int i = 0; i < STORM; i++) {
			rig.f->now += gap;
			interrupt(1);
		}
		assert_int_equal(a.nr_calls, STORM);
		assert_int_equal(logged("nobody cared"), !longer);
		stop();
	}
}

/* A number that has no descriptor: counted, and nothing else. */
static void nobodys_number(void **state)
{
	(void)state;
	start(0);
	generic_handle_domain_irq(rig.curr, rig.domain, LINE + 1);
	generic_handle_domain_irq(rig.curr, rig.domain, 1000);
	assert_int_equal(rig.f->k->irq.irq_err_count, 2);
	assert_int_equal(irq_create_mapping(rig.curr, rig.domain, 32, 0), 0);
	assert_int_equal(irq_create_mapping(rig.curr, rig.domain, LINE, 0),
			 rig.irq);
	stop();
}

/* ---- one within another ----------------------------------------------------------- */

/* It comes while its handler runs: no call in the call, and it still works. */
static void none_within_itself(void **state)
{
	static const irq_flow_handler_t flows[] = {handle_fasteoi_irq,
						   handle_level_irq};
	struct device a;

	(void)state;
	for (int i = 0; i < 2; i++) {
		start_flow(flows[i], IRQF_TRIGGER_HIGH);
		a = (struct device){.says = IRQ_HANDLED, .raises_again = true};
		assert_int_equal(request(&a, 0, "a"), 0);
		interrupt(1);
		assert_int_equal(a.nr_calls, 1);
		assert_false(rig.masked);
		interrupt(1);
		assert_int_equal(a.nr_calls, 2);
		stop();
	}
}

/* A level without an end to write is kept off while its handlers run. */
static void a_level_is_masked_meanwhile(void **state)
{
	struct device a = {.says = IRQ_HANDLED};

	(void)state;
	start_flow(handle_level_irq, IRQF_TRIGGER_HIGH);
	assert_int_equal(request(&a, 0, "a"), 0);
	interrupt(3);
	assert_int_equal(a.nr_calls, 3);
	assert_int_equal(a.nr_masked, 3);
	assert_int_equal(rig.nr_eoi, 0);
	assert_false(rig.masked);
	a.disables = true;
	interrupt(3);
	assert_int_equal(a.nr_calls, 4);
	assert_true(rig.masked);
	enable_irq(rig.curr, rig.irq);
	interrupt(1);
	assert_int_equal(a.nr_calls, 5);
	stop();
}

static void disabled_by_its_handler(void **state)
{
	struct device a = {.says = IRQ_HANDLED, .disables = true};

	(void)state;
	start(IRQF_TRIGGER_HIGH);
	assert_int_equal(request(&a, 0, "a"), 0);
	interrupt(10);
	assert_int_equal(a.nr_calls, 1);
	assert_true(rig.masked);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_who_share_a_line_are_asked),
		cmocka_unit_test(who_may_not_share),
		cmocka_unit_test(a_handler_may_free_itself),
		cmocka_unit_test(a_disabled_edge_is_kept),
		cmocka_unit_test(a_storm_is_switched_off),
		cmocka_unit_test(a_new_handler_gives_it_another_try),
		cmocka_unit_test(some_are_forgiven),
		cmocka_unit_test(slow_ones_are_no_storm),
		cmocka_unit_test(nobodys_number),
		cmocka_unit_test(none_within_itself),
		cmocka_unit_test(a_level_is_masked_meanwhile),
		cmocka_unit_test(disabled_by_its_handler),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
