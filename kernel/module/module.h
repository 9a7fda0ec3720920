/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_MODULE_MODULE_H
#define KERNEL_MODULE_MODULE_H

/*
 * Kernel modules (include/linux/module.h): relocatable ARM code that is loaded
 * into the modules area, bound to the kernel's exported functions, and run in
 * SVC mode.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/lib/list.h"
#include "kernel/lib/xarray.h"
#include "kernel/module/abi.h"
#include "kernel/task/rwsem_types.h"
#include "kernel/task/timer_types.h"
#include "kernel/task/wait_types.h"
#include "mmu/types.h"

#define MODULE_VERSION_LEN 32

struct kernel;
struct kernfs_node;
struct module_class;
struct module_misc;
struct module_sysfs;
struct seq_file;
struct task_struct;
struct unwind_table;

enum module_state {
	MODULE_STATE_LIVE,
	MODULE_STATE_COMING, /* fully formed, its init runs */
	MODULE_STATE_GOING, /* its exit runs */
	MODULE_STATE_UNFORMED, /* still being put together */
};

/* A piece of kernel memory: code first, then constants, then data. */
struct module_layout {
	vaddr_t base;
	uint32_t size, text_size, ro_size; /* ends of the parts */
};

/* Symbols that other modules may use. */
struct module_exports {
	vaddr_t syms; /* of struct arm_kernel_symbol */
	uint32_t nr;
};

/* For oopses and /proc/kallsyms: the ELF file's own, in the core layout. */
struct module_kallsyms {
	vaddr_t symtab, strtab;
	uint32_t nr, strtab_bytes;
};

/* How to unwind the code of one section (kernel/arch/arm/unwind.h). */
struct module_unwind {
	vaddr_t text, idx;
	uint32_t text_bytes, nr;
};
#define MODULE_MOST_UNWIND 8 /* sections; the code of others isn't known */

/* @user has bound symbols of @used. On the lists of both. */
struct module_use {
	struct list_head source_list, target_list;
	struct module *user, *used;
};

struct module {
	enum module_state state;
	struct list_head list;
	char name[MODULE_NAME_LEN];
	vaddr_t this_module; /* its struct arm_module */
	struct module_layout core, init; /* init goes once it has run */
	int32_t refcnt; /* MODULE_REF_BASE while it may be used */
	uint32_t taints; /* bits by enum taint */
	bool gpl; /* its licence */
	vaddr_t init_fn, exit_fn;
	struct list_head source_list; /* module_use: who uses it */
	struct list_head target_list; /* and whom it uses */
	struct module_exports exports, gpl_exports;
	struct module_kallsyms kallsyms;
	struct module_unwind unwind[MODULE_MOST_UNWIND];
	vaddr_t params; /* of struct arm_kernel_param */
	uint32_t nr_params;
	vaddr_t args; /* what insmod said, kept while it lives */
	struct list_head charps; /* strings that parameters were given */
	struct rw_semaphore param_lock;
	struct kernfs_node *kobj; /* in /sys/module; NULL: not there */
	struct module_sysfs *sysfs; /* what its files tell of */
	uint32_t sysfs_users; /* who reads or writes its parameters now */
	struct wait_queue_head sysfs_wait; /* for them to be done */
	char version[MODULE_VERSION_LEN];
};

/* Timers of ARM code's: when the first of each kind is due (export_time.c). */
struct module_clock {
	struct timer jiffy, hrtimer;
	vaddr_t run_timer_softirq, hrtimer_run_queues; /* in the image */
	vaddr_t tasklet_action, tasklet_hi_action;
	vaddr_t debug_check_no_obj_freed, worker_died;
	uint64_t slept_badly; /* cycle of the last report; 0: none yet */
	bool started;
};

struct module_state_all {
	struct list_head list; /* loaded last first */
	struct rw_semaphore lock; /* of the list, for those who sleep on it */
	struct xarray claims; /* what modules were given: module/claims.c */
	struct rw_semaphore device_lock; /* of these two */
	struct module_class *classes; /* module/device.c */
	struct module_misc *misc; /* newest first */
	char last_unloaded[MODULE_NAME_LEN + 32]; /* with its flags */
	bool disabled; /* sysctl kernel.modules_disabled */
	struct list_head kthreads; /* kthread.c: made by ARM code */
	struct list_head irqs; /* export_irq.c: requested by ARM code */
	struct module_clock clock;
};

#define MODULE_REF_BASE 1

/*
 * init_module(2): the module in user memory at @image, @nr_bytes long, with
 * parameters @args (user memory, too). 0 or -errno: EPERM, ENOEXEC for what is
 * no module of ours, ENOENT for an unknown symbol, EEXIST, EBUSY, ENOMEM,
 * EFAULT, or what its init returned.
 */
int32_t do_init_module_image(struct task_struct *curr, vaddr_t image,
			     uint32_t nr_bytes, vaddr_t args);
/* finit_module(2): the same from an open file; @flags: MODULE_INIT_… */
int32_t do_finit_module(struct task_struct *curr, int fd, vaddr_t args,
			uint32_t flags);
/* delete_module(2): ENOENT, EWOULDBLOCK while it is used, EBUSY. */
int32_t do_delete_module(struct task_struct *curr, vaddr_t name,
			 uint32_t flags);

struct module *find_module(const struct kernel *k, const char *name);
/* The module whose code or data lies at @kaddr; NULL: none. */
struct module *module_address(const struct kernel *k, vaddr_t kaddr);
/* How to unwind code at @pc. False: it is no module's, or nobody knows. */
bool module_unwind_table(const struct kernel *k, vaddr_t pc,
			 struct unwind_table *to);
/* A reference, so that it stays. False: it goes already. */
bool try_module_get(struct module *mod);
void module_put(struct task_struct *curr, struct module *mod);

/* How many use it; -1: it goes. */
static inline int module_refcount(const struct module *mod)
{
	return mod->refcnt ? mod->refcnt - MODULE_REF_BASE : -1;
}

/* Letters for what it has done to the kernel: "OE". */
struct module_taints {
	char text[20];
};
struct module_taints module_flags_taint(const struct module *mod);
/* "Modules linked in: …", of a report. */
void print_modules(struct kernel *k);

/* /proc/modules */
int modules_show(struct seq_file *m, void *v);

/* Before anything can be loaded. */
void modules_init(struct kernel *k);

#endif
