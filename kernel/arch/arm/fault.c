/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/arch/arm/fault.h"

/*
 * What an abort means (Linux: arch/arm/mm/fault.c, fsr-2level.c). The fault
 * status picks a row of fsr_info; most are a signal and no more, translation
 * and permission faults are page faults.
 *
 * The fast path, a first touch of memory, reads two CP15 registers and none
 * of the core's.
 *
 * MODEL: A8's and A9's errata have no work-arounds.
 */

#include <string.h>

#include "kernel/arch/arm/abi.h"
#include "kernel/arch/arm/alignment.h"
#include "kernel/arch/arm/kcall.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/spectre.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/err.h"
#include "kernel/lib/price.h"
#include "kernel/lib/touch.h"
#include "kernel/lib/printk.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/memblock.h"
#include "kernel/mm/memory_failure.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/oom_kill.h"
#include "kernel/mm/page_flags.h"
#include "kernel/state.h"
#include "kernel/task/signal.h"
#include "mmu/armv7.h"

#define FSR_WRITE  (1u << 11)
#define FSR_CM     (1u << 13)
#define TRAP_ABORT 14 /* trap_no in a signal frame */

/* Two more ways for a fault to be bad, above Linux's VM_FAULT_ bits. */
#define VM_FAULT_BADMAP    0x010000u
#define VM_FAULT_BADACCESS 0x020000u

/* One abort. Lives while it is handled. */
struct abort {
	struct task_struct *const curr;
	const vaddr_t far;
	const uint32_t fsr;
	const bool fetch, user;
	const bool svc; /* ARM code of the kernel's own, with no fix-up */
};

/* True: done, whether resolved or signalled. False: the row's signal. */
typedef bool (*abort_fn)(const struct abort *a);

/* ---- signals ------------------------------------------------------------------ */

/* For a fault at @vaddr, which the frame of the signal shows. */
static void user_fault(struct task_struct *curr, int sig, int code,
		       vaddr_t vaddr, uint32_t fsr)
{
	curr->thread.address = vaddr;
	curr->thread.error_code = fsr;
	curr->thread.trap_no = TRAP_ABORT;
	curr->k->faults.signalled++;
	if (vaddr > curr->k->arch.task_size)
		harden_branch_predictor(curr->cpu);
	force_sig_fault(curr, sig, code, vaddr);
}

void arm_notify_die(struct task_struct *curr, int sig, int code, vaddr_t vaddr,
		    uint32_t error, uint32_t trap_no)
{
	curr->thread.error_code = error;
	curr->thread.trap_no = trap_no;
	curr->k->faults.signalled++;
	force_sig_fault(curr, sig, code, vaddr);
}

void do_bad_area(struct task_struct *curr, vaddr_t vaddr, uint32_t fsr)
{
	user_fault(curr, SIGSEGV, SEGV_MAPERR, vaddr, fsr);
}

static bool do_bad(const struct abort *a)
{
	(void)a;
	return false;
}

/* What the frame of a page fault's signal shows as error_code. */
static uint32_t error_code(const struct abort *a)
{
	return a->fetch ? a->fsr | FSR_LNX_PF : a->fsr;
}

static bool do_kernel_sect_fault(const struct abort *a)
{
	if (a->user)
		do_bad_area(a->curr, a->far, error_code(a));
	return a->user;
}

static bool do_alignment_fault(const struct abort *a)
{
	return a->user && !a->fetch && do_alignment(a->curr, a->far, a->fsr);
}

/* ---- page faults ----------------------------------------------------------------- */

static bool is_write_fault(uint32_t fsr)
{
	return (fsr & FSR_WRITE) && !(fsr & FSR_CM);
}

static uint32_t fault_flags(const struct abort *a)
{
	uint32_t flags = a->user ? FAULT_FLAG_USER : 0;

	/* Nor may it find the lock taken when it tries again; see lock_mm(). */
	if (!a->svc)
		flags |= FAULT_FLAG_DEFAULT;
	if (a->fetch)
		return flags | FAULT_FLAG_INSTRUCTION;
	return is_write_fault(a->fsr) ? flags | FAULT_FLAG_WRITE : flags;
}

/* What the VMA must allow; a read is content with any right. */
static uint32_t wanted_access(uint32_t flags)
{
	if (flags & FAULT_FLAG_INSTRUCTION)
		return VM_EXEC;
	if (flags & FAULT_FLAG_WRITE)
		return VM_WRITE;
	return VM_READ | VM_WRITE | VM_EXEC;
}

