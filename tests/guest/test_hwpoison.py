#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Memory that fails under a program: what it is told, what it can read anew, and
that the frames stay out of use; and that a kernel without the option shows no
sign of it.
"""
import re

from guestrun import Run, check, guest

POISON = "kernel.memory_failure=true"

EXPECTED = b"""\
soft offline: done
moved: 10
poison: done
lost: SIGBUS MCEERR_AR at +0x1005, 2^12 bytes
next to it: 12
again: Bad address
the child's: SIGBUS MCEERR_AR at +0x1000, 2^12 bytes
child: killed by SIGBUS
write() of it: Bad address
mapped anew: 0
SIGBUS MCEERR_AO at +0x0, 2^12 bytes
poison, early: done
told: 1
poison memfd: done
memfd: SIGBUS MCEERR_AR at +0x1000, 2^12 bytes
pread: Input/output error
pwrite: Input/output error
mapped again: SIGBUS MCEERR_AR at +0x1000, 2^12 bytes
truncated and grown: 0
disk: 7
poison, clean: done
read anew: 7
poison, dirty: done
dirty: SIGBUS MCEERR_AR at +0x0, 2^12 bytes
fsync: Input/output error
fsync: done
what the disk has: 7
HardwareCorrupted:    24 kB
"""


def shell(script, *settings):
    return Run(["/bin/sh", "-c", script], settings=settings, quiet=False)


def by_madvise():
    run = Run(guest("hwpoison", "/f"), quiet=False,
              settings=[POISON, "kernel.verify=fault", "disk.size=8M"])
    run.expect(0, EXPECTED)
    check(run.stats["frames_after_teardown"]["poisoned"] == 6, run.stats, run)
    check(b"recovery action for clean LRU page: Recovered" in run.err, "log",
          run)


def by_frame():
    """A free frame, the kernel's own, one that isn't there; and back."""
    run = shell("""exec 2>/dev/null
        cd /sys/kernel/debug/hwpoison
        echo $((0x61000)) >corrupt-pfn && echo free
        echo $((0x60008)) >corrupt-pfn || echo kernel
        echo 1 >corrupt-pfn || echo none
        grep Corrupted /proc/meminfo
        echo $((0x61000)) >unpoison-pfn && echo back
        grep Corrupted /proc/meminfo
        cat /proc/sys/vm/memory_failure_*""", POISON).expect(0)
    check(run.out.split(b"\n")[:7] == [
        b"free", b"kernel", b"none", b"HardwareCorrupted:     8 kB", b"back",
        b"HardwareCorrupted:     4 kB", b"0"], run.out, run)
    check(re.search(rb"0x61000: recovery action for free buddy page: "
                    rb"Recovered", run.err), "log", run)


def panics():
    run = shell("echo 0 >/proc/sys/vm/memory_failure_recovery\n"
                "echo $((0x61000)) >/sys/kernel/debug/hwpoison/corrupt-pfn",
                POISON).expect(126)
    check(b"Kernel panic - not syncing: Memory failure on page 61000"
          in run.err, "no panic", run)


def without():
    run = shell("ls /sys/kernel/debug /proc/sys/vm; cat /proc/meminfo")
    check(run.expect(0).out and not re.search(
        rb"hwpoison|memory_failure|Corrupted", run.out), run.out, run)
    run = Run(guest("hwpoison"))
    check(b"\npoison: Invalid argument\nlost: 0\n" in run.out, run.out, run)


by_madvise()
by_frame()
panics()
without()
