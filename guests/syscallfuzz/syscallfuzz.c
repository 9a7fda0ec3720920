/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * System calls chosen and furnished at random, to see that the kernel under
 * them stands: bad pointers at the edges of pages and of the address space,
 * huge lengths, foreign descriptors, mappings laid over the program's own
 * text and stack, forged signal frames.
 *
 *   syscallfuzz FIRST_SEED NR_CHILDREN NR_CALLS [NR_FREE]
 *
 * With NR_FREE, the parent first takes all memory but so many pages.
 *
 * Each seed gets a child, which may do to itself whatever it likes. The parent
 * buries it and its descendants, sees that pages and pipes still work, and
 * prints "done: N children" at the end. A copy that a child starts by execve()
 * has no such arguments and ends at once: it would bury the parent. Left out are only the calls that end
 * the machine or reach the parent: reboot, and kill of pid 1 or of all.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE     4096u
#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))

static uint32_t state;
static int calls_left;
static uint8_t *arena; /* 16 pages: rw, with a hole, r, none */
static volatile int say; /* for a debugger to set: each call, to stderr */

static uint32_t rnd(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static uint32_t below(uint32_t n)
{
	return rnd() % n;
}

static long call(uint32_t nr, const uint32_t a[7])
{
	register uint32_t r0 __asm__("r0") = a[0];
	register uint32_t r1 __asm__("r1") = a[1];
	register uint32_t r2 __asm__("r2") = a[2];
	register uint32_t r3 __asm__("r3") = a[3];
	register uint32_t r4 __asm__("r4") = a[4];
	register uint32_t r5 __asm__("r5") = a[5];
	register uint32_t r6 __asm__("r6") = a[6];

	__asm__ volatile("push {r7}\n\tmov r7, %[nr]\n\tsvc 0\n\tpop {r7}"
			 : "+r"(r0)
			 : "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5),
			   "r"(r6), [nr] "r"(nr)
			 : "memory", "lr");
	return (long)r0;
}

/* ---- nasty values --------------------------------------------------------- */

static const uint32_t edges[] = {
	0,          1,          4,          0xfff,      0x1000,     0x8000,
	0x10000,    0x7effffff, 0x7f000000, 0x7fffffff, 0x80000000, 0x80008000,
	0xbeffffff, 0xbf000000, 0xc0000000, 0xffff0000, 0xffff0fe0, 0xffff1000,
	0xfffff000, 0xfffffffc, 0xffffffff,
};

static uint32_t text_address(void)
{
	return (uint32_t)(uintptr_t)&text_address;
}

static uint32_t pointer(void)
{
	uint32_t on_stack;
	uint32_t in_arena = (uint32_t)(uintptr_t)arena + below(16) * PAGE;

	switch (below(10)) {
	case 0:
		return edges[below(ARRAY(edges))];
	case 1:
		return rnd();
	case 2:
		return (uint32_t)(uintptr_t)&on_stack;
	case 3:
		return text_address() & ~(PAGE - 1);
	case 4: /* over the edge of a page */
		return in_arena - below(64);
	case 5:
		return in_arena + below(PAGE);
	default:
		return in_arena + 8 * below(PAGE / 8);
	}
}

static uint32_t number(void)
{
	switch (below(8)) {
	case 0:
		return edges[below(ARRAY(edges))];
	case 1:
		return rnd();
	case 2:
		return 1u << below(32);
	case 3:
		return -below(300);
	case 4:
		return below(20) * PAGE;
	default:
		return below(70);
	}
}

static uint32_t descriptor(void)
{
	switch (below(12)) {
	case 0:
		return number();
	case 1:
		return (uint32_t)AT_FDCWD;
	default:
		return 3 + below(20);
	}
}

static const char *const paths[] = {
	"/",
	"/tmp",
	"/tmp/a",
	"/tmp/b",
	"/tmp/d",
	"/tmp/d/e",
	"/tmp/d/../a",
	"/dev/null",
	"/dev/zero",
	"/dev/tty",
	"/dev/console",
	"/proc",
	"/proc/self",
	"/proc/self/maps",
	"/proc/self/mem",
	"/proc/self/stat",
	"/proc/self/status",
	"/proc/self/exe",
	"/proc/self/fd",
	"/proc/self/fd/3",
	"/proc/self/cmdline",
	"/proc/1/maps",
	"/proc/1/cmdline",
	"/proc/meminfo",
	"/proc/vmstat",
	"/proc/slabinfo",
	"/proc/mounts",
	"/proc/uptime",
	"/proc/sys/vm",
	"/proc/buddyinfo",
	"/proc/sys/vm/overcommit_memory",
	"/proc/self/oom_score_adj",
	"/proc/self/pagemap",
	"/proc/self/smaps",
	"/proc/self/statm",
	"/proc/zoneinfo",
	"/proc/stat",
	"/proc/self/environ",
	"/proc/self/cwd",
	"/proc/self/root",
	"/proc/self/task",
	"/proc/999999/maps",
	"/bin/busybox",
	"/bin/sh",
	"/bin",
	"/etc",
	"/etc/passwd",
	"",
	".",
	"..",
	"../../..",
	"a",
	"d/e",
	"//tmp//a/",
	"/tmp/a/",
	"/tmp/loop",
	"/bin/busybox/x",
	"/tmp/script",
};

static uint32_t path(void)
{
	switch (below(16)) {
	case 0:
		return pointer();
	case 1: { /* too long, or without an end */
		uint8_t *at = arena + PAGE;

		memset(at, "/a.x"[below(4)], PAGE);
		at[PAGE - 1 - below(3)] = 0;
		return (uint32_t)(uintptr_t)at + below(PAGE);
	}
	case 2: { /* ends at the end of a page before a hole */
		const char *name = paths[below(ARRAY(paths))];
		size_t size = strlen(name) + below(2);
		uint8_t *at = arena + 4 * PAGE - size;

		memcpy(at, name, size);
		return (uint32_t)(uintptr_t)at;
	}
	default:
		return (uint32_t)(uintptr_t)paths[below(ARRAY(paths))];
	}
}

/* A piece of memory filled with something that may pass for an argument. */
static uint32_t structure(void)
{
	uint32_t at = pointer();
	uint32_t first = (uint32_t)(uintptr_t)arena;
	uint32_t *word;

	at &= ~3u;
	if (at < first || at >= first + 3 * PAGE)
		return at;
	word = (uint32_t *)(uintptr_t)at;
	for (uint32_t i = 0; i < 64 && at + 4 * i < first + 4 * PAGE; i++)
		switch (below(5)) {
		case 0:
			word[i] = pointer();
			break;
		case 1:
			word[i] = path();
			break;
		case 2:
			word[i] = 0;
			break;
		default:
			word[i] = number();
		}
	return at;
}

/* ---- calls, with the kinds of their arguments ------------------------------ */

/* p pointer, s structure, n path, d descriptor, u number, x flags */
static const struct {
	uint16_t nr;
	char kinds[8];
} known[] = {
	{SYS_read, "dpu"},
	{SYS_write, "dpu"},
	{SYS_open, "nxx"},
	{SYS_close, "d"},
	{SYS_creat, "nx"},
	{SYS_link, "nn"},
	{SYS_unlink, "n"},
	{SYS_execve, "nss"},
	{SYS_chdir, "n"},
	{SYS_mknod, "nxu"},
	{SYS_chmod, "nx"},
	{SYS_lseek, "duu"},
	{SYS_mount, "nnnxp"},
	{SYS_access, "nx"},
	{SYS_rename, "nn"},
	{SYS_mkdir, "nx"},
	{SYS_rmdir, "n"},
	{SYS_dup, "d"},
	{SYS_pipe, "p"},
	{SYS_brk, "p"},
	{SYS_brk, "b"},
	{SYS_ioctl, "dip"},
	{SYS_ioctl, "dis"},
	{SYS_fcntl, "dus"},
	{SYS_fcntl64, "dus"},
	{SYS_fcntl64, "duu"},
	{SYS_umask, "x"},
	{SYS_chroot, "n"},
	{SYS_dup2, "dd"},
	{SYS_setrlimit, "us"},
	{SYS_getrusage, "us"},
	{SYS_symlink, "nn"},
	{SYS_readlink, "npu"},
	{SYS_munmap, "pu"},
	{SYS_truncate, "nu"},
	{SYS_ftruncate, "du"},
	{SYS_setpriority, "uku"},
	{SYS_statfs, "np"},
	{SYS_setitimer, "uss"},
	{SYS_wait4, "upxp"},
	{SYS_sysinfo, "p"},
	{SYS_fsync, "d"},
	{SYS_clone, "cpppp"},
	{SYS_fork, ""},
	{SYS_mprotect, "pux"},
	{SYS__llseek, "duupu"},
	{SYS_getdents, "dpu"},
	{SYS__newselect, "ussss"},
	{SYS_flock, "du"},
	{SYS_msync, "pux"},
	{SYS_readv, "dsu"},
	{SYS_writev, "dsu"},
	{SYS_mlock, "pu"},
	{SYS_munlock, "pu"},
	{SYS_mlockall, "x"},
	{SYS_munlockall, ""},
	{SYS_sched_yield, ""},
	{SYS_nanosleep, "ss"},
	{SYS_mremap, "puuxp"},
	{SYS_poll, "suu"},
	{SYS_prctl, "usuuu"},
	{SYS_rt_sigreturn, ""},
	{SYS_sigreturn, ""},
	{SYS_rt_sigaction, "gssu"},
	{SYS_rt_sigprocmask, "ussu"},
	{SYS_rt_sigpending, "pu"},
	{SYS_rt_sigtimedwait, "spsu"},
	{SYS_rt_sigqueueinfo, "kgs"},
	{SYS_rt_sigsuspend, "su"},
	{SYS_pread64, "dpuuuu"},
	{SYS_pwrite64, "dpuuuu"},
	{SYS_getcwd, "pu"},
	{SYS_sigaltstack, "ss"},
	{SYS_sendfile, "ddpu"},
	{SYS_vfork, ""},
	{SYS_ugetrlimit, "up"},
	{SYS_mmap2, "puxxdu"},
	{SYS_mmap2, "puxxdu"},
	{SYS_mmap2, "pufmdu"},
	{SYS_truncate64, "nuuu"},
	{SYS_ftruncate64, "duuu"},
	{SYS_stat64, "np"},
	{SYS_lstat64, "np"},
	{SYS_fstat64, "dp"},
	{SYS_mincore, "pup"},
	{SYS_madvise, "puu"},
	{SYS_madvise, "pua"},
	{SYS_getdents64, "dpu"},
	{SYS_setxattr, "nnpux"},
	{SYS_getxattr, "nnpu"},
	{SYS_futex, "puusuu"},
	{SYS_futex, "suusuu"},
	{SYS_sched_setaffinity, "usp"},
	{SYS_sched_getaffinity, "uup"},
	{SYS_exit_group, "u"},
	{SYS_set_tid_address, "p"},
	{SYS_clock_nanosleep, "uxss"},
	{SYS_statfs64, "nup"},
	{SYS_tgkill, "kkg"},
	{SYS_kill, "kg"},
	{SYS_tkill, "kg"},
	{SYS_utimes, "ns"},
	{SYS_waitid, "uupxp"},
	{SYS_openat, "dnxx"},
	{SYS_mkdirat, "dnx"},
	{SYS_mknodat, "dnxu"},
	{SYS_fstatat64, "dnpx"},
	{SYS_unlinkat, "dnx"},
	{SYS_renameat, "dndn"},
	{SYS_linkat, "dndnx"},
	{SYS_symlinkat, "ndn"},
	{SYS_readlinkat, "dnpu"},
	{SYS_pselect6, "ussssu"},
	{SYS_ppoll, "suspu"},
	{SYS_unshare, "x"},
	{SYS_set_robust_list, "su"},
	{SYS_get_robust_list, "upp"},
	{SYS_sync_file_range2, "dxuuuu"},
	{SYS_utimensat, "dnsx"},
	{SYS_fallocate, "dxuuuu"},
	{SYS_eventfd2, "ux"},
	{SYS_dup3, "ddx"},
	{SYS_pipe2, "px"},
	{SYS_preadv, "dsuuu"},
	{SYS_pwritev, "dsuuu"},
	{SYS_prlimit64, "kusp"},
	{SYS_renameat2, "dndnx"},
	{SYS_getrandom, "pux"},
	{SYS_memfd_create, "nx"},
	{SYS_copy_file_range, "dsdsux"},
	{SYS_mlock2, "pux"},
	{SYS_statx, "dnxxp"},
	{SYS_setsid, ""},
	{SYS_setpgid, "kk"},
	{SYS_getgroups32, "up"},
	{SYS_setgroups32, "us"},
	{SYS_sethostname, "pu"},
	{SYS_uname, "p"},
	{SYS_times, "p"},
	{SYS_gettimeofday, "pp"},
	{SYS_capget, "sp"},
	{SYS_personality, "x"},
	{SYS_getcpu, "ppp"},
	{SYS_setresuid32, "uuu"},
	{436, "uux"},
	{437, "dnsu"},
	{439, "dnxx"},
	{403, "up"},
	{407, "uxss"},
	{422, "suusuu"},
};

static int harmless_pid(void)
{
	switch (below(4)) {
	case 0:
		return 0;
	case 1:
		return getpid() + (int)below(3);
	case 2:
		return 100000 + (int)below(1u << 20);
	default:
		return getpid();
	}
}

static uint32_t argument(char kind)
{
	switch (kind) {
	case 'p':
		return below(4) ? pointer() : structure();
	case 's':
		return below(8) ? structure() : below(2) * pointer();
	case 'n':
		return path();
	case 'd':
		return descriptor();
	case 'f':
		return below(8);
	case 'm': /* MAP_FIXED|MAP_ANONYMOUS|(SHARED or PRIVATE) */
		return MAP_FIXED | MAP_ANONYMOUS | (1 + below(2));
	case 'g':
		return below(8) ? below(66) : number();
	case 'k':
		return (uint32_t)harmless_pid();
	case 'b':
		return (uint32_t)(uintptr_t)sbrk(0) + (below(64) - 32) * 511;
	case 'i':
		return below(3) ? 0x5400 + below(0x60) : rnd();
	case 'c':
		return below(3) ? 17 + 256 * below(256) : rnd();
	case 'a':
		return below(26);
	case 'x':
		return below(2) ? number() : (rnd() & rnd() & rnd());
	default:
		return number();
	}
}

/* An execve whose strings are many, long, or nowhere. */
static uint32_t wild_argv(void)
{
	uint32_t *v = (uint32_t *)(arena + below(3) * PAGE);
	uint32_t n = below(2) ? below(1000) : below(4);

	for (uint32_t i = 0; i < n; i++)
		v[i] = below(50) ? (uint32_t)(uintptr_t)arena + 3 * PAGE - 8 -
					   below(60)
				 : path();
	v[n] = below(10) ? 0 : rnd();
	return (uint32_t)(uintptr_t)v;
}

static int one_call(void)
{
	uint32_t a[7] = {0};
	uint32_t which = below(ARRAY(known) + 2);
	uint32_t nr;
	long got;

	if (which >= ARRAY(known)) {
		nr = below(4) ? below(460) : 0xf0000 + below(8);
		for (int i = 0; i < 7; i++)
			a[i] = below(2) ? pointer() : number();
		if (nr == SYS_reboot || nr == SYS_kill || nr == SYS_tkill ||
		    nr == SYS_tgkill || nr == SYS_rt_sigqueueinfo)
			return 0;
	} else {
		nr = known[which].nr;
		for (int i = 0; i < 7 && known[which].kinds[i]; i++)
			a[i] = argument(known[which].kinds[i]);
		if (nr == SYS_execve && below(2))
			a[1 + below(2)] = wild_argv();
	}
	if ((nr == SYS_exit_group || nr == SYS_sigreturn ||
	     nr == SYS_rt_sigreturn || nr == SYS_exit) &&
	    below(10))
		return 0; /* mostly the end of the child */
	if ((nr == SYS_clone || nr == SYS_fork || nr == SYS_vfork) && below(4))
		return 0;
	if (say)
		dprintf(2, "[%d] %u(%x, %x, %x, %x, %x, %x)", getpid(), nr,
			a[0], a[1], a[2], a[3], a[4], a[5]);
	got = call(nr, a);
	if (say)
		dprintf(2, " = %ld\n", got);
	if (nr == SYS_clone || nr == SYS_fork || nr == SYS_vfork) {
		state ^= (uint32_t)got * 2654435761u;
		state += !state;
		calls_left /= 3;
	}
	return 0;
}

/* ---- the child ---------------------------------------------------------------- */

static void on_signal(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)info;
	if (sig == SIGSEGV || sig == SIGBUS || sig == SIGILL || sig == SIGTRAP)
		_exit(128 + sig);
	/*
	 * A forged context, sometimes; not by root, who might run into what
	 * kills the parent.
	 */
	if (getuid() == 0)
		return;
	if (!below(4)) {
		uint32_t *words = (uint32_t *)&uc->uc_mcontext;

		words[below(sizeof(uc->uc_mcontext) / 4)] = rnd();
	} else if (!below(4))
		memset((uint8_t *)uc + below(700), (int)rnd(), below(64));
}

