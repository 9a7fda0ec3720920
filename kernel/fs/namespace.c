/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/mount.h"

/*
 * What is mounted where (Linux: fs/namespace.c). One namespace.
 * The boot mounts the root, /dev, /dev/shm, /proc, /sys and debugfs below it,
 * and /dev/pts when somebody first looks for it;
 * a guest's root may mount further tmpfs and proc.
 *
 * Invariant: sb->s_mountpoint and its d_mounted point at each other, with a
 * reference on the dentry.
 *
 * MODEL: a file system is mounted once (dcache.h): no bind mounts, and flags
 * of the mount are flags of the file system.
 */

#include <string.h>

#include "kernel/arm_sizes.h"
#include "kernel/drivers/tty.h"
#include "kernel/fs/char_dev.h"
#include "kernel/fs/debugfs.h"
#include "kernel/fs/devpts.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/fsnotify.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/seq_file.h"
#include "kernel/fs/sysfs.h"
#include "kernel/ipc/mqueue.h"
#include "kernel/lib/bug.h"
#include "kernel/lib/printk.h"
#include "kernel/mm/boot_panic.h"
#include "kernel/mm/slab.h"
#include "kernel/module/misc.h"
#include "kernel/state.h"

/* Nothing shows @sb any more. */
static void deactivate_super(struct task_struct *curr, struct super_block *sb)
{
	if (!sb->s_op->single)
		kill_super(curr, sb);
}

int attach_mount(struct task_struct *curr, struct super_block *sb,
		 struct dentry *on)
{
	if (!S_ISDIR(on->d_inode->i_mode))
		return -ENOTDIR;
	if (on->d_mounted || sb->s_mountpoint)
		return -EBUSY;
	sb->s_mountpoint = dget(on);
	on->d_mounted = sb;
	sb->s_mnt_id = ++curr->k->vfs.last_mnt_id;
	list_add_tail(&sb->s_list, &curr->k->vfs.mounts);
	return 0;
}

/* What @sb was mounted on, with the reference that it held. */
static struct dentry *detach_mount(struct super_block *sb)
{
	struct dentry *on = sb->s_mountpoint;

	list_del_init(&sb->s_list);
	sb->s_mountpoint = NULL;
	on->d_mounted = NULL;
	return on;
}

/* Is @sb mounted in @above, or in what is mounted there, …? */
static bool mount_covers(const struct super_block *above,
			 const struct super_block *sb)
{
	while (sb != above && sb->s_mountpoint)
		sb = sb->s_mountpoint->d_sb;
	return sb == above;
}

/* ---- mount(2) ---------------------------------------------------------- */

#define MS_REMOUNT     0x00000020u
#define MS_BIND        0x00001000u
#define MS_MOVE        0x00002000u
#define MS_UNBINDABLE  0x00020000u
#define MS_PRIVATE     0x00040000u
#define MS_SLAVE       0x00080000u
#define MS_SHARED      0x00100000u
#define MS_STRICTATIME 0x01000000u
#define MS_MGC_VAL     0xc0ed0000u
#define MS_MGC_MSK     0xffff0000u

/* What a mount keeps of its flags. */
#define MS_KEPT                                                          \
	(MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_SYNCHRONOUS | \
	 MS_DIRSYNC | MS_NOATIME | MS_NODIRATIME)
#define MS_ATIME_MASK (MS_NOATIME | MS_NODIRATIME | MS_RELATIME)

static struct super_block *or_no_memory(struct super_block *sb)
{
	return sb ? sb : ERR_PTR(-ENOMEM);
}

static struct super_block *proc_get_tree(struct task_struct *curr,
					 const char *devname, char *options)
{
	if (options && *options)
		return ERR_PTR(-EINVAL);
	return or_no_memory(proc_mount(curr, devname));
}

static struct super_block *sysfs_get_tree(struct task_struct *curr,
					  const char *devname, char *options)
{
	if (options && *options)
		return ERR_PTR(-EINVAL);
	return or_no_memory(sysfs_mount(curr, devname));
}

/* MODEL: mounted again it is a new instance, not the one that is there */
static struct super_block *devtmpfs_get_tree(struct task_struct *curr,
					     const char *devname, char *options)
{
	(void)options;
	return or_no_memory(devtmpfs_mount(curr, devname));
}

/* The kernel's own, which nobody can mount. */
static struct super_block *no_get_tree(struct task_struct *curr,
				       const char *devname, char *options)
{
	(void)curr, (void)devname, (void)options;
	return ERR_PTR(-EINVAL);
}

