/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GUESTS_ATTEMPT_H
#define GUESTS_ATTEMPT_H

/*
 * One instruction (or a few), run at a fixed address with chosen registers,
 * and what came of it: a signal with all that its frame tells, or "done".
 *
 * There and back goes by signal frames. The handler of SIGUSR1 keeps the
 * context it interrupted and returns into the attempt; the handler of the
 * attempt's end notes what it is shown and returns into the kept context. An
 * undefined instruction behind the attempt ends it, if nothing else does.
 */

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE          4096u
#define ATTEMPT_CODE  0x30000000u /* two pages that may be run */
#define ATTEMPT_STACK 0x31000000u /* a page for its sp, to 0x31001000 */
#define ATTEMPT_SP    0x31000800u
#define END_ARM       0xe7fabcfdu /* udf #0xabcd */
#define END_THUMB     0xde5au /* udf #0x5a */
#define CPSR_T        0x20u
#define CPSR_E        0x200u
#define CPSR_IT       0x0600fc00u
#define CPSR_USER     0x10u
#define CPSR_SHOWN    (CPSR_T | CPSR_E | CPSR_IT | 0x1fu)

/*
 * A table of instructions: name, and the code of each in ARM and in Thumb
 * (empty: it has no such form).
 */
struct instruction {
	const char *name;
	const uint8_t *arm, *arm_end, *thumb, *thumb_end;
};

#define INSTRUCTION(name, arm, thumb)                          \
	__asm__(".pushsection instructions, \"aw\"\n\t"        \
		".balign 4\n\t"                                \
		".word 1f, 2f, 3f, 4f, 5f\n\t"                 \
		".pushsection .rodata.instructions, \"a\"\n\t" \
		".syntax unified\n\t.arch armv7ve\n\t"         \
		".fpu neon-vfpv4\n\t"                          \
		".balign 4\n\t"                                \
		"1: .asciz \"" name "\"\n\t"                   \
		".balign 4\n\t"                                \
		".arm\n\t"                                     \
		"2: " arm "\n\t"                               \
		"3:\n\t"                                       \
		".balign 4\n\t"                                \
		".thumb\n\t"                                   \
		"4: " thumb "\n\t"                             \
		"5:\n\t"                                       \
		".balign 4\n\t"                                \
		".popsection\n\t"                              \
		".popsection\n\t")

/* Alike in both. */
#define INSTRUCTION2(name, text) INSTRUCTION(name, text, text)

/* The linker finds where the table begins and ends. */
extern const struct instruction __start_instructions[], __stop_instructions[];

#define for_each_instruction(insn)                                  \
	for (const struct instruction *insn = __start_instructions; \
	     insn != __stop_instructions; insn++)

/* What an attempt begins with, and what the frame of its end shows. */
struct attempt {
	uint32_t r[16], cpsr;
	uint32_t size_bytes; /* of the code; 0: r[15] is where it goes */
	int sig, code, error;
	uint32_t addr;
	uint32_t trap_no, error_code, fault_address;
	uint32_t end_r[16], end_cpsr;
};

static struct attempt *attempt_now;
static mcontext_t attempt_from;

static void attempt_begins(int sig, siginfo_t *info, void *context)
{
	mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;

	(void)sig;
	(void)info;
	attempt_from = *m;
	memcpy(&m->arm_r0, attempt_now->r, sizeof(attempt_now->r));
	m->arm_cpsr = attempt_now->cpsr;
	/* what the last fault left there is not this one's */
	m->fault_address = 0;
}

static void attempt_ends(int sig, siginfo_t *info, void *context)
{
	mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
	struct attempt *a = attempt_now;

	a->sig = sig;
	a->code = info->si_code;
	a->error = info->si_errno;
	a->addr = (uint32_t)(uintptr_t)info->si_addr;
	a->trap_no = m->trap_no;
	a->error_code = m->error_code;
	a->fault_address = m->fault_address;
	a->end_cpsr = m->arm_cpsr;
	memcpy(a->end_r, &m->arm_r0, sizeof(a->end_r));
	*m = attempt_from;
}

static const int attempt_signals[] = {SIGSEGV, SIGBUS, SIGILL,
				      SIGTRAP, SIGFPE, SIGSYS};

