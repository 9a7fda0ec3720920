/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System V shared memory: how segments are made and found, where they may be
 * attached, what fork, exec, exit, mremap and munmap do to their counts, who
 * may do what to them, their limits, and what maps, smaps and
 * /proc/sysvipc/shm tell; every call with every kind of bad argument.
 *
 * Prints: CASE STEP RESULT, no pids and no times.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "observe.h"

#define PAGE     4096ul
#define LBA      (4 * PAGE)
#define A        0x20000000ul
#define B        0x21000000ul
#define BAD      ((void *)8)
#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

#ifndef SHM_STAT_ANY
#define SHM_STAT_ANY 15
#endif

static void start(const char *name)
{
	prefix = name;
}

/* Raw calls: the C library has opinions about some of them. */
static long get(long key, unsigned long size, int flags)
{
	return syscall(SYS_shmget, key, size, flags);
}

static long at(long id, unsigned long where, int flags)
{
	return syscall(SYS_shmat, id, where, flags);
}

static long dt(unsigned long where)
{
	return syscall(SYS_shmdt, where);
}

static long ctl(long id, int cmd, void *buf)
{
	return syscall(SYS_shmctl, id, cmd | 0x100, buf);
}

static const char *made_id(long id)
{
	return id == -1 ? made(-1) : "an id";
}

static void show_ds(const char *step, long id)
{
	struct shmid_ds ds;
	long ret = ctl(id, IPC_STAT, &ds);

	if (ret)
		say("%s %s", step, made(ret));
	else
		say("%s key=%x mode=%o size=%u nattch=%lu owner=%u:%u "
		    "maker=%u:%u cpid=%s lpid=%s at=%s dt=%s ct=%s",
		    step, (unsigned int)ds.shm_perm.__key, ds.shm_perm.mode,
		    (unsigned int)ds.shm_segsz, (unsigned long)ds.shm_nattch,
		    ds.shm_perm.uid, ds.shm_perm.gid, ds.shm_perm.cuid,
		    ds.shm_perm.cgid,
		    ds.shm_cpid == getpid() ? "me"
		    : ds.shm_cpid           ? "other"
					    : "none",
		    ds.shm_lpid == getpid() ? "me"
		    : ds.shm_lpid           ? "other"
					    : "none",
		    ds.shm_atime ? "set" : "0", ds.shm_dtime ? "set" : "0",
		    ds.shm_ctime ? "set" : "0");
}

static void show_maps(const char *step)
{
	char *line;

	slurp("/proc/self/maps");
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		char *name = strstr(line, "/SYSV");
		unsigned long from, to, offset;
		char rights[8];

		if (name && sscanf(line, "%lx-%lx %7s %lx", &from, &to, rights,
				   &offset) == 4)
			say("%s: %s%lx pages=%lu %s offset=%lx %s", step,
			    from >= 0x40000000 ? "far " : "",
			    from >= 0x40000000 ? 0 : from, (to - from) / PAGE,
			    rights, offset, name);
	}
}

static void show_smaps(const char *step)
{
	static const char *const wanted[] = {
		"Size:",          "Rss:",          "Pss:",
		"Shared_Clean:",  "Shared_Dirty:", "Private_Clean:",
		"Private_Dirty:", "Referenced:",   "Anonymous:",
		"Swap:",          "Locked:",       "VmFlags:"};
	bool inside = false;
	char *line;

	slurp("/proc/self/smaps");
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		if (strstr(line, "/SYSV") || strchr(line, '['))
			inside = strstr(line, "/SYSV");
		else if (line[8] == '-')
			inside = false;
		for (size_t i = 0; inside && i < ARRAY(wanted); i++)
			if (!strncmp(line, wanted[i], strlen(wanted[i])))
				say("%s: %s", step, line);
	}
}

static unsigned long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (unsigned long)usage.ru_minflt;
}

static unsigned long touch(unsigned long where, unsigned long pages, bool write)
{
	unsigned long before = faults();

	for (unsigned long i = 0; i < pages; i++)
		if (write)
			*(volatile char *)(where + i * PAGE) = 1;
		else
			(void)*(volatile char *)(where + i * PAGE);
	return faults() - before;
}