/* The VMA at @vaddr, the stack's grown down to it if need be; or NULL. */
static struct vm_area_struct *fault_vma(struct task_struct *curr,
					struct mm_struct *mm, vaddr_t vaddr)
{
	struct vm_area_struct *vma = find_vma(mm, vaddr);

	if (!vma || vaddr >= vma->vm_start)
		return vma;
	if (!(vma->vm_flags & VM_GROWSDOWN) || vaddr < FIRST_USER_ADDRESS ||
	    expand_stack(curr, vma, vaddr))
		return NULL;
	curr->k->faults.stack_growth++;
	if (curr->fault)
		curr->fault->stack_growth = true;
	return vma;
}

/*
 * With mmap_lock held for reading; VM_FAULT_RETRY and VM_FAULT_COMPLETED have
 * dropped it.
 */
static vm_fault_t locked_page_fault(const struct abort *a, uint32_t flags)
{
	struct vm_area_struct *vma = fault_vma(a->curr, a->curr->mm, a->far);

	if (!vma)
		return VM_FAULT_BADMAP;
	if (!(vma->vm_flags & wanted_access(flags)))
		return VM_FAULT_BADACCESS;
	return handle_mm_fault(a->curr, vma, a->far, flags);
}

/*
 * MODEL: Linux for ARM knows no CONFIG_MEMORY_FAILURE; where the board asks for
 * it, what arm64 does.
 */
static void poison_fault(const struct abort *a)
{
	a->curr->thread.address = a->far;
	a->curr->thread.error_code = error_code(a);
	a->curr->thread.trap_no = TRAP_ABORT;
	a->curr->k->faults.signalled++;
	force_sig_mceerr(a->curr, BUS_MCEERR_AR, a->far, PAGE_SHIFT);
}

static void page_fault_signal(const struct abort *a, vm_fault_t fault)
{
	if (fault & VM_FAULT_OOM)
		pagefault_out_of_memory(a->curr);
	else if (fault & VM_FAULT_HWPOISON)
		poison_fault(a);
	else if (fault & VM_FAULT_SIGBUS)
		user_fault(a->curr, SIGBUS, BUS_ADRERR, a->far, error_code(a));
	else
		user_fault(a->curr, SIGSEGV,
			   fault & VM_FAULT_BADACCESS ? SEGV_ACCERR
						      : SEGV_MAPERR,
			   a->far, error_code(a));
}

/*
 * What the kernel's own ARM code has no business with may find the lock taken
 * by the very task that it runs for.
 */
static bool lock_mm(const struct abort *a, struct mm_struct *mm)
{
	if (a->svc)
		return down_read_trylock(&mm->mmap_lock);
	down_read(a->curr, &mm->mmap_lock);
	return true;
}

/* Its try was cut short by one, or need not be repeated before one. */
static bool fault_signal_pending(const struct abort *a, vm_fault_t fault)
{
	return fault & VM_FAULT_RETRY && (fatal_signal_pending(a->curr) ||
					  (a->user && signal_pending(a->curr)));
}

static bool do_page_fault(const struct abort *a)
{
	struct task_struct *curr = a->curr;
	struct mm_struct *mm = curr->mm;
	uint32_t flags = fault_flags(a);
	vm_fault_t fault;

	if (!mm || curr->in_interrupt || curr->pagefault_disabled)
		return false;
	charge_price(curr, PRICE_FAULT);
	touch_path(curr, TOUCH_FAULT, 0, 0);
	do {
		if (!lock_mm(a, mm))
			return false;
		fault = locked_page_fault(a, flags);
		if (fault_signal_pending(a, fault))
			return a->user; /* the signal first */
		flags |= FAULT_FLAG_TRIED;
	} while (fault & VM_FAULT_RETRY);
	if (fault & VM_FAULT_COMPLETED)
		return true;
	up_read(curr, &mm->mmap_lock);
	if (likely(!(fault &
		     (VM_FAULT_ERROR | VM_FAULT_BADMAP | VM_FAULT_BADACCESS))))
		return true;
	if (a->user)
		page_fault_signal(a, fault);
	return a->user;
}

/*
 * A hole in the first level. In the kernel's half init_mm may know better:
 * this address space's copy is then brought up to date.
 */
