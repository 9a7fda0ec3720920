/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What guests have changed goes into the upper folder.
 *
 * The kernel tells all that differs from the tree it was shown when the run
 * began (struct hw_ops), each time anew. That is laid over what the folder
 * held then, and makes the next state: contents that changed are written
 * into it, as "new.NUMBER" until all names are known and each has its place,
 * those that didn't are linked.
 *
 * An object of ours that no name leads to is forgotten. One of the root
 * folder stays, even where it is hidden, as long as it has links.
 *
 * Errors stay until the end, which then changes nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/diag.h"
#include "emu/hostfs_internal.h"
#include "emu/upper.h"

#define NR_BUCKETS 4096

/* Deeper, or longer, and contents stand in lost/. */
#define MAX_DEPTH      32
#define MAX_PATH_BYTES 3000

/* Beside each object of the tree. */
struct state {
	bool told; /* by the kernel, in this round */
	bool fresh; /* its contents are in new.NUMBER */
	bool dead;
	uint32_t nr_names, first_name;
	hw_node_t node; /* that shows it; NO_NODE: none yet */
};

struct known { /* which object the kernel means */
	struct hw_inode_ref ref;
	uint32_t object, next;
};

struct upper_save {
	struct upper_tree tree;
	struct state *states; /* as many as objects */
	uint32_t state_room;
	struct known *known;
	uint32_t nr_known, known_room;
	uint32_t known_bucket[NR_BUCKETS];
	uint32_t *next_name; /* of the same bucket, for each name */
	uint32_t next_room;
	uint32_t name_bucket[NR_BUCKETS];
	int dir_fd; /* the next state's */
	uint32_t data_of; /* whose contents are open */
	int data_fd;
	int error;
};

static void fail(struct upper_save *save, int error)
{
	if (!save->error)
		save->error = error;
}

static bool grow(void **things, uint32_t nr, uint32_t *room, size_t size)
{
	uint32_t more = *room ? *room : 64;
	void *p;

	while (more <= nr)
		more *= 2;
	if (more == *room)
		return true;
	p = realloc(*things, more * size);
	if (!p)
		return false;
	*things = p;
	*room = more;
	return true;
}

/* ---- objects --------------------------------------------------------------- */

static uint32_t *known_bucket(struct upper_save *save, struct hw_inode_ref ref)
{
	return &save->known_bucket[(ref.node * 31 + ref.number) % NR_BUCKETS];
}

static bool same_ref(struct hw_inode_ref a, struct hw_inode_ref b)
{
	return a.node == b.node &&
	       (a.node != HW_NODE_NONE || a.number == b.number);
}

/* The kernel doesn't number files of the host. */
static struct hw_inode_ref clean_ref(struct hw_inode_ref ref)
{
	if (ref.node != HW_NODE_NONE)
		ref.number = 0;
	return ref;
}

static void know(struct upper_save *save, struct hw_inode_ref ref,
		 uint32_t object)
{
	uint32_t *bucket = known_bucket(save, ref);

	if (!grow((void **)&save->known, save->nr_known, &save->known_room,
		  sizeof(*save->known))) {
		fail(save, -ENOMEM);
		return;
	}
	save->states[object].node = ref.node;
	save->known[save->nr_known] = (struct known){ref, object, *bucket};
	*bucket = save->nr_known++;
}

/* UPPER_NONE: nothing is kept of it. */
static uint32_t find_object(struct upper_save *save, struct hw_inode_ref ref)
{
	uint32_t i;

	ref = clean_ref(ref);
	for (i = *known_bucket(save, ref); i != UPPER_NONE;
	     i = save->known[i].next)
		if (same_ref(save->known[i].ref, ref))
			return save->known[i].object;
	return UPPER_NONE;
}

/* Its path in the root folder; NULL: it isn't there, or no memory. */
static char *lower_path(struct upper_save *save, const struct hostfs *fs,
			hw_node_t n)
{
	size_t len = 1;
	char *path, *at;

	for (hw_node_t i = n; i != ROOT; i = fs->nodes[i].parent) {
		if (fs->nodes[i].made_up || fs->nodes[i].host_path)
			return NULL;
		len += strlen(fs->nodes[i].name) + 1;
	}
	path = malloc(len);
	if (!path) {
		fail(save, -ENOMEM);
		return NULL;
	}
	at = path + len - 1;
	*at = '\0';
	for (hw_node_t i = n; i != ROOT; i = fs->nodes[i].parent) {
		const size_t part = strlen(fs->nodes[i].name);

		if (at != path + len - 1)
			*--at = '/';
		at -= part;
		memcpy(at, fs->nodes[i].name, part);
	}
	memmove(path, at, strlen(at) + 1);
	return path;
}

