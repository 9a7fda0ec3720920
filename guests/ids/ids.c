/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who one is and what one may: users, groups, capabilities, securebits. Each
 * case is a list of calls made by a child that begins as root; one line a
 * call:
 *
 *     CASE CALL=RESULT uid=REAL,EFFECTIVE,SAVED,FS gid=… groups=N prm=… eff=…
 *     inh=… bnd=N amb=N bits=… keep=… dump=… nnp=… death=…
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARRAY(a) (sizeof(a) / sizeof((a)[0]))
#define FOLDER   "/tmp/ids"

static const char *const cases[] = {
	/* setuid and setgid, as root and not */
	"setuid -1;setuid 1000;setuid 0;setuid 1000;setuid 1001",
	"setgid -1;setgid 1000;setgid 0;setuid 5;setgid 0;setgid 1000",
	"setresgid 1 2 3;setuid 5;setgid 1;setgid 2;setgid 3;setgid 4",
	"setresuid 1 2 3;setuid 1;setuid 2;setuid 3;setuid 4;setuid 0",
	"seteuid 1000;seteuid 0;setuid 1000;seteuid 0",
	/* setreuid: when the saved one follows */
	"setreuid -1 -1;setreuid 1000 -1;setreuid -1 1000;setreuid 0 0",
	"setreuid -1 1000;setreuid 1000 0;setreuid 0 1000",
	"setreuid 0 1000;setreuid 1000 0;setreuid -1 0",
	"setreuid 5 6;setreuid 6 5;setreuid 7 -1;setreuid -1 7",
	"setresuid 1 2 3;setreuid 2 1;setreuid -1 3;setreuid 3 -1",
	"setregid 5 6;setregid -1 0;setuid 9;setregid 6 5;setregid 0 -1",
	"setresgid 1 2 3;setuid 9;setregid 3 -1;setregid 2 3;setregid -1 1",
	/* setresuid */
	"setresuid -1 -1 -1;setresuid 1 2 3;setresuid 3 1 2;setresuid 4 -1 -1",
	"setresuid 1 2 0;setresuid -1 0 -1;setresuid 7 8 9",
	"setresgid 1 2 3;setresuid 4 4 4;setresgid 3 1 2;setresgid -1 -1 5",
	/* file system ids */
	"setfsuid 1000;setfsuid 0;setfsuid -1;setresuid 1 2 3;setfsuid 1;"
	"setfsuid 3;setfsuid 4;setfsuid -1",
	"setfsgid 1000;setfsgid 0;setuid 5;setfsgid 6;setfsgid 0",
	"setfsuid 1000;seteuid 2;seteuid 0",
	"setresuid 1000 0 0;setfsuid 5;setresuid -1 -1 -1",
	/* supplementary groups */
	"setgroups 3;setgroups 0;setgroups 65537;setgroups -1;setuid 1;"
	"setgroups 2",
	"groupsbad 3;groupsminus 1;setgroups 5;getgroups 0;getgroups 4;"
	"getgroups 5;getgroups 6;getgroups -1;getgroups16 9",
	/* 16-bit calls */
	"setuid16 70000;setuid16 65535;setuid16 4464;setuid16 0",
	"setresuid16 1 2 3;setresuid16 65535 3 65535;setreuid16 2 1",
	"setresgid16 1 2 3;setregid16 65535 9;setfsuid16 65535;setfsgid16 7",
	"setresuid 70000 70001 70002;getuid16 0;geteuid16 0",
	/* capabilities lost and kept */
	"keepcaps 1;setuid 1000;capseteff 2;capseteff 3;keepcaps 2",
	"keepcaps 1;seteuid 1000;seteuid 0;setresuid 1 1 1;capall 0",
	"bits 1;setuid 1000", /* NOROOT alone changes nothing here */
	"bits 4;setuid 1000;seteuid 0;setuid 0", /* NO_SETUID_FIXUP */
	"bits 16;bits 48;bits 0;keepcaps 1", /* KEEP_CAPS and its lock */
	"bits 3;bits 1;bits 2;bits 256;setuid 7;bits 3",
	"bits 64;ambraise 1",
	/* bounding and ambient sets */
	"bndread 0;bndread 40;bndread 41;bndread -1;bnddrop 12;bndread 12;"
	"bnddrop 41;setuid 1000;bnddrop 13;bndread 13",
	"ambraise 1;capinh 2;ambraise 1;ambset 1;ambset 2;ambset 41;"
	"ambclear 0;ambraise 1;amblower 1;amb 5;amb 0",
	"capinh 2;ambraise 1;setuid 1000",
	"keepcaps 1;capinh 2;ambraise 1;setuid 1000",
	"capinh 2;ambraise 1;capdrop 1",
	/* capset's rules */
	"capdrop 7;setuid 1000;setuid 0",
	"capdrop 6;setgid 5;setgid 0;setgroups 1",
	"capdropeff 7;capseteff 128;setuid 1000",
	"capinh 1;bnddrop 0;capinh 0;capinh 1;capdrop 8;capinh 3",
	"capverbad 0;capv1 0;capv2 0;cappid 1;cappid -5;capsetpid 1",
	"capdrop 0;access-write 0;access-chown 0",
	/* what a change of the effective user does besides */
	"dumpable 0;dumpable 1;dumpable 2;seteuid 5;seteuid 0;dumpable 1;"
	"setfsuid 9",
	"pdeath 9;setuid 5;pdeath 65;pdeath 15;pdeath 0",
	"nnp 0;nnp 2;nnp 1;nnpx 1",
	/* execve */
	"setuid 1000;exec 0",
	"setresuid 1000 0 0;exec 0",
	"setresuid 0 1000 0;exec 0",
	"seteuid 1000;exec 0",
	"keepcaps 1;setuid 1000;exec 0",
	"capinh 2;ambraise 1;setresuid 5 5 5;exec 0",
	"keepcaps 1;capinh 2;ambraise 1;setresuid 5 5 5;exec 0",
	"bits 1;exec 0",
	"bits 5;capinh 2;ambraise 1;exec 0",
	"bnddrop 5;exec 0",
	"dumpable 0;exec 0",
	"setgroups 4;exec 0",
	"setresuid 5 5 5;exec 1",
	"setresuid 5 5 5;exec 2",
	"setresuid 5 6 7;exec 3",
	"setresuid 5 5 5;nnp 1;exec 1",
	"setgid 44;exec 2",
	"setgid 44;exec 4",
	"pdeath 9;setuid 5;pdeath 9;exec 0",
	"pdeath 9;exec 0",
	"setresuid 5 5 5;pdeath 9;exec 1",
};

