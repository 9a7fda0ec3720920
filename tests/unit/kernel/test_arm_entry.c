/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * kernel/arch/arm/{entry,fault,uaccess,signal,ioremap}.c: a user task without
 * an engine. The test makes the accesses a program would make, by the MMU
 * model, and enters the kernel with what they gave.
 */

#include "tests/unit/kernel/helper_fake_hw.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "kernel/arch/arm/entry.h"
#include "kernel/arch/arm/fault.h"
#include "kernel/arch/arm/io.h"
#include "kernel/arch/arm/mmu_context.h"
#include "kernel/arch/arm/pgtable.h"
#include "kernel/arch/arm/setup.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/trace.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/vmap_area.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/signal.h"

#define DATA        0x00100000u
#define NR_PAGES    8u
#define STACK       0x7efff000u
#define HANDLER     0x00010100u
#define ALT_STACK   (DATA + 4 * PAGE_SIZE)
#define CPSR_USR    0x10u
#define FLAGS_NZCV  0xf0000000u
#define MAP_ANON_AT (MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED)

static struct fake_hw *f;
static struct task_struct *curr;

/* Anonymous memory at DATA and a stack below STACK + PAGE_SIZE. */
static int setup(void **state)
{
	(void)state;
	f = fake_hw_create(&(struct fake_hw_config){.recheck_hits = true});
	fake_mm_init(f);
	curr = fake_curr(f);
	pid_init(curr);
	fork_init(curr);
	curr->mm = mm_alloc(curr);
	assert_non_null(curr->mm);
	curr->flags = 0;
	arch_pick_mmap_layout(curr, curr->mm, 8 << 20);
	switch_mm(curr->cpu, curr->mm);
	assert_int_equal(vm_mmap_pgoff(curr, NULL, DATA, NR_PAGES * PAGE_SIZE,
				       PROT_READ | PROT_WRITE, MAP_ANON_AT, 0),
			 DATA);
	assert_int_equal(setup_stack_vma(curr, curr->mm, f->k->arch.task_size),
			 0);
	curr->mm->start_stack = f->k->arch.task_size;
	assert_int_equal(arch_setup_additional_pages(curr, curr->mm), 0);
	curr->cpu->regs_owner = curr;
	f->regs[0] = (struct pt_regs){.r[13] = STACK, .cpsr = CPSR_USR};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_hw_destroy(f);
	return 0;
}

/* The core leaves user mode and enters it again, as take_core() has it. */
static void trap(enum trap_kind kind)
{
	struct trap what = {.kind = kind};

	curr->regs_loaded = false;
	curr->regs_dirty = false;
	vector_trap(curr, &what);
	if (curr->cpu->regs_owner != curr)
		f->vfp[0] = curr->vfp;
	curr->cpu->regs_owner = curr;
	if (curr->regs_dirty)
		f->regs[0] = curr->regs;
	curr->regs_loaded = false;
}

/* One access of the program, with aborts until it succeeds or is signalled. */
static bool user_access(vaddr_t vaddr, enum mmu_kind kind)
{
	struct mmu_result result;
	vaddr_t pc = f->regs[0].r[15];

	while (!mmu_access(f->hw.mmu[0], vaddr, kind, MMU_PL0, &result)) {
		mmu_report_fault(f->hw.mmu[0], &result.fault);
		trap(kind == MMU_FETCH ? TRAP_PREFETCH_ABORT : TRAP_DATA_ABORT);
		if (f->regs[0].r[15] != pc)
			return false; /* in the handler */
	}
	return true;
}

static uint32_t svc(uint32_t number, uint32_t a, uint32_t b, uint32_t c)
{
	f->regs[0].r[7] = number;
	f->regs[0].r[0] = a;
	f->regs[0].r[1] = b;
	f->regs[0].r[2] = c;
	trap(TRAP_SVC);
	return f->regs[0].r[0];
}

