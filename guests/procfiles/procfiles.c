/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What files /proc has, with their rights, and what is in them: numbers that
 * vary are replaced by N, so that lines, fields, widths and order are left.
 *
 *	file meminfo f 444
 *	meminfo| MemTotal:<15> kB
 *
 * <15> is a number that is right-aligned in 15 columns with the blanks before
 * it; a pattern that comes several times in a row has its count behind it.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum how {
	STAT, /* that it is there, and its rights */
	TEXT, /* the text as it is */
	NUMBERS, /* its numbers replaced */
	LEFT, /* the same, with the blanks alone: they are left-aligned */
	ONCE, /* the same, each pattern once: which lines there are varies */
	LINK, /* where it leads */
};

struct entry {
	const char *path;
	enum how how;
	const char *only; /* lines that contain this; NULL: all */
};

static const struct entry machine[] = {
	{"buddyinfo", NUMBERS, NULL},
	{"cgroups", STAT, NULL},
	{"cmdline", STAT, NULL},
	{"cpuinfo", STAT, NULL},
	{"devices", STAT, NULL},
	{"diskstats", TEXT, NULL},
	{"execdomains", TEXT, NULL},
	{"filesystems", STAT, NULL},
	{"irq", STAT, NULL},
	{"irq/default_smp_affinity", TEXT, NULL},
	{"loadavg", NUMBERS, NULL},
	{"locks", TEXT, NULL},
	{"meminfo", NUMBERS, NULL},
	{"modules", TEXT, NULL},
	{"mounts", LINK, NULL},
	{"pagetypeinfo", NUMBERS, NULL},
	{"partitions", TEXT, NULL},
	{"schedstat", LEFT, NULL},
	{"slabinfo", ONCE, "# name"},
	{"slabinfo", ONCE, "vm_area_struct"},
	{"slabinfo", ONCE, "anon_vma_chain"},
	{"slabinfo", ONCE, "names_cache"},
	{"stat", LEFT, "cpu"},
	{"stat", ONCE, "ctxt"},
	{"stat", ONCE, "btime"},
	{"stat", ONCE, "pro"},
	{"stat", ONCE, "softirq"},
	{"swaps", TEXT, NULL},
	{"uptime", NUMBERS, NULL},
	{"version", STAT, NULL},
	{"vmstat", LEFT, NULL},
	{"zoneinfo", LEFT, NULL},
};

static const struct entry process[] = {
	{"attr", STAT, NULL},
	{"attr/current", STAT, NULL},
	{"attr/exec", STAT, NULL},
	{"attr/fscreate", STAT, NULL},
	{"attr/keycreate", STAT, NULL},
	{"attr/prev", STAT, NULL},
	{"attr/sockcreate", STAT, NULL},
	{"auxv", STAT, NULL},
	{"cgroup", TEXT, NULL},
	{"clear_refs", STAT, NULL},
	{"cmdline", STAT, NULL},
	{"comm", TEXT, NULL},
	{"coredump_filter", TEXT, NULL},
	{"cpuset", TEXT, NULL},
	{"cwd", LINK, NULL},
	{"environ", STAT, NULL},
	{"exe", LINK, NULL},
	{"fd", STAT, NULL},
	{"fd/0", LINK, NULL},
	{"fdinfo", STAT, NULL},
	{"fdinfo/0", NUMBERS, NULL},
	{"fdinfo/3", NUMBERS, NULL},
	{"gid_map", TEXT, NULL},
	{"io", NUMBERS, NULL},
	{"limits", NUMBERS, NULL},
	{"loginuid", TEXT, NULL},
	{"map_files", STAT, NULL},
	{"maps", STAT, NULL},
	{"mem", STAT, NULL},
	{"mountinfo", NUMBERS, " - tmpfs tmpfs "},
	{"mountinfo", NUMBERS, " - proc proc "},
	{"mounts", NUMBERS, "tmpfs /tmp "},
	{"mounts", NUMBERS, "proc /proc "},
	{"mountstats", TEXT, " /proc "},
	{"ns", STAT, NULL},
	{"ns/cgroup", LINK, NULL},
	{"ns/ipc", LINK, NULL},
	{"ns/mnt", LINK, NULL},
	{"ns/net", LINK, NULL},
	{"ns/pid", LINK, NULL},
	{"ns/pid_for_children", LINK, NULL},
	{"ns/user", LINK, NULL},
	{"ns/uts", LINK, NULL},
	{"oom_adj", TEXT, NULL},
	{"oom_score", NUMBERS, NULL},
	{"oom_score_adj", TEXT, NULL},
	{"pagemap", STAT, NULL},
	{"personality", TEXT, NULL},
	{"projid_map", TEXT, NULL},
	{"root", LINK, NULL},
	{"sched", ONCE, "switches"},
	{"sched", ONCE, "prio"},
	{"sched", ONCE, "policy"},
	{"sched", ONCE, "threads"},
	{"sched", ONCE, "sum_exec"},
	{"sessionid", TEXT, NULL},
	{"setgroups", TEXT, NULL},
	{"smaps", ONCE, " kB"},
	{"smaps", ONCE, "THP"},
	{"smaps_rollup", NUMBERS, NULL},
	{"stack", STAT, NULL},
	{"stat", NUMBERS, NULL},
	{"statm", NUMBERS, NULL},
	{"status", NUMBERS, NULL},
	{"status", TEXT, "Umask"},
	{"status", TEXT, "State"},
	{"status", TEXT, "Pin"},
	{"status", TEXT, "Cap"},
	{"status", TEXT, "allowed"},
	{"syscall", NUMBERS, NULL},
	{"task", STAT, NULL},
	{"timers", TEXT, NULL},
	{"timerslack_ns", TEXT, NULL},
	{"uid_map", TEXT, NULL},
	{"wchan", TEXT, NULL},
};

