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
 * has no such arguments and ends at once: it would bury the parent.
 *
 * Calls are drawn from two lists: `known`, by families, with arguments that
 * may well be right, and `every`, which is kernel/syscall's own list of what
 * it has, with arguments by their kind alone; now and then comes any number
 * at all. Left out are only the calls that end the machine or reach the
 * parent: reboot, and signals and limits for pid 1 or for all.
 *
 * What outlives its maker (System V's objects, mounts) the parent takes away.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <netinet/in.h>
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

/* ---- arguments of families of calls ------------------------------------- */

#define ONE_OF(...)                                                        \
	({                                                                 \
		static const uint32_t of[] = {__VA_ARGS__};                \
		below(8) ? of[below(sizeof(of) / sizeof(*of))] : number(); \
	})

/* @size bytes of @bytes in the arena, the last of them mostly mapped. */
static uint32_t put(const void *bytes, uint32_t size)
{
	uint8_t *at = arena + (below(4) ? 4 * below(PAGE / 8)
					: 4 * PAGE - size + below(2) * 4);

	if (at + size > arena + 4 * PAGE)
		size = (uint32_t)(arena + 4 * PAGE - at);
	memcpy(at, bytes, size);
	return (uint32_t)(uintptr_t)at;
}

static uint32_t socket_address(void)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct sockaddr_in in = {.sin_family = AF_INET};
	uint32_t netlink[3] = {16, 0, below(3)};

	switch (below(6)) {
	case 0:
		return structure();
	case 1: /* of no file: names of two bytes */
		un.sun_path[1] = (char)('a' + below(3));
		return put(&un, sizeof(un));
	case 2:
		strcpy(un.sun_path, paths[2 + below(5)]);
		return put(&un, sizeof(un));
	case 3:
		return put(netlink, sizeof(netlink));
	default:
		in.sin_port =
			htons((uint16_t)(below(4) ? 2000 + below(3) : rnd()));
		in.sin_addr.s_addr = htonl(below(4) ? INADDR_LOOPBACK : rnd());
		return put(&in, sizeof(in));
	}
}

static uint32_t vector(void)
{
	uint32_t iov[16];

	for (int i = 0; i < 16; i += 2) {
		iov[i] = pointer();
		iov[i + 1] = below(4) ? below(2 * PAGE) : number();
	}
	return put(iov, sizeof(iov));
}

/* SCM_RIGHTS and SCM_CREDENTIALS, or what only looks like it. */
static uint32_t control(uint32_t *size)
{
	uint32_t words[12];

	for (int i = 0; i < 12; i++)
		words[i] = below(3) ? descriptor() : number();
	words[0] = below(8) ? 12 + 4 * below(9) : number();
	words[1] = below(8) ? SOL_SOCKET : number();
	words[2] = below(8) ? 1 + below(2) : number();
	*size = below(4) ? (words[0] + 3) & ~3u : number();
	return put(words, sizeof(words));
}

/* One, and room behind it for recvmmsg() to take what it finds for more. */
static uint32_t message(void)
{
	uint32_t words[16];

	for (int i = 0; i < 16; i += 8) {
		words[i] = below(2) ? socket_address() : 0;
		words[i + 1] = below(4) ? 16 : number();
		words[i + 2] = below(8) ? vector() : pointer();
		words[i + 3] = below(8) ? below(8) : number();
		words[i + 4] = below(2) ? control(&words[i + 5]) : 0;
		if (!words[i + 4])
			words[i + 5] = below(8) ? 0 : number();
		words[i + 6] = number();
		words[i + 7] = number();
	}
	return put(words, sizeof(words));
}

static uint32_t length_pointer(void)
{
	uint32_t length = ONE_OF(0, 1, 2, 4, 8, 16, 28, 110, 128, 4096);

	return put(&length, sizeof(length));
}

/* timespec, itimerspec, timeval, their kin of 64 bits: all are such words. */
static uint32_t times(void)
{
	uint32_t words[8];

	for (int i = 0; i < 8; i++)
		words[i] = below(3) ? below(2) * below(3000000) : 0;
	if (!below(6))
		words[below(8)] = number();
	return below(8) ? put(words, sizeof(words)) : pointer();
}

static uint32_t epoll_event(void)
{
	uint32_t words[4] = {rnd() & rnd() & 0x2fff, 0, descriptor(), 0};

	if (!below(3))
		words[0] |= 1u << (27 + below(5));
	return put(words, sizeof(words));
}

/* An array of struct sembuf, all for semaphores that there may be. */
static uint32_t semaphore_operations(void)
{
	int16_t ops[24];

	for (int i = 0; i < 24; i += 3) {
		ops[i] = (int16_t)below(5);
		ops[i + 1] = (int16_t)(below(5) - 2);
		ops[i + 2] = (int16_t)(below(4) << 11);
	}
	return put(ops, sizeof(ops));
}

