/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Mappings of files: what they cost in faults, and which pages a fault brings
 * along. A line like "## . . .#" has one sign a page in the order of touching:
 * '#' it faulted, '.' it was there, '!' more than one fault. The files lie in
 * /tmp, in the root and nowhere (memfd).
 */
#define _GNU_SOURCE
#include "faultcount.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>

#define AT 0x20000000u

enum {
	N = 64,
	WINDOW = 16,
};

enum touch {
	LOAD,
	STORE,
};

/* ---- signs -------------------------------------------------------------------- */

static sigjmp_buf beyond;

static void on_fault(int sig)
{
	siglongjmp(beyond, sig == SIGBUS ? 'B' : 'S');
}

static char touch_one(area at, enum touch touch)
{
	struct counts from = counts_of(RUSAGE_SELF), to;

	if (touch == STORE)
		*at = 7;
	else
		(void)*at;
	to = counts_of(RUSAGE_SELF);
	if (to.major != from.major)
		return 'M';
	if (to.minor == from.minor)
		return '.';
	return to.minor == from.minor + 1 ? '#' : '!';
}

/* Pages first, first + step, … n of them, modulo pages; 'B', 'S' for a signal. */
static void signs(const char *name, area a, unsigned int pages, int first,
		  int step, unsigned int n, enum touch touch)
{
	static char sign[256];
	static volatile unsigned int i;
	static volatile int at;

	at = first;
	for (i = 0; i < n; i++) {
		sign[i] = (char)sigsetjmp(beyond, 1);
		if (!sign[i])
			sign[i] = touch_one(a + at * (int)PAGE, touch);
		at = (at + step + (int)pages) % (int)pages;
	}
	sign[n] = 0;
	say("%s %s\n", name, sign);
}

static void loads(const char *name, area a, unsigned int pages)
{
	signs(name, a, pages, 0, 1, pages, LOAD);
}

static void stores(const char *name, area a, unsigned int pages)
{
	signs(name, a, pages, 0, 1, pages, STORE);
}

/* ---- files ------------------------------------------------------------------------ */

static uint8_t buffer[PAGE];

static void put_page(int fd, unsigned int page, int value)
{
	memset(buffer, value, sizeof(buffer));
	need(pwrite(fd, buffer, PAGE, (off_t)page * PAGE) == (ssize_t)PAGE,
	     "pwrite");
}

static int new_file(const char *path)
{
	int fd = path ? open(path, O_RDWR | O_CREAT | O_TRUNC, 0600)
		      : memfd_create("filefaults", 0);

	need(fd >= 0, "open");
	if (path)
		unlink(path);
	return fd;
}

/* Page i of @pages begins with the byte i + 1. */
static int full_file(const char *path, unsigned int pages)
{
	int fd = new_file(path);

	for (unsigned int i = 0; i < pages; i++)
		put_page(fd, i, (int)i + 1);
	return fd;
}

static int content(area a, unsigned int pages, unsigned int first)
{
	for (unsigned int i = 0; i < pages; i++)
		if (a[i * PAGE] != (uint8_t)(first + i + 1))
			return 0;
	return 1;
}

static area map_file(uint32_t page, unsigned int pages, int prot, int flags,
		     int fd, unsigned int first)
{
	return map(AT + page * PAGE, pages, prot, flags, fd, first);
}

/* ---- fault-around ----------------------------------------------------------------------- */

static void window(const char *name, int fd, uint32_t at, unsigned int pages,
		   unsigned int first, int start, int step)
{
	char line[64];
	area a = map_file(at, pages, PROT_READ, MAP_PRIVATE, fd, first);

	snprintf(line, sizeof(line), "around %s", name);
	signs(line, a, pages, start, step, pages, LOAD);
	say("around %s same %d\n", name, content(a, pages, first));
	unmap(a, pages);
}

