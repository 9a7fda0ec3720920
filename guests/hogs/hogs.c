/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Programs that take all there is of one thing, each in a child: memory in
 * many shapes, page tables, VMAs, files, descriptors, processes, signals.
 *
 *   hogs [NAME…]      every hog, or some
 *
 * Prints for each how it ended: "NAME: ended", when an error told it to stop,
 * or "NAME: killed" by the OOM killer; which of both may depend on the board.
 * Afterwards everything is given back: the next hog gets as far.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096u
#define MANY 200000

static char block[65536];

static uint8_t *take(size_t size, int flags)
{
	uint8_t *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_ANONYMOUS | flags, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

static void anon(void)
{
	for (uint8_t *at; (at = take(1 << 20, MAP_PRIVATE));)
		memset(at, 1, 1 << 20);
}

static void anon_shared(void)
{
	for (uint8_t *at; (at = take(1 << 20, MAP_SHARED));)
		memset(at, 1, 1 << 20);
}

static void populate(void)
{
	while (take(4 << 20, MAP_PRIVATE | MAP_POPULATE))
		;
}

static void locked(void)
{
	mlockall(MCL_CURRENT | MCL_FUTURE);
	while (take(1 << 20, MAP_PRIVATE))
		;
}

static void heap(void)
{
	char *at;

	while ((at = sbrk(1 << 20)) != (void *)-1)
		memset(at, 1, 1 << 20);
}

static void stack(void)
{
	volatile char here[PAGE];

	here[0] = 1;
	stack();
	here[1] = here[0];
}

static void file(void)
{
	int fd = open("/tmp/hog", O_RDWR | O_CREAT | O_TRUNC, 0600);

	unlink("/tmp/hog");
	while (write(fd, block, sizeof(block)) > 0)
		;
}

static void mapped_file(void)
{
	int fd = open("/tmp/hog", O_RDWR | O_CREAT | O_TRUNC, 0600);
	uint8_t *at;

	unlink("/tmp/hog");
	if (ftruncate(fd, 1 << 30))
		return;
	at = mmap(NULL, 1 << 30, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	for (uint32_t i = 0; at != MAP_FAILED && i < 1u << 30; i += PAGE)
		at[i] = 1;
}

static void memfd(void)
{
	int fd = (int)syscall(SYS_memfd_create, "hog", 0);

	while (write(fd, block, sizeof(block)) > 0)
		;
}

static void pipes(void)
{
	int ends[2];

	for (;;) {
		if (pipe2(ends, O_NONBLOCK)) {
			if (fork() > 0)
				pause();
			for (int fd = 3; fd < 1024; fd++)
				close(fd); /* the parent keeps them */
			if (pipe2(ends, O_NONBLOCK))
				return;
		}
		fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
		while (write(ends[1], block, sizeof(block)) > 0)
			;
	}
}

/* One page read of each 2 MB: its page table costs more. */
static void page_tables(void)
{
	for (;;) {
		volatile uint8_t *at = take(1u << 30,
					    MAP_PRIVATE | MAP_NORESERVE);

		if (!at && !(at = take(16u << 20, MAP_PRIVATE | MAP_NORESERVE)))
			break;
		for (uint32_t i = 0; i < 1u << 30; i += 1u << 20) {
			unsigned char vec;

			if (mincore((void *)(at + i), PAGE, &vec))
				break;
			(void)at[i];
		}
	}
	if (fork() >= 0)
		page_tables();
}

static void vmas(void)
{
	uint8_t *at = take(512u << 20, MAP_PRIVATE | MAP_NORESERVE);

	for (uint32_t i = 0; at && i < 512u << 20; i += 2 * PAGE)
		if (mprotect(at + i, PAGE, PROT_READ))
			break;
	if (fork() < 0)
		return;
	vmas();
}

static void tmp_files(void)
{
	char name[64];

	mkdir("/tmp/hogs", 0700);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "/tmp/hogs/%d", i);
		switch (i % 3) {
		case 0:
			close(open(name, O_CREAT | O_WRONLY, 0600));
			break;
		case 1:
			if (symlink(name, name) && errno == ENOMEM)
				return;
			break;
		default:
			mkdir(name, 0700);
		}
	}
}

static void deep_folders(void)
{
	mkdir("/tmp/hogs", 0700);
	if (chdir("/tmp/hogs"))
		return;
	for (int i = 0; i < 3000; i++)
		if (mkdir("d", 0700) || chdir("d"))
			return;
}

static void descriptors(void)
{
	while (fork() >= 0)
		while (open("/proc/self/maps", O_RDONLY) >= 0)
			;
}

