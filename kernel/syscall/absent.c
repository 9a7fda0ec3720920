/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/absent.h"

/*
 * System calls that aren't built (Linux: kernel/sys_ni.c). A program that is
 * refused one often goes another way, and then what it does isn't what it does
 * on a real board: the log says so once for each, the report and the statistics
 * tell how often. Numbers that mean nothing on Linux either are only refused.
 */

#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/abi.h"
#include "kernel/kernel.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"

static const struct {
	uint32_t number;
	const char *name;
} calls[NR_ABSENT_CALLS] = {
#define ABSENT(number, name) {number, #name},
#include "kernel/syscall/absent.def"
#undef ABSENT
};

/* Its place in the table; NR_ABSENT_CALLS: it has none. */
static unsigned int place_of(uint32_t number)
{
	unsigned int n = 0;

	while (n < NR_ABSENT_CALLS && calls[n].number != number)
		n++;
	return n;
}

const char *absent_syscall_name(uint32_t number)
{
	const unsigned int n = place_of(number);

	return n < NR_ABSENT_CALLS ? calls[n].name : NULL;
}

static void tell(const struct task_struct *curr, unsigned int n)
{
	const struct hw *hw = &curr->k->hw;
	char line[160];
	const int len = snprintf(line, sizeof(line),
				 "mmuscope: %s[%d] asked for %s() (system call "
				 "%u), which is not implemented: ENOSYS\n",
				 curr->comm, curr->pid, calls[n].name,
				 calls[n].number);

	hw->ops->log(hw->ctx, line, (size_t)len);
}

int32_t absent_syscall(struct task_struct *curr, uint32_t number)
{
	struct absent_state *absent = &curr->k->absent;
	const unsigned int n = place_of(number);

	if (n == NR_ABSENT_CALLS)
		return -ENOSYS;
	if (!absent->nr_calls[n]++) {
		memcpy(absent->comm[n], curr->comm, sizeof(absent->comm[n]));
		tell(curr, n);
	}
	return -ENOSYS;
}

void kernel_for_each_absent_call(
	const struct kernel *k,
	void (*each)(void *arg, const struct kernel_absent_call *call),
	void *arg)
{
	for (unsigned int n = 0; n < NR_ABSENT_CALLS; n++) {
		const struct kernel_absent_call call = {
			.number = calls[n].number,
			.name = calls[n].name,
			.comm = k->absent.comm[n],
			.nr_calls = k->absent.nr_calls[n],
		};

		if (call.nr_calls)
			each(arg, &call);
	}
}
