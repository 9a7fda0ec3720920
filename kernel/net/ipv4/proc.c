/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/net/inet_sock.h"

/*
 * /proc/net of IPv4, IPv6 and the loopback device (Linux: net/ipv4/proc.c,
 * tcp_ipv4.c, udp.c, net/core/net-procfs.c, net/ipv4/fib_trie.c,
 * net/ipv6/addrconf.c).
 *
 * MODEL: timers, retransmissions and addresses of kernel structures are
 * zeroes; the route of the loopback device stands in a table that
 * /proc/net/route doesn't show.
 */

#include "kernel/fs/seq_file.h"
#include "kernel/net/dev.h"
#include "kernel/state.h"

/* Words as the machine has them: little-endian. */
static void show_addr(struct seq_file *m, const struct in_any *a, bool v6,
		      uint16_t port)
{
	for (int word = v6 ? 0 : 12; word < 16; word += 4)
		for (int n = 3; n >= 0; n--)
			seq_printf(m, "%02X", a->b[word + n]);
	seq_printf(m, ":%04X", port);
}

static uint32_t queued(const struct sk_buff_head *q)
{
	const struct sk_buff *skb;
	uint32_t n = 0;

	list_for_each_entry(skb, &q->list, list)
		n += skb_left(skb);
	return n;
}

static void show_sock(struct seq_file *m, const struct inet_sock *inet,
		      uint32_t n, bool v6)
{
	const struct sock *sk = &inet->sk;
	const bool tcp = sk->protocol == IPPROTO_TCP;

	seq_printf(m, tcp ? "%4u: " : "%5u: ", n);
	show_addr(m, &inet->saddr, v6, inet->sport);
	seq_putc(m, ' ');
	show_addr(m, &inet->daddr, v6, inet->dport);
	seq_printf(m, " %02X %08X:%08X 00:00000000 00000000 %5u %8d %llu",
		   (unsigned int)sk->state,
		   tcp ? queued(&inet->tcp.write_queue) : sk->wmem_alloc,
		   tcp && sk->state == TCP_LISTEN ? sk->ack_backlog
		   : tcp                          ? queued(&sk->receive_queue)
						  : sk->rmem_alloc,
		   sk->uid, 0, (unsigned long long)(sk->socket ? sk->ino : 0));
	seq_printf(m, " %d %08x", sk->refcnt, 0);
	if (tcp)
		seq_puts(m, " 100 0 0 10 0\n");
	else
		seq_printf(m, " %u\n", sk->drops);
}

static int show_all(struct seq_file *m, int protocol, int family)
{
	const struct net_state *net = &m->k->net;
	const struct inet_sock *inet;
	uint32_t n = 0;

	if (!net->ready)
		return 0;
	list_for_each_entry(inet, &net->inet.socks, link)
		if (inet->sk.protocol == protocol && inet->sk.family == family)
			show_sock(m, inet, n++, family == AF_INET6);
	return 0;
}

int tcp_seq_show(struct seq_file *m, void *v)
{
	(void)v;
	seq_puts(m, "  sl  local_address rem_address   st tx_queue rx_queue tr "
		    "tm->when retrnsmt   uid  timeout inode\n");
	return show_all(m, IPPROTO_TCP, AF_INET);
}

int tcp6_seq_show(struct seq_file *m, void *v)
{
	(void)v;
	seq_puts(m, "  sl  local_address                         "
		    "remote_address                        st tx_queue "
		    "rx_queue tr tm->when retrnsmt   uid  timeout inode\n");
	return show_all(m, IPPROTO_TCP, AF_INET6);
}

int udp_seq_show(struct seq_file *m, void *v)
{
	(void)v;
	seq_puts(m, "   sl  local_address rem_address   st tx_queue rx_queue "
		    "tr tm->when retrnsmt   uid  timeout inode ref pointer "
		    "drops            \n");
	return show_all(m, IPPROTO_UDP, AF_INET);
}

int udp6_seq_show(struct seq_file *m, void *v)
{
	(void)v;
	seq_puts(m, "  sl  local_address                         "
		    "remote_address                        st tx_queue "
		    "rx_queue tr tm->when retrnsmt   uid  timeout inode ref "
		    "pointer drops\n");
	return show_all(m, IPPROTO_UDP, AF_INET6);
}

int dev_seq_show(struct seq_file *m, void *v)
{
	const struct net_state *net = &m->k->net;
	const unsigned long long bytes = net->lo_bytes;
	const unsigned long long packets = net->lo_packets;

	(void)v;
	seq_puts(m, "Inter-|   Receive                            "
		    "                    |  Transmit\n"
		    " face |bytes    packets errs drop fifo frame "
		    "compressed multicast|bytes    packets errs "
		    "drop fifo colls carrier compressed\n");
	seq_printf(m,
		   "%6s: %7llu %7llu %4u %4u %4u %5u %10u %9u "
		   "%8llu %7llu %4u %4u %4u %5u %7u %10u\n",
		   "lo", bytes, packets, 0, 0, 0, 0, 0, 0, bytes, packets, 0, 0,
		   0, 0, 0, 0);
	return 0;
}

int route_seq_show(struct seq_file *m, void *v)
{
	(void)v;
	seq_printf(m, "%-127s\n",
		   "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\t"
		   "Mask\t\tMTU\tWindow\tIRTT");
	return 0;
}

int if_inet6_seq_show(struct seq_file *m, void *v)
{
	(void)v;
	if (!m->k->net.lo_down)
		seq_printf(m, "%032x %02x %02x %02x %02x %8s\n", 1, LO_IFINDEX,
			   128, 0x10, 0x80, "lo");
	return 0;
}