static const struct entry sysctls[] = {
	{"kernel/cap_last_cap", TEXT, NULL},
	{"kernel/domainname", STAT, NULL},
	{"kernel/hostname", STAT, NULL},
	{"kernel/ngroups_max", TEXT, NULL},
	{"kernel/osrelease", STAT, NULL},
	{"kernel/ostype", TEXT, NULL},
	{"kernel/overflowgid", TEXT, NULL},
	{"kernel/overflowuid", TEXT, NULL},
	{"kernel/panic_on_oops", STAT, NULL},
	{"kernel/pid_max", TEXT, NULL},
	{"kernel/random/boot_id", STAT, NULL},
	{"kernel/random/uuid", STAT, NULL},
	{"kernel/randomize_va_space", TEXT, NULL},
	{"kernel/tainted", STAT, NULL},
	{"kernel/threads-max", STAT, NULL},
	{"kernel/version", STAT, NULL},
	{"vm/admin_reserve_kbytes", STAT, NULL},
	{"vm/compact_memory", STAT, NULL},
	{"vm/compact_unevictable_allowed", TEXT, NULL},
	{"vm/compaction_proactiveness", TEXT, NULL},
	{"vm/dirty_background_bytes", TEXT, NULL},
	{"vm/dirty_background_ratio", TEXT, NULL},
	{"vm/dirty_bytes", TEXT, NULL},
	{"vm/dirty_expire_centisecs", TEXT, NULL},
	{"vm/dirty_ratio", TEXT, NULL},
	{"vm/dirty_writeback_centisecs", TEXT, NULL},
	{"vm/dirtytime_expire_seconds", TEXT, NULL},
	{"vm/drop_caches", STAT, NULL},
	{"vm/extfrag_threshold", TEXT, NULL},
	{"vm/highmem_is_dirtyable", TEXT, NULL},
	{"vm/laptop_mode", TEXT, NULL},
	{"vm/legacy_va_layout", TEXT, NULL},
	{"vm/lowmem_reserve_ratio", TEXT, NULL},
	{"vm/max_map_count", TEXT, NULL},
	{"vm/min_free_kbytes", STAT, NULL},
	{"vm/mmap_min_addr", TEXT, NULL},
	{"vm/oom_dump_tasks", TEXT, NULL},
	{"vm/oom_kill_allocating_task", TEXT, NULL},
	{"vm/overcommit_kbytes", TEXT, NULL},
	{"vm/overcommit_memory", TEXT, NULL},
	{"vm/overcommit_ratio", TEXT, NULL},
	{"vm/page-cluster", TEXT, NULL},
	{"vm/page_lock_unfairness", TEXT, NULL},
	{"vm/panic_on_oom", TEXT, NULL},
	{"vm/percpu_pagelist_high_fraction", TEXT, NULL},
	{"vm/stat_interval", TEXT, NULL},
	{"vm/stat_refresh", STAT, NULL},
	{"vm/swappiness", TEXT, NULL},
	{"vm/unprivileged_userfaultfd", TEXT, NULL},
	{"vm/user_reserve_kbytes", STAT, NULL},
	{"vm/vfs_cache_pressure", TEXT, NULL},
	{"vm/watermark_boost_factor", TEXT, NULL},
	{"vm/watermark_scale_factor", TEXT, NULL},
	{"fs/dentry-state", NUMBERS, NULL},
	{"fs/file-max", STAT, NULL},
	{"fs/file-nr", NUMBERS, NULL},
	{"fs/inode-nr", NUMBERS, NULL},
	{"fs/inode-state", NUMBERS, NULL},
	{"fs/mount-max", TEXT, NULL},
	{"fs/nr_open", TEXT, NULL},
	{"fs/pipe-max-size", TEXT, NULL},
	{"fs/pipe-user-pages-soft", TEXT, NULL},
	{"fs/pipe-user-pages-hard", TEXT, NULL},
	{"fs/suid_dumpable", TEXT, NULL},
};

