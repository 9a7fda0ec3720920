/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_TASK_SCHED_STATE_H
#define KERNEL_TASK_SCHED_STATE_H

/* Cores, tasks, pids and timers of the whole kernel. */

#include "kernel/lib/bitmap.h"
#include "kernel/lib/ratelimit.h"
#include "kernel/task/fiber.h"
#include "kernel/task/ntp.h"
#include "kernel/task/sched.h"

#define PID_MAX          32768
#define PID_HASH         1024
#define PAGE_WAIT_TABLE  64
#define FUTEX_HASH       64
#define NR_CACHED_STACKS 2 /* of ended tasks, by CPU */

/* An ended process, for the report. Host memory: the emulator's own book. */
struct exit_record {
	int pid, ppid;
	char comm[TASK_COMM_LEN];
	uint64_t min_flt, maj_flt, utime;
	int status;
};
#define MAX_EXIT_RECORDS 65536
struct exit_records {
	struct exit_record *record;
	unsigned int nr, room;
	uint64_t nr_lost; /* past MAX_EXIT_RECORDS */
};

/* Names that sethostname(2) and setdomainname(2) change; NUL-padded. */
#define UTS_LEN 64
struct uts_names {
	char nodename[UTS_LEN + 1], domainname[UTS_LEN + 1];
};

struct sched_state {
	struct cpu cpus[NR_CPUS];
	struct task_struct init_task[NR_CPUS]; /* the idle tasks, pid 0 */
	struct task_struct *init; /* pid 1: reaps, halts */
	struct list_head pid_hash[PID_HASH];
	DECLARE_BITMAP(pid_map, PID_MAX); /* numbers in use */
	int last_pid, nr_threads, pid_max;
	uint64_t total_forks, nr_switches;
	uint32_t last_session_id; /* of log-ins: fs/proc/attr.c */
	struct rb_root deferrable_timers; /* of whichever core isn't idle */
	uint64_t time_floor; /* the latest that a core was at in the kernel */
	struct kmem_cache *task_cachep, *signal_cachep, *sighand_cachep;
	struct kmem_cache *sigqueue_cachep, *pid_cachep;
	struct fiber_pool fibers;
	struct vm_struct *cached_stacks[NR_CPUS][NR_CACHED_STACKS];
	/* the core that runs kernel code; NULL: all run programs, or idle */
	struct cpu *in_kernel;
	int last_cpu; /* which was there last */
	/* fair.c: cycles */
	uint64_t latency, min_granularity, wakeup_granularity;
	/* rt.c; a runtime of -1: no limit */
	int32_t rt_period_us, rt_runtime_us, rr_timeslice_ms;
	struct timer rt_period_timer;
	bool rt_throttling_told;
	struct list_head page_wait[PAGE_WAIT_TABLE]; /* lock_page() sleepers */
	struct list_head futex_hash[FUTEX_HASH];
	uint32_t kcmp_cookies[8][2]; /* [1] 0: not drawn yet */
	struct ntp_state ntp;
	struct ratelimit_state rseq_rs; /* of bad signatures */
	uint64_t timer_seq;
	uint64_t
		calc_load_update; /* when avenrun was last brought up to date */
	uint32_t avenrun[3]; /* load averages: task/loadavg.c */
	uint64_t last_tick; /* jiffies since the start that ARM code sees */
	struct exit_records exited;
	int max_threads;
	struct uts_names uts;
	int64_t clock_offset_ns; /* what the clock was set by */
	int32_t timezone[2]; /* as settimeofday(2) was told */
	bool halted, panicked, program_failed;
	char program_error[256]; /* why the first program failed */
	uint64_t frames_at_end[NR_FRAME_USES];
	int first_program; /* its pid; 0: not yet */
	int exit_status;
};

#endif
