/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /dev/mem: what may be read, written, mapped; a device's page mapped, and all
 * that can be asked of such a mapping: rights, copies on write, fork, pieces,
 * sizes in /proc, other processes' looks.
 *
 *	devmem RAM [DEVICE [REGISTER]]
 *
 * with physical addresses: where RAM begins; a page of registers that no
 * driver has; and one of its registers that never changes. Prints a line a
 * call, but what registers hold only with a REGISTER.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "observe.h"

#define PAGE 4096u

static int mem;
static uint32_t device, reg_offset;
static unsigned char vec[4];
static sigjmp_buf back;

static void caught(int sig)
{
	siglongjmp(back, sig);
}

static void told(const char *what, long got)
{
	say("%s: %s", what, made(got));
}

/* ---- the file ---------------------------------------------------------------- */

static void show_node(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		say("%s: %s", path, made(-1));
	else
		say("%s: %o %d:%d", path, st.st_mode, major(st.st_rdev),
		    minor(st.st_rdev));
}

static void file_calls(uint32_t ram)
{
	char buf[16];

	show_node("/dev/mem");
	show_node("/dev/null");
	told("read at 0", pread(mem, buf, 4, 0));
	told("read RAM", pread(mem, buf, 4, ram));
	told("read nothing of RAM", pread(mem, buf, 0, ram));
	told("read up to RAM", pread(mem, buf, 4, (off_t)ram - 4));
	told("write RAM", pwrite(mem, buf, 4, (off_t)ram + 0x8000));
	told("read far", pread64(mem, buf, 4, 1ll << 33));
	told("seek", lseek64(mem, 0x1234, SEEK_SET));
	told("seek on", lseek64(mem, 0x10, SEEK_CUR));
	told("seek from the end", lseek64(mem, 0, SEEK_END));
	say("seek to 5 GB: %d", lseek64(mem, 5ll << 30, SEEK_SET) == 5ll << 30);
	told("ioctl", ioctl(mem, 0x5401, buf));
	told("fsync", fsync(mem));
}

static void *map(const char *what, uint64_t at, unsigned len, int prot,
		 int flags)
{
	void *p = mmap64(NULL, len, prot, flags, mem, (off64_t)at);

	say("map %s: %s", what, made(p == MAP_FAILED ? -1 : 0));
	return p;
}

static void refused(uint32_t ram)
{
	map("RAM", ram, PAGE, PROT_READ, MAP_SHARED);
	map("RAM, private", ram, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE);
	map("from below RAM into it", (uint64_t)ram - PAGE, 2 * PAGE, PROT_READ,
	    MAP_SHARED);
	map("the last page and one more", 0xfffff000u, 2 * PAGE, PROT_READ,
	    MAP_SHARED);
	map("beyond 4 GB", 1ull << 32, PAGE, PROT_READ, MAP_SHARED);
}

static void as_nobody(void)
{
	if (!fork()) {
		if (setuid(1000))
			_exit(1);
		told("open as another user", open("/dev/mem", O_RDONLY));
		_exit(0);
	}
	wait(NULL);
}

/* ---- a mapping ----------------------------------------------------------------- */

/* Its line in maps but for addresses and inode, and some of smaps. */
static void show_mapping(const void *at)
{
	FILE *f = fopen("/proc/self/smaps", "r");
	char line[256], want[16], rights[8], path[64];
	unsigned long offset;
	int ours = 0;

	sprintf(want, "%08x-", (unsigned)(uintptr_t)at);
	while (fgets(line, sizeof(line), f)) {
		if (line[8] == '-') {
			ours = !strncmp(line, want, 9);
			if (ours && sscanf(line, "%*s %7s %lx %*s %*s %63s",
					   rights, &offset, path) == 3)
				say("  %s %08lx %s", rights, offset, path);
		}
		if (ours &&
		    (!strncmp(line, "Size:", 5) || !strncmp(line, "Rss:", 4) ||
		     !strncmp(line, "Anonymous:", 10) ||
		     !strncmp(line, "Locked:", 7) ||
		     !strncmp(line, "VmFlags:", 8))) {
			line[strcspn(line, "\n")] = '\0';
			say("  %s", line);
		}
	}
	fclose(f);
}

/* 0, or the signal that a read of it brings. */
static int touch(volatile uint32_t *at, uint32_t *value)
{
	int sig = sigsetjmp(back, 1);

	if (!sig)
		*value = *at;
	return sig;
}

