/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Exports a function, for everybody, and another, for free modules alone;
 * user.ko calls both, and is to be loaded after it and to go before it.
 */

#include <linux/module.h>

int provider_add(int n, int m);
int provider_calls(void);

static int calls;

int provider_add(int n, int m)
{
	calls++;
	return n + m;
}
EXPORT_SYMBOL(provider_add);

int provider_calls(void)
{
	return calls;
}
EXPORT_SYMBOL_GPL(provider_calls);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Exports two functions");
