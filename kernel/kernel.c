/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/kernel.h"

/*
 * The door: making a kernel, entering it with a trap, reading its books.
 * Every entry runs on the kernel stack of the task that the core was running;
 * the machine loop's own stack only waits.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/arch/arm/entry.h"
#include "kernel/arch/arm/fault.h"
#include "kernel/arch/arm/mmu_context.h"
#include "kernel/arch/arm/smp.h"
#include "kernel/fs/fs.h"
#include "kernel/init.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/price.h"
#include "kernel/lib/touch.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/detect.h"
#include "kernel/mm/kmemleak.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/verify.h"
#include "kernel/mm/vmstat.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

/* ---- making and unmaking ----------------------------------------------------- */

/* What an idle task does: boot its core, and then wait for work. */
static void idle_main(void *arg)
{
	struct task_struct *idle = arg;

	if (idle->cpu->id == 0)
		start_kernel(idle);
	else
		secondary_start_kernel(idle);
	for (;;) {
		if (idle->cpu->nr_running || pull_task(idle->cpu)) {
			schedule(idle);
			continue;
		}
		leave_kernel(idle, KERNEL_IDLE);
		take_trap(idle, &idle->cpu->trap);
	}
}

static bool init_cpu(struct kernel *k, int id)
{
	struct cpu *cpu = &k->sched.cpus[id];
	struct task_struct *idle = &k->sched.init_task[id];

	cpu->k = k;
	cpu->id = id;
	cpu->mmu = k->hw.mmu[id];
	cpu->curr = idle;
	cpu->idle = idle;
	cpu->active_mm = &k->init_mm;
	cpu->timer_set = UINT64_MAX;
	init_rq(cpu);
	idle->k = k;
	idle->cpu = cpu;
	idle->active_mm = &k->init_mm;
	idle->group_leader = idle;
	idle->parent = idle;
	idle->real_parent = idle;
	idle->flags = PF_KTHREAD;
	idle->syscall_nr = -1;
	idle->regs_loaded = true;
	idle->cpus_mask = 1u << id;
	cpu->online = id == 0; /* it boots the others */
	if (id)
		snprintf(idle->comm, sizeof(idle->comm), "swapper/%d", id);
	else
		strcpy(idle->comm, "swapper");
	INIT_LIST_HEAD(&idle->children);
	cpu->machine = fiber_of_caller();
	idle->stack = fiber_create(&k->sched.fibers, idle_main, idle);
	return cpu->machine && idle->stack;
}

struct kernel *kernel_create(const struct hw *hw,
			     const struct kernel_params *params)
{
	struct kernel *k = calloc(1, sizeof(*k));

	if (!k)
		return NULL;
	k->hw = *hw;
	k->params = *params;
	k->random_state = hw->seed;
	k->init_mm.k = k;
	k->init_mm.mm_users = 2;
	k->init_mm.mm_count = 1 + (int)hw->nr_cpus;
	INIT_LIST_HEAD(&k->task_list);
	modules_init(k);
	init_rwsem(&k->init_mm.mmap_lock);
	for (unsigned int i = 0; i < hw->nr_cpus; i++) {
		if (!init_cpu(k, (int)i)) {
			kernel_destroy(k);
			return NULL;
		}
	}
	return k;
}

/* Host memory only: what lies in the object store goes with the store. */
void kernel_destroy(struct kernel *k)
{
	slab_exit(k);
	kmemleak_exit(k);
	detect_exit(k);
	verify_exit(k);
	for (unsigned int i = 0; i < k->hw.nr_cpus; i++)
		if (k->sched.cpus[i].machine)
			fiber_destroy(&k->sched.fibers,
				      k->sched.cpus[i].machine);
	/* with those of tasks that a panic has cut off half made */
	fiber_pool_drain(&k->sched.fibers);
	free(k->sched.exited.record);
	free(k);
}

/* ---- entering -------------------------------------------------------------------- */

static bool is_abort(const struct trap *trap)
{
	return trap->kind == TRAP_DATA_ABORT ||
	       trap->kind == TRAP_PREFETCH_ABORT;
}

/* The books are wrong: whatever ran on would only blur the traces. */
static enum kernel_verdict verify_panic(struct kernel *k)
{
	k->sched.panicked = true;
	detect_found(k, DETECT_VERIFY,
		     "%llu books are wrong, as listed in the log; they were "
		     "right at fault %llu",
		     (unsigned long long)k->verify.violations,
		     (unsigned long long)k->verify.right_at);
	printk(k,
	       "Kernel panic - not syncing: verify: %llu violations, as "
	       "listed above",
	       (unsigned long long)k->verify.violations);
	return KERNEL_PANIC;
}

