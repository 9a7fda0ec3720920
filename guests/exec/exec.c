/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * execve: which files can be run and what becomes of those that can't; what
 * a #! line may say; how long arguments may be; what a process keeps.
 *
 * The ELF files are made here, byte by byte, so that their mappings are the
 * same whoever compiled this: each program prints /proc/self/maps and exits
 * with 42, or reads one byte and exits with it. A line tells the error number
 * of execve, or how the program ended. Works in /tmp/exec.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DIR   "/tmp/exec"
#define FILE_ DIR "/file"

/* ---- running ----------------------------------------------------------- */

static char *const no_env[] = {NULL};
static const char *self; /* the path of this program */

/* What the child printed, without devices and inodes. */
static void show_output(const char *tag, int fd)
{
	static char text[65536];
	long n = 0, got;
	char *line, *next;

	while ((got = read(fd, text + n, sizeof(text) - 1 - (size_t)n)) > 0)
		n += got;
	text[n] = '\0';
	for (line = text; *line; line = next) {
		unsigned long start, end, offset;
		char prot[8], name[256] = "";

		next = strchrnul(line, '\n');
		if (*next)
			*next++ = '\0';
		if (sscanf(line, "%lx-%lx %7s %lx %*s %*s %255s", &start, &end,
			   prot, &offset, name) >= 4)
			printf("%s: %08lx-%08lx %s %lx %s\n", tag, start, end,
			       prot, offset, name);
		else
			printf("%s: %s\n", tag, line);
	}
}

static void show_end(const char *tag, int error, int status)
{
	if (error)
		printf("%s errno=%d\n", tag, error);
	else if (WIFSIGNALED(status))
		printf("%s signal=%d\n", tag, WTERMSIG(status));
	else
		printf("%s exit=%d\n", tag, WEXITSTATUS(status));
}

/* @before: done in the child first; NULL: nothing. */
static void run_with(const char *tag, const char *path, char *const *argv,
		     char *const *envp, void (*before)(void))
{
	int failed[2], out[2], error = 0, status;
	pid_t pid;

	fflush(stdout);
	if (pipe2(failed, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		exit(1);
	pid = fork();
	if (!pid) {
		dup2(out[1], 1);
		if (before)
			before();
		execve(path, argv, envp);
		error = errno;
		if (write(failed[1], &error, sizeof(error)) < 0)
			_exit(2);
		_exit(1);
	}
	close(failed[1]);
	close(out[1]);
	show_output(tag, out[0]);
	if (read(failed[0], &error, sizeof(error)) < 0)
		exit(1);
	close(failed[0]);
	close(out[0]);
	waitpid(pid, &status, 0);
	show_end(tag, error, status);
}

static void run(const char *tag, const char *path)
{
	char *argv[] = {(char *)"prog", NULL};

	run_with(tag, path, argv, no_env, NULL);
}

static void put_file(const char *path, const void *bytes, size_t n, int mode)
{
	int fd;

	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n) {
		perror(path);
		exit(1);
	}
	fchmod(fd, (mode_t)mode);
	close(fd);
}

/* ---- programs ---------------------------------------------------------- */

/* Prints /proc/self/maps, exits with 42; position-independent. */
extern const uint8_t print_maps[], print_maps_end[];
__asm__("	.pushsection .rodata\n"
	"	.balign 4\n"
	"	.arm\n"
	"	.globl print_maps, print_maps_end\n"
	"print_maps:\n"
	"	adr r0, 3f\n"
	"	mov r1, #0\n"
	"	mov r7, #5\n"
	"	svc #0\n"
	"	mov r4, r0\n"
	"	sub sp, sp, #1024\n"
	"1:	mov r0, r4\n"
	"	mov r1, sp\n"
	"	mov r2, #1024\n"
	"	mov r7, #3\n"
	"	svc #0\n"
	"	cmp r0, #0\n"
	"	ble 2f\n"
	"	mov r2, r0\n"
	"	mov r1, sp\n"
	"	mov r0, #1\n"
	"	mov r7, #4\n"
	"	svc #0\n"
	"	b 1b\n"
	"2:	mov r0, #42\n"
	"	mov r7, #1\n"
	"	svc #0\n"
	"3:	.asciz \"/proc/self/maps\"\n"
	"	.balign 4\n"
	"print_maps_end:\n"
	"	.popsection\n");

#define CODE 0x200 /* where code begins in each file */

static struct image {
	uint8_t bytes[0x6000];
	uint32_t size;
} image;

static Elf32_Ehdr *ehdr(void)
{
	return (Elf32_Ehdr *)image.bytes;
}

static Elf32_Phdr *phdr(int n)
{
	return (Elf32_Phdr *)(image.bytes + sizeof(Elf32_Ehdr)) + n;
}

static void add_phdr(uint32_t type, uint32_t offset, uint32_t vaddr,
		     uint32_t filesz, uint32_t memsz, uint32_t flags)
{
	*phdr(ehdr()->e_phnum++) = (Elf32_Phdr){
		.p_type = type,
		.p_offset = offset,
		.p_vaddr = vaddr,
		.p_paddr = vaddr,
		.p_filesz = filesz,
		.p_memsz = memsz,
		.p_flags = flags,
		.p_align = 0x1000,
	};
}

static void load(uint32_t offset, uint32_t vaddr, uint32_t filesz,
		 uint32_t memsz, uint32_t flags)
{
	add_phdr(PT_LOAD, offset, vaddr, filesz, memsz, flags);
}

/* A header without segments, and code that prints its maps. */
static void begin(uint32_t vaddr)
{
	memset(&image, 0, sizeof(image));
	for (uint32_t i = 0x1000; i < sizeof(image.bytes); i++)
		image.bytes[i] = (uint8_t)('A' + i / 0x1000);
	*ehdr() = (Elf32_Ehdr){
		.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB,
			    EV_CURRENT},
		.e_type = ET_EXEC,
		.e_machine = EM_ARM,
		.e_version = EV_CURRENT,
		.e_entry = vaddr + CODE,
		.e_phoff = sizeof(Elf32_Ehdr),
		.e_flags = 0x05000400,
		.e_ehsize = sizeof(Elf32_Ehdr),
		.e_phentsize = sizeof(Elf32_Phdr),
	};
	memcpy(image.bytes + CODE, print_maps,
	       (size_t)(print_maps_end - print_maps));
	image.size = 0x6000;
}

