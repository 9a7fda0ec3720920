/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H

/*
 * The door of the kernel: how the machine loop in emu/ boots it, hands it
 * traps, and reads its books.
 */

#include <stdbool.h>
#include <stdint.h>

#include "kernel/view.h"
#include "kernel/hw.h"

struct kernel;

/* The ARM vmlinux built in kernel/image/, one for each PAGE_OFFSET. */
struct kernel_image {
	vaddr_t page_offset;
	const uint8_t *bytes; /* what lies at PHYS_OFFSET + 0x8000 */
	uint32_t size_bytes; /* without .bss */
	const char *system_map;
};
/* NULL when no image was built for this split. */
const struct kernel_image *kernel_image_for(vaddr_t page_offset);

/* What the user asked for, beside the board. */
struct kernel_program {
	const char *const *argv; /* NULL-terminated; argv[0] is the path */
};
/* When kernel_verify() looks at the books by itself; each includes the last. */
enum kernel_verify_when {
	VERIFY_OFF,
	VERIFY_END, /* as each program begins to exit, and when all is over */
	VERIFY_FAULT, /* after each abort what it touched, now and then all */
	VERIFY_ALWAYS, /* after each abort all */
};
/* Is memory that was allocated and lost searched for? */
enum kernel_kmemleak {
	KMEMLEAK_OFF,
	KMEMLEAK_END, /* when all is over, and when a program asks */
	KMEMLEAK_ON, /* by a thread now and then, too */
};
/* Huge pages for anonymous memory: as transparent_hugepage= says, or none. */
enum kernel_thp {
	KERNEL_THP_NONE, /* as on a kernel that doesn't know them */
	KERNEL_THP_NEVER,
	KERNEL_THP_MADVISE,
	KERNEL_THP_ALWAYS,
};
/* What the board wants to fail: lib/fault_inject.h says what they mean. */
struct kernel_fault_setup {
	uint32_t interval, probability;
	uint32_t times; /* 0: no limit */
	uint32_t space;
	const char *callers; /* with commas between them; "": all */
};
/* Which TLB flushes tlb_flush is about. */
enum kernel_flush_kind {
	KERNEL_FLUSH_ANY,
	KERNEL_FLUSH_ALL, /* of everything; the next: of an address space */
	KERNEL_FLUSH_MM,
	KERNEL_FLUSH_PAGE, /* of one of a program's addresses */
	KERNEL_FLUSH_KERNEL_PAGE,
};
/* What is to happen to memory itself. */
enum kernel_memory_error_kind {
	MEMORY_FLIP, /* bits are others, and nobody notices */
	MEMORY_DESCRIPTOR, /* the same in the descriptor of an address */
	MEMORY_ECC, /* the frame can't be read any more: an abort says so */
	MEMORY_SCRUB, /* the same, and it is found before somebody reads it */
};
struct kernel_memory_error {
	enum kernel_memory_error_kind kind;
	bool physical; /* @address is; or else one of the process's */
	char process[16]; /* name or number; "": the first program */
	uint64_t address;
	uint32_t mask; /* the bits, of the word there */
	/* On the way to user mode, then or as soon after. */
	enum kernel_memory_error_when {
		MEMORY_AT_CYCLE, /* number @moment */
		MEMORY_AT_FAULT, /* the same, of all aborts */
		MEMORY_WHEN_MAPPED, /* something is there */
	} when;
	uint64_t moment;
};
#define KERNEL_MEMORY_ERRORS 16
struct kernel_inject_setup {
	uint64_t nth; /* this one of all allocations; 0: none */
	struct kernel_fault_setup page_alloc, slab, vmalloc, swap_slot;
	struct kernel_fault_setup make_request, io_timeout; /* of disks */
	uint32_t io_delay_us; /* of requests that io_timeout chooses */
	struct kernel_fault_setup usercopy;
	struct kernel_fault_setup tlb_flush;
	enum kernel_flush_kind flush_kind;
	struct kernel_memory_error memory[KERNEL_MEMORY_ERRORS];
	unsigned int nr_memory;
	bool debugfs; /* directories of all of them, as of the first two */
};
/* Who looks for mistakes while the machine runs. */
enum kernel_detector {
#define DETECTOR(symbol, name, cheap, sentence) DETECT_##symbol,
#include "kernel/detectors.def"
#undef DETECTOR
	NR_DETECTORS
};
const char *kernel_detector_name(enum kernel_detector detector);
enum kernel_price {
#define PRICE(name, cause, key, cycles, barriers, sentence) PRICE_##name,
#include "kernel/kernel_price.def"
#undef PRICE
	NR_KERNEL_PRICES
};

