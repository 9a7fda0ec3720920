/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/namei.h"

/*
 * From path to dentry (Linux: the first half of fs/namei.c; what creates and
 * removes names is in namei_dir.c). A walk holds a reference to the dentry it
 * stands on and takes one component at a time: look it up, cross into what is
 * mounted there, follow a symlink by walking its text with the rest of the
 * path on a stack.
 *
 * Confinement: there is no way up from the root of the walk ("..", absolute
 * links and magic links all meet it), and names of the host are only ever
 * asked one component at a time below a known node, with "." and ".." and
 * "/" sorted out here.
 *
 * Left out: RCU walks, automounts, trailing-symlink sysctls.
 */

#include <stddef.h>
#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/walk.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

/* ---- names from user space --------------------------------------------- */

static char *names_alloc(struct task_struct *curr)
{
	char *name = kmem_cache_alloc(curr, curr->k->vfs.names_cache,
				      GFP_KERNEL);

	return name ? name : ERR_PTR(-ENOMEM);
}

void putname(struct task_struct *curr, char *name)
{
	if (!IS_ERR_OR_NULL(name))
		kmem_cache_free(curr, curr->k->vfs.names_cache, name);
}

char *getname_empty(struct task_struct *curr, vaddr_t uname)
{
	char *name = names_alloc(curr);
	int32_t len;

	if (IS_ERR(name))
		return name;
	len = strncpy_from_user(curr, name, uname, PATH_MAX);
	if (len >= 0 && len < (int32_t)PATH_MAX)
		return name;
	putname(curr, name);
	return ERR_PTR(len < 0 ? len : -ENAMETOOLONG);
}

char *getname(struct task_struct *curr, vaddr_t uname)
{
	char *name = getname_empty(curr, uname);

	if (!IS_ERR(name) && !*name) {
		putname(curr, name);
		return ERR_PTR(-ENOENT);
	}
	return name;
}

