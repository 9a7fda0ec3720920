/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_DISK_H
#define EMU_DISK_H

/*
 * What a disk of the board holds: in host memory, or in a file of the host.
 */

#include <stdbool.h>
#include <stdint.h>

struct config_disk;
struct diag;

struct disk {
	uint64_t size_bytes; /* 0: there is no such disk */
	uint8_t *memory; /* all of it; NULL: in the file */
	int fd;
	const char *bad_blocks; /* the config's */
	const char *bad_reads;
};

/*
 * As @config says. A file that is shorter than the disk grows to its size,
 * what it holds stays. False, with the reason in @diag, when the host can't.
 */
bool disk_open(struct disk *disk, const struct config_disk *config,
	       struct diag *diag);
void disk_close(struct disk *disk);

/* 0, or -EIO: beyond the end, a bad block, or the host failed. */
int disk_read(const struct disk *disk, uint64_t offset, void *to,
	      uint32_t nr_bytes);
int disk_write(struct disk *disk, uint64_t offset, const void *from,
	       uint32_t nr_bytes);
/* The range reads as zeros afterwards. Blocks that are bad stay so: -EIO. */
int disk_erase(struct disk *disk, uint64_t offset, uint64_t nr_bytes);

#endif
