/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_STATE_H
#define KERNEL_STATE_H

/*
 * struct kernel: everything that Linux keeps in global variables. Each part
 * is owned by the folder that declares its type; two kernels in one process
 * share nothing.
 */

#include "kernel/arch/arm/arch_state.h"
#include "kernel/block/bio.h"
#include "kernel/fs/proc/sysctl_state.h"
#include "kernel/fs/vfs_state.h"
#include "kernel/ipc/ipc_namespace.h"
#include "kernel/irq/irq_state.h"
#include "kernel/irq/softirq.h"
#include "kernel/kernel.h"
#include "kernel/lib/fault_inject.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/resource.h"
#include "kernel/lib/run_hash.h"
#include "kernel/lib/trace_state.h"
#include "kernel/mm/detect_state.h"
#include "kernel/mm/kmemleak_state.h"
#include "kernel/mm/ksm_state.h"
#include "kernel/mm/memory_failure_state.h"
#include "kernel/mm/mmzone.h"
#include "kernel/mm/oom_kill.h"
#include "kernel/mm/pkmap_state.h"
#include "kernel/mm/swap_info.h"
#include "kernel/mm/thp_state.h"
#include "kernel/mm/user_state.h"
#include "kernel/mm/verify_state.h"
#include "kernel/mm/vmap_state.h"
#include "kernel/mm/vmstat.h"
#include "kernel/module/module.h"
#include "kernel/net/net_state.h"
#include "kernel/syscall/absent.h"
#include "kernel/task/sched_state.h"

struct kernel {
	struct hw hw;
	struct kernel_params params;
	struct arch_state arch;
	struct resource iomem_resource; /* all physical addresses */
	struct mem_state mem;
	struct user_mm_state user;
	struct thp_state thp;
	struct ksm_state ksm;
	struct vmap_state vmap;
	struct pkmap_state pkmap;
	struct vmstat vmstat;
	struct mm_struct init_mm;
	struct sched_state sched;
	struct irq_state irq;
	struct softirq_state softirq;
	struct vfs_state vfs;
	struct ipc_namespace ipc;
	struct net_state net;
	struct block_state block;
	struct swap_state swap;
	struct sysctl_state sysctl;
	struct list_head task_list; /* thread group leaders, oldest first */
	struct oom_state oom;
	struct memory_failure_state memory_failure;
	struct kernel_fault_counts faults;
	uint64_t nr_aborts; /* that the kernel was given or met itself */
	struct run_hash run_hash;
	struct trace_state trace;
	struct verify_state verify;
	struct kmemleak_state kmemleak;
	struct detect_state detect;
	struct printk_state log;
	struct module_state_all modules;
	uint64_t random_state;
	struct fault_inject_state inject;
	struct absent_state absent;
};

#endif