static bool do_translation_fault(const struct abort *a)
{
	struct kernel *k = a->curr->k;
	uint32_t ttbr0 = 0;
	pmd_t *pgd, *pmd;
	const pmd_t *pmd_k;

	if (a->far < k->arch.task_size)
		return do_page_fault(a);
	if (a->user)
		return do_kernel_sect_fault(a);
	mmu_cp15_read(a->curr->cpu->mmu, CP15_TTBR0, &ttbr0);
	pgd = phys_bytes(k, ttbr0 & ~(L1_TABLE_BYTES - 1));
	pmd = pgd + pgd_index(a->far);
	pmd_k = pmd_off(&k->init_mm, a->far);
	if (!pmd_k->pmd[a->far / SECTION_SIZE & 1] || pmd == pmd_k)
		return false;
	pmd_copy(k, pmd, *pmd_k);
	k->faults.kernel_sync++;
	if (a->curr->fault)
		a->curr->fault->resolution = "kernel_sync";
	if (trace_enabled(k, TRACE_do_translation_fault))
		trace_event(k, TRACE_do_translation_fault,
			    "address=0x%08x pgd=0x%08x pmd=0x%08x,0x%08x",
			    a->far, ttbr0 & ~(L1_TABLE_BYTES - 1),
			    pmd_k->pmd[0], pmd_k->pmd[1]);
	return true;
}

/* Of a program's own sections, huge pages, as of its other pages. */
static bool do_sect_fault(const struct abort *a)
{
	if (a->far < a->curr->k->arch.task_size)
		return do_page_fault(a);
	return do_kernel_sect_fault(a);
}

/* ---- memory that has failed ---------------------------------------------------------- */

/*
 * What the core wanted to read is lost. Where the kernel was copying, the
 * program is told by -EFAULT, and the frame is dealt with before the return to
 * user mode. False: nothing can be done for who met it.
 *
 * MODEL: Linux for ARM has no handler for it, and sends SIGBUS; so does ours
 * unless the board wants what arm64 does (do_sea()).
 */
static bool do_parity_error(const struct abort *a)
{
	struct kernel *k = a->curr->k;
	struct mmu_result result;
	int error;

	if (!k->params.memory_failure || a->svc ||
	    !mmu_peek(a->curr->cpu->mmu, a->far, MMU_READ, MMU_PL0, &result))
		return false;
	if (!a->user) {
		memory_failure_queue(k, (pfn_t)(result.paddr >> PAGE_SHIFT));
		return false;
	}
	error = memory_failure(a->curr, (pfn_t)(result.paddr >> PAGE_SHIFT),
			       MF_ACTION_REQUIRED);
	return !error || error == -EHWPOISON;
}

/* ---- the table ----------------------------------------------------------------------- */

enum abort_kind {
	ABORT_OTHER,
	ABORT_TRANSLATION,
	ABORT_PERMISSION,
	ABORT_ACCESS_FLAG,
	ABORT_DOMAIN,
	ABORT_ALIGNMENT,
	ABORT_EXTERNAL,
};

/* By FS[4:0]. */
struct fsr_info {
	abort_fn fn;
	int sig, code;
	int fetch_sig, fetch_code;
	enum abort_kind kind;
};

/* clang-format off */
static const struct fsr_info fsr_info[32] = {
	[0x00] = {do_bad, SIGSEGV, 0, SIGBUS, 0, ABORT_OTHER},
	[0x01] = {do_alignment_fault, SIGBUS, BUS_ADRALN, SIGBUS, 0, ABORT_ALIGNMENT},
	[0x02] = {do_bad, SIGTRAP, TRAP_HWBKPT_ARM, SIGTRAP, TRAP_HWBKPT_ARM, ABORT_OTHER},
	[0x03] = {do_bad, SIGSEGV, SEGV_MAPERR, SIGSEGV, SEGV_ACCERR, ABORT_ACCESS_FLAG},
	[0x04] = {do_translation_fault, SIGSEGV, SEGV_MAPERR, SIGBUS, 0, ABORT_OTHER},
	[0x05] = {do_translation_fault, SIGSEGV, SEGV_MAPERR, SIGSEGV, SEGV_MAPERR, ABORT_TRANSLATION},
	[0x06] = {do_bad, SIGSEGV, SEGV_MAPERR, SIGSEGV, SEGV_ACCERR, ABORT_ACCESS_FLAG},
	[0x07] = {do_page_fault, SIGSEGV, SEGV_MAPERR, SIGSEGV, SEGV_MAPERR, ABORT_TRANSLATION},
	[0x08] = {do_bad, SIGBUS, 0, SIGBUS, 0, ABORT_EXTERNAL},
	[0x09] = {do_bad, SIGSEGV, SEGV_ACCERR, SIGSEGV, SEGV_ACCERR, ABORT_DOMAIN},
	[0x0a] = {do_bad, SIGBUS, 0, SIGBUS, 0, ABORT_EXTERNAL},
	[0x0b] = {do_bad, SIGSEGV, SEGV_ACCERR, SIGSEGV, SEGV_ACCERR, ABORT_DOMAIN},
	[0x0c] = {do_bad, SIGBUS, 0, SIGBUS, 0, ABORT_EXTERNAL},
	[0x0d] = {do_sect_fault, SIGSEGV, SEGV_ACCERR, SIGSEGV, SEGV_ACCERR, ABORT_PERMISSION},
	[0x0e] = {do_bad, SIGBUS, 0, SIGBUS, 0, ABORT_EXTERNAL},
	[0x0f] = {do_page_fault, SIGSEGV, SEGV_ACCERR, SIGSEGV, SEGV_ACCERR, ABORT_PERMISSION},
	[0x16] = {do_bad, SIGBUS, BUS_OBJERR, SIGBUS, 0, ABORT_EXTERNAL},
	[0x19] = {do_parity_error, SIGBUS, 0, SIGBUS, 0, ABORT_EXTERNAL},
};
/* clang-format on */

