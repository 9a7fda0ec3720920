/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's root is a folder of the host. The kernel names what it wants one
 * component at a time; we open it relative to its folder's descriptor and
 * never follow a symbolic link, so whatever paths, links or races a guest
 * thinks of, nothing outside the folder can be reached. Device files, pipes
 * and sockets are shown, and not opened.
 *
 * What the upper folder says, where there is one, comes before that
 * (hostfs_upper.c).
 *
 * Two invariants. A node is a file, not a name: hard links are one node, found
 * by the host's (device, inode). And nothing of the host but names, kinds,
 * permissions and contents shows: nodes are numbered in the order in which
 * they were first met, folders are listed in byte order, owners are root, and
 * all times are one constant.
 *
 * Attributes are those at the first meeting; a file that the host changes
 * under a running guest is out of contract. Descriptors are cached, a few at a
 * time.
 */
#include "emu/hostfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/diag.h"
#include "emu/hostfs_internal.h"
#include "emu/upper.h"

/* ---- nodes ------------------------------------------------------------------ */

static hw_node_t *bucket_of(struct hostfs *fs, dev_t dev, ino_t ino)
{
	uint64_t hash = (uint64_t)dev * 31 + (uint64_t)ino;

	return &fs->bucket[hash % 1024];
}

static hw_node_t find_node(struct hostfs *fs, dev_t dev, ino_t ino)
{
	hw_node_t n = *bucket_of(fs, dev, ino);

	while (n != NO_NODE &&
	       (fs->nodes[n].dev != dev || fs->nodes[n].ino != ino))
		n = fs->nodes[n].next_in_bucket;
	return n;
}

static void set_attr(struct node *node, const struct stat *st)
{
	bool is_dir = S_ISDIR(st->st_mode);

	node->attr = (struct hw_node_attr){
		.mode = st->st_mode,
		.nlink = is_dir ? 2 : (uint32_t)st->st_nlink,
		.size_bytes = is_dir ? 4096 : (uint64_t)st->st_size,
		.atime_sec = HOSTFS_TIME_SEC,
		.mtime_sec = HOSTFS_TIME_SEC,
		.ctime_sec = HOSTFS_TIME_SEC,
	};
}

hw_node_t hostfs_new_node(struct hostfs *fs, hw_node_t parent, const char *name)
{
	struct node *node;

	if (fs->nr_nodes == fs->room) {
		uint32_t room = fs->room ? fs->room * 2 : 64;
		void *p = realloc(fs->nodes, room * sizeof(*fs->nodes));

		if (!p)
			return NO_NODE;
		fs->nodes = p;
		fs->room = room;
	}
	node = &fs->nodes[fs->nr_nodes];
	*node = (struct node){
		.parent = parent, .name = strdup(name), .upper = UPPER_NONE};
	node->next_in_bucket = NO_NODE;
	return node->name ? fs->nr_nodes++ : NO_NODE;
}

/* The node of the file that @st describes, met in @parent as @name. */
static hw_node_t node_for(struct hostfs *fs, hw_node_t parent, const char *name,
			  const struct stat *st)
{
	hw_node_t n = find_node(fs, st->st_dev, st->st_ino), *bucket;

	if (n != NO_NODE)
		return n;
	n = hostfs_new_node(fs, parent, name);
	if (n == NO_NODE)
		return n;
	bucket = bucket_of(fs, st->st_dev, st->st_ino);
	fs->nodes[n].dev = st->st_dev;
	fs->nodes[n].ino = st->st_ino;
	fs->nodes[n].next_in_bucket = *bucket;
	*bucket = n;
	set_attr(&fs->nodes[n], st);
	return n;
}

/* ---- descriptors -------------------------------------------------------------- */

