// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * System V semaphores and messages, and clone3(): what each call answers, who
 * is woken by what and in which order, what SEM_UNDO takes back, and what
 * /proc/sysvipc tells.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

union semun {
	int val;
	void *buf;
	unsigned short *array;
	struct seminfo *info;
};

static void say(const char *what, long result)
{
	if (result < 0)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s: %ld\n", what, result);
}

static long ok(long result)
{
	return result < 0 ? result : 0;
}

static int op(int id, int num, int by, int flags)
{
	struct sembuf sop = {(unsigned short)num, (short)by, (short)flags};

	return semop(id, &sop, 1);
}

static void text_of(const char *path, int pids)
{
	FILE *f = fopen(path, "r");
	char line[300];

	while (f && fgets(line, sizeof(line), f)) {
		char *word = strtok(line, " \n");

		/* without keys, ids, pids and times */
		for (int i = 0; word; i++, word = strtok(NULL, " \n"))
			if (i > 1 && strlen(word) < 9 &&
			    (!pids || (i != pids && i != pids + 1)))
				printf(" %s", word);
		printf("\n");
	}
	if (f)
		fclose(f);
}

/* ---- semaphores -------------------------------------------------------------- */

static void sem_calls(void)
{
	int id, key = 0x1234;
	unsigned short value[3] = {1, 2, 3};
	struct semid_ds ds;
	struct seminfo info;
	struct sembuf many[2] = {{0, 1, 0}, {0, -5, IPC_NOWAIT}};
	struct timespec ts = {0, 20000000};

	say("no such key", semget(key, 1, 0));
	say("none", semget(IPC_PRIVATE, 0, 0600));
	say("minus", semget(IPC_PRIVATE, -1, 0600));
	say("too many", semget(IPC_PRIVATE, 32001, 0600));
	id = semget(key, 3, IPC_CREAT | 0640);
	say("made", ok(id));
	say("exclusive", semget(key, 3, IPC_CREAT | IPC_EXCL | 0600));
	say("more than it has", semget(key, 4, 0));
	say("same", semget(key, 0, 0) == id);
	say("setall", semctl(id, 0, SETALL, (union semun){.array = value}));
	say("getval", semctl(id, 1, GETVAL));
	say("beyond", semctl(id, 3, GETVAL));
	say("setval high", semctl(id, 0, SETVAL, (union semun){.val = 32768}));
	say("setval minus", semctl(id, 0, SETVAL, (union semun){.val = -1}));
	say("pid", semctl(id, 2, GETPID) == getpid());
	say("cmd", semctl(id, 0, 99));
	say("id", semctl(-1, 0, GETVAL));
	say("old id", semctl(id + 1, 0, GETVAL));
	say("stat", semctl(id, 0, IPC_STAT, (union semun){.buf = &ds}));
	printf("%o %lu %d\n", ds.sem_perm.mode, ds.sem_nsems,
	       ds.sem_otime == 0);
	say("info", semctl(0, 0, IPC_INFO, (union semun){.info = &info}));
	printf("%d %d %d %d %d %d %d %d %d %d\n", info.semmap, info.semmni,
	       info.semmns, info.semmnu, info.semmsl, info.semopm, info.semume,
	       info.semusz, info.semvmx, info.semaem);
	say("sem_info", semctl(0, 0, SEM_INFO, (union semun){.info = &info}));
	printf("%d %d\n", info.semusz, info.semaem);
	say("no ops", semop(id, many, 0));
	say("501 ops", semop(id, many, 501));
	say("nowhere", semop(id, (void *)8, 1));
	say("op on none", semop(id + 7, many, 1));
	say("number", op(id, 3, 1, 0));
	say("both or none", semop(id, many, 2));
	say("still", semctl(id, 0, GETVAL));
	say("range", op(id, 0, 32767, 0));
	say("not zero", op(id, 0, 0, IPC_NOWAIT));
	say("down", op(id, 0, -1, 0));
	say("zero", op(id, 0, 0, IPC_NOWAIT));
	many[0] = (struct sembuf){0, -1, 0};
	say("timed", semtimedop(id, many, 1, &ts));
	ts.tv_nsec = -1;
	say("bad time", semtimedop(id, many, 1, &ts));
	text_of("/proc/sysvipc/sem", 0);
	text_of("/proc/sys/kernel/sem", 0);
	ds.sem_perm.mode = 0600;
	say("set", semctl(id, 0, IPC_SET, (union semun){.buf = &ds}));
	semctl(id, 0, IPC_STAT, (union semun){.buf = &ds});
	printf("%o\n", ds.sem_perm.mode);
	say("stat by index",
	    ok(semctl(0, 0, SEM_STAT, (union semun){.buf = &ds})));
	say("remove", semctl(id, 0, IPC_RMID));
	say("removed", semctl(id, 0, GETVAL));
}

