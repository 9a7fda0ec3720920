/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/xattr.h"

/*
 * Extended attributes (Linux: fs/xattr.c): who may ask for what.
 *
 * MODEL: no file has any, and none can be given: where tmpfs would store a
 * trusted or security attribute, the answer is EOPNOTSUPP. Attributes of the
 * user's are refused by tmpfs in Linux 6.1, too.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/internal.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"

enum {
	XATTR_NAME_MAX = 255,
	XATTR_SIZE_MAX = 65536,
	XATTR_FLAGS = 3, /* XATTR_CREATE, XATTR_REPLACE */
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

/* -ENODATA for a kind of attribute that the file system knows. */
static int find_xattr(const struct inode *inode, const char *name)
{
	if (inode->i_sb->s_magic != TMPFS_MAGIC &&
	    inode->i_sb->s_magic != ROOTFS_MAGIC)
		return -EOPNOTSUPP;
	if (has_prefix(name, "trusted.") || has_prefix(name, "security.") ||
	    has_prefix(name, "system.posix_acl_"))
		return -ENODATA;
	return -EOPNOTSUPP;
}

int32_t do_setxattr(struct task_struct *curr, struct inode *inode,
		    const uint32_t arg[7])
{
	char name[XATTR_NAME_MAX + 1];
	uint8_t byte;
	int err;

	if (arg[4] & ~(uint32_t)XATTR_FLAGS)
		return -EINVAL;
	err = get_name(curr, arg[1], name);
	if (err)
		return err;
	if (arg[3] > XATTR_SIZE_MAX)
		return -E2BIG;
	if (arg[3] && (get_user_u8(curr, &byte, arg[2]) ||
		       get_user_u8(curr, &byte, arg[2] + arg[3] - 1)))
		return -EFAULT;
	err = xattr_permission(curr, inode, name, MAY_WRITE);
	return err ? err : -EOPNOTSUPP;
}

int32_t do_getxattr(struct task_struct *curr, struct inode *inode,
		    const uint32_t arg[7])
{
	char name[XATTR_NAME_MAX + 1];
	int err = get_name(curr, arg[1], name);

	if (!err)
		err = xattr_permission(curr, inode, name, MAY_READ);
	return err ? err : find_xattr(inode, name);
}

int32_t do_listxattr(struct task_struct *curr, struct inode *inode,
		     const uint32_t arg[7])
{
	(void)curr, (void)inode, (void)arg;
	return 0;
}

int32_t do_removexattr(struct task_struct *curr, struct inode *inode,
		       const uint32_t arg[7])
{
	char name[XATTR_NAME_MAX + 1];
	int err = get_name(curr, arg[1], name);

	if (!err)
		err = xattr_permission(curr, inode, name, MAY_WRITE);
	return err ? err : find_xattr(inode, name);
}
