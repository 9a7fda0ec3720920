/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * Every key that a board file may hold, once: its type, range, default and
 * the sentence that documents it. To add a key, add a field to struct config
 * and a row here; reading, checking, --set, `mmuscope config` and
 * configs/README.md follow.
 *
 * Invariants, asserted by test_config.c: keys of a group stand together, each
 * preset parses, each field has the C type that its kind writes (AT() below
 * does not compile otherwise).
 */

#include "emu/config/schema.h"

#include <string.h>

#include "emu/config/config.h"
#include "emu/formats.h"
#include "emu/timing/predictor.h"
#include "kernel/hw.h"

/* clang-format off */

/* Offset of @member, which must have type @type. */
#define AT(type, member) \
	_Generic(((struct config *)0)->member, \
		type: offsetof(struct config, member))
#define NODE_AT(member) offsetof(struct config_node, member)

#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

#define K (1ull << 10)
#define M (1ull << 20)
#define G (1ull << 30)

#define BOARD(symbol, name) name,
static const char *const boards[] = {
#include "emu/board/boards.def"
	NULL
};
#undef BOARD

static const char *const cores[] = {
	"cortex-a5", "cortex-a7", "cortex-a8", "cortex-a9", "cortex-a15", NULL
};

static const char *const replacements[] = {
	[MMU_ROUND_ROBIN] = "round-robin",
	[MMU_RANDOM] = "random",
	[MMU_FIFO] = "fifo",
	[MMU_LRU] = "lru",
	NULL
};

static const char *const cache_replacements[] = {
	[CACHE_ROUND_ROBIN] = "round-robin",
	[CACHE_RANDOM] = "random",
	[CACHE_LRU] = "lru",
	NULL
};

static const char *const verify_times[] = {
	[VERIFY_OFF] = "off",
	[VERIFY_END] = "end",
	[VERIFY_FAULT] = "fault",
	[VERIFY_ALWAYS] = "always",
	NULL
};

static const char *const thp_modes[] = {
	[KERNEL_THP_NONE] = "none",
	[KERNEL_THP_NEVER] = "never",
	[KERNEL_THP_MADVISE] = "madvise",
	[KERNEL_THP_ALWAYS] = "always",
	NULL
};

static const char *const spectre_v2_methods[] = {
	[KERNEL_SPECTRE_V2_NONE] = "none",
	[KERNEL_SPECTRE_V2_BPIALL] = "bpiall",
	[KERNEL_SPECTRE_V2_ICIALLU] = "iciallu",
	NULL
};

static const char *const kmemleak_modes[] = {
	[KMEMLEAK_OFF] = "off",
	[KMEMLEAK_END] = "end",
	[KMEMLEAK_ON] = "on",
	NULL
};

static const char *const buses[] = {
	[BUS_VIRTUAL] = "virtual",
	[BUS_MMC] = "mmc",
	NULL
};

#define DETECTOR(symbol, name, cheap, sentence) name,
static const char *const detectors[] = {
#include "kernel/detectors.def"
	NULL
};
#undef DETECTOR
#define DETECTOR(symbol, name, cheap, sentence) "; `" name "`: " sentence
static const char detect_sentence[] =
	"Who looks for mistakes of the kernel's while it runs, and ends the run "
	"with status 126 and a report of who did it: a list of names, `all` or "
	"`none`"
#include "kernel/detectors.def"
	". `verify` and `kmemleak` mean at least `kernel.verify: fault` and "
	"`kernel.kmemleak: end`, `stale` means `cpu.tlb.recheck`, which makes "
	"programs many times slower.";
#undef DETECTOR

static const char *const pipes[] = { PIPE_NAMES, NULL };

/* A number of the pipeline's. */
#define PIPELINE(name, from, to, value, text) \
	{ .path = "cpu.pipeline." #name, .kind = KEY_U32, \
	  .offset = AT(uint32_t, cpu.pipeline.name), \
	  .low = from, .high = to, .preset = value, .sentence = text }

