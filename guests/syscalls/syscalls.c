/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every system call number, each with seven sets of arguments that do no
 * harm, each in a fresh child. One line a call:
 *
 *     NUMBER NAME minus=… zero=… low=… fd=… page=… path=… word=…
 *
 * minus: all -1. zero: all 0. low: all 4000, an address where nothing is and a
 * descriptor that isn't open. fd: an open file, then pointers to a page of
 * zeros. page: such pointers alone. path: a file's name, then zeros. word: a
 * descriptor of a directory, a name, and zeros.
 *
 * What is printed: an error's name; 0; "some" for any other result (which
 * may be a pid or a time); a signal's or an exit's number; "blocks".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))
#define FOLDER   "/tmp/syscalls"
#define FILE_IN  FOLDER "/file"

enum {
	LOW = 4000, /* no process's number either */
	A_FILE = 4001,
	A_FOLDER = 4002,
	NEVER_RETURNED = 0x5a5a5a5a,
	PATIENCE_US = 200000,
	MAX_TRIES = 50, /* who still works after ten seconds never ends */
};

static const char *const names[] = {
	[0] = "restart_syscall",
	[1] = "exit",
	[2] = "fork",
	[3] = "read",
	[4] = "write",
	[5] = "open",
	[6] = "close",
	[8] = "creat",
	[9] = "link",
	[10] = "unlink",
	[11] = "execve",
	[12] = "chdir",
	[13] = "time",
	[14] = "mknod",
	[15] = "chmod",
	[16] = "lchown",
	[19] = "lseek",
	[20] = "getpid",
	[21] = "mount",
	[22] = "umount",
	[23] = "setuid",
	[24] = "getuid",
	[25] = "stime",
	[26] = "ptrace",
	[27] = "alarm",
	[29] = "pause",
	[30] = "utime",
	[33] = "access",
	[34] = "nice",
	[36] = "sync",
	[37] = "kill",
	[38] = "rename",
	[39] = "mkdir",
	[40] = "rmdir",
	[41] = "dup",
	[42] = "pipe",
	[43] = "times",
	[45] = "brk",
	[46] = "setgid",
	[47] = "getgid",
	[49] = "geteuid",
	[50] = "getegid",
	[51] = "acct",
	[52] = "umount2",
	[54] = "ioctl",
	[55] = "fcntl",
	[57] = "setpgid",
	[60] = "umask",
	[61] = "chroot",
	[62] = "ustat",
	[63] = "dup2",
	[64] = "getppid",
	[65] = "getpgrp",
	[66] = "setsid",
	[67] = "sigaction",
	[70] = "setreuid",
	[71] = "setregid",
	[72] = "sigsuspend",
	[73] = "sigpending",
	[74] = "sethostname",
	[75] = "setrlimit",
	[76] = "getrlimit",
	[77] = "getrusage",
	[78] = "gettimeofday",
	[79] = "settimeofday",
	[80] = "getgroups",
	[81] = "setgroups",
	[82] = "select",
	[83] = "symlink",
	[85] = "readlink",
	[86] = "uselib",
	[87] = "swapon",
	[88] = "reboot",
	[89] = "readdir",
	[90] = "mmap",
	[91] = "munmap",
	[92] = "truncate",
	[93] = "ftruncate",
	[94] = "fchmod",
	[95] = "fchown",
	[96] = "getpriority",
	[97] = "setpriority",
	[99] = "statfs",
	[100] = "fstatfs",
	[102] = "socketcall",
	[103] = "syslog",
	[104] = "setitimer",
	[105] = "getitimer",
	[106] = "stat",
	[107] = "lstat",
	[108] = "fstat",
	[111] = "vhangup",
	[113] = "syscall",
	[114] = "wait4",
	[115] = "swapoff",
	[116] = "sysinfo",
	[117] = "ipc",
	[118] = "fsync",
	[119] = "sigreturn",
	[120] = "clone",
	[121] = "setdomainname",
	[122] = "uname",
	[124] = "adjtimex",
	[125] = "mprotect",
	[126] = "sigprocmask",
	[128] = "init_module",
	[129] = "delete_module",
	[131] = "quotactl",
	[132] = "getpgid",
	[133] = "fchdir",
	[134] = "bdflush",
	[135] = "sysfs",
	[136] = "personality",
	[138] = "setfsuid",
	[139] = "setfsgid",
	[140] = "_llseek",
	[141] = "getdents",
	[142] = "_newselect",
	[143] = "flock",
	[144] = "msync",
	[145] = "readv",
	[146] = "writev",
	[147] = "getsid",
	[148] = "fdatasync",
	[149] = "_sysctl",
	[150] = "mlock",
	[151] = "munlock",
	[152] = "mlockall",
	[153] = "munlockall",
	[154] = "sched_setparam",
	[155] = "sched_getparam",
	[156] = "sched_setscheduler",
	[157] = "sched_getscheduler",
	[158] = "sched_yield",
	[159] = "sched_get_priority_max",
	[160] = "sched_get_priority_min",
	[161] = "sched_rr_get_interval",
	[162] = "nanosleep",
	[163] = "mremap",
	[164] = "setresuid",
	[165] = "getresuid",
	[168] = "poll",
	[169] = "nfsservctl",
	[170] = "setresgid",
	[171] = "getresgid",
	[172] = "prctl",
	[173] = "rt_sigreturn",
	[174] = "rt_sigaction",
	[175] = "rt_sigprocmask",
	[176] = "rt_sigpending",
	[177] = "rt_sigtimedwait",
	[178] = "rt_sigqueueinfo",
	[179] = "rt_sigsuspend",
	[180] = "pread64",
	[181] = "pwrite64",
	[182] = "chown",
	[183] = "getcwd",
	[184] = "capget",
	[185] = "capset",
	[186] = "sigaltstack",
	[187] = "sendfile",
	[190] = "vfork",
	[191] = "ugetrlimit",
	[192] = "mmap2",
	[193] = "truncate64",
	[194] = "ftruncate64",
	[195] = "stat64",
	[196] = "lstat64",
	[197] = "fstat64",
	[198] = "lchown32",
	[199] = "getuid32",
	[200] = "getgid32",
	[201] = "geteuid32",
	[202] = "getegid32",
	[203] = "setreuid32",
	[204] = "setregid32",
	[205] = "getgroups32",
	[206] = "setgroups32",
	[207] = "fchown32",
	[208] = "setresuid32",
	[209] = "getresuid32",
	[210] = "setresgid32",
	[211] = "getresgid32",
	[212] = "chown32",
	[213] = "setuid32",
	[214] = "setgid32",
	[215] = "setfsuid32",
	[216] = "setfsgid32",
	[217] = "getdents64",
	[218] = "pivot_root",
	[219] = "mincore",
	[220] = "madvise",
	[221] = "fcntl64",
	[224] = "gettid",
	[225] = "readahead",
	[226] = "setxattr",
	[227] = "lsetxattr",
	[228] = "fsetxattr",
	[229] = "getxattr",
	[230] = "lgetxattr",
	[231] = "fgetxattr",
	[232] = "listxattr",
	[233] = "llistxattr",
	[234] = "flistxattr",
	[235] = "removexattr",
	[236] = "lremovexattr",
	[237] = "fremovexattr",
	[238] = "tkill",
	[239] = "sendfile64",
	[240] = "futex",
	[241] = "sched_setaffinity",
	[242] = "sched_getaffinity",
	[243] = "io_setup",
	[244] = "io_destroy",
	[245] = "io_getevents",
	[246] = "io_submit",
	[247] = "io_cancel",
	[248] = "exit_group",
	[249] = "lookup_dcookie",
	[250] = "epoll_create",
	[251] = "epoll_ctl",
	[252] = "epoll_wait",
	[253] = "remap_file_pages",
	[256] = "set_tid_address",
	[257] = "timer_create",
	[258] = "timer_settime",
	[259] = "timer_gettime",
	[260] = "timer_getoverrun",
	[261] = "timer_delete",
	[262] = "clock_settime",
	[263] = "clock_gettime",
	[264] = "clock_getres",
	[265] = "clock_nanosleep",
	[266] = "statfs64",
	[267] = "fstatfs64",
	[268] = "tgkill",
	[269] = "utimes",
	[270] = "arm_fadvise64_64",
	[271] = "pciconfig_iobase",
	[272] = "pciconfig_read",
	[273] = "pciconfig_write",
	[274] = "mq_open",
	[275] = "mq_unlink",
	[276] = "mq_timedsend",
	[277] = "mq_timedreceive",
	[278] = "mq_notify",
	[279] = "mq_getsetattr",
	[280] = "waitid",
	[281] = "socket",
	[282] = "bind",
	[283] = "connect",
	[284] = "listen",
	[285] = "accept",
	[286] = "getsockname",
	[287] = "getpeername",
	[288] = "socketpair",
	[289] = "send",
	[290] = "sendto",
	[291] = "recv",
	[292] = "recvfrom",
	[293] = "shutdown",
	[294] = "setsockopt",
	[295] = "getsockopt",
	[296] = "sendmsg",
	[297] = "recvmsg",
	[298] = "semop",
	[299] = "semget",
	[300] = "semctl",
	[301] = "msgsnd",
	[302] = "msgrcv",
	[303] = "msgget",
	[304] = "msgctl",
	[305] = "shmat",
	[306] = "shmdt",
	[307] = "shmget",
	[308] = "shmctl",
	[309] = "add_key",
	[310] = "request_key",
	[311] = "keyctl",
	[312] = "semtimedop",
	[313] = "vserver",
	[314] = "ioprio_set",
	[315] = "ioprio_get",
	[316] = "inotify_init",
	[317] = "inotify_add_watch",
	[318] = "inotify_rm_watch",
	[319] = "mbind",
	[320] = "get_mempolicy",
	[321] = "set_mempolicy",
	[322] = "openat",
	[323] = "mkdirat",
	[324] = "mknodat",
	[325] = "fchownat",
	[326] = "futimesat",
	[327] = "fstatat64",
	[328] = "unlinkat",
	[329] = "renameat",
	[330] = "linkat",
	[331] = "symlinkat",
	[332] = "readlinkat",
	[333] = "fchmodat",
	[334] = "faccessat",
	[335] = "pselect6",
	[336] = "ppoll",
	[337] = "unshare",
	[338] = "set_robust_list",
	[339] = "get_robust_list",
	[340] = "splice",
	[341] = "arm_sync_file_range",
	[342] = "tee",
	[343] = "vmsplice",
	[344] = "move_pages",
	[345] = "getcpu",
	[346] = "epoll_pwait",
	[347] = "kexec_load",
	[348] = "utimensat",
	[349] = "signalfd",
	[350] = "timerfd_create",
	[351] = "eventfd",
	[352] = "fallocate",
	[353] = "timerfd_settime",
	[354] = "timerfd_gettime",
	[355] = "signalfd4",
	[356] = "eventfd2",
	[357] = "epoll_create1",
	[358] = "dup3",
	[359] = "pipe2",
	[360] = "inotify_init1",
	[361] = "preadv",
	[362] = "pwritev",
	[363] = "rt_tgsigqueueinfo",
	[364] = "perf_event_open",
	[365] = "recvmmsg",
	[366] = "accept4",
	[367] = "fanotify_init",
	[368] = "fanotify_mark",
	[369] = "prlimit64",
	[370] = "name_to_handle_at",
	[371] = "open_by_handle_at",
	[372] = "clock_adjtime",
	[373] = "syncfs",
	[374] = "sendmmsg",
	[375] = "setns",
	[376] = "process_vm_readv",
	[377] = "process_vm_writev",
	[378] = "kcmp",
	[379] = "finit_module",
	[380] = "sched_setattr",
	[381] = "sched_getattr",
	[382] = "renameat2",
	[383] = "seccomp",
	[384] = "getrandom",
	[385] = "memfd_create",
	[386] = "bpf",
	[387] = "execveat",
	[388] = "userfaultfd",
	[389] = "membarrier",
	[390] = "mlock2",
	[391] = "copy_file_range",
	[392] = "preadv2",
	[393] = "pwritev2",
	[394] = "pkey_mprotect",
	[395] = "pkey_alloc",
	[396] = "pkey_free",
	[397] = "statx",
	[398] = "rseq",
	[399] = "io_pgetevents",
	[400] = "migrate_pages",
	[401] = "kexec_file_load",
	[403] = "clock_gettime64",
	[404] = "clock_settime64",
	[405] = "clock_adjtime64",
	[406] = "clock_getres_time64",
	[407] = "clock_nanosleep_time64",
	[408] = "timer_gettime64",
	[409] = "timer_settime64",
	[410] = "timerfd_gettime64",
	[411] = "timerfd_settime64",
	[412] = "utimensat_time64",
	[413] = "pselect6_time64",
	[414] = "ppoll_time64",
	[416] = "io_pgetevents_time64",
	[417] = "recvmmsg_time64",
	[418] = "mq_timedsend_time64",
	[419] = "mq_timedreceive_time64",
	[420] = "semtimedop_time64",
	[421] = "rt_sigtimedwait_time64",
	[422] = "futex_time64",
	[423] = "sched_rr_get_interval_time64",
	[424] = "pidfd_send_signal",
	[425] = "io_uring_setup",
	[426] = "io_uring_enter",
	[427] = "io_uring_register",
	[428] = "open_tree",
	[429] = "move_mount",
	[430] = "fsopen",
	[431] = "fsconfig",
	[432] = "fsmount",
	[433] = "fspick",
	[434] = "pidfd_open",
	[435] = "clone3",
	[436] = "close_range",
	[437] = "openat2",
	[438] = "pidfd_getfd",
	[439] = "faccessat2",
	[440] = "process_madvise",
	[441] = "epoll_pwait2",
	[442] = "mount_setattr",
	[443] = "quotactl_fd",
	[444] = "landlock_create_ruleset",
	[445] = "landlock_add_rule",
	[446] = "landlock_restrict_self",
	[448] = "process_mrelease",
	[449] = "futex_waitv",
	[450] = "set_mempolicy_home_node",
	[460] = NULL,
};