static void sum_of_all(const char *step)
{
	struct shm_info info;
	long ret = ctl(0, SHM_INFO, &info);

	if (ret < 0)
		say("%s %s", step, made(ret));
	else
		say("%s highest=%ld ids=%d tot=%lu rss=%lu swp=%lu", step, ret,
		    info.used_ids, (unsigned long)info.shm_tot,
		    (unsigned long)info.shm_rss, (unsigned long)info.shm_swp);
}

/* ---- segments ----------------------------------------------------------------- */

static void making(void)
{
	static const unsigned long sizes[] = {
		0, 1, PAGE, PAGE + 1, 0xff000000, 0xff000001, 0xffffffff};
	long id, other;

	start("get");
	say("no such key: %s", made_id(get(0x1234, PAGE, 0)));
	say("no such key, to be made anew: %s",
	    made_id(get(0x1234, PAGE, IPC_EXCL)));
	for (size_t i = 0; i < ARRAY(sizes); i++) {
		id = get(IPC_PRIVATE, sizes[i], 0600);
		say("size %lx: %s", sizes[i], made_id(id));
		ctl(id, IPC_RMID, NULL);
	}
	id = get(0x1234, 2 * PAGE + 5, IPC_CREAT | 0640);
	show_ds("made", id);
	other = get(0x1234, 0, 0);
	say("found: %s", other == id ? "the same" : made_id(other));
	say("to be made anew: %s",
	    made_id(get(0x1234, PAGE, IPC_CREAT | IPC_EXCL | 0600)));
	say("smaller: %s",
	    get(0x1234, PAGE, IPC_CREAT) == id ? "the same" : made(-1));
	say("larger: %s", made_id(get(0x1234, 3 * PAGE, IPC_CREAT)));
	say("within the last page: %s",
	    made_id(get(0x1234, 2 * PAGE + 6, IPC_CREAT)));
	say("huge: %s", made_id(get(IPC_PRIVATE, PAGE, 0600 | SHM_HUGETLB)));
	other = get(IPC_PRIVATE, PAGE, 0600 | SHM_NORESERVE);
	show_ds("no reserve", other);
	sum_of_all("two");
	say("remove: %s", made(ctl(other, IPC_RMID, NULL)));
	say("remove again: %s", made(ctl(other, IPC_RMID, NULL)));
	say("remove: %s", made(ctl(id, IPC_RMID, NULL)));
	say("find removed: %s", made_id(get(0x1234, 0, 0)));
	other = get(0x1234, PAGE, IPC_CREAT | 0600);
	say("made again: %s", other == id ? "the same id" : made_id(other));
	say("old id: %s", made(at(id, A, 0)));
	ctl(other, IPC_RMID, NULL);
	sum_of_all("none");
}

/* Ids: indices in turn, sequence numbers when they start over. */
static void ids(void)
{
	long first = get(IPC_PRIVATE, PAGE, 0600), last = first, kept;
	int same = 0, steps[4] = {0};

	start("ids");
	ctl(first, IPC_RMID, NULL);
	for (int i = 0; i < 200; i++) {
		long id = get(IPC_PRIVATE, PAGE, 0600);

		same += id == first;
		if (id >> 15 != last >> 15)
			steps[1]++;
		else if (id == last + 1)
			steps[0]++;
		else
			steps[2]++;
		last = id;
		ctl(id, IPC_RMID, NULL);
	}
	say("of 200: next=%d over=%d else=%d first-again=%d", steps[0],
	    steps[1], steps[2], same);
	kept = get(IPC_PRIVATE, PAGE, 0600);
	say("by index: %s",
	    ctl(kept & 0x7fff, SHM_STAT, text) == kept ? "its id" : made(-1));
	say("any by index: %s", ctl(kept & 0x7fff, SHM_STAT_ANY, text) == kept
					? "its id"
					: made(-1));
	say("id for index: %s",
	    ctl(kept, SHM_STAT, text) == kept ? "its id" : made(-1));
	say("other sequence: %s", made(ctl(kept + 0x8000, IPC_STAT, text)));
	say("other sequence by index: %s",
	    ctl(kept + 0x8000, SHM_STAT, text) == kept ? "its id" : made(-1));
	say("next index: %s", made(ctl(kept + 1, IPC_STAT, text)));
	say("next index by index: %s",
	    made(ctl((kept + 1) & 0x7fff, SHM_STAT, text)));
	ctl(kept, IPC_RMID, NULL);
}

/* ---- attaching ------------------------------------------------------------------ */

