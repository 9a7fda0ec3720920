/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Swap areas come and go: what swapon(2) and swapoff(2) say of every kind of
 * file, flag, header and priority; what /proc/swaps, meminfo and the log tell
 * afterwards; who else may use the disk. Wants a disk /dev/vda that is swap
 * space, and leaves it so. One line an answer, log lines with "log ".
 */
#define _GNU_SOURCE
#include <linux/fs.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#include "observe.h"

#define DISK        "/dev/vda"
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

enum {
	PAGE = 4096,
	KLOG_READ_ALL = 3,
	KLOG_CLEAR = 5,
};

static uint32_t pages; /* of the disk */

/* ---- what is known afterwards ---------------------------------------------- */

/*
 * The kernel's messages since the last call, without what comes before "] ",
 * nor the FS of a kernel that might compress what it swaps (CONFIG_FRONTSWAP).
 */
static void show_log(void)
{
	static char log[1 << 14];
	int n = klogctl(KLOG_READ_ALL, log, sizeof(log) - 1);
	char *line, *next = log;

	log[n < 0 ? 0 : n] = '\0';
	while ((line = strsep(&next, "\n"))) {
		char *from = strstr(line, "] "), *fs = strstr(line, " SSFS");

		if (fs)
			fs[3] = '\0';
		if (from)
			say("log %s", from + 2);
	}
	klogctl(KLOG_CLEAR, NULL, 0);
}

static void show_swaps(void)
{
	char *line, *next = text;

	slurp("/proc/swaps");
	while ((line = strsep(&next, "\n")))
		if (*line)
			say("| %s", line);
}

static void show_totals(void)
{
	struct sysinfo info;
	unsigned long total = field("/proc/meminfo", "SwapTotal:");
	unsigned long left = field("/proc/meminfo", "SwapFree:");

	sysinfo(&info);
	say("SwapTotal=%lu SwapFree=%lu sysinfo=%lu,%lu", total, left,
	    info.totalswap * info.mem_unit / 1024,
	    info.freeswap * info.mem_unit / 1024);
}

static long on(const char *path, int flags)
{
	return syscall(SYS_swapon, path, flags);
}

static long off(const char *path)
{
	return syscall(SYS_swapoff, path);
}

/* ---- headers ---------------------------------------------------------------- */

static char page[PAGE];

static struct {
	uint32_t version, last_page, nr_badpages, badpages[640];
} h;

static void good_header(void)
{
	memset(&h, 0, sizeof(h));
	h.version = 1;
	h.last_page = pages - 1;
}

/* As it would be on a machine of the other byte order, if @swab. */
static void write_header(const char *path, const char *magic, int swab)
{
	const uint32_t *from = &h.version;
	uint32_t words[3 + 16 / 4 + 16 / 4 + 117 + 637] = {0};
	int fd = open(path, O_RDWR);

	memcpy(words, from, 12);
	memcpy(words + 3 + 8 + 117, h.badpages, 637 * 4);
	for (unsigned int i = 0; swab && i < COUNT(words); i++)
		words[i] = __builtin_bswap32(words[i]);
	memset(page, 0, PAGE);
	memcpy(page + 1024, words, sizeof(words));
	memcpy(page + PAGE - 10, magic, 10);
	if (fd < 0 || pwrite(fd, page, PAGE, 0) != PAGE || fsync(fd))
		say("write header %s", made(-1));
	close(fd);
}

static void try_header(const char *name, const char *magic, int swab)
{
	long ret;

	prefix = name;
	write_header(DISK, magic, swab);
	ret = on(DISK, 0);
	say("%s", made(ret));
	show_log();
	if (ret)
		return;
	show_swaps();
	show_totals();
	say("off %s", made(off(DISK)));
}

#define TRY(name, ...)                             \
	do {                                       \
		good_header();                     \
		__VA_ARGS__;                       \
		try_header(name, "SWAPSPACE2", 0); \
	} while (0)

