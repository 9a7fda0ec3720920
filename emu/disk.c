/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A disk in host memory takes as much of it as was ever written; one in a file
 * has its room there from the beginning, so that the host's disk can't fill up
 * while a guest runs.
 *
 * Leaves out: time. How long a transfer takes is the kernel's to wait for.
 */
#define _GNU_SOURCE /* fallocate */
#include "emu/disk.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/diag.h"

static bool open_memory(struct disk *disk, struct diag *diag)
{
	void *memory = mmap(NULL, disk->size_bytes, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		return diag_errno(diag, NULL,
				  "the host has no address space for a disk of "
				  "%llu MB",
				  (unsigned long long)(disk->size_bytes >> 20));
	disk->memory = memory;
	return true;
}

static bool open_file(struct disk *disk, const char *path, struct diag *diag)
{
	int error;

	disk->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (disk->fd < 0)
		return diag_errno(diag, NULL, "disk file %s", path);
	error = posix_fallocate(disk->fd, 0, (off_t)disk->size_bytes);
	if (!error)
		return true;
	errno = error;
	return diag_errno(diag, NULL, "disk file %s: no room for %llu MB", path,
			  (unsigned long long)(disk->size_bytes >> 20));
}

/* ---- bad blocks ----------------------------------------------------------------- */

#define BLOCK_BYTES 4096u

/*
 * The next of the ranges at *@text, which moves behind it. False: there is
 * none, or at *@text stands something else.
 */
static bool next_range(const char **text, uint64_t *first, uint64_t *last)
{
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	*first = *last = strtoull(*text, &end, 10);
	if (*end == '-' && isdigit((unsigned char)end[1]))
		*last = strtoull(end + 1, &end, 10);
	if (*end == ',' && isdigit((unsigned char)end[1]))
		end++;
	*text = end;
	return true;
}

static bool ranges_ok(const char *text)
{
	uint64_t first, last;

	while (next_range(&text, &first, &last))
		if (first > last)
			return false;
	return !*text;
}

static bool is_bad(const char *text, uint64_t offset, uint64_t nr_bytes)
{
	uint64_t first, last;

	while (next_range(&text, &first, &last))
		if (offset / BLOCK_BYTES <= last &&
		    (offset + nr_bytes - 1) / BLOCK_BYTES >= first)
			return true;
	return false;
}

/* ---- all of it --------------------------------------------------------------------- */

bool disk_open(struct disk *disk, const struct config_disk *config,
	       struct diag *diag)
{
	bool ok;

	*disk = (struct disk){
		.size_bytes = config->size_bytes,
		.fd = -1,
		.bad_blocks = config->bad_blocks,
		.bad_reads = config->bad_reads,
	};
	if (!disk->size_bytes)
		return true;
	if (!ranges_ok(disk->bad_blocks) || !ranges_ok(disk->bad_reads))
		return diag_error(diag, NULL,
				  "%s: '%s' is no list like 7,20-29",
				  ranges_ok(disk->bad_blocks) ? "bad_reads"
							      : "bad_blocks",
				  ranges_ok(disk->bad_blocks)
					  ? disk->bad_reads
					  : disk->bad_blocks);
	ok = *config->file ? open_file(disk, config->file, diag)
			   : open_memory(disk, diag);
	if (!ok)
		disk_close(disk);
	return ok;
}

void disk_close(struct disk *disk)
{
	if (disk->memory)
		munmap(disk->memory, disk->size_bytes);
	else if (disk->size_bytes && disk->fd >= 0)
		close(disk->fd);
	*disk = (struct disk){0};
}

static bool within(const struct disk *disk, uint64_t offset, uint64_t nr_bytes)
{
	return nr_bytes <= disk->size_bytes &&
	       offset <= disk->size_bytes - nr_bytes;
}

int disk_read(const struct disk *disk, uint64_t offset, void *to,
	      uint32_t nr_bytes)
{
	if (!within(disk, offset, nr_bytes) ||
	    is_bad(disk->bad_blocks, offset, nr_bytes) ||
	    is_bad(disk->bad_reads, offset, nr_bytes))
		return -EIO;
	if (disk->memory)
		memcpy(to, disk->memory + offset, nr_bytes);
	else if (pread(disk->fd, to, nr_bytes, (off_t)offset) !=
		 (ssize_t)nr_bytes)
		return -EIO;
	return 0;
}

int disk_write(struct disk *disk, uint64_t offset, const void *from,
	       uint32_t nr_bytes)
{
	if (!within(disk, offset, nr_bytes) ||
	    is_bad(disk->bad_blocks, offset, nr_bytes))
		return -EIO;
	if (disk->memory)
		memcpy(disk->memory + offset, from, nr_bytes);
	else if (pwrite(disk->fd, from, nr_bytes, (off_t)offset) !=
		 (ssize_t)nr_bytes)
		return -EIO;
	return 0;
}

/* Whole pages go back to the host; what surrounds them is overwritten. */
static void erase_memory(struct disk *disk, uint64_t offset, uint64_t nr_bytes)
{
	const uint64_t end = offset + nr_bytes;
	const uint64_t first = (offset + BLOCK_BYTES - 1) / BLOCK_BYTES *
			       BLOCK_BYTES;
	const uint64_t last = end / BLOCK_BYTES * BLOCK_BYTES;

	if (first >= last) {
		memset(disk->memory + offset, 0, nr_bytes);
		return;
	}
	memset(disk->memory + offset, 0, first - offset);
	if (madvise(disk->memory + first, last - first, MADV_DONTNEED))
		memset(disk->memory + first, 0, last - first);
	memset(disk->memory + last, 0, end - last);
}

int disk_erase(struct disk *disk, uint64_t offset, uint64_t nr_bytes)
{
	if (!within(disk, offset, nr_bytes))
		return -EIO;
	if (disk->memory)
		erase_memory(disk, offset, nr_bytes);
	else if (fallocate(disk->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			   (off_t)offset, (off_t)nr_bytes) ||
		 posix_fallocate(disk->fd, (off_t)offset, (off_t)nr_bytes))
		return -EIO;
	return is_bad(disk->bad_blocks, offset, nr_bytes) ? -EIO : 0;
}
