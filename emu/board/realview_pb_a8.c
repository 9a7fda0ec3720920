/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * RealView Platform Baseboard for Cortex-A8. Addresses and interrupts from
 * QEMU's hw/arm/realview.c. Leaves out the alias of RAM at 0, the extra RAM at
 * 0x20000000, keyboard, mouse, flash and network.
 */

#include "emu/board/boards.h"

#define UART_HZ    24000000
#define TIMER_HZ   1000000
#define DISPLAY_HZ 25000000 /* without a display */

/* clang-format off */
static const struct board_device devices[] = {
	{ DEVICE_GIC, "gic", "interrupt-controller", "arm,cortex-a8-gic",
	  .reg = {{0x1e001000, 0x1000}, {0x1e000000, 0x1000}} },
	{ DEVICE_SYSREGS, "sysregs", "sysreg", "arm,realview-pb-a8-sysreg",
	  .reg = {{0x10000000, 0x1000}} },
	{ DEVICE_PL180, "mmci", "mmc", "arm,pl180 arm,primecell",
	  .reg = {{0x10005000, 0x1000}}, .irq = {SPI(17), SPI(18)},
	  .clock_hz = UART_HZ, .max_hz = 515633, .bus_width = 4 },
	{ DEVICE_PL011, "uart0", "serial", "arm,pl011 arm,primecell",
	  .reg = {{0x10009000, 0x1000}}, .irq = {SPI(12)}, .clock_hz = UART_HZ },
	{ DEVICE_PL011, "uart1", "serial", "arm,pl011 arm,primecell",
	  .reg = {{0x1000a000, 0x1000}}, .irq = {SPI(13)}, .clock_hz = UART_HZ },
	{ DEVICE_PL011, "uart2", "serial", "arm,pl011 arm,primecell",
	  .reg = {{0x1000b000, 0x1000}}, .irq = {SPI(14)}, .clock_hz = UART_HZ },
	{ DEVICE_PL011, "uart3", "serial", "arm,pl011 arm,primecell",
	  .reg = {{0x1000c000, 0x1000}}, .irq = {SPI(15)}, .clock_hz = UART_HZ },
	{ DEVICE_SP804, "timer01", "timer", "arm,sp804 arm,primecell",
	  .reg = {{0x10011000, 0x1000}}, .irq = {SPI(4)}, .clock_hz = TIMER_HZ },
	{ DEVICE_SP804, "timer23", "timer", "arm,sp804 arm,primecell",
	  .reg = {{0x10012000, 0x1000}}, .irq = {SPI(5)}, .clock_hz = TIMER_HZ },
	{ DEVICE_PL031, "rtc", "rtc", "arm,pl031 arm,primecell",
	  .reg = {{0x10017000, 0x1000}}, .irq = {SPI(10)} },
	{ DEVICE_PL111, "clcd", "clcd", "arm,pl111 arm,primecell",
	  .reg = {{0x10020000, 0x1000}}, .irq = {SPI(23)},
	  .clock_hz = DISPLAY_HZ },
};
/* clang-format on */

const struct board board_realview_pb_a8 = {
	.name = "realview-pb-a8",
	.model = "ARM RealView Platform Baseboard for Cortex-A8",
	.compatible = "arm,realview-pba8",
	.core = "cortex-a8",
	.ram_base = 0x70000000,
	.ram_max_bytes = 512ull << 20,
	.console = "uart0",
	DEVICES(devices),
};
