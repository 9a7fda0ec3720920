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
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static struct termios before;
static volatile sig_atomic_t lent_fd = -1;

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
	raw = before;
	cfmakeraw(&raw);
	raw.c_oflag |= OPOST | ONLCR; /* our own messages stay readable */
	lent_fd = fd;
	return tcsetattr(fd, TCSANOW, &raw) == 0;
}