static void around(void)
{
	int fd = full_file("/tmp/filefaults", N);
	area a;

	window("ascending", fd, 0, N, 0, 0, 1);
	window("descending", fd, 0, N, 0, N - 1, -1);
	window("from-the-middle", fd, 0, N, 0, 21, 1);
	window("stride-17", fd, 0, N, 0, 0, 17);
	window("begins-at-5", fd, 5, 40, 0, 0, 1);
	window("begins-at-5-descending", fd, 5, 40, 0, 39, -1);
	window("begins-at-5-middle", fd, 5, 40, 0, 9, 1);
	window("begins-at-15", fd, 15, 40, 0, 0, 1);
	window("ends-at-5", fd, 0, 21, 0, 20, -1);
	window("ends-at-5-ascending", fd, 0, 21, 0, 0, 1);
	window("small", fd, 3, 7, 0, 4, 1);
	window("file-offset-3", fd, 0, 40, 3, 0, 1);
	window("file-offset-3-begins-at-5", fd, 5, 40, 3, 0, 1);
	window("file-offset-20-middle", fd, 0, 40, 20, 19, 1);
	window("table-edge", fd, 512 - 24, 48, 0, 0, 1);
	window("table-edge-5", fd, 512 - 5, 40, 0, 0, 1);
	window("table-edge-5-descending", fd, 512 - 5, 40, 0, 39, -1);
	window("table-edge-19", fd, 512 - 19, 40, 0, 2, 1);
	window("table-edge-19-first", fd, 512 - 19, 40, 0, 18, 1);

	/* beyond the last page of the file */
	a = map_file(0, N + 20, PROT_READ, MAP_PRIVATE, fd, 8);
	loads("around beyond-the-end", a, N + 20);
	unmap(a, N + 20);
	a = map_file(0, N, PROT_READ, MAP_PRIVATE, fd, N - 10);
	signs("around end-within", a, N, 7, 1, 12, LOAD);
	unmap(a, N);
	need(!ftruncate(fd, 10 * PAGE + 1), "ftruncate");
	a = map_file(0, N, PROT_READ, MAP_PRIVATE, fd, 0);
	signs("around one-byte-over", a, N, 0, 1, 14, LOAD);
	unmap(a, N);
	close(fd);
	/* advice */
	fd = full_file("/tmp/filefaults", N);
	a = map_file(0, N, PROT_READ, MAP_PRIVATE, fd, 0);
	madvise((void *)a, N * PAGE, MADV_RANDOM);
	loads("around random", a, N);
	unmap(a, N);
	a = map_file(0, N, PROT_READ, MAP_PRIVATE, fd, 0);
	madvise((void *)a, N * PAGE, MADV_SEQUENTIAL);
	loads("around sequential", a, N);
	unmap(a, N);
	/* rights differ within the window */
	a = map_file(0, N, PROT_READ, MAP_PRIVATE, fd, 0);
	mprotect((void *)(a + 4 * PAGE), 4 * PAGE, RW);
	loads("around split", a, N);
	unmap(a, N);
	a = map_file(0, N, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	loads("around executable", a, N);
	unmap(a, N);
	a = map_file(0, N, PROT_EXEC, MAP_PRIVATE, fd, 0);
	loads("around execute-only", a, N);
	unmap(a, N);
	a = map_file(0, N, PROT_WRITE, MAP_SHARED, fd, 0);
	loads("around write-only", a, N);
	unmap(a, N);
	close(fd);
}

/* ---- private mappings --------------------------------------------------------------------- */

static void private_file(const char *name, int fd)
{
	char line[64];
	area a;

#define CASE(what) \
	(snprintf(line, sizeof(line), "private %s " what, name), line)
	a = map_file(0, N, RW, MAP_PRIVATE, fd, 0);
	loads(CASE("read"), a, N);
	stores(CASE("write-after-read"), a, N);
	stores(CASE("rewrite"), a, N);
	unmap(a, N);
	a = map_file(0, N, RW, MAP_PRIVATE, fd, 0);
	COUNT(CASE("file-kept"),
	      say("private %s same %d\n", name, content(a, N, 0)));
	unmap(a, N);
	a = map_file(0, N, RW, MAP_PRIVATE, fd, 0);
	stores(CASE("write-first"), a, N);
	loads(CASE("read-after-write"), a, N);
	madvise((void *)a, N * PAGE, MADV_DONTNEED);
	COUNT(CASE("dontneed"),
	      say("private %s same %d\n", name, content(a, N, 0)));
	unmap(a, N);
	a = map_file(0, N, RW, MAP_PRIVATE, fd, 0);
	signs(CASE("write-each-third"), a, N, 0, 3, N / 3, STORE);
	loads(CASE("then-read"), a, N);
	unmap(a, N);
	a = map_file(0, N, RW, MAP_PRIVATE, fd, 0);
	reads(a, N);
	writes(a, N / 2, 9);
	mprotect((void *)a, N * PAGE, PROT_READ);
	loads(CASE("read-only-read"), a, N);
	mprotect((void *)a, N * PAGE, RW);
	stores(CASE("writable-write"), a, N);
	mprotect((void *)a, N * PAGE, PROT_NONE);
	mprotect((void *)a, N * PAGE, RW);
	stores(CASE("none-and-back"), a, N);
	unmap(a, N);
#undef CASE
}

/* ---- shared mappings ------------------------------------------------------------------------ */

static void shared_file(const char *name, int fd)
{
	char line[64];
	area a, b;

#define CASE(what) (snprintf(line, sizeof(line), "shared %s " what, name), line)
	a = map_file(0, N, RW, MAP_SHARED, fd, 0);
	loads(CASE("read"), a, N);
	stores(CASE("write-after-read"), a, N);
	stores(CASE("rewrite"), a, N);
	need(!msync((void *)a, N * PAGE, MS_SYNC), "msync");
	stores(CASE("write-after-msync"), a, N);
	b = map_file(1024, N, RW, MAP_SHARED, fd, 0);
	loads(CASE("twice-read"), b, N);
	stores(CASE("twice-write"), b, N);
	stores(CASE("first-write-again"), a, N);
	unmap(b, N);
	unmap(a, N);
	a = map_file(0, N, RW, MAP_SHARED, fd, 0);
	stores(CASE("write-first"), a, N);
	loads(CASE("read-after-write"), a, N);
	mprotect((void *)a, N * PAGE, PROT_READ);
	loads(CASE("read-only-read"), a, N);
	mprotect((void *)a, N * PAGE, RW);
	stores(CASE("writable-write"), a, N);
	mprotect((void *)a, N * PAGE, PROT_NONE);
	mprotect((void *)a, N * PAGE, RW);
	loads(CASE("none-and-back"), a, N);
	stores(CASE("none-and-back-write"), a, N);
	unmap(a, N);
	a = map_file(0, N, RW, MAP_SHARED, fd, 0);
	reads(a, N);
	mprotect((void *)a, N * PAGE, PROT_READ);
	mprotect((void *)a, N * PAGE, RW);
	stores(CASE("clean-and-back-write"), a, N);
	madvise((void *)a, N * PAGE, MADV_DONTNEED);
	loads(CASE("dontneed-read"), a, N);
	unmap(a, N);
	a = map_file(0, N, PROT_READ, MAP_SHARED, fd, 0);
	loads(CASE("ro-read"), a, N);
	mprotect((void *)a, N * PAGE, RW);
	stores(CASE("ro-then-write"), a, N);
	unmap(a, N);
	a = map_file(0, N, RW, MAP_SHARED, fd, 0);
	signs(CASE("write-each-third"), a, N, 0, 3, N / 3, STORE);
	loads(CASE("then-read"), a, N);
	b = map_file(1024, N, RW, MAP_PRIVATE, fd, 0);
	loads(CASE("and-private-read"), b, N);
	stores(CASE("and-private-write"), b, N);
	writes(a, N, 5);
	say("shared %s private-kept %d\n", name, all(b, N, 7));
	unmap(b, N);
	unmap(a, N);
#undef CASE
}

/* ---- holes, truncation, the cache in part ------------------------------------------------------ */

static int holes(void)
{
	int fd = new_file("/tmp/filefaults");

	need(!ftruncate(fd, N * PAGE), "ftruncate");
	put_page(fd, 3, 4);
	for (unsigned int i = 20; i < 26; i++)
		put_page(fd, i, (int)i + 1);
	return fd;
}

static void in_part(void)
{
	static uint8_t all_of_it[N * PAGE];
	int fd = holes();
	area a;

	a = map_file(0, N, PROT_READ, MAP_PRIVATE, fd, 0);
	loads("holes private-read", a, N);
	loads("holes private-again", a, N);
	unmap(a, N);
	a = map_file(0, N, PROT_READ, MAP_PRIVATE, fd, 0);
	loads("holes filled-by-faults", a, N);
	unmap(a, N);
	close(fd);
	fd = holes();
	a = map_file(0, N, RW, MAP_SHARED, fd, 0);
	signs("holes shared-every-fourth", a, N, 0, 4, 16, LOAD);
	loads("holes shared-rest", a, N);
	unmap(a, N);
	close(fd);
	fd = holes();
	a = map_file(0, N, RW, MAP_PRIVATE, fd, 0);
	stores("holes private-write", a, N);
	unmap(a, N);
	a = map_file(0, N, RW, MAP_PRIVATE, fd, 0);
	loads("holes after-private-write", a, N);
	unmap(a, N);
	close(fd);
	/* does read() fill them? write() does */
	fd = holes();
	writes(all_of_it, N, 1);
	need(pread(fd, all_of_it, sizeof(all_of_it), 0) ==
		     (ssize_t)sizeof(all_of_it),
	     "pread");
	say("holes read zeroes %d\n", !all_of_it[0] && !all_of_it[63 * PAGE]);
	a = map_file(0, N, PROT_READ, MAP_PRIVATE, fd, 0);
	loads("holes after-read", a, N);
	unmap(a, N);
	close(fd);
	fd = holes();
	need(pwrite(fd, "x", 1, 40 * PAGE + 100) == 1, "pwrite");
	a = map_file(0, N, PROT_READ, MAP_PRIVATE, fd, 0);
	loads("holes after-one-byte", a, N);
	unmap(a, N);
	close(fd);
	fd = holes();
	posix_fadvise(fd, 0, 0, POSIX_FADV_WILLNEED);
	a = map_file(0, N, PROT_READ, MAP_PRIVATE, fd, 0);
	madvise((void *)a, N * PAGE, MADV_WILLNEED);
	loads("holes willneed", a, N);
	unmap(a, N);
	close(fd);
	fd = holes();
	say("holes fallocate %d\n",
	    fallocate(fd, 0, 0, N / 2 * PAGE) ? errno : 0);
	a = map_file(0, N, PROT_READ, MAP_PRIVATE, fd, 0);
	loads("holes fallocated", a, N);
	unmap(a, N);
	close(fd);
}

static void punching(void)
{
	int fd = full_file("/tmp/filefaults", N);
	area a = map_file(0, N, RW, MAP_SHARED, fd, 0);

	reads(a, N);
	say("punch fallocate %d\n",
	    fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 8 * PAGE,
		      8 * PAGE)
		    ? errno
		    : 0);
	loads("punch read", a, N);
	say("punch zero %d\n", a[8 * PAGE] == 0 && a[16 * PAGE] == 17);
	say("punch remove %d\n",
	    madvise((void *)(a + 32 * PAGE), 8 * PAGE, MADV_REMOVE) ? errno
								    : 0);
	stores("punch write", a, N);
	unmap(a, N);
	close(fd);
}