static void handle(int sig, uint32_t flags)
{
	curr->sighand->action[sig - 1] =
		(struct k_sigaction){.handler = HANDLER, .flags = flags};
}

static uint32_t user_word(vaddr_t vaddr)
{
	uint32_t word = 0;

	assert_int_equal(get_user_u32(curr, &word, vaddr), 0);
	return word;
}

/* ---- page faults ------------------------------------------------------------ */

static void test_first_touch(void **state)
{
	(void)state;
	assert_true(user_access(DATA + 0x123, MMU_WRITE));
	assert_int_equal(curr->min_flt, 1);
	/* the fast path looks at no register of the core */
	assert_int_equal(f->nr_get_regs, 0);
	assert_int_equal(f->nr_set_regs, 0);
	assert_int_equal(f->k->faults.translation, 1);
	assert_true(user_access(DATA + 0x123, MMU_READ));
	assert_int_equal(curr->min_flt, 1);
	assert_int_equal(f->nr_stale, 0);
}

static void test_stack_grows(void **state)
{
	struct vm_area_struct *vma;

	(void)state;
	assert_true(user_access(STACK - 0x8000, MMU_WRITE));
	vma = find_vma(curr->mm, STACK);
	assert_int_equal(vma->vm_start, (STACK - 0x8000) & PAGE_MASK);
	assert_int_equal(f->k->faults.stack_growth, 1);
}

/* What a bad access leaves for the handler, and its return. */
static void bad_access(vaddr_t vaddr, enum mmu_kind kind, int code,
		       uint32_t status)
{
	vaddr_t frame;
	struct pt_regs before;

	handle(SIGSEGV, SA_SIGINFO);
	for (uint32_t i = 0; i < 13; i++)
		f->regs[0].r[i] = 0x1000 + i;
	f->regs[0].r[13] = STACK;
	f->regs[0].r[14] = 0x14141414;
	f->regs[0].r[15] = 0x00012344;
	f->regs[0].cpsr = CPSR_USR | FLAGS_NZCV;
	before = f->regs[0];
	assert_false(user_access(vaddr, kind));

	frame = f->regs[0].r[13];
	assert_int_equal(f->regs[0].r[0], SIGSEGV);
	assert_int_equal(f->regs[0].r[1], frame);
	assert_int_equal(f->regs[0].r[2], frame + 128);
	assert_int_equal(f->regs[0].r[15], HANDLER);
	assert_int_equal(f->regs[0].cpsr, CPSR_USR);
	assert_int_equal(frame, (STACK - 888) & ~7u);
	/* siginfo: number, code, address */
	assert_int_equal(user_word(frame), SIGSEGV);
	assert_int_equal(user_word(frame + 8), (uint32_t)code);
	assert_int_equal(user_word(frame + 12), vaddr);
	/* mcontext at 128 + 20 */
	assert_int_equal(user_word(frame + 148), 14); /* trap_no */
	assert_int_equal(user_word(frame + 152), status); /* error_code */
	assert_int_equal(user_word(frame + 160), 0x1000); /* r0 */
	assert_int_equal(user_word(frame + 212), STACK); /* sp */
	assert_int_equal(user_word(frame + 220), 0x00012344); /* pc */
	assert_int_equal(user_word(frame + 224), before.cpsr);
	assert_int_equal(user_word(frame + 228), vaddr); /* fault_address */
	/* regspace: iWMMXt's place, the VFP's block, ended by a zero */
	assert_int_equal(user_word(frame + 128 + 232), 0xb0d9ed01);
	assert_int_equal(user_word(frame + 128 + 236), 160);
	assert_int_equal(user_word(frame + 128 + 392), 0x56465001);
	assert_int_equal(user_word(frame + 128 + 396), 288);
	assert_int_equal(user_word(frame + 128 + 392 + 288), 0);
	/* the trampoline: in the sigpage, with a copy in the frame */
	assert_int_equal(user_word(f->regs[0].r[14]), 0xe3a070ad);
	assert_int_equal(user_word(f->regs[0].r[14] + 4), 0xef9000ad);
	assert_int_equal(user_word(frame + 872), 0xe3a070ad);

	f->regs[0].r[7] = 173;
	trap(TRAP_SVC);
	assert_memory_equal(&f->regs[0], &before, sizeof(before));
}

