/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Raw mode and, above all, the way back from it. The guest's kernel has a
 * line discipline of its own, so the host's must not echo, edit lines or make
 * signals of keys.
 *
 * Invariant: from terminal_lend() on, no end of the process that can be
 * caught leaves the terminal raw. Signal handlers can't be told which machine
 * they serve: the state here is the process's, the one exception to "no
 * globals" in emu/.
 */
#include "emu/terminal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static struct termios before;
static volatile sig_atomic_t lent_fd = -1;
static volatile sig_atomic_t resized;

static const int deadly[] = {SIGINT,  SIGTERM, SIGHUP, SIGQUIT, SIGSEGV,
			     SIGABRT, SIGBUS,  SIGFPE, SIGILL};
#define NR_DEADLY (sizeof(deadly) / sizeof(deadly[0]))

void terminal_restore(void)
{
	if (lent_fd < 0)
		return;
	tcsetattr(lent_fd, TCSANOW, &before);
	lent_fd = -1;
}

/* Handlers are reset on entry: the second time the signal kills. */
static void on_deadly(int signal)
{
	terminal_restore();
	raise(signal);
}

static void catch_deadly(void)
{
	struct sigaction action = {
		.sa_handler = on_deadly,
		.sa_flags = SA_RESETHAND | SA_NODEFER,
	};
	struct sigaction old;

	for (size_t i = 0; i < NR_DEADLY; i++)
		if (!sigaction(deadly[i], NULL, &old) &&
		    old.sa_handler == SIG_DFL)
			sigaction(deadly[i], &action, NULL);
}

static void on_resized(int signal)
{
	(void)signal;
	resized = true;
}

bool terminal_was_resized(void)
{
	bool was = resized;

	resized = false;
	return was;
}

bool terminal_size(int fd, uint16_t *rows, uint16_t *columns)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col)
		return false;
	*rows = size.ws_row;
	*columns = size.ws_col;
	return true;
}

void terminal_message(const char *text, size_t nr_bytes)
{
	const char *end = text + nr_bytes, *newline;

	while (lent_fd >= 0 &&
	       (newline = memchr(text, '\n', (size_t)(end - text)))) {
		fprintf(stderr, "%.*s\r\n", (int)(newline - text), text);
		text = newline + 1;
	}
	fwrite(text, 1, (size_t)(end - text), stderr);
}

bool terminal_lend(int fd)
{
	static bool at_exit;
	struct termios raw;

	if (lent_fd >= 0 || !isatty(fd) || tcgetattr(fd, &before))
		return false;
	if (!at_exit)
		atexit(terminal_restore);
	at_exit = true;
	catch_deadly();
	signal(SIGWINCH, on_resized);
	raw = before;
	cfmakeraw(&raw);
	lent_fd = fd;
	return tcsetattr(fd, TCSANOW, &raw) == 0;
}
