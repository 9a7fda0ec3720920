/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words that no compiler wrote, run as instructions: what a program in user
 * mode may not do must end in SIGILL or do nothing, as on an ARMv7 core, and
 * nothing of it may reach the machine.
 *
 *   wildcode                        the list below, one line each
 *   wildcode FIRST_SEED NR_CHILDREN NR_WORDS
 *                                   random ARM and Thumb words; each seed has
 *                                   a child; "done: N children" at the end
 *
 * A signal's handler moves on to the next word, also when a timer finds a loop.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define PAGE     4096u
#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))
#define THUMB    (1u << 5)

static uint32_t *code; /* two pages, then a hole; the second page holds data */
static struct sigaction action;

static sigjmp_buf home;
static volatile int got_signal, got_code;
static volatile uint32_t got_pc, got_addr, got_cpsr;

/* ---- the list ----------------------------------------------------------------- */

struct known {
	const char *name;
	uint32_t word[2];
	uint8_t thumb; /* two halfwords of word[0], low half first */
};

#define A(name, ...)                   \
	{                              \
		name, {__VA_ARGS__}, 0 \
	}
#define T(name, ...)                   \
	{                              \
		name, {__VA_ARGS__}, 1 \
	}

static const struct known list[] = {
	A("udf", 0xe7f000f0),
	A("bkpt", 0xe1200070),
	A("smc", 0xe1600070),
	A("hvc", 0xe1400070),
	A("wfi", 0xe320f003),
	A("wfe", 0xe320f002),
	A("sev", 0xe320f004),
	A("yield", 0xe320f001),
	A("dbg", 0xe320f0ff),
	A("cpsid", 0xf10c01c0),
	A("cps svc", 0xf1020013),
	A("msr cpsr_c svc", 0xe321f013),
	A("msr cpsr_fc irq", 0xe329f012),
	A("msr spsr", 0xe169f000),
	A("mrs cpsr", 0xe10f0000),
	A("mrs spsr", 0xe14f0000),
	A("rfe", 0xf8900a00),
	A("srs svc", 0xf96d0513),
	A("ldm user", 0xe8d12000),
	A("ldm exception return", 0xe8fd8000),
	A("stm user", 0xe8c12000),
	A("movs pc lr", 0xe1b0f00e),
	A("subs pc lr 4", 0xe25ef004),
	A("eret", 0xe160006e),
	A("mrs banked", 0xe1400200),
	A("read MIDR", 0xee100f10),
	A("read SCTLR", 0xee110f10),
	A("write SCTLR", 0xee010f10),
	A("write ACTLR", 0xee010f30),
	A("write CPACR", 0xee010f50),
	A("read SCR", 0xee110f11),
	A("write TTBR0", 0xee020f10),
	A("write TTBR1", 0xee020f30),
	A("write TTBCR", 0xee020f50),
	A("write DACR", 0xee030f10),
	A("read DFSR", 0xee150f10),
	A("write DFAR", 0xee060f10),
	A("ICIALLU", 0xee070f15),
	A("ATS1CPR", 0xee070f18),
	A("TLBIALL", 0xee080f17),
	A("TLBIMVA", 0xee080f37),
	A("write PRRR", 0xee0a0f12),
	A("write VBAR", 0xee0c0f10),
	A("read ASID", 0xee1d0f30),
	A("write ASID", 0xee0d0f30),
	A("read TPIDRURO", 0xee1d0f70),
	A("write TPIDRURO", 0xee0d0f70),
	A("write TPIDRURW", 0xee0d0f50),
	A("read TPIDRPRW", 0xee1d0f90),
	A("CP15ISB", 0xee070f95),
	A("CP15DSB", 0xee070f9a),
	A("CP15DMB", 0xee070fba),
	A("read PMCR", 0xee190f1c),
	A("read PMCCNTR", 0xee190f1d),
	A("read CNTVCT", 0xec510f1e),
	A("read CNTFRQ", 0xee1e0f10),
	A("read TEECR", 0xee960e10 & ~0x800000u),
	A("read JIDR", 0xeef00e10 & ~0x800000u),
	A("read DBGDIDR", 0xee100e10),
	A("write cp10 FPEXC", 0xeee80a10),
	A("read MVFR0", 0xeef70a10),
	A("cp0 cdp", 0xee000000),
	A("cp1 ldc", 0xed900100),
	A("cp14 ldc", 0xed915e01),
	A("cp15 stc", 0xed810f00),
	A("setend be, le", 0xf1010200, 0xf1010000),
	A("clrex", 0xf57ff01f),
	A("never", 0xf0000000),
	A("all ones", 0xffffffff),
	A("ldrt hole", 0xe4b10000),
	A("bxj", 0xe12fff20 | 14),
	T("thumb udf", 0xbf00de00),
	T("thumb bkpt", 0xbf00be00),
	T("thumb udf wide", 0xa000f7f0),
	T("thumb smc", 0x8000f7f0),
	T("thumb hvc", 0x8000f7e0),
	T("thumb wfi", 0xbf00bf30),
	T("thumb cpsid", 0xbf00b677),
	T("thumb setend", 0xb650b658),
	T("thumb msr cpsr_c", 0x8100f380),
	T("thumb eret", 0x8f00f3de),
	T("thumb rfe", 0xc000e991),
	T("thumb srs", 0xc013e98d),
	T("thumb write SCTLR", 0x0f10ee01),
	T("thumb enterx", 0x8f1ff3bf),
};