static const struct fsr_info fsr_unknown = {do_bad, SIGBUS, 0,
					    SIGBUS, 0,      ABORT_OTHER};

static const struct fsr_info *fsr_row(uint32_t fsr)
{
	const struct fsr_info *row =
		&fsr_info[(fsr & 15) | (fsr >> 10 & 1) << 4];

	return row->fn ? row : &fsr_unknown;
}

static void count_abort(struct kernel_fault_counts *faults,
			enum abort_kind kind)
{
	switch (kind) {
	case ABORT_TRANSLATION:
		faults->translation++;
		break;
	case ABORT_PERMISSION:
		faults->permission++;
		break;
	case ABORT_ACCESS_FLAG:
		faults->access_flag++;
		break;
	case ABORT_DOMAIN:
		faults->domain++;
		break;
	case ABORT_ALIGNMENT:
		faults->alignment++;
		break;
	case ABORT_EXTERNAL:
		faults->external++;
		break;
	default:
		break;
	}
}

static bool handle_abort(const struct abort *a)
{
	const struct fsr_info *row = fsr_row(a->fsr);

	count_abort(&a->curr->k->faults, row->kind);
	if (likely(row->fn(a)))
		return true;
	if (a->user)
		arm_notify_die(a->curr, a->fetch ? row->fetch_sig : row->sig,
			       a->fetch ? row->fetch_code : row->code, a->far,
			       a->fsr, 0);
	return a->user;
}

/* ---- who watches ------------------------------------------------------------------------- */

static enum kernel_fault_origin origin(const struct abort *a)
{
	if (a->user)
		return FAULT_BY_PROGRAM;
	return a->svc ? FAULT_BY_KERNEL : FAULT_FOR_PROGRAM;
}

static enum kernel_fault_outcome outcome(const struct abort *a, int sig,
					 bool done)
{
	if (sig)
		return FAULT_SIGNAL;
	if (done)
		return FAULT_RESOLVED;
	return a->svc ? FAULT_OOPS : FAULT_REFUSED;
}

static vaddr_t fault_pc(const struct abort *a, bool *thumb)
{
	const struct pt_regs *regs;

	if (!a->svc)
		return task_pc(a->curr, thumb);
	regs = &a->curr->kcall->regs;
	*thumb = regs->cpsr & PSR_T;
	return regs->r[15];
}

const struct pt_regs *kernel_fault_regs(struct kernel *k,
					const struct kernel_fault *fault)
{
	struct task_struct *curr = k->sched.cpus[fault->cpu].curr;

	return fault->origin == FAULT_BY_KERNEL ? &curr->kcall->regs
						: task_regs(curr);
}

/* With somebody who looks on: before, after, and what is noted between. */
static bool watched_abort(const struct abort *a)
{
	struct task_struct *curr = a->curr;
	struct kernel *k = curr->k;
	struct kernel_fault *outer = curr->fault;
	uint64_t cycles[NR_CYCLE_CAUSES];
	struct kernel_fault fault = {
		.number = k->nr_aborts,
		.cycle = k->hw.ops->now(k->hw.ctx),
		.cpu = curr->cpu->id,
		.pid = curr->pid,
		.origin = origin(a),
		.fetch = a->fetch,
		.write = !a->fetch && is_write_fault(a->fsr),
		.far = a->far,
		.fsr = a->fsr,
	};
	bool done;

	fault.pc = fault_pc(a, &fault.thumb);
	memcpy(fault.comm, curr->comm, sizeof(fault.comm));
	if (k->hw.ops->fault_begins(k->hw.ctx, &fault)) {
		memset(cycles, 0, sizeof(cycles));
		fault.cycles = cycles;
	}
	curr->fault = &fault;
	done = handle_abort(a);
	curr->fault = outer;
	fault.outcome = outcome(a, fault.sig, done);
	fault.end_cycle = k->hw.ops->now(k->hw.ctx);
	k->hw.ops->fault_ends(k->hw.ctx, &fault);
	return done;
}

