/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * The machine of the oracle: QEMU's `virt` with a Cortex-A15 and GICv2, so
 * that our kernel finds what Debian's found there. Addresses from QEMU's
 * hw/arm/virt.c, and names of nodes from the device tree that it makes. Leaves
 * out flash, fw_cfg, GPIO and the virtio slots.
 */

#include "emu/board/boards.h"

/* clang-format off */
static const struct board_device devices[] = {
	{ DEVICE_GIC, "gic", "interrupt-controller", "arm,cortex-a15-gic",
	  .reg = {{0x08000000, 0x10000}, {0x08010000, 0x10000}} },
	{ DEVICE_ARCH_TIMER, "timer", "timer", "arm,armv7-timer",
	  .irq = {PPI(13), PPI(14), PPI(11), PPI(10)},
	  .counter_hz = 62500000 },
	{ DEVICE_PL011, "uart0", "pl011", "arm,pl011 arm,primecell",
	  .reg = {{0x09000000, 0x1000}}, .irq = {SPI(1)},
	  .clock_hz = 24000000 },
	{ DEVICE_PL031, "rtc", "pl031", "arm,pl031 arm,primecell",
	  .reg = {{0x09010000, 0x1000}}, .irq = {SPI(2)} },
};
/* clang-format on */

const struct board board_linux_virt = {
	.name = "linux-virt",
	.model = "linux,dummy-virt",
	.compatible = "linux,dummy-virt",
	.core = "cortex-a15",
	.ram_base = 0x40000000,
	.ram_max_bytes = 3ull << 30,
	.console = "uart0",
	DEVICES(devices),
};