static char text[256 * 1024], seen[64 * 1024];

/* ---- patterns ---------------------------------------------------------- */

/* "   12" as <5>, "12" as N; a number has no letter before it. */
static void pattern(const char *line, char *to, size_t size, int left)
{
	size_t n = 0;

	while (*line && n < size - 16) {
		size_t blanks = strspn(line, " ");
		size_t digits = strspn(line + blanks, "0123456789");

		if (!digits) {
			if (isalpha((unsigned char)*line))
				while (isalnum((unsigned char)*line) ||
				       *line == '_')
					to[n++] = *line++;
			else
				to[n++] = *line++;
			continue;
		}
		if (blanks > 1)
			n += (size_t)sprintf(to + n, "<%zu>",
					     left ? blanks : blanks + digits);
		else
			n += (size_t)sprintf(to + n, "%sN", blanks ? " " : "");
		line += blanks + digits;
	}
	to[n] = '\0';
}

/* "<7><7><7>" as "<7>*3". */
static void fold(char *s)
{
	char *to = s;

	while (*s) {
		size_t len = *s == '<'              ? strcspn(s, ">") + 1
			     : !strncmp(s, " N", 2) ? 2
						    : 0;
		unsigned int times = 1;
		char one[16];

		if (!len || len > 15) {
			*to++ = *s++;
			continue;
		}
		memcpy(one, s, len);
		one[len] = '\0';
		while (!strncmp(s + times * len, one, len))
			times++;
		s += times * len;
		memcpy(to, one, len);
		to += len;
		if (times > 2)
			to += sprintf(to, "*%u", times);
		else if (times == 2)
			to += sprintf(to, "%s", one);
	}
	*to = '\0';
}

static void print_line(const struct entry *entry, const char *line)
{
	char out[2048];

	if (entry->only && !strstr(line, entry->only))
		return;
	if (entry->how == TEXT) {
		printf("%s| %s\n", entry->path, line);
		return;
	}
	pattern(line, out, sizeof(out), entry->how == LEFT);
	fold(out);
	if (entry->how == ONCE) {
		char *known = seen;

		while ((known = strstr(known, out))) {
			size_t len = strlen(out);

			if ((known == seen || known[-1] == '\n') &&
			    known[len] == '\n')
				return;
			known++;
		}
		strcat(strcat(seen, out), "\n");
	}
	printf("%s| %s\n", entry->path, out);
}

static void print_text(const struct entry *entry, const char *path)
{
	int fd = open(path, O_RDONLY), len = 0;
	char *line, *rest = text;
	ssize_t n = 0;

	while (fd >= 0 && len < (int)sizeof(text) - 1 &&
	       (n = read(fd, text + len, sizeof(text) - 1 - (size_t)len)) > 0)
		len += (int)n;
	if (fd < 0 || n < 0)
		printf("%s read errno=%d\n", entry->path, errno);
	close(fd);
	text[len] = '\0';
	seen[0] = '\0';
	while ((line = strsep(&rest, "\n")))
		if (*line || rest)
			print_line(entry, line);
	if (len && text[len - 1])
		printf("%s ends without newline\n", entry->path);
}

static char type_of(mode_t mode)
{
	return S_ISDIR(mode) ? 'd' : S_ISLNK(mode) ? 'l' : 'f';
}

