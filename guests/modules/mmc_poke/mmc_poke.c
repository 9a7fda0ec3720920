/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes anything to the registers of vexpress-a9's card interface, past its
 * driver and in the middle of its requests.
 */

#include <linux/errno.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#define MMCI     0x10005000u
#define REGISTER 0x4cu /* up to here; the FIFO counts as one more */
#define FIFO     0x80u

static unsigned int seed = 1, times = 100;
module_param(seed, uint, 0);
module_param(times, uint, 0);

static unsigned int next(void)
{
	seed = seed * 1664525 + 1013904223;
	return seed >> 8 ^ seed << 16;
}

static int __init mmc_poke_init(void)
{
	char __iomem *base = ioremap(MMCI, 0x1000);

	if (!base)
		return -ENOMEM;
	for (unsigned int i = 0; i < times; i++) {
		unsigned int offset = next() % (REGISTER + 4) & ~3u;

		writel(next(), base + (offset == REGISTER ? FIFO : offset));
		readl(base + (next() & 0xffc));
	}
	iounmap(base);
	return 0;
}

static void __exit mmc_poke_exit(void)
{
}

module_init(mmc_poke_init);
module_exit(mmc_poke_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Writes anything to the card interface");
