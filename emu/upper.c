/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The upper folder, on the host:
 *
 *	current/		what the next run begins with
 *	    index		names, kinds, owners, modes, times, links: text
 *	    files/PATH		contents, by their path in the guest, for people
 *	    lost/NUMBER		the same, where PATH can't be had on the host
 *	next/, base/, old/	for moments, while a state replaces another
 *
 * Whatever guests make, on the host there are only plain folders and plain
 * files of ours in it: symlinks, devices, owners, set-uid bits stand in the
 * index alone, so that nobody who looks around in it, we least of all, is led
 * anywhere. All names are opened one component at a time and no symlink is
 * followed.
 *
 * States follow each other whole. A new one is written beside the present one,
 * brought to the disk, and takes its place by renaming; contents are never
 * changed in place, and those that stay are linked into the new state. So a
 * run that is killed, or a host that fails, at any moment leaves a state that
 * was complete: the index's last line says whether it is. What was present
 * when a run began is called base once there is a newer one, and stays until
 * the run ends, since the run still reads from it.
 */
#include "emu/upper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/diag.h"

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct upper {
	char *path;
	int fd; /* locked */
	int base_fd; /* what we began with; -1: nothing */
	bool replaced; /* it is no longer the present state */
	struct upper_tree tree;
};

const struct upper_tree *upper_tree(const struct upper *upper)
{
	return &upper->tree;
}

const char *upper_path(const struct upper *upper)
{
	return upper->path;
}

void upper_init_root(struct upper *upper, const struct hw_node_attr *attr)
{
	if (upper->base_fd < 0)
		upper->tree.objects[UPPER_ROOT].attr = *attr;
}

/* ---- walking --------------------------------------------------------------- */

static int open_dir(int fd, const char *name, bool make)
{
	if (make && mkdirat(fd, name, 0777) && errno != EEXIST)
		return -errno;
	fd = openat(fd, name, DIR_FLAGS);
	return fd < 0 ? -errno : fd;
}

/* Cuts the first component of *@path into @name; false: it is no such thing. */
static bool next_component(const char **path, char name[256])
{
	const size_t len = strcspn(*path, "/");

	if (!len || len > 255)
		return false;
	memcpy(name, *path, len);
	name[len] = '\0';
	*path += len;
	return strcmp(name, ".") && strcmp(name, "..");
}

int upper_open_parent(int fd, const char *path, bool make, const char **last)
{
	char name[256];
	int at = dup(fd);

	if (at < 0)
		return -errno;
	for (;;) {
		int next;

		*last = path;
		if (!next_component(&path, name)) {
			close(at);
			return -EINVAL;
		}
		if (!*path)
			return at;
		path++;
		next = open_dir(at, name, make);
		close(at);
		if (next < 0)
			return next;
		at = next;
	}
}

