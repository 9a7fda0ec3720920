/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/xattr.h"

/*
 * Extended attributes (Linux: fs/xattr.c, the handlers of mm/shmem.c, and what
 * security/commoncap.c says of them): names with values that a file has
 * besides its bytes, kept with its inode in memory. As tmpfs of Linux 6.1 they
 * are trusted ones, of the superuser, and security ones; a user's own are
 * refused. The root, a folder of the host below changes in memory, is such a
 * file system: what the host has of attributes isn't read, what is set here
 * stays with the inode.
 *
 * Who finds a file may give it attributes of security, or take them away, but
 * not give it capabilities: that is how Debian's 6.1 has it, whose BPF hooks
 * answer before anybody asks for CAP_SYS_ADMIN.
 *
 * Invariant: a file's list has no name twice; the youngest is its first.
 *
 * MODEL: there are no access control lists: none is found, and none can be
 * set (EOPNOTSUPP, where tmpfs has them).
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/fs/fsnotify.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

enum {
	XATTR_NAME_MAX = 255,
	XATTR_SIZE_MAX = 65536,
	XATTR_CREATE = 1,
	XATTR_REPLACE = 2,
};

#define ARM_SIZEOF_SIMPLE_XATTR 16u
#define XATTR_NAME_CAPS         "security.capability"

struct simple_xattr {
	struct simple_xattr *next;
	char *name;
	uint32_t size;
	uint8_t value[];
};

static int get_name(struct task_struct *curr, vaddr_t from,
		    char name[XATTR_NAME_MAX + 1])
{
	const int32_t len = strncpy_from_user(curr, name, from,
					      XATTR_NAME_MAX + 1);

	if (len < 0)
		return len;
	return len == 0 || len > XATTR_NAME_MAX ? -ERANGE : 0;
}

static bool has_prefix(const char *name, const char *prefix)
{
	return !strncmp(name, prefix, strlen(prefix));
}

/* May @mask (MAY_*) be done to the attribute @name? */
static int xattr_permission(struct task_struct *curr, struct inode *inode,
			    const char *name, uint32_t mask)
{
	const bool writes = mask & MAY_WRITE;

	if (has_prefix(name, "security.") || has_prefix(name, "system."))
		return 0;
	if (has_prefix(name, "trusted.")) {
		if (capable(curr, CAP_SYS_ADMIN))
			return 0;
		return writes ? -EPERM : -ENODATA;
	}
	if (has_prefix(name, "user.")) {
		if (!S_ISREG(inode->i_mode) && !S_ISDIR(inode->i_mode))
			return writes ? -EPERM : -ENODATA;
		if (S_ISDIR(inode->i_mode) && inode->i_mode & S_ISVTX &&
		    writes && !inode_owner_or_capable(curr, inode))
			return -EPERM;
	}
	return inode_permission(curr, inode, mask);
}

/* ---- a file's list -------------------------------------------------------- */

static void simple_xattr_free(struct task_struct *curr,
			      struct simple_xattr *xattr)
{
	if (xattr && xattr->name)
		kfree_obj(curr, xattr->name);
	if (xattr)
		kfree_obj(curr, xattr);
}

void simple_xattrs_free(struct task_struct *curr, struct inode *inode)
{
	struct simple_xattr *xattr;

	while ((xattr = inode->i_xattrs)) {
		inode->i_xattrs = xattr->next;
		simple_xattr_free(curr, xattr);
	}
}

/* Without a name yet, its value the user's; ERR_PTR. */
static struct simple_xattr *simple_xattr_alloc(struct task_struct *curr,
					       vaddr_t value, uint32_t size)
{
	struct simple_xattr *xattr =
		kzalloc_obj(curr, ARM_SIZEOF_SIMPLE_XATTR + size,
			    (uint32_t)sizeof(*xattr) + size, GFP_KERNEL);

	if (!xattr)
		return ERR_PTR(-ENOMEM);
	xattr->size = size;
	if (!copy_from_user(curr, xattr->value, value, size))
		return xattr;
	kfree_obj(curr, xattr);
	return ERR_PTR(-EFAULT);
}

