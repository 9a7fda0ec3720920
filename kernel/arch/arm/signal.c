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
#include "kernel/lib/price.h"
#include "kernel/lib/touch.h"
#include "kernel/mm/kobj.h"
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

/*
 * Of iWMMXt, which no board has; but Debian's kernel, which runs on all cores
 * of the family, keeps its place.
 */
struct arm_dummy_sigframe {
	uint32_t magic, size;
	uint32_t unused[38];
};

/* The beginning of regspace: blocks, each with a magic and its size. */
struct arm_aux_sigframe {
	struct arm_dummy_sigframe dummy;
	struct arm_vfp_sigframe vfp;
	uint32_t end_magic;
};

struct arm_ucontext {
	uint32_t flags, link;
	uint32_t stack_sp, stack_flags, stack_size;
	struct arm_sigcontext mcontext;
	uint32_t sigmask[2];
	uint32_t unused[30];
	union {
		struct arm_aux_sigframe aux;
		uint64_t regspace[512 / 8];
	};
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
_Static_assert(offsetof(struct arm_ucontext, aux) == 232, "ABI");
_Static_assert(sizeof(struct arm_dummy_sigframe) == 160, "ABI");
_Static_assert(sizeof(struct arm_vfp_sigframe) == 288, "ABI");
_Static_assert(offsetof(struct arm_vfp_sigframe, fpscr) == 264, "ABI");
_Static_assert(sizeof(struct arm_ucontext) == 744, "ABI");
_Static_assert(offsetof(struct arm_sigframe, retcode) == 744, "ABI");
_Static_assert(sizeof(struct arm_rt_sigframe) == 888, "ABI");

#define VFP_MAGIC         0x56465001u
#define DUMMY_MAGIC       0xb0d9ed01u
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

static void save_vfp(struct task_struct *curr, struct arm_vfp_sigframe *to)
{
	struct vfp_state *vfp = task_vfp_mut(curr);

	to->magic = VFP_MAGIC;
	to->size = sizeof(*to);
	memcpy(to->d, vfp->d, sizeof(to->d));
	to->fpscr = vfp->fpscr;
	to->fpexc = FPEXC_EN;
	vfp->fpscr &= ~FPSCR_VECTOR; /* the handler begins with scalars */
}

static void save_context(struct task_struct *curr, struct arm_ucontext *uc,
			 sigset64 oldset)
{
	const struct pt_regs *regs = task_regs(curr);
	struct arm_sigcontext *mc = &uc->mcontext;

	mc->trap_no = curr->thread.trap_no;
	mc->error_code = curr->thread.error_code;
	mc->fault_address = curr->thread.address;
	mc->oldmask = (uint32_t)oldset;
	memcpy(mc->r, regs->r, sizeof(mc->r));
	mc->cpsr = regs->cpsr;
	uc->sigmask[0] = (uint32_t)oldset;
	uc->sigmask[1] = (uint32_t)(oldset >> 32);
	uc->aux.dummy.magic = DUMMY_MAGIC;
	uc->aux.dummy.size = sizeof(uc->aux.dummy);
	save_vfp(curr, &uc->aux.vfp);
}

static void save_altstack(struct task_struct *curr, struct arm_ucontext *uc)
{
	uc->stack_sp = curr->sas.sp;
	uc->stack_flags = curr->sas.flags;
	uc->stack_size = curr->sas.size;
	if (curr->sas.flags & SS_AUTODISARM_ARM)
		sas_reset(curr);
}

/* Which one returns from the handler: two ARM words and a Thumb one each. */
static uint32_t trampoline(const struct k_sigaction *action)
{
	return (action->flags & SA_SIGINFO ? 3 : 0) +
	       (action->handler & 1 ? 2 : 0);
}

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

	regs->r[0] = (uint32_t)sig;
	regs->r[13] = frame;
	if (action->flags & SA_RESTORER_ARM)
		regs->r[14] = action->restorer;
	else
		regs->r[14] = curr->mm->context.sigpage +
			      curr->k->arch.sigreturn_offset +
			      4 * trampoline(action) + thumb;
	regs->r[15] = action->handler & (thumb ? ~1u : ~3u);
	regs->cpsr &= ~(PSR_FLAGS | PSR_E | PSR_IT | PSR_T);
	if (thumb)
		regs->cpsr |= PSR_T;
}

