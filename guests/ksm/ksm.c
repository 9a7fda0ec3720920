/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ksm [copies]: equal pages that become one. Areas of known content are called mergeable,
 * ksmd goes round them, and after each step all that can be seen of that is
 * told: ksmd's counters, which pages have one frame, what smaps and kpageflags
 * say of them, how many faults a write costs, and that the bytes are right.
 * Then what undoes it: writes, advice, run=2, fork, exit, munmap, mremap.
 *
 * Prints a line an observation. "frames" is a letter for each page, the same
 * for those with the same frame, "." for none and "0" for the zero page. Of a
 * frame with more than one place count and flags are told before.
 *
 * "copies" does the least of it: twenty pages, then one frame, whose number it
 * prints; then it ends, before a child that has them, too, does.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "observe.h"

#define PAGE 4096ul
#define RW   (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define A    ((char *)0x20000000ul)
#define B    ((char *)0x21000000ul)
#define KSM  "/sys/kernel/mm/ksm/"

#define KPF_KSM       (1ull << 21)
#define KPF_ZERO_PAGE (1ull << 24)
/* Those that don't depend on the moment: DIRTY, MMAP, ANON, SWAPBACKED, KSM. */
#define KPF_SHOWN     (1ull << 4 | 1ull << 11 | 1ull << 12 | 1ull << 14 | KPF_KSM)
#define PM_PRESENT    (1ull << 63)
#define PM_EXCLUSIVE  (1ull << 56)
#define PM_PFN        ((1ull << 55) - 1)

/* ---- ksmd -------------------------------------------------------------------- */

static unsigned long knob(const char *name)
{
	char path[96];

	snprintf(path, sizeof(path), KSM "%s", name);
	return field(path, "");
}

/*
 * As long as it takes until each page was looked at that often. Otherwise ksmd
 * rests, so that nothing happens between a step and its observations.
 */
static void rounds(unsigned int nr)
{
	unsigned long until = knob("full_scans") + nr + 1;

	put(KSM "run", 1);
	for (int i = 0; i < 5000 && knob("full_scans") < until; i++)
		usleep(2000);
	put(KSM "run", 0);
}

static void counters(void)
{
	say("shared=%lu sharing=%lu unshared=%lu volatile=%lu chains=%lu "
	    "dups=%lu merging=%lu items=%lu",
	    knob("pages_shared"), knob("pages_sharing"), knob("pages_unshared"),
	    knob("pages_volatile"), knob("stable_node_chains"),
	    knob("stable_node_dups"), field("/proc/self/ksm_merging_pages", ""),
	    field("/proc/self/ksm_stat", "ksm_rmap_items"));
}

/* ---- memory ------------------------------------------------------------------- */

static char *area(char *at, unsigned long pages, int prot, int flags)
{
	char *got = mmap(at, pages * PAGE, prot, flags | MAP_FIXED, -1, 0);

	if (got != at)
		say("mmap %s", made(-1));
	return at;
}

/* The page's content is @seed's: that of others with the same. */
static void fill(char *at, unsigned long page, uint32_t seed)
{
	uint32_t *words = (uint32_t *)(at + page * PAGE);

	for (unsigned long i = 0; i < PAGE / 4; i++)
		words[i] = seed ? seed * 2654435761u + (uint32_t)i : 0;
}

static bool is_filled(const char *at, unsigned long page, uint32_t seed)
{
	const uint32_t *words = (const uint32_t *)(at + page * PAGE);

	for (unsigned long i = 0; i < PAGE / 4; i++)
		if (words[i] != (seed ? seed * 2654435761u + (uint32_t)i : 0))
			return false;
	return true;
}

/* A write that changes nothing. */
static void touch(volatile char *at)
{
	*at = *at;
}

/* A page a letter: the same letter, the same content; "." isn't touched. */
static void fill_all(char *at, const char *letters)
{
	for (unsigned long i = 0; letters[i]; i++)
		if (letters[i] != '.')
			fill(at, i,
			     letters[i] == '0' ? 0 : (uint32_t)letters[i]);
}

static void check_all(char *at, const char *letters)
{
	unsigned long wrong = 0;

	for (unsigned long i = 0; letters[i]; i++)
		wrong += letters[i] != '.' &&
			 !is_filled(at, i,
				    letters[i] == '0' ? 0
						      : (uint32_t)letters[i]);
	say("wrong=%lu", wrong);
}

static uint64_t word_of(int fd, uint64_t index)
{
	uint64_t value = 0;

	if (pread64(fd, &value, sizeof(value), (off64_t)(index * 8)) < 0)
		say("pread %s", made(-1));
	return value;
}