static uint32_t add_object(struct upper_save *save,
			   const struct upper_object *object)
{
	uint32_t i = upper_add_object(&save->tree, object);

	if (i == UPPER_NONE ||
	    !grow((void **)&save->states, i, &save->state_room,
		  sizeof(*save->states))) {
		fail(save, -ENOMEM);
		return UPPER_NONE;
	}
	save->states[i] = (struct state){.first_name = UPPER_NONE,
					 .node = NO_NODE};
	return i;
}

/* UPPER_NONE: it is nothing to keep (programs of the host's), or no memory. */
static uint32_t new_object(struct upper_save *save, const struct hostfs *fs,
			   struct hw_inode_ref ref)
{
	struct upper_object object = {0};
	uint32_t i;

	if (ref.node != HW_NODE_NONE) {
		object.lower = lower_path(save, fs, ref.node);
		if (!object.lower)
			return UPPER_NONE;
	}
	i = add_object(save, &object);
	free(object.lower);
	if (i != UPPER_NONE)
		know(save, clean_ref(ref), i);
	return i;
}

/* ---- names ----------------------------------------------------------------- */

static uint32_t *name_bucket(struct upper_save *save, uint32_t dir,
			     const char *name)
{
	uint32_t hash = 2166136261u ^ dir * 0x9e3779b1u;

	while (*name)
		hash = (hash ^ (uint8_t)*name++) * 16777619u;
	return &save->name_bucket[hash % NR_BUCKETS];
}

static void chain_name(struct upper_save *save, uint32_t i)
{
	const struct upper_name *name = &save->tree.names[i];
	uint32_t *bucket = name_bucket(save, name->dir, name->name);

	if (!grow((void **)&save->next_name, i, &save->next_room,
		  sizeof(*save->next_name))) {
		fail(save, -ENOMEM);
		return;
	}
	save->next_name[i] = *bucket;
	*bucket = i;
}

static uint32_t find_name(struct upper_save *save, uint32_t dir,
			  const char *name)
{
	uint32_t i = *name_bucket(save, dir, name);

	while (i != UPPER_NONE && (save->tree.names[i].dir != dir ||
				   strcmp(save->tree.names[i].name, name)))
		i = save->next_name[i];
	return i;
}

/* ---- what the kernel tells ------------------------------------------------- */

static bool adopt(struct upper_save *save, const struct hostfs *fs)
{
	const struct upper_tree *old = upper_tree(fs->upper);

	for (uint32_t i = 0; i < old->nr_objects; i++)
		if (add_object(save, &old->objects[i]) != i)
			return false;
	for (uint32_t i = 0; i < old->nr_names; i++) {
		if (upper_add_name(&save->tree, old->names[i].dir,
				   old->names[i].name,
				   old->names[i].object) != i)
			return false;
		chain_name(save, i);
	}
	for (hw_node_t n = 0; n < fs->nr_nodes; n++)
		if (fs->nodes[n].upper != UPPER_NONE)
			know(save, (struct hw_inode_ref){n, 0},
			     fs->nodes[n].upper);
	return !save->error;
}

int hostfs_save_begin(struct hostfs *fs)
{
	struct upper_save *save;

	if (!fs->upper)
		return -EOPNOTSUPP;
	save = calloc(1, sizeof(*save));
	if (!save)
		return -ENOMEM;
	memset(save->known_bucket, 0xff, sizeof(save->known_bucket));
	memset(save->name_bucket, 0xff, sizeof(save->name_bucket));
	save->data_fd = -1;
	save->dir_fd = upper_begin(fs->upper);
	if (save->dir_fd < 0)
		fail(save, save->dir_fd);
	if (!adopt(save, fs))
		fail(save, -ENOMEM);
	upper_save_free(fs->save);
	fs->save = save;
	return 0;
}

static void new_name(char name[32], uint32_t object)
{
	snprintf(name, 32, "new.%u", object);
}