#define RX (PF_R | PF_X)
#define RW (PF_R | PF_W)

/* The same with its one segment. */
static void plain(void)
{
	begin(0x10000);
	load(0, 0x10000, 0x1000, 0x1000, RX);
}

/* The code reads a byte and exits with it. */
static void peek(uint32_t vaddr)
{
	const uint32_t code[] = {
		0xe59f0008, /* ldr r0, [pc, #8] */
		0xe5d00000, /* ldrb r0, [r0] */
		0xe3a07001, /* mov r7, #1 */
		0xef000000, /* svc #0 */
		vaddr,
	};

	memcpy(image.bytes + CODE, code, sizeof(code));
}

static void run_image(const char *tag)
{
	put_file(FILE_, image.bytes, image.size, 0755);
	run(tag, FILE_);
}

/* ---- headers ----------------------------------------------------------- */

static void headers(void)
{
	static const struct {
		const char *name;
		uint32_t offset, value, size;
	} change[] = {
		{"class-64", EI_CLASS, ELFCLASS64, 1},
		{"class-0", EI_CLASS, 0, 1},
		{"big-endian", EI_DATA, ELFDATA2MSB, 1},
		{"ident-version", EI_VERSION, 9, 1},
		{"osabi-linux", EI_OSABI, ELFOSABI_LINUX, 1},
		{"osabi-arm", EI_OSABI, ELFOSABI_ARM, 1},
		{"osabi-fdpic", EI_OSABI, 65, 1},
		{"magic", 3, 'G', 1},
		{"type-none", 16, ET_NONE, 2},
		{"type-rel", 16, ET_REL, 2},
		{"type-core", 16, ET_CORE, 2},
		{"machine-x86", 18, EM_X86_64, 2},
		{"machine-386", 18, EM_386, 2},
		{"version", 20, 7, 4},
		{"entry-unaligned", 24, 0x10202, 4},
		{"entry-outside", 24, 0x40000000, 4},
		{"entry-kernel", 24, 0xc0008000, 4},
		{"entry-task-size", 24, 0xbf000000, 4},
		{"phoff-beyond", 28, 0x7000, 4},
		{"phoff-huge", 28, 0xfffffff0, 4},
		{"flags-eabi4", 36, 0x04000000, 4},
		{"flags-oabi", 36, 0, 4},
		{"flags-oabi-vfp", 36, 0x400, 4},
		{"flags-oabi-apcs26", 36, 0x8, 4},
		{"flags-soft", 36, 0x05000200, 4},
		{"ehsize", 40, 0, 2},
		{"phentsize", 42, 56, 2},
		{"phnum-0", 44, 0, 2},
		{"phnum-2048", 44, 2048, 2},
		{"phnum-2049", 44, 2049, 2},
	};
	static const uint32_t cut[] = {0,  1,  3,  4,     16,    51,
				       52, 83, 84, 0x200, 0x204, 0xfff};
	char tag[40];

	plain();
	run_image("plain");
	for (unsigned int i = 0; i < sizeof(change) / sizeof(*change); i++) {
		plain();
		memcpy(image.bytes + change[i].offset, &change[i].value,
		       change[i].size);
		run_image(change[i].name);
	}
	for (unsigned int i = 0; i < sizeof(cut) / sizeof(*cut); i++) {
		plain();
		image.size = cut[i];
		snprintf(tag, sizeof(tag), "cut-at-%u", cut[i]);
		run_image(tag);
	}
}

/* ---- segments ---------------------------------------------------------- */

struct segment {
	uint32_t offset, vaddr, filesz, memsz, flags;
};

