/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Descriptors and what is behind them: numbers and limits, close-on-exec,
 * dup, locks; pipes and their rules; poll and select; eventfd, memfd;
 * sendfile and copy_file_range; the layouts of stat and dirent.
 */
#include "tests/unit/kernel/vfs_fixture.h"

#include "kernel/drivers/termios.h"
#include "kernel/fs/internal.h"
#include "kernel/mm/kobj.h"

static int setup(void **state)
{
	struct vfs_fixture *f = fixture_begin();

	host_file(0, "file", "0123456789");
	host_dir(0, "dir");
	fixture_mount(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	return 0;
}

static struct task_struct *curr(void)
{
	return fixture->task;
}

/* ---- numbers ----------------------------------------------------------- */

static void lowest_number(void **state)
{
	int fd[64];

	(void)state;
	for (int n = 0; n < 64; n++) {
		fd[n] = t_open("/file", O_RDONLY, 0);
		assert_int_equal(fd[n], n + 3);
	}
	assert_int_equal(t_close(40), 0);
	assert_int_equal(t_close(5), 0);
	assert_int_equal(t_close(5), -EBADF);
	assert_int_equal(do_dup(curr(), 3), 5);
	assert_int_equal(do_dup(curr(), 3), 40);
	assert_int_equal(do_dup(curr(), 3), 67);
	assert_int_equal(do_dup(curr(), 999), -EBADF);
	assert_int_equal(do_fcntl(curr(), 3, F_DUPFD, 200), 200);
	assert_int_equal(do_fcntl(curr(), 3, F_DUPFD_CLOEXEC, 200), 201);
	assert_int_equal(do_fcntl(curr(), 201, F_GETFD, 0), FD_CLOEXEC);
	assert_int_equal(do_close_range(curr(), 10, UINT32_MAX, 0), 0);
	assert_int_equal(t_close(200), -EBADF);
	assert_int_equal(do_dup(curr(), 3), 10);
}

static void limits(void **state)
{
	struct rlimit *limit = &fixture->signal->rlim[RLIMIT_NOFILE];

	(void)state;
	limit->rlim_cur = 100;
	for (int n = 3; n < 100; n++)
		assert_int_equal(do_dup(curr(), 0), n);
	assert_int_equal(do_dup(curr(), 0), -EMFILE);
	assert_int_equal(t_open("/file", O_RDONLY, 0), -EMFILE);
	assert_int_equal(do_dup3(curr(), 0, 100, 0), -EBADF);
	assert_int_equal(do_dup3(curr(), 0, 99, 0), 99);
	assert_int_equal(do_fcntl(curr(), 0, F_DUPFD, 100), -EINVAL);
	limit->rlim_cur = 4096;
	assert_int_equal(do_dup3(curr(), 0, 4095, 0), 4095);
	assert_int_equal(do_dup(curr(), 0), 100);
}

static void fork_and_exec(void **state)
{
	struct files_struct *child, *own = curr()->files;
	int fd = t_open("/file", O_RDONLY | O_CLOEXEC, 0);
	int kept = do_dup(curr(), (uint32_t)fd);

	(void)state;
	assert_int_equal(do_dup3(curr(), (uint32_t)fd, 300, O_CLOEXEC), 300);
	child = dup_fd(curr(), own);
	assert_non_null(child);
	assert_ptr_equal(child->fd[kept], own->fd[kept]);
	assert_ptr_equal(child->fd[300], own->fd[300]);
	/* a shared position */
	assert_string_equal(t_read(kept, 4), "0123");
	curr()->files = child;
	assert_string_equal(t_read(fd, 4), "4567");
	do_close_on_exec(curr(), child);
	assert_int_equal(t_close(fd), -EBADF);
	assert_int_equal(t_close(300), -EBADF);
	assert_string_equal(t_read(kept, 4), "89");
	curr()->files = own;
	put_files(curr(), child);
	assert_string_equal(t_read(fd, 4), "");
	assert_int_equal(do_lseek(curr(), fd, -3, SEEK_END), 7);
	assert_string_equal(t_read(kept, 9), "789");
}

static void positions(void **state)
{
	vaddr_t at = user_put(NULL, 64);
	int fd = t_open("/file", O_RDWR, 0);

	(void)state;
	assert_int_equal(ksys_pread(curr(), fd, at, 3, 5), 3);
	assert_memory_equal(user_at(at), "567", 3);
	assert_int_equal(ksys_pread(curr(), fd, at, 3, 10), 0);
	assert_int_equal(ksys_pread(curr(), fd, at, 3, -1), -EINVAL);
	assert_int_equal(ksys_read(curr(), fd, 4, 3), -EFAULT);
	assert_string_equal(t_read(fd, 3), "012");
	assert_int_equal(do_lseek(curr(), fd, -4, SEEK_CUR), -EINVAL);
	assert_int_equal(do_lseek(curr(), fd, 100, SEEK_SET), 100);
	assert_int_equal(t_write(fd, "x"), 1);
	assert_int_equal(do_lseek(curr(), fd, 0, SEEK_END), 101);
	assert_int_equal(do_lseek(curr(), fd, 50, SEEK_HOLE), 101);
	assert_int_equal(do_lseek(curr(), fd, 101, SEEK_DATA), -ENXIO);
	assert_int_equal(do_lseek(curr(), fd, INT64_MAX, SEEK_CUR), -EINVAL);
	t_close(fd);
	fd = t_open("/file", O_RDWR | O_APPEND, 0);
	assert_int_equal(t_write(fd, "end"), 3);
	assert_int_equal(do_lseek(curr(), fd, 0, SEEK_CUR), 104);
	t_close(fd);
	fd = t_open("/file", O_RDONLY, 0);
	assert_int_equal(t_write(fd, "end"), -EBADF);
	assert_int_equal(do_sys_ftruncate(curr(), fd, 0), -EINVAL);
	t_close(fd);
	fd = t_open("/dir", O_RDONLY, 0);
	assert_int_equal(ksys_read(curr(), fd, at, 3), -EISDIR);
	t_close(fd);
	assert_int_equal(do_lseek(curr(), 0, 0, SEEK_CUR), -ESPIPE);
}

static void file_size_limit(void **state)
{
	int fd = t_open("/file", O_RDWR, 0);

	(void)state;
	fixture->signal->rlim[RLIMIT_FSIZE].rlim_cur = 12;
	assert_int_equal(do_lseek(curr(), fd, 10, SEEK_SET), 10);
	assert_int_equal(t_write(fd, "abcd"), 2);
	curr()->blocked = ~(sigset64)0;
	assert_int_equal(t_write(fd, "abcd"), -EFBIG);
	assert_true(curr()->pending.signal & sig_bit(SIGXFSZ));
	assert_int_equal(do_sys_ftruncate(curr(), fd, 13), -EFBIG);
	assert_int_equal(do_sys_ftruncate(curr(), fd, 12), 0);
	t_close(fd);
}

/* ---- pipes ------------------------------------------------------------- */

static void make_pipe(int fd[2], uint32_t flags)
{
	vaddr_t at = user_put(NULL, 8);

	assert_int_equal(do_pipe2(curr(), at, flags), 0);
	memcpy(fd, user_at(at), 8);
}

static void pipe_end_of_file(void **state)
{
	int fd[2];

	(void)state;
	make_pipe(fd, 0);
	assert_int_equal(t_write(fd[1], "hello"), 5);
	assert_string_equal(t_read(fd[0], 2), "he");
	assert_int_equal(t_close(fd[1]), 0);
	assert_string_equal(t_read(fd[0], 100), "llo");
	assert_string_equal(t_read(fd[0], 100), "");
	assert_string_equal(t_read(fd[0], 100), "");
	assert_int_equal(t_write(fd[0], "x"), -EBADF);
	t_close(fd[0]);
}

static void pipe_broken(void **state)
{
	int fd[2];

	(void)state;
	make_pipe(fd, 0);
	curr()->blocked = ~(sigset64)0;
	assert_int_equal(t_write(fd[1], "hello"), 5);
	t_close(fd[0]);
	assert_false(curr()->pending.signal & sig_bit(SIGPIPE));
	assert_int_equal(t_write(fd[1], "x"), -EPIPE);
	assert_true(curr()->pending.signal & sig_bit(SIGPIPE));
	t_close(fd[1]);
}

static void pipe_full(void **state)
{
	vaddr_t at = user_put(NULL, 70000), n = user_put(NULL, 4);
	int fd[2];
	uint32_t queued;

	(void)state;
	make_pipe(fd, O_NONBLOCK);
	assert_int_equal(ksys_read(curr(), fd[0], at, 1), -EAGAIN);
	assert_int_equal(ksys_write(curr(), fd[1], at, 70000), 65536);
	assert_int_equal(ksys_write(curr(), fd[1], at, 1), -EAGAIN);
	assert_int_equal(do_ioctl(curr(), fd[0], FIONREAD, n), 0);
	memcpy(&queued, user_at(n), 4);
	assert_int_equal(queued, 65536);
	/* what would be written in part must not be written at all */
	assert_int_equal(ksys_read(curr(), fd[0], at, 4000), 4000);
	assert_int_equal(ksys_write(curr(), fd[1], at, 4096), -EAGAIN);
	assert_int_equal(ksys_read(curr(), fd[0], at, 96), 96);
	assert_int_equal(ksys_write(curr(), fd[1], at, 4096), 4096);
	assert_int_equal(do_fcntl(curr(), fd[0], F_GETPIPE_SZ, 0), 65536);
	t_close(fd[0]);
	t_close(fd[1]);
}

static void pipe_gives_back(void **state)
{
	const int64_t free_pages = global_page_state(fixture->k, NR_FREE_PAGES);

	for (int n = 0; n < 50; n++)
		pipe_full(state);
	/* some stay in slabs and on the core's lists, but not fifty pipes' */
	assert_true(global_page_state(fixture->k, NR_FREE_PAGES) >
		    free_pages - 128);
}

/* Random writes and reads beside a queue; at most PIPE_BUF: all or nothing. */
static void pipe_beside_model(void **state)
{
	static uint8_t queue[1 << 20];
	uint32_t head = 0, tail = 0;
	uint64_t seed = 7;
	vaddr_t at = user_put(NULL, 8192);
	int fd[2];

	(void)state;
	make_pipe(fd, O_NONBLOCK);
	while (head < sizeof(queue) - 8192) {
		uint32_t n = 1 + next_random(&seed) % 8192;
		int32_t done;

		if (next_random(&seed) & 1)
			n = 1 + n % 64;
		if (next_random(&seed) & 1) {
			for (uint32_t i = 0; i < n; i++)
				queue[head + i] = (uint8_t)next_random(&seed);
			memcpy(user_at(at), queue + head, n);
			done = ksys_write(curr(), fd[1], at, n);
			if (n <= PIPE_BUF && done != -EAGAIN)
				assert_int_equal(done, n);
			if (done > 0)
				head += (uint32_t)done;
		} else {
			done = ksys_read(curr(), fd[0], at, n);
			if (head == tail) {
				assert_int_equal(done, -EAGAIN);
				continue;
			}
			assert_int_equal(done,
					 n < head - tail ? n : head - tail);
			assert_memory_equal(user_at(at), queue + tail, done);
			tail += (uint32_t)done;
		}
		assert_true(head - tail <= 65536);
	}
	t_close(fd[0]);
	t_close(fd[1]);
}

static void fifos(void **state)
{
	char *name = getname_kernel(curr(), "/fifo");
	int r, w;

	(void)state;
	assert_int_equal(do_mknodat(curr(), AT_FDCWD, name, S_IFIFO | 0644, 0),
			 0);
	putname(curr(), name);
	assert_int_equal(t_open("/fifo", O_WRONLY | O_NONBLOCK, 0), -ENXIO);
	r = t_open("/fifo", O_RDONLY | O_NONBLOCK, 0);
	assert_true(r >= 0);
	assert_string_equal(t_read(r, 10), "");
	w = t_open("/fifo", O_WRONLY | O_NONBLOCK, 0);
	assert_true(w >= 0);
	assert_null(t_read(r, 10));
	assert_int_equal(t_write(w, "through"), 7);
	assert_string_equal(t_read(r, 10), "through");
	t_close(w);
	assert_string_equal(t_read(r, 10), "");
	t_close(r);
	/* the way back into a pipe through /proc */
	assert_int_equal(t_open("/fifo", O_RDWR, 0), r);
	assert_int_equal(t_write(r, "again"), 5);
	assert_int_equal(t_open("/proc/self/fd/3", O_RDONLY, 0), 4);
	assert_string_equal(t_read(4, 10), "again");
}

/* ---- poll -------------------------------------------------------------- */

struct pollfd32 {
	int32_t fd;
	int16_t events, revents;
};

static int polled(int fd, int events)
{
	struct pollfd32 p = {fd, (int16_t)events, 0};
	vaddr_t at = user_put(&p, sizeof(p));
	int n = do_poll(curr(), at, 1, 1);

	memcpy(&p, user_at(at), sizeof(p));
	assert_int_equal(n, p.revents != 0);
	return p.revents;
}

static void poll_tells(void **state)
{
	uint32_t in[2] = {0}, out[2] = {0};
	vaddr_t uin, uout;
	int fd[2], file = t_open("/file", O_RDONLY, 0);

	(void)state;
	make_pipe(fd, O_NONBLOCK);
	assert_int_equal(polled(file, POLLIN | POLLOUT), POLLIN | POLLOUT);
	assert_int_equal(polled(99, POLLIN), POLLNVAL);
	assert_int_equal(polled(-1, POLLIN), 0);
	assert_int_equal(polled(fd[0], POLLIN), 0);
	assert_int_equal(polled(fd[1], POLLOUT), POLLOUT);
	assert_int_equal(t_write(fd[1], "x"), 1);
	assert_int_equal(polled(fd[0], POLLIN | POLLOUT), POLLIN);
	in[0] = 1u << fd[0] | 1u << file;
	out[0] = 1u << fd[1];
	uin = user_put(in, 8);
	uout = user_put(out, 8);
	assert_int_equal(do_select(curr(), 33, uin, uout, 0, 1), 3);
	assert_memory_equal(user_at(uin), in, 4);
	assert_string_equal(t_read(fd[0], 1), "x");
	assert_int_equal(do_select(curr(), 33, uin, uout, 0, 1), 2);
	assert_int_equal(*(uint32_t *)user_at(uin), 1u << file);
	in[1] = 1;
	uin = user_put(in, 8);
	/* no descriptor can be 32 yet, but 30 might be open */
	assert_int_equal(do_select(curr(), 33, uin, 0, 0, 1), 1);
	in[0] |= 1u << 30;
	uin = user_put(in, 8);
	assert_int_equal(do_select(curr(), 32, uin, 0, 0, 1), -EBADF);
	t_close(fd[1]);
	assert_int_equal(polled(fd[0], POLLIN), POLLHUP);
	assert_int_equal(do_poll(curr(), 8, 1, 1), -EFAULT);
	/* no one stands in a queue any more */
	assert_int_equal(curr()->state, TASK_RUNNING);
}

static void eventfds(void **state)
{
	uint64_t value = 5;
	vaddr_t at = user_put(&value, 8);
	int fd = do_eventfd2(curr(), 3, O_NONBLOCK);

	(void)state;
	assert_int_equal(ksys_write(curr(), fd, at, 8), 8);
	assert_int_equal(polled(fd, POLLIN | POLLOUT), POLLIN | POLLOUT);
	assert_int_equal(ksys_read(curr(), fd, at, 8), 8);
	assert_int_equal(*(uint64_t *)user_at(at), 8);
	assert_int_equal(ksys_read(curr(), fd, at, 8), -EAGAIN);
	assert_int_equal(ksys_read(curr(), fd, at, 4), -EINVAL);
	*(uint64_t *)user_at(at) = UINT64_MAX - 1;
	assert_int_equal(ksys_write(curr(), fd, at, 8), 8);
	assert_int_equal(polled(fd, POLLIN | POLLOUT), POLLIN);
	assert_int_equal(ksys_write(curr(), fd, at, 8), -EAGAIN);
	t_close(fd);
}

/* ---- locks ------------------------------------------------------------- */

struct flock64_arm {
	int16_t type, whence;
	int32_t pad;
	int64_t start, len;
	int32_t pid, pad2;
};

static int lock(int fd, int cmd, int type, int64_t start, int64_t len)
{
	struct flock64_arm l = {
		.type = (int16_t)type, .start = start, .len = len};

	return do_fcntl(curr(), fd, (uint32_t)cmd, user_put(&l, sizeof(l)));
}

/* Whose lock stands in the way of another process: its start, or -1. */
static int64_t in_the_way(int fd, int type, int64_t start, int64_t len)
{
	struct flock64_arm l = {
		.type = (int16_t)type, .start = start, .len = len};
	vaddr_t at = user_put(&l, sizeof(l));

	assert_int_equal(do_fcntl(curr(), fd, F_GETLK64, at), 0);
	memcpy(&l, user_at(at), sizeof(l));
	return l.type == F_UNLCK ? -1 : l.start;
}

static void record_locks(void **state)
{
	struct files_struct *own = curr()->files, *other;
	int fd = t_open("/file", O_RDWR, 0), again;

	(void)state;
	other = dup_fd(curr(), own);
	assert_int_equal(lock(fd, F_SETLK64, F_WRLCK, 10, 20), 0);
	assert_int_equal(lock(fd, F_SETLK64, F_UNLCK, 15, 5), 0);
	assert_int_equal(in_the_way(fd, F_WRLCK, 0, 0), -1);
	curr()->files = other;
	assert_int_equal(in_the_way(fd, F_WRLCK, 0, 0), 10);
	assert_int_equal(in_the_way(fd, F_WRLCK, 15, 5), -1);
	assert_int_equal(in_the_way(fd, F_RDLCK, 16, 100), 20);
	assert_int_equal(lock(fd, F_SETLK64, F_RDLCK, 14, 2), -EAGAIN);
	assert_int_equal(lock(fd, F_SETLK64, F_RDLCK, 15, 5), 0);
	assert_int_equal(lock(fd, F_SETLK64, F_WRLCK, -5, 1), -EINVAL);
	/* closing any descriptor of the file ends the process's locks */
	curr()->files = own;
	again = t_open("/file", O_RDONLY, 0);
	assert_int_equal(lock(again, F_SETLK64, F_WRLCK, 0, 1), -EBADF);
	t_close(again);
	curr()->files = other;
	assert_int_equal(in_the_way(fd, F_WRLCK, 0, 14), -1);
	curr()->files = own;
	assert_int_equal(in_the_way(fd, F_WRLCK, 0, 0), 15);
	put_files(curr(), other);
	assert_int_equal(in_the_way(fd, F_WRLCK, 0, 0), -1);
	again = t_open("/file", O_RDWR, 0);
	assert_int_equal(do_flock(curr(), (uint32_t)fd, LOCK_EX), 0);
	assert_int_equal(do_flock(curr(), (uint32_t)again, LOCK_SH | LOCK_NB),
			 -EAGAIN);
	assert_int_equal(do_flock(curr(), (uint32_t)fd, LOCK_SH), 0);
	assert_int_equal(do_flock(curr(), (uint32_t)again, LOCK_SH | LOCK_NB),
			 0);
	t_close(fd);
	assert_int_equal(do_flock(curr(), (uint32_t)again, LOCK_EX | LOCK_NB),
			 0);
	t_close(again);
}

/* ---- from file to file ------------------------------------------------- */

static void copying(void **state)
{
	int64_t off = 2;
	vaddr_t uoff = user_put(&off, 8);
	int fd[2], in = t_open("/file", O_RDONLY, 0);
	int out = t_open("/out", O_RDWR | O_CREAT, 0644);

	(void)state;
	make_pipe(fd, O_NONBLOCK);
	assert_int_equal(do_sendfile(curr(), fd[1], in, 0, 8, 4), 4);
	assert_int_equal(do_sendfile(curr(), fd[1], in, uoff, 8, 100), 8);
	assert_string_equal(t_read(fd[0], 100), "012323456789");
	assert_int_equal(*(int64_t *)user_at(uoff), 10);
	assert_int_equal(do_lseek(curr(), in, 0, SEEK_CUR), 4);
	assert_int_equal(do_sendfile(curr(), out, fd[0], 0, 8, 4), -EINVAL);
	assert_int_equal(do_copy_file_range(curr(), in, 0, out, 0, 100, 0), 6);
	assert_string_equal(t_cat("/out"), "456789");
	assert_int_equal(do_copy_file_range(curr(), in, 0, out, 0, 100, 0), 0);
	assert_int_equal(do_copy_file_range(curr(), in, 0, fd[1], 0, 9, 0),
			 -EINVAL);
	t_close(in);
	t_close(out);
	in = do_memfd_create(curr(), user_str("name"), 0);
	assert_int_equal(t_write(in, "abc"), 3);
	assert_int_equal(do_lseek(curr(), in, 0, SEEK_SET), 0);
	assert_string_equal(t_read(in, 9), "abc");
	assert_int_equal(t_close(in), 0);
}

/* ---- layouts ----------------------------------------------------------- */

static uint32_t word(vaddr_t at, uint32_t offset)
{
	uint32_t value;

	memcpy(&value, user_at(at + offset), 4);
	return value;
}

static void layouts(void **state)
{
	vaddr_t st = user_put(NULL, 256);
	int fd = t_open("/", O_RDONLY | O_DIRECTORY, 0);

	(void)state;
	/* struct stat64 of ARM EABI, offsets by the cross compiler */
	assert_int_equal(do_stat64(curr(), AT_FDCWD, user_str("/file"), st, 0),
			 0);
	assert_int_equal(word(st, 0), 2); /* st_dev: 0:2 */
	assert_int_equal(word(st, 16), S_IFREG | 0644);
	assert_int_equal(word(st, 20), 1);
	assert_int_equal(word(st, 48), 10);
	assert_int_equal(word(st, 56), 4096);
	assert_int_equal(word(st, 64), 8);
	assert_int_equal(word(st, 80), 1700000000);
	assert_int_equal(word(st, 96), word(st, 12));
	assert_int_equal(
		do_stat64(curr(), AT_FDCWD, user_str("/dev/null"), st, 0), 0);
	assert_int_equal(word(st, 32), 1 << 8 | 3);
	assert_int_equal(
		do_statx(curr(), AT_FDCWD, user_str("/file"), 0, 0x7ff, st), 0);
	assert_int_equal(word(st, 16), 1);
	assert_int_equal(word(st, 28) & 0xffff, S_IFREG | 0644);
	assert_int_equal(word(st, 40), 10);
	assert_int_equal(word(st, 112), 1700000000);
	assert_int_equal(word(st, 140), 2);
	assert_int_equal(do_statfs(curr(), user_str("/dev/shm"), st, true), 0);
	assert_int_equal(word(st, 0), TMPFS_MAGIC);
	assert_int_equal(word(st, 4), 4096);
	assert_int_equal(word(st, 56), 255);
	/* the old getdents: type in the last byte, offsets of 31 bits */
	assert_true(do_getdents(curr(), fd, st, 256, false) > 0);
	assert_int_equal(word(st, 8) & 0xffff, 16);
	assert_string_equal((char *)user_at(st + 10), ".");
	assert_int_equal(*user_at(st + 15), 4);
	assert_int_equal(do_lseek(curr(), fd, 0, SEEK_SET), 0);
	assert_int_equal(do_getdents(curr(), fd, st, 10, false), -EINVAL);
	t_close(fd);
}

/* A guest that asks for ever new names can't fill memory with them. */
static void unused_names_are_reclaimed(void **state)
{
	uint32_t most = 0;
	char path[260];

	(void)state;
	memset(path, 'n', 250);
	path[0] = '/';
	for (int n = 0; n < 250000; n++) {
		snprintf(path + 240, 16, "%d", n);
		assert_int_equal(t_open(path, O_RDONLY, 0), -ENOENT);
		if (fixture->k->vfs.nr_dentry > most)
			most = fixture->k->vfs.nr_dentry;
	}
	assert_in_range(most, 100000, 170000); /* 64 MB at 136 + 256 bytes */
	assert_string_equal(t_cat("/file"), "0123456789");
}

static void out_of_memory_is_an_error(void **state)
{
	(void)state;
	/* a pipe that can't have pages: no crash, nothing lost */
	struct page *hoard[20000];
	uint32_t nr = 0;
	int fd[2];
	vaddr_t at = user_put(NULL, 65536);

	make_pipe(fd, O_NONBLOCK);
	while (nr < 20000) {
		struct page *page = alloc_page(curr(), GFP_NOWAIT);

		if (!page)
			break;
		hoard[nr++] = page;
	}
	for (int n = 0; n < 400; n++) {
		int err = t_open("/file", O_RDONLY, 0);

		if (err < 0) {
			assert_true(err == -ENOMEM || err == -EMFILE);
			break;
		}
	}
	ksys_write(curr(), fd[1], at, 65536);
	while (nr)
		__free_pages(curr(), hoard[--nr], 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(lowest_number),
		T(limits),
		T(fork_and_exec),
		T(positions),
		T(file_size_limit),
		T(pipe_end_of_file),
		T(pipe_broken),
		T(pipe_full),
		T(pipe_gives_back),
		T(pipe_beside_model),
		T(fifos),
		T(poll_tells),
		T(eventfds),
		T(record_locks),
		T(copying),
		T(layouts),
		T(unused_names_are_reclaimed),
		T(out_of_memory_is_an_error),
	};

	return cmocka_run_group_tests_name("fs_file", tests, NULL, NULL);
}