static void test_bad_accesses(void **state)
{
	(void)state;
	/* no VMA: no table yet (level 1), then a table without the page */
	bad_access(0x30000000, MMU_READ, SEGV_MAPERR, 0x005);
	assert_true(user_access(DATA, MMU_WRITE));
	bad_access(DATA + NR_PAGES * PAGE_SIZE, MMU_WRITE, SEGV_MAPERR, 0x817);
	/* the kernel's half: sections and vectors */
	bad_access(0x80300000, MMU_READ, SEGV_MAPERR, 0x00d);
	bad_access(0xffff0000, MMU_WRITE, SEGV_MAPERR, 0x83f);
	bad_access(0x90900000, MMU_FETCH, SEGV_MAPERR, 0x80000005);
	/* data isn't code */
	bad_access(DATA, MMU_FETCH, SEGV_ACCERR, 0x8000000f);
	assert_int_equal(f->k->faults.signalled, 6);
}

static void test_read_only(void **state)
{
	(void)state;
	assert_int_equal(do_mprotect(curr, DATA, PAGE_SIZE, PROT_READ), 0);
	assert_true(user_access(DATA, MMU_READ));
	bad_access(DATA, MMU_WRITE, SEGV_ACCERR, 0x81f);
	assert_int_equal(do_mprotect(curr, DATA, PAGE_SIZE, PROT_NONE), 0);
	bad_access(DATA, MMU_READ, SEGV_ACCERR, 0x017);
}

/* ---- alignment --------------------------------------------------------------- */

/* The core refuses @insn, at DATA, its access to @vaddr. */
static void refuse_unaligned(uint32_t insn, uint32_t cpsr, vaddr_t vaddr)
{
	const struct mmu_fault fault = {.type = MMU_FAULT_ALIGNMENT,
					.far = vaddr};

	assert_int_equal(put_user_u32(curr, insn, DATA), 0);
	f->regs[0].r[0] = vaddr;
	f->regs[0].r[15] = DATA;
	f->regs[0].cpsr = cpsr;
	mmu_report_fault(f->hw.mmu[0], &fault);
	trap(TRAP_DATA_ABORT);
}

static void test_alignment(void **state)
{
	const vaddr_t at = DATA + PAGE_SIZE - 6; /* and on the next page */

	(void)state;
	alignment_init(f->k);
	handle(SIGBUS, SA_SIGINFO);
	f->regs[0].r[13] = STACK;
	assert_int_equal(put_user_u32(curr, 0x11223344, at), 0);
	assert_int_equal(put_user_u32(curr, 0x55667788, at + 4), 0);
	refuse_unaligned(0xe8b0000c, CPSR_USR, at); /* ldm r0!, {r2, r3} */
	assert_int_equal(f->regs[0].r[2], 0x11223344);
	assert_int_equal(f->regs[0].r[3], 0x55667788);
	assert_int_equal(f->regs[0].r[0], at + 8);
	assert_int_equal(f->regs[0].r[15], DATA + 4);
	/* the same in Thumb, second of three in an IT block */
	f->regs[0].r[2] = 0;
	refuse_unaligned(0xc80c, CPSR_USR | 0x04000420, at);
	assert_int_equal(f->regs[0].r[2], 0x11223344);
	assert_int_equal(f->regs[0].r[15], DATA + 2);
	assert_int_equal(f->regs[0].cpsr, CPSR_USR | 0x00000c20);
	/* vldr d0, [r0]: given up, behind the instruction */
	refuse_unaligned(0xed900b00, CPSR_USR, at);
	assert_int_equal(f->regs[0].r[15], HANDLER);
	assert_int_equal(user_word(f->regs[0].r[13] + 8), BUS_ADRALN);
	assert_int_equal(user_word(f->regs[0].r[13] + 220), DATA + 4);
	assert_int_equal(f->k->arch.alignment.user, 3);
	assert_int_equal(f->k->arch.alignment.multi, 2);
	assert_int_equal(f->k->arch.alignment.skipped, 1);
}

