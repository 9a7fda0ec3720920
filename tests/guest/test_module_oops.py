#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Modules that go wrong: what the oops says, line by line as Linux/ARM has it,
that only the process dies that ran them, and that the machine and everybody
else go on; /proc/kallsyms, where an oops has its names from."""
import os
import re
import subprocess

from guestrun import BUILD, Run, check, fail

MODULES = os.path.join(BUILD, "guests", "modules")
HEX = r"[0-9a-f]{8}"


def module(name):
    return "host:" + os.path.join(MODULES, name + ".ko")


def kernel_log(run):
    """What the kernel logged after boot, as lines without stamps."""
    lines = re.findall(r"^\[ *\d+\.\d+\] (.*)$", run.err.decode(), re.M)
    boot = [n for n, text in enumerate(lines) if text.startswith("Freeing un")]
    return lines[boot[-1] + 1:] if boot else lines


class Oops:
    """One run of a module that goes wrong, beside a program that doesn't."""

    # $1: the file, $2: its name, then its parameters
    SCRIPT = """
        echo 1 > /proc/sys/kernel/watchdog_thresh
        (n=0; while [ $n -lt 300 ]; do n=$((n + 1)); done; echo other $n) &
        file=$1; name=$2; shift 2
        insmod $file "$@"; echo status $?
        [ -n "$UNLOAD" ] && { rmmod $name; echo rmmod $?; }
        cat /proc/modules; rmmod $name; echo again $?
        wait; echo next; cat /proc/sys/kernel/tainted
    """

    def __init__(self, name, *params, unload=False, settings=(), status=0):
        script = ("UNLOAD=1\n" if unload else "") + self.SCRIPT
        self.run = Run(["/bin/sh", "-c", script, "sh", module(name), name,
                        *params],
                       settings=["kernel.verify=fault", *settings], quiet=False)
        self.run.expect(status)
        self.name, self.text = name, self.run.out.decode()
        self.log = kernel_log(self.run)

    def check(self, what, message):
        check(what, f"{self.name}: {message}", self.run)

    def says(self, pattern, after=0):
        """The first line of the log that is @pattern; its match."""
        for line in self.log[after:]:
            found = re.fullmatch(pattern, line)
            if found:
                return found
        self.check(False, f"no line {pattern!r}")

    def dies(self, *lines, pc, code=True, state="Loading", taints="O"):
        """The oops has @lines, in this order; the PC is at @pc."""
        at = 0
        for pattern in (*lines, "PC is at " + pc):
            hits = [n for n, line in enumerate(self.log)
                    if n >= at and re.fullmatch(pattern, line)]
            self.check(hits, f"no line {pattern!r}")
            at = hits[0] + 1
        self.says(r"LR is at .*")
        self.says(rf"pc : \[<{HEX}>\]    lr : \[<{HEX}>\]    psr: {HEX}")
        self.says(r"Flags: \w{4}  IRQs o\w+  FIQs o\w+  Mode SVC_32  ISA \w+"
                  r"  Segment none")
        self.says(rf"Process \w+ \(pid: \d+, stack limit = 0x{HEX}\)")
        self.says(r"Code: ([0-9a-f]{4,8} ){4}\([0-9a-f]{4,8}\)( [0-9a-f]{4})? "
                  if code else "Code: bad PC value")
        self.says(r"---\[ end trace 0{16} \]---")
        self.check("status 139" in self.text or "rmmod 139" in self.text,
                   "its process dies by SIGSEGV")
        self.check("other 300\n" in self.text and "next\n" in self.text,
                   "everybody else goes on")
        self.check(re.search(rf"^{self.name} \d+ -?\d - {state} 0x{HEX} "
                             rf"\({taints}[+-]\)$", self.text, re.M),
                   f"it stays, {state}")
        self.check("again 1\n" in self.text, "it can't be unloaded")
        tainted = int(self.text.split()[-1])
        self.check(tainted & 128 and tainted & 4096, "taints")


    def calls(self, *functions):
        """The trace goes over @functions, from the innermost out."""
        lines = [line for line in self.log if re.match(r" \S+.* from ", line)]
        at = 0
        for function in functions:
            hits = [n for n, line in enumerate(lines) if n >= at and
                    re.match(rf" {function}(\.\S+)? (\[\w+\] )?from ", line)]
            self.check(hits, f"{function} in the trace")
            at = hits[0] + 1


def in_module(function, name):
    return rf"{function}\S*\+0x[0-9a-f]+/0x[0-9a-f]+ \[{name}\]"


