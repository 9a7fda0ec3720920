/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A board's devices on its bus: wired as the table says, and hostile register
 * writes, which must not get further than the device (under the sanitizers).
 * Also the Raspberry Pi's controllers and the generic timer by their manuals.
 */
#include "emu/devices.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>
#include <fcntl.h>

#include "emu/board/board.h"

enum {
	CLOCK_HZ = 1000000000
};

struct rig {
	struct bus bus;
	struct ram ram; /* none */
	struct clock clock; /* core 0's */
	struct clock others[NR_CPUS];
	int running;
	struct console console;
	struct devices devices;
};

static void start(struct rig *rig, const struct board *board, unsigned int nr)
{
	int null = open("/dev/null", O_RDWR);

	*rig = (struct rig){0};
	rig->bus.ram = &rig->ram;
	clock_reset(&rig->clock);
	console_open(&rig->console, null, null);
	devices_create(&rig->devices, board, &rig->bus, &rig->console, nr,
		       CLOCK_HZ, 0);
	alarms_start(&rig->devices.alarms[0], &rig->clock);
	for (unsigned int i = 1; i < nr; i++) {
		clock_reset(&rig->others[i]);
		alarms_start(&rig->devices.alarms[i], &rig->others[i]);
	}
	if (nr > 1)
		devices_connect_cores(&rig->devices, &rig->running,
				      (struct irq_line){0});
}

static void put(struct rig *rig, paddr_t paddr, uint32_t value)
{
	assert_true(bus_io_write(&rig->bus, paddr, 4, value));
}

static uint32_t get(struct rig *rig, paddr_t paddr)
{
	uint32_t value;

	assert_true(bus_io_read(&rig->bus, paddr, 4, &value));
	return value;
}

static void pass_us(struct rig *rig, uint64_t us)
{
	uint64_t end = clock_now(&rig->clock) + us * (CLOCK_HZ / 1000000);

	while (rig->clock.alarm <= end) {
		clock_idle_until(&rig->clock, rig->clock.alarm);
		alarms_ring(&rig->devices.alarms[0]);
	}
	clock_idle_until(&rig->clock, end);
}

/* ---- hostile writes ------------------------------------------------------------ */

static uint32_t random_value(void)
{
	uint32_t any = (uint32_t)rand() << 16 ^ (uint32_t)rand();

	switch (rand() % 4) {
	case 0:
		return any & 0xff;
	case 1:
		return 1u << rand() % 32;
	case 2:
		return ~0u;
	default:
		return any;
	}
}

static void random_access(struct rig *rig)
{
	const struct bus_device *d =
		&rig->bus.device[(unsigned int)rand() % rig->bus.nr_devices];
	paddr_t paddr = d->base + (uint32_t)rand() % d->size_bytes;
	unsigned int size = 1u << rand() % 3;
	uint32_t value;

	paddr &= ~(paddr_t)(size - 1);
	if (rig->devices.mpcore.accessing)
		rig->running = rand() % NR_CPUS;
	if (rand() % 3)
		assert_true(
			bus_io_write(&rig->bus, paddr, size, random_value()));
	else
		assert_true(bus_io_read(&rig->bus, paddr, size, &value));
	if (rand() % 20 == 0)
		arch_timer_write(&rig->devices.arch_timer[0],
				 (enum arch_timer_reg)(rand() % 9),
				 random_value());
}

static void hostile_writes_stay_in_the_device(void **state)
{
	const struct board *board;

	(void)state;
	for (size_t n = 0; (board = board_number(n)); n++) {
		for (unsigned int cores = 1; cores <= NR_CPUS; cores += 3) {
			struct rig rig;

			srand((unsigned int)n + 1);
			start(&rig, board, cores);
			for (int i = 0; i < 20000; i++) {
				random_access(&rig);
				if (i % 16 == 0)
					pass_us(&rig, (uint64_t)rand() % 50);
			}
		}
	}
}

/* ---- wires ------------------------------------------------------------------------ */

static void vexpress_timer_and_uart_reach_the_core(void **state)
{
	const paddr_t gicd = 0x1e001000, gicc = 0x1e000100;
	const paddr_t sp804 = 0x10011000, uart = 0x10009000;
	struct rig rig;

	(void)state;
	start(&rig, board_find("vexpress-a9"), 1);
	put(&rig, gicd, 1);
	put(&rig, gicc + 0x04, 0xf0);
	put(&rig, gicc, 1);
	put(&rig, gicd + 0x104, 1u << (34 - 32) | 1u << (37 - 32));
	put(&rig, sp804 + 0x00, 100);
	put(&rig, sp804 + 0x08, 0xa3);
	pass_us(&rig, 100);
	assert_false(rig.devices.irq[0]);
	pass_us(&rig, 1);
	assert_true(rig.devices.irq[0]);
	assert_int_equal(get(&rig, gicc + 0x0c), 34);
	put(&rig, sp804 + 0x0c, 1);
	put(&rig, gicc + 0x10, 34);
	assert_false(rig.devices.irq[0]);
	put(&rig, uart + 0x38, 1 << 5); /* wants to know that all is sent */
	put(&rig, uart, 'x');
	assert_true(rig.devices.irq[0]);
	assert_int_equal(get(&rig, gicc + 0x0c), 37);
	put(&rig, uart + 0x44, 1 << 5);
	put(&rig, gicc + 0x10, 37);
	assert_false(rig.devices.irq[0]);
	/* the Snoop Control Unit knows how many cores there are */
	assert_int_equal(get(&rig, 0x1e000004), 0x10);
}