/* What the kernel's paths cost, in cycles of a Cortex-A9. */
struct kernel_prices {
	uint32_t percent; /* of these, on this core; 0: they cost nothing */
	/* At each entry, and in cycles of this core what one of them takes. */
	uint32_t refills, refill_cycles;
	uint32_t history; /* more for each entry, in cycles of this core */
	uint32_t barrier; /* a DMB, in cycles of this core */
	uint32_t of[NR_KERNEL_PRICES];
};

/* How Linux makes a core forget branches, between address spaces. */
enum kernel_spectre_v2 {
	KERNEL_SPECTRE_V2_NONE,
	KERNEL_SPECTRE_V2_BPIALL,
	KERNEL_SPECTRE_V2_ICIALLU,
};

struct kernel_params {
	vaddr_t page_offset;
	bool asid; /* false: one ASID for all, flush at every switch */
	bool alignment_trap; /* SCTLR.A stays set; Linux clears it on ARMv7 */
	const char *slab_allocator;
	enum kernel_verify_when verify;
	struct kernel_inject_setup inject;
	enum kernel_kmemleak kmemleak;
	uint32_t detect; /* those of detectors.def that keep watch, by bits */
	enum kernel_thp transparent_hugepage;
	bool memory_failure; /* frames with errors are taken out of use */
	uint32_t randomize_va_space; /* as the sysctl; norandmaps says 0 */
	struct kernel_prices prices;
	enum kernel_spectre_v2 spectre_v2;
	bool touches; /* what the kernel accesses goes through its MMU */
	bool caches; /* and through caches, whose stalls are charged apart */
	uint32_t rootfs_read_latency_us; /* 0: files are there at once */
	uint32_t rootfs_mb_per_s;
	bool initramfs; /* the root folder is copied into memory at boot */
	const struct kernel_program *programs;
	unsigned int nr_programs;
};

/* NULL when host memory is short. Reads nothing of the board yet. */
struct kernel *kernel_create(const struct hw *hw,
			     const struct kernel_params *params);
void kernel_destroy(struct kernel *k);

enum trap_kind {
	TRAP_BOOT, /* reset: come up on this core */
	TRAP_SVC, /* SVC; pc is after it */
	TRAP_DATA_ABORT, /* DFSR and DFAR are written */
	TRAP_PREFETCH_ABORT, /* IFSR and IFAR are written */
	TRAP_UNDEFINED, /* pc is on the instruction */
	TRAP_BREAKPOINT, /* BKPT; pc is on it */
	TRAP_IRQ, /* the interrupt controller wants attention */
	/*
	 * Time passes, and kernel code keeps an interrupt out (CPSR.I): for
	 * the watchdog, now and then. (Also how a core stops for its machine.)
	 */
	TRAP_TIMER,
};

struct trap {
	enum trap_kind kind;
};

enum kernel_verdict {
	KERNEL_RUN, /* run the core in user mode until the next trap */
	KERNEL_IDLE, /* nothing to run here before a timer or interrupt */
	KERNEL_HALTED, /* all programs have ended */
	KERNEL_PANIC, /* the model panicked: its report has been logged */
};

/*
 * Runs the kernel on @cpu from @trap until it returns to user mode or gives
 * up the core. The registers of the core are then those of the task to run.
 */
enum kernel_verdict kernel_trap(struct kernel *k, int cpu,
				const struct trap *trap);

/* The first program's wait status (as wait4 gives it) once HALTED. */
int kernel_exit_status(const struct kernel *k);
/*
 * When the first program could not be loaded, a line without newline that
 * says which and why; NULL otherwise.
 */
const char *kernel_program_error(const struct kernel *k);

/* Other trace events from now on; see hw.trace_events. */
void kernel_set_trace_events(struct kernel *k, hw_trace_mask_t events);

