/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unaligned accesses, one of each kind: takes the SIGBUS, if one comes, steps
 * over the instruction and goes on.
 *
 * Prints one line each: NAME done, or NAME SIGBUS BUS_ADRALN addr=ok pc=at,
 * where ok means that si_addr is the address accessed. The pc in the signal
 * frame is at the instruction, or behind it: there Linux's handler has it when
 * it gives up. Has no C library: the usual one accesses what is unaligned
 * before main() begins.
 */
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <ucontext.h>

static uint8_t data[64] __attribute__((aligned(64)));
static volatile int got_signal, got_code;
static volatile uintptr_t got_addr, got_pc;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;

	got_signal = sig;
	got_code = info->si_code;
	got_addr = (uintptr_t)info->si_addr;
	got_pc = m->arm_pc;
	m->arm_pc = m->arm_lr; /* the instructions' order: behind it */
}

static long call(long number, long a, long b, long c, long d)
{
	register long r7 __asm__("r7") = number;
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;
	register long r3 __asm__("r3") = d;

	__asm__ volatile("svc 0"
			 : "+r"(r0)
			 : "r"(r7), "r"(r1), "r"(r2), "r"(r3)
			 : "memory");
	return r0;
}

static void put(const char *text)
{
	long n = 0;

	while (text[n])
		n++;
	call(SYS_write, 1, (long)text, n, 0);
}

static void report(const char *name, uintptr_t address, uintptr_t pc,
		   uintptr_t behind)
{
	put(name);
	if (!got_signal) {
		put(" done\n");
		return;
	}
	put(got_signal == SIGBUS ? " SIGBUS" : " other signal");
	put(got_code == BUS_ADRALN ? " BUS_ADRALN" : " other code");
	put(got_addr == address ? " addr=ok" : " addr=wrong");
	put(got_pc == pc       ? " pc=at\n"
	    : got_pc == behind ? " pc=behind\n"
			       : " pc=wrong\n");
	got_signal = 0;
}

/* INSTRUCTION accesses [r0]; lr is told where to go on. */
#define TRY(name, address, instruction)                                      \
	do {                                                                 \
		register uint8_t *base __asm__("r0") = (address);            \
		uintptr_t pc, behind;                                        \
		__asm__ volatile("adr lr, 2f\n\tadr r6, 1f\n"                \
				 "1:\t" instruction "\n"                     \
				 "2:\tmov %1, r6\n\tmov %2, lr"              \
				 : "+r"(base), "=r"(pc), "=r"(behind)        \
				 :                                           \
				 : "r2", "r3", "r4", "r5", "r6", "lr", "d0", \
				   "d1", "d2", "d3", "memory");              \
		report(name, (uintptr_t)(address), pc, behind);              \
	} while (0)

static void try_all(void)
{
	TRY("aligned ldr", data + 4, "ldr r2, [r0]");
	TRY("aligned ldm", data + 4, "ldm r0, {r2, r3}");
	TRY("aligned ldrd", data + 4, "ldrd r2, r3, [r0]");
	TRY("byte", data + 1, "ldrb r2, [r0]");
	TRY("ldr", data + 1, "ldr r2, [r0]");
	TRY("str", data + 1, "str r2, [r0]");
	TRY("ldrh", data + 1, "ldrh r2, [r0]");
	TRY("strh", data + 1, "strh r2, [r0]");
	TRY("ldm", data + 2, "ldm r0, {r2, r3}");
	TRY("stm", data + 2, "stm r0, {r2, r3}");
	TRY("ldrd", data + 2, "ldrd r2, r3, [r0]");
	TRY("strd", data + 2, "strd r2, r3, [r0]");
	TRY("vldr", data + 2, "vldr d0, [r0]");
	TRY("vstr", data + 2, "vstr d0, [r0]");
	TRY("vldm", data + 1, "vldm r0, {d0, d1}");
	TRY("vld1 of bytes", data + 1, "vld1.8 {d0}, [r0]");
	TRY("vld1 of words", data + 2, "vld1.32 {d0}, [r0]");
	TRY("vld1 with :64", data + 4, "vld1.8 {d0}, [r0 :64]");
	TRY("ldrex", data + 2, "ldrex r2, [r0]");
	TRY("ldrexd", data + 4, "ldrexd r2, r3, [r0]");
}

/* As the kernel takes it. */
struct kernel_sigaction {
	void (*handler)(int sig, siginfo_t *info, void *context);
	unsigned long flags;
	void (*restorer)(void);
	uint32_t mask[2];
};

static __attribute__((naked)) void restorer(void)
{
	__asm__("mov r7, #173\n\t" /* rt_sigreturn */
		"svc 0");
}

__attribute__((used)) static void begin(void)
{
	const struct kernel_sigaction action = {
		on_signal,
		SA_SIGINFO | 0x04000000 /* SA_RESTORER */,
		restorer,
		{0, 0}};

	call(SYS_rt_sigaction, SIGBUS, (long)&action, 0, 8);
	try_all();
	call(SYS_exit_group, 0, 0, 0, 0);
}

__attribute__((naked)) void _start(void);
void _start(void)
{
	__asm__("b begin");
}
