/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory policies at work: what numa_maps says of a range after each, on which
 * nodes its pages are, where VMAs split and merge, what a child inherits, and
 * that pages keep their bytes when they move.
 *
 *	numapolicies [move [SECONDS], oom]
 *
 * With "move" threads and a child write and check memory that meanwhile goes
 * from node to node; it prints how many bytes were wrong. With "oom" a child
 * wants more than its nodes have.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>

#include "numa.h"

#define A        ((char *)0x20000000)
#define NR_PAGES 16u
#define AT(n)    (A + (n)*PAGE)

/* ---- looking ------------------------------------------------------------------- */

/* Lines of numa_maps about the range; how active pages are is chance. */
static void show_maps(const char *what)
{
	char *line, *next, *cut;

	slurp("/proc/self/numa_maps");
	for (line = text; *line; line = next) {
		unsigned long at = strtoul(line, NULL, 16);

		next = strchr(line, '\n');
		*next++ = '\0';
		if (at - (unsigned long)A >= 64 * PAGE)
			continue;
		cut = strstr(line, " active=");
		if (cut)
			memmove(cut, cut + strcspn(cut + 1, " ") + 1,
				strlen(cut + strcspn(cut + 1, " ") + 1) + 1);
		say("%s: +%lu%s", what, (at - (unsigned long)A) / PAGE,
		    strchr(line, ' '));
	}
}

/* The node of each page, a letter: 0 to 3, or - for none. */
static void show_nodes(const char *what, char *at, unsigned int nr)
{
	char line[65] = "";

	for (unsigned int i = 0; i < nr; i++) {
		int node = node_of(at + i * PAGE);

		line[i] = node < 0 ? (node == -ENOENT ? '.' : '-')
				   : (char)('0' + node);
	}
	say("%s: %s", what, line);
}