static void furnish(void)
{
	static const int files[][2] = {
		{9, O_RDONLY},
		{10, O_RDONLY},
		{13, O_RDONLY},
		{14, O_RDWR},
		{8, O_RDWR},
		{7, O_RDWR},
		{23, O_RDONLY},
		{24, O_RDONLY},
		{44, O_RDONLY},
		{2, O_RDWR | O_CREAT},
		{3, O_RDWR | O_CREAT | O_APPEND},
		{33, O_RDONLY},
	};
	int ends[2];

	mkdir("/tmp/d", 0777);
	symlink("/tmp/loop", "/tmp/loop");
	for (size_t i = 0; i < ARRAY(files); i++)
		open(paths[files[i][0]], files[i][1], 0777);
	if (!pipe2(ends, O_NONBLOCK))
		fcntl(ends[0], F_SETFL, 0);
	syscall(SYS_memfd_create, "m", 0);
	syscall(SYS_eventfd2, 0, 0);
	arena = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	munmap(arena + 4 * PAGE, PAGE);
	mprotect(arena + 6 * PAGE, PAGE, PROT_READ);
	mprotect(arena + 8 * PAGE, PAGE, PROT_NONE);
	mmap(arena + 10 * PAGE, 2 * PAGE, PROT_READ | PROT_WRITE,
	     MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	mmap(arena + 12 * PAGE, 2 * PAGE, PROT_READ | PROT_WRITE,
	     MAP_PRIVATE | MAP_FIXED, 5, 0);
}

static void catch_signals(void)
{
	struct sigaction action = {
		.sa_sigaction = on_signal,
		.sa_flags = SA_SIGINFO | (below(2) ? SA_RESTART : 0),
	};

	for (int sig = 1; sig < 65; sig++)
		if (below(3))
			sigaction(sig, &action, NULL);
}

static int thread_main(void *nothing)
{
	(void)nothing;
	while (calls_left-- > 0)
		one_call();
	return 0;
}

/* Others that call while we sleep in a call, on the same memory. */
static void start_threads(void)
{
	const int flags = CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND |
			  CLONE_THREAD;
	const size_t size = 64 * 1024;

	for (int i = 1 + (int)below(3); i; i--) {
		uint8_t *stack = mmap(NULL, size, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (stack != MAP_FAILED)
			clone(thread_main, stack + size, flags, NULL);
	}
}

static void child(uint32_t seed, int nr_calls)
{
	struct rlimit small = {256 << 10, 256 << 10};

	setsid();
	signal(SIGALRM, SIG_DFL);
	setrlimit(RLIMIT_FSIZE, &small); /* files outlive their makers */
	state = seed * 2654435761u + 1;
	state += !state;
	for (int i = 0; i < 4; i++)
		rnd();
	furnish();
	if (below(2))
		(void)!setuid(1000);
	catch_signals();
	calls_left = nr_calls;
	if (!below(3))
		start_threads();
	while (calls_left-- > 0)
		one_call();
	_exit(0);
}

/* ---- the parent --------------------------------------------------------------- */

static void on_alarm(int sig)
{
	(void)sig;
	kill(-1, SIGKILL);
}

static void set_alarm(int us)
{
	struct itimerval t = {{0, us}, {0, us}};

	setitimer(ITIMER_REAL, &t, NULL);
}

static void still_works(void)
{
	int ends[2];
	char buf[8] = {0};
	volatile uint32_t *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED || page[5] != 0)
		_exit(100);
	page[5] = 1;
	munmap((void *)page, PAGE);
	if (pipe(ends) || write(ends[1], "pipe", 4) != 4 ||
	    read(ends[0], buf, 8) != 4 || memcmp(buf, "pipe", 4))
		_exit(101);
	close(ends[0]);
	close(ends[1]);
}

static unsigned long free_pages(void)
{
	struct sysinfo info;

	sysinfo(&info);
	return info.freeram / PAGE;
}

/* Kept from being killed for it; the children are not. */
static void take_all_but(int nr_free)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	if (fd < 0 || write(fd, "-1000", 5) != 5)
		_exit(102);
	close(fd);
	while (free_pages() > (unsigned long)nr_free) {
		volatile uint8_t *page = sbrk(PAGE);

		if (page == (void *)-1)
			break;
		*page = 1;
	}
}

