/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/sysfs.h"

/*
 * /sys (Linux: fs/kernfs, fs/sysfs). A tree of nodes that the kernel's parts
 * build and take down, independent of whether it is mounted. A name's inode
 * is made when it is looked up and goes with its last user, so that nothing
 * outlives what it is about.
 *
 * Invariant: a node is freed when it is removed and no inode and no link
 * refers to it any more (`count`); until then `removed` says that what it
 * showed is gone, and no function of an attribute is called for it again.
 *
 * MODEL: a directory lists its names in the order in which they were made
 * (Linux: by a hash); no uevents, no binary files, no poll().
 */

#include <stdio.h>
#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

struct kernfs_node {
	int32_t count; /* the tree's, inodes', links' */
	bool removed;
	uint32_t mode, ino;
	char *name;
	struct kernfs_node *parent;
	struct list_head sibling, children; /* by number */
	uint32_t nr_subdirs;
	const struct sysfs_attribute *attr; /* a file's */
	struct kernfs_node *target; /* a link's */
	void *object; /* a directory's, or a file's own */
	/* a directory's that nobody has looked into yet */
	int (*populate)(struct task_struct *curr, struct kernfs_node *dir,
			void *object);
};

/* ---- the tree ------------------------------------------------------------ */

static void kernfs_put(struct task_struct *curr, struct kernfs_node *kn)
{
	if (--kn->count)
		return;
	if (kn->target)
		kernfs_put(curr, kn->target);
	if (kn->name)
		kfree_obj(curr, kn->name);
	kmem_cache_free(curr, curr->k->vfs.kernfs_node_cache, kn);
}

static struct kernfs_node *kernfs_new(struct task_struct *curr,
				      const char *name, uint32_t mode)
{
	struct vfs_state *vfs = &curr->k->vfs;
	struct kernfs_node *kn = kmem_cache_zalloc(curr, vfs->kernfs_node_cache,
						   GFP_KERNEL);
	uint32_t size = (uint32_t)strlen(name) + 1;

	if (!kn)
		return NULL;
	kn->count = 1;
	kn->mode = mode;
	kn->ino = ++vfs->last_kernfs_ino;
	INIT_LIST_HEAD(&kn->children);
	INIT_LIST_HEAD(&kn->sibling);
	kn->name = kzalloc_obj(curr, size, size, GFP_KERNEL);
	if (!kn->name) {
		kernfs_put(curr, kn);
		return NULL;
	}
	memcpy(kn->name, name, size);
	return kn;
}

static void kernfs_add(struct kernfs_node *parent, struct kernfs_node *kn)
{
	kn->parent = parent;
	parent->nr_subdirs += S_ISDIR(kn->mode);
	list_add_tail(&kn->sibling, &parent->children);
}

struct kernfs_node *sysfs_find(const struct task_struct *curr,
			       struct kernfs_node *dir, const char *name)
{
	struct kernfs_node *kn;

	if (!dir)
		dir = curr->k->vfs.sysfs_root;
	list_for_each_entry(kn, &dir->children, sibling)
		if (!strcmp(kn->name, name))
			return kn;
	return NULL;
}

struct kernfs_node *sysfs_create_dir(struct task_struct *curr,
				     struct kernfs_node *parent,
				     const char *name, void *object)
{
	struct kernfs_node *kn = sysfs_find(curr, parent, name);

	if (kn)
		return kn;
	kn = kernfs_new(curr, name, S_IFDIR | 0755);
	if (!kn)
		return NULL;
	kn->object = object;
	kernfs_add(parent ? parent : curr->k->vfs.sysfs_root, kn);
	return kn;
}

int sysfs_create_file_for(struct task_struct *curr, struct kernfs_node *dir,
			  const struct sysfs_attribute *attr, const char *name,
			  void *object)
{
	struct kernfs_node *kn;

	if (sysfs_find(curr, dir, name))
		return 0;
	kn = kernfs_new(curr, name, S_IFREG | attr->mode);
	if (!kn)
		return -ENOMEM;
	kn->attr = attr;
	kn->object = object;
	kernfs_add(dir, kn);
	return 0;
}

int sysfs_create_files(struct task_struct *curr, struct kernfs_node *dir,
		       const struct sysfs_attribute *attrs, uint32_t nr)
{
	int err = 0;

	for (uint32_t i = 0; !err && i < nr; i++)
		err = sysfs_create_file_for(curr, dir, &attrs[i], attrs[i].name,
					    NULL);
	return err;
}