static void frames(const char *at, unsigned long pages)
{
	int pagemap = open("/proc/self/pagemap", O_RDONLY);
	int flags = open("/proc/kpageflags", O_RDONLY);
	int counts = open("/proc/kpagecount", O_RDONLY);
	uint64_t pfn[128] = {0};
	char letters[129], next = 'a';

	for (unsigned long i = 0; i < pages; i++) {
		uint64_t word = word_of(pagemap, (uintptr_t)at / PAGE + i);
		uint64_t kpf;
		unsigned long j = 0;

		letters[i] = '.';
		if (!(word & PM_PRESENT))
			continue;
		pfn[i] = word & PM_PFN;
		kpf = word_of(flags, pfn[i]);
		if (kpf & KPF_ZERO_PAGE) {
			letters[i] = '0';
			continue;
		}
		while (pfn[j] != pfn[i])
			j++;
		letters[i] = j < i ? letters[j] : next++;
		if (j == i && (!(word & PM_EXCLUSIVE) || kpf & KPF_KSM))
			say("%c: mapped=%llu flags=%llx", letters[i],
			    (unsigned long long)word_of(counts, pfn[i]),
			    (unsigned long long)(kpf & KPF_SHOWN));
		if (next > 'z')
			next = 'A';
	}
	letters[pages] = '\0';
	say("frames %s", letters);
	close(pagemap);
	close(flags);
	close(counts);
}

static const char *const smaps_fields[] = {
	"Rss:",           "Pss:",          "Pss_Dirty:",
	"Shared_Clean:",  "Shared_Dirty:", "Private_Clean:",
	"Private_Dirty:", "Anonymous:",    "VmFlags:",
};

static void smaps(const char *at)
{
	char start[16], line[256] = "";
	char *where;

	snprintf(start, sizeof(start), "%lx-", (unsigned long)at);
	slurp("/proc/self/smaps");
	where = strstr(text, start);
	for (size_t i = 0; where && i < sizeof(smaps_fields) / sizeof(char *);
	     i++) {
		char *from = strstr(where, smaps_fields[i]);
		size_t len = from ? strcspn(from, "\n") : 0;
		size_t used = strlen(line);

		if (from)
			snprintf(line + used, sizeof(line) - used, " %.*s",
				 (int)len, from);
	}
	for (char *c = line; *c; c++) /* one blank in a row */
		while (c[0] == ' ' && c[1] == ' ')
			memmove(c, c + 1, strlen(c));
	say("smaps%s", line);
}

/* ---- counted ---------------------------------------------------------------------- */

static long cow_before, faults_before;

static long faults(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_minflt + usage.ru_majflt;
}

static void begin(void)
{
	cow_before = (long)field("/proc/vmstat", "cow_ksm");
	faults_before = faults();
}

static void end(const char *what)
{
	long now = faults();

	say("%s: faults=%ld cow_ksm=%ld", what, now - faults_before,
	    (long)field("/proc/vmstat", "cow_ksm") - cow_before);
}

static void advise(char *at, unsigned long pages, int advice)
{
	say("madvise %s %s",
	    advice == MADV_MERGEABLE ? "mergeable" : "unmergeable",
	    made(madvise(at, pages * PAGE, advice)));
}

/* All forgotten, and begun again. */
static void fresh(void)
{
	munmap(A, 256 * PAGE);
	munmap(B, 256 * PAGE);
	put(KSM "run", 2);
}

/* ---- the steps ----------------------------------------------------------------------- */

/* Twenty of one content, pairs, a triple, single ones, zeroes, nothing. */
#define MIX "aaaaaaaaaaaaaaaaaaaabbccdddefgh0000....a"
#define NR  (sizeof(MIX) - 1)

static void mix(char *at)
{
	area(at, NR, RW, ANON);
	fill_all(at, MIX);
	advise(at, NR, MADV_MERGEABLE);
}

static void step_merge(void)
{
	prefix = "merge";
	mix(A);
	rounds(3);
	counters();
	smaps(A);
	frames(A, NR);
	begin();
	check_all(A, MIX);
	end("read");
	begin();
	touch(A);
	end("write");
	begin();
	touch(A);
	end("again");
	begin();
	touch(A + 20 * PAGE);
	touch(A + 21 * PAGE);
	end("both of a pair");
	counters();
	frames(A, NR);
	smaps(A);
	rounds(3);
	counters();
	frames(A, NR);
	check_all(A, MIX);
	A[1 * PAGE] ^= 1;
	A[2 * PAGE] ^= 1;
	rounds(3);
	counters();
	frames(A, NR);
	fill(A, 1, 'a');
	fill(A, 2, 'a');
	check_all(A, MIX);
}

