/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_UPPER_H
#define EMU_UPPER_H

/*
 * A folder of the host that keeps what guests change of their root, from run
 * to run: emu/upper.c says how it looks.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/hw.h"

struct diag;
struct upper;

#define UPPER_NONE UINT32_MAX
#define UPPER_ROOT 0u /* the object that is the root's own folder */

/*
 * A file as guests have left it. With @lower it is one of the root folder,
 * found there by that path ("" is the root itself), whose attributes, and
 * contents if there are @data, hold in place of the host's. Without, it was
 * made by a guest.
 */
struct upper_object {
	struct hw_node_attr attr;
	char *lower; /* NULL: made by a guest */
	char *data; /* path of its contents in the folder; NULL: none, or lower's */
	char *target; /* a symlink's text; NULL: lower's */
};

/* What @name in folder @dir means: an object, or UPPER_NONE: it is gone. */
struct upper_name {
	uint32_t dir, object;
	char *name;
};

/* All of it. Object UPPER_ROOT is always there. */
struct upper_tree {
	struct upper_object *objects;
	struct upper_name *names;
	uint32_t nr_objects, nr_names, object_room, name_room;
};

/*
 * Opens the folder @path, which is made if there is none, and keeps all other
 * runs out of it. It must be no part of @root ("": there is no root), nor @root
 * of it. NULL, with the reason in @diag, when that can't be, when somebody else
 * has it, or when something lies in it that wasn't left there by a run.
 */
struct upper *upper_open(const char *path, const char *root, struct diag *diag);
void upper_close(struct upper *upper);

/* As the last run left it. */
const struct upper_tree *upper_tree(const struct upper *upper);
/* In a folder without a state the root is as the root folder has it: @attr. */
void upper_init_root(struct upper *upper, const struct hw_node_attr *attr);
const char *upper_path(const struct upper *upper);
/* A descriptor of an object's contents, for reading; or -errno. */
int upper_open_data(const struct upper *upper, const char *data);

/* ---- the tree, upper_index.c ----------------------------------------------- */

/* Both: the new one's number, or UPPER_NONE when host memory is short. */
uint32_t upper_add_object(struct upper_tree *tree,
			  const struct upper_object *from);
uint32_t upper_add_name(struct upper_tree *tree, uint32_t dir, const char *name,
			uint32_t object);
bool upper_copy_tree(struct upper_tree *to, const struct upper_tree *from);
void upper_free_tree(struct upper_tree *tree);
/* False, with the reason in @diag: this is no index, or a damaged one. */
bool upper_read_index(struct upper_tree *tree, int dir_fd, const char *path,
		      struct diag *diag);
/* 0 or -errno. The file is on the disk when it returns. */
int upper_write_index(const struct upper_tree *tree, int dir_fd);
/* Is there an index at all, and written to its end? */
bool upper_index_complete(int dir_fd);

/* ---- a new state, upper.c ------------------------------------------------- */

/*
 * A folder for the state that comes next, empty; or -errno. Nothing of it
 * counts before upper_commit(), which makes it, on the disk, the state that
 * the next run finds, in one step. 0 or -errno.
 */
int upper_begin(struct upper *upper);
int upper_commit(struct upper *upper, int next_fd);
/* The contents of an object of upper_tree() under a new name in @next_fd. */
int upper_keep_data(const struct upper *upper, const char *data, int next_fd,
		    const char *to);
/*
 * Opens the folder of @path's last component below @fd, one component at a
 * time, no symlink followed, made if need be and @make; *@last is the
 * component. A descriptor or -errno.
 */
int upper_open_parent(int fd, const char *path, bool make, const char **last);

#endif
