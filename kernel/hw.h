/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_HW_H
#define KERNEL_HW_H

/*
 * The machine as the kernel finds it: RAM, cores, devices, a read-only
 * folder of the host. emu/ fills in struct hw and hands it down once, in
 * kernel_create(); the kernel never learns what is behind it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mmu/types.h"

#define NR_CPUS 4

struct kernel_fault;
struct kernel_finding;
struct mmu;

/* A core's registers as seen from user mode. */
struct pt_regs {
	uint32_t r[16]; /* r13 sp, r14 lr, r15 pc (T is in cpsr, not in pc) */
	uint32_t cpsr;
};

struct vfp_state {
	uint64_t d[32];
	uint32_t fpscr;
};

/* What cycles are spent on; the ledger of the cycle model. */
enum cycle_cause {
#define CAUSE(name, sentence) CYCLE_##name,
#include "kernel/cycle_cause.def"
#undef CAUSE
	NR_CYCLE_CAUSES
};

/* Registers of the generic timer, which are in CP15 (ARM DDI 0406C, B8). */
enum arch_timer_reg {
	CNTFRQ,
	CNTPCT, /* the counter */
	CNTVCT,
	CNTP_CTL, /* the physical timer: enable, mask, status */
	CNTP_CVAL, /* compare value */
	CNTP_TVAL, /* the same as a distance from now */
	CNTV_CTL, /* the virtual one */
	CNTV_CVAL,
	CNTV_TVAL
};

/* A file or folder of the read-only root; 0 is the root folder itself. */
typedef uint32_t hw_node_t;

#define HW_NODE_NONE UINT32_MAX /* none: a file that was made here */

struct hw_node_attr {
	uint32_t mode; /* S_IF… and permissions, Linux's numbers */
	uint32_t nlink;
	uint32_t uid, gid;
	uint64_t size_bytes;
	int64_t atime_sec, mtime_sec, ctime_sec;
	uint32_t atime_nsec, mtime_nsec, ctime_nsec;
	uint32_t rdev; /* of a device that a guest made; else 0 */
};

/* A file of the root to both sides: the host's, or HW_NODE_NONE and a number. */
struct hw_inode_ref {
	hw_node_t node;
	uint32_t number;
};

/* A file that is to outlive the run. */
struct hw_saved_inode {
	struct hw_inode_ref ref;
	struct hw_node_attr attr;
	const char *target; /* a symlink's text, if it was made here */
	/*
	 * Of its contents before, so many bytes still hold, if none of
	 * fs_save_page() comes over them; < 0: all, and there are no others.
	 */
	int64_t kept_bytes;
};

/* Who wrote a descriptor. */
struct hw_writer {
	const char *function; /* lives for ever */
	int pid; /* 0: the idle task, or boot */
	char comm[16];
	const char *during; /* "fork", "an exception"; lives for ever */
};

/* A bit for each event of trace_events.def. */
typedef unsigned __int128 hw_trace_mask_t;
#define TRACE_BIT(event) ((hw_trace_mask_t)1 << (event))

/* One value of an event, and what stands before it in the event's text. */
struct hw_trace_piece {
	const char *literal;
	uint16_t nr_literal;
	char kind; /* d, u, x, c, s as in printf; 0: literal alone, the last */
	uint8_t bytes; /* of the argument: 4 or 8 */
	uint8_t width; /* at least so many characters */
	bool zeros, left; /* what fills them up, and where */
	bool prefix; /* 0x, but for 0 */
	char name[24]; /* of the field, as trace_fields.def has it */
};

#define HW_TRACE_ARGS 16

/* What the text of an event looks like; lives as long as the kernel. */
struct hw_trace_format {
	const char *source;
	unsigned int nr_args;
	struct hw_trace_piece piece[HW_TRACE_ARGS + 1];
};

union hw_trace_arg {
	uint64_t number; /* d: extended with its sign */
	const char *text;
};

/* An event, not yet put in words: most are never read. */
struct hw_trace {
	unsigned int event; /* its place in trace_events.def */
	int pid, tgid; /* of the task that the kernel runs for; idle: 0 */
	const char *comm;
	/* It ends what began at this cycle; 0: it just happens. */
	uint64_t since;
	const struct hw_trace_format *format;
	union hw_trace_arg arg[HW_TRACE_ARGS]; /* gone when the call returns */
};

/* How long a core stands still: until L2 could answer, and from there on. */
struct hw_stall {
	uint32_t near, dram;
};

struct hw_ops {
	/*
	 * -- cores. The first runs from the beginning; another one comes up
	 * once it is started, and its first trap is TRAP_BOOT --
	 */
	void (*start_cpu)(void *ctx, int cpu);