static void step_advice(void)
{
	prefix = "advice";
	fresh();
	mix(A);
	rounds(3);
	begin();
	advise(A + 4 * PAGE, 8, MADV_UNMERGEABLE);
	end("unmerge");
	counters();
	frames(A, NR);
	smaps(A);
	rounds(3);
	counters();
	advise(A + 4 * PAGE, 8, MADV_MERGEABLE);
	rounds(3);
	counters();
	smaps(A);
	begin();
	advise(A, NR, MADV_UNMERGEABLE);
	end("unmerge all");
	rounds(1);
	counters();
	check_all(A, MIX);
	/* what may not be merged, and what isn't there */
	area(B, 4, RW, MAP_SHARED | MAP_ANONYMOUS);
	fill_all(B, "aaaa");
	advise(B, 4, MADV_MERGEABLE);
	smaps(B);
	advise(B, 8, MADV_MERGEABLE);
	advise(B + 1, 1, MADV_MERGEABLE);
	advise(B, 8, MADV_UNMERGEABLE);
	area(B, 4, RW, ANON);
	area(B + 6 * PAGE, 2, RW, ANON);
	advise(B, 8, MADV_MERGEABLE);
	smaps(B);
	smaps(B + 6 * PAGE);
}

static void step_run(void)
{
	prefix = "run";
	fresh();
	mix(A);
	rounds(3);
	counters();
	touch(A);
	counters();
	begin();
	put(KSM "run", 2);
	end("run=2");
	say("full_scans=%lu", knob("full_scans"));
	counters();
	frames(A, NR);
	smaps(A);
	check_all(A, MIX);
	put(KSM "max_page_sharing", 100);
	put(KSM "max_page_sharing", 256);
	rounds(3);
	counters();
	put(KSM "max_page_sharing", 100);
	check_all(A, MIX);
}

/* The child waits at its end of a pipe; each byte is its turn. */
static int turn[2], done[2];

static void give(void)
{
	char byte = 0;

	if (write(turn[1], &byte, 1) != 1 || read(done[0], &byte, 1) != 1)
		say("pipe %s", made(-1));
}

static void wait_turn(void)
{
	char byte;

	if (read(turn[0], &byte, 1) != 1)
		_exit(1);
}

static void had_turn(void)
{
	char byte = 0;

	if (write(done[1], &byte, 1) != 1)
		_exit(1);
}

static void child_of_merged(void)
{
	prefix = "child";
	wait_turn();
	counters();
	begin();
	touch(A);
	touch(A + 30 * PAGE);
	end("write");
	check_all(A, MIX);
	frames(A, NR);
	had_turn();
	wait_turn();
	counters();
	frames(A, NR);
	check_all(A, MIX);
	had_turn();
	wait_turn();
	_exit(0);
}

static void step_fork(void)
{
	int pid;

	prefix = "fork";
	fresh();
	mix(A);
	rounds(3);
	counters();
	if (pipe(turn) || pipe(done))
		say("pipe %s", made(-1));
	pid = fork();
	if (!pid)
		child_of_merged();
	counters();
	frames(A, NR);
	give();
	frames(A, NR);
	rounds(3);
	counters();
	give();
	if (write(turn[1], "", 1) != 1 || waitpid(pid, NULL, 0) != pid)
		say("wait %s", made(-1));
	counters(); /* ksmd has not seen that it is gone */
	frames(A, NR);
	rounds(2);
	counters();
	check_all(A, MIX);
}

static void step_maps(void)
{
	char *at;

	prefix = "maps";
	fresh();
	mix(A);
	rounds(3);
	say("munmap %s", made(munmap(A, 8 * PAGE)));
	counters();
	rounds(2);
	counters();
	begin();
	at = mremap(A + 8 * PAGE, 8 * PAGE, 8 * PAGE,
		    MREMAP_MAYMOVE | MREMAP_FIXED, B);
	end("mremap");
	say("mremap %s", made((long)at));
	frames(B, 8);
	smaps(B);
	rounds(3);
	counters();
	frames(B, 8);
	say("dontneed %s",
	    made(madvise(A + 16 * PAGE, 4 * PAGE, MADV_DONTNEED)));
	rounds(2);
	counters();
	check_all(B, "aaaaaaaa");
	check_all(A + 16 * PAGE, "0000bbccdddefgh");
	say("mprotect %s", made(mprotect(A + 20 * PAGE, 4 * PAGE, PROT_READ)));
	rounds(1);
	counters();
	begin();
	advise(A + 20 * PAGE, 4, MADV_UNMERGEABLE);
	end("unmerge what can't be written");
	frames(A + 20 * PAGE, 4);
	say("mprotect %s", made(mprotect(A + 20 * PAGE, 4 * PAGE, RW)));
	begin();
	touch(A + 20 * PAGE);
	end("write");
	check_all(A + 20 * PAGE, "bbcc");
}

