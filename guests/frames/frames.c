/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signal frames: where they lie and what is in them, which state a handler
 * begins in, how it returns; frames that were forged, and those for which
 * there is no room.
 *
 * Prints: STEP key=value …; addresses are relative to the stack pointer that
 * was interrupted, or to the frame.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE            4096u
#define ARRAY_SIZE(x)   (sizeof(x) / sizeof((x)[0]))
#define SA_RESTORER_ARM 0x04000000u
#define SIGINFO_BYTES   128
#define SP_BYTES        0x100000u
#define STACK           0x31000000u /* where signals interrupt */
#define ALT             0x32000000u
#define MARK            0x32f00000u /* what the handler saw */
#define CPSR_T          0x20u

/* The kernel's view. */
struct kernel_sigaction {
	uint32_t handler, flags, restorer, mask[2];
};

struct frame_uc {
	uint32_t flags, link, stack[3];
	uint32_t trap_no, error_code, oldmask, r[16], cpsr, fault_address;
	uint32_t mask[2], unused[30];
	uint32_t space[128];
};

/* Filled by the handlers' first instructions, in the order of their stores. */
struct entry {
	uint32_t r0, r1, r2, sp, lr, cpsr, fpscr, count;
};

static struct entry *const entry = (struct entry *)MARK;

/*
 * Two handlers, in ARM and Thumb: note the registers, then go on in C with
 * the frame's address.
 */
void handler_arm(void);
void handler_thumb(void);
void in_handler(uint32_t sig, uint32_t sp);

#define HANDLER(name, state)                                   \
	__asm__(".text\n\t.syntax unified\n\t" state "\n\t"    \
		".balign 4\n\t"                                \
		".global " name "\n\t"                         \
		".type " name ", %function\n" name ":\n\t"     \
		"movw r12, #0\n\tmovt r12, #0x32f0\n\t"        \
		"str r0, [r12]\n\tstr r1, [r12, #4]\n\t"       \
		"str r2, [r12, #8]\n\tstr sp, [r12, #12]\n\t"  \
		"str lr, [r12, #16]\n\tmrs r3, cpsr\n\t"       \
		"str r3, [r12, #20]\n\tvmrs r3, fpscr\n\t"     \
		"str r3, [r12, #24]\n\tldr r3, [r12, #28]\n\t" \
		"add r3, #1\n\tstr r3, [r12, #28]\n\t"         \
		"mov r1, sp\n\tpush {r4, lr}\n\t"              \
		"bl in_handler\n\t"                            \
		"pop {r4, pc}\n\t"                             \
		".thumb\n")

HANDLER("handler_arm", ".arm");
HANDLER("handler_thumb", ".thumb\n\t.thumb_func");

/* What the interrupted code has in its registers, and what came back. */
struct regs {
	uint32_t r[13], sp, lr, cpsr;
	uint64_t d[32];
	uint32_t fpscr;
};

/*
 * Sends itself @sig with @tgkill, with known registers: r4 to r11 are 0x4444
 * to 0xbbbb, sp is @sp. Returns with what is in them afterwards.
 */
void interrupted_arm(int pid, int tid, int sig, uint32_t sp, uint32_t out[16]);
void interrupted_thumb(int pid, int tid, int sig, uint32_t sp,
		       uint32_t out[16]);

