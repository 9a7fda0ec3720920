/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Shares the console's interrupt with its driver: sees each one, touches
 * nothing, and says that it wasn't for it. Input goes on as it did.
 *
 *	insmod uart_listener.ko [greedy=1]
 */

#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>

#define UART01x_FR 0x18

static bool greedy;
module_param(greedy, bool, 0444);
MODULE_PARM_DESC(greedy, "ask for the interrupt alone");

static void __iomem *registers;
static unsigned int irq, seen, flags;

static irqreturn_t listener_interrupt(int number, void *dev_id)
{
	(void)number, (void)dev_id;
	seen++;
	flags = readl(registers + UART01x_FR);
	return IRQ_NONE;
}

static int __init uart_listener_init(void)
{
	struct device_node *node = of_find_compatible_node(NULL, NULL,
							   "arm,pl011");
	int err;

	if (!node)
		return -ENODEV;
	irq = irq_of_parse_and_map(node, 0);
	registers = of_iomap(node, 0);
	if (!registers)
		return -ENOMEM;
	err = request_irq(irq, listener_interrupt, greedy ? 0 : IRQF_SHARED,
			  "uart_listener", &seen);
	if (err)
		iounmap(registers);
	return err;
}

static void __exit uart_listener_exit(void)
{
	free_irq(irq, &seen);
	iounmap(registers);
	pr_info("uart_listener: interrupts %s, flags %02x\n",
		seen ? "came" : "didn't come", flags);
}

module_init(uart_listener_init);
module_exit(uart_listener_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Shares the console's interrupt");
