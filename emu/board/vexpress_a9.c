/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Versatile Express with the CoreTile A9x4 daughterboard, legacy memory map:
 * the reference board. Addresses and interrupts from QEMU's
 * hw/arm/vexpress.c and Linux's vexpress-v2m.dtsi and vexpress-v2p-ca9.dts.
 * Interrupts are the numbers of the GIC's shared inputs.
 *
 * Leaves out what nothing here touches: keyboard and mouse, sound, network,
 * USB, flash, the motherboard's second display and the DDR controllers.
 */

#include "emu/board/boards.h"

#define UART_HZ    24000000
#define TIMER_HZ   1000000
#define PERIPH_HZ  100000000 /* as in QEMU; Linux measures it */
#define DISPLAY_HZ 23750000 /* without a display */

/* clang-format off */
static const struct board_device devices[] = {
	{ DEVICE_GIC, "gic", "interrupt-controller", "arm,cortex-a9-gic",
	  .reg = {{0x1e001000, 0x1000}, {0x1e000100, 0x100}} },
	{ DEVICE_SYSREGS, "sysregs", "sysreg", "arm,vexpress-sysreg",
	  .reg = {{0x10000000, 0x1000}} },
	{ DEVICE_PL180, "mmci", "mmc", "arm,pl180 arm,primecell",
	  .reg = {{0x10005000, 0x1000}}, .irq = {SPI(9), SPI(10)},
	  .clock_hz = UART_HZ, .max_hz = 12000000 },
	{ DEVICE_PL011, "uart0", "serial", "arm,pl011 arm,primecell",
	  .reg = {{0x10009000, 0x1000}}, .irq = {SPI(5)}, .clock_hz = UART_HZ },
	{ DEVICE_PL011, "uart1", "serial", "arm,pl011 arm,primecell",
	  .reg = {{0x1000a000, 0x1000}}, .irq = {SPI(6)}, .clock_hz = UART_HZ },
	{ DEVICE_PL011, "uart2", "serial", "arm,pl011 arm,primecell",
	  .reg = {{0x1000b000, 0x1000}}, .irq = {SPI(7)}, .clock_hz = UART_HZ },
	{ DEVICE_PL011, "uart3", "serial", "arm,pl011 arm,primecell",
	  .reg = {{0x1000c000, 0x1000}}, .irq = {SPI(8)}, .clock_hz = UART_HZ },
	{ DEVICE_OTHER, "watchdog", "watchdog", "arm,sp805 arm,primecell",
	  .reg = {{0x1000f000, 0x1000}}, .irq = {SPI(0)}, .clock_hz = TIMER_HZ },
	{ DEVICE_SP804, "timer01", "timer", "arm,sp804 arm,primecell",
	  .reg = {{0x10011000, 0x1000}}, .irq = {SPI(2)}, .clock_hz = TIMER_HZ },
	{ DEVICE_SP804, "timer23", "timer", "arm,sp804 arm,primecell",
	  .reg = {{0x10012000, 0x1000}}, .irq = {SPI(3)}, .clock_hz = TIMER_HZ },
	{ DEVICE_PL031, "rtc", "rtc", "arm,pl031 arm,primecell",
	  .reg = {{0x10017000, 0x1000}}, .irq = {SPI(4)} },
	{ DEVICE_PL111, "clcd", "clcd", "arm,pl111 arm,primecell",
	  .reg = {{0x10020000, 0x1000}}, .irq = {SPI(44)},
	  .clock_hz = DISPLAY_HZ },
	{ DEVICE_OTHER, "scu", "scu", "arm,cortex-a9-scu",
	  .reg = {{0x1e000000, 0x58}} },
	{ DEVICE_MPCORE_TIMER, "twd", "timer", "arm,cortex-a9-twd-timer",
	  .reg = {{0x1e000600, 0x20}}, .irq = {PPI(13)},
	  .counter_hz = PERIPH_HZ },
	{ DEVICE_OTHER, "twd-watchdog", "watchdog", "arm,cortex-a9-twd-wdt",
	  .reg = {{0x1e000620, 0x20}}, .irq = {PPI(14)} },
	{ DEVICE_OTHER, "l2", "cache-controller", "arm,pl310-cache",
	  .reg = {{0x1e00a000, 0x1000}}, .irq = {SPI(43)} },
};
/* clang-format on */

const struct board board_vexpress_a9 = {
	.name = "vexpress-a9",
	.model = "V2P-CA9",
	.compatible = "arm,vexpress,v2p-ca9 arm,vexpress",
	.core = "cortex-a9",
	.ram_base = 0x60000000,
	.ram_max_bytes = 1ull << 30,
	.console = "uart0",
	DEVICES(devices),
};