static const struct file_system_type {
	const char *name;
	struct super_block *(*get_tree)(struct task_struct *curr,
					const char *devname, char *options);
} file_systems[] = {
	{"sysfs", sysfs_get_tree},  {"tmpfs", shmem_mount},
	{"proc", proc_get_tree},    {"devtmpfs", devtmpfs_get_tree},
	{"debugfs", debugfs_mount}, {"sockfs", no_get_tree},
	{"pipefs", no_get_tree},    {"ramfs", ramfs_mount},
	{"devpts", devpts_mount},   {"mqueue", mqueue_mount},
};

void show_filesystems(struct seq_file *m)
{
	for (size_t n = 0; n < sizeof(file_systems) / sizeof(*file_systems);
	     n++)
		seq_printf(m, "nodev\t%s\n", file_systems[n].name);
}

static struct super_block *get_tree(struct task_struct *curr,
				    const struct mount_args *args)
{
	const char *source = args->source ? args->source : "none";

	if (!args->type)
		return ERR_PTR(-EINVAL);
	for (size_t n = 0; n < sizeof(file_systems) / sizeof(*file_systems);
	     n++)
		if (!strcmp(file_systems[n].name, args->type))
			return file_systems[n].get_tree(curr, source,
							args->options);
	return ERR_PTR(-ENODEV);
}

static uint32_t mount_flags(uint32_t flags)
{
	uint32_t kept = flags & MS_KEPT;

	/* relatime unless something else is asked for */
	if (!(flags & (MS_NOATIME | MS_STRICTATIME)))
		kept |= MS_RELATIME;
	return kept;
}

static int do_new_mount(struct task_struct *curr, struct dentry *on,
			const struct mount_args *args)
{
	struct super_block *sb = get_tree(curr, args);
	int err;

	if (IS_ERR(sb))
		return (int)PTR_ERR(sb);
	/* the look-up crossed what was mounted: this is the top */
	err = attach_mount(curr, sb, on);
	if (!err)
		sb->s_flags = mount_flags(args->flags);
	else
		deactivate_super(curr, sb);
	return err;
}

/* Is a file of @sb open for writing? */
static bool has_writers(const struct super_block *sb)
{
	return sb->s_nr_writers > 0;
}

static int do_remount(struct task_struct *curr, struct dentry *root,
		      const struct mount_args *args)
{
	struct super_block *sb = root->d_sb;
	uint32_t flags = mount_flags(args->flags);
	int err = 0;

	if (root != sb->s_root)
		return -EINVAL;
	if (flags & ~sb->s_flags & MS_RDONLY && has_writers(sb))
		return -EBUSY;
	if (sb->s_op->reconfigure)
		err = sb->s_op->reconfigure(curr, sb, args->options);
	if (err)
		return err;
	/* access times stay as they are when nothing is said of them */
	if (!(args->flags & (MS_ATIME_MASK | MS_STRICTATIME)))
		flags = (flags & ~MS_ATIME_MASK) |
			(sb->s_flags & MS_ATIME_MASK);
	sb->s_flags = flags;
	return 0;
}

static int do_move_mount(struct task_struct *curr, struct dentry *to,
			 const char *from)
{
	struct dentry *root;
	struct super_block *sb;
	int err = 0;

	if (!from || !*from)
		return -EINVAL;
	root = path_lookup(curr, AT_FDCWD, from, LOOKUP_FOLLOW);
	if (IS_ERR(root))
		return (int)PTR_ERR(root);
	sb = root->d_sb;
	if (root != sb->s_root || !sb->s_mountpoint)
		err = -EINVAL;
	else if (!S_ISDIR(to->d_inode->i_mode))
		err = -EINVAL;
	else if (mount_covers(sb, to->d_sb))
		err = -ELOOP;
	if (!err) {
		dput(curr, detach_mount(sb));
		err = attach_mount(curr, sb, to);
	}
	dput(curr, root);
	return err;
}

/* MODEL: no bind mounts (dcache.h), so that nothing is propagated either */
static int do_change_type(const struct dentry *root)
{
	return root == root->d_sb->s_root ? 0 : -EINVAL;
}

static int path_mount(struct task_struct *curr, struct dentry *on,
		      const struct mount_args *args)
{
	const uint32_t flags = args->flags;

	if (!capable(curr, CAP_SYS_ADMIN))
		return -EPERM;
	if (flags & MS_REMOUNT)
		return do_remount(curr, on, args);
	if (flags & MS_BIND)
		return -EINVAL;
	if (flags & (MS_SHARED | MS_PRIVATE | MS_SLAVE | MS_UNBINDABLE))
		return do_change_type(on);
	if (flags & MS_MOVE)
		return do_move_mount(curr, on, args->source);
	return do_new_mount(curr, on, args);
}