int sysfs_create_link(struct task_struct *curr, struct kernfs_node *dir,
		      const char *name, struct kernfs_node *target)
{
	struct kernfs_node *kn = kernfs_new(curr, name, S_IFLNK | 0777);

	if (!kn)
		return -ENOMEM;
	kn->target = target;
	target->count++;
	kernfs_add(dir, kn);
	return 0;
}

void sysfs_remove(struct task_struct *curr, struct kernfs_node *node)
{
	while (!list_empty(&node->children))
		sysfs_remove(curr,
			     list_first_entry(&node->children,
					      struct kernfs_node, sibling));
	list_del(&node->sibling);
	node->parent->nr_subdirs -= S_ISDIR(node->mode);
	node->parent = NULL;
	node->removed = true;
	kernfs_put(curr, node);
}

void sysfs_populate_later(struct kernfs_node *dir,
			  int (*populate)(struct task_struct *curr,
					  struct kernfs_node *dir,
					  void *object))
{
	dir->populate = populate;
}

/* Under the lock of the directory's inode. */
static int kernfs_populate(struct task_struct *curr, struct kernfs_node *dir)
{
	int (*populate)(struct task_struct * curr, struct kernfs_node * dir,
			void *object) = dir->populate;
	int err;

	if (!populate || dir->removed)
		return 0;
	dir->populate = NULL;
	err = populate(curr, dir, dir->object);
	if (err)
		dir->populate = populate;
	return err;
}

/* What a file's functions are about. */
static void *object_of(const struct kernfs_node *kn)
{
	return kn->object ? kn->object : kn->parent->object;
}

static struct kernfs_node *node_of(const struct inode *inode)
{
	return inode->i_private;
}

/* ---- files --------------------------------------------------------------- */

/* What the mode forbids, it forbids root, too. */
static int sysfs_open(struct task_struct *curr, struct inode *inode,
		      struct file *file)
{
	const struct kernfs_node *kn = node_of(inode);
	struct seq_file *m;

	if (kn->removed)
		return -ENODEV;
	if ((file->f_mode & FMODE_WRITE) &&
	    (!(inode->i_mode & 0222) || !kn->attr->store))
		return -EACCES;
	if ((file->f_mode & FMODE_READ) &&
	    (!(inode->i_mode & 0444) || !kn->attr->show))
		return -EACCES;
	m = kzalloc_obj(curr, ARM_SIZEOF_SEQ_FILE, sizeof(*m), GFP_KERNEL);
	if (!m)
		return -ENOMEM;
	seq_open_buffer(m, curr);
	file->private_data = m;
	return 0;
}

static void sysfs_release(struct task_struct *curr, struct file *file)
{
	seq_release(curr, file->private_data);
	kfree_obj(curr, file->private_data);
}

/* A page to print into, so that a show function doesn't sleep. */
static int reserve_page(struct task_struct *curr, struct seq_file *m)
{
	seq_release(curr, m);
	seq_open_buffer(m, curr);
	seq_putc(m, ' ');
	m->count = 0;
	return m->overflow ? -ENOMEM : 0;
}

static int32_t sysfs_read(struct task_struct *curr, struct file *file,
			  struct iov_iter *to, int64_t *pos)
{
	const struct kernfs_node *kn = node_of(file->f_inode);
	struct seq_file *m = file->private_data;
	int err;

	if (kn->removed)
		return -ENODEV;
	if (*pos == 0 || !m->buf) {
		err = reserve_page(curr, m);
		if (!err)
			err = kn->removed ? -ENODEV
					  : kn->attr->show(m, object_of(kn));
		if (err)
			return err;
	}
	return seq_read_at(curr, m, to, pos);
}

static int32_t sysfs_write(struct task_struct *curr, struct file *file,
			   struct iov_iter *from, int64_t *pos)
{
	const struct kernfs_node *kn = node_of(file->f_inode);
	uint32_t n = from->count < PAGE_SIZE - 1 ? from->count : PAGE_SIZE - 1;
	vaddr_t buf = kmalloc(curr, n + 1, GFP_KERNEL);
	char *text;
	int err = 0;

