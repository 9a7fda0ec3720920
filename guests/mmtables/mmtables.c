/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mmtables: which memory calls are allowed on what: addresses at the ends of
 * the address space, files of each kind opened in each way, filesystems
 * mounted noexec, sealed files, holes made and filled under mappings, advice
 * of each kind for memory of each kind, msync, mincore, and which neighbour a
 * new mapping joins.
 *
 * Each table runs in a child of its own; one line an answer.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "observe.h"

#define PAGE        4096ul
#define A           0x20000000ul
#define RW          (PROT_READ | PROT_WRITE)
#define ANON        (MAP_PRIVATE | MAP_ANONYMOUS)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define DIR         "/tmp/mmtables"

static long map(unsigned long at, unsigned long len, int prot, int flags,
		int fd, unsigned long pgoff)
{
	return syscall(SYS_mmap2, at, len, prot, flags, fd, pgoff);
}

static long fixed(unsigned long at, unsigned long pages, int prot, int flags)
{
	return map(at, pages * PAGE, prot, flags | MAP_FIXED, -1, 0);
}

static void unmap(unsigned long at, unsigned long len)
{
	syscall(SYS_munmap, at, len);
}

static int touch(unsigned long at, int write)
{
	int how;
	pid_t child = fork();

	if (!child) {
		if (write)
			*(volatile char *)at = 1;
		else
			(void)*(volatile char *)at;
		_exit(0);
	}
	waitpid(child, &how, 0);
	return how & 0x7f;
}

/* ---- addresses ------------------------------------------------------------- */

static void addresses(void)
{
	static const unsigned long hints[] = {
		0,          1,          0xfff,      0x1000,     0x1001,
		0x7fff,     0x8000,     0x8001,     0xffff,     0x10001,
		0xbeffffff, 0xbf000000, 0xbf000001, 0xbefff000, 0xbf001000,
		0xbffff000, 0xc0000000, 0xfffff000, 0xffff0000, 0xffffffff,
		0x20000001, 0x20000fff};
	static const unsigned long lengths[] = {
		1,          PAGE,       PAGE + 1,   0x40000000, 0x9f000000,
		0xbf000000, 0xbf000001, 0xbefff000, 0xbeff8000, 0xfffff000,
		0xfffff001, 0xffffffff, 0};
	static const unsigned long low[] = {0,      PAGE,   0x2000,
					    0x3000, 0x7000, 0x8000};

	for (unsigned int h = 0; h < COUNT(hints); h++)
		for (unsigned int l = 0; l < COUNT(lengths); l++) {
			long ret = map(hints[h], lengths[l], PROT_NONE, ANON,
				       -1, 0);

			say("hint %lx length %lx %s", hints[h], lengths[l],
			    made(ret));
			if (ret != -1)
				unmap((unsigned long)ret, lengths[l]);
		}
	for (unsigned int h = 0; h < COUNT(hints); h++) {
		static const unsigned long safe[] = {1, 0xfffff000, 0xffffffff,
						     0xc0000000, 0};

		if (hints[h] >= 0xbef00000 && hints[h] < 0xbf000000)
			continue; /* the stack */
		if (hints[h] == 0x10001)
			continue; /* the program */
		for (unsigned int l = 0; l < COUNT(safe); l++) {
			long ret = map(hints[h], safe[l], PROT_NONE,
				       ANON | MAP_FIXED, -1, 0);

			say("fixed %lx length %lx %s", hints[h], safe[l],
			    made(ret));
			if (ret != -1)
				unmap((unsigned long)ret, safe[l]);
			ret = map(hints[h], safe[l], PROT_NONE,
				  ANON | MAP_FIXED_NOREPLACE, -1, 0);
			say("noreplace %lx length %lx %s", hints[h], safe[l],
			    made(ret));
			if (ret != -1)
				unmap((unsigned long)ret, safe[l]);
		}
	}
	for (unsigned int h = 0; h < COUNT(hints); h++) {
		say("munmap %lx wrap %s", hints[h],
		    made(munmap((void *)hints[h], -PAGE)));
		if (hints[h] >= 0xbf000000 || hints[h] < 0x8000) {
			say("munmap %lx page %s", hints[h],
			    made(munmap((void *)hints[h], PAGE)));
			say("mprotect %lx page %s", hints[h],
			    made(mprotect((void *)hints[h], PAGE, PROT_READ)));
		}
		say("mprotect %lx wrap %s", hints[h],
		    made(mprotect((void *)hints[h], -PAGE, PROT_READ)));
		say("mprotect %lx zero %s", hints[h],
		    made(mprotect((void *)hints[h], 0, PROT_READ)));
		say("msync %lx %s", hints[h],
		    made(syscall(SYS_msync, hints[h], -PAGE, MS_SYNC)));
	}
	for (unsigned int h = 0; h < COUNT(low); h++) {
		fixed(A, 1, RW, ANON);
		say("mremap to %lx %s", low[h],
		    made(syscall(SYS_mremap, A, PAGE, PAGE,
				 MREMAP_MAYMOVE | MREMAP_FIXED, low[h])));
		unmap(low[h], PAGE);
	}
	fixed(A, 1, RW, ANON);
	for (unsigned int h = 10; h < COUNT(hints); h++)
		say("mremap length to %lx %s", hints[h],
		    made(syscall(SYS_mremap, A, PAGE, 2 * PAGE,
				 MREMAP_MAYMOVE | MREMAP_FIXED,
				 hints[h] < 0xbf000000 ? 1 : hints[h])));
	for (unsigned int l = 0; l < COUNT(lengths); l++)
		if (lengths[l] > 0x80000000)
			say("mremap grow %lx %s", lengths[l],
			    made(syscall(SYS_mremap, A, PAGE, lengths[l],
					 MREMAP_MAYMOVE, 0)));
}