/* A clone_args, mq_attr, sched_attr, open_how: 64-bit words, small ones. */
static uint32_t wide_words(void)
{
	uint32_t words[22] = {0};

	for (int i = 0; i < 22; i += 2) {
		words[i] = below(2) ? number() : 0;
		words[i + 1] = below(16) ? 0 : number();
	}
	return put(words, sizeof(words));
}

static uint32_t kind_of_mount(void)
{
	static const char *const kinds[] = {
		"tmpfs", "proc",   "sysfs",   "devtmpfs", "devpts",
		"ramfs", "rootfs", "debugfs", "ext4",     "mqueue",
	};

	return (uint32_t)(uintptr_t)kinds[below(ARRAY(kinds))];
}

static uint32_t attribute(void)
{
	static const char *const names[] = {
		"user.a",
		"user.b",
		"trusted.a",
		"security.a",
		"security.capability",
		"system.posix_acl_access",
		"user.",
		"none.a",
		"",
	};

	return (uint32_t)(uintptr_t)names[below(ARRAY(names))];
}

static uint32_t ioctl_number(void)
{
	switch (below(5)) {
	case 0:
		return rnd();
	case 1: /* sockets, interfaces, routes */
		return 0x8900 + below(0x90);
	case 2: /* the pty's, which have a size in them */
		return 0x80045430 + below(10) + (below(2) << 30);
	default:
		return 0x5400 + below(0x60);
	}
}

/* ---- calls, with the kinds of their arguments ------------------------------ */

/*
 * p pointer, s structure, n path, d descriptor, u number, x flags; the others
 * are in argument().
 */
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
	{SYS_mount, "nnyxp"},
	{SYS_mount, "nnyxn"},
	{SYS_umount2, "nf"},
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
	{SYS_fcntl, "dFs"},
	{SYS_fcntl64, "dFs"},
	{SYS_fcntl64, "dFu"},
	{SYS_fcntl64, "dFk"},
	{SYS_fcntl64, "dFd"},
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
	{SYS_setxattr, "nNpef"},
	{SYS_lsetxattr, "nNpef"},
	{SYS_fsetxattr, "dNpef"},
	{SYS_getxattr, "nNpe"},
	{SYS_fgetxattr, "dNpe"},
	{SYS_listxattr, "npe"},
	{SYS_flistxattr, "dpe"},
	{SYS_removexattr, "nN"},
	{SYS_fremovexattr, "dN"},
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
	{SYS_socket, "ATP"},
	{SYS_socket, "ATP"},
	{SYS_socketpair, "ATPp"},
	{SYS_bind, "dSL"},
	{SYS_bind, "dSL"},
	{SYS_connect, "dSL"},
	{SYS_connect, "dSL"},
	{SYS_listen, "df"},
	{SYS_accept, "dpl"},
	{SYS_accept4, "dplx"},
	{SYS_getsockname, "dpl"},
	{SYS_getpeername, "dpl"},
	{SYS_send, "dpux"},
	{SYS_sendto, "dpexSL"},
	{SYS_recv, "dpux"},
	{SYS_recvfrom, "dpexpl"},
	{SYS_shutdown, "df"},
	{SYS_setsockopt, "dOopL"},
	{SYS_setsockopt, "dOopL"},
	{SYS_getsockopt, "dOopl"},
	{SYS_sendmsg, "dMx"},
	{SYS_sendmsg, "dMx"},
	{SYS_recvmsg, "dMx"},
	{SYS_recvmmsg, "dMfxt"},
	{SYS_sendmmsg, "dMfx"},
	{SYS_epoll_create, "f"},
	{SYS_epoll_create1, "x"},
	{SYS_epoll_ctl, "dfdE"},
	{SYS_epoll_ctl, "dfdE"},
	{SYS_epoll_wait, "dpff"},
	{SYS_epoll_pwait, "dpffsu"},
	{SYS_timerfd_create, "qx"},
	{SYS_timerfd_settime, "dxtp"},
	{SYS_timerfd_gettime, "dp"},
	{SYS_signalfd4, "dsux"},
	{SYS_inotify_init1, "x"},
	{SYS_inotify_add_watch, "dnx"},
	{SYS_inotify_rm_watch, "df"},
	{SYS_semget, "KfI"},
	{SYS_semop, "fBf"},
	{SYS_semtimedop, "fBft"},
	{SYS_semctl, "ffCp"},
	{SYS_msgget, "KI"},
	{SYS_msgsnd, "fsex"},
	{SYS_msgrcv, "fpefx"},
	{SYS_msgctl, "fCp"},
	{SYS_mq_open, "NxI0"},
	{SYS_mq_open, "NxIs"},
	{SYS_mq_unlink, "N"},
	{SYS_mq_timedsend, "dpefs"},
	{SYS_mq_timedreceive, "dpeps"},
	{SYS_mq_notify, "ds"},
	{SYS_mq_getsetattr, "dsp"},
	{SYS_io_setup, "fs"},
	{SYS_io_setup, "es"},
	{SYS_io_destroy, "p"},
	{SYS_io_submit, "pfs"},
	{SYS_io_getevents, "pffpt"},
	{SYS_io_cancel, "psp"},
	{SYS_shmget, "KeI"},
	{SYS_shmat, "fpx"},
	{SYS_shmat, "f0x"},
	{SYS_shmdt, "p"},
	{SYS_shmctl, "fCp"},
	{SYS_timer_create, "qsp"},
	{SYS_timer_settime, "fxtp"},
	{SYS_timer_gettime, "fp"},
	{SYS_timer_getoverrun, "f"},
	{SYS_timer_delete, "f"},
	{SYS_clock_gettime, "qp"},
	{SYS_clock_getres, "qp"},
	{SYS_splice, "dsdsux"},
	{SYS_tee, "ddux"},
	{SYS_vmsplice, "dVfx"},
	{SYS_readv, "dVf"},
	{SYS_writev, "dVf"},
	{SYS_preadv2, "dVfuux"},
	{SYS_pwritev2, "dVfuux"},
	{SYS_process_vm_readv, "kVfVf0"},
	{SYS_process_vm_writev, "kVfVf0"},
	{SYS_process_madvise, "dVfa0"},
	{SYS_pidfd_open, "kx"},
	{SYS_unshare, "x"},
	{SYS_set_robust_list, "su"},
	{SYS_rseq, "sfxu"},
	{449 /* futex_waitv */, "sfxsf"},
	{SYS_ioprio_set, "fku"},
	{SYS_ioprio_get, "fk"},
	{SYS_kcmp, "kkfds"},
	{SYS_setns, "dx"},
	{SYS_execveat, "dnssx"},
	{SYS_adjtimex, "s"},
	{SYS_clock_adjtime, "fs"},
	{405 /* clock_adjtime64 */, "fs"},
	{SYS_pidfd_getfd, "ddu"},
	{SYS_sched_setattr, "kwx"},
	{SYS_sched_getattr, "kpux"},
	{SYS_mbind, "puusux"},
	{SYS_set_mempolicy, "fsu"},
	{SYS_move_pages, "kuppx"},
	{SYS_membarrier, "xu"},
	{SYS_syslog, "fpu"},
	{SYS_swapoff, "n"},
	{SYS_remap_file_pages, "puuux"},
	{SYS_fallocate, "df0e0e"},
	{SYS_init_module, "pun"},
	{SYS_finit_module, "dnx"},
	{SYS_delete_module, "nx"},
	{436, "uux"},
	{437, "dnwu"},
	{439, "dnxx"},
	{403, "up"},
	{407, "uxss"},
	{410, "dp"},
	{411, "dxtp"},
	{413, "usssts"},
	{414, "suts"},
	{417, "dMfxt"},
	{420, "fBft"},
	{421, "spts"},
	{422, "suusuu"},
	{441, "dpftsu"},
};

