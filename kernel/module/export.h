/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MODULE_EXPORT_H
#define KERNEL_MODULE_EXPORT_H

/*
 * Functions of the kernel that modules may call (EXPORT_SYMBOL). Each has a
 * gate in the image (kernel/image/exports.def) and a C function here that
 * takes its arguments from the registers of the caller.
 */

#include <stdbool.h>
#include <stdint.h>

#include "mmu/types.h"

struct kernel;
struct pt_regs;
struct task_struct;

/*
 * An exported name's address in the image: of a gate, of ARM code or of data.
 * False: no such export.
 */
bool export_find(const struct kernel *k, const char *name, vaddr_t *value,
		 bool *gpl_only);

/*
 * Serves the gate @number for ARM code whose registers are @regs: arguments by
 * the AAPCS, the result in r0 (and r1). May sleep. False: no such export.
 */
bool export_call(struct task_struct *curr, unsigned int number,
		 struct pt_regs *regs);

/* ---- for the functions behind the gates ----------------------------------------- */

struct export
{
	struct task_struct *curr;
	struct pt_regs *regs;
};
/* The result: r0, and r1 for 64 bits. */
typedef uint64_t (*export_fn)(const struct export *call);
#define EXPORT(name) uint64_t export_##name(const struct export *call);
#include "kernel/image/exports.def"

/* The @n-th word of the arguments, counted from 0. */
uint32_t export_arg(const struct export *call, unsigned int n);
/*
 * Kernel memory as the module names it: bytes through the core's MMU at PL1.
 * Where there are none the module oopses at the gate: these don't return then.
 */
void export_read(const struct export *call, void *to, vaddr_t from,
		 uint32_t nr_bytes);
void export_write(const struct export *call, vaddr_t to, const void *from,
		  uint32_t nr_bytes);
/* A string of the module's, cut to @size; "" where there is none. */
void export_string(const struct export *call, vaddr_t from, char *to,
		   uint32_t size);
/* Allocation flags in the @n-th argument, as far as they may be obeyed. */
uint32_t export_gfp(const struct export *call, unsigned int n);
/*
 * The module called what may sleep. Where it must not that is reported; in an
 * interrupt, or between kmap_atomic() and its end, it is its end, too, as the C code behind would sleep.
 */
#define export_might_sleep(call) \
	might_sleep_at(call, "kernel/module/" __FILE_NAME__, __LINE__, true)
/* Of sleeping where one must not: once a second, so that the log isn't full. */
bool may_complain_of_sleep(struct kernel *k);
void might_sleep_at(const struct export *call, const char *file, int line,
		    bool fatal);
/* "kernel BUG: …", an oops of the module's. */
_Noreturn void export_bug(const struct export *call, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/*
 * A struct page as modules know it, and back; an oops where it is none.
 */
struct page;
struct page *export_page_or_null(const struct kernel *k, vaddr_t handle);
struct page *export_page(const struct export *call, vaddr_t handle);
vaddr_t export_page_handle(const struct kernel *k, const struct page *page);
/*
 * Prints by the module's format string, which is argument @format, the values
 * behind it; returns what snprintf() does. (lib/vsprintf.c)
 */
int export_format(const struct export *call, unsigned int format, char *to,
		  uint32_t size);

#endif