static void min_addr(void)
{
	static const long values[] = {0, 1, 4095, 4096, 65536, 0x100000};
	static const unsigned long hints[] = {1, 0x1000, 0x8000, 0xffff,
					      0x100000 - PAGE};
	long old = (long)field("/proc/sys/vm/mmap_min_addr", "");

	say("was %ld", old);
	for (unsigned int v = 0; v < COUNT(values); v++) {
		put("/proc/sys/vm/mmap_min_addr", values[v]);
		say("set %ld reads %lu", values[v],
		    field("/proc/sys/vm/mmap_min_addr", ""));
		for (unsigned int h = 0; h < COUNT(hints); h++) {
			int how;
			pid_t child = fork();

			if (!child) {
				if (setuid(1000))
					_exit(1);
				say("user min %ld hint %lx %s", values[v],
				    hints[h],
				    made(map(hints[h], PAGE, RW, ANON, -1, 0)));
				say("user min %ld fixed %lx %s", values[v],
				    hints[h] & ~0xffful,
				    hints[h] == 0xffff
					    ? "-"
					    : made(fixed(hints[h] & ~0xffful, 1,
							 RW, ANON)));
				_exit(0);
			}
			waitpid(child, &how, 0);
		}
	}
	put("/proc/sys/vm/mmap_min_addr", old);
}

/* Everything from the top down is taken, then what is above, upwards. */
static void exhausted(void)
{
	static const unsigned long sizes[] = {0x10000000, 0x1000000, 0x100000,
					      0x10000};

	fixed(0x30000000, 1, PROT_NONE, ANON);
	fixed(0x50000000, 2, RW, ANON | MAP_GROWSDOWN);
	fixed(0xba000000, 1, RW, ANON);
	for (unsigned int s = 0; s < COUNT(sizes); s++) {
		unsigned int n = 0, shown = 0;
		unsigned long sum = 0;
		long ret;

		while ((ret = map(0, sizes[s], PROT_NONE, ANON | MAP_NORESERVE,
				  -1, 0)) != -1) {
			if ((unsigned long)ret < 0x1000000)
				break;
			n++;
			sum = sum * 31 + (unsigned long)ret;
			if (shown++ < 12)
				say("%lx at %s", sizes[s], made(ret));
		}
		say("%lx times %u digest %lx end %s", sizes[s], n, sum,
		    ret == -1 ? made(ret) : "low");
	}
	say("hint %s", made(map(0xba001000, PAGE, RW, ANON, -1, 0)));
}

/* ---- files ------------------------------------------------------------------ */

