#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Memory as modules use it: pages of all kinds, kmap()'s addresses until there
are none, shrinkers, registers; and each of these done wrong, once."""
import os
import re

from guestrun import ROOT, check, guest
from modulerun import log, module, shell

HIGHMEM = os.path.join(ROOT, "configs", "highmem.yaml")


def dmesg_has(run, *lines):
    said = "\n".join(log(run))
    for line in lines:
        check(re.search(line, said), line, run)


def test_pages():
    """The sums are worked out in the module's comments; high and low."""
    for board in (None, HIGHMEM):
        run = shell("insmod $1; rmmod page_user; dmesg", module("page_user"),
                    **({"board": board} if board else {}))
        check([line for line in log(run)[1:] if " held" not in line] == [
            # 0 + 1 + … + 8, and a 1 for each page whose end is right
            "page_user: a row of 9, sum 45",
            "page_user: read-only 9215",
            "page_user: 7 8 9 copied, 1",
            "page_user: set_memory 0 0 -22"], "pages", run)
        dmesg_has(run, "held by 2, 55 at [0-9a-f]{8}",
                  "held by 1, same page 1")


WRONG = {
    1: "Unable to handle kernel paging request at virtual address f0",
    2: "no module has a mapping of pages there",
    3: "no module has a mapping of a page there",
    4: "0x[0-9a-f]{8} isn't what was mapped last",
    5: "no module has pages there",
    6: r"get_page\(\) of a page that is nobody's",
    7: "sleeping function called from invalid context",
    8: "more than 8 pages are mapped at a time",
    9: r"kunmap_atomic\(\) without kmap_atomic\(\)",
    10: "0x12345678 is no struct page",
    11: "returned with preemption imbalance",
}


def test_wrong():
    """In one machine, each under a name of its own: all oops, all go on."""
    for name, data in wrong_files():
        with open(name, "wb") as to:
            to.write(data)
    files = ["host:" + name for name, _ in wrong_files()]
    run = shell("""
        n=0; for file; do
            n=$((n + 1)); dmesg -c > /dev/null; insmod $file wrong=$n
            echo "-- $n $?"; dmesg
        done""", *files, board=HIGHMEM)
    for name, _ in wrong_files():
        os.unlink(name)
    parts = re.split(r"^-- (\d+) (\d+)$", run.out.decode(), flags=re.M)
    for number, line in WRONG.items():
        status, text = parts[3 * number - 1], parts[3 * number]
        check(re.search(line, text), f"{number}: {line}", run)
        check(status == ("0" if number == 11 else "139"),
              f"{number}: who did it dies of it", run)


def wrong_files():
    """page_user.ko, eleven times, by names of the same length."""
    path = module("page_user")[len("host:"):]
    data = open(path, "rb").read()
    return [(f"{path}.{os.getpid()}.{n:02}",
             data.replace(b"page_user\0", b"page_us%02d\0" % n))
            for n in WRONG]


def test_kmap():
    """With all 512 taken the next one waits; in atomic context it's refused."""
    run = shell("""
        insmod $1; echo 1 > /sys/module/kmap_highmem/parameters/atomic
        (insmod $2; echo inserted $?) & sleep 1; grep page_user /proc/modules
        echo 1 > /sys/module/kmap_highmem/parameters/release; wait
        rmmod kmap_highmem; dmesg""", module("kmap_highmem"),
                module("page_user"), board=HIGHMEM)
    text = run.out.decode()
    check(re.search(r"page_user \d+ 1 - Loading[^\0]*inserted 0", text),
          "it waits until one is given back", run)
    dmesg_has(run, "512 pages of highmem from [0-9a-f]{8} to .* 0 wrong",
              "BUG: sleeping function called from invalid context at kmap\n"
              r"in_atomic\(\): 1, in_interrupt\(\): 0",
              r"7 pages at a time, and kmap\(\) says 00000000",
              "held by 2, 55 at", "0 wrong at the end")


DROP = "(echo 2 > /proc/sys/vm/drop_caches); echo dropped $?; "


def test_shrinker():
    """Asked, it gives all of it back; memory is had again of it."""
    run = shell("""
        insmod $1 objects=5000; cd /sys/module/shrinker_cache/parameters
        %s echo $(cat objects freed); rmmod shrinker_cache; cd /
        insmod $1 objects=20000; before=$(grep MemFree /proc/meminfo); $2
        cat /sys/module/shrinker_cache/parameters/objects
        rmmod shrinker_cache""" % DROP, module("shrinker_cache"),
                guest("memhog")[0], settings=["memory.size=64M", "kernel.verify=end"])
    text = run.out.decode().split("\n")
    check(text[:2] == ["dropped 0", "0 5000"], "drop_caches", run)
    check(text[2] == "hog signal 9" and int(text[3]) < 20000,
          "reclaim takes of it before anybody is killed", run)


