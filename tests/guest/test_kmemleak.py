# SPDX-License-Identifier: GPL-2.0-or-later
"""
kmemleak at work: programs with it are the programs without it; scans while
they run find nothing; the file does what it is told. (That it finds what is
lost: tests/unit/kernel/test_kmemleak.c.)
"""
import os
import shutil
import tempfile

from guestrun import BUILD, ROOTFS, Run, check, guest

FILE = "/sys/kernel/debug/kmemleak"
# Many processes, copies, files, signals, calls that fail.
GUESTS = ["asid", "cow", "descriptors", "exec", "execfaults", "filemap",
          "forkfaults", "forks", "mmapcalls", "restarts", "signals", "splices"]

# ---- not a frame, not an instruction ---------------------------------------

for name in ("forks", "filemap"):
    off, end = (Run(guest(name), settings=["kernel.kmemleak=" + mode]).expect(0)
                for mode in ("off", "end"))
    check(off.out == end.out and off.stats == end.stats,
          f"{name} is another with kmemleak", end)

# ---- scans while programs run ------------------------------------------------

# Each scan sees what is in the middle of something, asleep in a system call
# or about to run; five seconds later the next one would report it. Who opens a
# FIFO sleeps with a path that nothing knows but a kernel stack.
SCRIPT = f"""
mkfifo /tmp/fifo; cat /tmp/fifo & (sleep 20; echo > /tmp/fifo) &
cat {FILE} && /host/NAME > /tmp/out 2>&1 &
for i in 1 2 3 4 5 6 7 8; do echo scan > {FILE}; usleep 300; done
sleep 6 & sleep 7 | cat & (sleep 8; exit 3) &
for i in 1 2 3; do sleep 6; echo scan > {FILE}; done
wait; cat {FILE}; dmesg | grep suspected; echo over
"""

with tempfile.TemporaryDirectory() as root:
    shutil.copytree(ROOTFS, root, symlinks=True, dirs_exist_ok=True)
    os.mkdir(os.path.join(root, "host"))
    for name in GUESTS:
        shutil.copy(os.path.join(BUILD, "guests", name),
                    os.path.join(root, "host"))
        run = Run(["/bin/sh", "-c", SCRIPT.replace("NAME", name)],
                  settings=["kernel.kmemleak=end", "rootfs.path=" + root,
                            "cpu.clock_hz=100MHz"])
        run.expect(0, b"\nover\n")
        check(run.stats["memory_leaks"] == 0, f"{name}: leaks", run)

# ---- the thread, and the file ---------------------------------------------------

run = Run(["/bin/sh", "-c", f"""
ls -l {FILE} | cut -c1-10; pidof kmemleak | wc -w
sleep 1900 # 60 seconds, and then twice ten minutes
echo scan=off > {FILE}; pidof kmemleak | wc -w
echo scan=5 > {FILE}; pidof kmemleak | wc -w; sleep 30
echo nonsense > {FILE}; echo dump=0x1000 > {FILE}; echo dump=x > {FILE}
cat {FILE}; echo clear > {FILE}; echo stack=off > {FILE}; echo off > {FILE}
pidof kmemleak | wc -w; echo scan > {FILE}; echo clear > {FILE}; cat {FILE}
dmesg | sed -n 's/.*kmemleak: //p'
"""], settings=["kernel.kmemleak=on"])
run.expect(0, b"""-rw-r--r--
1
0
1
sh: write error: Invalid argument
sh: write error: Invalid argument
sh: write error: Invalid argument
0
sh: write error: Operation not permitted
Kernel memory leak detector initialized
Automatic memory scanning thread started
Unknown object at 0x00001000
Kernel memory leak detector disabled
""")
