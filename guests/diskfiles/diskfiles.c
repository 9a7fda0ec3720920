/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random work on one file, compared after each step with a plain array of
 * bytes: write, store through a mapping, truncate, make holes, fsync, drop what
 * is cached, read back by read() and by the mapping. A child does half of the
 * stores. Prints the file's sum at the end, which a model may check, and
 * "differs" with the place where a byte is wrong.
 *
 *	diskfiles [SEED [STEPS [busy]]]
 *
 * busy: the flusher is made to write all the time, and writers to wait.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE  4096u
#define PAGES 48u
#define MAX   (PAGES * PAGE)

static uint8_t model[MAX], buffer[MAX];
static uint32_t size; /* of the file */
static uint32_t state;
static uint8_t *map;
static int fd;

static uint32_t rnd(uint32_t below)
{
	state = state * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(state >> 4) * below) >> 28);
}

static void die(const char *what)
{
	printf("%s: %s\n", what, strerror(errno));
	exit(1);
}

static void fill(uint8_t *to, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		to[i] = (uint8_t)(1 + rnd(255));
}

static void turn(const char *knob, const char *value)
{
	char path[64];
	int file;

	snprintf(path, sizeof(path), "/proc/sys/vm/%s", knob);
	file = open(path, O_WRONLY);
	if (file < 0 || write(file, value, strlen(value)) < 0)
		die(path);
	close(file);
}

/* ---- steps ------------------------------------------------------------------ */

static void step_write(void)
{
	uint32_t at = rnd(MAX - 1), n = 1 + rnd(rnd(2) ? 100 : 3 * PAGE);

	if (rnd(3) == 0)
		at &= ~(PAGE - 1);
	if (n > MAX - at)
		n = MAX - at;
	fill(buffer, n);
	if (pwrite(fd, buffer, n, at) != (ssize_t)n)
		die("pwrite");
	memcpy(model + at, buffer, n);
	if (at + n > size)
		size = at + n;
}

static void step_store(void)
{
	uint32_t at, n;

	if (!size)
		return;
	at = rnd(size);
	n = 1 + rnd(2 * PAGE);
	if (n > size - at)
		n = size - at;
	fill(buffer, n);
	memcpy(model + at, buffer, n);
	if (rnd(2)) {
		memcpy(map + at, buffer, n);
		return;
	}
	if (!fork()) {
		memcpy(map + at, buffer, n);
		_exit(0);
	}
	wait(NULL);
}

static void step_truncate(void)
{
	uint32_t to = rnd(MAX);

	if (rnd(4) == 0)
		to &= ~(PAGE - 1);
	if (ftruncate(fd, to))
		die("ftruncate");
	if (to < size)
		memset(model + to, 0, size - to);
	size = to;
}

static void step_punch(void)
{
	uint32_t at = rnd(MAX - 1), n = 1 + rnd(6 * PAGE);

	if (n > MAX - at)
		n = MAX - at;
	if (fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, n))
		die("fallocate");
	memset(model + at, 0, n);
}

static void step_sync(void)
{
	uint32_t page = rnd(PAGES) * PAGE;

	switch (rnd(5)) {
	case 0:
		if (fsync(fd))
			die("fsync");
		break;
	case 1:
		sync();
		break;
	case 2:
		if (msync(map + page, MAX - page, MS_SYNC))
			die("msync");
		break;
	case 3:
		if (sync_file_range(fd, page, PAGE, 7))
			die("sync_file_range");
		break;
	default:
		if (sync_file_range(fd, page, 0, 2))
			die("sync_file_range");
	}
}

static void step_drop(void)
{
	if (rnd(2) && fsync(fd))
		die("fsync");
	if (madvise(map, MAX, MADV_DONTNEED))
		die("madvise");
	if (posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED))
		die("posix_fadvise");
	if (rnd(8) == 0)
		turn("drop_caches", "1");
}

/* ---- comparing --------------------------------------------------------------- */

static void compare(const uint8_t *bytes, uint32_t from, uint32_t to,
		    const char *how, uint32_t step)
{
	for (uint32_t i = from; i < to; i++) {
		if (bytes[i - from] == model[i])
			continue;
		printf("step %u: %s differs at %u (page %u): %u, not %u\n",
		       step, how, i, i / PAGE, bytes[i - from], model[i]);
		exit(1);
	}
}

static void check(uint32_t step)
{
	uint32_t at = rnd(MAX), n = 1 + rnd(4 * PAGE);
	struct stat st;

	if (fstat(fd, &st) || (uint32_t)st.st_size != size) {
		printf("step %u: size %lld, not %u\n", step,
		       (long long)st.st_size, size);
		exit(1);
	}
	if (at >= size)
		return;
	if (n > size - at)
		n = size - at;
	if (rnd(2)) {
		compare(map + at, at, at + n, "the mapping", step);
	} else {
		if (pread(fd, buffer, n, at) != (ssize_t)n)
			die("pread");
		compare(buffer, at, at + n, "read()", step);
	}
}

int main(int argc, char **argv)
{
	uint32_t steps = argc > 2 ? (uint32_t)atoi(argv[2]) : 400, sum = 0;
	const char *path = "/root/file";

	if (argc > 3) {
		turn("dirty_writeback_centisecs", "1");
		turn("dirty_expire_centisecs", "1");
		turn("dirty_background_bytes", "32768");
		turn("dirty_bytes", "65536");
	}
	state = argc > 1 ? (uint32_t)atoi(argv[1]) : 1;
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
	if (fd < 0)
		die(path);
	map = mmap(NULL, MAX, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		die("mmap");
	for (uint32_t step = 0; step < steps; step++) {
		switch (rnd(10)) {
		case 0:
		case 1:
		case 2:
			step_write();
			break;
		case 3:
		case 4:
		case 5:
			step_store();
			break;
		case 6:
			step_truncate();
			break;
		case 7:
			step_punch();
			break;
		case 8:
			step_sync();
			break;
		default:
			step_drop();
		}
		check(step);
	}
	if (fsync(fd) || pread(fd, buffer, MAX, 0) != (ssize_t)size)
		die("the end");
	compare(buffer, 0, size, "the whole", steps);
	for (uint32_t i = 0; i < size; i++)
		sum = sum * 31 + buffer[i];
	printf("%u bytes, sum %08x\n", size, sum);
	return 0;
}
