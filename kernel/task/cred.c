/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/cred.h"

/*
 * Users, groups and what a change of them entails (Linux: kernel/cred.c,
 * kernel/groups.c, and the set*id calls of kernel/sys.c). Every change is
 * made to a copy and committed as a whole; who gives up or takes on root on
 * the way loses or gets capabilities (capability.c).
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/xattr.h"
#include "kernel/lib/err.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"
#include "kernel/task/binfmt.h"
#include "kernel/task/capability.h"

void cred_init(struct task_struct *curr)
{
	curr->cred = (struct cred){
		.cap_permitted = CAP_FULL_SET,
		.cap_effective = CAP_FULL_SET,
		.cap_bset = CAP_FULL_SET,
	};
}

void get_cred(struct task_struct *child)
{
	if (child->cred.group_info)
		child->cred.group_info->refcount++;
}

void put_group_info(struct task_struct *curr, struct group_info *info)
{
	if (info && !--info->refcount)
		kfree_obj(curr, info);
}

void put_cred(struct task_struct *curr, struct task_struct *task)
{
	put_group_info(curr, task->cred.group_info);
	task->cred.group_info = NULL;
}

/*
 * Makes @new what @curr is. A process whose privileges changed is nobody
 * else's to look into, and forgets which signal its parent's death sends.
 */
static void commit_creds(struct task_struct *curr, const struct cred *new)
{
	const struct cred old = curr->cred;

	if (old.euid != new->euid || old.egid != new->egid ||
	    old.fsuid != new->fsuid || old.fsgid != new->fsgid ||
	    new->cap_permitted & ~old.cap_permitted) {
		if (curr->mm)
			curr->mm->dumpable = SUID_DUMP_DISABLE;
		curr->pdeath_signal = 0;
	}
	curr->cred = *new;
}

/* ---- users ------------------------------------------------------------------- */

bool ptrace_may_access(const struct task_struct *curr,
		       const struct task_struct *task, enum ptrace_mode mode)
{
	const bool real = mode == PTRACE_MODE_REALCREDS;
	const uint32_t uid = real ? curr->cred.uid : curr->cred.fsuid;
	const uint32_t gid = real ? curr->cred.gid : curr->cred.fsgid;
	const struct cred *other = &task->cred;

	if (curr->signal == task->signal || capable(curr, CAP_SYS_PTRACE))
		return true;
	return uid == other->euid && uid == other->suid && uid == other->uid &&
	       gid == other->egid && gid == other->sgid && gid == other->gid &&
	       (!task->mm || task->mm->dumpable == SUID_DUMP_USER);
}

bool nproc_exceeded(const struct task_struct *task)
{
	const struct task_struct *other;
	uint64_t number = 0;

	for_each_process(other, task->k)
		if (other->cred.uid == task->cred.uid)
			number += (uint32_t)other->signal->nr_threads;
	return number >= task->signal->rlim[RLIMIT_NPROC].rlim_cur;
}

/* set*uid can't fail for want of room; the next execve does. */
static void flag_nproc_exceeded(struct task_struct *curr)
{
	if (curr->cred.uid && nproc_exceeded(curr))
		curr->flags |= PF_NPROC_EXCEEDED;
	else
		curr->flags &= ~PF_NPROC_EXCEEDED;
}

static int32_t commit_uids(struct task_struct *curr, struct cred *new)
{
	const bool other_user = new->uid != curr->cred.uid;

	cap_fix_setuid(new, &curr->cred);
	commit_creds(curr, new);
	if (other_user)
		flag_nproc_exceeded(curr);
	return 0;
}

int32_t do_setuid(struct task_struct *curr, uint32_t uid)
{
	const struct cred *old = &curr->cred;
	struct cred new = *old;

	if (uid == UINT32_MAX)
		return -EINVAL;
	if (capable(curr, CAP_SETUID))
		new.suid = new.uid = uid;
	else if (uid != old->uid && uid != old->suid)
		return -EPERM;
	new.fsuid = new.euid = uid;
	return commit_uids(curr, &new);
}

int32_t do_setreuid(struct task_struct *curr, uint32_t ruid, uint32_t euid)
{
	const struct cred *old = &curr->cred;
	const bool may = capable(curr, CAP_SETUID);
	struct cred new = *old;

	if (ruid != UINT32_MAX) {
		if (ruid != old->uid && ruid != old->euid && !may)
			return -EPERM;
		new.uid = ruid;
	}
	if (euid != UINT32_MAX) {
		if (euid != old->uid && euid != old->euid &&
		    euid != old->suid && !may)
			return -EPERM;
		new.euid = euid;
	}
	if (ruid != UINT32_MAX || (euid != UINT32_MAX && euid != old->uid))
		new.suid = new.euid;
	new.fsuid = new.euid;
	return commit_uids(curr, &new);
}

static bool one_of(uint32_t id, uint32_t a, uint32_t b, uint32_t c)
{
	return id == UINT32_MAX || id == a || id == b || id == c;
}

static void replace_id(uint32_t *id, uint32_t by)
{
	if (by != UINT32_MAX)
		*id = by;
}

