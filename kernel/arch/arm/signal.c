/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/signal.h"

/*
 * Signal frames on the user's stack, in Linux's layout to the byte (Linux:
 * arch/arm/kernel/signal.c; E.9 of the project's ARM facts). A frame holds
 * all that the handler may spoil; sigreturn takes it back, trusting nothing:
 * whatever the program wrote there, it stays in user mode.
 */

#include <stddef.h>
#include <string.h>

#include "kernel/arch/arm/abi.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/mm/mm_types.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

/* ---- layout --------------------------------------------------------------------- */

struct arm_sigcontext {
	uint32_t trap_no, error_code, oldmask;
	uint32_t r[16];
	uint32_t cpsr, fault_address;
};

struct arm_vfp_sigframe {
	uint32_t magic, size;
	uint64_t d[32];
	uint32_t fpscr, pad;
	uint32_t fpexc, fpinst, fpinst2, pad2;
};

struct arm_ucontext {
	uint32_t flags, link;
	uint32_t stack_sp, stack_flags, stack_size;
	struct arm_sigcontext mcontext;
	uint32_t sigmask[2];
	uint32_t unused[30];
	struct arm_vfp_sigframe vfp; /* the beginning of regspace */
	uint32_t end_magic[2];
	uint8_t regspace_rest[512 - sizeof(struct arm_vfp_sigframe) - 8];
};

struct arm_sigframe {
	struct arm_ucontext uc;
	uint32_t retcode[4];
};

struct arm_rt_sigframe {
	uint32_t info[32];
	struct arm_sigframe sig;
};

_Static_assert(sizeof(struct arm_sigcontext) == 84, "ABI");
_Static_assert(offsetof(struct arm_ucontext, mcontext) == 20, "ABI");
_Static_assert(offsetof(struct arm_ucontext, sigmask) == 104, "ABI");
_Static_assert(offsetof(struct arm_ucontext, vfp) == 232, "ABI");
_Static_assert(sizeof(struct arm_vfp_sigframe) == 288, "ABI");
_Static_assert(offsetof(struct arm_vfp_sigframe, fpscr) == 264, "ABI");
_Static_assert(sizeof(struct arm_ucontext) == 744, "ABI");
_Static_assert(offsetof(struct arm_sigframe, retcode) == 744, "ABI");
_Static_assert(sizeof(struct arm_rt_sigframe) == 888, "ABI");

#define VFP_MAGIC         0x56465001u
#define FPEXC_EN          (1u << 30)
#define FPSCR_VECTOR      0x00370000u /* length and stride */
#define UC_FLAGS_SIGFRAME 0x5ac3c35au /* tells a plain frame from an rt one */

/* ---- making a frame ----------------------------------------------------------------- */

/* Where it goes: 8-aligned, on the alternate stack if the handler asks. */
static vaddr_t frame_address(struct task_struct *curr,
			     const struct k_sigaction *action, uint32_t size)
{
	vaddr_t sp = task_regs(curr)->r[13];

	if ((action->flags & SA_ONSTACK) && curr->sas.size &&
	    !on_sig_stack(curr, sp))
		sp = curr->sas.sp + curr->sas.size;
	return (sp - size) & ~7u;
}

static void save_context(struct task_struct *curr, struct arm_ucontext *uc,
			 sigset64 oldset)
{
	const struct pt_regs *regs = task_regs(curr);
	struct vfp_state *vfp = task_vfp_mut(curr);
	struct arm_sigcontext *mc = &uc->mcontext;

	mc->trap_no = curr->thread.trap_no;
	mc->error_code = curr->thread.error_code;
	mc->fault_address = curr->thread.address;
	mc->oldmask = (uint32_t)oldset;
	memcpy(mc->r, regs->r, sizeof(mc->r));
	mc->cpsr = regs->cpsr;
	uc->sigmask[0] = (uint32_t)oldset;
	uc->sigmask[1] = (uint32_t)(oldset >> 32);
	uc->vfp.magic = VFP_MAGIC;
	uc->vfp.size = sizeof(uc->vfp);
	memcpy(uc->vfp.d, vfp->d, sizeof(uc->vfp.d));
	uc->vfp.fpscr = vfp->fpscr;
	uc->vfp.fpexc = FPEXC_EN;
	vfp->fpscr &= ~FPSCR_VECTOR; /* the handler begins with scalars */
}

