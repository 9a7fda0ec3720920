/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every memory call with every kind of bad argument, two at a time: so it
 * shows which is looked at first.
 *
 * A call has arguments that are right, and each argument a list of values that
 * mostly aren't. A line is a value of one argument and, for all values of
 * another, what the call said; "NAME*3": three times in a row. Before each
 * call the memory is set up anew.
 *
 *	badargs [CALL]    that call alone, a line each
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "observe.h"

#define PAGE        4096u
#define A           0x20000000u
#define NONE        (A + 8 * PAGE)
#define FILED       (A + 12 * PAGE)
#define LOCKED      (A + 16 * PAGE)
#define STACK       (A + 28 * PAGE)
#define HOLE        (A + 40 * PAGE)
#define WINDOW      (64 * PAGE)
#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define RW          (PROT_READ | PROT_WRITE)
#define MOST        40
#define SYS_mmap_2  192
#define NR(name)    SYS_##name

/* ---- kinds of arguments -------------------------------------------------------- */

static int file, reader, writer, folder, pipe_end;

struct kind {
	unsigned int nr;
	uint32_t value[MOST];
};

static const struct kind address = {18,
				    {A, 0, 1, PAGE, A + 1, A + 4 * PAGE, NONE,
				     FILED, LOCKED, STACK, HOLE, A - PAGE,
				     0x7ffff000, 0xbf000000, 0xbffff000,
				     0xc0000000, 0xfffff000, 0xffffffff}};
static const struct kind length = {
	13,
	{4 * PAGE, 0, 1, PAGE - 1, PAGE, 8 * PAGE, 12 * PAGE, 64 * PAGE,
	 0x7fffffff, 0x80000000, 0xe0000000, 0xfffff000, 0xffffffff}};
static const struct kind rights = {13,
				   {RW, 0, 1, 2, 4, 7, 8, 0x10, 0x01000000,
				    0x02000000, 0x03000003, 0x01000003,
				    0xffffffff}};
static const struct kind map_flags = {
	38, {0x32,      0,         1,        2,          3,          4,
	     0x0f,      0x20,      0x21,     0x22,       0x23,       0x31,
	     0x33,      0x11,      0x12,     0x13,       0x122,      0x121,
	     0x102,     0x2022,    0x4022,   0x8022,     0x18022,    0x20022,
	     0x40022,   0x80022,   0x80003,  0x100022,   0x100032,   0x100023,
	     0x4000022, 0x100003,  0x104003, 0x54000003, 0x7c000003, 0x80000003,
	     0x200003,  0xffffffff}};
static struct kind descriptor = {9, {0}};
static const struct kind page_offset = {
	8, {0, 1, 4, 0x7ffff, 0x80000, 0xfffff, 0x100000, 0xffffffff}};
static const struct kind remap_flags = {
	12, {1, 0, 2, 3, 4, 5, 6, 7, 8, 9, 0x10, 0xffffffff}};
static const struct kind advice = {
	36, {0,  1,  2,  3,   4,   5,   6,          7,          8,
	     9,  10, 11, 12,  13,  14,  15,         16,         17,
	     18, 19, 20, 21,  22,  23,  24,         25,         26,
	     27, 63, 99, 100, 101, 102, 0x7fffffff, 0x80000000, 0xffffffff}};
static const struct kind small_flags = {
	12, {0, 1, 2, 3, 4, 5, 6, 7, 8, 0x10, 0x80000000, 0xffffffff}};
static const struct kind pointer = {9,
				    {A, 0, 1, A + 3 * PAGE + 4090, NONE, FILED,
				     HOLE, 0xc0000000, 0xffffffff}};
static const struct kind id = {
	7, {0, 1, 0x7fff, 0x8000, 0x7fffffff, 0x80000000, 0xffffffff}};
static const struct kind shm_flags = {12,
				      {0, 0x200, 0x400, 0x600, 0x800, 0x1000,
				       0x2000, 0x4000, 0x8000, 0x1ff,
				       0x80000000, 0xffffffff}};

