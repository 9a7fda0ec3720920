/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmafuzz [SEED [OPS [EVERY [shm]]]]: memory calls at random, the same on every
 * machine, in three windows: A, which was empty; B, right below the first
 * address that the kernel chooses by itself; H, the heap.
 *
 * One line an operation says what was done and what came of it. Every EVERY
 * operations (20; 1 to look for the first difference) further lines show what
 * there is now: the lines of /proc/self/maps within the windows with their
 * VmFlags, what counts for the limits, residency, and the first word of each
 * page. With EVERY above 1, operations and state are a digest each;
 * -20 shows in full what 20 makes a digest of.
 *
 * With "shm", two segments of System V shared memory are attached and detached
 * in between.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE    4096ul
#define PAGES   64 /* of a window */
#define BELOW   300 /* pages under A, where stacks may grow */
#define A_START 0x20000000ul
#define FILES   5

struct window {
	char name;
	unsigned long start;
};

static struct window windows[] = {
	{'A', A_START},
	{'B', 0},
	{'H', 0},
};

static int files[FILES];
static unsigned int every = 20, step;
static bool in_full;
static uint32_t digest = 2166136261u;
static sigjmp_buf touched;

/* ---- chance ---------------------------------------------------------------- */

static uint32_t state;

static uint32_t chance(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return (state >> 3) % below;
}

#define PICK(list) ((list)[chance(sizeof(list) / sizeof((list)[0]))])

/* ---- what is printed ------------------------------------------------------- */

static char out[1 << 16];
static size_t out_len;

static void flush(void)
{
	for (size_t done = 0; done < out_len;) {
		ssize_t n = write(1, out + done, out_len - done);

		if (n <= 0)
			_exit(1);
		done += (size_t)n;
	}
	out_len = 0;
}

static void say(const char *format, ...)
{
	va_list args;

	if (out_len > sizeof(out) - 1024)
		flush();
	va_start(args, format);
	out_len += (size_t)vsnprintf(out + out_len, 1024, format, args);
	va_end(args);
}

/* Said in full when each operation is, else only part of the digest. */
static void note(const char *format, ...)
{
	static char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (in_full)
		say("%s", text);
	for (const char *c = text; *c; c++)
		digest = (digest ^ (unsigned char)*c) * 16777619u;
}

/* Relative to its window: A+3, or A+3+0x7 where it isn't a page's border. */
static const char *place(unsigned long vaddr)
{
	static char text[4][32];
	static unsigned int turn;
	char *to = text[turn++ % 4];

	for (int i = 0; i < 3; i++) {
		long pages = (long)(vaddr / PAGE - windows[i].start / PAGE);

		if (pages < (i == 1 ? -BELOW * 40 : -BELOW) || pages > BELOW)
			continue;
		if (vaddr % PAGE)
			sprintf(to, "%c%+ld+0x%lx", windows[i].name, pages,
				vaddr % PAGE);
		else
			sprintf(to, "%c%+ld", windows[i].name, pages);
		return to;
	}
	sprintf(to, "0x%lx", vaddr);
	return to;
}

static const char *number(unsigned long value)
{
	static char text[4][16];
	static unsigned int turn;
	char *to = text[turn++ % 4];

	if (value % PAGE || value > 1024 * PAGE)
		sprintf(to, "0x%lx", value);
	else
		sprintf(to, "%lup", value / PAGE);
	return to;
}

static void result(long value)
{
	if (value == -1)
		note("= %s\n", strerrorname_np(errno));
	else
		note("= %ld\n", value);
}

static void result_place(void *value)
{
	if (value == MAP_FAILED)
		note("= %s\n", strerrorname_np(errno));
	else
		note("= %s\n", place((unsigned long)value));
}

/* ---- the state of things --------------------------------------------------- */

static char text[1 << 17];

