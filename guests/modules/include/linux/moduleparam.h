/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_MODULEPARAM_H
#define _LINUX_MODULEPARAM_H

#include <linux/types.h>

struct module;
extern struct module __this_module;

struct kernel_param;
/*
 * What a type of parameters does. set() gets the text behind "=" (NULL: there
 * was none, which only KERNEL_PARAM_OPS_FL_NOARG allows) and returns 0 or
 * -errno; get() prints into a page and returns how many characters; free() is
 * told when the module goes. Each may be NULL. All may sleep.
 */
struct kernel_param_ops {
	unsigned int flags;
	int (*set)(const char *value, const struct kernel_param *kp);
	int (*get)(char *buffer, const struct kernel_param *kp);
	void (*free)(void *arg);
};
#define KERNEL_PARAM_OPS_FL_NOARG 1

/* A string in the module's own array, and values in a row. */
struct kparam_string {
	unsigned int maxlen;
	char *string;
};
struct kparam_array {
	unsigned int max, elemsize;
	unsigned int *num; /* how many were given; may be NULL */
	const struct kernel_param_ops *ops;
	void *elem;
};

struct kernel_param {
	const char *name;
	struct module *mod;
	const struct kernel_param_ops *ops;
	const u16 perm;
	s8 level;
	u8 flags;
	union {
		void *arg;
		const struct kparam_string *str;
		const struct kparam_array *arr;
	};
};

/** param_array_ops - type of a parameter: several of one type, with commas between */
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
/** param_ops_string - type of a parameter: characters in an array of the module's */
/** param_ops_ushort - type of a parameter: a number of 16 bits */
extern const struct kernel_param_ops param_ops_byte, param_ops_short,
	param_ops_ushort, param_ops_int, param_ops_uint, param_ops_long,
	param_ops_ulong, param_ops_ullong, param_ops_bool, param_ops_invbool,
	param_ops_charp, param_ops_string, param_array_ops;

/**
 * param_set_bool - what param_ops_bool does: a bool from y, n, 1, 0
 * @value: text; a newline may follow it
 * @kp: the parameter, whose arg points to the variable
 *
 * Context: Process context.
 * Return: 0, or -EINVAL or -ERANGE where it is no such value.
 */
int param_set_bool(const char *value, const struct kernel_param *kp);
/**
 * param_get_bool - print the variable of a parameter, and a newline
 * @buffer: a page
 * @kp: the parameter, whose arg points to the variable
 *
 * Context: Process context.
 * Return: how many characters it printed.
 */
int param_get_bool(char *buffer, const struct kernel_param *kp);
/**
 * param_set_int - what param_ops_int does: an int
 * @value: text; a newline may follow it
 * @kp: the parameter, whose arg points to the variable
 *
 * Context: Process context.
 * Return: 0, or -EINVAL or -ERANGE where it is no such value.
 */
int param_set_int(const char *value, const struct kernel_param *kp);
/**
 * param_get_int - print the variable of a parameter, and a newline
 * @buffer: a page
 * @kp: the parameter, whose arg points to the variable
 *
 * Context: Process context.
 * Return: how many characters it printed.
 */
int param_get_int(char *buffer, const struct kernel_param *kp);
/**
 * param_set_uint - what param_ops_uint does: an unsigned int
 * @value: text; a newline may follow it
 * @kp: the parameter, whose arg points to the variable
 *
 * Context: Process context.
 * Return: 0, or -EINVAL or -ERANGE where it is no such value.
 */
int param_set_uint(const char *value, const struct kernel_param *kp);
/**
 * param_get_uint - print the variable of a parameter, and a newline
 * @buffer: a page
 * @kp: the parameter, whose arg points to the variable
 *
 * Context: Process context.
 * Return: how many characters it printed.
 */
int param_get_uint(char *buffer, const struct kernel_param *kp);

#define __module_param(name, ops, argument, perm)                         \
	static const struct kernel_param __param_##name                   \
		__attribute__((section("__param"), used, aligned(4))) = { \
			#name, &__this_module, ops, perm, -1, 0, {argument}}
#define __MODULE_PARM_TYPE(name, type)                                   \
	static const char __modinfo_parmtype_##name[]                    \
		__attribute__((section(".modinfo"), used, aligned(1))) = \
			"parmtype=" #name ":" type

/**
 * module_param - a variable that the one who loads the module can set
 * @name: its name, also of the parameter: NAME=VALUE
 * @type: int, bool, charp, … (param_ops_…)
 * @perm: of its file in /sys/module; 0 for none
 */
#define module_param(name, type, perm) \
	module_param_named(name, name, type, perm)
#define module_param_named(name, variable, type, perm)                      \
	__module_param(name, &param_ops_##type, .arg = (void *)&(variable), \
		       perm);                                               \
	__MODULE_PARM_TYPE(name, #type)
/* By operations of the module's own. */
#define module_param_cb(name, ops, argument, perm) \
	__module_param(name, ops, .arg = argument, perm)
/* Characters that are kept in @text, an array of @len. */
#define module_param_string(name, text, len, perm)                             \
	static const struct kparam_string __param_string_##name = {len, text}; \
	__module_param(name, &param_ops_string, .str = &__param_string_##name, \
		       perm);                                                  \
	__MODULE_PARM_TYPE(name, "string")
/* "@name=1,2,3"; *@nump is told how many, unless NULL. */
#define module_param_array(name, type, nump, perm) \
	module_param_array_named(name, name, type, nump, perm)
#define module_param_array_named(name, array, type, nump, perm)               \
	static const struct kparam_array __param_arr_##name = {               \
		sizeof(array) / sizeof((array)[0]), sizeof((array)[0]), nump, \
		&param_ops_##type, array};                                    \
	__module_param(name, &param_array_ops, .arr = &__param_arr_##name,    \
		       perm);                                                 \
	__MODULE_PARM_TYPE(name, "array of " #type)

#define MODULE_PARM_DESC(name, text)                                     \
	static const char __modinfo_parm_##name[]                        \
		__attribute__((section(".modinfo"), used, aligned(1))) = \
			"parm=" #name ":" text

#endif