/* ---- signal frames ------------------------------------------------------------- */

static void test_plain_frame_and_vfp(void **state)
{
	vaddr_t frame;

	(void)state;
	handle(SIGSEGV, 0);
	curr->sighand->action[SIGSEGV - 1].handler |= 1; /* a Thumb handler */
	f->vfp[0].d[31] = 0x1122334455667788;
	f->vfp[0].fpscr = 0x03370000;
	f->regs[0].cpsr = CPSR_USR | 0x0600fc20; /* in an IT block */
	assert_false(user_access(0x30000000, MMU_READ));
	frame = f->regs[0].r[13];
	assert_int_equal(frame, (STACK - 760) & ~7u);
	assert_int_equal(user_word(frame), 0x5ac3c35a);
	assert_int_equal(f->regs[0].cpsr, CPSR_USR | 0x20);
	assert_int_equal(f->regs[0].r[15], HANDLER);
	assert_int_equal(f->regs[0].r[14] & 1, 1);
	assert_int_equal(user_word(f->regs[0].r[14] & ~1u), 0xdf002777);
	assert_int_equal(f->vfp[0].fpscr, 0x03000000); /* no vectors */
	/* the handler spoils the registers */
	memset(&f->vfp[0], 0xee, sizeof(f->vfp[0]));
	svc(119, 0, 0, 0);
	assert_int_equal(f->vfp[0].d[31], 0x1122334455667788);
	assert_int_equal(f->vfp[0].fpscr, 0x03370000);
	assert_int_equal(f->regs[0].cpsr, CPSR_USR | 0x0600fc20);
}

static void test_alternate_stack(void **state)
{
	(void)state;
	curr->sas.sp = ALT_STACK;
	curr->sas.size = 2 * PAGE_SIZE;
	handle(SIGSEGV, SA_SIGINFO | SA_ONSTACK);
	assert_false(user_access(0x30000000, MMU_READ));
	assert_int_equal(f->regs[0].r[13], ALT_STACK + 2 * PAGE_SIZE - 888);
	/* in the handler the stack is taken: the next frame goes below */
	curr->blocked = 0;
	f->regs[0].r[15] = 0x20000;
	assert_false(user_access(0x30000000, MMU_READ));
	assert_int_equal(f->regs[0].r[13], ALT_STACK + 2 * PAGE_SIZE - 2 * 888);
}

/* No stack for the frame: the default action it is, however it is handled. */
static void test_no_room_for_frame(void **state)
{
	(void)state;
	handle(SIGSEGV, SA_SIGINFO);
	f->regs[0].r[13] = 0x40000000;
	task_regs(curr);
	assert_int_equal(setup_frame(curr, SIGSEGV,
				     &curr->sighand->action[SIGSEGV - 1],
				     &(struct ksiginfo){.signo = SIGSEGV}, 0),
			 -EFAULT);
}

/* 0, or -EFAULT when all that came of it is a SIGSEGV. */
static int restore(vaddr_t sp, bool rt)
{
	curr->regs.r[13] = sp;
	curr->pending.signal = 0;
	INIT_LIST_HEAD(&curr->pending.list);
	restore_sigframe(curr, rt);
	return curr->pending.signal & 1ull << (SIGSEGV - 1) ? -EFAULT : 0;
}