static const struct {
	const char *name;
	uint32_t peek; /* address to read; 0: print the maps */
	struct segment segment[4];
} layouts[] = {
	{"rwx", 0, {{0, 0x10000, 0x1000, 0x1000, RX | PF_W}}},
	{"x-only", 0, {{0, 0x10000, 0x1000, 0x1000, PF_X}}},
	{"r-only", 0, {{0, 0x10000, 0x1000, 0x1000, PF_R}}},
	{"rw-code", 0, {{0, 0x10000, 0x1000, 0x1000, RW}}},
	{"no-rights", 0, {{0, 0x10000, 0x1000, 0x1000, 0}}},
	{"at-0", 0, {{0, 0, 0x1000, 0x1000, RX}}},
	{"at-1000", 0, {{0, 0x1000, 0x1000, 0x1000, RX}}},
	{"at-2000", 0, {{0, 0x2000, 0x1000, 0x1000, RX}}},
	{"at-8000", 0, {{0, 0x8000, 0x1000, 0x1000, RX}}},
	{"on-stack", 0, {{0, 0xbefff000, 0x1000, 0x1000, RX}}},
	{"below-stack", 0, {{0, 0xbef00000, 0x1000, 0x1000, RX}}},
	{"at-sigpage", 0, {{0, 0xb6ffd000, 0x1000, 0x1000, RX}}},
	{"last-page", 0, {{0, 0xbf000000, 0x1000, 0x1000, RX}}},
	{"at-vectors", 0, {{0, 0xffff0000, 0x1000, 0x1000, RX}}},
	{"in-kernel", 0, {{0, 0xc0000000, 0x1000, 0x1000, RX}}},
	{"beyond-file", 0x11000, {{0, 0x10000, 0x9000, 0x9000, RX}}},
	{"beyond-file-touch", 0x17000, {{0, 0x10000, 0x9000, 0x9000, RX}}},
	{"offset-beyond-file",
	 0x20000,
	 {{0, 0x10000, 0x1000, 0x1000, RX}, {0x9000, 0x20000, 1, 1, RW}}},
	{"offset-beyond-file-bss",
	 0,
	 {{0, 0x10000, 0x1000, 0x1000, RX}, {0x9000, 0x20000, 1, 9, RW}}},
	{"filesz-more", 0, {{0, 0x10000, 0x2000, 0x1000, RX}}},
	{"memsz-huge", 0, {{0, 0x10000, 0x1000, 0xf0000000, RX}}},
	{"memsz-to-stack", 0, {{0, 0x10000, 0x1000, 0xbef00000, RX | PF_W}}},
	{"memsz-1g", 0, {{0, 0x10000, 0x1000, 0x40000000, RX | PF_W}}},
	{"memsz-2g", 0, {{0, 0x10000, 0x1000, 0x80000000, RX | PF_W}}},
	{"wraps",
	 0,
	 {{0, 0x10000, 0x1000, 0x1000, RX},
	  {0x1000, 0xfffff000, 0x1000, 0x2000, RW}}},
	{"uncongruent", 0, {{0x1000, 0x10200, 0x1000, 0x1000, RX}}},
	{"uncongruent-second",
	 0,
	 {{0, 0x10000, 0x1000, 0x1000, RX}, {0x1800, 0x20000, 16, 16, RW}}},
	{"head-in-page",
	 0,
	 {{0, 0x10000, 0x1000, 0x1000, RX},
	  {0x1800, 0x20800, 0x900, 0x900, RW}}},
	{"bss-in-page",
	 0x20900,
	 {{0, 0x10000, 0x1000, 0x1000, RX},
	  {0x1000, 0x20000, 0x800, 0xa00, RW}}},
	{"bss-in-page-rest",
	 0x20f00,
	 {{0, 0x10000, 0x1000, 0x1000, RX},
	  {0x1000, 0x20000, 0x800, 0xa00, RW}}},
	{"no-bss-rest",
	 0x20f00,
	 {{0, 0x10000, 0x1000, 0x1000, RX},
	  {0x1000, 0x20000, 0x800, 0x800, RW}}},
	{"bss-pages",
	 0,
	 {{0, 0x10000, 0x1000, 0x1000, RX},
	  {0x1000, 0x20000, 0x800, 0x5a00, RW}}},
	{"bss-exec", 0, {{0, 0x10000, 0x1000, 0x3000, RX | PF_W}}},
	{"bss-read-only",
	 0,
	 {{0, 0x10000, 0x1000, 0x1000, RX},
	  {0x1000, 0x20000, 0x800, 0x900, PF_R}}},
	{"bss-pages-read-only",
	 0,
	 {{0, 0x10000, 0x1000, 0x1000, RX},
	  {0x1000, 0x20000, 0x1000, 0x5000, PF_R}}},
	{"bss-then-data",
	 0,
	 {{0, 0x10000, 0x1000, 0x1000, RX},
	  {0x1000, 0x20000, 0x800, 0x3800, RW},
	  {0x2000, 0x30000, 0x1000, 0x1000, RW}}},
	{"bss-then-data-inside",
	 0x20900,
	 {{0, 0x10000, 0x1000, 0x1000, RX},
	  {0x1000, 0x20000, 0x800, 0x3800, RW},
	  {0x2000, 0x30000, 0x1000, 0x1000, RW}}},
	{"bss-read-only-then-data",
	 0x20900,
	 {{0, 0x10000, 0x1000, 0x1000, RX},
	  {0x1000, 0x20000, 0x800, 0x3800, PF_R},
	  {0x2000, 0x30000, 0x1000, 0x1000, RW}}},
	{"only-bss",
	 0,
	 {{0, 0x10000, 0x1000, 0x1000, RX}, {0, 0x20000, 0, 0x2000, RW}}},
	{"only-bss-odd",
	 0,
	 {{0, 0x10000, 0x1000, 0x1000, RX}, {0, 0x20010, 0, 0x2000, RW}}},
	{"only-bss-odd-offset",
	 0,
	 {{0, 0x10000, 0x1000, 0x1000, RX}, {0x10, 0x20010, 0, 0x2000, RW}}},
	{"empty-segment",
	 0,
	 {{0, 0x10000, 0x1000, 0x1000, RX}, {0, 0x20000, 0, 0, RW}}},
	{"empty-first",
	 0,
	 {{0, 0x8000, 0, 0, RW}, {0, 0x10000, 0x1000, 0x1000, RX}}},
	{"neighbours",
	 0,
	 {{0, 0x10000, 0x1000, 0x1000, RX},
	  {0x1000, 0x11000, 0x1000, 0x1000, RX}}},
	{"same-page",
	 0x10000,
	 {{0, 0x10000, 0x800, 0x800, RX}, {0, 0x10000, 0x1000, 0x1000, RX}}},
	{"overlap",
	 0,
	 {{0, 0x10000, 0x3000, 0x3000, RX},
	  {0x1000, 0x11000, 0x1000, 0x1000, RW}}},
	{"overlap-read",
	 0x11000,
	 {{0, 0x10000, 0x3000, 0x3000, RX},
	  {0x4000, 0x11000, 0x1000, 0x1000, RW}}},
	{"over-the-code",
	 0,
	 {{0, 0x10000, 0x1000, 0x1000, RX},
	  {0x1000, 0x10000, 0x1000, 0x1000, RX}}},
	{"falling",
	 0,
	 {{0x1000, 0x20000, 0x1000, 0x1000, RW},
	  {0, 0x10000, 0x1000, 0x1000, RX}}},
	{"falling-bss",
	 0,
	 {{0x1000, 0x20000, 0x1000, 0x3000, RW},
	  {0, 0x10000, 0x1000, 0x1000, RX}}},
	{"bss-over-code",
	 0,
	 {{0x1000, 0xf000, 0x800, 0x3000, RW},
	  {0, 0x10000, 0x1000, 0x1000, RX}}},
	{"bss-over-next",
	 0x10000,
	 {{0, 0x10000, 0x1000, 0x1000, RX},
	  {0x1000, 0x20000, 0x800, 0x4000, RW},
	  {0x3000, 0x22000, 0x1000, 0x1000, RW}}},
	{"bss-over-next-map",
	 0,
	 {{0, 0x10000, 0x1000, 0x1000, RX},
	  {0x1000, 0x20000, 0x800, 0x4000, RW},
	  {0x3000, 0x22000, 0x1000, 0x1000, RW}}},
};