static void file_table(void)
{
	static const struct {
		const char *path;
		int flags;
	} opened[] = {
		{DIR "/file", O_RDONLY},
		{DIR "/file", O_WRONLY},
		{DIR "/file", O_RDWR},
		{DIR "/file", O_PATH},
		{DIR "/file", 3},
		{DIR "/file", O_RDWR | O_APPEND},
		{DIR, O_RDONLY},
		{DIR, O_PATH},
		{DIR "/pipe", O_RDWR},
		{"/dev/null", O_RDWR},
		{"/dev/null", O_RDONLY},
		{"/dev/zero", O_RDWR},
		{"/dev/zero", O_RDONLY},
		{"/dev/zero", O_WRONLY},
		{"/dev/full", O_RDWR},
		{"/dev/random", O_RDONLY},
		{"/proc/self/maps", O_RDONLY},
		{"/proc/self/mem", O_RDWR},
		{"/proc/meminfo", O_RDONLY},
		{"/proc/sys/vm/overcommit_memory", O_RDWR},
		{"/proc", O_RDONLY},
		{DIR "/noexec/file", O_RDWR},
		{DIR "/noexec/file", O_RDONLY},
		{DIR "/readonly/file", O_RDONLY},
		{DIR "/empty", O_RDWR},
	};
	static const int prots[] = {PROT_NONE,  PROT_READ,
				    PROT_WRITE, RW,
				    PROT_EXEC,  PROT_READ | PROT_EXEC};
	static const int types[] = {MAP_PRIVATE, MAP_SHARED,
				    MAP_SHARED_VALIDATE};
	static const char *const type_names[] = {"private", "shared",
						 "validate"};

	for (unsigned int i = 0; i < COUNT(opened); i++) {
		int fd = open(opened[i].path, opened[i].flags);

		if (fd < 0) {
			say("open %s %x %s", opened[i].path, opened[i].flags,
			    made(-1));
			continue;
		}
		for (unsigned int t = 0; t < COUNT(types); t++)
			for (unsigned int p = 0; p < COUNT(prots); p++) {
				char after[96] = "";
				long ret = map(A, PAGE, prots[p],
					       types[t] | MAP_FIXED, fd, 0);

				if (ret != -1) {
					int r = mprotect((void *)A, PAGE, RW);
					const char *w = made(r);

					r = mprotect((void *)A, PAGE,
						     PROT_EXEC);
					snprintf(after, sizeof(after),
						 " +w %s +x %s", w, made(r));
				}
				say("%s %x %s %x %s%s", opened[i].path,
				    opened[i].flags, type_names[t], prots[p],
				    made(ret), after);
				unmap(A, PAGE);
			}
		say("%s %x growsdown %s", opened[i].path, opened[i].flags,
		    made(map(A, PAGE, PROT_READ, MAP_PRIVATE | MAP_GROWSDOWN,
			     fd, 0)));
		say("%s %x sync %s", opened[i].path, opened[i].flags,
		    made(map(A, PAGE, PROT_READ, MAP_SHARED_VALIDATE | MAP_SYNC,
			     fd, 0)));
		say("%s %x far %s", opened[i].path, opened[i].flags,
		    made(map(A, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd,
			     0xfffffffe)));
		unmap(A, PAGE);
		say("%s %x farther %s", opened[i].path, opened[i].flags,
		    made(map(A, 2 * PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED,
			     fd, 0xffffffff)));
		unmap(A, 2 * PAGE);
		close(fd);
	}
	{
		int ends[2];

		if (pipe(ends))
			say("pipe %s", made(-1));
		say("pipe read end %s",
		    made(map(A, PAGE, PROT_READ, MAP_SHARED, ends[0], 0)));
		say("pipe write end %s",
		    made(map(A, PAGE, PROT_READ, MAP_SHARED, ends[1], 0)));
		say("closed %s",
		    made(map(A, PAGE, PROT_READ, MAP_SHARED, 77, 0)));
		say("closed anonymous %s",
		    made(map(A, PAGE, PROT_READ, ANON, 77, 0)));
		say("closed length 0 %s",
		    made(map(A, 0, PROT_READ, MAP_SHARED, 77, 0)));
	}
}

/* ---- memfd and seals ----------------------------------------------------------- */

static void memfd_names(void)
{
	static char name[400];
	static const unsigned int lengths[] = {0, 1, 248, 249, 250, 255, 300};

	for (unsigned int f = 0; f < 64; f++)
		if (!(f & 4)) /* huge pages */
			say("flags %x %d", f,
			    (int)syscall(SYS_memfd_create, "x", f) < 0 ? errno
								       : 0);
	say("flags 80000000 %s",
	    made(syscall(SYS_memfd_create, "x", 0x80000000u)));
	for (unsigned int l = 0; l < COUNT(lengths); l++) {
		int fd;

		memset(name, 'n', sizeof(name));
		name[lengths[l]] = '\0';
		fd = (int)syscall(SYS_memfd_create, name, 0);
		say("length %u %s", lengths[l], fd < 0 ? made(-1) : "ok");
		if (fd >= 0)
			close(fd);
	}
	say("null %s", made(syscall(SYS_memfd_create, 0, 0)));
	say("bad %s", made(syscall(SYS_memfd_create, A, 0)));
	say("bad both %s", made(syscall(SYS_memfd_create, A, 0x80)));
	{
		int fd = (int)syscall(SYS_memfd_create, "a b/../c\n", 1);
		char link[64], target[128];
		ssize_t n;
		struct stat st;

		snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
		n = readlink(link, target, sizeof(target) - 1);
		target[n > 0 ? n : 0] = '\0';
		for (char *c = target; *c; c++)
			if (*c == '\n')
				*c = '$';
		fstat(fd, &st);
		say("link %s mode %o size %ld links %ld cloexec %d flags %o",
		    target, st.st_mode, (long)st.st_size, (long)st.st_nlink,
		    fcntl(fd, F_GETFD), fcntl(fd, F_GETFL));
		say("seals %x", fcntl(fd, F_GET_SEALS));
		say("add %s", made(fcntl(fd, F_ADD_SEALS, 1)));
	}
}