/* True when the access may be tried again, or user mode has its signal. */
static bool do_abort(const struct abort *a)
{
	struct task_struct *curr = a->curr;
	struct kernel *k = curr->k;
	const struct task_abort outer = curr->abort;
	bool done;

	k->nr_aborts++;
	curr->abort.since = local_clock(k);
	curr->abort.fsr = a->fsr;
	run_hash_step(&k->run_hash, RUN_HASH_ABORT, curr->abort.since,
		      curr->pid, a->far, a->fsr);
	done = unlikely(k->hw.watch_faults) ? watched_abort(a)
					    : handle_abort(a);
	curr->abort = outer;
	return done;
}

const char *abort_name(uint32_t fsr)
{
	static const char *const names[32] = {
		[0x01] = "alignment exception",
		[0x02] = "debug event",
		[0x03] = "section access flag fault",
		[0x06] = "page access flag fault",
		[0x08] = "external abort on non-linefetch",
		[0x09] = "section domain fault",
		[0x0b] = "page domain fault",
		[0x0c] = "external abort on translation",
		[0x0e] = "external abort on translation",
		[0x16] = "imprecise external abort",
	};
	const uint32_t status = (fsr & 15) | (fsr >> 10 & 1) << 4;
	const abort_fn fn = fsr_row(fsr)->fn;

	if (fn != do_bad && fn != do_alignment_fault && fn != do_parity_error)
		return NULL;
	return names[status] ? names[status] : "unknown fault";
}

/* ---- who calls ---------------------------------------------------------------------------- */

static uint32_t cp15(const struct cpu *cpu, uint32_t reg)
{
	uint32_t value = 0;

	mmu_cp15_read(cpu->mmu, reg, &value);
	return value;
}

vaddr_t fault_address(const struct cpu *cpu, const struct trap *trap)
{
	return cp15(cpu,
		    trap->kind == TRAP_PREFETCH_ABORT ? CP15_IFAR : CP15_DFAR);
}

void do_DataAbort(struct task_struct *curr)
{
	const struct abort abort = {
		.curr = curr,
		.far = cp15(curr->cpu, CP15_DFAR),
		.fsr = cp15(curr->cpu, CP15_DFSR),
		.user = true,
	};

	do_abort(&abort);
}

void do_PrefetchAbort(struct task_struct *curr)
{
	const struct abort abort = {
		.curr = curr,
		.far = cp15(curr->cpu, CP15_IFAR),
		.fsr = cp15(curr->cpu, CP15_IFSR),
		.fetch = true,
		.user = true,
	};

	do_abort(&abort);
}

bool kernel_abort(struct task_struct *curr, const struct mmu_fault *fault)
{
	const struct abort abort = {
		.curr = curr,
		.far = fault->far,
		.fsr = mmu_report_fault(curr->cpu->mmu, fault),
		.fetch = fault->fetch,
	};

	return do_abort(&abort);
}

struct abort_status abort_status(const struct cpu *cpu, bool fetch)
{
	uint32_t fsr = cp15(cpu, fetch ? CP15_IFSR : CP15_DFSR);

	return (struct abort_status){
		.far = cp15(cpu, fetch ? CP15_IFAR : CP15_DFAR),
		.fsr = fsr,
		.write = !fetch && is_write_fault(fsr),
	};
}

bool svc_abort(struct task_struct *curr, bool fetch)
{
	const struct abort_status status = abort_status(curr->cpu, fetch);
	const struct abort abort = {
		.curr = curr,
		.far = status.far,
		.fsr = status.fsr,
		.fetch = fetch,
		.svc = true,
	};

	return do_abort(&abort);
}

bool paddr_is_ram(const struct kernel *k, paddr_t paddr)
{
	pfn_t pfn = (pfn_t)(paddr >> PAGE_SHIFT);

	if (!pfn_valid(k, pfn))
		return false;
	/* frames of holes are reserved too, for ever */
	return !PageReserved(pfn_to_page(k, pfn)) ||
	       memblock_is_memory(k, paddr);
}