	if (!buf)
		return -ENOMEM;
	text = kbytes(curr->k, buf);
	if (copy_from_iter(curr, from, text, n) < n)
		err = -EFAULT;
	text[n] = '\0';
	if (!err)
		err = kn->removed
			      ? -ENODEV
			      : kn->attr->store(curr, object_of(kn), text, n);
	kfree(curr, buf);
	if (err)
		return err;
	*pos += n;
	return (int32_t)n;
}

static int64_t sysfs_llseek(struct task_struct *curr, struct file *file,
			    int64_t offset, int whence)
{
	return generic_llseek(curr, file, offset, whence, PAGE_SIZE);
}

static const struct file_operations sysfs_file_fops = {
	.open = sysfs_open,
	.release = sysfs_release,
	.read_iter = sysfs_read,
	.write_iter = sysfs_write,
	.llseek = sysfs_llseek,
	.splice_read = can_splice_read,
};

/* ---- links ------------------------------------------------------------------ */

static bool is_above(const struct kernfs_node *above,
		     const struct kernfs_node *kn)
{
	while (kn && kn != above)
		kn = kn->parent;
	return kn;
}

/* "b/c", from below @top down to @kn; false: too long. */
static bool append_path(char *text, size_t size, const struct kernfs_node *top,
			const struct kernfs_node *kn)
{
	size_t len;

	if (kn->parent != top && !append_path(text, size, top, kn->parent))
		return false;
	len = strlen(text);
	return snprintf(text + len, size - len, "%s%s",
			len && text[len - 1] != '/' ? "/" : "",
			kn->name) < (int)(size - len);
}

static bool make_link_text(const struct kernfs_node *link, char *text,
			   size_t size)
{
	const struct kernfs_node *common = link->parent;
	size_t len = 0;

	text[0] = '\0';
	for (; !is_above(common, link->target); common = common->parent) {
		if (len + 4 > size)
			return false;
		len += (size_t)snprintf(text + len, size - len, "../");
	}
	return append_path(text, size, common, link->target);
}

static const char *sysfs_get_link(struct task_struct *curr, struct inode *inode)
{
	const struct kernfs_node *kn = node_of(inode);
	char text[256];
	uint32_t size;

	if (kn->removed || kn->target->removed)
		return ERR_PTR(-ENOENT);
	if (!make_link_text(kn, text, sizeof(text)))
		return ERR_PTR(-ENAMETOOLONG);
	size = (uint32_t)strlen(text) + 1;
	if (!inode->i_link)
		inode->i_link = kzalloc_obj(curr, size, size, GFP_KERNEL);
	if (!inode->i_link)
		return ERR_PTR(-ENOMEM);
	memcpy(inode->i_link, text, size);
	return inode->i_link;
}

/* ---- directories -------------------------------------------------------------- */

static struct inode *sysfs_inode(struct task_struct *curr,
				 struct super_block *sb,
				 struct kernfs_node *kn);

static int sysfs_lookup(struct task_struct *curr, struct inode *dir,
			struct dentry *dentry)
{
	struct kernfs_node *kn = NULL;
	struct inode *inode = NULL;
	int err = kernfs_populate(curr, node_of(dir));

	if (err)
		return err;
	if (!node_of(dir)->removed)
		kn = sysfs_find(curr, node_of(dir), dentry->d_name);
	if (kn) {
		inode = sysfs_inode(curr, dir->i_sb, kn);
		if (!inode)
			return -ENOMEM;
	}
	d_add(dentry, inode);
	return 0;
}

/* After . and .. a name's position is its node's number: it never changes. */
static int sysfs_iterate(struct task_struct *curr, struct file *file,
			 struct dir_context *ctx)
{
	struct kernfs_node *dir = node_of(file->f_inode);
	const struct kernfs_node *kn;
	int err = kernfs_populate(curr, dir);

	if (err)
		return err;
	if (dir->removed)
		return -ENOENT;
	if (!dir_emit_dots(file, ctx))
		return 0;
	list_for_each_entry(kn, &dir->children, sibling) {
		if (ctx->pos > (int64_t)kn->ino + 2)
			continue;
		if (!ctx->actor(ctx, kn->name, (uint32_t)strlen(kn->name),
				(int64_t)kn->ino + 3, kn->ino,
				mode_to_dt(kn->mode)))
			return 0;
		ctx->pos = (int64_t)kn->ino + 3;
	}
	return 0;
}