static void put_layout(unsigned int n)
{
	const struct segment *s = layouts[n].segment;
	uint32_t base = 0x10000;

	for (int i = 0; i < 4; i++)
		if (s[i].flags && !s[i].offset && s[i].filesz)
			base = s[i].vaddr;
	begin(base);
	for (int i = 0; i < 4 && (s[i].memsz || s[i].vaddr); i++)
		load(s[i].offset, s[i].vaddr, s[i].filesz, s[i].memsz,
		     s[i].flags);
	if (layouts[n].peek)
		peek(layouts[n].peek);
}

static void segments(void)
{
	char tag[64];

	for (unsigned int i = 0; i < sizeof(layouts) / sizeof(*layouts); i++) {
		put_layout(i);
		run_image(layouts[i].name);
	}
	begin(0x10000);
	run_image("no-segments");
	begin(0x10000);
	add_phdr(PT_NOTE, 0, 0x10000, 0x1000, 0x1000, RX);
	run_image("only-a-note");
	/* the page of the program itself, without its headers */
	begin(0x10000);
	load(0x1000, 0x11000, 0x1000, 0x1000, RX);
	memcpy(image.bytes + 0x1000, image.bytes + CODE, 256);
	ehdr()->e_entry = 0x11000;
	run_image("headers-not-mapped");
	for (uint32_t flags = 0; flags < 8; flags++) {
		plain();
		load(0x1000, 0x20000, 0x800, 0x2800, RW);
		add_phdr(PT_GNU_STACK, 0, 0, 0, 0, flags);
		snprintf(tag, sizeof(tag), "stack-flags-%u", flags);
		run_image(tag);
	}
	plain();
	add_phdr(PT_GNU_STACK, 0, 0, 0, 0, RX | PF_W);
	add_phdr(PT_GNU_STACK, 0, 0, 0, 0, RW);
	run_image("two-stacks-rwx-rw");
	plain();
	add_phdr(PT_GNU_STACK, 0, 0, 0, 0, RW);
	add_phdr(PT_GNU_STACK, 0, 0, 0, 0, RX | PF_W);
	run_image("two-stacks-rw-rwx");
	plain();
	peek(0xbeffff00);
	add_phdr(PT_GNU_STACK, 0, 0, 0, 0x100000, RW);
	run_image("stack-size");
}

/* ---- position-independent programs, interpreters ----------------------- */

static void dynamic(uint32_t vaddr, uint32_t align)
{
	begin(vaddr);
	ehdr()->e_type = ET_DYN;
	load(0, vaddr, 0x1000, 0x1000, RX);
	load(0x1000, vaddr + 0x20000, 0x800, 0x2800, RW);
	phdr(0)->p_align = phdr(1)->p_align = align;
}

static void with_interp(const char *path, uint32_t len)
{
	memcpy(image.bytes + 0x800, path, strlen(path) + 1);
	add_phdr(PT_INTERP, 0x800, 0, len, len, PF_R);
}

