/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a program finds when it starts: registers, the stack with arguments,
 * environment and auxiliary vector, the mappings that the kernel made, the
 * pages it put there. Then the same after execve with other arguments,
 * environments, limits and personalities, each of which moves something.
 *
 * Prints a line for each observation. What depends on the program itself (its
 * segments, its entry) is compared with what the program knows, not printed.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define POISON 0xe7fddef1u

/* Filled by startup_entry, where the program begins (see cflags). */
struct {
	uint32_t r[13], sp, lr, cpsr, tpidruro, tpidrurw, fpscr;
	uint64_t d[32];
} at_entry;

__asm__("	.text\n"
	"	.arm\n"
	"	.arch_extension virt\n"
	"	.fpu neon\n"
	"	.globl startup_entry\n"
	"	.type startup_entry, %function\n"
	"startup_entry:\n"
	"	sub sp, sp, #64\n"
	"	stm sp, {r0-r12}\n"
	"	mov r1, sp\n"
	"	add sp, sp, #64\n"
	"	movw r0, #:lower16:at_entry\n"
	"	movt r0, #:upper16:at_entry\n"
	"	ldm r1!, {r2-r9}\n"
	"	stm r0!, {r2-r9}\n"
	"	ldm r1!, {r2-r6}\n"
	"	stm r0!, {r2-r6}\n"
	"	str sp, [r0], #4\n"
	"	str lr, [r0], #4\n"
	"	mrs r1, cpsr\n"
	"	str r1, [r0], #4\n"
	"	mrc p15, 0, r1, c13, c0, 3\n"
	"	str r1, [r0], #4\n"
	"	mrc p15, 0, r1, c13, c0, 2\n"
	"	str r1, [r0], #4\n"
	"	vmrs r1, fpscr\n"
	"	str r1, [r0], #4\n"
	"	add r0, r0, #7\n"
	"	bic r0, r0, #7\n"
	"	vstmia r0!, {d0-d15}\n"
	"	vstmia r0!, {d16-d31}\n"
	"	movw r0, #:lower16:at_entry\n"
	"	movt r0, #:upper16:at_entry\n"
	"	ldm r0, {r0-r12}\n"
	"	b _start\n"
	"	.ltorg\n");

extern char _end[];

static uint32_t aux(uint32_t type)
{
	const Elf32_auxv_t *v;
	char **p = environ;

	while (*p++)
		;
	for (v = (const Elf32_auxv_t *)p; v->a_type != AT_NULL; v++)
		if (v->a_type == type)
			return v->a_un.a_val;
	return 0;
}

/* ---- /proc ------------------------------------------------------------- */

static char text[65536];

static long slurp(const char *path)
{
	int fd = open(path, O_RDONLY);
	long n = 0, got;

	if (fd < 0)
		return -1;
	while ((got = read(fd, text + n, sizeof(text) - 1 - (size_t)n)) > 0)
		n += got;
	close(fd);
	text[n] = '\0';
	return n;
}

/* With what doesn't print, NUL among it, as \XX. */
static void show_file(const char *tag, const char *path)
{
	long n = slurp(path);

	printf("%s ", tag);
	for (long i = 0; i < n; i++)
		if (text[i] > ' ' && text[i] < 127)
			putchar(text[i]);
		else
			printf("\\%02x", text[i]);
	printf("\n");
}

/* The n-th field of /proc/self/stat; the name has no blanks. */
static unsigned long stat_field(int n)
{
	const char *p;

	slurp("/proc/self/stat");
	p = text;
	while (--n)
		p = strchr(p, ' ') + 1;
	return strtoul(p, NULL, 10);
}

/* What the kernel has mapped, the program's own segments left out. */
static void show_maps(const char *tag)
{
	char *line, *next;

	slurp("/proc/self/maps");
	for (line = text; *line; line = next) {
		const unsigned long start = strtoul(line, NULL, 16);

		next = strchr(line, '\n');
		*next++ = '\0';
		if (strstr(line, "[heap]"))
			printf("%s heap %.4s\n", tag, strchr(line, ' ') + 1);
		else if (!strstr(line, "/startup") && start != 0x10000)
			printf("%s map %s\n", tag, line);
	}
}

