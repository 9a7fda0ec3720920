/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/fs/proc/internal.h"

/*
 * /proc/sys (Linux: fs/proc/proc_sysctl.c, kernel/sysctl.c): knobs that
 * programs ask for and some that they may turn.
 *
 * A knob is a number of struct kernel with its bounds (struct ctl), or a
 * function that shows something. Even root may do only what a knob's mode
 * says: one that isn't writable can't be opened for writing.
 *
 * MODEL: those of sysctl.def are kept and shown and have no effect.
 */

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/banner.h"
#include "kernel/drivers/tty.h"
#include "kernel/fs/fcntl.h"
#include "kernel/fs/fdtable.h"
#include "kernel/ipc/mqueue.h"
#include "kernel/ipc/shm.h"
#include "kernel/lib/rand.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/compaction.h"
#include "kernel/mm/mm_init.h"
#include "kernel/mm/page_alloc.h"
#include "kernel/state.h"
#include "kernel/task/sched_core.h"
#include "kernel/task/sched_policy.h"
#include "kernel/task/sys.h"

/* ---- numbers of struct kernel ------------------------------------------ */

static int32_t *ctl_value(struct kernel *k, const struct ctl *ctl)
{
	return (int32_t *)((char *)k + ctl->offset);
}

int proc_show_ctl(struct seq_file *m, const struct ctl *ctl)
{
	seq_printf(m, "%d\n", *ctl_value(m->k, ctl));
	return 0;
}

/*
 * Up to @nr numbers, decimal, octal or hexadecimal, with blanks between; what
 * follows the last is left alone (proc_dointvec_minmax()). *@used: the bytes
 * of those that were stored. -EINVAL: not even one, or one that goes on as
 * something else or is out of bounds.
 */
static int parse(const char *text, int64_t min, int64_t max, int32_t *to,
		 uint32_t nr, int32_t *used)
{
	static const char blanks[] = " \t\n\v\f\r";
	const char *at = text + strspn(text, blanks);
	uint32_t i;

	*used = 0;
	for (i = 0; i < nr && *at; i++) {
		const bool digit = isdigit((unsigned char)at[*at == '-']);
		char *end;
		long long value = strtoll(at, &end, 0);

		if (!digit || (*end && !strchr(blanks, *end)) || value < min ||
		    value > max)
			return -EINVAL;
		to[i] = (int32_t)value;
		at = end + strspn(end, blanks);
		*used = (int32_t)(at - text);
	}
	return i ? 0 : -EINVAL;
}

static int parse_one(const char *text, int64_t min, int64_t max, int32_t *to)
{
	int32_t used;

	return parse(text, min, max, to, 1, &used);
}

int32_t proc_store_ctl(struct task_struct *curr, const struct ctl *ctl,
		       const char *text, uint32_t n)
{
	int32_t used;
	int err;

	if (strlen(text) < n) /* a NUL is no blank */
		return -EINVAL;
	err = parse(text, ctl->min, ctl->max, ctl_value(curr->k, ctl), 1,
		    &used);
	if (!err && ctl->changed)
		ctl->changed(curr);
	return err ? err : used;
}

#define CTL(file, rights, field, least, greatest, then)                      \
	{                                                                    \
		.name = file, .mode = S_IFREG | (rights), .is_sysctl = true, \
		.ctl = &(const struct ctl){                                  \
			.offset = offsetof(struct kernel, field),            \
			.min = (least),                                      \
			.max = (greatest),                                   \
			.changed = (then),                                   \
		},                                                           \
	}

/* One that is there with CONFIG_MEMORY_FAILURE alone. */
#define CTL_MEMORY_FAILURE(file, field)                                  \
	{                                                                \
		.name = file, .mode = S_IFREG | 0644, .is_sysctl = true, \
		.exists = has_memory_failure,                            \
		.ctl = &(const struct ctl){                              \
			.offset = offsetof(struct kernel, field),        \
			.max = 1,                                        \
		},                                                       \
	}

#define KEPT(field, file, preset, least, greatest) \
	CTL(file, 0644, sysctl.field, least, greatest, NULL),

/* ---- things shown ------------------------------------------------------ */

#define SYSCTL(file, text_fn)                                            \
	{                                                                \
		.name = file, .mode = S_IFREG | 0444, .show = (text_fn), \
		.is_sysctl = true,                                       \
	}