/* A new descriptor of @node, whose folder is open as @parent_fd; or -errno. */
static int open_fresh(const struct node *node, int parent_fd)
{
	int flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	int fd;

	if (node->host_path)
		fd = open(node->host_path, flags & ~O_NOFOLLOW);
	else
		fd = openat(parent_fd, node->name, flags);
	return fd < 0 ? -errno : fd;
}

/* What was opened must be what was met: a race is no way out. */
static bool is_same(int fd, const struct node *node)
{
	struct stat st;

	return !fstat(fd, &st) && st.st_dev == node->dev &&
	       st.st_ino == node->ino;
}

/* What is open of @n already; -1: nothing. */
static int cached_fd(const struct hostfs *fs, hw_node_t n)
{
	unsigned int slot = n % FD_CACHE;

	if (n == ROOT)
		return fs->root_fd;
	return fs->open[slot].node == n ? fs->open[slot].fd : -1;
}

/* Has the upper folder contents for @node? */
static const char *upper_data(const struct hostfs *fs, const struct node *node)
{
	return node->upper == UPPER_NONE
		       ? NULL
		       : upper_tree(fs->upper)->objects[node->upper].data;
}

static int keep_fd(struct hostfs *fs, hw_node_t n, int fd)
{
	unsigned int slot = n % FD_CACHE;

	if (fs->open[slot].fd >= 0)
		close(fs->open[slot].fd);
	fs->open[slot].node = n;
	fs->open[slot].fd = fd;
	return fd;
}

/* Opens @n within @parent_fd, for the cache to keep. */
static int open_node(struct hostfs *fs, hw_node_t n, int parent_fd)
{
	const struct node *node = &fs->nodes[n];
	int fd;

	if (!S_ISREG(node->attr.mode) && !S_ISDIR(node->attr.mode))
		return -ENXIO;
	fd = open_fresh(node, parent_fd);
	if (fd < 0)
		return fd;
	if (!is_same(fd, node)) {
		close(fd);
		return -ESTALE;
	}
	return keep_fd(fs, n, fd);
}

/*
 * The folders to open before @n, from @n's own upwards to one that is open;
 * the caller frees them. No recursion: a root may be of any depth, and we run
 * on a small stack. NULL when host memory is short.
 */
static hw_node_t *closed_parents(const struct hostfs *fs, hw_node_t n,
				 uint32_t *nr)
{
	hw_node_t *closed, at;

	*nr = 0;
	for (at = n;
	     cached_fd(fs, at) < 0 && at != ROOT && !fs->nodes[at].host_path;
	     at = fs->nodes[at].parent)
		++*nr;
	closed = malloc((*nr + 1) * sizeof(*closed));
	if (!closed)
		return NULL;
	at = n;
	for (uint32_t i = 0; i <= *nr; i++) {
		closed[i] = at;
		at = fs->nodes[at].parent;
	}
	return closed;
}

/* A descriptor of a file or folder, which the cache keeps; or -errno. */
static int node_fd(struct hostfs *fs, hw_node_t n)
{
	int fd = cached_fd(fs, n);
	hw_node_t *path;
	uint32_t i;

	if (fd >= 0)
		return fd;
	if (upper_data(fs, &fs->nodes[n])) {
		fd = upper_open_data(fs->upper, upper_data(fs, &fs->nodes[n]));
		return fd < 0 ? fd : keep_fd(fs, n, fd);
	}
	path = closed_parents(fs, n, &i);
	if (!path)
		return -ENOMEM;
	fd = cached_fd(fs, path[i]);
	if (fd < 0) /* the root, of which there is none, or a program */
		fd = path[i] == ROOT ? -ENOENT : open_node(fs, path[i], -1);
	while (fd >= 0 && i-- > 0)
		fd = open_node(fs, path[i], fd);
	free(path);
	return fd;
}