static void save_altstack(struct task_struct *curr, struct arm_ucontext *uc)
{
	uc->stack_sp = curr->sas.sp;
	uc->stack_flags = curr->sas.flags;
	if (!curr->sas.size)
		uc->stack_flags = SS_DISABLE;
	else if (on_sig_stack(curr, task_regs(curr)->r[13]))
		uc->stack_flags |= SS_ONSTACK;
	uc->stack_size = curr->sas.size;
	if (curr->sas.flags & SS_AUTODISARM_ARM)
		memset(&curr->sas, 0, sizeof(curr->sas));
}

/* The trampolines: two ARM words and a Thumb one, for each kind of frame. */
static const uint32_t sigreturn_codes[7] = {
	0xe3a07077, /* mov  r7, #119 (sigreturn) */
	0xef900077, /* svc  #0x900077 */
	0xdf002777, /* movs r7, #119; svc #0 */
	0xe3a070ad, /* mov  r7, #173 (rt_sigreturn) */
	0xef9000ad, /* svc  #0x9000ad */
	0xdf0027ad, /* movs r7, #173; svc #0 */
};

/*
 * The handler's registers. It returns to its own restorer or to the sigpage;
 * the copy of the trampoline in the frame is for debuggers, which know a
 * signal frame by it.
 */
static void enter_handler(struct task_struct *curr, int sig,
			  const struct k_sigaction *action, vaddr_t frame)
{
	struct pt_regs *regs = task_regs_mut(curr);
	uint32_t thumb = action->handler & 1;
	uint32_t code = (action->flags & SA_SIGINFO ? 3 : 0) + (thumb ? 2 : 0);

	regs->r[0] = (uint32_t)sig;
	regs->r[13] = frame;
	if (action->flags & SA_RESTORER_ARM)
		regs->r[14] = action->restorer;
	else
		regs->r[14] = curr->mm->context.sigpage +
			      curr->k->arch.sigreturn_offset + 4 * code + thumb;
	regs->r[15] = action->handler & (thumb ? ~1u : ~3u);
	regs->cpsr &= ~(PSR_FLAGS | PSR_E | PSR_IT | PSR_T);
	if (thumb)
		regs->cpsr |= PSR_T;
}

static void put_retcode(struct arm_sigframe *sig,
			const struct k_sigaction *action)
{
	uint32_t code = (action->flags & SA_SIGINFO ? 3 : 0) +
			(action->handler & 1 ? 2 : 0);

	if (action->flags & SA_RESTORER_ARM)
		return;
	sig->retcode[0] = sigreturn_codes[code];
	sig->retcode[1] = sigreturn_codes[code + 1];
}

static int setup_rt_frame(struct task_struct *curr, int sig,
			  const struct k_sigaction *action,
			  const struct ksiginfo *info, sigset64 oldset)
{
	vaddr_t to = frame_address(curr, action,
				   sizeof(struct arm_rt_sigframe));
	struct arm_rt_sigframe frame = {0};
	struct pt_regs *regs;

	siginfo_words(info, frame.info);
	save_altstack(curr, &frame.sig.uc);
	save_context(curr, &frame.sig.uc, oldset);
	put_retcode(&frame.sig, action);
	if (copy_to_user(curr, to, &frame, sizeof(frame)))
		return -EFAULT;
	enter_handler(curr, sig, action, to);
	regs = task_regs_mut(curr);
	regs->r[1] = to + offsetof(struct arm_rt_sigframe, info);
	regs->r[2] = to + offsetof(struct arm_rt_sigframe, sig.uc);
	return 0;
}

