/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory that outgrows its node: touches anonymous memory, megabyte by
 * megabyte, and looks after each in numastat which nodes served it.
 *
 * numa [PERCENT]: as much as PERCENT of MemTotal, 80 unless given.
 *
 * Prints: here NODE, of the core it runs on; distance NODE …; from NODE MB,
 * for each stretch of memory that (mostly) came from one node; then each
 * node's counters as they are in the end.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MB        (1u << 20)
#define PAGE      4096u
#define MAX_NODES 8
#define FOLDER    "/sys/devices/system/node"

static const char *const counters[] = {
	"numa_hit",       "numa_miss",  "numa_foreign",
	"interleave_hit", "local_node", "other_node",
};
#define NR_COUNTERS (sizeof(counters) / sizeof(counters[0]))

static int nr_nodes;

static FILE *open_node_file(int node, const char *name)
{
	char path[96];

	snprintf(path, sizeof(path), FOLDER "/node%d/%s", node, name);
	return fopen(path, "r");
}

/* False: there is no such node. */
static int read_counters(int node, unsigned long value[NR_COUNTERS])
{
	FILE *file = open_node_file(node, "numastat");
	char name[32];

	if (!file)
		return 0;
	for (unsigned int i = 0; i < NR_COUNTERS; i++)
		if (fscanf(file, "%31s %lu", name, &value[i]) != 2 ||
		    strcmp(name, counters[i])) {
			printf("numastat of node %d: line %u is strange\n",
			       node, i + 1);
			exit(1);
		}
	fclose(file);
	return 1;
}

/* Allocations that the node has served. */
static unsigned long served(int node)
{
	unsigned long value[NR_COUNTERS] = {0};

	read_counters(node, value);
	return value[0] + value[1];
}

static void print_place(void)
{
	unsigned int cpu, node;
	char line[64];

	if (syscall(SYS_getcpu, &cpu, &node, NULL))
		exit(1);
	printf("here %u\n", node);
	for (int i = 0; i < nr_nodes; i++) {
		FILE *file = open_node_file(i, "distance");

		if (file && fgets(line, sizeof(line), file))
			printf("distance %d: %s", i, line);
		if (file)
			fclose(file);
	}
}

static unsigned int mem_total_mb(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long kb = 0;

	if (!file || fscanf(file, "MemTotal: %lu", &kb) != 1)
		exit(1);
	fclose(file);
	return (unsigned int)(kb / 1024);
}

/* Which node served most of the megabyte at @at, once it is touched. */
static int touch(volatile char *at)
{
	unsigned long before[MAX_NODES];
	int best = 0;

	for (int i = 0; i < nr_nodes; i++)
		before[i] = served(i);
	for (unsigned int offset = 0; offset < MB; offset += PAGE)
		at[offset] = 1;
	for (int i = 0; i < nr_nodes; i++)
		before[i] = served(i) - before[i];
	for (int i = 1; i < nr_nodes; i++)
		if (before[i] > before[best])
			best = i;
	return best;
}

static void fill(unsigned int megabytes)
{
	char *memory = mmap(NULL, (size_t)megabytes * MB,
			    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
	unsigned int length = 0;
	int from = -1;

	if (memory == MAP_FAILED)
		exit(1);
	for (unsigned int i = 0; i < megabytes; i++) {
		int node = touch(memory + (size_t)i * MB);

		if (node != from && from >= 0) {
			printf("from %d %u\n", from, length);
			length = 0;
		}
		from = node;
		length++;
	}
	printf("from %d %u\n", from, length);
}

int main(int argc, char **argv)
{
	unsigned int percent = argc > 1 ? (unsigned int)atoi(argv[1]) : 80;
	unsigned long value[NR_COUNTERS];

	while (nr_nodes < MAX_NODES && read_counters(nr_nodes, value))
		nr_nodes++;
	if (!nr_nodes) {
		printf("no nodes\n");
		return 0;
	}
	print_place();
	fill(mem_total_mb() * percent / 100);
	for (int node = 0; node < nr_nodes; node++) {
		read_counters(node, value);
		printf("node %d:", node);
		for (unsigned int i = 0; i < NR_COUNTERS; i++)
			printf(" %s=%lu", counters[i], value[i]);
		printf("\n");
	}
	return 0;
}