/* ---- folders -------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name,
		      ((const struct entry *)b)->name);
}

int hostfs_list_add(struct entry **list, uint32_t *nr, const char *name,
		    hw_node_t node)
{
	struct entry *entries = realloc(*list, (*nr + 1) * sizeof(*entries));

	if (!entries)
		return -ENOMEM;
	*list = entries;
	entries[*nr].name = strdup(name);
	if (!entries[*nr].name)
		return -ENOMEM;
	entries[(*nr)++].node = node;
	return 0;
}

static int add_entry(struct node *dir, const char *name, hw_node_t n)
{
	return hostfs_list_add(&dir->entries, &dir->nr_entries, name, n);
}

static bool is_dots(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..");
}

static int read_names(struct hostfs *fs, hw_node_t dir)
{
	int fd = node_fd(fs, dir), error = 0;
	struct dirent *d;
	hw_node_t over;
	DIR *stream;

	if (fd < 0)
		return fd;
	fd = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	stream = fd < 0 ? NULL : fdopendir(fd);
	if (!stream)
		return -errno;
	while (!error && (d = readdir(stream)))
		if (!is_dots(d->d_name) &&
		    !hostfs_lookup_upper(&fs->nodes[dir], d->d_name, &over) &&
		    !(dir == ROOT && fs->host_dir != NO_NODE &&
		      !strcmp(d->d_name, "host")))
			error = add_entry(&fs->nodes[dir], d->d_name, NO_NODE);
	closedir(stream);
	return error;
}

/* Gives the entries their nodes, in order; those that vanished go. */
static void meet_entries(struct hostfs *fs, hw_node_t dir)
{
	struct entry *entries = fs->nodes[dir].entries;
	uint32_t nr = fs->nodes[dir].nr_entries, kept = 0;

	for (uint32_t i = 0; i < nr; i++) {
		if (entries[i].node == NO_NODE &&
		    hostfs_lookup(fs, dir, entries[i].name, &entries[i].node))
			free(entries[i].name);
		else
			entries[kept++] = entries[i];
	}
	fs->nodes[dir].nr_entries = kept;
}

/* The names that the upper folder has for it. */
static int add_over(struct node *dir)
{
	int error = 0;

	for (uint32_t i = 0; !error && i < dir->nr_over; i++)
		if (dir->over[i].node != NO_NODE)
			error = add_entry(dir, dir->over[i].name,
					  dir->over[i].node);
	return error;
}

static int list(struct hostfs *fs, hw_node_t dir)
{
	int error = 0;

	if (fs->nodes[dir].listed)
		return 0;
	if (!fs->nodes[dir].made_up)
		error = read_names(fs, dir);
	if (!error)
		error = add_over(&fs->nodes[dir]);
	if (!error && dir == ROOT && fs->host_dir != NO_NODE)
		error = add_entry(&fs->nodes[dir], "host", fs->host_dir);
	if (error)
		return error;
	fs->nodes[dir].listed = true;
	if (fs->nodes[dir].nr_entries)
		qsort(fs->nodes[dir].entries, fs->nodes[dir].nr_entries,
		      sizeof(struct entry), by_name);
	meet_entries(fs, dir);
	return 0;
}

static int lookup_made_up(const struct node *dir, const char *name,
			  hw_node_t *node)
{
	for (uint32_t i = 0; i < dir->nr_entries; i++)
		if (!strcmp(dir->entries[i].name, name)) {
			*node = dir->entries[i].node;
			return 0;
		}
	return -ENOENT;
}

int hostfs_lookup_lower(struct hostfs *fs, hw_node_t dir, const char *name,
			hw_node_t *node)
{
	struct stat st;
	int fd;

	if (fs->nodes[dir].made_up)
		return lookup_made_up(&fs->nodes[dir], name, node);
	fd = node_fd(fs, dir);
	if (fd < 0)
		return fd;
	if (fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW))
		return -errno;
	*node = node_for(fs, dir, name, &st);
	return *node == NO_NODE ? -ENOMEM : 0;
}