#define INTERRUPTED(name, state)                                 \
	__asm__(".text\n\t.syntax unified\n\t" state "\n\t"      \
		".balign 4\n\t"                                  \
		".global " name "\n\t"                           \
		".type " name ", %function\n" name ":\n\t"       \
		"push {r4-r11, lr}\n\t"                          \
		"ldr r12, [sp, #36]\n\t" /* out */               \
		"str sp, [r12, #60]\n\t"                         \
		"mov sp, r3\n\t"                                 \
		"mov r3, #0x3300\n\t"                            \
		"movw r4, #0x4444\n\tmovw r5, #0x5555\n\t"       \
		"movw r6, #0x6666\n\tmovw r8, #0x8888\n\t"       \
		"movw r9, #0x9999\n\tmovw r10, #0xaaaa\n\t"      \
		"movw r11, #0xbbbb\n\tmovw lr, #0xeeee\n\t"      \
		"movw r7, #268\n\t"                              \
		"svc #0\n\t"                                     \
		"str r0, [r12]\n\tstr r1, [r12, #4]\n\t"         \
		"str r2, [r12, #8]\n\tstr r3, [r12, #12]\n\t"    \
		"str r4, [r12, #16]\n\tstr r5, [r12, #20]\n\t"   \
		"str r6, [r12, #24]\n\tstr r7, [r12, #28]\n\t"   \
		"str r8, [r12, #32]\n\tstr r9, [r12, #36]\n\t"   \
		"str r10, [r12, #40]\n\tstr r11, [r12, #44]\n\t" \
		"str lr, [r12, #52]\n\tmrs r0, cpsr\n\t"         \
		"str r0, [r12, #56]\n\tmov r0, sp\n\t"           \
		"str r0, [r12, #48]\n\tldr sp, [r12, #60]\n\t"   \
		"pop {r4-r11, pc}\n\t"                           \
		".thumb\n")

INTERRUPTED("interrupted_arm", ".arm");
INTERRUPTED("interrupted_thumb", ".thumb\n\t.thumb_func");

/* Own restorers, to see that they are used. */
void restorer_rt(void);
void restorer_old(void);
__asm__(".text\n\t.arm\n\t.balign 4\n"
	"restorer_rt: mov r7, #173\n\tsvc #0\n"
	"restorer_old: mov r7, #119\n\tsvc #0\n\t"
	".thumb\n");

/* ---- what the handler shows ---------------------------------------------------- */

enum show {
	SHOW_NOTHING,
	SHOW_ENTRY,
	SHOW_FRAME,
	SHOW_VFP
};

static struct {
	enum show show;
	bool rt;
	uint32_t sp; /* interrupted */
	void (*act)(struct frame_uc *uc, uint32_t sp);
} plan;

static const char *place_of_lr(uint32_t lr)
{
	if (lr == (uint32_t)(uintptr_t)restorer_rt ||
	    lr == (uint32_t)(uintptr_t)restorer_old)
		return "restorer";
	FILE *maps = fopen("/proc/self/maps", "r");
	static char name[64];
	char line[256];

	strcpy(name, "elsewhere");
	while (maps && fgets(line, sizeof(line), maps)) {
		unsigned long start, end;

		if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %63s", &start, &end,
			   name) >= 2 &&
		    lr >= start && lr < end)
			break;
		strcpy(name, "elsewhere");
	}
	if (maps)
		fclose(maps);
	return name;
}

static void show_entry(void)
{
	const uint32_t *code = (const uint32_t *)(entry->lr & ~3u);

	printf(" r0=%u", entry->r0);
	if (plan.rt)
		printf(" r1=sp+%d r2=sp+%d", (int)(entry->r1 - entry->sp),
		       (int)(entry->r2 - entry->sp));
	printf(" sp-aligned=%d", !(entry->sp & 7));
	if (plan.sp - entry->sp < 65536)
		printf(" below=%u", plan.sp - entry->sp);
	printf(" lr=%s+%u", place_of_lr(entry->lr), entry->lr & 3);
	printf(" code=%08x,%08x", code[0], code[1]);
	printf(" cpsr=%x fpscr=%x", entry->cpsr & 0x0e00fe3f, entry->fpscr);
}