/* ---- the first look ---------------------------------------------------- */

static void show_registers(void)
{
	int zero = 1;

	printf("entry");
	for (int i = 0; i < 13; i++)
		printf(" r%d=%x", i, at_entry.r[i]);
	printf("\nentry sp=%x lr=%x cpsr=%x\n", at_entry.sp, at_entry.lr,
	       at_entry.cpsr);
	for (int i = 0; i < 32; i++)
		zero &= !at_entry.d[i];
	printf("entry tpidruro=%x tpidrurw=%x fpscr=%x vfp=%s\n",
	       at_entry.tpidruro, at_entry.tpidrurw, at_entry.fpscr,
	       zero ? "zero" : "used");
}

static void show_auxv(void)
{
	const Elf32_auxv_t *v;
	char **p = environ;

	while (*p++)
		;
	printf("stack auxv=sp+%zu\n",
	       (size_t)((char *)p - (char *)at_entry.sp));
	for (v = (const Elf32_auxv_t *)p;; v++) {
		if (v->a_type == AT_PHDR || v->a_type == AT_PHNUM ||
		    v->a_type == AT_ENTRY)
			printf("auxv %u own\n", v->a_type);
		else
			printf("auxv %u %x\n", v->a_type, v->a_un.a_val);
		if (v->a_type == AT_NULL)
			break;
	}
	printf("stack after-auxv=%zu\n",
	       (size_t)(aux(AT_RANDOM) - (uint32_t)(v + 1)));
	slurp("/proc/self/auxv");
	printf("proc auxv %s\n",
	       memcmp(text, p, (size_t)((char *)(v + 1) - (char *)p))
		       ? "differs"
		       : "same");
}

static void show_stack(int argc, char **argv)
{
	const uint32_t *sp = (const uint32_t *)at_entry.sp;

	printf("stack argc=%u argv=sp+%d envp=sp+%d\n", sp[0],
	       (int)((char *)argv - (char *)sp),
	       (int)((char *)environ - (char *)sp));
	for (int i = 0; i <= argc; i++)
		printf("stack argv[%d]=%p %s\n", i, (void *)argv[i],
		       argv[i] ? argv[i] : "");
	for (int i = 0; environ[i]; i++)
		printf("stack envp[%d]=%p %s\n", i, (void *)environ[i],
		       environ[i]);
	show_auxv();
	printf("stack platform=%s execfn=%s\n", (char *)aux(AT_PLATFORM),
	       (char *)aux(AT_EXECFN));
	printf("stack last-word=%x\n",
	       *(uint32_t *)(((aux(AT_EXECFN) + 4096) & ~4095u) - 4));
}

static void show_mm(void)
{
	unsigned long end_data = stat_field(46), start_brk = stat_field(47);

	printf("mm startstack=%lx\n", stat_field(28));
	printf("mm arg=%lx-%lx env=%lx-%lx\n", stat_field(48), stat_field(49),
	       stat_field(50), stat_field(51));
	printf("mm end_data %s\n",
	       end_data <= (unsigned long)_end ? "before _end" : "after _end");
	printf("mm start_brk %s\n",
	       start_brk == (((unsigned long)_end + 4095) & ~4095ul)
		       ? "at the page after _end"
		       : "elsewhere");
	printf("mm exit_code=%lu\n", stat_field(52));
}

static void show_names(void)
{
	char link[256] = "";

	show_file("proc cmdline", "/proc/self/cmdline");
	show_file("proc environ", "/proc/self/environ");
	show_file("proc comm", "/proc/self/comm");
	show_file("proc personality", "/proc/self/personality");
	if (readlink("/proc/self/exe", link, sizeof(link) - 1) > 0)
		printf("proc exe %s\n", link);
}

/* ---- pages of the kernel's --------------------------------------------- */

/* Where the first mapping of that name begins. */
static uint32_t find_map(const char *name)
{
	char *line, *next;

	slurp("/proc/self/maps");
	for (line = text; *line; line = next) {
		next = strchr(line, '\n');
		*next++ = '\0';
		if (strstr(line, name))
			return (uint32_t)strtoul(line, NULL, 16);
	}
	return 0;
}