int hostfs_lookup(struct hostfs *fs, hw_node_t dir, const char *name,
		  hw_node_t *node)
{
	const struct node *parent = node_at(fs, dir);
	int error;

	if (!parent || !S_ISDIR(parent->attr.mode))
		return -ENOTDIR;
	if (!*name || is_dots(name) || strchr(name, '/'))
		return -ENOENT;
	if (dir == ROOT && fs->host_dir != NO_NODE && !strcmp(name, "host")) {
		*node = fs->host_dir;
		return 0;
	}
	if (hostfs_lookup_upper(parent, name, node))
		return *node == NO_NODE ? -ENOENT : 0;
	error = hostfs_lookup_lower(fs, dir, name, node);
	return !error && fs->nodes[*node].moved ? -ENOENT : error;
}

int hostfs_getattr(struct hostfs *fs, hw_node_t node, struct hw_node_attr *attr)
{
	if (!node_at(fs, node))
		return -ENOENT;
	*attr = fs->nodes[node].attr;
	return 0;
}

int hostfs_readdir(struct hostfs *fs, hw_node_t dir, uint32_t index, char *name,
		   size_t name_size, hw_node_t *node)
{
	const struct entry *entry;
	int error;

	if (!node_at(fs, dir) || !S_ISDIR(fs->nodes[dir].attr.mode))
		return -ENOTDIR;
	error = list(fs, dir);
	if (error)
		return error;
	if (index >= fs->nodes[dir].nr_entries)
		return -ENOENT;
	entry = &fs->nodes[dir].entries[index];
	if (strlen(entry->name) >= name_size)
		return -ENAMETOOLONG;
	strcpy(name, entry->name);
	*node = entry->node;
	return 0;
}

/* ---- contents --------------------------------------------------------------------- */

int hostfs_read(struct hostfs *fs, hw_node_t node, uint64_t offset, void *to,
		uint32_t nr_bytes)
{
	uint32_t done = 0;
	int fd;

	if (!node_at(fs, node) || !S_ISREG(fs->nodes[node].attr.mode))
		return -EINVAL;
	fd = node_fd(fs, node);
	if (fd < 0)
		return fd;
	while (done < nr_bytes) {
		ssize_t n = pread(fd, (char *)to + done, nr_bytes - done,
				  (off_t)(offset + done));

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			break;
		if (n > 0)
			done += n;
	}
	return (int)done;
}

static int copy_target(const char *target, char *to, size_t size)
{
	const size_t len = strlen(target);

	memcpy(to, target, len < size ? len : size);
	return (int)(len < size ? len : size);
}

int hostfs_readlink(struct hostfs *fs, hw_node_t node, char *to, size_t size)
{
	const struct node *link = node_at(fs, node);
	ssize_t n;
	int fd;

	if (!link || !S_ISLNK(link->attr.mode))
		return -EINVAL;
	if (link->upper != UPPER_NONE &&
	    upper_tree(fs->upper)->objects[link->upper].target)
		return copy_target(
			upper_tree(fs->upper)->objects[link->upper].target, to,
			size);
	fd = node_fd(fs, link->parent);
	if (fd < 0)
		return fd;
	n = readlinkat(fd, link->name, to, size);
	return n < 0 ? -errno : (int)n;
}

/* ---- making it ---------------------------------------------------------------------- */

/* A folder that the host doesn't have. */
static hw_node_t made_up_dir(struct hostfs *fs, const char *name)
{
	hw_node_t n = hostfs_new_node(fs, ROOT, name);

	if (n == NO_NODE)
		return n;
	fs->nodes[n].made_up = true;
	fs->nodes[n].attr = (struct hw_node_attr){
		.mode = S_IFDIR | 0755,
		.nlink = 2,
		.size_bytes = 4096,
		.atime_sec = HOSTFS_TIME_SEC,
		.mtime_sec = HOSTFS_TIME_SEC,
		.ctime_sec = HOSTFS_TIME_SEC,
	};
	return n;
}

