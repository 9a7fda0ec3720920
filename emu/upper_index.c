/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The index of an upper folder: what there is beside contents, as text.
 *
 *	mmuscope-upper 1
 *	object MODE UID GID NLINK RDEV SIZE ATIME MTIME CTIME LOWER DATA TARGET
 *	name DIR OBJECT NAME
 *	gone DIR NAME
 *	end
 *
 * Objects are numbered from 0, the root, in the order in which they stand. A
 * text is "-" for none or "=" and its bytes, all that isn't plain ASCII as
 * %XX. Times are seconds and nanoseconds with a point between.
 *
 * The folder may come from anybody: each number is checked, and what the
 * others rely on: folders have one place each and form a tree, names are
 * single components, no name of a folder stands there twice.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emu/diag.h"
#include "emu/upper.h"

#define INDEX "index"
#define MAGIC "mmuscope-upper 1"
#define END   "end"

/* ---- the tree -------------------------------------------------------------- */

static bool copy_text(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return *to || !from;
}

static void free_object(struct upper_object *object)
{
	free(object->lower);
	free(object->data);
	free(object->target);
}

/* Room for one more of @nr things of @size bytes. */
static bool make_room(void **things, uint32_t nr, uint32_t *room, size_t size)
{
	uint32_t more = *room ? *room * 2 : 64;
	void *p;

	if (nr < *room)
		return true;
	p = realloc(*things, more * size);
	if (!p)
		return false;
	*things = p;
	*room = more;
	return true;
}

uint32_t upper_add_object(struct upper_tree *tree,
			  const struct upper_object *from)
{
	struct upper_object copy = {.attr = from->attr};

	if (!copy_text(&copy.lower, from->lower) ||
	    !copy_text(&copy.data, from->data) ||
	    !copy_text(&copy.target, from->target) ||
	    !make_room((void **)&tree->objects, tree->nr_objects,
		       &tree->object_room, sizeof(copy))) {
		free_object(&copy);
		return UPPER_NONE;
	}
	tree->objects[tree->nr_objects] = copy;
	return tree->nr_objects++;
}

uint32_t upper_add_name(struct upper_tree *tree, uint32_t dir, const char *name,
			uint32_t object)
{
	struct upper_name copy = {.dir = dir, .object = object};

	if (!copy_text(&copy.name, name) ||
	    !make_room((void **)&tree->names, tree->nr_names, &tree->name_room,
		       sizeof(copy))) {
		free(copy.name);
		return UPPER_NONE;
	}
	tree->names[tree->nr_names] = copy;
	return tree->nr_names++;
}

void upper_free_tree(struct upper_tree *tree)
{
	for (uint32_t i = 0; i < tree->nr_objects; i++)
		free_object(&tree->objects[i]);
	for (uint32_t i = 0; i < tree->nr_names; i++)
		free(tree->names[i].name);
	free(tree->objects);
	free(tree->names);
	*tree = (struct upper_tree){0};
}

bool upper_copy_tree(struct upper_tree *to, const struct upper_tree *from)
{
	*to = (struct upper_tree){0};
	for (uint32_t i = 0; i < from->nr_objects; i++)
		if (upper_add_object(to, &from->objects[i]) == UPPER_NONE)
			return false;
	for (uint32_t i = 0; i < from->nr_names; i++)
		if (upper_add_name(to, from->names[i].dir, from->names[i].name,
				   from->names[i].object) == UPPER_NONE)
			return false;
	return true;
}

/* ---- writing --------------------------------------------------------------- */

static void put_text(FILE *to, const char *text)
{
	if (!text) {
		fputs(" -", to);
		return;
	}
	fputs(" =", to);
	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c <= ' ' || c >= 0x7f || c == '%')
			fprintf(to, "%%%02X", c);
		else
			fputc(c, to);
	}
}

static void put_object(FILE *to, const struct upper_object *object)
{
	const struct hw_node_attr *a = &object->attr;

	fprintf(to,
		"object %o %u %u %u %u %" PRIu64 " %" PRId64 ".%u %" PRId64
		".%u %" PRId64 ".%u",
		a->mode, a->uid, a->gid, a->nlink, a->rdev, a->size_bytes,
		a->atime_sec, a->atime_nsec, a->mtime_sec, a->mtime_nsec,
		a->ctime_sec, a->ctime_nsec);
	put_text(to, object->lower);
	put_text(to, object->data);
	put_text(to, object->target);
	fputc('\n', to);
}

static void put_name(FILE *to, const struct upper_name *name)
{
	if (name->object == UPPER_NONE)
		fprintf(to, "gone %u", name->dir);
	else
		fprintf(to, "name %u %u", name->dir, name->object);
	put_text(to, name->name);
	fputc('\n', to);
}