static void positions(void)
{
	static const uint32_t align[] = {0,       1,        0x1000,   0x3000,
					 0x10000, 0x200000, 0x1000000};
	char tag[40];

	for (unsigned int i = 0; i < sizeof(align) / sizeof(*align); i++) {
		snprintf(tag, sizeof(tag), "dyn-align-%x", align[i]);
		dynamic(0, align[i]);
		run_image(tag);
		snprintf(tag, sizeof(tag), "dyn-interp-align-%x", align[i]);
		dynamic(0, align[i]);
		with_interp(DIR "/interp", sizeof(DIR "/interp"));
		run_image(tag);
	}
	dynamic(0x40000, 0x1000);
	run_image("dyn-at-40000");
	dynamic(0x40000, 0x1000);
	with_interp(DIR "/interp", sizeof(DIR "/interp"));
	run_image("dyn-interp-at-40000");
	dynamic(0, 0x1000);
	phdr(0)->p_type = PT_NULL;
	phdr(1)->p_type = PT_NULL;
	run_image("dyn-no-segments");
	dynamic(0, 0x1000);
	phdr(1)->p_vaddr = 0xa0000000;
	run_image("dyn-wide");
	dynamic(0, 0x1000);
	phdr(1)->p_vaddr = 0xfffff000;
	run_image("dyn-too-wide");
	dynamic(0, 0x1000);
	phdr(1)->p_memsz = 0xc0000000;
	run_image("dyn-too-large");
}

static void interpreters(void)
{
	static const char name[] = DIR "/interp";
	static const struct {
		const char *tag, *path;
		uint32_t len;
	} names[] = {
		{"interp-none", DIR "/none", sizeof(DIR "/none")},
		{"interp-folder", DIR, sizeof(DIR)},
		{"interp-null", "/dev/null", sizeof("/dev/null")},
		{"interp-text", DIR "/text", sizeof(DIR "/text")},
		{"interp-short", DIR "/short", sizeof(DIR "/short")},
		{"interp-script", DIR "/script", sizeof(DIR "/script")},
		{"interp-not-executable", DIR "/plain", sizeof(DIR "/plain")},
		{"interp-unterminated", name, sizeof(name) - 1},
		{"interp-empty", "", 1},
		{"interp-empty-2", "", 2},
		{"interp-inner-end", name, sizeof(name) + 4},
		{"interp-4096", name, 4096},
		{"interp-4097", name, 4097},
		{"interp-static", DIR "/static", sizeof(DIR "/static")},
		{"interp-same-place", DIR "/same", sizeof(DIR "/same")},
		{"interp-no-segments", DIR "/noseg", sizeof(DIR "/noseg")},
		{"interp-rel", DIR "/rel", sizeof(DIR "/rel")},
		{"interp-386", DIR "/386", sizeof(DIR "/386")},
		{"interp-filesz", DIR "/filesz", sizeof(DIR "/filesz")},
		{"interp-itself", FILE_, sizeof(FILE_)},
	};

	begin(0x50000);
	load(0, 0x50000, 0x1000, 0x1000, RX);
	load(0x1000, 0x60000, 0x800, 0x1800, RW);
	put_file(DIR "/static", image.bytes, image.size, 0755);
	plain();
	put_file(DIR "/same", image.bytes, image.size, 0755);
	put_file(DIR "/plain", image.bytes, image.size, 0644);
	put_file(DIR "/text",
		 "no program at all, but long enough for one: "
		 "more than fifty-two characters",
		 74, 0755);
	put_file(DIR "/short", "short", 5, 0755);
	put_file(DIR "/script",
		 "#!/bin/sh\n#-------------------------------"
		 "----------------------------------------",
		 80, 0755);
	ehdr()->e_machine = EM_386;
	put_file(DIR "/386", image.bytes, image.size, 0755);
	dynamic(0, 0x1000);
	ehdr()->e_type = ET_REL;
	put_file(DIR "/rel", image.bytes, image.size, 0755);
	dynamic(0, 0x1000);
	phdr(0)->p_type = phdr(1)->p_type = PT_NULL;
	put_file(DIR "/noseg", image.bytes, image.size, 0755);
	dynamic(0, 0x1000);
	phdr(1)->p_filesz = 0x3000;
	put_file(DIR "/filesz", image.bytes, image.size, 0755);
	for (unsigned int i = 0; i < sizeof(names) / sizeof(*names); i++) {
		plain();
		with_interp(names[i].path, names[i].len);
		run_image(names[i].tag);
	}
	plain();
	with_interp(name, sizeof(name));
	run_image("interp");
	plain();
	with_interp(name, sizeof(name));
	with_interp(DIR "/none", sizeof(DIR "/none"));
	run_image("interp-two");
}

/* ---- paths ------------------------------------------------------------- */