static void remember(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	got_signal = sig;
	got_code = info->si_code;
	got_addr = (uint32_t)(uintptr_t)info->si_addr;
	got_pc = uc->uc_mcontext.arm_pc;
	got_cpsr = uc->uc_mcontext.arm_cpsr;
	siglongjmp(home, 1);
}

/* Runs @known with r0 = 0, r1 = data, lr = behind it; UDF is behind it. */
static void run_known(const struct known *known)
{
	uint32_t entry = (uint32_t)(uintptr_t)code | known->thumb;
	int nr_words = known->word[1] ? 2 : 1;

	code[0] = known->word[0];
	code[1] = nr_words == 2 ? known->word[1] : 0xe7f123f4;
	code[2] = 0xe7f123f4; /* UDF with a number of ours */
	if (known->thumb)
		code[1] = 0xde77de77;
	__builtin___clear_cache((char *)code, (char *)(code + 4));
	got_signal = 0;
	got_cpsr = 0;
	if (sigsetjmp(home, 1))
		return;
	__asm__ volatile(
		"mov r0, #0\n\tmov r1, %[data]\n\t"
		"add lr, %[entry], #4\n\tbx %[entry]"
		:
		: [entry] "r"(entry), [data] "r"((uint32_t)(uintptr_t)code +
						 PAGE)
		: "r0", "r1", "lr", "memory");
}

static void print_known(const struct known *known)
{
	uint32_t at = got_pc - (uint32_t)(uintptr_t)code;
	uint32_t behind = !known->thumb && known->word[1] ? 8 : 4;

	printf("%s: ", known->name);
	if (got_signal == SIGILL && at == behind)
		printf("went on");
	else if (at < PAGE)
		printf("signal %d code %d at %u%s", got_signal, got_code, at,
		       got_addr == got_pc ? "" : ", elsewhere");
	else
		printf("signal %d code %d outside", got_signal, got_code);
	if ((got_cpsr & 0x1f) != 0x10 || (got_cpsr & 0x1c0) ||
	    !!(got_cpsr & THUMB) != known->thumb)
		printf(", cpsr %x", got_cpsr);
	printf("\n");
	fflush(stdout);
}

static void run_list(void)
{
	for (size_t i = 0; i < ARRAY(list); i++) {
		memset((uint8_t *)code + PAGE, 0, PAGE);
		run_known(&list[i]);
		print_known(&list[i]);
	}
}

/* ---- at random ------------------------------------------------------------------- */

static uint32_t state;
static volatile int words_left;

static uint32_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static uint32_t below(uint32_t n)
{
	return rnd() % n;
}

static uint32_t random_word(void)
{
	uint32_t word = rnd();

	switch (below(8)) {
	case 0:
		return list[below(ARRAY(list))].word[0];
	case 1: /* one bit away from something privileged */
		return list[below(ARRAY(list))].word[0] ^ 1u << below(32);
	case 2: /* coprocessors */
		return (word & 0x00ffffff) | 0xec000000 | (word & 3) << 24;
	case 3: /* the unconditional ones */
		return word | 0xf0000000;
	case 4: /* miscellaneous and MSR, MRS */
		return (word & 0x006fffff) | 0xe1000000;
	case 5:
		return word;
	default:
		return (word & 0x0fffffff) | 0xe0000000;
	}
}

