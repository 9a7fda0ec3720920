/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/syscall.h"

/* The table of all system calls, by number. */

#include <stddef.h>

static const struct syscall_desc table[] = {
#define SYSCALL(number, name, kinds) [number] = {#name, kinds, sys_##name},
#include "kernel/syscall/event.def"
#include "kernel/syscall/file.def"
#include "kernel/syscall/ids.def"
#include "kernel/syscall/ipc.def"
#include "kernel/syscall/mm.def"
#include "kernel/syscall/module.def"
#include "kernel/syscall/net.def"
#include "kernel/syscall/process.def"
#include "kernel/syscall/sched.def"
#include "kernel/syscall/signal.def"
#include "kernel/syscall/time.def"
#undef SYSCALL
};

const struct syscall_desc *syscall_lookup(uint32_t number)
{
	if (number >= sizeof(table) / sizeof(table[0]) || !table[number].fn)
		return NULL;
	return &table[number];
}
