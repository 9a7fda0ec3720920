/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_HOSTFS_H
#define EMU_HOSTFS_H

/*
 * A folder of the host as the guest's read-only root. Errors are negative
 * errno values (Linux's numbers, as the host is a Linux).
 */

#include "kernel/hw.h"

struct diag;
struct hostfs;

/* What every file's mtime says, and the wall clock at boot. */
#define HOSTFS_TIME_SEC INT64_C(1700000000)

/*
 * Opens the folder @path as root; "": an empty root. NULL, with the reason in
 * @diag, when there is no such folder.
 */
struct hostfs *hostfs_create(const char *path, struct diag *diag);
void hostfs_destroy(struct hostfs *fs);

/*
 * Shows the host's file @path as /host/NAME, NAME being its last component,
 * with a number before it when that is taken. Returns its path in the guest,
 * which lives as long as @fs; NULL, with the reason in @diag, when it can't be
 * read or is no regular file.
 */
const char *hostfs_add_file(struct hostfs *fs, const char *path,
			    struct diag *diag);

/* As in struct hw_ops. */
int hostfs_lookup(struct hostfs *fs, hw_node_t dir, const char *name,
		  hw_node_t *node);
int hostfs_getattr(struct hostfs *fs, hw_node_t node,
		   struct hw_node_attr *attr);
int hostfs_readdir(struct hostfs *fs, hw_node_t dir, uint32_t index, char *name,
		   size_t name_size, hw_node_t *node);
int hostfs_read(struct hostfs *fs, hw_node_t node, uint64_t offset, void *to,
		uint32_t nr_bytes);
int hostfs_readlink(struct hostfs *fs, hw_node_t node, char *to, size_t size);

#endif