static void show_sigpage(void)
{
	const uint32_t *page = (const uint32_t *)find_map("[sigpage]");
	int i = 0, last = 1023;

	while (page[i] == POISON)
		i++;
	while (page[last] == POISON)
		last--;
	printf("sigpage offset %s, words", i >= 128 && i < 640 ? "ok" : "odd");
	for (; i <= last; i++)
		printf(" %08x", page[i]);
	printf("\n");
}

static void show_vectors(void)
{
	const uint32_t *page = (const uint32_t *)find_map("[vectors]");
	int n = 0;

	for (int i = 8; i < 0xf60 / 4; i++)
		n += page[i] == POISON;
	printf("vectors poison=%d helpers=%u\n", n, page[1023]);
}

static void show_vdso(void)
{
	static const char *const names[] = {
		"__vdso_clock_gettime", "__vdso_clock_gettime64",
		"__vdso_gettimeofday",  "__vdso_clock_getres",
		"__vdso_getcpu",
	};
	const char *base = (const char *)aux(AT_SYSINFO_EHDR);
	const Elf32_Ehdr *e = (const Elf32_Ehdr *)base;
	const Elf32_Phdr *ph = (const Elf32_Phdr *)(base + e->e_phoff);
	const Elf32_Dyn *d = NULL;
	const Elf32_Sym *sym = NULL;
	const uint32_t *hash = NULL;
	const char *str = NULL;
	uint32_t soname = 0;

	printf("vdso class=%d data=%d type=%d machine=%d flags=%x entry=%x\n",
	       e->e_ident[EI_CLASS], e->e_ident[EI_DATA], e->e_type,
	       e->e_machine, e->e_flags, e->e_entry);
	for (int i = 0; i < e->e_phnum; i++) {
		if (ph[i].p_type == PT_DYNAMIC)
			d = (const Elf32_Dyn *)(base + ph[i].p_offset);
		if (ph[i].p_type == PT_LOAD)
			printf("vdso load at=%x flags=%x\n", ph[i].p_vaddr,
			       ph[i].p_flags);
	}
	for (; d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_SYMTAB)
			sym = (const Elf32_Sym *)(base + d->d_un.d_ptr);
		if (d->d_tag == DT_STRTAB)
			str = base + d->d_un.d_ptr;
		if (d->d_tag == DT_HASH)
			hash = (const uint32_t *)(base + d->d_un.d_ptr);
		if (d->d_tag == DT_SONAME)
			soname = d->d_un.d_val;
	}
	printf("vdso soname=%s\n", str + soname);
	for (unsigned int n = 0; n < sizeof(names) / sizeof(*names); n++) {
		int found = 0;

		for (uint32_t i = 1; i < hash[1]; i++)
			found |= !strcmp(str + sym[i].st_name, names[n]);
		printf("vdso %s %s\n", names[n], found ? "found" : "absent");
	}
}

/* ---- other starts ------------------------------------------------------ */

static void run(char **argv, char **envp)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		execve("/proc/self/exe", argv, envp);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	if (status)
		printf("status %x\n", status);
}

/* Each length of the strings, for the alignment of what lies below them. */
static void other_lengths(void)
{
	char value[40] = "A=", tag[8];
	char *envp[] = {value, NULL, NULL, NULL};

	for (int n = 0; n < 17; n++) {
		char *argv[] = {(char *)"startup", (char *)"sp", tag, NULL};

		snprintf(tag, sizeof(tag), "%d", n);
		memset(value + 2, 'x', (size_t)n);
		value[2 + n] = '\0';
		run(argv, envp);
	}
	for (int n = 1; n < 4; n++) {
		char *argv[] = {(char *)"startup", (char *)"sp", tag, NULL};

		snprintf(tag, sizeof(tag), "e%d", n);
		envp[n - 1] = (char *)"B=1";
		run(argv, envp);
	}
}