/* Where its list has the attribute @name, or ends. */
static struct simple_xattr **simple_xattr_find(struct inode *inode,
					       const char *name)
{
	struct simple_xattr **at = &inode->i_xattrs;

	while (*at && strcmp((*at)->name, name))
		at = &(*at)->next;
	return at;
}

/* @new is the list's then, if that goes well. */
static int simple_xattr_set(struct task_struct *curr, struct inode *inode,
			    struct simple_xattr *new, uint32_t flags)
{
	struct simple_xattr **at = simple_xattr_find(inode, new->name);
	struct simple_xattr *old = *at;

	if (old && flags & XATTR_CREATE)
		return -EEXIST;
	if (!old && flags & XATTR_REPLACE)
		return -ENODATA;
	if (old) {
		new->next = old->next;
		*at = new;
		simple_xattr_free(curr, old);
	} else {
		new->next = inode->i_xattrs;
		inode->i_xattrs = new;
	}
	mark_inode_dirty(inode);
	inode->i_ctime = current_time(curr->k);
	return 0;
}

/* ---- which there are ------------------------------------------------------- */

/* 0: @name may be stored with @inode. */
static int resolve_name(const struct inode *inode, const char *name)
{
	if (!inode->i_sb->s_op->xattrs)
		return -EOPNOTSUPP;
	if (!strcmp(name, "trusted.") || !strcmp(name, "security."))
		return -EINVAL;
	return has_prefix(name, "trusted.") || has_prefix(name, "security.")
		       ? 0
		       : -EOPNOTSUPP;
}

static bool is_acl(const struct inode *inode, const char *name)
{
	return inode->i_sb->s_op->xattrs &&
	       (!strcmp(name, "system.posix_acl_access") ||
		!strcmp(name, "system.posix_acl_default"));
}

/* ---- capabilities of a program ---------------------------------------------- */

static bool valid_caps(const struct simple_xattr *xattr,
		       struct vfs_ns_cap_data *caps)
{
	uint32_t revision;

	memset(caps, 0, sizeof(*caps));
	if (xattr->size != XATTR_CAPS_SZ_2 && xattr->size != XATTR_CAPS_SZ_3)
		return false;
	memcpy(caps, xattr->value, xattr->size);
	revision = caps->magic_etc & VFS_CAP_REVISION_MASK;
	return revision == (xattr->size == XATTR_CAPS_SZ_2
				    ? VFS_CAP_REVISION_2
				    : VFS_CAP_REVISION_3);
}

/* Those of the user that our users' namespace begins with look like older. */
static int32_t show_caps(const struct simple_xattr *xattr, uint8_t *to)
{
	struct vfs_ns_cap_data caps;

	if (!valid_caps(xattr, &caps))
		return -EINVAL;
	if (xattr->size == XATTR_CAPS_SZ_3 && caps.rootid) {
		memcpy(to, &caps, XATTR_CAPS_SZ_3);
		return XATTR_CAPS_SZ_3;
	}
	caps.magic_etc = VFS_CAP_REVISION_2 |
			 (caps.magic_etc & VFS_CAP_FLAGS_EFFECTIVE);
	memcpy(to, &caps, XATTR_CAPS_SZ_2);
	return XATTR_CAPS_SZ_2;
}

bool get_vfs_caps_from_disk(struct inode *inode, struct cpu_vfs_cap_data *to)
{
	const struct simple_xattr *xattr = *simple_xattr_find(inode,
							      XATTR_NAME_CAPS);
	struct vfs_ns_cap_data caps;

	/* of another namespace's superuser they mean nothing here */
	if (!xattr || !valid_caps(xattr, &caps) || caps.rootid)
		return false;
	*to = (struct cpu_vfs_cap_data){
		.effective = caps.magic_etc & VFS_CAP_FLAGS_EFFECTIVE,
		.permitted = (uint64_t)caps.data[1].permitted << 32 |
			     caps.data[0].permitted,
		.inheritable = (uint64_t)caps.data[1].inheritable << 32 |
			       caps.data[0].inheritable,
	};
	to->permitted &= CAP_FULL_SET;
	to->inheritable &= CAP_FULL_SET;
	return true;
}