int do_mount(struct task_struct *curr, const char *dir,
	     const struct mount_args *args)
{
	struct mount_args real = *args;
	struct dentry *on = path_lookup(curr, AT_FDCWD, dir, LOOKUP_FOLLOW);
	int err;

	if (IS_ERR(on))
		return (int)PTR_ERR(on);
	if ((real.flags & MS_MGC_MSK) == MS_MGC_VAL)
		real.flags &= ~MS_MGC_MSK;
	err = path_mount(curr, on, &real);
	dput(curr, on);
	return err;
}

/* ---- umount2(2) -------------------------------------------------------- */

/* Does anyone but the names made here hold something of @dentry's tree? */
static bool tree_busy(const struct dentry *root)
{
	const struct dentry *dentry = root;

	for (;;) {
		int32_t own = dentry->d_flags & DCACHE_PINNED ? 1 : 0;
		const struct dentry *child;

		list_for_each_entry(child, &dentry->d_subdirs, d_child)
			own++;
		if (dentry->d_mounted ||
		    dentry->d_count > own + (dentry == root))
			return true;
		/* the next one in depth-first order */
		if (!list_empty(&dentry->d_subdirs)) {
			dentry = list_first_entry(&dentry->d_subdirs,
						  struct dentry, d_child);
			continue;
		}
		while (dentry != root &&
		       dentry->d_child.next == &dentry->d_parent->d_subdirs)
			dentry = dentry->d_parent;
		if (dentry == root)
			return false;
		dentry = list_next_entry(dentry, d_child);
	}
}

int do_umount(struct task_struct *curr, const char *dir, uint32_t flags)
{
	struct dentry *root;
	struct super_block *sb;
	int err = 0;

	if (flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW))
		return -EINVAL;
	root = path_lookup(curr, AT_FDCWD, dir,
			   flags & UMOUNT_NOFOLLOW ? 0 : LOOKUP_FOLLOW);
	if (IS_ERR(root))
		return (int)PTR_ERR(root);
	sb = root->d_sb;
	if (!capable(curr, CAP_SYS_ADMIN))
		err = -EPERM;
	else if (root != sb->s_root || !sb->s_mountpoint)
		err = -EINVAL;
	dput(curr, root);
	/* MODEL: MNT_DETACH waits for no one either: busy is busy */
	if (!err && tree_busy(sb->s_root))
		err = -EBUSY;
	if (err)
		return err;
	dput(curr, detach_mount(sb));
	deactivate_super(curr, sb);
	return 0;
}

/* ---- what is mounted --------------------------------------------------- */

struct super_block *next_mount(struct kernel *k, const struct super_block *sb)
{
	const struct list_head *next = sb ? sb->s_list.next
					  : k->vfs.mounts.next;

	return next == &k->vfs.mounts
		       ? NULL
		       : list_entry(next, struct super_block, s_list);
}

const struct super_block *mount_parent(const struct super_block *sb)
{
	return sb->s_mountpoint ? sb->s_mountpoint->d_sb : sb;
}

const char *mount_path(const struct super_block *sb, char *buf, uint32_t size)
{
	return dentry_path(sb->s_root, sb->k->vfs.root, buf, size);
}

void vfs_statfs(struct task_struct *curr, struct super_block *sb,
		struct kstatfs *st)
{
	*st = (struct kstatfs){
		.type = sb->s_magic,
		.bsize = PAGE_SIZE,
		.namelen = NAME_MAX,
	};
	if (sb->s_op->statfs)
		sb->s_op->statfs(curr, sb, st);
}

/* ---- boot -------------------------------------------------------------- */

static void boot_mount(struct task_struct *curr, struct super_block *sb,
		       const char *path)
{
	struct dentry *on = path_lookup(curr, AT_FDCWD, path, LOOKUP_FOLLOW);

	if (!sb || IS_ERR(on) || attach_mount(curr, sb, on))
		boot_panic(curr->k, "VFS: unable to mount %s", path);
	dput(curr, on);
}

/*
 * The folder of the host may lack a mount point, or have a symlink or a file
 * in its place: then one is made over it.
 */
struct dentry *boot_mkdir(struct task_struct *curr, struct dentry *dir,
			  const char *name, uint32_t mode)
{
	struct dentry *dentry = lookup_one(curr, dir, name,
					   (uint32_t)strlen(name));
	struct inode *inode = dir->d_inode;

	if (!IS_ERR(dentry) && dentry->d_inode &&
	    !S_ISDIR(dentry->d_inode->i_mode)) {
		inode->i_op->unlink(curr, inode, dentry);
		dput(curr, dentry);
		dentry = lookup_one(curr, dir, name, (uint32_t)strlen(name));
	}
	if (IS_ERR(dentry) ||
	    (!dentry->d_inode && inode->i_op->mkdir(curr, inode, dentry, mode)))
		boot_panic(curr->k, "VFS: unable to make /%s", name);
	return dentry;
}