#define SYSCTL_RW(file, rights, text_fn, store_fn)                           \
	{                                                                    \
		.name = file, .mode = S_IFREG | (rights), .show = (text_fn), \
		.store = (store_fn), .is_sysctl = true,                      \
	}

/* A number shown by an expression over the kernel @k. */
#define SHOW_NUMBER(fn, expression)                               \
	static int fn(struct seq_file *m, void *v)                \
	{                                                         \
		const struct kernel *k = m->k;                    \
                                                                  \
		(void)v, (void)k;                                 \
		seq_printf(m, "%lld\n", (long long)(expression)); \
		return 0;                                         \
	}
#define SHOW_TEXT(fn, text)                        \
	static int fn(struct seq_file *m, void *v) \
	{                                          \
		(void)v;                           \
		seq_puts(m, text "\n");            \
		return 0;                          \
	}

/* ---- kernel ------------------------------------------------------------ */

SHOW_TEXT(show_ostype, UTS_SYSNAME)
SHOW_TEXT(show_osrelease, UTS_RELEASE)
SHOW_TEXT(show_version, UTS_VERSION)
SHOW_NUMBER(show_ngroups_max, 65536)
SHOW_NUMBER(show_cap_last_cap, 40)

#define UTS_SYSCTL(field)                                                    \
	static int show_##field(struct seq_file *m, void *v)                 \
	{                                                                    \
		(void)v;                                                     \
		seq_printf(m, "%s\n", m->k->sched.uts.field);                \
		return 0;                                                    \
	}                                                                    \
	static int store_##field(struct task_struct *curr,                   \
				 struct task_struct *task, const char *text) \
	{                                                                    \
		(void)task;                                                  \
		store_uts_name(curr->k->sched.uts.field, text);              \
		return 0;                                                    \
	}
UTS_SYSCTL(nodename)
UTS_SYSCTL(domainname)

/* 16 bytes as RFC 4122 writes a random UUID. */
static void show_uuid_bytes(struct seq_file *m, uint8_t uuid[16])
{
	uuid[6] = (uuid[6] & 0x0f) | 0x40;
	uuid[8] = (uuid[8] & 0x3f) | 0x80;
	for (int i = 0; i < 16; i++)
		seq_printf(m,
			   i == 4 || i == 6 || i == 8 || i == 10 ? "-%02x"
								 : "%02x",
			   uuid[i]);
	seq_putc(m, '\n');
}

static int show_uuid(struct seq_file *m, void *v)
{
	uint8_t uuid[16];

	(void)v;
	for (int i = 0; i < 16; i += 4) {
		const uint32_t word = get_random_u32(m->k);

		memcpy(uuid + i, &word, 4);
	}
	show_uuid_bytes(m, uuid);
	return 0;
}

/* A run is one boot, and all runs are alike. */
static int show_boot_id(struct seq_file *m, void *v)
{
	uint8_t uuid[16] = "mmuscope's boot";

	(void)v;
	show_uuid_bytes(m, uuid);
	return 0;
}

static const struct proc_entry random_entries[] = {
	SYSCTL("boot_id", show_boot_id),
	SYSCTL("uuid", show_uuid),
};
static const struct proc_dir random_dir = {PROC_DIR(random_entries, 0x1180)};

#define SYSCTL_DIR(text, table)                                          \
	{                                                                \
		.name = text, .mode = S_IFDIR | 0555, .is_sysctl = true, \
		.dir = &(table),                                         \
	}

/* ---- kernel: System V shared memory ------------------------------------ */

SHOW_NUMBER(show_shmall, k->ipc.shm_ctlall)
SHOW_NUMBER(show_shmmax, k->ipc.shm_ctlmax)

/* Any number that a long without a sign holds. */
static int store_ulong(const char *text, uint32_t *to)
{
	int32_t value = (int32_t)*to;
	int error = parse_one(text, 0, UINT32_MAX, &value);

	*to = (uint32_t)value;
	return error;
}

static int store_shmall(struct task_struct *curr, struct task_struct *task,
			const char *text)
{
	(void)task;
	return store_ulong(text, &curr->k->ipc.shm_ctlall);
}

static int store_shmmax(struct task_struct *curr, struct task_struct *task,
			const char *text)
{
	(void)task;
	return store_ulong(text, &curr->k->ipc.shm_ctlmax);
}