static void paths(void)
{
	static char long_name[300], long_path[4200];
	char *argv[] = {(char *)"prog", NULL};
	char *const *bad = (char *const *)8;
	char *bad_string[] = {(char *)"prog", (char *)8, NULL};
	int fd;

	plain();
	put_file(FILE_, image.bytes, image.size, 0755);
	memset(long_name, 'n', sizeof(long_name) - 1);
	memset(long_path, '/', sizeof(long_path) - 1);
	mkfifo(DIR "/fifo", 0755);
	symlink("file", DIR "/link");
	symlink("loop", DIR "/loop");
	symlink("nowhere", DIR "/dangling");
	run("path-none", DIR "/none");
	run("path-empty", "");
	run("path-null", NULL);
	run("path-bad", (const char *)8);
	run("path-folder", DIR);
	run("path-below-file", FILE_ "/x");
	run("path-slash", FILE_ "/");
	run("path-fifo", DIR "/fifo");
	run("path-device", "/dev/null");
	run("path-link", DIR "/link");
	run("path-loop", DIR "/loop");
	run("path-dangling", DIR "/dangling");
	run("path-long-name", long_name);
	run("path-long", long_path);
	run("path-proc", "/proc/self/status");
	run_with("argv-bad", FILE_, bad, no_env, NULL);
	run_with("envp-bad", FILE_, argv, bad, NULL);
	run_with("argv-bad-string", FILE_, bad_string, no_env, NULL);
	run_with("envp-bad-string", FILE_, argv, bad_string, NULL);
	run_with("none-and-argv-bad", DIR "/none", bad, no_env, NULL);
	run_with("none-and-bad-string", DIR "/none", bad_string, no_env, NULL);
	for (int mode = 0; mode < 01000; mode = mode * 2 + !mode) {
		char tag[32];

		snprintf(tag, sizeof(tag), "mode-%o", mode);
		chmod(FILE_, (mode_t)mode);
		run(tag, FILE_);
	}
	chmod(FILE_, 0755);
	fd = open(FILE_, O_WRONLY | O_CLOEXEC);
	run("open-for-writing", FILE_);
	close(fd);
	fd = open(FILE_, O_RDWR | O_APPEND | O_CLOEXEC);
	run("open-for-both", FILE_);
	close(fd);
	fd = open(FILE_, O_RDONLY | O_CLOEXEC);
	run("open-for-reading", FILE_);
	close(fd);
	printf("busy open=%d", open(self, O_WRONLY) < 0 ? errno : 0);
	printf(" both=%d", open(self, O_RDWR) < 0 ? errno : 0);
	printf(" trunc=%d", open(self, O_RDONLY | O_TRUNC) < 0 ? errno : 0);
	printf(" truncate=%d\n", truncate(self, 0) < 0 ? errno : 0);
}

/* ---- scripts ----------------------------------------------------------- */

#define I DIR "/i" /* this program, by the name that prints its arguments */

static void script(const char *tag, const char *text, size_t n)
{
	char *argv[] = {(char *)"arg zero", (char *)"one", (char *)"", NULL};

	put_file(DIR "/script", text, n ? n : strlen(text), 0755);
	run_with(tag, DIR "/script", argv, no_env, NULL);
}

static void scripts(void)
{
	static const struct {
		const char *tag, *text;
	} list[] = {
		{"script", "#!" I "\n"},
		{"script-no-newline", "#!" I},
		{"script-blank", "#! \t " I " \t\n"},
		{"script-arg", "#!" I " arg\n"},
		{"script-two-args", "#!" I "  two  args \t\n"},
		{"script-tab", "#!" I "\targ\n"},
		{"script-cr", "#!" I "\r\n"},
		{"script-arg-cr", "#!" I " arg\r\n"},
		{"script-empty", "#!\n"},
		{"script-blanks", "#!  \t \n"},
		{"script-nothing", "#!"},
		{"script-blanks-end", "#!   "},
		{"script-hash", "#"},
		{"script-space", "# !" I "\n"},
		{"script-bom", "\xef\xbb\xbf#!" I "\n"},
		{"script-relative", "#!i\n"},
		{"script-none", "#!" DIR "/none\n"},
		{"script-folder", "#!" DIR "\n"},
		{"script-text", "#!" DIR "/text\n"},
		{"script-itself", "#!" DIR "/script\n"},
		{"script-not-executable", "#!" DIR "/plain\n"},
		{"script-elf", "#!" FILE_ "\n"},
		{"script-newline-name", "#!\n" I "\n"},
		{"text", "echo hello\n"},
		{"text-newline", "\n#!" I "\n"},
		{"binary", "\1\2\3\4\5\6"},
	};
	char text[600];

	put_file(DIR "/text", "no program\n", 11, 0755);
	for (unsigned int i = 0; i < sizeof(list) / sizeof(*list); i++)
		script(list[i].tag, list[i].text, 0);
	script("script-nul", "#!" I "\0x\n", sizeof("#!" I "\0x\n") - 1);
	script("script-nul-arg", "#!" I " a\0x\n",
	       sizeof("#!" I " a\0x\n") - 1);
	script("script-nul-first", "#!\0\n", 4);
	/* the line's end around the 256 bytes that are looked at */
	for (int n = 252; n < 259; n++) {
		char tag[32];

		snprintf(tag, sizeof(tag), "script-arg-ends-%d", n);
		snprintf(text, sizeof(text), "#!" I " %s", "");
		memset(text + strlen(text), 'a', 300);
		memcpy(text + n, "\nend", 5);
		script(tag, text, 0);
		snprintf(tag, sizeof(tag), "script-name-ends-%d", n);
		memset(text, '/', sizeof(text));
		memcpy(text, "#!", 2);
		memcpy(text + n - (int)strlen(I), I, strlen(I));
		memcpy(text + n, "\nend", 5);
		script(tag, text, 0);
		snprintf(tag, sizeof(tag), "script-blanks-to-%d", n);
		memset(text, ' ', sizeof(text));
		memcpy(text, "#!", 2);
		memcpy(text + n - 1, I "\n", sizeof(I "\n"));
		script(tag, text, 0);
	}
	/* scripts of scripts */
	put_file(DIR "/s0", "#!" I " zero\n", sizeof("#!" I " zero\n") - 1,
		 0755);
	for (int n = 1; n < 7; n++) {
		char path[32], tag[32];
		char *argv[] = {(char *)"top", (char *)"one", NULL};

		snprintf(path, sizeof(path), DIR "/s%d", n);
		snprintf(text, sizeof(text), "#!" DIR "/s%d level%d\n", n - 1,
			 n);
		put_file(path, text, strlen(text), 0755);
		snprintf(tag, sizeof(tag), "script-depth-%d", n);
		run_with(tag, path, argv, no_env, NULL);
	}
	{
		char *none[] = {NULL};

		run_with("script-no-argv", DIR "/s0", none, no_env, NULL);
	}
}

