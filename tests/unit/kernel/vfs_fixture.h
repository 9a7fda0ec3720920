/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNIT_KERNEL_VFS_FIXTURE_H
#define TESTS_UNIT_KERNEL_VFS_FIXTURE_H

/*
 * A kernel with real memory (mm_fixture.h) and real files over a host folder
 * that is an array. User memory is a flat array without an MMU, and the UART
 * two buffers, so that a test sees what the file layer does and no more.
 */

#define FIXTURE_HAS_USER_MEMORY
#include "tests/unit/kernel/mm_fixture.h"

#include "kernel/arch/arm/uaccess.h"
#include "kernel/drivers/devtmpfs.h"
#include "kernel/drivers/tty.h"
#include "kernel/fs/dcache.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/fs/fs.h"
#include "kernel/fs/namei.h"
#include "kernel/fs/seq_file.h"
#include "kernel/fs/syscalls.h"
#include "kernel/mm/mm.h"
#include "kernel/task/signal.h"

/* ---- the host's folder ------------------------------------------------- */

#define HOST_MAX 256

struct host_file {
	uint32_t mode;
	const char *content; /* or a symlink's target */
	uint32_t uid, nlink;
};
struct host_name {
	hw_node_t dir, node;
	const char *name;
};
struct host_tree {
	struct host_file file[HOST_MAX];
	struct host_name name[HOST_MAX];
	uint32_t nr_files, nr_names;
	uint64_t nr_reads; /* calls of fs_read */
};

struct vfs_fixture {
	struct mm_fixture *m;
	struct kernel *k;
	struct task_struct *task;
	struct signal_struct *signal;
	struct host_tree host;
	uint8_t user[1 << 20]; /* at address USER_BASE */
	uint32_t user_top; /* of what user_put() handed out */
	uint8_t out[1 << 16]; /* what the UART sent */
	uint32_t nr_out;
	char in[1 << 12]; /* what it will receive */
	uint32_t nr_in, in_at;
	bool in_ended;
	int last_signal, last_pgrp;
};

#define USER_BASE 0x10000u

/*
 * The fixture is reached from hooks that get the kernel alone; the tests of
 * one program run one after the other.
 */
static struct vfs_fixture *fixture;

static inline int find_name(const struct host_tree *host, hw_node_t dir,
			    const char *name)
{
	for (uint32_t n = 0; n < host->nr_names; n++)
		if (host->name[n].dir == dir &&
		    !strcmp(host->name[n].name, name))
			return (int)n;
	return -1;
}

static inline int host_lookup(void *ctx, hw_node_t dir, const char *name,
			      hw_node_t *node)
{
	const struct host_tree *host = &fixture->host;
	int n = find_name(host, dir, name);

	(void)ctx;
	/* the file layer sorts these out itself, whatever a guest says */
	assert_true(*name && strcmp(name, ".") && strcmp(name, ".."));
	assert_null(strchr(name, '/'));
	if (n < 0)
		return -ENOENT;
	*node = host->name[n].node;
	return 0;
}

static inline int host_getattr(void *ctx, hw_node_t node,
			       struct hw_node_attr *attr)
{
	const struct host_file *file = &fixture->host.file[node];

	(void)ctx;
	*attr = (struct hw_node_attr){
		.mode = file->mode,
		.nlink = file->nlink,
		.uid = file->uid,
		.gid = file->uid,
		.size_bytes = file->content ? strlen(file->content) : 0,
		.mtime_sec = 1700000000,
	};
	return 0;
}

/* Names in byte order: the index-th smallest of the folder. */
static inline int host_readdir(void *ctx, hw_node_t dir, uint32_t index,
			       char *name, size_t size, hw_node_t *node)
{
	const struct host_tree *host = &fixture->host;

	(void)ctx;
	for (uint32_t n = 0; n < host->nr_names; n++) {
		uint32_t smaller = 0;

		if (host->name[n].dir != dir)
			continue;
		for (uint32_t i = 0; i < host->nr_names; i++)
			smaller += host->name[i].dir == dir &&
				   strcmp(host->name[i].name,
					  host->name[n].name) < 0;
		if (smaller != index)
			continue;
		snprintf(name, size, "%s", host->name[n].name);
		*node = host->name[n].node;
		return 0;
	}
	return -ENOENT;
}

