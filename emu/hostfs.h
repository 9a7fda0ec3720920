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
 * What guests change is kept in the folder @path from now on, and what they
 * have changed in runs before shows. At most once, before anything is looked
 * up in @fs, whose root is the folder @root. False, with the reason in @diag:
 * see upper_open().
 */
bool hostfs_set_upper(struct hostfs *fs, const char *path, const char *root,
		      struct diag *diag);
/* False, with the reason in @diag: something could not be kept. */
bool hostfs_kept_all(const struct hostfs *fs, struct diag *diag);

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
int hostfs_save_begin(struct hostfs *fs);
void hostfs_save_inode(struct hostfs *fs, const struct hw_saved_inode *inode);
void hostfs_save_name(struct hostfs *fs, struct hw_inode_ref dir,
		      const char *name, const struct hw_inode_ref *inode);
void hostfs_save_page(struct hostfs *fs, struct hw_inode_ref inode,
		      uint64_t offset, const void *bytes, uint32_t nr_bytes);
int hostfs_save_end(struct hostfs *fs, int error);

#endif