static inline void *map_at(uint32_t at, uint32_t nr_pages, int prot)
{
	void *p = mmap((void *)at, nr_pages * PAGE, prot,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	if (p == MAP_FAILED) {
		perror("mmap");
		exit(1);
	}
	return p;
}

static inline void attempt_init(void)
{
	static uint8_t stack[65536];
	const stack_t ss = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_sigaction = attempt_begins,
				   .sa_flags = SA_SIGINFO};

	map_at(ATTEMPT_CODE, 2, PROT_READ | PROT_WRITE | PROT_EXEC);
	map_at(ATTEMPT_STACK, 1, PROT_READ | PROT_WRITE);
	sigaltstack(&ss, NULL);
	sigaction(SIGUSR1, &action, NULL);
	action.sa_sigaction = attempt_ends;
	action.sa_flags = SA_SIGINFO | SA_ONSTACK;
	for (unsigned int i = 0;
	     i < sizeof(attempt_signals) / sizeof(attempt_signals[0]); i++)
		sigaction(attempt_signals[i], &action, NULL);
}

/* Registers that tell of any change. */
static inline void attempt_preset(struct attempt *a, bool thumb)
{
	memset(a, 0, sizeof(*a));
	for (uint32_t i = 0; i < 15; i++)
		a->r[i] = 0x01010101 * i;
	a->r[13] = ATTEMPT_SP;
	a->r[15] = ATTEMPT_CODE;
	a->cpsr = CPSR_USER | (thumb ? CPSR_T : 0);
}

static inline void attempt_run(struct attempt *a)
{
	attempt_now = a;
	syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR1);
}

/* Puts the code at @at, an end behind it. */
static inline void attempt_code_at(struct attempt *a, uint32_t at,
				   const struct instruction *insn)
{
	const bool thumb = a->cpsr & CPSR_T;
	const uint8_t *from = thumb ? insn->thumb : insn->arm;
	const uint8_t *end = thumb ? insn->thumb_end : insn->arm_end;

	a->size_bytes = (uint32_t)(end - from);
	a->r[15] = at;
	memcpy((void *)at, from, a->size_bytes);
	for (uint32_t i = 0; i < 4; i++) {
		uint32_t to = at + a->size_bytes + i * (thumb ? 2 : 4);
		uint32_t arm = END_ARM;
		uint16_t half = END_THUMB;

		if (to - ATTEMPT_CODE < 2 * PAGE)
			memcpy((void *)to, thumb ? (void *)&half : &arm,
			       thumb ? 2 : 4);
	}
	syscall(0xf0002, at, at + a->size_bytes + 16, 0); /* cacheflush */
}

static inline bool attempt_done(const struct attempt *a)
{
	return a->size_bytes && a->sig == SIGILL && a->trap_no == 6 &&
	       a->end_r[15] == a->r[15] + a->size_bytes;
}

static inline const char *signal_name(int sig)
{
	switch (sig) {
	case SIGSEGV:
		return "SEGV";
	case SIGBUS:
		return "BUS";
	case SIGILL:
		return "ILL";
	case SIGTRAP:
		return "TRAP";
	case SIGFPE:
		return "FPE";
	case SIGSYS:
		return "SYS";
	default:
		return "other";
	}
}

/* Registers of @mask that are not as they were. */
static inline void print_registers(const struct attempt *a, uint32_t mask)
{
	for (int i = 0; i < 15; i++)
		if ((mask >> i & 1) && a->end_r[i] != a->r[i])
			printf(" r%d=%x", i, a->end_r[i]);
}

/*
 * "done", or signal and frame; and those registers of @kept that changed. Ends
 * the line.
 */
static inline void attempt_report(const struct attempt *a, uint32_t kept)
{
	const bool thumb = a->cpsr & CPSR_T;

	if (attempt_done(a)) {
		printf(" done");
		print_registers(a, kept);
		if ((a->end_cpsr ^ a->cpsr) & CPSR_SHOWN)
			printf(" cpsr=%x", a->end_cpsr & CPSR_SHOWN);
		printf("\n");
		return;
	}
	printf(" %s code=%d addr=%x", signal_name(a->sig), a->code, a->addr);
	if (a->error)
		printf(" errno=%d", a->error);
	/* no domain in the status of fetches: QEMU's core has one there */
	printf(" trap=%u error=%x", a->trap_no,
	       a->trap_no == 14 && a->error_code >> 31 ? a->error_code & ~0xf0u
						       : a->error_code);
	if (a->trap_no == 14 && a->fault_address != a->addr)
		printf(" fault=%x", a->fault_address);
	if (a->end_r[15] - a->r[15] < 256)
		printf(" pc=+%u", a->end_r[15] - a->r[15]);
	else
		printf(" pc=%x", a->end_r[15]);
	if ((a->end_cpsr & CPSR_SHOWN) != (CPSR_USER | (thumb ? CPSR_T : 0)))
		printf(" cpsr=%x", a->end_cpsr & CPSR_SHOWN);
	print_registers(a, kept);
	printf("\n");
}

#endif