static const char *const programs[] = {
	"/proc/self/exe", FOLDER "/suid",       FOLDER "/sgid",
	FOLDER "/both",   FOLDER "/sgid-not-x",
};

static char case_name[16];

/* ---- capabilities ---------------------------------------------------------- */

struct caps {
	uint64_t eff, prm, inh;
};

static struct caps get_caps(void)
{
	struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct d[2];

	memset(d, 0, sizeof(d));
	syscall(SYS_capget, &h, d);
	return (struct caps){d[0].effective | (uint64_t)d[1].effective << 32,
			     d[0].permitted | (uint64_t)d[1].permitted << 32,
			     d[0].inheritable | (uint64_t)d[1].inheritable
							<< 32};
}

static long set_caps(struct caps c)
{
	struct __user_cap_header_struct h = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct d[2] = {
		{(uint32_t)c.eff, (uint32_t)c.prm, (uint32_t)c.inh},
		{(uint32_t)(c.eff >> 32), (uint32_t)(c.prm >> 32),
		 (uint32_t)(c.inh >> 32)}};

	return syscall(SYS_capset, &h, d);
}

static int count(int option, int arg)
{
	int n = 0;

	for (int cap = 0; cap < 64; cap++)
		n += prctl(option, arg < 0 ? cap : arg, cap, 0, 0) == 1;
	return n;
}