char *getname_kernel(struct task_struct *curr, const char *text)
{
	size_t len = strlen(text);
	char *name;

	if (len >= PATH_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	name = names_alloc(curr);
	if (!IS_ERR(name))
		memcpy(name, text, len + 1);
	return name;
}

/* ---- one step ---------------------------------------------------------- */

static struct dentry *task_root(struct task_struct *curr)
{
	return curr->fs ? curr->fs->root : curr->k->vfs.root;
}

/* The walk moves to @dentry, whose reference it takes over. */
static void walk_to(struct nameidata *nd, struct dentry *dentry)
{
	struct dentry *old = nd->dentry;

	nd->dentry = dentry;
	dput(nd->curr, old);
}

/* Up into what is mounted here, the youngest mount last. */
int follow_mount(struct nameidata *nd, struct dentry **dentry)
{
	while ((*dentry)->d_mounted) {
		struct dentry *below = *dentry;

		if (nd->flags & LOOKUP_NO_XDEV)
			return -EXDEV;
		*dentry = dget(below->d_mounted->s_root);
		dput(nd->curr, below);
	}
	return 0;
}

static int follow_dotdot(struct nameidata *nd)
{
	struct dentry *up = nd->dentry, *parent;

	for (;;) {
		if (up == nd->root)
			return nd->flags & LOOKUP_BENEATH ? -EXDEV : 0;
		if (up->d_parent != up)
			break;
		if (!up->d_sb->s_mountpoint)
			return 0;
		if (nd->flags & LOOKUP_NO_XDEV)
			return -EXDEV;
		up = up->d_sb->s_mountpoint;
	}
	parent = dget(up->d_parent);
	walk_to(nd, parent);
	parent = dget(parent);
	int err = follow_mount(nd, &parent);

	walk_to(nd, parent);
	return err;
}

int walk_last_dots(struct nameidata *nd)
{
	if (nd->last_type == LAST_DOTDOT)
		return follow_dotdot(nd);
	return 0;
}

/* Looks in the cache; what the file system no longer stands by is dropped. */
static struct dentry *lookup_fast(struct task_struct *curr,
				  struct dentry *parent,
				  const struct qstr *name)
{
	const struct super_operations *op = parent->d_sb->s_op;
	struct dentry *dentry = d_lookup(parent, name);

	if (dentry && op->revalidate && !op->revalidate(curr, dentry)) {
		d_drop(dentry);
		dput(curr, dentry);
		return NULL;
	}
	return dentry;
}

struct dentry *lookup_locked(struct task_struct *curr, struct dentry *parent,
			     const struct qstr *name)
{
	struct inode *dir = parent->d_inode;
	struct dentry *dentry = lookup_fast(curr, parent, name);
	int err;

	if (dentry)
		return dentry;
	if (dir->i_state & I_DEAD)
		return ERR_PTR(-ENOENT);
	dentry = d_alloc(curr, parent, name);
	if (!dentry)
		return ERR_PTR(-ENOMEM);
	err = dir->i_op->lookup(curr, dir, dentry);
	if (err) {
		dput(curr, dentry);
		return ERR_PTR(err);
	}
	return dentry;
}

void demand_name(struct task_struct *curr, struct dentry *dir,
		 const struct qstr *name)
{
	if (dir->d_sb->s_op->demand)
		dir->d_sb->s_op->demand(curr, dir, name);
}

struct dentry *lookup_child(struct task_struct *curr, struct dentry *parent,
			    const struct qstr *name)
{
	struct inode *dir = parent->d_inode;
	struct dentry *dentry;

	if (name->len > NAME_MAX)
		return ERR_PTR(-ENAMETOOLONG);
	dentry = lookup_fast(curr, parent, name);
	if (dentry)
		return dentry;
	demand_name(curr, parent, name);
	down_write(curr, &dir->i_rwsem);
	dentry = lookup_locked(curr, parent, name);
	up_write(curr, &dir->i_rwsem);
	return dentry;
}

struct dentry *lookup_one(struct task_struct *curr, struct dentry *parent,
			  const char *name, uint32_t len)
{
	const struct qstr q = {name, len};

	return lookup_child(curr, parent, &q);
}

struct dentry *lookup_one_len(struct task_struct *curr, struct dentry *parent,
			      const char *name, uint32_t len)
{
	const struct qstr q = {name, len};

	return lookup_locked(curr, parent, &q);
}

/* ---- symlinks ---------------------------------------------------------- */

static int restart_at_root(struct nameidata *nd)
{
	if (nd->flags & LOOKUP_BENEATH)
		return -EXDEV;
	if (nd->flags & LOOKUP_NO_XDEV && nd->dentry->d_sb != nd->root->d_sb)
		return -EXDEV;
	walk_to(nd, dget(nd->root));
	return 0;
}

/* /proc's links lead straight to a dentry, wherever that is. */
static int follow_jump(struct nameidata *nd, struct dentry *link)
{
	struct dentry *to;

	if (nd->flags &
	    (LOOKUP_NO_MAGICLINKS | LOOKUP_BENEATH | LOOKUP_IN_ROOT))
		return nd->flags & LOOKUP_NO_MAGICLINKS ? -ELOOP : -EXDEV;
	to = link->d_inode->i_op->jump(nd->curr, link);
	if (IS_ERR(to))
		return (int)PTR_ERR(to);
	walk_to(nd, to);
	return 0;
}

/*
 * Begins to follow @link, whose reference is taken over. On success either
 * *@body is the text to walk now, or NULL after a jump.
 */
int pick_link(struct nameidata *nd, struct dentry *link, const char **body)
{
	struct inode *inode = link->d_inode;
	const char *text;
	int err = 0;

	*body = NULL;
	if (nd->total_links++ >= MAXSYMLINKS ||
	    nd->flags & LOOKUP_NO_SYMLINKS) {
		err = -ELOOP;
	} else if (inode->i_op->jump) {
		err = follow_jump(nd, link);
	} else {
		touch_atime(inode);
		text = inode->i_op->get_link(nd->curr, inode);
		if (IS_ERR(text)) {
			err = (int)PTR_ERR(text);
		} else if (!*text) {
			err = -ENOENT;
		} else {
			/* keeps the text alive while it is walked */
			nd->links[nd->nr_links++] = link;
			*body = text;
			return *text == '/' ? restart_at_root(nd) : 0;
		}
	}
	dput(nd->curr, link);
	return err;
}

/* ---- the walk ---------------------------------------------------------- */

/* Cuts the component at @name out into nd->last; what follows its slashes. */
static const char *next_component(struct nameidata *nd, const char *name)
{
	const char *end = name + strcspn(name, "/");

	nd->last.name = name;
	nd->last.len = (uint32_t)(end - name);
	nd->last_type = LAST_NORM;
	if (name[0] == '.' && nd->last.len == 1)
		nd->last_type = LAST_DOT;
	else if (name[0] == '.' && name[1] == '.' && nd->last.len == 2)
		nd->last_type = LAST_DOTDOT;
	nd->trailing_slash = *end == '/';
	while (*end == '/')
		end++;
	return end;
}

/*
 * Steps over nd->last, which is not the path's last component. A symlink
 * leaves its text in *@body.
 */
static int walk_component(struct nameidata *nd, const char **body)
{
	struct dentry *dentry;
	int err;

	*body = NULL;
	if (nd->last_type != LAST_NORM)
		return walk_last_dots(nd);
	dentry = lookup_child(nd->curr, nd->dentry, &nd->last);
	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	err = follow_mount(nd, &dentry);
	if (!err && !dentry->d_inode)
		err = -ENOENT;
	if (err) {
		dput(nd->curr, dentry);
		return err;
	}
	if (S_ISLNK(dentry->d_inode->i_mode))
		return pick_link(nd, dentry, body);
	walk_to(nd, dentry);
	return 0;
}

static int may_search(struct nameidata *nd)
{
	const struct inode *dir = nd->dentry->d_inode;

	if (!S_ISDIR(dir->i_mode))
		return -ENOTDIR;
	return inode_permission(nd->curr, dir, MAY_EXEC);
}

/*
 * Walks @name up to its last component, which stays in nd->last: nothing of
 * it is looked up. The ends of nested symlink texts are walked through.
 */
int link_path_walk(struct nameidata *nd, const char *name)
{
	const char *rest[MAXSYMLINKS], *body;
	uint32_t depth = 0;
	int err;

	nd->last_type = LAST_ROOT;
	nd->trailing_slash = false;
	while (*name == '/')
		name++;
	if (!*name)
		return 0;
	for (;;) {
		err = may_search(nd);
		if (err)
			return err;
		name = next_component(nd, name);
		if (!*name && !depth)
			return 0;
		if (!*name)
			name = rest[--depth];
		err = walk_component(nd, &body);
		if (err)
			return err;
		if (!body)
			continue;
		rest[depth++] = name;
		while (*body == '/')
			body++;
		name = body;
		/* a link to "/" alone: straight on with what was left */
		if (!*name)
			name = rest[--depth];
	}
}

int path_init(struct nameidata *nd, struct task_struct *curr, int dfd,
	      const char *name, uint32_t flags)
{
	struct file *file;

	memset(nd, 0, offsetof(struct nameidata, links));
	nd->curr = curr;
	nd->flags = flags;
	nd->root = dget(task_root(curr));
	if (*name == '/' && !(flags & (LOOKUP_BENEATH | LOOKUP_IN_ROOT))) {
		nd->dentry = dget(nd->root);
		return 0;
	}
	if (dfd == AT_FDCWD) {
		nd->dentry = dget(curr->fs ? curr->fs->pwd : nd->root);
	} else {
		file = fget_raw(curr, dfd);
		if (!file)
			return -EBADF;
		nd->dentry = dget(file->f_dentry);
		fput(curr, file);
		if (*name && !S_ISDIR(nd->dentry->d_inode->i_mode))
			return -ENOTDIR;
	}
	if (flags & (LOOKUP_BENEATH | LOOKUP_IN_ROOT)) {
		dput(curr, nd->root);
		nd->root = dget(nd->dentry);
		if (*name == '/' && flags & LOOKUP_BENEATH)
			return -EXDEV;
	}
	return 0;
}

void path_done(struct nameidata *nd)
{
	while (nd->nr_links)
		dput(nd->curr, nd->links[--nd->nr_links]);
	dput(nd->curr, nd->dentry);
	dput(nd->curr, nd->root);
}

/*
 * Takes the last step. *@body: the text of a symlink that must be walked
 * first, nd->last being the link.
 */
static int lookup_last(struct nameidata *nd, const char **body)
{
	bool follow = nd->flags & LOOKUP_FOLLOW || nd->trailing_slash;
	struct dentry *dentry;
	int err;

	*body = NULL;
	if (nd->last_type != LAST_NORM)
		return walk_last_dots(nd);
	dentry = lookup_child(nd->curr, nd->dentry, &nd->last);
	if (IS_ERR(dentry))
		return (int)PTR_ERR(dentry);
	err = follow_mount(nd, &dentry);
	if (!err && !dentry->d_inode)
		err = -ENOENT;
	if (err) {
		dput(nd->curr, dentry);
		return err;
	}
	if (follow && S_ISLNK(dentry->d_inode->i_mode)) {
		nd->must_be_dir |= nd->trailing_slash;
		return pick_link(nd, dentry, body);
	}
	walk_to(nd, dentry);
	return 0;
}

static int path_lookupat(struct nameidata *nd, const char *name)
{
	int err;

	do {
		err = link_path_walk(nd, name);
		if (!err)
			err = lookup_last(nd, &name);
	} while (!err && name);
	if (err)
		return err;
	if (nd->flags & LOOKUP_DIRECTORY || nd->trailing_slash ||
	    nd->must_be_dir)
		if (!S_ISDIR(nd->dentry->d_inode->i_mode))
			return -ENOTDIR;
	return 0;
}

struct dentry *path_lookup(struct task_struct *curr, int dfd, const char *name,
			   uint32_t flags)
{
	struct nameidata nd;
	struct dentry *dentry;
	int err;

	if (!*name && !(flags & LOOKUP_EMPTY))
		return ERR_PTR(-ENOENT);
	err = path_init(&nd, curr, dfd, name, flags);
	if (!err && *name)
		err = path_lookupat(&nd, name);
	dentry = err ? ERR_PTR(err) : dget(nd.dentry);
	path_done(&nd);
	return dentry;
}

struct dentry *user_path_at(struct task_struct *curr, int dfd, vaddr_t uname,
			    uint32_t flags)
{
	char *name = getname_empty(curr, uname);
	struct dentry *dentry;

	if (IS_ERR(name))
		return (void *)name;
	dentry = path_lookup(curr, dfd, name, flags);
	putname(curr, name);
	return dentry;
}
