/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vfpcontext [ROUNDS]: processes and threads that each keep a pattern of their
 * own in all 32 d registers and in FPSCR, while others run in between, signals
 * come (whose handlers scribble over all of them), and system calls are made:
 * nobody ever sees another's, and what a handler changes in its frame is there
 * after it. Prints what was checked.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/ucontext.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define NR_D      32
#define FPSCR_SET 0xf7c00000u /* flags, modes and rounding */
#define VFP_MAGIC 0x56465001u
#define VFP_SIZE  288u /* two words, d0 to d31, fpscr, three more; by 8 */
#define SIGNALLED 2u /* keep_all(): by SIGALRM, in between */
#define PROCESSES 4
#define THREADS   4

__asm__(".syntax unified\n\t.arch armv7-a\n\t.fpu neon\n\t.arm\n\t"
	".globl keep_all\n\t.type keep_all, %function\n"
	/* keep_all(in, out, fpscr_in, fpscr_out, spins, call) */
	"keep_all:\n\t"
	"push {r4-r8, lr}\n\t"
	"vpush {d8-d15}\n\t"
	"ldr r4, [sp, #88]\n\t"
	"ldr r5, [sp, #92]\n\t"
	"mov r8, r1\n\t"
	"vldmia r0!, {d0-d15}\n\t"
	"vldmia r0, {d16-d31}\n\t"
	"vmrs r6, fpscr\n\t"
	"vmsr fpscr, r2\n\t"
	"cmp r5, #2\n\t"
	"moveq r7, #224\n\t" /* gettid, tkill: a signal right here */
	"svceq #0\n\t"
	"moveq r1, #14\n\t"
	"moveq r7, #238\n\t"
	"svceq #0\n\t"
	"moveq r5, #0\n\t"
	"mov r7, #158\n" /* sched_yield */
	"1: cmp r5, #0\n\t"
	"svcne #0\n\t"
	"subs r4, r4, #1\n\t"
	"bne 1b\n\t"
	"vmrs r2, fpscr\n\t"
	"str r2, [r3]\n\t"
	"vmsr fpscr, r6\n\t"
	"vstmia r8!, {d0-d15}\n\t"
	"vstmia r8, {d16-d31}\n\t"
	"vpop {d8-d15}\n\t"
	"pop {r4-r8, pc}\n\t"
	".size keep_all, . - keep_all\n\t"
	".fpu vfpv3-d16\n");
void keep_all(const uint64_t in[NR_D], uint64_t out[NR_D], uint32_t fpscr_in,
	      uint32_t *fpscr_out, uint32_t spins, uint32_t call);

static volatile sig_atomic_t handled;

static void fail(const char *what, long a, long b)
{
	printf("wrong: %s %lx %lx\n", what, a, b);
	fflush(stdout);
	_exit(1);
}

/* A pattern that says whose and which it is. */
static void pattern(uint64_t d[NR_D], uint32_t who, uint32_t round)
{
	for (uint32_t i = 0; i < NR_D; i++)
		d[i] = (uint64_t)(who * 0x01010101u ^ round) << 32 |
		       (i * 0x00010001u + who);
}

static void once(uint32_t who, uint32_t round)
{
	uint64_t in[NR_D], out[NR_D];
	uint32_t fpscr, want = (who * 0x11c00000u ^ round << 22) & FPSCR_SET;

	pattern(in, who, round);
	keep_all(in, out, want, &fpscr, 40 + round % 400, round % 3);
	for (int i = 0; i < NR_D; i++)
		if (in[i] != out[i])
			fail("register", i, (long)out[i]);
	if (fpscr != want)
		fail("fpscr", (long)want, (long)fpscr);
}

/* Its own pattern over everything, and back it comes. */
static void scribble(int sig)
{
	uint64_t in[NR_D], out[NR_D];
	uint32_t fpscr;

	pattern(in, 0xee, (uint32_t)sig);
	keep_all(in, out, FPSCR_SET & 0x0f400000u, &fpscr, 5, 0);
	if (memcmp(in, out, sizeof(in)))
		fail("handler", sig, 0);
	handled++;
}

static uint32_t rounds = 200;

static void *thread(void *who)
{
	for (uint32_t i = 0; i < rounds; i++)
		once((uint32_t)(uintptr_t)who, i);
	return NULL;
}