def test_null():
    null = in_module("follow", "null_deref")
    for kind, offset, code, where, words in (
            ("read", 0, "17", null, True), ("write", 60, "817", null, True),
            ("execute", 8, "80000007", "0x8", False)):
        oops = Oops("null_deref", f"kind={kind}", f"offset={offset}")
        oops.dies(r"8<--- cut here ---",
                  r"Unable to handle kernel NULL pointer dereference at "
                  rf"virtual address {offset:08x}",
                  rf"\[{offset:08x}\] \*pgd={HEX}, \*pte=0{{8}}, \*ppte=0{{8}}",
                  r"Internal error: Oops: [0-9a-f]+ \[#1\] ARM",
                  r"Modules linked in: null_deref\(O\+\)",
                  r"CPU: 0 PID: \d+ Comm: insmod Tainted: G +O +6.1.0-mmuscope"
                  r" #1", r"Hardware name: .*", pc=where, code=words)
        oops.says(r" follow\S* \[null_deref\] from " +
                  in_module("null_deref_init", "null_deref"))
        oops.says(r" null_deref_init \[null_deref\] from do_init_module")
        oops.says(r" do_init_module from sys_finit_module")
        oops.says(rf"Exception stack\(0x{HEX} to 0x{HEX}\)")


def test_null_elsewhere():
    """In memcpy(), the kernel's own ARM code; and at unloading."""
    Oops("null_deref", "kind=copy").calls(
        "memcpy", "follow", "null_deref_init", "do_init_module")
    oops = Oops("null_deref", "leave=1", unload=True)
    oops.dies(r"Modules linked in: null_deref\(O-\)",
              pc=in_module("follow", "null_deref"), state="Unloading")
    oops.calls("follow", "do_delete_module")


def test_text_writer():
    for kind, address in (("text", "8000[0-9a-f]{4}"), ("rodata", "800[0-9a-f]{5}"),
                          ("own_text", "7f00[0-9a-f]{4}"),
                          ("own_rodata", "7f00[0-9a-f]{4}"),
                          ("vectors", "ffff0000")):
        oops = Oops("text_writer", "kind=" + kind)
        oops.dies(r"Unable to handle kernel paging request at virtual address "
                  + address, rf"\[{address}\] \*pgd={HEX}.*",
                  r"Internal error: Oops: 8[0-9a-f]f \[#1\] ARM",
                  pc=in_module("write_to", "text_writer"),
                  code="bad" not in oops.says("Code: .*")[0])
        oops.calls("write_to", "text_writer_init", "do_init_module")


def test_wild():
    access = r"Unable to handle kernel paging request at virtual address "
    jump = ("jump", "run")
    for kind, line, pc, calls in (
            ("nowhere", access + "deadbeec", "0xdeadbeec", jump),
            ("data", access + HEX, in_module("data", "wild"), jump),
            ("kernel_data", access + HEX, "0x" + HEX, jump),
            ("user", "Internal error: .*", "0x.*", jump),
            ("thumb", "Internal error: Oops - undefined instruction: 0 .*",
             in_module("jump", "wild"), jump),
            ("undefined", "Internal error: Oops - undefined instruction: 0 .*",
             in_module("execute", "wild"), ("execute", "run")),
            ("syscall", "Internal error: Oops - bad syscall: 0 .*",
             in_module("execute", "wild"), ("execute", "run")),
            ("breakpoint", "Internal error: Oops - breakpoint: 0 .*",
             in_module("execute", "wild"), ("execute", "run")),
            ("lost", access + "deadbeec", "0xdeadbeec", ()),
            ("no_stack", access + HEX, in_module("execute", "wild"), ())):
        oops = Oops("wild", "kind=" + kind)
        oops.dies(line, pc=pc, code="bad" not in oops.says("Code: .*")[0])
        oops.calls(*calls)


def test_looper():
    slow = ["cpu.clock_hz=1MHz"]
    for kind, line in (
            ("open", r"watchdog: BUG: soft lockup - CPU#0 stuck for 2s! "
             r"\[insmod:\d+\]"),
            ("masked", "Watchdog detected hard LOCKUP on cpu 0")):
        oops = Oops("looper", "kind=" + kind, settings=slow)
        oops.dies(line, "Internal error: softlockup: hung tasks: 0 .*",
                  pc=in_module("loop", "looper"))
        oops.calls("loop", "looper_init", "do_init_module")


