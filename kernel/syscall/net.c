/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/file.h"

/*
 * Calls on sockets: numbers in net.def, work in kernel/net/. Each has its own;
 * socketcall(2), which was all of them, is old ABI alone.
 */

#include "kernel/net/socket.h"

CALL(socket)
{
	return do_socket(curr, (int)arg[0], arg[1], (int)arg[2]);
}

CALL(bind)
{
	return do_bind(curr, (int)arg[0], arg[1], (int32_t)arg[2]);
}

CALL(connect)
{
	return do_connect(curr, (int)arg[0], arg[1], (int32_t)arg[2]);
}

CALL(listen)
{
	return do_listen(curr, (int)arg[0], (int)arg[1]);
}

CALL(accept)
{
	return do_accept4(curr, (int)arg[0], arg[1], arg[2], 0);
}

CALL(accept4)
{
	return do_accept4(curr, (int)arg[0], arg[1], arg[2], arg[3]);
}

CALL(getsockname)
{
	return do_getsockname(curr, (int)arg[0], arg[1], arg[2], false);
}

CALL(getpeername)
{
	return do_getsockname(curr, (int)arg[0], arg[1], arg[2], true);
}

CALL(socketpair)
{
	return do_socketpair(curr, (int)arg[0], arg[1], (int)arg[2], arg[3]);
}

CALL(send)
{
	return do_sendto(curr, (int)arg[0], arg[1], arg[2], arg[3], 0, 0);
}

CALL(sendto)
{
	return do_sendto(curr, (int)arg[0], arg[1], arg[2], arg[3], arg[4],
			 (int32_t)arg[5]);
}

CALL(recv)
{
	return do_recvfrom(curr, (int)arg[0], arg[1], arg[2], arg[3], 0, 0);
}

CALL(recvfrom)
{
	return do_recvfrom(curr, (int)arg[0], arg[1], arg[2], arg[3], arg[4],
			   arg[5]);
}

CALL(shutdown)
{
	return do_shutdown(curr, (int)arg[0], (int)arg[1]);
}

CALL(setsockopt)
{
	return do_setsockopt(curr, (int)arg[0], (int)arg[1], (int)arg[2],
			     arg[3], (int32_t)arg[4]);
}

CALL(getsockopt)
{
	return do_getsockopt(curr, (int)arg[0], (int)arg[1], (int)arg[2],
			     arg[3], arg[4]);
}

CALL(sendmsg)
{
	return do_sendmsg(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(recvmsg)
{
	return do_recvmsg(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(sendmmsg)
{
	return do_sendmmsg(curr, (int)arg[0], arg[1], arg[2], arg[3]);
}

CALL(recvmmsg)
{
	return do_recvmmsg(curr, (int)arg[0], arg[1], arg[2], arg[3], arg[4],
			   false);
}

CALL(recvmmsg_time64)
{
	return do_recvmmsg(curr, (int)arg[0], arg[1], arg[2], arg[3], arg[4],
			   true);
}
