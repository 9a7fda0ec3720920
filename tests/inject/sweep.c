/* SPDX-License-Identifier: GPL-2.0-or-later */

/*
 * One allocation of a boot and a guest's run fails: which one, in turn, is
 * every one there is, or one of each chain of callers.
 *
 *	sweep [options] -- PROGRAM [ARGUMENT…]
 *
 * The machine runs once. Where an allocation is to fail, the process forks:
 * in the child it fails, and the child then runs to its end and says what the
 * machine still held; in the parent it succeeds, and the next one comes. In
 * the end all must hold what the parent holds, which has seen no failure.
 *
 * What may become of a child: it ends as the parent did, or with another
 * status (its program was told), or in a panic that Linux has, too. It may not
 * crash, hang, find its books wrong, or hold more or less at the end. Nor may
 * it sleep for ever, unless its program is known not to look at what fork()
 * and pipe() say: --may-stick.
 *
 * A failure is repeated, with the same N, by
 *
 *	sweep --nth N -- PROGRAM
 *	mmuscope run --set inject.nth=N --set kernel.verify=end
 *		--set kernel.kmemleak=end BOARD PROGRAM
 */

#define _GNU_SOURCE
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emu/config/config.h"
#include "emu/diag.h"
#include "emu/machine_state.h"
#include "kernel/lib/rand.h"
#include "kernel/state.h"
#include "tests/inject/judge.h"

#define BOARD        MMUSCOPE_SOURCE_DIR "/configs/vexpress-a9.yaml"
#define MAX_SETS     24
#define MAX_CHILDREN 8
#define CHAIN_DEPTH  24
#define CHAIN_SLOTS  (1u << 16)

/* How a machine ended; the worst last. */
enum outcome {
	RUNNING,
	SAME, /* as without the failure */
	TOLD, /* with another exit status */
	PANIC, /* as Linux panics there */
	LEAK, /* with more or less in its hands */
	WRONG_BOOKS,
	STUCK, /* all its tasks wait, or run, for ever */
	HANG,
	CRASH,
	NR_OUTCOMES
};
static const char *const outcome_names[NR_OUTCOMES] = {
	"never ended", "same end", "other end", "panic", "leak",
	"books",       "stuck",    "hang",      "crash",
};

/* One child, in memory that it shares with its parent. */
struct report {
	uint64_t n;
	enum outcome outcome;
	int status, signal;
	bool boot; /* no program's allocation */
	char kind[20], caller[40], comm[16];
	char log[600]; /* the log's end, or what differs */
	struct holdings holdings;
};

struct sweep {
	/* what is asked for */
	uint64_t from, to, step, nth;
	bool every_chain, verbose, may_stick, programs;
	unsigned int jobs, samples, limit;
	unsigned int probability, interval, seeds, seed;

	/* the run */
	uint64_t n; /* allocations so far */
	bool in_child;
	uint64_t random;
	uint64_t *chains; /* hashes seen, open addressing */
	unsigned int nr_chains;
	struct machine *machine;
	uint64_t last_seen; /* cycle of a child when it was last looked at */
	unsigned int nr_alarms;

	struct {
		pid_t pid;
		int err; /* what it writes to stderr */
		struct report *report;
	} child[MAX_CHILDREN];
	unsigned int nr_running;
	struct report *now; /* the child's own */

	struct report *reports;
	size_t nr_reports, max_reports;
};

static struct sweep *the_sweep; /* for the signal handler */

/* ---- chains of callers ----------------------------------------------------------- */

static uint64_t chain_hash(void)
{
	void *frames[CHAIN_DEPTH];
	const int nr = backtrace(frames, CHAIN_DEPTH);
	uint64_t hash = 0xcbf29ce484222325u;

	for (int i = 0; i < nr; i++)
		hash = (hash ^ (uint64_t)frames[i]) * 0x100000001b3u;
	return hash ? hash : 1;
}

/* True the first time. */
static bool is_new_chain(struct sweep *s, uint64_t hash)
{
	uint64_t slot = hash % CHAIN_SLOTS;

	for (; s->chains[slot]; slot = (slot + 1) % CHAIN_SLOTS)
		if (s->chains[slot] == hash)
			return false;
	if (s->nr_chains == CHAIN_SLOTS / 2)
		return false;
	s->chains[slot] = hash;
	s->nr_chains++;
	return true;
}

/* ---- children ---------------------------------------------------------------------- */

