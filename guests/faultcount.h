/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GUESTS_FAULTCOUNT_H
#define GUESTS_FAULTCOUNT_H

/*
 * For guests that count faults step by step: COUNT(name, statement) prints
 * what the statement cost by getrusage(), and no fault of the guest's own
 * code, data and stack is among them, provided that warm() was called before;
 * in a child once more, which has to fetch its text again.
 *
 * Memory to be measured is mapped at fixed, aligned addresses, so that
 * windows of fault-around and page tables lie the same in every build of the
 * guest. Output is kept until flush(): nobody else runs during a step.
 */

#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096u
#define RW   (PROT_READ | PROT_WRITE)

typedef volatile uint8_t *area;

/* ---- system calls, without what a C library puts around them ------------- */

__attribute__((noinline, unused)) static long call4(long number, long a, long b,
						    long c, long d)
{
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;
	register long r3 __asm__("r3") = d;
	register long r7 __asm__("r7") = number;

	__asm__ volatile("svc #0"
			 : "+r"(r0)
			 : "r"(r1), "r"(r2), "r"(r3), "r"(r7)
			 : "memory");
	return r0;
}

/* ---- output ---------------------------------------------------------------- */

static char out[32768];
static unsigned int out_len;

static inline void flush(void)
{
	unsigned int done = 0;

	while (done < out_len) {
		long n = write(1, out + done, out_len - done);

		if (n <= 0)
			_exit(3);
		done += (unsigned int)n;
	}
	out_len = 0;
}

__attribute__((format(printf, 1, 2))) static inline void say(const char *fmt,
							     ...)
{
	va_list ap;

	if (out_len > sizeof(out) - 256)
		flush();
	va_start(ap, fmt);
	out_len += (unsigned int)vsnprintf(out + out_len, 256, fmt, ap);
	va_end(ap);
}

static inline void say_text(const char *text, unsigned int len)
{
	if (out_len + len > sizeof(out))
		flush();
	memcpy(out + out_len, text, len);
	out_len += len;
}

static inline void need(int holds, const char *what)
{
	if (holds)
		return;
	say("failed %s errno=%d\n", what, errno);
	flush();
	_exit(2);
}

/* ---- own pages --------------------------------------------------------------- */

static inline void warm_segment(const Elf32_Phdr *load, uint32_t read_only_end)
{
	uint32_t end = load->p_vaddr + load->p_memsz;

	for (uint32_t at = load->p_vaddr; at < end;
	     at = (at | (PAGE - 1)) + 1) {
		area byte = (area)(uintptr_t)at;
		uint8_t value = *byte;

		if (load->p_flags & PF_W && at >= read_only_end)
			*byte = value;
	}
}

static inline void rewrite(uint32_t at)
{
	area byte = (area)(uintptr_t)at;

	*byte = *byte;
}

/*
 * Touches the program's text; writes to its data, its thread's own, to 64 KB
 * of its stack and to all of that above.
 */
static inline void warm(void)
{
	const Elf32_Phdr *ph = (const void *)(uintptr_t)getauxval(AT_PHDR);
	unsigned int n = (unsigned int)getauxval(AT_PHNUM);
	uint32_t top = (uint32_t)getauxval(AT_EXECFN), read_only_end = 0;
	volatile uint8_t stack[16 * PAGE];

	for (unsigned int i = 0; i < n; i++)
		if (ph[i].p_type == PT_GNU_RELRO)
			read_only_end =
				(ph[i].p_vaddr + ph[i].p_memsz + PAGE - 1) &
				~(PAGE - 1);
	for (unsigned int i = 0; i < n; i++)
		if (ph[i].p_type == PT_LOAD)
			warm_segment(&ph[i], read_only_end);
	for (uint32_t at = (uint32_t)(uintptr_t)stack; at < top; at += PAGE)
		rewrite(at);
	rewrite(top);
	rewrite((uint32_t)(uintptr_t)__builtin_thread_pointer());
}

/* ---- counting ------------------------------------------------------------------- */

struct counts {
	long minor, major;
};

static inline struct counts counts_of(int who)
{
	static struct rusage usage;

	call4(__NR_getrusage, who, (long)&usage, 0, 0);
	return (struct counts){usage.ru_minflt, usage.ru_majflt};
}

static inline void say_counts(const char *name, struct counts from,
			      struct counts to)
{
	say("%s minor=%ld", name, to.minor - from.minor);
	if (to.major != from.major)
		say(" major=%ld", to.major - from.major);
	say("\n");
}

#define COUNT_OF(who, name, ...)                         \
	do {                                             \
		struct counts from_ = counts_of(who);    \
		__VA_ARGS__;                             \
		say_counts(name, from_, counts_of(who)); \
	} while (0)
#define COUNT(name, ...) COUNT_OF(RUSAGE_SELF, name, __VA_ARGS__)

/* ---- touching -------------------------------------------------------------------- */

/* One byte of each page, from the first to the last. The sum of what is read. */
static inline unsigned int reads(area at, unsigned int pages)
{
	unsigned int sum = 0;

	for (unsigned int i = 0; i < pages; i++)
		sum += at[i * PAGE];
	return sum;
}

static inline void writes(area at, unsigned int pages, int value)
{
	for (unsigned int i = 0; i < pages; i++)
		at[i * PAGE] = (uint8_t)value;
}

/* Is the first byte of each page @value? */
static inline int all(area at, unsigned int pages, int value)
{
	for (unsigned int i = 0; i < pages; i++)
		if (at[i * PAGE] != value)
			return 0;
	return 1;
}

static inline area map(uint32_t at, unsigned int pages, int prot, int flags,
		       int fd, unsigned int page)
{
	void *p = mmap((void *)(uintptr_t)at, pages * PAGE, prot,
		       flags | MAP_FIXED_NOREPLACE, fd, (off_t)page * PAGE);

	need(p == (void *)(uintptr_t)at, "mmap");
	return p;
}

static inline area anon(uint32_t at, unsigned int pages)
{
	return map(at, pages, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static inline void unmap(area at, unsigned int pages)
{
	need(!munmap((void *)at, pages * PAGE), "munmap");
}

#endif
