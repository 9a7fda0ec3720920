#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
What a board wants to fail, fails, there and then: bits of memory, frames,
descriptors, TLB flushes, requests to disks, slots of swap, vmalloc(), copies;
and who asked is told what a real kernel would tell.
"""
from guestrun import Run, check, guest

FAILURE = ["kernel.memory_failure=true"]

FILES = "inject.debugfs=true"


def bitrot(error, *settings, args=(), quiet=True):
    """Touches a page of its own and a file's after each abort."""
    return Run(guest("bitrot", *args), quiet=quiet,
               settings=["inject.memory_errors=" + error, *settings])


def memory_errors():
    bitrot("").expect(0, b"nothing has happened\n")
    bitrot("flip 0x20000001^0x100 @ fault:40").expect(
        0, b"anon 0x12345778, file as it was\nthat was it\n")
    bitrot("flip 0x20100000^1 @ mapped").expect(
        0, b"nothing has happened\n")  # before it was looked at first
    run = bitrot("ecc 0x20100000 @ mapped; ecc 0x30000000 @ mapped", *FAILURE,
                 quiet=False).expect(0, b"nothing has happened\n")
    check(b"clean LRU page: Recovered" in run.err, "not clean", run)
    bitrot("flip bitrot:0x20100000 ^ 1 @ cycle:1000; "
           "flip 0x20100000^1@fault:45").expect(
        0, b"anon 0x12345678, file changed\nthat was it\n")
    # Linux on ARM knows SIGBUS and nothing else
    bitrot("ecc 0x20000000 @ fault:40").expect(
        0, b"anon: Bus error, code 0, at 0x20000000\nthat was it\n")
    run = bitrot("ecc 0x20000000 @ fault:40", *FAILURE, quiet=False).expect(
        0, b"anon: Bus error, code 4, at 0x20000000\nthat was it\n")
    check(run.stats["frames_after_teardown"]["poisoned"] == 1, "frames", run)
    check(b"dirty LRU page: Recovered" in run.err, "not dirty", run)
    run = bitrot("scrub 0x20000000 @ fault:40", *FAILURE, quiet=False).expect(
        0, b"anon: Bus error, code 4, at 0x20000000\nthat was it\n")
    check(b"Sending SIGBUS" not in run.err, "told before it was read", run)
    # a file's page is read anew
    run = bitrot("ecc 0x20100000 @ fault:40", *FAILURE, quiet=False).expect(
        0, b"nothing has happened\n")
    check(b"clean LRU page: Recovered" in run.err, "not clean", run)
    # what the kernel copies of it
    bitrot("ecc 0x20000000 @ fault:40", *FAILURE, args=["kernel"]).expect(
        0, b"kernel: Bad address\n"
           b"anon: Bus error, code 4, at 0x20000000\nthat was it\n")
    run = bitrot("ecc 0x30000000 @ fault:40; ecc pfn:1 @ cycle:5",
                 quiet=False).expect(0, b"nothing has happened\n")
    check(run.err.count(b"Memory error: there is nothing at") == 2, "log", run)


def descriptors():
    """The TLB still has the old one: the re-walk tells who changed it."""
    bitrot("descriptor 0x20000000^0x1000 @ fault:40",
           "kernel.verify=off").expect(0)
    run = Run(guest("bitrot"), quiet=False, trace="/dev/stderr",
              events="signal", settings=[
                  "inject.memory_errors=descriptor 0x20000000^0x1000 @ "
                  "fault:40", "kernel.verify=off", "cpu.tlb.recheck=true"])
    check(run.stats["stale_hits"] > 0, "nobody saw it", run)
    check(b"in memory error()" in run.err, "nor who it was", run)
    run = bitrot("descriptor 0x20000000^0x1000 @ fault:40",
                 "kernel.verify=fault").expect(126)


def flushes():
    for caller in "dup_mmap", "ptep_clear_flush":
        run = Run(guest("cow"), settings=[
            "cpu.tlb.recheck=true", "kernel.verify=off",
            "inject.tlb_flush.probability=100", "inject.tlb_flush.times=1",
            "inject.tlb_flush.callers=" + caller])
        check(run.stats["stale_hits"] > 0, caller, run)
    run = Run(guest("cow"), settings=[
        "cpu.tlb.recheck=true", "inject.tlb_flush.probability=100",
        "inject.tlb_flush.callers=nobody"]).expect(0)
    check(run.stats["stale_hits"] == 0, "nobody's flush", run)
    run = Run(guest("cow"), settings=[
        "inject.tlb_flush.probability=100", "inject.tlb_flush.kind=page",
        "inject.tlb_flush.interval=1000000"]).expect(0)


