/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/dcache.h"

/*
 * The cache of names (Linux: fs/dcache.c). A path walk asks it first and goes
 * to the file system only for what it has not seen; "there is no such name"
 * is remembered too, as a negative dentry.
 *
 * Here it is also the store: a name that was made on the root or in a tmpfs
 * exists as its dentry and nowhere else, which is therefore pinned; so is the
 * whiteout that hides a name of the host.
 *
 * Invariants: a dentry holds a reference to its parent; d_subdirs lists every
 * child, names made here in the order of their cookies. A dentry that nobody
 * uses (d_count is 0) is on its file system's LRU list, or on the way out; one
 * that is used again stays there until reclaim meets it.
 *
 * Left out: RCU walks, d_alias lists.
 */

#include <stddef.h>
#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/fs/fsnotify.h"
#include "kernel/fs/internal.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/large_hash.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

/* FNV-1a, seasoned with the parent's number and not with its address. */
static uint32_t name_hash(const struct dentry *parent, const struct qstr *name)
{
	uint32_t hash = 2166136261u;

	if (parent->d_inode)
		hash ^= (uint32_t)parent->d_inode->i_ino * 0x9e3779b1u;
	for (uint32_t i = 0; i < name->len; i++)
		hash = (hash ^ (uint8_t)name->name[i]) * 16777619u;
	return hash;
}

static struct list_head *d_bucket(struct kernel *k, uint32_t hash)
{
	return &k->vfs.dentry_hashtable[hash & k->vfs.dentry_hash_mask];
}

/*
 * MODEL: nothing looks into the inode cache's table, which is there for what
 * it weighs: all file systems here find their inodes by name.
 */
void vfs_caches_init_early(struct kernel *k)
{
	struct vfs_state *vfs = &k->vfs;

	vfs->dentry_hashtable = alloc_early_system_hash(
		k, "Dentry cache", "dhash_entries", 13, &vfs->dentry_hash_mask);
	vfs->inode_hashtable = alloc_early_system_hash(
		k, "Inode-cache", "ihash_entries", 14, &vfs->inode_hash_mask);
}

void dcache_init(struct task_struct *curr)
{
	struct vfs_state *vfs = &curr->k->vfs;

	INIT_LIST_HEAD(&vfs->super_blocks);
	vfs->dentry_cache = kmem_cache_create(curr, "dentry", ARM_SIZEOF_DENTRY,
					      sizeof(struct dentry), 0,
					      SLAB_RECLAIM_ACCOUNT | SLAB_PANIC,
					      NULL);
}

/* ---- the unused, by age ------------------------------------------------ */

/* Linux counts how many of them say that there is no such name. */
static void count_negative(struct dentry *dentry, int by)
{
	if (!dentry->d_inode)
		dentry->d_sb->k->vfs.nr_dentry_negative += (uint32_t)by;
}

static void d_lru_add(struct dentry *dentry)
{
	struct kernel *k = dentry->d_sb->k;

	dentry->d_flags |= DCACHE_LRU_LIST;
	k->vfs.nr_dentry_unused++;
	count_negative(dentry, 1);
	list_lru_add(k, &dentry->d_sb->s_dentry_lru, &dentry->d_lru);
}

static void d_lru_gone(struct dentry *dentry)
{
	dentry->d_flags &= ~DCACHE_LRU_LIST;
	dentry->d_sb->k->vfs.nr_dentry_unused--;
	count_negative(dentry, -1);
}

static void d_lru_del(struct dentry *dentry)
{
	d_lru_gone(dentry);
	list_lru_del(dentry->d_sb->k, &dentry->d_sb->s_dentry_lru,
		     &dentry->d_lru);
}

/* Dentries that shrink_dentry_list() is to kill still count as unused. */
static void d_shrink_add(struct dentry *dentry, struct list_head *list)
{
	dentry->d_flags |= DCACHE_SHRINK_LIST | DCACHE_LRU_LIST;
	dentry->d_sb->k->vfs.nr_dentry_unused++;
	list_add(&dentry->d_lru, list);
}

static void d_shrink_del(struct dentry *dentry)
{
	dentry->d_flags &= ~(DCACHE_SHRINK_LIST | DCACHE_LRU_LIST);
	dentry->d_sb->k->vfs.nr_dentry_unused--;
	list_del_init(&dentry->d_lru);
}

static void d_lru_shrink_move(struct list_lru_node *lru, struct dentry *dentry,
			      struct list_head *list)
{
	dentry->d_flags |= DCACHE_SHRINK_LIST;
	count_negative(dentry, -1);
	list_lru_isolate_move(lru, &dentry->d_lru, list);
}