/* Children wait; who is served first? */
static void sem_order(void)
{
	int id = semget(IPC_PRIVATE, 2, 0600), log[2];
	char name[8] = "";

	pipe(log);
	for (int i = 0; i < 4; i++) {
		if (!fork()) {
			/* wants 2, 1, zero of the other, 1 */
			int err = i == 2 ? op(id, 1, 0, 0)
					 : op(id, 0, i ? -1 : -2, 0);
			char c = err ? '!' : (char)('a' + i);

			write(log[1], &c, 1);
			_exit(0);
		}
		usleep(20000);
	}
	say("wait for more", semctl(id, 0, GETNCNT));
	say("wait for zero", semctl(id, 1, GETZCNT));
	op(id, 0, 1, 0); /* serves b, not a */
	usleep(20000);
	say("one less", semctl(id, 0, GETNCNT));
	op(id, 0, 1, 0); /* serves d */
	usleep(20000);
	op(id, 0, 2, 0); /* and a */
	while (wait(NULL) > 0)
		;
	read(log[0], name, sizeof(name) - 1);
	printf("order %s\n", name);
	op(id, 1, 1, 0);
	if (!fork()) {
		say("waits for zero", op(id, 1, 0, 0));
		_exit(0);
	}
	usleep(20000);
	semctl(id, 0, IPC_RMID);
	wait(NULL);
	close(log[0]);
	close(log[1]);
}

static void nothing(int sig)
{
	(void)sig;
}

