/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals and their frames: a handler on an alternate stack, a read() that is
 * restarted and one that is not, a blocked signal delivered on unblocking, a
 * fault whose handler mends it by mprotect and returns to the instruction; a
 * process whose first thread is dead, which signals still reach.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

static volatile sig_atomic_t count;
static volatile uintptr_t handler_sp;
static char *volatile page;

static void on_alarm(int sig)
{
	int here;

	(void)sig;
	count++;
	handler_sp = (uintptr_t)&here;
}

static void mend(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;

	(void)sig;
	count++;
	if ((char *)info->si_addr == page + 5 &&
	    uc->uc_mcontext.fault_address == (uintptr_t)page + 5)
		mprotect(page, 4096, PROT_READ | PROT_WRITE);
	else
		_exit(3);
}

static void on(int sig, void (*handler)(int), int flags)
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

	sigaction(sig, &action, NULL);
}

/* A byte comes after 50 ms, an alarm after 10. */
static int read_under_alarm(int flags)
{
	struct itimerval soon = {.it_value.tv_usec = 10000};
	int fd[2], got;
	char byte = 1;

	if (pipe(fd))
		return -2;
	if (fork() == 0) {
		usleep(50000);
		_exit(write(fd[1], &byte, 1) != 1);
	}
	on(SIGALRM, on_alarm, flags);
	setitimer(ITIMER_REAL, &soon, NULL);
	got = (int)read(fd[0], &byte, 1);
	got = got < 0 ? -errno : got;
	while (wait(NULL) < 0)
		;
	close(fd[0]);
	close(fd[1]);
	return got;
}

static int wait_for_ever(void *nothing)
{
	(void)nothing;
	for (;;)
		pause();
	return 0;
}

/* How @sig ends a process of which a second thread alone is left. */
static int end_of_headless(int sig)
{
	const int flags = CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND |
			  CLONE_THREAD;
	int status = -1;
	pid_t pid = fork();

	if (!pid) {
		char *stack = malloc(16384);

		signal(sig, SIG_DFL);
		clone(wait_for_ever, stack + 16384, flags, NULL);
		syscall(SYS_exit, 3);
	}
	usleep(20000);
	kill(pid, sig);
	alarm(5); /* it ends us if it must */
	waitpid(pid, &status, 0);
	alarm(0);
	return status;
}

int main(void)
{
	struct sigaction fault = {.sa_sigaction = mend, .sa_flags = SA_SIGINFO};
	stack_t stack = {.ss_sp = malloc(16384), .ss_size = 16384};
	sigset_t set;

	sigaltstack(&stack, NULL);
	on(SIGUSR1, on_alarm, SA_ONSTACK);
	raise(SIGUSR1);
	printf("alternate stack %d\n",
	       handler_sp >= (uintptr_t)stack.ss_sp &&
		       handler_sp < (uintptr_t)stack.ss_sp + stack.ss_size);
	count = 0;
	printf("restarted read %d\n", read_under_alarm(SA_RESTART));
	printf("interrupted read %d\n", read_under_alarm(0) == -EINTR);
	printf("alarms %d\n", (int)count);
	count = 0;
	on(SIGUSR2, on_alarm, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR2);
	raise(SIGUSR2);
	printf("blocked %d", (int)count);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	printf(" then %d\n", (int)count);
	sigaction(SIGSEGV, &fault, NULL);
	page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	count = 0;
	page[5] = 42;
	printf("mended %d after %d\n", page[5], (int)count);
	printf("headless: %d", end_of_headless(SIGTERM));
	printf(" %d\n", end_of_headless(SIGKILL));
	return 0;
}
