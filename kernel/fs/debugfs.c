/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/debugfs.h"

/*
 * debugfs (Linux: fs/debugfs/inode.c, file.c; libfs.c's simple attributes):
 * directories that live in their dentries, as tmpfs has them, which the kernel
 * alone fills. Its files are the operations that their makers gave them.
 *
 * There is one instance, which the kernel makes at boot and keeps: mounting
 * shows it, unmounting hides it. Names and inodes are charged as others are.
 *
 * MODEL: it can be mounted at one place at a time (dcache.h): a second mount
 * is -EBUSY. Names are never removed, so nothing guards a file against the end
 * of the part that made it.
 */

#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/namei.h"
#include "kernel/lib/kstrtox.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/state.h"

#define DEBUGFS_DEFAULT_MODE 0700u

/* ---- the file system --------------------------------------------------- */

/*
 * uid=, gid= and mode= of the top. The rest is left alone, and so is what
 * follows these and is no number: debugfs has it so by tradition.
 */
static void apply_options(struct inode *root, char *options)
{
	uint32_t uid = 0, gid = 0, mode = DEBUGFS_DEFAULT_MODE;
	char *next = options;

	while (next && *next) {
		char *key = next;

		next = strchr(key, ',');
		if (next)
			*next++ = '\0';
		if (!strncmp(key, "uid=", 4))
			kstrtouint(key + 4, 0, &uid);
		else if (!strncmp(key, "gid=", 4))
			kstrtouint(key + 4, 0, &gid);
		else if (!strncmp(key, "mode=", 5))
			kstrtouint(key + 5, 8, &mode);
	}
	root->i_uid = uid;
	root->i_gid = gid;
	root->i_mode = S_IFDIR | (mode & S_IALLUGO);
}

static int debugfs_reconfigure(struct task_struct *curr, struct super_block *sb,
			       char *options)
{
	(void)curr;
	apply_options(sb->s_root->d_inode, options);
	return 0;
}

static void debugfs_show_options(struct seq_file *m,
				 const struct super_block *sb)
{
	const struct inode *root = sb->s_root->d_inode;
	const uint32_t mode = root->i_mode & S_IALLUGO;

	if (root->i_uid)
		seq_printf(m, ",uid=%u", root->i_uid);
	if (root->i_gid)
		seq_printf(m, ",gid=%u", root->i_gid);
	if (mode != DEBUGFS_DEFAULT_MODE)
		seq_printf(m, ",mode=%o", mode);
}

/* No name that isn't there will come by looking for it. */
static int debugfs_lookup(struct task_struct *curr, struct inode *dir,
			  struct dentry *dentry)
{
	(void)curr, (void)dir;
	d_add(dentry, NULL);
	return 0;
}

static const struct inode_operations debugfs_dir_iops = {
	.lookup = debugfs_lookup,
	.setattr = simple_setattr,
};

static const struct super_operations debugfs_ops = {
	.reconfigure = debugfs_reconfigure,
	.show_options = debugfs_show_options,
	.dir_iops = &debugfs_dir_iops,
	.dir_fops = &simple_dir_fops,
	.keep_unused = true,
	.single = true,
};

struct super_block *debugfs_mount(struct task_struct *curr, const char *devname,
				  char *options)
{
	struct super_block *sb = curr->k->vfs.debugfs_sb;

	(void)devname;
	apply_options(sb->s_root->d_inode, options);
	return sb;
}

/* ---- names ------------------------------------------------------------- */

static struct inode *debugfs_inode(struct task_struct *curr, uint32_t mode,
				   const char *target)
{
	struct inode *inode = simple_inode(curr, curr->k->vfs.debugfs_sb, NULL,
					   mode, 0, target);

	if (inode)
		inode->i_uid = inode->i_gid = 0;
	return inode;
}

/* @name of @parent, which must be free, made with @inode; ERR_PTR. */
static struct dentry *debugfs_name(struct task_struct *curr, const char *name,
				   struct dentry *parent, struct inode *inode)
{
	struct inode *dir = parent->d_inode;
	struct dentry *dentry = lookup_one(curr, parent, name,
					   (uint32_t)strlen(name));