/*
 * Trace events in words (lib/trace_text.c): into @to, which has room for
 * KERNEL_TRACE_LINE bytes. Long strings are cut. Returns the length.
 */
#define KERNEL_TRACE_LINE 1536
/* One value: what @piece makes of @arg. */
size_t kernel_trace_value(const struct hw_trace_piece *piece,
			  union hw_trace_arg arg, char *to);
/* All that follows the event's name. */
size_t kernel_trace_text(const struct hw_trace_format *format,
			 const union hw_trace_arg *args, char *to);
/* "COMM-PID NAME: TEXT" */
size_t kernel_trace_line(const struct hw_trace *event, char *to);
const char *kernel_trace_name(unsigned int event);
/* A system call's name; NULL: there is none of this number. */
const char *kernel_syscall_name(uint32_t number);

/* ---- the books, for reports, statistics and viewers -------------------- */

void kernel_for_each_vmstat(const struct kernel *k,
			    void (*each)(void *arg, const char *name,
					 uint64_t value),
			    void *arg);
/*
 * The same for who wants some of them often: where @name stands in that order,
 * -1 if nowhere, and the value that stands there.
 */
int kernel_vmstat_find(const char *name);
uint64_t kernel_vmstat(const struct kernel *k, int place);

/* Exceptions by what they were, page faults by how they were resolved. */
struct kernel_fault_counts {
#define ABORT(name, key, sentence) uint64_t name;
#define RESOLUTION(name, sentence) uint64_t name;
#define AFTERMATH(name, sentence)  uint64_t name;
#include "kernel/fault_count.def"
};
const struct kernel_fault_counts *kernel_fault_counts(const struct kernel *k);
/*
 * System calls that programs asked for, that Linux has and this kernel hasn't
 * (kernel/syscall/absent.def): each that was asked for.
 */
struct kernel_absent_call {
	uint32_t number;
	const char *name, *comm; /* @comm asked first */
	uint64_t nr_calls;
};
void kernel_for_each_absent_call(
	const struct kernel *k,
	void (*each)(void *arg, const struct kernel_absent_call *call),
	void *arg);
/* Aborts so far, of programs, for them, and of kernel code. */
uint64_t kernel_nr_faults(const struct kernel *k);
/*
 * A number made of every abort, switch of tasks and system call so far, with
 * its cycle (lib/run_hash.h): two runs that have the same went the same way.
 */
uint64_t kernel_run_hash(const struct kernel *k);

struct kernel_process_info {
	int pid, ppid;
	const char *comm;
	uint32_t mm; /* see struct kernel_frame; 0: a kernel thread, or gone */
	/* What TLB entries of its own are tagged with; 0: nothing yet. */
	uint8_t asid;
	/* Pages that it maps, and slots of swap; 0 once it is gone. */
	uint32_t rss_anon, rss_file, rss_shmem, swapped;
	uint64_t min_flt, maj_flt;
	uint64_t utime_cycles;
	int exit_status; /* wait status; -1 while it lives */
	bool runs; /* one of its threads is on a core */
	char state; /* of its first thread, as in /proc/PID/stat; 0: gone */
	uint32_t nr_threads;
};
void kernel_for_each_process(const struct kernel *k,
			     void (*each)(void *arg,
					  const struct kernel_process_info *p),
			     void *arg);

/* Both parts of them: the last @most that have ended, and who lives. */
void kernel_for_each_exited(const struct kernel *k, unsigned int most,
			    void (*each)(void *arg,
					 const struct kernel_process_info *p),
			    void *arg);
void kernel_for_each_living(const struct kernel *k,
			    void (*each)(void *arg,
					 const struct kernel_process_info *p),
			    void *arg);
/* Those of its threads that are no program's: kswapd0 and the like. */
void kernel_for_each_kthread(const struct kernel *k,
			     void (*each)(void *arg,
					  const struct kernel_process_info *p),
			     void *arg);
/*
 * The process whose memory core 0 sees: that which runs there, or did before
 * a thread of the kernel's or idleness came. 0: none.
 */
int kernel_last_process(const struct kernel *k);

