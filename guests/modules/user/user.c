/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls what provider.ko exports. */

#include <linux/module.h>

int provider_add(int n, int m);
int provider_calls(void);

static int __init user_init(void)
{
	int sum = provider_add(40, 2);

	pr_info("user: %d after %d call\n", sum, provider_calls());
	return 0;
}

static void __exit user_exit(void)
{
}

module_init(user_init);
module_exit(user_exit);

MODULE_LICENSE("GPL");
/* for depmod; a kernel's own build works it out by itself */
MODULE_INFO(depends, "provider");
MODULE_DESCRIPTION("Calls another module");