static void attaching(void)
{
	static const struct {
		unsigned long where;
		int flags;
	} tries[] = {
		{A, 0},
		{A, SHM_RDONLY},
		{A, SHM_EXEC},
		{A, SHM_RDONLY | SHM_EXEC},
		{A + 1, 0},
		{A + PAGE, 0},
		{A + PAGE, SHM_RND},
		{A + LBA - 1, SHM_RND},
		{A + LBA, 0},
		{0, SHM_REMAP},
		{1, SHM_RND | SHM_REMAP},
		{1, SHM_RND},
		{PAGE, 0},
		{LBA, 0},
		{A, SHM_REMAP},
		{0xffffc000, 0},
		{0xbfffc000, 0},
		{0xc0000000, 0},
		{A, 0x7fff0000},
		{A, -1},
	};
	long id = get(IPC_PRIVATE, 5 * PAGE, 0700);

	start("at");
	for (size_t i = 0; i < ARRAY(tries); i++) {
		long where = at(id, tries[i].where, tries[i].flags);

		say("%lx %x: %s", tries[i].where, (unsigned int)tries[i].flags,
		    made(where));
		show_maps("mapped");
		if (where != -1)
			say("detached: %s", made(dt((unsigned long)where)));
	}
	show_ds("after all", id);
	/* over something else */
	mmap((void *)(A + 2 * PAGE), PAGE, PROT_READ,
	     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	say("over a mapping: %s", made(at(id, A, 0)));
	say("over it by force: %s", made(at(id, A, SHM_REMAP)));
	say("over itself: %s", made(at(id, A, 0)));
	say("over itself by force: %s", made(at(id, A, SHM_REMAP)));
	show_ds("once", id);
	say("elsewhere, too: %s", made(at(id, B, SHM_RDONLY)));
	show_ds("twice", id);
	say("writes show: %lu faults", touch(A, 5, true));
	say("reads: %lu faults, %d", touch(B, 5, false), *(char *)B);
	show_smaps("both");
	sum_of_all("touched");
	say("writable: %s",
	    made(mprotect((void *)B, PAGE, PROT_READ | PROT_WRITE)));
	say("executable: %s",
	    made(mprotect((void *)B, PAGE, PROT_READ | PROT_EXEC)));
	show_maps("protected");
	show_ds("three pieces", id);
	say("detach a piece: %s", made(dt(B + PAGE)));
	say("detach the beginning: %s", made(dt(B)));
	show_maps("left");
	show_ds("left", id);
	munmap((void *)(A + PAGE), PAGE);
	show_ds("with a hole", id);
	show_maps("with a hole");
	say("detach: %s", made(dt(A)));
	say("detach again: %s", made(dt(A)));
	show_ds("all detached", id);
	ctl(id, IPC_RMID, NULL);
}

static void detaching(void)
{
	long id = get(IPC_PRIVATE, 4 * PAGE, 0700), other;
	unsigned long where;

	start("dt");
	say("nothing: %s", made(dt(A)));
	say("odd: %s", made(dt(A + 1)));
	say("zero: %s", made(dt(0)));
	say("far: %s", made(dt(0xfffff000)));
	mmap((void *)A, PAGE, PROT_READ, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED,
	     -1, 0);
	say("other memory: %s", made(dt(A)));
	munmap((void *)A, PAGE);
	at(id, A, 0);
	/* its beginning is gone: what begins there by its offset is left */
	munmap((void *)A, PAGE);
	say("beginning gone: %s", made(dt(A)));
	show_maps("left");
	at(id, A, 0);
	say("remove while attached: %s", made(ctl(id, IPC_RMID, NULL)));
	show_ds("removed", id);
	show_maps("removed");
	say("attach removed: %s", made(at(id, B, 0)));
	say("find removed by key 0: %s", made_id(get(0x1234, 0, 0)));
	dt(B);
	dt(A);
	show_ds("gone", id);
	sum_of_all("gone");
	/* two segments in a row, and pieces that change places */
	id = get(IPC_PRIVATE, 2 * LBA, 0700);
	other = get(IPC_PRIVATE, 2 * LBA, 0700);
	at(id, A, 0);
	at(other, A + 2 * LBA, 0);
	show_maps("two");
	where = (unsigned long)mremap((void *)(A + LBA), LBA, LBA,
				      MREMAP_MAYMOVE | MREMAP_FIXED, (void *)B);
	say("moved: %s", made((long)where));
	show_ds("moved", id);
	mremap((void *)(A + 3 * LBA), LBA, LBA, MREMAP_MAYMOVE | MREMAP_FIXED,
	       (void *)(A + LBA));
	show_maps("exchanged");
	say("detach: %s", made(dt(A)));
	show_maps("detached");
	show_ds("one", id);
	show_ds("other", other);
	say("grow: %s", made((long)mremap((void *)B, LBA, 2 * LBA, 0)));
	say("shrink: %s", made((long)mremap((void *)B, 2 * LBA, LBA, 0)));
	munmap((void *)B, 2 * LBA);
	munmap((void *)A, 4 * LBA);
	show_ds("one", id);
	ctl(id, IPC_RMID, NULL);
	ctl(other, IPC_RMID, NULL);
	sum_of_all("end");
}

/* What other calls do with an attached segment. */
static void calls_on(void)
{
	long id = get(0x77, 8 * PAGE, IPC_CREAT | 0700);

	start("calls");
	at(id, A, 0);
	say("read first: %lu faults", touch(A, 8, false));
	say("then write: %lu faults", touch(A, 8, true));
	say("msync: %s", made(msync((void *)A, 8 * PAGE, MS_SYNC)));
	say("DONTNEED: %s", made(madvise((void *)A, 8 * PAGE, MADV_DONTNEED)));
	say("after it: %lu faults, %d", touch(A, 8, false), *(char *)A);
	say("FREE: %s", made(madvise((void *)A, 8 * PAGE, MADV_FREE)));
	say("REMOVE: %s", made(madvise((void *)(A + PAGE), PAGE, MADV_REMOVE)));
	say("removed: %d %d", *(char *)A, *(char *)(A + PAGE));
	say("mlock: %s", made(mlock((void *)A, 8 * PAGE)));
	show_smaps("locked");
	say("remap_file_pages: %s",
	    made(syscall(SYS_remap_file_pages, A, 2 * PAGE, 0, 3, 0)));
	show_maps("remapped");
	show_ds("remapped", id);
	say("double: %s",
	    made((long)mremap((void *)(A + 4 * PAGE), 0, 2 * PAGE,
			      MREMAP_MAYMOVE | MREMAP_FIXED, (void *)B)));
	show_maps("doubled");
	show_ds("doubled", id);
	munmap((void *)A, 8 * PAGE);
	munmap((void *)B, 8 * PAGE);
	show_ds("unmapped", id);
	ctl(id, IPC_RMID, NULL);
}

/* ---- processes ------------------------------------------------------------------- */

static void wait_all(void)
{
	while (wait(NULL) > 0)
		;
}

static void processes(char **argv)
{
	long id = get(IPC_PRIVATE, 4 * PAGE, 0700);
	int go[2];

	start("fork");
	at(id, A, 0);
	strcpy((char *)A, "parent");
	if (pipe(go))
		_exit(3);
	if (!fork()) {
		show_ds("child", id);
		show_maps("child");
		say("child reads %s", (char *)A);
		strcpy((char *)A, "child");
		if (write(go[1], "x", 1) != 1)
			_exit(3);
		_exit(0);
	}
	wait_all();
	say("parent reads %s", (char *)A);
	show_ds("child is gone", id);
	if (!fork()) {
		char number[16];

		snprintf(number, sizeof(number), "%ld", id);
		execl("/proc/self/exe", argv[0], number, NULL);
		_exit(4);
	}
	wait_all();
	madvise((void *)A, 4 * PAGE, MADV_DONTFORK);
	if (!fork()) {
		show_ds("not inherited", id);
		_exit(0);
	}
	wait_all();
	ctl(id, IPC_RMID, NULL);
	if (!fork()) {
		say("removed: %s", made(at(id, A, SHM_REMAP)));
		show_ds("child of removed", id);
		_exit(0);
	}
	wait_all();
	show_ds("still there", id);
	dt(A);
	show_ds("gone", id);
	/* nothing ends a segment that no one removed */
	if (!fork())
		_exit(get(0x99, PAGE, IPC_CREAT | 0600) == -1);
	wait_all();
	id = get(0x99, 0, 0);
	show_ds("orphan", id);
	ctl(id, IPC_RMID, NULL);
}

static void forced(void)
{
	static const char knob[] = "/proc/sys/kernel/shm_rmid_forced";
	long id = get(0x99, PAGE, IPC_CREAT | 0600);

	start("forced");
	say("preset %lu", field(knob, ""));
	if (!fork())
		_exit(get(0x9a, PAGE, IPC_CREAT | 0600) == -1);
	wait_all();
	show_ds("orphan", get(0x9a, 0, 0));
	put(knob, 1);
	say("orphan: %s", made_id(get(0x9a, 0, 0)));
	show_ds("mine", id);
	at(id, A, 0);
	dt(A);
	say("mine, detached: %s", made_id(get(0x99, 0, 0)));
	if (!fork())
		_exit(get(0x9b, PAGE, IPC_CREAT | 0600) == -1);
	wait_all();
	say("another's: %s", made_id(get(0x9b, 0, 0)));
	if (!fork()) {
		at(get(0x9c, PAGE, IPC_CREAT | 0600), A, 0);
		_exit(0);
	}
	wait_all();
	say("another's, attached: %s", made_id(get(0x9c, 0, 0)));
	put(knob, 0);
	sum_of_all("end");
}

/* Numbers that are no long. */
static void put_text(const char *path, const char *number)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, number, strlen(number)) < 0)
		say("write %s %s: %s", path, number, made(-1));
	close(fd);
}