/* Who is on core @cpu: numbers of the thread and its process; idle: 0. */
struct kernel_current {
	int pid, tgid;
	const char *comm; /* lives until the kernel runs again */
};
struct kernel_current kernel_current(const struct kernel *k, int cpu);
/* Where process @pid is in its program, or left it; 0: there is none. */
vaddr_t kernel_user_pc(const struct kernel *k, int pid);

/* Frames by use; the sum is the number of frames of RAM. */
void kernel_frame_uses(const struct kernel *k, uint64_t count[NR_FRAME_USES]);
/*
 * The same at the moment when the last program had ended, before what it left
 * (page cache, orphans) was torn down. All zero until then.
 */
const uint64_t *kernel_frame_uses_at_end(const struct kernel *k);

/* Each run of frames of one use, in the order of their addresses. */
void kernel_for_each_frame_run(const struct kernel *k,
			       void (*each)(void *arg, uint64_t pfn,
					    uint32_t nr_frames,
					    enum frame_use use),
			       void *arg);

/*
 * Those of the @block-th 4 MB, counted from those that RAM begins in.
 * hw.changed_blocks says where it is worth while.
 */
void kernel_frames(const struct kernel *k, uint32_t block,
		   struct kernel_frame frame[KERNEL_BLOCK_FRAMES]);

/* Each mapping of process @pid, by address; none if it has no memory. */
void kernel_for_each_vma(const struct kernel *k, int pid,
			 void (*each)(void *arg, const struct kernel_vma *vma),
			 void *arg);
/*
 * The one that @vaddr lies in, when thread @pid looks there; where nothing is,
 * the page, as "[unmapped]"; of the kernel's, all that belongs together:
 * "[vectors]", "[NAME]" of a module, "[kernel]".
 */
struct kernel_vma kernel_mapping_at(const struct kernel *k, int pid,
				    vaddr_t vaddr);
/* Has process @pid any? */
bool kernel_has_memory(const struct kernel *k, int pid);
/* Tells whether they may have changed since it said the same number. */
uint64_t kernel_vmas_stamp(const struct kernel *k, int pid);
/*
 * Each pair of first-level words of it that is in use, by address: 2 MB. What
 * kernel_pages() says of them stays the same as long as @word does and the
 * frame of the table isn't in hw.changed_tables; save for
 * KERNEL_PAGE_SHARED, which is up to others.
 */
struct kernel_table {
	vaddr_t start;
	uint32_t word; /* the first of the pair */
	uint64_t pfn; /* of the table; of the memory if it is huge */
	bool huge;
};
void kernel_for_each_table(const struct kernel *k, int pid,
			   void (*each)(void *arg,
					const struct kernel_table *table),
			   void *arg);
/* What stands at each of @nr pages of it from @start on. */
void kernel_pages(const struct kernel *k, int pid, vaddr_t start, uint32_t nr,
		  struct kernel_page *page);

/*
 * What Linux keeps beside the hardware's tables for @vaddr of process @pid.
 * False: it has no memory.
 */
bool kernel_linux_entry(const struct kernel *k, int pid, vaddr_t vaddr,
			struct kernel_linux_entry *entry);

/* Each zone that has memory. */
void kernel_for_each_zone(const struct kernel *k,
			  void (*each)(void *arg,
				       const struct kernel_zone_info *zone),
			  void *arg);
const char *kernel_migratetype_name(int migratetype); /* "Movable" */

/* Each node of a board whose device tree numbers them; or none. */
void kernel_for_each_node(const struct kernel *k,
			  void (*each)(void *arg,
				       const struct kernel_node_info *node),
			  void *arg);

/* Each slab cache; slob has none that know their slabs. */
void kernel_for_each_cache(const struct kernel *k,
			   void (*each)(void *arg,
					const struct kernel_cache *cache),
			   void *arg);
/* Each node's lists of pages, and who reclaims there. */
void kernel_for_each_lruvec(const struct kernel *k,
			    void (*each)(void *arg,
					 const struct kernel_lruvec *lruvec),
			    void *arg);
