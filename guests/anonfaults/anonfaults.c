/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Anonymous memory: what each way of touching, giving back, locking and
 * growing it costs in faults. One line a step; "same" tells whether the bytes
 * were what they must be.
 */
#define _GNU_SOURCE
#include "faultcount.h"

#ifndef MADV_COLD
#define MADV_COLD    20
#define MADV_PAGEOUT 21
#endif
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ  22
#define MADV_POPULATE_WRITE 23
#endif
#ifndef MLOCK_ONFAULT
#define MLOCK_ONFAULT 1
#endif

#define AT 0x20000000u

enum {
	N = 256
};

static int advise(area at, unsigned int pages, int advice)
{
	return madvise((void *)at, pages * PAGE, advice) ? errno : 0;
}

static int protect(area at, unsigned int pages, int prot)
{
	return mprotect((void *)at, pages * PAGE, prot) ? errno : 0;
}

/* ---- first touches ------------------------------------------------------------ */

static void touching(void)
{
	area a;

	COUNT("touch mmap", a = anon(AT, N));
	COUNT("touch read", reads(a, N));
	COUNT("touch read-again", reads(a, N));
	COUNT("touch write-after-read", writes(a, N, 1));
	COUNT("touch write-again", writes(a, N, 2));
	COUNT("touch munmap", unmap(a, N));
	a = anon(AT, N);
	COUNT("touch mapped-again", say("touch zeroes %d\n", all(a, N, 0)));
	unmap(a, N);

	a = anon(AT, N);
	COUNT("touch write-first", writes(a, N, 1));
	COUNT("touch then-read", say("touch same %d\n", all(a, N, 1)));
	unmap(a, N);

	a = anon(AT, N);
	COUNT("touch descending",
	      for (unsigned int i = N; i-- > 0;) a[i * PAGE] = 1);
	unmap(a, N);
	a = anon(AT, N);
	COUNT("touch stride-7",
	      for (unsigned int i = 0; i < N; i++) a[i * 7 % N * PAGE] = 1);
	unmap(a, N);
	a = anon(AT, N);
	COUNT("touch every-16th-read",
	      for (unsigned int i = 0; i < N; i += 16)(void) a[i * PAGE]);
	unmap(a, N);
	/* a load and a store by one instruction each, then both in one */
	a = anon(AT, 2);
	COUNT("touch read-modify-write", a[0]++);
	COUNT("touch swp-like", __atomic_fetch_add(&a[PAGE], 1, 0));
	unmap(a, 2);
	/* an access over the border of two pages */
	a = anon(AT, 2);
	COUNT("touch straddling-write",
	      *(volatile uint32_t *)(a + PAGE - 2) = 1);
	COUNT("touch straddled", writes(a, 2, 1));
	unmap(a, 2);
	a = anon(AT, 2);
	COUNT("touch straddling-read",
	      (void)*(volatile uint32_t *)(a + PAGE - 2));
	unmap(a, 2);
	/* over the border of two page tables */
	a = anon(AT + 0x200000 - 8 * PAGE, 16);
	COUNT("touch two-tables", writes(a, 16, 1));
	unmap(a, 16);
}

/* ---- rights --------------------------------------------------------------------- */

