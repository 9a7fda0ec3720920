/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Merged pages and swap: two processes of no common family share KSM pages,
 * which are then swapped out by force of numbers. What comes back first is its
 * finder's own, and the other gets a copy; ksmd merges them again.
 *
 * Prints what is right, and whether copies were made; not how many pages were
 * out, which is the kernel's choice.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "observe.h"

#define PAGE 4096ul
#define NR   1024ul
#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define KSM  "/sys/kernel/mm/ksm/"
#define MB   (1ul << 20)

static unsigned long knob(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), KSM "%s", name);
	return field(path, "");
}

static void rounds(unsigned int nr)
{
	unsigned long until = knob("full_scans") + nr + 1;

	put(KSM "run", 1);
	for (int i = 0; i < 5000 && knob("full_scans") < until; i++)
		usleep(2000);
	put(KSM "run", 0);
}

static uint32_t *area;

static void fill(void)
{
	area = mmap((void *)0x20000000, NR * PAGE, RW, ANON | MAP_FIXED, -1, 0);
	for (unsigned long i = 0; i < NR; i++)
		for (unsigned long w = 0; w < PAGE / 4; w++)
			area[i * PAGE / 4 + w] = (uint32_t)(i << 16 | w);
	madvise(area, NR * PAGE, MADV_MERGEABLE);
}

static unsigned long wrong_words(void)
{
	unsigned long wrong = 0;

	for (unsigned long i = 0; i < NR; i++)
		for (unsigned long w = 0; w < PAGE / 4; w++)
			wrong += area[i * PAGE / 4 + w] !=
				 (uint32_t)(i << 16 | w);
	return wrong;
}

static void counters(const char *when)
{
	say("%s: shared=%lu sharing=%lu unshared=%lu volatile=%lu", when,
	    knob("pages_shared"), knob("pages_sharing"), knob("pages_unshared"),
	    knob("pages_volatile"));
}

/* As much as the machine has, again and again: ours goes out. */
static void press(void)
{
	unsigned long bytes = field("/proc/meminfo", "MemTotal:") * 1024;
	volatile char *memory = mmap(NULL, bytes, RW, ANON | MAP_NORESERVE, -1,
				     0);

	for (int pass = 0; pass < 12; pass++)
		for (unsigned long at = 0; at < bytes; at += PAGE)
			memory[at] = (char)pass;
	munmap((void *)memory, bytes);
}

static unsigned long swapped(void)
{
	return field("/proc/self/status", "VmSwap:");
}

int main(void)
{
	unsigned long copies, before;
	int ends[2], done[2], status;
	char byte = 0;

	put(KSM "sleep_millisecs", 2);
	put(KSM "pages_to_scan", 2000);
	put(KSM "run", 2);
	if (pipe(ends) || pipe(done))
		return 1;
	if (!fork()) { /* before there is anything to share by birth */
		fill();
		if (write(done[1], &byte, 1) != 1 ||
		    read(ends[0], &byte, 1) != 1)
			_exit(1);
		say("child: out %s", swapped() ? "yes" : "no");
		say("child: wrong=%lu", wrong_words());
		if (write(done[1], &byte, 1) != 1 ||
		    read(ends[0], &byte, 1) != 1)
			_exit(1);
		say("child: wrong=%lu", wrong_words());
		_exit(0);
	}
	fill();
	if (read(done[0], &byte, 1) != 1)
		return 1;
	rounds(3);
	counters("merged");
	copies = field("/proc/vmstat", "ksm_swpin_copy ");
	press();
	say("parent: most of it out %s", swapped() > NR * 2 ? "yes" : "no");
	before = swapped();
	say("parent: wrong=%lu", wrong_words());
	if (write(ends[1], &byte, 1) != 1 || read(done[0], &byte, 1) != 1)
		return 1;
	copies = field("/proc/vmstat", "ksm_swpin_copy ") - copies;
	say("copies: %s, no more than were out: %s", copies ? "yes" : "no",
	    copies * 4 <= before ? "yes" : "no");
	rounds(4);
	counters("merged again");
	put(KSM "run", 2);
	counters("unmerged");
	say("parent: wrong=%lu", wrong_words());
	if (write(ends[1], &byte, 1) != 1)
		return 1;
	wait(&status);
	say("status %d", status);
	return 0;
}
