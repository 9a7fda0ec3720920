#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Who waits for a page that is read doesn't hold up the other threads of its
process: they map and unmap meanwhile. A signal that kills ends the wait, one
with a handler doesn't; and the fault, tried twice, counts once."""
from guestrun import Run, check, guest

MAJOR = b"faults: 0 minor, 1 major\nmeanwhile: many\n" \
        b"Killed: killed, at once\n" \
        b"User defined signal 1: went on, when it had its page\n"

file = Run(guest("slowpage", "file", "/bin/busybox"), settings=[
    "rootfs.read_latency_us=200000", "kernel.verify=fault"])
file.expect(0, MAJOR)
swap = Run(guest("slowpage", "swap"), settings=[
    "memory.size=24M", "swap.size=64M", "swap.read_latency_us=200000",
    "kernel.verify=fault"])
swap.expect(0, MAJOR)
for run in file, swap:
    check(run.stats["verify_violations"] == 0, "violations", run)
print("passed")
