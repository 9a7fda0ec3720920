# SPDX-License-Identifier: GPL-2.0-or-later
"""
Where programs lie: by kernel.randomize_va_space, personality and seed.

How far things may move is Linux's for ARM: 2^vm.mmap_rnd_bits pages for
mappings and programs, 0x7ff for the stack, 32 MB for the heap.
"""
import os

from guestrun import ROOT, Run, check, skip

DEBIAN = os.path.join(ROOT, "build", "rootfs-debian")
PAGE = 4096
ROUNDS = 12
SCRIPT = f"for i in $(seq {ROUNDS}); do cat /proc/self/maps; echo end; done"


def places(maps):
    """Of one program: where it, its heap, libc and stack are."""
    found = {}
    for line in maps.splitlines():
        words = line.split()
        low, high = (int(x, 16) for x in words[0].split("-"))
        name = words[5] if len(words) > 5 else ""
        if "coreutils" in name or name.endswith("/cat"):
            found.setdefault("program", low)
            found["end"] = high
        elif name == "[heap]":
            found["heap"] = low
        elif name == "[stack]":
            found["stack"] = high
        elif "libc.so" in name or "libc-" in name:
            found.setdefault("libc", low)
    return found


def look(randomize, script=SCRIPT, seed=1, **more):
    settings = [f"rootfs.path={DEBIAN}", f"seed={seed}",
                f"kernel.randomize_va_space={randomize}"]
    settings += [f"{key}={value}" for key, value in more.items()]
    run = Run(["/bin/bash", "-c", script], settings=settings).expect()
    return [places(part) for part in run.out.decode().split("end\n")[:-1]]


def values(seen, what):
    return {one[what] for one in seen}


def moves(seen, what, pages, base=None):
    """It moves, by whole pages, over no more than so many."""
    where = values(seen, what)
    check(len(where) > ROUNDS // 2, f"{what} hardly moves: {where}")
    check(all(x % PAGE == 0 for x in where), f"{what}: {where}")
    check(max(where) - min(where) < pages * PAGE, f"{what}: {where}")
    if base is not None:
        check(min(where) >= base, f"{what} below {base:#x}: {where}")


def stays(seen, *what):
    for one in what:
        check(len(values(seen, one)) == 1, f"{one}: {values(seen, one)}")


def main():
    if not os.path.isdir(DEBIAN):
        skip("build/rootfs-debian")
    still = look(0)
    stays(still, "program", "heap", "libc", "stack")
    seen = look(2)
    moves(seen, "program", 256, 0x400000)
    moves(seen, "libc", 256 + 2048) # its base, and the room for the stack
    moves(seen, "stack", 0x800)
    check(max(values(seen, "stack")) <= min(values(still, "stack")),
          "a stack above the top")
    gaps = [dict(gap=one["heap"] - one["end"]) for one in seen]
    moves(gaps, "gap", 0x2000, 0)
    check(seen == look(2), "the same seed, other addresses")
    check(seen != look(2, seed=2), "another seed, the same addresses")
    seen = look(1)
    moves(seen, "program", 256, 0x400000)
    stays([dict(gap=one["heap"] - one["end"]) for one in seen], "gap")
    # who asks for it
    stays(look(2, "setarch -R bash -c '" + SCRIPT + "'"),
          "program", "heap", "libc", "stack")
    stays(look(2, "echo 0 > /proc/sys/kernel/randomize_va_space; " + SCRIPT),
          "program", "heap", "libc", "stack")
    check(look(2, **{"kernel.bootargs": "norandmaps"}) == still, "norandmaps")
    wide = look(2, "echo 16 > /proc/sys/vm/mmap_rnd_bits; " + SCRIPT)
    check(max(values(wide, "program")) > 0x400000 + 256 * PAGE,
          "mmap_rnd_bits has no effect")


main()