/* MODEL: the limits of semaphores are Linux's presets, not to be changed. */
static int show_sem(struct seq_file *m, void *v)
{
	const int32_t *ctl = m->k->ipc.sem_ctls;

	(void)v;
	seq_printf(m, "%d\t%d\t%d\t%d\n", ctl[0], ctl[1], ctl[2], ctl[3]);
	return 0;
}

static void rmid_forced_changed(struct task_struct *curr)
{
	if (curr->k->ipc.shm_rmid_forced)
		shm_destroy_orphaned(curr);
}

/* ---- kernel: the scheduler ------------------------------------------------ */

static void rr_timeslice_changed(struct task_struct *curr)
{
	if (curr->k->sched.rr_timeslice_ms <= 0)
		curr->k->sched.rr_timeslice_ms = RR_TIMESLICE_MS;
}

SHOW_NUMBER(show_rt_period, k->sched.rt_period_us)
SHOW_NUMBER(show_rt_runtime, k->sched.rt_runtime_us)

/* Both are looked at together, and stay as they were if they don't fit. */
static int set_rt_bandwidth(struct task_struct *curr, int32_t period,
			    int32_t runtime)
{
	struct sched_state *sched = &curr->k->sched;

	if (period <= 0 || runtime < -1 || (runtime > period))
		return -EINVAL;
	sched->rt_period_us = period;
	sched->rt_runtime_us = runtime;
	sched_rt_bandwidth_changed(curr);
	return 0;
}

static int store_rt_period(struct task_struct *curr, struct task_struct *task,
			   const char *text)
{
	int32_t value;
	int err = parse_one(text, INT32_MIN, INT32_MAX, &value);

	(void)task;
	return err
		       ?: set_rt_bandwidth(curr, value,
					   curr->k->sched.rt_runtime_us);
}

static int store_rt_runtime(struct task_struct *curr, struct task_struct *task,
			    const char *text)
{
	int32_t value;
	int err = parse_one(text, INT32_MIN, INT32_MAX, &value);

	(void)task;
	return err
		       ?: set_rt_bandwidth(curr, curr->k->sched.rt_period_us,
					   value);
}

SHOW_NUMBER(show_pty_nr, k->vfs.pty_count)

static const struct proc_entry pty_entries[] = {
	CTL("max", 0644, sysctl.pty_max, 0, NR_UNIX98_PTY_MAX, NULL),
	SYSCTL("nr", show_pty_nr),
	CTL("reserve", 0644, sysctl.pty_reserve, 0, NR_UNIX98_PTY_MAX, NULL),
};
static const struct proc_dir pty_dir = {PROC_DIR(pty_entries, 0x1190)};

static const struct proc_entry kernel_entries[] = {
	SYSCTL("cap_last_cap", show_cap_last_cap),
	SYSCTL_RW("domainname", 0644, show_domainname, store_domainname),
	SYSCTL_RW("hostname", 0644, show_nodename, store_nodename),
	CTL("msgmax", 0644, ipc.msg_ctlmax, 0, INT32_MAX, NULL),
	CTL("msgmnb", 0644, ipc.msg_ctlmnb, 0, INT32_MAX, NULL),
	CTL("msgmni", 0644, ipc.msg_ctlmni, 0, IPCMNI, NULL),
	SYSCTL("ngroups_max", show_ngroups_max),
	SYSCTL("osrelease", show_osrelease),
	SYSCTL("ostype", show_ostype),
	/* those below 301 are for system services, once pids wrap around */
	CTL("pid_max", 0644, sched.pid_max, 301, PID_MAX, NULL),
	SYSCTL_DIR("pty", pty_dir),
	SYSCTL_DIR("random", random_dir),
	CTL("randomize_va_space", 0644, user.randomize_va_space, 0, 2, NULL),
	CTL("sched_rr_timeslice_ms", 0644, sched.rr_timeslice_ms, INT32_MIN,
	    INT32_MAX, rr_timeslice_changed),
	SYSCTL_RW("sched_rt_period_us", 0644, show_rt_period, store_rt_period),
	SYSCTL_RW("sched_rt_runtime_us", 0644, show_rt_runtime,
		  store_rt_runtime),
	SYSCTL("sem", show_sem),
	CTL("shm_rmid_forced", 0644, ipc.shm_rmid_forced, 0, 1,
	    rmid_forced_changed),
	SYSCTL_RW("shmall", 0644, show_shmall, store_shmall),
	SYSCTL_RW("shmmax", 0644, show_shmmax, store_shmmax),
	CTL("shmmni", 0644, ipc.shm_ctlmni, 0, IPCMNI, NULL),
	CTL("threads-max", 0644, sched.max_threads, 20, INT32_MAX, NULL),
	SYSCTL("version", show_version),
#define SYSCTL_KERNEL KEPT
#define SYSCTL_VM(...)
#define SYSCTL_FS(...)
#include "kernel/fs/proc/sysctl.def"
};

