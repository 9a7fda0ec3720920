/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/syscall/file.h"

/*
 * Reading, writing, and where in a file: decoding. A 64-bit argument takes an
 * even and the following odd register, so one is skipped where it would not.
 */

#include "kernel/arch/arm/uaccess.h"
#include "kernel/fs/syscalls.h"
#include "kernel/lib/err.h"

CALL(read)
{
	return ksys_read(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(write)
{
	return ksys_write(curr, (int)arg[0], arg[1], arg[2]);
}

CALL(readv)
{
	return do_readv(curr, (int)arg[0], arg[1], arg[2], NULL);
}

CALL(writev)
{
	return do_writev(curr, (int)arg[0], arg[1], arg[2], NULL);
}

CALL(pread64)
{
	return ksys_pread(curr, (int)arg[0], arg[1], arg[2], arg64(arg + 4));
}

CALL(pwrite64)
{
	return ksys_pwrite(curr, (int)arg[0], arg[1], arg[2], arg64(arg + 4));
}

/* The position comes as two words of their own, in any register. */
CALL(preadv)
{
	const int64_t pos = arg64(arg + 3);

	return do_readv(curr, (int)arg[0], arg[1], arg[2], &pos);
}

CALL(pwritev)
{
	const int64_t pos = arg64(arg + 3);

	return do_writev(curr, (int)arg[0], arg[1], arg[2], &pos);
}

CALL(preadv2)
{
	const int64_t pos = arg64(arg + 3);

	return do_rw2(curr, (int)arg[0], arg[1], arg[2], &pos, arg[5], false);
}

CALL(pwritev2)
{
	const int64_t pos = arg64(arg + 3);

	return do_rw2(curr, (int)arg[0], arg[1], arg[2], &pos, arg[5], true);
}

CALL(lseek)
{
	const int64_t pos = do_lseek(curr, (int)arg[0], (int32_t)arg[1],
				     (int)arg[2]);

	return pos > INT32_MAX ? -EOVERFLOW : (int32_t)pos;
}

CALL(_llseek)
{
	const int64_t offset = (int64_t)((uint64_t)arg[1] << 32 | arg[2]);
	const int64_t pos = do_lseek(curr, (int)arg[0], offset, (int)arg[4]);

	if (pos < 0)
		return (int32_t)pos;
	return copy_to_user(curr, arg[3], &pos, sizeof(pos)) ? -EFAULT : 0;
}

CALL(sendfile)
{
	return do_sendfile(curr, (int)arg[0], (int)arg[1], arg[2], 4, arg[3]);
}

CALL(sendfile64)
{
	return do_sendfile(curr, (int)arg[0], (int)arg[1], arg[2], 8, arg[3]);
}

CALL(splice)
{
	return do_splice(curr, (int)arg[0], arg[1], (int)arg[2], arg[3], arg[4],
			 arg[5]);
}

CALL(tee)
{
	return do_tee(curr, (int)arg[0], (int)arg[1], arg[2], arg[3]);
}

CALL(vmsplice)
{
	return do_vmsplice(curr, (int)arg[0], arg[1], arg[2], arg[3]);
}

CALL(copy_file_range)
{
	return do_copy_file_range(curr, (int)arg[0], arg[1], (int)arg[2],
				  arg[3], arg[4], arg[5]);
}