/* ---- how much ---------------------------------------------------------- */

static rlim_t stack_limit;

static void set_stack_limit(void)
{
	const struct rlimit limit = {stack_limit, RLIM_INFINITY};

	if (stack_limit)
		setrlimit(RLIMIT_STACK, &limit);
}

/* Can @argv be passed? 0 or errno; nothing is printed. */
static int passes(char *const *argv, char *const *envp)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		set_stack_limit();
		execve(FILE_, argv, envp);
		_exit(errno == E2BIG ? 1 : 2);
	}
	waitpid(pid, &status, 0);
	if (WIFEXITED(status))
		return WEXITSTATUS(status) == 7 ? 0 : WEXITSTATUS(status);
	return WTERMSIG(status) + 100;
}

/* Strings of @each bytes, @total bytes in all. */
static void total(uint32_t each, uint32_t bytes)
{
	char **argv = calloc(bytes / each + 3, sizeof(*argv));
	char *string = malloc(each), *last = malloc(each);
	uint32_t n = bytes / each;

	memset(string, 's', each);
	memset(last, 'l', each);
	string[each - 1] = '\0';
	for (uint32_t i = 0; i < n; i++)
		argv[i] = string;
	if (bytes % each) {
		argv[n] = last;
		last[bytes % each - 1] = '\0';
	}
	printf("stack-limit=%lx each=%u total=%u %d\n",
	       (unsigned long)stack_limit, each, bytes, passes(argv, no_env));
	free(argv);
	free(string);
	free(last);
}

static void sizes(void)
{
	/* where it just fits, and one more */
	static const struct {
		rlim_t limit;
		uint32_t each, bytes;
	} just[] = {
		{64 << 10, 100000, 65321},   {64 << 10, 100000, 131049},
		{600 << 10, 100000, 153577}, {600 << 10, 16, 122865},
		{1 << 20, 100000, 262117},   {2 << 20, 100000, 524249},
	};
	static char big[131073], *many[32769];
	char *argv[] = {big, NULL}, *prog[] = {(char *)"prog", NULL};

	plain();
	peek(0x10000 + CODE + 20);
	image.bytes[CODE + 20] = 7;
	put_file(FILE_, image.bytes, image.size, 0755);
	memset(big, 'b', sizeof(big) - 1);
	printf("arg-131073 %d\n", passes(argv, no_env));
	printf("env-131073 %d\n", passes(prog, argv));
	big[131071] = '\0';
	printf("arg-131072 %d\n", passes(argv, no_env));
	printf("env-131072 %d\n", passes(prog, argv));
	for (unsigned int i = 0; i < sizeof(just) / sizeof(*just); i++) {
		stack_limit = just[i].limit;
		total(just[i].each, just[i].bytes);
		total(just[i].each, just[i].bytes + 1);
	}
	/* pointers count, too */
	for (int i = 0; i < 32768; i++)
		many[i] = (char *)"";
	stack_limit = 64 << 10;
	printf("pointers-32768 %d\n", passes(many, no_env));
	many[32767] = NULL;
	printf("pointers-32767 %d\n", passes(many, no_env));
}

/* ---- what stays -------------------------------------------------------- */

static void handler(int sig)
{
	(void)sig;
}

/* The other side of kept(): what has come through. */
static void show_state(void)
{
	static const char *const lines[] = {"SigPnd", "ShdPnd", "SigBlk",
					    "SigIgn", "SigCgt", "NoNewPrivs",
					    "Umask",  "VmLck",  "Threads"};
	static char text[8192];
	struct itimerval it;
	struct sigaction action;
	struct rlimit limit;
	siginfo_t info;
	sigset_t set;
	stack_t ss;
	int fd = open("/proc/self/status", O_RDONLY), value = 0;
	long n = read(fd, text, sizeof(text) - 1);

	close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (unsigned int i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		const char *line = strstr(text, lines[i]);

		if (line)
			printf("%.*s\n", (int)strcspn(line, "\n"), line);
	}
	sigaltstack(NULL, &ss);
	printf("altstack flags=%d size=%zu\n", ss.ss_flags, ss.ss_size);
	printf("personality=%x nice=%d\n",
	       (unsigned int)personality(0xffffffff), getpriority(0, 0));
	getrlimit(RLIMIT_NOFILE, &limit);
	printf("nofile=%lu\n", (unsigned long)limit.rlim_cur);
	getitimer(ITIMER_REAL, &it);
	printf("itimer=%s interval=%ld\n",
	       it.it_value.tv_sec ? "runs" : "stopped",
	       (long)it.it_interval.tv_sec);
	printf("fds");
	for (int i = 0; i < 64; i++)
		if (fcntl(i, F_GETFD) >= 0)
			printf(" %d", i);
	printf("\n");
	prctl(PR_GET_PDEATHSIG, &value);
	printf("pdeathsig=%d", value);
	prctl(PR_GET_CHILD_SUBREAPER, &value);
	printf(" subreaper=%d keepcaps=%d dumpable=%d slack=%d\n", value,
	       prctl(PR_GET_KEEPCAPS), prctl(PR_GET_DUMPABLE),
	       prctl(PR_GET_TIMERSLACK));
	prctl(PR_GET_NAME, text);
	printf("name=%s tid-is-pid=%d cwd=%s\n", text,
	       syscall(SYS_gettid) == getpid(), getcwd(text, 256));
	sigaction(SIGUSR1, NULL, &action);
	printf("usr1 handler=%s flags=%x\n",
	       action.sa_handler == SIG_DFL ? "default" : "set",
	       action.sa_flags & ~0x04000000);
	sigaction(SIGCHLD, NULL, &action);
	printf("chld handler=%s flags=%x\n",
	       action.sa_handler == SIG_IGN ? "ignore" : "other",
	       action.sa_flags & ~0x04000000);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 2);
	n = sigtimedwait(&set, &info, &(struct timespec){0});
	printf("queued=%d value=%d\n", n == SIGRTMIN + 2,
	       n > 0 ? info.si_value.sival_int : 0);
}