static inline int host_read(void *ctx, hw_node_t node, uint64_t offset,
			    void *to, uint32_t nr_bytes)
{
	const char *content = fixture->host.file[node].content;
	const size_t len = content ? strlen(content) : 0;

	(void)ctx;
	fixture->host.nr_reads++;
	if (offset >= len)
		return 0;
	if (nr_bytes > len - offset)
		nr_bytes = (uint32_t)(len - offset);
	memcpy(to, content + offset, nr_bytes);
	return (int)nr_bytes;
}

static inline int host_readlink(void *ctx, hw_node_t node, char *to,
				size_t size)
{
	(void)ctx;
	return snprintf(to, size + 1, "%s", fixture->host.file[node].content);
}

static inline uint64_t host_boot_time(void *ctx)
{
	(void)ctx;
	return 1700000000;
}

static inline hw_node_t host_add(hw_node_t dir, const char *name, uint32_t mode,
				 const char *content)
{
	struct host_tree *host = &fixture->host;

	host->file[host->nr_files] = (struct host_file){
		.mode = mode, .content = content, .nlink = 1};
	host->name[host->nr_names++] = (struct host_name){dir, host->nr_files,
							  name};
	return host->nr_files++;
}

static inline hw_node_t host_dir(hw_node_t dir, const char *name)
{
	return host_add(dir, name, S_IFDIR | 0755, NULL);
}

static inline hw_node_t host_file(hw_node_t dir, const char *name,
				  const char *content)
{
	return host_add(dir, name, S_IFREG | 0644, content);
}

static inline void host_symlink(hw_node_t dir, const char *name,
				const char *target)
{
	host_add(dir, name, S_IFLNK | 0777, target);
}

static inline void host_link(hw_node_t dir, const char *name, hw_node_t node)
{
	struct host_tree *host = &fixture->host;

	host->name[host->nr_names++] = (struct host_name){dir, node, name};
	host->file[node].nlink++;
}

/* ---- user memory ------------------------------------------------------- */

static inline bool user_ok(vaddr_t at, uint32_t n)
{
	return at >= USER_BASE && at - USER_BASE <= sizeof(fixture->user) &&
	       n <= sizeof(fixture->user) - (at - USER_BASE);
}

static inline uint8_t *user_at(vaddr_t at)
{
	return fixture->user + (at - USER_BASE);
}

uint32_t copy_to_user(struct task_struct *curr, vaddr_t to, const void *from,
		      uint32_t n)
{
	(void)curr;
	if (!user_ok(to, n))
		return n;
	memcpy(user_at(to), from, n);
	return 0;
}

uint32_t copy_from_user(struct task_struct *curr, void *to, vaddr_t from,
			uint32_t n)
{
	(void)curr;
	if (!user_ok(from, n))
		return n;
	memcpy(to, user_at(from), n);
	return 0;
}

uint32_t copy_from_user_inatomic(struct task_struct *curr, void *to,
				 vaddr_t from, uint32_t n)
{
	return copy_from_user(curr, to, from, n);
}

uint32_t clear_user(struct task_struct *curr, vaddr_t to, uint32_t n)
{
	(void)curr;
	if (!user_ok(to, n))
		return n;
	memset(user_at(to), 0, n);
	return 0;
}

int get_user_u8(struct task_struct *curr, uint8_t *to, vaddr_t from)
{
	return copy_from_user(curr, to, from, 1) ? -EFAULT : 0;
}

int get_user_u32(struct task_struct *curr, uint32_t *to, vaddr_t from)
{
	return copy_from_user(curr, to, from, 4) ? -EFAULT : 0;
}

int put_user_u32(struct task_struct *curr, uint32_t value, vaddr_t to)
{
	return copy_to_user(curr, to, &value, 4) ? -EFAULT : 0;
}

int fault_in_user_writeable(struct task_struct *curr, vaddr_t vaddr)
{
	uint32_t value;

	return get_user_u32(curr, &value, vaddr);
}

int32_t strncpy_from_user(struct task_struct *curr, char *to, vaddr_t from,
			  uint32_t size)
{
	(void)curr;
	for (uint32_t n = 0; n < size; n++) {
		if (!user_ok(from + n, 1))
			return -EFAULT;
		to[n] = (char)*user_at(from + n);
		if (!to[n])
			return (int32_t)n;
	}
	return (int32_t)size;
}

/* Room in user memory, filled with @from when not NULL. */
static inline vaddr_t user_put(const void *from, uint32_t n)
{
	vaddr_t at = USER_BASE + fixture->user_top;

	fixture->user_top += (n + 15) & ~15u;
	if (fixture->user_top > sizeof(fixture->user) / 2) {
		fixture->user_top = (n + 15) & ~15u;
		at = USER_BASE;
	}
	if (from)
		memcpy(user_at(at), from, n);
	return at;
}