static void show(const char *dir, const struct entry *entry)
{
	char path[128], target[256];
	struct stat st;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/%s", dir, entry->path);
	if (lstat(path, &st)) {
		printf("file %s errno=%d\n", entry->path, errno);
		return;
	}
	printf("file %s %c %o\n", entry->path, type_of(st.st_mode),
	       st.st_mode & 07777);
	if (entry->how == LINK) {
		n = readlink(path, target, sizeof(target) - 1);
		target[n > 0 ? n : 0] = '\0';
		printf("%s-> %s\n", entry->path, target);
	} else if (entry->how != STAT) {
		print_text(entry, path);
	}
}

/* ---- links whose target is a number ------------------------------------ */

static void show_selves(void)
{
	char target[64], expected[64];
	ssize_t n = readlink("/proc/self", target, sizeof(target));

	snprintf(expected, sizeof(expected), "%d", getpid());
	printf("self %s\n", n == (ssize_t)strlen(expected) &&
					    !memcmp(target, expected, (size_t)n)
				    ? "pid"
				    : "other");
	n = readlink("/proc/thread-self", target, sizeof(target));
	snprintf(expected, sizeof(expected), "%d/task/%d", getpid(), getpid());
	printf("thread-self %s\n",
	       n == (ssize_t)strlen(expected) &&
			       !memcmp(target, expected, (size_t)n)
		       ? "pid/task/tid"
		       : "other");
}

/* ---- writing ----------------------------------------------------------- */

static const struct {
	const char *path, *value, *restore;
} writes[] = {
	{"/proc/self/oom_score_adj", "500", NULL},
	{"/proc/self/oom_score_adj", "1001", NULL},
	{"/proc/self/oom_score_adj", " 7 \n", NULL},
	{"/proc/self/oom_score_adj", "-1001", NULL},
	{"/proc/self/oom_score_adj", "x", NULL},
	{"/proc/self/oom_score_adj", "0x10", NULL},
	{"/proc/self/oom_adj", "8", NULL},
	{"/proc/self/oom_adj", "15", NULL},
	{"/proc/self/oom_adj", "-17", NULL},
	{"/proc/self/oom_adj", "16", NULL},
	{"/proc/self/oom_adj", "0", NULL},
	{"/proc/self/comm", "a long name for a program", NULL},
	{"/proc/self/comm", "line\nbreak", NULL},
	{"/proc/self/coredump_filter", "0x7f", NULL},
	{"/proc/self/coredump_filter", "51", NULL},
	{"/proc/self/coredump_filter", "zz", NULL},
	{"/proc/self/timerslack_ns", "100000", NULL},
	{"/proc/self/timerslack_ns", "0", NULL},
	{"/proc/self/timerslack_ns", "x", NULL},
	{"/proc/self/maps", "1", NULL},
	{"/proc/self/status", "1", NULL},
	{"/proc/meminfo", "1", NULL},
	{"/proc/sys/vm/overcommit_memory", "2", "0"},
	{"/proc/sys/vm/overcommit_memory", "3", "0"},
	{"/proc/sys/vm/overcommit_memory", "-1", "0"},
	{"/proc/sys/vm/overcommit_memory", " 1 ", "0"},
	{"/proc/sys/vm/overcommit_memory", "1x", "0"},
	{"/proc/sys/vm/overcommit_memory", "", "0"},
	{"/proc/sys/vm/overcommit_ratio", "200", "50"},
	{"/proc/sys/vm/overcommit_kbytes", "1000", "0"},
	{"/proc/sys/vm/overcommit_ratio", "50", "50"},
	{"/proc/sys/vm/swappiness", "100", "60"},
	{"/proc/sys/vm/swappiness", "201", "60"},
	{"/proc/sys/vm/max_map_count", "100000", "65530"},
	{"/proc/sys/vm/max_map_count", "-1", "65530"},
	{"/proc/sys/vm/page-cluster", "4", "3"},
	{"/proc/sys/vm/panic_on_oom", "3", "0"},
	{"/proc/sys/vm/oom_kill_allocating_task", "1", "0"},
	{"/proc/sys/vm/watermark_scale_factor", "20", "10"},
	{"/proc/sys/vm/watermark_scale_factor", "0", "10"},
	{"/proc/sys/vm/dirty_ratio", "30", "20"},
	{"/proc/sys/vm/dirty_ratio", "101", "20"},
	{"/proc/sys/vm/vfs_cache_pressure", "50", "100"},
	{"/proc/sys/vm/drop_caches", "3", NULL},
	{"/proc/sys/vm/drop_caches", "5", NULL},
	{"/proc/sys/vm/compact_memory", "1", NULL},
	{"/proc/sys/vm/stat_refresh", "", NULL},
	{"/proc/sys/vm/stat_refresh", "1", NULL},
	{"/proc/sys/kernel/randomize_va_space", "0", "0"},
	{"/proc/sys/kernel/pid_max", "300", "32768"},
	{"/proc/sys/kernel/pid_max", "40000", "32768"},
	{"/proc/sys/kernel/ostype", "x", NULL},
	{"/proc/sys/fs/pipe-max-size", "4096", "1048576"},
	{"/proc/sys/fs/pipe-max-size", "5000", "1048576"},
};

