/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What execve costs in faults, and the program it starts: small ELF files made
 * here, byte by byte, so that they are the same on every machine. Each is run
 * by a child without memory of its own (vfork), and RUSAGE_CHILDREN tells
 * its faults: those of execve (strings on the new stack, a segment's end to be
 * cleared) and those of the program, which touches a list of addresses and
 * ends.
 */
#define _GNU_SOURCE
#include "faultcount.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#define BASE 0x10000u

enum {
	PROGRAM_BYTES = 64 * PAGE,
	CODE = 0x100, /* behind the headers */
	TABLE = 0x200, /* of addresses, behind the code */
};

static uint8_t image[PROGRAM_BYTES];

static const char path[] = "/tmp/execfaults";

/*
 * Reads each address of the table, or writes where bit 0 is set; 1 is the
 * stack pointer's page. Then _exit(0), by the kernel's register alone.
 */
__asm__(".pushsection .rodata\n"
	"	.arm\n"
	"	.balign 4\n"
	"program_begin:\n"
	"	add	r4, pc, #0xf8\n" /* TABLE - CODE - 8 */
	"1:	ldr	r5, [r4], #4\n"
	"	cmp	r5, #0\n"
	"	beq	2f\n"
	"	cmp	r5, #1\n"
	"	moveq	r5, sp\n"
	"	streq	r5, [sp, #-4]\n"
	"	beq	1b\n"
	"	tst	r5, #1\n"
	"	bic	r5, r5, #3\n"
	"	ldreq	r6, [r5]\n"
	"	strne	r5, [r5]\n"
	"	b	1b\n"
	"2:	mov	r7, #1\n"
	"	mov	r0, #0\n"
	"	svc	#0\n"
	"program_end:\n"
	".popsection\n");
extern const uint8_t program_begin[], program_end[];

/* ---- making programs ------------------------------------------------------------ */

struct segment {
	uint32_t vaddr, offset, filesz, memsz, flags;
};

#define TEXT                                     \
	{                                        \
		BASE, 0, PAGE, PAGE, PF_R | PF_X \
	}

static void make(int type, const struct segment *segments, unsigned int n,
		 uint32_t file_bytes, const uint32_t *touched)
{
	Elf32_Ehdr *eh = (void *)image;
	Elf32_Phdr *ph = (void *)(image + sizeof(*eh));
	int fd;

	memset(image, 0x5a, sizeof(image));
	memset(image, 0, PAGE);
	memcpy(eh->e_ident, ELFMAG "\1\1\1", 7);
	eh->e_type = (Elf32_Half)type;
	eh->e_machine = EM_ARM;
	eh->e_version = 1;
	eh->e_phoff = sizeof(*eh);
	eh->e_flags = 0x05000400;
	eh->e_ehsize = sizeof(*eh);
	eh->e_phentsize = sizeof(*ph);
	eh->e_phnum = (Elf32_Half)n;
	for (unsigned int i = 0; i < n; i++)
		ph[i] = (Elf32_Phdr){
			.p_type = PT_LOAD,
			.p_offset = segments[i].offset,
			.p_vaddr = segments[i].vaddr,
			.p_paddr = segments[i].vaddr,
			.p_filesz = segments[i].filesz,
			.p_memsz = segments[i].memsz,
			.p_flags = segments[i].flags,
			.p_align = PAGE,
		};
	eh->e_entry = segments[0].vaddr + CODE;
	memcpy(image + CODE, program_begin,
	       (size_t)(program_end - program_begin));
	for (unsigned int i = 0; touched[i]; i++)
		memcpy(image + TABLE + 4 * i, &touched[i], 4);
	unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);
	need(fd >= 0 && write(fd, image, file_bytes) == (ssize_t)file_bytes,
	     "write");
	close(fd);
}

/* ---- running them ------------------------------------------------------------------ */

static const char *program = path;
static char *argv_few[] = {(char *)path, NULL};
static char **arguments = argv_few;
static char *no_environment[] = {NULL};

static int child(void *arg)
{
	(void)arg;
	call4(__NR_execve, (long)program, (long)arguments, (long)no_environment,
	      0);
	call4(__NR_exit, 99, 0, 0, 0);
	return 0;
}