/* ---- vm ---------------------------------------------------------------- */

static void wmarks_changed(struct task_struct *curr)
{
	setup_per_zone_wmarks(curr->k);
}

/* Of the two ways to say how much may be promised the last one counts. */
static void ratio_changed(struct task_struct *curr)
{
	curr->k->user.overcommit_kbytes = 0;
}

static void kbytes_changed(struct task_struct *curr)
{
	curr->k->user.overcommit_ratio = 0;
}

/* The zones that the kernel was built with; the last is always Movable. */
static uint32_t first_zone(const struct mem_state *mem)
{
	return mem->zone_configured[ZONE_DMA] ? ZONE_DMA : ZONE_NORMAL;
}

static int show_lowmem_reserve_ratio(struct seq_file *m, void *v)
{
	const struct mem_state *mem = &m->k->mem;
	const uint32_t first = first_zone(mem);

	(void)v;
	for (uint32_t i = first; i < MAX_NR_ZONES; i++)
		seq_printf(m, i > first ? "\t%d" : "%d",
			   mem->lowmem_reserve_ratio[i]);
	seq_putc(m, '\n');
	return 0;
}

/* Takes as many numbers as there are, and never complains. */
static int store_lowmem_reserve_ratio(struct task_struct *curr,
				      struct task_struct *task,
				      const char *text)
{
	struct mem_state *mem = &curr->k->mem;
	const uint32_t first = first_zone(mem);
	int32_t used;

	(void)task;
	parse(text, INT32_MIN, INT32_MAX, &mem->lowmem_reserve_ratio[first],
	      MAX_NR_ZONES - first, &used);
	for (int i = 0; i < MAX_NR_ZONES; i++)
		if (mem->lowmem_reserve_ratio[i] < 1)
			mem->lowmem_reserve_ratio[i] = 0;
	setup_per_zone_lowmem_reserve(curr->k);
	return text[used] ? used : 0; /* 0: all */
}

SHOW_NUMBER(show_pcp_high_fraction, k->mem.percpu_pagelist_high_fraction)

static int store_pcp_high_fraction(struct task_struct *curr,
				   struct task_struct *task, const char *text)
{
	struct kernel *k = curr->k;
	int32_t fraction = (int32_t)k->mem.percpu_pagelist_high_fraction;
	struct zone *zone;

	(void)task;
	if (parse_one(text, 0, INT32_MAX, &fraction))
		return -EINVAL;
	if (fraction && fraction < MIN_PERCPU_PAGELIST_HIGH_FRACTION)
		return -EINVAL;
	k->mem.percpu_pagelist_high_fraction = (uint32_t)fraction;
	for_each_populated_zone(zone, k) zone_pcp_update(k, zone);
	return 0;
}

static int store_drop_caches(struct task_struct *curr, struct task_struct *task,
			     const char *text)
{
	int32_t what = 0;

	(void)task;
	if (parse_one(text, 1, 4, &what))
		return -EINVAL;
	if (what & 1)
		drop_pagecache(curr);
	if (what & 2)
		drop_slab(curr);
	return 0;
}

/* Whatever is written. */
static int store_compact_memory(struct task_struct *curr,
				struct task_struct *task, const char *text)
{
	(void)task, (void)text;
	compact_nodes(curr);
	return 0;
}

/* MODEL: nobody has counted anything for himself that could be folded in. */
static int show_stat_refresh(struct seq_file *m, void *v)
{
	(void)m, (void)v;
	return 0;
}

static int store_stat_refresh(struct task_struct *curr,
			      struct task_struct *task, const char *text)
{
	(void)task, (void)text;
	for (unsigned int cpu = 0; cpu < curr->k->hw.nr_cpus; cpu++)
		refresh_cpu_vm_stats(curr->k, cpu, false);
	return 0;
}

static bool has_memory_failure(const struct kernel *k)
{
	return k->params.memory_failure;
}