/* Makers of processes, ends of handlers, and what would end the machine. */
static const uint16_t left_out[] = {
	SYS_fork,         SYS_vfork,   SYS_clone,  SYS_sigreturn,
	SYS_rt_sigreturn, SYS_vhangup, SYS_reboot,
};

/*
 * What mmuscope has no answer to yet: sockets, SysV and POSIX IPC, epoll and
 * its kin, swap, modules, namespaces, keys, and what no guest asks for. Out of
 * here with each that is built.
 */
static const uint16_t not_there[] = {
	26,  51,  62,  87,  115, 124, 128, 129, 131, 218, 243, 244, 245, 246,
	247, 250, 251, 252, 253, 272, 273, 274, 275, 276, 277, 278, 279, 281,
	282, 283, 284, 285, 286, 287, 288, 289, 290, 291, 292, 293, 294, 295,
	296, 297, 298, 299, 300, 301, 302, 303, 304, 305, 306, 307, 308, 309,
	310, 311, 312, 314, 315, 316, 317, 318, 337, 346, 347, 349, 350, 353,
	354, 355, 357, 360, 363, 364, 365, 366, 367, 368, 370, 371, 372, 374,
	375, 376, 377, 378, 379, 383, 386, 387, 388, 398, 399, 405, 410, 411,
	416, 417, 418, 419, 420, 424, 425, 426, 427, 428, 429, 430, 431, 432,
	433, 434, 435, 438, 440, 441, 442, 443, 444, 445, 446, 448, 449,
};