/* ---- limits ----------------------------------------------------------------------- */

static void limits(void)
{
	struct shminfo info;
	long ret = ctl(0, IPC_INFO, &info);
	long two[2];

	start("limits");
	say("info %s max=%lx min=%lu mni=%lu seg=%lu all=%lx", made(ret),
	    (unsigned long)info.shmmax, (unsigned long)info.shmmin,
	    (unsigned long)info.shmmni, (unsigned long)info.shmseg,
	    (unsigned long)info.shmall);
	slurp("/proc/sys/kernel/shmmax");
	say("shmmax %s", strtok(text, "\n"));
	slurp("/proc/sys/kernel/shmall");
	say("shmall %s", strtok(text, "\n"));
	slurp("/proc/sys/kernel/shmmni");
	say("shmmni %s", strtok(text, "\n"));
	put("/proc/sys/kernel/shmmax", 8 * PAGE);
	say("as much: %s", made_id(two[0] = get(IPC_PRIVATE, 8 * PAGE, 0600)));
	say("more: %s", made_id(get(IPC_PRIVATE, 8 * PAGE + 1, 0600)));
	put("/proc/sys/kernel/shmall", 12);
	say("all: %s", made_id(two[1] = get(IPC_PRIVATE, 4 * PAGE, 0600)));
	say("more than all: %s", made_id(get(IPC_PRIVATE, 1, 0600)));
	ctl(two[1], IPC_RMID, NULL);
	put("/proc/sys/kernel/shmmni", 2);
	say("the last: %s", made_id(two[1] = get(IPC_PRIVATE, PAGE, 0600)));
	say("one more: %s", made_id(get(IPC_PRIVATE, PAGE, 0600)));
	put("/proc/sys/kernel/shmmni", 40000);
	put("/proc/sys/kernel/shmmni", -1);
	put("/proc/sys/kernel/shmmni", 4096);
	put_text("/proc/sys/kernel/shmall", "-1");
	put_text("/proc/sys/kernel/shmall", "x");
	put_text("/proc/sys/kernel/shmall", "4278190079");
	put_text("/proc/sys/kernel/shmmax", "4294967295");
	say("all that a number says: %s",
	    made_id(get(IPC_PRIVATE, 0xfffff000, 0600)));
	say("one page beyond: %s", made_id(get(IPC_PRIVATE, 0xfffff001, 0600)));
	put_text("/proc/sys/kernel/shmmax", "4278190079");
	ctl(two[0], IPC_RMID, NULL);
	ctl(two[1], IPC_RMID, NULL);
	say("overcommitted: %s",
	    made_id(two[0] = get(IPC_PRIVATE, 0x40000000, 0600)));
	ctl(two[0], IPC_RMID, NULL);
	say("not reserved: %s", made_id(two[0] = get(IPC_PRIVATE, 0x40000000,
						     0600 | SHM_NORESERVE)));
	ctl(two[0], IPC_RMID, NULL);
}