/* What a class of instructions costs. */
#define CLASS_NUMBER(key, class, member, from, value, text) \
	{ .path = "cpu.pipeline." #key "." #member, .kind = KEY_U32, \
	  .offset = AT(uint32_t, cpu.pipeline.of[CLASS_##class].member), \
	  .low = from, .high = 500, .preset = value, .sentence = text }
#define INSN_CLASS(class, key, what) \
	CLASS_NUMBER(key, class, latency, 0, "1", \
		     "Cycles until a result is used, of " what "."), \
	CLASS_NUMBER(key, class, early, 0, "0", \
		     "And more, where it is to be shifted, or an address."), \
	CLASS_NUMBER(key, class, accumulate, 0, "0", \
		     "Cycles until another product is added to the result, of " \
		     "classes that multiply; 0: as latency."), \
	CLASS_NUMBER(key, class, busy, 1, "1", \
		     "Cycles until the pipe takes the next instruction."), \
	CLASS_NUMBER(key, class, wide, 0, "0", \
		     "The same of forms with 128 bits; 0: as busy."), \
	{ .path = "cpu.pipeline." #key ".pipes", .kind = KEY_CHOICES, \
	  .offset = AT(uint32_t, cpu.pipeline.of[CLASS_##class].pipes), \
	  .choices = pipes, .preset = "alu0", \
	  .sentence = "Pipes that run them, the first free one of these." }, \
	{ .path = "cpu.pipeline." #key ".alone", .kind = KEY_BOOL, \
	  .offset = AT(bool, cpu.pipeline.of[CLASS_##class].alone), \
	  .preset = "false", \
	  .sentence = "In order: no other issues in the same cycle." },

#define TLB_GEOMETRY(prefix, member, size, fewest, what) \
	{ .path = prefix "entries", .kind = KEY_U32, \
	  .offset = AT(uint32_t, member.entries), \
	  .low = fewest, .high = 4096, .preset = size, \
	  .sentence = "Entries of " what }, \
	{ .path = prefix "ways", .kind = KEY_U32, \
	  .offset = AT(uint32_t, member.ways), \
	  .high = 4096, .preset = "0", \
	  .sentence = "Ways of each set; 0: fully associative." }, \
	{ .path = prefix "replacement", .kind = KEY_CHOICE, \
	  .offset = AT(unsigned int, member.replacement), \
	  .choices = replacements, .preset = "round-robin", \
	  .sentence = "Which entry a miss evicts; lru must see every access " \
		      "and is many times slower." }, \
	{ .path = prefix "small_only", .kind = KEY_BOOL, \
	  .offset = AT(bool, member.small_only), .preset = "false", \
	  .sentence = "Larger pages enter as 4 KB pieces." }, \
	{ .path = prefix "hit_cycles", .kind = KEY_U32, \
	  .offset = AT(uint32_t, member.hit_cycles), \
	  .high = 1000, .preset = "0", \
	  .sentence = "Cycles that a hit here costs beyond the access." }

#define CACHE(prefix, member, size, nr_ways, policy, hit, each, what) \
	{ .path = prefix "size", .kind = KEY_SIZE, \
	  .offset = AT(uint64_t, member.geometry.size_bytes), \
	  .high = 16 * M, .preset = size, \
	  .sentence = "Size of " what }, \
	{ .path = prefix "ways", .kind = KEY_U32, \
	  .offset = AT(uint32_t, member.geometry.ways), \
	  .low = 1, .high = 64, .preset = nr_ways, \
	  .sentence = "Ways of each set." }, \
	{ .path = prefix "line", .kind = KEY_U32, \
	  .offset = AT(uint32_t, member.geometry.line_bytes), \
	  .low = 32, .high = 128, .preset = "32", \
	  .sentence = "Bytes of a line." }, \
	{ .path = prefix "replacement", .kind = KEY_CHOICE, \
	  .offset = AT(unsigned int, member.geometry.replacement), \
	  .choices = cache_replacements, .preset = policy, \
	  .sentence = "Which line of a set leaves for a new one." }, \
	{ .path = prefix "hit_cycles", .kind = KEY_U32, \
	  .offset = AT(uint32_t, member.hit_cycles), \
	  .high = 1000, .preset = hit, \
	  .sentence = "Cycles until what is found here can be used." }, \
	{ .path = prefix "line_cycles", .kind = KEY_U32, \
	  .offset = AT(uint32_t, member.line_cycles), \
	  .high = 1000, .preset = each, \
	  .sentence = "Cycles for each of many lines that are asked for " \
		      "at once." }

/* What of one kind of allocation is to fail. */
#define FAULT_SETUP(prefix, member, what) \
	{ .path = prefix "probability", .kind = KEY_U32, \
	  .offset = AT(uint32_t, member.probability), \
	  .high = 100, .preset = "0", \
	  .sentence = "Per cent of " what " that fail, by `seed`, of those " \
		      "that pass the keys beside this one; 0: none." }, \
	{ .path = prefix "interval", .kind = KEY_U32, \
	  .offset = AT(uint32_t, member.interval), \
	  .low = 1, .high = UINT32_MAX, .preset = "1", \
	  .sentence = "Only each call whose number is a multiple of this; " \
		      "with probability 100 and times 1, the n-th." }, \
	{ .path = prefix "times", .kind = KEY_U32, \
	  .offset = AT(uint32_t, member.times), \
	  .high = INT32_MAX, .preset = "0", \
	  .sentence = "How many fail in all; 0: no limit." }, \
	{ .path = prefix "space", .kind = KEY_U32, \
	  .offset = AT(uint32_t, member.space), \
	  .high = INT32_MAX, .preset = "0", \
	  .sentence = "So much is handed out first." }, \
	{ .path = prefix "callers", .kind = KEY_TEXT, \
	  .offset = AT(const char *, member.callers), .preset = "", \
	  .sentence = "Only for these functions of the kernel, with commas " \
		      "between them; empty: for all." }

/* eMMC as boards of the Cortex-A9's time have it, by its preset. */
#define DISK(prefix, member, what) \
	{ .path = prefix "size", .kind = KEY_SIZE, \
	  .offset = AT(uint64_t, member.size_bytes), \
	  .high = 64 * G, .multiple = 4 * K, .preset = "0", \
	  .sentence = what }, \
	{ .path = prefix "bus", .kind = KEY_CHOICE, \
	  .offset = AT(unsigned int, member.bus), \
	  .choices = buses, .preset = "virtual", \
	  .sentence = "How the kernel reaches it: as a disk without " \
		      "registers, /dev/vda or the next free name, or as an " \
		      "SD card in the board's PL180, /dev/mmcblk0, whose bus " \
		      "is slower than what the keys below may say (1.5 MB a " \
		      "second on vexpress-a9). A board has one slot, or none; " \
		      "the size of a card is a multiple of 512K." }, \
	{ .path = prefix "file", .kind = KEY_PATH, \
	  .offset = AT(const char *, member.file), .preset = "", \
	  .sentence = "File of the host that holds what is on it, made if " \
		      "there is none; empty: in memory, and empty at boot." }, \
	{ .path = prefix "read_latency_us", .kind = KEY_U32, \
	  .offset = AT(uint32_t, member.read_latency_us), \
	  .high = 10000000, .preset = "300", \
	  .sentence = "Microseconds until a read begins to deliver; nothing " \
		      "for one that goes on where the request before ended." }, \
	{ .path = prefix "write_latency_us", .kind = KEY_U32, \
	  .offset = AT(uint32_t, member.write_latency_us), \
	  .high = 10000000, .preset = "600", \
	  .sentence = "The same of a write." }, \
	{ .path = prefix "mb_per_s", .kind = KEY_U32, \
	  .offset = AT(uint32_t, member.mb_per_s), \
	  .low = 1, .high = 100000, .preset = "40", \
	  .sentence = "Megabytes (2^20) that it transfers in a second." }, \
	{ .path = prefix "bad_blocks", .kind = KEY_TEXT, \
	  .offset = AT(const char *, member.bad_blocks), .preset = "", \
	  .sentence = "Blocks of 4 KB that can be neither read nor written, " \
		      "as in 7,20-29; empty: none." }, \
	{ .path = prefix "bad_reads", .kind = KEY_TEXT, \
	  .offset = AT(const char *, member.bad_reads), .preset = "", \
	  .sentence = "Blocks that are written and can't be read again." }, \
	{ .path = prefix "rotational", .kind = KEY_BOOL, \
	  .offset = AT(bool, member.rotational), .preset = "false", \
	  .sentence = "It says that seeks cost: swap is filled and read " \
		      "ahead by its place on the disk, not by addresses." }

const struct key config_keys[] = {
	{ .path = "name", .kind = KEY_TEXT,
	  .offset = AT(const char *, name), .preset = "",
	  .sentence = "Name of this machine, for reports." },
	{ .path = "description", .kind = KEY_TEXT,
	  .offset = AT(const char *, description), .preset = "",
	  .sentence = "What this machine is for." },
	{ .path = "include", .kind = KEY_INCLUDE, .absent = "nothing",
	  .sentence = "Board file, or list of them, to read first, relative to "
		      "this one; this file's own keys win over theirs, and later "
		      "files in the list over earlier ones. By `--set` a file "
		      "is read after the board, relative to where we are, and "
		      "wins over it." },
	{ .path = "board", .kind = KEY_NAME,
	  .offset = AT(const char *, board_name),
	  .choices = boards, .preset = "vexpress-a9",
	  .sentence = "Which board: its devices, their addresses and interrupts, "
		      "and where RAM begins." },

	{ .path = "cpu.model", .kind = KEY_NAME,
	  .offset = AT(const char *, cpu.model),
	  .choices = cores, .absent = "the board's own",
	  .sentence = "Core: its ID registers and features. TLB geometry is "
		      "`cpu.tlb`'s; configs/cores/ has each core's own." },
	{ .path = "cpu.count", .kind = KEY_U32,
	  .offset = AT(uint32_t, cpu.count),
	  .low = 1, .high = NR_CPUS, .preset = "1",
	  .sentence = "Number of cores." },
	{ .path = "cpu.quantum", .kind = KEY_U32,
	  .offset = AT(uint32_t, cpu.quantum),
	  .low = 1, .high = 1000000000, .preset = "20000",
	  .sentence = "With several cores: by how many cycles a running one may "
		      "get ahead of the others before it is their turn. A "
		      "smaller one interleaves programs more finely and takes "
		      "more of the host's time; one core alone has no turns." },
	{ .path = "cpu.clock_hz", .kind = KEY_HERTZ,
	  .offset = AT(uint64_t, cpu.clock_hz),
	  .low = 1000000, .high = 4000000000, .preset = "1GHz",
	  .sentence = "Clock of the cores: how many cycles make a second of the "
		      "guest's time." },
	{ .path = "cpu.alignment", .kind = KEY_CHOICE,
	  .offset = AT(unsigned int, cpu.alignment),
	  .choices = LIST("relaxed", "standard", "strict"),
	  .preset = "relaxed",
	  .sentence = "Unaligned accesses that fault: with relaxed only "
		      "exclusives and SWP; with standard all that ARMv7 never "
		      "allows, as LDM, LDRD and VLDR; with strict (SCTLR.A set, "
		      "which Linux clears on ARMv7) every one. The kernel then "
		      "does the access in the core's place or sends SIGBUS, as "
		      "Linux does and /proc/cpu/alignment says; of single loads "
		      "and stores in wide Thumb it does none, so that Debian's "
		      "programs don't stand strict. The latter two slow loads "
		      "and stores down." },
	TLB_GEOMETRY("cpu.tlb.", cpu.tlb.main, "64", 1, "the main TLB."),
	{ .path = "cpu.tlb.lockable", .kind = KEY_U32,
	  .offset = AT(uint32_t, cpu.tlb.main.lockable),
	  .high = 16, .preset = "0",
	  .sentence = "Further entries for lockdown, fully associative." },
	{ .path = "cpu.tlb.split", .kind = KEY_BOOL,
	  .offset = AT(bool, cpu.tlb.split), .preset = "false",
	  .sentence = "Two main TLBs of this geometry, one for fetches and one "
		      "for data, in place of a unified one." },
	TLB_GEOMETRY("cpu.tlb.micro_i.", cpu.tlb.micro_i, "0", 0,
		     "the micro-TLB of fetches; 0: there is none."),
	TLB_GEOMETRY("cpu.tlb.micro_d.", cpu.tlb.micro_d, "0", 0,
		     "the micro-TLB of data; 0: there is none."),
	TLB_GEOMETRY("cpu.tlb.micro_st.", cpu.tlb.micro_st, "0", 0,
		     "the micro-TLB of stores alone; 0: stores use micro_d."),
	{ .path = "cpu.tlb.walk_cache.entries", .kind = KEY_U32,
	  .offset = AT(uint32_t, cpu.tlb.walk_cache_entries),
	  .high = 4096, .preset = "0",
	  .sentence = "First-level descriptors that walks keep; 0: none." },
	{ .path = "cpu.tlb.walk_cache.ways", .kind = KEY_U32,
	  .offset = AT(uint32_t, cpu.tlb.walk_cache_ways),
	  .high = 4096, .preset = "0",
	  .sentence = "Ways of the walk cache; 0: fully associative." },
	{ .path = "cpu.tlb.walk_start_cycles", .kind = KEY_U32,
	  .offset = AT(uint32_t, cpu.tlb.walk_start_cycles),
	  .high = 10000, .preset = "0",
	  .sentence = "Cycles of a walk beyond its descriptor reads." },
	{ .path = "cpu.tlb.recheck", .kind = KEY_BOOL,
	  .offset = AT(bool, cpu.tlb.recheck), .preset = "false",
	  .sentence = "Walk again at every hit and report entries that the "
		      "tables no longer bear out (forgotten flushes)." },

	PIPELINE(width, 1, PIPELINE_MAX_WIDTH, "1",
		 "With timing.model block: instructions that issue in a cycle."),
	PIPELINE(window, 0, PIPELINE_MAX_WINDOW, "0",
		 "Instructions in flight of a core that issues them out of "
		 "order; 0: it issues them in order."),
	{ .path = "cpu.pipeline.single", .kind = KEY_CHOICES,
	  .offset = AT(uint32_t, cpu.pipeline.single),
	  .choices = pipes, .preset = "none",
	  .sentence = "Of a core that issues out of order, pipes before which "
		      "one instruction alone can wait: they stay in order, and "
		      "the next one for them holds up those behind it." },
	PIPELINE(queue, 0, PIPELINE_MAX_QUEUE, "0",
		 "Of a core that issues in order, instructions that wait for "
		 "its pipes fp0 and fp1 while it goes on; 0: none."),
	PIPELINE(multiple, 1, 16, "1",
		 "Registers that LDM, STM and their like move in a cycle."),
	PIPELINE(store_late, 0, 10, "0",
		 "So many cycles later than other operands is needed what is "
		 "to be stored."),
	{ .path = "cpu.pipeline.factors_early", .kind = KEY_BOOL,
	  .offset = AT(bool, cpu.pipeline.factors_early), .preset = "false",
	  .sentence = "What is to be multiplied is needed as early as what is "
		      "to be shifted." },
	PIPELINE(taken, 0, 100, "0",
		 "Cycles lost behind a taken branch that was foreseen."),
	PIPELINE(mispredict, 0, 500, "0",
		 "Cycles lost behind a branch that wasn't."),
	PIPELINE(history, 0, PREDICTOR_MAX_HISTORY, "0",
		 "Bits of history by which conditional branches are foreseen: "
		 "2 to the power of it counters of two bits; 0: one counter."),
	PIPELINE(exception_entry, 0, 10000, "0",
		 "Cycles to take an exception, before its handler's own."),
	PIPELINE(exception_return, 0, 10000, "0",
		 "Cycles to return from one."),
#include "emu/timing/insn_class.def"
#undef INSN_CLASS

	CACHE("cpu.caches.l1i.", cpu.caches.l1i, "32K", "4", "random", "1", "1",
	      "each core's cache of instructions. All of `cpu.caches` counts "
	      "with timing.model cache alone; configs/cores/ has each core's "
	      "own, and the sources."),
	CACHE("cpu.caches.l1d.", cpu.caches.l1d, "32K", "4", "random", "4", "1",
	      "each core's cache of data."),
	{ .path = "cpu.caches.l1d.write_allocate", .kind = KEY_BOOL,
	  .offset = AT(bool, cpu.caches.write_allocate), .preset = "true",
	  .sentence = "A store that misses brings the line in; false: it goes "
		      "on to L2." },
	{ .path = "cpu.caches.l1d.stream_lines", .kind = KEY_U32,
	  .offset = AT(uint32_t, cpu.caches.stream_lines),
	  .high = 1000, .preset = "3",
	  .sentence = "After so many lines that were written from end to end, "
		      "one behind the other, those that follow go past this "
		      "cache; 0: never." },
	{ .path = "cpu.caches.l1d.write_line_cycles", .kind = KEY_U32,
	  .offset = AT(uint32_t, cpu.caches.write_line_cycles),
	  .high = 1000, .preset = "10",
	  .sentence = "Cycles that each line that goes past takes at least." },
	CACHE("cpu.caches.l2.", cpu.caches.l2, "512K", "8", "round-robin", "23",
	      "9", "the cache of all cores; 0: there is none."),
	{ .path = "cpu.caches.l2.inclusive", .kind = KEY_BOOL,
	  .offset = AT(bool, cpu.caches.inclusive), .preset = "false",
	  .sentence = "What leaves it leaves the caches of data, too." },
	{ .path = "cpu.caches.walks", .kind = KEY_CHOICE,
	  .offset = AT(unsigned int, cpu.caches.walks),
	  .choices = LIST("l1d", "l2", "memory"), .preset = "l1d",
	  .sentence = "Where a walk of the tables looks for a descriptor "
		      "first, if TTBR says that it may be cached." },
	{ .path = "memory.size", .kind = KEY_SIZE,
	  .offset = AT(uint64_t, memory.size_bytes),
	  .low = 4 * M, .high = 4 * G, .multiple = 2 * M, .preset = "256M",
	  .sentence = "RAM in one node from the board's first RAM address; "
		      "short for memory.nodes with one member." },
	{ .path = "memory.nodes", .kind = KEY_NODES,
	  .offset = offsetof(struct config, memory.nodes),
	  .absent = "one node of memory.size",
	  .sentence = "RAM by NUMA node. Of memory.size and memory.nodes the "
		      "one given last counts." },
	{ .path = "memory.cma", .kind = KEY_SIZE,
	  .offset = AT(uint64_t, memory.cma_bytes),
	  .high = 1 * G, .multiple = 4 * M, .preset = "0",
	  .sentence = "RAM reserved at boot for contiguous allocations and lent "
		      "to movable pages." },

	{ .path = "memory.dram.latency_ns", .kind = KEY_U32,
	  .offset = AT(uint32_t, cpu.caches.dram_latency_ns),
	  .high = 100000, .preset = "110",
	  .sentence = "Nanoseconds until DRAM answers, beyond those until L2 "
		      "would have; with timing.model cache." },
	{ .path = "memory.dram.read_mb_per_s", .kind = KEY_U32,
	  .offset = AT(uint32_t, cpu.caches.dram_read_mb_per_s),
	  .low = 1, .high = 100000, .preset = "1046",
	  .sentence = "Millions of bytes a second that one core can read, line "
		      "after line." },
	{ .path = "memory.dram.write_mb_per_s", .kind = KEY_U32,
	  .offset = AT(uint32_t, cpu.caches.dram_write_mb_per_s),
	  .low = 1, .high = 100000, .preset = "5055",
	  .sentence = "The same for lines that are written." },
	{ .path = "kernel.page_offset", .kind = KEY_SPLIT,
	  .offset = AT(uint32_t, kernel.page_offset),
	  .choices = LIST("0x40000000", "0x80000000", "0xb0000000",
			  "0xc0000000"),
	  .preset = "0x80000000",
	  .sentence = "Where the kernel's part of the address space begins "
		      "(PAGE_OFFSET)." },
	{ .path = "kernel.slab_allocator", .kind = KEY_NAME,
	  .offset = AT(const char *, kernel.slab_allocator),
	  .choices = LIST("slab", "slub", "slob"), .preset = "slub",
	  .sentence = "Which allocator serves the kernel's objects." },
	{ .path = "kernel.asid", .kind = KEY_BOOL,
	  .offset = AT(bool, kernel.asid), .preset = "true",
	  .sentence = "An address space identifier for each process; false: one "
		      "for all, and a TLB flush at every switch." },
	{ .path = "kernel.verify", .kind = KEY_CHOICE,
	  .offset = AT(unsigned int, kernel.verify),
	  .choices = verify_times, .preset = "off",
	  .sentence = "When all books of memory, page tables and TLBs are "
		      "compared: never; as each program begins to exit and when "
		      "all is over; after each page fault what it touched, and all as often "
		      "as that is cheap; after each page fault all (slow). What "
		      "doesn't agree is logged and ends the run with status "
		      "126." },
	{ .path = "kernel.kmemleak", .kind = KEY_CHOICE,
	  .offset = AT(unsigned int, kernel.kmemleak),
	  .choices = kmemleak_modes, .preset = "off",
	  .sentence = "When the kernel's memory is searched for objects that "
		      "nothing points to any more: never; when all programs "
		      "have ended, and when one writes \"scan\" to "
		      "/sys/kernel/debug/kmemleak; every ten minutes, by a "
		      "thread, too. A leak is logged and ends the run with "
		      "status 126. kmemleak=on or =off in the bootargs counts "
		      "for more." },
	{ .path = "kernel.transparent_hugepage", .kind = KEY_CHOICE,
	  .offset = AT(unsigned int, kernel.transparent_hugepage),
	  .choices = thp_modes, .preset = "none",
	  .sentence = "Huge pages for anonymous memory, which Linux has not on "
		      "ARM's two-level tables: with none there are no signs of "
		      "them, as on a real kernel; the others are what "
		      "transparent_hugepage= in the bootargs would say, which "
		      "counts for more: 2 MB as two sections for nobody, for "
		      "memory with madvise(MADV_HUGEPAGE), for all memory. "
		      "thp_anon=64K:always in the bootargs chooses large pages "
		      "of 64 KB in the same way." },
	{ .path = "kernel.randomize_va_space", .kind = KEY_U32,
	  .offset = AT(uint32_t, kernel.randomize_va_space),
	  .high = 2, .preset = "0",
	  .sentence = "kernel.randomize_va_space at boot, drawn from `seed`: 1 "
		      "moves the stack, mappings and position-independent "
		      "programs, 2 the heap, too, by as many pages as Linux on "
		      "ARM does. 0: nothing moves, as with norandmaps in the "
		      "bootargs, so that addresses can be compared from run to "
		      "run and board to board; real boards have 2." },
	{ .path = "kernel.memory_failure", .kind = KEY_BOOL,
	  .offset = AT(bool, kernel.memory_failure), .preset = "false",
	  .sentence = "A frame with a memory error is taken out of use, and "
		      "who maps it gets SIGBUS with BUS_MCEERR_AR or _AO, as "
		      "with CONFIG_MEMORY_FAILURE on arm64; with it come "
		      "madvise(MADV_HWPOISON, MADV_SOFT_OFFLINE), "
		      "/sys/kernel/debug/hwpoison, vm.memory_failure_* and a "
		      "line in /proc/meminfo. false: as Linux on ARM, which has "
		      "none of it." },
	{ .path = "kernel.spectre_v2", .kind = KEY_CHOICE,
	  .offset = AT(unsigned int, kernel.spectre_v2),
	  .choices = spectre_v2_methods, .preset = "none",
	  .sentence = "But for timing.model count: by which operation this core "
		      "forgets branches at each switch to another address space, "
		      "and when a program reaches for the kernel's half, as Linux "
		      "does against Spectre v2. iciallu empties L1I, too." },
	{ .path = "kernel.work.percent", .kind = KEY_U32,
	  .offset = AT(uint32_t, kernel.prices.percent),
	  .high = 1000, .preset = "100",
	  .sentence = "But for timing.model count: of kernel.work's cycles, which "
		      "are a Cortex-A9's, so many of a hundred on this core; "
		      "0: this work costs nothing." },
	{ .path = "kernel.work.refills", .kind = KEY_U32,
	  .offset = AT(uint32_t, kernel.prices.refills),
	  .high = 10000, .preset = "25",
	  .sentence = "What an exception and the way back serialise takes as "
		      "long as so many refills of the pipeline "
		      "(`cpu.pipeline.mispredict`)." },
	{ .path = "kernel.work.history", .kind = KEY_U32,
	  .offset = AT(uint32_t, kernel.prices.history),
	  .high = 100000, .preset = "0",
	  .sentence = "Cycles of this core by which each exception takes "
		      "longer where Linux spoils the history of branches." },
	{ .path = "kernel.work.barrier", .kind = KEY_U32,
	  .offset = AT(uint32_t, kernel.prices.barrier),
	  .high = 10000, .preset = "0",
	  .sentence = "With more cores than one: cycles of this core that each "
		      "barrier (DMB) of an SMP kernel takes, in its locks and "
		      "reference counts." },
#define PRICE(name, cause, word, cycles, barriers, what) \
	{ .path = "kernel.work." #word, .kind = KEY_U32, \
	  .offset = AT(uint32_t, kernel.prices.of[PRICE_##name]), \
	  .high = 100000000, .preset = #cycles, \
	  .sentence = "Cycles of a Cortex-A9 for " what "." },
#include "kernel/kernel_price.def"
#undef PRICE
	{ .path = "kernel.bootargs", .kind = KEY_TEXT,
	  .offset = AT(const char *, kernel.bootargs), .preset = "",
	  .sentence = "The kernel's command line, as in /chosen/bootargs. "
		      "Besides Linux's words it takes two of its own about "
		      "memory: dma_zone=SIZE (what is below is zone DMA) and "
		      "page_group_by_mobility=off (pages that can be moved and "
		      "pages that can't are not kept apart)." },

	{ .path = "inject.nth", .kind = KEY_U64,
	  .offset = AT(uint64_t, inject.nth), .high = UINT64_MAX, .preset = "0",
	  .sentence = "This one of all allocations of pages and objects fails, "
		      "counted from the boot; 0: none. Each failure that is "
		      "asked for stands in the kernel's log." },
	FAULT_SETUP("inject.page_alloc.", inject.page_alloc,
		    "the allocations of pages"),
	FAULT_SETUP("inject.slab.", inject.slab, "the kernel's objects"),

	FAULT_SETUP("inject.vmalloc.", inject.vmalloc,
		    "the kernel's allocations by vmalloc()"),
	FAULT_SETUP("inject.swap_slot.", inject.swap_slot,
		    "the requests for a slot of swap"),
	FAULT_SETUP("inject.make_request.", inject.make_request,
		    "the requests to disks and reads of the root folder "
		    "(fail_make_request: -EIO; callers: swap_readpage, "
		    "swap_writepage, rootfs_readpage, diskfs_readpage, "
		    "diskfs_writepage, …)"),
	FAULT_SETUP("inject.io_timeout.", inject.io_timeout,
		    "the ends of requests to disks (fail_io_timeout: they "
		    "come `inject.io_delay_us` late; callers: read, write)"),
	{ .path = "inject.io_delay_us", .kind = KEY_U32,
	  .offset = AT(uint32_t, inject.io_delay_us),
	  .low = 1, .high = 1000000000, .preset = "30000000",
	  .sentence = "How late the ends are that `inject.io_timeout` chooses; "
		      "the preset is Linux's time until it asks the driver." },
	FAULT_SETUP("inject.usercopy.", inject.usercopy,
		    "the kernel's copies from and to programs (fail_usercopy; "
		    "callers: copy_from_user, copy_to_user)"),
	FAULT_SETUP("inject.tlb_flush.", inject.tlb_flush,
		    "the TLB flushes (they are not done; cpu.tlb.recheck finds "
		    "who uses what they leave)"),
	{ .path = "inject.tlb_flush.kind", .kind = KEY_CHOICE,
	  .offset = AT(unsigned int, inject.flush_kind),
	  .choices = LIST("any", "all", "mm", "page", "kernel-page"),
	  .preset = "any",
	  .sentence = "Only flushes of everything, of an address space, of a "
		      "program's page (a range is so many pages), of a page of "
		      "the kernel's." },
	{ .path = "inject.debugfs", .kind = KEY_BOOL,
	  .offset = AT(bool, inject.debugfs), .preset = "false",
	  .sentence = "All of these have a directory in /sys/kernel/debug, such "
		      "as fail_make_request, as on a kernel that is built with "
		      "CONFIG_FAULT_INJECTION_DEBUG_FS; else failslab and "
		      "fail_page_alloc alone, as the names take memory, which "
		      "Debian's kernel hasn't to give." },
	{ .path = "inject.memory_errors", .kind = KEY_TEXT,
	  .offset = AT(const char *, memory_errors), .preset = "",
	  .sentence = "Errors of memory itself, with ; between them, each as in "
		      "`flip 0x21000^0x10 @ fault:12`: what (flip: these bits of "
		      "the word are others, and nobody notices; descriptor: "
		      "those of the descriptor of this address; ecc: who reads "
		      "the frame takes an abort, parity error; scrub: the same, "
		      "but it is reported before somebody reads it); where (an "
		      "address of the first program, sort:0x21000 of another, "
		      "pfn:0x60123+0x10 a word of a frame); when (after the "
		      "n-th abort was handled, at cycle:N, or as soon as the "
		      "address is `mapped`). What frames with "
		      "errors mean then is kernel.memory_failure's." },

	{ .path = "detect", .kind = KEY_CHOICES,
	  .offset = AT(uint32_t, detect),
	  .choices = detectors, .preset = "none",
	  .sentence = detect_sentence },

	DISK("swap.", swap, "Swap space, a disk of its own; 0: none."),
	DISK("disk.", disk, "A disk for files; 0: none."),

	{ .path = "display", .kind = KEY_CHOICE,
	  .offset = AT(unsigned int, display),
	  .choices = LIST("none", "320x240", "640x480", "800x600", "1024x768"),
	  .preset = "640x480",
	  .sentence = "The display that is plugged in, by its pixels, on boards "
		      "that have a controller for one: /dev/fb0, whose memory "
		      "is taken when a program opens it first. "
		      "video=ambafb:320x240-32 in the bootargs asks for fewer "
		      "pixels than the display has, or for other bits per "
		      "pixel than 16." },

	{ .path = "rootfs.path", .kind = KEY_PATH,
	  .offset = AT(const char *, rootfs.path), .preset = "",
	  .sentence = "Folder of the host that the guests see as their root, "
		      "read-only; relative to this file." },
	{ .path = "rootfs.upper", .kind = KEY_PATH,
	  .offset = AT(const char *, rootfs.upper), .preset = "",
	  .sentence = "Folder of the host that keeps what the guests change of "
		      "their root, for later runs; made if there is none, and "
		      "of one run at a time. Written at sync(2) and when the "
		      "programs have ended; contents are then in its "
		      "current/files. Empty: changes end with the run." },
	{ .path = "rootfs.read_latency_us", .kind = KEY_U32,
	  .offset = AT(uint32_t, rootfs.read_latency_us),
	  .high = 10000000, .preset = "0",
	  .sentence = "Microseconds until a read of the folder's files begins "
		      "to deliver, as if they were on a disk of "
		      "`rootfs.mb_per_s`; 0: they are there at once." },
	{ .path = "rootfs.mb_per_s", .kind = KEY_U32,
	  .offset = AT(uint32_t, rootfs.mb_per_s),
	  .low = 1, .high = 100000, .preset = "40",
	  .sentence = "Megabytes (2^20) that such a disk transfers in a "
		      "second." },
	{ .path = "rootfs.initramfs", .kind = KEY_BOOL,
	  .offset = AT(bool, rootfs.initramfs), .preset = "false",
	  .sentence = "The whole folder, and programs named with `host:`, are "
		      "copied into guest memory at boot, as an initramfs is: "
		      "files are shared memory, and no fault on them is a "
		      "major one. They may take half of memory. false: pages "
		      "come from the host when they are touched." },

	{ .path = "timing.model", .kind = KEY_CHOICE,
	  .offset = AT(unsigned int, timing.model),
	  .choices = LIST("count", "block", "cache"), .preset = "count",
	  .sentence = "How cycles of programs are told: one an instruction; by "
		      "the core's pipeline (`cpu.pipeline`), block by block, "
		      "with loads that hit the first-level cache; by pipeline "
		      "and caches (`cpu.caches`, `memory.dram`), which are shown "
		      "every access: programs run several times slower on the "
		      "host." },

	{ .path = "schema", .kind = KEY_U32,
	  .offset = AT(uint32_t, schema), .low = 1, .high = FORMAT_BOARD,
	  .preset = "1",
	  .sentence = "Version of the keys that this file is written for; "
		      "docs/formats.md says what it promises." },
	{ .path = "seed", .kind = KEY_U64,
	  .offset = AT(uint64_t, seed), .high = UINT64_MAX, .preset = "1",
	  .sentence = "Seed of everything random: same board, guest and seed, "
		      "same run." },
	{ .path = "view", .kind = KEY_BOOL,
	  .offset = AT(bool, view), .preset = "false",
	  .sentence = "Open the window that shows memory live." },
	{ .path = "run", .kind = KEY_PROGRAMS,
	  .offset = offsetof(struct config, run), .absent = "`/bin/sh`",
	  .sentence = "Programs to start: a command line, split at blanks, or a "
		      "list of programs, each a command line or a list of "
		      "arguments. The first word is a path in the guest's root, "
		      "or `host:` and a file of the host, as any other may be. "
		      "A PROGRAM given to `mmuscope run` takes their place." },
};

const struct key node_keys[] = {
	{ .path = "base", .kind = KEY_ADDRESS, .offset = NODE_AT(base),
	  .high = (4 * G) - 1, .multiple = 2 * M,
	  .absent = "after the node before; the first: the board's RAM",
	  .sentence = "Physical address of the node's first byte." },
	{ .path = "size", .kind = KEY_SIZE, .offset = NODE_AT(size_bytes),
	  .low = 4 * M, .high = 4 * G, .multiple = 2 * M,
	  .absent = "must be given",
	  .sentence = "RAM of the node." },
	{ .path = "distance", .kind = KEY_DISTANCES, .offset = NODE_AT(distance),
	  .low = 10, .high = 254,
	  .absent = "10 to itself, 20 to others",
	  .sentence = "List of the distances to each node: 10 to itself, and to "
		      "another what that one has to this." },
	{ .path = "cpus", .kind = KEY_CPUS, .offset = NODE_AT(cpus),
	  .high = NR_CPUS - 1,
	  .absent = "one after the other; of a node when others have the key: "
		    "none",
	  .sentence = "Cores that are near to the node; each is near to one." },
};

/* clang-format on */

const size_t config_nr_keys = sizeof(config_keys) / sizeof(config_keys[0]);
const size_t node_nr_keys = sizeof(node_keys) / sizeof(node_keys[0]);

static const struct key *find(const struct key *keys, size_t nr,
			      const char *path)
{
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(keys[i].path, path))
			return &keys[i];
	return NULL;
}

const struct key *schema_find(const char *path)
{
	return find(config_keys, config_nr_keys, path);
}

const struct key *schema_find_node_key(const char *name)
{
	return find(node_keys, node_nr_keys, name);
}

bool schema_is_group(const char *path)
{
	size_t length = strlen(path);

	if (!length)
		return true;
	for (size_t i = 0; i < config_nr_keys; i++)
		if (!strncmp(config_keys[i].path, path, length) &&
		    config_keys[i].path[length] == '.')
			return true;
	return false;
}