static const uint32_t beyond[] = {
	461,     511,     512,      0x1000,     0xeffff,    0xf0000, 0xf0001,
	0xf0002, 0xf0003, 0xf0004,  0xf0005,    0xf0006,    0xf0007, 0xf07ff,
	0xf0800, 0xfffff, 0x100000, 0x7fffffff, 0xffffffff,
};

static const char *const sets[] = {
	"minus", "zero", "low", "fd", "page", "path", "word",
};

static struct {
	int32_t result; /* shared with the child */
} * shared;
static uint8_t *page; /* and nothing behind it */
static struct utsname uts;
static volatile pid_t running;
static volatile int tries;
static int all; /* what is not there, too */

static int32_t call(uint32_t nr, const uint32_t a[6])
{
	register uint32_t r0 asm("r0") = a[0];
	register uint32_t r1 asm("r1") = a[1];
	register uint32_t r2 asm("r2") = a[2];
	register uint32_t r3 asm("r3") = a[3];
	register uint32_t r4 asm("r4") = a[4];
	register uint32_t r5 asm("r5") = a[5];
	uint32_t result;

	/* r7 may be the frame pointer: it is put back by hand */
	asm volatile("push {r7}\n\t"
		     "mov r7, %1\n\t"
		     "svc #0\n\t"
		     "pop {r7}\n\t"
		     "mov %0, r0"
		     : "=r"(result), "+r"(nr), "+r"(r0), "+r"(r1), "+r"(r2),
		       "+r"(r3), "+r"(r4), "+r"(r5)
		     :
		     : "memory", "lr", "ip");
	return (int32_t)result;
}

