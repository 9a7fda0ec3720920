/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every fault that ends in a signal, once: takes it, prints signal, si_code
 * and si_addr (relative to what was touched), and goes on behind it.
 *
 * Prints one line each:
 *   NAME signal=N code=N addr=ok|0x…
 * where addr=ok means that si_addr is the address that was touched.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static sigjmp_buf back;
static volatile int got_signal, got_code;
static volatile uintptr_t got_addr;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)context;
	got_signal = sig;
	got_code = info->si_code;
	got_addr = (uintptr_t)info->si_addr;
	siglongjmp(back, 1);
}

static void report(const char *name, uintptr_t expected)
{
	printf("%s signal=%d code=%d ", name, got_signal, got_code);
	if (got_addr == expected)
		printf("addr=ok\n");
	else
		printf("addr=0x%lx\n", (unsigned long)got_addr);
}

#define PROVOKE(name, expected, ...)                           \
	do {                                                   \
		got_signal = 0;                                \
		got_code = 0;                                  \
		got_addr = 0;                                  \
		if (!sigsetjmp(back, 1)) {                     \
			__VA_ARGS__;                           \
			printf("%s nothing happened\n", name); \
		} else {                                       \
			report(name, (uintptr_t)(expected));   \
		}                                              \
	} while (0)

static volatile uint32_t sink;
static uint32_t *volatile null; /* the compiler must not see through it */
static const uint32_t constant[4] = {1, 2, 3, 4};

static void call(uintptr_t where)
{
	((void (*)(void))where)();
}

int main(void)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP};
	struct sigaction action = {.sa_sigaction = on_signal,
				   .sa_flags = SA_SIGINFO};
	uint8_t *page = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	FILE *file = tmpfile();
	uint8_t *mapped;
	uint32_t old;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
	setvbuf(stdout, NULL, _IOLBF, 0);

	PROVOKE("read-null", 0, sink = *(volatile uint32_t *)null);
	PROVOKE("write-null", 4, *(volatile uint32_t *)(null + 1) = 1);
	PROVOKE("read-nowhere", 0x40000000,
		sink = *(volatile uint32_t *)0x40000000);
	PROVOKE("read-kernel", 0xf0000000,
		sink = *(volatile uint32_t *)0xf0000000);
	PROVOKE("write-constant", &constant[1],
		*(volatile uint32_t *)&constant[1] = 7);
	mprotect(page, 4096, PROT_READ);
	PROVOKE("write-read-only", page + 8,
		*(volatile uint8_t *)(page + 8) = 1);
	mprotect(page, 4096, PROT_NONE);
	PROVOKE("read-none", page + 12,
		sink = *(volatile uint8_t *)(page + 12));
	munmap(page + 4096, 4096);
	PROVOKE("read-unmapped", page + 4096,
		sink = *(volatile uint8_t *)(page + 4096));
	PROVOKE("jump-nowhere", 0x40000000, call(0x40000000));
	page[2 * 4096] = 0;
	PROVOKE("jump-no-exec", page + 2 * 4096, call((uintptr_t)page + 8192));
	PROVOKE("undefined", got_addr, __asm__ volatile("udf #0"));
	PROVOKE("breakpoint", got_addr, __asm__ volatile("bkpt #0"));
	PROVOKE("unaligned-exclusive", page + 2 * 4096 + 2,
		__asm__ volatile("ldrex %0, [%1]"
				 : "=r"(old)
				 : "r"(page + 2 * 4096 + 2)));
	if (file && !ftruncate(fileno(file), 100)) {
		mapped = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED,
			      fileno(file), 0);
		PROVOKE("beyond-file", mapped + 4096,
			sink = *(volatile uint8_t *)(mapped + 4096));
		printf("tail-of-file %u\n", mapped[100]);
	}
	return 0;
}