static void show_frame(const struct frame_uc *uc, uint32_t sp)
{
	const uint32_t *retcode = (const uint32_t *)(uc + 1);

	(void)sp;
	printf(" flags=%x link=%x stack=%x,%x,%x", uc->flags, uc->link,
	       uc->stack[0], uc->stack[1], uc->stack[2]);
	printf(" trap=%x error=%x oldmask=%x", uc->trap_no, uc->error_code,
	       uc->oldmask);
	printf(" r0=%x r3-r6=%x,%x,%x,%x r7=%x r8-r11=%x,%x,%x,%x", uc->r[0],
	       uc->r[3], uc->r[4], uc->r[5], uc->r[6], uc->r[7], uc->r[8],
	       uc->r[9], uc->r[10], uc->r[11]);
	printf(" sp=%d lr=%x cpsr=%x", (int)(uc->r[13] - plan.sp), uc->r[14],
	       uc->cpsr & 0x0e00fe3f);
	printf(" mask=%x,%x", uc->mask[0], uc->mask[1]);
	printf(" retcode=%x,%x,%x,%x", retcode[0], retcode[1], retcode[2],
	       retcode[3]);
}

/* The block of the VFP, behind whatever the kernel puts before it. */
static uint32_t *vfp_block(struct frame_uc *uc)
{
	uint32_t *w = uc->space;

	while (w[0] && w[0] != 0x56465001 && w[1] >= 8 && w < uc->space + 100)
		w += w[1] / 4;
	return w;
}

static void show_vfp(struct frame_uc *uc)
{
	const uint32_t *w = vfp_block(uc);

	printf(" first=%x,%x", uc->space[0], uc->space[1]);
	printf(" magic=%x size=%x d0=%x,%x d31=%x,%x fpscr=%x fpexc=%x "
	       "next=%x",
	       w[0], w[1], w[2], w[3], w[64], w[65], w[66], w[68], w[72]);
}

static struct frame_uc *frame_at(uint32_t sp)
{
	return (struct frame_uc *)(sp + (plan.rt ? SIGINFO_BYTES : 0));
}

void in_handler(uint32_t sig, uint32_t sp)
{
	struct frame_uc *uc = frame_at(sp);
	void (*act)(struct frame_uc *, uint32_t) = plan.act;

	(void)sig;
	switch (plan.show) {
	case SHOW_ENTRY:
		show_entry();
		break;
	case SHOW_FRAME:
		show_frame(uc, sp);
		break;
	case SHOW_VFP:
		show_vfp(uc);
		break;
	default:
		break;
	}
	plan.act = NULL;
	if (act)
		act(uc, sp);
}

/* ---- the driver ------------------------------------------------------------------ */

static void set_action(int sig, uint32_t handler, uint32_t flags)
{
	const struct kernel_sigaction action = {
		.handler = handler,
		.flags = flags,
		.restorer = (uint32_t)(uintptr_t)(flags & SA_SIGINFO
							  ? restorer_rt
							  : restorer_old),
	};

	plan.rt = flags & SA_SIGINFO;
	if (syscall(SYS_rt_sigaction, sig, &action, NULL, 8))
		printf("rt_sigaction %d: %s\n", sig, strerror(errno));
}

static void set_altstack(uint32_t sp, uint32_t flags, uint32_t size)
{
	const stack_t ss = {
		.ss_sp = (void *)sp, .ss_flags = (int)flags, .ss_size = size};

	if (sigaltstack(&ss, NULL))
		printf("sigaltstack: %s\n", strerror(errno));
}

static void interrupt(bool thumb, int sig, uint32_t sp, uint32_t out[16])
{
	plan.sp = sp;
	memset(out, 0, 64);
	(thumb ? interrupted_thumb : interrupted_arm)(
		getpid(), (int)syscall(SYS_gettid), sig, sp, out);
}

static void show_back(const uint32_t out[16])
{
	printf(" | back r0=%x r3-r6=%x,%x,%x,%x r7=%x r8-r11=%x,%x,%x,%x "
	       "sp=%d lr=%x cpsr=%x\n",
	       out[0], out[3], out[4], out[5], out[6], out[7], out[8], out[9],
	       out[10], out[11], (int)(out[12] - plan.sp), out[13],
	       out[14] & 0xfe0ffe3f);
}

/* ---- all kinds of action ------------------------------------------------------------ */