static const struct proc_entry vm_entries[] = {
	CTL("admin_reserve_kbytes", 0644, sysctl.admin_reserve_kbytes, 0,
	    INT32_MAX, NULL),
	SYSCTL_RW("compact_memory", 0200, NULL, store_compact_memory),
	CTL("compaction_proactiveness", 0644, sysctl.compaction_proactiveness,
	    0, 100, compaction_proactiveness_changed),
	SYSCTL_RW("drop_caches", 0200, NULL, store_drop_caches),
	SYSCTL_RW("lowmem_reserve_ratio", 0644, show_lowmem_reserve_ratio,
		  store_lowmem_reserve_ratio),
	CTL("max_map_count", 0644, user.max_map_count, 0, INT32_MAX, NULL),
	CTL_MEMORY_FAILURE("memory_failure_early_kill",
			   memory_failure.early_kill),
	CTL_MEMORY_FAILURE("memory_failure_recovery", memory_failure.recovery),
	CTL("min_free_kbytes", 0644, mem.min_free_kbytes, 0, INT32_MAX,
	    wmarks_changed),
	CTL("mmap_min_addr", 0644, user.mmap_min_addr, 0, INT32_MAX, NULL),
	CTL("mmap_rnd_bits", 0600, user.mmap_rnd_bits, MMAP_RND_BITS,
	    MMAP_RND_BITS_MAX, NULL),
	CTL("overcommit_kbytes", 0644, user.overcommit_kbytes, 0, INT32_MAX,
	    kbytes_changed),
	CTL("overcommit_memory", 0644, user.overcommit_memory, 0, 2, NULL),
	CTL("overcommit_ratio", 0644, user.overcommit_ratio, INT32_MIN,
	    INT32_MAX, ratio_changed),
	SYSCTL_RW("percpu_pagelist_high_fraction", 0644, show_pcp_high_fraction,
		  store_pcp_high_fraction),
	SYSCTL_RW("stat_refresh", 0600, show_stat_refresh, store_stat_refresh),
	CTL("user_reserve_kbytes", 0644, sysctl.user_reserve_kbytes, 0,
	    INT32_MAX, NULL),
	CTL("watermark_boost_factor", 0644, mem.watermark_boost_factor, 0,
	    INT32_MAX, NULL),
	CTL("watermark_scale_factor", 0644, mem.watermark_scale_factor, 1, 3000,
	    wmarks_changed),
#define SYSCTL_KERNEL(...)
#define SYSCTL_VM KEPT
#define SYSCTL_FS(...)
#include "kernel/fs/proc/sysctl.def"
};

/* ---- fs ---------------------------------------------------------------- */

SHOW_NUMBER(show_file_max, k->mem.totalram_pages * 4 / 10)

static int show_file_nr(struct seq_file *m, void *v)
{
	(void)v;
	seq_printf(m, "%u\t0\t%llu\n", m->k->vfs.nr_files,
		   (unsigned long long)m->k->mem.totalram_pages * 4 / 10);
	return 0;
}

/* The third is an age that nothing has looked at since Linux 2.2. */
static int show_dentry_state(struct seq_file *m, void *v)
{
	const struct vfs_state *vfs = &m->k->vfs;

	(void)v;
	seq_printf(m, "%u\t%u\t45\t0\t%u\t0\n", vfs->nr_dentry,
		   vfs->nr_dentry_unused, vfs->nr_dentry_negative);
	return 0;
}

static int show_inode_nr(struct seq_file *m, void *v)
{
	const struct vfs_state *vfs = &m->k->vfs;

	(void)v;
	seq_printf(m, "%u\t%u\n", vfs->nr_inodes, vfs->nr_inodes_unused);
	return 0;
}

static int show_inode_state(struct seq_file *m, void *v)
{
	const struct vfs_state *vfs = &m->k->vfs;

	(void)v;
	seq_printf(m, "%u\t%u\t0\t0\t0\t0\t0\n", vfs->nr_inodes,
		   vfs->nr_inodes_unused);
	return 0;
}

/* A power of two, a page at least. */
static void round_pipe_max_size(struct task_struct *curr)
{
	int32_t *value = &curr->k->sysctl.pipe_max_size;
	int32_t size = PAGE_SIZE;

	while (size < *value)
		size *= 2;
	*value = size;
}

static const struct proc_entry epoll_entries[] = {
	CTL("max_user_watches", 0644, vfs.eventpoll.max_user_watches, 0,
	    INT32_MAX, NULL),
};
static const struct proc_dir epoll_dir = {PROC_DIR(epoll_entries, 0x1380)};