static void truncation(void)
{
	int fd = full_file("/tmp/filefaults", N);
	area a = map_file(0, N, RW, MAP_SHARED, fd, 0);
	area b = map_file(1024, N, RW, MAP_PRIVATE, fd, 0);

	reads(a, N);
	reads(b, N);
	writes(b + 8 * PAGE, 48, 9);
	need(!ftruncate(fd, 20 * PAGE + 10), "ftruncate");
	loads("truncate shared", a, N);
	loads("truncate private", b, N);
	need(!ftruncate(fd, N * PAGE), "ftruncate");
	loads("truncate extended-shared", a, N);
	loads("truncate extended-private", b, N);
	say("truncate shared same %d zero %d\n", content(a, 21, 0),
	    all(a + 21 * PAGE, N - 21, 0));
	say("truncate private same %d written %d zero %d\n", content(b, 8, 0),
	    all(b + 8 * PAGE, 13, 9), all(b + 21 * PAGE, N - 21, 0));
	unmap(a, N);
	unmap(b, N);
	close(fd);
}

/* ---- moved, advised, locked, populated ------------------------------------------------------------ */

static void moved(void)
{
	int fd = full_file("/tmp/filefaults", N);
	area a = map_file(0, N / 2, RW, MAP_PRIVATE, fd, 0), b;

	reads(a, N / 2);
	writes(a, 8, 9);
	need(mremap((void *)a, N / 2 * PAGE, N * PAGE, 0) == a, "mremap");
	loads("mremap grown", a, N);
	b = mremap((void *)a, N * PAGE, N * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		   (void *)(uintptr_t)(AT + 0x1003000));
	need(b == (area)(uintptr_t)(AT + 0x1003000), "mremap");
	loads("mremap moved", b, N);
	stores("mremap moved-write", b, N);
	unmap(b, N);
	a = map_file(0, N, RW, MAP_SHARED, fd, 0);
	reads(a, N / 2);
	b = mremap((void *)a, N * PAGE, N * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		   (void *)(uintptr_t)(AT + 0x1003000));
	loads("mremap shared", b, N);
	stores("mremap shared-write", b, N);
	/* size 0 duplicates a shared mapping */
	a = mremap((void *)b, 0, N * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
		   (void *)(uintptr_t)AT);
	loads("mremap duplicate", a, N);
	unmap(a, N);
	unmap(b, N);
	close(fd);
}

