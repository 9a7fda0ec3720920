# SPDX-License-Identifier: GPL-2.0-or-later
"""
Files that are more than RAM, read twice: right bytes, nobody killed, and the
counters of reclaim and of refaults say what happened. And thousands of small
ones beside a program that wants memory: names and inodes go, too.
"""
import hashlib
import os
import random
import shutil
import tempfile

from guestrun import ROOTFS, Run, check

SCRIPT = """md5sum /data/* && md5sum /data/* && cat /proc/vmstat
echo 1 > /proc/sys/vm/drop_caches && grep nr_file_pages /proc/vmstat"""

with tempfile.TemporaryDirectory() as folder:
    root = os.path.join(folder, "root")
    shutil.copytree(ROOTFS, root, symlinks=True)
    os.mkdir(os.path.join(root, "data"))
    numbers = random.Random(1)
    sums = b""
    for i in range(6):
        data = numbers.randbytes(4 << 20)
        open(os.path.join(root, "data", str(i)), "wb").write(data)
        sums += f"{hashlib.md5(data).hexdigest()}  /data/{i}\n".encode()
    run = Run(["/bin/sh", "-c", SCRIPT],
              settings=["memory.size=16M", f"rootfs.path={root}"])
run.expect(0)
check(run.out.startswith(2 * sums), "sums of the files", run)
lines = [line.split() for line in run.out[2 * len(sums):].decode().splitlines()]
vmstat = {name: int(value) for name, value in lines[:-1]}
PAGES = 6 * 1024
check(vmstat["oom_kill"] == 0, "somebody was killed", run)
stolen = vmstat["pgsteal_kswapd"] + vmstat["pgsteal_direct"]
check(stolen == vmstat["pgsteal_file"] and PAGES < stolen < 2.1 * PAGES,
      f"{stolen} pages of files reclaimed", run)
check(vmstat["pgsteal_kswapd"] > 10 * vmstat["pgsteal_direct"],
      "kswapd doesn't keep ahead", run)
check(0.9 * PAGES < vmstat["workingset_refault_file"] < 1.2 * PAGES,
      "each page of the second time is a refault", run)
check(vmstat["nr_isolated_file"] == 0, "pages still isolated", run)
# what programs run is in use, and was not read again and again
check(vmstat["pgmajfault"] < 200, "programs' text was pushed out", run)
check(int(lines[-1][1]) < vmstat["nr_file_pages"] / 4, "drop_caches", run)

# ---- used once, used twice ----------------------------------------------------

# Read three times by whole pages, a file is on the active list, and a stream
# of others that are read once doesn't push it out.
TWICE = """dd if=/dev/zero of=/mnt/hot bs=1M count=4 2> /dev/null
dd if=/dev/zero of=/mnt/stream bs=1M count=40 2> /dev/null
for file in hot hot hot stream hot; do cat /mnt/$file > /dev/null
grep pgpgin /proc/vmstat; done"""

run = Run(["/bin/sh", "-c", TWICE],
          settings=["memory.size=24M", "disk.size=64M"]).expect(0)
kilobytes = [int(line.split()[1]) for line in run.out.decode().splitlines()]
read = [after - before for before, after in zip(kilobytes, kilobytes[1:])]
check(read == [0, 0, 40 << 10, 0], f"KB read: {read}", run)

# ---- names and inodes ---------------------------------------------------------

NR_DIRS, NR_FILES = 50, 120
MANY = """cd /many; find . -type f | xargs cat | md5sum
echo PRESSURE > /proc/sys/vm/vfs_cache_pressure
for i in 1 2 3; do dd if=/dev/zero of=/dev/null bs=7M count=1 2> /dev/null
cat 1/* > /dev/null; done
cat /proc/vmstat /proc/sys/fs/inode-nr; find . -type f | xargs cat | md5sum
echo 100 > /proc/sys/vm/vfs_cache_pressure
echo 2 > /proc/sys/vm/drop_caches; cat /proc/sys/fs/inode-nr"""


def many_files(pressure, root):
    """vmstat, inode-nr under pressure and after names were dropped."""
    run = Run(["/bin/sh", "-c", MANY.replace("PRESSURE", str(pressure))],
              settings=["memory.size=14M", f"rootfs.path={root}"])
    run.expect(0)
    lines = [line.split() for line in run.out.decode().splitlines()]
    check(lines[0] == lines[-2], "sums of the files", run)
    vmstat = {name: int(value) for name, value in lines[1:-3]}
    check(vmstat["oom_kill"] == 0, "somebody was killed", run)
    before, after = [[int(n) for n in lines[i]] for i in (-3, -1)]
    check(after[0] < 200 and after[1] < 10, f"inode-nr {after}", run)
    steal = vmstat["kswapd_inodesteal"] + vmstat["pginodesteal"]
    return vmstat["slabs_scanned"], steal, before, run


with tempfile.TemporaryDirectory() as folder:
    root = os.path.join(folder, "root")
    shutil.copytree(ROOTFS, root, symlinks=True)
    numbers = random.Random(1)
    for i in range(NR_DIRS):
        directory = os.path.join(root, "many", str(i))
        os.makedirs(directory)
        for j in range(NR_FILES):
            open(os.path.join(directory, str(j)), "wb").write(
                numbers.randbytes(3000))
    scanned, steal, inodes, run = many_files(0, root)
    check(scanned == steal == 0 and inodes[0] > NR_DIRS * NR_FILES,
          f"names go under no pressure: {scanned} {steal} {inodes}", run)
    scanned, steal, inodes, run = many_files(10000, root)
    check(scanned > NR_DIRS * NR_FILES and inodes[0] < NR_DIRS * NR_FILES * 2 / 3,
          f"names stay under pressure: {scanned} {inodes}", run)
    check(steal > 100, f"{steal} pages gone for the sake of inodes", run)