static int restore_with_cpsr(uint32_t cpsr)
{
	struct k_sigaction action = {.handler = HANDLER, .flags = SA_SIGINFO};
	struct ksiginfo info = {.signo = SIGUSR1};

	curr->regs_loaded = false;
	curr->cpu->regs_owner = curr;
	f->regs[0] = (struct pt_regs){
		.r[13] = STACK, .r[15] = 0x12345, .cpsr = CPSR_USR};
	task_regs(curr);
	assert_int_equal(setup_frame(curr, SIGUSR1, &action, &info, 0), 0);
	assert_int_equal(put_user_u32(curr, cpsr, curr->regs.r[13] + 224), 0);
	return restore(curr->regs.r[13], true);
}

/* A frame is what the program makes of it: it must not leave user mode. */
static void test_hostile_frames(void **state)
{
	(void)state;
	for (uint32_t mode = 0; mode < 32; mode++) {
		int err = restore_with_cpsr(mode | FLAGS_NZCV);

		assert_int_equal(err, mode == 0x10 ? 0 : -EFAULT);
		assert_int_equal(curr->regs.cpsr & 0x1f, 0x10);
	}
	assert_int_equal(restore_with_cpsr(0x10 | 0x80), -EFAULT); /* I */
	assert_int_equal(restore_with_cpsr(0x10 | 0x1c0 | FLAGS_NZCV), -EFAULT);
	assert_int_equal(curr->regs.cpsr & 0x1c0, 0);
	assert_int_equal(restore_with_cpsr(0x10 | 0x01000000), 0); /* Jazelle */
	assert_int_equal(curr->regs.cpsr, 0x10);
	assert_int_equal(curr->regs.r[15], 0x12344);

	/* the stack pointer is no frame: unaligned, unmapped, the kernel's */
	assert_int_equal(restore(STACK + 4, true), -EFAULT);
	assert_int_equal(restore(0x40000000, false), -EFAULT);
	assert_int_equal(restore(0xfffffff8, true), -EFAULT);
	/* no VFP block where one should be */
	assert_int_equal(clear_user(curr, DATA, PAGE_SIZE), 0);
	assert_int_equal(put_user_u32(curr, CPSR_USR, DATA + 224), 0);
	assert_int_equal(restore(DATA, true), -EFAULT);
}

/* ---- user memory ------------------------------------------------------------------ */

static void test_uaccess(void **state)
{
	const vaddr_t end = DATA + NR_PAGES * PAGE_SIZE;
	char buf[2 * PAGE_SIZE];
	uint8_t byte = 1;

	(void)state;
	memset(buf, 'x', sizeof(buf));
	/* faults on the way are resolved */
	assert_int_equal(copy_to_user(curr, DATA + 100, buf, PAGE_SIZE), 0);
	assert_int_equal(curr->min_flt, 2);
	assert_int_equal(user_word(DATA + PAGE_SIZE), 0x78787878);
	assert_int_equal(user_word(DATA + PAGE_SIZE + 98), 0x00007878);
	/* the part that lies beyond the last page is not copied */
	assert_int_equal(copy_to_user(curr, end - 10, buf, 30), 20);
	memset(buf, 'y', sizeof(buf));
	assert_int_equal(copy_from_user(curr, buf, end - 10, 30), 20);
	assert_int_equal(buf[9], 'x');
	assert_int_equal(buf[10], 0);
	assert_int_equal(buf[30], 'y');
	assert_int_equal(clear_user(curr, DATA, 2 * PAGE_SIZE), 0);
	assert_int_equal(user_word(DATA + PAGE_SIZE), 0);
	/* the kernel's half, and around the end of the address space */
	assert_int_equal(copy_to_user(curr, 0x80000000, buf, 4), 4);
	assert_int_equal(copy_from_user(curr, buf, 0xffff0000, 4), 4);
	assert_int_equal(copy_from_user(curr, buf, 0xfffffffe, 4), 4);
	assert_int_equal(copy_to_user(curr, 0x7efffffe, buf, 4), 4);
	assert_int_equal(get_user_u8(curr, &byte, end), -EFAULT);
	/* no signal comes of it */
	assert_false(signal_pending(curr));
}