static void sem_undo(void)
{
	int id = semget(IPC_PRIVATE, 2, 0600);
	struct sigaction sa = {.sa_handler = nothing, .sa_flags = SA_RESTART};
	unsigned short value[2];
	pid_t pid;

	semctl(id, 0, SETVAL, (union semun){.val = 5});
	if (!fork()) {
		op(id, 0, -3, SEM_UNDO);
		op(id, 1, 4, SEM_UNDO);
		op(id, 1, -1, 0);
		printf("in child %d %d\n", semctl(id, 0, GETVAL),
		       semctl(id, 1, GETVAL));
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
	say("taken back", semctl(id, 0, GETVAL));
	say("not below 0", semctl(id, 1, GETVAL));
	if (!fork()) {
		op(id, 0, -3, SEM_UNDO);
		semctl(id, 0, SETVAL, (union semun){.val = 9});
		_exit(0);
	}
	wait(NULL);
	say("forgotten", semctl(id, 0, GETVAL));
	/* whoever waits is served by what is taken back */
	semctl(id, 0, SETVAL, (union semun){.val = 1});
	pid = fork();
	if (!pid) {
		op(id, 0, -1, SEM_UNDO);
		usleep(50000);
		_exit(0);
	}
	usleep(20000);
	say("served", op(id, 0, -1, 0));
	wait(NULL);
	say("undo range", op(id, 0, 32767, SEM_UNDO));
	say("undo range", op(id, 0, -32767, SEM_UNDO));
	sigaction(SIGALRM, &sa, NULL);
	alarm(1);
	say("signal", op(id, 0, -32767, 0));
	semctl(id, 0, GETALL, (union semun){.array = value});
	printf("%d %d\n", value[0], value[1]);
	semctl(id, 0, IPC_RMID);
}

/* ---- messages ------------------------------------------------------------------ */

struct message {
	long type;
	char text[64];
};

static int put(int id, long type, const char *text, int flags)
{
	struct message m = {.type = type};

	strcpy(m.text, text);
	return msgsnd(id, &m, strlen(text), flags);
}

static void get(const char *what, int id, size_t size, long type, int flags)
{
	struct message m = {0};
	long n = msgrcv(id, &m, size, type, flags);

	if (n < 0)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s: %ld %ld %.*s\n", what, n, m.type, (int)n, m.text);
}

static void msg_calls(void)
{
	int id = msgget(0x4321, IPC_CREAT | 0600);
	struct msqid_ds ds;
	struct msginfo info;
	struct message m;

	say("no such key", msgget(0x4322, 0));
	say("made", ok(id));
	say("exclusive", msgget(0x4321, IPC_CREAT | IPC_EXCL));
	say("type 0", put(id, 0, "x", 0));
	say("bad id", put(-1, 1, "x", 0));
	say("no id", put(id + 9, 1, "x", 0));
	say("too long", syscall(SYS_msgsnd, id, &m, 8193, 0));
	say("nowhere", syscall(SYS_msgsnd, id, 8, 1, 0));
	for (int i = 0; i < 6; i++)
		say("send", put(id, (long[]){3, 1, 2, 3, 1, 9}[i],
				(const char *[]){"one", "two", "three", "four",
						 "five", "six"}[i],
				0));
	get("copy", id, 64, 2, MSG_COPY | IPC_NOWAIT);
	get("copy waits", id, 64, 2, MSG_COPY);
	get("copy none", id, 64, 9, MSG_COPY | IPC_NOWAIT);
	get("small", id, 2, 0, 0);
	get("cut", id, 2, 0, MSG_NOERROR);
	get("type 3", id, 64, 3, 0);
	get("lowest", id, 64, -5, 0);
	get("not 1", id, 64, 1, MSG_EXCEPT);
	get("none of 7", id, 64, 7, IPC_NOWAIT);
	say("stat", msgctl(id, IPC_STAT, &ds));
	printf("%lu %lu %lu %d %d %o\n", ds.msg_qnum, ds.__msg_cbytes,
	       ds.msg_qbytes, ds.msg_lspid == getpid(),
	       ds.msg_lrpid == getpid(), ds.msg_perm.mode);
	say("info", msgctl(0, IPC_INFO, (void *)&info));
	printf("%d %d %d %d %d %d %d %d\n", info.msgpool, info.msgmap,
	       info.msgmax, info.msgmnb, info.msgmni, info.msgssz, info.msgtql,
	       info.msgseg);
	say("msg_info", msgctl(0, MSG_INFO, (void *)&info));
	printf("%d %d %d\n", info.msgpool, info.msgmap, info.msgtql);
	text_of("/proc/sysvipc/msg", 5);
	ds.msg_qbytes = 20;
	say("set", msgctl(id, IPC_SET, &ds));
	say("fits", put(id, 5, "0123456789", IPC_NOWAIT));
	say("full", put(id, 5, "0123456789", IPC_NOWAIT));
	if (!fork()) {
		say("waits for room", put(id, 6, "late", 0));
		_exit(0);
	}
	usleep(20000);
	get("make room", id, 64, 5, 0);
	wait(NULL);
	get("late", id, 64, 6, 0);
	if (!fork()) {
		get("handed", id, 64, 8, 0);
		_exit(0);
	}
	usleep(20000);
	put(id, 8, "over", 0);
	wait(NULL);
	if (!fork()) {
		get("too big", id, 2, 8, 0);
		_exit(0);
	}
	usleep(20000);
	put(id, 8, "over", 0);
	wait(NULL);
	get("left", id, 64, 8, 0);
	if (!fork()) {
		get("removed", id, 64, 8, 0);
		_exit(0);
	}
	usleep(20000);
	say("remove", msgctl(id, IPC_RMID, NULL));
	wait(NULL);
	say("gone", msgctl(id, IPC_STAT, &ds));
}

/* ---- clone3 ----------------------------------------------------------------------- */

static void clone3_calls(void)
{
	uint64_t a[16] = {0};
	long pid;

	say("size 0", syscall(435, a, 0));
	say("size 63", syscall(435, a, 63));
	say("size 4097", syscall(435, a, 4097));
	a[12] = 1;
	say("unknown field", syscall(435, a, 128));
	a[12] = 0;
	say("nowhere", syscall(435, 8, 64));
	a[0] = 1ull << 40;
	say("flag", syscall(435, a, 88));
	a[0] = 0x11;
	say("signal among flags", syscall(435, a, 88));
	a[0] = 0;
	a[4] = 65;
	say("signal", syscall(435, a, 88));
	a[4] = 256;
	say("signal", syscall(435, a, 88));
	a[4] = SIGCHLD;
	a[5] = 4096;
	say("stack without size", syscall(435, a, 88));
	a[5] = 0;
	a[6] = 4096;
	say("size without stack", syscall(435, a, 88));
	a[6] = 0;
	a[8] = 4096;
	say("tids without number", syscall(435, a, 88));
	a[8] = 0;
	a[9] = 33;
	say("many tids", syscall(435, a, 88));
	a[9] = 0;
	a[0] = 0x100000800ull;
	say("clear and share", syscall(435, a, 88));
	a[0] = 0;
	signal(SIGUSR1, nothing);
	for (int clear = 0; clear < 2; clear++) {
		int status;

		a[0] = clear ? 0x100000000ull : 0;
		pid = syscall(435, a, clear ? 88 : 64);
		if (!pid) {
			raise(SIGUSR1);
			_exit(7);
		}
		waitpid((pid_t)pid, &status, 0);
		printf("child: %x\n", status);
	}
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	sem_calls();
	sem_order();
	sem_undo();
	msg_calls();
	clone3_calls();
	return 0;
}