static void one_advice(const char *name, int advice)
{
	int fd = full_file("/tmp/filefaults", N);
	int error;
	char line[64];
	area a;

#define CASE(what) (snprintf(line, sizeof(line), "advice %s " what, name), line)
	a = map_file(0, N, RW, MAP_PRIVATE, fd, 0);
	COUNT(CASE("private"), error = madvise((void *)a, N * PAGE, advice));
	say("%s %d\n", line, error ? errno : 0);
	loads(CASE("private-read"), a, N);
	writes(a, N / 2, 9);
	madvise((void *)a, N * PAGE, advice);
	loads(CASE("private-mixed"), a, N);
	stores(CASE("private-write"), a, N);
	unmap(a, N);
	a = map_file(0, N, RW, MAP_SHARED, fd, 0);
	COUNT(CASE("shared"), error = madvise((void *)a, N * PAGE, advice));
	say("%s %d\n", line, error ? errno : 0);
	loads(CASE("shared-read"), a, N);
	writes(a, N / 2, 9);
	madvise((void *)a, N * PAGE, advice);
	loads(CASE("shared-mixed"), a, N);
	stores(CASE("shared-write"), a, N);
	unmap(a, N);
	a = map_file(0, N, PROT_READ, MAP_PRIVATE, fd, 0);
	COUNT(CASE("read-only"), error = madvise((void *)a, N * PAGE, advice));
	say("%s %d\n", line, error ? errno : 0);
	loads(CASE("read-only-read"), a, N);
	unmap(a, N);
	a = map_file(0, N, RW, MAP_SHARED, fd, N - 20);
	COUNT(CASE("beyond"), error = madvise((void *)a, N * PAGE, advice));
	say("%s %d\n", line, error ? errno : 0);
	loads(CASE("beyond-read"), a, N);
	unmap(a, N);
	close(fd);
#undef CASE
}