static bool make_root(struct hostfs *fs, const char *path, struct diag *diag)
{
	struct stat st;

	if (!*path)
		return made_up_dir(fs, "") == ROOT;
	fs->root_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fs->root_fd < 0 || fstat(fs->root_fd, &st))
		return diag_errno(diag, NULL, "the root folder %s", path);
	return node_for(fs, ROOT, "", &st) == ROOT;
}

struct hostfs *hostfs_create(const char *path, struct diag *diag)
{
	struct hostfs *fs = calloc(1, sizeof(*fs));

	if (!fs) {
		diag_error(diag, NULL, "no memory for the root folder");
		return NULL;
	}
	fs->root_fd = -1;
	fs->host_dir = NO_NODE;
	memset(fs->bucket, 0xff, sizeof(fs->bucket));
	for (int i = 0; i < FD_CACHE; i++)
		fs->open[i].fd = -1;
	if (make_root(fs, path, diag))
		return fs;
	hostfs_destroy(fs);
	return NULL;
}

static void free_node(struct node *node)
{
	for (uint32_t i = 0; i < node->nr_entries; i++)
		free(node->entries[i].name);
	for (uint32_t i = 0; i < node->nr_over; i++)
		free(node->over[i].name);
	free(node->over);
	free(node->entries);
	free(node->name);
	free(node->host_path);
}

void hostfs_destroy(struct hostfs *fs)
{
	if (!fs)
		return;
	for (int i = 0; i < FD_CACHE; i++)
		if (fs->open[i].fd >= 0)
			close(fs->open[i].fd);
	for (uint32_t i = 0; i < fs->nr_nodes; i++)
		free_node(&fs->nodes[i]);
	if (fs->root_fd >= 0)
		close(fs->root_fd);
	upper_save_free(fs->save);
	upper_close(fs->upper);
	free(fs->save_failed);
	free(fs->nodes);
	free(fs);
}

/* The guest's path of a program: /host/NAME, or /host/N-NAME. */
static bool name_file(const struct hostfs *fs, const char *path, char *to,
		      size_t size)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	hw_node_t taken;

	snprintf(to, size, "/host/%s", name);
	for (int n = 2; n < 100; n++) {
		if (lookup_made_up(&fs->nodes[fs->host_dir],
				   to + strlen("/host/"), &taken))
			return true;
		snprintf(to, size, "/host/%d-%s", n, name);
	}
	return false;
}

const char *hostfs_add_file(struct hostfs *fs, const char *path,
			    struct diag *diag)
{
	char guest_path[PATH_MAX];
	struct stat st;
	hw_node_t n;

	if (stat(path, &st) || access(path, R_OK)) {
		diag_errno(diag, NULL, "the file host:%s", path);
		return NULL;
	}
	if (!S_ISREG(st.st_mode)) {
		diag_error(diag, NULL, "the file host:%s is no file", path);
		return NULL;
	}
	if (fs->host_dir == NO_NODE)
		fs->host_dir = made_up_dir(fs, "host");
	if (fs->host_dir == NO_NODE ||
	    !name_file(fs, path, guest_path, sizeof(guest_path)))
		goto no_memory;
	n = hostfs_new_node(fs, fs->host_dir, guest_path);
	if (n == NO_NODE)
		goto no_memory;
	fs->nodes[n].host_path = strdup(path);
	fs->nodes[n].dev = st.st_dev;
	fs->nodes[n].ino = st.st_ino;
	set_attr(&fs->nodes[n], &st);
	fs->nodes[n].attr.mode |= 0555; /* it is there to be run */
	if (fs->nodes[n].host_path &&
	    !add_entry(&fs->nodes[fs->host_dir], guest_path + strlen("/host/"),
		       n))
		return fs->nodes[n].name;
no_memory:
	diag_error(diag, NULL, "no memory for the file host:%s", path);
	return NULL;
}
