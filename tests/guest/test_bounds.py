#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What the kernel does for a program takes the program's time: one who only
copies comes to the end of its slice, and the ledger tells what for. Work is
counted in virtual time, so the bounds don't depend on the host."""
from guestrun import Run, check, guest

# kernel/kernel_work.def: 6800 cycles a page
CYCLES_A_MB = 6800 * 256

# Four that write without end, while a fifth eats all memory: as long as it
# takes to eat 32 MB, and not as many slices as one of them likes.
run = Run(guest("eaters", "writers", "4"), settings=["memory.size=32M"])
run.expect(0, b"writers: all killed\n")
by_cause = run.stats["cpus"][0]["cycles_by_cause"]
copied = by_cause["copy"] // CYCLES_A_MB
check(run.stats["cycles"] == sum(by_cause.values()), f"{by_cause}", run)
check(1 <= copied < 512, f"{copied} MB copied", run)

# One call that fills 64 MB: another task ends its sleep of 20 ms meanwhile, not
# after it.
run = Run(["/bin/sh", "-c",
           "dd if=/dev/urandom of=/dev/null bs=64M count=1 2>/dev/null "
           "&& echo read & sleep 0.02; echo slept; wait"])
run.expect(0, b"slept\nread\n")
check(run.stats["cpus"][0]["cycles_by_cause"]["copy"] >= 64 * CYCLES_A_MB,
      "64 MB for nothing", run)
print(f"{copied} MB copied")