/* How short memory is: cheap enough to be asked at each rest. */
struct kernel_pressure {
	bool low; /* a zone has less free than its low watermark */
	uint64_t oom_kills, swapped_out; /* since boot */
};
struct kernel_pressure kernel_pressure(const struct kernel *k);
/* Each swap area in use. */
void kernel_for_each_swap(const struct kernel *k,
			  void (*each)(void *arg,
				       const struct kernel_swap *swap),
			  void *arg);
/* Of @nr slots of area @area from @first on: see enum kernel_slot. */
void kernel_swap_slots(const struct kernel *k, unsigned int area,
		       uint32_t first, uint32_t nr, uint8_t *slot);

/*
 * A number that grows whenever one of these slots changes, or one of some
 * others; an area that comes into use has another than before. 0: no such
 * area.
 */
uint64_t kernel_swap_changed(const struct kernel *k, unsigned int area,
			     uint32_t first, uint32_t nr);

/* Memory reserved for drivers and lent to movable pages (mm/cma.h). */
struct kernel_cma_info {
	const char *name; /* "linux,cma" */
	uint64_t start_pfn;
	uint32_t nr_frames;
};
void kernel_for_each_cma_area(const struct kernel *k,
			      void (*each)(void *arg,
					   const struct kernel_cma_info *area),
			      void *arg);

/*
 * What the slab allocator holds, by one measure for all three of them, which
 * kernel_verify() counts again. Bytes, where nothing else is said:
 *
 *	pages ⊇ capacity ⊇ allocated ⊇ requested + own
 *
 * What the first has beyond the second is lost at the ends of slabs, to
 * colours and to lists of free objects; beyond the third it is free; and
 * beyond the fourth, lost to rounding, headers, alignment and debugging.
 */
struct kernel_slab_usage {
	uint64_t objects; /* number of those handed out to the kernel */
	uint64_t requested; /* what the kernel asked for these */
	uint64_t own_objects, own; /* the same, of the allocator's structures */
	uint64_t allocated; /* what both keep from others */
	uint64_t capacity; /* of all places for objects */
	uint64_t pages; /* number of them */
};

struct kernel_slab_stats {
	struct kernel_slab_usage now;
	struct kernel_slab_usage peak; /* when requested was at its highest */
	uint64_t most_pages; /* at any time */
	uint64_t nr_allocs, nr_frees; /* of objects, own ones too */
	uint64_t nr_page_allocs, nr_page_frees; /* of blocks of pages */
	/* slabs, by whether all, some or none of their room is in use */
	uint64_t nr_full, nr_partial, nr_empty;
};
void kernel_slab_stats(const struct kernel *k, struct kernel_slab_stats *stats);

/*
 * Facts, one after the other: records of a list by its name, and what is in
 * each. Strings live until the function returns.
 */
struct kernel_facts {
	void *arg;
	void (*begin)(void *arg, const char *list);
	void (*text)(void *arg, const char *key, const char *value);
	void (*number)(void *arg, const char *key, int64_t value);
	void (*end)(void *arg);
};

/*
 * What frame @pfn is and who maps it: a record "frame", and one "mapped by"
 * for each entry that rmap finds. False: it isn't RAM, as @error says.
 */
bool kernel_why_page(struct kernel *k, uint64_t pfn,
		     const struct kernel_facts *to, char *error, size_t size);
/*
 * Where rmap finds an entry for frame @pfn: the first of process @prefer's, or
 * else of anybody's. False: nobody maps it.
 */
struct kernel_mapper {
	int pid;
	vaddr_t va;
};
bool kernel_find_mapper(struct kernel *k, uint64_t pfn, int prefer,
			struct kernel_mapper *mapper);
/*
 * A process as somebody at a prompt names it: by its pid, by its name (the
 * first that has it), or "" for the board's first program. 0: there is none.
 */
int kernel_find_process(const struct kernel *k, const char *who);
/*
 * What an access of process @who at @va would meet: "address", "walk" for
 * each descriptor, "access" for each kind, "tlb" for each entry that a TLB has
 * for it. The kernel's part is everybody's. False: no such process,
 * or nothing of its own there; see @error.
 */
bool kernel_why_va(struct kernel *k, const char *who, vaddr_t va,
		   const struct kernel_facts *to, char *error, size_t size);
