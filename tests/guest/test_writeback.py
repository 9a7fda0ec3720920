#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Files on a disk: what is written, stored, truncated and punched is what is read
back, whatever was written to the disk and dropped from memory in between; when
the flusher writes; who sees dirty pages. test_writeback.py SEEDS [STEPS]
runs more of the random work.
"""
import hashlib
import os
import re
import sys

from guestrun import ROOTFS, Run, check, guest

SMALL = ["disk.size=1M", "memory.size=16M"]


def shell(script, *settings, **more):
    return Run(["/bin/sh", "-c", script], settings=["disk.size=32M", *settings],
               **more)


def random_work(seeds, steps):
    """On a disk the same comes out as in memory, where nothing is written."""
    for seed in seeds:
        argv = guest("diskfiles", str(seed), str(steps))
        plain = Run(argv).expect(0)
        again = Run(argv, settings=SMALL).expect(0, plain.out)
        Run(argv + ["busy"], settings=SMALL + ["disk.mb_per_s=2"]).expect(
            0, plain.out)
        check(re.match(rb"\d+ bytes, sum", again.out), again.out)


def numbers(text):
    return {name: int(value)
            for name, value in re.findall(r"^(\w+) (\d+)$", text, re.M)}


def vmstat(script):
    return f"{script}; grep -E '^nr_(dirty|dirtied|written|writeback) ' " \
           "/proc/vmstat; "


def flusher():
    """Young pages stay, old ones go; sync takes all; the names of Linux."""
    run = shell("dd if=/dev/zero of=/f bs=4096 count=100 2>/dev/null; " +
                vmstat("sleep 20") + "echo ---; " + vmstat("sleep 20") +
                "echo ---; dd if=/dev/zero of=/g bs=4096 count=50 2>/dev/null;" +
                vmstat("sync"),
                trace="/dev/stderr", events="writeback", quiet=True)
    run.expect(0)
    young, old, synced = (numbers(part)
                          for part in run.out.decode().split("---"))
    check(young["nr_dirty"] == 100 and young["nr_written"] == 0, young)
    check(old["nr_dirty"] == 0 and old["nr_written"] == 100, old)
    check(synced["nr_written"] == 150 and synced["nr_writeback"] == 0, synced)
    trace = run.err.decode()
    starts = re.findall(r"(\d+) \[0\] flush-254:0-\d+ writeback_start: .*"
                        r"reason=periodic", trace)
    check(starts, trace[:1000])
    check("reason=sync" in trace, trace[-1000:])
    check(trace.count("wbc_writepage") == 150, trace.count("wbc_writepage"))
    check(trace.count("writeback_dirty_folio") == 150, "dirtied")


def background():
    """Above the threshold at once, and writers are slowed."""
    run = shell("echo 400000 > /proc/sys/vm/dirty_background_bytes; "
                "echo 800000 > /proc/sys/vm/dirty_bytes; "
                "dd if=/dev/zero of=/f bs=65536 count=200 2>/dev/null; " +
                vmstat(":") + "grep threshold /proc/vmstat",
                trace="/dev/stderr", events="writeback")
    run.expect(0)
    now = numbers(run.out.decode())
    check(now["nr_dirty_threshold"] == 196 and
          now["nr_dirty_background_threshold"] == 98, now)
    check(now["nr_dirtied"] == 3200 and now["nr_dirty"] <= 196, now)
    trace = run.err.decode()
    check("reason=background" in trace, trace[-1000:])
    dirty = [int(n) for n in re.findall(r"balance_dirty_pages: .* dirty=(\d+)",
                                        trace)]
    # A writer may pass the limit by what it does before it looks.
    check(dirty and max(dirty) <= 196 + 32, max(dirty, default=None))


CLEAN = "nr_dirty 0, Private_Dirty 0, Private_Clean 4, clean"
DIRTY = "nr_dirty 1, Private_Dirty 4, Private_Clean 0, dirty"
STORED = [
    "mapped:            nr_dirty 0, Private_Dirty 0, Private_Clean 0, clean",
    "loaded from:       " + CLEAN,
    "stored to:         " + DIRTY,
]
ONE_PAGE = STORED + [
    "msync(MS_SYNC):    " + CLEAN,
    "stored to again:   " + DIRTY,
    "msync(MS_SYNC):    " + CLEAN,
    "stored to again:   " + DIRTY,
    "on its way:        " + CLEAN + ", being written",
    "stored to then:    " + DIRTY + ", being written",
    "sync():            " + CLEAN,
    "written 4 times",
]
LOST_PAGE = STORED + [
    "fsync of one: Input/output error",
    "again: fine",
    "fsync of the other: Input/output error",
    "fsync of a later one: fine",
    "read back: Input/output error",
    "load: SIGBUS",
]


def dirtied():
    """One page, its marks, and its loss."""
    Run(guest("dirtied"), settings=SMALL).expect(
        0, "\n".join(ONE_PAGE + [""]).encode())
    run = Run(guest("dirtied", "1"), quiet=False,
              settings=SMALL + ["disk.bad_blocks=1"])
    run.expect(0, "\n".join(LOST_PAGE + [""]).encode())
    for line in ("Buffer I/O error on dev vda, logical block 1, lost async "
                 "page write", "logical block 1, async page read"):
        check(line in run.err.decode(), run.err.decode()[-2000:])


def larger_than_ram():
    """24 busyboxes in a row, on a board that has room for 12."""
    path = os.path.join(ROOTFS, "bin", "busybox")
    wanted = hashlib.md5(open(path, "rb").read() * 24).hexdigest()
    run = shell("for i in 1 2 3 4 5 6 7 8; do cat /bin/busybox /bin/busybox "
                "/bin/busybox; done > /big; md5sum < /big",
                "disk.size=64M", "memory.size=16M")
    run.expect(0, (wanted + "  -\n").encode())


def slow_host():
    """Other tasks run while one waits for the host's file."""
    run = shell("(while :; do :; done) & cat /bin/busybox | md5sum; kill $!",
                "rootfs.read_latency_us=5000", trace="/dev/stderr",
                events="block")
    run.expect(0)
    path = os.path.join(ROOTFS, "bin", "busybox")
    wanted = hashlib.md5(open(path, "rb").read()).hexdigest()
    check(wanted.encode() in run.out, run.out)
    check(b"block_rq_complete: 254,240 R" in run.err, run.err[:2000])


def full_disk():
    run = shell("dd if=/dev/zero of=/f bs=4096 count=1000 2>&1 | tail -n 1; "
                "ls -ls /f; rm /f; dd if=/dev/zero of=/g bs=4096 count=200 "
                "2>/dev/null && echo room again", "disk.size=1M")
    check(b"No space left" in run.out or b"1044480" in run.out, run.out)
    check(b"room again" in run.out, run.out)


def main():
    seeds, steps = range(1, 4), 400
    if len(sys.argv) > 1:
        seeds = range(100, 100 + int(sys.argv[1]))
        steps = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    random_work(seeds, steps)
    dirtied()
    flusher()
    background()
    full_disk()
    larger_than_ram()
    slow_host()


main()
