/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A driver for the board's second SP804, which the kernel leaves alone: finds
 * it in the device tree, maps its registers, requests its interrupt, and has
 * it tick. Counts the ticks, and how far apart they are, until it is unloaded
 * or has had enough.
 *
 *	insmod ticker.ko hz=1000 most=50 [threaded=1] [keep=1] [mute=1]
 */

#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/of_address.h>
#include <linux/of_irq.h>

#define TIMER_LOAD    0x00
#define TIMER_CTRL    0x08
#define TIMER_INTCLR  0x0c
#define CTRL_32BIT    (1 << 1)
#define CTRL_IE       (1 << 5)
#define CTRL_PERIODIC (1 << 6)
#define CTRL_ENABLE   (1 << 7)

static unsigned int hz = 1000;
module_param(hz, uint, 0444);
MODULE_PARM_DESC(hz, "ticks a second");

static unsigned int most = 50;
module_param(most, uint, 0444);
MODULE_PARM_DESC(most, "stop after so many");

static bool threaded;
module_param(threaded, bool, 0444);
MODULE_PARM_DESC(threaded, "count them in a thread");

static bool keep;
module_param(keep, bool, 0444);
MODULE_PARM_DESC(keep, "forget to give the interrupt back");

static bool mute;
module_param(mute, bool, 0444);
MODULE_PARM_DESC(mute, "never say that it was this device");

static void __iomem *registers;
static unsigned int irq, ticks, served;
static u64 first_ns, last_ns;

static irqreturn_t ticker_interrupt(int number, void *dev_id)
{
	(void)number, (void)dev_id;
	if (mute)
		return IRQ_NONE;
	writel(1, registers + TIMER_INTCLR);
	last_ns = ktime_get_ns();
	if (!ticks++)
		first_ns = last_ns;
	if (ticks == most)
		writel(0, registers + TIMER_CTRL);
	return threaded ? IRQ_WAKE_THREAD : IRQ_HANDLED;
}

static irqreturn_t ticker_thread(int number, void *dev_id)
{
	(void)number, (void)dev_id;
	usleep_range(100, 200);
	served++;
	return IRQ_HANDLED;
}

static struct device_node *second_timer(void)
{
	struct device_node *node = of_find_compatible_node(NULL, NULL,
							   "arm,sp804");

	return node ? of_find_compatible_node(node, NULL, "arm,sp804") : NULL;
}

static int __init ticker_init(void)
{
	struct device_node *node = second_timer();
	int err;

	if (!node)
		return -ENODEV;
	irq = irq_of_parse_and_map(node, 0);
	registers = of_iomap(node, 0);
	of_node_put(node);
	if (!irq || !registers)
		return -ENODEV;
	err = request_threaded_irq(irq, ticker_interrupt,
				   threaded ? ticker_thread : NULL, 0, "ticker",
				   &irq);
	if (err) {
		iounmap(registers);
		return err;
	}
	/* the board's timers count microseconds */
	writel(1000000 / hz, registers + TIMER_LOAD);
	writel(CTRL_32BIT | CTRL_IE | CTRL_PERIODIC | CTRL_ENABLE,
	       registers + TIMER_CTRL);
	return 0;
}

static void __exit ticker_exit(void)
{
	if (keep)
		return;
	writel(0, registers + TIMER_CTRL);
	free_irq(irq, &irq);
	free_irq(irq, &irq); /* which isn't its any more */
	iounmap(registers);
	pr_info("ticker: %u ticks, %u us apart, %u served\n", ticks,
		ticks > 1 ? (u32)((last_ns - first_ns) / 1000) / (ticks - 1)
			  : 0,
		served);
}

module_init(ticker_init);
module_exit(ticker_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Drives the board's second SP804");
