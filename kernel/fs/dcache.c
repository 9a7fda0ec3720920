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
 * child, names made here in the order of their cookies; a dentry is on the
 * LRU list exactly when d_count is 0.
 *
 * Left out: RCU walks, per-file-system LRUs, d_alias lists.
 */

#include <stddef.h>
#include <string.h>

#include "kernel/arm_sizes.h"
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

/* ---- the shrinker (fs/super.c) ------------------------------------------ */

/* The more vfs_cache_pressure, the more there seem to be. */
static uint32_t super_cache_count(struct task_struct *curr,
				  struct shrinker *shrinker,
				  struct shrink_control *sc)
{
	const struct kernel *k = curr->k;

	(void)shrinker, (void)sc;
	return (uint32_t)((uint64_t)k->vfs.nr_dentry_unused *
			  (uint32_t)k->sysctl.vfs_cache_pressure / 100);
}

/* What holds locks of a file system allocates without __GFP_FS. */
static uint32_t super_cache_scan(struct task_struct *curr,
				 struct shrinker *shrinker,
				 struct shrink_control *sc)
{
	(void)shrinker;
	if (!(sc->gfp_mask & __GFP_FS))
		return SHRINK_STOP;
	return shrink_dcache(curr, sc->nr_to_scan);
}

void dcache_init(struct task_struct *curr)
{
	struct vfs_state *vfs = &curr->k->vfs;

	INIT_LIST_HEAD(&vfs->dentry_lru);
	vfs->dentry_cache = kmem_cache_create(curr, "dentry", ARM_SIZEOF_DENTRY,
					      sizeof(struct dentry), 0,
					      SLAB_RECLAIM_ACCOUNT | SLAB_PANIC,
					      NULL);
	vfs->super_shrinker = (struct shrinker){
		.count = super_cache_count,
		.scan = super_cache_scan,
		.name = "super_cache_scan",
		.batch = 1024,
		.seeks = DEFAULT_SEEKS,
	};
	register_shrinker(curr->k, &vfs->super_shrinker);
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

static void d_lru_del(struct dentry *dentry)
{
	dentry->d_flags &= ~DCACHE_LRU;
	list_del_init(&dentry->d_lru);
	dentry->d_sb->k->vfs.nr_dentry_unused--;
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
		if (dentry->d_flags & DCACHE_LRU)
			d_lru_del(dentry);
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
	if (dentry->d_flags & DCACHE_LRU)
		d_lru_del(dentry);
	if (parent != dentry)
		list_del(&dentry->d_child);
	d_free_name(curr, dentry);
	curr->k->vfs.nr_dentry--;
	kmem_cache_free(curr, curr->k->vfs.dentry_cache, dentry);
	if (inode)
		iput(curr, inode);
	return parent != dentry ? parent : NULL;
}

static bool may_stay(const struct dentry *dentry)
{
	return !d_unhashed(dentry) && dentry->d_sb->s_op->keep_unused;
}

void dput(struct task_struct *curr, struct dentry *dentry)
{
	while (dentry) {
		BUG_ON(dentry->d_count <= 0);
		if (--dentry->d_count)
			return;
		if (may_stay(dentry)) {
			struct vfs_state *vfs = &curr->k->vfs;

			dentry->d_flags |= DCACHE_LRU;
			list_add_tail(&dentry->d_lru, &vfs->dentry_lru);
			vfs->nr_dentry_unused++;
			return;
		}
		dentry = dentry_kill(curr, dentry);
	}
}

uint32_t shrink_dcache(struct task_struct *curr, uint32_t nr)
{
	struct list_head *lru = &curr->k->vfs.dentry_lru;
	uint32_t freed = 0;

	/* dentry_kill() may sleep: start over from the head each time */
	while (freed < nr && !list_empty(lru)) {
		struct dentry *dentry = list_first_entry(lru, struct dentry,
							 d_lru);

		dput(curr, dentry_kill(curr, dentry));
		freed++;
	}
	return freed;
}

void d_genocide(struct task_struct *curr, struct dentry *root)
{
	while (!list_empty(&root->d_subdirs)) {
		struct dentry *dentry = root;

		while (!list_empty(&dentry->d_subdirs))
			dentry = list_first_entry(&dentry->d_subdirs,
						  struct dentry, d_child);
		d_drop(dentry);
		if (dentry->d_flags & DCACHE_LRU) {
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
