/* SPDX-License-Identifier: GPL-2.0-or-later */
/* See trace_writer.h. */
#include "emu/trace_writer.h"

#include <signal.h>

static void *writes(void *arg)
{
	struct trace_writer *writer = arg;

	pthread_mutex_lock(&writer->lock);
	for (;;) {
		while (!writer->busy && !writer->ends)
			pthread_cond_wait(&writer->changed, &writer->lock);
		if (!writer->busy)
			break;
		pthread_mutex_unlock(&writer->lock);
		writer->work(writer->arg);
		pthread_mutex_lock(&writer->lock);
		writer->busy = false;
		pthread_cond_broadcast(&writer->changed);
	}
	pthread_mutex_unlock(&writer->lock);
	return NULL;
}

bool trace_writer_start(struct trace_writer *writer, void (*work)(void *arg),
			void *arg)
{
	sigset_t all, before;
	bool good;

	*writer = (struct trace_writer){.work = work, .arg = arg};
	pthread_mutex_init(&writer->lock, NULL);
	pthread_cond_init(&writer->changed, NULL);
	/* signals are the machine's, which may wait for one */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	good = !pthread_create(&writer->thread, NULL, writes, writer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return good;
}

void trace_writer_wait(struct trace_writer *writer)
{
	pthread_mutex_lock(&writer->lock);
	while (writer->busy)
		pthread_cond_wait(&writer->changed, &writer->lock);
	pthread_mutex_unlock(&writer->lock);
}

void trace_writer_go(struct trace_writer *writer)
{
	pthread_mutex_lock(&writer->lock);
	writer->busy = true;
	pthread_cond_broadcast(&writer->changed);
	pthread_mutex_unlock(&writer->lock);
}

void trace_writer_end(struct trace_writer *writer)
{
	pthread_mutex_lock(&writer->lock);
	writer->ends = true;
	pthread_cond_broadcast(&writer->changed);
	pthread_mutex_unlock(&writer->lock);
	pthread_join(writer->thread, NULL);
	pthread_cond_destroy(&writer->changed);
	pthread_mutex_destroy(&writer->lock);
}
