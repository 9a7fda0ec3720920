/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * What security modules and the audit know of a process (Linux: fs/proc/base.c;
 * kernel/auditsc.c: audit_set_loginuid()): /proc/PID/attr, loginuid and
 * sessionid.
 *
 * MODEL: there is no security module: what attr has is -EINVAL to read and to
 * write, as on a kernel without one. Nobody writes down who logged in.
 */

#include "kernel/fs/fcntl.h"
#include "kernel/lib/kstrtox.h"
#include "kernel/state.h"
#include "kernel/task/sched.h"

#define AUDIT_UID_UNSET UINT32_MAX

/* ---- attr/ ------------------------------------------------------------- */

static int attr_show(struct seq_file *m, struct task_struct *task)
{
	(void)m, (void)task;
	return -EINVAL;
}

static int attr_store(struct task_struct *curr, struct task_struct *task,
		      const char *text)
{
	(void)text;
	return task == curr ? -EINVAL : -EACCES;
}

#define ATTR(file, rights, store_fn)                         \
	{                                                    \
		.name = file, .mode = S_IFREG | (rights),    \
		.show_task = attr_show, .store = (store_fn), \
	}

static const struct proc_entry attr_entries[] = {
	ATTR("current", 0666, attr_store),
	ATTR("prev", 0444, NULL),
	ATTR("exec", 0666, attr_store),
	ATTR("fscreate", 0666, attr_store),
	ATTR("keycreate", 0666, attr_store),
	ATTR("sockcreate", 0666, attr_store),
};

const struct proc_dir proc_attr_dir = {PROC_DIR(attr_entries, 0x520)};

/* ---- loginuid and sessionid -------------------------------------------- */

int proc_loginuid(struct seq_file *m, struct task_struct *task)
{
	seq_printf(m, "%u", task->loginuid);
	return 0;
}

int proc_sessionid(struct seq_file *m, struct task_struct *task)
{
	seq_printf(m, "%u", task->sessionid);
	return 0;
}

/* A log-in sets it once for all that comes of it; others need the right to. */
int proc_set_loginuid(struct task_struct *curr, struct task_struct *task,
		      const char *text)
{
	uint32_t uid;
	int err;

	if (task != curr)
		return -EPERM;
	err = kstrtouint(text, 10, &uid);
	if (err)
		return err;
	if (curr->loginuid != AUDIT_UID_UNSET &&
	    !capable(curr, CAP_AUDIT_CONTROL))
		return -EPERM;
	curr->sessionid = uid == AUDIT_UID_UNSET
				  ? AUDIT_UID_UNSET
				  : ++curr->k->sched.last_session_id;
	curr->loginuid = uid;
	return 0;
}
