/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/capability.h"

/*
 * Root's power in pieces (Linux: kernel/capability.c,
 * security/commoncap.c). What counts is the effective set; the permitted one
 * bounds it, the bounding set bounds what execve may give, and the ambient
 * one is what plain programs keep over execve.
 *
 * MODEL: no capabilities of files (security.capability); no user namespaces.
 */

#include <sys/prctl.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/xattr.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"

/* What goes with being root for file systems. */
#define CAP_FS_SET                                                             \
	(CAP_BIT(CAP_CHOWN) | CAP_BIT(CAP_MKNOD) | CAP_BIT(CAP_DAC_OVERRIDE) | \
	 CAP_BIT(CAP_DAC_READ_SEARCH) | CAP_BIT(CAP_FOWNER) |                  \
	 CAP_BIT(CAP_FSETID) | CAP_BIT(CAP_LINUX_IMMUTABLE) |                  \
	 CAP_BIT(CAP_MAC_OVERRIDE))

bool capable(const struct task_struct *task, int cap)
{
	return task->cred.cap_effective & CAP_BIT(cap);
}

static bool issecure(const struct cred *cred, uint32_t bit)
{
	return cred->securebits & bit;
}

/* ---- following the user ------------------------------------------------------ */

static bool some_root(const struct cred *cred)
{
	return !cred->uid || !cred->euid || !cred->suid;
}

void cap_fix_setuid(struct cred *new, const struct cred *old)
{
	if (issecure(new, SECBIT_NO_SETUID_FIXUP))
		return;
	if (some_root(old) && !some_root(new)) {
		if (!issecure(new, SECBIT_KEEP_CAPS)) {
			new->cap_permitted = 0;
			new->cap_effective = 0;
		}
		new->cap_ambient = 0;
	}
	if (!old->euid && new->euid)
		new->cap_effective = 0;
	if (old->euid && !new->euid)
		new->cap_effective = new->cap_permitted;
}

void cap_fix_setfsuid(struct cred *new, const struct cred *old)
{
	if (issecure(new, SECBIT_NO_SETUID_FIXUP))
		return;
	if (!old->fsuid && new->fsuid)
		new->cap_effective &= ~CAP_FS_SET;
	if (old->fsuid && !new->fsuid)
		new->cap_effective |= new->cap_permitted &CAP_FS_SET;
}

/* What a file with @fcaps gives to who has @cred. */
static uint64_t caps_of_file(const struct cred *cred,
			     const struct cpu_vfs_cap_data *fcaps)
{
	return fcaps ? (cred->cap_bset & fcaps->permitted) |
			       (cred->cap_inheritable & fcaps->inheritable)
		     : 0;
}

int cap_check_file(const struct task_struct *curr,
		   const struct cpu_vfs_cap_data *fcaps)
{
	return fcaps && fcaps->effective &&
			       fcaps->permitted &
				       ~caps_of_file(&curr->cred, fcaps)
		       ? -EPERM
		       : 0;
}

bool cap_exec(struct cred *new, const struct cred *old,
	      const struct cpu_vfs_cap_data *fcaps, bool no_new_privs)
{
	bool is_setid = new->euid != old->uid || new->egid != old->gid;
	bool effective = fcaps && fcaps->effective;

	new->cap_permitted = caps_of_file(old, fcaps);
	/* a file's capabilities go before its owner's being the superuser */
	if (!issecure(new, SECBIT_NOROOT) && (!new->euid || !new->uid) &&
	    !(fcaps && new->uid)) {
		new->cap_permitted = old->cap_bset | old->cap_inheritable;
		effective |= !new->euid;
	}
	if (no_new_privs &&
	    (is_setid || new->cap_permitted & ~old->cap_permitted))
		new->cap_permitted &= old->cap_permitted;
	if (is_setid || fcaps)
		new->cap_ambient = 0;
	new->cap_permitted |= new->cap_ambient;
	new->cap_effective = effective ? new->cap_permitted : new->cap_ambient;
	new->securebits &= ~(uint32_t)SECBIT_KEEP_CAPS;
	if (is_setid)
		return true;
	return new->uid &&
	       (effective || new->cap_permitted & ~new->cap_ambient);
}

/* ---- capget and capset -------------------------------------------------------- */

struct cap_header {
	uint32_t version;
	int32_t pid;
};

/* Words of each set in the caller's version; -EINVAL tells ours instead. */
static int validate_magic(struct task_struct *curr, vaddr_t header)
{
	uint32_t version;

	if (get_user_u32(curr, &version, header))
		return -EFAULT;
	switch (version) {
	case _LINUX_CAPABILITY_VERSION_1:
		return _LINUX_CAPABILITY_U32S_1;
	case _LINUX_CAPABILITY_VERSION_2:
	case _LINUX_CAPABILITY_VERSION_3:
		return _LINUX_CAPABILITY_U32S_3;
	}
	return put_user_u32(curr, _LINUX_CAPABILITY_VERSION_3, header)
		       ? -EFAULT
		       : -EINVAL;
}

int32_t do_capget(struct task_struct *curr, vaddr_t header, vaddr_t data)
{
	const int words = validate_magic(curr, header);
	const struct task_struct *task;
	uint32_t pid;

	if (!data || words < 0)
		return !data && (words >= 0 || words == -EINVAL) ? 0 : words;
	if (get_user_u32(curr, &pid, header + 4))
		return -EFAULT;
	if ((int32_t)pid < 0)
		return -EINVAL;
	task = pid ? find_task_by_pid(curr->k, (int)pid) : curr;
	if (!task)
		return -ESRCH;
	for (uint32_t i = 0; i < (uint32_t)words; i++) {
		const uint32_t set[3] = {
			(uint32_t)(task->cred.cap_effective >> 32 * i),
			(uint32_t)(task->cred.cap_permitted >> 32 * i),
			(uint32_t)(task->cred.cap_inheritable >> 32 * i),
		};

		if (copy_to_user(curr, data + 12 * i, set, sizeof(set)))
			return -EFAULT;
	}
	return 0;
}