/* ---- making and finding ------------------------------------------------ */

static struct dentry *dentry_alloc(struct task_struct *curr,
				   struct super_block *sb,
				   const struct qstr *name)
{
	struct dentry *dentry =
		kmem_cache_zalloc(curr, curr->k->vfs.dentry_cache, GFP_KERNEL);
	char *to;

	if (!dentry)
		return NULL;
	to = dentry->d_iname;
	if (name->len >= DNAME_INLINE_LEN)
		to = kzalloc_obj(curr, name->len + 1, name->len + 1,
				 GFP_KERNEL);
	if (!to) {
		kmem_cache_free(curr, curr->k->vfs.dentry_cache, dentry);
		return NULL;
	}
	memcpy(to, name->name, name->len);
	to[name->len] = '\0';
	dentry->d_name = to;
	dentry->d_len = name->len;
	dentry->d_sb = sb;
	dentry->d_count = 1;
	dentry->d_parent = dentry;
	INIT_LIST_HEAD(&dentry->d_subdirs);
	INIT_LIST_HEAD(&dentry->d_child);
	INIT_LIST_HEAD(&dentry->d_lru);
	INIT_LIST_HEAD(&dentry->d_bucket);
	curr->k->vfs.nr_dentry++;
	return dentry;
}

struct dentry *d_alloc(struct task_struct *curr, struct dentry *parent,
		       const struct qstr *name)
{
	struct dentry *dentry = dentry_alloc(curr, parent->d_sb, name);

	if (!dentry)
		return NULL;
	dentry->d_parent = dget(parent);
	dentry->d_hash = name_hash(parent, name);
	list_add_tail(&dentry->d_child, &parent->d_subdirs);
	return dentry;
}

struct dentry *d_alloc_pseudo(struct task_struct *curr, struct super_block *sb,
			      const char *name, struct inode *inode)
{
	struct qstr q = {name, (uint32_t)strlen(name)};
	struct dentry *dentry = dentry_alloc(curr, sb, &q);

	if (dentry)
		d_instantiate(dentry, inode);
	return dentry;
}

bool d_make_root(struct task_struct *curr, struct super_block *sb,
		 struct inode *inode)
{
	if (!inode)
		return false;
	sb->s_root = d_alloc_pseudo(curr, sb, "/", inode);
	if (!sb->s_root)
		iput(curr, inode);
	return sb->s_root;
}

void d_instantiate(struct dentry *dentry, struct inode *inode)
{
	BUG_ON(dentry->d_inode);
	if ((dentry->d_flags & (DCACHE_LRU_LIST | DCACHE_SHRINK_LIST)) ==
		    DCACHE_LRU_LIST &&
	    inode)
		count_negative(dentry, -1);
	dentry->d_inode = inode;
}

static void d_rehash(struct dentry *dentry)
{
	dentry->d_flags |= DCACHE_HASHED;
	list_add(&dentry->d_bucket, d_bucket(dentry->d_sb->k, dentry->d_hash));
}

void d_add(struct dentry *dentry, struct inode *inode)
{
	d_instantiate(dentry, inode);
	d_rehash(dentry);
}

struct dentry *d_lookup(struct dentry *parent, const struct qstr *name)
{
	uint32_t hash = name_hash(parent, name);
	struct dentry *dentry;

	list_for_each_entry(dentry, d_bucket(parent->d_sb->k, hash), d_bucket) {
		if (dentry->d_hash != hash || dentry->d_parent != parent ||
		    dentry->d_len != name->len ||
		    memcmp(dentry->d_name, name->name, name->len))
			continue;
		return dget(dentry);
	}
	return NULL;
}

/* ---- letting go -------------------------------------------------------- */

void d_drop(struct dentry *dentry)
{
	if (d_unhashed(dentry))
		return;
	dentry->d_flags &= ~DCACHE_HASHED;
	list_del_init(&dentry->d_bucket);
}

static void d_free_name(struct task_struct *curr, struct dentry *dentry)
{
	if (dentry->d_name != dentry->d_iname)
		kfree_obj(curr, (void *)dentry->d_name);
}

/* Frees an unused dentry; the parent it let go of, or NULL for a root. */
static struct dentry *dentry_kill(struct task_struct *curr,
				  struct dentry *dentry)
{
	struct dentry *parent = dentry->d_parent;
	struct inode *inode = dentry->d_inode;