static void fill(uint32_t a[6], size_t set)
{
	const uint32_t at = (uint32_t)(uintptr_t)page;

	for (int i = 0; i < 6; i++)
		a[i] = set == 0   ? 0xffffffff
		       : set == 2 ? LOW
		       : set == 3 ? (i ? at : A_FILE)
		       : set == 4 ? at
				  : 0;
	memset(page, 0, 4096);
	if (set == 5) {
		strcpy((char *)page, FILE_IN);
		a[0] = at;
	}
	if (set == 6) {
		strcpy((char *)page, "file");
		a[0] = A_FOLDER;
		a[1] = at;
	}
}

static void put_file(void)
{
	int fd = open(FILE_IN, O_RDWR | O_CREAT | O_TRUNC, 0644);

	if (write(fd, "some text\n", 10) != 10)
		_exit(99);
	lseek(fd, 0, SEEK_SET);
	dup2(fd, A_FILE);
	close(fd);
	chmod(FILE_IN, 0644);
}

/* Nothing of the C library's after the call: it may have lost its memory. */
static void child(uint32_t nr, size_t set)
{
	static const uint32_t nothing[6];
	uint32_t a[6];

	setsid();
	put_file();
	fill(a, set);
	shared->result = call(nr, a);
	call(SYS_exit, nothing);
}