int32_t do_setresuid(struct task_struct *curr, uint32_t ruid, uint32_t euid,
		     uint32_t suid)
{
	struct cred new = curr->cred;
	const uint32_t r = new.uid, e = new.euid, s = new.suid;

	if (one_of(ruid, r, r, r) && one_of(suid, s, s, s) &&
	    (euid == UINT32_MAX || (euid == e && euid == new.fsuid)))
		return 0; /* not even fsuid follows */
	if (!capable(curr, CAP_SETUID) &&
	    !(one_of(ruid, r, e, s) && one_of(euid, r, e, s) &&
	      one_of(suid, r, e, s)))
		return -EPERM;
	replace_id(&new.uid, ruid);
	replace_id(&new.euid, euid);
	replace_id(&new.suid, suid);
	new.fsuid = new.euid;
	return commit_uids(curr, &new);
}

int32_t do_setfsuid(struct task_struct *curr, uint32_t uid)
{
	struct cred new = curr->cred;
	const uint32_t old = new.fsuid;

	if (uid == old || uid == UINT32_MAX ||
	    (!one_of(uid, new.uid, new.euid, new.suid) &&
	     !capable(curr, CAP_SETUID)))
		return (int32_t)old;
	new.fsuid = uid;
	cap_fix_setfsuid(&new, &curr->cred);
	commit_creds(curr, &new);
	return (int32_t)old;
}

/* ---- groups: the same without capabilities ----------------------------------- */

static int32_t commit_gids(struct task_struct *curr, const struct cred *new)
{
	commit_creds(curr, new);
	return 0;
}

int32_t do_setgid(struct task_struct *curr, uint32_t gid)
{
	struct cred new = curr->cred;

	if (gid == UINT32_MAX)
		return -EINVAL;
	if (capable(curr, CAP_SETGID))
		new.gid = new.sgid = gid;
	else if (gid != new.gid && gid != new.sgid)
		return -EPERM;
	new.egid = new.fsgid = gid;
	return commit_gids(curr, &new);
}

int32_t do_setregid(struct task_struct *curr, uint32_t rgid, uint32_t egid)
{
	const struct cred *old = &curr->cred;
	const bool may = capable(curr, CAP_SETGID);
	struct cred new = *old;

	if (rgid != UINT32_MAX) {
		if (rgid != old->gid && rgid != old->egid && !may)
			return -EPERM;
		new.gid = rgid;
	}
	if (egid != UINT32_MAX) {
		if (egid != old->gid && egid != old->egid &&
		    egid != old->sgid && !may)
			return -EPERM;
		new.egid = egid;
	}
	if (rgid != UINT32_MAX || (egid != UINT32_MAX && egid != old->gid))
		new.sgid = new.egid;
	new.fsgid = new.egid;
	return commit_gids(curr, &new);
}

int32_t do_setresgid(struct task_struct *curr, uint32_t rgid, uint32_t egid,
		     uint32_t sgid)
{
	struct cred new = curr->cred;
	const uint32_t r = new.gid, e = new.egid, s = new.sgid;

	if (one_of(rgid, r, r, r) && one_of(sgid, s, s, s) &&
	    (egid == UINT32_MAX || (egid == e && egid == new.fsgid)))
		return 0;
	if (!capable(curr, CAP_SETGID) &&
	    !(one_of(rgid, r, e, s) && one_of(egid, r, e, s) &&
	      one_of(sgid, r, e, s)))
		return -EPERM;
	replace_id(&new.gid, rgid);
	replace_id(&new.egid, egid);
	replace_id(&new.sgid, sgid);
	new.fsgid = new.egid;
	return commit_gids(curr, &new);
}

int32_t do_setfsgid(struct task_struct *curr, uint32_t gid)
{
	struct cred new = curr->cred;
	const uint32_t old = new.fsgid;

	if (gid == old || gid == UINT32_MAX ||
	    (!one_of(gid, new.gid, new.egid, new.sgid) &&
	     !capable(curr, CAP_SETGID)))
		return (int32_t)old;
	new.fsgid = gid;
	commit_creds(curr, &new);
	return (int32_t)old;
}

/* ---- supplementary groups ----------------------------------------------------- */

bool in_group_p(const struct task_struct *task, uint32_t gid)
{
	const struct group_info *info = task->cred.group_info;
	uint32_t left = 0, right = info ? info->ngroups : 0;

	if (gid == task->cred.fsgid)
		return true;
	while (left < right) {
		const uint32_t mid = (left + right) / 2;

		if (info->gid[mid] == gid)
			return true;
		if (info->gid[mid] < gid)
			left = mid + 1;
		else
			right = mid;
	}
	return false;
}

static int groups_to_user(struct task_struct *curr,
			  const struct group_info *info, vaddr_t to, bool wide)
{
	for (uint32_t i = 0; i < info->ngroups; i++) {
		const uint16_t low = (uint16_t)high2lowuid(info->gid[i]);
		const uint32_t left =
			wide ? copy_to_user(curr, to + 4 * i, &info->gid[i], 4)
			     : copy_to_user(curr, to + 2 * i, &low, 2);

		if (left)
			return -EFAULT;
	}
	return 0;
}