static void test_strncpy(void **state)
{
	const vaddr_t end = DATA + NR_PAGES * PAGE_SIZE;
	char buf[PAGE_SIZE];

	(void)state;
	assert_int_equal(copy_to_user(curr, DATA + PAGE_SIZE - 3, "abcdef", 7),
			 0);
	assert_int_equal(strncpy_from_user(curr, buf, DATA + PAGE_SIZE - 3,
					   sizeof(buf)),
			 6);
	assert_string_equal(buf, "abcdef");
	assert_int_equal(strncpy_from_user(curr, buf, DATA + PAGE_SIZE - 3, 4),
			 4);
	assert_int_equal(strncpy_from_user(curr, buf, DATA, sizeof(buf)), 0);
	assert_int_equal(copy_to_user(curr, end - 2, "zz", 2), 0);
	assert_int_equal(strncpy_from_user(curr, buf, end - 2, sizeof(buf)),
			 -EFAULT);
	assert_int_equal(strncpy_from_user(curr, buf, 0xffff0000, 10), -EFAULT);
}

static void test_no_address_space(void **state)
{
	struct mm_struct *mm = curr->mm;
	char buf[4];

	(void)state;
	assert_true(user_access(DATA, MMU_WRITE));
	curr->mm = NULL; /* a kernel thread that borrows the tables */
	assert_int_equal(copy_from_user(curr, buf, DATA, 4), 4);
	assert_int_equal(strncpy_from_user(curr, buf, DATA, 4), -EFAULT);
	curr->mm = mm;
}

/* ---- the kernel's own mappings -------------------------------------------------------- */

static char traced[KERNEL_TRACE_LINE];

static void keep_trace(void *ctx, const struct hw_trace *event)
{
	(void)ctx;
	kernel_trace_line(event, traced);
}

static void test_ioremap_reaches_lazily(void **state)
{
	vaddr_t uart = ioremap(curr, FAKE_UART + 0x18, 4);
	vaddr_t second = ioremap(curr, FAKE_UART, 0x3000);

	(void)state;
	assert_int_equal(uart & 0xfff, 0x18);
	assert_in_range(uart, f->k->arch.vmalloc_start, f->k->arch.vmalloc_end);
	assert_int_equal(second & 0x3fff, 0); /* aligned to its order */
	/* made in init_mm: this address space doesn't have it yet */
	assert_true(pmd_none(*pmd_off(curr->mm, uart)));
	f->ops.trace = keep_trace;
	f->k->hw.trace_events = TRACE_BIT(TRACE_do_translation_fault);
	writel(curr, 0x55, uart);
	f->k->hw.trace_events = 0;
	assert_int_equal(f->uart.value, 0x55);
	assert_non_null(
		strstr(traced, "do_translation_fault: address=0x90800018 "));
	assert_int_equal(f->k->faults.kernel_sync, 1);
	assert_int_equal(readl(curr, uart), 0x55);
	assert_int_equal(readb(curr, second), 0x55);
	assert_int_equal(f->k->faults.kernel_sync, 1);
	/* device memory, and none of the user's business */
	assert_int_equal(peek_rights(f, uart, MMU_PL1),
			 MMU_MAY_READ | MMU_MAY_WRITE);
	assert_int_equal(peek_rights(f, uart, MMU_PL0), 0);
	iounmap(curr, uart);
	assert_int_equal(peek_rights(f, uart, MMU_PL1), 0);
	/* its place is free again once TLBs have been told; RAM is refused */
	assert_int_not_equal(ioremap(curr, FAKE_UART, 4), uart & PAGE_MASK);
	assert_true(purge_vmap_area_lazy(curr));
	assert_int_equal(ioremap(curr, FAKE_UART, 4), uart & PAGE_MASK);
	assert_int_equal(ioremap(curr, 0x60100000, 4096), 0);
	assert_int_equal(ioremap(curr, FAKE_UART, 0), 0);
	assert_int_equal(ioremap(curr, 0x20000000, 0x7f000000), 0);
}

