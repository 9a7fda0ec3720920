# SPDX-License-Identifier: GPL-2.0-or-later
"""Guests at random: system calls, instructions, programs. By hand with other
seeds: build/guests/syscallfuzz and wildcode take them as arguments, and
test_hostile.py takes a seed and a count for the programs."""
import os
import sys
import tempfile

import hostile_files
from guestrun import BUILD, ROOT, ROOTFS, Run, check, guest

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
run = Run(guest("hogs"), board=TINY, settings=["kernel.verify=end"])
check(run.status == 0 and run.out.endswith(b"done\n"), "hogs", run)
check(run.out.count(b"killed") >= 12, "hogs that met no OOM killer", run)