static const struct call {
	const char *name;
	long nr;
	unsigned int nr_args;
	const struct kind *kind[6];
	uint32_t right[6];
} calls[] = {
	{"munmap", NR(munmap), 2, {&address, &length}, {A, 4 * PAGE}},
	{"mprotect",
	 NR(mprotect),
	 3,
	 {&address, &length, &rights},
	 {A, 4 * PAGE, PROT_READ}},
	{"msync",
	 NR(msync),
	 3,
	 {&address, &length, &small_flags},
	 {A, 4 * PAGE, 4}},
	{"mlock", NR(mlock), 2, {&address, &length}, {A, 4 * PAGE}},
	{"munlock", NR(munlock), 2, {&address, &length}, {A, 4 * PAGE}},
	{"mlock2", 390, 3, {&address, &length, &small_flags}, {A, 4 * PAGE, 1}},
	{"mlockall", NR(mlockall), 1, {&small_flags}, {1}},
	{"mincore",
	 NR(mincore),
	 3,
	 {&address, &length, &pointer},
	 {A, 4 * PAGE, A}},
	{"madvise",
	 NR(madvise),
	 3,
	 {&address, &length, &advice},
	 {A, 4 * PAGE, 4}},
	{"mremap",
	 NR(mremap),
	 5,
	 {&address, &length, &length, &remap_flags, &address},
	 {A, 4 * PAGE, 8 * PAGE, 1, HOLE}},
	{"mmap2",
	 SYS_mmap_2,
	 6,
	 {&address, &length, &rights, &map_flags, &descriptor, &page_offset},
	 {HOLE, 4 * PAGE, RW, 0x12, 0, 0}},
	{"remap_file_pages",
	 NR(remap_file_pages),
	 5,
	 {&address, &length, &rights, &page_offset, &map_flags},
	 {FILED, 4 * PAGE, 0, 0, 0}},
	{"memfd_create", 385, 2, {&pointer, &small_flags}, {A, 0}},
	{"shmget", NR(shmget), 3, {&id, &length, &shm_flags}, {0, PAGE, 0x1ff}},
	{"shmat", NR(shmat), 3, {&id, &address, &shm_flags}, {0, 0, 0}},
	{"shmctl", NR(shmctl), 3, {&id, &advice, &pointer}, {0, 2, A}},
	{"shmdt", NR(shmdt), 1, {&address}, {A}},
};

/* ---- the memory they are tried on ------------------------------------------------ */

static void place(uint32_t at, unsigned int pages, int prot, int flags, int fd)
{
	syscall(SYS_mmap2, at, pages * PAGE, prot, flags | MAP_FIXED, fd, 0);
}

