/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/af_unix.h"

/*
 * Files in messages (Linux: net/unix/garbage.c and scm.c). A socket may travel
 * in a message to itself; once all its descriptors are closed nobody could
 * ever take it out, and counting references alone would keep it for ever.
 *
 * The collector looks at the sockets all of whose references are in messages
 * (candidates). It takes from each count the references that lie in queues of
 * candidates; whoever has some left is reached from outside, and so is all
 * that lies in its queue. The others are garbage: the messages that hold them
 * are freed.
 *
 * Invariant: between two steps of it nothing sleeps, so that no message is
 * sent or received meanwhile; inflight is as before when it ends.
 */

#include "kernel/fs/fcntl.h"
#include "kernel/lib/bug.h"
#include "kernel/mm/slab.h"
#include "kernel/state.h"

#define UNIX_INFLIGHT_TRIGGER_GC 16000

static struct unix_sock *unix_get_socket(const struct file *file)
{
	const struct socket *sock = file->f_mode & FMODE_PATH
					    ? NULL
					    : sock_from_file(file);

	return sock && sock->sk && sock->sk->family == AF_UNIX
		       ? unix_sk(sock->sk)
		       : NULL;
}

/* ---- counting -------------------------------------------------------------- */

static void unix_inflight(struct task_struct *curr, const struct file *file)
{
	struct unix_state *unx = &curr->k->net.unx;
	struct unix_sock *u = unix_get_socket(file);

	unx->files_inflight++;
	if (!u)
		return;
	if (!u->inflight++)
		list_add_tail(&u->gc_link, &unx->gc_inflight_list);
	unx->tot_inflight++;
}

static void unix_notinflight(struct task_struct *curr, const struct file *file)
{
	struct unix_state *unx = &curr->k->net.unx;
	struct unix_sock *u = unix_get_socket(file);

	unx->files_inflight--;
	if (!u)
		return;
	BUG_ON(!u->inflight);
	if (!--u->inflight)
		list_del_init(&u->gc_link);
	unx->tot_inflight--;
}

static uint32_t count_queue(const struct sock *sk, uint32_t uid)
{
	const struct sk_buff *skb;
	uint32_t n = 0;

	list_for_each_entry(skb, &sk->receive_queue.list, list) {
		if (skb->cb.fp && skb->cb.fp->uid == uid)
			n += skb->cb.fp->count;
		if (skb->sk)
			n += count_queue(skb->sk, uid);
	}
	return n;
}

/* Has the user more files in messages than a process may have open? */
static bool too_many_unix_fds(struct task_struct *curr)
{
	const struct unix_state *unx = &curr->k->net.unx;
	const uint32_t limit = curr->signal->rlim[RLIMIT_NOFILE].rlim_cur;
	const struct unix_sock *u;
	uint32_t n = 0;

	if (unx->files_inflight <= limit || capable(curr, CAP_SYS_RESOURCE) ||
	    capable(curr, CAP_SYS_ADMIN))
		return false;
	list_for_each_entry(u, &unx->sockets, link)
		if (u->sk.state != TCP_LISTEN)
			n += count_queue(&u->sk, curr->cred.uid);
	return n > limit;
}

int unix_attach_fds(struct task_struct *curr, const struct scm_fp_list *fpl,
		    struct sk_buff *skb)
{
	if (too_many_unix_fds(curr))
		return -ETOOMANYREFS;
	skb->cb.fp = scm_fp_dup(curr, fpl);
	if (!skb->cb.fp)
		return -ENOMEM;
	for (int n = skb->cb.fp->count - 1; n >= 0; n--)
		unix_inflight(curr, skb->cb.fp->fp[n]);
	return 0;
}

struct scm_fp_list *unix_detach_fds(struct task_struct *curr,
				    struct sk_buff *skb)
{
	struct scm_fp_list *fpl = skb->cb.fp;

	skb->cb.fp = NULL;
	for (int n = fpl->count - 1; n >= 0; n--)
		unix_notinflight(curr, fpl->fp[n]);
	return fpl;
}

void unix_free_fds_later(struct task_struct *curr, struct sk_buff *skb)
{
	struct unix_state *unx = &curr->k->net.unx;

	skb_queue_tail(&unx->dead, skb);
	if (unx->freeing)
		return;
	unx->freeing = true;
	while ((skb = skb_dequeue(&unx->dead))) {
		scm_fp_free(curr, unix_detach_fds(curr, skb));
		kfree_skb(curr, skb);
	}
	unx->freeing = false;
}

/* ---- collecting ------------------------------------------------------------ */

typedef void (*visit_fn)(struct unix_sock *u, struct list_head *candidates);

static void dec_inflight(struct unix_sock *u, struct list_head *candidates)
{
	(void)candidates;
	u->inflight--;
}