static void seal_tries(const char *what, int fd)
{
	char byte = 1;
	long ret;

	say("%s write %s", what,
	    pwrite(fd, &byte, 1, 100) < 0 ? made(-1) : "ok");
	say("%s write end %s", what,
	    pwrite(fd, &byte, 1, 4 * PAGE) < 0 ? made(-1) : "ok");
	say("%s write over end %s", what,
	    made(pwrite(fd, text, 8, 4 * PAGE - 4)));
	say("%s write zero %s", what, made(pwrite(fd, &byte, 0, 9 * PAGE)));
	say("%s same %s", what, made(ftruncate(fd, 4 * PAGE)));
	say("%s shrink %s", what, made(ftruncate(fd, 3 * PAGE)));
	say("%s grow %s", what, made(ftruncate(fd, 5 * PAGE)));
	say("%s allocate in %s", what, made(fallocate(fd, 0, 0, PAGE)));
	say("%s allocate over %s", what, made(fallocate(fd, 0, 0, 9 * PAGE)));
	say("%s allocate keep %s", what,
	    made(fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 9 * PAGE)));
	say("%s punch %s", what,
	    made(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
			   PAGE)));
	for (int prot = 0; prot < 4; prot++)
		for (int shared = 0; shared < 2; shared++) {
			const char *w;

			ret = map(A, PAGE, prot,
				  (shared ? MAP_SHARED : MAP_PRIVATE) |
					  MAP_FIXED,
				  fd, 0);
			w = made(ret);
			say("%s map %d %s %s +w %s", what, prot,
			    shared ? "shared" : "private", w,
			    ret == -1 ? "-"
				      : made(mprotect((void *)A, PAGE, RW)));
			unmap(A, PAGE);
		}
}

static void seals(void)
{
	for (int seal = 0; seal < 0x40; seal++) {
		char what[32];
		int fd = (int)syscall(SYS_memfd_create, "s", 2);

		if (ftruncate(fd, 4 * PAGE))
			say("truncate %s", made(-1));
		snprintf(what, sizeof(what), "seal %x", seal);
		say("%s add %s now %x", what,
		    made(fcntl(fd, F_ADD_SEALS, seal)), fcntl(fd, F_GET_SEALS));
		if (seal < 0x20)
			seal_tries(what, fd);
		say("%s more %s now %x", what, made(fcntl(fd, F_ADD_SEALS, 2)),
		    fcntl(fd, F_GET_SEALS));
		close(fd);
	}
}

static void seal_order(void)
{
	int fd = (int)syscall(SYS_memfd_create, "s", 2);
	int reader, file = open(DIR "/file", O_RDWR);
	int hidden = open(DIR "/file", O_RDONLY);
	char path[64];

	say("truncate %s", made(ftruncate(fd, 4 * PAGE)));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	reader = open(path, O_RDONLY);
	say("reader %d", reader > 0);
	say("reader adds %s", made(fcntl(reader, F_ADD_SEALS, F_SEAL_GROW)));
	say("reader gets %d", fcntl(reader, F_GET_SEALS));
	say("file gets %s", made(fcntl(file, F_GET_SEALS)));
	say("file adds %s", made(fcntl(file, F_ADD_SEALS, F_SEAL_GROW)));
	say("file adds nothing %s", made(fcntl(file, F_ADD_SEALS, 0)));
	say("file adds unknown %s", made(fcntl(file, F_ADD_SEALS, 0x100)));
	say("reader of file adds %s", made(fcntl(hidden, F_ADD_SEALS, 0x100)));
	map(A, PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
	say("mapped write %s", made(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE)));
	mprotect((void *)A, PAGE, PROT_READ);
	say("mapped readable %s", made(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE)));
	say("mapped future %s", made(fcntl(fd, F_ADD_SEALS, 16)));
	say("earlier +w %s", made(mprotect((void *)A, PAGE, RW)));
	say("earlier touch %d", touch(A, 1));
	say("moved %s",
	    made(syscall(SYS_mremap, A, PAGE, 2 * PAGE,
			 MREMAP_MAYMOVE | MREMAP_FIXED, A + 0x10000)));
	say("moved touch %d", touch(A + 0x10000, 1));
	unmap(A + 0x10000, 2 * PAGE);
	map(A, PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0);
	*(volatile char *)A = 3;
	say("private write %s", made(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE)));
	say("private touch %d", touch(A, 1));
	say("reader shared %s",
	    made(map(A, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, reader, 0)));
	say("reader +w %s", made(mprotect((void *)A, PAGE, RW)));
	say("writer shared %s",
	    made(map(A, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0)));
	say("remove %s", made(madvise((void *)A, PAGE, MADV_REMOVE)));
	say("populate %s", made(madvise((void *)A, PAGE, MADV_POPULATE_WRITE)));
	unmap(A, PAGE);
	say("left %x", fcntl(fd, F_GET_SEALS));
}

