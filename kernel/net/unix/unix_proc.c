/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/af_unix.h"

/*
 * /proc/net/unix (Linux: the end of net/unix/af_unix.c): a line for each
 * socket, in the order of their making. Addresses of kernel structures are not
 * shown: zeroes, as to who may not see them.
 */

#include "kernel/fs/seq_file.h"
#include "kernel/state.h"

#define SO_ACCEPTCON 0x10000u

static uint32_t shown_state(const struct sock *sk)
{
	const bool joined = sk->state == TCP_ESTABLISHED;

	if (sk->socket)
		return joined ? SS_CONNECTED : SS_UNCONNECTED;
	return joined ? SS_CONNECTING : SS_DISCONNECTING;
}

static void show_name(struct seq_file *m, const struct unix_address *addr)
{
	const uint8_t *name = addr->name->bytes + SUN_PATH;
	int32_t n = addr->len - SUN_PATH;
	int32_t i = 0;

	seq_putc(m, ' ');
	if (*name)
		n--; /* the NUL of a path */
	else
		i = 1;
	if (i)
		seq_putc(m, '@');
	for (; i < n; i++)
		seq_putc(m, name[i] ? (char)name[i] : '@');
}

int unix_seq_show(struct seq_file *m, void *v)
{
	const struct net_state *net = &m->k->net;
	const struct unix_sock *u;

	(void)v;
	seq_puts(m,
		 "Num       RefCount Protocol Flags    Type St Inode Path\n");
	if (!net->ready)
		return 0;
	list_for_each_entry(u, &net->unx.sockets, link) {
		const struct sock *sk = &u->sk;

		seq_printf(m, "%08x: %08X %08X %08X %04X %02X %5llu", 0,
			   (unsigned int)sk->refcnt, 0,
			   sk->state == TCP_LISTEN ? SO_ACCEPTCON : 0,
			   (unsigned int)sk->type, shown_state(sk),
			   (unsigned long long)(sk->socket ? sk->ino : 0));
		if (u->addr)
			show_name(m, u->addr);
		seq_putc(m, '\n');
	}
	return 0;
}
