/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Raspberry Pi 2: BCM2836, RAM at 0 up to the peripherals at 0x3f000000.
 * Addresses and interrupts from QEMU's hw/arm/bcm2836.c and Linux's
 * bcm2836.dtsi and bcm283x.dtsi. There is no GIC: an old controller collects
 * the peripherals' interrupts in three banks and feeds the local one of each
 * core, which also carries the generic timer's.
 *
 * Leaves out mailbox, GPIO, cards, USB and the mini-UART.
 */

#include "emu/board/boards.h"

/* clang-format off */
static const struct board_device devices[] = {
	{ DEVICE_BCM2836_LOCAL, "local-intc", "interrupt-controller",
	  "brcm,bcm2836-l1-intc", .reg = {{0x40000000, 0x100}} },
	{ DEVICE_BCM2836_INTC, "intc", "interrupt-controller",
	  "brcm,bcm2836-armctrl-ic", .reg = {{0x3f00b200, 0x200}},
	  .irq = {LOCAL(8)} },
	{ DEVICE_ARCH_TIMER, "timer", "timer", "arm,armv7-timer",
	  .irq = {LOCAL(0), LOCAL(1), LOCAL(3), LOCAL(2)},
	  .counter_hz = 19200000 },
	{ DEVICE_BCM2835_TIMER, "system-timer", "timer",
	  "brcm,bcm2835-system-timer", .reg = {{0x3f003000, 0x1000}},
	  .irq = {BANK(1, 0), BANK(1, 1), BANK(1, 2), BANK(1, 3)},
	  .clock_hz = 1000000 },
	{ DEVICE_PL011, "uart0", "serial", "arm,pl011 arm,primecell",
	  .reg = {{0x3f201000, 0x200}}, .irq = {BANK(2, 25)},
	  .clock_hz = 48000000 },
};
/* clang-format on */

const struct board board_raspi2 = {
	.name = "raspi2",
	.model = "Raspberry Pi 2 Model B",
	.compatible = "raspberrypi,2-model-b brcm,bcm2836",
	.core = "cortex-a7",
	.ram_base = 0,
	.ram_max_bytes = 0x3f000000,
	.console = "uart0",
	DEVICES(devices),
};
