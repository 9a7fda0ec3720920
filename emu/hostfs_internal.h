/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef EMU_HOSTFS_INTERNAL_H
#define EMU_HOSTFS_INTERNAL_H

/* What hostfs.c, hostfs_upper.c and upper_save.c share. */

#include <stdbool.h>
#include <sys/types.h>

#include "emu/hostfs.h"

struct upper;
struct upper_save;

#define ROOT     0u
#define NO_NODE  UINT32_MAX
#define FD_CACHE 64

struct entry {
	char *name;
	hw_node_t node;
};

struct node {
	hw_node_t parent; /* where it was met first, */
	char *name; /* and by which name */
	dev_t dev;
	ino_t ino;
	struct hw_node_attr attr;
	hw_node_t next_in_bucket;
	char *host_path; /* a program from elsewhere; NULL: by parent */
	bool made_up; /* a folder that the host doesn't have */
	bool moved; /* the folder stands elsewhere now (hostfs_upper.c) */
	bool listed; /* folders: the entries are known, and sorted */
	struct entry *entries;
	uint32_t nr_entries;
	/* what the upper folder says: */
	uint32_t upper; /* its object; UPPER_NONE: it doesn't know the file */
	struct entry *over; /* names in order; NO_NODE: gone */
	uint32_t nr_over;
};

/* Owns all nodes; they are never forgotten. */
struct hostfs {
	int root_fd; /* -1: an empty root */
	struct node *nodes;
	uint32_t nr_nodes, room;
	hw_node_t bucket[1024];
	struct {
		hw_node_t node;
		int fd;
	} open[FD_CACHE];
	hw_node_t host_dir; /* /host; NO_NODE: no programs from elsewhere */
	struct upper *upper; /* NULL: what guests change ends with the run */
	struct upper_save *save; /* upper_save.c; NULL: nothing is being kept */
	struct diag *save_failed; /* why something couldn't be; NULL: nothing */
};

static inline struct node *node_at(struct hostfs *fs, hw_node_t n)
{
	return n < fs->nr_nodes ? &fs->nodes[n] : NULL;
}

/* ---- hostfs.c ---------------------------------------------------------------- */

/* A new node; NO_NODE when host memory is short. */
hw_node_t hostfs_new_node(struct hostfs *fs, hw_node_t parent,
			  const char *name);
int hostfs_list_add(struct entry **list, uint32_t *nr, const char *name,
		    hw_node_t node);
/* hostfs_lookup() in the root folder alone, whatever the upper one says. */
int hostfs_lookup_lower(struct hostfs *fs, hw_node_t dir, const char *name,
			hw_node_t *node);

/* ---- hostfs_upper.c ---------------------------------------------------------- */

/* True: the upper folder knows @name in @dir, as *@node or as gone, NO_NODE. */
bool hostfs_lookup_upper(const struct node *dir, const char *name,
			 hw_node_t *node);

/* ---- upper_save.c ------------------------------------------------------------ */

void upper_save_free(struct upper_save *save);

#endif