static void advices(void)
{
	one_advice("willneed", MADV_WILLNEED);
	one_advice("dontneed", MADV_DONTNEED);
	one_advice("free", MADV_FREE);
	one_advice("cold", 20);
	one_advice("pageout", 21);
	one_advice("populate-read", 22);
	one_advice("populate-write", 23);
}

static void ahead(const char *name, int prot, int flags, int lock)
{
	int fd = full_file("/tmp/filefaults", N);
	int error = 0;
	char line[64];
	area a;

#define CASE(what) (snprintf(line, sizeof(line), "ahead %s" what, name), line)
	COUNT(CASE(""), a = map_file(0, N, prot, flags, fd, 0);
	      if (lock) error = mlock((void *)a, N * PAGE) ? errno : 0);
	if (error)
		say("ahead %s errno=%d\n", name, error);
	loads(CASE(" read"), a, N);
	if (prot & PROT_WRITE)
		stores(CASE(" write"), a, N);
	unmap(a, N);
	a = map_file(0, 40, prot, flags, fd, N - 20);
	if (lock)
		error = mlock((void *)a, 40 * PAGE) ? errno : 0;
	loads(CASE(" beyond"), a, 40);
	if (lock)
		say("%s errno=%d\n", line, error);
	unmap(a, 40);
	close(fd);
#undef CASE
}

