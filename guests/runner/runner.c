/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs programs one after another in the same circumstances, and reports what
 * each printed and how it ended. It is /init on a real kernel and the first
 * program here, so that both machines are seen through the same eyes.
 *
 * /host/programs has a line for each program: a name, a limit in seconds, the
 * path and its arguments, with tabs between them. Each program is the leader
 * of a session of its own, in /, with an empty standard input, a pipe for its
 * output and errors, and a fixed environment; what it leaves running is
 * killed.
 *
 * On a real kernel it first makes the machine what the board is: /host/modules
 * names modules to be loaded, one a line, and a disk that they bring becomes
 * swap space (one on which seeks cost nothing, as the boards').
 *
 * The report, one line each:
 *   @@kernel RELEASE VERSION
 *   @@begin NAME
 *   @@data BASE64         output, in the order of its writing
 *   @@log BASE64          what the kernel's log got meanwhile, after a timeout
 *   @@end NAME exit N | signal N | core N | timeout | cannot ERRNO
 *   @@done
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
	MAX_WORDS = 64,
	KLOG_READ_ALL = 3,
	KLOG_CLEAR = 5,
	KLOG_CONSOLE_OFF = 6,
	PAGE = 4096,
	SWAP_VERSION_AT = 1024, /* and then the number of the last page */
	STEP_MS = 10,
	CANNOT_EXEC = 127
};

struct program {
	char *name;
	long limit_s;
	char *argv[MAX_WORDS];
};

static char *const environment[] = {
	"HOME=/root",
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"TERM=linux",
	NULL,
};

/* ---- swap space of a real kernel --------------------------------------- */

static void trouble(const char *what)
{
	printf("@@trouble %s: %s\n", what, strerror(errno));
}

static void load_modules(FILE *list)
{
	char path[256];

	while (fgets(path, sizeof(path), list)) {
		int fd;

		path[strcspn(path, "\n")] = '\0';
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0 || syscall(SYS_finit_module, fd, "", 0))
			trouble(path);
		close(fd);
	}
}

static int write_at(const char *path, off_t at, const void *bytes, size_t nr)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int bad = fd < 0 || pwrite(fd, bytes, nr, at) != (ssize_t)nr;

	if (fd >= 0)
		close(fd);
	return bad;
}

static off_t size_of(const char *disk)
{
	int fd = open(disk, O_RDONLY | O_CLOEXEC);
	off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);

	if (fd >= 0)
		close(fd);
	return size;
}

static void make_swap(const char *disk, const char *rotational)
{
	static char header[PAGE];
	const unsigned int words[] = {1,
				      (unsigned int)(size_of(disk) / PAGE) - 1};

	memcpy(header + SWAP_VERSION_AT, words, sizeof(words));
	memcpy(header + PAGE - 10, "SWAPSPACE2", 10);
	if (write_at(rotational, 0, "0", 1) ||
	    write_at(disk, 0, header, sizeof(header)) || swapon(disk, 0))
		trouble(disk);
}

static void set_up_swap(void)
{
	FILE *list = fopen("/host/modules", "re");

	if (!list)
		return;
	load_modules(list);
	fclose(list);
	make_swap("/dev/vda", "/sys/block/vda/queue/rotational");
}

/* ---- the machine ------------------------------------------------------- */

static void mount_with(const char *type, const char *path, const char *options)
{
	mkdir(path, 0755);
	if (mount(type, path, type, 0, options))
		trouble(path);
}

static void mount_on(const char *type, const char *path)
{
	mount_with(type, path, NULL);
}

static void set_up(void)
{
	struct termios raw;

	umask(022);
	if (access("/proc/self", F_OK)) {
		mount_on("proc", "/proc");
		mount_on("sysfs", "/sys");
		mount_on("debugfs", "/sys/kernel/debug");
		mount_on("devtmpfs", "/dev");
		mount_with("devpts", "/dev/pts", "gid=5,mode=620,ptmxmode=000");
		mount_on("tmpfs", "/dev/shm");
		chmod("/dev/shm", 01777);
		set_up_swap();
	}
	mount_on("tmpfs", "/tmp");
	chmod("/tmp", 01777);
	if (!tcgetattr(0, &raw)) {
		cfmakeraw(&raw);
		tcsetattr(0, TCSANOW, &raw);
	}
	klogctl(KLOG_CONSOLE_OFF, NULL, 0);
}

static void stop_machine(void)
{
	fflush(stdout);
	tcdrain(1);
	if (getpid() == 1)
		reboot(RB_POWER_OFF);
}

/* ---- the report -------------------------------------------------------- */

