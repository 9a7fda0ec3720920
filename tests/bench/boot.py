# SPDX-License-Identifier: GPL-2.0-or-later
"""
The largest board boots as fast as the smallest, nearly, and takes no more of
the host's memory than it uses: `hello` on configs/highmem.yaml beside
configs/tiny-8m.yaml. CPU seconds, which other work on the host disturbs
little, against the bar of 100 ms; resident memory, which nothing disturbs,
against what the frames, struct pages and tables in use may take.
"""
import os
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
BUILD = os.environ.get("MMUSCOPE_BUILD_DIR", os.path.join(ROOT, "build"))
RUNS = 9
CPU_MS = 100
# a host page for each 4 MB of 2 GB: 2 MB; a few pieces of 2 MB of RAM; and
# not 64 MB of struct pages
MORE_MB = 16


def boot(board):
    """Wall and CPU milliseconds, resident MB."""
    start = time.perf_counter()
    child = subprocess.Popen(
        [os.path.join(BUILD, "mmuscope"), "run", "-q",
         os.path.join(ROOT, "configs", board), "--",
         "host:" + os.path.join(BUILD, "guests", "hello")],
        stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"FAILED: {board}: status {child.returncode}")
    return ((time.perf_counter() - start) * 1e3,
            (usage.ru_utime + usage.ru_stime) * 1e3, usage.ru_maxrss / 1024)


def median(board):
    runs = [boot(board) for _ in range(RUNS)]
    wall, cpu, resident = (statistics.median(column) for column in zip(*runs))
    print(f"{board:16} {wall:6.1f} ms, {cpu:6.1f} ms of CPU time, "
          f"{resident:6.1f} MB resident")
    return cpu, resident


small, large = median("tiny-8m.yaml"), median("highmem.yaml")
if large[0] > CPU_MS:
    sys.exit(f"FAILED: 2 GB take more than {CPU_MS} ms to boot")
if large[1] > small[1] + MORE_MB:
    sys.exit(f"FAILED: 2 GB take {large[1] - small[1]:.1f} MB more of the "
             f"host's memory than 8 MB do, more than {MORE_MB}")