/* ---- rights ------------------------------------------------------------------------ */

static void tries_as_user(long id, int mode)
{
	struct shmid_ds ds = {0};

	say("%o get 0: %s", mode, made_id(get(0x55, 0, 0)));
	say("%o get 0400: %s", mode, made_id(get(0x55, 0, 0400)));
	say("%o get 0020: %s", mode, made_id(get(0x55, 0, 0020)));
	say("%o get 0006: %s", mode, made_id(get(0x55, 0, 0006)));
	say("%o attach: %s", mode, made(at(id, A, 0)));
	say("%o attach to read: %s", mode, made(at(id, A, SHM_RDONLY)));
	say("%o attach to run: %s", mode,
	    made(at(id, B, SHM_RDONLY | SHM_EXEC)));
	say("%o stat: %s", mode, made(ctl(id, IPC_STAT, &ds)));
	say("%o stat any: %s", mode,
	    ctl(id & 0x7fff, SHM_STAT_ANY, &ds) == id ? "its id" : made(-1));
	say("%o stat index: %s", mode,
	    ctl(id & 0x7fff, SHM_STAT, &ds) == id ? "its id" : made(-1));
	say("%o set: %s", mode, made(ctl(id, IPC_SET, &ds)));
	say("%o lock: %s", mode, made(ctl(id, SHM_LOCK, NULL)));
	say("%o unlock: %s", mode, made(ctl(id, SHM_UNLOCK, NULL)));
	say("%o remove: %s", mode, made(ctl(id, IPC_RMID, NULL)));
}