static void kinds(void)
{
	static const struct {
		const char *name;
		uint32_t flags;
	} kind[] = {
		{"old", 0},
		{"old-restorer", SA_RESTORER_ARM},
		{"rt", SA_SIGINFO},
		{"rt-restorer", SA_SIGINFO | SA_RESTORER_ARM},
		{"rt-alt", SA_SIGINFO | SA_ONSTACK},
		{"old-alt", SA_ONSTACK},
	};
	static const char *const shown[] = {"", "entry", "frame", "vfp"};
	uint32_t out[16];

	set_altstack(ALT, 0, 65536);
	for (size_t i = 0; i < ARRAY_SIZE(kind); i++)
		for (int form = 0; form < 4; form++)
			for (enum show s = SHOW_ENTRY; s <= SHOW_FRAME; s++) {
				uint32_t handler =
					(uint32_t)(uintptr_t)(form & 1
								      ? handler_thumb
								      : handler_arm);

				set_action(SIGUSR1, handler, kind[i].flags);
				printf("%s from=%s to=%s %s", kind[i].name,
				       form & 2 ? "thumb" : "arm",
				       form & 1 ? "thumb" : "arm", shown[s]);
				plan.show = s;
				interrupt(form & 2, SIGUSR1,
					  STACK + SP_BYTES - 64, out);
				show_back(out);
			}
	for (uint32_t off = 0; off < 16; off += 4) {
		set_action(SIGUSR1, (uint32_t)(uintptr_t)handler_arm,
			   SA_SIGINFO | SA_RESTORER_ARM);
		plan.show = SHOW_ENTRY;
		printf("alignment sp%%16=%u", off);
		interrupt(false, SIGUSR1, STACK + SP_BYTES - 64 - off, out);
		show_back(out);
	}
	set_altstack(0, SS_DISABLE, 0);
}

/* VFP registers, also when the handler spoils them. */
static void spoil(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	if (vfp_block(uc)[0] != 0x56465001)
		printf(" no-vfp");
	__asm__ volatile("vmov.i32 q0, #0\n\tvmov.i32 q15, #0\n\t"
			 "vmsr fpscr, %0"
			 :
			 : "r"(0x03c00000)
			 : "q0");
}

/* What sigreturn takes from the frame. */
static void change(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	uc->r[4] = 0x1234;
	uc->cpsr |= 0xf8000000; /* N Z C V Q */
	uc->mask[0] |= 1u << (SIGUSR2 - 1);
	uc->mask[1] |= 1;
	vfp_block(uc)[2] = 0x11111111;
	vfp_block(uc)[66] = 0x00400000;
}

static uint64_t get_mask(void)
{
	uint64_t set = 0;

	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &set, 8);
	return set;
}

static void clear_mask(void)
{
	uint64_t set = 0;

	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &set, NULL, 8);
}

static void vfp(void)
{
	static void (*const acts[])(struct frame_uc *, uint32_t) = {NULL, spoil,
								    change};
	uint32_t out[16], fpscr, d0, d31;

	for (size_t i = 0; i < ARRAY_SIZE(acts); i++) {
		set_action(SIGUSR1, (uint32_t)(uintptr_t)handler_arm,
			   i & 1 ? SA_SIGINFO : 0);
		printf("vfp act=%zu", i);
		plan.show = SHOW_NOTHING;
		fflush(stdout);
		plan.act = acts[i];
		__asm__ volatile("vmsr fpscr, %0" : : "r"(0x00c00010));
		interrupt(false, SIGUSR1, STACK + SP_BYTES - 64, out);
		__asm__ volatile("vmrs %0, fpscr\n\tvmov %1, s0\n\t"
				 "vmov %2, s15"
				 : "=r"(fpscr), "=r"(d0), "=r"(d31));
		__asm__ volatile("vmsr fpscr, %0" : : "r"(0));
		printf(" fpscr=%x changed=%d", fpscr, d0 == 0x11111111);
		printf(" mask=%llx", (unsigned long long)get_mask());
		show_back(out);
		clear_mask();
	}
	set_action(SIGUSR1, (uint32_t)(uintptr_t)handler_arm, SA_SIGINFO);
	plan.show = SHOW_VFP;
	printf("vfp frame");
	__asm__ volatile("vmov.i32 q0, #0x55\n\tvmsr fpscr, %0"
			 :
			 : "r"(0x00c00010)
			 : "q0");
	interrupt(false, SIGUSR1, STACK + SP_BYTES - 64, out);
	__asm__ volatile("vmsr fpscr, %0" : : "r"(0));
	printf("\n");
}