static void slurp(const char *name)
{
	int fd = open(name, O_RDONLY);
	size_t len = 0;
	ssize_t n;

	text[0] = '\0';
	if (fd < 0)
		return;
	while ((n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	close(fd);
}

static int in_window(unsigned long *from, unsigned long *to)
{
	for (int i = 0; i < 3; i++) {
		unsigned long start = windows[i].start;
		unsigned long end = start + (PAGES + 80) * PAGE;

		if (i == 0)
			start -= BELOW * PAGE;
		if (i == 1) {
			start -= BELOW * 40 * PAGE;
			end = windows[i].start + PAGES * PAGE;
		}
		if (*to <= start || *from >= end)
			continue;
		if (*from < start)
			*from = start;
		if (*to > end)
			*to = end;
		return 1;
	}
	return 0;
}

static unsigned char readable[3][PAGES];

static void mark_readable(unsigned long from, unsigned long to)
{
	for (int i = 0; i < 3; i++)
		for (int page = 0; page < PAGES; page++) {
			unsigned long at = windows[i].start +
					   (unsigned int)page * PAGE;

			if (at >= from && at < to)
				readable[i][page] = 1;
		}
}

/* Of /dev/zero's private mappings it becomes the address when they move. */
static const char *file_offset(unsigned long offset)
{
	return offset < A_START ? number(offset) : place(offset);
}

/* sd, soft-dirty, is always there or never, depending on the kernel. */
static void show_flags(char *flags)
{
	note(" [");
	for (char *word = strtok(flags, " \n"); word;
	     word = strtok(NULL, " \n"))
		if (strcmp(word, "sd"))
			note("%s ", word);
	note("]\n");
}

static void show_maps(void)
{
	char *line, *next;
	int here = 0;

	memset(readable, 0, sizeof(readable));
	slurp("/proc/self/smaps");
	for (line = text; *line; line = next) {
		unsigned long from, to, offset;
		char rights[8];
		int at = 0;

		next = strchr(line, '\n');
		*next++ = '\0';
		if (sscanf(line, "%lx-%lx %7s %lx %*s %*s%n", &from, &to,
			   rights, &offset, &at) == 4) {
			here = in_window(&from, &to);
			if (!here)
				continue;
			if (rights[0] == 'r')
				mark_readable(from, to);
			note("  %s..%s %s %s %s", place(from), place(to),
			     rights, file_offset(offset),
			     line + at + strspn(line + at, " "));
		} else if (here && !strncmp(line, "VmFlags: ", 9)) {
			show_flags(line + 9);
		}
	}
}

static long field(const char *name)
{
	const char *at = strstr(text, name);

	return at ? strtol(at + strlen(name), NULL, 10) : -1;
}

static void show_accounts(void)
{
	static const char *const names[] = {
		"VmSize:", "VmLck:", "VmData:", "VmStk:"};
	static long first[4], committed;

	slurp("/proc/self/status");
	note("  accounts:");
	for (int i = 0; i < 4; i++) {
		long now = field(names[i]);

		if (!step)
			first[i] = now;
		note(" %s%+ld", names[i], now - first[i]);
	}
	slurp("/proc/meminfo");
	if (!step)
		committed = field("Committed_AS:");
	note(" Committed_AS:%+ld\n", field("Committed_AS:") - committed);
}

static void show_residency(void)
{
	for (int i = 0; i < 3; i++) {
		char line[PAGES + 1];

		for (int page = 0; page < PAGES; page++) {
			unsigned char here;
			void *at = (void *)(windows[i].start +
					    (unsigned int)page * PAGE);

			line[page] = mincore(at, PAGE, &here) ? '.'
				     : here & 1               ? '1'
							      : '0';
		}
		line[PAGES] = '\0';
		note("  resident %c %s\n", windows[i].name, line);
	}
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
	(void)context;
	siglongjmp(touched, sig * 256 + info->si_code);
}

/* 0, or the signal times 256 and its code. */
static int touch(unsigned long vaddr, int write, uint32_t *value)
{
	int how = sigsetjmp(touched, 1);

	if (how)
		return how;
	if (write)
		*(volatile uint32_t *)vaddr = *value;
	else
		*value = *(volatile uint32_t *)vaddr;
	return 0;
}

static void show_contents(void)
{
	for (int i = 0; i < 3; i++) {
		note("  words %c", windows[i].name);
		for (unsigned int page = 0; page < PAGES; page++) {
			uint32_t word = 0;
			int how;

			if (!readable[i][page])
				continue;
			how = touch(windows[i].start + page * PAGE, 0, &word);
			if (how)
				note(" %u!%d", page, how / 256);
			else if (word)
				note(" %u:%x", page, word);
		}
		note("\n");
	}
}

static void show_state(void)
{
	show_maps();
	show_accounts();
	if (step % (every * 5) == 0) {
		show_residency();
		show_contents();
	}
}

/* ---- arguments ------------------------------------------------------------- */

static const struct window *some_window(void)
{
	uint32_t n = chance(16);

	return &windows[n < 11 ? 0 : n < 14 ? 1 : 2];
}

/* A start in one of the windows; a length that stays where nothing else is. */
static unsigned long some_range(unsigned long *len)
{
	const struct window *w = some_window();
	int in_a = w->name == 'A';
	long page = in_a ? (long)chance(PAGES + 4) - 2 : (long)chance(PAGES);
	unsigned long pages = 1 + chance(chance(4) ? 6 : 24);
	unsigned long vaddr = w->start + (unsigned long)page * PAGE;

	if (!in_a && (unsigned long)page + pages > PAGES)
		pages = PAGES - (unsigned long)page;
	*len = pages * PAGE;
	switch (chance(40)) {
	case 0:
		*len = 0;
		break;
	case 1:
		*len -= 1 + chance(PAGE - 1);
		break;
	case 2:
		vaddr += 1 + chance(PAGE - 1);
		break;
	case 3:
		if (w->name != 'H')
			*len = 0xf0000000ul + chance(3) * 0x7fff800ul;
		break;
	}
	return vaddr;
}

static unsigned long page_in_window(unsigned long vaddr)
{
	for (int i = 0; i < 3; i++)
		if (vaddr - windows[i].start < PAGES * PAGE)
			return (vaddr - windows[i].start) / PAGE;
	return 0;
}

static int some_prot(void)
{
	static const int prots[] = {
		PROT_READ | PROT_WRITE,
		PROT_READ | PROT_WRITE,
		PROT_READ | PROT_WRITE,
		PROT_READ,
		PROT_NONE,
		PROT_READ | PROT_EXEC,
		PROT_WRITE,
		PROT_READ | PROT_WRITE | PROT_EXEC,
		PROT_EXEC,
	};

	return PICK(prots);
}

/* ---- operations ------------------------------------------------------------ */

static void op_mmap(void)
{
	static const int extras[] = {0,
				     0,
				     0,
				     0,
				     0,
				     0,
				     MAP_NORESERVE,
				     MAP_NORESERVE,
				     MAP_POPULATE,
				     MAP_POPULATE | MAP_NONBLOCK,
				     MAP_LOCKED,
				     MAP_STACK,
				     MAP_GROWSDOWN,
				     MAP_GROWSDOWN | MAP_STACK,
				     MAP_SYNC,
				     MAP_HUGETLB,
				     0x4000000};
	static const int types[] = {MAP_PRIVATE, MAP_PRIVATE,
				    MAP_PRIVATE, MAP_SHARED,
				    MAP_SHARED,  MAP_SHARED_VALIDATE,
				    0,           4};
	unsigned long len, vaddr = some_range(&len);
	int prot = some_prot(), flags = types[chance(chance(8) ? 5 : 8)];
	uint32_t how = chance(16);
	unsigned long pgoff = chance(8) ? chance(20) : 0xfffffffcul + chance(4);
	int fd = -1;

	flags |= PICK(extras);
	if (how < 10)
		flags |= MAP_FIXED;
	else if (how < 13)
		flags |= MAP_FIXED_NOREPLACE;
	else if (how < 14)
		vaddr = 0;
	if (chance(3)) {
		flags |= MAP_ANONYMOUS;
	} else {
		fd = (int)chance(FILES);
		/* so that neighbours often continue each other */
		if (pgoff < 64 && chance(2))
			pgoff = page_in_window(vaddr) % 64;
	}
	note("mmap %s %s prot %x flags %x file %d offset %lx ", place(vaddr),
	     number(len), prot, flags, fd, pgoff);
	result_place((void *)syscall(SYS_mmap2, vaddr, len, prot, flags,
				     fd < 0 ? -1 : files[fd], pgoff));
}

static void op_munmap(void)
{
	unsigned long len, vaddr = some_range(&len);

	note("munmap %s %s ", place(vaddr), number(len));
	result(munmap((void *)vaddr, len));
}

static void op_mprotect(void)
{
	unsigned long len, vaddr = some_range(&len);
	int prot = some_prot();

	switch (chance(24)) {
	case 0:
		prot |= PROT_GROWSDOWN;
		break;
	case 1:
		prot |= PROT_GROWSUP;
		break;
	case 2:
		prot |= 8;
		break;
	case 3:
		prot |= 16;
		break;
	}
	note("mprotect %s %s prot %x ", place(vaddr), number(len), prot);
	result(mprotect((void *)vaddr, len, prot));
}

static void op_mremap(void)
{
	static const int kinds[] = {0,
				    MREMAP_MAYMOVE,
				    MREMAP_MAYMOVE,
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    MREMAP_MAYMOVE | MREMAP_FIXED,
				    MREMAP_FIXED,
				    MREMAP_MAYMOVE | 4,
				    MREMAP_MAYMOVE | MREMAP_FIXED | 4,
				    4,
				    8};
	unsigned long len, vaddr = some_range(&len);
	unsigned long new_len, to = some_range(&new_len);
	int flags = PICK(kinds);

	if (chance(3) == 0 || (flags & 4 && chance(4)))
		new_len = len;
	if (chance(16) == 0)
		len = 0;
	note("mremap %s %s to %s %s flags %x ", place(vaddr), number(len),
	     place(to), number(new_len), flags);
	result_place(
		(void *)syscall(SYS_mremap, vaddr, len, new_len, flags, to));
}

static void op_madvise(void)
{
	unsigned long len, vaddr = some_range(&len);
	int advice = (int)chance(29) - 1;

	if (advice == 26)
		advice = 100;
	else if (advice == 27)
		advice = 101;
	/* how much of a freed page is still there is the kernel's secret */
	if (advice == MADV_FREE)
		advice = MADV_DONTNEED;
	note("madvise %s %s advice %d ", place(vaddr), number(len), advice);
	result(madvise((void *)vaddr, len, advice));
}

static void op_lock(void)
{
	unsigned long len, vaddr = some_range(&len);

	switch (chance(4)) {
	case 0:
		note("mlock %s %s ", place(vaddr), number(len));
		result(mlock((void *)vaddr, len));
		break;
	case 1:
		note("mlock2 %s %s 1 ", place(vaddr), number(len));
		result(syscall(SYS_mlock2, vaddr, len, 1));
		break;
	case 2:
		note("mlock2 %s %s 2 ", place(vaddr), number(len));
		result(syscall(SYS_mlock2, vaddr, len, 2));
		break;
	default:
		note("munlock %s %s ", place(vaddr), number(len));
		result(munlock((void *)vaddr, len));
	}
}

static void op_lockall(void)
{
	int flags = (int)chance(9);

	if (chance(2)) {
		note("munlockall ");
		result(munlockall());
	} else {
		note("mlockall %x ", flags);
		result(mlockall(flags));
	}
}

static void op_msync(void)
{
	unsigned long len, vaddr = some_range(&len);
	int flags = (int)chance(9);

	note("msync %s %s %x ", place(vaddr), number(len), flags);
	result(msync((void *)vaddr, len, flags));
}

static void op_mincore(void)
{
	static unsigned char there[64];
	unsigned long len, vaddr = some_range(&len);
	unsigned int count = 0;

	memset(there, 0, sizeof(there));
	note("mincore %s %s ", place(vaddr), number(len));
	result(mincore((void *)vaddr, len, there));
	for (unsigned int i = 0; i < sizeof(there); i++)
		count += there[i] & 1u;
	note("  resident %u\n", count);
}

static void op_brk(void)
{
	unsigned long to = windows[2].start + chance(PAGES) * PAGE;
	unsigned long now;

	if (chance(4) == 0)
		to += 1 + chance(PAGE - 1);
	if (chance(16) == 0)
		to = windows[2].start - 0x100000;
	note("brk %s ", place(to));
	now = (unsigned long)syscall(SYS_brk, to);
	note("= %s\n", place(now));
}

static void op_remap_file_pages(void)
{
	unsigned long len, vaddr = some_range(&len);
	int prot = chance(4) ? 0 : PROT_READ;
	unsigned long pgoff = chance(16);
	int flags = chance(4) ? 0 : MAP_NONBLOCK;

	note("remap_file_pages %s %s prot %x offset %lu flags %x ",
	     place(vaddr), number(len), prot, pgoff, flags);
	result(syscall(SYS_remap_file_pages, vaddr, len, prot, pgoff, flags));
}

static void op_touch(void)
{
	uint32_t word = step;
	int write = chance(4) != 0, how;
	unsigned long len, vaddr = some_range(&len);

	vaddr = vaddr & ~(PAGE - 1);
	if (chance(4) == 0 && vaddr < 0x30000000ul && vaddr >= A_START)
		vaddr -= chance(20) * PAGE;
	for (unsigned long at = vaddr;
	     at < vaddr + len && at < vaddr + 5 * PAGE; at += PAGE) {
		note("touch %s %s ", place(at), write ? "write" : "read");
		how = touch(at, write, &word);
		note("= %x signal %d code %d\n", word, how / 256, how % 256);
	}
}

static void op_truncate(void)
{
	int file = (int)chance(2);
	unsigned long size = chance(32) * PAGE + (chance(2) ? 0 : chance(PAGE));

	note("ftruncate %d %s ", file, number(size));
	result(ftruncate(files[file], (off_t)size));
}

/* ---- with segments ----------------------------------------------------------- */

static int segments[2];
static bool with_shm;

static void op_shmat(void)
{
	static const int kinds[] = {0,
				    0,
				    0,
				    SHM_RND,
				    SHM_RND,
				    SHM_REMAP,
				    SHM_REMAP | SHM_RND,
				    SHM_RDONLY,
				    SHM_RDONLY | SHM_REMAP,
				    SHM_EXEC};
	unsigned long len, vaddr = some_range(&len);
	int flags = PICK(kinds), segment = (int)chance(2);

	if (chance(3))
		vaddr &= ~(4 * PAGE - 1);
	if (chance(12) == 0)
		vaddr = 0;
	note("shmat %d %s flags %x ", segment, place(vaddr), flags);
	result_place(
		(void *)syscall(SYS_shmat, segments[segment], vaddr, flags));
}

static void op_shmdt(void)
{
	unsigned long len, vaddr = some_range(&len);

	if (chance(3))
		vaddr &= ~(4 * PAGE - 1);
	note("shmdt %s ", place(vaddr));
	result(syscall(SYS_shmdt, vaddr));
}

static void make_segments(void)
{
	segments[0] = shmget(IPC_PRIVATE, 6 * PAGE, 0700);
	segments[1] = shmget(IPC_PRIVATE, 13 * PAGE - 7, 0700);
}

static void remove_segments(void)
{
	for (int i = 0; i < 2; i++)
		shmctl(segments[i], IPC_RMID, NULL);
}

static void show_segments(void)
{
	note("  attached");
	for (int i = 0; i < 2; i++) {
		struct shmid_ds ds = {0};

		shmctl(segments[i], IPC_STAT, &ds);
		note(" %lu", (unsigned long)ds.shm_nattch);
	}
	note("\n");
}

struct op {
	unsigned int weight;
	void (*run)(void);
};

static const struct op ops[] = {
	{24, op_mmap},
	{10, op_munmap},
	{14, op_mprotect},
	{14, op_mremap},
	{8, op_madvise},
	{5, op_lock},
	{1, op_lockall},
	{2, op_msync},
	{3, op_mincore},
	{5, op_brk},
	{2, op_remap_file_pages},
	{20, op_touch},
	{2, op_truncate},
	/* the last two, if there are segments */
	{12, op_shmat},
	{5, op_shmdt},
};

static void one_step(void)
{
	uint32_t total = 0, n;
	const struct op *op = ops;

	for (size_t i = 0;
	     i < sizeof(ops) / sizeof(ops[0]) - (with_shm ? 0 : 2); i++)
		total += ops[i].weight;
	for (n = chance(total); n >= op->weight; op++)
		n -= op->weight;
	step++;
	if (in_full)
		say("%u ", step);
	op->run();
	if (step % every)
		return;
	show_state();
	if (with_shm)
		show_segments();
	if (!in_full)
		say("%u %08x\n", step, digest);
}

/* A child goes on alone for a while: its VMAs know their parents'. */
static void run(unsigned int n, unsigned int depth)
{
	while (n--) {
		int status;
		pid_t pid;

		one_step();
		if (chance(150) || depth > 2)
			continue;
		flush();
		pid = fork();
		if (!pid) {
			say("child\n");
			state ^= 0x5a5a5a5a;
			run(60, depth + 1);
			say("child ends\n");
			flush();
			_exit(0);
		}
		waitpid(pid, &status, 0);
		note("child status %x\n", (unsigned int)status);
	}
}

/* ---- beginning --------------------------------------------------------------- */

static void make_files(void)
{
	char name[32];

	files[0] = memfd_create("one", 0);
	files[1] = memfd_create("two", 0);
	sprintf(name, "/proc/self/fd/%d", files[0]);
	files[2] = open(name, O_RDONLY);
	files[3] = open("/dev/zero", O_RDWR);
	files[4] = open("/dev/zero", O_RDONLY);
	for (int i = 0; i < FILES; i++)
		if (files[i] < 0)
			say("file %d: %s\n", i, strerrorname_np(errno));
	if (ftruncate(files[0], 24 * PAGE) || ftruncate(files[1], 24 * PAGE))
		say("no files\n");
	for (unsigned int page = 0; page < 24; page += 3) {
		uint32_t word = 0xf11e0000u + page;

		if (pwrite(files[0], &word, 4, (off_t)(page * PAGE)) != 4)
			say("no write\n");
	}
}

static void find_windows(void)
{
	void *top = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			 0);

	munmap(top, PAGE);
	windows[1].start = (unsigned long)top + PAGE - PAGES * PAGE;
	windows[2].start = ((unsigned long)sbrk(0) + PAGE - 1) & ~(PAGE - 1);
}

int main(int argc, char **argv)
{
	static char stack[65536];
	stack_t alternate = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_sigaction = on_fault,
				   .sa_flags = SA_SIGINFO | SA_ONSTACK};

	state = 0x9e3779b9u * (argc > 1 ? (uint32_t)atoi(argv[1]) + 1 : 1);
	if (argc > 3) {
		every = (unsigned int)abs(atoi(argv[3]));
		in_full = atoi(argv[3]) <= 1;
	}
	sigaltstack(&alternate, NULL);
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	make_files();
	find_windows();
	with_shm = argc > 4;
	if (with_shm)
		make_segments();
	show_state();
	run(argc > 2 ? (unsigned int)atoi(argv[2]) : 2000, 0);
	if (with_shm)
		remove_segments();
	flush();
	return 0;
}
