/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_CRED_H
#define KERNEL_TASK_CRED_H

/* Who a task is and what it may (include/linux/cred.h, capability.h). */

#include <linux/capability.h> /* CAP_*: one numbering on all of Linux */
#include <stdbool.h>
#include <stdint.h>

#include "kernel/mm/mm_types.h"

struct inode;
struct linux_binprm;
struct task_struct;

#define CAP_FULL_SET (((uint64_t)1 << (CAP_LAST_CAP + 1)) - 1)
#define CAP_BIT(cap) ((uint64_t)1 << (cap))
#define NGROUPS_MAX  65536

/* Supplementary groups, ascending. Shared by fork, replaced by setgroups. */
struct group_info {
	int32_t refcount;
	uint32_t ngroups;
	uint32_t gid[];
};

/*
 * MODEL: part of the task_struct, where Linux shares it among threads that
 * have the same; cred_jar has no objects.
 */
struct cred {
	uint32_t uid, gid, suid, sgid, euid, egid, fsuid, fsgid;
	uint32_t securebits;
	uint64_t cap_inheritable, cap_permitted, cap_effective;
	uint64_t cap_bset, cap_ambient;
	struct group_info *group_info; /* NULL: none */
};

/* The first task may do everything. */
void cred_init(struct task_struct *curr);
/* fork: what @child copied by value gets its references; and exit. */
void get_cred(struct task_struct *child);
/* One reference less; NULL is fine. */
void put_group_info(struct task_struct *curr, struct group_info *info);
void put_cred(struct task_struct *curr, struct task_struct *task);

bool capable(const struct task_struct *task, int cap);
/* May @curr, by which of its ids, look into @task's memory and files? */
enum ptrace_mode {
	PTRACE_MODE_FSCREDS, /* who opens files of /proc */
	PTRACE_MODE_REALCREDS, /* who calls */
};
bool ptrace_may_access(const struct task_struct *curr,
		       const struct task_struct *task, enum ptrace_mode mode);
/* Is @gid the task's fsgid or one of its groups? */
bool in_group_p(const struct task_struct *task, uint32_t gid);
/* Do @task's processes number as many as its RLIMIT_NPROC allows, or more? */
bool nproc_exceeded(const struct task_struct *task);

/* access(2): as if the real ids were the effective ones, for a while. */
void access_override_creds(struct task_struct *curr);
void revert_creds(struct task_struct *curr, const struct cred *old);

/* 0, or -EPERM: the file wants more than @curr may be given. */
int bprm_may_gain(const struct task_struct *curr,
		  const struct linux_binprm *bprm);
/*
 * execve: takes set-user-ID bits of bprm->file and the rules of capabilities
 * together, once the old program is gone. True: AT_SECURE.
 */
bool install_exec_creds(struct task_struct *curr,
			const struct linux_binprm *bprm);

/* ---- behind the system calls; a value or -errno ---- */

int32_t do_setuid(struct task_struct *curr, uint32_t uid);
int32_t do_setgid(struct task_struct *curr, uint32_t gid);
/* UINT32_MAX leaves an id alone. */
int32_t do_setreuid(struct task_struct *curr, uint32_t ruid, uint32_t euid);
int32_t do_setregid(struct task_struct *curr, uint32_t rgid, uint32_t egid);
int32_t do_setresuid(struct task_struct *curr, uint32_t ruid, uint32_t euid,
		     uint32_t suid);
int32_t do_setresgid(struct task_struct *curr, uint32_t rgid, uint32_t egid,
		     uint32_t sgid);
/* The old id, also when nothing was changed. */
int32_t do_setfsuid(struct task_struct *curr, uint32_t uid);
int32_t do_setfsgid(struct task_struct *curr, uint32_t gid);
/* Lists of 32- or 16-bit ids in user memory. */
int32_t do_getgroups(struct task_struct *curr, int32_t size, vaddr_t to,
		     bool wide);
int32_t do_setgroups(struct task_struct *curr, int32_t size, vaddr_t from,
		     bool wide);
int32_t do_capget(struct task_struct *curr, vaddr_t header, vaddr_t data);
int32_t do_capset(struct task_struct *curr, vaddr_t header, vaddr_t data);
/* prctl's options about capabilities; -ENOSYS: it is none of them. */
int32_t cap_prctl(struct task_struct *curr, int option, const uint32_t arg[4]);

/* 16-bit ids of old calls: 65535 is -1, and what is too large is shown so. */
static inline uint32_t low2highuid(uint32_t id)
{
	return (id & 0xffff) == 0xffff ? UINT32_MAX : id & 0xffff;
}
static inline uint32_t high2lowuid(uint32_t id)
{
	return id > 0xffff ? 65534 : id;
}

#endif
