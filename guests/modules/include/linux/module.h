/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _LINUX_MODULE_H
#define _LINUX_MODULE_H

/*
 * What makes a file a module. MODULE_LICENSE() stands once in each: it brings
 * the module's own struct module and what it says of the kernel it is for.
 * KBUILD_MODNAME is the module's name, from the command line.
 */

#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/moduleparam.h>

#include "kernel/banner.h"

#define MODULE_NAME_LEN 60

struct module {
	int state;
	void *list[2];
	char name[MODULE_NAME_LEN];
	int (*init)(void);
	void (*exit)(void);
};

extern struct module __this_module;
#define THIS_MODULE (&__this_module)

int init_module(void) __attribute__((weak));
void cleanup_module(void) __attribute__((weak));

#define module_init(function) \
	int init_module(void) __attribute__((alias(#function), copy(function)));
#define module_exit(function)     \
	void cleanup_module(void) \
		__attribute__((alias(#function), copy(function)));

#define MODULE_INFO(tag, text)                                                \
	static const char __MODULE_NAME(tag, __LINE__)[]                      \
		__attribute__((section(".modinfo"), used, aligned(1))) = #tag \
		"=" text
#define __MODULE_NAME(tag, line)  __MODULE_NAME_(tag, line)
#define __MODULE_NAME_(tag, line) __modinfo_##tag##_##line

#define VERMAGIC_STRING UTS_RELEASE " mod_unload ARMv7 p2v8 "

#define MODULE_LICENSE(text)                                              \
	struct module __this_module                                       \
		__attribute__((section(".gnu.linkonce.this_module"))) = { \
			.name = KBUILD_MODNAME,                           \
			.init = init_module,                              \
			.exit = cleanup_module,                           \
	};                                                                \
	MODULE_INFO(vermagic, VERMAGIC_STRING);                           \
	MODULE_INFO(name, KBUILD_MODNAME);                                \
	MODULE_INFO(license, text)
#define MODULE_AUTHOR(text)      MODULE_INFO(author, text)
#define MODULE_DESCRIPTION(text) MODULE_INFO(description, text)
#define MODULE_VERSION(text)     MODULE_INFO(version, text)
#define MODULE_ALIAS(text)       MODULE_INFO(alias, text)

struct kernel_symbol {
	const void *value;
	const char *name, *namespace;
};

#define __EXPORT_SYMBOL(symbol, where)                       \
	static const struct kernel_symbol __ksymtab_##symbol \
		__attribute__((section(where), used)) = {&symbol, #symbol, 0}
#define EXPORT_SYMBOL(symbol)     __EXPORT_SYMBOL(symbol, "__ksymtab")
#define EXPORT_SYMBOL_GPL(symbol) __EXPORT_SYMBOL(symbol, "__ksymtab_gpl")

/**
 * try_module_get - a reference, so that a module isn't unloaded
 * @module: THIS_MODULE, or another; NULL: the kernel itself
 *
 * Context: Any context.
 * Return: false when it is on its way out.
 */
bool try_module_get(struct module *module);
/**
 * module_put - give back what try_module_get() gave
 * @module: the same
 *
 * Context: Any context.
 */
void module_put(struct module *module);

#endif
