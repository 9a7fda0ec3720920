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

/** param_ops_bool - type of a parameter: y, n, 1, 0, or nothing for y */
/** param_ops_byte - type of a parameter: a number of 0 to 255 */
/** param_ops_charp - type of a parameter: a string; its place stays the kernel's */
/** param_ops_int - type of a parameter: a number of 32 bits, signed */
/** param_ops_invbool - type of a parameter: bool, turned over */
/** param_ops_long - type of a parameter: a number of 32 bits, signed */
/** param_ops_short - type of a parameter: a number of 16 bits, signed */
/** param_ops_uint - type of a parameter: a number of 32 bits */
/** param_ops_ullong - type of a parameter: a number of 64 bits */
/** param_ops_ulong - type of a parameter: a number of 32 bits */
/** param_ops_ushort - type of a parameter: a number of 16 bits */
extern const struct kernel_param_ops param_ops_byte, param_ops_short,
	param_ops_ushort, param_ops_int, param_ops_uint, param_ops_long,
	param_ops_ulong, param_ops_ullong, param_ops_bool, param_ops_invbool,
	param_ops_charp;

/**
 * module_param - a variable that the one who loads the module can set
 * @name: its name, also of the parameter: NAME=VALUE
 * @type: int, bool, charp, … (param_ops_…)
 * @perm: of its file in /sys/module; 0 for none
 */
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