static void forks(void)
{
	while (fork() >= 0)
		;
}

static void zombies(void)
{
	for (int i = 0; i < MANY; i++) {
		pid_t pid = fork();

		if (!pid)
			_exit(0);
		if (pid < 0)
			break;
	}
}

static void threads(void)
{
	static char stacks[4096];

	while (syscall(SYS_clone,
		       CLONE_VM | CLONE_SIGHAND | CLONE_FILES | CLONE_FS |
			       CLONE_THREAD,
		       stacks + 2048, 0, 0, 0) > 0)
		;
}

static void vforks(void)
{
	while (!vfork())
		;
	_exit(0);
}

static void signals(void)
{
	union sigval value = {.sival_int = 1};
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	for (int i = 0; i < MANY; i++)
		if (sigqueue(getpid(), 34 + i % 30, value))
			break;
}

static void arguments(void)
{
	static char *argv[100001];
	static char text[131000];

	memset(text, 'x', sizeof(text) - 1);
	for (int i = 0; i < 100000; i++)
		argv[i] = text;
	execv("/bin/true", argv);
	for (int i = 0; i < 100000; i++)
		argv[i] = text + sizeof(text) - 2;
	execv("/bin/nothing", argv);
}

static void locks(void)
{
	int fd = open("/tmp/hog", O_RDWR | O_CREAT, 0600);
	struct flock lock = {.l_type = F_WRLCK, .l_len = 1};

	unlink("/tmp/hog");
	for (int i = 0; i < 20000; i++) {
		lock.l_start = 2 * i;
		if (fcntl(fd, F_SETLK, &lock))
			break;
	}
}

static const struct {
	const char *name;
	void (*run)(void);
} hogs[] = {
	{"anon", anon},
	{"anon shared", anon_shared},
	{"populate", populate},
	{"locked", locked},
	{"heap", heap},
	{"stack", stack},
	{"file", file},
	{"mapped file", mapped_file},
	{"memfd", memfd},
	{"pipes", pipes},
	{"page tables", page_tables},
	{"vmas", vmas},
	{"files", tmp_files},
	{"deep folders", deep_folders},
	{"descriptors", descriptors},
	{"forks", forks},
	{"zombies", zombies},
	{"threads", threads},
	{"vforks", vforks},
	{"signals", signals},
	{"arguments", arguments},
	{"locks", locks},
};

/* ---- the parent -------------------------------------------------------------- */

static void remove_deep(void)
{
	if (chdir("/tmp/hogs"))
		return;
	while (!chdir("d"))
		;
	while (!chdir("..") && !rmdir("d"))
		;
	if (chdir("/"))
		exit(1);
}

static void clean_up(void)
{
	char name[300];
	struct dirent *entry;
	DIR *dir;

	remove_deep();
	dir = opendir("/tmp/hogs");
	while (dir && (entry = readdir(dir))) {
		snprintf(name, sizeof(name), "/tmp/hogs/%s", entry->d_name);
		if (unlink(name))
			rmdir(name);
	}
	if (dir)
		closedir(dir);
	rmdir("/tmp/hogs");
	unlink("/tmp/hog");
}

static void on_alarm(int sig)
{
	(void)sig;
	kill(-1, SIGKILL);
}

static void run(size_t i)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid) {
		int fd = open("/proc/self/oom_score_adj", O_WRONLY);

		if (fd < 0 || write(fd, "1000", 4) != 4)
			_exit(9);
		close(fd);
		setsid();
		hogs[i].run();
		_exit(0);
	}
	alarm(1);
	while (waitpid(pid, &status, __WALL) < 0 && errno == EINTR)
		;
	alarm(0);
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, __WALL) > 0)
		;
	clean_up();
	printf("%s: ", hogs[i].name);
	if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		printf("signal %d\n", WTERMSIG(status));
	else
		printf(WIFSIGNALED(status) ? "killed\n" : "ended\n");
}

static int is_named(const char *name, char **words)
{
	while (*words && strcmp(*words, name) != 0)
		words++;
	return *words != NULL;
}

int main(int argc, char **argv)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	if (fd < 0 || write(fd, "-1000", 5) != 5)
		return 1;
	close(fd);
	setvbuf(stdout, NULL, _IONBF, 0);
	signal(SIGALRM, on_alarm);
	for (size_t i = 0; i < sizeof(hogs) / sizeof(hogs[0]); i++)
		if (argc < 2 || is_named(hogs[i].name, argv + 1))
			run(i);
	printf("done\n");
	return 0;
}
