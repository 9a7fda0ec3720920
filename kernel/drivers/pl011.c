/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/drivers/tty.h"

/*
 * Driver of the board's PL011 UART (Linux: drivers/tty/serial/amba-pl011.c).
 *
 * The receive interrupt stays masked while no one reads: the line then holds
 * its bytes back. Loss of carrier is the end of input.
 *
 * MODEL: no transmit interrupt; the FIFO is polled, and never full on our
 * boards. No baud rates, parity or break.
 */

#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/setup.h"
#include "kernel/drivers/amba.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/state.h"

/* Registers and bits (ARM DDI 0183). */
enum {
	UART01x_DR = 0x00,
	UART01x_FR = 0x18,
	UART011_IMSC = 0x38,
	UART011_MIS = 0x40,
	UART011_ICR = 0x44,
};

#define UART01x_FR_DCD  0x004u
#define UART01x_FR_RXFE 0x010u
#define UART01x_FR_TXFE 0x080u
#define FIFO_DEPTH      16

#define UART011_RIMIS  0x001u
#define UART011_DCDMIS 0x004u
#define UART011_RXIS   0x010u
#define UART011_RTIS   0x040u

/* Besides input: a terminal rings when it has another size. */
static uint32_t quiet_mask(const struct tty_struct *tty)
{
	return tty->is_terminal ? UART011_RIMIS : 0;
}

static enum irqreturn pl011_int(struct task_struct *curr, unsigned int irq,
				void *dev_id)
{
	struct tty_struct *tty = dev_id;
	uint32_t status = readl(curr, tty->uart + UART011_MIS);

	(void)irq;
	if (!status)
		return IRQ_NONE;
	if (status & UART011_RIMIS)
		writel(curr, UART011_RIMIS, tty->uart + UART011_ICR);
	console_interrupt(curr);
	return IRQ_HANDLED;
}

void uart_probe(struct task_struct *curr, struct tty_struct *tty)
{
	uint32_t nr_bytes;
	unsigned int irq;
	paddr_t paddr;
	int node = of_find_device(curr->k, "arm,pl011", &paddr, &nr_bytes);

	if (node < 0) {
		printk(curr->k, "console: no UART in the device tree");
		tty->eof = true;
		return;
	}
	amba_request_regions(curr, node, NULL);
	tty->uart = ioremap(curr, paddr, nr_bytes);
	if (!tty->uart)
		boot_panic(curr->k, "console: cannot map the UART");
	writel(curr, 0, tty->uart + UART011_IMSC);
	irq = irq_of_parse_and_map(curr, node, 0);
	printk(curr->k,
	       "%x.serial: ttyAMA0 at MMIO 0x%x (irq = %u, base_baud = 0) "
	       "is a PL011 rev1",
	       (unsigned int)paddr, (unsigned int)paddr, irq);
	if (irq &&
	    request_irq(curr, irq, pl011_int, IRQF_SHARED, "uart-pl011", tty))
		boot_panic(curr->k, "console: no interrupt for the UART");
	writel(curr, quiet_mask(tty), tty->uart + UART011_IMSC);
}

void uart_write(struct task_struct *curr, struct tty_struct *tty,
		const uint8_t *bytes, uint32_t n)
{
	uint32_t room = 0;

	if (!tty->uart)
		return;
	for (; n; n--, room--) {
		while (!room)
			if (readl(curr, tty->uart + UART01x_FR) &
			    UART01x_FR_TXFE)
				room = FIFO_DEPTH;
		writel(curr, *bytes++, tty->uart + UART01x_DR);
	}
}

void uart_listen(struct task_struct *curr, struct tty_struct *tty, bool on)
{
	const uint32_t mask = UART011_RXIS | UART011_RTIS | UART011_DCDMIS;

	if (tty->uart)
		writel(curr, (on ? mask : 0) | quiet_mask(tty),
		       tty->uart + UART011_IMSC);
}

bool uart_receive(struct task_struct *curr, struct tty_struct *tty)
{
	uint32_t flags;
	uint8_t key;

	if (!tty->uart)
		return true;
	for (;;) {
		flags = readl(curr, tty->uart + UART01x_FR);
		/* nothing is lost that no one has read yet */
		if (flags & UART01x_FR_RXFE || n_tty_must_wait(tty))
			break;
		key = (uint8_t)readl(curr, tty->uart + UART01x_DR);
		n_tty_receive_buf(curr, tty, &key, 1);
	}
	writel(curr, UART011_DCDMIS, tty->uart + UART011_ICR);
	return !(flags & UART01x_FR_DCD);
}