	/* -- time: virtual, in cycles of the clock of the core that runs -- */
	uint64_t (*now)(void *ctx);
	void (*charge)(void *ctx, int cpu, enum cycle_cause cause,
		       uint64_t cycles);
	/*
	 * The kernel itself fetches, reads or writes @nr_bytes of RAM, within a
	 * page: what @cpu's caches make of it, not charged yet. NULL: there are
	 * none, and kernel_params.caches is false.
	 */
	struct hw_stall (*touch)(void *ctx, int cpu, paddr_t paddr,
				 uint32_t nr_bytes, enum mmu_kind kind);
	/*
	 * BPIALL or ICIALLU, by their CP15 number, on @cpu: what its predictor
	 * and its L1I make of it. NULL: nothing.
	 */
	void (*code_op)(void *ctx, int cpu, uint32_t cp15_reg);
	/* The generic timer's, of the core that runs; 0: the board has none. */
	uint64_t (*timer_read)(void *ctx, enum arch_timer_reg reg);
	void (*timer_write)(void *ctx, enum arch_timer_reg reg, uint64_t value);
	/* Wall-clock seconds at boot, a constant of the board. */
	uint64_t (*boot_time_sec)(void *ctx);

	/* -- registers of the user program on @cpu -- */
	void (*get_regs)(void *ctx, int cpu, struct pt_regs *regs);
	void (*set_regs)(void *ctx, int cpu, const struct pt_regs *regs);
	/* pc alone, as in pt_regs, and whether it is Thumb's. */
	vaddr_t (*get_pc)(void *ctx, int cpu, bool *thumb);
	/* r0 alone, for the commonest return from a system call. */
	void (*set_r0)(void *ctx, int cpu, uint32_t value);
	void (*get_vfp)(void *ctx, int cpu, struct vfp_state *vfp);
	void (*set_vfp)(void *ctx, int cpu, const struct vfp_state *vfp);
	void (*set_tls)(void *ctx, int cpu, uint32_t tpidruro);
	uint32_t (*get_tpidrurw)(void *ctx, int cpu);
	void (*set_tpidrurw)(void *ctx, int cpu, uint32_t value);
	/* CLREX: at every task switch. */
	void (*clear_exclusive)(void *ctx, int cpu);

	/*
	 * The kernel has written, or is about to hand out again, RAM that
	 * may hold translated code. Cheap where no code was ever run.
	 */
	void (*code_changed)(void *ctx, paddr_t paddr, uint32_t size_bytes);
	/*
	 * RAM that cores may not write from now on, or may again: their stores
	 * to it end in an external abort. Whole frames.
	 */
	void (*guard)(void *ctx, paddr_t paddr, uint32_t nr_bytes, bool on);
	bool (*is_guarded)(void *ctx, paddr_t paddr);
	/*
	 * The frame of @paddr gets an error that its memory can't correct, for
	 * ever: cores' accesses end in a parity error.
	 */
	void (*poison)(void *ctx, paddr_t paddr);
	bool (*is_poisoned)(void *ctx, paddr_t paddr);
	/*
	 * A descriptor was written; for the stale-entry report (A6). Called
	 * with hw.watch_descriptors alone.
	 */
	void (*descriptor_written)(void *ctx, paddr_t paddr, uint32_t word,
				   const struct hw_writer *who);

	/* -- devices, by physical address; false: nothing there -- */
	bool (*io_read)(void *ctx, paddr_t paddr, unsigned int size,
			uint32_t *value);
	bool (*io_write)(void *ctx, paddr_t paddr, unsigned int size,
			 uint32_t value);

	/* -- the read-only root folder; 0 or -errno (Linux numbers) -- */
	int (*fs_lookup)(void *ctx, hw_node_t dir, const char *name,
			 hw_node_t *node);
	int (*fs_getattr)(void *ctx, hw_node_t node, struct hw_node_attr *attr);
	/* Names in byte order, without . and ..; -ENOENT past the last. */
	int (*fs_readdir)(void *ctx, hw_node_t dir, uint32_t index, char *name,
			  size_t name_size, hw_node_t *node);
	/* Bytes read, short only at the end. */
	int (*fs_read)(void *ctx, hw_node_t node, uint64_t offset, void *to,
		       uint32_t nr_bytes);
	int (*fs_readlink)(void *ctx, hw_node_t node, char *to, size_t size);