def test_double_free():
    for kind, what, gate in (("kmalloc", "kmalloc'ed memory", "kfree"),
                             ("object", "a slab object", "kmem_cache_free"),
                             ("vmalloc", "vmalloc'ed memory", "vfree"),
                             ("pages", "pages", "__free_pages"),
                             ("middle", "kmalloc'ed memory", "kfree")):
        oops = Oops("double_free", "kind=" + kind)
        oops.dies(rf"kernel BUG: 0x{HEX} is given back, but no module has "
                  f"{what} there", "Internal error: Oops - BUG: 0 .*",
                  pc=gate + r"\+0x0/0x8")
        oops.calls(gate, "twice", "double_free_init", "do_init_module")


def test_use_after_free():
    oops = Oops("use_after_free", "kind=vmalloc")
    oops.dies("Unable to handle kernel paging request .*",
              r"Internal error: Oops: 7 \[#1\] ARM",
              pc=in_module("read_it", "use_after_free"),
              code="bad" not in oops.says("Code: .*")[0])


def test_stack_overrun():
    for kind, where in (("recursion", "recursion"), ("frame", "frame"),
                        ("call", "recursion")):
        oops = Oops("stack_overrun", "kind=" + kind)
        oops.dies("Insufficient stack space to handle exception!",
                  rf"Task stack:     \[0x{HEX}..0x{HEX}\]",
                  "Internal error: kernel stack overflow: 0 .*",
                  pc=in_module(where, "stack_overrun"),
                  code="bad" not in oops.says("Code: .*")[0])
        oops.calls(where)
        area = re.search(r"0x(\w+)\.\.0x(\w+)", "\n".join(oops.log))
        bottom, top = (int(text, 16) for text in area.groups())
        oops.check(bottom % 16384 == 0 and top == bottom + 8192,
                   "two pages at a multiple of four")


def test_panic_on_oops():
    run = Run(["/bin/sh", "-c", "echo 1 > /proc/sys/kernel/panic_on_oops; "
               "insmod $0; echo alive", module("null_deref")], quiet=False)
    check(b"alive" not in run.out and
          b"Kernel panic - not syncing: Fatal exception\n" in run.err and run.status == 126,
          "the machine ends", run)


def test_kernel_stacks():
    """Where /proc shows them; two of ended tasks are kept, not all."""
    run = Run(["/bin/sh", "-c", """
        show() { grep -c ' 12288 kernel_clone pages=2 vmalloc' \
                     /proc/vmallocinfo; grep KernelStack /proc/meminfo; }
        show; for i in 1 2 3 4 5 6 7 8; do sleep 1 & done; wait; show"""])
    run.expect(0)
    areas, used, later, used_later = run.out.decode().splitlines()
    kb = [int(line.split()[1]) for line in (used, used_later)]
    check(kb[0] == kb[1] and kb[0] % 8 == 0, "what tasks have", run)
    # the grep that counts has one, too, which KernelStack's has given back
    check(kb[0] // 8 <= int(areas) <= kb[0] // 8 + 2, "areas", run)
    check(int(later) <= kb[0] // 8 + 2, "not more kept than two", run)


def test_kallsyms():
    """The image's names are System.map's; a module's those that nm tells."""
    run = Run(["/bin/sh", "-c", "insmod $0; cat /proc/kallsyms; "
               "su -s /bin/sh nobody -c 'sort -u -k1,1 /proc/kallsyms' | "
               "cut -d' ' -f1 | sort -u", module("provider")])
    run.expect(0)
    lines = run.out.decode().splitlines()
    kernel = [line for line in lines if re.fullmatch(r"\w{8} \w \S+", line)]
    check(f"{0x80008000:08x} T _text" in kernel and
          any(line.endswith(" T vmalloc") for line in kernel),
          "the image's symbols", run)
    check(lines[-1] == "00000000", "others see no addresses", run)
    told = {line.split()[2]: line for line in lines if "\t[provider]" in line}
    nm = subprocess.run(["arm-linux-gnueabihf-nm",
                         os.path.join(MODULES, "provider.ko")],
                        capture_output=True, text=True, check=True).stdout
    for value, kind, name in re.findall(r"^(\w{8}) ([TtDd]) (\S+)$", nm, re.M):
        if "$" in name or "init" in name:
            continue
        check(name in told, f"{name} of provider", run)
    check(re.match(rf"{HEX} T provider_add\t", told.get("provider_add", "")),
          "what is exported is a capital", run)


if not os.path.isdir(MODULES):
    fail("no modules were built")
for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