/* The new contents of @object, open for writing. */
static int data_fd(struct upper_save *save, uint32_t object, bool make)
{
	char name[32];

	if (save->data_fd >= 0 && save->data_of == object)
		return save->data_fd;
	if (save->data_fd >= 0)
		close(save->data_fd);
	new_name(name, object);
	save->data_fd = openat(save->dir_fd, name,
			       O_WRONLY | O_CLOEXEC | O_NOFOLLOW |
				       (make ? O_CREAT | O_EXCL : 0),
			       0666);
	save->data_of = object;
	if (save->data_fd < 0)
		fail(save, -errno);
	return save->data_fd;
}

static void write_data(struct upper_save *save, int fd, uint64_t offset,
		       const char *bytes, size_t nr)
{
	while (nr && !save->error) {
		ssize_t n = pwrite(fd, bytes, nr, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			fail(save, n ? -errno : -ENOSPC);
			return;
		}
		bytes += n;
		offset += (uint64_t)n;
		nr -= (size_t)n;
	}
}

/* What holds of the old contents. */
static void copy_kept(struct upper_save *save, struct hostfs *fs, hw_node_t n,
		      int fd, uint64_t nr_bytes)
{
	char bytes[8192];

	for (uint64_t at = 0; at < nr_bytes && !save->error;) {
		uint64_t left = nr_bytes - at;
		int got = hostfs_read(fs, n, at, bytes,
				      left < sizeof(bytes) ? (uint32_t)left
							   : sizeof(bytes));

		if (got < 0)
			fail(save, got);
		if (got <= 0)
			return;
		write_data(save, fd, at, bytes, (size_t)got);
		at += (uint64_t)got;
	}
}

static void renew_data(struct upper_save *save, struct hostfs *fs, uint32_t i,
		       const struct hw_saved_inode *inode)
{
	int fd = data_fd(save, i, true);

	if (fd < 0)
		return;
	save->states[i].fresh = true;
	if (inode->ref.node != HW_NODE_NONE)
		copy_kept(save, fs, inode->ref.node, fd,
			  (uint64_t)inode->kept_bytes);
	if (ftruncate(fd, (off_t)inode->attr.size_bytes))
		fail(save, -errno);
}

void hostfs_save_inode(struct hostfs *fs, const struct hw_saved_inode *inode)
{
	struct upper_save *save = fs->save;
	struct upper_object *object;
	uint32_t i;

	if (save->error)
		return;
	i = find_object(save, inode->ref);
	if (i == UPPER_NONE)
		i = new_object(save, fs, inode->ref);
	if (i == UPPER_NONE)
		return;
	save->states[i].told = true;
	object = &save->tree.objects[i];
	object->attr = inode->attr;
	if (inode->target && !object->target && !object->lower) {
		object->target = strdup(inode->target);
		if (!object->target)
			fail(save, -ENOMEM);
	}
	if (S_ISREG(inode->attr.mode) && inode->kept_bytes >= 0)
		renew_data(save, fs, i, inode);
}

/* A file of the root folder loses a name that the kernel didn't tell us of. */
static void lose_link(struct upper_save *save, struct hostfs *fs, hw_node_t dir,
		      const char *name)
{
	hw_node_t n;
	uint32_t i;

	if (dir == HW_NODE_NONE || hostfs_lookup(fs, dir, name, &n))
		return;
	i = fs->nodes[n].upper;
	if (i == UPPER_NONE || save->states[i].told ||
	    S_ISDIR(fs->nodes[n].attr.mode))
		return;
	if (save->tree.objects[i].attr.nlink)
		save->tree.objects[i].attr.nlink--;
	if (!save->tree.objects[i].attr.nlink)
		save->states[i].dead = true;
}

void hostfs_save_name(struct hostfs *fs, struct hw_inode_ref dir,
		      const char *name, const struct hw_inode_ref *inode)
{
	struct upper_save *save = fs->save;
	uint32_t d, i, at;

	if (save->error)
		return;
	d = find_object(save, dir);
	i = inode ? find_object(save, *inode) : UPPER_NONE;
	if (d == UPPER_NONE || (inode && i == UPPER_NONE))
		return;
	lose_link(save, fs, dir.node, name);
	at = find_name(save, d, name);
	if (at != UPPER_NONE) {
		save->tree.names[at].object = i;
		return;
	}
	at = upper_add_name(&save->tree, d, name, i);
	if (at == UPPER_NONE)
		fail(save, -ENOMEM);
	else
		chain_name(save, at);
}