/* Memory that can't be read or written is merged like other memory. */
static void step_rights(void)
{
	prefix = "rights";
	fresh();
	area(A, 8, RW, ANON);
	fill_all(A, "aaaabbbb");
	advise(A, 8, MADV_MERGEABLE);
	say("mprotect %s", made(mprotect(A, 2 * PAGE, PROT_READ)));
	say("mprotect %s", made(mprotect(A + 2 * PAGE, 2 * PAGE, PROT_NONE)));
	say("mlock %s", made(mlock(A + 4 * PAGE, 4 * PAGE)));
	rounds(3);
	counters();
	frames(A, 8);
	smaps(A + 4 * PAGE);
	say("mprotect %s", made(mprotect(A, 4 * PAGE, RW)));
	begin();
	touch(A);
	touch(A + 4 * PAGE);
	end("write");
	check_all(A, "aaaabbbb");
	frames(A, 8);
}

static void step_chains(void)
{
	prefix = "chains";
	fresh();
	put(KSM "max_page_sharing", 4);
	mix(A);
	rounds(4);
	counters();
	frames(A, NR);
	check_all(A, MIX);
	for (unsigned long i = 0; i < 20; i += 2)
		touch(A + i * PAGE);
	frames(A, NR);
	counters();
	rounds(4);
	check_all(A, MIX);
	put(KSM "run", 2);
	counters();
	put(KSM "max_page_sharing", 256);
}

static void step_zero(void)
{
	prefix = "zero";
	fresh();
	put(KSM "use_zero_pages", 1);
	mix(A);
	rounds(3);
	counters();
	frames(A, NR);
	smaps(A);
	begin();
	touch(A + 31 * PAGE);
	end("write");
	check_all(A, MIX);
	put(KSM "use_zero_pages", 0);
	rounds(2);
	counters();
}

/* A page that is never the same twice, beside one that is. */
static void step_volatile(void)
{
	int pid;

	prefix = "volatile";
	fresh();
	pid = fork();
	if (!pid) {
		area(A, 2, RW, ANON);
		fill_all(A, "vv");
		madvise(A, 2 * PAGE, MADV_MERGEABLE);
		for (;;) {
			++*(volatile int *)(A + PAGE);
			usleep(500);
		}
	}
	usleep(20000);
	rounds(5);
	counters();
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	area(B, 1, RW, ANON); /* somebody for ksmd to go round for */
	fill_all(B, "x");
	advise(B, 1, MADV_MERGEABLE);
	rounds(2);
	counters();
}

/* How many frames they have; and the first's number. */
static void count_frames(const char *at, unsigned long pages, const char *when)
{
	int pagemap = open("/proc/self/pagemap", O_RDONLY);
	uint64_t pfn[32];
	unsigned long nr = 0;

	for (unsigned long i = 0; i < pages; i++) {
		unsigned long j = 0;

		pfn[i] = word_of(pagemap, (uintptr_t)at / PAGE + i) & PM_PFN;
		while (pfn[j] != pfn[i])
			j++;
		nr += j == i;
	}
	say("%s: %lu pages in %lu frames, the first is 0x%05llx", when, pages,
	    nr, (unsigned long long)pfn[0]);
	close(pagemap);
}

static int twenty_copies(void)
{
	int ends[2];
	char byte;

	prefix = "copies";
	area(A, 20, RW, ANON);
	fill_all(A, "aaaaaaaaaaaaaaaaaaaa");
	count_frames(A, 20, "filled");
	madvise(A, 20 * PAGE, MADV_MERGEABLE);
	rounds(2);
	count_frames(A, 20, "merged");
	touch(A + 19 * PAGE);
	count_frames(A, 20, "one written to");
	if (pipe(ends))
		return 1;
	if (!fork()) {
		close(ends[1]);
		_exit(read(ends[0], &byte, 1) == 0 ? 0 : 1);
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "copies"))
		return twenty_copies();
	put(KSM "sleep_millisecs", 2);
	put(KSM "pages_to_scan", 1000);
	step_merge();
	step_advice();
	step_run();
	step_fork();
	step_maps();
	step_rights();
	step_chains();
	step_zero();
	step_volatile();
	put(KSM "run", 2);
	return 0;
}
