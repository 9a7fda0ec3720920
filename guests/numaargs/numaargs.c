/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every call of memory policies with every kind of bad argument, two at a
 * time, so that it shows which is looked at first; for root, then for a user.
 *
 * A line is a value of one argument and, for all values of another, what the
 * call said; "NAME*3": three times in a row. Before each call the memory is set
 * up anew. The first line is all that a kernel without NUMA has to say.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <sys/wait.h>

#include "numa.h"

#define A       0x20000000u /* four pages, the second untouched */
#define NONE    (A + 8 * PAGE) /* one without rights, touched before */
#define SHARED  (A + 12 * PAGE) /* two, shared */
#define HOLE    (A + 40 * PAGE)
#define BUFFERS 0x30000000u
#define MASK(n) (BUFFERS + 2 * PAGE * (n))
#define PAGES   (BUFFERS + 64 * PAGE)
#define NODES   (PAGES + PAGE)
#define STATUS  (NODES + PAGE)
#define MOST    20
#define KERNEL  0xfffff000u /* no program's, on either width of kernel */

struct kind {
	unsigned int nr;
	uint32_t value[MOST];
};

/* What the masks hold: words 0 and 1. */
static const uint32_t masks[][2] = {{2, 0},       {0, 0},       {1, 0},
				    {0xf, 0},     {0x10, 0},    {0x12, 0},
				    {0x8000, 0},  {0x10000, 0}, {0x80000001, 0},
				    {0x20002, 0}, {2, 1},       {0, 0x8000}};
#define NR_MASKS (sizeof(masks) / sizeof(masks[0]))

static const struct kind mask = {15,
				 {MASK(0), MASK(1), MASK(2), MASK(3), MASK(4),
				  MASK(5), MASK(6), MASK(7), MASK(8), MASK(9),
				  MASK(10), MASK(11), 0, HOLE, KERNEL}};
static const struct kind few_masks = {
	8, {MASK(0), MASK(1), MASK(3), MASK(4), MASK(5), MASK(7), 0, HOLE}};
static const struct kind maxnode = {
	14, {32, 0, 1, 2, 3, 4, 5, 16, 17, 33, 64, 65, 32769, 32770}};
static const struct kind mode = {
	18,
	{BIND, DEFAULT, PREFERRED, INTERLEAVE, LOCAL, PREFERRED_MANY, 6,
	 0x80000000, BIND | STATIC, BIND | RELATIVE, 0xc002, DEFAULT | STATIC,
	 PREFERRED | STATIC, LOCAL | RELATIVE, INTERLEAVE | RELATIVE,
	 BIND | 0x2000, PREFERRED | 0x2000, 0x1002}};
static const struct kind address = {12,
				    {A, 0, 1, A + 1, A + PAGE, A + 3 * PAGE,
				     NONE, SHARED, HOLE, A - PAGE, 0xa0000000,
				     0xbffff000}};
static const struct kind length = {10,
				   {PAGE, 0, 1, PAGE + 1, 4 * PAGE, 8 * PAGE,
				    9 * PAGE, 14 * PAGE, 64 * PAGE,
				    0x40000000}};
static const struct kind flags = {
	12, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x10, 0x80000000}};
static const struct kind pointer = {
	5, {BUFFERS + 40 * PAGE, 0, HOLE, KERNEL, BUFFERS + 40 * PAGE + 1}};
static const struct kind node = {8,
				 {1, 0, 3, 4, 15, 16, 0x7fffffff, 0xffffffff}};
/* The second becomes the parent; the third is a thread of the kernel. */
static struct kind pid = {6, {0, 0, 2, 32000, 0x7fffffff, 0xffffffff}};
static const struct kind number = {6, {4, 0, 1, 2, 5, 1100}};
static const struct kind array = {4, {PAGES, HOLE, KERNEL, SHARED}};
static const struct kind targets = {5, {NODES, 0, HOLE, KERNEL, NODES + 4}};
static const struct kind answers = {4, {STATUS, 0, HOLE, STATUS + PAGE - 8}};

static const struct call {
	const char *name;
	long nr;
	unsigned int nr_args;
	const struct kind *kind[6];
} calls[] = {
	{"set_mempolicy", SYS_set_mempolicy, 3, {&mode, &mask, &maxnode}},
	{"get_mempolicy",
	 SYS_get_mempolicy,
	 5,
	 {&pointer, &few_masks, &maxnode, &address, &flags}},
	{"mbind",
	 SYS_mbind,
	 6,
	 {&address, &length, &mode, &few_masks, &maxnode, &flags}},
	{"set_mempolicy_home_node",
	 SYS_set_mempolicy_home_node,
	 4,
	 {&address, &length, &node, &flags}},
	{"migrate_pages",
	 SYS_migrate_pages,
	 4,
	 {&pid, &maxnode, &mask, &few_masks}},
	{"move_pages",
	 SYS_move_pages,
	 6,
	 {&pid, &number, &array, &targets, &answers, &flags}},
};
#define NR_CALLS (sizeof(calls) / sizeof(calls[0]))