static void report_bytes(const char *kind, const unsigned char *bytes,
			 size_t nr)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	printf("@@%s ", kind);
	for (size_t i = 0; i < nr; i += 3) {
		size_t left = nr - i;
		unsigned int word = (unsigned int)bytes[i] << 16;

		if (left > 1)
			word |= (unsigned int)bytes[i + 1] << 8;
		if (left > 2)
			word |= bytes[i + 2];
		putchar(digits[word >> 18]);
		putchar(digits[word >> 12 & 63]);
		putchar(left > 1 ? digits[word >> 6 & 63] : '=');
		putchar(left > 2 ? digits[word & 63] : '=');
	}
	putchar('\n');
	fflush(stdout);
}

/* The kernel's log since the program began: why it did not come back. */
static void report_log(void)
{
	static unsigned char log[4096];
	int nr = klogctl(KLOG_READ_ALL, (char *)log, sizeof(log));

	if (nr > 0)
		report_bytes("log", log, (size_t)nr);
}

static void report_end(const char *name, int status)
{
	if (WIFEXITED(status))
		printf("@@end %s exit %d\n", name, WEXITSTATUS(status));
	else
		printf("@@end %s %s %d\n", name,
		       WCOREDUMP(status) ? "core" : "signal", WTERMSIG(status));
}

/* ---- one program ------------------------------------------------------- */

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void become(const struct program *program, int out, int failure)
{
	int null = open("/dev/null", O_RDONLY);

	setsid();
	dup2(null, 0);
	dup2(out, 1);
	dup2(out, 2);
	if (null > 2)
		close(null);
	close(out);
	execve(program->argv[0], program->argv, environment);
	if (write(failure, &errno, sizeof(errno)) < 0)
		_exit(1);
	_exit(CANNOT_EXEC);
}

/* Reads what there is; false at the end of the output. */
static int pass_output(int from, int wait_ms)
{
	static unsigned char bytes[3072];
	struct pollfd poll_fd = {.fd = from, .events = POLLIN};
	ssize_t nr;

	if (poll(&poll_fd, 1, wait_ms) <= 0)
		return 1;
	nr = read(from, bytes, sizeof(bytes));
	if (nr > 0)
		report_bytes("data", bytes, (size_t)nr);
	return nr > 0;
}

/* Waits for @child and passes on its output; false when time is up. */
static int watch(pid_t child, int from, long limit_s, int *status)
{
	const long end = now_ms() + limit_s * 1000;
	int open = 1;

	while (waitpid(child, status, WNOHANG) == 0) {
		if (now_ms() > end)
			return 0;
		if (open)
			open = pass_output(from, STEP_MS);
		else
			usleep(STEP_MS * 1000);
	}
	return 1;
}

static void run(const struct program *program)
{
	int out[2], failure[2], status = 0, error = 0, in_time;
	pid_t child;

	printf("@@begin %s\n", program->name);
	fflush(stdout);
	klogctl(KLOG_CLEAR, NULL, 0);
	if (pipe2(out, O_CLOEXEC) || pipe2(failure, O_CLOEXEC))
		abort();
	child = fork();
	if (child == 0)
		become(program, out[1], failure[1]);
	close(out[1]);
	close(failure[1]);
	if (read(failure[0], &error, sizeof(error)) != sizeof(error))
		error = 0;
	close(failure[0]);
	in_time = watch(child, out[0], program->limit_s, &status);
	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
	while (pass_output(out[0], -1))
		;
	close(out[0]);
	if (error) {
		printf("@@end %s cannot %s\n", program->name,
		       strerrorname_np(error));
	} else if (!in_time) {
		report_log();
		printf("@@end %s timeout\n", program->name);
	} else {
		report_end(program->name, status);
	}
	fflush(stdout);
}

/* ---- the list ---------------------------------------------------------- */

/* Splits @line in place; false when it isn't one of ours. */
static int parse(char *line, struct program *program)
{
	char *limit;
	int nr = 0;

	line[strcspn(line, "\n")] = '\0';
	program->name = strsep(&line, "\t");
	limit = strsep(&line, "\t");
	program->limit_s = limit ? strtol(limit, NULL, 10) : 0;
	while (line && nr < MAX_WORDS - 1)
		program->argv[nr++] = strsep(&line, "\t");
	program->argv[nr] = NULL;
	return nr > 0 && program->limit_s > 0;
}

int main(void)
{
	static char line[8192];
	struct program program;
	struct utsname name;
	FILE *list;

	set_up();
	uname(&name);
	printf("\n@@kernel %s %s\n", name.release, name.version);
	list = fopen("/host/programs", "re");
	if (!list)
		trouble("/host/programs");
	while (list && fgets(line, sizeof(line), list))
		if (parse(line, &program))
			run(&program);
		else
			printf("@@trouble a line that is none: %s\n", line);
	printf("@@done\n");
	stop_machine();
	return 0;
}