/* Of what it said on stderr, the end. */
static void keep_stderr(struct report *report, int fd)
{
	const off_t end = lseek(fd, 0, SEEK_END);
	const size_t room = sizeof(report->log) - 1;
	const off_t from = end > (off_t)room ? end - (off_t)room : 0;

	if (report->outcome == CRASH && pread(fd, report->log, room, from) < 0)
		perror("sweep: pread");
	close(fd);
}

static void judge_signal(struct report *report, int wait_status)
{
	if (!WIFSIGNALED(wait_status)) {
		if (report->outcome == RUNNING)
			report->outcome = CRASH; /* a sanitizer's exit */
		return;
	}
	report->signal = WTERMSIG(wait_status);
	report->outcome = CRASH;
}

/*
 * Time is up. A guest that runs round in circles isn't ours to mend, a kernel
 * that does is: it lets no instruction of the guest through.
 */
static void time_is_up(int signal)
{
	struct sweep *s = the_sweep;
	const uint64_t now = clock_now(cpu_clock(s->machine->cpu[0]));

	(void)signal;
	if (!s->last_seen || ++s->nr_alarms < 4) {
		s->last_seen = now;
		alarm(s->limit / 4 + 1);
		return;
	}
	s->now->outcome = now == s->last_seen ? HANG : STUCK;
	_exit(0);
}

static void wait_for_one(struct sweep *s)
{
	int status;
	const pid_t pid = wait(&status);

	for (unsigned int i = 0; i < s->nr_running; i++) {
		if (s->child[i].pid != pid)
			continue;
		judge_signal(s->child[i].report, status);
		keep_stderr(s->child[i].report, s->child[i].err);
		s->child[i] = s->child[--s->nr_running];
		return;
	}
	abort();
}

static struct report *new_report(struct sweep *s)
{
	if (s->nr_reports == s->max_reports) {
		fprintf(stderr, "sweep: more than %zu reports\n",
			s->max_reports);
		exit(2);
	}
	return &s->reports[s->nr_reports++];
}

/* True in the child. */
static bool fork_child(struct sweep *s, const struct task_struct *curr,
		       const struct fault_attr *attr, const char *caller)
{
	struct report *report = new_report(s);
	const int err = memfd_create("stderr", MFD_CLOEXEC);
	pid_t pid;

	report->n = s->n;
	report->boot = !curr->mm;
	snprintf(report->kind, sizeof(report->kind), "%s", attr->name);
	snprintf(report->caller, sizeof(report->caller), "%s", caller);
	snprintf(report->comm, sizeof(report->comm), "%s", curr->comm);
	while (s->nr_running >= s->jobs)
		wait_for_one(s);
	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		perror("sweep: fork");
		exit(2);
	}
	if (pid == 0) {
		s->in_child = true;
		s->now = report;
		dup2(err, STDERR_FILENO);
		signal(SIGALRM, time_is_up);
		alarm(s->limit / 4 + 1);
		return true;
	}
	s->child[s->nr_running].pid = pid;
	s->child[s->nr_running].err = err;
	s->child[s->nr_running++].report = report;
	return false;
}

/* ---- what fails ----------------------------------------------------------------------- */

static bool is_wanted(struct sweep *s, const struct task_struct *curr)
{
	if (s->nth)
		return s->n == s->nth;
	if (s->programs && !curr->mm)
		return false;
	if (s->n < s->from || s->n > s->to)
		return false;
	if (s->every_chain && is_new_chain(s, chain_hash()))
		return true;
	if (s->samples && random_draw(&s->random) % s->samples == 0)
		return true;
	return s->step && (s->n - s->from) % s->step == 0;
}

/* Once a program runs, a child for each seed; in it failures never end. */
static bool decide_at_random(struct sweep *s, struct task_struct *curr,
			     const struct fault_attr *attr, const char *caller)
{
	if (s->in_child && s->interval)
		return s->n % s->interval == 0;
	if (s->in_child)
		return random_draw(&s->random) % 100 < s->probability;
	for (; s->seeds && curr->mm; s->seeds--, s->seed++) {
		if (!fork_child(s, curr, attr, caller))
			continue;
		s->random = s->seed;
		s->n = s->seed;
		s->now->n = s->seed;
		return false;
	}
	return false;
}

static bool decide(void *arg, struct task_struct *curr,
		   const struct fault_attr *attr, const char *caller)
{
	struct sweep *s = arg;

	s->n++;
	if (s->probability || s->interval)
		return decide_at_random(s, curr, attr, caller);
	return !s->in_child && is_wanted(s, curr) &&
	       fork_child(s, curr, attr, caller);
}

