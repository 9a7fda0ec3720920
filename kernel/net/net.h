/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_NET_NET_H
#define KERNEL_NET_NET_H

/* A socket as a file has it (include/linux/net.h). */

#include "kernel/fs/fs.h"
#include "kernel/net/socket.h"

struct seq_file;
struct sock;

enum socket_state {
	SS_FREE,
	SS_UNCONNECTED,
	SS_CONNECTING,
	SS_CONNECTED,
	SS_DISCONNECTING,
};

/*
 * The half that belongs to the file: lives in its inode. `sk` is the half of
 * the protocol, which may outlive it.
 */
struct socket {
	enum socket_state state;
	int type;
	struct file *file; /* NULL: it has none yet */
	struct inode *inode;
	struct sock *sk;
	struct fasync_struct *fasync_list;
	const struct proto_ops *ops;
};

/* What the socket file system's inodes are; the inode comes first. */
struct socket_alloc {
	struct inode vfs_inode;
	struct socket socket;
};

/* Results are Linux's: 0, a value or -errno. NULL: -EOPNOTSUPP. */
struct proto_ops {
	int family;
	/* The file goes. @sock->sk is there. */
	void (*release)(struct task_struct *curr, struct socket *sock);
	int (*bind)(struct task_struct *curr, struct socket *sock,
		    const struct sockaddr_any *addr, int32_t len);
	int (*connect)(struct task_struct *curr, struct socket *sock,
		       const struct sockaddr_any *addr, int32_t len,
		       uint32_t flags);
	int (*socketpair)(struct task_struct *curr, struct socket *a,
			  struct socket *b);
	/* @to is empty and gets the connection. @flags: O_NONBLOCK. */
	int (*accept)(struct task_struct *curr, struct socket *sock,
		      struct socket *to, uint32_t flags);
	/* The length of the name put to @addr. */
	int (*getname)(struct task_struct *curr, struct socket *sock,
		       struct sockaddr_any *addr, bool peer);
	uint32_t (*poll)(struct task_struct *curr, struct socket *sock,
			 struct poll_table *table);
	/* -ENOIOCTLCMD: not its own. */
	int32_t (*ioctl)(struct task_struct *curr, struct socket *sock,
			 uint32_t cmd, uint32_t arg);
	int (*listen)(struct task_struct *curr, struct socket *sock,
		      int backlog);
	int (*shutdown)(struct task_struct *curr, struct socket *sock, int how);
	/* Of levels other than SOL_SOCKET. */
	int (*setsockopt)(struct task_struct *curr, struct socket *sock,
			  int level, int name, vaddr_t uval, uint32_t len);
	int (*getsockopt)(struct task_struct *curr, struct socket *sock,
			  int level, int name, vaddr_t uval, vaddr_t ulen);
	int32_t (*sendmsg)(struct task_struct *curr, struct socket *sock,
			   struct msghdr *msg, uint32_t n);
	int32_t (*recvmsg)(struct task_struct *curr, struct socket *sock,
			   struct msghdr *msg, uint32_t n, uint32_t flags);
	int (*set_peek_off)(struct sock *sk, int32_t value);
	bool splice_read; /* a stream that splice may read */
};

int sockstat_show(struct seq_file *m, void *v);

#define ENOIOCTLCMD 515

/* What socket(2) asks of a family: fills in @sock, or returns -errno. */
struct net_proto_family {
	int family;
	int (*create)(struct task_struct *curr, struct socket *sock,
		      int protocol);
};
extern const struct net_proto_family unix_family_ops;

/* The socket of an open file; NULL: it is none. */
struct socket *sock_from_file(const struct file *file);
/* The caches and the file system, at the first use. 0 or -ENOMEM. */
int net_init(struct task_struct *curr);
/*
 * A word of an option from user memory, which must be as long: 0, -EINVAL or
 * -EFAULT.
 */
int sockopt_int(struct task_struct *curr, vaddr_t uval, uint32_t len,
		int32_t *to);
/* An option's value, cut to what the program has room for. 0 or -errno. */
int put_sockopt(struct task_struct *curr, vaddr_t uval, vaddr_t ulen,
		const void *value, uint32_t size);

#endif