int32_t do_getgroups(struct task_struct *curr, int32_t size, vaddr_t to,
		     bool wide)
{
	const struct group_info *info = curr->cred.group_info;
	const int32_t number = info ? (int32_t)info->ngroups : 0;

	if (size < 0 || (size && number > size))
		return -EINVAL;
	if (size && info && groups_to_user(curr, info, to, wide))
		return -EFAULT;
	return number;
}

static int groups_from_user(struct task_struct *curr, struct group_info *info,
			    vaddr_t from, bool wide)
{
	for (uint32_t i = 0; i < info->ngroups; i++) {
		uint16_t low = 0;

		if (wide ? copy_from_user(curr, &info->gid[i], from + 4 * i, 4)
			 : copy_from_user(curr, &low, from + 2 * i, 2))
			return -EFAULT;
		if (!wide)
			info->gid[i] = low2highuid(low);
		if (info->gid[i] == UINT32_MAX)
			return -EINVAL;
	}
	return 0;
}

/* Shell sort: the list may be long, and is often sorted already. */
static void groups_sort(struct group_info *info)
{
	const uint32_t n = info->ngroups;

	for (uint32_t gap = n / 2; gap; gap /= 2)
		for (uint32_t i = gap; i < n; i++) {
			const uint32_t gid = info->gid[i];
			uint32_t j = i;

			for (; j >= gap && info->gid[j - gap] > gid; j -= gap)
				info->gid[j] = info->gid[j - gap];
			info->gid[j] = gid;
		}
}

int32_t do_setgroups(struct task_struct *curr, int32_t size, vaddr_t from,
		     bool wide)
{
	struct group_info *info;
	uint32_t bytes;
	int err;

	if (!capable(curr, CAP_SETGID))
		return -EPERM;
	if ((uint32_t)size > NGROUPS_MAX)
		return -EINVAL;
	bytes = sizeof(*info) + 4 * (uint32_t)size;
	info = kzalloc_obj(curr, bytes, bytes, GFP_KERNEL);
	if (!info)
		return -ENOMEM;
	info->refcount = 1;
	info->ngroups = (uint32_t)size;
	err = groups_from_user(curr, info, from, wide);
	if (err) {
		kfree_obj(curr, info);
		return err;
	}
	groups_sort(info);
	put_group_info(curr, curr->cred.group_info);
	curr->cred.group_info = info;
	return 0;
}

/* ---- for a while, and for good --------------------------------------------------- */

void access_override_creds(struct task_struct *curr)
{
	struct cred *cred = &curr->cred;

	cred->fsuid = cred->uid;
	cred->fsgid = cred->gid;
	if (!(cred->securebits & SECBIT_NO_SETUID_FIXUP))
		cred->cap_effective = cred->uid ? 0 : cred->cap_permitted;
}

void revert_creds(struct task_struct *curr, const struct cred *old)
{
	curr->cred = *old;
}

/* The user and group that the file's bits ask for. */
static void bprm_fill_uid(const struct task_struct *curr,
			  const struct inode *inode, struct cred *new)
{
	if (curr->no_new_privs || !S_ISREG(inode->i_mode) ||
	    inode->i_sb->s_flags & MS_NOSUID)
		return;
	if (inode->i_mode & S_ISUID)
		new->euid = inode->i_uid;
	if ((inode->i_mode & (S_ISGID | 010)) == (S_ISGID | 010))
		new->egid = inode->i_gid;
}

/* False: its file asks for no capabilities, or mustn't. */
static bool bprm_get_caps(const struct linux_binprm *bprm,
			  struct cpu_vfs_cap_data *fcaps)
{
	struct inode *inode = bprm->file->f_inode;

	return !(inode->i_sb->s_flags & MS_NOSUID) &&
	       get_vfs_caps_from_disk(inode, fcaps);
}

int bprm_may_gain(const struct task_struct *curr,
		  const struct linux_binprm *bprm)
{
	struct cpu_vfs_cap_data fcaps;

	return bprm_get_caps(bprm, &fcaps) ? cap_check_file(curr, &fcaps) : 0;
}

bool install_exec_creds(struct task_struct *curr,
			const struct linux_binprm *bprm)
{
	const struct cred *old = &curr->cred;
	struct cred new = *old;
	struct cpu_vfs_cap_data fcaps;
	bool secure, has_fcap;

	bprm_fill_uid(curr, bprm->file->f_inode, &new);
	new.suid = new.fsuid = new.euid;
	new.sgid = new.fsgid = new.egid;
	has_fcap = bprm_get_caps(bprm, &fcaps);
	secure = cap_exec(&new, old, has_fcap ? &fcaps : NULL,
			  curr->no_new_privs);
	curr->mm->dumpable = old->euid == old->uid && old->egid == old->gid
				     ? SUID_DUMP_USER
				     : SUID_DUMP_DISABLE;
	if (secure)
		curr->pdeath_signal = 0;
	commit_creds(curr, &new);
	return secure;
}
