/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes nearly all of the modules area, so that the next module lies in
 * vmalloc's, from where no branch reaches the kernel by itself.
 */

#include <linux/module.h>

extern char hoarder_space[];
char hoarder_space[(14 << 20) - (32 << 10)];

static int __init hoarder_init(void)
{
	hoarder_space[0] = hoarder_space[sizeof(hoarder_space) - 1] = 1;
	return 0;
}

static void __exit hoarder_exit(void)
{
}

module_init(hoarder_init);
module_exit(hoarder_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Takes the modules area");