/* ---- fallocate ------------------------------------------------------------------ */

static void holes(void)
{
	static const int modes[] = {0,  1,  2,  3,  4,  5,  8,  9,    16,
				    17, 18, 19, 32, 33, 64, 65, 0x80, 0x1000};
	static const struct {
		long offset, len;
	} ranges[] = {{0, 0},      {-1, 1},      {0, -1},       {0, 1},
		      {100, 8192}, {4096, 4096}, {16384, 4096}, {20000, 1}};
	int fd = open(DIR "/holes", O_RDWR | O_CREAT | O_TRUNC, 0600);
	int reader = open(DIR "/holes", O_RDONLY), ends[2];
	struct stat st;

	for (unsigned int m = 0; m < COUNT(modes); m++)
		for (unsigned int r = 0; r < COUNT(ranges); r++) {
			char words[64] = "";
			long ret;

			if (ftruncate(fd, 0) || ftruncate(fd, 4 * PAGE))
				say("truncate %s", made(-1));
			map(A, 6 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
			map(A + 0x10000, 6 * PAGE, RW, MAP_PRIVATE | MAP_FIXED,
			    fd, 0);
			memset((void *)A, 'a', 4 * PAGE);
			*(volatile char *)(A + 0x11000) = 'p';
			ret = fallocate(fd, modes[m], ranges[r].offset,
					ranges[r].len);
			for (unsigned int i = 0; i < 4 * PAGE; i += 2048) {
				char c = *(volatile char *)(A + i);
				char p = *(volatile char *)(A + 0x10000 + i);

				snprintf(words + strlen(words), 8, "%c%c",
					 c ? c : '0', p ? p : '0');
			}
			fstat(fd, &st);
			say("mode %x %ld %ld %s size %ld blocks %ld %s",
			    modes[m], ranges[r].offset, ranges[r].len,
			    ret ? made(-1) : "ok", (long)st.st_size,
			    (long)st.st_blocks, words);
		}
	unmap(A, 6 * PAGE);
	unmap(A + 0x10000, 6 * PAGE);
	say("reader %s", made(fallocate(reader, 0, 0, 1)));
	say("reader mode 80 %s", made(fallocate(reader, 0x80, 0, 1)));
	say("closed %s", made(fallocate(77, 0, 0, 1)));
	say("directory %s", made(fallocate(open(DIR, O_RDONLY), 0, 0, 1)));
	if (pipe(ends))
		say("pipe %s", made(-1));
	say("pipe %s", made(fallocate(ends[1], 0, 0, 1)));
	say("null %s", made(fallocate(open("/dev/null", O_RDWR), 0, 0, 1)));
	say("path %s", made(fallocate(open(DIR "/file", O_PATH), 0, 0, 1)));
	say("append %s",
	    made(fallocate(open(DIR "/file", O_RDWR | O_APPEND), 2 | 1, 0, 1)));
	say("far %s", made(fallocate64(fd, 0, 0x7ffffffffffff000ll, 1)));
	say("wraps %s", made(fallocate64(fd, 0, 0x7fffffffffffffffll, 1)));
	say("too far %s", made(fallocate64(fd, 0, 0x7ffffffffffff000ll, PAGE)));
	unlink(DIR "/holes");
}

/* ---- advice ---------------------------------------------------------------------- */

static const struct {
	const char *name;
	int kind;
} memory[] = {
	{"anon", 0},
	{"shared", 1},
	{"file", 2},
	{"file-shared", 3},
	{"reader", 4},
	{"zero", 5},
	{"locked", 6},
	{"none", 7},
	{"readonly", 8},
	{"stack", 9},
	{"zero-shared", 10},
	{"locked-file", 11},
	{"beyond", 12},
	{"noexec", 13},
	{"memfd", 14},
	{"file-none", 15},
	{"reader-private", 16},
};

static void lay(int kind)
{
	int file = open(DIR "/file", O_RDWR), reader = open(DIR "/file", 0);
	int zero = open("/dev/zero", O_RDWR);
	int memfd = (int)syscall(SYS_memfd_create, "m", 0);
	static const struct {
		int prot, flags, fd;
	} how[] = {
		{RW, ANON, -1},
		{RW, MAP_SHARED | MAP_ANONYMOUS, -1},
		{RW, MAP_PRIVATE, 0},
		{RW, MAP_SHARED, 0},
		{PROT_READ, MAP_SHARED, 1},
		{RW, MAP_PRIVATE, 2},
		{RW, ANON | MAP_LOCKED, -1},
		{PROT_NONE, ANON, -1},
		{PROT_READ, ANON, -1},
		{RW, ANON | MAP_GROWSDOWN, -1},
		{RW, MAP_SHARED, 2},
		{RW, MAP_SHARED | MAP_LOCKED, 0},
		{RW, MAP_SHARED, 0},
		{RW | PROT_EXEC, ANON, -1},
		{RW, MAP_SHARED, 3},
		{PROT_NONE, MAP_PRIVATE, 0},
		{PROT_READ, MAP_PRIVATE, 1},
	};
	const int fds[] = {file, reader, zero, memfd};
	int fd = how[kind].fd < 0 ? -1 : fds[how[kind].fd];

	if (ftruncate(memfd, 4 * PAGE))
		say("truncate %s", made(-1));
	if (map(A, 4 * PAGE, how[kind].prot, how[kind].flags | MAP_FIXED, fd,
		kind == 12 ? 64 : 0) == -1)
		say("map %d %s", kind, made(-1));
	if (how[kind].prot & PROT_WRITE && kind != 12)
		memset((void *)A, 'x', 2 * PAGE);
	for (unsigned int i = 0; i < 4; i++)
		close(fds[i]);
}

/* The words of VmFlags of the mapping at A, without soft-dirty's. */
static const char *vm_flags(void)
{
	char *at, *end;

	slurp("/proc/self/smaps");
	at = strstr(text, "\n20000000-");
	at = at ? strstr(at, "VmFlags: ") + 9 : NULL;
	if (!at)
		return "gone";
	end = strchr(at, '\n');
	*end = '\0';
	end = strstr(at, " sd");
	if (end)
		memmove(end, end + 3, strlen(end + 3) + 1);
	return at;
}

static void residency(char *line)
{
	for (unsigned int i = 0; i < 4; i++) {
		unsigned char here;

		line[i] = mincore((void *)(A + i * PAGE), PAGE, &here) ? '.'
			  : here & 1                                   ? '1'
								       : '0';
	}
	line[4] = '\0';
}

static void advice(void)
{
	static const int advices[] = {0,  1,  2,  3,  4,  5,  6,   7,  8,
				      9,  10, 11, 12, 13, 16, 17,  18, 19,
				      20, 21, 22, 23, 24, 26, 102, -1};

	for (unsigned int k = 0; k < COUNT(memory); k++)
		for (unsigned int a = 0; a < COUNT(advices); a++) {
			char before[8], after[8];
			const char *answer;

			if (advices[a] == 21) /* what is evicted varies */
				continue;
			lay(memory[k].kind);
			residency(before);
			answer = made(madvise((void *)A, 2 * PAGE, advices[a]));
			residency(after);
			say("%s %d %s %s>%s %s", memory[k].name, advices[a],
			    answer, before, after, vm_flags());
			unmap(A, 4 * PAGE);
		}
	fixed(A, 2, RW, ANON);
	fixed(A + 3 * PAGE, 2, RW, ANON);
	for (unsigned int a = 0; a < COUNT(advices); a++) {
		say("hole %d %s", advices[a],
		    made(madvise((void *)A, 5 * PAGE, advices[a])));
		say("hole first %d %s", advices[a],
		    made(madvise((void *)(A + 2 * PAGE), 2 * PAGE,
				 advices[a])));
		say("nothing %d %s", advices[a],
		    made(madvise((void *)(A + 0x10000), PAGE, advices[a])));
		say("odd %d %s", advices[a],
		    made(madvise((void *)(A + 1), PAGE, advices[a])));
		say("zero %d %s", advices[a],
		    made(madvise((void *)A, 0, advices[a])));
		say("wraps %d %s", advices[a],
		    made(madvise((void *)A, -PAGE, advices[a])));
		say("wraps to 0 %d %s", advices[a],
		    made(madvise((void *)A, -1ul, advices[a])));
	}
}

static void syncs(void)
{
	for (unsigned int k = 0; k < COUNT(memory); k++) {
		lay(memory[k].kind);
		for (int flags = 0; flags < 9; flags++)
			say("%s %d %s", memory[k].name, flags,
			    made(syscall(SYS_msync, A, 4 * PAGE, flags)));
		unmap(A, 4 * PAGE);
	}
	fixed(A, 2, RW, ANON);
	fixed(A + 3 * PAGE, 2, RW, ANON | MAP_LOCKED);
	for (int flags = 0; flags < 8; flags++) {
		say("hole %d %s", flags,
		    made(syscall(SYS_msync, A, 5 * PAGE, flags)));
		say("end %d %s", flags,
		    made(syscall(SYS_msync, A, 3 * PAGE, flags)));
		say("nothing %d %s", flags,
		    made(syscall(SYS_msync, A + 0x10000, PAGE, flags)));
		say("odd %d %s", flags,
		    made(syscall(SYS_msync, A + 1, PAGE, flags)));
		say("zero %d %s", flags,
		    made(syscall(SYS_msync, A + 0x10000, 0, flags)));
		say("wraps %d %s", flags,
		    made(syscall(SYS_msync, A, -PAGE, flags)));
	}
}

static void residencies(void)
{
	static unsigned char vec[16];
	unsigned char *edge = (unsigned char *)(A + 0x12000 - 2);

	for (unsigned int k = 0; k < COUNT(memory); k++) {
		char line[8];

		lay(memory[k].kind);
		residency(line);
		say("%s %s", memory[k].name, line);
		unmap(A, 4 * PAGE);
	}
	fixed(A, 4, RW, ANON);
	fixed(A + 0x10000, 2, RW, ANON);
	say("odd %s", made(mincore((void *)(A + 1), PAGE, vec)));
	say("zero %s", made(mincore((void *)A, 0, vec)));
	say("zero odd %s", made(mincore((void *)(A + 1), 0, vec)));
	say("zero nothing %s", made(mincore((void *)(A + 0x100000), 0, vec)));
	say("nothing %s", made(mincore((void *)(A + 0x100000), 1, vec)));
	say("over end %s", made(mincore((void *)A, 4 * PAGE + 1, vec)));
	say("wraps %s", made(mincore((void *)A, -PAGE, vec)));
	say("all %s", made(mincore((void *)A, -1ul, vec)));
	say("kernel %s", made(mincore((void *)0xc0000000, PAGE, vec)));
	say("top %s", made(mincore((void *)0xbf000000, PAGE, vec)));
	say("over top %s", made(mincore((void *)0xbefff000, 2 * PAGE, vec)));
	say("null %s", made(mincore((void *)A, PAGE, NULL)));
	say("null nothing %s",
	    made(mincore((void *)(A + 0x100000), PAGE, NULL)));
	say("null zero %s", made(mincore((void *)A, 0, NULL)));
	say("kernel vector %s",
	    made(mincore((void *)A, PAGE, (unsigned char *)0xc0000000)));
	say("edge %s", made(mincore((void *)A, 2 * PAGE, edge)));
	say("over edge %s", made(mincore((void *)A, 3 * PAGE, edge)));
	mprotect((void *)(A + 0x10000), 2 * PAGE, PROT_READ);
	say("readonly vector %s", made(mincore((void *)A, PAGE, edge)));
}

/* ---- which neighbour a new mapping joins ------------------------------------------- */

static void shape(const char *what)
{
	char shown[400] = "";

	slurp("/proc/self/maps");
	for (char *line = text; *line; line = strchr(line, '\n') + 1) {
		unsigned long from, to;
		char rights[8];

		if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 ||
		    from < A || from >= A + 0x100000)
			continue;
		snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown),
			 " %lu-%lu:%s", (from - A) / PAGE, (to - A) / PAGE,
			 rights);
	}
	say("%s%s", what, shown);
}

