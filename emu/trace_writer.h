/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_TRACE_WRITER_H
#define EMU_TRACE_WRITER_H

/*
 * A thread that puts a trace in words, so that the machine need not wait for
 * them. There is one piece of work at a time: whoever gives it waits until the
 * one before is done, so work is done in the order in which it is given.
 */

#include <pthread.h>
#include <stdbool.h>

struct trace_writer {
	void (*work)(void *arg);
	void *arg;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed; /* one of these: */
	bool busy, ends;
};

/* False: the host gives no thread. @work is called in it. */
bool trace_writer_start(struct trace_writer *writer, void (*work)(void *arg),
			void *arg);
/* Waits until it is idle: what its work touches is the caller's until … */
void trace_writer_wait(struct trace_writer *writer);
/* … this, which has the work done once. Only when it is idle. */
void trace_writer_go(struct trace_writer *writer);
/* Waits for it, and ends it. */
void trace_writer_end(struct trace_writer *writer);

#endif