/* ---- forged frames: each in a child ---------------------------------------------------- */

static void forge_mode(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	uc->cpsr = (uc->cpsr & ~0x1fu) | 0x13;
}

static void forge_fiq_mode(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	uc->cpsr &= ~0x1fu; /* 26-bit user */
}

static void forge_irq_off(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	uc->cpsr |= 0x80;
}

static void forge_fiq_off(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	uc->cpsr |= 0x40;
}

static void forge_abort_off(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	uc->cpsr |= 0x100;
}

static void forge_jazelle(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	uc->cpsr |= 0x01000000;
}

static void forge_ge(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	uc->cpsr |= 0x000f0000;
}

static void forge_magic(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	vfp_block(uc)[0] = 1;
}

static void forge_size(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	vfp_block(uc)[1] = 0x90;
}

static void forge_first_size(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	uc->space[1] = 0x90;
}

/* Only the VFP's block, where the first one lies. */
static void forge_vfp_first(struct frame_uc *uc, uint32_t sp)
{
	uint32_t block[72];

	(void)sp;
	memcpy(block, vfp_block(uc), sizeof(block));
	block[66] = 0x00800000;
	memcpy(uc->space, block, sizeof(block));
}

static void forge_no_blocks(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	memset(uc->space, 0, sizeof(uc->space));
}

static void forge_stack_flags(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	uc->stack[1] = 77;
}

static void forge_stack_size(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	uc->stack[0] = ALT;
	uc->stack[1] = 0;
	uc->stack[2] = 5;
}

static void forge_new_stack(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	uc->stack[0] = ALT;
	uc->stack[1] = 0;
	uc->stack[2] = 8192;
}

static void forge_kill_mask(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	uc->mask[0] = uc->mask[1] = ~0u;
}

static void forge_odd_pc(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	uc->r[15] |= 1;
}

static void forge_kernel_pc(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	uc->r[15] = 0xc8000000;
}

static void forge_fpscr(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	vfp_block(uc)[66] = ~0u;
}

static void forge_fpexc(struct frame_uc *uc, uint32_t sp)
{
	(void)sp;
	vfp_block(uc)[68] = 0; /* EN away */
	vfp_block(uc)[69] = vfp_block(uc)[70] = ~0u;
}

/* sigreturn from where no frame lies. */
static void return_from(uint32_t sp, uint32_t number)
{
	register uint32_t r0 __asm__("r0") = sp;
	register uint32_t r7 __asm__("r7") = number;

	__asm__ volatile("mov sp, r0\n\tsvc #0" : : "r"(r0), "r"(r7));
}

static void return_misaligned(struct frame_uc *uc, uint32_t sp)
{
	(void)uc;
	return_from(sp + 4, 173);
}

static void return_unmapped(struct frame_uc *uc, uint32_t sp)
{
	(void)uc;
	(void)sp;
	return_from(0x20000000, 173);
}

static void return_across(struct frame_uc *uc, uint32_t sp)
{
	(void)uc;
	(void)sp;
	return_from(STACK + SP_BYTES - 64, 173);
}

static void return_kernel(struct frame_uc *uc, uint32_t sp)
{
	(void)uc;
	(void)sp;
	return_from(0xc0000000, 119);
}

static void return_as_other(struct frame_uc *uc, uint32_t sp)
{
	(void)uc;
	return_from(sp, 119);
}