static void headers(void)
{
	TRY("good", (void)0);
	good_header();
	try_header("no magic", "\0\0\0\0\0\0\0\0\0\0", 0);
	try_header("old magic", "SWAP-SPACE", 0);
	try_header("magic in part", "SWAPSPACE3", 0);
	try_header("other byte order", "SWAPSPACE2", 1);
	TRY("version 0", h.version = 0);
	TRY("version 2", h.version = 2);
	TRY("no pages", h.last_page = 0);
	TRY("one page", h.last_page = 1);
	TRY("two pages", h.last_page = 2);
	TRY("half", h.last_page = pages / 2);
	TRY("a page too long", h.last_page = pages);
	TRY("far too long", h.last_page = 0x7fffffff);
	TRY("as long as can be", h.last_page = 0xffffffff);
	TRY("one bad page", h.nr_badpages = 1; h.badpages[0] = 7);
	TRY("bad page 0", h.nr_badpages = 1);
	TRY("bad last page", h.nr_badpages = 1; h.badpages[0] = pages - 1);
	TRY("bad page beyond", h.nr_badpages = 1; h.badpages[0] = pages);
	TRY("bad page far beyond", h.nr_badpages = 1; h.badpages[0] = ~0u);
	TRY("bad page twice", h.nr_badpages = 2;
	    h.badpages[0] = h.badpages[1] = 9);
	TRY("all bad", h.last_page = 2; h.nr_badpages = 2; h.badpages[0] = 1;
	    h.badpages[1] = 2);
	TRY("637 bad pages", h.nr_badpages = 637;
	    for (unsigned int i = 0; i < 637; i++) h.badpages[i] = 2 * i + 1);
	TRY("638 bad pages", h.nr_badpages = 638;
	    for (unsigned int i = 0; i < 637; i++) h.badpages[i] = 2 * i + 1);
	good_header();
	write_header(DISK, "SWAPSPACE2", 0);
}

/* ---- flags and priorities ---------------------------------------------------- */

static void with_flags(int flags)
{
	long ret = on(DISK, flags);

	say("0x%x %s", (unsigned)flags, made(ret));
	if (ret)
		return;
	show_swaps();
	say("twice %s", made(on(DISK, flags)));
	say("off %s", made(off(DISK)));
}

static void flags(void)
{
	static const int some[] = {
		0,
		SWAP_FLAG_PREFER,
		SWAP_FLAG_PREFER | 1,
		SWAP_FLAG_PREFER | 100,
		SWAP_FLAG_PREFER | 0x7fff,
		5, /* a priority that is not asked for */
		SWAP_FLAG_DISCARD,
		SWAP_FLAG_DISCARD | SWAP_FLAG_PREFER | 3,
		0x20000, /* discard once */
		0x40000, /* discard pages */
		0x70000,
		0x7ffff,
	};

	prefix = "flags";
	for (size_t i = 0; i < COUNT(some); i++)
		with_flags(some[i]);
	for (int bit = 19; bit < 32; bit++)
		with_flags((int)(1u << bit));
	klogctl(KLOG_CLEAR, NULL, 0);
	/* A priority chosen by the kernel, again and again. */
	for (int i = 0; i < 3; i++) {
		on(DISK, 0);
		show_log();
		off(DISK);
	}
}

/* ---- who may, and on what ------------------------------------------------------ */

static void both(const char *name, const char *path)
{
	long ret = on(path, 0);

	say("%s on %s", name, made(ret));
	say("%s off %s", name, made(off(path)));
	show_log();
}

/* A file of @bytes that looks like swap space. */
static void make_file(const char *path, off_t bytes)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	uint32_t whole = pages;

	memset(page, 0, PAGE);
	for (off_t at = 0; at < bytes; at += PAGE)
		pwrite(fd, page, PAGE, at);
	close(fd);
	pages = (uint32_t)(bytes / PAGE);
	good_header();
	write_header(path, "SWAPSPACE2", 0);
	pages = whole;
	good_header();
}

static void unlinked(const char *path)
{
	char name[32];
	int fd;

	make_file(path, 16 * PAGE);
	fd = open(path, O_RDWR);
	unlink(path);
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	both("unlinked", name);
	close(fd);
}

static void files(void)
{
	static char longest[5000];

	prefix = "file";
	memset(longest, 'x', sizeof(longest) - 1);
	both("nothing", "/tmp/nothing");
	both("empty name", "");
	both("NULL", NULL);
	both("bad pointer", (char *)0xc0000000u);
	both("too long", longest);
	both("below a file", "/proc/swaps/x");
	both("folder", "/tmp");
	both("null", "/dev/null");
	both("zero", "/dev/zero");
	both("proc", "/proc/meminfo");
	make_file("/tmp/swap", 64 * PAGE);
	both("tmpfs", "/tmp/swap");
	make_file("/swap", 64 * PAGE);
	both("rootfs", "/swap");
	make_file("/tmp/short", PAGE);
	both("one page", "/tmp/short");
	close(open("/tmp/empty", O_RDWR | O_CREAT, 0600));
	both("empty", "/tmp/empty");
	chmod("/tmp/swap", 0);
	both("without rights", "/tmp/swap");
	unlinked("/tmp/gone");
	symlink(DISK, "/tmp/link");
	both("link", "/tmp/link");
	symlink("/tmp/loop", "/tmp/loop");
	both("loop", "/tmp/loop");
	mknod("/tmp/none", S_IFBLK | 0600, makedev(200, 7));
	both("no such disk", "/tmp/none");
	mount("none", "/mnt", "tmpfs", MS_RDONLY, "");
	both("read only", "/mnt/x");
	umount("/mnt");
}

