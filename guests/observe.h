/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GUESTS_OBSERVE_H
#define GUESTS_OBSERVE_H

/*
 * For guests that try memory calls by the hundred: one line an observation,
 * results by name, numbers from /proc and into its knobs.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char text[1 << 16];
static const char *prefix = "";

static void say(const char *format, ...)
{
	static char line[512];
	va_list args;
	int len = snprintf(line, sizeof(line), "%s ", prefix);

	va_start(args, format);
	len += vsnprintf(line + len, sizeof(line) - (size_t)len, format, args);
	va_end(args);
	line[len++] = '\n';
	if (write(1, line, (size_t)len) != len)
		_exit(1);
}

/* "ok", the address or the error of a call that has just returned. */
static const char *made(long ret)
{
	static char names[8][16];
	static unsigned int turn;
	char *name = names[turn++ % 8];

	if (ret == -1)
		snprintf(name, 16, "%s", strerrorname_np(errno));
	else if (ret)
		snprintf(name, 16, "%lx", (unsigned long)ret);
	else
		snprintf(name, 16, "ok");
	return name;
}

static void slurp(const char *path)
{
	int fd = open(path, O_RDONLY);
	size_t len = 0;
	ssize_t n;

	while (fd >= 0 &&
	       (n = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += (size_t)n;
	text[len] = '\0';
	close(fd);
}

__attribute__((unused)) static unsigned long field(const char *path,
						   const char *name)
{
	const char *at;

	slurp(path);
	at = strstr(text, name);
	return at ? strtoul(at + strlen(name), NULL, 10) : 0;
}

__attribute__((unused)) static void put(const char *path, long value)
{
	char number[32];
	int fd = open(path, O_WRONLY);
	int len = snprintf(number, sizeof(number), "%ld\n", value);

	if (fd < 0 || write(fd, number, (size_t)len) != len)
		say("write %s %s", path, made(-1));
	close(fd);
}

#endif
