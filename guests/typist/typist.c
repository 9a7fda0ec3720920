/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Types at a shell of the guest root, on a pseudo-terminal, what a person
 * would: lines and corrections, Ctrl-C, Ctrl-Z, Ctrl-D, jobs stopped and gone
 * on with, a window of another size; the next keys only when the answer to the
 * last is there. Prints all that the terminal showed, control characters by
 * name, process numbers as PID.
 *
 * typist SHELL [ARGS...]
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define PROMPT   "\n>> "
#define PATIENCE 8000 /* ms for an answer */
#define QUIET    150 /* ms in which a program at the terminal begins to wait */

static const struct step {
	const char *keys; /* NULL: the window becomes @rows by @columns */
	const char *answer; /* what comes of them */
	unsigned short rows, columns;
} steps[] = {
	{"echo one$((1 + 1))\r", PROMPT},
	/* Readline's editing: back, forth, kill, yank, transpose, history. */
	{"echo ac\x02"
	 "b\r",
	 PROMPT},
	{"wrong words\x01\x0b"
	 "echo \x19\r",
	 PROMPT},
	{"echo xy\x14\r", PROMPT},
	{"\x10\x10\r", PROMPT},
	{"echo gone\x15"
	 "echo kept\x17stays\r",
	 PROMPT},
	{"echo never\x03", PROMPT},
	{"echo /proc/sys/kernel/ostyp\t\r", PROMPT},
	/* Jobs. */
	{"sleep 100\r", "sleep 100\r\n"},
	{"\x03", PROMPT},
	{"echo $?\r", PROMPT},
	{"sleep 101\r", "sleep 101\r\n"},
	{"\x1a", PROMPT},
	{"echo $?; jobs\r", PROMPT},
	{"sleep 102 &\r", PROMPT},
	{"jobs\r", PROMPT},
	{"bg %1\r", PROMPT},
	{"jobs -r | wc -l\r", PROMPT},
	{"fg %1\r", "\r\nsleep 101\r\n"},
	{"\x1a", PROMPT},
	{"kill %1 %2; wait; jobs\r", PROMPT},
	{"jobs\r", PROMPT},
	{"sleep 103 | cat\r", "cat\r\n"},
	{"\x1a", PROMPT},
	{"fg\r", "\r\nsleep 103 | cat\r\n"},
	{"\x1c", PROMPT},
	{"echo ${PIPESTATUS[@]}\r", PROMPT},
	/* A job in the background that reads, and one that may not write. */
	{"cat &\r", PROMPT},
	{"sleep 0.2; jobs\r", PROMPT},
	{"fg\r", "\r\ncat\r\n"},
	{"to cat\r", "to cat\r\nto cat\r\n"},
	{"\x04", ">> "},
	{"stty tostop; echo late &\r", PROMPT},
	{"sleep 0.2; jobs; stty -tostop; fg\r", PROMPT},
	{"set +m; sleep 0.1 & wait; set -m; echo waited\r", PROMPT},
	{"(trap 'echo told' INT; echo rea$((0))y; sleep 30; echo end)\r",
	 "rea0y\r\n"},
	{"\x03", PROMPT},
	{"trap 'echo trapped' TSTP; kill -TSTP $$; trap - TSTP\r", PROMPT},
	/* read, by line and by key, in time and not. */
	{"read -t 0.2 line; echo $?\r", PROMPT},
	{"read -p 'name? ' line; echo \"<$line>\"\r", "name? "},
	{"ann\x7f\x7fna\r", PROMPT},
	{"read -s -n 3 keys; echo \"<$keys>\"\r", "\r\n"},
	{"abc", PROMPT},
	{"read -e -i start line; echo \"<$line>\"\r", "\nstart"},
	{"ed\r", PROMPT},
	/* The terminal's settings, and those a program leaves behind. */
	{"stty -a | head -n 3\r", PROMPT},
	{"stty size; echo $LINES $COLUMNS\r", PROMPT},
	{NULL, NULL, 40, 132},
	{"stty size; echo $LINES $COLUMNS\r", PROMPT},
	{"stty rows 20 cols 60; stty size\r", PROMPT},
	{"trap 'stty size' WINCH; sleep 0.1\r", PROMPT},
	{NULL, "30 70\r\n", 30, 70},
	{"\r", PROMPT},
	{"trap - WINCH; stty -echo; echo unseen\r", PROMPT},
	{"stty sane; echo seen; stty -a | grep -o ' -*echo '\r", PROMPT},
	{"cat\r", "cat\r\n"},
	{"ab\x7f"
	 "c\x17"
	 "de f\x15"
	 "gh\x16\x03i\r",
	 "i\r\ngh\x03i\r\n"},
	{"no newline\x04\x04", ">> "},
	{"cat\r", "cat\r\n"},
	{"stopped\x13", NULL},
	{"\x11\r", "\r\nstopped\r\n"},
	{"\x04", ">> "},
	{"tty > /dev/null; echo $?; tty < /dev/null; ps -o stat= $$\r", PROMPT},
	{"sleep 104 &\r", PROMPT},
	{"kill -STOP $!; sleep 0.1; exit 5\r", PROMPT},
	{"exit 6\r", NULL},
};