static inline vaddr_t user_str(const char *text)
{
	return user_put(text, (uint32_t)strlen(text) + 1);
}

/* ---- the UART ---------------------------------------------------------- */

void uart_probe(struct task_struct *curr, struct tty_struct *tty)
{
	(void)curr;
	tty->uart = 1;
}

void uart_write(struct task_struct *curr, struct tty_struct *tty,
		const uint8_t *bytes, uint32_t n)
{
	(void)curr, (void)tty;
	while (n-- && fixture->nr_out < sizeof(fixture->out))
		fixture->out[fixture->nr_out++] = *bytes++;
}

/* The line answers at once: what is there comes before the sleeper sleeps. */
void uart_listen(struct task_struct *curr, struct tty_struct *tty, bool on)
{
	(void)tty;
	if (on && (fixture->in_at < fixture->nr_in || fixture->in_ended))
		console_interrupt(curr);
}

bool uart_receive(struct task_struct *curr, struct tty_struct *tty)
{
	while (fixture->in_at < fixture->nr_in && !n_tty_must_wait(tty))
		n_tty_receive_buf(curr, tty,
				  (uint8_t *)&fixture->in[fixture->in_at++], 1);
	return fixture->in_at == fixture->nr_in && fixture->in_ended;
}

/* With this here the killer is not linked, and allocations just fail. */
int64_t oom_badness(const struct task_struct *task, uint32_t totalpages)
{
	(void)task;
	return totalpages / 10;
}

uint32_t oom_totalpages(const struct kernel *k)
{
	return (uint32_t)k->mem.totalram_pages;
}

bool oom_unkillable_task(const struct task_struct *task)
{
	return task->flags & PF_KTHREAD;
}

struct task_struct *find_lock_task_mm(const struct task_struct *task)
{
	(void)task;
	return NULL;
}

bool process_shares_mm(const struct task_struct *task,
		       const struct mm_struct *mm)
{
	(void)task, (void)mm;
	return false;
}

__attribute__((weak)) bool slabinfo_exists(const struct kernel *k)
{
	(void)k;
	return true;
}

__attribute__((weak)) int slabinfo_show(struct seq_file *m, void *v)
{
	(void)m, (void)v;
	return 0;
}

/* ---- a task ------------------------------------------------------------ */

static inline void fixture_task(struct vfs_fixture *f)
{
	struct task_struct *task = f->task;
	struct kernel *k = f->k;

	pid_init(task);
	fork_init(task);
	INIT_LIST_HEAD(&k->task_list);
	INIT_LIST_HEAD(&task->pending.list);
	task->group_leader = task->real_parent = task->parent = task;
	task->cpus_mask = 1;
	list_add(&task->tasks, &k->task_list);
	k->sched.cpus[0].curr = task;
	init_rq(&k->sched.cpus[0]);
	k->sched.last_pid = 299;
	task->thread_pid = alloc_pid(task, task);
	task->pid = task->tgid = task->thread_pid->nr;
	f->signal = task->signal;
	f->signal->pgrp = f->signal->session = task->pid;
	f->signal->leader = true;
}

/*
 * The host's tree, and k->hw.console_is_tty, are the caller's to fill in
 * before fixture_mount().
 */
static inline struct vfs_fixture *fixture_begin(void)
{
	struct vfs_fixture *f = calloc(1, sizeof(*f));

	fixture = f;
	f->m = fixture_simple(64, true);
	f->k = f->m->k;
	f->task = &f->m->task;
	f->m->ops.fs_lookup = host_lookup;
	f->m->ops.fs_getattr = host_getattr;
	f->m->ops.fs_readdir = host_readdir;
	f->m->ops.fs_read = host_read;
	f->m->ops.fs_readlink = host_readlink;
	f->m->ops.boot_time_sec = host_boot_time;
	f->host.file[0] = (struct host_file){.mode = S_IFDIR | 0755,
					     .nlink = 2};
	f->host.nr_files = 1;
	f->m->now = f->k->hw.clock_hz; /* a second after boot */
	lru_init(f->task);
	fixture_task(f);
	return f;
}

static inline void fixture_mount(struct vfs_fixture *f)
{
	devtmpfs_init(f->task);
	vfs_init(f->task);
	assert_int_equal(open_console_fds(f->task), 0);
}

