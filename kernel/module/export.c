/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/module/export.h"

/*
 * From a gate's number to its C function, and what these need to look at the
 * memory of their callers (Linux: include/linux/export.h, kernel/module/).
 *
 * A module is not trusted: whatever it hands in is looked at before any of our
 * pointers is made of it, and what is wrong is an oops of the module's.
 */

#include "kernel/arch/arm/maccess.h"
#include "kernel/arch/arm/traps.h"
#include "kernel/hw.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/gfp.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

#define REG_ARGS 4

/* ---- arguments -------------------------------------------------------------------- */

static _Noreturn void bad_address(const struct export *call, vaddr_t kaddr)
{
	printk(call->curr->k,
	       "Unable to handle kernel paging request at virtual address "
	       "%08x",
	       kaddr);
	die(call->curr, "Oops", call->regs, 0);
}

void export_read(const struct export *call, void *to, vaddr_t from,
		 uint32_t nr_bytes)
{
	if (copy_from_kernel_nofault(call->curr, to, from, nr_bytes))
		bad_address(call, from);
}

void export_write(const struct export *call, vaddr_t to, const void *from,
		  uint32_t nr_bytes)
{
	if (copy_to_kernel_nofault(call->curr, to, from, nr_bytes))
		bad_address(call, to);
}

uint32_t export_arg(const struct export *call, unsigned int n)
{
	uint32_t word;

	if (n < REG_ARGS)
		return call->regs->r[n];
	export_read(call, &word, call->regs->r[13] + 4 * (n - REG_ARGS),
		    sizeof(word));
	return word;
}

/* ---- the functions ------------------------------------------------------------------ */

static uint64_t export___kmalloc(const struct export *call)
{
	return kmalloc(call->curr, export_arg(call, 0), export_arg(call, 1));
}

static uint64_t export_kfree(const struct export *call)
{
	kfree(call->curr, export_arg(call, 0));
	return 0;
}

static uint64_t export_schedule(const struct export *call)
{
	schedule(call->curr);
	return 0;
}

static const export_fn exports[] = {
#define EXPORT(name) export_##name,
#include "kernel/image/exports.def"
#undef EXPORT
};

bool export_call(struct task_struct *curr, unsigned int number,
		 struct pt_regs *regs)
{
	const struct export call = {curr, regs};
	uint64_t result;

	if (number >= sizeof(exports) / sizeof(*exports))
		return false;
	result = exports[number](&call);
	regs->r[0] = (uint32_t)result;
	regs->r[1] = (uint32_t)(result >> 32);
	return true;
}