static void as_user(long id, int mode, unsigned int uid, unsigned int gid)
{
	if (!fork()) {
		if (setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
			_exit(5);
		tries_as_user(id, mode);
		_exit(0);
	}
	wait_all();
}

static void rights(void)
{
	static const int modes[] = {0,    0400, 0600, 0040, 0060,
				    0004, 0006, 0005, 0777};
	struct shmid_ds ds;
	long id;

	for (size_t i = 0; i < ARRAY(modes); i++) {
		start("others");
		id = get(0x55, PAGE, IPC_CREAT | modes[i]);
		as_user(id, modes[i], 1000, 1000);
		start("group");
		as_user(id, modes[i], 1000, 0);
		ctl(id, IPC_RMID, NULL);
	}
	start("owner");
	id = get(0x55, PAGE, IPC_CREAT | 0600);
	ctl(id, IPC_STAT, &ds);
	ds.shm_perm.uid = 1000;
	ds.shm_perm.gid = 1001;
	ds.shm_perm.mode = 07640;
	say("given away: %s", made(ctl(id, IPC_SET, &ds)));
	show_ds("given away", id);
	start("of group");
	as_user(id, 0640, 1002, 1001);
	start("maker's group");
	as_user(id, 0640, 1002, 0);
	start("owner");
	ds.shm_perm.uid = -1u;
	say("to nobody: %s", made(ctl(id, IPC_SET, &ds)));
	ds.shm_perm.uid = 1000;
	ds.shm_perm.gid = -1u;
	say("to no group: %s", made(ctl(id, IPC_SET, &ds)));
	as_user(id, 0640, 1000, 1000);
	show_ds("after all", id);
	ctl(id, IPC_RMID, NULL);
}

/* ---- locked segments ------------------------------------------------------------------- */

static unsigned long unevictable(void)
{
	void *page = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);

	munmap(page, PAGE); /* empties the batches */
	put("/proc/sys/vm/stat_refresh", 1);
	return field("/proc/vmstat", "nr_unevictable ");
}

static void lock_as_user(void)
{
	struct rlimit four = {4 * PAGE, 4 * PAGE}, none = {0, 0};
	long id, other;

	if (setresuid(1000, 1000, 1000) || setrlimit(RLIMIT_MEMLOCK, &four))
		_exit(5);
	id = get(IPC_PRIVATE, 3 * PAGE, 0600);
	other = get(IPC_PRIVATE, 2 * PAGE, 0600);
	say("user's: %s", made(ctl(id, SHM_LOCK, NULL)));
	say("user's, again: %s", made(ctl(id, SHM_LOCK, NULL)));
	say("beyond the limit: %s", made(ctl(other, SHM_LOCK, NULL)));
	say("unlock: %s", made(ctl(id, SHM_UNLOCK, NULL)));
	say("now: %s", made(ctl(other, SHM_LOCK, NULL)));
	setrlimit(RLIMIT_MEMLOCK, &none);
	say("no limit at all: %s", made(ctl(id, SHM_LOCK, NULL)));
	say("unlock: %s", made(ctl(other, SHM_UNLOCK, NULL)));
	ctl(id, IPC_RMID, NULL);
	ctl(other, IPC_RMID, NULL);
	_exit(0);
}