static int setup_plain_frame(struct task_struct *curr, int sig,
			     const struct k_sigaction *action, sigset64 oldset)
{
	vaddr_t to = frame_address(curr, action, sizeof(struct arm_sigframe));
	struct arm_sigframe frame = {.uc.flags = UC_FLAGS_SIGFRAME};

	save_context(curr, &frame.uc, oldset);
	put_retcode(&frame, action);
	if (copy_to_user(curr, to, &frame, sizeof(frame)))
		return -EFAULT;
	enter_handler(curr, sig, action, to);
	return 0;
}

int setup_frame(struct task_struct *curr, int sig,
		const struct k_sigaction *action, const struct ksiginfo *info,
		sigset64 oldset)
{
	if (action->flags & SA_SIGINFO)
		return setup_rt_frame(curr, sig, action, info, oldset);
	return setup_plain_frame(curr, sig, action, oldset);
}

/* ---- taking it back -------------------------------------------------------------------- */

/*
 * A program may choose its flags, GE bits, IT state and instruction set. Any
 * other mode, or masked interrupts, is refused, like in Linux's
 * valid_user_regs().
 */
static bool valid_user_cpsr(uint32_t *cpsr)
{
	bool user = (*cpsr & PSR_MODE) == PSR_MODE_USR && !(*cpsr & PSR_I);

	*cpsr &= PSR_FLAGS | PSR_GE | PSR_IT | PSR_E | PSR_T;
	*cpsr &= ~PSR_J;
	*cpsr |= PSR_MODE_USR;
	return user;
}

static int restore_context(struct task_struct *curr,
			   const struct arm_ucontext *uc)
{
	struct vfp_state *vfp;
	struct pt_regs *regs = task_regs_mut(curr);
	uint32_t cpsr = uc->mcontext.cpsr;
	bool valid = valid_user_cpsr(&cpsr);

	memcpy(regs->r, uc->mcontext.r, sizeof(regs->r));
	regs->r[15] &= cpsr & PSR_T ? ~1u : ~3u;
	regs->cpsr = cpsr;
	if (!valid)
		return -EFAULT;
	if (uc->vfp.magic != VFP_MAGIC || uc->vfp.size != sizeof(uc->vfp))
		return -EINVAL;
	vfp = task_vfp_mut(curr);
	memcpy(vfp->d, uc->vfp.d, sizeof(vfp->d));
	vfp->fpscr = uc->vfp.fpscr;
	return 0;
}

static int restore_frame(struct task_struct *curr, bool rt)
{
	vaddr_t frame = task_regs(curr)->r[13];
	vaddr_t uc_at = frame +
			(rt ? offsetof(struct arm_rt_sigframe, sig) : 0);
	struct arm_ucontext uc;

	if (frame & 7 || copy_from_user(curr, &uc, uc_at, sizeof(uc)))
		return -EFAULT;
	do_sigprocmask(curr, SIG_SETMASK,
		       (sigset64)uc.sigmask[1] << 32 | uc.sigmask[0]);
	if (restore_context(curr, &uc))
		return -EFAULT;
	if (rt && do_sigaltstack(
			  curr, uc_at + offsetof(struct arm_ucontext, stack_sp),
			  0) == -EFAULT)
		return -EFAULT;
	return 0;
}

int restore_sigframe(struct task_struct *curr, bool rt)
{
	vaddr_t frame = task_regs(curr)->r[13];

	curr->syscall_nr = -1; /* what it returns to is no system call */
	curr->restart_block.fn = NULL;
	if (restore_frame(curr, rt)) {
		force_sig_fault(curr, SIGSEGV, SI_KERNEL, frame);
		return 0;
	}
	return (int)task_regs(curr)->r[0];
}
