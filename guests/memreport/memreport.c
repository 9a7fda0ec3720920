/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memreport: what the kernel's log says of memory when it is asked (sysrq m)
 * and when it has to kill somebody. Prints the reports with every number as N
 * and without what depends on the machine: stacks, other tasks, control
 * groups, how free memory is cut up.
 */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_ALL 3

static char buffer[1 << 17];

static void cut(char *line, const char *from, const char *to)
{
	char *at = strstr(line, from), *end;

	if (!at)
		return;
	end = strstr(at + strlen(from), to);
	if (end)
		memmove(at, end, strlen(end) + 1);
}

/* Numbers and 0x… become N, runs of blanks one. */
static void plain(char *line)
{
	char *to = line;

	for (char *at = line; *at;) {
		if (isdigit((unsigned char)*at)) {
			strtoul(at, &at, 0);
			*to++ = 'N';
		} else if (*at == ' ') {
			*to++ = ' ';
			at += strspn(at, " ");
		} else {
			*to++ = *at++;
		}
	}
	*to = '\0';
}

static int is_stack(const char *line)
{
	return strstr(line, " from ") || strstr(line, "Exception stack") ||
	       (strspn(line, "0123456789abcdef") == 4 && line[4] == ':');
}

/* False when this was the last line. */
static int report_line(char *line)
{
	char *end;

	if (is_stack(line) || strstr(line, "oom_reaper"))
		return 1;
	if (line[0] == '[' && !strstr(line, "pid") &&
	    !strstr(line, "memreport"))
		return 1;
	cut(line, " Not tainted", "\n");
	cut(line, ",cpuset=", ",global_oom");
	cut(line, ",global_oom", ",task=");
	cut(line, "gfp_mask=", ", order");
	cut(line, "all_unreclaimable? ", "\n");
	end = strstr(line, "*4kB");
	if (end) /* "DMA: 1*4kB (U) … = 123kB" */
		cut(line, ": ", "= ");
	line[strcspn(line, "\n")] = '\0';
	plain(line);
	puts(line);
	return !strstr(line, "Out of memory: Killed");
}

/* From the last line that begins with @first on. */
static void report(const char *first)
{
	int n = klogctl(READ_ALL, buffer, sizeof(buffer) - 1);
	char *start = NULL, *at;

	buffer[n < 0 ? 0 : n] = '\0';
	for (at = buffer; (at = strstr(at, first)); at++)
		start = at;
	while (start && start > buffer && start[-1] != '\n')
		start--;
	for (at = start; at && *at;) {
		char line[2048];
		size_t len = strcspn(at, "\n");
		char *text = strstr(at, "] "); /* "<6>[    0.000000] …" */

		if (!text || text > at + len)
			text = at;
		else
			text += 2;
		snprintf(line, sizeof(line), "%.*s\n", (int)(at + len - text),
			 text);
		if (!report_line(line))
			break;
		at += len + (at[len] == '\n');
	}
}

static void ask(void)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY);

	if (fd < 0 || write(fd, "m\n", 2) != 2)
		puts("no sysrq");
	close(fd);
}

static void hog(void)
{
	for (;;) {
		volatile char *at = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE,
					 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		for (int i = 0; at != MAP_FAILED && i < 1 << 20; i += 4096)
			at[i] = 1;
	}
}

int main(void)
{
	int status;

	ask();
	report("sysrq: Show Memory");
	puts("--");
	fflush(stdout);
	if (fork() == 0)
		hog();
	wait(&status);
	report("invoked oom-killer");
	return 0;
}
