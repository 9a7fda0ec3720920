/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/ipc/msg.h"

/*
 * Messages as such, of System V's queues and of POSIX's (ipc/msgutil.c): a
 * head with the first bytes behind it, and a chain of pieces for the others,
 * so that no message, however long, needs more than a page in a row.
 */

#include <string.h>

#include "kernel/arch/arm/uaccess.h"
#include "kernel/lib/err.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#define DATALEN_MSG (PAGE_SIZE - ARM_SIZEOF_MSG_MSG)
#define DATALEN_SEG (PAGE_SIZE - ARM_SIZEOF_MSG_MSGSEG)

struct msg_msgseg {
	struct msg_msgseg *next;
	uint8_t data[];
};

static uint32_t at_most(uint32_t len, uint32_t most)
{
	return len < most ? len : most;
}

void free_msg(struct task_struct *curr, struct msg_msg *msg)
{
	struct msg_msgseg *seg = msg->next, *next;

	kfree_obj(curr, msg);
	for (; seg; seg = next) {
		next = seg->next;
		kfree_obj(curr, seg);
	}
}

/* The pieces behind the head of a message of @len bytes. False: no memory. */
static bool alloc_segs(struct task_struct *curr, struct msg_msg *msg,
		       uint32_t len)
{
	struct msg_msgseg **pseg = &msg->next;

	for (uint32_t done = DATALEN_MSG; done < len; done += DATALEN_SEG) {
		const uint32_t n = at_most(len - done, DATALEN_SEG);

		*pseg = kzalloc_obj(curr, ARM_SIZEOF_MSG_MSGSEG + n,
				    (uint32_t)sizeof(**pseg) + n, GFP_KERNEL);
		if (!*pseg)
			return false;
		pseg = &(*pseg)->next;
	}
	return true;
}

struct msg_msg *alloc_msg(struct task_struct *curr, uint32_t len)
{
	const uint32_t first = at_most(len, DATALEN_MSG);
	struct msg_msg *msg = kzalloc_obj(curr, ARM_SIZEOF_MSG_MSG + first,
					  (uint32_t)sizeof(*msg) + first,
					  GFP_KERNEL);

	if (!msg)
		return NULL;
	msg->m_ts = len;
	if (alloc_segs(curr, msg, len))
		return msg;
	free_msg(curr, msg);
	return NULL;
}

struct msg_msg *load_msg(struct task_struct *curr, vaddr_t from, uint32_t len)
{
	struct msg_msg *msg = alloc_msg(curr, len);
	uint32_t done = at_most(len, DATALEN_MSG);
	uint32_t left;

	if (!msg)
		return ERR_PTR(-ENOMEM);
	left = copy_from_user(curr, msg->text, from, done);
	for (struct msg_msgseg *seg = msg->next; seg && !left;
	     seg = seg->next) {
		const uint32_t n = at_most(len - done, DATALEN_SEG);

		left = copy_from_user(curr, seg->data, from + done, n);
		done += n;
	}
	if (!left)
		return msg;
	free_msg(curr, msg);
	return ERR_PTR(-EFAULT);
}

int store_msg(struct task_struct *curr, vaddr_t to, const struct msg_msg *msg,
	      uint32_t len)
{
	uint32_t done = at_most(len, DATALEN_MSG);

	if (copy_to_user(curr, to, msg->text, done))
		return -EFAULT;
	for (const struct msg_msgseg *seg = msg->next; seg && done < len;
	     seg = seg->next) {
		const uint32_t n = at_most(len - done, DATALEN_SEG);

		if (copy_to_user(curr, to + done, seg->data, n))
			return -EFAULT;
		done += n;
	}
	return 0;
}

void copy_msg(struct msg_msg *to, const struct msg_msg *from)
{
	const uint32_t len = at_most(from->m_ts, to->m_ts);
	const struct msg_msgseg *src = from->next;
	struct msg_msgseg *dst = to->next;
	uint32_t done = at_most(len, DATALEN_MSG);

	memcpy(to->text, from->text, done);
	for (; src && dst && done < len; src = src->next, dst = dst->next) {
		const uint32_t n = at_most(len - done, DATALEN_SEG);

		memcpy(dst->data, src->data, n);
		done += n;
	}
	to->m_type = from->m_type;
	to->m_ts = len;
}
