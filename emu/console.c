/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bytes between the guest's serial line and the host. Output is gathered, so
 * that a line of text isn't forty system calls; whoever owns the machine's
 * loop flushes before it waits.
 *
 * Errors of the host end the input, and swallow the output, as a board does
 * with its cable pulled; a closed pipe ends the process, by SIGPIPE, as it does
 * any filter.
 */
#define _GNU_SOURCE /* ppoll */
#include "emu/console.h"

#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

void console_open(struct console *console, int in, int out)
{
	console->in = in;
	console->out = out;
	console->is_tty = isatty(in);
	console->ended = in < 0;
	console->wake_fd = 0;
	console->nr_out = 0;
	console->in_at = console->nr_in = 0;
}

void console_close(struct console *console)
{
	size_t left = console->nr_in - console->in_at;

	console_flush(console);
	if (left)
		lseek(console->in, -(off_t)left, SEEK_CUR);
	console->in_at = console->nr_in = 0;
}

bool console_wait(const struct console *console, int64_t ns)
{
	struct pollfd fd[2] = {
		{.fd = console->in, .events = POLLIN},
		{.fd = console->wake_fd, .events = POLLIN},
	};
	struct timespec t = {ns / 1000000000, ns % 1000000000};

	if (console->in_at < console->nr_in)
		return true;
	return ppoll(fd, console->wake_fd ? 2 : 1, ns < 0 ? NULL : &t, NULL) >
		       0 &&
	       fd[0].revents;
}

bool console_woken(const struct console *console)
{
	uint64_t count;

	return console->wake_fd &&
	       read(console->wake_fd, &count, sizeof(count)) == sizeof(count);
}

void console_sleep(const struct console *console, int64_t ns)
{
	struct pollfd fd = {.fd = console->wake_fd, .events = POLLIN};
	struct timespec t = {ns / 1000000000, ns % 1000000000};

	ppoll(&fd, console->wake_fd ? 1 : 0, &t, NULL);
}

/* A key at a time; of streams as much as there is. */
static void fill(struct console *console)
{
	size_t most = console->is_tty ? 1 : sizeof(console->in_buffer);
	ssize_t n;

	do {
		n = read(console->in, console->in_buffer, most);
	} while (n < 0 && errno == EINTR);
	console->in_at = 0;
	console->nr_in = n > 0 ? (size_t)n : 0;
	console->ended = n <= 0;
}

bool console_get(struct console *console, bool wait, uint8_t *byte)
{
	if (console->in_at == console->nr_in) {
		if (console->ended || (!wait && !console_wait(console, 0)))
			return false;
		fill(console);
	}
	if (console->in_at == console->nr_in)
		return false;
	*byte = console->in_buffer[console->in_at++];
	return true;
}

void console_put(struct console *console, uint8_t byte)
{
	if (console->nr_out == sizeof(console->buffer))
		console_flush(console);
	console->buffer[console->nr_out++] = byte;
}

void console_flush(struct console *console)
{
	size_t done = 0;

	while (done < console->nr_out) {
		ssize_t n = write(console->out, console->buffer + done,
				  console->nr_out - done);

		if (n > 0)
			done += n;
		else if (n < 0 && errno == EAGAIN)
			poll(&(struct pollfd){console->out, POLLOUT, 0}, 1, -1);
		else if (n == 0 || errno != EINTR) {
			console->error = n ? errno : EIO;
			break;
		}
	}
	console->nr_out = 0;
}