/* The disk by another name; who is asked for by one is found by the other. */
static void two_names(void)
{
	struct stat st;

	prefix = "names";
	stat(DISK, &st);
	say("node %s", made(mknod("/tmp/node", S_IFBLK | 0600, st.st_rdev)));
	say("on %s", made(on("/tmp/node", 0)));
	show_swaps();
	say("on %s", made(on(DISK, 0)));
	rename("/tmp/node", "/tmp/new name");
	show_swaps();
	unlink("/tmp/new name");
	show_swaps();
	say("off %s", made(off(DISK)));
	say("off %s", made(off(DISK)));
	show_log();
}

static void as_user(void)
{
	int status;

	prefix = "user";
	fflush(NULL);
	if (!fork()) {
		if (setuid(1000))
			_exit(1);
		say("on %s", made(on(DISK, 0)));
		say("bad flag %s", made(on(DISK, 1 << 30)));
		say("NULL %s", made(on(NULL, 0)));
		say("nothing %s", made(on("/tmp/nothing", 0)));
		say("off %s", made(off(DISK)));
		say("off NULL %s", made(off(NULL)));
		say("off nothing %s", made(off("/tmp/nothing")));
		_exit(0);
	}
	wait(&status);
}

/* ---- the disk while it is swap space -------------------------------------------- */

static void in_use(const char *name)
{
	char byte = 0;
	unsigned long size = 0;
	uint64_t bytes = 0;
	int fd = open(DISK, O_RDWR), other;
	void *at;

	prefix = name;
	say("open %s", made(fd < 0 ? -1 : 0));
	other = open(DISK, O_RDWR | O_EXCL);
	say("open exclusive %s", made(other < 0 ? -1 : 0));
	say("again %s", made(open(DISK, O_RDWR | O_EXCL) < 0 ? -1 : 0));
	say("on %s", made(on(DISK, 0)));
	close(other);
	say("read %s", made(pread(fd, &byte, 1, 0)));
	say("read %s", made(pread(fd, page, 100, 1020)));
	say("write %s", made(pwrite(fd, &byte, 1, 0)));
	say("write nothing %s", made(pwrite(fd, &byte, 0, 0)));
	say("read beyond %s", made(pread(fd, page, 10, (off_t)pages * PAGE)));
	say("size %s %lu", made(ioctl(fd, BLKGETSIZE, &size)), size);
	say("size64 %s %llu", made(ioctl(fd, BLKGETSIZE64, &bytes)),
	    (unsigned long long)bytes);
	say("truncate %s", made(ftruncate(fd, PAGE)));
	at = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	say("map %s", made(at == MAP_FAILED ? -1 : 0));
	if (at != MAP_FAILED) {
		say("map has %.10s", (char *)at + PAGE - 10);
		munmap(at, PAGE);
	}
	at = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	say("map writable %s", made(at == MAP_FAILED ? -1 : 0));
	close(fd);
}

/* ---- more than is needed for what is promised ------------------------------------ */

static void overcommit(void)
{
	long kb = (long)field("/proc/meminfo", "MemTotal:"), mode;
	struct rlimit none = {RLIM_INFINITY, RLIM_INFINITY};
	size_t bytes = (size_t)kb * 1024 + (size_t)pages * PAGE / 2;
	void *at;

	prefix = "promised";
	setrlimit(RLIMIT_AS, &none);
	mode = (long)field("/proc/sys/vm/overcommit_memory", "");
	put("/proc/sys/vm/overcommit_ratio", 100);
	put("/proc/sys/vm/overcommit_memory", 2);
	say("on %s", made(on(DISK, 0)));
	at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	say("map %s", made(at == MAP_FAILED ? -1 : 0));
	say("off %s", made(off(DISK)));
	show_swaps();
	munmap(at, bytes);
	say("off %s", made(off(DISK)));
	at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	say("map without %s", made(at == MAP_FAILED ? -1 : 0));
	put("/proc/sys/vm/overcommit_memory", mode);
	put("/proc/sys/vm/overcommit_ratio", 50);
	klogctl(KLOG_CLEAR, NULL, 0);
}

int main(void)
{
	int fd = open(DISK, O_RDONLY);

	pages = (uint32_t)(lseek(fd, 0, SEEK_END) / PAGE);
	close(fd);
	klogctl(KLOG_CLEAR, NULL, 0);
	prefix = "start";
	show_swaps();
	show_totals();
	as_user();
	say("on %s", made(on(DISK, 0)));
	in_use("in use");
	say("off %s", made(off(DISK)));
	in_use("not in use");
	show_swaps();
	show_totals();
	say("off %s", made(off(DISK)));
	headers();
	flags();
	files();
	two_names();
	overcommit();
	prefix = "end";
	say("on %s", made(on(DISK, 0)));
	show_swaps();
	show_totals();
	return 0;
}
