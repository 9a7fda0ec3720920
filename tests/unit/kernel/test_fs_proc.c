/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * /proc: formats as a real kernel prints them, links that lead where they
 * say, and names that die with their task.
 */
#include "tests/unit/kernel/vfs_fixture.h"

#include <regex.h>

#include "kernel/fs/proc/internal.h"
#include "kernel/mm/vma.h"

static int setup(void **state)
{
	struct vfs_fixture *f = fixture_begin();
	hw_node_t bin = host_dir(0, "bin");

	host_add(bin, "busybox", S_IFREG | 0755, "ELF");
	host_file(0, "odd\nname", "x");
	fixture_mount(f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	fixture_end(*state);
	return 0;
}

/* The whole file matches the extended regular expression. */
static void assert_matches(const char *path, const char *pattern)
{
	const char *text = t_cat(path);
	char whole[4096];
	regex_t re;

	assert_non_null(text);
	snprintf(whole, sizeof(whole), "^%s$", pattern);
	assert_int_equal(regcomp(&re, whole, REG_EXTENDED | REG_NOSUB), 0);
	if (regexec(&re, text, 0, NULL, 0))
		fail_msg("%s: \"%s\" is not \"%s\"", path, text, whole);
	regfree(&re);
}

static void machine_files(void **state)
{
	(void)state;
	assert_matches("/proc/version", "Linux version 6\\.1\\..*\n");
	assert_matches("/proc/uptime", "[0-9]+\\.[0-9]{2} [0-9]+\\.[0-9]{2}\n");
	assert_matches("/proc/loadavg",
		       "0\\.00 0\\.00 0\\.00 [0-9]+/[0-9]+ [0-9]+\n");
	assert_matches("/proc/stat",
		       "cpu  [0-9]+ 0 [0-9]+ [0-9]+ 0 0 0 0 0 0\n"
		       "cpu0 [0-9]+ 0 [0-9]+ [0-9]+ 0 0 0 0 0 0\n"
		       "intr 0\nctxt [0-9]+\nbtime 1700000000\n"
		       "processes [0-9]+\nprocs_running 1\nprocs_blocked 0\n"
		       "softirq.*\n");
	assert_matches("/proc/mounts",
		       "rootfs / rootfs rw,relatime 0 0\n"
		       "devtmpfs /dev devtmpfs rw,relatime,mode=755 0 0\n"
		       "devpts /dev/pts devpts rw,relatime,"
		       "gid=5,mode=620,ptmxmode=000 0 0\n"
		       "tmpfs /dev/shm tmpfs rw,relatime 0 0\n"
		       "proc /proc proc rw,relatime 0 0\n"
		       "sysfs /sys sysfs rw,relatime 0 0\n"
		       "debugfs /sys/kernel/debug debugfs rw,relatime 0 0\n");
	assert_matches("/proc/meminfo", "MemTotal: +[0-9]+ kB\nMemFree: .*");
	assert_matches("/proc/swaps", "Filename\t\t\t\tType\t\tSize\t\tUsed"
				      "\t\tPriority\n");
	assert_matches("/proc/sys/kernel/ostype", "Linux\n");
	assert_matches("/proc/sys/kernel/pid_max", "32768\n");
	assert_matches("/proc/sys/vm/overcommit_memory", "0\n");
	assert_int_equal(t_put("/proc/sys/vm/overcommit_memory", "2\n"), 0);
	assert_matches("/proc/sys/vm/overcommit_memory", "2\n");
	assert_int_equal(t_put("/proc/sys/vm/overcommit_memory", "3"), -EINVAL);
	assert_int_equal(t_put("/proc/sys/vm/overcommit_memory", "x"), -EINVAL);
	assert_int_equal(t_put("/proc/sys/kernel/pid_max", "1"), -EINVAL);
}

/* Line by line the names of a real kernel's status, in its order. */
static const char *const status_names[] = {
	"Name:\ttest",
	"Umask:\t0022",
	"State:\tR (running)",
	"Tgid:",
	"Ngid:\t0",
	"Pid:",
	"PPid:",
	"TracerPid:\t0",
	"Uid:\t0\t0\t0\t0",
	"Gid:\t0\t0\t0\t0",
	"FDSize:\t32",
	"Groups:\t ",
	"NStgid:",
	"NSpid:",
	"NSpgid:",
	"NSsid:",
	"Threads:\t1",
	"SigQ:\t0/",
	"SigPnd:\t0000000000000000",
	"ShdPnd:\t0000000000000000",
	"SigBlk:\t0000000000000100",
	"SigIgn:\t0000000000000000",
	"SigCgt:\t0000000000000000",
	"CapInh:\t0000000000000000",
	"CapPrm:\t000001ffffffffff",
	"CapEff:\t000001ffffffffff",
	"CapBnd:\t000001ffffffffff",
	"CapAmb:\t0000000000000000",
	"NoNewPrivs:\t0",
	"Seccomp:\t0",
	"Seccomp_filters:\t0",
	"Speculation_Store_Bypass:\tunknown",
	"SpeculationIndirectBranch:\tunsupported",
	"Cpus_allowed:\t1",
	"Cpus_allowed_list:\t0",
	"Mems_allowed:\t1",
	"Mems_allowed_list:\t0",
	"voluntary_ctxt_switches:\t",
	"nonvoluntary_ctxt_switches:\t",
};

static void task_files(void **state)
{
	const char *text;
	char path[64];
	int field = 0;

	(void)state;
	fixture->task->blocked = sig_bit(SIGKILL);
	text = t_cat("/proc/self/status");
	for (size_t n = 0; n < sizeof(status_names) / sizeof(*status_names);
	     n++) {
		if (strncmp(text, status_names[n], strlen(status_names[n])))
			fail_msg("%.40s is not %s", text, status_names[n]);
		text += strcspn(text, "\n") + 1;
	}
	assert_string_equal(text, "");
	snprintf(path, sizeof(path), "/proc/%d/comm", fixture->task->pid);
	assert_string_equal(t_cat(path), "test\n");
	assert_int_equal(t_put(path, "a name of more than fifteen"), 0);
	assert_string_equal(t_cat(path), "a name of more \n");
	assert_matches("/proc/self/statm", "0 0 0 0 0 0 0\n");
	text = t_cat("/proc/self/stat");
	for (const char *at = text; *at; at++)
		field += *at == ' ';
	assert_int_equal(field, 51 + 4); /* four blanks in the name */
	assert_int_equal(t_put("/proc/self/oom_score_adj", "-17"), 0);
	assert_matches("/proc/self/oom_score_adj", "-17\n");
	assert_int_equal(t_put("/proc/self/oom_score_adj", "1001"), -EINVAL);
	assert_matches("/proc/self/limits",
		       "Limit                     Soft Limit           "
		       "Hard Limit           Units     \n"
		       "Max cpu time              unlimited            "
		       "unlimited            seconds   \n.*"
		       "Max open files            1024                 "
		       "4096                 files     \n.*"
		       "Max realtime timeout      unlimited            "
		       "unlimited            us        \n");
}

/* What the oracle's kernel printed for the same mappings. */
static void maps(void **state)
{
	struct task_struct *curr = fixture->task;
	struct mm_struct mm = {.k = fixture->k,
			       .mm_users = 2,
			       .mm_count = 2,
			       .task_size = 0xbf000000};
	struct vm_area_struct vma[4] = {
		{.vm_start = 0x10000,
		 .vm_end = 0x145000,
		 .vm_flags = VM_READ | VM_EXEC},
		{.vm_start = 0x14b000,
		 .vm_end = 0x14f000,
		 .vm_flags = VM_READ | VM_WRITE},
		{.vm_start = 0x20000000,
		 .vm_end = 0x20001000,
		 .vm_pgoff = 0x134,
		 .vm_flags = VM_READ | VM_MAYSHARE | VM_SHARED},
		{.vm_start = 0xb6fed000,
		 .vm_end = 0xb6ffd000,
		 .vm_flags = VM_READ | VM_WRITE},
	};
	struct file *exe = filp_open(curr, "/bin/busybox", O_RDONLY, 0);
	struct file *odd = filp_open(curr, "/odd\nname", O_RDONLY, 0);
	char expected[1024];

	(void)state;
	init_rwsem(&mm.mmap_lock);
	mm.start_brk = 0x14b000;
	mm.brk = 0x14f000;
	for (int n = 0; n < 4; n++) {
		vma[n].vm_mm = &mm;
		vma_link(&mm, &vma[n]);
	}
	vma[0].vm_file = exe;
	vma[2].vm_file = odd;
	curr->mm = &mm;
	snprintf(expected, sizeof(expected),
		 "00010000-00145000 r-xp 00000000 00:02 %-10u /bin/busybox\n"
		 "0014b000-0014f000 rw-p 00000000 00:00 0          [heap]\n"
		 "20000000-20001000 r--s 00134000 00:02 %-10u /odd\\012name\n"
		 "b6fed000-b6ffd000 rw-p 00000000 00:00 0 \n"
		 "ffff0000-ffff1000 r-xp 00000000 00:00 0          [vectors]\n",
		 (unsigned int)exe->f_inode->i_ino,
		 (unsigned int)odd->f_inode->i_ino);
	assert_string_equal(t_cat("/proc/self/maps"), expected);
	assert_int_equal(mm.mm_users, 2);
	assert_int_equal(t_unlink("/bin/busybox"), 0);
	assert_non_null(
		strstr(t_cat("/proc/self/maps"), "/bin/busybox (deleted)\n"));
	curr->mm = NULL;
	assert_string_equal(t_cat("/proc/self/maps"), "");
	fput(curr, exe);
	fput(curr, odd);
}

static const char *link_text(const char *path)
{
	vaddr_t at = user_put(NULL, 300);
	int n = do_readlinkat(fixture->task, AT_FDCWD, user_str(path), at, 299);

	if (n < 0)
		return NULL;
	user_at(at)[n] = '\0';
	return (const char *)user_at(at);
}

static void links(void **state)
{
	struct task_struct *curr = fixture->task;
	char pid[16];
	vaddr_t fds = user_put(NULL, 8);
	int fd;

	(void)state;
	snprintf(pid, sizeof(pid), "%d", curr->pid);
	assert_string_equal(link_text("/proc/self"), pid);
	assert_string_equal(link_text("/proc/self/cwd"), "/");
	assert_string_equal(link_text("/proc/self/root"), "/");
	assert_null(link_text("/proc/self/exe")); /* it has no program */
	assert_string_equal(link_text("/proc/self/fd/0"), "/dev/console");
	assert_null(link_text("/proc/self/fd/3"));
	assert_null(link_text("/proc/self/fd/00"));
	fd = t_open("/tmp/x", O_CREAT | O_RDWR, 0644);
	assert_int_equal(t_write(fd, "text"), 4);
	assert_string_equal(link_text("/proc/self/fd/3"), "/tmp/x");
	assert_string_equal(t_ls("/proc/self/fd", 300), "0 1 2 3 4");
	assert_int_equal(t_unlink("/tmp/x"), 0);
	assert_string_equal(link_text("/proc/self/fd/3"), "/tmp/x (deleted)");
	/* the file itself, though its name is gone */
	assert_string_equal(t_cat("/proc/self/fd/3"), "text");
	assert_string_equal(t_cat("/dev/fd/3"), "text");
	t_close(fd);
	assert_int_equal(do_pipe2(curr, fds, 0), 0);
	assert_int_equal(strncmp(link_text("/proc/self/fd/3"), "pipe:[", 6), 0);
	t_close(3);
	t_close(4);
	fd = do_memfd_create(curr, user_str("mem"), 0);
	assert_string_equal(link_text("/proc/self/fd/3"),
			    "/memfd:mem (deleted)");
	t_close(fd);
	assert_int_equal(do_chdir(curr, user_str("/proc/self/cwd/dev")), 0);
	assert_string_equal(t_cwd(), "/dev");
	assert_int_equal(do_chdir(curr, user_str("/")), 0);
}

/* Numbers are used again; a directory held open is still the old one's. */
static void dies_with_its_task(void **state)
{
	struct task_struct *curr = fixture->task;
	char path[64];
	int dir, file;
	vaddr_t at = user_put(NULL, 512);

	(void)state;
	snprintf(path, sizeof(path), "/proc/%d", curr->pid);
	dir = t_open(path, O_RDONLY | O_DIRECTORY, 0);
	file = t_open("/proc/self/comm", O_RDONLY, 0);
	assert_true(dir >= 0 && file >= 0);
	assert_string_equal(t_read(file, 4), "test");
	curr->start_time++; /* born again: another task of the same number */
	assert_int_equal(do_lseek(curr, file, 0, SEEK_SET), 0);
	assert_int_equal(ksys_read(curr, file, at, 10), -ESRCH);
	assert_int_equal(do_getdents(curr, dir, at, 512, true), -ENOENT);
	assert_int_equal(do_sys_open(curr, dir, user_str("comm"), 0, 0),
			 -ENOENT);
	/* by its path the new one is found */
	snprintf(path, sizeof(path), "/proc/%d/comm", curr->pid);
	assert_string_equal(t_cat(path), "test\n");
	assert_null(t_cat("/proc/31999/comm"));
	assert_null(t_cat("/proc/-1/comm"));
	t_close(dir);
	t_close(file);
}

static void nothing_stays(void **state)
{
	uint32_t dentries, inodes;

	(void)state;
	t_cat("/proc/self/stat");
	dentries = fixture->k->vfs.nr_dentry;
	inodes = fixture->k->vfs.nr_inodes;
	for (int n = 0; n < 100; n++) {
		t_cat("/proc/self/fd/0/none");
		t_ls("/proc/self/task", 200);
		t_cat("/proc/self/stat");
		t_cat("/proc/4711");
		link_text("/proc/self/fd/1");
	}
	assert_int_equal(fixture->k->vfs.nr_dentry, dentries);
	assert_int_equal(fixture->k->vfs.nr_inodes, inodes);
}

static void listings(void **state)
{
	const char *list = t_ls("/proc", 500);
	char pid[16];

	(void)state;
	snprintf(pid, sizeof(pid), " %d", fixture->task->pid);
	assert_non_null(strstr(list, "meminfo"));
	assert_non_null(strstr(list, "uptime version vmallocinfo vmstat "
				     "zoneinfo"));
	assert_string_equal(list + strlen(list) - strlen(pid), pid);
	assert_string_equal(t_ls("/proc/self/task", 500), pid + 1);
	assert_int_equal(t_mkdir("/proc/x"), -EPERM);
	assert_int_equal(t_put("/proc/x", ""), -EACCES);
	assert_int_equal(t_unlink("/proc/version"), -EPERM);
	assert_int_equal(t_rename("/proc/version", "/proc/v", 0), -EPERM);
}

static void privacy(void **state)
{
	struct task_struct *curr = fixture->task;

	(void)state;
	curr->cred.fsuid = 1000;
	curr->cred.cap_effective = 0;
	assert_int_equal(t_open("/proc/self/environ", O_RDONLY, 0), -EACCES);
	assert_int_equal(t_open("/proc/self/fd/0", O_RDONLY, 0), -EACCES);
	/* its own memory is no secret to a process, whoever it acts for */
	assert_non_null(t_cat("/proc/self/maps"));
	assert_int_equal(t_open("/proc/sys/vm/overcommit_memory", O_WRONLY, 0),
			 -EACCES);
	cred_init(curr);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(machine_files),
		T(task_files),
		T(maps),
		T(links),
		T(dies_with_its_task),
		T(nothing_stays),
		T(listings),
		T(privacy),
	};

	return cmocka_run_group_tests_name("fs_proc", tests, NULL, NULL);
}