/*
 * What the page tables of process @who map from @first to @last, both
 * included; NULL: the kernel's own tables. A record "tables", then "regions"
 * and "stretches" as /sys/kernel/debug/kernel_page_tables has them, or, with
 * @entries, each word of the tables in "entries". False: no such process.
 */
bool kernel_page_tables(struct kernel *k, const char *who, vaddr_t first,
			vaddr_t last, bool entries,
			const struct kernel_facts *to, char *error,
			size_t size);

/* On whose account an abort came. */
enum kernel_fault_origin {
	FAULT_BY_PROGRAM, /* an instruction of its own */
	FAULT_FOR_PROGRAM, /* the kernel's copying from or to it */
	FAULT_BY_KERNEL, /* ARM code in SVC mode: a module's */
};

/* What became of an abort. */
enum kernel_fault_outcome {
	FAULT_RESOLVED, /* the access is tried again */
	FAULT_SIGNAL, /* the program gets one */
	FAULT_REFUSED, /* the kernel's copying ends: -EFAULT and the like */
	FAULT_OOPS,
	NR_FAULT_OUTCOMES
};

/*
 * One abort, from the beginning to the end of its handling. While it goes on,
 * only what stands before "outcome" is known.
 */
struct kernel_fault {
	uint64_t number; /* of all aborts, from 1 */
	uint64_t cycle; /* when the kernel began with it */
	uint64_t end_cycle; /* the task may have slept meanwhile */
	int cpu, pid;
	char comm[16];
	enum kernel_fault_origin origin;
	enum kernel_fault_outcome outcome;
	vaddr_t far, pc; /* pc: the program's own, whoever copies for it */
	uint32_t fsr; /* DFSR or IFSR */
	bool fetch, write, thumb;
	bool stack_growth;
	bool major; /* the page had to be read */
	int sig, code; /* 0: no signal */
	/* A RESOLUTION of fault_count.def; NULL: none of these. */
	const char *resolution;
	/*
	 * Of the kernel's work for it, by cause; NULL if fault_begins() didn't
	 * ask for them. Until fault_ends() is back.
	 */
	uint64_t *cycles;
};

/* The registers as @fault began; from hw_ops.fault_begins alone. */
const struct pt_regs *kernel_fault_regs(struct kernel *k,
					const struct kernel_fault *fault);

/*
 * What there is now at the address of @fault, whose task is in it: "address",
 * "around" where nothing is, "frame" if one is mapped, a "walk" for each
 * descriptor, a "tlb" for each entry that serves it. From hw_ops.fault_… alone.
 */
void kernel_explain_fault(struct kernel *k, const struct kernel_fault *fault,
			  const struct kernel_facts *to);

/*
 * Checks every invariant between the kernel's books, its page tables and the
 * TLBs. 0 when all hold; otherwise how many don't, each logged.
 */
unsigned int kernel_verify(struct kernel *k);

/* What kernel_params.verify has found; the first ends the run in a panic. */
uint64_t kernel_verify_violations(const struct kernel *k);
/*
 * What a detector has found, in one form for all: what, when, on whose account,
 * and in the story who had a part in it. Strings live until hw_ops.detected()
 * returns.
 */
struct kernel_finding {
	enum kernel_detector detector;
	const char *what; /* one sentence, without newline */
	const char *story; /* lines, each with a newline; may be "" */
	uint64_t cycle;
	uint64_t fault; /* aborts so far: a moment for `why --at` */
	int pid;
	char comm[16];
	const char *during; /* what that one is about: "clone" */
	bool has_pfn;
	uint64_t pfn; /* the frame that it is about */
	int of_pid; /* or the address of a process; 0: none */
	vaddr_t va;
};
/* How many of each; of many alike not all are told. */
uint64_t kernel_nr_found(const struct kernel *k, enum kernel_detector detector);
/*
 * The machine itself has found something, as who runs now touched @va and got
 * @paddr: to be told like what the kernel finds.
 */
void kernel_detected(struct kernel *k, enum kernel_detector detector,
		     vaddr_t va, paddr_t paddr, const char *what,
		     const char *story);
/* Leaked objects, each logged; they end the run in a panic, too. */
uint32_t kernel_memory_leaks(const struct kernel *k);

#endif