static enum kernel_verdict detect_panic(struct kernel *k)
{
	k->sched.panicked = true;
	printk(k, "Kernel panic - not syncing: a detector found something, as "
		  "listed above");
	return KERNEL_PANIC;
}

enum kernel_verdict kernel_trap(struct kernel *k, int cpu_id,
				const struct trap *trap)
{
	struct cpu *cpu = &k->sched.cpus[cpu_id];

	if (k->sched.panicked)
		return KERNEL_PANIC;
	cpu->trap = *trap;
	k->sched.in_kernel = cpu;
	fiber_switch(cpu->machine, cpu->curr->stack);
	timekeeping_leave(k);
	k->sched.last_cpu = cpu_id;
	k->sched.in_kernel = NULL;
	if (is_abort(trap) && !k->sched.panicked)
		verify_after_fault(cpu, fault_address(cpu, trap));
	if (trap->kind == TRAP_SVC && !k->sched.panicked)
		verify_after_syscall(cpu);
	if (unlikely(k->verify.violations) && !k->sched.panicked)
		return verify_panic(k);
	if (unlikely(k->detect.stop) && !k->sched.panicked)
		return detect_panic(k);
	return cpu->verdict;
}

void take_trap(struct task_struct *curr, const struct trap *trap)
{
	switch (trap->kind) {
	case TRAP_BOOT:
		return;
	case TRAP_TIMER: /* user mode keeps nothing out */
		break;
	case TRAP_IRQ:
		charge_price(curr, PRICE_ENTRY);
		touch_path(curr, TOUCH_ENTRY, 0, 0);
		handle_arch_irq(curr);
		break;
	default:
		vector_trap(curr, trap);
		return; /* has been to exit_to_user_mode() */
	}
	if (curr != curr->cpu->idle)
		exit_to_user_mode(curr);
}

/* ---- the books ------------------------------------------------------------------- */

int kernel_exit_status(const struct kernel *k)
{
	return k->sched.exit_status;
}

const char *kernel_program_error(const struct kernel *k)
{
	return k->sched.program_failed ? k->sched.program_error : NULL;
}

void kernel_set_trace_events(struct kernel *k, hw_trace_mask_t events)
{
	k->hw.trace_events = events;
}

uint64_t kernel_nr_faults(const struct kernel *k)
{
	return k->nr_aborts;
}

uint64_t kernel_run_hash(const struct kernel *k)
{
	struct run_hash hash = k->run_hash;

	run_hash_step(&hash, RUN_HASH_EXIT, sched_clock_cycles(k), 0,
		      (uint32_t)k->sched.exit_status, k->sched.panicked);
	return hash.value;
}

const struct kernel_fault_counts *kernel_fault_counts(const struct kernel *k)
{
	return &k->faults;
}

uint32_t kernel_memory_leaks(const struct kernel *k)
{
	return k->kmemleak.nr_leaks;
}

const uint64_t *kernel_frame_uses_at_end(const struct kernel *k)
{
	return k->sched.frames_at_end;
}

/* All numbers in one row: items, events, and NUMA's where there are nodes. */
enum {
	EVENT_PLACE = NR_VM_ITEMS,
	NUMA_PLACE = EVENT_PLACE + NR_VM_EVENTS,
	NR_VMSTAT_PLACES = NUMA_PLACE + NR_VM_NUMA_EVENT_ITEMS
};

static const char *vmstat_name(int place)
{
	if (place < EVENT_PLACE)
		return vm_item_name((enum vm_item)place);
	if (place < NUMA_PLACE)
		return vm_event_name((enum vm_event)(place - EVENT_PLACE));
	return numa_stat_name((enum numa_stat_item)(place - NUMA_PLACE));
}

int kernel_vmstat_find(const char *name)
{
	for (int i = 0; i < NR_VMSTAT_PLACES; i++)
		if (!strcmp(vmstat_name(i), name))
			return i;
	return -1;
}

uint64_t kernel_vmstat(const struct kernel *k, int place)
{
	if (place < EVENT_PLACE)
		return (uint64_t)global_page_state(k, (enum vm_item)place);
	if (place < NUMA_PLACE)
		return k->vmstat.event[place - EVENT_PLACE];
	return sum_numa_event_state(k,
				    (enum numa_stat_item)(place - NUMA_PLACE));
}

void kernel_for_each_vmstat(const struct kernel *k,
			    void (*each)(void *arg, const char *name,
					 uint64_t value),
			    void *arg)
{
	for (int i = 0; i < (k->mem.numa ? NR_VMSTAT_PLACES : NUMA_PLACE); i++)
		each(arg, vmstat_name(i), kernel_vmstat(k, i));
}

