#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
Huge pages and large pages for anonymous memory: what they are good for, what
each operation makes of them, and that the bytes stay what they were.
"""
from guestrun import ALLOCATOR, fail, guest, Run

NONE = "kernel.transparent_hugepage=none"
ALWAYS = "kernel.transparent_hugepage=always"
MADVISE = "kernel.transparent_hugepage=madvise"
LARGE = "kernel.bootargs=thp_anon=64K:always"
BOTH = "kernel.bootargs=transparent_hugepage=always thp_anon=64K:always"

# guests/hugepages: each operation on 4 MB, by what Linux does to huge pages.
OPERATIONS = b"""\
touched                            4096 kB huge,    2 faults
mprotect of one                    4096 kB huge,    0 faults
and back, written                  4096 kB huge,    0 faults
mprotect of a page                 2048 kB huge,    0 faults
munmap of a page                      0 kB huge,    0 faults
MADV_DONTNEED of one               2048 kB huge,    0 faults
MADV_DONTNEED of a page               0 kB huge,    0 faults
  0 0
mlock of four pages                2048 kB huge,    3 faults
mremap, aligned                    2048 kB huge,    0 faults
mremap, not aligned                   0 kB huge,    0 faults
child reads                        4096 kB huge,    0 faults
child writes to one                2048 kB huge,    1 faults
parent, child gone                 2048 kB huge,    0 faults
writes to the other                2048 kB huge,    1 faults
  status 0
0 bytes differ
mincore 1 1
huge
through /proc/self/mem             4096 kB huge,    0 faults
read, never written                4096 kB huge,    2 faults
  sum 0, 4096 kB resident
one of them written                4096 kB huge,    0 faults
  0
MADV_COLLAPSE of what shall not: Invalid argument
under PR_SET_THP_DISABLE              0 kB huge, 1024 faults
MADV_COLLAPSE: done
after it                           4096 kB huge,    0 faults
MADV_COLLAPSE of nothing: Invalid argument
page by page                          0 kB huge, 1024 faults
after a while                      4096 kB huge,    0 faults
written                            4096 kB huge,    0 faults
"""


def misses(run):
    return sum(tlb["misses"] for tlb in run.stats["cpus"][0]["tlbs"])


def walk(setting):
    """32 MB, four rounds: (main TLB misses, minor faults, the sum)."""
    run = Run(guest("hugewalk", "32", "4"), settings=[setting]).expect()
    words = run.out.split()
    return misses(run), int(words[1]), words[3]


def test_walk():
    """A 64-entry TLB covers 256 KB, 4 MB, or all of 32 MB."""
    small, large, huge = walk(NONE), walk(LARGE), walk(ALWAYS)
    print("misses, faults: 4 KB %d %d, 64 KB %d %d, 2 MB %d %d" %
          (small[:2] + large[:2] + huge[:2]))
    if (small[1], large[1], huge[1]) != (8192, 512, 16):
        fail("as many faults as there are pages of 4 KB, 64 KB, 2 MB")
    if not small[2] == large[2] == huge[2]:
        fail("the sum depends on the size of pages")
    # a miss a load; one in 16; one in 256 and that but once
    if not (small[0] > 4 * 8192 and large[0] < small[0] // 10 and
            huge[0] < small[0] // 100):
        fail("larger pages miss less")


def test_operations():
    for settings in ([MADVISE, "kernel.verify=fault"],
                     [MADVISE, "cpu.tlb.recheck=true"]):
        run = Run(guest("hugepages"), settings=settings)
        run.expect(0, OPERATIONS)
        if run.stats["stale_hits"]:
            fail("a flush was forgotten", run)
    again = Run(guest("hugepages"), settings=[MADVISE, "kernel.verify=fault"])
    first = Run(guest("hugepages"), settings=[MADVISE, "kernel.verify=fault"])
    if first.stats != again.stats:
        fail("twice the same, but not the same statistics", again)
    events = first.stats["vmstat"]
    if not (events["thp_collapse_alloc"] and events["thp_split_page"]):
        fail("khugepaged or a split was not counted", first)


def test_contents():
    """Random operations beside a model, under every choice of sizes."""
    for setting in (NONE, ALWAYS, LARGE, BOTH):
        for seed in ("1", "2", "3"):
            Run(guest("hugefuzz", seed, "200"),
                settings=[setting]).expect(0, b"0 errors\n")
    for allocator in () if ALLOCATOR else ("slab", "slob"):
        Run(guest("hugefuzz", "4", "200"), settings=[
            BOTH, "kernel.slab_allocator=" + allocator]).expect(
                0, b"0 errors\n")
    run = Run(guest("hugefuzz", "5", "40"),
              settings=[BOTH, "kernel.verify=fault", "cpu.tlb.recheck=true"])
    run.expect(0, b"0 errors\n")
    if run.stats["stale_hits"]:
        fail("a flush was forgotten", run)


def test_fallback():
    """Where no 2 MB are free in a row, it is small pages."""
    run = Run(guest("hugewalk", "10"),
              settings=[ALWAYS, "memory.size=14M"]).expect()
    events = run.stats["vmstat"]
    if not (events["thp_fault_fallback"] and events["thp_fault_alloc"]):
        fail("some, but not all of it in huge pages", run)
    if walk(NONE)[2] == run.out.split()[3]:
        fail("10 MB have the sum of 32")


def test_swap():
    """Memory larger than RAM: huge pages are split, swapped, read back."""
    board = ["memory.size=24M", "swap.size=128M", ALWAYS]
    want = Run(guest("hugewalk", "40", "2"), settings=[NONE]).expect()
    run = Run(guest("hugewalk", "40", "2"), settings=board).expect()
    events = run.stats["vmstat"]
    if run.out.split()[3] != want.out.split()[3]:
        fail("the sum is another once memory was swapped", run)
    if not (events["thp_swpout_fallback"] and events["pswpin"]):
        fail("no huge page was swapped", run)
    for seed in ("11", "12"):
        Run(guest("hugefuzz", seed, "200"), settings=[
            *board, LARGE]).expect(0, b"0 errors\n")


def test_absent():
    """A kernel without them shows no trace of them."""
    run = Run(guest("hugewalk", "2", "1", "14"), settings=[NONE]).expect()
    if b"Huge" in run.out or b"thp" in run.out or b"Invalid" not in run.out:
        fail("huge pages where there are none", run)


if __name__ == "__main__":
    test_walk()
    test_operations()
    test_contents()
    test_fallback()
    test_swap()
    test_absent()
