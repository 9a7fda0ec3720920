/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_FS_WALK_H
#define KERNEL_FS_WALK_H

/* One path walk while it lasts: namei.c's own, and namei_dir.c's. */

#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"

enum last_type {
	LAST_NORM,
	LAST_ROOT,
	LAST_DOT,
	LAST_DOTDOT
};

struct nameidata {
	struct task_struct *curr;
	struct dentry *dentry; /* where the walk stands */
	struct dentry *root; /* above which it never gets */
	uint32_t flags; /* LOOKUP_… */
	struct qstr last; /* the component to take next */
	enum last_type last_type;
	bool trailing_slash; /* after nd->last */
	bool must_be_dir; /* "link/" has been followed */
	uint32_t total_links, nr_links;
	struct dentry *links[MAXSYMLINKS]; /* whose texts are in use */
};

/* Each nameidata that path_init() began ends with path_done(), on error too. */
int path_init(struct nameidata *nd, struct task_struct *curr, int dfd,
	      const char *name, uint32_t flags);
void path_done(struct nameidata *nd);
int link_path_walk(struct nameidata *nd, const char *name);
/* Takes a last component that is ".", ".." or nothing. */
int walk_last_dots(struct nameidata *nd);
int pick_link(struct nameidata *nd, struct dentry *link, const char **body);
int follow_mount(struct nameidata *nd, struct dentry **dentry);
struct dentry *lookup_child(struct task_struct *curr, struct dentry *parent,
			    const struct qstr *name);
/* Before i_rwsem is taken to look it up: see super_operations.demand. */
void demand_name(struct task_struct *curr, struct dentry *dir,
		 const struct qstr *name);
/* The same with the directory's i_rwsem held. */
struct dentry *lookup_locked(struct task_struct *curr, struct dentry *parent,
			     const struct qstr *name);

#endif