static int put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY), err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, value, strlen(value)) < 0)
		err = errno;
	close(fd);
	return err;
}

static void show_writes(void)
{
	char now[256];

	for (size_t i = 0; i < sizeof(writes) / sizeof(*writes); i++) {
		int err = put(writes[i].path, writes[i].value);
		int fd = open(writes[i].path, O_RDONLY);
		ssize_t n = read(fd, now, sizeof(now) - 1);

		close(fd);
		printf("write %s '", writes[i].path + 6);
		for (const char *c = writes[i].value; *c; c++)
			printf(*c == '\n' ? "\\n" : "%c", *c);
		printf("' errno=%d", err);
		if (n > 0 && strlen(writes[i].path) > 14) {
			now[n] = '\0';
			if (n < 64)
				printf(" now=%.*s", (int)strcspn(now, "\n"),
				       now);
		} else if (n < 0) {
			printf(" read errno=%d", errno);
		}
		putchar('\n');
		if (writes[i].restore)
			put(writes[i].path, writes[i].restore);
	}
}

/*
 * One number in many spellings: what write() says of it, where that isn't its
 * length, and what the file has then.
 */
static void show_spellings(const char *path)
{
	static const char *const text[] = {
		"1\n",
		"1\n\n",
		" 1",
		"1 ",
		"\t1\n",
		"1\n2",
		"1 2",
		"+1",
		"-0",
		"01",
		"08",
		"0x1",
		"000000000001",
		"0000000000001",
		"0000000000000000001",
		"",
		"\n",
		" ",
		"1x",
		"1.0",
		"4294967297",
		"-4294967295",
		"2147483648",
		"18446744073709551616",
	};
	char now[64];

	printf("spellings of 1 for %s:", path + 6);
	for (size_t i = 0; i < sizeof(text) / sizeof(*text); i++) {
		int fd = open(path, O_RDWR);
		const ssize_t size = (ssize_t)strlen(text[i]);
		const ssize_t n = write(fd, text[i], (size_t)size);
		const ssize_t got = pread(fd, now, sizeof(now), 0);

		close(fd);
		printf(n < 0      ? " errno=%d"
		       : n < size ? " took=%d"
				  : " ok",
		       n < 0 ? errno : (int)n);
		if (got > 0)
			printf("(%.*s)", (int)strcspn(now, "\n"), now);
	}
	putchar('\n');
}

int main(void)
{
	setvbuf(stdout, NULL, _IOFBF, 65536);
	prctl(PR_SET_NAME, "procfiles");
	if (open("/proc/self/status", O_RDONLY) != 3)
		printf("fd 3 is taken\n");
	show_selves();
	for (size_t i = 0; i < sizeof(machine) / sizeof(*machine); i++)
		show("/proc", &machine[i]);
	for (size_t i = 0; i < sizeof(process) / sizeof(*process); i++)
		show("/proc/self", &process[i]);
	for (size_t i = 0; i < sizeof(sysctls) / sizeof(*sysctls); i++)
		show("/proc/sys", &sysctls[i]);
	show_writes();
	show_spellings("/proc/self/oom_score_adj");
	show_spellings("/proc/self/oom_adj");
	show_spellings("/proc/self/coredump_filter");
	show_spellings("/proc/self/timerslack_ns");
	show_spellings("/proc/self/comm");
	show_spellings("/proc/sys/vm/swappiness");
	show_spellings("/proc/sys/kernel/hostname");
	return 0;
}