	if (!IS_ERR(dentry) && dentry->d_inode) {
		printk(curr->k, "debugfs: File '%s' in directory '%s' %s", name,
		       parent->d_name, "already present!");
		dput(curr, dentry);
		dentry = ERR_PTR(-EEXIST);
	}
	if (IS_ERR(dentry)) {
		iput(curr, inode);
		return dentry;
	}
	if (S_ISDIR(inode->i_mode))
		dir->i_nlink++;
	inode_modified(dir);
	d_instantiate(dentry, inode);
	d_mark_created(dentry);
	dput(curr, dentry); /* it is pinned */
	return dentry;
}

static struct dentry *debugfs_create(struct task_struct *curr, const char *name,
				     uint32_t mode, struct dentry *parent,
				     const char *target, void *data,
				     const struct file_operations *fops)
{
	struct inode *inode;

	if (!parent)
		parent = curr->k->vfs.debugfs_sb->s_root;
	if (IS_ERR(parent))
		return parent;
	inode = debugfs_inode(curr, mode, target);
	if (!inode)
		return ERR_PTR(-ENOMEM);
	if (fops) {
		inode->i_fop = fops;
		inode->i_private = data;
	}
	return debugfs_name(curr, name, parent, inode);
}

struct dentry *debugfs_create_dir(struct task_struct *curr, const char *name,
				  struct dentry *parent)
{
	return debugfs_create(curr, name, S_IFDIR | 0755, parent, NULL, NULL,
			      NULL);
}

struct dentry *debugfs_create_file(struct task_struct *curr, const char *name,
				   uint32_t mode, struct dentry *parent,
				   void *data,
				   const struct file_operations *fops)
{
	return debugfs_create(curr, name, S_IFREG | (mode & S_IALLUGO), parent,
			      NULL, data, fops);
}

struct dentry *debugfs_create_symlink(struct task_struct *curr,
				      const char *name, struct dentry *parent,
				      const char *target)
{
	return debugfs_create(curr, name, S_IFLNK | S_IRWXUGO, parent, target,
			      NULL, NULL);
}

/* ---- what is written ---------------------------------------------------- */

int32_t copy_string_from_iter(struct task_struct *curr, struct iov_iter *from,
			      char *text, uint32_t size)
{
	const uint32_t n = from->count < size - 1 ? from->count : size - 1;

	if (copy_from_iter(curr, from, text, n) < n)
		return -EFAULT;
	text[n] = '\0';
	return (int32_t)n;
}

/* ---- files that are a number -------------------------------------------- */

static int simple_attr_show(struct seq_file *m, void *v)
{
	const struct simple_attr *attr = m->op;
	uint64_t value;
	int err = attr->get(m->curr, m->private, &value);

	(void)v;
	if (!err)
		seq_printf(m, attr->format, (unsigned long long)value);
	return err;
}

int simple_attr_open(struct task_struct *curr, struct inode *inode,
		     struct file *file, const struct simple_attr *attr)
{
	int err = single_open(curr, file, simple_attr_show, inode->i_private);
	struct seq_file *m = file->private_data;

	if (err)
		return err;
	m->op = attr;
	file->f_mode |= FMODE_NOSEEK;
	return 0;
}

static const struct simple_attr *file_attr(const struct file *file)
{
	const struct seq_file *m = file->private_data;

	return m->op;
}

int32_t simple_attr_read(struct task_struct *curr, struct file *file,
			 struct iov_iter *to, int64_t *pos)
{
	return file_attr(file)->get ? seq_read(curr, file, to, pos) : -EACCES;
}

int32_t simple_attr_write(struct task_struct *curr, struct file *file,
			  struct iov_iter *from, int64_t *pos)
{
	const struct simple_attr *attr = file_attr(file);
	const int32_t n = (int32_t)from->count;
	char text[24];
	uint64_t value;
	int32_t err;

	(void)pos;
	if (!attr->set)
		return -EACCES;
	err = copy_string_from_iter(curr, from, text, sizeof(text));
	if (err < 0)
		return err;
	err = attr->is_signed ? kstrtoll(text, 0, (int64_t *)&value)
			      : kstrtoull(text, 0, &value);
	if (!err)
		err = attr->set(curr, file->f_inode->i_private, value);
	return err ? err : n; /* all of it was taken */
}

/*
 * What can be done with a number is decided when its file is made: chmod
 * doesn't make a read-only one writable.
 */
static const struct file_operations *by_mode(uint32_t mode,
					     const struct file_operations *rw,
					     const struct file_operations *ro,
					     const struct file_operations *wo)
{
	if (!(mode & 0222))
		return ro;
	return mode & 0444 ? rw : wo;
}