static uint32_t random_value(void)
{
	uint32_t data = (uint32_t)(uintptr_t)code + PAGE;

	switch (below(8)) {
	case 0:
		return rnd();
	case 1:
		return data + PAGE - below(9);
	case 2:
		return data + PAGE + below(9);
	case 3:
		return (uint32_t)(uintptr_t)code + below(64) * 4;
	case 4:
		return below(32);
	case 5:
		return -below(16);
	default:
		return data + below(PAGE);
	}
}

/* The next word, in a context of random registers. */
static void next_word(int sig, siginfo_t *info, void *context)
{
	mcontext_t *mc = &((ucontext_t *)context)->uc_mcontext;
	uint32_t *reg = (uint32_t *)&mc->arm_r0;
	uint32_t where = below(PAGE / 4 - 8);

	(void)sig;
	(void)info;
	if ((mc->arm_cpsr & 0x1f) != 0x10)
		_exit(99);
	if (words_left-- <= 0)
		_exit(0);
	if (!below(50))
		where = PAGE / 4 - 1; /* up to the data, which may be wide */
	for (int i = 0; i < 1 + (int)below(4) && where + i < PAGE / 4; i++)
		code[where + i] = random_word();
	if (where < PAGE / 4 - 8)
		code[where + 4] = 0xe7f000f0;
	__builtin___clear_cache((char *)(code + where),
				(char *)(code + where + 5));
	for (int i = 0; i < 15; i++)
		reg[i] = random_value();
	if (below(2))
		reg[7] = 0; /* restart_syscall: harmless */
	mc->arm_pc = (uint32_t)(uintptr_t)(code + where);
	mc->arm_cpsr = 0x10 | (rnd() & 0xf80f0000);
	if (below(3) == 0)
		mc->arm_cpsr |= THUMB | (below(4) ? 0 : rnd() & 0x0600fc00);
}

static void child(uint32_t seed, int nr_words)
{
	static uint8_t stack[65536] __attribute__((aligned(8)));
	stack_t alternative = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct itimerval often = {{0, 50}, {0, 50}};

	for (int fd = 0; fd < 3; fd++)
		close(fd);
	setsid();
	(void)!setuid(1000);
	state = seed * 2654435761u + 1;
	state += !state;
	words_left = nr_words;
	action.sa_sigaction = next_word;
	action.sa_flags = SA_SIGINFO | SA_ONSTACK;
	sigfillset(&action.sa_mask);
	sigaltstack(&alternative, NULL);
	sigaction(SIGILL, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGTRAP, &action, NULL);
	sigaction(SIGFPE, &action, NULL);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	raise(SIGILL);
	_exit(98);
}

static void on_alarm(int sig)
{
	(void)sig;
	kill(-1, SIGKILL);
}

static int run_random(uint32_t first, int nr_children, int nr_words)
{
	struct itimerval late = {{0, 200000}, {0, 200000}}, never = {0};
	int status, odd = 0;

	signal(SIGALRM, on_alarm);
	for (int i = 0; i < nr_children; i++) {
		pid_t pid = fork();

		if (!pid)
			child(first + (uint32_t)i, nr_words);
		setitimer(ITIMER_REAL, &late, NULL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		odd += WIFEXITED(status) && WEXITSTATUS(status) == 99;
		kill(-1, SIGKILL);
		while (waitpid(-1, &status, __WALL) > 0 || errno == EINTR)
			;
		setitimer(ITIMER_REAL, &never, NULL);
	}
	printf("done: %d children", nr_children);
	if (odd)
		printf(", %d out of user mode", odd);
	printf("\n");
	return odd > 0;
}

int main(int argc, char **argv)
{
	int nr_words = argc > 3 ? atoi(argv[3]) : 100;

	code = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(code + 2 * PAGE / 4, PAGE);
	if (argc > 2)
		return run_random(strtoul(argv[1], NULL, 0), atoi(argv[2]),
				  nr_words);
	action.sa_sigaction = remember;
	action.sa_flags = SA_SIGINFO;
	sigaction(SIGILL, &action, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGTRAP, &action, NULL);
	run_list();
	return 0;
}