/* ---- the machine ------------------------------------------------------------------------ */

static void keep_log(struct report *report, const struct machine *m)
{
	const size_t size = sizeof(report->log) - 1;
	const size_t nr = m->nr_log < size ? m->nr_log : size;

	memcpy(report->log, m->log_tail + m->nr_log - nr, nr);
}

/* In a child, when its machine has ended. */
static void child_ends(struct report *report, struct machine *m)
{
	report->status = m->exit_status;
	if (m->verdict == KERNEL_PANIC) {
		report->outcome = PANIC;
		if (kernel_memory_leaks(m->kernel))
			report->outcome = LEAK;
		if (kernel_verify_violations(m->kernel))
			report->outcome = WRONG_BOOKS;
		keep_log(report, m);
		return;
	}
	if (m->verdict != KERNEL_HALTED) {
		report->outcome = STUCK;
		keep_log(report, m);
		return;
	}
	holdings_take(m->kernel, &report->holdings);
	report->outcome = TOLD;
}

static struct machine *make_machine(struct sweep *s, struct config *config,
				    bool show_log)
{
	const int null = open("/dev/null", O_RDWR);
	struct machine_options options = {
		.quiet = !show_log,
		.console_in = null,
		.console_out = show_log ? STDOUT_FILENO : null,
	};
	struct diag diag = {0};
	struct machine *m = machine_create(config, &options, &diag);

	if (!m) {
		fprintf(stderr, "sweep: %s\n", diag.text);
		exit(2);
	}
	m->kernel->inject.decide = decide;
	m->kernel->inject.decide_arg = s;
	s->machine = m;
	the_sweep = s;
	return m;
}

/* Returns in the parent alone. */
static void run_machine(struct sweep *s, struct machine *m,
			struct report *whole)
{
	struct diag diag = {0};

	machine_run(m, &diag);
	if (s->in_child) {
		child_ends(s->now, m);
		fflush(NULL);
		_exit(0);
	}
	while (s->nr_running)
		wait_for_one(s);
	child_ends(whole, m);
}

/* ---- the verdict ------------------------------------------------------------------------- */

static void compare(struct report *report, const struct report *whole)
{
	if (report->outcome != TOLD)
		return;
	/* An umount() that failed is the program's to repeat. */
	if (holdings_of(&whole->holdings, "mounts") !=
	    holdings_of(&report->holdings, "mounts"))
		return;
	if (holdings_compare(&whole->holdings, &report->holdings, report->boot,
			     report->log, sizeof(report->log)))
		report->outcome = LEAK;
	else if (report->status == whole->status)
		report->outcome = SAME;
}

static void print_report(const struct report *report)
{
	printf("n=%llu %s: %s %s in %s, status %d",
	       (unsigned long long)report->n, outcome_names[report->outcome],
	       report->kind, report->caller, report->comm, report->status);
	if (report->signal)
		printf(", signal %d", report->signal);
	printf("%s%s\n", report->outcome == LEAK ? ":" : "\n", report->log);
}

static int print_verdict(struct sweep *s, const struct report *whole)
{
	unsigned int count[NR_OUTCOMES] = {0};
	int bad = 0;

	for (size_t i = 0; i < s->nr_reports; i++) {
		struct report *report = &s->reports[i];
		bool is_bad;

		compare(report, whole);
		count[report->outcome]++;
		is_bad = report->outcome > PANIC || report->outcome == RUNNING;
		if (report->outcome == STUCK && s->may_stick)
			is_bad = false;
		bad |= is_bad;
		if (is_bad || s->verbose)
			print_report(report);
	}
	printf("%llu allocations, %u chains of callers, %zu failed:",
	       (unsigned long long)s->n, s->nr_chains, s->nr_reports);
	for (int i = 0; i < NR_OUTCOMES; i++)
		if (count[i])
			printf(" %u %s;", count[i], outcome_names[i]);
	printf(" without a failure: status %d\n", whole->status);
	return bad;
}

/* ---- the command line ---------------------------------------------------------------------- */