/* ---- system calls and undefined instructions --------------------------------------------- */

static void test_syscalls(void **state)
{
	unsigned int set_regs;

	(void)state;
	assert_int_equal(svc(400000, 1, 2, 3), (uint32_t)-ENOSYS);
	assert_int_equal(svc(0xf07ff, 0, 0, 0), (uint32_t)-ENOSYS);
	assert_int_equal(svc(0xf0005, 0xcafe0000, 0, 0), 0); /* set_tls */
	assert_int_equal(f->tls[0], 0xcafe0000);
	assert_int_equal(svc(0xf0006, 0, 0, 0), 0xcafe0000); /* get_tls */
	/* only r0 goes back to the core */
	set_regs = f->nr_set_regs;
	assert_int_equal(svc(0xf0006, 0, 0, 0), 0xcafe0000);
	assert_int_equal(f->nr_set_regs, set_regs);
	assert_true(f->nr_set_r0 > 0);
	/* cacheflush */
	assert_true(user_access(DATA, MMU_WRITE));
	assert_int_equal(svc(0xf0002, DATA, DATA + 100, 0), 0);
	assert_int_equal(svc(0xf0002, DATA, DATA - 1, 0), (uint32_t)-EINVAL);
	assert_int_equal(svc(0xf0002, DATA, DATA + 1, 1), (uint32_t)-EINVAL);
	assert_int_equal(svc(0xf0002, 0x50000000, 0x50000100, 0),
			 (uint32_t)-EFAULT);
	assert_int_equal(svc(0xf0002, 0, 0xffffffff, 0), (uint32_t)-EFAULT);
	/* far beyond: SIGILL */
	handle(SIGILL, SA_SIGINFO);
	svc(0xf0800, 0, 0, 0);
	assert_int_equal(f->regs[0].r[15], HANDLER);
	assert_int_equal(user_word(f->regs[0].r[13] + 8), ILL_ILLTRP);
	curr->blocked = 0;
	svc(0xf0004, 77, 0, 0); /* into 32-bit mode, which is all there is */
	assert_int_equal(user_word(f->regs[0].r[13] + 8), ILL_ILLTRP);
}

static void undefined(uint32_t insn, uint32_t cpsr, int sig, int code)
{
	assert_int_equal(put_user_u32(curr, insn, DATA), 0);
	handle(sig, SA_SIGINFO);
	f->regs[0] =
		(struct pt_regs){.r[13] = STACK, .r[15] = DATA, .cpsr = cpsr};
	curr->blocked = 0;
	trap(TRAP_UNDEFINED);
	assert_int_equal(f->regs[0].r[0], (uint32_t)sig);
	assert_int_equal(user_word(f->regs[0].r[1] + 8), (uint32_t)code);
	assert_int_equal(user_word(f->regs[0].r[1] + 12), DATA);
}

static void test_undefined(void **state)
{
	(void)state;
	undefined(0xe7f000f0, 0x10, SIGILL, ILL_ILLOPC);
	undefined(0xe7f001f0, 0x10, SIGTRAP, 1); /* GDB's breakpoint */
	undefined(0x0000de01, 0x30, SIGTRAP, 1); /* and in Thumb */
	undefined(0xa000f7f0, 0x30, SIGTRAP, 1);
	undefined(0x0000de00, 0x30, SIGILL, ILL_ILLOPC);
	assert_int_equal(f->k->faults.undefined, 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_first_touch),
		TEST(test_stack_grows),
		TEST(test_bad_accesses),
		TEST(test_read_only),
		TEST(test_alignment),
		TEST(test_plain_frame_and_vfp),
		TEST(test_alternate_stack),
		TEST(test_no_room_for_frame),
		TEST(test_hostile_frames),
		TEST(test_uaccess),
		TEST(test_strncpy),
		TEST(test_no_address_space),
		TEST(test_ioremap_reaches_lazily),
		TEST(test_syscalls),
		TEST(test_undefined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
