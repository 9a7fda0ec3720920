/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an upper folder says, laid over the nodes of the root folder at the
 * start: attributes of files known to both, new nodes for what guests made,
 * and for each folder the names that differ. The kernel sees one tree.
 *
 * A folder of the root that was moved shows at its new place alone. If the root
 * folder itself has changed since, what was made or written by guests is still
 * there, what they only moved or marked may be gone.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/diag.h"
#include "emu/hostfs_internal.h"
#include "emu/upper.h"

static int name_order(const void *key, const void *entry)
{
	return strcmp(key, ((const struct entry *)entry)->name);
}

bool hostfs_lookup_upper(const struct node *dir, const char *name,
			 hw_node_t *node)
{
	const struct entry *entry =
		dir->nr_over ? bsearch(name, dir->over, dir->nr_over,
				       sizeof(*dir->over), name_order)
			     : NULL;

	if (entry)
		*node = entry->node;
	return entry;
}

/* ---- objects --------------------------------------------------------------- */

/* The node at @path of the root folder, of @type; NO_NODE: there is none. */
static hw_node_t find_lower(struct hostfs *fs, const char *path, uint32_t type)
{
	hw_node_t n = ROOT;
	char name[256];

	while (*path) {
		const size_t len = strcspn(path, "/");

		if (!len || len > 255 || !S_ISDIR(fs->nodes[n].attr.mode))
			return NO_NODE;
		memcpy(name, path, len);
		name[len] = '\0';
		if (!strcmp(name, ".") || !strcmp(name, "..") ||
		    hostfs_lookup_lower(fs, n, name, &n))
			return NO_NODE;
		path += len + (path[len] == '/');
	}
	return (fs->nodes[n].attr.mode & S_IFMT) == type ? n : NO_NODE;
}

/* A node that the root folder has no file for. */
static hw_node_t made_here(struct hostfs *fs, const struct upper_object *object)
{
	const uint32_t mode = object->attr.mode;
	hw_node_t n;

	/* only its attributes were kept, and its contents are no longer there */
	if (object->lower && ((S_ISREG(mode) && !object->data) ||
			      (S_ISLNK(mode) && !object->target)))
		return NO_NODE;
	n = hostfs_new_node(fs, ROOT, "");
	if (n != NO_NODE)
		fs->nodes[n].made_up = S_ISDIR(mode);
	return n;
}

/* The size is what there is: people may have been at the file. */
static bool set_data_size(struct hostfs *fs, const struct upper_object *object,
			  struct hw_node_attr *attr, struct diag *diag)
{
	int fd = upper_open_data(fs->upper, object->data);
	struct stat st = {0};

	if (fd >= 0 && !fstat(fd, &st)) {
		attr->size_bytes = (uint64_t)st.st_size;
		close(fd);
		return true;
	}
	errno = fd < 0 ? -fd : errno;
	return diag_errno(diag, NULL, "the upper folder %s: current/%s",
			  upper_path(fs->upper), object->data);
}

/* The node of object @i, which says now what the object does. */
static bool lay_object(struct hostfs *fs, uint32_t i, hw_node_t *node,
		       struct diag *diag)
{
	const struct upper_object *object = &upper_tree(fs->upper)->objects[i];
	struct hw_node_attr attr = object->attr;
	uint64_t size;

	*node = NO_NODE;
	if (object->lower)
		*node = find_lower(fs, object->lower, attr.mode & S_IFMT);
	if (*node == NO_NODE) {
		*node = made_here(fs, object);
		size = object->target ? strlen(object->target) : 0;
	} else {
		if (fs->nodes[*node].upper != UPPER_NONE)
			return diag_error(diag, NULL,
					  "the upper folder %s: its index has "
					  "one file twice",
					  upper_path(fs->upper));
		size = fs->nodes[*node].attr.size_bytes;
	}
	if (*node == NO_NODE)
		return true;
	attr.size_bytes = S_ISDIR(attr.mode) ? 4096 : size;
	if (object->data && !set_data_size(fs, object, &attr, diag))
		return false;
	fs->nodes[*node].attr = attr;
	fs->nodes[*node].upper = i;
	return true;
}

/* ---- names ----------------------------------------------------------------- */

static bool lay_name(struct hostfs *fs, const struct upper_name *name,
		     const hw_node_t *node_of)
{
	const hw_node_t dir = node_of[name->dir];
	const hw_node_t child = name->object == UPPER_NONE
					? NO_NODE
					: node_of[name->object];

	if (dir == NO_NODE || (child == NO_NODE && name->object != UPPER_NONE))
		return true;
	if (child != NO_NODE && S_ISDIR(fs->nodes[child].attr.mode))
		fs->nodes[child].moved = !fs->nodes[child].made_up;
	return !hostfs_list_add(&fs->nodes[dir].over, &fs->nodes[dir].nr_over,
				name->name, child);
}

bool hostfs_set_upper(struct hostfs *fs, const char *path, const char *root,
		      struct diag *diag)
{
	const struct upper_tree *tree;
	hw_node_t *node_of;
	bool good = true;

	fs->upper = upper_open(path, root, diag);
	if (!fs->upper)
		return false;
	upper_init_root(fs->upper, &fs->nodes[ROOT].attr);
	tree = upper_tree(fs->upper);
	node_of = malloc(tree->nr_objects * sizeof(*node_of));
	if (!node_of)
		return diag_error(diag, NULL, "no memory for the upper folder");
	for (uint32_t i = 0; good && i < tree->nr_objects; i++)
		good = lay_object(fs, i, &node_of[i], diag);
	/* in the order of the index: sorted by name in each folder */
	for (uint32_t i = 0; good && i < tree->nr_names; i++)
		good = lay_name(fs, &tree->names[i], node_of) ||
		       diag_error(diag, NULL, "no memory for the upper folder");
	free(node_of);
	return good;
}