/* Pages 0 to 1 and 4 to 5, touched and made so that they differ or agree. */
static void neighbours(void)
{
	for (int how = 0; how < 32; how++) {
		char what[32];

		snprintf(what, sizeof(what), "how %x", how);
		fixed(A, 2, RW, ANON);
		fixed(A + 4 * PAGE, 2, RW, ANON);
		if (how & 1)
			*(volatile char *)A = 1;
		if (how & 2)
			*(volatile char *)(A + 4 * PAGE) = 1;
		if (how & 4) {
			/* one anon_vma for both, from when they were one */
			fixed(A, 6, RW, ANON);
			*(volatile char *)A = 1;
			unmap(A + 2 * PAGE, 2 * PAGE);
		}
		fixed(A + 2 * PAGE, 2, how & 8 ? PROT_READ : RW, ANON);
		shape(what);
		if (how & 16)
			*(volatile char *)(A + PAGE) = 1;
		mprotect((void *)(A + 2 * PAGE), 2 * PAGE, RW);
		shape(" +w");
		mprotect((void *)(A + 4 * PAGE), PAGE, PROT_READ);
		shape(" next -w");
		mprotect((void *)(A + 4 * PAGE), PAGE, RW);
		shape(" next +w");
		mprotect((void *)(A + PAGE), 2 * PAGE, PROT_READ);
		mprotect((void *)(A + PAGE), 2 * PAGE, RW);
		shape(" across");
		syscall(SYS_mremap, A + 4 * PAGE, 2 * PAGE, 2 * PAGE,
			MREMAP_MAYMOVE | MREMAP_FIXED, A + 8 * PAGE);
		shape(" moved");
		syscall(SYS_mremap, A + 8 * PAGE, 2 * PAGE, 2 * PAGE,
			MREMAP_MAYMOVE | MREMAP_FIXED, A + 4 * PAGE);
		shape(" back");
		unmap(A, 0x100000);
	}
}

