# SPDX-License-Identifier: GPL-2.0-or-later
"""Guests at random: system calls, instructions, programs. By hand with other
seeds: build/guests/syscallfuzz and wildcode take them as arguments, and
test_hostile.py takes a seed and a count for the programs."""
import os
import sys
import tempfile

import hostile_files
from guestrun import ALLOCATOR, BUILD, ROOT, ROOTFS, Run, check, guest

TINY = os.path.join(ROOT, "configs", "tiny-8m.yaml")


def programs(seed, count):
    """Each of @count spoilt programs, and those made on purpose."""
    with tempfile.TemporaryDirectory() as root:
        for name in ("bin", "evil", "tmp", "proc", "dev"):
            os.mkdir(os.path.join(root, name))
        with open(os.path.join(ROOTFS, "bin/busybox"), "rb") as file:
            busybox = file.read()
        for name in ("busybox", "sh"):
            path = os.path.join(root, "bin", name)
            with open(path, "wb") as file:
                file.write(busybox)
            os.chmod(path, 0o755)
        total = hostile_files.write_all(os.path.join(root, "evil"),
                                        os.path.join(BUILD, "guests"),
                                        seed, count)
        run = Run(guest("execall", "/evil"),
                  settings=[f"rootfs.path={root}"])
    check(run.status == 0 and run.out.endswith(b"done\n"), "execall", run)
    counts = [int(line.split(b": ")[1]) for line in run.out.split(b"\n")
              if b": " in line]
    check(sum(counts) == total, f"{counts} are not {total}", run)
    return run


if len(sys.argv) > 2:
    print(programs(int(sys.argv[1]), int(sys.argv[2])).out.decode())
    sys.exit(0)

programs(1, 150)
for board in ({}, {"board": TINY}):
    run = Run(guest("syscallfuzz", "1", "30", "300"),
              settings=["kernel.verify=end"], **board)
    check(run.status == 0 and run.out.endswith(b"done: 30 children\n"),
          "system calls at random", run)
run = Run(guest("syscallfuzz", "1", "20", "200", "200"), board=TINY)
check(run.status == 0, "system calls with 200 pages left", run)
# Who may not be killed has taken all: the end of this machine, and no hang.
run = Run(guest("syscallfuzz", "1", "10", "100", "40"), board=TINY)
check(run.status == 126 and b"deadlocked on memory" in run.err,
      "nobody left to kill", run)
run = Run(guest("wildcode", "1", "30", "200"))
check(run.status == 0 and run.out == b"done: 30 children\n",
      "instructions at random", run)
run = Run(guest("maprace", "2", "200", "race"), board=TINY,
          settings=["kernel.verify=fault"])
check(run.status == 0 and run.out.startswith(b"race: 0 of"),
      "races, verified", run)
# One after the other on 8 MB, each finds what the one before gave back. Files
# that fill all of it stay when their maker is gone, and who is left may not be
# killed: a page that he needs then is the end of the machine, so they come by
# themselves, and among the others where there are 2 MB more. Slob keeps nothing
# back for those who come later: each hog by itself there, and files may end so.
HOGS = ["anon", "anon shared", "populate", "locked", "heap", "stack", "file",
        "mapped file", "memfd", "pipes", "page tables", "vmas", "files",
        "deep folders", "descriptors", "forks", "zombies", "threads", "vforks",
        "signals", "arguments", "locks"]
OTHERS = [name for name in HOGS if name != "files"]
slob = bool(ALLOCATOR) and ALLOCATOR[0].endswith("slob")


def hogs(names, *settings, may_panic=False):
    """How many of them met the OOM killer."""
    run = Run(guest("hogs", *names), board=TINY,
              settings=["kernel.verify=end", *settings])
    if may_panic and run.status == 126:
        check(b"deadlocked on memory" in run.err, "no end but this", run)
        return hogs(names, "memory.size=10M")
    check(run.status == 0 and run.out.endswith(b"done\n"), "hogs", run)
    return run.out.count(b"killed")


if slob:
    killed = sum(hogs([name]) for name in OTHERS)
else:
    killed = hogs(OTHERS)
    check(hogs(HOGS, "memory.size=10M") >= 12, "the OOM killer, with 10 MB")
killed += hogs(["files"], may_panic=slob)
check(killed >= 12, f"{killed} hogs met the OOM killer")