static void patience(long us)
{
	const struct itimerval t = {.it_value.tv_usec = us};

	setitimer(ITIMER_REAL, &t, NULL);
}

/* Is it still working, on a machine that may be slow? */
static int at_work(int pid)
{
	char path[32], text[128] = "";
	const char *state;
	int fd, n;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	state = n > 0 ? strrchr(text, ')') : NULL;
	return state && state[1] == ' ' && state[2] == 'R';
}

static void too_long(int sig)
{
	(void)sig;
	if (tries++ < MAX_TRIES && at_work(running))
		patience(PATIENCE_US);
	else
		kill(running, SIGKILL);
}

static void say(const char *set, int status)
{
	const int32_t r = shared->result;

	printf(" %s=", set);
	if (r == NEVER_RETURNED) {
		if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
			printf("blocks");
		else if (WIFSIGNALED(status))
			printf("signal-%d", WTERMSIG(status));
		else
			printf("exit-%d", WEXITSTATUS(status));
	} else if (r < 0 && r > -4096) {
		const char *name = strerrorname_np(-r);

		if (name)
			printf("%s", name);
		else
			printf("%d", r);
	} else {
		printf("%s", r ? "some" : "0");
	}
}

/* What is everyone's must be as it was, and so must be the folder. */
static void tidy(uint32_t nr)
{
	if (nr == 74)
		sethostname(uts.nodename, strlen(uts.nodename));
	if (nr == 121)
		syscall(SYS_setdomainname, uts.domainname,
			strlen(uts.domainname));
	if (nr == 51)
		syscall(SYS_acct, NULL);
}

static void one(uint32_t nr, size_t set)
{
	int status = 0;

	shared->result = NEVER_RETURNED;
	running = fork();
	if (!running)
		child(nr, set);
	tries = 0;
	patience(PATIENCE_US);
	while (waitpid(running, &status, __WALL) < 0 && errno == EINTR)
		;
	patience(0);
	say(sets[set], status);
	tidy(nr);
}

static int is_left_out(uint32_t nr, size_t set)
{
	for (size_t i = 0; i < ARRAY(left_out); i++)
		if (nr == left_out[i])
			return 1;
	for (size_t i = 0; !all && i < ARRAY(not_there); i++)
		if (nr == not_there[i])
			return 1;
	return nr == SYS_settimeofday && set == 4; /* 1970 */
}

static void all_sets(uint32_t nr, const char *name)
{
	if (nr >= ARRAY(names))
		printf("%#x %s", nr, name);
	else
		printf("%u %s", nr, name);
	for (size_t set = 0; set < ARRAY(sets); set++)
		if (!is_left_out(nr, set))
			one(nr, set);
	printf("\n");
	fflush(stdout);
}

static void prepare(void)
{
	const struct rlimit many = {4096, 4096};

	setrlimit(RLIMIT_NOFILE, &many);
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	page = mmap((void *)0x50000000, 8192, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	mprotect(page + 4096, 4096, PROT_NONE);
	uname(&uts);
	signal(SIGALRM, too_long);
	mkdir(FOLDER, 0755);
	dup2(open(FOLDER, O_RDONLY | O_DIRECTORY), A_FOLDER);
	put_file();
	setvbuf(stdout, NULL, _IOFBF, 4096);
}

int main(int argc, char **argv)
{
	prepare();
	if (argc > 1) {
		const uint32_t nr = (uint32_t)strtoul(argv[1], NULL, 0);

		all = 1;
		all_sets(nr, nr < ARRAY(names) ? names[nr] : "beyond");
		return 0;
	}
	for (uint32_t nr = 0; nr < ARRAY(names); nr++)
		all_sets(nr, names[nr] ? names[nr] : "none");
	for (size_t i = 0; i < ARRAY(beyond); i++)
		all_sets(beyond[i], "beyond");
	unlink(FILE_IN);
	rmdir(FOLDER);
	return 0;
}