	BUG_ON(dentry->d_count || !list_empty(&dentry->d_subdirs));
	BUG_ON(dentry->d_flags & DCACHE_PINNED || dentry->d_mounted);
	d_drop(dentry);
	if (dentry->d_flags & DCACHE_SHRINK_LIST)
		d_shrink_del(dentry); /* somebody was about to do the same */
	else if (dentry->d_flags & DCACHE_LRU_LIST)
		d_lru_del(dentry);
	if (parent != dentry)
		list_del(&dentry->d_child);
	d_free_name(curr, dentry);
	curr->k->vfs.nr_dentry--;
	kmem_cache_free(curr, curr->k->vfs.dentry_cache, dentry);
	if (inode && !inode->i_nlink)
		fsnotify_inoderemove(curr, inode);
	if (inode)
		iput(curr, inode);
	return parent != dentry ? parent : NULL;
}

/* Nobody uses it: may it stay, and as how young? */
static bool retain_dentry(struct dentry *dentry)
{
	if (d_unhashed(dentry) || !dentry->d_sb->s_op->keep_unused)
		return false;
	if (!(dentry->d_flags & DCACHE_LRU_LIST))
		d_lru_add(dentry);
	else
		dentry->d_flags |= DCACHE_REFERENCED;
	return true;
}

void dput(struct task_struct *curr, struct dentry *dentry)
{
	while (dentry) {
		BUG_ON(dentry->d_count <= 0);
		if (--dentry->d_count || retain_dentry(dentry))
			return;
		dentry = dentry_kill(curr, dentry);
	}
}

/* ---- shrinking --------------------------------------------------------- */

/* Gives up a reference to who shall die with the last one. */
static void dput_to_list(struct dentry *dentry, struct list_head *list)
{
	BUG_ON(dentry->d_count <= 0);
	if (dentry->d_flags & DCACHE_SHRINK_LIST) { /* its owner will see */
		dentry->d_count--;
		return;
	}
	if (dentry->d_flags & DCACHE_LRU_LIST)
		d_lru_del(dentry);
	if (!--dentry->d_count)
		d_shrink_add(dentry, list);
}

/*
 * Kills those that nobody uses after all, and then the directories that were
 * kept for them. As dentry_kill() may sleep, others may take dentries off
 * @list meanwhile, or use them.
 */
static void shrink_dentry_list(struct task_struct *curr, struct list_head *list)
{
	while (!list_empty(list)) {
		struct dentry *dentry = list_last_entry(list, struct dentry,
							d_lru);
		struct dentry *parent;

		d_shrink_del(dentry);
		if (dentry->d_count)
			continue;
		parent = dentry_kill(curr, dentry);
		if (parent)
			dput_to_list(parent, list);
	}
}

static enum lru_status dentry_lru_isolate(struct task_struct *curr,
					  struct list_lru_node *lru,
					  struct list_head *item, void *arg)
{
	struct dentry *dentry = list_entry(item, struct dentry, d_lru);

	(void)curr;
	if (dentry->d_count) {
		d_lru_gone(dentry);
		list_lru_isolate(lru, item);
		return LRU_REMOVED;
	}
	if (dentry->d_flags & DCACHE_REFERENCED) {
		dentry->d_flags &= ~DCACHE_REFERENCED;
		return LRU_ROTATE;
	}
	d_lru_shrink_move(lru, dentry, arg);
	return LRU_REMOVED;
}

uint32_t prune_dcache_sb(struct task_struct *curr, struct super_block *sb,
			 struct shrink_control *sc)
{
	struct list_head dispose;
	uint32_t freed;

	INIT_LIST_HEAD(&dispose);
	freed = list_lru_shrink_walk(curr, &sb->s_dentry_lru, sc,
				     dentry_lru_isolate, &dispose);
	shrink_dentry_list(curr, &dispose);
	return freed;
}

static enum lru_status dentry_lru_isolate_shrink(struct task_struct *curr,
						 struct list_lru_node *lru,
						 struct list_head *item,
						 void *arg)
{
	struct dentry *dentry = list_entry(item, struct dentry, d_lru);

	(void)curr;
	d_lru_shrink_move(lru, dentry, arg);
	return LRU_REMOVED;
}

void shrink_dcache_sb(struct task_struct *curr, struct super_block *sb)
{
	while (list_lru_count(&sb->s_dentry_lru)) {
		struct list_head dispose;

		INIT_LIST_HEAD(&dispose);
		for (int nid = 0; nid < MAX_NUMNODES; nid++) {
			uint32_t all = UINT32_MAX;

			list_lru_walk_one(curr, &sb->s_dentry_lru, nid,
					  dentry_lru_isolate_shrink, &dispose,
					  &all);
		}
		shrink_dentry_list(curr, &dispose);
	}
}