static void other_sizes(void)
{
	static char big[4][100001];
	char *envp[] = {big[0], big[1], big[2], big[3], NULL};
	char *argv[] = {(char *)"startup", (char *)"maps", (char *)"big", NULL};

	for (int i = 0; i < 4; i++)
		memset(big[i], 'a' + i, 100000);
	run(argv, envp);
}

static void other_limits(void)
{
	static const rlim_t limit[] = {
		16384,      65536,      140000,        262144,    1 << 20,
		16 << 20,   127 << 20,  128 << 20,     200 << 20, 1 << 30,
		0x90000000, 0xa0000000, RLIM_INFINITY,
	};
	struct rlimit old, new;
	char tag[32];
	char *argv[] = {(char *)"startup", (char *)"maps", tag, NULL};

	getrlimit(RLIMIT_STACK, &old);
	for (unsigned int i = 0; i < sizeof(limit) / sizeof(*limit); i++) {
		new = old;
		new.rlim_cur = limit[i];
		snprintf(tag, sizeof(tag), "stack-limit-%llx",
			 (unsigned long long)limit[i]);
		setrlimit(RLIMIT_STACK, &new);
		run(argv, environ);
		setrlimit(RLIMIT_STACK, &old);
	}
}

static void other_personalities(void)
{
	static const unsigned long persona[] = {
		0,
		PER_LINUX_32BIT,
		ADDR_NO_RANDOMIZE,
		ADDR_COMPAT_LAYOUT,
		READ_IMPLIES_EXEC,
		ADDR_LIMIT_3GB,
		MMAP_PAGE_ZERO,
		STICKY_TIMEOUTS | WHOLE_SECONDS | SHORT_INODE,
		PER_SVR4,
		PER_BSD,
		PER_MASK,
		UNAME26,
		ADDR_LIMIT_32BIT,
		ADDR_COMPAT_LAYOUT | READ_IMPLIES_EXEC | MMAP_PAGE_ZERO,
	};
	char tag[32];
	char *argv[] = {(char *)"startup", (char *)"maps", tag, NULL};
	int old = personality(0xffffffff);

	for (unsigned int i = 0; i < sizeof(persona) / sizeof(*persona); i++) {
		snprintf(tag, sizeof(tag), "personality-%lx", persona[i]);
		personality(persona[i]);
		run(argv, environ);
		personality((unsigned long)old);
	}
}

static void other_arguments(void)
{
	char *none[] = {NULL};
	char *empty[] = {(char *)"", NULL};
	char *odd[] = {(char *)"a b", (char *)"", (char *)"\n", NULL};

	run(none, none);
	run(empty, none);
	run(odd, none);
	run(NULL, NULL);
}

/* ---- who is called how ------------------------------------------------- */

static void say_sp(const char *tag)
{
	printf("sp %s sp=%x random=%x platform=%x execfn=%x %s\n", tag,
	       at_entry.sp, aux(AT_RANDOM), aux(AT_PLATFORM), aux(AT_EXECFN),
	       (char *)aux(AT_EXECFN));
}

static void say_maps(const char *tag)
{
	printf("%s sp=%x personality=%x\n", tag, at_entry.sp,
	       (unsigned int)personality(0xffffffff));
	show_maps(tag);
}

static void say_arguments(int argc, char **argv)
{
	printf("called with argc=%d", argc);
	for (int i = 0; i < argc; i++)
		printf(" <%s>", argv[i]);
	printf(" envp[0]=%p\n", (void *)environ[0]);
	show_file("called cmdline", "/proc/self/cmdline");
	show_file("called environ", "/proc/self/environ");
	show_file("called comm", "/proc/self/comm");
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "sp")) {
		say_sp(argv[2]);
	} else if (argc == 3 && !strcmp(argv[1], "maps")) {
		say_maps(argv[2]);
	} else if (!getenv("PATH")) {
		say_arguments(argc, argv);
	} else {
		show_registers();
		show_stack(argc, argv);
		show_mm();
		show_names();
		show_maps("first");
		show_sigpage();
		show_vectors();
		show_vdso();
		other_arguments();
		other_lengths();
		other_sizes();
		other_limits();
		other_personalities();
	}
	return 0;
}