def shell(script, *settings, quiet=True):
    return Run(["/bin/sh", "-c", "exec 2>&1; " + script], settings=settings,
               quiet=quiet)


def always(what, caller="", times=0):
    return [f"inject.{what}.probability=100", f"inject.{what}.times={times}",
            f"inject.{what}.callers={caller}"]


def disks():
    # what is read ahead is tried again; what then can't be had, can't be had
    script = "cat /etc/hostname; cd /sys/kernel/debug/fail_make_request; " \
        "echo %d >times; echo 100 >probability; cat /etc/passwd"
    run = shell(script % 1, FILES).expect(0)
    check(run.out.startswith(b"mmuscope\nroot:"), run.out, run)
    run = shell(script % -1, FILES)
    check(run.status and b"root:" not in run.out, run.out, run)
    # once read ahead, once by sendfile(), once by read()
    run = shell("echo abc >/f; sync; echo 1 >/proc/sys/vm/drop_caches; "
                "cat /f || cat /f", "disk.size=1M",
                *always("make_request", "diskfs_readpage", 3)).expect(0)
    check(run.out == b"cat: read error: Input/output error\nabc\n", run.out, run)
    late = "echo abc >/f; sync; echo 1 >/proc/sys/vm/drop_caches; cat /f"
    fast = shell(late, "disk.size=1M").expect(0, b"abc\n")
    slow = shell(late, "disk.size=1M", *always("io_timeout", "read", 1)) \
        .expect(0, b"abc\n")
    waited = (slow.stats["cycles"] - fast.stats["cycles"]) / 1e9
    check(29.9 < waited < 30.1, f"{waited} s", slow)
    slow = shell(late, "disk.size=1M", "inject.io_delay_us=5000",
                 *always("io_timeout", "read", 1)).expect(0, b"abc\n")
    waited = (slow.stats["cycles"] - fast.stats["cycles"]) / 1e6
    check(4.9 < waited < 5.1, f"{waited} ms", slow)


SWAP = ["memory.size=16M", "swap.size=32M"]


def swap():
    work = guest("pagedout")
    fine = Run(work, settings=SWAP)
    check(fine.stats["vmstat"]["pswpout"] > 0, "nothing to see", fine)
    run = Run(work, settings=SWAP + always("swap_slot"))
    check(run.stats["vmstat"]["pswpout"] == 0, "a slot", run)
    run = Run(work, quiet=False, settings=SWAP +
              always("make_request", "swap_writepage", 1))
    check(b"Write-error on swap-device" in run.err, "no write", run)
    run = Run(work, quiet=False, settings=SWAP +
              always("make_request", "swap_readpage", 1))
    check(b"Read-error on swap-device" in run.err, "no read", run)


def memory():
    # two stacks are kept for whom comes next
    run = shell("cd /sys/kernel/debug/fail_vmalloc; echo -1 >times; "
                "echo 100 >probability; cat | cat | cat | cat; echo", FILES)
    check(b"an't fork" in run.out, run.out, run)
    run = shell("cat /etc/hostname; cat /etc/hostname",
                *always("usercopy", "copy_to_user", 1), quiet=False)
    check(b"name fail_usercopy" in run.err, "no copy failed", run)


def by_files():
    shell("ls /sys/kernel/debug | grep ^fail").expect(
        0, b"fail_page_alloc\nfailslab\n")
    run = shell("ls /sys/kernel/debug | grep ^fail; cd "
                "/sys/kernel/debug/fail_io_timeout; cat delay-us times", FILES).expect(
        0, b"fail_io_timeout\nfail_make_request\nfail_page_alloc\n"
           b"fail_swap_slot\nfail_tlb_flush\nfail_usercopy\nfail_vmalloc\n"
           b"failslab\n30000000\n1\n")
    run = shell("""echo abc >/f; sync; echo 1 >/proc/sys/vm/drop_caches
        cd /sys/kernel/debug/fail_make_request
        echo -1 >times; echo 100 >probability; cat /f
        echo 0 >probability; cat /f""", "disk.size=1M", FILES,
        quiet=False).expect(0)
    check(run.out.endswith(b"\nabc\n"), run.out, run)
    check(b"name fail_make_request, interval 1" in run.err, "no report", run)


memory_errors()
descriptors()
flushes()
disks()
swap()
memory()
by_files()