static void locking(void)
{
	long id = get(IPC_PRIVATE, 64 * PAGE, 0600);
	unsigned long before;

	start("lock");
	at(id, A, 0);
	touch(A, 16, true);
	before = unevictable();
	say("lock: %s", made(ctl(id, SHM_LOCK, NULL)));
	show_ds("locked", id);
	say("unevictable +%lu", unevictable() - before);
	touch(A, 64, true);
	say("more touched, unevictable +%lu", unevictable() - before);
	show_smaps("locked");
	say("unlock: %s", made(ctl(id, SHM_UNLOCK, NULL)));
	say("unevictable +%lu", unevictable() - before);
	say("lock: %s", made(ctl(id, SHM_LOCK, NULL)));
	dt(A);
	ctl(id, IPC_RMID, NULL);
	say("removed, unevictable +%lu", unevictable() - before);
	if (!fork())
		lock_as_user();
	wait_all();
}

/* ---- bad arguments ----------------------------------------------------------------------- */

static void bad(void)
{
	static const int cmds[] = {IPC_RMID,     IPC_SET,    IPC_STAT, IPC_INFO,
				   SHM_LOCK,     SHM_UNLOCK, SHM_STAT, SHM_INFO,
				   SHM_STAT_ANY, 4,          10,       16,
				   0x200,        -1};
	static const long wrong[] = {-1, 0x7fffffff, 1 << 15, -0x8000};
	struct shmid_ds ds;
	long id = get(IPC_PRIVATE, PAGE, 0600);

	start("bad");
	for (size_t i = 0; i < ARRAY(wrong); i++) {
		for (size_t c = 0; c < ARRAY(cmds); c++)
			say("id %lx command %d: %s", wrong[i] & 0xffffffff,
			    cmds[c], made(ctl(wrong[i], cmds[c], &ds)));
		say("id %lx attach: %s", wrong[i] & 0xffffffff,
		    made(at(wrong[i], A, 0)));
	}
	for (size_t c = 1; c < ARRAY(cmds); c++)
		say("buffer bad, command %d: %s", cmds[c],
		    made(ctl(id, cmds[c], BAD) == id ? 0 : -1));
	say("attach at a bad place: %s", made(at(id, 0xfffff000, 0)));
	say("old commands: %s %s",
	    made(syscall(SYS_shmctl, id, IPC_STAT, text)),
	    made(syscall(SYS_shmctl, id, IPC_INFO, text)));
	say("old structure: %x %u %u",
	    (unsigned int)((uint16_t *)(void *)text)[6],
	    (unsigned int)((uint32_t *)(void *)text)[1],
	    (unsigned int)((uint32_t *)(void *)text)[2]);
	ctl(id, IPC_RMID, NULL);
}

static void proc_file(void)
{
	long id = get(0x1111, 3 * PAGE, IPC_CREAT | 0640);
	char *line;

	start("proc");
	at(id, A, 0);
	touch(A, 2, true);
	ctl(id, SHM_LOCK, NULL);
	slurp("/proc/sysvipc/shm");
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		int key, shmid, pids[2];
		unsigned int mode, size, rest[5];
		long times[3], rss, swap;

		if (sscanf(line,
			   "%d %d %o %u %d %d %u %u %u %u %u %ld %ld %ld %ld "
			   "%ld",
			   &key, &shmid, &mode, &size, &pids[0], &pids[1],
			   &rest[0], &rest[1], &rest[2], &rest[3], &rest[4],
			   &times[0], &times[1], &times[2], &rss, &swap) == 16)
			say("%d %s %o %u %d %d %u %u %u %u %u %d %d %d %ld %ld "
			    "width %zu",
			    key, shmid == id ? "id" : "other", mode, size,
			    pids[0] == getpid(), pids[1] == getpid(), rest[0],
			    rest[1], rest[2], rest[3], rest[4], !!times[0],
			    !!times[1], !!times[2], rss, swap, strlen(line));
		else
			say("%s", line);
	}
	dt(A);
	ctl(id, IPC_RMID, NULL);
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		start("exec");
		show_ds("new program", atol(argv[1]));
		show_maps("new program");
		return 0;
	}
	making();
	ids();
	attaching();
	detaching();
	calls_on();
	processes(argv);
	forced();
	limits();
	rights();
	locking();
	bad();
	proc_file();
	return 0;
}