static void mount_root(struct task_struct *curr)
{
	struct vfs_state *vfs = &curr->k->vfs;
	struct super_block *sb = curr->k->params.initramfs
					 ? initramfs_mount(curr)
					 : rootfs_mount(curr);

	if (!sb)
		boot_panic(curr->k, "VFS: Unable to mount root fs");
	vfs->root = sb->s_root;
	sb->s_mnt_id = ++vfs->last_mnt_id;
	list_add_tail(&sb->s_list, &vfs->mounts);
}

void mnt_init(struct task_struct *curr)
{
	static const char *const dirs[] = {"dev", "proc", "sys", "tmp"};
	struct vfs_state *vfs = &curr->k->vfs;

	INIT_LIST_HEAD(&vfs->mounts);
	init_rwsem(&vfs->save_sem);
	INIT_LIST_HEAD(&vfs->lock_waiters);
	INIT_LIST_HEAD(&vfs->file_locks);
	/* so that the root's device is 0:2, as where initramfs is the root */
	vfs->last_dev_minor = 1;
	mount_root(curr);
	vfs->pipe_sb = pipefs_mount(curr);
	vfs->shm_sb = shmemfs_mount(curr);
	if (!vfs->pipe_sb || !vfs->shm_sb)
		boot_panic(curr->k, "VFS: no memory for pipes");
	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
		dput(curr, boot_mkdir(curr, vfs->root, dirs[i],
				      strcmp(dirs[i], "tmp") ? 0755 : 01777));
	vfs->boot_dev = devtmpfs_mount(curr, "devtmpfs");
	boot_mount(curr, vfs->boot_dev, "/dev");
	boot_mount(curr, tmpfs_mount(curr, "tmpfs", 01777), "/dev/shm");
	boot_mount(curr, proc_mount(curr, "proc"), "/proc");
	boot_mount(curr, sysfs_mount(curr, "sysfs"), "/sys");
	debugfs_init(curr);
	boot_mount(curr, vfs->debugfs_sb, "/sys/kernel/debug");
}

static struct kmem_cache *inode_cache(struct task_struct *curr,
				      const char *name, uint32_t arm_size)
{
	return kmem_cache_create(curr, name, arm_size, sizeof(struct inode), 0,
				 SLAB_RECLAIM_ACCOUNT | SLAB_PANIC, NULL);
}

static void vfs_caches_init(struct task_struct *curr)
{
	struct vfs_state *vfs = &curr->k->vfs;

	vfs->inode_cache = inode_cache(curr, "inode_cache", ARM_SIZEOF_INODE);
	vfs->shmem_inode_cache = inode_cache(curr, "shmem_inode_cache",
					     ARM_SIZEOF_SHMEM_INODE);
	vfs->proc_inode_cache = inode_cache(curr, "proc_inode_cache",
					    ARM_SIZEOF_PROC_INODE);
	vfs->filp_cachep = kmem_cache_create(curr, "filp", ARM_SIZEOF_FILE,
					     sizeof(struct file), 0, SLAB_PANIC,
					     NULL);
	vfs->files_cachep = kmem_cache_create(curr, "files_cache",
					      ARM_SIZEOF_FILES_STRUCT,
					      sizeof(struct files_struct), 0,
					      SLAB_PANIC, NULL);
	vfs->fs_cachep = kmem_cache_create(curr, "fs_cache",
					   ARM_SIZEOF_FS_STRUCT,
					   sizeof(struct fs_struct), 0,
					   SLAB_PANIC, NULL);
	vfs->lock_cachep = file_lock_cache(curr);
	vfs->names_cache = kmem_cache_create(curr, "names_cache",
					     ARM_SIZEOF_NAMES, PATH_MAX, 0,
					     SLAB_HWCACHE_ALIGN | SLAB_PANIC,
					     NULL);
}

void vfs_init(struct task_struct *curr)
{
	sysctl_init(curr->k);
	eventpoll_init(curr->k);
	fsnotify_init(curr->k);
	INIT_LIST_HEAD(&curr->k->vfs.timerfds);
	dcache_init(curr);
	vfs_caches_init(curr);
	sysfs_init(curr);
	console_init(curr);
	chr_dev_init(curr);
	tty_init(curr);
	misc_init(curr);
	mnt_init(curr);
}

void vfs_exit(struct task_struct *curr)
{
	/* what is dirty stays unwritten: all memory ends with the machine */
	evict_unused(curr);
}