void hostfs_save_page(struct hostfs *fs, struct hw_inode_ref inode,
		      uint64_t offset, const void *bytes, uint32_t nr_bytes)
{
	struct upper_save *save = fs->save;
	uint32_t i;
	int fd;

	if (save->error)
		return;
	i = find_object(save, inode);
	if (i == UPPER_NONE || !save->states[i].fresh)
		return;
	fd = data_fd(save, i, false);
	if (fd >= 0)
		write_data(save, fd, offset, bytes, nr_bytes);
}

/* ---- what is left ---------------------------------------------------------- */

static bool is_ours(const struct upper_object *object)
{
	return !object->lower;
}

static void count_names(struct upper_save *save)
{
	for (uint32_t i = 0; i < save->tree.nr_objects; i++) {
		save->states[i].nr_names = 0;
		save->states[i].first_name = UPPER_NONE;
	}
	for (uint32_t n = 0; n < save->tree.nr_names; n++) {
		const struct upper_name *name = &save->tree.names[n];
		struct state *state;

		if (save->states[name->dir].dead || name->object == UPPER_NONE)
			continue;
		state = &save->states[name->object];
		if (!state->nr_names++)
			state->first_name = n;
	}
}

/* What lies in folders that nothing leads to goes with them. */
static void find_dead(struct upper_save *save)
{
	bool again = true;

	while (again) {
		again = false;
		count_names(save);
		for (uint32_t i = 1; i < save->tree.nr_objects; i++) {
			if (save->states[i].dead ||
			    !is_ours(&save->tree.objects[i]) ||
			    save->states[i].nr_names)
				continue;
			save->states[i].dead = again = true;
		}
	}
}

/* A name that is gone from where it never was needs no word. */
static bool is_needless(const struct upper_save *save, struct hostfs *fs,
			const struct upper_name *name)
{
	const hw_node_t dir = save->states[name->dir].node;
	hw_node_t n;

	if (name->object != UPPER_NONE)
		return save->states[name->object].dead;
	if (is_ours(&save->tree.objects[name->dir]))
		return true;
	return dir != NO_NODE && !fs->nodes[dir].made_up &&
	       hostfs_lookup_lower(fs, dir, name->name, &n) == -ENOENT;
}

/* The objects and names that are left, numbered anew. */
static bool compact(struct upper_save *save, struct hostfs *fs)
{
	struct upper_tree *tree = &save->tree;
	uint32_t *number = malloc(tree->nr_objects * sizeof(*number));
	struct upper_tree left = {0};
	bool good = number;

	for (uint32_t i = 0; good && i < tree->nr_objects; i++) {
		if (save->states[i].dead)
			continue;
		if (is_ours(&tree->objects[i]) &&
		    !S_ISDIR(tree->objects[i].attr.mode))
			tree->objects[i].attr.nlink = save->states[i].nr_names;
		number[i] = upper_add_object(&left, &tree->objects[i]);
		good = number[i] != UPPER_NONE;
	}
	for (uint32_t n = 0; good && n < tree->nr_names; n++) {
		const struct upper_name *name = &tree->names[n];

		if (save->states[name->dir].dead || is_needless(save, fs, name))
			continue;
		good = upper_add_name(&left, number[name->dir], name->name,
				      name->object == UPPER_NONE
					      ? UPPER_NONE
					      : number[name->object]) !=
		       UPPER_NONE;
	}
	free(number);
	upper_free_tree(tree);
	*tree = left;
	return good;
}

/* ---- places ---------------------------------------------------------------- */

/* Writes @part, and "/" if need be, before @*at. */
static bool prepend(char *buf, char **at, const char *part)
{
	const size_t len = strlen(part);

	if (!len)
		return true;
	if ((size_t)(*at - buf) < len + 1)
		return false;
	if (**at)
		*--*at = '/';
	*at -= len;
	memcpy(*at, part, len);
	return true;
}

/*
 * Where people look for the contents of object @i: its path in the guest,
 * below "files". False: that is too long.
 */
