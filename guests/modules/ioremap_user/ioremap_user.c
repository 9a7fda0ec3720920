/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads who a device is: the eight words at the end of its page by which ARM's
 * devices (PL011, SP804, …) tell their part and their maker. Stays mapped, for
 * /proc/vmallocinfo, until it goes.
 *
 *	insmod ioremap_user.ko at=0x10009000
 *
 * With ram=1 it maps RAM as if it were a device's and is refused; with twice=1
 * it ends its mapping two times.
 */

#include <linux/io.h>
#include <linux/mm.h>
#include <linux/module.h>

static unsigned int at = 0x10009000;
module_param(at, uint, 0444);
MODULE_PARM_DESC(at, "where the device's registers are");

static bool ram, twice;
module_param(ram, bool, 0444);
MODULE_PARM_DESC(ram, "map RAM");
module_param(twice, bool, 0444);
MODULE_PARM_DESC(twice, "unmap twice");

static u8 __iomem *registers;

/* Four bytes, one in each word. */
static u32 id(u32 offset)
{
	u32 value = 0;

	for (u32 i = 0; i < 4; i++)
		value |= (readl(registers + offset + 4 * i) & 0xff) << 8 * i;
	return value;
}

static int __init ioremap_user_init(void)
{
	unsigned long page = ram ? __get_free_page(GFP_KERNEL) : 0;

	if (ram) {
		void __iomem *wrong = ioremap(virt_to_phys((void *)page), 64);

		pr_info("ioremap_user: RAM is at %p, as memory at %d\n", wrong,
			memremap(virt_to_phys((void *)page), 64, MEMREMAP_WB) ==
				(void *)page);
		free_page(page);
	}
	registers = ioremap(at, 0x1000);
	if (!registers)
		return -ENOMEM;
	pr_info("ioremap_user: peripheral %08x, cell %08x\n", id(0xfe0),
		id(0xff0));
	if (readb(registers + 0xfe0) != (readw(registers + 0xfe0) & 0xff))
		pr_err("ioremap_user: bytes and halfwords differ\n");
	return 0;
}

static void __exit ioremap_user_exit(void)
{
	iounmap(registers);
	if (twice)
		iounmap(registers);
}

module_init(ioremap_user_init);
module_exit(ioremap_user_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Maps a device's registers");