/* Its threads count by themselves for a while (SPLIT_RSS_COUNTING). */
static uint32_t rss(const struct task_struct *leader, int member)
{
	const struct task_struct *thread;
	int64_t pages;

	if (!leader->mm)
		return 0;
	pages = leader->mm->rss_stat[member];
	list_for_each_entry(thread, &leader->signal->thread_head, thread_node)
		pages += thread->rss_stat.count[member];
	return (uint32_t)pages;
}

struct kernel_current kernel_current(const struct kernel *k, int cpu)
{
	const struct task_struct *curr = k->sched.cpus[cpu].curr;

	return (struct kernel_current){curr->pid, curr->tgid, curr->comm};
}

vaddr_t kernel_user_pc(const struct kernel *k, int pid)
{
	const struct task_struct *task = find_task_by_pid(k, pid);
	struct pt_regs regs;

	if (!task || !task->mm)
		return 0;
	if (task->regs_loaded)
		return task->regs.r[15];
	k->hw.ops->get_regs(k->hw.ctx, task->cpu->id, &regs);
	return regs.r[15];
}

static bool runs(const struct kernel *k, int tgid)
{
	for (unsigned int cpu = 0; cpu < k->hw.nr_cpus; cpu++)
		if (kernel_current(k, (int)cpu).tgid == tgid)
			return true;
	return false;
}

static void tell_task(const struct kernel *k, const struct task_struct *task,
		      void (*each)(void *arg,
				   const struct kernel_process_info *p),
		      void *arg)
{
	const struct kernel_process_info info = {
		.pid = task->pid,
		.ppid = task->real_parent->pid,
		.comm = task->comm,
		.mm = task->mm ? mm_number(task->mm) : 0,
		.asid = task->mm ? mm_asid(task->mm) : 0,
		.rss_anon = rss(task, MM_ANONPAGES),
		.rss_file = rss(task, MM_FILEPAGES),
		.rss_shmem = rss(task, MM_SHMEMPAGES),
		.swapped = rss(task, MM_SWAPENTS),
		.min_flt = task->min_flt,
		.maj_flt = task->maj_flt,
		.utime_cycles = task->utime,
		.exit_status = -1,
		.runs = runs(k, task->pid),
		.state = task_state_name(task)[0],
		.nr_threads = (uint32_t)task->signal->nr_threads,
	};

	each(arg, &info);
}

static void tell_exited(const struct exit_record *record,
			void (*each)(void *arg,
				     const struct kernel_process_info *p),
			void *arg)
{
	const struct kernel_process_info info = {
		.pid = record->pid,
		.ppid = record->ppid,
		.comm = record->comm,
		.min_flt = record->min_flt,
		.maj_flt = record->maj_flt,
		.utime_cycles = record->utime,
		.exit_status = record->status,
	};

	each(arg, &info);
}

void kernel_for_each_exited(const struct kernel *k, unsigned int most,
			    void (*each)(void *arg,
					 const struct kernel_process_info *p),
			    void *arg)
{
	const struct exit_records *exited = &k->sched.exited;

	for (unsigned int i = exited->nr > most ? exited->nr - most : 0;
	     i < exited->nr; i++)
		tell_exited(&exited->record[i], each, arg);
}

void kernel_for_each_living(const struct kernel *k,
			    void (*each)(void *arg,
					 const struct kernel_process_info *p),
			    void *arg)
{
	struct task_struct *task;

	for_each_process(task, k) {
		if (!task->exit_state && !(task->flags & PF_KTHREAD))
			tell_task(k, task, each, arg);
	}
}

void kernel_for_each_process(const struct kernel *k,
			     void (*each)(void *arg,
					  const struct kernel_process_info *p),
			     void *arg)
{
	kernel_for_each_exited(k, MAX_EXIT_RECORDS, each, arg);
	kernel_for_each_living(k, each, arg);
}

void kernel_for_each_kthread(const struct kernel *k,
			     void (*each)(void *arg,
					  const struct kernel_process_info *p),
			     void *arg)
{
	struct task_struct *task;

	for_each_process(task, k) {
		if (!task->exit_state && is_kthread(task))
			tell_task(k, task, each, arg);
	}
}

int kernel_last_process(const struct kernel *k)
{
	const struct cpu *cpu = kernel_cpu(k);
	struct task_struct *task;

	if (cpu->curr->mm)
		return cpu->curr->tgid;
	for_each_process(task, k) {
		if (task->mm && task->mm == cpu->active_mm)
			return task->pid;
	}
	return 0;
}