static void on_segv(int sig, siginfo_t *info, void *context)
{
	const ucontext_t *uc = context;

	printf(" SIGNAL %d code=%d trap=%lx error=%lx", sig, info->si_code,
	       uc->uc_mcontext.trap_no, uc->uc_mcontext.error_code);
	if (info->si_code > 0)
		printf(" addr=%x\n", (uint32_t)(uintptr_t)info->si_addr);
	else
		printf(" own=%d\n", info->si_pid == getpid());
	fflush(stdout);
	_exit(sig);
}

static void catch_faults(void)
{
	static uint8_t stack[65536];
	const stack_t ss = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_sigaction = on_segv,
				   .sa_flags = SA_SIGINFO | SA_ONSTACK};

	sigaltstack(&ss, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGILL, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
}

static void show_status(int pid)
{
	int status = 0;

	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		printf(" -> killed %d core=%d\n", WTERMSIG(status),
		       !!WCOREDUMP(status));
	else
		printf(" -> exit %d\n", WEXITSTATUS(status));
	fflush(stdout);
}

static void forged(void)
{
	static const struct {
		const char *name;
		void (*act)(struct frame_uc *uc, uint32_t sp);
	} forgeries[] = {
		{"mode", forge_mode},
		{"user26", forge_fiq_mode},
		{"irq-off", forge_irq_off},
		{"fiq-off", forge_fiq_off},
		{"abort-off", forge_abort_off},
		{"jazelle", forge_jazelle},
		{"ge", forge_ge},
		{"vfp-magic", forge_magic},
		{"vfp-size", forge_size},
		{"first-size", forge_first_size},
		{"vfp-first", forge_vfp_first},
		{"no-blocks", forge_no_blocks},
		{"stack-flags", forge_stack_flags},
		{"stack-size", forge_stack_size},
		{"new-stack", forge_new_stack},
		{"all-masked", forge_kill_mask},
		{"odd-pc", forge_odd_pc},
		{"kernel-pc", forge_kernel_pc},
		{"fpscr", forge_fpscr},
		{"fpexc", forge_fpexc},
		{"misaligned", return_misaligned},
		{"unmapped", return_unmapped},
		{"across", return_across},
		{"kernel", return_kernel},
		{"as-old", return_as_other},
	};

	for (size_t i = 0; i < ARRAY_SIZE(forgeries); i++) {
		uint32_t out[16], fpscr;
		stack_t ss;
		int pid;

		printf("forged %s", forgeries[i].name);
		fflush(stdout);
		pid = fork();
		if (!pid) {
			catch_faults();
			set_action(SIGUSR1, (uint32_t)(uintptr_t)handler_arm,
				   SA_SIGINFO);
			plan.show = SHOW_NOTHING;
			plan.act = forgeries[i].act;
			interrupt(false, SIGUSR1, STACK + SP_BYTES - 64, out);
			__asm__ volatile("vmrs %0, fpscr" : "=r"(fpscr));
			__asm__ volatile("vmsr fpscr, %0" : : "r"(0));
			sigaltstack(NULL, &ss);
			printf(" mask=%llx fpscr=%x alt=%x,%zx",
			       (unsigned long long)get_mask(), fpscr,
			       ss.ss_flags, ss.ss_size);
			show_back(out);
			fflush(stdout);
			_exit(0);
		}
		show_status(pid);
	}
}

/* ---- no room ---------------------------------------------------------------------------- */

enum where {
	AT_HOLE,
	AT_PAGE_START, /* the frame would cross into what isn't there */
	AT_READ_ONLY,
	AT_KERNEL,
	AT_ODD,
};

