/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/task/sys.h"

/* What the system is called (Linux: kernel/sys.c, kernel/utsname.c). */

#include <stdio.h>
#include <string.h>

#include "kernel/arch/arm/setup.h"
#include "kernel/arch/arm/uaccess.h"
#include "kernel/banner.h"
#include "kernel/lib/err.h"
#include "kernel/state.h"

void uts_init(struct kernel *k)
{
	strcpy(k->sched.uts.nodename, "mmuscope");
	strcpy(k->sched.uts.domainname, "(none)");
}

int32_t do_uname(struct task_struct *curr, vaddr_t to)
{
	const struct uts_names *names = &curr->k->sched.uts;
	char uts[6][UTS_LEN + 1];

	memset(uts, 0, sizeof(uts));
	strcpy(uts[0], UTS_SYSNAME);
	memcpy(uts[1], names->nodename, sizeof(names->nodename));
	strcpy(uts[2], UTS_RELEASE);
	strcpy(uts[3], UTS_VERSION);
	snprintf(uts[4], sizeof(uts[4]), "%s", utsname_machine(curr->k));
	memcpy(uts[5], names->domainname, sizeof(names->domainname));
	return copy_to_user(curr, to, uts, sizeof(uts)) ? -EFAULT : 0;
}

int32_t set_uts_name(struct task_struct *curr, char *name, vaddr_t from,
		     int32_t len)
{
	char text[UTS_LEN + 1] = {0};

	if (!capable(curr, CAP_SYS_ADMIN))
		return -EPERM;
	if (len < 0 || len > UTS_LEN)
		return -EINVAL;
	if (copy_from_user(curr, text, from, (uint32_t)len))
		return -EFAULT;
	memcpy(name, text, sizeof(text));
	return 0;
}

void store_uts_name(char *name, const char *text)
{
	const size_t line = strcspn(text, "\n");
	const size_t len = line < UTS_LEN ? line : UTS_LEN;

	memset(name, 0, UTS_LEN + 1);
	memcpy(name, text, len);
}