static void put_retcode(struct task_struct *curr, struct arm_sigframe *sig,
			const struct k_sigaction *action)
{
	const struct kernel *k = curr->k;
	const uint8_t *codes = page_bytes(k, k->arch.sigpage.pages);

	memcpy(sig->retcode,
	       codes + k->arch.sigreturn_offset + 4 * trampoline(action), 8);
}

/*
 * What the kernel has nothing to say of keeps what the stack held: of a plain
 * frame the alternate stack, of each the unused words, and the trampoline when
 * the program has its own.
 */
static int put_frame(struct task_struct *curr, vaddr_t to,
		     const struct arm_sigframe *frame,
		     const struct k_sigaction *action)
{
	const bool rt = action->flags & SA_SIGINFO;
	const bool own_code = action->flags & SA_RESTORER_ARM;
	const uint32_t mcontext = offsetof(struct arm_sigframe, uc.mcontext);
	const struct {
		uint32_t from, to;
	} part[] = {
		{0, rt ? mcontext : sizeof(frame->uc.flags)},
		{mcontext, offsetof(struct arm_sigframe, uc.unused)},
		{offsetof(struct arm_sigframe, uc.aux),
		 offsetof(struct arm_sigframe, uc.aux.end_magic) + 4},
		{offsetof(struct arm_sigframe, retcode),
		 offsetof(struct arm_sigframe, retcode[own_code ? 0 : 2])},
	};

	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		if (copy_to_user(curr, to + part[i].from,
				 (const uint8_t *)frame + part[i].from,
				 part[i].to - part[i].from))
			return -EFAULT;
	return 0;
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
	put_retcode(curr, &frame.sig, action);
	if (copy_to_user(curr, to, frame.info, sizeof(frame.info)) ||
	    put_frame(curr, to + offsetof(struct arm_rt_sigframe, sig),
		      &frame.sig, action))
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
	put_retcode(curr, &frame, action);
	if (put_frame(curr, to, &frame, action))
		return -EFAULT;
	enter_handler(curr, sig, action, to);
	return 0;
}

int setup_frame(struct task_struct *curr, int sig,
		const struct k_sigaction *action, const struct ksiginfo *info,
		sigset64 oldset)
{
	charge_price(curr, PRICE_SIGNAL);
	touch_path(curr, TOUCH_SIGNAL, kobj_addr(curr->k, curr->sighand), 0);
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

/* Behind the dummy, which need not be there. */
static const struct arm_vfp_sigframe *
find_vfp(const struct arm_aux_sigframe *aux)
{
	const struct arm_dummy_sigframe *dummy = &aux->dummy;

	if (dummy->magic != DUMMY_MAGIC)
		return (const void *)aux;
	return dummy->size == sizeof(*dummy) ? &aux->vfp : NULL;
}

static int restore_vfp(struct task_struct *curr,
		       const struct arm_aux_sigframe *aux)
{
	const struct arm_vfp_sigframe *from = find_vfp(aux);
	struct vfp_state *vfp;

	if (!from || from->magic != VFP_MAGIC || from->size != sizeof(*from))
		return -EINVAL;
	vfp = task_vfp_mut(curr);
	memcpy(vfp->d, from->d, sizeof(vfp->d));
	vfp->fpscr = from->fpscr;
	return 0;
}

static int restore_context(struct task_struct *curr,
			   const struct arm_ucontext *uc)
{
	struct pt_regs *regs = task_regs_mut(curr);
	uint32_t cpsr = uc->mcontext.cpsr;
	bool valid = valid_user_cpsr(&cpsr);

	memcpy(regs->r, uc->mcontext.r, sizeof(regs->r));
	regs->r[15] &= cpsr & PSR_T ? ~1u : ~3u;
	regs->cpsr = cpsr;
	if (!valid)
		return -EFAULT;
	return restore_vfp(curr, &uc->aux);
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
	curr->syscall_nr = -1; /* what it returns to is no system call */
	curr->restart_block.fn = NULL;
	if (restore_frame(curr, rt)) {
		force_sig(curr, SIGSEGV);
		return 0;
	}
	return (int)task_regs(curr)->r[0];
}