static const struct proc_entry inotify_entries[] = {
	CTL("max_queued_events", 0644, vfs.fsnotify.max_queued_events, 0,
	    INT32_MAX, NULL),
	CTL("max_user_instances", 0644, vfs.fsnotify.max_user_instances, 0,
	    INT32_MAX, NULL),
	CTL("max_user_watches", 0644, vfs.fsnotify.max_user_watches, 0,
	    INT32_MAX, NULL),
};
static const struct proc_dir inotify_dir = {PROC_DIR(inotify_entries, 0x1390)};

static const struct proc_entry mqueue_entries[] = {
	CTL("msg_default", 0644, ipc.mq.msg_default, MIN_MSGMAX, HARD_MSGMAX,
	    NULL),
	CTL("msg_max", 0644, ipc.mq.msg_max, MIN_MSGMAX, HARD_MSGMAX, NULL),
	CTL("msgsize_default", 0644, ipc.mq.msgsize_default, MIN_MSGSIZEMAX,
	    HARD_MSGSIZEMAX, NULL),
	CTL("msgsize_max", 0644, ipc.mq.msgsize_max, MIN_MSGSIZEMAX,
	    HARD_MSGSIZEMAX, NULL),
	CTL("queues_max", 0644, ipc.mq.queues_max, INT32_MIN, INT32_MAX, NULL),
};
static const struct proc_dir mqueue_dir = {PROC_DIR(mqueue_entries, 0x13a0)};

SHOW_NUMBER(show_aio_nr, k->vfs.aio_nr)

static const struct proc_entry fs_entries[] = {
	CTL("aio-max-nr", 0644, vfs.aio_max_nr, 0, INT32_MAX, NULL),
	SYSCTL("aio-nr", show_aio_nr),
	SYSCTL("dentry-state", show_dentry_state),
	SYSCTL_DIR("epoll", epoll_dir),
	SYSCTL_RW("file-max", 0644, show_file_max, NULL),
	SYSCTL("file-nr", show_file_nr),
	SYSCTL("inode-nr", show_inode_nr),
	SYSCTL("inode-state", show_inode_state),
	SYSCTL_DIR("inotify", inotify_dir),
	SYSCTL_DIR("mqueue", mqueue_dir),
	CTL("pipe-max-size", 0644, sysctl.pipe_max_size, 0, 1 << 30,
	    round_pipe_max_size),
#define SYSCTL_KERNEL(...)
#define SYSCTL_VM(...)
#define SYSCTL_FS KEPT
#include "kernel/fs/proc/sysctl.def"
};

/* ---- the tree ---------------------------------------------------------- */

static const struct proc_dir kernel_dir = {PROC_DIR(kernel_entries, 0x1100)};
static const struct proc_dir vm_dir = {PROC_DIR(vm_entries, 0x1200)};
static const struct proc_dir fs_dir = {PROC_DIR(fs_entries, 0x1300)};

static const struct proc_entry sys_entries[] = {
	SYSCTL_DIR("fs", fs_dir),
	SYSCTL_DIR("kernel", kernel_dir),
	SYSCTL_DIR("net", proc_sys_net_dir),
	SYSCTL_DIR("vm", vm_dir),
};

const struct proc_dir proc_sys_dir = {PROC_DIR(sys_entries, 0x1000)};

static int32_t at_most(uint64_t value, int32_t most)
{
	return value < (uint64_t)most ? (int32_t)value : most;
}

void sysctl_init(struct kernel *k)
{
	const uint64_t kbytes = (uint64_t)global_page_state(k, NR_FREE_PAGES)
				<< (PAGE_SHIFT - 10);

#define PRESET(field, name, preset, least, greatest) k->sysctl.field = preset;
#define SYSCTL_VM                                    PRESET
#define SYSCTL_KERNEL                                PRESET
#define SYSCTL_FS                                    PRESET
#include "kernel/fs/proc/sysctl.def"
	k->sysctl.admin_reserve_kbytes = at_most(kbytes / 32, 8192);
	k->sysctl.user_reserve_kbytes = at_most(kbytes / 32, 131072);
	k->sysctl.pipe_max_size = 1 << 20;
	k->vfs.aio_max_nr = 0x10000;
	k->sysctl.pty_max = 4096;
	k->sysctl.pty_reserve = 1024;
	k->sysctl.compaction_proactiveness = 20;
	net_sysctl_init(k);
}