static void be_killed_first(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	if (fd >= 0 && write(fd, "1000", 4) != 4)
		_exit(103);
	close(fd);
}

static bool are_numbers(int nr, char **text)
{
	for (int i = 0; i < nr; i++)
		if (!*text[i] ||
		    strspn(text[i], "0123456789") != strlen(text[i]))
			return false;
	return true;
}

int main(int argc, char **argv)
{
	uint32_t first;
	int nr_children, nr_calls, status, null, out;

	if ((argc != 4 && argc != 5) || !are_numbers(argc - 1, argv + 1)) {
		dprintf(2, "syscallfuzz FIRST_SEED NR_CHILDREN NR_CALLS "
			   "[NR_FREE]\n");
		return 2;
	}
	first = strtoul(argv[1], NULL, 10);
	nr_children = atoi(argv[2]);
	nr_calls = atoi(argv[3]);
	null = open("/dev/null", O_RDWR);
	out = fcntl(1, F_DUPFD, 100);
	if (argc > 4)
		take_all_but(atoi(argv[4]));
	dup2(null, 0);
	dup2(null, 1);
	if (!say)
		dup2(null, 2);
	close(null);
	fcntl(out, F_SETFD, FD_CLOEXEC);
	signal(SIGALRM, on_alarm);
	for (int i = 0; i < nr_children; i++) {
		pid_t pid = fork();

		if (!pid) {
			close(out);
			be_killed_first();
			child(first + (uint32_t)i, nr_calls);
		}
		if (pid < 0) {
			dprintf(out, "fork: %s\n", strerror(errno));
			return 1;
		}
		set_alarm(20000);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		kill(-1, SIGKILL);
		while (waitpid(-1, &status, __WALL) > 0 || errno == EINTR)
			;
		set_alarm(0);
		still_works();
	}
	dprintf(out, "done: %d children\n", nr_children);
	return 0;
}