void d_genocide(struct task_struct *curr, struct dentry *root)
{
	while (!list_empty(&root->d_subdirs)) {
		struct dentry *dentry = root;

		while (!list_empty(&dentry->d_subdirs))
			dentry = list_first_entry(&dentry->d_subdirs,
						  struct dentry, d_child);
		d_drop(dentry);
		if (!dentry->d_count) {
			dput(curr, dentry_kill(curr, dentry));
			continue;
		}
		BUG_ON(!(dentry->d_flags & DCACHE_PINNED));
		d_unpin(curr, dentry);
	}
}

void d_pin(struct dentry *dentry)
{
	if (dentry->d_flags & DCACHE_PINNED)
		return;
	dentry->d_flags |= DCACHE_PINNED;
	dentry->d_count++;
}

void d_unpin(struct task_struct *curr, struct dentry *dentry)
{
	if (!(dentry->d_flags & DCACHE_PINNED))
		return;
	dentry->d_flags &= ~(DCACHE_PINNED | DCACHE_CREATED | DCACHE_WHITEOUT);
	dput(curr, dentry);
}

void d_mark_created(struct dentry *dentry)
{
	struct dentry *parent = dentry->d_parent;

	dentry->d_flags &= ~DCACHE_WHITEOUT;
	dentry->d_flags |= DCACHE_CREATED;
	dentry->d_cookie = parent->d_inode->i_last_cookie++;
	list_move_tail(&dentry->d_child, &parent->d_subdirs);
	d_pin(dentry);
}

/* ---- moving ------------------------------------------------------------ */

static void swap_names(struct dentry *a, struct dentry *b)
{
	char iname[DNAME_INLINE_LEN];
	const char *a_name = a->d_name, *b_name = b->d_name;
	bool a_inline = a_name == a->d_iname, b_inline = b_name == b->d_iname;
	uint32_t len = a->d_len, hash = a->d_hash;

	memcpy(iname, a->d_iname, sizeof(iname));
	memcpy(a->d_iname, b->d_iname, sizeof(iname));
	memcpy(b->d_iname, iname, sizeof(iname));
	a->d_name = b_inline ? a->d_iname : b_name;
	b->d_name = a_inline ? b->d_iname : a_name;
	a->d_len = b->d_len;
	b->d_len = len;
	a->d_hash = b->d_hash;
	b->d_hash = hash;
}

static void swap_places(struct dentry *a, struct dentry *b)
{
	struct dentry *parent = a->d_parent;

	swap_names(a, b);
	/* each keeps one reference to one parent: they only change sides */
	a->d_parent = b->d_parent;
	b->d_parent = parent;
	list_move_tail(&a->d_child, &a->d_parent->d_subdirs);
	list_move_tail(&b->d_child, &b->d_parent->d_subdirs);
}

void d_move(struct task_struct *curr, struct dentry *dentry,
	    struct dentry *target)
{
	(void)curr;
	d_drop(dentry);
	d_drop(target);
	swap_places(dentry, target);
	d_rehash(dentry);
}

void d_exchange(struct task_struct *curr, struct dentry *a, struct dentry *b)
{
	(void)curr;
	d_drop(a);
	d_drop(b);
	swap_places(a, b);
	d_rehash(a);
	d_rehash(b);
}

bool d_is_ancestor(const struct dentry *ancestor, const struct dentry *dentry)
{
	for (;; dentry = dentry->d_parent) {
		if (dentry == ancestor)
			return true;
		if (dentry->d_parent == dentry)
			return false;
	}
}

/* ---- paths ------------------------------------------------------------- */

/* The dentry above, over mount points; NULL at the very top. */
static const struct dentry *d_above(const struct dentry **dentry)
{
	const struct dentry *d = *dentry;

	while (d->d_parent == d) {
		d = d->d_sb->s_mountpoint;
		if (!d)
			return NULL;
	}
	*dentry = d;
	return d->d_parent;
}

const char *dentry_path(const struct dentry *dentry, const struct dentry *root,
			char *buf, uint32_t size)
{
	char *at = buf + size;
	const struct dentry *above;

	*--at = '\0';
	if (d_unhashed(dentry) && dentry->d_parent != dentry) {
		at -= 10;
		memcpy(at, " (deleted)", 10);
	}
	while (dentry != root) {
		above = d_above(&dentry);
		if (!above)
			break;
		if (at - buf < (int64_t)dentry->d_len + 1)
			return ERR_PTR(-ENAMETOOLONG);
		at -= dentry->d_len;
		memcpy(at, dentry->d_name, dentry->d_len);
		*--at = '/';
		dentry = above;
	}
	if (*at != '/') {
		if (at == buf)
			return ERR_PTR(-ENAMETOOLONG);
		*--at = '/';
	}
	return at;
}