int upper_write_index(const struct upper_tree *tree, int dir_fd)
{
	int fd = openat(dir_fd, INDEX,
			O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
			0666);
	FILE *to = fd < 0 ? NULL : fdopen(fd, "w");
	int error;

	if (!to) {
		error = -errno;
		if (fd >= 0)
			close(fd);
		return error;
	}
	fprintf(to, "%s\n", MAGIC);
	for (uint32_t i = 0; i < tree->nr_objects; i++)
		put_object(to, &tree->objects[i]);
	for (uint32_t i = 0; i < tree->nr_names; i++)
		put_name(to, &tree->names[i]);
	fprintf(to, "%s\n", END);
	error = fflush(to) || fsync(fd) || ferror(to) ? -errno : 0;
	if (fclose(to) && !error)
		error = -errno;
	return error;
}

/* ---- reading --------------------------------------------------------------- */

struct reader {
	struct upper_tree *tree;
	char *line; /* what is left of it */
	bool ended;
};

/* The next word of the line, cut out; NULL: there is none. */
static char *next_word(struct reader *r)
{
	return strsep(&r->line, " ");
}

static bool get_number(struct reader *r, uint64_t high, int base, uint64_t *to)
{
	const char *word = next_word(r);
	char *end;

	if (!word || *word < '0' || *word > '9')
		return false;
	errno = 0;
	*to = strtoull(word, &end, base);
	return !errno && !*end && *to <= high;
}

static bool get_u32(struct reader *r, int base, uint32_t *to)
{
	uint64_t value = 0;
	const bool good = get_number(r, UINT32_MAX, base, &value);

	*to = (uint32_t)value;
	return good;
}

static bool get_time(struct reader *r, int64_t *sec, uint32_t *nsec)
{
	const char *word = next_word(r);
	char *end;

	if (!word || *word == ' ')
		return false;
	errno = 0;
	*sec = strtoll(word, &end, 10);
	if (errno || end == word || *end != '.' || end[1] < '0' || end[1] > '9')
		return false;
	*nsec = (uint32_t)strtoul(end + 1, &end, 10);
	return !*end && *nsec < 1000000000;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789ABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* Decodes in place. *@to is NULL for "-". */
static bool get_text(struct reader *r, char **to)
{
	char *word = next_word(r), *out;

	*to = NULL;
	if (!word)
		return false;
	if (!strcmp(word, "-"))
		return true;
	if (*word++ != '=')
		return false;
	*to = out = word;
	for (; *word; word++) {
		int high, low;

		if (*word != '%') {
			*out++ = *word;
			continue;
		}
		high = hex_digit(word[1]);
		low = high < 0 ? -1 : hex_digit(word[2]);
		if (low < 0 || !(high | low))
			return false;
		*out++ = (char)(high << 4 | low);
		word += 2;
	}
	*out = '\0';
	return true;
}

/* The kernel counts pages in 32 bits. */
#define MAX_BYTES (UINT64_C(1) << 43)

static bool known_kind(uint32_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFREG:
	case S_IFDIR:
	case S_IFLNK:
	case S_IFCHR:
	case S_IFBLK:
	case S_IFIFO:
	case S_IFSOCK:
		return !(mode & ~(S_IFMT | 07777u));
	default:
		return false;
	}
}

static bool read_object(struct reader *r)
{
	struct upper_object o = {0};
	struct hw_node_attr *a = &o.attr;

	if (!get_u32(r, 8, &a->mode) || !get_u32(r, 10, &a->uid) ||
	    !get_u32(r, 10, &a->gid) || !get_u32(r, 10, &a->nlink) ||
	    !get_u32(r, 10, &a->rdev) ||
	    !get_number(r, MAX_BYTES, 10, &a->size_bytes) ||
	    !get_time(r, &a->atime_sec, &a->atime_nsec) ||
	    !get_time(r, &a->mtime_sec, &a->mtime_nsec) ||
	    !get_time(r, &a->ctime_sec, &a->ctime_nsec) ||
	    !get_text(r, &o.lower) || !get_text(r, &o.data) ||
	    !get_text(r, &o.target) || next_word(r))
		return false;
	if (!known_kind(a->mode) || (o.data && !S_ISREG(a->mode)) ||
	    (S_ISLNK(a->mode) && !o.target && !o.lower) ||
	    (o.target && strlen(o.target) > 4095))
		return false;
	return upper_add_object(r->tree, &o) != UPPER_NONE;
}

static bool is_component(const char *name)
{
	return name && *name && strlen(name) <= 255 && !strchr(name, '/') &&
	       strcmp(name, ".") && strcmp(name, "..");
}

static bool read_name(struct reader *r, bool gone)
{
	uint32_t dir, object = UPPER_NONE;
	char *name;

	if (!get_u32(r, 10, &dir) || (!gone && !get_u32(r, 10, &object)) ||
	    !get_text(r, &name) || next_word(r))
		return false;
	if (!is_component(name) || dir >= r->tree->nr_objects ||
	    !S_ISDIR(r->tree->objects[dir].attr.mode) ||
	    (!gone && (object >= r->tree->nr_objects || object == UPPER_ROOT)))
		return false;
	return upper_add_name(r->tree, dir, name, object) != UPPER_NONE;
}