static void no_room(void)
{
	static const struct {
		const char *name;
		uint32_t sp;
		int sig;
		bool segv_handler, segv_alt, segv_blocked;
	} cases[] = {
		{"hole", 0x20000000, SIGUSR1, false, false, false},
		{"hole-handled", 0x20000000, SIGUSR1, true, false, false},
		{"hole-handled-alt", 0x20000000, SIGUSR1, true, true, false},
		{"hole-blocked-alt", 0x20000000, SIGUSR1, true, true, true},
		{"low-end", STACK + 256, SIGUSR1, true, true, false},
		{"kernel", 0xc0001000, SIGUSR1, true, true, false},
		{"wraps", 64, SIGUSR1, true, true, false},
		{"segv-hole", 0x20000000, SIGSEGV, true, false, false},
		{"segv-hole-alt", 0x20000000, SIGSEGV, true, true, false},
		{"odd", STACK + SP_BYTES - 61, SIGUSR1, true, true, false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint32_t out[16];
		int pid;

		printf("no-room %s", cases[i].name);
		fflush(stdout);
		pid = fork();
		if (!pid) {
			set_action(SIGUSR1, (uint32_t)(uintptr_t)handler_arm,
				   SA_SIGINFO);
			plan.show = SHOW_NOTHING;
			if (cases[i].segv_handler)
				catch_faults();
			if (!cases[i].segv_alt)
				set_altstack(0, SS_DISABLE, 0);
			if (cases[i].segv_blocked) {
				sigset_t set;

				sigemptyset(&set);
				sigaddset(&set, SIGSEGV);
				sigprocmask(SIG_BLOCK, &set, NULL);
			}
			interrupt(false, cases[i].sig, cases[i].sp, out);
			show_back(out);
			fflush(stdout);
			_exit(0);
		}
		show_status(pid);
	}
}

/* ---- the alternate stack -------------------------------------------------------------------- */

static void show_alt(const char *what)
{
	stack_t ss;

	sigaltstack(NULL, &ss);
	printf(" %s=%x,%x,%zx", what, (uint32_t)(uintptr_t)ss.ss_sp,
	       (unsigned)ss.ss_flags, ss.ss_size);
}

static void nest(struct frame_uc *uc, uint32_t sp)
{
	uint32_t here = sp;
	stack_t ss = {.ss_sp = (void *)ALT, .ss_size = 65536};
	int err = sigaltstack(&ss, NULL) ? errno : 0;

	(void)uc;
	show_alt("inside");
	printf(" change=%d", err);
	raise(SIGUSR2);
	printf(" nested-below=%d", entry->sp < here && here - entry->sp < 8192);
}

static void altstack(void)
{
	static const struct {
		uint32_t sp, flags, size;
	} tries[] = {
		{ALT, 0, 65536},
		{ALT, SS_ONSTACK, 65536},
		{ALT, SS_DISABLE, 65536},
		{ALT, 0x80000000, 65536},
		{ALT, 0x80000000 | SS_ONSTACK, 65536},
		{ALT, 0x80000000 | SS_DISABLE, 65536},
		{ALT, 4, 65536},
		{ALT, 0x40000000, 65536},
		{ALT, 3, 65536},
		{ALT, 0, 2047},
		{ALT, 0, 2048},
		{ALT, 0, 0},
		{0, 0, 65536},
		{0xfffff000, 0, 65536},
		{ALT + 3, 0, 65533},
	};
	uint32_t out[16];

	for (size_t i = 0; i < ARRAY_SIZE(tries); i++) {
		const stack_t ss = {.ss_sp = (void *)tries[i].sp,
				    .ss_flags = (int)tries[i].flags,
				    .ss_size = tries[i].size};
		int err = sigaltstack(&ss, NULL) ? errno : 0;

		printf("altstack sp=%x flags=%x size=%u errno=%d", tries[i].sp,
		       tries[i].flags, tries[i].size, err);
		show_alt("now");
		printf("\n");
	}
	for (int disarm = 0; disarm < 2; disarm++) {
		set_altstack(ALT, disarm ? 0x80000000u : 0, 65536);
		set_action(SIGUSR2, (uint32_t)(uintptr_t)handler_thumb,
			   SA_SIGINFO | SA_ONSTACK);
		set_action(SIGUSR1, (uint32_t)(uintptr_t)handler_arm,
			   SA_SIGINFO | SA_ONSTACK);
		plan.show = SHOW_NOTHING;
		plan.act = nest;
		printf("altstack nested disarm=%d", disarm);
		interrupt(false, SIGUSR1, STACK + SP_BYTES - 64, out);
		show_alt("after");
		printf("\n");
		set_altstack(0, SS_DISABLE, 0);
	}
	/* an sp within the alternate stack by chance: no switch */
	set_altstack(ALT, 0, 65536);
	set_action(SIGUSR1, (uint32_t)(uintptr_t)handler_arm,
		   SA_SIGINFO | SA_ONSTACK);
	plan.show = SHOW_ENTRY;
	printf("altstack already-there");
	interrupt(false, SIGUSR1, ALT + 60000, out);
	show_back(out);
	plan.show = SHOW_ENTRY;
	printf("altstack at-its-top");
	interrupt(false, SIGUSR1, ALT + 65536, out);
	show_back(out);
	printf("altstack at-its-bottom");
	set_action(SIGUSR1, (uint32_t)(uintptr_t)handler_arm,
		   SA_SIGINFO | SA_ONSTACK);
	interrupt(false, SIGUSR1, ALT, out);
	show_back(out);
	set_altstack(0, SS_DISABLE, 0);
}

/* The alternate stack is too small for one more frame: SIGSEGV, and the end. */
static void altstack_overflow(void)
{
	for (int handled = 0; handled < 2; handled++) {
		int pid;

		printf("altstack overflow handled=%d", handled);
		fflush(stdout);
		pid = fork();
		if (!pid) {
			uint32_t out[16];

			if (handled)
				catch_faults();
			set_altstack(ALT, 0, 4096);
			set_action(SIGUSR1, (uint32_t)(uintptr_t)handler_arm,
				   SA_SIGINFO | SA_ONSTACK | SA_NODEFER);
			plan.show = SHOW_NOTHING;
			interrupt(false, SIGUSR1, ALT + 300, out);
			show_back(out);
			fflush(stdout);
			_exit(0);
		}
		show_status(pid);
	}
}

/* ---- faults that can't be delivered ------------------------------------------------------------ */

static void forced(void)
{
	enum {
		BLOCKED,
		IGNORED,
		BLOCKED_HANDLER,
		IN_OWN_HANDLER,
		NODEFER_ONCE,
		RESETHAND,
		NR
	};
	static const char *const names[NR] = {
		"blocked",        "ignored",      "blocked-handler",
		"in-own-handler", "sent-ignored", "resethand"};

	for (int i = 0; i < NR; i++)
		for (int sig = 0; sig < 2; sig++) {
			sigset_t set;
			int pid;

			printf("forced %s %s", names[i], sig ? "ILL" : "SEGV");
			fflush(stdout);
			pid = fork();
			if (pid) {
				show_status(pid);
				continue;
			}
			sigemptyset(&set);
			sigaddset(&set, sig ? SIGILL : SIGSEGV);
			if (i == BLOCKED || i == BLOCKED_HANDLER)
				sigprocmask(SIG_BLOCK, &set, NULL);
			if (i == BLOCKED_HANDLER)
				catch_faults();
			if (i == IGNORED || i == NODEFER_ONCE)
				signal(sig ? SIGILL : SIGSEGV, SIG_IGN);
			if (i == NODEFER_ONCE) {
				raise(sig ? SIGILL : SIGSEGV);
				printf(" survived");
				fflush(stdout);
			}
			if (i == IN_OWN_HANDLER || i == RESETHAND) {
				/* its own code is where the fault is */
				set_action(sig ? SIGILL : SIGSEGV, 0x20000000,
					   i == RESETHAND
						   ? SA_RESETHAND | SA_NODEFER
						   : 0);
			}
			if (sig)
				__asm__ volatile("udf #0");
			else
				*(volatile int *)0x20000000 = 1;
			_exit(0);
		}
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	mmap((void *)STACK, SP_BYTES, PROT_READ | PROT_WRITE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	mmap((void *)ALT, 65536, PROT_READ | PROT_WRITE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	mmap((void *)MARK, PAGE, PROT_READ | PROT_WRITE,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	kinds();
	vfp();
	forged();
	no_room();
	altstack();
	altstack_overflow();
	forced();
	return 0;
}