static void virt_timer_is_a_private_interrupt(void **state)
{
	const paddr_t gicd = 0x08000000, gicc = 0x08010000;
	struct arch_timer *timer;
	struct rig rig;

	(void)state;
	start(&rig, board_find("linux-virt"), 1);
	timer = &rig.devices.arch_timer[0];
	put(&rig, gicd, 1);
	put(&rig, gicc + 0x04, 0xf0);
	put(&rig, gicc, 1);
	put(&rig, gicd + 0x100, 1u << 27);
	assert_int_equal(arch_timer_read(timer, CNTFRQ), 62500000);
	pass_us(&rig, 4);
	assert_int_equal(arch_timer_read(timer, CNTVCT), 250);
	arch_timer_write(timer, CNTV_TVAL, 125);
	assert_int_equal(arch_timer_read(timer, CNTV_CVAL), 375);
	arch_timer_write(timer, CNTV_CTL, 1);
	pass_us(&rig, 1);
	assert_int_equal(arch_timer_read(timer, CNTV_CTL), 1);
	assert_int_equal((int32_t)arch_timer_read(timer, CNTV_TVAL), 63);
	assert_false(rig.devices.irq[0]);
	pass_us(&rig, 1);
	assert_int_equal(arch_timer_read(timer, CNTV_CTL), 5);
	assert_true(rig.devices.irq[0]);
	assert_int_equal(get(&rig, gicc + 0x0c), 27);
	arch_timer_write(timer, CNTV_CTL, 3); /* masked: the line goes down */
	put(&rig, gicc + 0x10, 27);
	assert_false(rig.devices.irq[0]);
	assert_int_equal(arch_timer_read(timer, CNTV_CTL), 7);
	/* a value behind the counter is met at once; TVAL has a sign */
	arch_timer_write(timer, CNTV_TVAL, (uint32_t)-1);
	arch_timer_write(timer, CNTV_CTL, 1);
	assert_true(rig.devices.irq[0]);
	/* the counters can't be written */
	arch_timer_write(timer, CNTVCT, 0);
	assert_int_equal(arch_timer_read(timer, CNTPCT), 375);
}

static void raspi2_peripherals_come_through_both_controllers(void **state)
{
	const paddr_t ic = 0x3f00b200, local = 0x40000000, uart = 0x3f201000;
	struct rig rig;

	(void)state;
	start(&rig, board_find("raspi2"), 4);
	put(&rig, uart + 0x38, 1 << 5);
	put(&rig, uart, 'x');
	assert_false(rig.devices.irq[0]);
	put(&rig, ic + 0x14, 1 << 25);
	assert_true(rig.devices.irq[0]);
	assert_int_equal(get(&rig, local + 0x60), 1 << 8);
	/* a shortcut: in the basic register itself, and not by bit 9 */
	assert_int_equal(get(&rig, ic), 1 << 19);
	assert_int_equal(get(&rig, ic + 0x08), 1 << 25);
	put(&rig, local + 0x0c, 2); /* to core 2 */
	assert_false(rig.devices.irq[0]);
	assert_true(rig.devices.irq[2]);
	put(&rig, ic + 0x20, 1 << 25);
	assert_false(rig.devices.irq[2]);
	assert_int_equal(get(&rig, ic + 0x14), 0);
	/* mailbox 1 of core 3 */
	put(&rig, local + 0x5c, 1 << 1);
	put(&rig, local + 0x80 + 0x34, 0x10);
	assert_true(rig.devices.irq[3]);
	assert_int_equal(get(&rig, local + 0x6c), 1 << 5);
	assert_int_equal(get(&rig, local + 0xc0 + 0x34), 0x10);
	put(&rig, local + 0xc0 + 0x34, 0x10);
	assert_false(rig.devices.irq[3]);
	/* the virtual timer's bit, once it is let through */
	arch_timer_write(&rig.devices.arch_timer[0], CNTV_CTL, 1);
	assert_int_equal(get(&rig, local + 0x60), 0);
	put(&rig, local + 0x40, 1 << 3);
	assert_int_equal(get(&rig, local + 0x60), 1 << 3);
	assert_true(rig.devices.irq[0]);
}

static void bits_without_a_shortcut_are_seen_by_their_bank(void **state)
{
	struct bcm2835_ic ic;

	(void)state;
	bcm2835_ic_create(&ic, (struct irq_line){0});
	bcm2835_ic_write(&ic, 0x210, 4, ~0u);
	bcm2835_ic_write(&ic, 0x214, 4, ~0u);
	bcm2835_ic_write(&ic, 0x218, 4, ~0u);
	bcm2835_ic_set_input(&ic, 32 + 3, true);
	assert_int_equal(bcm2835_ic_read(&ic, 0x200, 4), 1 << 8);
	bcm2835_ic_set_input(&ic, 32 + 7, true);
	assert_int_equal(bcm2835_ic_read(&ic, 0x200, 4), 1 << 8 | 1 << 10);
	bcm2835_ic_set_input(&ic, 32 + 3, false);
	assert_int_equal(bcm2835_ic_read(&ic, 0x200, 4), 1 << 10);
	bcm2835_ic_set_input(&ic, 64 + 30, true);
	bcm2835_ic_set_input(&ic, 64 + 31, true);
	bcm2835_ic_set_input(&ic, 2, true);
	assert_int_equal(bcm2835_ic_read(&ic, 0x200, 4),
			 1 << 2 | 1 << 9 | 1 << 10 | 1 << 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hostile_writes_stay_in_the_device),
		cmocka_unit_test(vexpress_timer_and_uart_reach_the_core),
		cmocka_unit_test(virt_timer_is_a_private_interrupt),
		cmocka_unit_test(
			raspi2_peripherals_come_through_both_controllers),
		cmocka_unit_test(
			bits_without_a_shortcut_are_seen_by_their_bank),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