static long cap_call(const char *op, long a)
{
	struct __user_cap_header_struct h = {0, 0};
	struct __user_cap_data_struct d[2];
	struct caps c = get_caps();

	if (!strcmp(op, "capdrop"))
		c.prm &= ~(1ull << a), c.eff &= ~(1ull << a);
	else if (!strcmp(op, "capdropeff"))
		c.eff &= ~(1ull << a);
	else if (!strcmp(op, "capseteff"))
		c.eff = (uint64_t)a;
	else if (!strcmp(op, "capinh"))
		c.inh = (uint64_t)a;
	else if (!strcmp(op, "capall"))
		c.prm = c.eff = ~0ull;
	else {
		h.version = !strcmp(op, "capv1")       ? 0x19980330
			    : !strcmp(op, "capv2")     ? 0x20071026
			    : !strcmp(op, "capverbad") ? 1
						       : 0x20080522;
		h.pid = (int)a;
		if (!strcmp(op, "capsetpid"))
			return syscall(SYS_capset, &h, d);
		a = syscall(SYS_capget, &h, d);
		printf(" version=%x", h.version);
		return a;
	}
	return set_caps(c);
}

/* ---- calls by name ---------------------------------------------------------- */

static const struct {
	const char *name;
	int nr;
} calls[] = {
	{"setuid", SYS_setuid32},       {"setgid", SYS_setgid32},
	{"setreuid", SYS_setreuid32},   {"setregid", SYS_setregid32},
	{"setresuid", SYS_setresuid32}, {"setresgid", SYS_setresgid32},
	{"setfsuid", SYS_setfsuid32},   {"setfsgid", SYS_setfsgid32},
	{"setuid16", SYS_setuid},       {"setgid16", SYS_setgid},
	{"setreuid16", SYS_setreuid},   {"setregid16", SYS_setregid},
	{"setresuid16", SYS_setresuid}, {"setresgid16", SYS_setresgid},
	{"setfsuid16", SYS_setfsuid},   {"setfsgid16", SYS_setfsgid},
	{"getuid16", SYS_getuid},       {"geteuid16", SYS_geteuid},
};

static const struct {
	const char *name;
	int option, arg2; /* -1: the argument */
} prctls[] = {
	{"keepcaps", PR_SET_KEEPCAPS, -1},
	{"bits", PR_SET_SECUREBITS, -1},
	{"bndread", PR_CAPBSET_READ, -1},
	{"bnddrop", PR_CAPBSET_DROP, -1},
	{"ambset", PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET},
	{"ambraise", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE},
	{"amblower", PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER},
	{"ambclear", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL},
	{"amb", PR_CAP_AMBIENT, -1},
	{"dumpable", PR_SET_DUMPABLE, -1},
	{"pdeath", PR_SET_PDEATHSIG, -1},
	{"nnp", PR_SET_NO_NEW_PRIVS, -1},
};

static long groups_call(const char *op, long n)
{
	static uint32_t list[70000];

	for (size_t i = 0; i < ARRAY(list); i++)
		list[i] = 100 - (uint32_t)i % 7;
	if (!strcmp(op, "groupsbad"))
		return syscall(SYS_setgroups32, n, 8);
	if (!strcmp(op, "groupsminus"))
		list[0] = 0xffffffff;
	if (!strcmp(op, "getgroups16"))
		return syscall(SYS_getgroups, n, list);
	if (!strcmp(op, "getgroups")) {
		n = syscall(SYS_getgroups32, n, list);
		if (n > 0)
			printf(" first=%u last=%u", list[0], list[n - 1]);
		return n;
	}
	return syscall(SYS_setgroups32, n, list);
}

static long access_call(const char *op)
{
	const char *file = FOLDER "/secret";

	if (!strcmp(op, "access-chown"))
		return chown(file, 7, 7);
	return open(file, O_WRONLY) < 0 ? -1 : 0;
}

static long by_name(const char *op, const long a[3])
{
	for (size_t i = 0; i < ARRAY(calls); i++)
		if (!strcmp(op, calls[i].name))
			return syscall(calls[i].nr, a[0], a[1], a[2]);
	for (size_t i = 0; i < ARRAY(prctls); i++)
		if (!strcmp(op, prctls[i].name))
			return prctls[i].arg2 < 0
				       ? prctl(prctls[i].option, a[0], 0, 0, 0)
				       : prctl(prctls[i].option, prctls[i].arg2,
					       a[0], 0, 0);
	if (!strcmp(op, "nnpx"))
		return prctl(PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0);
	if (!strcmp(op, "seteuid"))
		return syscall(SYS_setresuid32, -1, a[0], -1);
	if (!strncmp(op, "cap", 3))
		return cap_call(op, a[0]);
	if (!strncmp(op, "access", 6))
		return access_call(op);
	return groups_call(op, a[0]);
}

