/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_MODULEPARAM_H
#define _LINUX_MODULEPARAM_H

#include <linux/types.h>

struct module;
extern struct module __this_module;

struct kernel_param_ops {
	unsigned int flags;
	void (*set)(void), (*get)(void), (*free)(void);
};

struct kernel_param {
	const char *name;
	struct module *mod;
	const struct kernel_param_ops *ops;
	const u16 perm;
	s8 level;
	u8 flags;
	void *arg;
};

extern const struct kernel_param_ops param_ops_byte, param_ops_short,
	param_ops_ushort, param_ops_int, param_ops_uint, param_ops_long,
	param_ops_ulong, param_ops_ullong, param_ops_bool, param_ops_invbool,
	param_ops_charp;

/* The variable @name, of type @type, set by "@name=…"; @perm: in /sys. */
#define module_param(name, type, perm) \
	module_param_named(name, name, type, perm)
#define module_param_named(name, variable, type, perm)                  \
	static const struct kernel_param __param_##name __attribute__(( \
		section("__param"), used, aligned(4))) = {              \
		#name, &__this_module,     &param_ops_##type, perm, -1, \
		0,     (void *)&(variable)}

#define MODULE_PARM_DESC(name, text)                                     \
	static const char __modinfo_parm_##name[]                        \
		__attribute__((section(".modinfo"), used, aligned(1))) = \
			"parm=" #name ":" text

#endif