	/*
	 * -- what of the root shall outlive the run: all that differs from
	 * what the calls above say, each time anew. First every file that has
	 * changed, every folder with names before it among them; then names
	 * (@inode NULL: it is gone) and contents in any order. _begin: 0, or
	 * -EOPNOTSUPP: nothing outlives it. _end: 0 or -EIO, and all is as it
	 * was, as it is with an @error --
	 */
	int (*fs_save_begin)(void *ctx);
	void (*fs_save_inode)(void *ctx, const struct hw_saved_inode *inode);
	void (*fs_save_name)(void *ctx, struct hw_inode_ref dir,
			     const char *name,
			     const struct hw_inode_ref *inode);
	void (*fs_save_page)(void *ctx, struct hw_inode_ref inode,
			     uint64_t offset, const void *bytes,
			     uint32_t nr_bytes);
	int (*fs_save_end)(void *ctx, int error);

	/*
	 * -- disks, by the number the device tree gives them: @nr_bytes at
	 * @offset, by DMA from or to RAM at @paddr; at once. 0 or -EIO --
	 */
	int (*disk_read)(void *ctx, unsigned int disk, uint64_t offset,
			 paddr_t paddr, uint32_t nr_bytes);
	int (*disk_write)(void *ctx, unsigned int disk, uint64_t offset,
			  paddr_t paddr, uint32_t nr_bytes);

	/*
	 * The ARM or Thumb instruction that @bytes (2 or 4) begin with, at @pc,
	 * as text. Returns how many bytes it has; 0: it is none. May be NULL.
	 */
	unsigned int (*disassemble)(void *ctx, vaddr_t pc, const uint8_t *bytes,
				    unsigned int nr_bytes, bool thumb, char *to,
				    size_t size);

	/* -- the outer world -- */
	/*
	 * How large the console's terminal is now. False: it has no size.
	 * After a change the console's UART rings.
	 */
	bool (*console_size)(void *ctx, uint16_t *rows, uint16_t *columns);
	/* Boot log and reports: ours, never the guest's output. */
	void (*log)(void *ctx, const char *text, size_t nr_bytes);
	/*
	 * The board's programs have ended, and what they left is still there:
	 * the moment to look at the books. May be NULL.
	 */
	void (*programs_ended)(void *ctx);
	/*
	 * Process @pid begins to end, and all it had is still there. May be
	 * NULL. @of_board: it is one of the board's programs.
	 */
	void (*process_exits)(void *ctx, int pid, bool of_board);
	/*
	 * The kernel begins with an abort, and is done with it: the same
	 * record, filled in meanwhile; others' begin and end between. The
	 * second doesn't come when the task ends over it. True: its cycles
	 * are to be counted by cause. Called with hw.watch_faults alone.
	 * (kernel/kernel.h)
	 */
	bool (*fault_begins)(void *ctx, const struct kernel_fault *fault);
	void (*fault_ends)(void *ctx, const struct kernel_fault *fault);
	/*
	 * A detector has found something. True: the run goes on all the same;
	 * otherwise the machine panics. May be NULL. (kernel/kernel.h)
	 */
	bool (*detected)(void *ctx, const struct kernel_finding *finding);
	/* An event of hw.trace_events; kernel_trace_line() puts it in words. */
	void (*trace)(void *ctx, const struct hw_trace *event);
};

struct hw {
	void *ctx;
	const struct hw_ops *ops;

	struct mmu *mmu[NR_CPUS];
	unsigned int nr_cpus;
	const char *core; /* "cortex-a9" */
	uint32_t clock_hz;

	/*
	 * One host mapping for all of RAM, holes between banks included
	 * (without access): ram + (paddr - ram_base).
	 */
	uint8_t *ram;
	paddr_t ram_base;
	uint64_t ram_span_bytes;

	/*
	 * The object store: OBJECT_STORE_SCALE bytes for each byte of RAM,
	 * reserved and zero, at the same offset times the scale.
	 */
	uint8_t *store;

	const void *dtb; /* the flattened device tree, in host memory */

	bool console_is_tty; /* the console is a terminal, not a pipe */
	hw_trace_mask_t trace_events; /* by enum trace_event: those wanted */
	bool watch_descriptors;
	bool watch_faults;
	/*
	 * A byte for each 4 MB of RAM, holes too, from those on that ram_base
	 * lies in: the kernel sets it when what these frames are changes, and
	 * whoever looks clears it. NULL: nobody looks. (kernel_frames())
	 */
	uint8_t *changed_blocks;
	/*
	 * In the same way a byte for each frame of RAM, from ram_base on: set
	 * when a descriptor in it is written. (kernel_for_each_table())
	 */
	uint8_t *changed_tables;
	uint64_t seed;
};

/*
 * A kernel object of n bytes on ARM may take 4 n bytes here: pointers double,
 * and alignment never more than doubles again.
 */
#define OBJECT_STORE_SCALE 4

#endif