static char shown[1 << 16];
static size_t length, mark;
static int terminal;

/* What comes within @ms is shown; 0: nothing did, or the shell is gone. */
static int look(int ms)
{
	struct pollfd watched = {.fd = terminal, .events = POLLIN};
	ssize_t n;

	if (poll(&watched, 1, ms) <= 0)
		return 0;
	n = read(terminal, shown + length, sizeof(shown) - 1 - length);
	if (n <= 0)
		return 0;
	length += n;
	return 1;
}

static int wait_for(const char *answer)
{
	char *found;
	int tries = PATIENCE / 50;

	while (!(found = memmem(shown + mark, length - mark, answer,
				strlen(answer))))
		if (!look(50) && !tries--)
			return 0;
	mark = found + strlen(answer) - shown;
	while (look(QUIET))
		;
	return 1;
}

static pid_t begin(char **argv)
{
	struct winsize size = {.ws_row = 24, .ws_col = 80};
	pid_t pid;
	int slave;

	terminal = posix_openpt(O_RDWR | O_NOCTTY);
	if (terminal < 0 || grantpt(terminal) || unlockpt(terminal))
		return -1;
	ioctl(terminal, TIOCSWINSZ, &size);
	pid = fork();
	if (pid)
		return pid;
	setsid();
	slave = open(ptsname(terminal), O_RDWR);
	dup2(slave, 0);
	dup2(slave, 1);
	dup2(slave, 2);
	close(slave);
	close(terminal);
	execvp(argv[0], argv);
	_exit(127);
}

static int take(const struct step *step)
{
	struct winsize size = {.ws_row = step->rows, .ws_col = step->columns};

	mark = length;
	if (step->keys)
		write(terminal, step->keys, strlen(step->keys));
	else
		ioctl(terminal, TIOCSWINSZ, &size);
	if (step->answer)
		return wait_for(step->answer);
	while (look(QUIET))
		;
	return 1;
}

/* "[1] 123" and "[1]+ 123 Done" as "[1] PID". */
static size_t print_one(size_t at)
{
	unsigned char c = shown[at];

	if (at > 1 && shown[at - 1] == ' ' && shown[at - 2] == ']' &&
	    isdigit(c)) {
		printf("PID");
		while (isdigit((unsigned char)shown[at + 1]))
			at++;
	} else if (c == '\n' || (c >= ' ' && c < 0x7f)) {
		putchar(c);
	} else if (c != '\r' || shown[at + 1] != '\n') {
		printf("<%02x>", c);
	}
	return at + 1;
}

static int end_of(pid_t pid)
{
	int status;

	for (int ms = 0; ms < PATIENCE; ms += 50) {
		if (waitpid(pid, &status, WNOHANG) == pid)
			return status;
		usleep(50000);
	}
	printf("\nthe shell is still there\n");
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return status;
}

int main(int argc, char **argv)
{
	pid_t pid;

	if (argc < 2)
		return 2;
	setenv("PS1", ">> ", 1);
	setenv("TERM", "dumb", 1);
	setenv("INPUTRC", "/dev/null", 1);
	setenv("HISTFILE", "", 1);
	setenv("PATH", "/usr/bin:/bin", 1);
	pid = begin(argv + 1);
	if (pid < 0 || !wait_for(">> "))
		printf("no prompt\n");
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++)
		if (!take(&steps[i]))
			printf("step %zu: no answer\n", i);
	while (look(QUIET))
		;
	for (size_t at = 0; at < length;)
		at = print_one(at);
	printf("\nstatus %x\n", end_of(pid));
	return 0;
}