static const struct file_operations sysfs_dir_fops = {
	.iterate = sysfs_iterate,
	.llseek = dir_llseek,
};

/* ---- inodes ---------------------------------------------------------------------- */

/* "echo x >file" truncates first, which changes nothing here. */
static int sysfs_setattr(struct task_struct *curr, struct inode *inode,
			 const struct iattr *attr)
{
	(void)curr;
	if (attr->valid & ATTR_MODE) {
		inode->i_mode = (inode->i_mode & S_IFMT) |
				(attr->mode & S_IALLUGO);
		node_of(inode)->mode = inode->i_mode;
	}
	return attr->valid & (ATTR_UID | ATTR_GID) ? -EPERM : 0;
}

static const struct inode_operations sysfs_file_iops = {
	.setattr = sysfs_setattr,
};

static const struct inode_operations sysfs_link_iops = {
	.get_link = sysfs_get_link,
};

static const struct inode_operations sysfs_dir_iops = {
	.lookup = sysfs_lookup,
	.setattr = sysfs_setattr,
};

static struct inode *sysfs_inode(struct task_struct *curr,
				 struct super_block *sb, struct kernfs_node *kn)
{
	struct inode *inode;

	kn->count++; /* new_inode() may sleep */
	inode = new_inode(curr, sb, kn->mode);
	if (!inode) {
		kernfs_put(curr, kn);
		return NULL;
	}
	inode->i_ino = kn->ino;
	inode->i_private = kn;
	if (S_ISDIR(kn->mode)) {
		inode->i_nlink = 2 + kn->nr_subdirs;
		inode->i_op = &sysfs_dir_iops;
		inode->i_fop = &sysfs_dir_fops;
	} else if (S_ISLNK(kn->mode)) {
		inode->i_op = &sysfs_link_iops;
	} else {
		inode->i_size = PAGE_SIZE;
		inode->i_op = &sysfs_file_iops;
		inode->i_fop = &sysfs_file_fops;
	}
	return inode;
}

static void sysfs_evict_inode(struct task_struct *curr, struct inode *inode)
{
	if (inode->i_private)
		kernfs_put(curr, inode->i_private);
}

static bool sysfs_revalidate(struct task_struct *curr, struct dentry *dentry)
{
	(void)curr;
	return dentry->d_inode && !node_of(dentry->d_inode)->removed;
}

static const struct super_operations sysfs_ops = {
	.evict_inode = sysfs_evict_inode,
	.revalidate = sysfs_revalidate,
};

struct super_block *sysfs_mount(struct task_struct *curr, const char *devname)
{
	struct super_block *sb = sget(curr, "sysfs", devname, SYSFS_MAGIC,
				      &sysfs_ops, curr->k->vfs.inode_cache);

	if (!sb)
		return NULL;
	sb->s_noexec = true;
	if (!d_make_root(curr, sb,
			 sysfs_inode(curr, sb, curr->k->vfs.sysfs_root))) {
		kill_super(curr, sb);
		return NULL;
	}
	return sb;
}

void sysfs_init(struct task_struct *curr)
{
	static const char *const dirs[] = {"class", "devices", "module"};
	struct vfs_state *vfs = &curr->k->vfs;
	struct kernfs_node *kernel;

	vfs->kernfs_node_cache = kmem_cache_create(curr, "kernfs_node_cache",
						   ARM_SIZEOF_KERNFS_NODE,
						   sizeof(struct kernfs_node),
						   0, SLAB_PANIC, NULL);
	vfs->sysfs_root = kernfs_new(curr, "", S_IFDIR | 0555);
	if (!vfs->sysfs_root)
		boot_panic(curr->k, "VFS: no memory for sysfs");
	for (size_t n = 0; n < sizeof(dirs) / sizeof(*dirs); n++)
		if (!sysfs_create_dir(curr, NULL, dirs[n], NULL))
			boot_panic(curr->k, "VFS: no memory for sysfs");
	kernel = sysfs_create_dir(curr, NULL, "kernel", NULL);
	/* where debugfs is mounted by custom */
	if (!kernel || !sysfs_create_dir(curr, kernel, "debug", NULL))
		boot_panic(curr->k, "VFS: no memory for sysfs");
}