/* The same of a file: offsets that continue the one, the other, both. */
static void file_neighbours(void)
{
	int fd = open(DIR "/file", O_RDWR);

	for (int how = 0; how < 32; how++) {
		char what[32];
		int type = MAP_FIXED | (how & 16 ? MAP_SHARED : MAP_PRIVATE);

		snprintf(what, sizeof(what), "file %x", how);
		map(A, 2 * PAGE, RW, type, fd, 0);
		map(A + 4 * PAGE, 2 * PAGE, RW, type, fd, how & 1 ? 4 : 5);
		if (how & 2)
			*(volatile char *)A = 1;
		if (how & 4)
			*(volatile char *)(A + 4 * PAGE) = 1;
		map(A + 2 * PAGE, 2 * PAGE, RW, type, fd, how & 8 ? 2 : 3);
		shape(what);
		unmap(A, 0x100000);
	}
	close(fd);
}

/* ---- all of it ---------------------------------------------------------------------- */

static void make(const char *path)
{
	static char page[PAGE];
	int fd = open(path, O_RDWR | O_CREAT, 0755);

	for (int i = 0; i < 8; i++)
		if (write(fd, page, sizeof(page)) != sizeof(page))
			say("write %s %s", path, made(-1));
	if (fchmod(fd, 0777))
		say("chmod %s %s", path, made(-1));
	close(fd);
}

