/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/skbuff.h"

/*
 * Messages (Linux: net/core/skbuff.c): a small structure, bytes from kmalloc
 * for the beginning, and blocks of pages for what is more. Each weighs what
 * Linux's weighs on ARM (truesize), which is what the limits of sockets count,
 * so that as many messages fit.
 *
 * Invariant: a message that weighs on its sender's sk_wmem_alloc holds a
 * reference to it.
 *
 * Leaves out headers of protocols, clones and fragments that are shared.
 */

#include <string.h>

#include "kernel/mm/gfp.h"
#include "kernel/mm/kobj.h"
#include "kernel/mm/slab.h"
#include "kernel/net/af_unix.h"
#include "kernel/net/sock.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"

#define FRAG_ORDER        3u /* the largest block: 32 KB */
#define SKB_DATA_ALIGN(n) (((n) + SMP_CACHE_BYTES - 1) & ~(SMP_CACHE_BYTES - 1))

/* ---- memory ------------------------------------------------------------ */

static bool alloc_head(struct task_struct *curr, struct sk_buff *skb,
		       uint32_t linear, gfp_t gfp)
{
	skb->head = kmalloc(curr, SKB_DATA_ALIGN(linear) + SKB_SHARED_INFO,
			    gfp);
	skb->head_len = linear;
	if (!skb->head)
		return false;
	skb->truesize = ksize(curr->k, skb->head) + SKB_HEAD_SIZE;
	return true;
}

/* A block for @left bytes, the larger the better. */
static bool alloc_frag(struct task_struct *curr, struct sk_buff *skb,
		       uint32_t left, gfp_t gfp)
{
	struct skb_frag *frag = &skb->frags[skb->nr_frags];
	uint32_t order = FRAG_ORDER;

	while (order && PAGE_SIZE << order > left + PAGE_SIZE - 1)
		order--;
	frag->page = order ? alloc_pages(curr,
					 (gfp & ~__GFP_DIRECT_RECLAIM) |
						 __GFP_NOWARN | __GFP_NORETRY,
					 order)
			   : NULL;
	if (!frag->page) {
		order = 0;
		frag->page = alloc_page(curr, gfp);
	}
	if (!frag->page)
		return false;
	frag->order = order;
	frag->size = PAGE_SIZE << order < left ? PAGE_SIZE << order : left;
	skb->truesize += PAGE_SIZE << order;
	skb->nr_frags++;
	return true;
}

struct sk_buff *alloc_skb(struct task_struct *curr, uint32_t linear,
			  uint32_t len, gfp_t gfp)
{
	struct sk_buff *skb =
		kmem_cache_zalloc(curr, curr->k->net.cache[NET_CACHE_SKB], gfp);
	uint32_t done;

	if (!skb)
		return NULL;
	INIT_LIST_HEAD(&skb->list);
	skb->users = 1;
	if (linear > len)
		linear = len;
	if (!alloc_head(curr, skb, linear, gfp)) {
		kfree_skb(curr, skb);
		return NULL;
	}
	for (done = linear; done < len;
	     done += skb->frags[skb->nr_frags - 1].size)
		if (skb->nr_frags == MAX_SKB_FRAGS ||
		    !alloc_frag(curr, skb, len - done, gfp)) {
			kfree_skb(curr, skb);
			return NULL;
		}
	skb->len = len;
	return skb;
}

void skb_get(struct sk_buff *skb)
{
	skb->users++;
}

/* Room at its sender's: no more than a wake-up if nobody is left. */
static void sock_wfree(struct task_struct *curr, struct sk_buff *skb)
{
	struct sock *sk = skb->owner;

	skb->owner = NULL;
	sk->wmem_alloc -= skb->truesize;
	if (sk->write_space)
		sk->write_space(curr, sk);
	else
		sk_wake(curr, sk);
	sock_put(curr, sk);
}

static void skb_release_data(struct task_struct *curr, struct sk_buff *skb)
{
	for (uint32_t n = 0; n < skb->nr_frags; n++)
		__free_pages(curr, skb->frags[n].page, skb->frags[n].order);
	if (skb->head)
		kfree(curr, skb->head);
}

void kfree_skb(struct task_struct *curr, struct sk_buff *skb)
{
	BUG_ON(skb->users <= 0);
	if (--skb->users)
		return;
	if (skb->cb.fp) {
		skb->users = 1;
		unix_free_fds_later(curr, skb);
		return;
	}
	BUG_ON(skb->sk); /* a connection that is waiting to be accepted */
	skb_release_data(curr, skb);
	if (skb->owner)
		sock_wfree(curr, skb);
	if (skb->cb.pid)
		put_pid(curr, skb->cb.pid);
	kmem_cache_free(curr, curr->k->net.cache[NET_CACHE_SKB], skb);
}

void skb_queue_purge(struct task_struct *curr, struct sk_buff_head *q)
{
	struct sk_buff *skb;

	while ((skb = skb_dequeue(q)))
		kfree_skb(curr, skb);
}

/* ---- bytes ------------------------------------------------------------- */

/* Where byte @offset lies, and how many follow it there. */
static uint8_t *skb_bytes(struct task_struct *curr, const struct sk_buff *skb,
			  uint32_t offset, uint32_t *n)
{
	if (offset < skb->head_len) {
		*n = skb->head_len - offset;
		return (uint8_t *)kbytes(curr->k, skb->head) + offset;
	}
	offset -= skb->head_len;
	for (uint32_t i = 0; i < skb->nr_frags; i++) {
		const struct skb_frag *frag = &skb->frags[i];

		if (offset < frag->size) {
			*n = frag->size - offset;
			return (uint8_t *)page_bytes(curr->k, frag->page) +
			       offset;
		}
		offset -= frag->size;
	}
	BUG();
}

int skb_copy_to_iter(struct task_struct *curr, const struct sk_buff *skb,
		     uint32_t offset, struct iov_iter *to, uint32_t n)
{
	while (n) {
		uint32_t piece;
		const uint8_t *at = skb_bytes(curr, skb, offset, &piece);

		if (piece > n)
			piece = n;
		if (copy_to_iter(curr, to, at, piece) < piece)
			return -EFAULT;
		offset += piece;
		n -= piece;
	}
	return 0;
}

int skb_copy_from_iter(struct task_struct *curr, struct sk_buff *skb,
		       struct iov_iter *from, uint32_t n)
{
	for (uint32_t done = 0; done < n;) {
		uint32_t piece;
		uint8_t *at = skb_bytes(curr, skb, done, &piece);

		if (piece > n - done)
			piece = n - done;
		if (copy_from_iter(curr, from, at, piece) < piece)
			return -EFAULT;
		done += piece;
	}
	return 0;
}

void skb_store_bits(struct task_struct *curr, struct sk_buff *skb,
		    uint32_t offset, const void *from, uint32_t n)
{
	const uint8_t *bytes = from;

	while (n) {
		uint32_t piece;
		uint8_t *at = skb_bytes(curr, skb, offset, &piece);

		if (piece > n)
			piece = n;
		memcpy(at, bytes, piece);
		bytes += piece;
		offset += piece;
		n -= piece;
	}
}

void skb_copy_bits(struct task_struct *curr, const struct sk_buff *skb,
		   uint32_t offset, void *to, uint32_t n)
{
	uint8_t *bytes = to;

	while (n) {
		uint32_t piece;
		const uint8_t *at = skb_bytes(curr, skb, offset, &piece);

		if (piece > n)
			piece = n;
		memcpy(bytes, at, piece);
		bytes += piece;
		offset += piece;
		n -= piece;
	}
}
