#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Swapping on whole boards: twice the memory's bytes come back right, under
each slab allocator and with disks of both kinds; the same trace every time, in
which others run while a page is on its way; swapoff brings all of it back; a
full, an unreadable, an unwritable disk costs what it must and no more."""
import os
import re
import tempfile

from guestrun import ALLOCATOR, Run, check, guest

SMALL = ["memory.size=24M", "swap.size=64M"]
ALLOCATORS = ALLOCATOR or ["kernel.slab_allocator=" + name
                           for name in ("slub", "slab", "slob")]


def swapset(*args, settings=(), **more):
    run = Run(guest("swapset", *args), settings=[*SMALL, *settings], **more)
    return run.expect(0)


def swapped(run, out=5000):
    vmstat = run.stats["vmstat"]
    check(vmstat["pswpout"] > out and vmstat["pswpin"] > out / 2,
          f"pswpin {vmstat['pswpin']} pswpout {vmstat['pswpout']}")
    return vmstat


# 48 MB of work on 24 MB of memory.
for allocator in ALLOCATORS:
    run = swapset("48", "2", settings=[allocator])
    check(run.out.endswith(b"done wrong=0\n"), run.out)
    vmstat = swapped(run)
    print(f"{allocator}: out {vmstat['pswpout']} in {vmstat['pswpin']} read "
          f"ahead {vmstat['swap_ra']} of use {vmstat['swap_ra_hit']}")
run = swapset("40", "1", settings=["swap.rotational=true"])
check(swapped(run)["swap_ra"] > 100, f"no readahead: {run.stats['vmstat']}")

# All books after every fault.
run = Run(guest("swapset", "9", "1"),
          settings=["memory.size=10M", "swap.size=16M", "kernel.verify=fault"])
run.expect(0)
swapped(run, 500)

# The same trace twice; and while a disk reads, another task runs.
with tempfile.TemporaryDirectory() as folder:
    texts = []
    for name in ("a", "b"):
        path = os.path.join(folder, name)
        swapset("30", "1", trace=path,
                events="block_rq_issue,block_rq_complete,page_fault_user")
        texts.append(open(path).read())
check(texts[0] == texts[1], "two runs, two traces")
reads, others = {}, 0  # who began each read that is under way
for line in texts[0].splitlines()[1:]:
    task, event, rest = re.match(r" *\d+ \[\d\] (\S+) (\S+): (.*)",
                                 line).groups()
    request = rest.split(") ")[-1].split(" [")[0]
    if event == "block_rq_issue" and " R " in rest:
        reads[request] = task
    elif event == "block_rq_complete":
        reads.pop(request, None)
    elif event == "page_fault_user":
        others += bool(reads) and task not in reads.values()
check(others > 50, f"{others} faults of others while a read was under way")
print(f"{others} faults of others while a read was under way")

# Blocks that can't be read: SIGBUS, EFAULT and EIO for who needs them, and
# nobody else notices.
run = Run(guest("swaptrouble"), quiet=False,
          settings=["memory.size=12M", "swap.size=32M",
                    "swap.bad_reads=300-309,1500-1503,3800-3805"])
run.expect(0)
lost = {name: int(n) for name, n in
        re.findall(rb"(\w+) lost=(\d+) wrong=0", run.out)}
check(set(lost) == {b"private", b"shared", b"file"}, run.out, run)
check(0 < sum(lost.values()) <= 20, f"lost {lost}", run)
check(b"I/O error, dev vda, sector 24" in run.err and
      b"Read-error on swap-device (254:0:24" in run.err, "log", run)
for line in run.out.splitlines():
    if b" lost=0 " not in line and not line.startswith(b"file"):
        check(b"code=2 addr=ok" in line and b"call=EFAULT" in line, line, run)
        check(re.search(rb"lost=(\d+) .* again=\1 ", line), line, run)
print(f"lost with bad blocks: {lost}")

# Blocks that can't be written: the pages stay in memory, and are right.
run = swapset("30", "1", quiet=False, settings=["swap.bad_blocks=300-399"])
check(run.out.endswith(b"done wrong=0\n"), run.out)
check(run.err.count(b"Write-error on swap-device (254:0:2") > 3, "log", run)

# More than there is at all: who asks for it is killed.
run = Run(guest("swapset", "64", "1"), quiet=False,
          settings=["memory.size=24M", "swap.size=16M"])
run.expect(137)
check(re.search(rb"Free swap  = \d{1,3}kB", run.err) and
      b"Killed process" in run.err, "log", run)

# An area goes while its pages are in use: all come back.
run = Run(guest("swapset", "12", "3", "/dev/vda"), settings=SMALL)
run.expect(0)
check(b"swapoff 0\n" in run.out and run.out.endswith(b"done wrong=0\n"),
      run.out, run)
swapped(run, 2000)

# What smaps tells of shared memory; locked, it stays.
Run(guest("shmswap"), settings=SMALL).expect(0, b"""\
file before rss=1024 swap=0 swappss=0
file press status=0
file shared rss=0 swap=1024 swappss=0
file half rss=0 swap=512 swappss=0
file reader rss=0 swap=1024 swappss=0
file private rss=0 swap=1024 swappss=4
file willneed ok
file cached +512
file shared wrong=0
file private 7
file after rss=1024 swap=0 swappss=0
segment lock ok
segment press status=0
segment locked rss=1024 swap=0 swappss=0
segment unevictable +1024
segment unlock ok
segment unevictable +0
segment press status=0
segment unlocked rss=0 swap=1024 swappss=0
segment unlocked wrong=0
segment press status=0
segment lock ok
segment again wrong=0
segment press status=0
segment again rss=1024 swap=0 swappss=0
""")

# A disk that is bad all over: the log says so ten times in five seconds.
run = Run(guest("swaptrouble"), quiet=False,
          settings=["memory.size=12M", "swap.size=32M",
                    "swap.bad_reads=300-2000"])
run.expect(0)
lost = sum(int(n) for n in re.findall(rb"lost=(\d+)", run.out))
for what in (b"Read-error on swap-device", b"I/O error, dev vda"):
    errors = run.err.count(what)
    check(lost > 500 and 10 <= errors <= 20, f"{errors} of {lost}", run)