def test_wild_shrinkers():
    """Reclaim goes on, whatever a callback does; drop_caches' writer dies."""
    for wrong, line in ((1, "NULL pointer dereference"), (2, "soft lockup"),
                        (4, "a shrinker registers or unregisters one")):
        run = shell("echo 1 > /proc/sys/kernel/watchdog_thresh; insmod $1 "
                    "objects=100 wrong=%d; %s %s rmmod shrinker_cache; dmesg"
                    % (wrong, DROP, DROP),
                    module("shrinker_cache"))
        check(b"dropped 139\ndropped 0\n" in run.out, "who asked",
              run)
        dmesg_has(run, line, "cache-100 has gone wrong",
                  "100 objects were left")
    for wrong in (3, 5):
        run = shell("insmod $1 objects=100 wrong=%d; %s rmmod shrinker_cache"
                    % (wrong, DROP), module("shrinker_cache"))
        check(run.out == b"dropped 0\n", "nonsense, or sleep", run)


def test_kswapd_survives():
    """A callback that oopses in kswapd: the thread goes on, and reclaims."""
    run = shell("insmod $1 objects=100 wrong=1; $2; dmesg; "
                "ps | grep kswapd0", module("shrinker_cache"),
                guest("memhog")[0], settings=["memory.size=64M", "kernel.verify=end"])
    text = run.out.decode()
    check(text.startswith("hog signal 9"), "the hog is killed", run)
    check(re.search(r"Comm: kswapd0", text), "it was kswapd that oopsed", run)
    check(re.search(r"^ *\d+ .*\[?kswapd0", text, re.M), "it lives", run)


def test_registers():
    """Who PL011 and SP804 are, by PrimeCell's words; RAM is refused."""
    run = shell("""
        insmod $1 ram=1; grep ioremap_user /proc/vmallocinfo
        grep phys=0x10009000 /proc/vmallocinfo; rmmod ioremap_user
        insmod $1 at=0x10011000 twice=1; rmmod ioremap_user; echo $?; dmesg
        """, module("ioremap_user"))
    dmesg_has(run, r"WARNING: CPU: 0 PID: \d+ at ioremap\(\) of RAM at 0x6",
              "RAM is at 00000000, as memory at 1",
              # part 0x011 or 0x804, designer 0x41, PrimeCell's own word
              "peripheral 00[0-9a-f]41011, cell b105f00d",
              "peripheral 00[0-9a-f]41804, cell b105f00d",
              "kernel BUG: 0x[0-9a-f]{5}000 is given back, but no module has "
              "a mapping of registers there")
    check(b"\n139\n" in run.out, "unmapped twice: rmmod dies", run)


def test_cma():
    """Coherent memory until the area is full: programs' files move away."""
    run = shell("""
        for n in 1 2 3 4 5; do dd if=/dev/urandom of=/tmp/x$n bs=1M count=11
        done; md5sum /tmp/x? > /tmp/sums; grep CmaFree /proc/meminfo
        insmod $1; grep CmaFree /proc/meminfo; md5sum -c /tmp/sums
        grep dma-coherent /proc/vmallocinfo; rm /tmp/x?; rmmod cma_user
        grep CmaFree /proc/meminfo; insmod $1 most=3 twice=1; rmmod cma_user
        echo $?; dmesg""", module("cma_user"),
                settings=["memory.cma=32M", "memory.size=96M",
                          "kernel.verify=end"])
    text = run.out.decode()
    free = [int(n) for n in re.findall(r"CmaFree: +(\d+) kB", text)]
    check(free[0] < 28000 and free[1] < 5000, "files lay in it", run)
    check(text.count(": OK") == 5, "they are as they were", run)
    check(free[2] == 32768, "all of it is back", run)
    taken = re.search(r"cma_user: (\d+) buffers, (\d+) kB, 0 words not zero, "
                      "0 pages not in a row, seen elsewhere 77\n", text)
    check(taken and int(taken[2]) > 27000, "what it got", run)
    check(text.count("dma-coherent") == int(taken[1]), "its areas", run)
    dmesg_has(run, "0 words wrong at the end",
              "no module has coherent memory there")
    check("\n139\n" in text, "freed twice: rmmod dies", run)


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