/* ---- setting, removing -------------------------------------------------------- */

/* What @curr may not set so. */
static int may_set(struct task_struct *curr, struct inode *inode,
		   const struct simple_xattr *new)
{
	struct vfs_ns_cap_data caps;
	int err;

	if (!strcmp(new->name, XATTR_NAME_CAPS) && new->size) {
		if (!valid_caps(new, &caps))
			return -EINVAL;
		if (!capable(curr, CAP_SETFCAP))
			return -EPERM;
		if (new->size == XATTR_CAPS_SZ_3 && caps.rootid == UINT32_MAX)
			return -EINVAL;
	}
	err = xattr_permission(curr, inode, new->name, MAY_WRITE);
	return err ? err : resolve_name(inode, new->name);
}

static int set_named(struct task_struct *curr, struct inode *inode,
		     const char *name, struct simple_xattr *new, uint32_t flags)
{
	const uint32_t len = (uint32_t)strlen(name) + 1;
	int err;

	new->name = kzalloc_obj(curr, len, len, GFP_KERNEL);
	if (!new->name)
		return -ENOMEM;
	memcpy(new->name, name, len);
	down_write(curr, &inode->i_rwsem);
	err = may_set(curr, inode, new);
	if (!err)
		err = simple_xattr_set(curr, inode, new, flags);
	up_write(curr, &inode->i_rwsem);
	if (!err)
		fsnotify(curr, inode, IN_ATTRIB, NULL, 0);
	return err;
}

int32_t do_setxattr(struct task_struct *curr, struct inode *inode,
		    const uint32_t arg[7])
{
	char name[XATTR_NAME_MAX + 1];
	struct simple_xattr *new;
	int err;

	if (arg[4] & ~(uint32_t)(XATTR_CREATE | XATTR_REPLACE))
		return -EINVAL;
	err = get_name(curr, arg[1], name);
	if (err)
		return err;
	if (arg[3] > XATTR_SIZE_MAX)
		return -E2BIG;
	new = simple_xattr_alloc(curr, arg[2], arg[3]);
	if (IS_ERR(new))
		return (int32_t)PTR_ERR(new);
	err = IS_RDONLY(inode) ? -EROFS
			       : set_named(curr, inode, name, new, arg[4]);
	if (err)
		simple_xattr_free(curr, new);
	return err;
}

bool inode_need_killpriv(struct inode *inode)
{
	return *simple_xattr_find(inode, XATTR_NAME_CAPS);
}

void inode_killpriv(struct task_struct *curr, struct inode *inode)
{
	struct simple_xattr **at = simple_xattr_find(inode, XATTR_NAME_CAPS);
	struct simple_xattr *old = *at;

	if (!old)
		return;
	*at = old->next;
	simple_xattr_free(curr, old);
}

static int remove_locked(struct task_struct *curr, struct inode *inode,
			 const char *name)
{
	struct simple_xattr **at, *old;
	int err = xattr_permission(curr, inode, name, MAY_WRITE);

	if (!err && is_acl(inode, name)) /* that there is none, already */
		return S_ISLNK(inode->i_mode)                ? -EOPNOTSUPP
		       : inode_owner_or_capable(curr, inode) ? 0
							     : -EPERM;
	if (!err)
		err = resolve_name(inode, name);
	if (err)
		return err;
	at = simple_xattr_find(inode, name);
	old = *at;
	if (!old)
		return -ENODATA;
	*at = old->next;
	simple_xattr_free(curr, old);
	inode->i_ctime = current_time(curr->k);
	return 0;
}

int32_t do_removexattr(struct task_struct *curr, struct inode *inode,
		       const uint32_t arg[7])
{
	char name[XATTR_NAME_MAX + 1];
	int err = get_name(curr, arg[1], name);

	if (!err && IS_RDONLY(inode))
		err = -EROFS;
	if (err)
		return err;
	down_write(curr, &inode->i_rwsem);
	err = remove_locked(curr, inode, name);
	up_write(curr, &inode->i_rwsem);
	if (!err)
		fsnotify(curr, inode, IN_ATTRIB, NULL, 0);
	return err;
}