static void look(const char *what, void *at)
{
	uint32_t value = 0;
	int sig = touch((uint32_t *)((char *)at + reg_offset), &value);

	if (sig)
		say("%s: signal %d", what, sig);
	else if (reg_offset)
		say("%s: %08x", what, value);
	else
		say("%s: read", what);
}

static void pagemap(const char *what, const void *at)
{
	int fd = open("/proc/self/pagemap", O_RDONLY);
	uint64_t entry = 0;

	pread64(fd, &entry, 8, (off64_t)((uintptr_t)at / PAGE * 8));
	close(fd);
	if ((entry & ((1ull << 55) - 1)) == device / PAGE)
		say("%s: pagemap %03x, the device's frame", what,
		    (unsigned)(entry >> 52));
	else
		say("%s: pagemap %03x", what, (unsigned)(entry >> 52));
}

static void questions(void *p)
{
	struct iovec here = {vec, 4}, there = {p, 4};
	int fd = open("/proc/self/mem", O_RDONLY);

	told("mincore", mincore(p, PAGE, vec) ? -1 : vec[0] & 1);
	pagemap("the mapping", p);
	told("mlock", mlock(p, PAGE));
	show_mapping(p);
	told("munlock", munlock(p, PAGE));
	told("msync", msync(p, PAGE, MS_SYNC));
	told("advise WILLNEED", madvise(p, PAGE, MADV_WILLNEED));
	told("advise DONTNEED", madvise(p, PAGE, MADV_DONTNEED));
	told("advise DODUMP", madvise(p, PAGE, MADV_DODUMP));
	told("advise DOFORK", madvise(p, PAGE, MADV_DOFORK));
	told("advise MERGEABLE", madvise(p, PAGE, MADV_MERGEABLE));
	told("advise POPULATE_READ", madvise(p, PAGE, 22));
	told("its bytes as another's",
	     process_vm_readv(getpid(), &here, 1, &there, 1, 0));
	told("its bytes in /proc/self/mem",
	     pread64(fd, vec, 4, (off64_t)(uintptr_t)p));
	told("made larger",
	     mremap(p, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED ? -1 : 0);
	close(fd);
}

static void rights(char *p)
{
	told("no rights", mprotect(p, PAGE, PROT_NONE));
	look("  then", p);
	told("reading alone", mprotect(p, PAGE, PROT_READ));
	look("  then", p);
	show_mapping(p);
}

static void in_child(const char *what, void *p)
{
	if (!fork()) {
		look(what, p);
		pagemap(what, p);
		_exit(0);
	}
	wait(NULL);
}

static void shared(void)
{
	char *p = map("a device", device, PAGE, PROT_READ | PROT_WRITE,
		      MAP_SHARED);
	char *elsewhere;

	if (p == MAP_FAILED)
		return;
	show_mapping(p);
	look("its register", p);
	show_mapping(p);
	questions(p);
	in_child("in a child", p);
	rights(p);
	elsewhere = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			 0);
	p = mremap(p, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, elsewhere);
	look("moved", p);
	told("unmapped", munmap(p, PAGE));
	look("  then", p);
}

static void private(void)
{
	char *p = map("it privately", device, 3 * PAGE, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE);

	if (p == MAP_FAILED)
		return;
	look("its register", p);
	/* the copy is of what the registers read as */
	*(volatile uint32_t *)(p + 0x10) = 0x12345678;
	say("written: %08x", *(volatile uint32_t *)(p + 0x10));
	look("its register", p);
	pagemap("the copy", p);
	pagemap("the next page", p + PAGE);
	show_mapping(p);
	in_child("in a child", p);
	told("the middle gone", munmap(p + PAGE, PAGE));
	look("the first", p);
	pagemap("the third", p + 2 * PAGE);
	show_mapping(p + 2 * PAGE);
	told("unmapped", munmap(p, 3 * PAGE));
}

int main(int argc, char **argv)
{
	uint32_t ram = (uint32_t)strtoul(argc > 1 ? argv[1] : "0", NULL, 16);

	signal(SIGBUS, caught);
	signal(SIGSEGV, caught);
	mem = open("/dev/mem", O_RDWR);
	if (mem < 0) {
		say("/dev/mem: %s", made(-1));
		return 1;
	}
	file_calls(ram);
	refused(ram);
	as_nobody();
	if (argc > 2) {
		device = (uint32_t)strtoul(argv[2], NULL, 16);
		if (argc > 3)
			reg_offset = (uint32_t)strtoul(argv[3], NULL, 16);
		shared();
		private();
	}
	return 0;
}