static void run(const char *name)
{
	static uint8_t stack[4 * PAGE] __attribute__((aligned(8)));
	struct counts from, to;
	int status = 0;
	pid_t pid;

	writes(stack, 4, 0);
	from = counts_of(RUSAGE_CHILDREN);
	pid = clone(child, stack + sizeof(stack),
		    CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
	need(pid > 0 && waitpid(pid, &status, 0) == pid, "clone");
	to = counts_of(RUSAGE_CHILDREN);
	say_counts(name, from, to);
	if (status)
		say("%s status=%x\n", name, status);
}

#define RUN(name, type, bytes, touched, ...)                                  \
	do {                                                                  \
		static const struct segment segments_[] = {__VA_ARGS__};      \
		static const uint32_t touched_[] = {touched 0};               \
		make(type, segments_, sizeof(segments_) / sizeof(*segments_), \
		     bytes, touched_);                                        \
		run(name);                                                    \
	} while (0)
#define LIST(...) __VA_ARGS__,

static void segments(void)
{
	RUN("text", ET_EXEC, PAGE, , TEXT);
	RUN("text-read", ET_EXEC, PAGE, LIST(BASE + 0x800), TEXT);
	RUN("text-stack", ET_EXEC, PAGE, LIST(1), TEXT);
	RUN("text-32-pages", ET_EXEC, 32 * PAGE,
	    LIST(BASE + 15 * PAGE, BASE + 16 * PAGE, BASE + 31 * PAGE),
	    {BASE, 0, 32 * PAGE, 32 * PAGE, PF_R | PF_X});
	RUN("text-above-64k", ET_EXEC, 8 * PAGE, LIST(BASE + 0x5000),
	    {BASE, 0, 8 * PAGE, 8 * PAGE, PF_R | PF_X});
	RUN("data", ET_EXEC, 2 * PAGE, , TEXT,
	    {BASE + 0x10000, PAGE, PAGE, PAGE, PF_R | PF_W});
	RUN("data-read", ET_EXEC, 2 * PAGE, LIST(BASE + 0x10000), TEXT,
	    {BASE + 0x10000, PAGE, PAGE, PAGE, PF_R | PF_W});
	RUN("data-write", ET_EXEC, 2 * PAGE, LIST(BASE + 0x10001), TEXT,
	    {BASE + 0x10000, PAGE, PAGE, PAGE, PF_R | PF_W});
	RUN("data-read-write", ET_EXEC, 2 * PAGE,
	    LIST(BASE + 0x10000, BASE + 0x10001), TEXT,
	    {BASE + 0x10000, PAGE, PAGE, PAGE, PF_R | PF_W});
	RUN("data-next-to-text", ET_EXEC, 2 * PAGE, LIST(BASE + PAGE + 1), TEXT,
	    {BASE + PAGE, PAGE, PAGE, PAGE, PF_R | PF_W});
	RUN("bss-in-last-page", ET_EXEC, 2 * PAGE, , TEXT,
	    {BASE + 0x10000, PAGE, 100, 200, PF_R | PF_W});
	RUN("bss-in-last-page-touched", ET_EXEC, 2 * PAGE,
	    LIST(BASE + 0x10000, BASE + 0x100c1), TEXT,
	    {BASE + 0x10000, PAGE, 100, 200, PF_R | PF_W});
	RUN("bss-pages", ET_EXEC, 2 * PAGE, , TEXT,
	    {BASE + 0x10000, PAGE, 100, 8 * PAGE, PF_R | PF_W});
	RUN("bss-pages-read", ET_EXEC, 2 * PAGE,
	    LIST(BASE + 0x11000, BASE + 0x12000), TEXT,
	    {BASE + 0x10000, PAGE, 100, 8 * PAGE, PF_R | PF_W});
	RUN("bss-pages-write", ET_EXEC, 2 * PAGE,
	    LIST(BASE + 0x11001, BASE + 0x12001), TEXT,
	    {BASE + 0x10000, PAGE, 100, 8 * PAGE, PF_R | PF_W});
	RUN("bss-whole-page-of-file", ET_EXEC, 2 * PAGE, LIST(BASE + 0x11001),
	    TEXT, {BASE + 0x10000, PAGE, PAGE, 2 * PAGE, PF_R | PF_W});
	RUN("bss-alone", ET_EXEC, PAGE, LIST(BASE + 0x10001), TEXT,
	    {BASE + 0x10000, 0, 0, 2 * PAGE, PF_R | PF_W});
	RUN("bss-alone-in-a-page", ET_EXEC, PAGE, LIST(BASE + 0x10101), TEXT,
	    {BASE + 0x10100, 0x100, 0, 0x100, PF_R | PF_W});
	RUN("bss-in-text", ET_EXEC, PAGE, ,
	    {BASE, 0, PAGE - 100, PAGE, PF_R | PF_W | PF_X});
	RUN("bss-read-only", ET_EXEC, 2 * PAGE, LIST(BASE + 0x10000), TEXT,
	    {BASE + 0x10000, PAGE, 100, 200, PF_R});
	RUN("unaligned-data", ET_EXEC, 3 * PAGE,
	    LIST(BASE + 0x10f01, BASE + 0x11001), TEXT,
	    {BASE + 0x10f00, PAGE + 0xf00, 0x200, 0x300, PF_R | PF_W});
	RUN("two-data", ET_EXEC, 3 * PAGE, LIST(BASE + 0x10001, BASE + 0x20001),
	    TEXT, {BASE + 0x10000, PAGE, 100, 200, PF_R | PF_W},
	    {BASE + 0x20000, 2 * PAGE, 100, 3 * PAGE, PF_R | PF_W});
	RUN("position-independent", ET_DYN, PAGE, LIST(1),
	    {0, 0, PAGE, PAGE, PF_R | PF_X});
	RUN("position-independent-bss", ET_DYN, 2 * PAGE, ,
	    {0, 0, PAGE, PAGE, PF_R | PF_X},
	    {PAGE, PAGE, 100, 3 * PAGE, PF_R | PF_W});
	RUN("ends-by-fault", ET_EXEC, PAGE, LIST(0x1000), TEXT);
	RUN("ends-by-write-to-text", ET_EXEC, PAGE, LIST(BASE + 1), TEXT);
	RUN("ends-beyond-file", ET_EXEC, PAGE, LIST(BASE + PAGE),
	    {BASE, 0, 3 * PAGE, 3 * PAGE, PF_R | PF_X});
}

/* ---- arguments -------------------------------------------------------------------------- */

static char *many[1025];
static char long_one[8 * PAGE];

static void with_arguments(const char *name, unsigned int n, uint32_t bytes)
{
	memset(long_one, 'x', bytes);
	long_one[bytes] = 0;
	for (unsigned int i = 0; i < n; i++)
		many[i] = long_one;
	many[n] = NULL;
	arguments = many;
	run(name);
	arguments = argv_few;
}

static void argument_pages(void)
{
	static const uint32_t nothing[] = {0}, push[] = {1, 0};
	static const struct segment text[] = {TEXT};

	make(ET_EXEC, text, 1, PAGE, nothing);
	with_arguments("arguments 1x2000", 1, 2000);
	with_arguments("arguments 1x3800", 1, 3800);
	with_arguments("arguments 1x4000", 1, 4000);
	with_arguments("arguments 2x3000", 2, 3000);
	with_arguments("arguments 1x20000", 1, 20000);
	with_arguments("arguments 100x1", 100, 1);
	with_arguments("arguments 500x3", 500, 3);
	with_arguments("arguments 1000x1", 1000, 1);
	with_arguments("arguments 40x4095", 40, 4095);
	make(ET_EXEC, text, 1, PAGE, push);
	with_arguments("arguments-push 1x3000", 1, 3000);
	with_arguments("arguments-push 1000x1", 1000, 1);
}

/* ---- scripts and failures ------------------------------------------------------------------ */

static void script(const char *name, const char *text)
{
	int fd = open("/tmp/execfaults.sh", O_WRONLY | O_CREAT | O_TRUNC, 0700);
	size_t len = strlen(text);

	need(fd >= 0 && write(fd, text, len) == (ssize_t)len, "script");
	close(fd);
	program = "/tmp/execfaults.sh";
	run(name);
	unlink(program);
	program = path;
}

static void others(void)
{
	static const uint32_t nothing[] = {0};
	static const struct segment text[] = {TEXT};
	static const struct segment high[] = {
		{0xc0008000, 0, PAGE, PAGE, PF_R | PF_X}};

	make(ET_EXEC, text, 1, PAGE, nothing);
	script("script", "#!/tmp/execfaults\n");
	script("script-argument", "#! /tmp/execfaults  an argument \n");
	script("script-of-script", "#!/tmp/execfaults.sh\n");
	script("script-missing", "#!/tmp/nothing-here\n");
	script("not-a-program", "what is this?");
	make(ET_EXEC, high, 1, PAGE, nothing);
	run("kernel-address");
	program = "/tmp/nothing-here";
	run("missing");
	program = (const char *)0x1000;
	run("bad-path");
	program = path;
	make(ET_EXEC, text, 1, PAGE, nothing);
	arguments = (char **)0x1000;
	run("bad-arguments");
	arguments = NULL;
	run("no-arguments");
	arguments = argv_few;
	run("again");
}

int main(void)
{
	warm();
	segments();
	argument_pages();
	others();
	unlink(path);
	flush();
	return 0;
}
