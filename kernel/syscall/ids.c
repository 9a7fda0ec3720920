/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/syscall.h"

/* Users, groups, capabilities and prctl: decoding. */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/task/cred.h"
#include "kernel/task/sys.h"

#define CALL(name) \
	int32_t sys_##name(struct task_struct *curr, const uint32_t arg[7])

#define ID_CALL(name, value)             \
	CALL(name)                       \
	{                                \
		(void)arg;               \
		return (int32_t)(value); \
	}
ID_CALL(getuid, high2lowuid(curr->cred.uid))
ID_CALL(getgid, high2lowuid(curr->cred.gid))
ID_CALL(geteuid, high2lowuid(curr->cred.euid))
ID_CALL(getegid, high2lowuid(curr->cred.egid))
ID_CALL(getuid32, curr->cred.uid)
ID_CALL(getgid32, curr->cred.gid)
ID_CALL(geteuid32, curr->cred.euid)
ID_CALL(getegid32, curr->cred.egid)

/* The three of getresuid and its kin, as words or as halves of one. */
static int32_t put_three(struct task_struct *curr, const uint32_t to[3],
			 const uint32_t id[3], bool wide)
{
	for (int i = 0; i < 3; i++) {
		const uint16_t low = (uint16_t)high2lowuid(id[i]);

		if (wide ? copy_to_user(curr, to[i], &id[i], 4)
			 : copy_to_user(curr, to[i], &low, 2))
			return -EFAULT;
	}
	return 0;
}

#define GETRES(name, a, b, c, wide)                                \
	CALL(name)                                                 \
	{                                                          \
		const uint32_t id[] = {curr->cred.a, curr->cred.b, \
				       curr->cred.c};              \
                                                                   \
		return put_three(curr, arg, id, wide);             \
	}
GETRES(getresuid, uid, euid, suid, false)
GETRES(getresgid, gid, egid, sgid, false)
GETRES(getresuid32, uid, euid, suid, true)
GETRES(getresgid32, gid, egid, sgid, true)

#define SET_ONE(name)                                        \
	CALL(name)                                           \
	{                                                    \
		return do_##name(curr, low2highuid(arg[0])); \
	}                                                    \
	CALL(name##32)                                       \
	{                                                    \
		return do_##name(curr, arg[0]);              \
	}
SET_ONE(setuid)
SET_ONE(setgid)

/* What they return is an id, and 16 bits of it in the old calls. */
#define SET_FS(name)                                                     \
	CALL(name)                                                       \
	{                                                                \
		return (int32_t)high2lowuid(                             \
			(uint32_t)do_##name(curr, low2highuid(arg[0]))); \
	}                                                                \
	CALL(name##32)                                                   \
	{                                                                \
		return do_##name(curr, arg[0]);                          \
	}
SET_FS(setfsuid)
SET_FS(setfsgid)

#define SET_TWO(name)                                       \
	CALL(name)                                          \
	{                                                   \
		return do_##name(curr, low2highuid(arg[0]), \
				 low2highuid(arg[1]));      \
	}                                                   \
	CALL(name##32)                                      \
	{                                                   \
		return do_##name(curr, arg[0], arg[1]);     \
	}
SET_TWO(setreuid)
SET_TWO(setregid)

#define SET_THREE(name)                                                     \
	CALL(name)                                                          \
	{                                                                   \
		return do_##name(curr, low2highuid(arg[0]),                 \
				 low2highuid(arg[1]), low2highuid(arg[2])); \
	}                                                                   \
	CALL(name##32)                                                      \
	{                                                                   \
		return do_##name(curr, arg[0], arg[1], arg[2]);             \
	}
SET_THREE(setresuid)
SET_THREE(setresgid)

CALL(getgroups)
{
	return do_getgroups(curr, (int32_t)arg[0], arg[1], false);
}

CALL(getgroups32)
{
	return do_getgroups(curr, (int32_t)arg[0], arg[1], true);
}

CALL(setgroups)
{
	return do_setgroups(curr, (int32_t)arg[0], arg[1], false);
}

CALL(setgroups32)
{
	return do_setgroups(curr, (int32_t)arg[0], arg[1], true);
}

CALL(capget)
{
	return do_capget(curr, arg[0], arg[1]);
}

CALL(capset)
{
	return do_capset(curr, arg[0], arg[1]);
}

CALL(prctl)
{
	return do_prctl(curr, (int)arg[0], arg + 1);
}

/* MODEL: what other personalities change has no effect. */
CALL(personality)
{
	const uint32_t old = curr->personality;

	if (arg[0] != UINT32_MAX)
		curr->personality = arg[0];
	return (int32_t)old;
}