static inline void fixture_end(struct vfs_fixture *f)
{
	put_files(f->task, f->task->files);
	put_fs(f->task, f->task->fs);
	/* every open file has been released */
	assert_int_equal(f->k->vfs.nr_files, 0);
	vfs_exit(f->task);
	fixture_destroy(f->m);
	free(f);
	fixture = NULL;
}

/* ---- short ways to say it ---------------------------------------------- */

static inline int t_open(const char *path, uint32_t flags, uint32_t mode)
{
	return do_sys_open(fixture->task, AT_FDCWD, user_str(path), flags,
			   mode);
}

static inline int t_close(int fd)
{
	return do_close(fixture->task, (uint32_t)fd);
}

static inline int t_write(int fd, const char *text)
{
	return ksys_write(fixture->task, fd, user_str(text),
			  (uint32_t)strlen(text));
}

/* Up to @n bytes as a string, in a buffer of the fixture's. */
static inline const char *t_read(int fd, uint32_t n)
{
	vaddr_t at = user_put(NULL, n + 1);
	int32_t got = ksys_read(fixture->task, fd, at, n);

	if (got < 0)
		return NULL;
	user_at(at)[got] = '\0';
	return (const char *)user_at(at);
}

/* The whole file, or NULL when it can't be opened. */
static inline const char *t_cat(const char *path)
{
	int fd = t_open(path, O_RDONLY, 0);
	const char *text;

	if (fd < 0)
		return NULL;
	text = t_read(fd, 16384);
	t_close(fd);
	return text;
}

/* 0 or -errno. */
static inline int t_put(const char *path, const char *text)
{
	int fd = t_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644), n;

	if (fd < 0)
		return fd;
	n = *text ? t_write(fd, text) : 0;
	t_close(fd);
	return n < 0 ? n : 0;
}

static inline int with_name(int (*fn)(struct task_struct *, int, char *),
			    const char *path)
{
	char *name = getname_kernel(fixture->task, path);
	int err = fn(fixture->task, AT_FDCWD, name);

	putname(fixture->task, name);
	return err;
}

static inline int t_unlink(const char *path)
{
	return with_name(do_unlinkat, path);
}

static inline int t_rmdir(const char *path)
{
	return with_name(do_rmdir, path);
}

static inline int t_mkdir(const char *path)
{
	char *name = getname_kernel(fixture->task, path);
	int err = do_mkdirat(fixture->task, AT_FDCWD, name, 0755);

	putname(fixture->task, name);
	return err;
}

static inline int t_symlink(const char *target, const char *path)
{
	char *name = getname_kernel(fixture->task, path);
	int err = do_symlinkat(fixture->task, target, AT_FDCWD, name);

	putname(fixture->task, name);
	return err;
}

static inline int t_rename(const char *from, const char *to, uint32_t flags)
{
	char *old = getname_kernel(fixture->task, from);
	char *name = getname_kernel(fixture->task, to);
	int err = do_renameat2(fixture->task, AT_FDCWD, old, AT_FDCWD, name,
			       flags);

	putname(fixture->task, old);
	putname(fixture->task, name);
	return err;
}

static inline int t_link(const char *from, const char *to)
{
	char *old = getname_kernel(fixture->task, from);
	char *name = getname_kernel(fixture->task, to);
	int err = do_linkat(fixture->task, AT_FDCWD, old, AT_FDCWD, name, 0);

	putname(fixture->task, old);
	putname(fixture->task, name);
	return err;
}

/* Names of a directory with blanks between, in the order of getdents64. */
static inline const char *t_ls(const char *path, uint32_t buf_size)
{
	static char list[8192];
	vaddr_t at = user_put(NULL, buf_size);
	int fd = t_open(path, O_RDONLY | O_DIRECTORY, 0), n;

	list[0] = '\0';
	if (fd < 0)
		return NULL;
	while ((n = do_getdents(fixture->task, fd, at, buf_size, true)) > 0) {
		const uint8_t *d = user_at(at), *end = d + n;

		for (; d < end; d += d[16] | d[17] << 8) {
			const char *name = (const char *)d + 19;

			if (!strcmp(name, ".") || !strcmp(name, ".."))
				continue;
			if (*list)
				strcat(list, " ");
			strcat(list, name);
		}
	}
	t_close(fd);
	return n < 0 ? NULL : list;
}

static inline const char *t_cwd(void)
{
	vaddr_t at = user_put(NULL, PATH_MAX);

	if (do_getcwd(fixture->task, at, PATH_MAX) < 0)
		return NULL;
	return (const char *)user_at(at);
}

#endif