/* All that the kernel says it has, and how it says it. */
static const struct {
	uint16_t nr;
	char kinds[8];
} every[] = {
#define SYSCALL(nr, name, kinds) {nr, kinds},
#include "../../kernel/syscall/event.def"
#include "../../kernel/syscall/file.def"
#include "../../kernel/syscall/ids.def"
#include "../../kernel/syscall/ipc.def"
#include "../../kernel/syscall/mm.def"
#include "../../kernel/syscall/module.def"
#include "../../kernel/syscall/net.def"
#include "../../kernel/syscall/process.def"
#include "../../kernel/syscall/sched.def"
#include "../../kernel/syscall/signal.def"
#include "../../kernel/syscall/time.def"
#undef SYSCALL
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
		return ioctl_number();
	case '0':
		return 0;
	case 'e': /* so many bytes */
		return below(8) ? below(4 * PAGE) : number();
	case 'y':
		return kind_of_mount();
	case 'N':
		return attribute();
	case 'F':
		return ONE_OF(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
			      15, 16, 1024, 1025, 1026, 1030, 1031, 1032, 1033,
			      1034, 36, 37, 38);
	case 'A':
		return ONE_OF(AF_UNIX, AF_INET, AF_UNIX, AF_INET, AF_INET6,
			      16 /* netlink */, 17 /* packets */);
	case 'T':
		return ONE_OF(1, 2, 1, 2, 3, 5) | (rnd() & rnd() & 02004000);
	case 'P':
		return ONE_OF(0, 0, 0, 1, 6, 17, 15, 255);
	case 'S':
		return socket_address();
	case 'L':
		return ONE_OF(0, 2, 3, 4, 4, 8, 12, 16, 16, 16, 110, 128);
	case 'l':
		return length_pointer();
	case 'M':
		return message();
	case 'V':
		return vector();
	case 'O':
		return ONE_OF(1, 1, 1, 0, 6, 17, 41, 270);
	case 'o':
		return below(80);
	case 'E':
		return epoll_event();
	case 't':
		return times();
	case 'q':
		return ONE_OF(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11);
	case 'K':
		return ONE_OF(0, 1, 2, 3);
	case 'I':
		return 0666 | (rnd() & 03000);
	case 'C':
		return below(8) ? below(20) | (below(4) ? 0 : 0x100) : number();
	case 'B':
		return semaphore_operations();
	case 'w':
		return wide_words();
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

/* What any arguments might turn on the parent, or end the machine with. */
static bool reaches_out(uint32_t nr)
{
	switch (nr) {
	case SYS_reboot:
	case SYS_kill:
	case SYS_tkill:
	case SYS_tgkill:
	case SYS_rt_sigqueueinfo:
	case SYS_rt_tgsigqueueinfo:
	case SYS_pidfd_send_signal:
	case SYS_prlimit64:
	case SYS_process_vm_writev:
	case SYS_ptrace:
		return true;
	default:
		return false;
	}
}

/* By the letters of kernel/syscall/syscall.h: d there is any number. */
static uint32_t argument_by_kind(char kind)
{
	switch (kind) {
	case 'd':
		return below(2) ? descriptor() : argument('f');
	case 's':
		return path();
	case 'p':
		return argument(below(2) ? 'p' : "stVwME"[below(6)]);
	case 'x':
		return argument('x');
	case 'u':
		return below(2) ? number() : argument('e');
	default: /* padding, and halves of 64 bits */
		return below(2) ? 0 : number();
	}
}

/* The number of a call; its arguments to @a. */
static uint32_t choose(uint32_t a[7])
{
	uint32_t which = below(ARRAY(known) + 1 + ARRAY(every) / 3);
	uint32_t nr;

	if (which < ARRAY(known)) {
		nr = known[which].nr;
		for (int i = 0; i < 7 && known[which].kinds[i]; i++)
			a[i] = argument(known[which].kinds[i]);
		if (nr == SYS_execve && below(2))
			a[1 + below(2)] = wild_argv();
		return nr;
	}
	if (which > ARRAY(known)) {
		which = below(ARRAY(every));
		nr = every[which].nr;
		for (int i = 0; i < 7 && every[which].kinds[i]; i++)
			a[i] = argument_by_kind(every[which].kinds[i]);
	} else {
		nr = below(4) ? below(460) : 0xf0000 + below(8);
		for (int i = 0; i < 7; i++)
			a[i] = below(2) ? pointer() : number();
	}
	return reaches_out(nr) ? SYS_getpid : nr;
}

static int one_call(void)
{
	uint32_t a[7] = {0};
	uint32_t nr = choose(a);
	long got;

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
	socketpair(AF_UNIX, SOCK_STREAM + below(2), 0, ends);
	socket(AF_INET, SOCK_STREAM, 0);
	socket(AF_INET, SOCK_DGRAM, 0);
	epoll_create1(0);
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

/* One of each index there can be, until none is left. */
static void remove_ipc(void)
{
	struct shmid_ds shm;
	struct msqid_ds msg;
	struct semid_ds sem;

	for (int i = 0; i < 64; i++) {
		shmctl(shmctl(i, SHM_STAT, &shm), IPC_RMID, NULL);
		msgctl(msgctl(i, MSG_STAT, &msg), IPC_RMID, NULL);
		semctl(semctl(i, 0, SEM_STAT, &sem), 0, IPC_RMID);
	}
}

static int nr_mounts(char *last, size_t size)
{
	char text[8192], *line = text, *end;
	int fd = open("/proc/self/mounts", O_RDONLY), nr = 0;
	ssize_t got = read(fd, text, sizeof(text) - 1);

	close(fd);
	text[got > 0 ? got : 0] = 0;
	for (; (end = strchr(line, '\n')); line = end + 1, nr++) {
		char *at = strchr(line, ' ');

		if (at && at < end)
			snprintf(last, size, "%.*s",
				 (int)strcspn(at + 1, " \n"), at + 1);
	}
	return nr;
}

static void remove_mounts(int but)
{
	char last[256] = "";

	while (nr_mounts(last, sizeof(last)) > but &&
	       !umount2(last, MNT_DETACH))
		;
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
	int nr_children, nr_calls, status, null, out, mounts;
	char last[256];

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
	mounts = nr_mounts(last, sizeof(last));
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
		remove_ipc();
		remove_mounts(mounts);
		still_works();
	}
	dprintf(out, "done: %d children\n", nr_children);
	return 0;
}