static bool guest_path(const struct upper_save *save, uint32_t i, char *buf,
		       size_t size, char **path)
{
	char *at = buf + size - 1;
	unsigned int depth = 0;

	*at = '\0';
	while (i != UPPER_ROOT) {
		const struct upper_object *object = &save->tree.objects[i];
		const uint32_t n = save->states[i].first_name;

		if (depth++ > MAX_DEPTH)
			return false;
		if (n == UPPER_NONE) {
			for (const char *c = object->lower; *c; c++)
				depth += *c == '/';
			if (!prepend(buf, &at, object->lower))
				return false;
			break;
		}
		if (!prepend(buf, &at, save->tree.names[n].name))
			return false;
		i = save->tree.names[n].dir;
	}
	*path = at;
	return depth <= MAX_DEPTH && prepend(buf, path, "files");
}

static int place_fresh(struct upper_save *save, uint32_t i, const char *path)
{
	const char *last;
	char name[32];
	int error = 0, dir = upper_open_parent(save->dir_fd, path, true, &last);

	if (dir < 0)
		return dir;
	new_name(name, i);
	if (!faccessat(dir, last, F_OK, AT_SYMLINK_NOFOLLOW))
		error = -EEXIST;
	else if (renameat(save->dir_fd, name, dir, last))
		error = -errno;
	close(dir);
	return error;
}

static int place_at(struct upper_save *save, const struct hostfs *fs,
		    uint32_t i, const char *path)
{
	return save->states[i].fresh
		       ? place_fresh(save, i, path)
		       : upper_keep_data(fs->upper, save->tree.objects[i].data,
					 save->dir_fd, path);
}

static void place_data(struct upper_save *save, const struct hostfs *fs,
		       uint32_t i)
{
	struct upper_object *object = &save->tree.objects[i];
	char buf[MAX_PATH_BYTES], lost[32], *path;
	int error = -ENAMETOOLONG;

	if (guest_path(save, i, buf, sizeof(buf), &path))
		error = place_at(save, fs, i, path);
	if (error) { /* another file is there, or the host can't name it */
		snprintf(lost, sizeof(lost), "lost/%u", i);
		path = lost;
		error = place_at(save, fs, i, path);
	}
	if (error)
		fail(save, error);
	free(object->data);
	object->data = strdup(path);
	if (!object->data)
		fail(save, -ENOMEM);
}

static void place_all(struct upper_save *save, const struct hostfs *fs)
{
	char name[32];

	for (uint32_t i = 0; i < save->tree.nr_objects && !save->error; i++) {
		if (save->states[i].fresh) {
			int fd = data_fd(save, i, false);

			if (fd >= 0 && fdatasync(fd))
				fail(save, -errno);
		}
		new_name(name, i);
		if (!save->states[i].dead &&
		    (save->states[i].fresh || save->tree.objects[i].data))
			place_data(save, fs, i);
		else if (save->states[i].fresh)
			unlinkat(save->dir_fd, name, 0);
	}
}

/* ---- the end --------------------------------------------------------------- */

/* The first is told. */
static void remember(struct hostfs *fs, int error)
{
	if (!fs->save_failed)
		fs->save_failed = calloc(1, sizeof(*fs->save_failed));
	if (!fs->save_failed)
		return;
	errno = -error;
	diag_errno(fs->save_failed, NULL,
		   "what guests changed is not kept; the upper folder %s is as "
		   "it was",
		   upper_path(fs->upper));
}

int hostfs_save_end(struct hostfs *fs, int error)
{
	struct upper_save *save = fs->save;

	if (error)
		fail(save, error);
	fs->save = NULL;
	find_dead(save);
	place_all(save, fs);
	if (!save->error && !compact(save, fs))
		fail(save, -ENOMEM);
	if (!save->error)
		fail(save, upper_write_index(&save->tree, save->dir_fd));
	if (!save->error)
		fail(save, upper_commit(fs->upper, save->dir_fd));
	error = save->error;
	upper_save_free(save);
	if (error)
		remember(fs, error);
	return error ? -EIO : 0;
}

void upper_save_free(struct upper_save *save)
{
	if (!save)
		return;
	if (save->data_fd >= 0)
		close(save->data_fd);
	if (save->dir_fd >= 0)
		close(save->dir_fd);
	upper_free_tree(&save->tree);
	free(save->states);
	free(save->known);
	free(save->next_name);
	free(save);
}

bool hostfs_kept_all(const struct hostfs *fs, struct diag *diag)
{
	return !fs->save_failed ||
	       diag_error(diag, NULL, "%s", fs->save_failed->text);
}