/* ---- reading -------------------------------------------------------------------- */

/* The value in @to, which has room for @room bytes, if that isn't 0: its size. */
static int32_t read_xattr(struct inode *inode, const char *name, uint8_t *to,
			  uint32_t room)
{
	const struct simple_xattr *xattr = *simple_xattr_find(inode, name);
	const uint8_t *value;
	uint8_t caps[XATTR_CAPS_SZ_3];
	int32_t size;

	if (!xattr)
		return -ENODATA;
	value = xattr->value;
	size = (int32_t)xattr->size;
	if (!strcmp(name, XATTR_NAME_CAPS)) {
		value = caps;
		size = show_caps(xattr, caps);
	}
	if (size < 0 || !room)
		return size;
	if ((uint32_t)size > room)
		return -ERANGE;
	memcpy(to, value, (uint32_t)size);
	return size;
}

static int32_t get_into(struct task_struct *curr, struct inode *inode,
			const char *name, uint8_t *buf, uint32_t size)
{
	int32_t result = xattr_permission(curr, inode, name, MAY_READ);

	if (!result && is_acl(inode, name))
		return S_ISLNK(inode->i_mode) ? -EOPNOTSUPP : -ENODATA;
	if (!result)
		result = resolve_name(inode, name);
	return result ? result : read_xattr(inode, name, buf, size);
}

/* Room for @size bytes, of which the most is looked at; NULL: none wanted. */
static uint8_t *buffer_of(struct task_struct *curr, uint32_t *size)
{
	uint8_t *buf;

	if (*size > XATTR_SIZE_MAX)
		*size = XATTR_SIZE_MAX;
	if (!*size)
		return NULL;
	buf = kzalloc_obj(curr, *size, *size, GFP_KERNEL);
	return buf ? buf : ERR_PTR(-ENOMEM);
}

/* What was read goes to the user; the buffer goes. */
static int32_t hand_over(struct task_struct *curr, vaddr_t to, uint8_t *buf,
			 uint32_t size, int32_t result)
{
	if (result > 0 && buf && copy_to_user(curr, to, buf, (uint32_t)result))
		result = -EFAULT;
	if (result == -ERANGE && size >= XATTR_SIZE_MAX)
		result = -E2BIG;
	if (buf)
		kfree_obj(curr, buf);
	return result;
}

int32_t do_getxattr(struct task_struct *curr, struct inode *inode,
		    const uint32_t arg[7])
{
	char name[XATTR_NAME_MAX + 1];
	uint32_t size = arg[3];
	uint8_t *buf;
	int err = get_name(curr, arg[1], name);

	if (err)
		return err;
	buf = buffer_of(curr, &size);
	if (IS_ERR(buf))
		return (int32_t)PTR_ERR(buf);
	return hand_over(curr, arg[2], buf, size,
			 get_into(curr, inode, name, buf, size));
}

static int32_t list_into(const struct task_struct *curr,
			 const struct inode *inode, uint8_t *buf, uint32_t size)
{
	const bool trusted = capable(curr, CAP_SYS_ADMIN);
	const struct simple_xattr *xattr;
	uint32_t at = 0;

	for (xattr = inode->i_xattrs; xattr; xattr = xattr->next) {
		const uint32_t len = (uint32_t)strlen(xattr->name) + 1;

		if (!trusted && has_prefix(xattr->name, "trusted."))
			continue;
		if (buf && len > size - at)
			return -ERANGE;
		if (buf)
			memcpy(buf + at, xattr->name, len);
		at += len;
	}
	return (int32_t)at;
}

int32_t do_listxattr(struct task_struct *curr, struct inode *inode,
		     const uint32_t arg[7])
{
	uint32_t size = arg[2];
	uint8_t *buf = buffer_of(curr, &size);

	if (IS_ERR(buf))
		return (int32_t)PTR_ERR(buf);
	return hand_over(curr, arg[1], buf, size,
			 list_into(curr, inode, buf, size));
}