static void prepare(void)
{
	prefix = "prepare";
	mkdir(DIR, 0755);
	if (mount("tmpfs", DIR, "tmpfs", 0, NULL))
		say("mount %s", made(-1));
	mkdir(DIR "/noexec", 0755);
	mkdir(DIR "/readonly", 0755);
	if (mount("tmpfs", DIR "/noexec", "tmpfs", MS_NOEXEC, NULL))
		say("mount noexec %s", made(-1));
	if (mount("tmpfs", DIR "/readonly", "tmpfs", 0, NULL))
		say("mount readonly %s", made(-1));
	make(DIR "/file");
	make(DIR "/noexec/file");
	make(DIR "/readonly/file");
	close(open(DIR "/empty", O_RDWR | O_CREAT, 0644));
	if (mkfifo(DIR "/pipe", 0600))
		say("mkfifo %s", made(-1));
	if (mount(NULL, DIR "/readonly", NULL, MS_REMOUNT | MS_RDONLY, NULL))
		say("remount %s", made(-1));
}

static void tidy(void)
{
	prefix = "tidy";
	say("noexec %s", made(umount(DIR "/noexec")));
	say("readonly %s", made(umount(DIR "/readonly")));
	say("all %s", made(umount(DIR)));
	say("folder %s", made(rmdir(DIR)));
}

static void be_user(void)
{
	if (setgid(1000) || setuid(1000))
		say("setuid %s", made(-1));
	/* or /proc/self would be root's */
	prctl(PR_SET_DUMPABLE, 1);
}

static void be_root(void)
{
}

static void run(const char *name, void (*as)(void), void (*what)(void))
{
	int how;
	pid_t child = fork();

	if (!child) {
		prefix = name;
		as();
		what();
		_exit(0);
	}
	waitpid(child, &how, 0);
	prefix = name;
	if (how)
		say("ended %x", how);
}

int main(void)
{
	prepare();
	run("addresses", be_root, addresses);
	run("addresses-user", be_user, addresses);
	run("min-addr", be_root, min_addr);
	run("exhausted", be_root, exhausted);
	run("files", be_root, file_table);
	run("files-user", be_user, file_table);
	run("memfd", be_root, memfd_names);
	run("seals", be_root, seals);
	run("seal-order", be_root, seal_order);
	run("holes", be_root, holes);
	run("advice", be_root, advice);
	run("advice-user", be_user, advice);
	run("msync", be_root, syncs);
	run("mincore", be_root, residencies);
	run("mincore-user", be_user, residencies);
	run("neighbours", be_root, neighbours);
	run("files-meet", be_root, file_neighbours);
	tidy();
	return 0;
}
