/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vmknobs: the knobs of /proc/sys/vm that physical memory is ruled by. Each is
 * written with values that it takes and others, several numbers, none, words;
 * what write() said and what it then reads as is printed. After each change
 * the marks of every zone in /proc/zoneinfo are compared with what they should
 * be by the zone's own size: so the lines are the same on every machine.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_ZONES 4

struct zone {
	char name[16];
	unsigned long min, low, high, managed, pcp_high, batch;
	unsigned long protection[MAX_ZONES];
	int nr_protection, nr_cpus;
};

static struct zone zones[MAX_ZONES];
static int nr_zones;

static void path_of(char *path, const char *name)
{
	sprintf(path, "/proc/sys/vm/%s", name);
}

static void read_knob(const char *name, char *to, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	path_of(path, name);
	fd = open(path, O_RDONLY);
	n = fd < 0 ? -1 : read(fd, to, size - 1);
	to[n < 0 ? 0 : n] = '\0';
	to[strcspn(to, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

static long number(const char *name)
{
	char text[64];

	read_knob(name, text, sizeof(text));
	return atol(text);
}

/* ---- /proc/zoneinfo --------------------------------------------------------- */

static void read_protection(struct zone *zone, const char *at)
{
	zone->nr_protection = 0;
	while (*at && zone->nr_protection < MAX_ZONES) {
		char *end;

		zone->protection[zone->nr_protection] = strtoul(at, &end, 10);
		if (end == at)
			break;
		zone->nr_protection++;
		at = end + strspn(end, ", ");
	}
}

static void read_zones(void)
{
	FILE *file = fopen("/proc/zoneinfo", "r");
	struct zone *zone = NULL;
	char line[256];
	unsigned long value;

	nr_zones = 0;
	while (file && fgets(line, sizeof(line), file)) {
		char name[16];

		if (sscanf(line, "Node 0, zone %15s", name) == 1) {
			zone = &zones[nr_zones++];
			memset(zone, 0, sizeof(*zone));
			strcpy(zone->name, name);
		}
		if (!zone)
			continue;
		if (sscanf(line, " min %lu", &value) == 1)
			zone->min = value;
		if (sscanf(line, " low %lu", &value) == 1)
			zone->low = value;
		if (sscanf(line, " high: %lu", &value) == 1)
			zone->pcp_high = value;
		else if (sscanf(line, " high %lu", &value) == 1)
			zone->high = value;
		if (sscanf(line, " managed %lu", &value) == 1)
			zone->managed = value;
		if (sscanf(line, " batch: %lu", &value) == 1)
			zone->batch = value;
		if (strstr(line, "cpu: "))
			zone->nr_cpus++;
		if (strstr(line, "protection: ("))
			read_protection(zone, strchr(line, '(') + 1);
	}
	if (file)
		fclose(file);
}

/* ---- what it should be -------------------------------------------------------- */

static int is_highmem(const struct zone *zone)
{
	return !strcmp(zone->name, "HighMem");
}

static void check_marks(const struct zone *zone, unsigned long lowmem)
{
	unsigned long long pages = (unsigned long)number("min_free_kbytes") / 4;
	unsigned long share = (unsigned long)(pages * zone->managed / lowmem);
	unsigned long min = share, gap;

	if (is_highmem(zone))
		min = zone->managed < 32 * 1024    ? 32
		      : zone->managed > 128 * 1024 ? 128
						   : zone->managed / 1024;
	gap = (unsigned long)((unsigned long long)zone->managed *
			      (unsigned long)number("watermark_scale_factor") /
			      10000);
	if (gap < share / 4)
		gap = share / 4;
	if (zone->min == min && zone->low == min + gap &&
	    zone->high == min + 2 * gap)
		return;
	printf("  %s: %lu %lu %lu, should be %lu %lu %lu\n", zone->name,
	       zone->min, zone->low, zone->high, min, min + gap, min + 2 * gap);
}

static void check_pcp(const struct zone *zone)
{
	unsigned long fraction, pages, high;

	if (!zone->nr_cpus)
		return;
	fraction = (unsigned long)number("percpu_pagelist_high_fraction");
	pages = fraction ? zone->managed / fraction : zone->low;
	high = pages / (unsigned long)zone->nr_cpus;
	if (high < zone->batch * 4)
		high = zone->batch * 4;
	if (zone->pcp_high != high)
		printf("  %s: pcp high %lu, should be %lu\n", zone->name,
		       zone->pcp_high, high);
}

static void check_protection(int at)
{
	char text[64], *ratio = text;
	unsigned long above = 0;
	long by = 0;

	read_knob("lowmem_reserve_ratio", text, sizeof(text));
	for (int i = 0; i <= at; i++)
		by = strtol(ratio, &ratio, 10);
	for (int i = at + 1; i < nr_zones; i++) {
		unsigned long want;

		above += zones[i].managed;
		want = by > 0 && zones[at].managed ? above / (unsigned long)by
						   : 0;
		if (zones[at].protection[i] != want)
			printf("  %s: keeps %lu from %s, should be %lu\n",
			       zones[at].name, zones[at].protection[i],
			       zones[i].name, want);
	}
}

static void check_all(void)
{
	unsigned long lowmem = 0;

	read_zones();
	for (int i = 0; i < nr_zones; i++)
		if (!is_highmem(&zones[i]))
			lowmem += zones[i].managed;
	for (int i = 0; i < nr_zones; i++) {
		check_marks(&zones[i], lowmem);
		check_pcp(&zones[i]);
		check_protection(i);
	}
}

/* ---- writing -------------------------------------------------------------------- */

static void try(const char *name, const char *value)
{
	char path[64], after[64];
	int fd;
	ssize_t n;

	path_of(path, name);
	fd = open(path, O_WRONLY);
	if (fd < 0) {
		printf("%s: open %s\n", name, strerror(errno));
		return;
	}
	n = write(fd, value, strlen(value));
	printf("%s <- '%.*s': ", name, (int)strcspn(value, "\n"), value);
	if (n < 0)
		printf("%s", strerror(errno));
	else
		printf("%zd of %zu", n, strlen(value));
	close(fd);
	read_knob(name, after, sizeof(after));
	printf(", is '%s'\n", after);
	check_all();
}

static void try_all(const char *name, const char *const *values)
{
	for (; *values; values++)
		try(name, *values);
}

int main(void)
{
	static const char *const min_free[] = {
		"4000\n",      "4000x\n", "-1\n", "99999999999\n",
		"5000 6000\n", "",        "\n",   "  6000 ",
		"010000",      "0x1000",  "+5",   "0\n",
		"2000\n",      NULL};
	static const char *const scale[] = {"0\n",   "3001\n", "1\n", "3000\n",
					    "ten\n", "10\n",   NULL};
	static const char *const boost[] = {"-1\n", "1 2\n", "0\n", NULL};
	static const char *const fraction[] = {
		"7\n", "-8\n", "8\n", "50\n", "100000\n", "3 8\n", "0\n", NULL};
	static const char *const ratio[] = {
		"1 2 3 4\n", "5\n",   "0 -3 7\n",    "a\n",          "9 b\n",
		"\n",        "1\t2 ", "1 2 3 4 5\n", "256 32 0 0\n", NULL};
	static const char *const drop[] = {"0\n", "5\n", "x\n",
					   "4\n", "2\n", NULL};
	static const char *const compact[] = {"1\n", "0\n", "x\n", NULL};

	check_all();
	try_all("min_free_kbytes", min_free);
	try_all("watermark_scale_factor", scale);
	try_all("watermark_boost_factor", boost);
	try_all("percpu_pagelist_high_fraction", fraction);
	try_all("lowmem_reserve_ratio", ratio);
	try_all("drop_caches", drop);
	try_all("compact_memory", compact);
	try("numa_zonelist_order", "n\n");
	return 0;
}
