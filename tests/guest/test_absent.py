# SPDX-License-Identifier: GPL-2.0-or-later
"""
A system call that isn't built is refused, and not in silence: the log names it
once, with who asked; the report and the statistics say how often. What Linux
has neither isn't told of.
"""
from guestrun import Run, check

LINE = b"which is not implemented: ENOSYS"

run = Run(["/bin/sh", "-c",
           "pivot_root / /; pivot_root / /; pivot_root / /mnt"],
          quiet=False)
told = [line for line in run.err.splitlines() if LINE in line]
check(len(told) == 1 and b"pivot_root[" in told[0] and b"pivot_root()" in told[0],
      f"told {told}", run)
check(b"3  pivot_root(), system call 218, first for pivot_root" in run.err,
      "the report doesn't list it", run)
check(run.stats["absent_syscalls"] ==
      [{"number": 218, "name": "pivot_root", "calls": 3,
        "first": "pivot_root"}],
      f"statistics: {run.stats['absent_syscalls']}", run)
run = Run(["/bin/true"], quiet=False)
check(run.stats["absent_syscalls"] == [], "busybox asks for none", run)
check(b"not implemented" not in run.err, "a section about nothing", run)
