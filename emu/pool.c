/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Jobs in processes of their own, so many at once. A child has two pipes: what
 * its work gives, and its standard error. It leads a process group, so that
 * what it starts ends with it, and dies with its parent.
 *
 * Invariant: when pool_run() returns, no child lives.
 */
#define _GNU_SOURCE /* pipe2, ppoll, CPU_COUNT */
#include "emu/pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emu/clock.h"

struct buffer {
	char *data;
	size_t nr;
};

struct child {
	size_t job;
	pid_t pid;
	int out, err;
	struct buffer given, words;
	int64_t started_ns;
	bool late;
};

struct runner {
	const struct pool *pool;
	struct child *child;
	size_t nr_children, most;
	size_t next, nr_over;
	sigset_t before; /* signals blocked outside of waiting */
	bool ended; /* over() said so */
};

bool write_all(int fd, const void *data, size_t nr_bytes)
{
	const char *at = data;

	while (nr_bytes) {
		ssize_t n = write(fd, at, nr_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += n;
		nr_bytes -= (size_t)n;
	}
	return true;
}

/* ---- children --------------------------------------------------------------- */

/* In the child, from here to its end. */
static void be_child(const struct runner *runner, size_t job, int out, int err)
{
	int nothing = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	sigprocmask(SIG_SETMASK, &runner->before, NULL);
	dup2(nothing, 0);
	dup2(nothing, 1);
	dup2(err, 2);
	runner->pool->work(runner->pool->arg, job, out);
}

static bool start(struct runner *runner, size_t job, struct diag *diag)
{
	struct child *child = &runner->child[runner->nr_children];
	int out[2], err[2];

	*child = (struct child){.job = job, .started_ns = host_ns()};
	if (pipe2(out, O_CLOEXEC))
		return diag_errno(diag, NULL, "no pipe for a process");
	if (pipe2(err, O_CLOEXEC)) {
		diag_errno(diag, NULL, "no pipe for a process");
		close(out[0]);
		close(out[1]);
		return false;
	}
	fflush(NULL);
	child->pid = fork();
	if (!child->pid) {
		close(out[0]);
		close(err[0]);
		be_child(runner, job, out[1], err[1]);
		exit(0);
	}
	if (child->pid < 0)
		diag_errno(diag, NULL, "no process to run it in");
	close(out[1]);
	close(err[1]);
	child->out = out[0];
	child->err = err[0];
	if (child->pid > 0) {
		runner->nr_children++;
		return true;
	}
	close(out[0]);
	close(err[0]);
	return false;
}

/* What has come; false: the end. */
static bool receive(int fd, struct buffer *buffer)
{
	char piece[4096];
	ssize_t n = read(fd, piece, sizeof(piece));
	char *more;

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (!n)
		return false;
	more = realloc(buffer->data, buffer->nr + (size_t)n + 1);
	if (!more)
		return false;
	buffer->data = more;
	memcpy(more + buffer->nr, piece, (size_t)n);
	buffer->nr += (size_t)n;
	more[buffer->nr] = '\0';
	return true;
}

static int wait_for(const struct child *child)
{
	int status = 0;

	while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* It is gone; its place is the last one's from now on. */
static void forget(struct runner *runner, struct child *child)
{
	free(child->given.data);
	free(child->words.data);
	close(child->out);
	close(child->err);
	*child = runner->child[--runner->nr_children];
}

static void finish(struct runner *runner, struct child *child)
{
	const struct pool *pool = runner->pool;
	const struct pool_end end = {
		.job = child->job,
		.status = wait_for(child),
		.late = child->late,
		.out = child->given.data ?: "",
		.nr_out = child->given.nr,
		.words = child->words.data ?: "",
		.seconds = (double)(host_ns() - child->started_ns) / 1e9,
	};

	if (!pool->over(pool->arg, &end))
		runner->ended = true;
	runner->nr_over++;
	forget(runner, child);
}

/* What it has started, too: a compiler. */
static void kill_child(const struct child *child)
{
	kill(-child->pid, SIGKILL);
	kill(child->pid, SIGKILL);
}

static void kill_all(struct runner *runner)
{
	for (size_t i = 0; i < runner->nr_children; i++)
		kill_child(&runner->child[i]);
	while (runner->nr_children) {
		wait_for(&runner->child[0]);
		forget(runner, &runner->child[0]);
	}
}

static bool start_more(struct runner *runner, struct diag *diag)
{
	const struct pool *pool = runner->pool;

	while (runner->next < pool->nr_jobs &&
	       runner->nr_children < runner->most) {
		size_t job = runner->next++;

		if (pool->skip && pool->skip(pool->arg, job))
			runner->nr_over++;
		else if (!start(runner, job, diag))
			return false;
	}
	return true;
}

/* ---- waiting ----------------------------------------------------------------- */

/* Until the first is too late or a tick has passed; UINT64_MAX: never. */
static uint64_t next_timeout_ns(const struct runner *runner)
{
	int64_t all_ns = runner->pool->timeout_s * INT64_C(1000000000);
	uint64_t least = runner->pool->tick_ms
				 ? runner->pool->tick_ms * UINT64_C(1000000)
				 : UINT64_MAX;

	for (size_t i = 0; all_ns && i < runner->nr_children; i++) {
		int64_t left = runner->child[i].started_ns + all_ns - host_ns();

		if (left < 0)
			left = 0;
		if (!runner->child[i].late && (uint64_t)left < least)
			least = (uint64_t)left;
	}
	return least;
}

static void kill_late(struct runner *runner)
{
	int64_t all_ns = runner->pool->timeout_s * INT64_C(1000000000);

	for (size_t i = 0; all_ns && i < runner->nr_children; i++) {
		struct child *child = &runner->child[i];

		if (host_ns() - child->started_ns < all_ns || child->late)
			continue;
		child->late = true;
		kill_child(child);
	}
}

/*
 * Waits until something comes from a child. The pipe of what it gives ends
 * last, as standard error is taken first.
 */
static void listen_to(struct runner *runner)
{
	struct pollfd fd[2 * runner->nr_children];
	uint64_t ns = next_timeout_ns(runner);
	const struct timespec timeout = {(time_t)(ns / 1000000000),
					 (long)(ns % 1000000000)};
	int ready;

	for (size_t i = 0; i < runner->nr_children; i++) {
		fd[2 * i] = (struct pollfd){runner->child[i].err, POLLIN, 0};
		fd[2 * i + 1] = (struct pollfd){runner->child[i].out, POLLIN,
						0};
	}
	ready = ppoll(fd, 2 * runner->nr_children,
		      ns == UINT64_MAX ? NULL : &timeout, &runner->before);
	kill_late(runner);
	for (size_t i = runner->nr_children; ready > 0 && i--;) {
		struct child *child = &runner->child[i];

		if (fd[2 * i].revents & POLLIN)
			receive(child->err, &child->words);
		else if (fd[2 * i + 1].revents &&
			 !receive(child->out, &child->given))
			finish(runner, child);
	}
}

static void tell(const struct runner *runner)
{
	const struct pool *pool = runner->pool;
	size_t running[runner->most];

	for (size_t i = 0; i < runner->nr_children; i++)
		running[i] = runner->child[i].job;
	if (pool->progress)
		pool->progress(pool->arg, runner->nr_over, running,
			       runner->nr_children);
}

static unsigned int nr_cores(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set)
		       ? 1
		       : (unsigned int)CPU_COUNT(&set);
}

static bool is_stopped(const struct runner *runner)
{
	return runner->ended || (runner->pool->stop && *runner->pool->stop);
}

static bool run_all(struct runner *runner, struct diag *diag)
{
	while (!is_stopped(runner) && start_more(runner, diag)) {
		tell(runner);
		if (!runner->nr_children)
			return true;
		listen_to(runner);
	}
	return false;
}

bool pool_run(const struct pool *pool, struct diag *diag)
{
	struct runner runner = {.pool = pool, .most = pool->most ?: nr_cores()};
	sigset_t stops;
	bool good;

	if (runner.most > pool->nr_jobs)
		runner.most = pool->nr_jobs ?: 1;
	runner.child = calloc(runner.most, sizeof(*runner.child));
	if (!runner.child)
		return diag_error(diag, NULL, "out of memory");
	sigemptyset(&stops);
	if (pool->stop) {
		sigaddset(&stops, SIGINT);
		sigaddset(&stops, SIGTERM);
	}
	sigprocmask(SIG_BLOCK, &stops, &runner.before);
	good = run_all(&runner, diag);
	kill_all(&runner);
	sigprocmask(SIG_SETMASK, &runner.before, NULL);
	free(runner.child);
	return good;
}
