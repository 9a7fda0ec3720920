/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of the feed: see events_model.h. */
#define _GNU_SOURCE /* sigabbrev_np */
#include "emu/viewer/events_model.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool events_wanted(const struct events_filter *filter,
		   const struct snapshot_event *event)
{
	if (filter->hidden & 1u << event->kind)
		return false;
	return !filter->pid || filter->pid == event->pid;
}

uint32_t events_rows(const struct snapshot_event *event, uint32_t nr,
		     const struct events_filter *filter, struct events_row *row)
{
	bool seen[NR_EVENT_KINDS] = {false};
	uint32_t n = 0;

	for (uint32_t i = 0; i < nr; i++) {
		const bool first = !seen[event[i].kind];

		seen[event[i].kind] = true;
		if (first && event[i].nth > 1 &&
		    !(filter->hidden & 1u << event[i].kind))
			row[n++] = (struct events_row){i, event[i].nth - 1};
		if (events_wanted(filter, &event[i]))
			row[n++] = (struct events_row){i, 0};
	}
	return n;
}

uint32_t events_first(const struct snapshot_event *event,
		      const struct events_row *row, uint32_t nr, uint32_t room,
		      uint64_t bottom)
{
	uint32_t end = nr;

	while (bottom && end > 0 && event[row[end - 1].event].serial > bottom)
		end--;
	if (end < room)
		end = room < nr ? room : nr;
	return end > room ? end - room : 0;
}

uint32_t events_find_fault(const struct snapshot_event *event, uint32_t nr,
			   uint64_t number)
{
	for (uint32_t i = nr; i > 0; i--)
		if (event[i - 1].kind == EVENT_FAULT &&
		    event[i - 1].fault.number == number)
			return i - 1;
	return nr;
}

/* Where the value of @key begins; NULL: there is no such field. */
static const char *field(const char *text, const char *key)
{
	const size_t n = strlen(key);

	for (const char *at = text; (at = strstr(at, key)); at++)
		if ((at == text || at[-1] == ' ') &&
		    (at[n] == '=' || at[n] == ':'))
			return at + n + 1;
	return NULL;
}

bool events_field(const struct snapshot_event *event, const char *key,
		  uint64_t *value)
{
	const char *at = event->kind == EVENT_FAULT
				 ? NULL
				 : field(event->trace.text, key);

	if (at)
		*value = strtoull(at, NULL, 0);
	return at;
}

/* A field as text, up to the next space. */
static void word(const struct snapshot_event *event, const char *key, char *to,
		 size_t size)
{
	const char *at = field(event->trace.text, key);

	snprintf(to, size, "%.*s", at ? (int)strcspn(at, " ") : 1,
		 at ? at : "?");
}

static void signal_name(const char *number, char *to, size_t size)
{
	const char *name = sigabbrev_np(atoi(number));

	snprintf(to, size, "%s%s", name ? "SIG" : "signal ",
		 name ? name : number);
}

static void say_signal(const struct snapshot_event *event, char *to,
		       size_t size)
{
	static const char *const results[] = {
		"", ", ignored", ", was pending already", ", no room: lost"};
	char sig[8], name[24], comm[20], pid[12], result[4];
	const char *what = "";

	word(event, "sig", sig, sizeof(sig));
	signal_name(sig, name, sizeof(name));
	if (!strcmp(event->trace.name, "signal_deliver")) {
		char handler[12];

		word(event, "sa_handler", handler, sizeof(handler));
		if (!strcmp(handler, "0") || !strcmp(handler, "1"))
			snprintf(to, size, "%s taken: %s", name,
				 *handler == '0' ? "default action"
						 : "ignored");
		else
			snprintf(to, size, "%s taken: handler at 0x%s", name,
				 handler);
		return;
	}
	word(event, "comm", comm, sizeof(comm));
	word(event, "pid", pid, sizeof(pid));
	word(event, "res", result, sizeof(result));
	if (*result > '0' && *result < '4')
		what = results[*result - '0'];
	snprintf(to, size, "%s to %s-%s%s", name, comm, pid, what);
}

static bool say_process(const struct snapshot_event *event, char *to,
			size_t size)
{
	char a[64], b[64];

	if (!strcmp(event->trace.name, "sched_process_fork")) {
		word(event, "child_comm", a, sizeof(a));
		word(event, "child_pid", b, sizeof(b));
		snprintf(to, size, "fork: %s-%s", a, b);
	} else if (!strcmp(event->trace.name, "sched_process_exec")) {
		word(event, "filename", a, sizeof(a));
		snprintf(to, size, "exec: %s", a);
	} else {
		snprintf(to, size, "exit");
	}
	return true;
}

static bool say_reclaim(const struct snapshot_event *event, char *to,
			size_t size)
{
	char a[16], b[16];

	if (strcmp(event->trace.name, "mm_vmscan_lru_shrink_inactive") != 0)
		return false;
	word(event, "nr_scanned", a, sizeof(a));
	word(event, "nr_reclaimed", b, sizeof(b));
	snprintf(to, size, "shrink_inactive: %s of %s pages reclaimed", b, a);
	return true;
}

static bool say_oom(const struct snapshot_event *event, char *to, size_t size)
{
	char pid[12], comm[20], anon[24], file[24], shmem[24];

	if (strcmp(event->trace.name, "mark_victim") != 0)
		return false;
	word(event, "pid", pid, sizeof(pid));
	word(event, "comm", comm, sizeof(comm));
	word(event, "anon-rss", anon, sizeof(anon));
	word(event, "file-rss", file, sizeof(file));
	word(event, "shmem-rss", shmem, sizeof(shmem));
	snprintf(to, size, "OOM kills %s-%s: anon %s, file %s, shmem %s", comm,
		 pid, anon, file, shmem);
	return true;
}

/* "kswapd_wake" says as much as "mm_vmscan_kswapd_wake". */
static const char *short_name(const char *name)
{
	static const char *const heads[] = {"mm_vmscan_", "mm_compaction_",
					    "mm_"};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (!strncmp(name, heads[i], strlen(heads[i])))
			return name + strlen(heads[i]);
	return name;
}

void events_sentence(const struct snapshot_event *event, char *to, size_t size)
{
	if (event->kind == EVENT_SIGNAL) {
		say_signal(event, to, size);
		return;
	}
	if (event->kind == EVENT_PROCESS && say_process(event, to, size))
		return;
	if (event->kind == EVENT_OOM && say_oom(event, to, size))
		return;
	if (event->kind == EVENT_RECLAIM && say_reclaim(event, to, size))
		return;
	snprintf(to, size, "%s  %s", short_name(event->trace.name),
		 event->trace.text);
}
