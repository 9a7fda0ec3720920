# SPDX-License-Identifier: GPL-2.0-or-later
"""
Debian's stress-ng with --verify on a board of 64 MB, without swap and with:
each stressor does what it was asked to, finds no byte wrong, and leaves the
kernel's books in order. With swap the memory is more than the board has. Those
of other classes follow one another in one guest, a virtual second each on a
slow clock; all that pass on real Linux and need nothing that is missing here
with MMUSCOPE_LONG=1, four at a time; none with MMUSCOPE_QUICK=1.

test_stress.py [STRESSOR...] runs these alone.
"""
import os
import re
import sys

import guestrun
from guestrun import BOARD, ROOT, Run, check, skip

STRESSROOT = os.path.join(ROOT, "build", "rootfs-debian")

# What fits, and (where a larger one says more) what needs swap.
STRESSORS = {
    "vm": ("--vm-bytes 8M --vm-ops 40 --vm-method all",
           "--vm-bytes 72M --vm-populate --vm-method zero-one --vm-ops 4"),
    "mmap": ("--mmap-bytes 4M --mmap-ops 4",),  # it locks some of it
    "mmapaddr": ("--mmapaddr-ops 20",),
    "mmapfixed": ("--mmapfixed-ops 20",),
    "mmapfork": ("--mmapfork-ops 2",),
    "mmapmany": ("--mmapmany-ops 2",),
    "munmap": ("--munmap-ops 2",),
    "mremap": ("--mremap-bytes 2M --mremap-ops 8",
               "--mremap-bytes 70M --mremap-ops 1"),
    "remap": ("--remap-ops 4",),
    "madvise": ("--madvise-ops 4",),
    "brk": ("--brk-ops 2000",),
    "bigheap": ("--bigheap-growth 64K --bigheap-ops 300",
                "--bigheap-growth 1M --bigheap-ops 80"),
    "stack": ("--stack-fill --stack-ops 2",),
    "fork": ("--fork-ops 50",),
    "vfork": ("--vfork-ops 50",),
    "shm": ("--shm-bytes 4M --shm-objs 2 --shm-ops 2",
            "--shm-bytes 36M --shm-objs 2 --shm-ops 1"),
    "shm-sysv": ("--shm-sysv-bytes 1M --shm-sysv-segs 2 --shm-sysv-ops 2",),
    "memfd": ("--memfd-bytes 4M --memfd-fds 8 --memfd-ops 2",
              "--memfd-bytes 72M --memfd-fds 8 --memfd-ops 1"),
    "mlock": ("--mlock-ops 50",),
    "msync": ("--msync-bytes 1M --msync-ops 20",),
    "msyncmany": ("--msyncmany-ops 1",),
    "mincore": ("--mincore-ops 50",),
    "fault": ("--fault-ops 100",),
    "malloc": ("--malloc-bytes 1M --malloc-max 32 --malloc-ops 5000",),
}
# By class: process, signal, pipe, futex, file system, clock, processor.
CLASSES = """
affinity context daemon exit-group fork loadavg nice pidfd
session switch vfork wait yield zombie
alarm itimer kill sigabrt sigchld sigfpe signal signest sigpending sigpipe sigq
sigrt sigsegv sigsuspend sigtrap
eventfd fifo pipe ring-pipe sendfile splice tee vm-splice
futex pthread sem
access chdir chmod chown copy-file dentry dir dirdeep dup fcntl flock fsize
fstat getdent hdd io link locka lockf lockofd mknod rename seek symlink touch
utime
clock hrtimers nanosleep poll sleep timer
atomic bsearch cpu fp funccall hash matrix memcpy nop prefetch str tsearch
vecmath wcs
""".split()
SHORT = """
pidfd itimer sigq sigrt sigsegv fifo splice futex sem flock fsize clock
""".split()
# One page mapped many thousand times: looking at it must not cost as much.
OFTEN, VERIFIED_OFTEN = ["kernel.verify=fault"], ["msyncmany"]


def stress(name, arguments, settings):
    """Runs one; its report must say that it did something, and no failure."""
    run = Run(["/usr/bin/stress-ng", "--verify", "--no-rand-seed", "--metrics",
               "--page-in", "--timeout", "600", "--" + name, "1",
               *arguments.split()],
              board=BOARD, settings=["rootfs.path=" + STRESSROOT,
                                     "memory.size=64M", *settings])
    said = (run.out + run.err).decode()
    run.expect(0)
    operations = re.search(rf"metrc: \[\d+\] {name} +(\d+)", said)
    check(operations and int(operations[1]) > 0, f"{name} did nothing", run)
    check(not re.search(r"fail:|skipp|not implemented|error:", said),
          f"{name} says that something is wrong", run)
    check(not run.stats["vmstat"]["oom_kill"], f"{name}: killed", run)
    return run


def one_after_another(names, workers):
    """All of @names in one guest; each must have done something."""
    loop = (f"for n in {' '.join(names)}; do stress-ng --verify --metrics "
            f"--no-rand-seed -t 1 --temp-path /tmp --$n {workers} 2>&1 || "
            "echo error: $n: $?; done")
    run = Run(["/bin/bash", "-c", loop], board=BOARD,
              settings=["rootfs.path=" + STRESSROOT, "cpu.clock_hz=40MHz",
                        "swap.size=64M"])
    said = (run.out + run.err).decode()
    run.expect(0)
    check(not re.search(r"fail:|error:", said), "something is wrong", run)
    done = dict(re.findall(r"metrc: \[\d+\] (\S+) +(\d+) ", said))
    idle = [name for name in names if not int(done.get(name, 0))]
    check(not idle, f"did nothing: {idle}", run)
    print("one after another:", *names, flush=True)


if not os.path.isdir(STRESSROOT):
    skip(f"no {STRESSROOT}: tools/setup makes it")
for name in sys.argv[1:] or STRESSORS:
    small, *large = STRESSORS[name]
    stress(name, small, OFTEN if name in VERIFIED_OFTEN else [])
    run = stress(name, (large or [small])[0], ["swap.size=64M"])
    check(not large or run.stats["vmstat"]["pswpout"] > 1000,
          f"{name}: too little was swapped out", run)
    print(name, "passed", flush=True)
if not sys.argv[1:] and not os.environ.get("MMUSCOPE_QUICK"):
    one_after_another(SHORT, 1)
    if os.environ.get("MMUSCOPE_LONG"):
        guestrun.TIMEOUT = 1200
        one_after_another(CLASSES, 4)