static const struct option long_options[] = {
	{"from", required_argument, NULL, 'f'},
	{"to", required_argument, NULL, 't'},
	{"step", required_argument, NULL, 's'},
	{"nth", required_argument, NULL, 'n'},
	{"chains", no_argument, NULL, 'c'},
	{"samples", required_argument, NULL, 'p'},
	{"probability", required_argument, NULL, 'P'},
	{"interval", required_argument, NULL, 'I'},
	{"seeds", required_argument, NULL, 'S'},
	{"seed", required_argument, NULL, 'r'},
	{"jobs", required_argument, NULL, 'j'},
	{"set", required_argument, NULL, 'k'},
	{"verbose", no_argument, NULL, 'v'},
	{"programs", no_argument, NULL, 'g'},
	{"limit", required_argument, NULL, 'l'},
	{"may-stick", no_argument, NULL, 'm'},
	{NULL, 0, NULL, 0},
};

static void usage(void)
{
	fputs("usage: sweep [options] -- PROGRAM [ARGUMENT...]\n"
	      "  --from N --to N --step N  each allocation, or each STEPth\n"
	      "  --chains                  one of each chain of callers\n"
	      "  --samples N               and one in N at random\n"
	      "  --programs                none of the boot's\n"
	      "  --nth N                   this one, with the machine's log\n"
	      "  --probability PERCENT     from the first program on, many;\n"
	      "  --interval N              or each Nth\n"
	      "  --seeds N --seed FIRST    for so many seeds\n"
	      "  --may-stick               the program may sleep for ever\n"
	      "  --limit SECONDS           for each of the machines\n"
	      "  --jobs N --set KEY=VALUE --verbose\n",
	      stderr);
	exit(2);
}

static void parse_options(struct sweep *s, int argc, char **argv,
			  const char **sets, size_t *nr_sets)
{
	int option;

	while ((option = getopt_long(argc, argv, "+", long_options, NULL)) !=
	       -1) {
		const uint64_t value = optarg ? strtoull(optarg, NULL, 0) : 0;

		switch (option) {
		case 'f':
			s->from = value;
			break;
		case 't':
			s->to = value;
			break;
		case 's':
			s->step = value;
			break;
		case 'n':
			s->nth = value;
			break;
		case 'c':
			s->every_chain = true;
			break;
		case 'p':
			s->samples = (unsigned int)value;
			break;
		case 'P':
			s->probability = (unsigned int)value;
			break;
		case 'I':
			s->interval = (unsigned int)value;
			break;
		case 'S':
			s->seeds = (unsigned int)value;
			break;
		case 'r':
			s->seed = (unsigned int)value;
			s->random = value;
			break;
		case 'j':
			s->jobs = (unsigned int)value;
			break;
		case 'k':
			if (*nr_sets == MAX_SETS)
				usage();
			sets[(*nr_sets)++] = optarg;
			break;
		case 'g':
			s->programs = true;
			break;
		case 'l':
			s->limit = (unsigned int)value;
			break;
		case 'm':
			s->may_stick = true;
			break;
		case 'v':
			s->verbose = true;
			break;
		default:
			usage();
		}
	}
	if (optind == argc || s->jobs < 1 || s->jobs > MAX_CHILDREN)
		usage();
	if (!s->every_chain && !s->step && !s->samples)
		s->step = 1;
}

static void *shared(size_t size)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED) {
		perror("sweep: mmap");
		exit(2);
	}
	return at;
}

int main(int argc, char **argv)
{
	/* The first one lets all allocations be asked about. */
	const char *sets[MAX_SETS] = {"inject.nth=1000000000000",
				      "kernel.verify=end",
				      "kernel.kmemleak=end"};
	size_t nr_sets = 3;
	struct sweep s = {
		.to = UINT64_MAX,
		.from = 1,
		.jobs = 2,
		.limit = 8,
		.seeds = 1,
		.max_reports = 1 << 18,
	};
	struct report whole = {0};
	struct diag diag = {0};
	struct config *config;
	struct machine *m;
	int bad;

	setvbuf(stdout, NULL, _IOLBF, 0);
	parse_options(&s, argc, argv, sets, &nr_sets);
	s.reports = shared(s.max_reports * sizeof(*s.reports));
	s.chains = calloc(CHAIN_SLOTS, sizeof(*s.chains));
	config = config_load(BOARD, sets, nr_sets, &diag);
	if (!config ||
	    !config_set_program(config, (const char *const *)argv + optind,
				&diag)) {
		fprintf(stderr, "sweep: %s\n", diag.text);
		return 2;
	}
	m = make_machine(&s, config, s.nth);
	run_machine(&s, m, &whole);
	bad = print_verdict(&s, &whole);
	machine_destroy(m);
	config_destroy(config);
	free(s.chains);
	return bad;
}