#define NUMBER(name, type, with_sign, text)                                    \
	static int name##_get(struct task_struct *curr, void *data,            \
			      uint64_t *value)                                 \
	{                                                                      \
		(void)curr;                                                    \
		*value = (uint64_t) * (type *)data;                            \
		return 0;                                                      \
	}                                                                      \
	static int name##_set(struct task_struct *curr, void *data,            \
			      uint64_t value)                                  \
	{                                                                      \
		(void)curr;                                                    \
		*(type *)data = (type)value;                                   \
		return 0;                                                      \
	}                                                                      \
	DEFINE_SIGNED_OR_NOT(fops_##name, name##_get, name##_set, text,        \
			     with_sign);                                       \
	DEFINE_SIGNED_OR_NOT(fops_##name##_ro, name##_get, NULL, text, false); \
	DEFINE_SIGNED_OR_NOT(fops_##name##_wo, NULL, name##_set, text,         \
			     with_sign);                                       \
	void debugfs_create_##name(struct task_struct *curr, const char *file, \
				   uint32_t mode, struct dentry *parent,       \
				   type *value)                                \
	{                                                                      \
		debugfs_create_file(curr, file, mode, parent, value,           \
				    by_mode(mode, &fops_##name,                \
					    &fops_##name##_ro,                 \
					    &fops_##name##_wo));               \
	}
DEBUGFS_NUMBERS(NUMBER)

/* ---- truth values ------------------------------------------------------- */

static int debugfs_bool_show(struct seq_file *m, void *v)
{
	const bool *value = m->private;

	(void)v;
	seq_puts(m, *value ? "Y\n" : "N\n");
	return 0;
}

static int32_t debugfs_bool_write(struct task_struct *curr, struct file *file,
				  struct iov_iter *from, int64_t *pos)
{
	const int32_t n = (int32_t)from->count;
	char text[4];
	int32_t err = copy_string_from_iter(curr, from, text, sizeof(text));

	(void)pos;
	if (err < 0)
		return err;
	err = kstrtobool(text, file->f_inode->i_private);
	return err ? err : n;
}

DEFINE_SHOW_STORE_ATTRIBUTE(debugfs_bool);

static const struct file_operations fops_bool_ro = {
	.open = debugfs_bool_open,
	.release = seq_close,
	.read_iter = seq_read,
	.llseek = seq_lseek,
};
static const struct file_operations fops_bool_wo = {
	.open = debugfs_bool_open,
	.release = seq_close,
	.write_iter = debugfs_bool_write,
	.llseek = seq_lseek,
};

void debugfs_create_bool(struct task_struct *curr, const char *name,
			 uint32_t mode, struct dentry *parent, bool *value)
{
	debugfs_create_file(curr, name, mode, parent, value,
			    by_mode(mode, &debugfs_bool_fops, &fops_bool_ro,
				    &fops_bool_wo));
}

/* ---- arrays ------------------------------------------------------------- */

static int u32_array_show(struct seq_file *m, void *v)
{
	const struct debugfs_u32_array *data = m->private;

	(void)v;
	for (uint32_t i = 0; i < data->n_elements; i++)
		seq_printf(m, "%u%c", data->array[i],
			   i + 1 < data->n_elements ? ' ' : '\n');
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(u32_array);

void debugfs_create_u32_array(struct task_struct *curr, const char *name,
			      uint32_t mode, struct dentry *parent,
			      const struct debugfs_u32_array *array)
{
	debugfs_create_file(curr, name, mode, parent, (void *)array,
			    &u32_array_fops);
}

/* ---- boot --------------------------------------------------------------- */

void debugfs_init(struct task_struct *curr)
{
	struct vfs_state *vfs = &curr->k->vfs;

	vfs->debugfs_sb = sget(curr, "debugfs", "debugfs", DEBUGFS_MAGIC,
			       &debugfs_ops, vfs->inode_cache);
	if (!vfs->debugfs_sb)
		boot_panic(curr->k, "debugfs: no memory");
	if (!d_make_root(curr, vfs->debugfs_sb,
			 debugfs_inode(curr, S_IFDIR | DEBUGFS_DEFAULT_MODE,
				       NULL)))
		boot_panic(curr->k, "debugfs: no memory");
}