static void aheads(void)
{
	ahead("populate-private", RW, MAP_PRIVATE | MAP_POPULATE, 0);
	ahead("populate-private-ro", PROT_READ, MAP_PRIVATE | MAP_POPULATE, 0);
	ahead("populate-private-wo", PROT_WRITE, MAP_PRIVATE | MAP_POPULATE, 0);
	ahead("populate-shared", RW, MAP_SHARED | MAP_POPULATE, 0);
	ahead("populate-shared-ro", PROT_READ, MAP_SHARED | MAP_POPULATE, 0);
	ahead("populate-nonblock", PROT_READ,
	      MAP_SHARED | MAP_POPULATE | MAP_NONBLOCK, 0);
	ahead("mlock-private", RW, MAP_PRIVATE, 1);
	ahead("mlock-private-ro", PROT_READ, MAP_PRIVATE, 1);
	ahead("mlock-shared", RW, MAP_SHARED, 1);
}

/* ---- fork ------------------------------------------------------------------------------------------- */

static void forked(const char *name, int flags, int written)
{
	int fd = full_file("/tmp/filefaults", N);
	area a = map_file(0, N, RW, flags, fd, 0);
	char line[64];
	int status;
	pid_t child;

#define CASE(what) (snprintf(line, sizeof(line), "fork %s " what, name), line)
	reads(a, N);
	writes(a, (unsigned int)written, 9);
	flush();
	child = fork();
	if (!child) {
		warm();
		loads(CASE("child-read"), a, N);
		stores(CASE("child-write"), a, N);
		flush();
		_exit(0);
	}
	warm();
	waitpid(child, &status, 0);
	loads(CASE("parent-read"), a, N);
	stores(CASE("parent-write"), a, N);
	unmap(a, N);
	close(fd);
#undef CASE
}

/* ---- /dev/zero, and a file that the boot brought ------------------------------------------------------ */

static void zero(void)
{
	int fd = open("/dev/zero", O_RDWR);
	area a;

	need(fd >= 0, "open /dev/zero");
	a = map_file(0, N, RW, MAP_PRIVATE, fd, 0);
	loads("zero private-read", a, N);
	stores("zero private-write", a, N);
	unmap(a, N);
	a = map_file(0, N, RW, MAP_SHARED, fd, 0);
	signs("zero shared-read", a, N, 0, 2, N / 2, LOAD);
	loads("zero shared-rest", a, N);
	stores("zero shared-write", a, N);
	unmap(a, N);
	a = map_file(0, N, RW, MAP_SHARED, fd, 0);
	loads("zero shared-new", a, N);
	unmap(a, N);
	close(fd);
}

static void from_boot(const char *path)
{
	int fd = open(path, O_RDONLY);
	area a;

	need(fd >= 0, path);
	a = map_file(0, N, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	loads("boot read", a, N);
	unmap(a, N);
	a = map_file(0, N, RW, MAP_PRIVATE, fd, 0);
	stores("boot write", a, N);
	unmap(a, N);
	a = map_file(0, N, PROT_READ, MAP_SHARED, fd, 100);
	signs("boot shared", a, N, 40, 1, N, LOAD);
	unmap(a, N);
	close(fd);
}

int main(void)
{
	static const struct {
		const char *name, *path;
	} where[] = {
		{"tmp", "/tmp/filefaults"},
		{"root", "/filefaults"},
		{"memfd", NULL},
	};

	signal(SIGBUS, on_fault);
	signal(SIGSEGV, on_fault);
	warm();
	for (int i = 0; i < 3; i++) {
		int fd = full_file(where[i].path, N);

		private_file(where[i].name, fd);
		shared_file(where[i].name, fd);
		close(fd);
	}
	around();
	in_part();
	punching();
	truncation();
	moved();
	advices();
	aheads();
	forked("private", MAP_PRIVATE, 0);
	forked("private-written", MAP_PRIVATE, 24);
	forked("shared", MAP_SHARED, 0);
	forked("shared-written", MAP_SHARED, 24);
	zero();
	from_boot("/bin/busybox");
	flush();
	return 0;
}
