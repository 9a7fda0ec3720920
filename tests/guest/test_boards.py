# SPDX-License-Identifier: GPL-2.0-or-later
"""
test_boards.py [all]: boards of 8 MB to 2 GB, at each PAGE_OFFSET, boot, run a
guest that looks whether memory keeps what it is given, and have their books in
order; of highmem there is what the layout leaves. With "all" each size is run
at each split; without, each size and each split at least once.
"""
import itertools
import os
import sys

from guestrun import ROOT, Run, check, guest

MB = 1 << 20
SIZES = (8, 12, 16, 32, 64, 128, 256, 512, 1024, 1536, 2048)
SPLITS = (0x40000000, 0x80000000, 0xb0000000, 0xc0000000)
# 0xff800000 less 240 MB of vmalloc area and a hole of 8 MB
LOWMEM_END = 0xf0000000


def meminfo(text):
    lines = (line.split() for line in text.decode().splitlines())
    return {words[0]: int(words[1]) for words in lines
            if len(words) > 1 and words[0].endswith(":")
            and words[1].isdigit()}


def boot(size, split):
    """
    Fills a fifth of memory, at most 32 MB, and shows /proc/meminfo. Where the
    books are compared after each fault it must be less.
    """
    often = size in (8, 2048)
    fill = min(max(size // 5, 1), 2 if often else 32)
    verify = "kernel.verify=" + ("fault" if often else "end")
    program = os.path.join("host:" + os.environ.get(
        "MMUSCOPE_BUILD_DIR", os.path.join(ROOT, "build")), "guests/fillmem")
    run = Run([], board=os.path.join(ROOT, "configs", "linux-virt.yaml"),
              settings=["rootfs.initramfs=false", f"memory.size={size}M",
                        f"kernel.page_offset={split:#x}",
                        "kernel.bootargs=console=ttyAMA0", verify,
                        f"run=[[{program},'{fill}'],[/bin/cat,/proc/meminfo]]"
                        ])
    what = f"{size} MB at {split:#x}"
    check(run.status == 0, f"{what}: status {run.status}", run)
    for line in open(os.path.join(ROOT, "guests/fillmem/expected"), "rb"):
        check(line in run.out, f"{what}: no {line}", run)
    return meminfo(run.out), what, run


def check_sizes(size, split, info, what, run):
    low = min(size * MB, LOWMEM_END - split) // 1024
    high = size * MB // 1024 - low
    check(info["HighTotal:"] == high,
          f"{what}: HighTotal {info['HighTotal:']}, not {high}", run)
    # mem_map, 32 bytes for each 4 KB; hash tables, 6 to 12 for each 8 KB;
    # and no more than 400 KB besides
    mem_map = size * MB // 4096 * 32 // 1024
    least = low - mem_map - low * 12 // 8192 - 400
    check(least <= info["LowTotal:"] < low - mem_map,
          f"{what}: LowTotal {info['LowTotal:']}, of {low}", run)
    check(info["MemTotal:"] == info["LowTotal:"] + info["HighTotal:"],
          f"{what}: MemTotal", run)


def one(size, split):
    check_sizes(size, split, *boot(size, split))


if sys.argv[1:] == ["all"]:
    pairs = list(itertools.product(SIZES, SPLITS))
else:
    pairs = [(size, SPLITS[i % 4]) for i, size in enumerate(SIZES)]
    pairs += [(2048, 0xc0000000), (1536, 0x80000000)]
for size, split in pairs:
    one(size, split)