static void map_range(int how)
{
	munmap(A, 64 * PAGE);
	if (mmap(A, NR_PAGES * PAGE, PROT_READ | PROT_WRITE,
		 how | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != A)
		exit(1);
}

static void touch(char *at, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		memset(at + i * PAGE, (int)(i + 1), PAGE);
}

static unsigned int wrong_bytes(const char *at, unsigned int nr)
{
	unsigned int wrong = 0;

	for (unsigned int i = 0; i < nr * PAGE; i++)
		wrong += at[i] != (char)(i / PAGE + 1);
	return wrong;
}

static void show_policy(const char *what, void *at, unsigned int flags)
{
	int mode = -1;
	uint32_t nodes = 0;
	const char *ret = made(get_mempolicy(&mode, &nodes, at, flags));

	say("%s: %s mode %x nodes %x", what, ret, mode, nodes);
}

/* ---- places ---------------------------------------------------------------------- */

static const struct {
	const char *name;
	int mode;
	uint32_t nodes;
} policies[] = {
	{"default", DEFAULT, 0},
	{"prefer 2", PREFERRED, 4},
	{"prefer 1,3", PREFERRED, 0xa},
	{"prefer none", PREFERRED, 0},
	{"local", LOCAL, 0},
	{"bind 1", BIND, 2},
	{"bind 1,3", BIND, 0xa},
	{"bind static 2,4", BIND | STATIC, 0x14},
	{"bind relative 1,5", BIND | RELATIVE, 0x22},
	{"bind balancing 3", BIND | 0x2000, 8},
	{"bind static balancing 1", BIND | STATIC | 0x2000, 2},
	{"interleave all", INTERLEAVE, 0xf},
	{"interleave 1,2", INTERLEAVE, 6},
	{"interleave static 0,3", INTERLEAVE | STATIC, 9},
	{"many 2,3", PREFERRED_MANY, 0xc},
	{"many static 1,4", PREFERRED_MANY | STATIC, 0x12},
};
#define NR_POLICIES (sizeof(policies) / sizeof(policies[0]))

static void each_policy(int how, const char *kind)
{
	prefix = kind;
	for (unsigned int i = 0; i < NR_POLICIES; i++) {
		const char *name = policies[i].name;

		map_range(how);
		say("%s: mbind %s", name,
		    made(mbind(A, NR_PAGES * PAGE, policies[i].mode,
			       policies[i].nodes, 0)));
		show_policy(name, AT(3), F_ADDR);
		touch(A, NR_PAGES);
		show_nodes(name, A, NR_PAGES);
		show_policy(name, AT(5), F_ADDR | F_NODE);
		show_maps(name);
	}
}

static void each_task_policy(void)
{
	prefix = "task";
	for (unsigned int i = 0; i < NR_POLICIES; i++) {
		const char *name = policies[i].name;
		int mode = -1;
		uint32_t nodes;

		map_range(MAP_PRIVATE);
		*AT(4) = 1; /* so that the table is there */
		say("%s: set %s", name,
		    made(set_mempolicy(policies[i].mode, policies[i].nodes)));
		show_policy(name, NULL, 0);
		say("%s: next %s", name,
		    made(get_mempolicy(&mode, &nodes, NULL, F_NODE)));
		touch(A, NR_PAGES);
		show_nodes(name, A, NR_PAGES);
		show_maps(name);
		set_mempolicy(DEFAULT, 0);
	}
}

/* ---- borders ---------------------------------------------------------------------- */

static void split_and_merge(int how, const char *kind)
{
	prefix = kind;
	map_range(how);
	mbind(AT(4), 4 * PAGE, BIND, 2, 0);
	show_maps("middle");
	mbind(AT(8), 4 * PAGE, BIND, 2, 0);
	show_maps("grown");
	mbind(AT(6), 2 * PAGE, BIND, 4, 0);
	show_maps("cut");
	mbind(AT(6), 2 * PAGE, BIND | STATIC, 2, 0);
	show_maps("flags tell them apart");
	mbind(AT(6), 2 * PAGE, BIND, 2, 0);
	show_maps("whole again");
	say("home %s",
	    made(syscall(SYS_set_mempolicy_home_node, AT(4), 4 * PAGE, 1, 0)));
	show_maps("home");
	mbind(A, NR_PAGES * PAGE, DEFAULT, 0, 0);
	show_maps("nothing");
	mbind(A, 4 * PAGE, INTERLEAVE, 6, 0);
	mprotect(AT(2), 4 * PAGE, PROT_READ);
	show_maps("rights");
	mprotect(AT(2), 4 * PAGE, PROT_READ | PROT_WRITE);
	show_maps("rights again");
	mmap(AT(NR_PAGES), 4 * PAGE, PROT_READ | PROT_WRITE,
	     how | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	show_maps("more behind");
	mbind(A, NR_PAGES * PAGE, BIND, 8, 0);
	touch(A, NR_PAGES);
	mremap(A, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, AT(32));
	show_maps("moved away");
}

/* ---- moving ------------------------------------------------------------------------ */

static void move_named_pages(void)
{
	void *pages[NR_PAGES + 2];
	int nodes[NR_PAGES + 2], status[NR_PAGES + 2];
	char line[400];
	int len = 0;

	prefix = "move_pages";
	map_range(MAP_PRIVATE);
	touch(A, NR_PAGES - 2);
	(void)*(volatile char *)AT(NR_PAGES - 2); /* the zero page */
	for (unsigned int i = 0; i < NR_PAGES + 2; i++) {
		pages[i] = AT(i) + i; /* anywhere within the page */
		nodes[i] = (int)(i / 3 % 4);
		status[i] = 1000;
	}
	say("%s", made(syscall(SYS_move_pages, 0, NR_PAGES + 2, pages, nodes,
			       status, MOVE)));
	for (unsigned int i = 0; i < NR_PAGES + 2; i++)
		len += sprintf(line + len, " %d", status[i]);
	say("status%s", line);
	show_nodes("nodes", A, NR_PAGES);
	say("wrong %u", wrong_bytes(A, NR_PAGES - 2));
	show_maps("maps");
	nodes[5] = 7;
	say("bad node %s", made(syscall(SYS_move_pages, 0, NR_PAGES, pages,
					nodes, status, MOVE)));
	show_nodes("nodes", A, NR_PAGES);
}

static void move_shared_pages(void)
{
	void *page = A;
	int node = 2, status = 1000;
	pid_t child;

	prefix = "shared";
	map_range(MAP_PRIVATE);
	touch(A, NR_PAGES);
	child = fork();
	if (!child) {
		say("one %s", made(syscall(SYS_move_pages, 0, 1, &page, &node,
					   &status, MOVE)));
		say("status %d", status);
		say("strict %s",
		    made(mbind(A, 8 * PAGE, BIND, 8, STRICT | MOVE)));
		show_nodes("nodes", A, NR_PAGES);
		say("all %s",
		    made(mbind(A, 8 * PAGE, BIND, 8, STRICT | MOVE_ALL)));
		show_nodes("nodes", A, NR_PAGES);
		say("wrong %u", wrong_bytes(A, NR_PAGES));
		_exit(0);
	}
	waitpid(child, NULL, 0);
	show_nodes("parent", A, NR_PAGES);
	say("wrong %u", wrong_bytes(A, NR_PAGES));
}

static void bind_and_move(int how, const char *kind)
{
	static const unsigned int flags[] = {0, STRICT, MOVE, STRICT | MOVE,
					     MOVE_ALL};

	prefix = kind;
	for (unsigned int i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		map_range(how);
		touch(A, NR_PAGES);
		say("flags %x: %s", flags[i],
		    made(mbind(AT(4), 8 * PAGE, INTERLEAVE, 6, flags[i])));
		show_nodes("nodes", A, NR_PAGES);
		say("wrong %u", wrong_bytes(A, NR_PAGES));
		show_maps("maps");
	}
}

static void migrate(uint32_t from, uint32_t to)
{
	char what[32];

	map_range(MAP_PRIVATE);
	mbind(A, NR_PAGES * PAGE, INTERLEAVE, 0xf, 0);
	touch(A, NR_PAGES);
	snprintf(what, sizeof(what), "%x to %x", from, to);
	say("%s: %s", what,
	    made(syscall(SYS_migrate_pages, 0, MAXNODE, &from, &to)));
	show_nodes(what, A, NR_PAGES);
	say("wrong %u", wrong_bytes(A, NR_PAGES));
}

static void migrate_all(void)
{
	static const uint32_t sets[][2] = {{1, 2},   {2, 1},   {3, 0xc},
					   {0xc, 3}, {0xf, 1}, {1, 0xf},
					   {3, 6},   {6, 3},   {7, 0xe}};

	prefix = "migrate_pages";
	for (unsigned int i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		migrate(sets[i][0], sets[i][1]);
}

/* ---- whose policy -------------------------------------------------------------------- */

static void inherit(void)
{
	pid_t child;

	prefix = "child";
	map_range(MAP_PRIVATE);
	mbind(A, 8 * PAGE, BIND, 4, 0);
	set_mempolicy(INTERLEAVE | RELATIVE, 6);
	child = fork();
	if (!child) {
		show_policy("task", NULL, 0);
		touch(A, NR_PAGES);
		show_nodes("nodes", A, 8);
		show_policy("place", A, F_ADDR);
		show_policy("no place", AT(9), F_ADDR);
		set_mempolicy(DEFAULT, 0);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	show_policy("parent", NULL, 0);
	set_mempolicy(DEFAULT, 0);
}

/* A file of memory: what one mapping says holds for the other. */
static void share(void)
{
	int fd = memfd_create("shared", 0);
	char *other;

	prefix = "file";
	if (ftruncate(fd, NR_PAGES * PAGE))
		exit(1);
	munmap(A, 64 * PAGE);
	mmap(A, NR_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
	     fd, 0);
	other = mmap(NULL, NR_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED,
		     fd, 0);
	mbind(AT(2), 8 * PAGE, BIND, 2, 0);
	mbind(AT(4), 2 * PAGE, BIND, 8, 0);
	mbind(AT(8), PAGE, DEFAULT, 0, 0);
	for (unsigned int i = 0; i < NR_PAGES; i += 2)
		show_policy("other", other + i * PAGE, F_ADDR);
	touch(other, NR_PAGES);
	show_nodes("other", other, NR_PAGES);
	show_nodes("untouched", A, NR_PAGES);
	show_maps("maps");
	close(fd);
}

/* ---- numastat -------------------------------------------------------------------------- */

static unsigned long counter(int node, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/numastat",
		 node);
	return field(path, name);
}

/* @nr pages of @node by @mode: which counters have grown by so many? */
static void count(const char *what, int mode, uint32_t nodes, int node)
{
	static const char *const names[] = {"numa_hit ",     "numa_miss ",
					    "numa_foreign ", "interleave_hit ",
					    "local_node ",   "other_node "};
	unsigned long before[6];
	const unsigned int nr = 1024;
	char *at = map_pages(nr, MAP_PRIVATE);

	mbind(at, nr * PAGE, mode, nodes, 0);
	for (int i = 0; i < 6; i++)
		before[i] = counter(node, names[i]);
	for (unsigned int i = 0; i < nr; i++)
		at[i * PAGE] = 1;
	for (int i = 0; i < 6; i++)
		say("%s %s%s", what, names[i],
		    counter(node, names[i]) - before[i] >= nr / 4 ? "grows"
								  : "stays");
	munmap(at, nr * PAGE);
}

static void count_all(void)
{
	prefix = "numastat";
	count("near", DEFAULT, 0, 0);
	count("far", BIND, 4, 2);
	count("turns", INTERLEAVE, 0xf, 3);
	count("preferred", PREFERRED, 2, 1);
}

/* ---- under running programs ---------------------------------------------------------------- */

#define WORKERS 3
static volatile bool stop;
static unsigned long wrong[WORKERS + 1];

/* Each byte of its pages is what it wrote last. */
static void work(char *at, unsigned long *errors)
{
	unsigned char round = 1;

	memset(at, round, NR_PAGES * PAGE);
	while (!stop) {
		for (unsigned int i = 0; i < NR_PAGES * PAGE; i += 64)
			*errors += at[i] != round;
		memset(at, ++round, NR_PAGES * PAGE);
	}
}

static void *worker(void *arg)
{
	const long n = (long)arg;

	work(map_pages(NR_PAGES, MAP_PRIVATE), &wrong[n]);
	return NULL;
}

static void end(int sig)
{
	(void)sig;
	stop = true;
}

static pid_t start_child(void)
{
	char *at = map_pages(NR_PAGES, MAP_SHARED);
	pid_t child;

	memset(at, 1, NR_PAGES * PAGE);
	child = fork();
	if (child)
		return child;
	signal(SIGALRM, end);
	work(at, &wrong[WORKERS]);
	_exit(wrong[WORKERS] != 0);
}

static void move_under_load(int seconds)
{
	pthread_t thread[WORKERS];
	unsigned long bad = 0, failed = 0, rounds = 0;
	pid_t child = start_child();
	int status;

	for (long i = 0; i < WORKERS; i++)
		pthread_create(&thread[i], NULL, worker, (void *)i);
	for (time_t t = time(NULL); time(NULL) < t + seconds; rounds++) {
		uint32_t all = 0xf, to = 1u << rounds % 4;

		failed += syscall(SYS_migrate_pages, 0, MAXNODE, &all, &to) < 0;
		failed += syscall(SYS_migrate_pages, child, MAXNODE, &all,
				  &to) < 0;
		sched_yield();
	}
	stop = true;
	kill(child, SIGALRM);
	for (int i = 0; i < WORKERS; i++)
		pthread_join(thread[i], NULL);
	waitpid(child, &status, 0);
	for (int i = 0; i < WORKERS; i++)
		bad += wrong[i];
	prefix = "move";
	say("%s, wrong %lu, child %s, failed %lu, moved %s",
	    rounds > 3 ? "many rounds" : "few rounds", bad,
	    status ? "wrong" : "right", failed,
	    field("/proc/vmstat", "pgmigrate_success ") > 1000 ? "much"
							       : "little");
}

/* ---- more than a node has --------------------------------------------------------------------- */

static void fill_node(int mode, uint32_t nodes)
{
	const size_t size = 180u << 20;
	pid_t child = fork();
	int status;

	if (!child) {
		char *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
				MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		mbind(at, size, mode, nodes, 0);
		set_mempolicy(mode, nodes);
		for (size_t i = 0; i < size; i += PAGE)
			at[i] = 1;
		_exit(0);
	}
	waitpid(child, &status, 0);
	say("mode %d nodes %x: %s %d", mode, nodes,
	    WIFSIGNALED(status) ? "signal" : "exit",
	    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

/* What the log says of constraints and of nodes. */
static void show_log(void)
{
	int len = (int)syscall(SYS_syslog, 3, text, sizeof(text) - 1);
	char *line, *next;

	text[len > 0 ? len : 0] = '\0';
	for (line = text; *line; line = next) {
		char *at = strstr(line, "oom-kill:");
		char *node = strstr(line, "] Node ");

		next = line + strcspn(line, "\n");
		if (*next)
			*next++ = '\0';
		if (at && at < next) /* up to cpusets and control groups */
			say("%.*s", (int)(strstr(at, "nodemask=") - at) + 10,
			    at);
		if (node && node < next && strstr(node, " active_anon:"))
			say("%.7s", node + 1);
	}
}

static void run_out(void)
{
	prefix = "oom";
	fill_node(BIND, 4);
	fill_node(BIND | STATIC, 2);
	fill_node(PREFERRED, 8);
	fill_node(BIND, 0xc);
	show_log();
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "oom")) {
		run_out();
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "move")) {
		move_under_load(argc > 2 ? atoi(argv[2]) : 3);
		return 0;
	}
	each_policy(MAP_PRIVATE, "private");
	each_task_policy();
	split_and_merge(MAP_PRIVATE, "borders");
	split_and_merge(MAP_SHARED, "shared borders");
	move_named_pages();
	move_shared_pages();
	bind_and_move(MAP_PRIVATE, "mbind");
	bind_and_move(MAP_SHARED, "mbind shared");
	migrate_all();
	inherit();
	share();
	count_all();
	return 0;
}