static void change_everything(void)
{
	static char stack[65536];
	const stack_t ss = {.ss_sp = stack, .ss_size = sizeof(stack)};
	const struct itimerval it = {{900, 0}, {900, 0}};
	const struct rlimit limit = {48, 48};
	const union sigval value = {.sival_int = 1234};
	sigset_t set;

	signal(SIGUSR1, handler);
	signal(SIGCHLD, SIG_IGN);
	signal(SIGUSR2, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 2);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigqueue(getpid(), SIGRTMIN + 2, value);
	raise(SIGTERM);
	sigaltstack(&ss, NULL);
	setpriority(PRIO_PROCESS, 0, 7);
	setrlimit(RLIMIT_NOFILE, &limit);
	setitimer(ITIMER_REAL, &it, NULL);
	dup2(1, 40);
	dup3(1, 41, O_CLOEXEC);
	dup2(1, 42);
	fcntl(42, F_SETFD, FD_CLOEXEC);
	prctl(PR_SET_PDEATHSIG, SIGUSR2);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_KEEPCAPS, 1);
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_TIMERSLACK, 777777);
	prctl(PR_SET_NAME, "changed");
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	personality(ADDR_NO_RANDOMIZE | 0x100000);
	umask(027);
	mlockall(MCL_CURRENT | MCL_FUTURE);
	if (chdir("/proc"))
		_exit(3);
}

static void *just_be(void *unused)
{
	pause();
	return unused;
}

static void *exec_in_thread(void *path)
{
	char *argv[] = {(char *)"thread", (char *)"state", NULL};

	execve(path, argv, no_env);
	return NULL;
}

/* One that is not the leader runs another program; a third one just is. */
static void be_threads(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, just_be, NULL);
	pthread_create(&thread, NULL, exec_in_thread, (void *)self);
	for (;;)
		pause();
}

static int share_child(void *arg)
{
	char *argv[] = {(char *)"shared", (char *)"state", NULL};

	(void)arg;
	execve(self, argv, no_env);
	return 1;
}

/* A child that shares the table of files gets one of its own. */
static void shared_files(void)
{
	static char stack[65536] __attribute__((aligned(16)));
	int fd = dup3(1, 45, O_CLOEXEC), status;
	pid_t pid;

	fflush(stdout);
	pid = clone(share_child, stack + sizeof(stack),
		    CLONE_FILES | CLONE_FS | SIGCHLD, NULL);
	waitpid(pid, &status, 0);
	printf("shared files status=%x still-open=%d\n", status,
	       fcntl(fd, F_GETFD) >= 0);
	close(fd);
}

static void vforked(void)
{
	char *argv[] = {(char *)"prog", NULL};
	int status, error;
	pid_t pid;

	plain();
	peek(0x10000);
	put_file(FILE_, image.bytes, image.size, 0755);
	fflush(stdout);
	pid = vfork();
	if (!pid) {
		execve(FILE_, argv, no_env);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	printf("vfork status=%x\n", status);
	pid = vfork();
	if (!pid) {
		error = execve(DIR "/none", argv, no_env);
		_exit(error < 0 ? errno : 99);
	}
	waitpid(pid, &status, 0);
	printf("vfork failing status=%x\n", status);
}

static void kept(void)
{
	char *argv[] = {(char *)"state", (char *)"state", NULL};

	run_with("kept-nothing", self, argv, no_env, NULL);
	run_with("kept", self, argv, no_env, change_everything);
	run_with("threads", self, argv, no_env, be_threads);
	shared_files();
	vforked();
}

int main(int argc, char **argv)
{
	static char path[256];

	setvbuf(stdout, NULL, _IOLBF, 65536);
	if (readlink("/proc/self/exe", path, sizeof(path) - 1) < 0)
		return 1;
	self = path;
	if (argc > 1 && !strcmp(argv[1], "state")) {
		show_state();
		return 0;
	}
	if (!getenv("PATH")) {
		printf("argc=%d", argc);
		for (int i = 0; i < argc; i++)
			printf(" <%.300s>", argv[i]);
		printf("\n");
		return 0;
	}
	mkdir("/tmp", 01777);
	mkdir(DIR, 0755);
	if (chdir(DIR) || symlink(self, I))
		return 1;
	dynamic(0, 0x1000);
	put_file(DIR "/interp", image.bytes, image.size, 0755);
	headers();
	segments();
	positions();
	interpreters();
	paths();
	scripts();
	sizes();
	kept();
	fflush(stdout);
	if (chdir("/") || system("rm -rf " DIR))
		return 1;
	return 0;
}