static bool subset(uint64_t of, uint64_t all)
{
	return !(of & ~all);
}

static int set_caps(struct task_struct *curr, uint64_t effective,
		    uint64_t permitted, uint64_t inheritable)
{
	struct cred *cred = &curr->cred;

	if (!capable(curr, CAP_SETPCAP) &&
	    !subset(inheritable, cred->cap_inheritable | cred->cap_permitted))
		return -EPERM;
	if (!subset(inheritable, cred->cap_inheritable | cred->cap_bset) ||
	    !subset(permitted, cred->cap_permitted) ||
	    !subset(effective, permitted))
		return -EPERM;
	cred->cap_effective = effective;
	cred->cap_permitted = permitted;
	cred->cap_inheritable = inheritable;
	cred->cap_ambient &= permitted & inheritable;
	return 0;
}

int32_t do_capset(struct task_struct *curr, vaddr_t header, vaddr_t data)
{
	const int words = validate_magic(curr, header);
	uint32_t set[6] = {0}, pid;
	uint64_t caps[3];

	if (words < 0)
		return words;
	if (get_user_u32(curr, &pid, header + 4))
		return -EFAULT;
	if (pid && (int)pid != curr->pid)
		return -EPERM;
	if (copy_from_user(curr, set, data, 12 * (uint32_t)words))
		return -EFAULT;
	for (int i = 0; i < 3; i++)
		caps[i] = (set[i] | (uint64_t)set[i + 3] << 32) & CAP_FULL_SET;
	return set_caps(curr, caps[0], caps[1], caps[2]);
}

/* ---- prctl ----------------------------------------------------------------------- */

static bool known_cap(uint32_t cap)
{
	return cap <= CAP_LAST_CAP;
}

/* A lock never opens again, and what is locked stays as it is. */
static int set_securebits(struct task_struct *curr, uint32_t bits)
{
	const uint32_t old = curr->cred.securebits;

	if (((old & SECURE_ALL_LOCKS) >> 1) & (old ^ bits) ||
	    old & SECURE_ALL_LOCKS & ~bits ||
	    bits & ~(SECURE_ALL_LOCKS | SECURE_ALL_BITS) ||
	    !capable(curr, CAP_SETPCAP))
		return -EPERM;
	curr->cred.securebits = bits;
	return 0;
}

static int set_keepcaps(struct task_struct *curr, uint32_t keep)
{
	struct cred *cred = &curr->cred;

	if (keep > 1)
		return -EINVAL;
	if (issecure(cred, SECBIT_KEEP_CAPS_LOCKED))
		return -EPERM;
	cred->securebits &= ~(uint32_t)SECBIT_KEEP_CAPS;
	cred->securebits |= keep ? SECBIT_KEEP_CAPS : 0;
	return 0;
}

static int drop_bounding(struct task_struct *curr, uint32_t cap)
{
	if (!capable(curr, CAP_SETPCAP))
		return -EPERM;
	if (!known_cap(cap))
		return -EINVAL;
	curr->cred.cap_bset &= ~CAP_BIT(cap);
	return 0;
}

static int ambient(struct task_struct *curr, const uint32_t arg[4])
{
	struct cred *cred = &curr->cred;
	const uint32_t what = arg[0], cap = arg[1];

	if (what == PR_CAP_AMBIENT_CLEAR_ALL) {
		if (arg[1] | arg[2] | arg[3])
			return -EINVAL;
		cred->cap_ambient = 0;
		return 0;
	}
	if (arg[2] | arg[3] || !known_cap(cap))
		return -EINVAL;
	switch (what) {
	case PR_CAP_AMBIENT_IS_SET:
		return !!(cred->cap_ambient & CAP_BIT(cap));
	case PR_CAP_AMBIENT_RAISE:
		if (!(cred->cap_permitted & cred->cap_inheritable &
		      CAP_BIT(cap)) ||
		    issecure(cred, SECBIT_NO_CAP_AMBIENT_RAISE))
			return -EPERM;
		cred->cap_ambient |= CAP_BIT(cap);
		return 0;
	case PR_CAP_AMBIENT_LOWER:
		cred->cap_ambient &= ~CAP_BIT(cap);
		return 0;
	default:
		return -EINVAL;
	}
}

int32_t cap_prctl(struct task_struct *curr, int option, const uint32_t arg[4])
{
	switch (option) {
	case PR_CAPBSET_READ:
		return known_cap(arg[0])
			       ? !!(curr->cred.cap_bset & CAP_BIT(arg[0]))
			       : -EINVAL;
	case PR_CAPBSET_DROP:
		return drop_bounding(curr, arg[0]);
	case PR_SET_SECUREBITS:
		return set_securebits(curr, arg[0]);
	case PR_GET_SECUREBITS:
		return (int32_t)curr->cred.securebits;
	case PR_GET_KEEPCAPS:
		return issecure(&curr->cred, SECBIT_KEEP_CAPS);
	case PR_SET_KEEPCAPS:
		return set_keepcaps(curr, arg[0]);
	case PR_CAP_AMBIENT:
		return ambient(curr, arg);
	default:
		return -ENOSYS;
	}
}