static void beside_each_other(void)
{
	const struct itimerval often = {{0, 1000}, {0, 1000}}, never = {0};
	pthread_t threads[THREADS];
	int status, bad = 0;

	for (uint32_t p = 0; p < PROCESSES; p++)
		if (!fork()) {
			setitimer(ITIMER_REAL, &often, NULL);
			thread((void *)(uintptr_t)(p + 0x20));
			_exit(0);
		}
	setitimer(ITIMER_REAL, &often, NULL);
	for (uint32_t t = 0; t < THREADS; t++)
		pthread_create(&threads[t], NULL, thread,
			       (void *)(uintptr_t)(t + 1));
	for (uint32_t t = 0; t < THREADS; t++)
		pthread_join(threads[t], NULL);
	while (wait(&status) > 0 || errno == EINTR)
		bad += status != 0;
	setitimer(ITIMER_REAL, &never, NULL);
	printf("%d processes and %d threads: %s, handlers ran: %s\n", PROCESSES,
	       THREADS, bad ? "bad" : "ok", handled > 99 ? "yes" : "few");
}

/* ---- the frame ----------------------------------------------------------- */

/* d0 to d31 and FPSCR in uc_regspace: blocks of magic and size. */
static uint32_t *vfp_of(ucontext_t *context)
{
	uint32_t *at = (uint32_t *)context->uc_regspace;
	uint32_t *end = at + sizeof(context->uc_regspace) / 4;

	while (at < end && at[1] && at[0] != VFP_MAGIC)
		at += at[1] / 4;
	if (at >= end || at[0] != VFP_MAGIC || at[1] != VFP_SIZE)
		fail("frame", (long)at[0], (long)at[1]);
	return at + 2;
}

static void change(int sig, siginfo_t *info, void *context)
{
	uint32_t *vfp = vfp_of(context);

	(void)sig;
	(void)info;
	for (uint32_t i = 0; i < NR_D; i++) {
		vfp[2 * i] ^= 0xffffffffu;
		vfp[2 * i + 1] += i;
	}
	vfp[2 * NR_D] ^= 0x00c00000u; /* rounding */
	handled++;
}

static void in_the_frame(void)
{
	struct sigaction action = {.sa_sigaction = change,
				   .sa_flags = SA_SIGINFO};
	uint64_t in[NR_D], out[NR_D], want[NR_D];
	const sig_atomic_t before = handled;
	uint32_t fpscr;

	sigaction(SIGALRM, &action, NULL);
	pattern(in, 0x77, 0);
	for (uint32_t i = 0; i < NR_D; i++)
		want[i] = (uint64_t)((uint32_t)(in[i] >> 32) + i) << 32 |
			  (uint32_t)~in[i];
	keep_all(in, out, 0x01000000, &fpscr, 10, SIGNALLED);
	printf("changed in the frame: %s, fpscr %x, once %d\n",
	       memcmp(out, want, sizeof(out)) ? "not" : "seen", fpscr,
	       handled - before == 1);
}

/* ---- contexts and jumps ---------------------------------------------------- */

static ucontext_t main_context, other_context;
static volatile double seen;

static void other(void)
{
	register double kept = 2.5;

	for (int i = 0; i < 3; i++) {
		kept *= 2;
		seen = kept;
		swapcontext(&other_context, &main_context);
	}
}

static void contexts(void)
{
	static char stack[65536];
	volatile double mine = 1.25;

	getcontext(&other_context);
	other_context.uc_stack.ss_sp = stack;
	other_context.uc_stack.ss_size = sizeof(stack);
	other_context.uc_link = &main_context;
	makecontext(&other_context, other, 0);
	for (int i = 0; i < 3; i++) {
		swapcontext(&main_context, &other_context);
		mine += seen;
	}
	printf("contexts: %g %g\n", mine, seen);
}

static sigjmp_buf away;

static void jump(int sig)
{
	siglongjmp(away, sig);
}

static void jumps(void)
{
	static char stack[65536];
	const stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_handler = jump, .sa_flags = SA_ONSTACK};
	volatile double kept = 3.5;
	sigset_t blocked;
	volatile int n = 0;
	stack_t now;

	sigaltstack(&alternate, NULL);
	sigaction(SIGSEGV, &action, NULL);
	while (n < 100)
		if (!sigsetjmp(away, 1)) {
			n++;
			*(volatile int *)(uintptr_t)(n & ~3) = 1;
		} else {
			kept += 0.5;
		}
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	sigaltstack(NULL, &now);
	printf("jumps: %d %g blocked %d on the stack %d\n", n, kept,
	       sigismember(&blocked, SIGSEGV), now.ss_flags);
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = scribble,
				   .sa_flags = SA_RESTART};

	if (argc > 1)
		rounds = (uint32_t)atoi(argv[1]);
	setvbuf(stdout, NULL, _IONBF, 0);
	sigaction(SIGALRM, &action, NULL);
	beside_each_other();
	in_the_frame();
	contexts();
	jumps();
	return 0;
}