static void inc_inflight(struct unix_sock *u, struct list_head *candidates)
{
	(void)candidates;
	u->inflight++;
}

/* It is reached: what lies in its queue is, too, and looked at later. */
static void inc_inflight_move_tail(struct unix_sock *u,
				   struct list_head *candidates)
{
	u->inflight++;
	if (u->gc_maybe_cycle)
		list_move_tail(&u->gc_link, candidates);
}

/* Is one of the candidates in this message? */
static bool visit_skb(const struct sk_buff *skb, visit_fn visit,
		      struct list_head *candidates)
{
	bool hit = false;

	for (int n = 0; skb->cb.fp && n < skb->cb.fp->count; n++) {
		struct unix_sock *u = unix_get_socket(skb->cb.fp->fp[n]);

		if (u && u->gc_candidate) {
			hit = true;
			visit(u, candidates);
		}
	}
	return hit;
}

static void scan_inflight(struct sock *sk, visit_fn visit,
			  struct list_head *candidates,
			  struct sk_buff_head *hitlist)
{
	struct list_head *at, *next;

	for (at = sk->receive_queue.list.next; at != &sk->receive_queue.list;
	     at = next) {
		struct sk_buff *skb = list_entry(at, struct sk_buff, list);

		next = at->next;
		if (visit_skb(skb, visit, candidates) && hitlist) {
			skb_unlink(&sk->receive_queue, skb);
			skb_queue_tail(hitlist, skb);
		}
	}
}

/* A listener's queue has connections, and these have messages. */
static void scan_children(struct sock *sk, visit_fn visit,
			  struct list_head *candidates,
			  struct sk_buff_head *hitlist)
{
	struct sk_buff *skb;

	if (sk->state != TCP_LISTEN) {
		scan_inflight(sk, visit, candidates, hitlist);
		return;
	}
	list_for_each_entry(skb, &sk->receive_queue.list, list)
		if (skb->sk)
			scan_inflight(skb->sk, visit, candidates, hitlist);
}

static void find_candidates(struct unix_state *unx,
			    struct list_head *candidates)
{
	struct list_head *at, *next;

	for (at = unx->gc_inflight_list.next; at != &unx->gc_inflight_list;
	     at = next) {
		struct unix_sock *u = list_entry(at, struct unix_sock, gc_link);
		const struct socket *sock = u->sk.socket;

		next = at->next;
		if (!sock || !sock->file ||
		    (uint32_t)sock->file->f_count != u->inflight)
			continue;
		list_move_tail(&u->gc_link, candidates);
		u->gc_candidate = true;
		u->gc_maybe_cycle = true;
	}
}

/* Moves those that can be reached to @reached. */
static void find_reached(struct list_head *candidates,
			 struct list_head *reached)
{
	struct list_head cursor;

	/* a place in the list: what is moved to its end is yet to come */
	list_add(&cursor, candidates);
	while (cursor.next != candidates) {
		struct unix_sock *u = list_entry(cursor.next, struct unix_sock,
						 gc_link);

		list_move(&cursor, &u->gc_link);
		if (!u->inflight)
			continue;
		list_move_tail(&u->gc_link, reached);
		u->gc_maybe_cycle = false;
		scan_children(&u->sk, inc_inflight_move_tail, candidates, NULL);
	}
	list_del(&cursor);
}

static void put_back(struct unix_state *unx, struct list_head *list)
{
	while (!list_empty(list)) {
		struct unix_sock *u = list_first_entry(list, struct unix_sock,
						       gc_link);

		u->gc_candidate = false;
		list_move_tail(&u->gc_link, &unx->gc_inflight_list);
	}
}

void unix_gc(struct task_struct *curr)
{
	struct unix_state *unx = &curr->k->net.unx;
	struct list_head candidates, reached;
	struct sk_buff_head hitlist;
	struct unix_sock *u;

	if (unx->gc_in_progress)
		return;
	unx->gc_in_progress = true;
	INIT_LIST_HEAD(&candidates);
	INIT_LIST_HEAD(&reached);
	skb_queue_head_init(&hitlist);
	find_candidates(unx, &candidates);
	list_for_each_entry(u, &candidates, gc_link)
		scan_children(&u->sk, dec_inflight, &candidates, NULL);
	find_reached(&candidates, &reached);
	list_for_each_entry(u, &candidates, gc_link)
		scan_children(&u->sk, inc_inflight, &candidates, &hitlist);
	put_back(unx, &reached);
	put_back(unx, &candidates);
	skb_queue_purge(curr, &hitlist);
	unx->gc_in_progress = false;
}

void wait_for_unix_gc(struct task_struct *curr)
{
	if (curr->k->net.unx.tot_inflight > UNIX_INFLIGHT_TRIGGER_GC)
		unix_gc(curr);
}
