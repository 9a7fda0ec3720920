/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modcycle CYCLES FILE [+ARGS]…: loads the modules one after the other and
 * unloads them in the reverse order, so many times; one whose init fails is
 * tried again each time. Before, after a tenth, and at the end it counts what
 * there is of free memory, objects in slabs, areas of vmalloc's and modules,
 * and prints the three lines: from the second on nothing may change.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST 8

struct file {
	char *image;
	long size;
	const char *args;
	char name[60];
};

static struct file files[MOST];

static void read_file(struct file *file, char *argument)
{
	char *slash, *dot;
	struct stat st;
	int fd;

	file->args = "";
	fd = open(argument, O_RDONLY);
	if (fd < 0 || fstat(fd, &st)) {
		perror(argument);
		exit(1);
	}
	file->size = st.st_size;
	file->image = malloc((size_t)st.st_size);
	if (!file->image || read(fd, file->image, (size_t)st.st_size) < 0)
		exit(1);
	close(fd);
	slash = strrchr(argument, '/');
	snprintf(file->name, sizeof(file->name), "%s",
		 slash ? slash + 1 : argument);
	dot = strrchr(file->name, '.');
	if (dot)
		*dot = '\0';
}

/* The sum of column @column of @path's lines, or how many lines there are. */
static long count(const char *path, const char *line_with, int column)
{
	FILE *f = fopen(path, "r");
	char line[512];
	long sum = 0;

	while (f && fgets(line, sizeof(line), f)) {
		char *word = strtok(line, " \t\n");

		if (line_with && (!word || strcmp(word, line_with) != 0))
			continue;
		for (int i = 0; word && i < column; i++)
			word = strtok(NULL, " \t\n");
		sum += !column ? 1 : word ? strtol(word, NULL, 10) : 0;
	}
	if (f)
		fclose(f);
	return sum;
}

/* Not kernel stacks: each core keeps up to two that ended tasks had. */
static long count_areas(void)
{
	FILE *f = fopen("/proc/vmallocinfo", "r");
	char line[256];
	long n = 0;

	while (f && fgets(line, sizeof(line), f))
		n += !strstr(line, " kernel_clone ");
	if (f)
		fclose(f);
	return n;
}

static void print(long cycle)
{
	FILE *f;

	/* what caches hold goes, and what waits to be purged */
	f = fopen("/proc/sys/vm/drop_caches", "w");
	if (f) {
		fputs("3\n", f);
		fclose(f);
	}
	printf("%ld: free %ld kB, objects %ld, areas %ld, modules %ld\n", cycle,
	       count("/proc/meminfo", "MemFree:", 1),
	       count("/proc/slabinfo", NULL, 1), count_areas(),
	       count("/proc/modules", NULL, 0));
	fflush(stdout);
}

static void cycle_once(int nr, long *loaded, long *refused)
{
	for (int i = 0; i < nr; i++)
		if (syscall(SYS_init_module, files[i].image, files[i].size,
			    files[i].args))
			++*refused;
		else
			++*loaded;
	for (int i = nr; i--;)
		syscall(SYS_delete_module, files[i].name, 0);
}

int main(int argc, char **argv)
{
	long cycles = argc > 1 ? atol(argv[1]) : 0, loaded = 0, refused = 0;
	int nr = 0;

	for (int i = 2; i < argc; i++)
		if (nr && argv[i][0] == '+')
			files[nr - 1].args = argv[i] + 1;
		else if (nr < MOST)
			read_file(&files[nr++], argv[i]);
	print(0);
	for (long i = 1; i <= cycles; i++) {
		cycle_once(nr, &loaded, &refused);
		if (i == cycles / 10)
			print(i);
	}
	print(cycles);
	printf("%ld loaded, %ld refused\n", loaded, refused);
	return 0;
}