/* ---- state ------------------------------------------------------------------ */

static void say_state(void)
{
	uid_t r, e, s;
	gid_t g, f, h;
	struct caps c = get_caps();
	int death = -1;

	getresuid(&r, &e, &s);
	getresgid(&g, &f, &h);
	prctl(PR_GET_PDEATHSIG, &death);
	printf(" uid=%u,%u,%u,%d", r, e, s, (int)syscall(SYS_setfsuid32, -1));
	printf(" gid=%u,%u,%u,%d", g, f, h, (int)syscall(SYS_setfsgid32, -1));
	printf(" groups=%d prm=%llx eff=%llx inh=%llx bnd=%d amb=%d bits=%x "
	       "keep=%d dump=%d nnp=%d death=%d\n",
	       getgroups(0, NULL), (unsigned long long)c.prm,
	       (unsigned long long)c.eff, (unsigned long long)c.inh,
	       count(PR_CAPBSET_READ, -1),
	       count(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET),
	       prctl(PR_GET_SECUREBITS), prctl(PR_GET_KEEPCAPS),
	       prctl(PR_GET_DUMPABLE), prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
	       death);
}

static const char *result(long r)
{
	static char text[16];

	if (r < 0)
		return strerrorname_np(errno);
	snprintf(text, sizeof(text), "%ld", r);
	return text;
}

static void step(char *text)
{
	char op[20];
	long a[3] = {0}, r;

	sscanf(text, "%19s %ld %ld %ld", op, &a[0], &a[1], &a[2]);
	for (char *p = text; *p; p++)
		if (*p == ' ')
			*p = ',';
	if (!strcmp(op, "exec")) {
		fflush(stdout);
		execl(programs[a[0]], programs[a[0]], "state", case_name, NULL);
		r = -1;
	} else {
		printf("%s", case_name);
		r = by_name(op, a);
	}
	printf(" %s=%s", text, result(r));
	say_state();
}

static void run(const char *list)
{
	char copy[256], *save, *text;

	strcpy(copy, list);
	for (text = strtok_r(copy, ";", &save); text;
	     text = strtok_r(NULL, ";", &save))
		step(text);
	fflush(stdout);
	_exit(0);
}

/* ---- programs with the bits ---------------------------------------------------- */

static void copy_self(const char *to, uid_t uid, gid_t gid, mode_t mode)
{
	static char buf[65536];
	int in = open("/proc/self/exe", O_RDONLY);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	ssize_t n;

	while ((n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, (size_t)n) != n)
			_exit(99);
	close(in);
	close(out);
	if (chown(to, uid, gid) || chmod(to, mode))
		_exit(98);
}

static void prepare(void)
{
	int fd;

	umask(0);
	mkdir(FOLDER, 0755);
	copy_self(programs[1], 0, 0, 04755);
	copy_self(programs[2], 70, 71, 02755);
	copy_self(programs[3], 80, 81, 06755);
	copy_self(programs[4], 70, 71, 02745);
	fd = open(FOLDER "/secret", O_WRONLY | O_CREAT, 0600);
	fchown(fd, 9, 9);
	close(fd);
	setgroups(0, NULL);
}

int main(int argc, char **argv)
{
	int status;

	setvbuf(stdout, NULL, _IOFBF, 8192);
	if (argc > 2) {
		printf("%s exec %s", argv[2], strrchr(argv[0], '/') + 1);
		say_state();
		return 0;
	}
	prepare();
	for (size_t i = 0; i < ARRAY(cases); i++) {
		snprintf(case_name, sizeof(case_name), "%zu", i);
		fflush(stdout);
		if (!fork())
			run(cases[i]);
		wait(&status);
		if (status)
			printf("%zu status=%x\n", i, status);
	}
	for (size_t i = 1; i < ARRAY(programs); i++)
		unlink(programs[i]);
	unlink(FOLDER "/secret");
	rmdir(FOLDER);
	return 0;
}