static void rights(void)
{
	area a = anon(AT, N);

	writes(a, N, 1);
	COUNT("prot read-only", protect(a, N, PROT_READ));
	COUNT("prot read", reads(a, N));
	COUNT("prot writable", protect(a, N, RW));
	COUNT("prot write", writes(a, N, 2));
	protect(a, N, PROT_NONE);
	COUNT("prot none-and-back", protect(a, N, RW));
	COUNT("prot none-read", reads(a, N));
	COUNT("prot none-write", writes(a, N, 3));
	protect(a, N, PROT_NONE);
	protect(a, N, PROT_READ);
	COUNT("prot none-to-read", reads(a, N));
	protect(a, N, PROT_READ | PROT_EXEC);
	COUNT("prot exec-read", reads(a, N));
	protect(a, N, RW | PROT_EXEC);
	COUNT("prot exec-write", writes(a, N, 4));
	COUNT("prot same", say("prot same %d\n", all(a, N, 4)));
	unmap(a, N);

	a = anon(AT, N); /* the zero page, with rights to and fro */
	reads(a, N);
	protect(a, N, PROT_READ);
	COUNT("prot zero-read", reads(a, N));
	protect(a, N, RW);
	COUNT("prot zero-write", writes(a, N, 1));
	unmap(a, N);

	a = map(AT, N, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	COUNT("prot ro-read", reads(a, N));
	protect(a, N, RW);
	COUNT("prot ro-then-write", writes(a, N, 1));
	unmap(a, N);
	a = map(AT, N, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	protect(a, N, RW);
	COUNT("prot none-first-write", writes(a, N, 1));
	unmap(a, N);
	a = map(AT, N, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	COUNT("prot write-only-read", reads(a, N));
	COUNT("prot write-only-write", writes(a, N, 1));
	unmap(a, N);
	a = map(AT, N, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	COUNT("prot exec-only-read", reads(a, N));
	unmap(a, N);
	/* half of it, page by page */
	a = anon(AT, 16);
	writes(a, 16, 1);
	for (unsigned int i = 0; i < 16; i += 2)
		protect(a + i * PAGE, 1, PROT_READ);
	for (unsigned int i = 0; i < 16; i += 2)
		protect(a + i * PAGE, 1, RW);
	COUNT("prot split-and-merged", writes(a, 16, 2));
	unmap(a, 16);
}

/* ---- advice ------------------------------------------------------------------------ */

/* @advice on written pages, then reads or writes. */
static void one_advice(const char *name, int advice)
{
	area a = anon(AT, N);
	char line[64];
	unsigned int sum = 0;
	int error;

	writes(a, N, 1);
	snprintf(line, sizeof(line), "advice %s", name);
	COUNT(line, error = advise(a, N, advice));
	snprintf(line, sizeof(line), "advice %s read", name);
	COUNT(line, sum = reads(a, N));
	say("advice %s errno=%d sum=%u\n", name, error, sum);
	snprintf(line, sizeof(line), "advice %s then-write", name);
	COUNT(line, writes(a, N, 2));
	advise(a, N, advice);
	snprintf(line, sizeof(line), "advice %s rewrite", name);
	COUNT(line, writes(a, N, 3));
	say("advice %s same %d\n", name, all(a, N, 3));
	advise(a, N, advice);
	advise(a, N, advice);
	snprintf(line, sizeof(line), "advice %s twice-write", name);
	COUNT(line, writes(a, N, 4));
	unmap(a, N);
	a = anon(AT, N); /* nothing there yet, or the zero page */
	snprintf(line, sizeof(line), "advice %s empty", name);
	COUNT(line, advise(a, N, advice));
	snprintf(line, sizeof(line), "advice %s empty-write", name);
	COUNT(line, writes(a, N / 2, 1));
	reads(a, N);
	advise(a, N, advice);
	snprintf(line, sizeof(line), "advice %s zero-read", name);
	COUNT(line, reads(a + N / 2 * PAGE, N / 2));
	snprintf(line, sizeof(line), "advice %s zero-write", name);
	COUNT(line, writes(a + N / 2 * PAGE, N / 2, 1));
	unmap(a, N);
	a = map(AT, N, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	snprintf(line, sizeof(line), "advice %s read-only", name);
	COUNT(line, error = advise(a, N, advice));
	snprintf(line, sizeof(line), "advice %s read-only-read", name);
	COUNT(line, reads(a, N));
	say("advice %s read-only errno=%d\n", name, error);
	unmap(a, N);
	a = map(AT, N, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	snprintf(line, sizeof(line), "advice %s none", name);
	COUNT(line, error = advise(a, N, advice));
	say("advice %s none errno=%d\n", name, error);
	unmap(a, N);
	a = anon(AT, N);
	writes(a, N / 2, 1);
	mlock((void *)a, N / 2 * PAGE);
	snprintf(line, sizeof(line), "advice %s locked", name);
	COUNT(line, error = advise(a, N, advice));
	snprintf(line, sizeof(line), "advice %s locked-write", name);
	COUNT(line, writes(a, N, 1));
	say("advice %s locked errno=%d\n", name, error);
	unmap(a, N);
}

static void advices(void)
{
	one_advice("normal", MADV_NORMAL);
	one_advice("random", MADV_RANDOM);
	one_advice("willneed", MADV_WILLNEED);
	one_advice("dontneed", MADV_DONTNEED);
	one_advice("free", MADV_FREE);
	one_advice("cold", MADV_COLD);
	one_advice("pageout", MADV_PAGEOUT);
	one_advice("populate-read", MADV_POPULATE_READ);
	one_advice("populate-write", MADV_POPULATE_WRITE);
}

static void advice_mixed(void)
{
	area a = anon(AT, N);
	int error;

	writes(a, N, 1);
	advise(a, N, MADV_FREE);
	protect(a, N, PROT_READ);
	COUNT("mixed free-ro-read", reads(a, N));
	protect(a, N, RW);
	COUNT("mixed free-ro-write", writes(a, N, 2));
	advise(a, N, MADV_FREE);
	COUNT("mixed free-dontneed", advise(a, N, MADV_DONTNEED));
	COUNT("mixed free-dontneed-write", writes(a, N, 3));
	advise(a, N, MADV_FREE);
	COUNT("mixed free-populate-write",
	      error = advise(a, N, MADV_POPULATE_WRITE));
	COUNT("mixed free-populate-write-then", writes(a, N, 4));
	advise(a, N, MADV_COLD);
	COUNT("mixed cold-populate-read",
	      error |= advise(a, N, MADV_POPULATE_READ));
	COUNT("mixed cold-populate-read-then", reads(a, N));
	say("mixed errno=%d same %d\n", error, all(a, N, 4));
	/* advice on the middle; a hole */
	COUNT("mixed dontneed-middle",
	      advise(a + 64 * PAGE, 128, MADV_DONTNEED));
	COUNT("mixed dontneed-middle-write", writes(a, N, 5));
	unmap(a + 64 * PAGE, 128);
	COUNT("mixed dontneed-hole", error = advise(a, N, MADV_DONTNEED));
	say("mixed dontneed-hole errno=%d\n", error);
	COUNT("mixed dontneed-hole-write", writes(a + (N - 64) * PAGE, 64, 6));
	COUNT("mixed populate-hole", error = advise(a, N, MADV_POPULATE_WRITE));
	say("mixed populate-hole errno=%d\n", error);
	COUNT("mixed populate-hole-write", writes(a, 64, 6));
	unmap(a, 64);
	unmap(a + (N - 64) * PAGE, 64);
	/* what populate does to a page that is there for reading */
	a = anon(AT, N);
	reads(a, N);
	COUNT("mixed zero-populate-write", advise(a, N, MADV_POPULATE_WRITE));
	COUNT("mixed zero-populate-write-then", writes(a, N, 1));
	unmap(a, N);
}

/* ---- ahead of use: MAP_POPULATE, mlock --------------------------------------------- */

static void populate(void)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;
	area a;

	COUNT("populate rw", a = map(AT, N, RW, flags, -1, 0));
	COUNT("populate rw-write", writes(a, N, 1));
	unmap(a, N);
	COUNT("populate ro", a = map(AT, N, PROT_READ, flags, -1, 0));
	COUNT("populate ro-read", reads(a, N));
	protect(a, N, RW);
	COUNT("populate ro-then-write", writes(a, N, 1));
	unmap(a, N);
	COUNT("populate none", a = map(AT, N, PROT_NONE, flags, -1, 0));
	protect(a, N, RW);
	COUNT("populate none-write", writes(a, N, 1));
	unmap(a, N);
	COUNT("populate shared",
	      a = map(AT, N, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1,
		      0));
	COUNT("populate shared-read", reads(a, N));
	COUNT("populate shared-write", writes(a, N, 1));
	unmap(a, N);
	COUNT("populate nonblock",
	      a = map(AT, N, RW, flags | MAP_NONBLOCK, -1, 0));
	COUNT("populate nonblock-write", writes(a, N, 1));
	unmap(a, N);
	COUNT("populate locked",
	      a = map(AT, N, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1,
		      0));
	COUNT("populate locked-write", writes(a, N, 1));
	unmap(a, N);
}

static void locking(void)
{
	area a = anon(AT, N);
	void *p = (void *)a;
	int error;

	COUNT("mlock empty", mlock(p, N * PAGE));
	COUNT("mlock empty-write", writes(a, N, 1));
	COUNT("mlock again", mlock(p, N * PAGE));
	COUNT("mlock munlock", munlock(p, N * PAGE));
	COUNT("mlock munlock-write", writes(a, N, 2));
	unmap(a, N);
	a = anon(AT, N);
	reads(a, N);
	COUNT("mlock zero-page", mlock(p, N * PAGE));
	COUNT("mlock zero-page-write", writes(a, N, 1));
	unmap(a, N);
	a = map(AT, N, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	COUNT("mlock read-only", mlock(p, N * PAGE));
	COUNT("mlock now-writable", protect(a, N, RW));
	COUNT("mlock now-writable-write", writes(a, N, 1));
	unmap(a, N);
	a = map(AT, N, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	COUNT("mlock none", error = mlock(p, N * PAGE) ? errno : 0);
	say("mlock none errno=%d\n", error);
	COUNT("mlock none-to-write", protect(a, N, RW));
	COUNT("mlock none-to-write-write", writes(a, N, 1));
	unmap(a, N);
	a = anon(AT, N);
	COUNT("mlock onfault", error = (int)call4(__NR_mlock2, (long)p,
						  N * PAGE, MLOCK_ONFAULT, 0));
	say("mlock onfault %d\n", error);
	COUNT("mlock onfault-read", reads(a, N));
	COUNT("mlock onfault-write", writes(a, N, 1));
	unmap(a, N);
	a = anon(AT, N); /* part of a range mapped */
	unmap(a + 128 * PAGE, 64);
	COUNT("mlock hole", error = mlock(p, N * PAGE) ? errno : 0);
	say("mlock hole errno=%d\n", error);
	COUNT("mlock hole-write", writes(a, 128, 1));
	COUNT("mlock hole-write-after", writes(a + 192 * PAGE, 64, 1));
	unmap(a, 128);
	unmap(a + 192 * PAGE, 64);
}

static void locking_all(void)
{
	area a = anon(AT, N);

	COUNT("mlockall future", mlockall(MCL_FUTURE));
	COUNT("mlockall future-before", writes(a, N, 1));
	unmap(a, N);
	COUNT("mlockall future-mmap", a = anon(AT, N));
	COUNT("mlockall future-write", writes(a, N, 1));
	COUNT("mlockall future-grow",
	      mremap((void *)a, N * PAGE, 2 * N * PAGE, 0));
	COUNT("mlockall future-grown-write", writes(a + N * PAGE, N, 1));
	COUNT("mlockall future-brk", sbrk(16 * PAGE));
	sbrk(-16 * (int)PAGE);
	unmap(a, 2 * N);
	COUNT("mlockall munlockall", munlockall());
	COUNT("mlockall future-onfault", mlockall(MCL_FUTURE | MCL_ONFAULT));
	COUNT("mlockall onfault-mmap", a = anon(AT, N));
	COUNT("mlockall onfault-read", reads(a, N));
	COUNT("mlockall onfault-write", writes(a, N, 1));
	unmap(a, N);
	munlockall();
	a = anon(AT, N);
	COUNT("mlockall off", writes(a, N, 1));
	unmap(a, N);
	/* The guest's own pages would be among the faults of MCL_CURRENT. */
	a = anon(AT, N);
	mlockall(MCL_CURRENT);
	COUNT("mlockall current-write", writes(a, N, 1));
	munlockall();
	unmap(a, N);
	a = anon(AT, N);
	COUNT("mlockall current-onfault", mlockall(MCL_CURRENT | MCL_ONFAULT));
	COUNT("mlockall current-onfault-write", writes(a, N, 1));
	munlockall();
	unmap(a, N);
}

/* ---- moving -------------------------------------------------------------------------- */

static void moving(void)
{
	area a = anon(AT, N), b;

	writes(a, N, 1);
	COUNT("mremap grow", mremap((void *)a, N * PAGE, 2 * N * PAGE, 0));
	COUNT("mremap grow-write", writes(a, 2 * N, 2));
	COUNT("mremap shrink", mremap((void *)a, 2 * N * PAGE, N * PAGE, 0));
	COUNT("mremap shrink-grow",
	      mremap((void *)a, N * PAGE, 2 * N * PAGE, 0));
	COUNT("mremap regrown-write", writes(a, 2 * N, 3));
	COUNT("mremap move", b = mremap((void *)a, 2 * N * PAGE, 2 * N * PAGE,
					MREMAP_MAYMOVE | MREMAP_FIXED,
					(void *)(uintptr_t)(AT + 0x1000000)));
	COUNT("mremap move-read", reads(b, 2 * N));
	COUNT("mremap move-write", writes(b, 2 * N, 4));
	say("mremap same %d\n", all(b, 2 * N, 4));
	COUNT("mremap dontunmap",
	      a = mremap((void *)b, 2 * N * PAGE, 2 * N * PAGE,
			 MREMAP_MAYMOVE | MREMAP_FIXED | 4,
			 (void *)(uintptr_t)AT));
	COUNT("mremap dontunmap-new-write", writes(a, 2 * N, 5));
	COUNT("mremap dontunmap-old-read",
	      say("mremap zeroes %d\n", all(b, 2 * N, 0)));
	COUNT("mremap dontunmap-old-write", writes(b, 2 * N, 5));
	unmap(a, 2 * N);
	unmap(b, 2 * N);
	a = anon(AT, N); /* the zero page, moved by an odd number of pages */
	reads(a, N);
	COUNT("mremap zero-move",
	      b = mremap((void *)a, N * PAGE, N * PAGE,
			 MREMAP_MAYMOVE | MREMAP_FIXED,
			 (void *)(uintptr_t)(AT + 0x1003000)));
	COUNT("mremap zero-read", reads(b, N));
	COUNT("mremap zero-write", writes(b, N, 1));
	unmap(b, N);
	a = anon(AT, N);
	writes(a, N, 1);
	mlock((void *)a, N * PAGE);
	COUNT("mremap locked-grow",
	      mremap((void *)a, N * PAGE, 2 * N * PAGE, 0));
	COUNT("mremap locked-write", writes(a, 2 * N, 2));
	unmap(a, 2 * N);
}

/* ---- brk, stack ---------------------------------------------------------------------- */

static void heap(void)
{
	uint8_t *start = sbrk(0);
	uint32_t first = ((uint32_t)(uintptr_t)start + PAGE - 1) & ~(PAGE - 1);
	area a = (area)(uintptr_t)first;

	COUNT("brk up", brk((void *)(uintptr_t)(first + N * PAGE)));
	COUNT("brk write", writes(a, N, 1));
	COUNT("brk down", brk((void *)(uintptr_t)(first + 16 * PAGE)));
	COUNT("brk write-kept", writes(a, 16, 2));
	COUNT("brk up-again", brk((void *)(uintptr_t)(first + N * PAGE)));
	COUNT("brk read-again", reads(a, N));
	COUNT("brk zeroes",
	      say("brk zeroes %d\n", all(a + 16 * PAGE, N - 16, 0)));
	COUNT("brk write-again", writes(a, N, 3));
	COUNT("brk half-a-page",
	      brk((void *)(uintptr_t)(first + N * PAGE + 100)));
	COUNT("brk half-a-page-write", writes(a + N * PAGE, 1, 1));
	brk(start);
}

/* Below the warmed stack, by so many pages at a time. */
static void stack_growth(void)
{
	uint32_t here = (uint32_t)(uintptr_t)__builtin_frame_address(0);
	area page = (area)(uintptr_t)((here & ~(PAGE - 1)) - 64 * PAGE);

	COUNT("stack by-one",
	      for (int i = 0; i < 40; i++) page[-i * (int)PAGE] = 1);
	page -= 40 * PAGE;
	COUNT("stack by-eight",
	      for (int i = 1; i <= 16; i++) page[-8 * i * (int)PAGE] = 1);
	page -= 8 * 16 * PAGE;
	COUNT("stack fill-between", writes(page, 8 * 16, 2));
	COUNT("stack jump", page[-256 * (int)PAGE] = 1);
	COUNT("stack read-between", reads(page - 255 * PAGE, 255));
	COUNT("stack write-between", writes(page - 255 * PAGE, 255, 3));
	COUNT("stack read-first", (void)page[-300 * (int)PAGE]);
	COUNT("stack dontneed", advise(page - 256 * PAGE, 256, MADV_DONTNEED));
	COUNT("stack dontneed-write", writes(page - 256 * PAGE, 256, 3));
}

static void growsdown(void)
{
	area a = map(AT + 0x100000, 16, RW,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0);

	COUNT("growsdown within", writes(a, 16, 1));
	COUNT("growsdown below", a[-1 * (int)PAGE] = 1);
	COUNT("growsdown far-below", a[-64 * (int)PAGE] = 1);
	COUNT("growsdown between", writes(a - 64 * PAGE, 80, 2));
	munmap((void *)(a - 64 * PAGE), 80 * PAGE);
	COUNT("growsdown populate",
	      a = map(AT + 0x100000, 16, RW,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN |
			      MAP_POPULATE,
		      -1, 0));
	COUNT("growsdown populated-write", writes(a, 16, 1));
	munmap((void *)a, 16 * PAGE);
}

int main(void)
{
	warm();
	touching();
	rights();
	advices();
	advice_mixed();
	populate();
	locking();
	locking_all();
	moving();
	heap();
	stack_growth();
	growsdown();
	flush();
	return 0;
}