static void set_up(void)
{
	syscall(SYS_munlockall);
	syscall(SYS_munmap, A - 2 * PAGE, WINDOW + 4 * PAGE);
	place(A, 4, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	place(A + 4 * PAGE, 4, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	place(NONE, 4, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	place(FILED, 4, RW, MAP_SHARED, file);
	place(LOCKED, 4, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1);
	place(STACK, 4, RW, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1);
	*(volatile uint32_t *)(uintptr_t)A = 'x';
}

static void open_files(void)
{
	int ends[2];

	file = open("/tmp/badargs", O_RDWR | O_CREAT | O_TRUNC, 0600);
	reader = open("/tmp/badargs", O_RDONLY);
	writer = open("/tmp/badargs", O_WRONLY);
	folder = open("/tmp", O_RDONLY | O_DIRECTORY);
	if (file < 0 || ftruncate(file, 8 * PAGE) || pipe(ends))
		_exit(3);
	pipe_end = ends[0];
	descriptor = (struct kind){9,
				   {(uint32_t)file, (uint32_t)-1,
				    (uint32_t)reader, (uint32_t)writer,
				    (uint32_t)folder, (uint32_t)pipe_end, 999,
				    0x7fffffff, 0x80000000}};
}

/* ---- one line ---------------------------------------------------------------------- */

/* Where the child leaves its answers. */
static struct {
	volatile unsigned int done;
	int answer[MOST]; /* errno; 0; -1: a place, -2: another */
} *const shared = (void *)0x18000000;

#define DIED 1000

static int answer_of(long ret)
{
	const uint32_t at = (uint32_t)ret;

	if (ret == -1)
		return errno;
	if (!ret)
		return 0;
	return at >= A && at < A + WINDOW ? -1 - (int)((at - A) / PAGE) : -1000;
}

static void answers(const struct call *call, const uint32_t *right,
		    unsigned int arg)
{
	while (shared->done < call->kind[arg]->nr) {
		uint32_t a[6];
		long ret;

		memcpy(a, right, sizeof(a));
		a[arg] = call->kind[arg]->value[shared->done];
		set_up();
		ret = syscall(call->nr, a[0], a[1], a[2], a[3], a[4], a[5]);
		shared->answer[shared->done] = answer_of(ret);
		shared->done++;
	}
}

/* In a child, since some take their own program away; then in another. */
static void ask(const struct call *call, const uint32_t *right,
		unsigned int arg)
{
	shared->done = 0;
	while (shared->done < call->kind[arg]->nr) {
		int how;
		pid_t child = fork();

		if (!child) {
			answers(call, right, arg);
			_exit(0);
		}
		waitpid(child, &how, 0);
		if (WIFSIGNALED(how))
			shared->answer[shared->done++] = DIED + WTERMSIG(how);
	}
}

static const char *word_for(int answer)
{
	static char word[24];

	if (!answer)
		return "ok";
	if (answer > DIED)
		snprintf(word, sizeof(word), "signal-%d", answer - DIED);
	else if (answer > 0)
		snprintf(word, sizeof(word), "%s", strerrorname_np(answer));
	else if (answer == -1000)
		snprintf(word, sizeof(word), "some");
	else
		snprintf(word, sizeof(word), "A+%d", -1 - answer);
	return word;
}

static bool alone; /* a line for each answer */

static void show(const char *what, const struct kind *kind)
{
	char line[1024];
	size_t len = 0;
	unsigned int run;

	for (unsigned int i = 0; alone && i < kind->nr; i++)
		say("%s with %x: %s", what, kind->value[i],
		    word_for(shared->answer[i]));
	for (unsigned int i = 0; !alone && i < kind->nr; i += run) {
		for (run = 1; i + run < kind->nr &&
			      shared->answer[i] == shared->answer[i + run];
		     run++)
			;
		len += (size_t)snprintf(line + len, sizeof(line) - len, " %s",
					word_for(shared->answer[i]));
		if (run > 1)
			len += (size_t)snprintf(line + len, sizeof(line) - len,
						"*%u", run);
	}
	if (!alone)
		say("%s:%.400s", what, line);
}

/* ---- all of them ------------------------------------------------------------------- */

static void pair(const struct call *call, unsigned int first, unsigned int then)
{
	const struct kind *kind = call->kind[first];
	const bool fds = kind == &descriptor;

	for (unsigned int i = 0; i < kind->nr; i++) {
		uint32_t right[6];
		char what[64];

		memcpy(right, call->right, sizeof(right));
		right[first] = kind->value[i];
		snprintf(what, sizeof(what), "%u=%x %u", first + 1,
			 fds ? i : kind->value[i], then + 1);
		ask(call, right, then);
		show(what, call->kind[then]);
	}
}

static void try_call(const struct call *call)
{
	struct call now = *call;

	prefix = call->name;
	for (unsigned int i = 0; i < now.nr_args; i++)
		if (now.kind[i] == &descriptor)
			now.right[i] = (uint32_t)file;
	if (now.nr_args == 1) {
		ask(&now, now.right, 0);
		show("1", now.kind[0]);
	}
	for (unsigned int first = 0; first < now.nr_args; first++)
		for (unsigned int then = first + 1; then < now.nr_args; then++)
			pair(&now, first, then);
}

int main(int argc, char **argv)
{
	mmap(shared, PAGE, RW, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	open_files();
	alone = argc > 1;
	for (unsigned int i = 0; i < COUNT(calls); i++)
		if (argc < 2 || !strcmp(argv[1], calls[i].name))
			try_call(&calls[i]);
	unlink("/tmp/badargs");
	return 0;
}