static int open_data_at(int fd, const char *data)
{
	const char *last;
	int dir = upper_open_parent(fd, data, false, &last);
	struct stat st;

	if (dir < 0)
		return dir;
	fd = openat(dir, last, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		fd = -errno;
	close(dir);
	if (fd >= 0 && (fstat(fd, &st) || !S_ISREG(st.st_mode))) {
		close(fd);
		return -EINVAL;
	}
	return fd;
}

int upper_open_data(const struct upper *upper, const char *data)
{
	return open_data_at(upper->base_fd, data);
}

/* ---- removing -------------------------------------------------------------- */

/*
 * Removes @name of @fd with all below. As deep as what we make: upper_save.c
 * gives no longer paths. What can't be removed stays, and is in nobody's way.
 */
static void remove_tree(int fd, const char *name)
{
	int dir = openat(fd, name, DIR_FLAGS);
	DIR *stream = dir < 0 ? NULL : fdopendir(dir);
	struct dirent *d;

	if (!stream) {
		if (dir >= 0)
			close(dir);
		unlinkat(fd, name, 0);
		return;
	}
	while ((d = readdir(stream)))
		if (strcmp(d->d_name, ".") && strcmp(d->d_name, "..") &&
		    unlinkat(dir, d->d_name, 0) &&
		    (errno == EISDIR || errno == EPERM))
			remove_tree(dir, d->d_name);
	closedir(stream);
	unlinkat(fd, name, AT_REMOVEDIR);
}

/* ---- a new state ----------------------------------------------------------- */

int upper_begin(struct upper *upper)
{
	remove_tree(upper->fd, "next");
	return open_dir(upper->fd, "next", true);
}

static int copy_data(int from, int to)
{
	char buf[16384];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		if (write(to, buf, (size_t)n) != n)
			return errno ? -errno : -ENOSPC;
	return n < 0 || fsync(to) ? -errno : 0;
}

/* For file systems without hard links, or with no more of them. */
static int copy_file(int base_fd, const char *data, int dir, const char *name)
{
	int from = open_data_at(base_fd, data), to, error;

	if (from < 0)
		return from;
	to = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	error = to < 0 ? -errno : copy_data(from, to);
	close(from);
	if (to >= 0)
		close(to);
	return error;
}

int upper_keep_data(const struct upper *upper, const char *data, int next_fd,
		    const char *to)
{
	const char *from_name, *to_name;
	int from = upper_open_parent(upper->base_fd, data, false, &from_name);
	int dir, error = 0;

	if (from < 0)
		return from;
	dir = upper_open_parent(next_fd, to, true, &to_name);
	if (dir < 0)
		error = dir;
	else if (linkat(from, from_name, dir, to_name, 0))
		error = errno == EEXIST
				? -EEXIST
				: copy_file(upper->base_fd, data, dir, to_name);
	close(from);
	if (dir >= 0)
		close(dir);
	return error;
}

int upper_commit(struct upper *upper, int next_fd)
{
	const bool first = !upper->replaced && upper->base_fd >= 0;

	if (fsync(next_fd))
		return -errno;
	if (renameat(upper->fd, "current", upper->fd, first ? "base" : "old") &&
	    errno != ENOENT)
		return -errno;
	if (renameat(upper->fd, "next", upper->fd, "current"))
		return -errno;
	upper->replaced = true;
	fsync(upper->fd);
	remove_tree(upper->fd, "old");
	return 0;
}

/* ---- opening --------------------------------------------------------------- */

static bool is_complete(const struct upper *upper, const char *state)
{
	int fd = openat(upper->fd, state, DIR_FLAGS);
	const bool complete = fd >= 0 && upper_index_complete(fd);

	if (fd >= 0)
		close(fd);
	return complete;
}

/* After a run that didn't come to its end: the newest complete state counts. */
static void recover(struct upper *upper)
{
	static const char *const states[] = {"next", "old", "base"};
	size_t i = 0;

	if (faccessat(upper->fd, "current", F_OK, AT_SYMLINK_NOFOLLOW)) {
		while (i < 3 && !is_complete(upper, states[i]))
			i++;
		if (i < 3)
			renameat(upper->fd, states[i], upper->fd, "current");
	}
	for (i = 0; i < 3; i++)
		remove_tree(upper->fd, states[i]);
}

/* Does anything lie in the folder that is none of ours? */
static bool has_strangers(int fd)
{
	static const char *const ours[] = {".",    "..",   "current",
					   "next", "base", "old"};
	DIR *stream;
	struct dirent *d;
	bool stranger = false;

	fd = openat(fd, ".", DIR_FLAGS);
	stream = fd < 0 ? NULL : fdopendir(fd);
	if (!stream)
		return true;
	while (!stranger && (d = readdir(stream))) {
		stranger = true;
		for (size_t i = 0; i < sizeof(ours) / sizeof(*ours); i++)
			stranger &= strcmp(d->d_name, ours[i]) != 0;
	}
	closedir(stream);
	return stranger;
}

/* Is the folder @inner, or one above it, the folder @outer? */
static bool lies_in(const char *inner, const char *outer)
{
	struct stat st, of_outer, above = {0};
	int fd = open(inner, O_RDONLY | O_DIRECTORY | O_CLOEXEC), up;
	bool same = false;

	if (fd < 0 || stat(outer, &of_outer)) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (!fstat(fd, &st)) {
		same = st.st_dev == of_outer.st_dev &&
		       st.st_ino == of_outer.st_ino;
		if (same ||
		    (st.st_dev == above.st_dev && st.st_ino == above.st_ino))
			break; /* found, or / is above itself */
		above = st;
		up = openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (up < 0)
			break;
		close(fd);
		fd = up;
	}
	close(fd);
	return same;
}

static bool open_folder(struct upper *upper, const char *root,
			struct diag *diag)
{
	const char *path = upper->path;

	if (mkdir(path, 0777) && errno != EEXIST)
		return diag_errno(diag, NULL, "the upper folder %s", path);
	upper->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (upper->fd < 0 || faccessat(upper->fd, ".", R_OK | W_OK | X_OK, 0))
		return diag_errno(diag, NULL, "the upper folder %s", path);
	if (*root && (lies_in(path, root) || lies_in(root, path)))
		return diag_error(diag, NULL,
				  "the upper folder %s and the root folder %s "
				  "lie in one another; name one elsewhere",
				  path, root);
	if (flock(upper->fd, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK)
			return diag_errno(diag, NULL, "the upper folder %s",
					  path);
		return diag_error(diag, NULL,
				  "the upper folder %s is in use by another "
				  "run; wait for its end or name another",
				  path);
	}
	if (has_strangers(upper->fd))
		return diag_error(diag, NULL,
				  "the folder %s is no upper folder: other "
				  "things lie in it; name an empty one",
				  path);
	return true;
}

/* In a new folder guests have changed nothing: there is the root alone. */
static bool load(struct upper *upper, struct diag *diag)
{
	const struct upper_object root = {.lower = (char *)""};

	upper->base_fd = openat(upper->fd, "current", DIR_FLAGS);
	if (upper->base_fd >= 0)
		return upper_read_index(&upper->tree, upper->base_fd,
					upper->path, diag);
	if (errno != ENOENT)
		return diag_errno(diag, NULL, "the upper folder %s/current",
				  upper->path);
	return upper_add_object(&upper->tree, &root) == UPPER_ROOT ||
	       diag_error(diag, NULL, "no memory for the upper folder");
}

struct upper *upper_open(const char *path, const char *root, struct diag *diag)
{
	struct upper *upper = calloc(1, sizeof(*upper));

	if (upper)
		upper->path = strdup(path);
	if (!upper || !upper->path) {
		free(upper);
		diag_error(diag, NULL, "no memory for the upper folder");
		return NULL;
	}
	upper->fd = upper->base_fd = -1;
	if (open_folder(upper, root, diag)) {
		recover(upper);
		if (load(upper, diag))
			return upper;
	}
	upper_close(upper);
	return NULL;
}

void upper_close(struct upper *upper)
{
	if (!upper)
		return;
	if (upper->replaced)
		remove_tree(upper->fd, "base");
	if (upper->base_fd >= 0)
		close(upper->base_fd);
	if (upper->fd >= 0)
		close(upper->fd); /* and the lock is gone */
	upper_free_tree(&upper->tree);
	free(upper->path);
	free(upper);
}