static bool read_line(struct reader *r)
{
	const char *what = next_word(r);

	if (!strcmp(what, "object"))
		return read_object(r);
	if (!strcmp(what, "name") || !strcmp(what, "gone"))
		return read_name(r, *what == 'g');
	r->ended = !strcmp(what, END) && !r->line;
	return r->ended;
}

/* ---- what must hold -------------------------------------------------------- */

static int by_dir_and_name(const void *a, const void *b)
{
	const struct upper_name *x = a, *y = b;

	if (x->dir != y->dir)
		return x->dir < y->dir ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* No two of the same; afterwards they are in order. */
static bool names_are_single(struct upper_tree *tree)
{
	if (tree->nr_names)
		qsort(tree->names, tree->nr_names, sizeof(*tree->names),
		      by_dir_and_name);
	for (uint32_t i = 1; i < tree->nr_names; i++)
		if (!by_dir_and_name(&tree->names[i - 1], &tree->names[i]))
			return false;
	return true;
}

/*
 * Where each folder hangs; false: one hangs at two places, or in itself. A
 * folder that guests made hangs somewhere.
 */
static bool folders_form_tree(const struct upper_tree *tree)
{
	uint32_t *parent = malloc(tree->nr_objects * sizeof(*parent));
	bool good = parent;

	for (uint32_t i = 0; good && i < tree->nr_objects; i++)
		parent[i] = UPPER_NONE;
	for (uint32_t i = 0; good && i < tree->nr_names; i++) {
		const struct upper_name *name = &tree->names[i];

		if (name->object == UPPER_NONE ||
		    !S_ISDIR(tree->objects[name->object].attr.mode))
			continue;
		good = parent[name->object] == UPPER_NONE;
		parent[name->object] = name->dir;
	}
	/* up from each; what is known to end is cut short */
	for (uint32_t i = 0; good && i < tree->nr_objects; i++) {
		uint32_t at = i, steps = 0;

		while (parent[at] != UPPER_NONE && steps++ <= tree->nr_objects)
			at = parent[at];
		good = steps <= tree->nr_objects;
		for (uint32_t up, from = i; good && from != at; from = up) {
			up = parent[from];
			parent[from] = at;
		}
		if (good && S_ISDIR(tree->objects[at].attr.mode))
			good = tree->objects[at].lower;
	}
	free(parent);
	return good;
}

static bool tree_is_sound(struct upper_tree *tree)
{
	const struct upper_object *root = tree->objects;

	return tree->nr_objects && S_ISDIR(root->attr.mode) && root->lower &&
	       !*root->lower && names_are_single(tree) &&
	       folders_form_tree(tree);
}

static FILE *open_index(int dir_fd)
{
	int fd = openat(dir_fd, INDEX,
			O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	FILE *from = fd < 0 ? NULL : fdopen(fd, "r");
	struct stat st;

	if (!from && fd >= 0)
		close(fd);
	if (from && (fstat(fd, &st) || !S_ISREG(st.st_mode))) {
		fclose(from);
		errno = EINVAL;
		return NULL;
	}
	return from;
}

bool upper_index_complete(int dir_fd)
{
	FILE *from = open_index(dir_fd);
	char tail[sizeof(END)] = "";
	bool complete;

	if (!from)
		return false;
	complete = !fseek(from, -(long)sizeof(END), SEEK_END) &&
		   fread(tail, 1, sizeof(END), from) == sizeof(END) &&
		   !memcmp(tail, END "\n", sizeof(END));
	fclose(from);
	return complete;
}

bool upper_read_index(struct upper_tree *tree, int dir_fd, const char *path,
		      struct diag *diag)
{
	struct reader r = {.tree = tree};
	FILE *from = open_index(dir_fd);
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	uint32_t number = 0;
	bool good = true;

	*tree = (struct upper_tree){0};
	if (!from)
		return diag_errno(diag, NULL, "the upper folder %s: its index",
				  path);
	while (good && !r.ended && (n = getline(&line, &room, from)) > 0) {
		good = line[n - 1] == '\n' && strlen(line) == (size_t)n;
		line[n - 1] = '\0';
		r.line = line;
		if (good)
			good = number++ ? read_line(&r) : !strcmp(line, MAGIC);
	}
	free(line);
	fclose(from);
	if (good && r.ended && tree_is_sound(tree))
		return true;
	upper_free_tree(tree);
	return good && r.ended
		       ? diag_error(
				 diag, NULL,
				 "the upper folder %s: its index is damaged; "
				 "name an empty folder",
				 path)
		       : diag_error(diag, NULL,
				    "the upper folder %s: line %u of its index "
				    "is damaged; name an empty folder",
				    path, number);
}
