/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_NET_SKBUFF_H
#define KERNEL_NET_SKBUFF_H

/* Messages in queues (include/linux/skbuff.h). */

#include "kernel/fs/fs.h"
#include "kernel/mm/gfp.h"
#include "kernel/net/net.h"

struct pid;
struct scm_fp_list;
struct sock;

#define MAX_SKB_FRAGS   17
/* What lies behind the bytes of a buffer, and what a buffer weighs. */
#define SKB_SHARED_INFO 256u
#define SKB_HEAD_SIZE   192u

struct skb_frag {
	struct page *page;
	uint32_t size;
	uint32_t order;
};

/*
 * Bytes: `head_len` of them at kernel address `head`, the others in blocks of
 * pages. Belongs to the queue it is in, or to who took it out; `users` counts
 * those who look at it.
 */
struct sk_buff {
	struct list_head list;
	int32_t users;
	uint32_t len; /* bytes in all, of these the first … */
	uint32_t consumed; /* … have been read */
	vaddr_t head; /* kmalloc's; 0: none */
	uint32_t head_len, nr_frags;
	struct skb_frag frags[MAX_SKB_FRAGS];
	uint32_t truesize; /* what it weighs in a socket's buffer */
	struct sock *owner; /* whose sk_wmem_alloc it weighs on; NULL: none */
	struct sock *sk; /* in a listener's queue: the connection */
	struct timespec64 stamp;
	struct { /* unix, netlink */
		struct pid *pid;
		uint32_t uid, gid;
		struct scm_fp_list *fp;
		uint32_t portid;
	} cb;
	struct { /* inet: where it came from and went to */
		uint8_t saddr[16], daddr[16]; /* IPv4 in the first four bytes */
		uint16_t sport, dport; /* in host order */
		uint8_t ttl, tos;
		bool v6;
	} ip;
};

static inline void skb_queue_head_init(struct sk_buff_head *q)
{
	INIT_LIST_HEAD(&q->list);
	q->qlen = 0;
}
static inline bool skb_queue_empty(const struct sk_buff_head *q)
{
	return list_empty(&q->list);
}
static inline struct sk_buff *skb_peek(const struct sk_buff_head *q)
{
	return skb_queue_empty(q)
		       ? NULL
		       : list_first_entry(&q->list, struct sk_buff, list);
}
static inline void skb_queue_tail(struct sk_buff_head *q, struct sk_buff *skb)
{
	list_add_tail(&skb->list, &q->list);
	q->qlen++;
}
static inline void skb_unlink(struct sk_buff_head *q, struct sk_buff *skb)
{
	list_del_init(&skb->list);
	q->qlen--;
}
static inline struct sk_buff *skb_dequeue(struct sk_buff_head *q)
{
	struct sk_buff *skb = skb_peek(q);

	if (skb)
		skb_unlink(q, skb);
	return skb;
}

/*
 * A message of @len bytes, of which @linear lie in one piece and the others in
 * pages. NULL: no memory. Bytes are what their last owner left.
 */
struct sk_buff *alloc_skb(struct task_struct *curr, uint32_t linear,
			  uint32_t len, gfp_t gfp);
void skb_get(struct sk_buff *skb);
/* The last reference frees it, with what it carries. */
void kfree_skb(struct task_struct *curr, struct sk_buff *skb);
void skb_queue_purge(struct task_struct *curr, struct sk_buff_head *q);
/* What is still to be read. */
static inline uint32_t skb_left(const struct sk_buff *skb)
{
	return skb->len - skb->consumed;
}
/* 0 or -EFAULT. May sleep: hold a reference. */
int skb_copy_to_iter(struct task_struct *curr, const struct sk_buff *skb,
		     uint32_t offset, struct iov_iter *to, uint32_t n);
int skb_copy_from_iter(struct task_struct *curr, struct sk_buff *skb,
		       struct iov_iter *from, uint32_t n);
/* The kernel's own bytes. */
void skb_store_bits(struct task_struct *curr, struct sk_buff *skb,
		    uint32_t offset, const void *from, uint32_t n);
void skb_copy_bits(struct task_struct *curr, const struct sk_buff *skb,
		   uint32_t offset, void *to, uint32_t n);

#endif