/* ---- the memory ------------------------------------------------------------------- */

static void map_at(uint32_t at, unsigned int nr, int how)
{
	if (mmap((void *)at, nr * PAGE, PROT_READ | PROT_WRITE,
		 how | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		_exit(1);
}

static void set_up_places(void)
{
	munmap((void *)(A - 4 * PAGE), 128 * PAGE);
	map_at(A, 4, MAP_PRIVATE);
	map_at(NONE, 1, MAP_PRIVATE);
	map_at(SHARED, 2, MAP_SHARED);
	for (uint32_t at = A; at < A + 4 * PAGE; at += PAGE)
		if (at != A + PAGE)
			*(char *)at = 1;
	*(char *)NONE = 1;
	*(char *)SHARED = 1;
	mprotect((void *)NONE, PAGE, PROT_NONE);
}

static void set_up_buffers(void)
{
	for (unsigned int i = 0; i < NR_MASKS; i++)
		memcpy((void *)MASK(i), masks[i], sizeof(masks[i]));
	for (unsigned int i = 0; i < 4; i++) {
		((uint32_t *)PAGES)[i] = A + i * PAGE;
		((uint32_t *)NODES)[i] = i % 4;
	}
}

static void set_up(const struct call *call)
{
	set_mempolicy(DEFAULT, 0);
	set_up_places();
	set_up_buffers();
	if (call->nr == SYS_set_mempolicy_home_node)
		mbind((void *)A, 4 * PAGE, BIND, 3, 0);
}

/* ---- calls -------------------------------------------------------------------------- */

static const char *attempt(const struct call *call, const uint32_t *arg)
{
	set_up(call);
	return made(syscall(call->nr, arg[0], arg[1], arg[2], arg[3], arg[4],
			    arg[5]));
}

/* Results in a row, equal ones counted. */
static void one_line(const struct call *call, uint32_t *arg, unsigned int i,
		     unsigned int j)
{
	const uint32_t right = arg[j];
	char line[400], last[16] = "";
	unsigned int times = 0;
	int len = 0;

	for (unsigned int v = 0; v <= call->kind[j]->nr; v++) {
		const char *now = "";

		if (v < call->kind[j]->nr) {
			arg[j] = call->kind[j]->value[v];
			now = attempt(call, arg);
		}
		if (!strcmp(now, last)) {
			times++;
			continue;
		}
		if (times > 1)
			len += sprintf(line + len, " %s*%u", last, times);
		else if (times)
			len += sprintf(line + len, " %s", last);
		strcpy(last, now);
		times = 1;
	}
	arg[j] = right;
	if (call->kind[i] == &pid && arg[i] == pid.value[1] && arg[i])
		say("%u=parent %u:%s", i, j, line);
	else
		say("%u=%x %u:%s", i, arg[i], j, line);
}

static void all_pairs(const struct call *call)
{
	uint32_t arg[6] = {0};

	for (unsigned int i = 0; i < call->nr_args; i++)
		arg[i] = call->kind[i]->value[0];
	prefix = call->name;
	for (unsigned int i = 0; i < call->nr_args; i++)
		for (unsigned int j = i + 1; j < call->nr_args; j++) {
			const uint32_t right = arg[i];

			for (unsigned int v = 0; v < call->kind[i]->nr; v++) {
				arg[i] = call->kind[i]->value[v];
				one_line(call, arg, i, j);
			}
			arg[i] = right;
		}
}

static void as_somebody(void)
{
	for (unsigned int i = 0; i < NR_CALLS; i++)
		all_pairs(&calls[i]);
}

int main(void)
{
	pid_t child;

	pid.value[1] = (uint32_t)getppid();
	map_at(BUFFERS, 67, MAP_PRIVATE);
	if (set_mempolicy(DEFAULT, 0) && errno == ENOSYS) {
		say("ENOSYS");
		for (unsigned int i = 0; i < NR_CALLS; i++)
			say("%s %s", calls[i].name,
			    made(syscall(calls[i].nr, 0, 0, 0, 0, 0, 0)));
		return 0;
	}
	as_somebody();
	child = fork();
	if (!child) {
		setuid(1000);
		as_somebody();
		_exit(0);
	}
	waitpid(child, NULL, 0);
	return 0;
}
